"""The job that draws the pages of a document as pictures; run it in an isolated worker.

``count`` answers how many pages there are, ``page`` draws one. Scripts, links, forms and attachments of a PDF are
inert: pypdfium2's wheels carry neither JavaScript nor XFA, and only pixels leave the worker.
"""

from collections.abc import Mapping

from viewers.isolation.errors import Refused

MOST_PAGES = 2000
MOST_PIXELS = 24_000_000
WIDEST = 4000
_PDF = b"%PDF-"
_EMPTY = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 36>>stream\nBT /F 12 Tf 10 10 Td (warm) Tj ET   \nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>"
)


def warm_up() -> None:
    """Import and draw once before the wall is raised."""
    page(memoryview(_EMPTY), {"index": 0, "width": 72})
    _text(memoryview(b"warm"))
    from PIL import Image

    Image.preinit()


def count(payload: memoryview, _options: Mapping[str, object]) -> dict[str, object]:
    """``{"pages": n, "kind": "pdf" | "picture" | "text"}`` of a document."""
    if bytes(payload[:1024]).find(_PDF) >= 0:
        with _Opened(payload) as document:
            pages = len(document)
            if not 0 < pages <= MOST_PAGES:
                raise Refused(f"The document claims {pages} pages: not opened. Ask for it in parts.")
            return {"pages": pages, "kind": "pdf"}
    if _is_picture(payload):
        return {"pages": 1, "kind": "picture"}
    return {"pages": 1, "kind": "text", "text": _text(payload)}


def page(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    """One page as RGB pixels.

    Args:
        payload: the document.
        options: ``index`` from 0; ``width`` of the picture in pixels.

    Returns:
        ``{"width", "height", "pixels"}``; ``pixels`` are rows of RGB bytes without padding.
    """
    index, width = _whole(options, "index"), min(WIDEST, max(16, _whole(options, "width")))
    if bytes(payload[:1024]).find(_PDF) >= 0:
        return _pdf_page(payload, index, width)
    return _picture(payload, width)


class _Opened:
    """A PDF, closed in any case."""

    def __init__(self, payload: memoryview) -> None:
        import pypdfium2

        try:
            self._document = pypdfium2.PdfDocument(bytes(payload))
        except pypdfium2.PdfiumError as error:
            raise Refused(
                "The document is damaged or protected by a password. Ask the sender for a readable one."
            ) from error

    def __enter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204 - pypdfium2 has no types
        return self._document

    def __exit__(self, *_error: object) -> None:
        self._document.close()


def _pdf_page(payload: memoryview, index: int, width: int) -> dict[str, object]:
    with _Opened(payload) as document:
        if not 0 <= index < len(document):
            raise Refused("The document has no such page.")
        drawn = document[index]
        wide, high = drawn.get_size()
        if not (wide > 0 and high > 0) or width * width * high / wide > MOST_PIXELS:
            raise Refused("The page is too large to be drawn. Ask the sender for an ordinary paper size.")
        picture = drawn.render(scale=width / wide, rev_byteorder=True, may_draw_forms=False).to_numpy()
        rgb = picture[..., :3].copy()
        return {"width": int(rgb.shape[1]), "height": int(rgb.shape[0]), "pixels": rgb.tobytes()}


def _picture(payload: memoryview, width: int) -> dict[str, object]:
    import io

    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(payload), formats=("JPEG", "PNG", "TIFF")) as found:
            if found.width * found.height > MOST_PIXELS * 4:
                raise Refused("The picture is too large to be shown. Ask the sender for a smaller one.")
            upright = ImageOps.exif_transpose(found).convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused("The picture is damaged. Ask the sender for it again.") from error
    high = max(1, round(upright.height * width / upright.width))
    shown = upright.resize((width, high))
    return {"width": width, "height": high, "pixels": shown.tobytes()}


def _is_picture(payload: memoryview) -> bool:
    head = bytes(payload[:8])
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*"))


def _text(payload: memoryview) -> str:
    raw = bytes(payload[: 1 << 20])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _whole(options: Mapping[str, object], name: str) -> int:
    value = options[name]
    assert isinstance(value, int)
    return value
