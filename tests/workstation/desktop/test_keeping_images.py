"""Images of delivered cases are forgotten when the days that the reader chose are over, by the window itself."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.parcels import a_parcel
from tests.workstation.desktop.conftest import NOW
from tests.workstation.desktop.place import a_place
from workstation.outbox.parcel import ParcelState
from workstation.outbox.states import DONE, ParcelEvent, Step


def delivered(case_id, days):
    """An opinion that the service has had for so many days."""
    when = (NOW - timedelta(days=days)).isoformat()
    return replace(a_parcel(ParcelState.VERIFIED), id=case_id, case_id=case_id, journal=((when, Step.VERIFY, DONE),))


def forgotten_after(window_on, qtbot, days=None):
    place = a_place(signed_in=False)
    for parcel in (delivered("recent", 2), delivered("week", 7), delivered("month", 30)):
        place.shelves.parcels.put(parcel)
    place.shelves.parcels.put(replace(delivered("unsent", 40), state=ParcelState.NEEDS_A_PERSON))
    if days is not None:
        place.choices.choose("images.keep", str(days))
    window = window_on(place, settling_ms=0)
    qtbot.waitUntil(lambda: "month" in place.shelves.cases.forgotten)
    qtbot.waitUntil(lambda: not window.session._errands.busy("forget images"))
    return place


def test_by_default_they_are_kept_for_a_fortnight(window_on, qtbot):
    place = forgotten_after(window_on, qtbot)
    assert place.shelves.cases.forgotten == ["month"]
    assert place.shelves.parcels.get("month").state is ParcelState.FORGOTTEN
    assert place.shelves.parcels.get("month").journal[-1][1:] == (ParcelEvent.FORGET, DONE)
    assert "images-forgotten" in place.shelves.audit.events


def test_the_reader_says_for_how_many_days_and_what_is_not_delivered_stays(window_on, qtbot):
    place = forgotten_after(window_on, qtbot, days=5)
    assert sorted(place.shelves.cases.forgotten) == ["month", "week"]
    assert place.shelves.parcels.get("unsent").state is ParcelState.NEEDS_A_PERSON
