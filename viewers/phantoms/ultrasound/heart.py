"""The apical four-chamber plane in material coordinates: the tissue at end diastole, and where it is at any phase."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.phantoms.fields.grid import Array
from viewers.phantoms.fields.randomness import smooth_plane
from viewers.phantoms.ultrasound.beat import contraction

Values = NDArray[np.float64]

APEX = (0.95, 2.35)
TILT_DEG = 4.5
LENGTH_ED, LENGTH_ES = 8.6, 7.05
WIDTH_ED, WIDTH_ES = 2.42, 1.60
DEEPEST = 17.0
STEP_CM = 0.03


@dataclass(frozen=True, kw_only=True)
class Tissue:
    """Maps over (along, across) in centimetres at end diastole, ``STEP_CM`` apart, the origin at ``corner``.

    Attributes:
        scatter: amplitude of diffuse echoes.
        density: acoustic impedance, whose jumps along the beam give specular echoes.
        grain: complex scatterers that travel with the tissue.
        corner: (along, across) of element (0, 0).
    """

    scatter: Array
    density: Array
    grain: NDArray[np.complex64]
    corner: tuple[float, float]


def length_cm(phase: float) -> float:
    """From the apex to the middle of the mitral ring."""
    return float(LENGTH_ED + (LENGTH_ES - LENGTH_ED) * contraction(phase))


def half_width(along: Values, phase: float) -> Values:
    """Half width (cm) of the cavity at a distance from the apex, 0 outside it."""
    c = float(contraction(phase))
    s = np.clip(along / length_cm(phase), 0, 1)
    widest = WIDTH_ED + (WIDTH_ES - WIDTH_ED) * c
    return np.asarray(widest * _profile(s))


def cavity_volume_ml(phase: float) -> float:
    """Volume of the cavity as a body of revolution, π ∫ w² ds, in millilitres."""
    s = (np.arange(4000) + 0.5) / 4000 * length_cm(phase)
    return float(np.pi * np.mean(half_width(s, phase) ** 2) * length_cm(phase))


def to_axes(x: Values, depth: Values) -> tuple[Values, Values]:
    """Probe coordinates (cm; x to the right of the screen) to (along, across) of the ventricle's axis."""
    cos, sin = np.cos(np.deg2rad(TILT_DEG)), np.sin(np.deg2rad(TILT_DEG))
    dx, dz = x - APEX[0], depth - APEX[1]
    return dz * cos + dx * sin, dx * cos - dz * sin


def from_axes(along: Values, across: Values) -> tuple[Values, Values]:
    """The inverse of ``to_axes``."""
    cos, sin = np.cos(np.deg2rad(TILT_DEG)), np.sin(np.deg2rad(TILT_DEG))
    return APEX[0] + across * cos + along * sin, APEX[1] + along * cos - across * sin


def rest_position(along: Values, across: Values, phase: float) -> tuple[Values, Values]:
    """Where the tissue now at (along, across) was at end diastole; walls keep their volume and so thicken."""
    now = length_cm(phase)
    stretched = along * (LENGTH_ED / now)
    beyond = LENGTH_ED + (along - now) * ((DEEPEST - LENGTH_ED) / (DEEPEST - now))
    rest = np.where(along < 0, along, np.where(along < now, stretched, beyond))
    gain = half_width(rest, 0.0) ** 2 - half_width(np.minimum(along, now), phase) ** 2
    fade = np.where(along > now, np.exp(-((along - now) / 0.9)), 1.0) * np.exp(-((np.abs(across) / 6.0) ** 4))
    return rest, np.sign(across) * np.sqrt(across**2 + np.maximum(gain, 0) * fade)


def tissue(rng: np.random.Generator) -> Tissue:
    """The four chambers and what surrounds them."""
    corner = (-3.2, -10.0)
    along = corner[0] + np.arange(int(20.4 / STEP_CM)) * STEP_CM
    across = corner[1] + np.arange(int(20.0 / STEP_CM)) * STEP_CM
    a, b = np.meshgrid(along, across, indexing="ij")
    shape = (len(along), len(across))
    a = a + 0.10 * smooth_plane(rng, shape, 60) + 0.03 * smooth_plane(rng, shape, 22)
    b = b + 0.10 * smooth_plane(rng, shape, 60) + 0.03 * smooth_plane(rng, shape, 22)
    clumps, streaks = smooth_plane(rng, shape, 30).astype(float), smooth_plane(rng, shape, 9).astype(float)
    scatter = np.full(shape, 0.16) * np.exp(0.75 * clumps)
    density = 0.5 + 0.4 * clumps
    for mask, level, hard in _layers(a, b, clumps):
        scatter += mask * (level * np.exp(0.22 * streaks) - scatter)
        density += mask * (hard - density)
    grain = (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)
    return Tissue(scatter=scatter.astype(np.float32), density=density.astype(np.float32), grain=grain, corner=corner)


def _profile(s: Values) -> Values:
    """A bullet: round at the apex, widest past the middle, a little narrower at the ring."""
    return np.asarray(np.sqrt(np.clip(1 - (1 - s) ** 2.3, 0, 1)) * (1 - 0.24 * np.clip(s - 0.45, 0, 1) ** 1.5 * 2.4))


