"""What tests of volumes share: a pool of real isolated workers, and small studies whose values are a formula."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from viewers.isolation.pool import Pool
from viewers.series.display_set import DisplaySet
from viewers.series.open_source import open_source
from viewers.series.scan import scan
from viewers.series.split import display_sets
from viewers.sources import FrameSource
from viewers.volumes.jobs import JOBS

ROWS, COLUMNS = 24, 20


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    with Pool(workers=2, preload=JOBS) as made:
        yield made


@pytest.fixture
def one_worker() -> Iterator[Pool]:
    """A pool whose answers come nearly in the order of its jobs: none waits for a slower worker."""
    with Pool(workers=1, preload=JOBS) as made:
        yield made


def write_image(path: Path, pixels: np.ndarray, **attributes: object) -> None:
    """One file as pydicom writes it; ``syntax`` names its transfer syntax, ``pixels`` are the stored values."""
    syntax = str(attributes.pop("syntax", ExplicitVRLittleEndian))
    dataset = Dataset()
    rows, columns = pixels.shape[-2:] if pixels.ndim == 2 or pixels.shape[-1] > 3 else pixels.shape[-3:-1]
    bits = pixels.dtype.itemsize * 8
    values: dict[str, object] = {
        "SOPClassUID": CTImageStorage, "SOPInstanceUID": f"1.2.3.{abs(hash(path.name)) % 10**9}", "Modality": "CT",
        "StudyInstanceUID": "1.2.3", "SeriesInstanceUID": "1.2.3.1", "FrameOfReferenceUID": "1.2.9", "PatientID": "7",
        "PatientName": "Doe^Jane", "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PixelSpacing": [1.5, 0.75],
        "Rows": rows, "Columns": columns, "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": bits, "BitsStored": bits, "HighBit": bits - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"), "RescaleSlope": "1", "RescaleIntercept": "0",
        "PixelData": pixels.tobytes(),
    }  # fmt: skip
    for keyword, value in {**values, **attributes}.items():
        if value is not None:
            setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    path.parent.mkdir(parents=True, exist_ok=True)
    pydicom.dcmwrite(path, dataset, enforce_file_format=True)


@pytest.fixture
def write() -> Callable[..., None]:
    return write_image


@pytest.fixture
def opened(pool: Pool) -> Callable[[Path], tuple[tuple[DisplaySet, ...], FrameSource]]:
    def open_path(path: Path) -> tuple[tuple[DisplaySet, ...], FrameSource]:
        source = open_source(path)
        return display_sets(scan(source, pool).headers), source

    return open_path


@pytest.fixture
def stack(tmp_path: Path) -> Callable[..., Path]:
    def make(origins: np.ndarray, value: Callable[[np.ndarray], np.ndarray], orientation=(1, 0, 0, 0, 1, 0), **more):
        """A folder of slices whose stored value at each voxel is ``value`` of its LPS position (..., 3)."""
        right, down = np.asarray(orientation[:3], float), np.asarray(orientation[3:], float)
        rows, columns = np.mgrid[:ROWS, :COLUMNS]
        for number, origin in enumerate(np.asarray(origins, float)):
            where = origin + rows[..., None] * 1.5 * down + columns[..., None] * 0.75 * right
            write_image(
                tmp_path / f"{number:03}.dcm", np.rint(value(where)).astype(np.int16), InstanceNumber=100 - number,
                SOPInstanceUID=f"1.2.3.9.{number}", ImagePositionPatient=[float(f"{x:.9g}") for x in origin],
                ImageOrientationPatient=[float(f"{x:.9g}") for x in orientation], **more,
            )  # fmt: skip
        return tmp_path

    return make
