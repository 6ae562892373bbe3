"""Doubts: what the reader must be told about a display set before trusting it, one sentence each."""

from collections.abc import Iterator, Sequence

from viewers.series.display_set import Kind, StackGeometry
from viewers.series.errors import Refused
from viewers.series.frame_facts import FrameFacts
from viewers.series.header import Header
from viewers.series.kinds import object_kind
from viewers.series.pixel_form import MOST_FRAMES, form_of, frame_count, native_frames
from viewers.series.units import has_unreadable_scale

_NAMED_GAPS = 3
_WORTH_SAYING_DEG = 0.05
_SECTIONAL = frozenset(("CT", "MR", "PT"))


def doubts(
    frames: Sequence[FrameFacts],
    instances: Sequence[Header],
    geometry: StackGeometry | None,
    *,
    series: Sequence[Header],
    label: str,
) -> tuple[str, ...]:
    """Every doubt about these frames, the gravest first.

    Args:
        frames: of the display set.
        instances: that they come from.
        geometry: of the display set, or None.
        series: every header of the series.
        label: what distinguishes the display set within the series.
    """
    found = [
        *_identities(instances, series),
        *_missing_frames(instances),
        *_missing_parts(instances, series),
        *_scale(frames),
        *_geometry(geometry),
        *_no_place(frames, geometry),
        *_notes(instances),
    ]
    if "same places again" in label:
        found.insert(0, "These images lie where others of the series lie too, and nothing tells why: shown apart.")
    return tuple(dict.fromkeys(found))


def _identities(instances: Sequence[Header], series: Sequence[Header]) -> Iterator[str]:
    for keyword, what, headers in (
        ("PatientID", "patient IDs", series),
        ("PatientName", "patient names", instances),
        ("StudyInstanceUID", "studies", series),
    ):
        if len({header.text(keyword) for header in headers}) > 1:
            yield f"The images of this series carry different {what}: check whose they are."
    sides = {header.text("ImageLaterality") or header.text("Laterality") for header in instances} - {""}
    if len(sides) > 1:
        yield "The images of this series name different sides."
    if any(header.text("BurnedInAnnotation").upper() == "YES" for header in instances):
        yield "The file says that text is burned into the image."


def _missing_frames(instances: Sequence[Header]) -> Iterator[str]:
    for header in instances:
        pixels = header.pixels
        claimed = frame_count(header)
        if pixels is None or claimed == 1 or object_kind(header) is Kind.VIDEO:
            continue
        if (header.integer("NumberOfFrames") or 1) > MOST_FRAMES:
            yield "The file claims more frames than any examination has."
        held = len(pixels.fragments) if pixels.fragments is not None else _native_frames(header, claimed)
        if held < claimed:
            yield f"The file claims {claimed} frames but holds {held}."


def _missing_parts(instances: Sequence[Header], series: Sequence[Header]) -> Iterator[str]:
    """Parts of a concatenation that did not come (PS3.3 C.7.6.16.2.2.4)."""
    for uid in {header.text("ConcatenationUID") for header in instances} - {""}:
        same = [header for header in series if header.text("ConcatenationUID") == uid]
        total = max(header.integer("InConcatenationTotalNumber") or 0 for header in same)
        here = {header.integer("InConcatenationNumber") for header in same}
        if len(here) < total:
            yield f"The image was sent in {total} parts, and only {len(here)} are here."


def _scale(frames: Sequence[FrameFacts]) -> Iterator[str]:
    if any(
        has_unreadable_scale(frame.header.attributes) or has_unreadable_scale(frame.pixel_values) for frame in frames
    ):
        yield "The scale of the values cannot be read: they are shown as stored, in no unit. Ask for a new export."


def _native_frames(header: Header, claimed: int) -> int:
    try:
        return native_frames(header, form_of(header)) or claimed
    except Refused:
        return claimed


def _geometry(geometry: StackGeometry | None) -> Iterator[str]:
    if geometry is None or len(geometry.origins_mm) < 2:  # noqa: PLR2004 - the format's number
        return
    if abs(geometry.tilt_deg) >= _WORTH_SAYING_DEG:
        yield f"Gantry tilt of {geometry.tilt_deg:.1f}°: shown sheared right."
    if geometry.regular:
        return
    median = geometry.spacing_mm[2]
    wide = [gap for gap in geometry.gaps if gap[1] > 1.5 * median]
    if wide:
        named = ", ".join(f"{distance:.1f} mm after image {after + 1}" for after, distance in wide[:_NAMED_GAPS])
        more = f" and {len(wide) - _NAMED_GAPS} more" if len(wide) > _NAMED_GAPS else ""
        yield f"Images are missing, or were never taken: {named}{more}. The usual distance is {median:.2f} mm."
    distances = [distance for _, distance in geometry.gaps] + [median]
    yield f"Irregular spacing of {min(distances):.2f} to {max(distances):.2f} mm: every image is at its true position."


def _no_place(frames: Sequence[FrameFacts], geometry: StackGeometry | None) -> Iterator[str]:
    if geometry is not None and not geometry.in_patient:
        yield "The places of these images are known within their own volume, not in the patient: orientation unknown."
    if geometry is None and frames[0].header.text("Modality") in _SECTIONAL:
        yield "The file does not say where these images lie in the patient: orientation unknown."


def _notes(instances: Sequence[Header]) -> Iterator[str]:
    for header in instances:
        yield from header.notes
