"""The job that turns a received file's first bytes into its header mapping; run it in an isolated worker.

``read`` takes one file's head, ``read_many`` a batch of heads in one payload. The mapping's shape is told in
``viewers.series.header``. An answer ``{"more": n}`` asks for at least ``n`` bytes of the file.
"""

import struct
import zlib
from collections.abc import Mapping

from viewers.isolation.errors import Refused
from viewers.series.charset import know_every_encoding
from viewers.series.element_walk import NeedMore, Walk
from viewers.series.likeness import Outline, outline
from viewers.series.media_type import media_type, program
from viewers.series.plain import text
from viewers.series.wanted import by_tag

VERSION = 1
DEFLATED = ("1.2.840.10008.1.2.1.99",)
MOST_INFLATED_HEADER = 16 << 20
MOST_INFLATED = 1 << 30
MOST_OUTLINES = 8

_IMPLICIT, _EXPLICIT, _BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
_PREAMBLE = 128
_SMALL = 1 << 20  # bytes are walked faster than a view of them, and a copy of so few costs nothing
_FIRST_GROUPS = (0x0002, 0x0008)
_SEARCHED = 1024  # a preamble that is too short or too long is still found
_FIRST_METAS = (b"\x02\0\0\0UL\x04\0", b"\x02\0\x01\0OB", b"\x02\0\x02\0UI")


def warm_up() -> None:
    """Import and read everything that the job needs, before the wall is raised."""
    by_tag()
    know_every_encoding()
    head = bytes(_PREAMBLE) + b"DICM" + struct.pack("<HH2sH", 0x0008, 0x0005, b"CS", 10) + b"ISO_IR 100"
    head += struct.pack("<HH2sH", 0x0010, 0x0010, b"PN", 4) + "Jör".encode("latin-1") + b" "
    read(memoryview(head), {"size": len(head)})
    read(memoryview("Sehr geehrte Frau Kollegin, anbei der Befund von Frau Ö.".encode()), {})


