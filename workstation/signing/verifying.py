"""Verifying any file of a delivered opinion: the PDF, the same inside DICOM, and what the signed manifest names."""

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from workstation.signing.files import MANIFEST, MANIFEST_SIGNATURE
from workstation.signing.manifest import check_manifest
from workstation.signing.pdf_verification import verify_pdf
from workstation.signing.verdict import Outcome, Verdict, in_words

_DICOM_AT, _DICOM = 128, b"DICM"


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
        file: a signed PDF, an Encapsulated PDF object, or a report or key objects beside their signed manifest.
        roots: DER certificates that are trusted.

    Raises:
        OSError: it cannot be read.
    """
    content = file.read_bytes()
    if content[_DICOM_AT : _DICOM_AT + 4] == _DICOM:
        return _dicom(file, content, roots)
    return verify_pdf(content, roots)


def _dicom(file: Path, content: bytes, roots: Sequence[bytes]) -> Verdict:
    from workstation.reporting.dicom.encapsulated import unwrapped

    try:
        return replace(
            verify_pdf(unwrapped(content), roots), notes=("The signed PDF was taken out of a DICOM object.",)
        )
    except ValueError:
        return _by_manifest(file, content)


def _by_manifest(file: Path, content: bytes) -> Verdict:
    """Reports and key objects are signed through the manifest; it and its signature lie beside them."""
    manifest, signature = file.with_name(MANIFEST), file.with_name(MANIFEST_SIGNATURE)
    if not (manifest.exists() and signature.exists()):
        sentence = f"A DICOM object is signed through {MANIFEST} and {MANIFEST_SIGNATURE}; put them beside it."
        return _unreadable(sentence)
    said = manifest.read_bytes()
    checked = check_manifest(said, signature.read_text("utf-8").strip())
    if checked is None:
        return Verdict(outcome=Outcome.CHANGED, problems=("The manifest is not the one that was signed.",))
    digests = json.dumps(json.loads(said))
    if hashlib.sha256(content).hexdigest() not in digests:
        return Verdict(outcome=Outcome.CHANGED, problems=("The signed manifest names other bytes than these.",))
    note = "Its digest stands in the signed manifest. Verify the PDF to see whether the signer is trusted."
    return Verdict(outcome=Outcome.UNKNOWN_SIGNER, problems=(note,))


def _certificates(path: Path) -> list[bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    found = load_pem_x509_certificates(path.read_bytes())
    return [one.public_bytes(Encoding.DER) for one in found]


def _unreadable(sentence: str) -> Verdict:
    return Verdict(outcome=Outcome.UNREADABLE, problems=(sentence,))
