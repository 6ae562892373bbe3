"""A type for every stage of a document, so that signing too early cannot be written."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFile:
    """One file of what goes out, in the shape of the outbox's ``Artefact``: ``Artefact(**file.fields())`` fits."""

    name: str
    content_type: str
    content: bytes
    sha256: str
    sop_uid: str = ""
    study_uid: str = ""
    series_uid: str = ""

    def fields(self) -> dict[str, object]:
        """The fields by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToBeSigned:
    """The prepared PDF: exactly what the preview shows; after signing only ``/Contents`` and ``/ByteRange`` differ.

    Attributes:
        pdf: with stamp, claimed time and empty ``/Contents``.
        contents: offsets [start, end) of the hexadecimal ``/Contents`` between its angle brackets.
        document_digest: SHA-256 of the byte ranges to be signed.
        companions: SR, KOS, … by name: signed through the manifest in the same act.
        identifier, case_id, case_version, opinion_digest, predecessor: what the manifest binds together.
    """

    pdf: bytes
    contents: tuple[int, int]
    document_digest: bytes
    claimed_at: datetime
    signer_name: str
    meaning: str
    companions: tuple[SignedFile, ...]
    identifier: str
    case_id: str
    case_version: str
    opinion_digest: str
    revision: int = 1
    predecessor: str = ""
    canonical: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Signed at PAdES B-B, offline: "signed, not time-stamped". ``manifest`` is a detached JWS by the same credential.

    Attributes:
        manifest_payload: the canonical JSON over which ``manifest`` is made.
        certificates: DER of the signer's certificate and its chain.
    """

    pdf: bytes
    manifest: str
    manifest_payload: bytes
    claimed_at: datetime
    signer_name: str
    meaning: str
    companions: tuple[SignedFile, ...]
    identifier: str
    certificates: tuple[bytes, ...]
    revision: int = 1
    canonical: bytes = b""
    case_id: str = ""
    case_version: str = ""
    opinion_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamped:
    """At PAdES B-LTA: author's revision, validation data, time-stamps. ``stamped_at``: time of the first of these."""

    signed: Signed
    pdf: bytes
    stamped_at: datetime
