"""Receiving: the header mapping of one file or many, parsed in isolated workers, complete with pixel positions.

What these functions return is what a store keeps at receipt and hands out again by ``FrameSource.header``.
"""

import base64
import errno
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import NamedTuple, Protocol, runtime_checkable

from viewers.isolation.errors import sentence
from viewers.isolation.limits import Limits
from viewers.isolation.pool import Pool
from viewers.series.fragments import walk_fragments
from viewers.series.header import Attributes, Header, PixelBytes
from viewers.series.plain import integer, text
from viewers.sources import FrameSource, Parser

JOB = "viewers.series.header_job"
FIRST_HEAD = 8 << 10
SHORTEST_HEAD = 2 << 10
SECOND_HEAD = 128 << 10
LONGEST_HEAD = 256 << 20
BATCH = 256
LARGEST_BATCH = 6 << 20
_MORE = 512
_LOOKED_AT = 16  # the last files of a batch tell how long headers are
_LARGE = Limits(small=False)  # so that a batch travels in memory that is used again
_REASONS = {
    errno.ELOOP: "it is a link, and links are not followed",
    errno.ESPIPE: "it is no file, but a line between programs",
}
_TRUNCATED = "The file ends within its pixels; what is there is shown, and marked."


Head = tuple[bytes, int] | OSError


@runtime_checkable
class WithHeads(Protocol):
    """A source that tells the first bytes and the sizes of many files in one go."""

    def heads(self, keys: Sequence[str], length: int) -> list[Head]:
        """(the first bytes, no more than ``length``; bytes of the whole file) of each, or why it cannot be read."""
        ...


