"""A softcopy presentation state: how somebody wanted images to be shown, with what drawn on them (PS3.3 A.33)."""

from dataclasses import dataclass

from viewers.objects.structured_report import Reference
from viewers.series.display_set import Window
from viewers.series.frame_parts import Lut
from viewers.series.header import Attributes
from viewers.series.tables import voi_luts, windows

_PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A graphic (PS3.3 C.10.5).

    Attributes:
        kind: POINT, POLYLINE, INTERPOLATED, CIRCLE or ELLIPSE.
        points: (x, y) pairs; in pixels, (1, 1) is the top left corner's pixel, or fractions of the displayed area.
        in_pixels: whether the points move with the image.
    """

    layer: str
    kind: str
    points: tuple[tuple[float, float], ...]
    in_pixels: bool
    filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """A text (PS3.3 C.10.5): in a box, at an anchor, or both."""

    layer: str
    text: str
    box: tuple[tuple[float, float], tuple[float, float]] | None
    box_in_pixels: bool
    anchor: tuple[float, float] | None
    anchor_in_pixels: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """Drawings and texts, and the images that they lie on (all of the state's images where none is named)."""

    references: tuple[Reference, ...]
    drawings: tuple[Drawing, ...]
    texts: tuple[Lettering, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Windows or tables, and the images that they apply to (all where none is named)."""

    references: tuple[Reference, ...]
    windows: tuple[Window, ...]
    luts: tuple[Lut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The part of the images that is shown: corners (column, row) from 1, both inclusive (PS3.3 C.10.4)."""

    references: tuple[Reference, ...]
    top_left: tuple[float, float]
    bottom_right: tuple[float, float]
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationState:
    """A whole presentation state.

    Attributes:
        rotation_deg: clockwise 0, 90, 180 or 270, after the flip (PS3.3 C.10.6).
        flipped: left to right, before the rotation.
        inverted: Presentation LUT Shape INVERSE.
        series: Series Instance UID -> the instances it applies to.
    """

    label: str
    description: str
    creator: str
    series: dict[str, tuple[Reference, ...]]
    contrasts: tuple[Contrast, ...]
    areas: tuple[Area, ...]
    annotated: tuple[Annotated, ...]
    rotation_deg: int
    flipped: bool
    inverted: bool


def presentation_state(attributes: Attributes) -> PresentationState:
    """The state in an object's attributes; what it does not say is left as the image says it."""
    return PresentationState(
        label=attributes.text("ContentLabel"),
        description=attributes.text("ContentDescription"),
        creator=attributes.text("ContentCreatorName"),
        series={
            series.text("SeriesInstanceUID"): _references(series)
            for series in attributes.items("ReferencedSeriesSequence")
        },
        contrasts=tuple(
            Contrast(references=_references(item), windows=windows(item), luts=voi_luts(item, signed=True))
            for item in attributes.items("SoftcopyVOILUTSequence")
        ),
        areas=tuple(area for item in attributes.items("DisplayedAreaSelectionSequence") if (area := _area(item))),
        annotated=tuple(map(_annotated, attributes.items("GraphicAnnotationSequence"))),
        rotation_deg=int(attributes.number("ImageRotation") or 0) % 360,
        flipped=attributes.text("ImageHorizontalFlip") == "Y",
        inverted=attributes.text("PresentationLUTShape") == "INVERSE",
    )


def _references(item: Attributes) -> tuple[Reference, ...]:
    return tuple(
        Reference(
            sop_class_uid=image.text("ReferencedSOPClassUID"),
            sop_uid=image.text("ReferencedSOPInstanceUID"),
            frames=tuple(map(int, image.numbers("ReferencedFrameNumber"))),
            segments=(),
        )
        for image in item.items("ReferencedImageSequence")
    )


def _area(item: Attributes) -> Area | None:
    first, last = (
        item.numbers(name) for name in ("DisplayedAreaTopLeftHandCorner", "DisplayedAreaBottomRightHandCorner")
    )
    if len(first) != _PAIR or len(last) != _PAIR:
        return None
    return Area(
        references=_references(item),
        top_left=(first[0], first[1]),
        bottom_right=(last[0], last[1]),
        mode=item.text("PresentationSizeMode"),
    )


def _annotated(item: Attributes) -> Annotated:
    layer = item.text("GraphicLayer")
    return Annotated(
        references=_references(item),
        drawings=tuple(_drawing(layer, each) for each in item.items("GraphicObjectSequence")),
        texts=tuple(_lettering(layer, each) for each in item.items("TextObjectSequence")),
    )


def _drawing(layer: str, item: Attributes) -> Drawing:
    flat = item.numbers("GraphicData")
    return Drawing(
        layer=layer,
        kind=item.text("GraphicType"),
        points=tuple(zip(flat[0::2], flat[1::2], strict=False)),
        in_pixels=item.text("GraphicAnnotationUnits") == "PIXEL",
        filled=item.text("GraphicFilled") == "Y",
    )


def _lettering(layer: str, item: Attributes) -> Lettering:
    first, last = (item.numbers(name) for name in ("BoundingBoxTopLeftHandCorner", "BoundingBoxBottomRightHandCorner"))
    anchor = item.numbers("AnchorPoint")
    boxed = len(first) == len(last) == _PAIR
    return Lettering(
        layer=layer,
        text=item.text("UnformattedTextValue"),
        box=((first[0], first[1]), (last[0], last[1])) if boxed else None,
        box_in_pixels=item.text("BoundingBoxAnnotationUnits") == "PIXEL",
        anchor=(anchor[0], anchor[1]) if len(anchor) == _PAIR else None,
        anchor_in_pixels=item.text("AnchorPointAnnotationUnits") == "PIXEL",
    )
