"""Names of people compared as people write them: order, accents, transliteration and married names are doubts."""

import unicodedata
from difflib import SequenceMatcher
from enum import IntEnum

ALIKE = 0.6
"""Similarity of two words from which one may be a transliteration of the other (Youssef, Yusuf: 0.67)."""

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i"})


class Likeness(IntEnum):
    """How alike two names are."""

    DIFFERENT = 0
    RELATED = 1
    SAME = 2


def person_names(value: str) -> tuple[str, ...]:
    """The component groups of a person name (PN, PS3.5 6.2.1.1): alphabetic, ideographic, phonetic, where not empty.

    Family and given names stay apart by ``^``; prefix and suffix are left out: hospitals differ in writing them.
    """
    groups = ("^".join(group.split("^")[:3]).strip("^ ") for group in value.split("="))
    return tuple(group for group in groups if group)


def likeness(one: str, other: str) -> Likeness:
    """Compare two written names (``Family^Given`` or free text); the same words in another order are ``RELATED``."""
    left, right = _plain_words(one), _plain_words(other)
    if not left or not right:
        return Likeness.RELATED
    if left == right:
        return Likeness.SAME
    if _script(one) != _script(other):
        return Likeness.RELATED
    return Likeness.RELATED if _shares(_folded(left), _folded(right)) else Likeness.DIFFERENT


def is_shortened(one: str, other: str) -> bool:
    """Whether ``one`` leaves out words of ``other`` and says nothing else: a second given name, or every given name."""
    left, right = set(_plain_words(one)), set(_plain_words(other))
    return bool(left) and left < right


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are written for one person by one hospital: accents, case, order and words left out aside."""
    left, right = _folded(_plain_words(one)), _folded(_plain_words(other))
    return bool(left and right) and (left <= right or right <= left)


def _plain_words(name: str) -> tuple[str, ...]:
    shown = unicodedata.normalize("NFC", name).casefold()
    letters = "".join(sign if sign.isalnum() or unicodedata.combining(sign) else " " for sign in shown)
    return tuple(letters.split())


def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_without_accents(word) for word in words)


def _without_accents(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _shares(left: frozenset[str], right: frozenset[str]) -> bool:
    if left & {word for word in right if len(word) > 1}:
        return True
    return any(_alike(one, other) for one in left for other in right)


def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 3:  # noqa: PLR2004  (initials resemble everything)
        return False
    return SequenceMatcher(a=one, b=other, autojunk=False).ratio() >= ALIKE


def _script(name: str) -> str:
    for sign in name:
        if sign.isalpha():
            return unicodedata.name(sign, "?").split(" ")[0]
    return ""