class Received(NamedTuple):
    """One file's mapping, or why there is none; a tuple, since thousands are made in the time of a blink.

    Attributes:
        like: key of a file of the same source whose mapping differs in ``changes`` and in where its pixels lie.
        changes: values by keyword.
    """

    key: str
    mapping: Mapping[str, object]
    refused: str = ""
    size: int = 0
    like: str = ""
    changes: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A batch on its way through a worker.

    Attributes:
        keys: of the batch.
        heads: (key, first bytes, size) of the files that can be read.
        refused: why the others cannot.
        answer: waits for the worker's answer.
    """

    keys: Sequence[str]
    heads: Sequence[tuple[str, bytes, int]]
    refused: Mapping[str, str]
    answer: Callable[[], Mapping[str, object]]


def receive(source: FrameSource, keys: Sequence[str], parser: Parser) -> list[Received]:
    """Read the headers of some files in one go, each alone where the batch fails.

    Args:
        source: where the files are.
        keys: which of them; no more than ``BATCH`` at once is best.
        parser: must be able to run the jobs of ``viewers.series.header_job``.
    """
    return answered(source, ask(source, keys, parser), parser)


def ask(source: FrameSource, keys: Sequence[str], parser: Parser, length: int = FIRST_HEAD) -> Asked:
    """Read the first ``length`` bytes of files and hand them to a worker, without waiting for it where possible."""
    found = (
        source.heads(keys, length) if isinstance(source, WithHeads) else [_head(source, key, length) for key in keys]
    )
    heads = [(key, *head) for key, head in zip(keys, found, strict=True) if not isinstance(head, OSError)]
    refused = {key: _unreadable(head) for key, head in zip(keys, found, strict=True) if isinstance(head, OSError)}
    job, payload = f"{JOB}:read_many", b"".join(head for _, head, _ in heads)
    options = {"heads": [[len(head), size] for _, head, size in heads]}
    if heads and isinstance(parser, Pool):
        answer: Callable[[], Mapping[str, object]] = parser.submit(job, payload, options, limits=_LARGE).result
    else:
        answer = partial(parser.parse, job, payload, options) if heads else dict
    return Asked(keys=keys, heads=heads, refused=refused, answer=answer)


def answered(source: FrameSource, asked: Asked, parser: Parser) -> list[Received]:
    """What became of a batch, in the order of its keys."""
    done = {key: Received(key=key, mapping={}, refused=reason) for key, reason in asked.refused.items()}
    said = asked.answer().get("answers")
    whole = _whole(said, len(asked.heads))
    if whole is None or not isinstance(said, list):
        said = whole = [parser.parse(f"{JOB}:read", head, {"size": size}) for _, head, size in asked.heads]
    for (key, _, size), own, mapping in zip(asked.heads, said, whole, strict=True):
        if isinstance(own, list) and own[3] and own[2] + own[3] <= size:
            like = asked.heads[own[0]][0]
            done[key] = Received(key=key, mapping=mapping, size=size, like=like, changes=own[1])
        else:
            done[key] = _finish(source, key, size, mapping, parser)
    return [done[key] for key in asked.keys]


def head_length(batch: Sequence[Received]) -> int:
    """How many first bytes the next files are likely to need, going by those that were read last."""
    needed = 0
    for received in batch[-_LOOKED_AT:]:
        pixels = received.mapping.get("pixels")
        if isinstance(pixels, dict):
            needed = max(needed, integer(pixels.get("offset")) or 0)
    return min(max(needed + _MORE, SHORTEST_HEAD), SECOND_HEAD) if needed else FIRST_HEAD


def header_of(key: str, size: int, mapping: Mapping[str, object]) -> Header:
    """The typed header of a mapping that ``receive`` made, today or years ago."""
    data, notes = mapping.get("data"), mapping.get("notes")
    return Header(
        key=key,
        size=size,
        digest=text(mapping.get("digest")),
        is_dicom=mapping.get("dicom") is True,
        document=text(mapping.get("document")),
        transfer_syntax=text(mapping.get("syntax")),
        attributes=Attributes(data=data if isinstance(data, dict) else {}),
        pixels=_pixel_bytes(mapping.get("pixels")),
        notes=tuple(map(str, notes)) if notes and isinstance(notes, list | tuple) else (),
    )


def sibling_of(received: Received, like: Header) -> Header:
    """What ``header_of`` makes of the mapping, from the header of the file that ``received`` is like."""
    data, pixels = received.mapping["data"], received.mapping["pixels"]
    assert isinstance(data, dict)
    assert isinstance(pixels, dict)
    same = like.pixels is not None and like.pixels.offset == pixels["offset"] and like.pixels.length == pixels["length"]
    return Header(
        key=received.key,
        size=received.size,
        transfer_syntax=like.transfer_syntax,
        attributes=Attributes(data=data),
        pixels=like.pixels if same else _pixel_bytes(pixels),
        notes=like.notes,
    )


def _head(source: FrameSource, key: str, length: int) -> Head:
    try:
        size = source.size(key)
        return source.read(key, 0, min(size, length)), size
    except OSError as error:
        return error


def _whole(answers: object, count: int) -> list[Mapping[str, object]] | None:
    """The answers of a batch, likenesses made whole; None where they are not what was asked for."""
    if not isinstance(answers, list) or len(answers) != count:
        return None
    whole: list[Mapping[str, object]] = []
    for answer in answers:
        made = answer if isinstance(answer, dict) else _made_whole(answer, whole)
        if made is None:
            return None
        whole.append(made)
    return whole


def _made_whole(likeness: object, earlier: Sequence[Mapping[str, object]]) -> Mapping[str, object] | None:
    """The mapping of a file that is like an earlier one (see ``header_job.read_many``)."""
    if not (isinstance(likeness, list) and len(likeness) == 4):  # noqa: PLR2004 - as many parts
        return None
    number, changes, offset, length = likeness
    counts = type(number) is int and type(offset) is int and (length is None or type(length) is int)
    if not (counts and isinstance(changes, dict) and number >= 0 <= offset and (length is None or length >= 0)):
        return None
    like = earlier[number] if number < len(earlier) else {}
    data, pixels = like.get("data"), like.get("pixels")
    if not (isinstance(data, dict) and isinstance(pixels, dict)):
        return None
    if pixels.get("offset") != offset or pixels.get("length") != length:
        pixels = {**pixels, "offset": offset, "length": length}
    return {**like, "data": data | changes, "pixels": pixels}


def _finish(source: FrameSource, key: str, size: int, answer: Mapping[str, object], parser: Parser) -> Received:
    """Send more of the file as often as the job asks, then find the pixels' fragments."""
    try:
        if "more" in answer:
            answer = _with_more(source, key, size, answer, parser)
        if "refused" in answer:
            return Received(key=key, mapping={}, refused=sentence(answer["refused"]))
        return Received(key=key, mapping=_with_pixels(source, key, size, answer), size=size)
    except OSError as error:
        return Received(key=key, mapping={}, refused=_unreadable(error))


