"""The cardiac cycle: how far the ventricle has contracted, how wide valves stand open, what the ECG shows."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

SYSTOLE_ENDS = 0.36


def contraction(phase: Values | float) -> Values:
    """0 at end diastole (phase 0, the R wave), 1 at end systole; rapid filling, diastasis, atrial kick."""
    p = np.mod(np.asarray(phase, float), 1.0)
    rise = _ease(p / SYSTOLE_ENDS)
    fall = 1 - 0.74 * _ease((p - 0.42) / 0.19) - 0.05 * _ease((p - 0.6) / 0.25) - 0.21 * _ease((p - 0.85) / 0.13)
    return np.asarray(np.where(p < SYSTOLE_ENDS, rise, fall))


def mitral_opening(phase: Values | float) -> Values:
    """0 closed … 1 wide open: the E wave, half closure, the A wave."""
    p = np.mod(np.asarray(phase, float), 1.0)
    early = np.exp(-(((p - 0.51) / 0.062) ** 2))
    late = 0.75 * np.exp(-(((p - 0.9) / 0.045) ** 2))
    drift = 0.32 * _ease((p - 0.45) / 0.06) * (1 - _ease((p - 0.92) / 0.06))
    return np.asarray(np.clip(np.maximum(early, np.maximum(late, drift)), 0, 1))


def aortic_flow(phase: Values | float) -> Values:
    """Shape of the velocity through the outflow tract, peak 1, zero outside ejection."""
    p = (np.mod(np.asarray(phase, float), 1.0) - 0.05) / 0.33
    inside = (p > 0) & (p < 1)
    q = np.clip(p, 0, 1)
    shape = np.sin(np.pi * q**0.82) ** 1.15
    return np.asarray(np.where(inside, shape, 0.0))


def ecg(phase: Values) -> Values:
    """Lead II in millivolts; the R wave at phase 0."""
    p = np.mod(phase + 0.5, 1.0) - 0.5
    waves = (
        (-0.19, 0.028, 0.14),
        (-0.03, 0.009, -0.10),
        (0.0, 0.011, 1.05),
        (0.032, 0.011, -0.22),
        (0.30, 0.050, 0.27),
    )
    return np.asarray(sum(a * np.exp(-(((p - m) / s) ** 2)) for m, s, a in waves))


def _ease(t: Values) -> Values:
    t = np.clip(t, 0, 1)
    return np.asarray(t * t * (3 - 2 * t))
