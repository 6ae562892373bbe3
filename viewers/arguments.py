"""The words of the command line as values: windows, sizes and millimetres, each refused with what was expected.

Every function raises ``argparse.ArgumentTypeError`` for a word that is none.
"""

import argparse
import math
import re
from collections.abc import Sequence

from viewers.display.window import LINEAR, LINEAR_EXACT
from viewers.series.display_set import Window

LARGEST_SIDE = 16_384
_NEGATIVE = re.compile(r"-[.\d]")


def with_negative_numbers(arguments: Sequence[str]) -> list[str]:
    """Arguments in which ``--window -600,1500`` is one word: the parser would take the number for an option."""
    joined: list[str] = []
    for word in arguments:
        if joined and joined[-1] in ("--window", "--position") and _NEGATIVE.match(word):
            joined[-1] = f"{joined[-1]}={word}"
        else:
            joined.append(word)
    return joined


def window_of(text: str) -> Window:
    """``centre,width`` in the unit of the values."""
    try:
        centre, width = map(float, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("centre,width, for example 40,400") from None
    if not (math.isfinite(centre) and math.isfinite(width) and width > 0):
        raise argparse.ArgumentTypeError("a width above 0")
    # a linear window is never narrower than 1 (PS3.3 C.11.2.1.2.1); small numbers want the exact one
    return Window(centre=centre, width=width, function=LINEAR if width >= 1 else LINEAR_EXACT)


def millimetres(text: str) -> float:
    """A coordinate in mm."""
    try:
        found = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a number of mm") from None
    if not math.isfinite(found):
        raise argparse.ArgumentTypeError("a number of mm")
    return found


def thickness(text: str) -> float:
    """A thickness in mm."""
    found = millimetres(text)
    if found <= 0:
        raise argparse.ArgumentTypeError("a thickness above 0 mm")
    return found


def size_of(text: str) -> tuple[int, int]:
    """``WxH`` in pixels."""
    wide, mark, high = text.lower().partition("x")
    sides = [int(side) if side.isdigit() else 0 for side in (wide, high)]
    if not mark or not 0 < min(sides) <= max(sides) <= LARGEST_SIDE:
        raise argparse.ArgumentTypeError("WxH, for example 512x512")
    return sides[0], sides[1]