def _with_more(
    source: FrameSource, key: str, size: int, answer: Mapping[str, object], parser: Parser
) -> Mapping[str, object]:
    """The answer to as much of the file as the job asks for."""
    sent = 0
    while (more := integer(answer.get("more"))) is not None and sent < size:
        sent = min(size, max(more + FIRST_HEAD, sent * 4, SECOND_HEAD))
        if sent > LONGEST_HEAD:
            return {"refused": "Its header is longer than 256 MB: not read."}
        answer = parser.parse(f"{JOB}:read", source.read(key, 0, sent), {"size": size})
    return answer


def _with_pixels(source: FrameSource, key: str, size: int, mapping: Mapping[str, object]) -> Mapping[str, object]:
    pixels = mapping.get("pixels")
    if not isinstance(pixels, dict) or pixels.get("deflated") is not None:
        return mapping
    offset, length = integer(pixels.get("offset")) or 0, integer(pixels.get("length"))
    if length is not None:
        whole = offset + length <= size
        return mapping if whole else _truncated(mapping, {**pixels, "complete": False})
    data = mapping.get("data")
    frames = integer(data.get("NumberOfFrames")) if isinstance(data, dict) else None
    found = walk_fragments(lambda at, wanted: source.read(key, at, wanted), offset, size, frames or 1)
    pixels = {
        **pixels,
        "fragments": [list(piece) for piece in found.pieces],
        "table": list(found.table),
        "starts": list(found.starts),
        "complete": found.complete,
    }
    return {**mapping, "pixels": pixels} if found.complete else _truncated(mapping, pixels)


def _truncated(mapping: Mapping[str, object], pixels: dict[str, object]) -> dict[str, object]:
    notes = mapping.get("notes")
    return {**mapping, "pixels": pixels, "notes": [*(notes if isinstance(notes, list) else ()), _TRUNCATED]}


def _pixel_bytes(pixels: object) -> PixelBytes | None:
    if not isinstance(pixels, dict):
        return None
    fragments = pixels.get("fragments")
    whole = _native(
        text(pixels.get("keyword")),
        integer(pixels.get("offset")) or 0,
        integer(pixels.get("length")),
        integer(pixels.get("deflated")),
        little=pixels.get("little") is not False,
        complete=pixels.get("complete") is not False,
        in_words=pixels.get("vr") == "OW",
    )
    if not isinstance(fragments, list | tuple):
        return whole
    pieces = tuple((int(a), int(b)) for a, b in fragments)
    table, starts = _whole_numbers(pixels.get("table")), _whole_numbers(pixels.get("starts"))
    return replace(whole, fragments=pieces, table=table, starts=starts)


@lru_cache(maxsize=256)  # the files of a series have their pixels at few places
def _native(
    keyword: str,
    offset: int,
    length: int | None,
    deflated_at: int | None,
    *,
    little: bool,
    complete: bool,
    in_words: bool,
) -> PixelBytes:
    return PixelBytes(
        keyword=keyword,
        offset=offset,
        length=length,
        fragments=None,
        deflated_at=deflated_at,
        little=little,
        complete=complete,
        in_words=in_words,
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
        return f"It cannot be read: {_REASONS.get(error.errno, error.strerror)}."
    return f"It cannot be read: {error}."
