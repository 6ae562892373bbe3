"""The structured report: every cited measurement as TID 1500 says (Comprehensive 3D SR), with what it was drawn on."""

import math
from collections.abc import Mapping
from typing import Any

from workstation.opinions.evidence import Evidence, EvidenceValue
from workstation.opinions.freezing import Frozen
from workstation.reporting.composed import DicomFile
from workstation.reporting.dicom.sources import (
    MANUFACTURER,
    SERIES_NUMBER,
    dataset_of,
    dated,
    dicom_file,
    observer,
    person_name,
    touched,
)
from workstation.reporting.errors import Unwritable
from workstation.reporting.source_image import SourceImage

NAME = "opinion-sr.dcm"
# quantity → (code, scheme, meaning); CID 7470, 7463 and 4 of PS3.16, SNOMED CT for lengths
QUANTITIES = {
    "length": ("410668003", "SCT", "Length"),
    "area": ("42798000", "SCT", "Area"),
    "radius": ("131190003", "SCT", "Radius"),
    "mean": ("373098007", "SCT", "Mean"),
    "standard deviation": ("386136009", "SCT", "Standard Deviation"),
    "minimum": ("255605001", "SCT", "Minimum"),
    "maximum": ("56851009", "SCT", "Maximum"),
    "pixels": ("pixels", "99SO", "Number of pixels measured"),
}
# printed unit → UCUM (CID 82, 84 and 85 of PS3.16)
UNITS = {
    "mm": "mm", "mm²": "mm2", "mm2": "mm2", "cm": "cm", "cm²": "cm2", "HU": "[hnsf'U]", "SUVbw": "g/ml{SUVbw}",
    "SUVlbm": "g/ml{SUVlbm}", "SUVbsa": "cm2/ml{SUVbsa}", "SUVibw": "g/ml{SUVibw}", "g/ml": "g/ml",
    "cm2/ml": "cm2/ml", "Bq/ml": "Bq/ml", "counts": "{counts}", "counts/s": "{counts}/s", "1/cm": "/cm", "Gy": "Gy",
    "px": "{pixels}", "px²": "{pixels}", "s": "s", "cm/s": "cm/s", "Hz": "Hz", "%": "%", "raw": "1", "": "1",
}  # fmt: skip
_ANNOTATION = 14  # a code value has 16 characters, the braces among them (PS3.5 6.2, SH)
_MEANING = 64


def structured_report(frozen: Frozen, sources: Mapping[str, SourceImage]) -> DicomFile | None:
    """The report, or None where no measurement on an image is cited; its numbers are those that are printed.

    Raises:
        Unwritable: a number or a shape that the report has no form for.
    """
    opinion = frozen.opinion
    measured = [item for item in opinion.evidence if item.values and touched([item], sources)]
    if not measured:
        return None
    from highdicom.sr import Comprehensive3DSR, MeasurementReport, ObservationContext
    from pydicom.sr.codedict import codes

    report = MeasurementReport(
        observation_context=ObservationContext(observer_person_context=observer(opinion.author)),
        procedure_reported=codes.SCT.ImagingProcedure,
        imaging_measurements=[_group(item, sources) for item in measured],
        title=codes.DCM.ImagingMeasurementReport,
    )
    made = Comprehensive3DSR(
        evidence=[dataset_of(image) for image in touched(measured, sources)],
        content=report,
        series_instance_uid=frozen.uids.sr_series,
        series_number=SERIES_NUMBER["sr"],
        sop_instance_uid=frozen.uids.sr,
        instance_number=opinion.revision,
        manufacturer=MANUFACTURER,
        is_complete=True,
        is_final=True,
        is_verified=True,
        verifying_observer_name=person_name(opinion.author.name),
        verifying_organization=opinion.author.specialty or MANUFACTURER,
    )
    return dicom_file(dated(made, frozen.frozen_at), NAME)


def _group(item: Evidence, sources: Mapping[str, SourceImage]) -> Any:
    from highdicom.sr import MeasurementsAndQualitativeEvaluations, TrackingIdentifier

    try:
        return MeasurementsAndQualitativeEvaluations(
            tracking_identifier=TrackingIdentifier(uid=item.tracking_uid, identifier=item.label or item.kind),
            measurements=[_measurement(item, value, sources) for value in item.values],
        )
    except ValueError as error:
        raise Unwritable(item.label or item.kind, "its shape or its numbers are odd") from error


def _measurement(item: Evidence, value: EvidenceValue, sources: Mapping[str, SourceImage]) -> Any:
    from highdicom.sr import CodedConcept, Measurement

    if not math.isfinite(value.value):
        raise Unwritable(item.label or item.kind, "one of its numbers is none")
    return Measurement(
        name=CodedConcept(*QUANTITIES.get(value.name, (value.name[:16], "99SO", value.name))),
        value=float(f"{value.value:.{value.digits}f}"),
        unit=CodedConcept(*_unit(value.unit)),
        referenced_coordinates=[_coordinates(item, sources)],
    )


def _unit(printed: str) -> tuple[str, str, str]:
    """The printed unit in UCUM; one that a scanner made up stands as an annotation, which claims no dimension."""
    plain = "".join(sign for sign in printed if "!" <= sign <= "~" and sign not in "{}")
    code = UNITS.get(printed) or (f"{{{plain[:_ANNOTATION]}}}" if plain else "1")
    return code, "UCUM", "no units" if code == "1" else printed[:_MEANING]


def _coordinates(item: Evidence, sources: Mapping[str, SourceImage]) -> Any:
    """In the patient where there is a frame of reference (SCOORD3D), else on the image (SCOORD)."""
    import numpy as np
    from highdicom.sr import CoordinatesForMeasurement, CoordinatesForMeasurement3D, SourceImageForRegion

    if item.points_mm and item.frame_of_reference_uid:
        kind, points = _graphic(item.kind, [list(point) for point in item.points_mm])
        return CoordinatesForMeasurement3D(
            graphic_type=kind, graphic_data=np.array(points), frame_of_reference_uid=item.frame_of_reference_uid
        )
    image = next(reference for reference in item.images if reference.sop_uid in sources)
    # SCOORD counts from the corner of the first pixel (PS3.3 C.18.6.1.2), ours from its centre
    pixels = [[column + 0.5, row + 0.5] for column, row in image.points_px]
    kind, points = _graphic(item.kind, pixels)
    # a frame number belongs to multi-frame objects only (PS3.3 table 10-3)
    many = sources[image.sop_uid].text("NumberOfFrames") not in ("", "0", "1")
    source = SourceImageForRegion(
        referenced_sop_class_uid=image.sop_class_uid,
        referenced_sop_instance_uid=image.sop_uid,
        referenced_frame_numbers=[image.frame] if many else None,
    )
    return CoordinatesForMeasurement(graphic_type=kind, graphic_data=np.array(points), source_image=source)


def _graphic(kind: str, points: list[list[float]]) -> tuple[str, list[list[float]]]:
    """Graphic type and data: an ellipse by the ends of its axes; a circle, kept as centre and two rims, made one."""
    if kind == "circle" and len(points) == 3:  # noqa: PLR2004 - centre, right rim, lower rim
        centre, right, lower = points
        opposite = [[2 * c - p for c, p in zip(centre, rim, strict=True)] for rim in (right, lower)]
        return "ELLIPSE", [opposite[0], right, opposite[1], lower]
    if kind == "ellipse" and len(points) != 4:  # noqa: PLR2004 - both ends of both axes (PS3.3 C.18.6.1.2)
        raise ValueError("an ellipse has four points")
    return ("ELLIPSE" if kind == "ellipse" else "POLYLINE"), points
