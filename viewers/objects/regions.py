"""Regions that somebody or some machine outlined: RT structure sets and segmentations, in patient space."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.objects.reading import Code, code_of
from viewers.series.display_set import DisplaySet
from viewers.series.header import Attributes

_POINT = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contour:
    """One outline.

    Attributes:
        points_mm: float64 (n, 3), LPS.
        kind: CLOSED_PLANAR, OPEN_PLANAR, POINT, ... (PS3.3 C.8.8.6.3)
        sop_uid: the image it was drawn on, or "".
    """

    points_mm: NDArray[np.float64]
    kind: str
    sop_uid: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roi:
    """A region of a structure set (PS3.3 C.8.8.5 and C.8.8.6)."""

    number: int
    name: str
    description: str
    interpreted_type: str
    colour: tuple[int, int, int] | None
    frame_of_reference_uid: str
    contours: tuple[Contour, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment of a segmentation (PS3.3 C.8.20.4).

    Attributes:
        algorithm: AUTOMATIC, SEMIAUTOMATIC or MANUAL: who made it.
        frames: (index in ``DisplaySet.frames``) of the frames that hold it; empty in a label map.
    """

    number: int
    label: str
    description: str
    category: Code
    kind: Code
    algorithm: str
    algorithm_name: str
    frames: tuple[int, ...]


def structure_set(attributes: Attributes) -> tuple[Roi, ...]:
    """Every region of a structure set; contours whose data contradict themselves are left out."""
    outlined = {item.integer("ReferencedROINumber"): item for item in attributes.items("ROIContourSequence")}
    types = {
        item.integer("ReferencedROINumber"): item.text("RTROIInterpretedType")
        for item in attributes.items("RTROIObservationsSequence")
    }
    found: list[Roi] = []
    for item in attributes.items("StructureSetROISequence"):
        number = item.integer("ROINumber")
        if number is None:
            continue
        outline = outlined.get(number, Attributes())
        found.append(
            Roi(
                number=number,
                name=item.text("ROIName"),
                description=item.text("ROIDescription"),
                interpreted_type=types.get(number, ""),
                colour=_colour(outline),
                frame_of_reference_uid=item.text("ReferencedFrameOfReferenceUID"),
                contours=tuple(c for each in outline.items("ContourSequence") if (c := _contour(each)) is not None),
            )
        )
    return tuple(found)


def segments(display_set: DisplaySet, attributes: Attributes) -> tuple[Segment, ...]:
    """Every segment of a segmentation, with the frames of its display set that hold it."""
    per_frame = attributes.items("PerFrameFunctionalGroupsSequence")
    shared = attributes.item("SharedFunctionalGroupsSequence")
    numbers = [_segment_number(item) or _segment_number(shared) for item in per_frame]
    holds = [numbers[one.number - 1] if one.number <= len(numbers) else None for one in display_set.frames]
    return tuple(
        Segment(
            number=item.integer("SegmentNumber") or 0,
            label=item.text("SegmentLabel"),
            description=item.text("SegmentDescription"),
            category=code_of(item, "SegmentedPropertyCategoryCodeSequence"),
            kind=code_of(item, "SegmentedPropertyTypeCodeSequence"),
            algorithm=item.text("SegmentAlgorithmType"),
            algorithm_name=item.text("SegmentAlgorithmName"),
            frames=tuple(index for index, held in enumerate(holds) if held == item.integer("SegmentNumber")),
        )
        for item in attributes.items("SegmentSequence")
    )


def _segment_number(group: Attributes) -> int | None:
    return group.item("SegmentIdentificationSequence").integer("ReferencedSegmentNumber")


def _contour(item: Attributes) -> Contour | None:
    flat = np.asarray(item.numbers("ContourData"), np.float64)
    if not flat.size or flat.size % _POINT:
        return None
    points = flat.reshape(-1, _POINT)
    points.flags.writeable = False
    return Contour(
        points_mm=points,
        kind=item.text("ContourGeometricType"),
        sop_uid=item.item("ContourImageSequence").text("ReferencedSOPInstanceUID"),
    )


def _colour(item: Attributes) -> tuple[int, int, int] | None:
    parts = item.numbers("ROIDisplayColor")
    if len(parts) != _POINT or not all(0 <= part <= 255 for part in parts):  # noqa: PLR2004 - a byte
        return None
    red, green, blue = map(int, parts)
    return red, green, blue
