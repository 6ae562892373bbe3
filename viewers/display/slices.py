"""A slice: the values of one picture, where each of its pixels lies, and what of it is no value at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.display.view_state import PlaneName
from viewers.geometry.points import PatientPoint, PixelPoint
from viewers.geometry.slice_basis import SliceBasis, patient_to_picture, picture_to_patient
from viewers.series.display_set import DisplaySet

Voxel = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPlace:
    """How a picture lies on the voxel grid: picture pixel (column, row) is ``start + column*across + row*down``."""

    start: Voxel
    across: Voxel
    down: Voxel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """One picture's values, before windowing.

    Attributes:
        values: (rows, columns) of numbers in ``unit``, or (rows, columns, 3) uint8 RGB; not to be written to.
        excluded: True where there is no anatomy (padding), or None; left out of statistics and automatic windows.
        outside: True beyond the edges of what was acquired, or None; shown black, left out likewise.
        gaps: True where slices are missing, or None; hatched, left out likewise.
        pixel_size: (across, down) distance of picture pixels in plane units: mm where calibrated, else image pixels.
        basis: where the picture lies in the patient, or None where nobody knows.
        grid: how it lies on the voxel grid, or None where its values were resampled.
        display_set: whence; the same object that names the patient.
        plane: which cut.
        frame: index from 0 of the stored frame this picture is, or None where it is none.
        unit: of the values.
        thickness_mm: of a slab, or 0 for a plane.
        note: a sentence where something must be said about this picture (a doubtful decoder), or "".
        overlays: the 60xx planes of the stored frame this picture is, as (column, row) of their first pixel in the
            picture, from 0, and where they are drawn, (rows, columns).
    """

    values: NDArray[np.generic]
    excluded: NDArray[np.bool_] | None
    pixel_size: tuple[float, float]
    basis: SliceBasis | None
    grid: GridPlace | None
    display_set: DisplaySet
    plane: PlaneName
    frame: int | None
    unit: str
    outside: NDArray[np.bool_] | None = None
    gaps: NDArray[np.bool_] | None = None
    thickness_mm: float = 0.0
    note: str = ""
    overlays: tuple[tuple[tuple[int, int], NDArray[np.bool_]], ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in picture pixels."""
        return self.values.shape[1], self.values.shape[0]

    @property
    def interpolated(self) -> bool:
        """Whether values were resampled or projected instead of read from the voxels."""
        return self.grid is None


def patient_point(picture: Slice, pixel: PixelPoint) -> PatientPoint | None:
    """Where a picture pixel lies in the patient, or None where nobody knows."""
    return None if picture.basis is None else PatientPoint(*picture_to_patient(picture.basis, pixel))


def picture_point(picture: Slice, point: PatientPoint) -> PixelPoint | None:
    """The picture pixel a patient point is dropped on along the normal, or None where nobody knows."""
    return None if picture.basis is None else PixelPoint(*patient_to_picture(picture.basis, point))


def voxel_at(picture: Slice, column: int, row: int) -> Voxel | None:
    """(slice, row, column) of the voxel behind a whole picture pixel, or None where values were resampled."""
    if picture.grid is None:
        return None
    start, across, down = picture.grid.start, picture.grid.across, picture.grid.down
    place = [start[i] + column * across[i] + row * down[i] for i in range(3)]
    return place[0], place[1], place[2]


def value_at(picture: Slice, pixel: PixelPoint) -> NDArray[np.generic] | float | None:
    """The value under a picture point (its nearest pixel), RGB as an array; None outside, in holes and padding."""
    column, row = round(pixel.column), round(pixel.row)
    width, height = picture.size
    if not (0 <= column < width and 0 <= row < height):
        return None
    if any(mask[row, column] for mask in _masks(picture)):
        return None
    value = picture.values[row, column]
    return value if picture.values.ndim > 2 else float(value)  # noqa: PLR2004  three axes: colour


def usable(picture: Slice) -> NDArray[np.bool_] | None:
    """True where a picture has values that count, or None where all do."""
    masks = _masks(picture)
    return ~np.logical_or.reduce(masks) if masks else None


def _masks(picture: Slice) -> list[NDArray[np.bool_]]:
    return [mask for mask in (picture.excluded, picture.outside, picture.gaps) if mask is not None]
