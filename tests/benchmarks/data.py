"""The series that is loaded: a deterministic chest-sized CT with scanner-like noise, in each transfer syntax."""

import hashlib
import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, CTImageStorage

SIZE = 512
SYNTAXES = {
    "raw": "1.2.840.10008.1.2.1",
    "J2K": "1.2.840.10008.1.2.4.90",
    "JPEG-LS": "1.2.840.10008.1.2.4.80",
    "JPEG-LL": "1.2.840.10008.1.2.4.70",
    "HTJ2K": "1.2.840.10008.1.2.4.201",
    "RLE": "1.2.840.10008.1.2.5",
}


def series(root: Path, syntax: str, slices: int) -> Path:
    """Folder of ``slices`` files of 512x512 int16 CT in ``syntax``, names shuffled; made once, kept below ``root``."""
    folder, mark = root / f"{syntax}-{slices}", root / f"{syntax}-{slices}.complete"
    if not mark.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for number, name in enumerate(_shuffled(slices)):
            _instance(number, syntax, stored(number)).save_as(folder / name, enforce_file_format=True)
        mark.touch()
    return folder


def headers(root: Path, files: int) -> Path:
    """Folder of ``files`` instances with full headers, each its own, and pixels of 64x64 only."""
    folder, mark = root / f"headers-{files}", root / f"headers-{files}.complete"
    if not mark.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for number, name in enumerate(_shuffled(files)):
            image = _instance(number, "raw", np.zeros((64, 64), np.int16))
            image.save_as(folder / name, enforce_file_format=True)
        mark.touch()
    return folder


def stored(number: int) -> NDArray[np.int16]:
    """Stored values of slice ``number``: body, lungs and spine that move with z, noise of 12 HU; HU = stored - 1024."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    y, x = (rows - 256) / 256, (columns - 256) / 256
    z = number / 600
    body = _soft(1 - (x / (0.86 + 0.04 * np.sin(5 * z))) ** 2 - (y / (0.62 + 0.05 * np.cos(7 * z))) ** 2)
    lungs = _soft(1 - ((np.abs(x) - 0.38) / (0.26 * np.sin(np.pi * (0.1 + 0.8 * z)))) ** 2 - (y / 0.42) ** 2)
    spine = _soft(1 - (x / 0.11) ** 2 - ((y - 0.40) / 0.12) ** 2)
    hounsfield = -1000 + 1040 * body - 870 * body * lungs + 320 * spine
    noise = np.random.default_rng(number).normal(0, 12, hounsfield.shape)
    return np.clip(np.rint(hounsfield + noise + 1024), 0, 4095).astype(np.int16)


def _soft(inside: NDArray[np.float32]) -> NDArray[np.float32]:
    return 1 / (1 + np.exp(-np.clip(40 * inside, -50, 50)))


def _shuffled(count: int) -> list[str]:
    names = [f"{hashlib.sha256(str(n).encode()).hexdigest()[:12]}.dcm" for n in range(count)]
    random.Random(1).shuffle(names)
    return names


def _instance(number: int, syntax: str, pixels: NDArray[np.int16]) -> Dataset:
    uid = UID(f"2.25.{1000 + number}")
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, uid
    meta.TransferSyntaxUID = UID(SYNTAXES[syntax])
    image = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
    image.SpecificCharacterSet = "ISO_IR 100"
    image.SOPClassUID, image.SOPInstanceUID = CTImageStorage, uid
    image.StudyInstanceUID, image.SeriesInstanceUID, image.FrameOfReferenceUID = "2.25.1", "2.25.2", "2.25.3"
    image.PatientName, image.PatientID, image.PatientBirthDate, image.PatientSex = (
        "Bench^Mark",
        "BENCH",
        "19700101",
        "O",
    )
    image.StudyDate = image.SeriesDate = image.AcquisitionDate = image.ContentDate = "20260101"
    image.StudyTime = image.SeriesTime = image.AcquisitionTime = image.ContentTime = "120000"
    image.AccessionNumber, image.ReferringPhysicianName, image.StudyID = "", "", "1"
    image.Modality, image.Manufacturer, image.SeriesNumber, image.InstanceNumber = "CT", "Bench", 2, number + 1
    image.ImageType, image.KVP, image.ConvolutionKernel = ["ORIGINAL", "PRIMARY", "AXIAL"], 120, "B30"
    image.SliceThickness, image.PixelSpacing = 1.0, [0.7, 0.7]
    image.ImageOrientationPatient, image.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [-179.2, -179.2, float(number)]
    image.SliceLocation, image.PositionReferenceIndicator = float(number), ""
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows, image.Columns = pixels.shape
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 16, 15, 1
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = -1024, 1, "HU"
    image.WindowCenter, image.WindowWidth = 40, 400
    if syntax == "raw":
        image.PixelData = pixels.tobytes()
    else:
        image.PixelData = encapsulate([_encoded(pixels, syntax)])
        image["PixelData"].is_undefined_length = True
    image["PixelData"].VR = "OW" if syntax == "raw" else "OB"
    return image


def _encoded(pixels: NDArray[np.int16], syntax: str) -> bytes:
    import imagecodecs

    unsigned = pixels.view(np.uint16)
    encoders = {
        "J2K": lambda: imagecodecs.jpeg2k_encode(pixels, level=0, codecformat="j2k", reversible=True),
        "JPEG-LS": lambda: imagecodecs.jpegls_encode(unsigned),
        "JPEG-LL": lambda: imagecodecs.ljpeg_encode(unsigned, bitspersample=16),
        "HTJ2K": lambda: imagecodecs.htj2k_encode(unsigned, reversible=True),
        "RLE": lambda: _rle(pixels),
    }
    encoded = bytes(encoders[syntax]())
    return encoded + b"\0" * (len(encoded) % 2)


def _rle(pixels: NDArray[np.int16]) -> bytes:
    from rle import encode_pixel_data

    return encode_pixel_data(
        pixels.tobytes(), rows=SIZE, columns=SIZE, samples_per_pixel=1, bits_allocated=16, byteorder="<"
    )