def read(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    """The header mapping of one file.

    Args:
        payload: the first bytes of the file, at best all of it.
        options: ``size``, the bytes of the whole file.

    Raises:
        Refused: the bytes are no header that anyone should read further.
    """
    return parsed(payload, options, by_tag())


def parsed(
    payload: memoryview, options: Mapping[str, object], wanted: Mapping[int, tuple[str, str, bytes]]
) -> dict[str, object]:
    """The mapping of one file with the attributes of ``wanted`` (see ``wanted.by_tag``); see ``read``."""
    size = options.get("size")
    return _walked(payload, size if isinstance(size, int) else len(payload), wanted)


def read_many(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    """The header mappings of many files.

    Args:
        payload: the heads of the files, one after the other.
        options: ``heads``, a list of [bytes of the head, bytes of the file].

    Returns:
        ``{"answers": [mapping | {"more": n} | {"refused": reason} | likeness, ...]}`` in the order of the heads; a
        likeness is [which answer it is like, the values by keyword that differ, offset and length of its pixels].
    """
    answers: list[dict[str, object] | list[object]] = []
    outlines: list[Outline] = []
    at = 0
    heads = options["heads"]
    assert isinstance(heads, list)
    for length, size in heads:
        head = bytes(payload[at : at + length])
        answers.append(_like(outlines, head, size) or _one(head, size, len(answers), outlines))
        at += length
    return {"answers": answers}


def inflate(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    """Bytes ``[offset, offset + length)`` of the inflated data set of a deflated file (PS3.5 A.5), as ``data``.

    Args:
        payload: the whole file.
        options: ``start``, where the deflated bytes begin; ``offset``; ``length``.
    """
    start, offset, length = (_whole_number(options[name]) for name in ("start", "offset", "length"))
    if offset + length > MOST_INFLATED:
        raise Refused("The compressed file swells beyond 1 GB: not opened. Ask for an uncompressed export.")
    inflated = _inflated(payload[start:], offset + length)
    return {"data": inflated[offset : offset + length]}


def _like(outlines: list[Outline], head: bytes, size: int) -> list[object] | None:
    """The likeness to an earlier file, the last that had one first."""
    for number, each in enumerate(outlines):
        found = each.follow(head, size)
        if found is not None:
            if number:
                outlines.insert(0, outlines.pop(number))
            return found
    return None


def _one(head: bytes, size: int, number: int, outlines: list[Outline]) -> dict[str, object]:
    """The answer to one head; ``outlines`` gets its outline, where it has one."""
    marks: list[tuple[int, bool]] = []
    try:
        answer = _walked(head, size, by_tag(), marks)
    except Refused as refusal:
        return {"refused": str(refusal)}
    if answer.get("pixels") is not None:
        made = outline(number, head, answer, marks, explicit=answer["syntax"] != _IMPLICIT)
        outlines[:0] = [made] if made is not None else []
        del outlines[MOST_OUTLINES:]
    return answer


def _walked(
    payload: bytes | memoryview,
    size: int,
    wanted: Mapping[int, tuple[str, str, bytes]],
    marks: list[tuple[int, bool]] | None = None,
) -> dict[str, object]:
    start = _start(payload, size)
    if start is None:
        return _document(payload)
    try:
        return _data_set(payload, start, max(size, len(payload)), wanted, marks)
    except NeedMore as need:
        return {"more": need.until}


def _start(payload: bytes | memoryview, size: int) -> int | None:
    """Where the first element begins, or None where the bytes are no DICOM (PS3.10 7.1; files without preamble)."""
    if bytes(payload[_PREAMBLE : _PREAMBLE + 4]) == b"DICM":
        return _PREAMBLE + 4
    near = [found for first in _FIRST_METAS if (found := bytes(payload[:_SEARCHED]).find(first)) >= 0]
    if near:
        return min(near)
    if bytes(payload[:4]) == b"DICM":
        return 4
    if size < 8 or len(payload) < 8:  # noqa: PLR2004 - the format's number
        return None
    for order in "<>":
        group, element, vr, short = struct.unpack_from(order + "HH2sH", payload)
        (length,) = struct.unpack_from(order + "I", payload, 4)
        explicit = vr.isalpha() and vr.isupper() and short <= size
        if group in _FIRST_GROUPS and element <= 0x1155 and (explicit or length <= size):  # noqa: PLR2004 - the format's number
            return 0
    return None


def _document(payload: bytes | memoryview) -> dict[str, object]:
    head = bytes(payload[:4096])
    kind = media_type(head)
    if not kind:
        what = program(head) or "neither DICOM nor a document that can be shown"
        raise Refused("The file is empty." if not len(payload) else f"The file is {what}: not opened.")
    return {"version": VERSION, "dicom": False, "document": kind, "syntax": "", "data": {}, "pixels": None, "notes": []}


def _data_set(
    payload: bytes | memoryview,
    start: int,
    size: int,
    wanted: Mapping[int, tuple[str, str, bytes]],
    marks: list[tuple[int, bool]] | None,
) -> dict[str, object]:
    meta, at = _meta(payload, start, size)
    syntax = text(meta.get("0010"))
    notes: list[str] = []
    body: bytes | memoryview = bytes(payload) if len(payload) <= _SMALL else payload
    base, total = 0, size
    deflated_at: int | None = None
    if syntax in DEFLATED and not _looks_plain(payload, at):
        deflated_at = at
        body = _inflated(payload[at:], MOST_INFLATED_HEADER)
        base, total = 0, len(body) if len(payload) >= size and len(body) < MOST_INFLATED_HEADER else 1 << 40
        at = 0
    explicit, little, syntax = _encoding(body, at, syntax, notes)
    walk = Walk(buffer=body, size=total, explicit=explicit, little=little, notes=notes, wanted=wanted, marks=marks)
    try:
        walk.run(at)
    except NeedMore as need:
        if deflated_at is None:
            raise
        if len(payload) < size:
            raise NeedMore(size) from need
        raise Refused("The compressed header swells beyond 16 MB: not opened. Ask for a new export.") from need
    data = walk.data
    if "SOPClassUID" not in data and meta.get("0002"):
        data["SOPClassUID"] = meta["0002"]
    if "SOPInstanceUID" not in data and meta.get("0003"):
        data["SOPInstanceUID"] = meta["0003"]
    if not data and walk.pixels is None:
        raise Refused("The file begins like DICOM but holds nothing that can be read.")
    pixels = walk.pixels
    if pixels is not None:
        pixels["deflated"] = deflated_at
        pixels["base"] = base
        pixels["little"] = little
    return {
        "version": VERSION, "dicom": True, "document": "", "syntax": syntax, "data": data, "pixels": pixels,
        "notes": walk.notes,
    }  # fmt: skip


def _meta(payload: bytes | memoryview, at: int, size: int) -> tuple[dict[str, str], int]:
    """The File Meta Information as text by element number, and where the data set begins (PS3.10 7.1)."""
    found: dict[str, str] = {}
    while at + 8 <= len(payload):
        group, element, vr, length = struct.unpack_from("<HH2sH", payload, at)
        if group != 0x0002:  # noqa: PLR2004 - the format's number
            return found, at
        at += 8
        if not (vr.isalpha() and vr.isupper()):
            (length,) = struct.unpack_from("<I", payload, at - 4)
        elif vr in (b"OB", b"UN", b"UT"):
            if at + 4 > len(payload):
                break
            (length,) = struct.unpack_from("<I", payload, at)
            at += 4
        if at + length > size:
            raise Refused("The file ends within its first lines: nothing can be shown. Ask for a new export.")
        if at + length > len(payload):
            raise NeedMore(at + length + 8)
        if element in (0x0002, 0x0003, 0x0010):
            found[f"{element:04X}"] = bytes(payload[at : at + length]).decode("latin-1").strip(" \0")
        at += length
    if len(payload) < size:
        raise NeedMore(min(at + 8, size))
    return found, at


def _encoding(body: bytes | memoryview, at: int, syntax: str, notes: list[str]) -> tuple[bool, bool, str]:
    """(explicit, little endian, transfer syntax): what the file says, believed only where its first element agrees."""
    if at + 8 > len(body):
        return syntax != _IMPLICIT, syntax != _BIG, syntax or _IMPLICIT
    little_group, _, vr, _ = struct.unpack_from("<HH2sH", body, at)
    looks_explicit = vr.isalpha() and vr.isupper()
    looks_little = little_group <= 0x00FF or little_group & 0xFF != 0  # noqa: PLR2004 - the format's number
    if looks_explicit and syntax == _IMPLICIT:
        notes.append("The file says implicit VR but is explicit: read as it is.")
        return True, looks_little, _EXPLICIT if looks_little else _BIG
    if not looks_explicit and syntax not in ("", _IMPLICIT) and _looks_implicit(body, at):
        notes.append("The file says explicit VR but is implicit: read as it is.")
        return False, True, _IMPLICIT if syntax in (_EXPLICIT, _BIG) else syntax
    if syntax == _BIG and looks_little:
        notes.append("The file says big endian but is little endian: read as it is.")
        return looks_explicit, True, _EXPLICIT
    if not syntax:
        guess = (_EXPLICIT if looks_little else _BIG) if looks_explicit else _IMPLICIT
        notes.append("The file does not say how it is encoded: its first element does.")
        return looks_explicit, looks_little, guess
    return syntax != _IMPLICIT, syntax != _BIG, syntax


def _looks_implicit(body: bytes | memoryview, at: int) -> bool:
    group, _, length = struct.unpack_from("<HHI", body, at)
    return bool(group <= 0x00FF and length < 1 << 20)  # noqa: PLR2004 - the format's number


def _looks_plain(payload: bytes | memoryview, at: int) -> bool:
    """A file that says it is deflated, but is not."""
    if at + 8 > len(payload):
        return False
    group, _, vr, _ = struct.unpack_from("<HH2sH", payload, at)
    return bool(group == 0x0008 and vr.isalpha() and vr.isupper())  # noqa: PLR2004 - the format's number


def _inflated(payload: bytes | memoryview, most: int) -> bytes:
    """At most ``most`` inflated bytes; raw deflate as the standard says, with a zlib header as some write."""
    for window in (-zlib.MAX_WBITS, zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(payload, most)
        except zlib.error:
            continue
    raise Refused("The compressed file is damaged: it cannot be unpacked. Ask for a new export.")


def _whole_number(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise Refused("A position in the file is no number.")
    return value
