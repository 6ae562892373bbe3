"""Files to injure: small real ones where they are at hand, and a few made here, with the places of their elements."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

from tests.viewers.codecs.made_frames import UIDS, encoded, noise

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LARGEST = 150_000
MOST_FRAMES = 12
MOST_OF_A_FOLDER = 25
IMPLICIT = "1.2.840.10008.1.2"
STAND_IN = UIDS["htj2k"]
DEFLATED = "1.2.840.10008.1.2.1.99"
LONG_FORM = ("OB", "OW", "OF", "SQ", "UN", "UT", "OD", "UC", "OV", "OL", "UR", "SV", "UV")
CT, SECONDARY, SR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.88.11"


@dataclass(frozen=True)
class Element:
    """Where one top-level element lies."""

    tag: int
    representation: str
    header_at: int
    value_at: int
    length: int


@dataclass(frozen=True)
class HealthyFile:
    """A file and its elements."""

    name: str
    content: bytes
    explicit: bool
    elements: tuple[Element, ...]


@cache
def healthy_files() -> tuple[HealthyFile, ...]:
    """Real files where there are some, and always the made ones."""
    return tuple(_with_elements(name, content) for name, content in (*_made(), *_real()))


def _real() -> Iterator[tuple[str, bytes]]:
    folder = DATA / "dicom"
    for part in sorted(folder.iterdir()) if folder.is_dir() else ():
        small = [path for path in sorted(part.rglob("*")) if path.is_file() and path.stat().st_size <= LARGEST]
        for path in small[:: max(1, len(small) // MOST_OF_A_FOLDER)]:
            yield str(path.relative_to(folder)), path.read_bytes()


def _made() -> Iterator[tuple[str, bytes]]:
    for codec in UIDS:
        frames = [encoded(codec, noise(seed=number)) for number in range(3)]
        yield f"made {codec}", _file(_picture(codec, frames), UIDS[codec])
    yield "made implicit", _file(_picture("native", [encoded("native", noise())]), IMPLICIT)
    yield "made deflated", _file(_picture("native", [encoded("native", noise())]), DEFLATED)
    yield "made extended table", _file(_extended(), UIDS["jpeg-ls"])
    yield "made map", _file(_map(), UIDS["native"])
    yield "made report", _file(_report(), UIDS["native"])


def _picture(codec: str, frames: list[bytes]) -> Dataset:
    data = _patient(CT)
    data.Modality, data.Rows, data.Columns, data.SamplesPerPixel = "CT", 64, 48, 1
    data.BitsAllocated, data.BitsStored, data.HighBit = (8, 8, 7) if codec == "jpeg" else (16, 12, 11)
    data.PixelRepresentation, data.PhotometricInterpretation = 0, "MONOCHROME2"
    data.PixelSpacing, data.ImageOrientationPatient = [0.5, 0.5], [1, 0, 0, 0, 1, 0]
    data.ImagePositionPatient, data.RescaleSlope, data.RescaleIntercept = [0, 0, 0], 1, -1024
    data.WindowCenter, data.WindowWidth, data.PixelPaddingValue = 40, 400, 0
    if len(frames) > 1:
        data.NumberOfFrames, data.FrameTime = len(frames), 40
    data.add_new(0x60000010, "US", 64)
    data.add_new(0x60000011, "US", 48)
    data.add_new(0x60000040, "CS", "G")
    data.add_new(0x60000050, "SS", [1, 1])
    data.add_new(0x60000100, "US", 1)
    data.add_new(0x60000102, "US", 0)
    data.add_new(0x60003000, "OW", bytes(64 * 48 // 8))
    data.ReferencedImageSequence = Sequence([_reference(), _reference()])
    native = codec == "native"
    data.PixelData = b"".join(frames) if native else encapsulate(frames, has_bot=codec != "rle")
    data["PixelData"].VR = "OW" if native else "OB"
    data["PixelData"].is_undefined_length = not native
    return data


def _extended() -> Dataset:
    frames = [encoded("jpeg-ls", noise(seed=number)) for number in range(3)]
    data = _picture("jpeg-ls", frames)
    data.PixelData, data.ExtendedOffsetTable, data.ExtendedOffsetTableLengths = encapsulate_extended(frames)
    data["PixelData"].is_undefined_length = True
    return data


def _map() -> Dataset:
    """Fractions, some of which are no numbers."""
    data = _picture("native", [encoded("native", noise())])
    del data.PixelData, data.BitsStored, data.HighBit, data.PixelRepresentation
    values = noise().astype(np.float32)
    values[5:9] = [[np.nan], [np.inf], [-np.inf], [1e38]]
    data.BitsAllocated, data.FloatPixelData = 32, values.tobytes()
    return data


def _report() -> Dataset:
    data = _patient(SR)
    data.Modality, data.ValueType = "SR", "CONTAINER"
    item = Dataset()
    item.ValueType, item.TextValue = "TEXT", "no metastasis seen"
    for _ in range(5):
        outer = Dataset()
        outer.ValueType, outer.ContentSequence = "CONTAINER", Sequence([item])
        item = outer
    data.ContentSequence = Sequence([item])
    return data


def _reference() -> Dataset:
    data = Dataset()
    data.ReferencedSOPClassUID, data.ReferencedSOPInstanceUID = CT, generate_uid(entropy_srcs=["reference"])
    return data


def _patient(sop_class: str) -> Dataset:
    data = Dataset()
    data.SpecificCharacterSet, data.PatientName, data.PatientID = "ISO_IR 192", "Made^Up", "1"
    data.SOPClassUID = sop_class
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
        setattr(data, keyword, generate_uid(entropy_srcs=[keyword]))
    data.SeriesNumber, data.InstanceNumber, data.StudyDate = 1, 1, "20260101"
    return data


def _file(data: Dataset, syntax: str) -> bytes:
    meta = FileMetaDataset()
    stands_in = syntax == UIDS["jpeg xl"]  # pydicom does not know it; the other has as many letters
    meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = STAND_IN if stands_in else syntax, data.SOPClassUID
    meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    target = io.BytesIO()
    file = FileDataset("made", data, file_meta=meta, preamble=bytes(128))
    pydicom.dcmwrite(target, file, enforce_file_format=True)
    return target.getvalue().replace(STAND_IN.encode(), syntax.encode()) if stands_in else target.getvalue()


def _with_elements(name: str, content: bytes) -> HealthyFile:
    """The places of the elements, as pydicom sees them; none where it cannot read the file."""
    try:
        data = pydicom.dcmread(io.BytesIO(content), force=True)
        deflated = getattr(data.file_meta, "TransferSyntaxUID", "") == DEFLATED
        explicit = not data.original_encoding[0]
        elements = () if deflated else tuple(_elements(data, len(content), explicit=explicit))
    except Exception:  # noqa: BLE001 - a file that pydicom cannot read is injured as plain bytes
        return HealthyFile(name=name, content=content, explicit=False, elements=())
    return HealthyFile(name=name, content=content, explicit=explicit, elements=elements)


def _elements(data: Dataset, size: int, *, explicit: bool) -> Iterator[Element]:
    for tag in list(data.keys()):
        raw = data.get_item(tag)
        at, length = getattr(raw, "value_tell", None), getattr(raw, "length", None)
        if at and length is not None and at < size:
            representation = str(getattr(raw, "VR", None) or "UN")
            header = 12 if explicit and representation in LONG_FORM else 8
            yield Element(int(tag), representation, at - header, at, length)
