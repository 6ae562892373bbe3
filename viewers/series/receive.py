"""Receiving: the header mapping of one file or many, parsed in isolated workers, complete with pixel positions.

What these functions return is what a store keeps at receipt and hands out again by ``FrameSource.header``.
"""

import base64
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from viewers.series.fragments import walk_fragments
from viewers.series.header import Attributes, Header, PixelBytes
from viewers.series.plain import integer, text
from viewers.sources import FrameSource, Parser

JOB = "viewers.series.header_job"
FIRST_HEAD = 8 << 10
SECOND_HEAD = 128 << 10
LONGEST_HEAD = 256 << 20
BATCH = 64
_TRUNCATED = "The file ends within its pixels; what is there is shown, and marked."


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One file's mapping, or why there is none."""

    key: str
    mapping: Mapping[str, object]
    refused: str = ""
    size: int = 0


def receive(source: FrameSource, keys: Sequence[str], parser: Parser) -> list[Received]:
    """Read the headers of some files in one go, each alone where the batch fails.

    Args:
        source: where the files are.
        keys: which of them; about ``BATCH`` at once is best.
        parser: must be able to run the jobs of ``viewers.series.header_job``.
    """
    heads: list[tuple[str, bytes, int]] = []
    done: dict[str, Received] = {}
    for key in keys:
        try:
            size = source.size(key)
            heads.append((key, source.read(key, 0, min(size, FIRST_HEAD)), size))
        except OSError as error:
            done[key] = Received(key=key, mapping={}, refused=_unreadable(error))
    answers = _batch(parser, heads)
    for (key, _, size), answer in zip(heads, answers, strict=True):
        done[key] = _finish(source, key, size, answer, parser)
    return [done[key] for key in keys]


def header_of(key: str, size: int, mapping: Mapping[str, object]) -> Header:
    """The typed header of a mapping that ``receive`` made, today or years ago."""
    data = mapping.get("data")
    notes = mapping.get("notes")
    return Header(
        key=key,
        size=size,
        digest=text(mapping.get("digest")),
        is_dicom=mapping.get("dicom") is True,
        document=text(mapping.get("document")),
        transfer_syntax=text(mapping.get("syntax")),
        attributes=Attributes(data=data if isinstance(data, dict) else {}),
        pixels=_pixel_bytes(mapping.get("pixels")),
        notes=tuple(map(str, notes)) if isinstance(notes, list | tuple) else (),
    )


def _batch(parser: Parser, heads: Sequence[tuple[str, bytes, int]]) -> list[Mapping[str, object]]:
    if not heads:
        return []
    sizes = [[len(head), size] for _, head, size in heads]
    answer = parser.parse(f"{JOB}:read_many", b"".join(head for _, head, _ in heads), {"heads": sizes})
    found = answer.get("answers")
    if isinstance(found, list) and len(found) == len(heads):
        return found
    return [parser.parse(f"{JOB}:read", head, {"size": size}) for _, head, size in heads]


def _finish(source: FrameSource, key: str, size: int, answer: Mapping[str, object], parser: Parser) -> Received:
    """Send more of the file as often as the job asks, then find the pixels' fragments."""
    sent = FIRST_HEAD
    try:
        while (more := integer(answer.get("more"))) is not None and sent < size:
            sent = min(size, max(more + FIRST_HEAD, sent * 4, SECOND_HEAD))
            if sent > LONGEST_HEAD:
                return Received(key=key, mapping={}, refused="Its header is longer than 256 MB: not read.")
            answer = parser.parse(f"{JOB}:read", source.read(key, 0, sent), {"size": size})
        if "refused" in answer:
            return Received(key=key, mapping={}, refused=text(answer["refused"]) or "It cannot be read.")
        return Received(key=key, mapping=_with_pixels(source, key, size, dict(answer)), size=size)
    except OSError as error:
        return Received(key=key, mapping={}, refused=_unreadable(error))


def _with_pixels(source: FrameSource, key: str, size: int, mapping: dict[str, object]) -> dict[str, object]:
    pixels = mapping.get("pixels")
    if not isinstance(pixels, dict):
        return mapping
    notes = mapping.get("notes")
    notes = list(notes) if isinstance(notes, list) else []
    offset, length = integer(pixels.get("offset")) or 0, integer(pixels.get("length"))
    if length is None and pixels.get("deflated") is None:
        found = walk_fragments(lambda at, wanted: source.read(key, at, wanted), offset, size)
        pixels = {
            **pixels,
            "fragments": [list(piece) for piece in found.pieces],
            "table": list(found.table),
            "starts": list(found.starts),
            "complete": found.complete,
        }
        if not found.complete:
            notes.append(_TRUNCATED)
    elif length is not None and pixels.get("deflated") is None and offset + length > size:
        pixels = {**pixels, "complete": False}
        notes.append(_TRUNCATED)
    return {**mapping, "pixels": pixels, "notes": notes}


def _pixel_bytes(pixels: object) -> PixelBytes | None:
    if not isinstance(pixels, dict):
        return None
    fragments = pixels.get("fragments")
    pieces = tuple((int(a), int(b)) for a, b in fragments) if isinstance(fragments, list | tuple) else None
    return PixelBytes(
        keyword=text(pixels.get("keyword")),
        offset=integer(pixels.get("offset")) or 0,
        length=integer(pixels.get("length")),
        fragments=pieces,
        table=_whole_numbers(pixels.get("table")),
        starts=_whole_numbers(pixels.get("starts")),
        deflated_at=integer(pixels.get("deflated")),
        little=pixels.get("little") is not False,
        complete=pixels.get("complete") is not False,
        in_words=text(pixels.get("vr")) == "OW",
    )


def extended_offsets(header: Header) -> tuple[int, ...]:
    """The Extended Offset Table (PS3.3 C.7.6.3.1.8), empty where there is none."""
    packed = base64.b64decode(header.text("ExtendedOffsetTable") or b"")
    count = len(packed) // 8
    return struct.unpack(f"<{count}Q", packed[: count * 8])


def _whole_numbers(value: object) -> tuple[int, ...]:
    return tuple(int(part) for part in value) if isinstance(value, list | tuple) else ()


def _unreadable(error: OSError) -> str:
    if error.errno is not None and error.strerror:
        link = "it is a link, and links are not followed" if error.errno == 40 else error.strerror  # noqa: PLR2004 - the format's number
        return f"It cannot be read: {link}."
    return f"It cannot be read: {error}."
