"""Pictures: the slice of a volume at one place of a cut, or of one stored frame, ready to be zoomed and windowed."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from viewers.display.cuts import Cut, basis_at, grid_place, is_even
from viewers.display.slices import GridPlace, Slice
from viewers.display.view_state import PlaneName, Slab
from viewers.geometry.plane import Plane
from viewers.geometry.slice_basis import SliceBasis
from viewers.render.resample import Resampled, is_padding, project, resample
from viewers.render.reslice import reslice
from viewers.series.display_set import DisplaySet
from viewers.volumes.frame_values import FrameValues, OverlayPlane, overlays_beside
from viewers.volumes.volume import Volume

UPTAKE = "SUVbw"
Number = TypeVar("Number", bound=np.generic)


def picture_of_volume(
    volume: Volume, cut: Cut, index: int, slab: Slab | None = None, here: NDArray[np.bool_] | None = None
) -> Slice:
    """The picture of a cut at place ``index``; voxel values where the cut lies on the grid, else interpolated ones.

    Args:
        volume: whose voxels.
        cut: along which plane.
        index: at which of its places.
        slab: several planes in one, or None.
        here: (slices,) which slices have arrived, None where all have; a plane of the grid that crosses the others
            has nothing there, and their memory is not touched.
    """
    basis = basis_at(volume, cut, float(cut.positions_mm[index]))
    if cut.axes is not None and slab is None:
        return _as_uptake(_on_grid(volume, cut, index, basis, here))
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


def _on_grid(volume: Volume, cut: Cut, index: int, basis: SliceBasis, here: NDArray[np.bool_] | None) -> Slice:
    place = grid_place(volume, cut, index)
    stored = cut.axes is not None and cut.axes.through[0] == 0
    here = None if stored else here
    values = _layer(volume.values, cut, place, here)
    return Slice(
        values=values,
        excluded=is_padding(volume, values),
        pixel_size=basis.pixel_mm,
        basis=basis,
        grid=place,
        display_set=volume.display_set,
        plane=cut.plane,
        frame=place.start[0] if stored else None,
        unit=volume.unit,
        overlays=_placed(overlays_beside(volume.display_set, place.start[0])) if _is_as_stored(place) else (),
        outside=None if here is None else _oriented(np.broadcast_to(~here[:, None], _flat_shape(volume, cut)), cut),
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


def _flat_shape(volume: Volume, cut: Cut) -> tuple[int, ...]:
    assert cut.axes is not None
    return tuple(size for axis, size in enumerate(volume.values.shape) if axis != cut.axes.through[0])


def _oriented(flat: NDArray[Number], cut: Cut) -> NDArray[Number]:
    """A layer in the order of its voxel axes, as the picture's rows and columns run."""
    assert cut.axes is not None
    turned = flat.T if cut.axes.across[0] < cut.axes.down[0] else flat
    return np.ascontiguousarray(turned[:: cut.axes.down[1], :: cut.axes.across[1]])


def _grid_slab(volume: Volume, cut: Cut, index: int, slab: Slab) -> Resampled:
    """The places of an on-grid cut whose centres lie within the slab."""
    near = np.abs(cut.positions_mm - cut.positions_mm[index]) <= slab.thickness_mm / 2 + 1e-6
    layers = np.stack([_layer(volume.values, cut, grid_place(volume, cut, int(i))) for i in np.flatnonzero(near)])
    values, none = project(layers, is_padding(volume, layers), slab.mode)
    return Resampled(values=values, outside=np.zeros(values.shape, bool), gaps=None, excluded=none)


def _off_grid(volume: Volume, basis: SliceBasis, slab: Slab | None) -> Resampled:
    even = is_even(volume)
    if even and volume.padding is None:
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
