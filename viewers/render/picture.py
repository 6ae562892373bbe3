"""Pictures: the slice of a volume at one place of a cut, or of one stored frame, ready to be zoomed and windowed."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewers.display.cuts import Cut, basis_at, grid_place, is_even
from viewers.display.slices import GridPlace, Slice
from viewers.display.view_state import PlaneName, Slab
from viewers.geometry.plane import Plane
from viewers.geometry.slice_basis import SliceBasis
from viewers.render.resample import Resampled, project, resample
from viewers.render.reslice import reslice
from viewers.series.display_set import DisplaySet
from viewers.volumes.frame_values import FrameValues, OverlayPlane, overlays_beside
from viewers.volumes.volume import Volume, has_one_padding, is_padding

UPTAKE = "SUVbw"
Number = TypeVar("Number", bound=np.generic)


def picture_of_volume(volume: Volume, cut: Cut, index: int, slab: Slab | None = None) -> Slice:
    """The picture of a cut at place ``index``; voxel values where the cut lies on the grid, else interpolated ones.

    A picture on the grid is black where it crosses slices that have not arrived, and hatched where one is lost; their
    memory is not touched.

    Args:
        volume: whose voxels.
        cut: along which plane.
        index: at which of its places.
        slab: several planes in one, or None.
    """
    basis = basis_at(volume, cut, float(cut.positions_mm[index]))
    if cut.axes is not None and slab is None:
        return _as_uptake(_on_grid(volume, cut, index, basis))
    sampled = _grid_slab(volume, cut, index, slab) if cut.axes and slab else _off_grid(volume, basis, slab)
    picture = Slice(
        values=sampled.values,
        excluded=sampled.excluded,
        outside=sampled.outside if sampled.outside.any() else None,
        gaps=sampled.gaps if sampled.gaps is not None and sampled.gaps.any() else None,
        pixel_size=basis.pixel_mm,
        basis=basis,
        grid=None,
        display_set=volume.display_set,
        plane=cut.plane,
        frame=None,
        unit=volume.unit,
        thickness_mm=0.0 if slab is None else slab.thickness_mm,
    )
    return _as_uptake(picture)


def picture_of_frame(display_set: DisplaySet, index: int, frame: FrameValues) -> Slice:
    """The picture of one stored frame, as it was acquired."""
    spacing = display_set.calibration.spacing_mm
    rows, columns = frame.values.shape[:2]
    picture = Slice(
        values=frame.values,
        excluded=frame.padding,
        pixel_size=(1.0, display_set.pixel_aspect) if spacing is None else (spacing[1], spacing[0]),
        basis=_frame_basis(display_set, index, (columns, rows)),
        grid=GridPlace(start=(index, 0, 0), across=(0, 0, 1), down=(0, 1, 0)),
        display_set=display_set,
        plane=PlaneName.ACQUIRED,
        frame=index,
        unit=display_set.unit,
        note=frame.warning,
        overlays=_placed(frame.overlays),
    )
    return _as_uptake(picture)


def _placed(planes: tuple[OverlayPlane, ...]) -> tuple[tuple[tuple[int, int], NDArray[np.bool_]], ...]:
    """Overlay Origin is (row, column) of the first pixel, from 1 (PS3.3 C.9.2.1.4)."""
    return tuple(((overlay.column - 1, overlay.row - 1), pixels) for overlay, pixels in planes)


def _as_uptake(picture: Slice) -> Slice:
    """A PET picture in SUV where the display set knows the factor from its own unit; every other one as it is."""
    factor = picture.display_set.suv_factor
    if factor is None or picture.unit != picture.display_set.unit or picture.unit.startswith(UPTAKE):
        return picture
    return replace(picture, values=picture.values.astype(np.float32) * np.float32(factor), unit=UPTAKE)


def _on_grid(volume: Volume, cut: Cut, index: int, basis: SliceBasis) -> Slice:
    place = grid_place(volume, cut, index)
    stored = cut.axes is not None and cut.axes.through[0] == 0
    here = None if stored or volume.here is None or volume.here.all() else volume.here.copy()
    lost = volume.lost if here is not None and volume.lost is not None and volume.lost.any() else None
    values = _layer(volume.values, cut, place, here)
    return Slice(
        values=values,
        excluded=is_padding(volume, values, _slices(volume, cut, place)),
        pixel_size=basis.pixel_mm,
        basis=basis,
        grid=place,
        display_set=volume.display_set,
        plane=cut.plane,
        frame=place.start[0] if stored else None,
        unit=volume.unit,
        overlays=_placed(overlays_beside(volume.display_set, place.start[0])) if _is_as_stored(place) else (),
        outside=None if here is None else _spread(~here if lost is None else ~here & ~lost, volume, cut),
        gaps=None if lost is None else _spread(lost, volume, cut),
    )


def _is_as_stored(place: GridPlace) -> bool:
    """Whether picture rows and columns run as those of the stored frame, so that its overlays fit."""
    return (place.across, place.down) == ((0, 0, 1), (0, 1, 0)) and place.start[1:] == (0, 0)


def _layer(
    values: NDArray[np.generic], cut: Cut, place: GridPlace, here: NDArray[np.bool_] | None = None
) -> NDArray[np.generic]:
    assert cut.axes is not None
    through = cut.axes.through[0]
    flat = np.asarray(np.moveaxis(values, through, 0)[place.start[through]])
    if here is not None:
        arrived = np.zeros(flat.shape, flat.dtype)
        arrived[here] = flat[here]
        flat = arrived
    return _oriented(flat, cut)


def _slices(volume: Volume, cut: Cut, place: GridPlace) -> ArrayLike:
    """Which slice every pixel of a layer is of; 0 where their padding is the same and nobody needs to know."""
    assert cut.axes is not None
    if cut.axes.through[0] == 0:
        return place.start[0]
    if has_one_padding(volume):
        return 0
    return _spread(np.arange(volume.values.shape[0]), volume, cut)


def _spread(by_slice: NDArray[Number], volume: Volume, cut: Cut) -> NDArray[Number]:
    """What holds for each slice, on the pixels of a layer that crosses them all."""
    assert cut.axes is not None
    shape = [size for axis, size in enumerate(volume.values.shape) if axis != cut.axes.through[0]]
    return _oriented(np.broadcast_to(by_slice[:, None], shape), cut)


def _oriented(flat: NDArray[Number], cut: Cut) -> NDArray[Number]:
    """A layer in the order of its voxel axes, as the picture's rows and columns run."""
    assert cut.axes is not None
    turned = flat.T if cut.axes.across[0] < cut.axes.down[0] else flat
    return np.ascontiguousarray(turned[:: cut.axes.down[1], :: cut.axes.across[1]])


