"""The first image of a case: shown before the rest is read, and only if it is here and provably of the patient."""

from dataclasses import replace

import pytest

from tests.fakes.cases import FakeCaseSource, a_case, a_study, instance_bytes
from tests.fakes.jobs import DirectExecutor, DirectPool
from tests.fakes.shelves import FakeAuditTrail, FakeCaseShelf
from workstation.cases.ports import ReceivedState
from workstation.review.fetch_case import FetchTools, fetch_case
from workstation.review.first_image import NAME, STILL_OPENING, first_image, prepare_first, remember_first
from workstation.review.open_study import open_study


class Stored:
    """A case at rest whose images are of ``patient``."""

    def __init__(self, **patient):
        self.case = a_case(a_study(1, series=2, instances=3))
        self.shelf, self.pool = FakeCaseShelf(), DirectPool()
        service = FakeCaseSource(self.case)
        for series in self.case.studies[0].series:
            for one in series.instances:
                service.contents[one.sop_uid] = instance_bytes(one, **patient)
        self.shelf.put(self.case)
        tools = FetchTools(
            source=service, shelf=self.shelf, parser=self.pool, audit=FakeAuditTrail(), executor=DirectExecutor()
        )
        fetch_case(self.case, tools)

    def first(self):
        return first_image(self.case.id, self.shelf, self.pool)


@pytest.fixture
def stored():
    made = Stored()
    prepare_first(made.case, made.shelf, made.pool)
    return made


def test_it_is_one_image_of_the_series_that_opens_and_says_that_more_is_to_come(stored):
    opened = open_study(stored.case, stored.shelf, stored.pool)
    first = stored.first()
    whole = opened.display_set(first.display_set_id)
    assert len(whole.frames) == 3
    assert [one.key for one in first.display_set.frames] == [whole.frames[1].key]
    assert first.values.values.shape == (8, 8)
    assert first.values.warning == STILL_OPENING
    assert (first.display_set.id, first.display_set.identity) == (whole.id, whole.identity)


def test_nothing_is_decoded_but_that_image_and_no_other_header_is_read(stored, monkeypatch):
    monkeypatch.setattr(type(stored.shelf.instances(stored.case.id)), "header", lambda *_: pytest.fail("not needed"))
    stored.pool.submitted = 0
    assert stored.first() is not None
    assert stored.pool.submitted == 1


def test_it_follows_the_series_that_was_open_last(stored):
    opened = open_study(stored.case, stored.shelf, stored.pool)
    for shown in opened.display_sets:
        remember_first(opened, stored.shelf, shown.id)
        assert stored.first().display_set_id == shown.id


def test_a_case_of_which_nothing_is_remembered_has_none():
    assert Stored().first() is None


def test_an_image_that_was_set_aside_meanwhile_is_not_shown(stored):
    for place, (received, header, content) in stored.shelf.items.items():
        stored.shelf.items[place] = (replace(received, state=ReceivedState.QUARANTINED), header, content)
    assert stored.first() is None


def test_an_image_of_a_patient_who_is_not_the_cases_any_more_is_not_shown(stored):
    other = replace(stored.case.patient, name="Somebody Else", family="Else", given=("Somebody",), identifiers=())
    stored.shelf.put(replace(stored.case, patient=other))
    assert stored.first() is None


def test_what_is_known_already_is_not_written_again(stored, monkeypatch):
    assert stored.shelf.remembered(stored.case.id, NAME)
    monkeypatch.setattr(type(stored.shelf), "remember", lambda *_: pytest.fail("written again"))
    prepare_first(stored.case, stored.shelf, stored.pool)
