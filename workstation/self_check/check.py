"""A check: a name, and a function that says what was seen or raises what is wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


class Wrong(Exception):
    """A check found something that must not be so; the text names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check.

    Attributes:
        name: for the reader.
        run: does it; answers in a few words what was seen, raises ``Wrong`` (or anything else) when it fails.
    """

    name: str
    run: Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a check ended, and what was seen or is wrong."""

    name: str
    passed: bool
    words: str


def outcome_of(check: Check) -> Outcome:
    """Run one check; whatever it raises is its reason, so that one failure does not hide the others."""
    try:
        return Outcome(name=check.name, passed=True, words=check.run())
    except Wrong as wrong:
        return Outcome(name=check.name, passed=False, words=str(wrong))
    except BaseExceptionGroup as group:
        return Outcome(name=check.name, passed=False, words="; ".join(map(_words, group.exceptions)))
    except Exception as error:  # noqa: BLE001 - an installation may fail in any way; each is reported
        return Outcome(name=check.name, passed=False, words=_words(error))


def line_of(outcome: Outcome, width: int) -> str:
    """``✓ name  what was seen``."""
    return f"{'✓' if outcome.passed else '✗'} {outcome.name:{width}}  {outcome.words}"


def same(what: str, seen: object, known: object) -> None:
    """Compare.

    Raises:
        Wrong: they differ; says both.
    """
    if seen != known:
        raise Wrong(f"{what} is {seen}, not {known}")


def near(what: str, seen: float, known: float, tolerance: float) -> None:
    """Compare numbers.

    Raises:
        Wrong: they lie further apart than ``tolerance``; says both.
    """
    if not abs(seen - known) <= tolerance:
        raise Wrong(f"{what} is {seen:g}, not {known:g}")


def nothing(problems: Iterable[str]) -> None:
    """Wrong when there is any problem; names all of them."""
    found = list(problems)
    if found:
        raise Wrong("; ".join(found))


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
