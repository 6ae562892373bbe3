"""The C-arm: perspective from source to detector, tubes as lengths of contrast along each ray."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.phantoms.fields.grid import Array

Points = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class CArm:
    """Geometry of the acquisition (PS3.3 C.8.7.5): angles in degrees, distances in millimetres.

    Attributes:
        lao_deg: positioner primary angle, LAO positive.
        cranial_deg: positioner secondary angle, cranial positive.
        source_detector_mm: SID.
        source_patient_mm: SOD, to the isocentre.
        isocentre: (x, y, z) in patient millimetres.
        size: rows = columns of the detector picture.
        pixel_mm: on the detector.
    """

    lao_deg: float
    cranial_deg: float
    source_detector_mm: float
    source_patient_mm: float
    isocentre: tuple[float, float, float]
    size: int
    pixel_mm: float

    @property
    def axes(self) -> tuple[Points, Points, Points]:
        """Unit vectors: along columns (image right), along rows (image down), and from source to detector."""
        a, b = np.deg2rad(self.lao_deg), np.deg2rad(self.cranial_deg)
        flat = np.array([np.sin(a), -np.cos(a), 0.0])
        beam = np.cos(b) * flat + np.array([0, 0, np.sin(b)])
        up = np.cos(b) * np.array([0, 0, 1.0]) - np.sin(b) * flat
        return np.array([np.cos(a), np.sin(a), 0.0]), -up, beam


def project(arm: CArm, points: Points) -> tuple[Points, Points]:
    """Pixels (column, row) of points (n, 3), and the pixels per millimetre at each."""
    right, down, beam = arm.axes
    local = points - np.asarray(arm.isocentre)
    scale = arm.source_detector_mm / (arm.source_patient_mm + local @ beam) / arm.pixel_mm
    middle = (arm.size - 1) / 2
    return np.stack([local @ right * scale + middle, local @ down * scale + middle], axis=1), scale


def tube_lengths(arm: CArm, points: Points, radii: Points, weight: Points, out: Array) -> None:
    """Add to ``out`` (size, size) the millimetres of a tube along every ray, times ``weight`` along it (n,)."""
    if not np.any(weight > 0.01):
        return
    place, scale = project(arm, points)
    r = np.maximum(radii * scale, 0.35)
    dim = np.minimum(radii * scale / r, 1.0)
    low = np.maximum(np.floor(place.min(axis=0) - r.max() - 2), 0).astype(int)
    high = np.minimum(np.ceil(place.max(axis=0) + r.max() + 3), arm.size).astype(int)
    if np.any(low >= high):
        return
    own = np.zeros((high[1] - low[1], high[0] - low[0]), np.float32)
    steep = _steepness(arm, points)
    for i in range(len(points) - 1):
        if weight[i] > 0.01:
            thick = weight[i] * steep[i] * 2 / scale[i] * dim[i]
            _lay(own, (place[i] - low, place[i + 1] - low), (float(r[i]), float(r[i + 1])), float(thick))
    out[low[1] : high[1], low[0] : high[0]] += own


def _steepness(arm: CArm, points: Points) -> Points:
    """How much longer than the diameter a ray's way through the tube is, because the tube runs towards it."""
    along = np.gradient(points, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    sine = np.sqrt(np.clip(1 - (along @ arm.axes[2]) ** 2, 0.0, 1))
    return np.asarray(1 / np.maximum(sine, 0.45))


def _lay(own: Array, ends: tuple[Points, Points], radii: tuple[float, float], thick: float) -> None:
    (a, b), (ra, rb) = ends, radii
    reach = max(ra, rb) + 0.5
    x0, x1 = max(int(min(a[0], b[0]) - reach), 0), min(int(max(a[0], b[0]) + reach) + 2, own.shape[1])
    y0, y1 = max(int(min(a[1], b[1]) - reach), 0), min(int(max(a[1], b[1]) + reach) + 2, own.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    px = np.arange(x0, x1, dtype=np.float32)[None] - np.float32(a[0])
    py = np.arange(y0, y1, dtype=np.float32)[:, None] - np.float32(a[1])
    dx, dy = np.float32(b[0] - a[0]), np.float32(b[1] - a[1])
    t = np.clip((px * dx + py * dy) / np.float32(max(float(dx * dx + dy * dy), 1e-6)), 0, 1)
    d2 = (px - t * dx) ** 2 + (py - t * dy) ** 2
    r = np.float32(ra) + t * np.float32(rb - ra)
    chord = np.sqrt(np.maximum(r * r - d2, 0)) * np.float32(thick)
    part = own[y0:y1, x0:x1]
    np.maximum(part, chord, out=part)
