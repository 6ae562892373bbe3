"""The outbox desk: what stopped because nobody was signed in goes on by itself, and never two deliver at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.fakes.courier import FakeCourier
from tests.fakes.parcels import a_parcel
from tests.workstation.desktop.place import ME, FakeService, a_place
from workstation.cases.refusals import SignInRefused
from workstation.outbox.parcel import ParcelState


@pytest.fixture
def threads():
    """Set up before the window, and so ended after it."""
    with ThreadPoolExecutor(4) as executor:
        yield executor


def test_a_delivery_that_ended_with_the_sign_in_goes_on_after_the_next_one(window_on, qtbot):
    service = FakeService()
    FakeCourier.__init__(service)
    place = a_place(service)
    parcel = replace(a_parcel(), state=ParcelState.TIMESTAMPED)
    place.shelves.parcels.put(parcel)

    def refuse(_name):
        raise SignInRefused("The sign-in has ended.", advice="Sign in again.")

    service.before = refuse
    session = window_on(place).session
    desk = session.delivery
    qtbot.waitUntil(lambda: place.shelves.parcels.get(parcel.id).state is ParcelState.NEEDS_A_PERSON)
    qtbot.waitUntil(lambda: [one.state for one in desk._parcels] == [ParcelState.NEEDS_A_PERSON])
    service.before = lambda _name: None
    session._is_signed_in(ME)
    qtbot.waitUntil(lambda: place.shelves.parcels.get(parcel.id).state is ParcelState.VERIFIED)


def test_asking_again_while_a_delivery_is_under_way_does_not_deliver_twice_at_once(threads, window_on, qtbot):
    service = FakeService()
    FakeCourier.__init__(service)
    parcel = replace(a_parcel(), state=ParcelState.TIMESTAMPED)
    begun, go_on, under_way = threading.Event(), threading.Event(), []
    together = []

    def slowly(name):
        under_way.append(name)
        together.append(len(under_way))
        begun.set()
        go_on.wait(10)
        under_way.remove(name)

    service.before = slowly
    place = replace(a_place(service), executor=threads)
    place.shelves.parcels.put(parcel)
    desk = window_on(place).session.delivery
    qtbot.waitUntil(lambda: begun.is_set() and bool(desk._parcels))
    desk.again(parcel.id)
    desk.deliver_now()
    go_on.set()
    qtbot.waitUntil(lambda: place.shelves.parcels.get(parcel.id).state is ParcelState.VERIFIED)
    assert max(together) == 1
