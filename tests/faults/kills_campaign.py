"""The campaign ``kills``: the real window is killed at calls drawn by chance, and the job is finished afterwards."""

import random
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.faults.campaign import Broken, Report, dice, run
from tests.journeys.killed_place import Kill, Ledger, Place, copied, delivered_once, played_before

# What can be killed in each part of the job, and how often it is called there at most.
DISK = {"fsync": 12, "rename": 4, "audit": 4}
FETCHING = {**DISK, "accept": 1, "image": 16, "case": 4}
WRITING = {**DISK, "draft": 20, "begin": 1}
SIGNING = {**DISK, "freeze": 1, "render": 1, "prepare": 1, "signature": 1, "parcel": 2}
DELIVERING = {**DISK, "stamp": 1, "parcel": 6, "store": 3, "read-back": 3, "hand-over": 1, "find": 4}
KILLS = 2
LONGEST_S = 600.0


def campaign(seed: int, budget: int) -> Report:
    """Do the whole job ``budget`` times, each part of it killed up to twice."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        stages = played_before(room)
        # one at a time: each copy of the service answers at the same address
        return run(partial(attempt, stages["new"], room), seed, budget, at_once=1, longest_s=LONGEST_S)


def attempt(stage: Path, room: Path, seed: int) -> str:
    """One job; how many of its kills struck."""
    chance = dice(seed)
    with copied(stage, room / f"job-{seed}") as place:
        struck = _fetched(place, chance)
        ledger = Ledger.of(place.service)
        place.play("again", "choose-mine", "read_and_measure")
        struck += _killed(place, chance, WRITING, lambda: ("back", "write"))
        place.play("again", "back", "write")
        _, written = place.draft()
        struck += _killed(place, chance, SIGNING, lambda: _signing(place))
        place.play("again", *_signing(place))
        (signed,) = place.parcels()
        if place.draft()[1].evidence != written.evidence:
            raise Broken("evidence was lost while signing")
        struck += _killed(place, chance, DELIVERING, lambda: ("send",))
        place.play("again", "send")
        if delivered_once(place, ledger).id != signed.id:
            raise Broken("another opinion arrived than was signed")
    return f"delivered once after {struck} kills"


def _fetched(place: Place, chance: random.Random) -> int:
    """The case becomes offline-ready; what was received before a kill stays."""
    before: dict[str, str] = {}
    struck = 0
    for _ in range(KILLS):
        struck += place.struck("again", *_fetching(place), kill=_drawn(chance, FETCHING))
        received = place.received()
        if not before.items() <= received.items():
            raise Broken("images that were received are gone")
        before = received
    place.play("again", *_fetching(place))
    if not place.offline_ready():
        raise Broken("the case is not offline-ready")
    return struck


def _killed(place: Place, chance: random.Random, calls: dict[str, int], chapters: Callable[[], tuple[str, ...]]) -> int:
    return sum(place.struck("again", *chapters(), kill=_drawn(chance, calls)) for _ in range(KILLS))


def _drawn(chance: random.Random, calls: dict[str, int]) -> Kill:
    what = chance.choice(sorted(calls))
    return what, chance.choice(("before", "after")), chance.randint(1, calls[what])


def _fetching(place: Place) -> tuple[str, ...]:
    waits = place.service.read(f"Task/{place.case_id}")["status"] == "requested"
    return ("pull",) if waits else ("go-on-fetching",)


def _signing(place: Place) -> tuple[str, ...]:
    return ("send",) if place.parcels() else ("back", "sign")
