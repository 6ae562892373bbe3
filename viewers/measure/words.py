"""Words: a measurement as the reader sees it beside the mark, with units and sources."""

import math

from viewers.measure.making import COUNT, DEVIATION, MAXIMUM, MEAN, MINIMUM
from viewers.measure.measurement import Measurement, Value, value_named

_LONGEST = 40
_DIGITS = {"mm": 1, "mm²": 0, "HU": 1, "px": 1, "px²": 0, "s": 3}


def value_words(value: Value) -> str:
    """A number with its unit: ``8.1 mm``."""
    digits = _DIGITS.get(value.unit, 2)
    return f"{value.value:.{digits}f} {value.unit}".rstrip()


def label_lines(measurement: Measurement) -> tuple[str, ...]:
    """The lines of the label beside a mark: what it is called, its numbers, its doubts."""
    lines = [measurement.label] if measurement.label else []
    mean, deviation = value_named(measurement, MEAN), value_named(measurement, DEVIATION)
    if mean is not None and deviation is not None:
        lines.append(f"mean {value_words(mean)} · SD {value_words(deviation)}")
        lines.append(_range(measurement))
    others = [v for v in measurement.values if v.name not in (MEAN, DEVIATION, MINIMUM, MAXIMUM, COUNT)]
    alone = [v.name for v in others] == ["length"]
    lines.append(" · ".join(value_words(v) if alone else f"{v.name} {value_words(v)}" for v in others))
    lines.append(_doubt(measurement))
    return tuple(line for line in lines if line)


def _range(measurement: Measurement) -> str:
    low, high, count = (value_named(measurement, name) for name in (MINIMUM, MAXIMUM, COUNT))
    if low is None or high is None or count is None or math.isnan(low.value):
        return ""
    digits = 0 if low.value == round(low.value) and high.value == round(high.value) else _DIGITS.get(low.unit, 2)
    ends = f"min {low.value:.{digits}f} · max {high.value:.{digits}f} {high.unit}".rstrip()
    return f"{ends} · {count.value:.0f} pixels"


def _doubt(measurement: Measurement) -> str:
    parts = [_source(measurement), "interpolated" if measurement.interpolated else ""]
    return " · ".join(part for part in parts if part)


def _source(measurement: Measurement) -> str:
    """Where millimetres come from, short enough not to lie over the anatomy, and how sure they are."""
    told = measurement.calibration
    if told in ("pixel spacing", ""):
        return ""
    words = told if len(told) <= _LONGEST else told.partition(":")[0]
    share = measurement.uncertainty
    return words if share is None else f"{words}, ± {100 * share:.0f} %"
