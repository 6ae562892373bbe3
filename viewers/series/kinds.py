"""What each SOP Class is to a reader, and why some files are shown nowhere (PS3.4 B.5)."""

from functools import lru_cache

from viewers.series.display_set import Kind
from viewers.series.errors import Refused
from viewers.series.header import Header
from viewers.series.pixel_form import SAID, form_of, frames_there

_STORAGE = "1.2.840.10008.5.1.4.1.1."
DIRECTORY = "1.2.840.10008.1.3.10"
# What ``why_not`` asks; where two files with pixels agree on it, both are shown or neither is.
DECIDING = frozenset((*SAID, "SOPClassUID", "Modality", "DirectoryRecordSequence"))

_KINDS: dict[str, Kind] = {
    f"{_STORAGE}88.59": Kind.KOS,
    f"{_STORAGE}481.3": Kind.RTSTRUCT,
    f"{_STORAGE}481.2": Kind.RTDOSE,
    f"{_STORAGE}66": Kind.RAW,
    f"{_STORAGE}66.4": Kind.SEG,
    f"{_STORAGE}66.7": Kind.SEG,
    f"{_STORAGE}4.2": Kind.SPECTROSCOPY,
    f"{_STORAGE}104.1": Kind.PDF,
    f"{_STORAGE}104.2": Kind.CDA,
    f"{_STORAGE}104.3": Kind.STL,
    f"{_STORAGE}77.1.6": Kind.SM,
    f"{_STORAGE}77.1.1.1": Kind.VIDEO,
    f"{_STORAGE}77.1.2.1": Kind.VIDEO,
    f"{_STORAGE}77.1.4.1": Kind.VIDEO,
}
_PREFIXES: tuple[tuple[str, Kind], ...] = (
    (f"{_STORAGE}88.", Kind.SR),
    (f"{_STORAGE}9.", Kind.WAVEFORM),
    (f"{_STORAGE}11.", Kind.PR),
)
_VIDEO_SYNTAXES = frozenset(
    f"1.2.840.10008.1.2.4.{number}" for number in ("100", "101", "102", "103", "104", "105", "106", "107", "108")
) | frozenset(f"1.2.840.10008.1.2.4.{number}.1" for number in ("100", "101", "102", "103", "104", "105", "106"))
# Objects without pixels that are recognised, listed, and used where the viewer has a use for them.
OTHER_NAMES: dict[str, str] = {
    f"{_STORAGE}481.5": "radiotherapy plan",
    f"{_STORAGE}481.8": "ion radiotherapy plan",
    f"{_STORAGE}481.4": "radiotherapy treatment record",
    f"{_STORAGE}481.6": "radiotherapy treatment record",
    f"{_STORAGE}481.7": "radiotherapy treatment record",
    f"{_STORAGE}67": "real world value mapping",
    f"{_STORAGE}66.1": "spatial registration",
    f"{_STORAGE}66.2": "spatial fiducials",
    f"{_STORAGE}66.3": "deformable spatial registration",
    f"{_STORAGE}66.5": "surface segmentation",
    f"{_STORAGE}91.1": "microscopy annotations",
    f"{_STORAGE}104.4": "3D object (OBJ)",
    f"{_STORAGE}104.5": "3D material (MTL)",
    "1.2.840.10008.5.1.4.39.1": "colour palette",
    "1.2.840.10008.5.1.4.38.1": "hanging protocol",
    "1.2.840.10008.5.1.4.43.1": "implant template",
    "1.2.840.10008.5.1.4.45.1": "implant template group",
}


def object_kind(header: Header) -> Kind | None:
    """The kind of an object that is no ordinary image, or None for an image (or what has the pixels of one)."""
    if not header.is_dicom:
        return Kind.DOCUMENT
    return _kind_of(header.text("SOPClassUID"), header.transfer_syntax, pictured=header.pixels is not None)


@lru_cache(maxsize=256)
def _kind_of(sop_class: str, syntax: str, *, pictured: bool) -> Kind | None:
    if sop_class in _KINDS:
        return _KINDS[sop_class]
    for prefix, kind in _PREFIXES:
        if sop_class.startswith(prefix):
            return kind
    if syntax in _VIDEO_SYNTAXES and pictured:
        return Kind.VIDEO
    if sop_class in OTHER_NAMES:
        return Kind.OTHER
    return None


def why_not(header: Header) -> str:
    """Why a file that was read is shown nowhere, a sentence; empty where it is shown."""
    sop_class = header.text("SOPClassUID")
    if sop_class == DIRECTORY or (not sop_class and "DirectoryRecordSequence" in header.attributes):
        return "index"
    if header.document == "application/zip":
        return "It is an archive within an archive, or one that cannot be opened: unpack it and send its files."
    kind = object_kind(header)
    if kind in (Kind.SM, Kind.VIDEO, Kind.SEG) or kind is None:
        return _why_no_picture(header, kind)
    return ""


def _why_no_picture(header: Header, kind: Kind | None) -> str:
    if header.pixels is None and not header.text("SOPClassUID"):
        return "It is DICOM, but says neither what it is nor has it pixels."
    try:
        frames_there(header, form_of(header), video=kind is Kind.VIDEO)
    except Refused as refusal:
        return str(refusal)
    return ""
