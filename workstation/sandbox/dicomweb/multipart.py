"""multipart/related (RFC 2387): parts read from a request, instances written to an answer."""

import base64
import re
import secrets
from collections.abc import Iterator, Sequence
from typing import Final

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser

from workstation.sandbox.dicomweb.archive import Instance

PIECE: Final = 256 * 1024
_BOUNDARY = re.compile(r'boundary="?([^";,]+)"?', re.IGNORECASE)


class BadMultipartError(Exception):
    """A body that is no whole multipart/related message."""


class Parts:
    """Collects the parts of a body that is fed in pieces."""

    def __init__(self, content_type: str, most: int) -> None:
        boundary = _BOUNDARY.search(content_type)
        if not content_type.lower().startswith("multipart/related") or boundary is None:
            raise BadMultipartError("Send multipart/related with a boundary.")
        self.parts: list[bytes] = []
        self._most, self._pieces, self._ended = most, list[bytes](), False
        callbacks = {
            "on_part_begin": self._pieces.clear,
            "on_part_data": lambda data, start, end: self._pieces.append(data[start:end]),
            "on_part_end": self._part_end,
            "on_end": self._end,
        }
        self._parser = MultipartParser(boundary[1], callbacks, max_header_count=64, max_header_size=65536)  # type: ignore[arg-type]

    def feed(self, piece: bytes) -> None:
        """Take the next piece of the body.

        Raises:
            BadMultipartError: broken, or too many parts.
        """
        try:
            self._parser.write(piece)
        except MultipartParseError:
            raise BadMultipartError("The multipart body is broken.") from None
        if len(self.parts) > self._most:
            raise BadMultipartError(f"At most {self._most} instances in one request.")

    def finish(self) -> list[bytes]:
        """The parts.

        Raises:
            BadMultipartError: the closing boundary never came.
        """
        if not self._ended:
            raise BadMultipartError("The body was cut short: the closing boundary is missing.")
        return self.parts

    def _part_end(self) -> None:
        self.parts.append(b"".join(self._pieces))

    def _end(self) -> None:
        self._ended = True


def instances_body(instances: Sequence[Instance]) -> tuple[str, int, Iterator[bytes]]:
    """Content-Type, Content-Length and pieces of an answer that carries whole files, byte for byte."""
    boundary = secrets.token_hex(24)
    heads = [_head(boundary, instance) for instance in instances]
    tail = f"\r\n--{boundary}--\r\n".encode()
    length = sum(len(head) for head in heads) + sum(instance.size for instance in instances) + len(tail)
    return f'multipart/related; type="application/dicom"; boundary={boundary}', length, _pieces(heads, instances, tail)


def _head(boundary: str, instance: Instance) -> bytes:
    digest = base64.b64encode(bytes.fromhex(instance.sha256)).decode()
    lines = (
        f"\r\n--{boundary}",
        f"Content-Type: application/dicom; transfer-syntax={instance.syntax}",
        f"Content-Length: {instance.size}",
        f"Content-Digest: sha-256=:{digest}:",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _pieces(heads: Sequence[bytes], instances: Sequence[Instance], tail: bytes) -> Iterator[bytes]:
    for head, instance in zip(heads, instances, strict=True):
        yield head
        with instance.path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    yield tail
