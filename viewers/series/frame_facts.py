"""Frame facts: what is known of one frame before frames become display sets; from plain, enhanced and mosaic images."""

from dataclasses import dataclass, field

from viewers.series.calibration import pair
from viewers.series.codecs.frame import FrameForm
from viewers.series.display_set import Window
from viewers.series.frame_parts import FrameBytes, Lut
from viewers.series.header import EMPTY, NOTHING, Attributes, Header
from viewers.series.plain import text
from viewers.series.tables import modality_lut, voi_luts, windows
from viewers.series.units import has_unreadable_scale

Crop = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFacts:
    """One frame and everything that splitting and ordering may ask.

    Attributes:
        header: of its file.
        form: what the header says of the pixels.
        number: frame number within the file, from 1.
        position, orientation: Image Position and Orientation Patient, empty where unknown.
        spacing_mm: Pixel Spacing (between rows, between columns), or None.
        values: what splitting compares, by name, as text or number; absent names are unknown.
        pixel_values: holds Rescale Type.
        in_patient: whether its place is one in the patient, and not only within an ultrasound volume (C.8.24.2).
        crop: (first row, first column, rows, columns) of a mosaic's tile, or None for the whole picture.
    """

    header: Header
    form: FrameForm
    number: int
    rows: int
    columns: int
    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing_mm: tuple[float, float] | None
    slope: float
    intercept: float
    windows: tuple[Window, ...]
    lut: Lut | None
    voi_luts: tuple[Lut, ...]
    bytes: FrameBytes | None
    pixel_values: Attributes = EMPTY
    values: dict[str, object] = field(default_factory=dict)
    crop: Crop | None = None
    time_ms: float | None = None
    trigger_ms: float | None = None
    in_patient: bool = True