def _grid_slab(volume: Volume, cut: Cut, index: int, slab: Slab) -> Resampled:
    """The places of an on-grid cut whose centres lie within the slab."""
    near = np.abs(cut.positions_mm - cut.positions_mm[index]) <= slab.thickness_mm / 2 + 1e-6
    places = [grid_place(volume, cut, int(number)) for number in np.flatnonzero(near)]
    layers = np.stack([_layer(volume.values, cut, place) for place in places])
    values, none = project(layers, _dead(volume, cut, places, layers), slab.mode)
    return Resampled(values=values, outside=np.zeros(values.shape, bool), gaps=None, excluded=none)


def _dead(volume: Volume, cut: Cut, places: list[GridPlace], layers: NDArray[np.generic]) -> NDArray[np.bool_] | None:
    """Where the layers of a slab hold no value: padding, and slices that are not there."""
    assert cut.axes is not None
    here = None if volume.here is None or volume.here.all() else volume.here.copy()
    if volume.padding is None and here is None:
        return None
    dead = np.zeros(layers.shape, bool)
    for number, place in enumerate(places):
        padding = is_padding(volume, layers[number], _slices(volume, cut, place))
        if padding is not None:
            dead[number] |= padding
        if here is not None:
            dead[number] |= ~here[place.start[0]] if cut.axes.through[0] == 0 else ~_spread(here, volume, cut)
    return dead


def _off_grid(volume: Volume, basis: SliceBasis, slab: Slab | None) -> Resampled:
    even, whole = is_even(volume), volume.here is None or bool(volume.here.all())
    if even and whole and volume.padding is None:
        return reslice(volume, basis, slab)
    return resample(volume, basis, slab, even=even)


def _frame_basis(display_set: DisplaySet, index: int, size: tuple[int, int]) -> SliceBasis | None:
    geometry, spacing = display_set.geometry, display_set.calibration.spacing_mm
    if geometry is None or spacing is None or index >= len(geometry.origins_mm):
        return None
    x, y, z = geometry.origins_mm[index].tolist()
    return SliceBasis(
        plane=Plane(origin_mm=(x, y, z), right=geometry.row_direction, down=geometry.column_direction),
        pixel_mm=(spacing[1], spacing[0]),
        size=size,
    )
