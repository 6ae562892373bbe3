"""Nuclear medicine: where the slices of a reconstructed tomography lie, and what its frames are of (PS3.3 C.8.4)."""

from dataclasses import dataclass

import numpy as np

from viewers.series.header import Header
from viewers.series.stack_geometry import directions

_VECTORS = {
    "energy window": "EnergyWindowVector",
    "phase": "PhaseVector",
    "interval": "RRIntervalVector",
    "time slot": "TimeSlotVector",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NuclearFrame:
    """One frame of a reconstruction.

    Attributes:
        position, orientation: as Image Position and Orientation Patient, empty where unknown.
        values: what splitting compares, by name.
    """

    position: tuple[float, ...]
    orientation: tuple[float, ...]
    values: dict[str, object]


def nuclear_frames(header: Header, count: int) -> tuple[NuclearFrame, ...]:
    """The frames of a reconstruction in the order of the file; empty where the image is none.

    Only RECON TOMO and RECON GATED TOMO are slices: the frames of TOMO are projections from around the patient.
    The sign of Spacing Between Slices tells which way they follow along the normal (C.8.4.15).
    """
    reconstructed = any(part.startswith("RECON") for part in header.texts("ImageType"))
    if header.text("Modality") != "NM" or not reconstructed:
        return ()
    slices = _vector(header, "SliceVector", count) or tuple(range(1, count + 1))
    told = {name: vector for name, keyword in _VECTORS.items() if (vector := _vector(header, keyword, count))}
    orientation, places = _places(header, slices)
    return tuple(
        NuclearFrame(
            position=places[i], orientation=orientation, values={name: str(vector[i]) for name, vector in told.items()}
        )
        for i in range(count)
    )


def _places(header: Header, slices: tuple[int, ...]) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    """(orientation, position of each frame); the detector tells them, in some files the image itself."""
    detector = header.attributes.item("DetectorInformationSequence")
    where = next((one for one in (detector, header.attributes) if "ImagePositionPatient" in one), detector)
    position, orientation = where.numbers("ImagePositionPatient"), where.numbers("ImageOrientationPatient")
    orientation = orientation or header.numbers("ImageOrientationPatient")
    axes = directions(orientation)
    step = header.number("SpacingBetweenSlices") or header.number("SliceThickness")
    if axes is None or len(position) != 3 or not step:  # noqa: PLR2004 - the format's number
        return orientation, ((),) * len(slices)
    offsets = step * (np.asarray(slices, np.float64) - 1)
    return orientation, tuple(map(tuple, (np.asarray(position) + np.outer(offsets, axes[2])).tolist()))


def _vector(header: Header, keyword: str, count: int) -> tuple[int, ...]:
    numbers = header.numbers(keyword)
    return tuple(map(int, numbers)) if len(numbers) == count else ()
