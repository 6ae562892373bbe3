"""What a file that is no DICOM is, told by its first bytes, never by its name."""

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"\0\0\x01\xba", "video/mpeg"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"solid ", "model/stl"),
)
# Programs are named so that the reader learns what the file is; they are never opened.
_PROGRAMS = ((b"MZ", "a Windows program"), (b"\x7fELF", "a program"), (b"\xca\xfe\xba\xbe", "a program"))
_ARCHIVE = b"PK\x03\x04"
_SMALLEST_BITMAP = 26


def media_type(head: bytes) -> str:
    """The media type of a loose document, or an empty string where the bytes are none that anyone can show."""
    if head.startswith(_ARCHIVE):
        return _office(head)
    for offset, signature, kind in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature and (kind != "image/bmp" or _is_bitmap(head)):
            return kind
    return _text(head)


def program(head: bytes) -> str:
    """What kind of program the bytes are, or an empty string."""
    return next((what for signature, what in _PROGRAMS if head.startswith(signature)), "")


def _is_bitmap(head: bytes) -> bool:
    return len(head) >= _SMALLEST_BITMAP and head[6:10] == b"\0\0\0\0"


def _office(head: bytes) -> str:
    """Office documents are archives whose first entries give them away."""
    if b"word/" in head:
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in head:
        return "application/vnd.oasis.opendocument.text"
    if b"[Content_Types].xml" in head:
        return "application/vnd.openxmlformats-officedocument"
    return "application/zip"


def _text(head: bytes) -> str:
    """Plain text, HTML, XML or JSON: decodes as UTF-8 and holds no control characters."""
    if not head.strip() or b"\0" in head:
        return ""
    try:
        whole = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # a character may be cut at the end of the head
            return ""
        whole = head[: error.start].decode("utf-8-sig")
    if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in whole):  # noqa: PLR2004 - the format's number
        return ""
    start = whole.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html")):
        return "text/html"
    if start.startswith(("<?xml", "<clinicaldocument")):
        return "application/xml"
    return "application/json" if start.startswith(("{", "[")) else "text/plain"
