"""The header of a DICOM file as the archive keeps it; pydicom stops here (and in ``seeding``)."""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

UID: Final = re.compile(r"[0-9]+(\.[0-9]+)+")
LONGEST_UID: Final = 64
BULK: Final = 1024


class UnreadableError(Exception):
    """Bytes that are no DICOM Part 10 file, or lack the UIDs that name an instance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What names an instance, and its data set without bulk in the DICOM JSON model."""

    sop: str
    sop_class: str
    series: str
    study: str
    number: int
    syntax: str
    attributes: Mapping[str, Any]


def read_header(source: Path | bytes) -> Header:
    """Read what comes before the pixels.

    Raises:
        UnreadableError: says what is missing.
    """
    import pydicom
    from pydicom.errors import InvalidDicomError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # real files break rules of value representation; they are served as they are
        try:
            dataset = pydicom.dcmread(
                BytesIO(source) if isinstance(source, bytes) else source, stop_before_pixels=True, defer_size=None
            )
            return _header(dataset)
        except (InvalidDicomError, OSError, EOFError) as error:
            raise UnreadableError(f"This is no DICOM Part 10 file: {type(error).__name__}.") from None
        except (ValueError, AttributeError, KeyError, TypeError, NotImplementedError) as error:
            raise UnreadableError(f"The data set cannot be read: {type(error).__name__}.") from None


def _header(dataset: Any) -> Header:
    names = ("SOPInstanceUID", "SOPClassUID", "SeriesInstanceUID", "StudyInstanceUID")
    uids = [str(dataset.get(name, "")) for name in names]
    for name, uid in zip(names, uids, strict=True):
        if not UID.fullmatch(uid) or len(uid) > LONGEST_UID:
            raise UnreadableError(f"{name} is missing or illegal.")
    syntax = str(dataset.file_meta.get("TransferSyntaxUID", ""))
    if not syntax:
        raise UnreadableError("The transfer syntax is missing.")
    number = dataset.get("InstanceNumber")
    return Header(
        sop=uids[0],
        sop_class=uids[1],
        series=uids[2],
        study=uids[3],
        number=int(number) if number not in {None, ""} else 0,
        syntax=syntax,
        attributes=_attributes(dataset),
    )


def _attributes(dataset: Any) -> dict[str, Any]:
    for element in list(dataset):
        if element.VR in {"OB", "OW", "OF", "OD", "OL", "OV", "UN"} and len(element.value or b"") > BULK:
            del dataset[element.tag]
    attributes: dict[str, Any] = dataset.to_json_dict(
        bulk_data_threshold=BULK, bulk_data_element_handler=lambda _element: "", suppress_invalid_tags=True
    )
    return attributes
