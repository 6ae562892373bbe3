"""A legible copy: any object that is no image as a document, its own or plain text, so that none is passed over."""

from collections.abc import Callable, Iterator

from viewers.objects.errors import Refused
from viewers.objects.presentation_state import Contrast, presentation_state
from viewers.objects.reading import document_bytes, read_object
from viewers.objects.regions import Roi, structure_set
from viewers.objects.structured_report import line, structured_report, walk
from viewers.objects.waveform import Recording, Remark, recordings, remarks
from viewers.series.display_set import DisplaySet, Kind
from viewers.series.header import Attributes, Header
from viewers.sources import FrameSource, Parser

_DOCUMENTS = (Kind.PDF, Kind.CDA, Kind.DOCUMENT)


def legible(display_set: DisplaySet, source: FrameSource, parser: Parser) -> bytes:
    """What ``viewers.objects.pages`` can show of an object: its own document, else UTF-8 text that tells what it says.

    Args:
        display_set: a kind without pixels.
        source: where its files are.
        parser: isolated workers with ``viewers.objects.object_job`` in ``preload``.

    Raises:
        Refused: it cannot be shown; the sentence names the reason.
    """
    if not display_set.instances:
        raise Refused("Its file is no longer here. Fetch the case again.")
    if display_set.kind in _DOCUMENTS:
        return document_bytes(source, display_set.instances[0])[1]
    words = _WORDS.get(display_set.kind)
    if words is None:
        raise Refused(f"The program does not read {display_set.kind.value} objects. Ask for it as a PDF.")
    texts = ("\n".join(words(_attributes(one, source, parser))) for one in display_set.instances)
    return "\n\n".join(texts).encode()


def _attributes(header: Header, source: FrameSource, parser: Parser) -> Attributes:
    return read_object(source, header.key, parser)


def _report(attributes: Attributes) -> Iterator[str]:
    report = structured_report(attributes)
    state = ("complete" if report.complete else "not complete", "verified" if report.verified else "not verified")
    yield f"Structured report, {', '.join(state)} {report.verifier}".rstrip()
    yield from (f"{'    ' * depth}{line(item)}" for depth, item in walk(report.root))


def _state(attributes: Attributes) -> Iterator[str]:
    state = presentation_state(attributes)
    yield f"Presentation state {state.label} {state.description}".rstrip()
    yield f"Made by {state.creator or 'nobody named'}, for {sum(map(len, state.series.values()))} images"
    turned = (f"rotated {state.rotation_deg}°" if state.rotation_deg else "", "flipped" if state.flipped else "")
    yield from (word for word in (*turned, "inverted" if state.inverted else "") if word)
    for contrast in state.contrasts:
        yield from _contrast(contrast)
    for drawn in state.annotated:
        yield f"{len(drawn.drawings)} drawings on {len(drawn.references) or 'all'} images"
        yield from (f"    {text.text}" for text in drawn.texts)


def _contrast(contrast: Contrast) -> Iterator[str]:
    yield from (f"Window {one.width:g}, level {one.centre:g} {one.explanation}".rstrip() for one in contrast.windows)
    yield from (f"VOI LUT {one.explanation}".rstrip() for one in contrast.luts)


def _regions(attributes: Attributes) -> Iterator[str]:
    yield f"Structure set {attributes.text('StructureSetLabel')}".rstrip()
    yield from map(_region, structure_set(attributes))


def _region(roi: Roi) -> str:
    kind = f" ({roi.interpreted_type.lower()})" if roi.interpreted_type else ""
    return f"    {roi.number}. {roi.name}{kind}: {len(roi.contours)} contours"


def _waves(attributes: Attributes) -> Iterator[str]:
    yield "Waveform; its curves are not drawn here"
    yield from map(_recording, recordings(attributes))
    yield from map(_remark, remarks(attributes))


def _recording(one: Recording) -> str:
    seconds = len(one.samples) / one.frequency_hz
    labels = ", ".join(channel.label for channel in one.channels)
    return f"{one.label or 'Recording'}: {seconds:.1f} s at {one.frequency_hz:g} Hz; {labels}"


def _remark(one: Remark) -> str:
    return f"    {one.text}" if one.value is None else f"    {one.text}: {one.value:g} {one.unit}".rstrip()


_WORDS: dict[Kind, Callable[[Attributes], Iterator[str]]] = {
    Kind.SR: _report,
    Kind.KOS: _report,
    Kind.PR: _state,
    Kind.RTSTRUCT: _regions,
    Kind.WAVEFORM: _waves,
}