# Names of ``FrameFacts.values`` and the attributes that tell them, top level of plain images.
_PLAIN = {
    "image type": "ImageType",
    "stack": "StackID",
    "echo": "EchoTime",
    "echo number": "EchoNumbers",
    "inversion time": "InversionTime",
    "b": "DiffusionBValue",
    "direction": "DiffusionGradientOrientation",
    "time point": "TemporalPositionIdentifier",
    "kernel": "ConvolutionKernel",
    "contrast": "ContrastBolusAgent",
    "acquisition": "AcquisitionNumber",
    "trigger": "TriggerTime",
    "phase": "NominalPercentageOfCardiacPhase",
    "sequence": "SequenceName",
    "flip angle": "FlipAngle",
    "repetition time": "RepetitionTime",
    "filter": "FilterType",
    "thickness": "SliceThickness",
    "options": "ScanOptions",
    "coil": "ReceiveCoilName",
    "description": "SeriesDescription",
    "protocol": "ProtocolName",
    "comment": "ImageComments",
    "component": "ComplexImageComponent",
    "reference time": "FrameReferenceTime",
    "energy": "KVP",
    "acquired": "AcquisitionTime",
    "content time": "ContentTime",
}
_PRIVATE = {
    "b": (("SiemensBValue",), ("PhilipsBValue",), ("GemsBValue",)),
    "direction": (("SiemensGradient",), ("PhilipsDirection",), ("GemsGradientX", "GemsGradientY", "GemsGradientZ")),
}
_GEMS_MARK = 1_000_000_000
# The same in functional groups: name -> (sequence, attribute), where there are several the first that is there.
_ENHANCED: tuple[tuple[str, str, str], ...] = (
    ("stack", "FrameContentSequence", "StackID"),
    ("time point", "FrameContentSequence", "TemporalPositionIndex"),
    ("time offset", "TemporalPositionSequence", "TemporalPositionTimeOffset"),
    ("acquisition", "FrameContentSequence", "FrameAcquisitionNumber"),
    ("echo", "MREchoSequence", "EffectiveEchoTime"),
    ("inversion time", "MRModifierSequence", "InversionTimes"),
    ("flip angle", "MRTimingAndRelatedParametersSequence", "FlipAngle"),
    ("repetition time", "MRTimingAndRelatedParametersSequence", "RepetitionTime"),
    ("velocity", "MRVelocityEncodingSequence", "VelocityEncodingDirection"),
    ("b", "MRDiffusionSequence", "DiffusionBValue"),
    ("directionality", "MRDiffusionSequence", "DiffusionDirectionality"),
    ("image type", "MRImageFrameTypeSequence", "FrameType"),
    ("image type", "CTImageFrameTypeSequence", "FrameType"),
    ("image type", "PETFrameTypeSequence", "FrameType"),
    ("image type", "XRay3DFrameTypeSequence", "FrameType"),
    ("image type", "ParametricMapFrameTypeSequence", "FrameType"),
    ("component", "MRImageFrameTypeSequence", "ComplexImageComponent"),
    ("kernel", "CTReconstructionSequence", "ConvolutionKernel"),
    ("energy", "CTXRayDetailsSequence", "KVP"),
    ("trigger", "CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
    ("phase", "CardiacSynchronizationSequence", "NominalPercentageOfCardiacPhase"),
    ("breath", "RespiratorySynchronizationSequence", "NominalPercentageOfRespiratoryPhase"),
    ("reference time", "FrameContentSequence", "FrameReferenceDateTime"),
    ("acquired", "FrameContentSequence", "FrameAcquisitionDateTime"),
)
MOST_DIMENSIONS = 12


_FARTHEST_MM = 1e7


def plain_facts(
    header: Header,
    *,
    form: FrameForm,
    number: int,
    frame_bytes: FrameBytes | None,
    position: tuple[float, ...] | None = None,
    crop: Crop | None = None,
) -> FrameFacts:
    """The facts of a frame of an image without functional groups."""
    attributes = header.attributes
    signed = header.integer("PixelRepresentation") == 1
    slope, intercept = _rescale(attributes)
    data = attributes.data
    values = {name: text(data[keyword]) for name, keyword in _PLAIN.items() if data.get(keyword) not in NOTHING}
    for name, makers in _PRIVATE.items():
        told = next((found for keywords in makers if (found := _private(attributes, keywords))), "")
        if told:
            values.setdefault(name, told)
    return FrameFacts(
        header=header,
        form=form,
        number=number,
        rows=crop[2] if crop else form.rows,
        columns=crop[3] if crop else form.columns,
        position=_here(header.numbers("ImagePositionPatient") if position is None else position),
        orientation=header.numbers("ImageOrientationPatient"),
        spacing_mm=pair(attributes, "PixelSpacing"),
        slope=slope,
        intercept=intercept,
        windows=windows(attributes),
        lut=modality_lut(attributes, signed=signed),
        voi_luts=voi_luts(attributes, signed=signed or intercept < 0),
        bytes=frame_bytes,
        pixel_values=attributes,
        values=dict(values),
        crop=crop,
        trigger_ms=header.number("TriggerTime"),
    )


def _private(attributes: Attributes, keywords: tuple[str, ...]) -> str:
    """Values of private elements; the b-value of GE is the first of several, and marked by a thousand million."""
    if keywords == ("GemsBValue",):
        told = attributes.integer("GemsBValue")
        return "" if told is None else str(told % _GEMS_MARK)
    return "\\".join(attributes.text(keyword) for keyword in keywords if keyword in attributes)


class Groups:
    """Functional groups of one frame: its own override the shared ones, those the top level (PS3.3 C.7.6.16)."""

    def __init__(self, header: Header, frame: Attributes) -> None:
        self._frame = frame
        self._shared = header.attributes.item("SharedFunctionalGroupsSequence")
        self._top = header.attributes

    def item(self, sequence: str) -> Attributes:
        """The first item of a functional group; an empty one where there is none."""
        for where in (self._frame, self._shared, self._top):
            found = where.items(sequence)
            if found:
                return found[0]
        return EMPTY


def enhanced_facts(
    header: Header, groups: Groups, *, form: FrameForm, number: int, frame_bytes: FrameBytes | None
) -> FrameFacts:
    """The facts of a frame that functional groups describe."""
    signed = header.integer("PixelRepresentation") == 1
    place = groups.item("PlanePositionSequence")
    volume = groups.item("PlanePositionVolumeSequence")
    transform = groups.item("PixelValueTransformationSequence")
    slope, intercept = _rescale(transform if "RescaleSlope" in transform else header.attributes)
    voi = groups.item("FrameVOILUTSequence")
    return FrameFacts(
        header=header,
        form=form,
        number=number,
        rows=form.rows,
        columns=form.columns,
        position=_here(place.numbers("ImagePositionPatient") or volume.numbers("ImagePositionVolume")),
        orientation=(
            groups.item("PlaneOrientationSequence").numbers("ImageOrientationPatient")
            or groups.item("PlaneOrientationVolumeSequence").numbers("ImageOrientationVolume")
        ),
        spacing_mm=pair(groups.item("PixelMeasuresSequence"), "PixelSpacing")
        or pair(header.attributes, "PixelSpacing"),
        slope=slope,
        intercept=intercept,
        windows=windows(voi) or windows(header.attributes),
        lut=modality_lut(header.attributes, signed=signed),
        voi_luts=voi_luts(voi, signed=signed or intercept < 0),
        bytes=frame_bytes,
        pixel_values=transform,
        values=_told(groups),
        in_patient="ImagePositionVolume" not in volume,
        trigger_ms=groups.item("CardiacSynchronizationSequence").number("NominalCardiacTriggerDelayTime"),
    )


def _told(groups: Groups) -> dict[str, object]:
    """What the functional groups tell of a frame; the dimensions last, which may stand for anything (C.7.6.17)."""
    values: dict[str, object] = {}
    for name, sequence, keyword in _ENHANCED:
        if name not in values and keyword in groups.item(sequence):
            values[name] = groups.item(sequence).text(keyword)
    direction = groups.item("MRDiffusionSequence").item("DiffusionGradientDirectionSequence")
    if "DiffusionGradientOrientation" in direction:
        values["direction"] = direction.text("DiffusionGradientOrientation")
    indices = groups.item("FrameContentSequence").numbers("DimensionIndexValues")
    return values | {f"dimension {j}": f"{index:g}" for j, index in enumerate(indices[:MOST_DIMENSIONS], 1)}


def _here(position: tuple[float, ...]) -> tuple[float, ...]:
    """A position, empty where it lies beyond every room: such a number is damage, and would swallow all others."""
    return position if all(abs(part) <= _FARTHEST_MM for part in position) else ()


def _rescale(attributes: Attributes) -> tuple[float, float]:
    """Slope and intercept (PS3.3 C.11.1.1.2); Dose Grid Scaling is the slope of a dose (PS3.3 C.8.8.3)."""
    if has_unreadable_scale(attributes):
        return 1.0, 0.0
    slope = attributes.number("RescaleSlope")
    if slope is None:
        slope = attributes.number("DoseGridScaling")
    intercept = attributes.number("RescaleIntercept")
    return (1.0 if slope is None or slope == 0 else slope), (0.0 if intercept is None else intercept)
