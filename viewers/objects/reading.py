"""Reading an object that is no image: its file becomes attributes, parsed in an isolated worker."""

from dataclasses import dataclass

from viewers.objects.errors import Refused
from viewers.series.header import Attributes, Header
from viewers.series.plain import integer
from viewers.sources import FrameSource, Parser

JOB = "viewers.objects.object_job"
LARGEST = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A coded concept (PS3.3 8): value, scheme and what it means to people."""

    value: str
    scheme: str
    meaning: str


def read_object(source: FrameSource, key: str, parser: Parser) -> Attributes:
    """Every attribute that the nouns of this package need.

    Args:
        source: where the file is.
        key: its key.
        parser: isolated workers with ``JOB`` in ``preload``.

    Raises:
        Refused: it cannot be read, with the reason.
    """
    try:
        size = source.size(key)
        if size > LARGEST:
            raise Refused("The object is larger than 256 MB: not opened.")
        answer = parser.parse(f"{JOB}:read", source.read(key), {"size": size})
    except OSError as error:
        raise Refused(f"It cannot be read ({error}).") from error
    data = answer.get("data")
    if not isinstance(data, dict):
        raise Refused(str(answer.get("refused", "It cannot be read.")))
    return Attributes(data=data)


def code_of(attributes: Attributes, sequence: str) -> Code:
    """The code in the first item of a sequence; empty strings where there is none."""
    item = attributes.item(sequence)
    value = item.text("CodeValue") or item.text("LongCodeValue") or item.text("URNCodeValue")
    return Code(value=value, scheme=item.text("CodingSchemeDesignator"), meaning=item.text("CodeMeaning"))


def document_bytes(source: FrameSource, header: Header) -> tuple[str, bytes]:
    """(media type, bytes) of an encapsulated or a loose document.

    Raises:
        Refused: there is no document, or it is not whole.
        OSError: it cannot be read.
    """
    if not header.is_dicom:
        return header.document, source.read(header.key)
    where = header.attributes.data.get("EncapsulatedDocument")
    offset = integer(where.get("offset")) if isinstance(where, dict) else None
    length = integer(where.get("length")) if isinstance(where, dict) else None
    if offset is None or length is None or offset + length > header.size:
        raise Refused("The file holds no whole document. Ask for it again.")
    stated = header.integer("EncapsulatedDocumentLength")
    kept = stated if stated is not None and 0 < stated <= length else length
    return header.text("MIMETypeOfEncapsulatedDocument"), source.read(header.key, offset, kept)
