"""STOW-RS (PS3.18 10.5) and storage commitment: what became of each instance, in the words of the standard."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from workstation.sandbox.dicomweb.archive import Archive, DuplicateError
from workstation.sandbox.dicomweb.reading import Header, UnreadableError, read_header

PROCESSING_FAILURE: Final = 0x0110
DUPLICATE: Final = 0x0111
NO_SUCH_INSTANCE: Final = 0x0112
CANNOT_UNDERSTAND: Final = 0xC000

Attributes = dict[str, Any]


def store(archive: Archive, parts: Sequence[bytes], *, study: str, root: str) -> tuple[int, Attributes]:
    """Archive the parts one by one.

    Args:
        archive: where to.
        parts: DICOM files.
        study: the UID in the address, or "" where it names none.
        root: address of the service.

    Returns:
        HTTP status (200 all stored, 202 some, 409 none) and the response data set in the DICOM JSON model: the same
        bytes again count as stored; other bytes under a known UID fail as duplicate and the old ones stay.
    """
    stored: list[Attributes] = []
    failed: list[Attributes] = []
    unnamed: list[Attributes] = []
    studies: set[str] = set()
    for part in parts:
        try:
            header = read_header(part)
        except UnreadableError:
            unnamed.append({"00081197": _reason(CANNOT_UNDERSTAND)})
            continue
        if reason := _keep(archive, part, header, study):
            failed.append(_reference(header) | {"00081197": _reason(reason)})
            continue
        studies.add(header.study)
        address = f"{root}/studies/{header.study}/series/{header.series}/instances/{header.sop}"
        stored.append(_reference(header) | {"00081190": {"vr": "UR", "Value": [address]}})
    response: Attributes = {}
    if len(studies) == 1:
        response["00081190"] = {"vr": "UR", "Value": [f"{root}/studies/{studies.pop()}"]}
    for tag, items in (("00081198", failed), ("00081199", stored), ("0008119A", unnamed)):
        if items:
            response[tag] = {"vr": "SQ", "Value": items}
    return _status(stored, [*failed, *unnamed]), response


def commitment(archive: Archive, transaction: str, request: Mapping[str, Any]) -> Attributes:
    """Say of each referenced instance whether it rests here with the bytes it came with (PS3.18 10.9)."""
    kept: list[Attributes] = []
    missing: list[Attributes] = []
    for item in request.get("00081199", {}).get("Value", []):
        reference = {tag: item[tag] for tag in ("00081150", "00081155") if tag in item}
        sop = str(item.get("00081155", {}).get("Value", [""])[0])
        found = archive.find(sop)
        if found is not None and hashlib.sha256(found.path.read_bytes()).hexdigest() == found.sha256:
            kept.append(reference)
        else:
            missing.append(reference | {"00081197": _reason(NO_SUCH_INSTANCE)})
    response: Attributes = {"00081195": {"vr": "UI", "Value": [transaction]}}
    for tag, items in (("00081198", missing), ("00081199", kept)):
        if items:
            response[tag] = {"vr": "SQ", "Value": items}
    return response


def _keep(archive: Archive, part: bytes, header: Header, study: str) -> int:
    """0 when archived, the failure reason otherwise."""
    if study and header.study != study:
        return PROCESSING_FAILURE
    try:
        archive.keep(part, header)
    except DuplicateError:
        return DUPLICATE
    return 0


def _reference(header: Header) -> Attributes:
    return {
        "00081150": {"vr": "UI", "Value": [header.sop_class]},
        "00081155": {"vr": "UI", "Value": [header.sop]},
    }


def _reason(code: int) -> Attributes:
    return {"vr": "US", "Value": [code]}


def _status(stored: Sequence[Attributes], failed: Sequence[Attributes]) -> int:
    if not failed:
        return 200
    return 202 if stored else 409
