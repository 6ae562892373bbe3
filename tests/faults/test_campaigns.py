"""The campaigns' share in CI: 500 injured files and 500 injured frames, none of which may break a promise."""

import pytest

from tests.faults import codecs_campaign, files_campaign
from tests.faults.campaign import Broken, dice, run

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")


@pytest.mark.slow
def test_five_hundred_injured_files_end_in_a_picture_or_a_named_reason() -> None:
    report = files_campaign.campaign(seed=1, budget=500)
    assert (report.tried, report.failures) == (500, [])
    assert len(report.endings) > 2


def test_five_hundred_injured_frames_end_in_a_picture_or_a_named_reason() -> None:
    report = codecs_campaign.campaign(seed=1, budget=500)
    assert (report.tried, report.failures) == (500, [])
    assert {"refused", "shown"} <= set(report.endings)


def test_a_seed_makes_the_same_input_whatever_ran_before() -> None:
    assert [dice(7).random() for _ in range(2)] == [dice(7).random()] * 2
    assert dice(7).random() != dice(8).random()


def test_what_escapes_or_breaks_a_promise_is_a_failure_with_its_seed() -> None:
    def attempt(seed: int) -> str:
        if seed == 3:
            raise Broken("a promise")
        if seed == 5:
            raise ZeroDivisionError
        return "shown"

    report = run(attempt, 1, 6)
    assert [seed for seed, _ in report.failures] == [3, 5]
    assert report.endings == {"shown": 4}
