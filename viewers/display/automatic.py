"""The window to begin with: the file's own, else what suits the unit, else what most values fall into."""

import numpy as np
from numpy.typing import NDArray

from viewers.display.window import LINEAR_EXACT, of_lut
from viewers.series.display_set import DisplaySet, Window

_LOW_PERCENT, _HIGH_PERCENT = 0.5, 99.5
_MOST_SAMPLES = 200_000
_SUV_WINDOW = Window(centre=2.5, width=5.0, function=LINEAR_EXACT, explanation="SUV 0 to 5")
_UNIT_WINDOWS = {
    "HU": Window(centre=40.0, width=400.0, explanation="soft tissue"),
    "SUVbw": _SUV_WINDOW,
    "g/ml": _SUV_WINDOW,
}
_BEAM_INTENSITY = ("XA", "RF")
_EIGHT_BIT = Window(centre=128.0, width=256.0, explanation="full range")


def own_windows(display_set: DisplaySet, frame: int) -> tuple[Window, ...]:
    """What a frame's file offers to show it with: its windows, then its VOI LUTs; alternatives (PS3.3 C.11.2.1)."""
    if display_set.colour or display_set.suv_factor is not None or not display_set.frames:
        return ()  # shown in SUV: the file's windows are in its own unit
    one = display_set.frames[frame]
    if one.modality_lut is not None and display_set.modality in _BEAM_INTENSITY:
        # the table of these leads back to beam intensity, their windows are for the stored values (PS3.3 C.8.7.1.1.2)
        return ()
    return (*(window for window in one.windows if window.width > 0), *map(of_lut, one.voi_luts))


def first_window(display_set: DisplaySet, frame: int, values: NDArray[np.generic]) -> Window:
    """The window a frame is first shown with.

    Args:
        display_set: whose frame.
        frame: index from 0.
        values: sample of its rescaled values, padding left out, any shape; used only where neither file nor unit
            say more.
    """
    if display_set.suv_factor is not None:
        return _SUV_WINDOW
    own = own_windows(display_set, frame)
    return own[0] if own else _UNIT_WINDOWS.get(display_set.unit) or automatic_window(values)


def automatic_window(values: NDArray[np.generic]) -> Window:
    """The window from the 0.5th to the 99.5th percentile of the finite values; give it none that are padding."""
    if values.dtype == np.uint8:
        return _EIGHT_BIT
    flat = values.reshape(-1)
    sample = flat[:: max(1, flat.size // _MOST_SAMPLES)].astype(np.float64)
    kept = sample[np.isfinite(sample)]
    if kept.size == 0:
        return Window(centre=0.0, width=1.0, function=LINEAR_EXACT, explanation="no values")
    low, high = np.percentile(kept, [_LOW_PERCENT, _HIGH_PERCENT])
    return between(float(low), float(high))


def between(low: float, high: float) -> Window:
    """The exact window that is black at ``low`` and white at ``high``."""
    width = max(high - low, 1e-6 * max(1.0, abs(low)))
    return Window(centre=low + width / 2.0, width=width, function=LINEAR_EXACT, explanation="automatic")
