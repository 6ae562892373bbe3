"""``kill -9`` at each step of the job in the real window, and a restart: nothing is lost, and it is delivered once."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.journeys.killed_place import Kill, Ledger, Place, copied, delivered_once, played_before
from tests.journeys.killed_window import WORDS
from workstation.outbox.parcel import Parcel, ParcelState

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
PROMISED_S = 1.0
FETCHING: tuple[Kill, ...] = (("accept", "after", 1), ("image", "before", 5), ("fsync", "after", 6))
SIGNING: tuple[Kill, ...] = (
    ("freeze", "after", 1), ("render", "after", 1), ("prepare", "after", 1), ("signature", "after", 1),
    ("parcel", "before", 1),
)  # fmt: skip
DELIVERING: tuple[Kill, ...] = (
    ("stamp", "after", 1), ("parcel", "before", 2), ("store", "before", 1), ("store", "after", 1),
    ("hand-over", "before", 1), ("hand-over", "after", 1), ("find", "after", 2),
)  # fmt: skip
FORWARD = [
    ParcelState.SIGNED, ParcelState.TIMESTAMPED, ParcelState.QUEUED, ParcelState.UPLOADING,
    ParcelState.STORED_UNVERIFIED, ParcelState.VERIFIED,
]  # fmt: skip


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Where tests begin."""
    return played_before(tmp_path_factory.mktemp("stages"))


@pytest.fixture
def place(request: pytest.FixtureRequest, stages: dict[str, Path], tmp_path: Path) -> Iterator[Place]:
    """A copy of the stage that the test names."""
    with copied(stages[request.param], tmp_path / "at") as place:
        yield place


@pytest.mark.parametrize("place", ["new"], indirect=True)
def test_a_fetch_goes_on_where_it_was_killed(place: Place) -> None:
    before: dict[str, str] = {}
    for kill in FETCHING:
        place.play("again", "go-on-fetching" if kill is not FETCHING[0] else "pull", kill=kill)
        received = place.received()
        assert before.items() <= received.items(), kill
        before = received
    assert before
    place.play("again", "go-on-fetching")
    assert place.offline_ready()
    assert before.items() <= place.received().items()
    assert place.left_over() == []


@pytest.mark.parametrize("place", ["pulled"], indirect=True)
def test_what_was_typed_and_measured_a_second_before_the_kill_is_there(place: Place) -> None:
    for chapters in (("choose-mine", "read_and_measure", "type", "rest-a-moment"), ("back", "type", "rest-a-second")):
        place.typed.unlink(missing_ok=True)
        place.play("again", *chapters, "die", killed=True)
        *typed, died = (line.split() for line in place.typed.read_text("utf-8").splitlines())
        promised = [word for at, word in typed if float(died[0]) - float(at) > PROMISED_S]
        assert len(promised) == len(WORDS) if "rest-a-second" in chapters else len(promised) > len(WORDS) // 2
        _, kept = place.draft()
        text = json.dumps(asdict(kept), default=str)
        assert [word for word in promised if word not in text] == []
        assert len(kept.evidence) == 2
        assert len(place.marks()) == 2


@pytest.mark.parametrize("place", ["pulled"], indirect=True)
def test_killed_at_every_step_of_writing_signing_and_delivering_it_is_delivered_once(place: Place) -> None:
    ledger = Ledger.of(place.service)
    _killed_while_writing(place)
    _killed_while_signing(place)
    place.play("again", "back", "sign", kill=("parcel", "after", 1))
    (signed,) = place.parcels()
    assert Ledger.of(place.service) == ledger
    for kill in DELIVERING:
        place.play("again", "send", kill=kill)
        signed = _forward(signed, place.parcels(), kill)
    place.play("again", "send")
    _forward(signed, [delivered_once(place, ledger)], None)


def _killed_while_writing(place: Place) -> None:
    place.play("again", "choose-mine", "read_and_measure", "write", kill=("draft", "before", 9))
    revision, kept = place.draft()
    assert revision == 8
    assert len(kept.evidence) == 2
    place.play("again", "back", "write")
    assert place.draft()[1].evidence == kept.evidence


def _killed_while_signing(place: Place) -> None:
    _, before = place.draft()
    for kill in SIGNING:
        place.play("again", "back", "sign", kill=kill)
        _, after = place.draft()
        assert (after.entries, after.evidence) == (before.entries, before.evidence), kill
        assert place.parcels() == [], kill


def _forward(before: Parcel, after: list[Parcel], kill: Kill | None) -> Parcel:
    """The same parcel, no step behind where it was, and no byte that was signed changed."""
    (now,) = after
    assert now.id == before.id
    assert now.journal[: len(before.journal)] == before.journal, kill
    assert FORWARD.index(now.state) >= FORWARD.index(before.state), kill
    companions = {one.name: one.sha256 for one in before.artefacts if one.name != "opinion.pdf"}
    assert companions.items() <= {one.name: one.sha256 for one in now.artefacts}.items(), kill
    return now
