"""A spectral Doppler strip: velocities of many cells by time, whose envelope is a stated curve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from viewers.phantoms.ultrasound.beat import aortic_flow


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A strip of spectral Doppler.

    Attributes:
        rows: height in pixels.
        columns: width in pixels.
        baseline: row of velocity zero within the strip.
        cm_s_per_px: velocity of one pixel, upwards positive.
        s_per_px: time of one pixel.
        beat_s: length of a beat.
        first_r_s: time of the first R wave.
        peak_cm_s: greatest velocity, away from the probe (drawn downwards).
        filled: continuous wave (all velocities below the envelope) or pulsed (a narrow band).
    """

    rows: int
    columns: int
    baseline: int
    cm_s_per_px: float
    s_per_px: float
    beat_s: float
    first_r_s: float
    peak_cm_s: float
    filled: bool


def envelope(strip: Strip) -> NDArray[np.float64]:
    """The greatest velocity (cm/s, ≥ 0 away from the probe) in every column."""
    seconds = np.arange(strip.columns) * strip.s_per_px
    return np.asarray(strip.peak_cm_s * aortic_flow(np.asarray((seconds - strip.first_r_s) / strip.beat_s, np.float64)))


def velocity_time_integral(strip: Strip) -> float:
    """The integral of one beat's envelope, in centimetres."""
    phase = (np.arange(200000) + 0.5) / 200000
    return float(strip.peak_cm_s * np.mean(aortic_flow(phase)) * strip.beat_s)


def spectrum(rng: np.random.Generator, strip: Strip) -> NDArray[np.uint8]:
    """The grey picture of the strip, shape (rows, columns)."""
    velocity = np.asarray((strip.baseline - np.arange(strip.rows))[:, None] * strip.cm_s_per_px, np.float64)
    edge = envelope(strip)[None]
    speed = -velocity
    soft = 2.4 * strip.cm_s_per_px
    inside = np.clip((edge - speed) / soft + 0.5, 0, 1) * (edge > 4 * soft)
    share = np.clip(speed / np.maximum(edge, 1), 0, 1.2)
    if strip.filled:
        power = inside * (0.16 + 0.5 * share**3 + 0.28 * np.exp(-((speed / (0.16 * strip.peak_cm_s)) ** 2)))
    else:
        power = inside * (0.03 + 1.0 * np.exp(-(((share - 0.9) / 0.13) ** 2)))
    power = power * (speed > 0)
    power = power + _slow_tissue(strip, velocity) + _diastole(strip, velocity)
    power *= np.abs(velocity) > 0.045 * strip.peak_cm_s
    speckle = rng.exponential(1.0, (strip.rows, strip.columns))
    speckle = ndimage.gaussian_filter(speckle, (0.7, 1.0), mode="wrap")
    noise = 0.012 * rng.exponential(1.0, (strip.rows, strip.columns))
    level = 10 * np.log10(power * speckle + noise + 1e-6)
    return np.asarray(np.rint(np.clip((level + 21) / 24, 0, 1) ** 1.2 * 230), np.uint8)


def _slow_tissue(strip: Strip, velocity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Valve clicks and wall thump close to the baseline."""
    seconds = np.arange(strip.columns)[None] * strip.s_per_px
    phase = np.mod((seconds - strip.first_r_s) / strip.beat_s, 1)
    clicks = sum(np.exp(-(((phase - p) / 0.008) ** 2)) for p in (0.045, 0.385))
    low = 0.35 * np.exp(-((velocity / (0.09 * strip.peak_cm_s)) ** 2))
    return np.asarray(
        low * (0.35 + 0.2 * np.sin(phase * 25) ** 2)
        + 0.22 * clicks * np.exp(-np.abs(velocity) / (0.25 * strip.peak_cm_s))
    )


def _diastole(strip: Strip, velocity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Faint inflow above the baseline: E and A waves at the border of the beam."""
    seconds = np.arange(strip.columns)[None] * strip.s_per_px
    phase = np.mod((seconds - strip.first_r_s) / strip.beat_s, 1)
    peak = 0.17 * strip.peak_cm_s if strip.filled else 0.45 * strip.peak_cm_s
    inflow = peak * (np.exp(-(((phase - 0.51) / 0.055) ** 2)) + 0.8 * np.exp(-(((phase - 0.9) / 0.035) ** 2)))
    return np.asarray(
        0.10 * np.clip((inflow - velocity) / (0.05 * strip.peak_cm_s), 0, 1) * (velocity > 0) * (inflow > 0.03 * peak)
    )