def _layers(a: Values, b: Values, clumps: Values) -> list[tuple[Values, float, float]]:
    """(mask 0…1, echo level, impedance) from the outermost tissue inwards."""
    inner = half_width(np.clip(a, 0, LENGTH_ED * 0.999), 0.0)
    inner = np.where(a < 0, 0.0, inner)
    wall = np.where(b < 0, 1.02, 0.95) * (0.86 + 0.16 * np.clip(a / 3.0, 0, 1))
    cap = np.where(a < 0, -a, 0.0)
    ventricle = (a < LENGTH_ED) & (a > -0.85)
    outer = _soft((inner + wall) ** 2 - b**2 - (2.2 * cap) ** 2, 0.8) * ventricle
    cavity = _soft(inner - np.abs(b), 0.05) * (a > 0) * (a < LENGTH_ED)
    right = np.clip((a - 1.7) / 5.0, 0, 1) ** 0.7 * 3.15 * (a < LENGTH_ED + 0.25)
    right_edge = -(inner + wall)
    rv_cavity = _soft(right - 0.42 - (right_edge - b), 0.06) * (b < right_edge) * (right > 0.5)
    rv_wall = _soft(right + 0.05 - (right_edge - b), 0.06) * (b < right_edge) * (right > 0.05)
    sac = _soft(0.22 - np.abs(np.abs(b - 0.2) - inner - wall - 0.1), 0.05) * ventricle * (b > 0)
    la, la_out = _egg(a, b, (LENGTH_ED + 2.55, 0.35), (2.75, 2.15)), _egg(a, b, (LENGTH_ED + 2.55, 0.35), (3.0, 2.42))
    ra, ra_out = _egg(a, b, (LENGTH_ED + 2.35, -4.35), (2.6, 2.15)), _egg(a, b, (LENGTH_ED + 2.35, -4.35), (2.85, 2.4))
    vein = _soft(0.45 - np.abs(b - 2.2 + 0.25 * (a - LENGTH_ED - 4)), 0.08) * (a > LENGTH_ED + 3.3)
    aorta = _egg(a, b, (LENGTH_ED + 5.3, 2.9), (1.05, 1.1))
    near = (a < -1.1) * 1.0
    moderator = _soft(0.16 - np.abs(a - 3.9 - 0.5 * (b + 4)), 0.05) * rv_cavity
    body = 0.42 * np.exp(0.25 * clumps)
    return [
        (near, 0.5, 0.9),
        (_soft(0.4 - np.abs(_ring(a, b)), 0.12), 0.55, 1.4),
        (np.maximum(la_out, ra_out), 0.5, 1.1),
        (sac, 1.25, 2.1),
        (rv_wall, 0.46, 1.05),
        (outer, float(np.mean(body)), 1.0),
        (rv_cavity, 0.012, 0.0),
        (moderator, 0.4, 0.9),
        (np.maximum(np.maximum(la, vein * 0.95), _inlet(a, b, 0.0, 1.78)), 0.012, 0.0),
        (np.maximum(ra, _inlet(a, b, -4.2, 1.2)), 0.012, 0.0),
        (aorta, 0.014, 0.0),
        (cavity, 0.012, 0.0),
        (_septum_gap(a, b), 0.05, 0.3),
        (_knots(a, b), 1.0, 1.9),
    ]


def _ring(a: Values, b: Values) -> Values:
    """The pericardium behind the atria."""
    return np.asarray(np.hypot((a - LENGTH_ED - 1.2) / 5.6, (b + 1.6) / 5.7) * 5.6 - 5.6)


def _inlet(a: Values, b: Values, centre: float, half: float) -> Values:
    """The opening of an atrium into its ventricle."""
    return _soft(half - np.abs(b - centre), 0.08) * (a > LENGTH_ED - 0.15) * (a < LENGTH_ED + 1.5)


def _septum_gap(a: Values, b: Values) -> Values:
    """The oval fossa: so thin that it hardly echoes."""
    return np.asarray(np.exp(-(((a - LENGTH_ED - 2.6) / 0.55) ** 2) - (((b + 1.95) / 0.2) ** 2)) * 0.8)


def _knots(a: Values, b: Values) -> Values:
    """Fibrous tissue where leaflets hinge: mitral ring, central body, tricuspid ring."""
    places = ((1.95, 0.0), (-2.05, -0.05), (-2.55, 0.3), (-5.6, 0.15))
    return np.asarray(sum(np.exp(-(((b - x) / 0.26) ** 2) - ((a - LENGTH_ED - y) / 0.2) ** 2) for x, y in places)).clip(
        0, 1
    )


def _egg(a: Values, b: Values, centre: tuple[float, float], half: tuple[float, float]) -> Values:
    return _soft(1 - np.hypot((a - centre[0]) / half[0], (b - centre[1]) / half[1]), 0.04)


def _soft(value: Values, width: float) -> Values:
    return np.asarray(np.clip(value / width + 0.5, 0, 1))
