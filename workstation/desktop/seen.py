"""What was on the screen: frames by series, and documents; kept with the case, because signing asks for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from viewers.series.display_set import DisplaySet

NAME = "seen"


@dataclass(slots=True)
class Seen:
    """Grows while a case is read. ``frames``: series UID → (SOP UID, frame number) of what was shown."""

    frames: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)

    def frame(self, series_uid: str, sop_uid: str, number: int) -> bool:
        """Note a frame; whether it is new."""
        known = self.frames.setdefault(series_uid, set())
        before = len(known)
        known.add((sop_uid, number))
        return len(known) > before

    def count(self, shown: DisplaySet) -> int:
        """How many frames of a display set were shown."""
        known = self.frames.get(shown.series_uid, set())
        return sum((frame.sop_uid, frame.number) in known for frame in shown.frames)

    def studies(self, display_sets: Sequence[DisplaySet]) -> frozenset[str]:
        """Studies of which every series with pixels was on the screen."""
        unseen = {item.study_uid for item in pictured(display_sets) if not self.count(item)}
        return frozenset(item.study_uid for item in pictured(display_sets)) - unseen

    def not_displayed(self, display_sets: Sequence[DisplaySet]) -> tuple[tuple[str, str], ...]:
        """(series UID, description) of series with pixels that were never on the screen."""
        unseen = {item.series_uid: item.description for item in pictured(display_sets) if not self.count(item)}
        shown = {item.series_uid for item in display_sets if self.count(item)}
        return tuple((uid, words) for uid, words in unseen.items() if uid not in shown)


def pictured(display_sets: Sequence[DisplaySet]) -> tuple[DisplaySet, ...]:
    """Those that have frames to show."""
    return tuple(item for item in display_sets if item.frames and item.rows)


def seen_as_text(seen: Seen) -> str:
    """For the shelf."""
    frames = {series: sorted([sop, number] for sop, number in shown) for series, shown in seen.frames.items()}
    return json.dumps({"frames": frames, "documents": sorted(seen.documents)})


def seen_from_text(text: str | None) -> Seen:
    """What ``seen_as_text`` wrote; nothing seen where nothing was kept."""
    if not text:
        return Seen()
    plain: Mapping[str, Mapping[str, list[tuple[str, int]]]] = json.loads(text)
    frames = {series: {(sop, int(number)) for sop, number in shown} for series, shown in plain["frames"].items()}
    return Seen(frames=frames, documents={str(item) for item in plain["documents"]})
