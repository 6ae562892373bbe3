"""A display set: what is shown as one thing, its frames in order, its geometry, its calibration, its doubts."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from viewers.series.codecs.frame import FrameForm
from viewers.series.frame_parts import FrameBytes, Lut, Overlay
from viewers.series.header import Header

Vector = tuple[float, float, float]


class Kind(StrEnum):
    """What a display set is; a kind without pixels has no rows and columns."""

    VOLUME = "volume"
    STACK = "stack"
    CINE = "cine"
    VIDEO = "video"
    LOCALIZER = "localizer"
    SM = "sm"
    SR = "sr"
    KOS = "kos"
    PR = "pr"
    SEG = "seg"
    RTSTRUCT = "rtstruct"
    RTDOSE = "rtdose"
    WAVEFORM = "waveform"
    SPECTROSCOPY = "spectroscopy"
    PDF = "pdf"
    CDA = "cda"
    STL = "stl"
    DOCUMENT = "document"
    RAW = "raw"
    OTHER = "other"


class CalibrationSource(StrEnum):
    """Where millimetres come from (viewer design, "Projection spacing" and "US regions")."""

    PIXEL_SPACING = "pixel spacing"
    DETECTOR_PLANE = "detector plane"
    ESTIMATED = "estimated"
    FIDUCIAL = "fiducial"
    US_REGION = "us region"
    MANUAL = "manual"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class UltrasoundRegion:
    """One item of the Sequence of Ultrasound Regions (PS3.3 C.8.5.5); bounds are inclusive pixel indices."""

    number: int
    left: int
    top: int
    right: int
    bottom: int
    unit_x: str
    unit_y: str
    delta_x: float
    delta_y: float
    reference_column: float | None
    reference_row: float | None
    reference_value_x: float
    reference_value_y: float
    spatial_format: int
    data_type: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The only way to obtain millimetres from pixels.

    Attributes:
        source: where the spacing comes from.
        spacing_mm: (between rows, between columns), or None when there is none for the whole image.
        uncertainty: relative standard uncertainty (0.01 = 1 %), or None when unknown.
        note: one sentence for the reader ("at the detector plane; anatomy is magnified").
        regions: ultrasound regions; a point outside every region has no unit.
    """

    source: CalibrationSource
    spacing_mm: tuple[float, float] | None
    uncertainty: float | None = None
    note: str = ""
    regions: tuple[UltrasoundRegion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientIdentity:
    """Identity exactly as the image's own header gives it (decoded, control characters removed)."""

    name: str
    patient_id: str
    birth_date: str
    sex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A VOI window (PS3.3 C.11.2.1.2), centre and width in the unit of the rescaled values.

    Attributes:
        lut: a VOI LUT that is applied in its place (C.11.2.1.1); centre and width then span its inputs.
    """

    centre: float
    width: float
    function: str = "LINEAR"
    explanation: str = ""
    lut: Lut | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame of a display set and how its stored values become real ones.

    Attributes:
        key: key of the instance in its ``FrameSource``.
        sop_uid: SOP Instance UID.
        number: frame number within the instance, from 1 (PS3.3 C.7.6.6).
        origin_mm: LPS position of the centre of the first pixel, or None.
        slope, intercept: modality rescale of this frame (1, 0 where the file has none).
        windows: the VOI windows of this frame, the file's first first.
        bytes: where the encoded frame lies in the instance, or None where the kind has no pixels.
        modality_lut: the Modality LUT that replaces slope and intercept (PS3.3 C.11.1), or None.
        voi_luts: the VOI LUT Sequence of this frame.
        time_ms: time from the first frame of the display set, or None where nobody says.
        sop_index: which of ``DisplaySet.instances`` this frame comes from.
        form: what the file says of its samples.
        crop: (first row, first column, rows, columns) of the part of the decoded picture that is this frame (mosaic).
        padding: (low, high) stored Pixel Padding Value .. Range Limit, inclusive, or None (PS3.3 C.7.5.1.1.2).
        trigger_ms: Trigger Time or Nominal Cardiac Trigger Delay Time after the R wave, or None.
    """

    key: str
    sop_uid: str
    number: int
    origin_mm: Vector | None
    slope: float
    intercept: float
    windows: tuple[Window, ...] = ()
    bytes: FrameBytes | None = None
    modality_lut: Lut | None = None
    voi_luts: tuple[Lut, ...] = ()
    time_ms: float | None = None
    sop_index: int = 0
    trigger_ms: float | None = None
    form: FrameForm | None = None
    crop: tuple[int, int, int, int] | None = None
    padding: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvScale:
    """Factor from Bq/ml to one kind of SUV and how it was computed, line by line, for show.

    Attributes:
        kind: ``SUVbw``, ``SUVlbm`` (James), ``SUVlbm-janmahasatian``, ``SUVbsa`` or ``SUVibw``.
        unit: ``g/ml`` or ``cm2/ml``.
        factor: multiply a value in ``DisplaySet.unit`` by it; None where refused.
        reason: why there is no factor, a sentence that says what is missing; empty where there is one.
        arithmetic: the steps as text, in order.
    """

    kind: str
    unit: str
    factor: float | None
    reason: str
    arithmetic: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StackGeometry:
    """Where the frames of one display set lie in the patient.

    Attributes:
        row_direction: unit vector (LPS) of increasing *column* index (first triplet of Image Orientation Patient).
        column_direction: unit vector (LPS) of increasing *row* index.
        normal: ``row_direction x column_direction``; frames ascend along it.
        origins_mm: float64 (frames, 3), LPS centre of the first pixel of each frame, ascending.
        spacing_mm: (between rows, between columns, between slices); the third is the median gap along the normal.
        regular: every gap within the larger of 1 % of the median and 0.01 mm.
        tilt_deg: angle between normal and the line of origins, positive when it leans to increasing row index.
        gaps: (index of the slice before the gap, distance in mm) of each gap that is not the median.
        in_patient: False where directions and origins are those of an ultrasound volume: nobody knows where it lies in
            the patient, and its axes have no names.
    """

    row_direction: Vector
    column_direction: Vector
    normal: Vector
    origins_mm: NDArray[np.float64]
    spacing_mm: tuple[float, float, float]
    regular: bool
    tilt_deg: float
    gaps: tuple[tuple[int, float], ...] = ()
    in_patient: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DisplaySet:
    """What is shown as one thing, with everything a viewer needs except the pixels.

    Attributes:
        suv_factor, suv_reason: of SUVbw; the other kinds and the arithmetic are in ``suv``.
        instances: the headers of the files, in order of first use by ``frames``.
        form: how the stored samples are laid out, None for a kind without pixels.
        inverted: whether low values are shown bright: MONOCHROME1 or Presentation LUT Shape INVERSE, counted once.
        overlays: the 60xx overlay planes (PS3.3 C.9.2).
        pixel_aspect: height of a pixel divided by its width, for showing where there are no millimetres.
        rate_source: the attribute that the cine rate comes from, empty where it is the default.
    """

    id: str
    kind: Kind
    study_uid: str
    series_uid: str
    frame_of_reference_uid: str
    modality: str
    description: str
    series_number: int | None
    study_date: str
    study_description: str
    identity: PatientIdentity
    laterality: str
    frames: tuple[Frame, ...]
    files: int
    rows: int | None
    columns: int | None
    colour: bool
    unit: str
    geometry: StackGeometry | None
    calibration: Calibration
    frame_time_ms: float | None
    suv_factor: float | None
    suv_reason: str
    lossy: str
    warnings: tuple[str, ...]
    sop_class_uid: str = ""
    instances: tuple[Header, ...] = ()
    form: FrameForm | None = None
    inverted: bool = False
    overlays: tuple[Overlay, ...] = ()
    suv: tuple[SuvScale, ...] = ()
    rate_source: str = ""
    pixel_aspect: float = 1.0
