"""Apart: what never goes together in one display set, wherever the images lie in the patient.

A display set has one calibration, one polarity, one palette, one patient and one study: images that differ in one of
them would be measured, shown or named wrongly if they followed each other in one set.
"""

from functools import lru_cache

from viewers.series.calibration import calibration_of, is_section
from viewers.series.display_set import Calibration, CalibrationSource
from viewers.series.frame_facts import FrameFacts
from viewers.series.header import Attributes, Header

_COLOURS = ("Red", "Green", "Blue")
_SAID = (
    "PatientID", "StudyInstanceUID", "PixelAspectRatio", "ImageType", "PhotometricInterpretation",
    "PresentationLUTShape",
)  # fmt: skip


def apart(header: Header, first: FrameFacts, frames: int) -> tuple[object, ...]:
    """What sets the images of a file apart from those of others.

    Args:
        header: of the file.
        first: its first frame.
        frames: how many it has.
    """
    own = object_of(header) if (frames > 1 or _concatenation(header)) and first.crop is None else ""
    shape = first.rows, first.columns, is_colour(first), first.form.floating
    return (
        own,
        shape,
        _words(header),
        _calibration(header, first),
        side(header) if not first.position else "",
        _palette(header, first),
    )


def apart_by_frame(frame: FrameFacts) -> tuple[object, ...]:
    """What sets one frame apart from others, even from those of its own file."""
    spacing = tuple(round(value, 4) for value in frame.spacing_mm or ())
    reference = frame.header.text("FrameOfReferenceUID") if frame.position else ""
    return spacing, reference, frame.values.get("kernel", "")


def object_of(header: Header) -> str:
    """What makes one multi-frame object: an instance, or the instances that it was cut into (PS3.3 C.7.6.16.1.3)."""
    return _concatenation(header) or header.text("SOPInstanceUID") + header.key


def is_localizer(header: Header) -> bool:
    """A localizer or scout, as Image Type says (PS3.3 C.7.6.1.1.2)."""
    return "LOCALIZER" in header.texts("ImageType")


def is_colour(frame: FrameFacts) -> bool:
    """Whether it is shown in colour."""
    return frame.form.samples_per_pixel > 1 or frame.form.photometric_interpretation == "PALETTE COLOR"


def is_inverted(header: Header) -> bool:
    """MONOCHROME1 and the shape INVERSE say the same thing and count once (PS3.3 C.11.6.1.2)."""
    first = header.text("PhotometricInterpretation").upper() == "MONOCHROME1"
    return first or header.text("PresentationLUTShape").upper() == "INVERSE"


def side(header: Header) -> str:
    """``L``, ``R``, ``B`` or ``U``, as the file says it; else empty."""
    found = header.text("ImageLaterality") or header.text("Laterality")
    if not found:
        shared = header.attributes.item("SharedFunctionalGroupsSequence")
        found = shared.item("FrameAnatomySequence").text("FrameLaterality")
    return found.upper() if found.upper() in ("L", "R", "B", "U") else ""


def _words(header: Header) -> object:
    """What a few words of the header come to; read once for the files of a series, which say the same."""
    said = tuple(map(header.attributes.data.get, _SAID))
    try:
        return _meaning(said)
    except TypeError:  # a list is said, which no table can be asked for
        return _meaning.__wrapped__(said)


@lru_cache(maxsize=256)
def _meaning(said: tuple[object, ...]) -> object:
    words = Header(key="", size=0, attributes=Attributes(data=dict(zip(_SAID, said, strict=True))))
    whose = words.text("PatientID"), words.text("StudyInstanceUID")
    return whose, words.text("PixelAspectRatio"), is_localizer(words), is_inverted(words)


def _calibration(header: Header, first: FrameFacts) -> Calibration | None:
    """Where millimetres come from, unless it is the plain spacing, which ``apart_by_frame`` compares with tolerance."""
    if first.spacing_mm is not None and is_section(header):
        return None
    found = calibration_of(header, first.spacing_mm)
    return None if found.source is CalibrationSource.PIXEL_SPACING else found


def _palette(header: Header, first: FrameFacts) -> tuple[object, ...]:
    if first.form.photometric_interpretation != "PALETTE COLOR":
        return ()
    parts = [f"{colour}PaletteColorLookupTable" for colour in _COLOURS]
    said = [header.text(f"{part}{what}") for part in parts for what in ("Descriptor", "Data")]
    return (first.form.pixel_representation, *said, *(header.text(f"Segmented{part}Data") for part in parts))


def _concatenation(header: Header) -> str:
    return header.text("ConcatenationUID")
