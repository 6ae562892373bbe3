"""The outbox desk: what stopped because nobody was signed in goes on by itself when somebody is."""

from dataclasses import replace

from tests.fakes.courier import FakeCourier
from tests.fakes.parcels import a_parcel
from tests.workstation.desktop.place import ME, FakeService, a_place
from workstation.cases.refusals import SignInRefused
from workstation.outbox.parcel import ParcelState


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
