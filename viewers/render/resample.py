"""Resampling: values of a volume on any plane, linear between voxel centres at their true places."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from viewers.display.gaps import not_acquired
from viewers.display.view_state import Slab, SlabMode
from viewers.geometry.slice_basis import SliceBasis
from viewers.render.layers import layer_offsets_mm
from viewers.volumes.volume import Volume, has_lost, is_padding

_EDGE = 0.5 + 1e-6
_ON_GRID = 1e-6  # a share of a step below which a neighbour takes no part


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resampled:
    """Values on the grid of a basis.

    Attributes:
        values: float32 (rows, columns).
        outside: True beyond the edges of what was acquired.
        gaps: True in holes between slices and beside slices that cannot be had, or None where there are none.
        excluded: True where a value would be made of padding, or None where the volume has none.
    """

    values: NDArray[np.float32]
    outside: NDArray[np.bool_]
    gaps: NDArray[np.bool_] | None
    excluded: NDArray[np.bool_] | None


def resample(volume: Volume, basis: SliceBasis, slab: Slab | None, *, even: bool) -> Resampled:
    """Values on the plane of ``basis``, or of a slab around it.

    A value is made of the voxels around it. Where one of them is padding or is lost, there is no value: nothing is
    mixed from what was measured and what was not.

    Args:
        volume: any: oblique, tilted, with uneven steps or holes.
        basis: the pixels wanted.
        slab: thickness and projection, or None for the plane alone.
        even: whether the affine tells the true place of every slice (see ``display.cuts.is_even``).
    """
    if slab is None:
        return _layer(volume, basis, 0.0, even=even)
    offsets = layer_offsets_mm(volume, basis.plane, slab)
    layers = [_layer(volume, basis, offset, even=even) for offset in offsets]
    return _projected(layers, layers[int(np.argmin(np.abs(offsets)))], slab.mode)


def _layer(volume: Volume, basis: SliceBasis, offset_mm: float, *, even: bool) -> Resampled:
    from scipy.ndimage import map_coordinates

    place = _Place(basis, offset_mm)
    indices = _even_indices(volume, place) if even else _uneven_indices(volume, place)
    outside = np.zeros(indices[0].shape, bool)
    for index, extent in zip(indices, volume.values.shape, strict=True):
        outside |= (index < -_EDGE) | (index > extent - 1 + _EDGE)
    values = map_coordinates(volume.values, indices, output=np.float32, order=1, mode="nearest", prefilter=False)
    gaps = None if even else _gaps_at(volume, place) & ~outside
    excluded, lost = _unmeasured(volume, indices)
    if lost is not None:
        gaps = lost & ~outside if gaps is None else gaps | (lost & ~outside)
    return Resampled(values=values, outside=outside, gaps=gaps, excluded=excluded)


class _Place:
    """The picture's pixels in the patient, asked for one coordinate at a time: each is a sum of two short vectors."""

    def __init__(self, basis: SliceBasis, offset_mm: float) -> None:
        width, height = basis.size
        self._origin = np.asarray(basis.plane.origin_mm) + offset_mm * np.asarray(basis.plane.normal)
        self._right, self._down = np.asarray(basis.plane.right), np.asarray(basis.plane.down)
        self._across = np.arange(width) * basis.pixel_mm[0]
        self._along = np.arange(height) * basis.pixel_mm[1]

    def along(self, direction: NDArray[np.float64], start_mm: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """(rows, columns): ``(point - start_mm) @ direction`` of every pixel."""
        origin = self._origin if start_mm is None else self._origin - start_mm
        across = self._across * float(self._right @ direction)
        down = self._along * float(self._down @ direction) + float(origin @ direction)
        return np.asarray(across[None, :] + down[:, None])


def _even_indices(volume: Volume, place: _Place) -> list[NDArray[np.float64]]:
    back = np.linalg.inv(volume.affine[:3, :3])
    return [place.along(back[axis], volume.affine[:3, 3]) for axis in range(3)]


def _uneven_indices(volume: Volume, place: _Place) -> list[NDArray[np.float64]]:
    """(slice, row, column) of every pixel when slices stand at their own places."""
    normal = _normal(volume)
    origins = volume.slice_origins_mm
    positions = origins @ normal
    at = place.along(normal)
    below = np.clip(np.searchsorted(positions, at, side="right") - 1, 0, max(0, positions.size - 2))
    above = np.minimum(below + 1, positions.size - 1)
    step = np.where(above > below, positions[above] - positions[below], _usual_step_mm(positions))
    part = (at - positions[below]) / step
    indices = [below + part]
    for axis in (1, 2):
        direction = volume.affine[:3, axis] / (volume.affine[:3, axis] @ volume.affine[:3, axis])
        starts = origins @ direction
        indices.append(place.along(direction) - (starts[below] + part * (starts[above] - starts[below])))
    return indices


def _gaps_at(volume: Volume, place: _Place) -> NDArray[np.bool_]:
    normal = _normal(volume)
    positions = volume.slice_origins_mm @ normal
    return not_acquired(place.along(normal), positions, _usual_step_mm(positions))


def _unmeasured(
    volume: Volume, indices: list[NDArray[np.float64]]
) -> tuple[NDArray[np.bool_] | None, NDArray[np.bool_] | None]:
    """(made of padding, made of a lost slice): whether any of the voxels that a value is made of is one."""
    excluded = None if volume.padding is None else np.zeros(indices[0].shape, bool)
    lost = volume.lost if has_lost(volume) else None
    missing = None if lost is None else np.zeros(indices[0].shape, bool)
    if excluded is None and missing is None:
        return None, None
    ends = [_neighbours(index, extent) for index, extent in zip(indices, volume.values.shape, strict=True)]
    for voxel in product(*ends):
        padding = is_padding(volume, volume.values[voxel], voxel[0])
        if excluded is not None and padding is not None:
            excluded |= padding
        if missing is not None and lost is not None:
            missing |= lost[voxel[0]]
    return excluded, missing


def _neighbours(index: NDArray[np.float64], extent: int) -> tuple[NDArray[np.intp], ...]:
    """The voxel indices along one axis that take part in a value: two, or one where all places are on the grid."""
    at = np.clip(index, 0, extent - 1)
    first = np.floor(at + _ON_GRID).astype(np.intp)
    last = np.ceil(at - _ON_GRID).astype(np.intp)
    return (first,) if np.array_equal(first, last) else (first, last)


def _projected(layers: list[Resampled], middle: Resampled, mode: SlabMode) -> Resampled:
    dead = [layer.outside | _or_none(layer.gaps, layer) | _or_none(layer.excluded, layer) for layer in layers]
    values, none = project(np.stack([layer.values for layer in layers]), np.stack(dead), mode)
    outside = np.logical_and.reduce([layer.outside for layer in layers])
    gaps = None if middle.gaps is None else middle.gaps & none
    return Resampled(values=values, outside=outside, gaps=gaps, excluded=none)


def _or_none(mask: NDArray[np.bool_] | None, layer: Resampled) -> NDArray[np.bool_]:
    return np.zeros(layer.outside.shape, bool) if mask is None else mask


def project(
    values: NDArray[np.generic], dead: NDArray[np.bool_] | None, mode: SlabMode
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """One layer (rows, columns) of many (layers, rows, columns), those that are ``dead`` or no numbers left out.

    Returns:
        Values as float32, and where no layer had any.
    """
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        dead = ~np.isfinite(values) if dead is None else dead | ~np.isfinite(values)
    none = np.zeros(values.shape[1:], bool) if dead is None else np.asarray(dead.all(axis=0), bool)
    if mode is SlabMode.MEAN:
        weights = None if dead is None else ~dead
        count = values.shape[0] if weights is None else np.maximum(weights.sum(axis=0), 1)
        total = np.sum(values, axis=0, dtype=np.float64, where=True if weights is None else weights)
        return (total / count).astype(np.float32), none
    highest = mode is SlabMode.MIP
    reduce = np.max if highest else np.min
    initial = -np.inf if highest else np.inf
    kept = values if dead is None else np.where(dead, np.float32(initial), values.astype(np.float32))
    flat = reduce(kept, axis=0).astype(np.float32)
    return np.where(none, np.float32(0), flat), none


def _normal(volume: Volume) -> NDArray[np.float64]:
    normal = np.cross(volume.affine[:3, 2], volume.affine[:3, 1])
    return np.asarray(normal / np.linalg.norm(normal))


def _usual_step_mm(positions: NDArray[np.float64]) -> float:
    return float(np.median(np.diff(positions))) if positions.size > 1 else 1.0
