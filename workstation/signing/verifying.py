"""Verifying any file of a delivered opinion: the PDF, the same inside DICOM, and what the signed manifest names."""

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from workstation.signing.coverage import covered
from workstation.signing.files import HTML, KOS, MANIFEST, MANIFEST_SIGNATURE, PDF, SR
from workstation.signing.long_term import common_name, is_trusted
from workstation.signing.manifest import ManifestCheck, check_manifest
from workstation.signing.pdf_verification import NO_ROOTS, verify_pdf
from workstation.signing.verdict import Outcome, Verdict, in_words

RECEIPT = "receipt.json"
COMPANIONS = frozenset({SR, KOS, HTML})
_DICOM_AT, _DICOM = 128, b"DICM"
_TAKEN_OUT = "The signed PDF was taken out of a DICOM object."
_OUTSIDE = "The header of the DICOM object around the PDF is signed by nobody."


def main(file: Path, trust: Sequence[Path]) -> int:
    """Verify a file and say it in words; the exit status is the outcome."""
    try:
        roots = [der for path in trust for der in _certificates(path)]
        verdict = verify_file(file, roots)
    except OSError as error:
        verdict = _unreadable(f"{error.filename or file}: {error.strerror}.")
    except ValueError as error:
        verdict = _unreadable(str(error))
    sys.stdout.write(f"{in_words(verdict)}\n")
    return int(verdict.outcome)


def verify_file(file: Path, roots: Sequence[bytes]) -> Verdict:
    """What can be said of a file.

    Args:
        file: a signed PDF, an Encapsulated PDF object, or anything else of an opinion beside its signed manifest.
        roots: DER certificates that are trusted.

    Raises:
        OSError: it cannot be read.
    """
    content = file.read_bytes()
    manifest = _manifest_beside(file)
    if manifest is not None and (file.name in manifest.names or _digest(content) in manifest.digests):
        return _by_manifest(file, content, manifest, roots)
    if content[_DICOM_AT : _DICOM_AT + 4] == _DICOM:
        return _dicom(file, content, roots)
    return verify_pdf(content, roots)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """The manifest beside a file: what it speaks for; ``checked`` is None when its signature does not hold."""

    names: frozenset[str]
    digests: frozenset[str]
    checked: ManifestCheck | None


def _manifest_beside(file: Path) -> _Manifest | None:
    """Reports, key objects and pages are signed through the manifest; it and its signature lie beside them."""
    manifest, signature = file.with_name(MANIFEST), file.with_name(MANIFEST_SIGNATURE)
    if not (manifest.exists() and signature.exists()):
        return None
    checked = check_manifest(manifest.read_bytes(), signature.read_bytes().decode("utf-8", "replace"))
    digests = dict(checked.digests) if checked else dict.fromkeys(COMPANIONS, "")
    digests.pop(PDF, None)  # the PDF proves itself
    return _Manifest(names=frozenset({MANIFEST, *digests}), digests=frozenset(digests.values()), checked=checked)


def _dicom(file: Path, content: bytes, roots: Sequence[bytes]) -> Verdict:
    from workstation.reporting.dicom.encapsulated import unwrapped

    delivered = _delivered(file)
    try:
        inside = verify_pdf(unwrapped(content), roots)
    except ValueError:
        if delivered not in ("", _digest(content)):
            return Verdict(outcome=Outcome.CHANGED, problems=("It is not the DICOM object that was delivered.",))
        return _unreadable(f"A DICOM object is signed through {MANIFEST} and {MANIFEST_SIGNATURE}; put them beside it.")
    if inside.outcome is not Outcome.CHANGED and delivered not in ("", _digest(content)):
        return replace(inside, outcome=Outcome.CHANGED, problems=(f"{_OUTSIDE} It is not the one that was delivered.",))
    return replace(inside, notes=(*inside.notes, _TAKEN_OUT, *(() if delivered else (_OUTSIDE,))))


def _delivered(file: Path) -> str:
    """SHA-256 of the file as the receipt beside it has it, "" where there is none."""
    try:
        artefacts = json.loads(file.with_name(RECEIPT).read_bytes())["artefacts"]
        return next((str(one["sha256"]) for one in artefacts if one["name"] == file.name), "")
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _by_manifest(file: Path, content: bytes, manifest: _Manifest, roots: Sequence[bytes]) -> Verdict:
    checked = manifest.checked
    if checked is None:
        return Verdict(outcome=Outcome.CHANGED, problems=("The manifest is not the one that was signed.",))
    if file.name != MANIFEST and _digest(content) not in manifest.digests:
        return Verdict(outcome=Outcome.CHANGED, problems=("The signed manifest names other bytes than these.",))
    signed = Verdict(
        outcome=Outcome.TRUSTED,
        signer=common_name(checked.certificates[0]),
        claimed_at=datetime.fromisoformat(checked.claimed_at),
        notes=("Its digest stands in the signed manifest.",) if file.name != MANIFEST else (),
    )
    if is_trusted(checked.certificates, roots, datetime.now(UTC)):
        return signed
    return _as_the_pdf(file.with_name(PDF), checked, roots, signed)


def _as_the_pdf(pdf: Path, checked: ManifestCheck, roots: Sequence[bytes], signed: Verdict) -> Verdict:
    """The manifest carries no time-stamp: long after, the PDF of the same act and hand vouches for it."""
    said = verify_pdf(pdf.read_bytes(), roots) if pdf.exists() else None
    if said is not None and said.outcome is Outcome.TRUSTED and _is_of_the_same_act(pdf.read_bytes(), checked):
        return replace(signed, stamped_at=said.stamped_at, level=said.level)
    unknown = "The certificate does not lead to the authority that was named." if roots else NO_ROOTS
    return replace(signed, outcome=Outcome.UNKNOWN_SIGNER, problems=(unknown,))


def _is_of_the_same_act(pdf: bytes, checked: ManifestCheck) -> bool:
    """Whether the manifest names this PDF's signed bytes and the same certificate made both signatures."""
    author = covered(pdf)[0]
    ranges = hashlib.sha256(pdf[: author.start] + pdf[author.end : author.last]).hexdigest()
    return ranges == checked.digests[PDF] and checked.certificates[0] in author.der


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _certificates(path: Path) -> list[bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    try:
        found = load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        sentence = f"{path} holds no certificate of an authority (PEM), so the file was not looked at. Name another."
        raise ValueError(sentence) from None
    return [one.public_bytes(Encoding.DER) for one in found]


def _unreadable(sentence: str) -> Verdict:
    return Verdict(outcome=Outcome.UNREADABLE, problems=(sentence,))
