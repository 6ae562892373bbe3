"""The unit of the rescaled values, as the file says it; ``raw`` where it says none."""

from viewers.series.header import Attributes, Header

RAW = "raw"
RGB = "RGB"
BECQUEREL = "Bq/ml"
HOUNSFIELD = "HU"

# PET Units (PS3.3 C.8.9.1.1.3).
_PET = {
    "BQML": BECQUEREL,
    "CNTS": "counts",
    "PROPCNTS": "counts",
    "CPS": "counts/s",
    "PROPCPS": "counts/s",
    "GML": "g/ml",
    "CM2ML": "cm2/ml",
    "CM2": "cm2",
    "PCNT": "%",
    "MGMINML": "mg/min/ml",
    "UMOLMINML": "umol/min/ml",
    "MLMING": "ml/min/g",
    "MLG": "ml/g",
    "1CM": "1/cm",
    "UMOLML": "umol/ml",
    "STDDEV": "standard deviations",
    "NONE": RAW,
}
_UNSPECIFIED = frozenset(("", "US", "NONE"))


def unit_of(header: Header, pixel_values: Attributes, *, localizer: bool, colour: bool) -> str:
    """The unit after the modality rescale.

    Args:
        header: of the first frame's file.
        pixel_values: holds Rescale Type: the header's own attributes, or the frame's Pixel Value Transformation.
        localizer: whether the image is a localizer, whose CT numbers are none (PS3.3 C.8.2.1.1.2).
        colour: whether it is in colour.
    """
    if colour or any(map(has_unreadable_scale, (header.attributes, pixel_values))):
        return RGB if colour else RAW
    modality = header.text("Modality")
    if header.text("Units"):
        return _PET.get(header.text("Units").upper(), header.text("Units"))
    if header.text("DoseUnits"):
        return {"GY": "Gy", "RELATIVE": "%"}.get(header.text("DoseUnits").upper(), header.text("DoseUnits"))
    said = pixel_values.text("RescaleType") or header.text("RescaleType")
    if said.upper() not in _UNSPECIFIED:
        known = _PET if modality == "PT" else {HOUNSFIELD: HOUNSFIELD}
        return known.get(said.upper(), said)
    if modality == "CT" and said == "" and not localizer and _has_rescale(header, pixel_values):
        return HOUNSFIELD
    return _real_world_unit(header) or RAW


def has_unreadable_scale(attributes: Attributes) -> bool:
    """Whether a slope or an intercept is there that is no number (``0,5`` may be five tenths, or five)."""
    return any(name in attributes and attributes.number(name) is None for name in ("RescaleSlope", "RescaleIntercept"))


def activity_unit(header: Header) -> str:
    """What the functional groups of an enhanced image call the unit of its values (``BQML``), empty where nothing."""
    frame = header.attributes.item("PerFrameFunctionalGroupsSequence")
    shared = header.attributes.item("SharedFunctionalGroupsSequence")
    groups = (where.item("PixelValueTransformationSequence") for where in (frame, shared))
    return next((said for group in groups if (said := group.text("RescaleType").upper())), "")


def _has_rescale(header: Header, pixel_values: Attributes) -> bool:
    return any("RescaleSlope" in where for where in (header.attributes, pixel_values))


def _real_world_unit(header: Header) -> str:
    """The unit of a Parametric Map, whose floating pixels are the real world values themselves (PS3.3 C.7.6.24)."""
    if header.pixels is None or header.pixels.keyword == "PixelData":
        return ""
    shared = header.attributes.item("SharedFunctionalGroupsSequence")
    frame = header.attributes.item("PerFrameFunctionalGroupsSequence")
    for where in (frame, shared, header.attributes):
        code = where.item("RealWorldValueMappingSequence").item("MeasurementUnitsCodeSequence").text("CodeValue")
        if code:
            return code
    return ""
