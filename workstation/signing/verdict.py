"""What can be said of a signed file: unchanged or not, by whom, when, how well proven, and in which words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum


class Outcome(IntEnum):
    """The exit status of ``second-opinion verify``."""

    TRUSTED = 0
    CHANGED = 1
    UNREADABLE = 2
    UNKNOWN_SIGNER = 3


class Level(StrEnum):
    """PAdES level (ETSI EN 319 142-1)."""

    B_B = "B-B"
    B_LTA = "B-LTA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result of looking at a signed file.

    Attributes:
        outcome: what it comes to.
        problems: what changed, or why it cannot be read or trusted; sentences.
        signer: common name in the certificate, "" where none can be read.
        claimed_at: time the signer claims.
        stamped_at: time of the first document time-stamp, None where there is none.
        notes: what else is true of the file; sentences.
    """

    outcome: Outcome
    problems: tuple[str, ...] = ()
    signer: str = ""
    meaning: str = ""
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    level: Level | None = None
    notes: tuple[str, ...] = ()


def in_words(verdict: Verdict) -> str:
    """The verdict as lines for people."""
    heads = {
        Outcome.TRUSTED: "✓ Unchanged since it was signed, by a signer who is trusted.",
        Outcome.CHANGED: "✗ Changed: this is not what was signed.",
        Outcome.UNREADABLE: "✗ This file cannot be verified.",
        Outcome.UNKNOWN_SIGNER: "? Unchanged since it was signed, but the signer is not known to be trusted.",
    }
    facts = (
        ("signer", verdict.signer),
        ("meaning", verdict.meaning),
        ("claimed time", _time(verdict.claimed_at)),
        ("time-stamped", _time(verdict.stamped_at) or ("no, signed offline" if verdict.level is Level.B_B else "")),
        ("level", f"PAdES {verdict.level}" if verdict.level else ""),
    )
    lines = [heads[verdict.outcome], *(f"  {sentence}" for sentence in verdict.problems)]
    lines += [f"  {name:13} {text}" for name, text in facts if text]
    return "\n".join([*lines, *(f"  {note}" for note in verdict.notes)])


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if moment else ""
