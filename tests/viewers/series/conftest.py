"""What tests of series share: files written by pydicom, sources in memory, a parser in this process."""

import io
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from viewers.isolation.errors import Refused
from viewers.series.header import Header
from viewers.series.receive import header_of


class Here:
    """Runs jobs in this process, as an isolated worker would: one mapping or one refusal."""

    def __init__(self) -> None:
        self.jobs: list[str] = []

    def parse(self, job: str, payload: bytes, options: Mapping[str, object] | None = None) -> dict[str, object]:
        self.jobs.append(job)
        module, _, function = job.partition(":")
        try:
            return dict(getattr(import_module(module), function)(memoryview(payload), options or {}))
        except Refused as refusal:
            return {"refused": str(refusal)}


class Memory:
    """A source whose files are in memory; ``kept`` are headers that a store would have kept."""

    def __init__(self, files: Mapping[str, bytes], kept: Mapping[str, Mapping[str, object]] | None = None) -> None:
        self.files, self.kept = dict(files), dict(kept or {})

    def keys(self) -> list[str]:
        return list(self.files)

    def header(self, key: str) -> Mapping[str, object] | None:
        return self.kept.get(key)

    def size(self, key: str) -> int:
        return len(self.files[key])

    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        return self.files[key][offset : None if length is None else offset + length]


def written(**attributes: object) -> bytes:
    """A small CT image as pydicom writes it; ``syntax`` and ``drop`` (a list of keywords) are no attributes."""
    syntax = str(attributes.pop("syntax", ExplicitVRLittleEndian))
    dropped = attributes.pop("drop", ())
    dataset = Dataset()
    values: dict[str, object] = {
        "SOPClassUID": CTImageStorage, "SOPInstanceUID": "1.2.3.4", "StudyInstanceUID": "1.2.3", "Modality": "CT",
        "SeriesInstanceUID": "1.2.3.1", "FrameOfReferenceUID": "1.2.9", "PatientName": "Doe^Jane", "PatientID": "7",
        "SeriesNumber": 3, "InstanceNumber": 1, "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"], "Rows": 4, "Columns": 3,
        "ImagePositionPatient": [0, 0, 0], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PixelSpacing": [2, 1],
        "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2", "BitsAllocated": 16, "BitsStored": 12,
        "HighBit": 11, "PixelRepresentation": 0, "RescaleSlope": 1, "RescaleIntercept": -1024,
        "PixelData": bytes(24),
    }  # fmt: skip
    for keyword, value in {**values, **attributes}.items():
        if keyword not in dropped:
            setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", CTImageStorage)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "1.2.3.4")
    file = io.BytesIO()
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


@pytest.fixture
def here() -> Here:
    return Here()


@pytest.fixture
def memory() -> type[Memory]:
    return Memory


@pytest.fixture
def write() -> Callable[..., bytes]:
    return written


def described(key: str = "a", *, frames: int = 1, syntax: str = "1.2.840.10008.1.2.1", **data: object) -> Header:
    """A header as a scan would have made it, of a 4 x 3 image of 16 bits; None takes an attribute away."""
    values: dict[str, object] = {
        "SOPClassUID": CTImageStorage, "SOPInstanceUID": f"1.2.{key}", "SeriesInstanceUID": "1.2.3.1", "Modality": "CT",
        "StudyInstanceUID": "1.2.3", "FrameOfReferenceUID": "1.2.9", "ImageOrientationPatient": "1\\0\\0\\0\\1\\0",
        "PixelSpacing": "2\\1", "Rows": 4, "Columns": 3, "SamplesPerPixel": 1, "BitsAllocated": 16, "BitsStored": 16,
        "HighBit": 15, "PixelRepresentation": 0, "PhotometricInterpretation": "MONOCHROME2", "NumberOfFrames": str(frames),  # noqa: E501 - a table reads best in lines
        "ImagePositionPatient": "0\\0\\0", "RescaleSlope": "1", "RescaleIntercept": "-1024",
    }  # fmt: skip
    kept = {name: value for name, value in {**values, **data}.items() if value is not None}
    samples = int(str(kept.get("SamplesPerPixel", 1)))
    length = 24 * frames * samples
    mapping = {
        "version": 1, "dicom": True, "syntax": syntax, "data": kept, "notes": [],
        "pixels": {"keyword": "PixelData", "offset": 1000, "length": length, "little": True},
    }  # fmt: skip
    return header_of(key, 1000 + length, mapping)


@pytest.fixture
def image() -> Callable[..., Header]:
    return described


@pytest.fixture
def slices() -> Callable[..., list[Header]]:
    def make(positions: Iterable[float], prefix: str = "s", **data: object) -> list[Header]:
        """Axial images at these z, keys counted up from ``prefix``."""
        return [
            described(f"{prefix}{number:03}", ImagePositionPatient=f"0\\0\\{z}", InstanceNumber=str(number), **data)
            for number, z in enumerate(positions, 1)
        ]

    return make
