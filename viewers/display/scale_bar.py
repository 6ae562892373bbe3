"""The scale bar: a round length that fits a view, and how it is said."""

from dataclasses import dataclass

_STEPS_MM = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
_MM_PER_CM = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleBar:
    """A bar on the screen: its length in logical pixels, how many equal parts it has, and its words."""

    length_px: float
    parts: int
    words: str


def scale_bar(scale_px_per_mm: float, room_px: float, doubt: str = "") -> ScaleBar | None:
    """The longest round bar within ``room_px``, or None where not even 0.1 mm fits; ``doubt`` follows its length."""
    fitting = [step for step in _STEPS_MM if step * scale_px_per_mm <= room_px]
    if not fitting:
        return None
    length = fitting[-1]
    words = f"{length / _MM_PER_CM:g} cm" if length >= _MM_PER_CM else f"{length:g} mm"
    parts = 4 if str(length).startswith("2") else 5
    return ScaleBar(length_px=length * scale_px_per_mm, parts=parts, words=f"{words} {doubt}".rstrip())
