"""The status line under the images: geometry, what was seen, what is missing, memory."""

from viewers.display.captions import SCALES
from viewers.series.display_set import CalibrationSource, DisplaySet, Kind
from workstation.desktop.controls import frame, row
from workstation.desktop.plain_text import ElidedLabel, PlainLabel

MEGABYTE = 1_000_000


class ReadingStatus:
    """Words about what is shown. ``bar`` is the widget."""

    def __init__(self) -> None:
        self.bar = frame("status", "reading-status")
        self._geometry = PlainLabel(tone="small", name="status-geometry")
        self._doubts = ElidedLabel(tone="watch", name="status-doubts")
        self._seen = PlainLabel(tone="small", name="status-seen")
        self._memory = PlainLabel(tone="small", name="status-memory")
        line = row(self._geometry, self._doubts, None, self._seen, self._memory, spacing=16, margins=(10, 3, 10, 3))
        self.bar.setLayout(line)

    def clear(self) -> None:
        """Say nothing."""
        for label in (self._geometry, self._doubts, self._seen, self._memory):
            label.setText("")

    def show_display_set(self, shown: DisplaySet, doubt: str) -> None:
        """Say what kind of geometry this is and what is doubtful about it."""
        self._geometry.setText(geometry_words(shown))
        doubts = [doubt] if doubt else []
        doubts += [shown.lossy] if shown.lossy else []
        doubts += [shown.suv_reason] if shown.suv_reason and shown.suv_factor is None else []
        doubts += list(shown.warnings)
        self._doubts.setText("⚠ " + " · ".join(doubts) if doubts else "")

    def show_seen(self, seen: int, frames: int, series_seen: int, series: int) -> None:
        """Say how much of this series, and how many series, were on the screen."""
        here = f"seen {seen} of {frames} · " if frames else ""
        self._seen.setText(f"{here}series {series_seen} of {series}")

    def show_memory(self, used_bytes: int) -> None:
        """Say how much memory the pictures take."""
        self._memory.setText(f"{used_bytes / MEGABYTE:.0f} MB in memory" if used_bytes else "")


def geometry_words(shown: DisplaySet) -> str:
    """``312 slices · 1.00 mm · tilt 14.0° corrected``; what is not calibrated is said."""
    count = len(shown.frames)
    if not count:
        return "no picture"
    if shown.kind is Kind.CINE or shown.kind is Kind.VIDEO:
        rate = f"{1000 / shown.frame_time_ms:.0f} images/s" if shown.frame_time_ms else "rate unknown"
        return " · ".join((f"clip of {count} images", rate, _calibration(shown)))
    stack = shown.geometry
    if stack is None or count == 1:
        return " · ".join((f"{count} image{'s' if count != 1 else ''}", _calibration(shown)))
    parts = [f"{count} slices", f"{stack.spacing_mm[2]:.2f} mm"]
    if abs(stack.tilt_deg) > 0.1:  # noqa: PLR2004 - a tenth of a degree moves a head's edge by less than a voxel
        parts.append(f"tilt {stack.tilt_deg:.1f}° corrected")
    if not stack.regular:
        parts.append(f"uneven spacing, {len(stack.gaps)} gaps")
    return " · ".join(parts)


def _calibration(shown: DisplaySet) -> str:
    source = shown.calibration.source
    if source is CalibrationSource.NONE:
        return "not calibrated: pixels"
    return SCALES[source]
