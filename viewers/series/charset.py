"""Text of any Specific Character Set (PS3.3 C.12.1.1.2), decoded without ever failing."""

import warnings
from collections.abc import Callable
from functools import lru_cache

Decode = Callable[[bytes], str]

_ESCAPE = b"\x1b"
_LONGEST_LIST = 16
# Each of these ends the reach of an escape sequence (PS3.5 6.1.2.5.3).
_TEXT_DELIMITERS = frozenset(b"\r\n\t\f\\")
_NAME_DELIMITERS = frozenset(b"^=\\")


@lru_cache(maxsize=64)
def decoders(character_sets: str) -> tuple[Decode, Decode]:
    """How to decode (text, person names) under the value of Specific Character Set, terms joined by backslashes."""
    encodings = _encodings(character_sets)
    return _decoder(encodings, _TEXT_DELIMITERS), _decoder(encodings, _NAME_DELIMITERS)


def know_every_encoding() -> None:
    """Load every encoding that a character set may need, before the wall is raised around a worker."""
    import pydicom  # noqa: F401 - first and whole: two threads that enter it at two places meet half of it
    from pydicom.charset import python_encoding

    for encoding in {*python_encoding.values(), "latin-1", "utf-8", "utf-8-sig"}:
        b"A".decode(encoding, "replace")
    decoders("ISO_IR 100")[0]("ö".encode("latin-1"))


def _encodings(character_sets: str) -> tuple[str, ...]:
    import pydicom  # noqa: F401 - first and whole: two threads that enter it at two places meet half of it
    from pydicom.charset import convert_encodings

    terms = [term.strip() for term in character_sets.split("\\")[:_LONGEST_LIST]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return tuple(convert_encodings(terms if len(terms) > 1 else terms[0]))
        except (LookupError, ValueError):
            return ("iso8859",)


def _decoder(encodings: tuple[str, ...], delimiters: frozenset[int]) -> Decode:
    def decode(value: bytes) -> str:
        if value.isascii() and _ESCAPE not in value:
            return value.decode("ascii")
        return _decode_foreign(value, encodings, delimiters)

    return decode


def _decode_foreign(value: bytes, encodings: tuple[str, ...], delimiters: frozenset[int]) -> str:
    import pydicom  # noqa: F401 - first and whole: two threads that enter it at two places meet half of it
    from pydicom.charset import decode_bytes

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return str(decode_bytes(value, list(encodings), set(delimiters)))
        except (LookupError, ValueError):
            return value.decode("latin-1")
