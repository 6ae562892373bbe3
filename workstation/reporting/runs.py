"""Text split into runs of one bidi level and one font, in visual order (UAX #9): reportlab never shapes or orders."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workstation.reporting.errors import Uncovered
from workstation.reporting.fonts import cut_for, glyph

# Invisible controls of direction: they could make the page say something else than the record (U+202E), so the
# page is set without them.
BIDI_CONTROLS = frozenset(map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))
JOINERS = frozenset("\u200c\u200d")
BRACKETS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "（": "）", "「": "」", "【": "】"}
# What is set as an ordinary space, and what never shows.
AS_SPACE = frozenset("\t\u00a0\u2007\u2009\u200a\u202f\u2002\u2003\u2004\u2005\u2006\u2008\u205f\u3000")
INVISIBLE = BIDI_CONTROLS | frozenset("\u00ad\u200b\ufeff\u2060\r")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one level and one font cut, in logical order. Odd levels run from right to left."""

    text: str
    level: int
    cut: str

    @property
    def right_to_left(self) -> bool:
        """Direction of the run."""
        return self.level % 2 == 1


def clean(text: str) -> str:
    """The text as it is set: composed (NFC), odd spaces as spaces, invisible controls left out.

    Raises:
        Uncovered: the text holds other control characters or lone surrogates.
    """
    kept = "".join(" " if item in AS_SPACE else item for item in text if item not in INVISIBLE)
    foreign = [item for item in kept if item != "\n" and unicodedata.category(item) in ("Cc", "Cs", "Cn", "Co")]
    if foreign:
        raise Uncovered(foreign)
    return unicodedata.normalize("NFC", kept)


def levels(text: str) -> tuple[int, list[int]]:
    """The paragraph's base level and the level of each character (UAX #9 P2 to I2)."""
    from bidi import algorithm

    base = int(algorithm.get_base_level(text))
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, ("L", "R")[base]
    algorithm.get_embedding_levels(text, storage)
    for index, character in enumerate(storage["chars"]):
        character["index"] = index
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    _pair_brackets(storage["chars"])
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    found = [base] * len(text)
    for character in storage["chars"]:
        found[character["index"]] = character["level"]
    return base, found


def cuts(text: str, weight: str) -> list[str]:
    """The font cut of each character; spaces, marks and joiners stay with what stands before them.

    Raises:
        Uncovered: no shipped font has the character.
    """
    found: list[str] = []
    lost: list[str] = []
    for character in text:
        before = found[-1] if found else None
        cut = before if before and _stays(character, before) else cut_for(character, weight)
        if cut is None and character in JOINERS:
            cut = before or cut_for(" ", weight)
        if cut is None:
            lost.append(character)
        found.append(cut or "")
    if lost:
        raise Uncovered(lost)
    return found


def split(text: str, char_levels: Sequence[int], char_cuts: Sequence[str]) -> list[Run]:
    """Runs of equal level and cut, in logical order."""
    runs: list[Run] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or (char_levels[end], char_cuts[end]) != (char_levels[start], char_cuts[start]):
            runs.append(Run(text[start:end], char_levels[start], char_cuts[start]))
            start = end
    return runs


def visual(runs: Sequence[Run]) -> list[Run]:
    """Runs from left to right as they stand on the line (UAX #9 L2, whole runs)."""
    order = list(runs)
    highest = max((run.level for run in order), default=0)
    lowest_odd = min((run.level for run in order if run.right_to_left), default=highest + 1)
    for level in range(highest, lowest_odd - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and order[end].level >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end + 1
    return order


def _pair_brackets(characters: list[dict[str, Any]]) -> None:
    """Brackets take the direction of what they enclose or of what stands before them (UAX #9 N0)."""
    for opening, closing in _bracket_pairs(characters):
        base = "LR"[characters[opening]["level"] % 2]
        inside = {_strong(item["type"]) for item in characters[opening + 1 : closing]} - {""}
        if not inside:
            continue
        direction = base
        if base not in inside:
            before = next((s for s in (_strong(i["type"]) for i in reversed(characters[:opening])) if s), base)
            direction = before
        for index in (opening, closing):
            characters[index]["type"] = direction


def _bracket_pairs(characters: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Indices of paired brackets on one level (UAX #9 BD16), in the order of the opening ones."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for index, item in enumerate(characters):
        if item["ch"] in BRACKETS and item["type"] == "ON":
            opened.append(index)
        elif item["ch"] in BRACKETS.values() and item["type"] == "ON":
            for depth in range(len(opened) - 1, -1, -1):
                start = opened[depth]
                if BRACKETS[characters[start]["ch"]] == item["ch"] and characters[start]["level"] == item["level"]:
                    pairs.append((start, index))
                    del opened[depth:]
                    break
    return sorted(pairs)


def _strong(kind: str) -> str:
    """Numbers count as right-to-left here (N0)."""
    return {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}.get(kind, "")


def _stays(character: str, cut: str) -> bool:
    joined = character == " " or character in JOINERS or unicodedata.category(character) in ("Mn", "Me", "Mc")
    return joined and (character in JOINERS or bool(glyph(cut, character)))
