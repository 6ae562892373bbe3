"""multipart/related (RFC 2387): the one DICOM part of an answer as it streams, and the body of a STOW request."""

import re
import secrets
from collections.abc import Iterator, Sequence

from workstation.cases.refusals import CutShort, Unintelligible

DICOM = "application/dicom"
_MOST_HEADERS, _MOST_HEADER_BYTES = 32, 16 * 1024
_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,70})"?', re.IGNORECASE)


class _Part:
    """What the parser has said so far about the one part that is expected."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.parts = 0
        self.ended = False
        self.kind = ""
        self._name = ""
        self._value = ""

    def on_part_begin(self) -> None:
        self.parts += 1

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end].decode("latin-1")

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end].decode("latin-1")

    def on_header_end(self) -> None:
        if self._name.strip().lower() == "content-type":
            self.kind = self._value.partition(";")[0].strip().lower()
        self._name = self._value = ""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self.pieces.append(data[start:end])

    def on_end(self) -> None:
        self.ended = True

    def take(self) -> list[bytes]:
        """The pieces since the last time."""
        taken, self.pieces = self.pieces, []
        return taken


def single_part(content_type: str, body: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes of the only part of a multipart/related answer, as they arrive.

    Raises:
        Unintelligible: it is no multipart answer with one DICOM part.
        CutShort: the closing boundary never came.
    """
    from python_multipart.exceptions import MultipartParseError
    from python_multipart.multipart import MultipartParser

    part = _Part()
    parser = MultipartParser(
        _boundary(content_type),
        {
            "on_part_begin": part.on_part_begin,
            "on_header_field": part.on_header_field,
            "on_header_value": part.on_header_value,
            "on_header_end": part.on_header_end,
            "on_part_data": part.on_part_data,
            "on_end": part.on_end,
        },
        max_header_count=_MOST_HEADERS,
        max_header_size=_MOST_HEADER_BYTES,
    )
    for piece in body:
        try:
            parser.write(piece)
        except MultipartParseError:
            raise _not_understood("is not a well-formed multipart message") from None
        yield from _checked(part)
    if not part.ended:
        raise CutShort(
            "An image arrived incompletely.",
            kept="The incomplete part was discarded; what was complete is kept.",
            advice="Fetch again; it goes on with what is missing.",
        )
    if part.parts != 1:
        raise _not_understood("holds no image")


def related(parts: Sequence[bytes]) -> tuple[str, list[bytes]]:
    """Content type and body, in pieces, of a multipart/related request with DICOM parts."""
    boundary = f"second-opinion-{secrets.token_hex(16)}"
    body: list[bytes] = []
    for part in parts:
        body += [f"--{boundary}\r\nContent-Type: {DICOM}\r\n\r\n".encode(), part, b"\r\n"]
    body.append(f"--{boundary}--\r\n".encode())
    return f'multipart/related; type="{DICOM}"; boundary={boundary}', body


def _checked(part: _Part) -> list[bytes]:
    taken = part.take()
    if part.parts > 1:
        raise _not_understood("holds more than the one image that was asked for")
    if taken and part.kind != DICOM:
        raise _not_understood("holds something else than an image")
    return taken


def _boundary(content_type: str) -> str:
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/related") or not found:
        raise _not_understood("is not a multipart message")
    return found.group(1)


def _not_understood(what: str) -> Unintelligible:
    return Unintelligible(
        f"An answer of the central service {what}.",
        kept="It was discarded; what was complete is kept.",
        advice="Fetch again; if it stays, call the central service's help desk.",
    )
