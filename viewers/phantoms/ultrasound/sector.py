"""The sector probe: echoes along beams, their interference (speckle), compression, and conversion to pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from viewers.phantoms.fields.grid import Array
from viewers.phantoms.ultrasound.beat import mitral_opening
from viewers.phantoms.ultrasound.heart import (
    STEP_CM,
    Tissue,
    from_axes,
    half_width,
    length_cm,
    rest_position,
    to_axes,
)

Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Beams × samples, and where the sector lies on the screen (pixels)."""

    beams: int
    samples: int
    half_angle_deg: float
    depth_cm: float
    tip_px: tuple[float, float]
    cm_per_px: float
    size_px: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """For every screen pixel its place in the beam data: (samples index, beam index), and the sector's mask."""

    place: Values
    inside: NDArray[np.bool_]


def lookup(probe: Probe) -> Lookup:
    """Precompute the scan conversion."""
    rows, columns = np.mgrid[0 : probe.size_px[0], 0 : probe.size_px[1]]
    x = (columns - probe.tip_px[0]) * probe.cm_per_px
    z = (rows - probe.tip_px[1]) * probe.cm_per_px
    reach, angle = np.hypot(x, z), np.rad2deg(np.arctan2(x, z))
    inside = (reach < probe.depth_cm) & (np.abs(angle) < probe.half_angle_deg) & (reach > 0.35)
    sample = reach / probe.depth_cm * (probe.samples - 1)
    beam = (angle / probe.half_angle_deg + 1) / 2 * (probe.beams - 1)
    return Lookup(place=np.stack([sample[inside], beam[inside]]), inside=inside)


def frame(rng: np.random.Generator, probe: Probe, table: Lookup, model: Tissue, phase: float) -> NDArray[np.uint8]:
    """One grey picture of the heart at this phase, shape ``size_px``."""
    echoes = _echoes(rng, probe, model, phase)
    level = 20 * np.log10(np.abs(echoes) + 1e-5)
    grey = np.clip((level + 43) / 56, 0, 1).astype(np.float32)
    grey = grey**1.12
    picture = np.zeros(probe.size_px, np.float32)
    picture[table.inside] = ndimage.map_coordinates(grey, table.place, order=1)
    return np.rint(picture * 235).astype(np.uint8)


def leaflets(phase: float) -> list[tuple[Values, Values, float]]:
    """Valve leaflets and chordae as polylines (along, across, strength) in the ventricle's axes."""
    ring, openness = length_cm(phase), float(mitral_opening(phase))
    width = float(half_width(np.array([ring * 0.985]), phase)[0])
    t = np.linspace(0, 1, 60)
    lines = []
    for side, span in ((-1.0, 1.0), (1.0, 0.72)):
        lines.append(
            (*_leaflet(t, hinge=side * width, span=span * width, ring=ring, openness=openness, length=1.9 * span), 1.6)
        )
    centre = -width - 1.02 - 1.75
    for side, span in ((-1.0, 0.95), (1.0, 0.8)):
        a, b = _leaflet(t, hinge=side * 1.6, span=span * 1.6, ring=ring + 0.2, openness=openness, length=1.7 * span)
        lines.append((a, b + centre, 1.2))
    for side in (-1.0, 1.0):
        tip_a, tip_b = ring - 0.75 - 1.0 * openness, side * (0.12 + 0.75 * openness)
        anchor_a, anchor_b = ring * 0.52, side * float(half_width(np.array([ring * 0.52]), phase)[0]) * 0.86
        lines.append((tip_a + (anchor_a - tip_a) * t, tip_b + (anchor_b - tip_b) * t, 0.28))
    return lines


def _leaflet(
    t: Values, *, hinge: float, span: float, ring: float, openness: float, length: float
) -> tuple[Values, Values]:
    closed_a, closed_b = ring - 0.75 * t**0.7 * min(1.0, length / 1.6), hinge * (1 - t * abs(span / hinge))
    swing = np.sign(hinge) * (abs(hinge) - 0.35 * np.sin(t * np.pi * 0.75) * 0.9)
    open_a, open_b = ring - length * t, swing
    k = openness * 0.92
    return np.asarray(closed_a * (1 - k) + open_a * k), np.asarray(closed_b * (1 - k) + open_b * k)


def _echoes(rng: np.random.Generator, probe: Probe, model: Tissue, phase: float) -> NDArray[np.complex64]:
    reach = np.linspace(0, probe.depth_cm, probe.samples)[:, None]
    angle = np.deg2rad(np.linspace(-probe.half_angle_deg, probe.half_angle_deg, probe.beams))[None]
    along, across = to_axes(reach * np.sin(angle), reach * np.cos(angle))
    rest_a, rest_b = rest_position(along, across, phase)
    i = np.clip(((rest_a - model.corner[0]) / STEP_CM).astype(np.intp), 0, model.scatter.shape[0] - 1)
    j = np.clip(((rest_b - model.corner[1]) / STEP_CM).astype(np.intp), 0, model.scatter.shape[1] - 1)
    density = ndimage.gaussian_filter(model.density[i, j], (1.6, 1.5))
    specular = np.abs(np.gradient(density, axis=0)) * (probe.samples / 560)
    amplitude = model.scatter[i, j] + 3.4 * specular
    _strike_leaflets(probe, amplitude, phase)
    shadow = _shadow(reach, angle)
    field = (amplitude * shadow).astype(np.float32) * model.grain[i, j]
    noise = rng.standard_normal((2, probe.samples, probe.beams), dtype=np.float32)
    field += (noise[0] + 1j * noise[1]) * (0.006 + 0.02 * (reach / probe.depth_cm) ** 3).astype(np.float32)
    blurred = np.empty_like(field)
    axial, lateral = 1.25 * probe.samples / 560, 2.1 * probe.beams / 220
    blurred.real = ndimage.gaussian_filter(field.real, (axial, lateral))
    blurred.imag = ndimage.gaussian_filter(field.imag, (axial, lateral))
    haze = 0.05 * np.exp(-(((reach - 1.2) / 1.5) ** 2))
    gain = np.sqrt(axial * lateral) * 3.2
    return np.asarray(blurred * gain + haze * blurred / (np.abs(blurred) + 1e-3), np.complex64)


def _shadow(reach: Values, angle: Values) -> Array:
    """Ribs and lung dim the flanks, the lateral wall drops out a little."""
    flank = (
        1 - 0.72 / (1 + np.exp(-(np.rad2deg(angle) - 33) / 2.2)) - 0.45 / (1 + np.exp((np.rad2deg(angle) + 36) / 2.0))
    )
    stripes = 1 + 0.10 * np.sin(angle * 37 + 1.3) + 0.08 * np.sin(angle * 71)
    depth = 1.05 - 0.35 * np.clip((reach - 11) / 6, 0, 1)
    return np.asarray(flank * stripes * depth, np.float32)


def _strike_leaflets(probe: Probe, amplitude: Values, phase: float) -> None:
    for a, b, strength in leaflets(phase):
        x, z = from_axes(a, b)
        sample = np.hypot(x, z) / probe.depth_cm * (probe.samples - 1)
        beam = (np.rad2deg(np.arctan2(x, z)) / probe.half_angle_deg + 1) / 2 * (probe.beams - 1)
        for offset in range(-1, 3):
            i, j = np.rint(sample + offset).astype(int), np.rint(beam).astype(int)
            good = (i >= 0) & (i < probe.samples) & (j >= 0) & (j < probe.beams)
            amplitude[i[good], j[good]] = np.maximum(amplitude[i[good], j[good]], strength * 0.75)
