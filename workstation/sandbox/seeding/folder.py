"""A folder of real DICOM described as a case: its first patient, its studies, and the papers that lie beside them."""

import re
import warnings
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from workstation.sandbox.accounts import SAMPLES
from workstation.sandbox.dicomweb.archive import Archive, DuplicateError
from workstation.sandbox.dicomweb.reading import Header, UnreadableError
from workstation.sandbox.seeding.description import Description, described
from workstation.sandbox.seeding.resources import Paper

GENDER: Final[Mapping[str, str]] = {"F": "female", "M": "male", "O": "other"}
PAPERS: Final[Mapping[str, str]] = {
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".mp4": "video/mp4",
}
KINDS: Final = (
    (re.compile("patholog|histolog", re.IGNORECASE), "pathology-report"),
    (re.compile("report|befund|bericht", re.IGNORECASE), "original-report"),
    (re.compile("letter|brief|referral", re.IGNORECASE), "letter"),
)


class EmptyFolderError(ValueError):
    """A folder without a single DICOM instance."""


def describe_folder(
    folder: Path, archive: Archive, converted: Path, now: datetime
) -> tuple[Description, list[Paper], list[str]]:
    """Archive what is DICOM in the folder and describe the case it makes.

    Args:
        folder: searched with its subfolders; files stay where they are.
        archive: where they are registered.
        converted: where copies go of data sets that lack the header of a file (PS3.10 7.1).
        now: to which relative dates of the template count.

    Returns:
        The description, the papers, and the Study Instance UIDs of the first patient.

    Raises:
        EmptyFolderError: nothing in it is DICOM.
    """
    headers: list[Header] = []
    others: list[Path] = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        header = _archived(file, archive, converted)
        headers.extend([header] if header else [])
        others.extend([file] if header is None and file.suffix.lower() in PAPERS else [])
    if not headers:
        raise EmptyFolderError(f"There is no DICOM instance in {folder}.")
    first = next((header for header in headers if _value(header, "0020000D")), headers[0])
    mine = [header for header in headers if _value(header, "00100020") == _value(first, "00100020")]
    description = {**described(SAMPLES / "folder.json", now), **_identity(folder, first)}
    return description, [_paper(file, now) for file in others], list(dict.fromkeys(header.study for header in mine))


def _archived(file: Path, archive: Archive, converted: Path) -> Header | None:
    try:
        return archive.add(file)
    except DuplicateError:
        return None
    except UnreadableError:
        return _archived_copy(file, archive, converted)


def _archived_copy(file: Path, archive: Archive, converted: Path) -> Header | None:
    """A data set without preamble and file meta information, given both; None when it is no data set."""
    import pydicom

    if file.suffix.lower() in PAPERS:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(file, force=True)
            target = converted / f"{dataset.SOPInstanceUID}.dcm"
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                dataset.save_as(target, enforce_file_format=True)
            return archive.add(target)
        except (UnreadableError, DuplicateError, AttributeError, ValueError, TypeError, KeyError, EOFError, OSError):
            return None


def _identity(folder: Path, first: Header) -> dict[str, Any]:
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "folder"
    written = first.attributes.get("00100010", {}).get("Value", [{}])[0].get("Alphabetic", "")
    family, _, given = written.partition("^")
    birth = _value(first, "00100030")
    patient = {
        "number": _value(first, "00100020") or "unknown",
        "family": family or "Unnamed",
        "given": given.replace("^", " ").split() or ["Patient"],
        "gender": GENDER.get(_value(first, "00100040"), "unknown"),
        "birth_date": f"{birth[:4]}-{birth[4:6]}-{birth[6:8]}" if re.fullmatch(r"\d{8}", birth) else "",
        "language": "en",
    }
    title = _value(first, "00081030") or folder.resolve().name
    return {"name": name[:48], "patient": patient, "title": title, "case_number": f"SO-{name[:40]}"}


def _paper(file: Path, now: datetime) -> Paper:
    kind = next((kind for pattern, kind in KINDS if pattern.search(file.stem)), "other")
    content_type = PAPERS[file.suffix.lower()]
    return Paper(
        kind=kind, title=file.stem, content=file.read_bytes(), content_type=content_type, date=f"{now:%Y-%m-%d}"
    )


def _value(header: Header, tag: str) -> str:
    values = header.attributes.get(tag, {}).get("Value") or [""]
    return str(values[0])
