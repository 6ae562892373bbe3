"""The slice basis: where in the patient each pixel of a picture lies. What reslicing, letters and rulers start from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewers.geometry.affine import Affine, voxel_to_patient
from viewers.geometry.plane import Plane, Vector, from_plane, to_plane, unit, vector


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceBasis:
    """A rectangular grid of picture pixels on a plane in the patient.

    Attributes:
        plane: its origin is the *centre* of the top left pixel; ``right`` and ``down`` are those of the picture.
        pixel_mm: (across, down): distance in mm between neighbouring pixel centres.
        size: (width, height) in pixels.
    """

    plane: Plane
    pixel_mm: tuple[float, float]
    size: tuple[int, int]

    @property
    def centre_mm(self) -> Vector:
        """LPS position of the middle of the picture."""
        width, height = self.size
        return picture_to_patient(self, ((width - 1) / 2, (height - 1) / 2))


# (right, down) of the pictures that readers expect: patient's left on the right side, anterior or head on top.
STANDARD_DIRECTIONS: dict[str, tuple[Vector, Vector]] = {
    "axial": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "coronal": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    "sagittal": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}
# The patient axis (0 = x, 1 = y, 2 = z) that each standard plane is perpendicular to.
PERPENDICULAR_AXIS = {"axial": 2, "coronal": 1, "sagittal": 0}


def picture_to_patient(basis: SliceBasis, pixel: Sequence[float]) -> Vector:
    """LPS position of picture pixel (column, row); (0.0, 0.0) is the centre of the top left pixel."""
    return vector(from_plane(basis.plane, (pixel[0] * basis.pixel_mm[0], pixel[1] * basis.pixel_mm[1])))


def patient_to_picture(basis: SliceBasis, point_mm: ArrayLike) -> tuple[float, float]:
    """Picture pixel (column, row), fractional, of an LPS point dropped on the plane along its normal."""
    u, v = to_plane(basis.plane, point_mm).tolist()
    return u / basis.pixel_mm[0], v / basis.pixel_mm[1]


def corners_mm(affine: Affine, shape: tuple[int, int, int]) -> NDArray[np.float64]:
    """LPS positions (8, 3) of the centres of the corner voxels of a grid of shape (slices, rows, columns)."""
    ends = [(0, extent - 1) for extent in shape]
    return voxel_to_patient(affine, np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(8, 3))


def fitted_basis(
    corners: NDArray[np.float64], *, centre_mm: ArrayLike, right: Vector, down: Vector, pixel_mm: float
) -> SliceBasis:
    """The smallest picture on the plane through ``centre_mm`` that holds the projection of every corner, in its middle.

    Args:
        corners: LPS positions (n, 3), see ``corners_mm``.
        centre_mm: an LPS point that the plane goes through.
        right: unit vector (LPS) of the picture to the right.
        down: unit vector (LPS) of the picture downwards.
        pixel_mm: distance of the square pixels of the picture.
    """
    plane = Plane(origin_mm=vector(centre_mm), right=unit(right), down=unit(down))
    uv = to_plane(plane, corners)
    low, high = uv.min(axis=0), uv.max(axis=0)
    width, height = (int(np.ceil((high[i] - low[i]) / pixel_mm - 1e-6)) + 1 for i in range(2))
    corner = (low + high - np.multiply((width - 1, height - 1), pixel_mm)) / 2  # what is left over is left on all sides
    moved = Plane(origin_mm=vector(from_plane(plane, corner)), right=plane.right, down=plane.down)
    return SliceBasis(plane=moved, pixel_mm=(pixel_mm, pixel_mm), size=(width, height))


def centred(basis: SliceBasis, size: tuple[int, int], pixel_mm: float) -> SliceBasis:
    """A picture of ``size`` with square pixels on the same plane, about the same centre."""
    corner = tuple((basis.size[i] - 1) / 2 * basis.pixel_mm[i] - (size[i] - 1) / 2 * pixel_mm for i in range(2))
    plane = Plane(origin_mm=vector(from_plane(basis.plane, corner)), right=basis.plane.right, down=basis.plane.down)
    return SliceBasis(plane=plane, pixel_mm=(pixel_mm, pixel_mm), size=size)
