"""Trilinear: values between the eight voxels around each of many places; what a voxel off the grid is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

_NO_PART = 1e-5  # a share of a step below which a neighbour takes no part


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Where values are wanted, in voxel indices of a grid, ordered (slice, row, column).

    Attributes:
        whole: int32, one array per axis and all of one shape: the last voxel before the place, never the last of its
            axis unless that has only one.
        part: float32 of the same shape: how far on the way to the next voxel, 0..1; None where no place of all these
            leaves its voxel.
        shape: of the grid.
    """

    whole: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
    part: tuple[NDArray[np.float32] | None, NDArray[np.float32] | None, NDArray[np.float32] | None]
    shape: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbour:
    """One of the voxels around each place.

    Attributes:
        values: of that voxel.
        slices: the index of the slice it lies in.
        counts: where it takes part in the value, or None: everywhere.
    """

    values: NDArray[np.generic]
    slices: NDArray[np.int32]
    counts: NDArray[np.bool_] | None


def trilinear(values: NDArray[np.generic], places: Places) -> NDArray[np.float32]:
    """The value at every place, linear between voxel centres along each axis in turn.

    Args:
        values: (slices, rows, columns), C order.
        places: within the grid.
    """
    flat, first, steps = values.reshape(-1), _first(places), _steps(places)

    def along(axis: int, shift: int) -> NDArray[np.float32]:
        if axis == len(steps):
            return flat[shift:].take(first, mode="clip").astype(np.float32, copy=False)
        near, part = along(axis + 1, shift), places.part[axis]
        if part is None:
            return near
        far = along(axis + 1, shift + steps[axis])
        far -= near
        far *= part
        near += far
        return near

    return along(0, 0)


def neighbours(values: NDArray[np.generic], places: Places) -> Iterator[Neighbour]:
    """The voxels that ``trilinear`` makes its values of: one to eight, one for all places at a time."""
    flat, first, steps = values.reshape(-1), _first(places), _steps(places)
    for corner in product(*((0, 1) if part is not None else (0,) for part in places.part)):
        shift = sum(step for step, far in zip(steps, corner, strict=True) if far)
        yield Neighbour(
            values=flat[shift:].take(first, mode="clip"),
            slices=places.whole[0] + np.int32(corner[0]),
            counts=_counting(places, corner),
        )


def _counting(places: Places, corner: tuple[int, ...]) -> NDArray[np.bool_] | None:
    counts: NDArray[np.bool_] | None = None
    for part, far in zip(places.part, corner, strict=True):
        if part is None:
            continue
        near_enough = np.asarray(part > _NO_PART if far else part < 1 - _NO_PART)
        counts = near_enough if counts is None else counts & near_enough
    return counts


def _first(places: Places) -> NDArray[np.intp]:
    """Where each place's first neighbour lies in the flat grid."""
    (slices, rows, columns), shape = places.whole, places.shape
    first: NDArray[np.intp] = (slices * np.int32(shape[1]) + rows).astype(np.intp)
    first *= shape[2]
    first += columns
    return first


def _steps(places: Places) -> tuple[int, int, int]:
    return places.shape[1] * places.shape[2], places.shape[2], 1
