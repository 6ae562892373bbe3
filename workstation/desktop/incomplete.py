"""What is told when a fetch came to its end and the case is still not complete: how many items, why, what to do."""

from workstation.cases.offline import OfflineState
from workstation.desktop.problem import Problem

KEPT = "What is here can be read; the case stays marked as incomplete."
DECIDE = "“Whose images are these?” beside the case says why, and what you can decide."
ASK = "Go on later, or ask the central service for what is missing."


def incomplete(state: OfflineState) -> Problem:
    """One problem for everything that did not come."""
    aside, missing, unreadable = len(state.quarantined), len(state.missing) + state.unlisted, len(state.unreadable)
    sentences = (
        f"{_items(aside)} set aside: of another patient, or perhaps, or not what was asked." if aside else "",
        f"{_items(missing)} not at the central service, although promised." if missing else "",
        f"{_items(unreadable)} damaged and cannot be shown." if unreadable else "",
    )
    happened = " ".join(sentence for sentence in sentences if sentence)
    return Problem(
        happened=happened or "The list of this case's images could not be read.",
        kept=KEPT,
        next=DECIDE if aside else ASK,
    )


def _items(count: int) -> str:
    return "1 item is" if count == 1 else f"{count} items are"
