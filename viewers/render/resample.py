"""Resampling: values of a volume on any plane, linear between voxel centres at their true places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.display.view_state import Slab, SlabMode
from viewers.geometry.slice_basis import SliceBasis
from viewers.render.grid_lines import Found, grid_lines
from viewers.render.layers import layer_offsets_mm
from viewers.render.trilinear import neighbours, trilinear
from viewers.volumes.volume import Volume, has_lost, has_one_padding, is_padding

_BLOCK = 1 << 14  # pixels at a time: what they need stays close to the processor

Mask = NDArray[np.bool_] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resampled:
    """What lies on a picture's pixels.

    Attributes:
        values: float32 (rows, columns).
        outside: True beyond the edges of what was acquired, and where slices have not arrived yet.
        gaps: True in holes between slices and beside slices that cannot be had, or None where there are none.
        excluded: True where a value would be made of padding, or None where the volume has none.
    """

    values: NDArray[np.float32]
    outside: NDArray[np.bool_]
    gaps: NDArray[np.bool_] | None
    excluded: NDArray[np.bool_] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Layer:
    """Some rows of a picture at one depth; a mask is None where it would be False everywhere."""

    values: NDArray[np.float32]
    outside: Mask = None
    gaps: Mask = None
    absent: Mask = None
    excluded: Mask = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Missing:
    """Which slices are not there: lost for good, or not arrived yet; None where it would be False everywhere."""

    lost: Mask
    absent: Mask


def resample(volume: Volume, basis: SliceBasis, slab: Slab | None, *, even: bool) -> Resampled:
    """Values on the plane of ``basis``, or of a slab around it.

    A value is made of the voxels around it. Where one of them is padding, is lost or has not arrived, there is no
    value: nothing is mixed from what was measured and what was not.

    Args:
        volume: any: oblique, tilted, with uneven steps or holes.
        basis: the pixels wanted.
        slab: thickness and projection, or None for the plane alone.
        even: whether the affine tells the true place of every slice (see ``display.cuts.is_even``).
    """
    offsets = np.zeros(1) if slab is None else layer_offsets_mm(volume, basis.plane, slab)
    lines = grid_lines(volume, basis, float(np.abs(offsets).max()), even=even)
    missing = _missing(volume)

    def block(rows: slice) -> _Layer:
        found = lines(rows)
        layers = [_layer(volume, found(offset), missing) for offset in offsets.tolist()]
        return layers[0] if slab is None else _projected(layers, int(np.argmin(np.abs(offsets))), slab.mode)

    width, height = basis.size
    step = max(1, _BLOCK // width)
    made = [block(slice(start, min(start + step, height))) for start in range(0, height, step)]
    outside = _joined(made, [_either(each.outside, each.absent) for each in made])
    gaps, excluded = ([getattr(each, name) for each in made] for name in ("gaps", "excluded"))
    return Resampled(
        values=np.concatenate([each.values for each in made]),
        outside=outside,
        gaps=_joined(made, gaps) if any(each is not None for each in gaps) else None,
        excluded=_joined(made, excluded) if any(each is not None for each in excluded) else None,
    )


def project(values: NDArray[np.generic], dead: Mask, mode: SlabMode) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """One layer (rows, columns) of many (layers, rows, columns), those that are ``dead`` or no numbers left out.

    Returns:
        Values as float32, and where no layer had any.
    """
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        dead = _either(~np.isfinite(values), dead)
    none = np.zeros(values.shape[1:], bool) if dead is None else np.asarray(dead.all(axis=0), bool)
    if mode is SlabMode.MEAN:
        weights = None if dead is None else ~dead
        count = values.shape[0] if weights is None else np.maximum(weights.sum(axis=0), 1)
        total = np.sum(values, axis=0, dtype=np.float64, where=True if weights is None else weights)
        return (total / count).astype(np.float32), none
    highest = mode is SlabMode.MIP
    reduce = np.max if highest else np.min
    initial = -np.inf if highest else np.inf
    kept = values if dead is None else np.where(dead, np.float32(initial), values.astype(np.float32, copy=False))
    flat = reduce(kept, axis=0).astype(np.float32, copy=False)
    return (flat if dead is None else np.where(none, np.float32(0), flat)), none


def _missing(volume: Volume) -> _Missing:
    if volume.here is None or volume.here.all():
        return _Missing(lost=None, absent=None)
    away = ~volume.here
    lost = None if volume.lost is None else volume.lost & away
    absent = away if lost is None else away & ~lost
    return _Missing(lost=lost if has_lost(volume) else None, absent=absent if absent.any() else None)


def _layer(volume: Volume, found: Found, missing: _Missing) -> _Layer:
    values = trilinear(volume.values, found.places)
    lost, absent, excluded = _unmeasured(volume, found, missing)
    if lost is not None and found.outside is not None:
        lost &= ~found.outside
    return _Layer(
        values=values, outside=found.outside, gaps=_either(found.gaps, lost), absent=absent, excluded=excluded
    )


def _unmeasured(volume: Volume, found: Found, missing: _Missing) -> tuple[Mask, Mask, Mask]:
    """(made of a lost slice, of one that has not arrived, of padding): whether any voxel that takes part is one."""
    lost: Mask = None
    absent: Mask = None
    excluded: Mask = None
    if volume.padding is None and missing.lost is None and missing.absent is None:
        return lost, absent, excluded
    alike = has_one_padding(volume)
    for one in neighbours(volume.values, found.places):
        padding = is_padding(volume, one.values, 0 if alike else one.slices)
        excluded = _either(excluded, _both(padding, one.counts))
        lost = _either(lost, _both(_of(missing.lost, one.slices), one.counts))
        absent = _either(absent, _both(_of(missing.absent, one.slices), one.counts))
    return lost, absent, excluded


def _of(by_slice: Mask, slices: NDArray[np.int32]) -> Mask:
    return None if by_slice is None else by_slice[slices]


def _both(first: Mask, second: Mask) -> Mask:
    return first if first is None or second is None else first & second


def _either(first: Mask, second: Mask) -> Mask:
    if first is None or second is None:
        return second if first is None else first
    return first | second


def _projected(layers: list[_Layer], middle: int, mode: SlabMode) -> _Layer:
    """One layer of all, beyond the edges where every one is; what kind of hole there is tells the one in the middle."""
    each_dead = [_either(_either(one.outside, one.gaps), _either(one.absent, one.excluded)) for one in layers]
    dead: Mask = None
    if any(one is not None for one in each_dead):
        dead = np.stack([_or_nowhere(mask, one) for mask, one in zip(each_dead, layers, strict=True)])
    values, none = project(np.stack([one.values for one in layers]), dead, mode)
    at, inside = layers[middle], any(one.outside is None for one in layers)
    return _Layer(
        values=values,
        outside=None if inside else np.logical_and.reduce([_or_nowhere(one.outside, one) for one in layers]),
        gaps=_both(at.gaps, none),
        absent=_both(at.absent, none),
        excluded=None if dead is None else none,
    )


def _or_nowhere(mask: Mask, layer: _Layer) -> NDArray[np.bool_]:
    return np.zeros(layer.values.shape, bool) if mask is None else mask


def _joined(blocks: list[_Layer], masks: list[Mask]) -> NDArray[np.bool_]:
    return np.concatenate([_or_nowhere(mask, block) for mask, block in zip(masks, blocks, strict=True)])
