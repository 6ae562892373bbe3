"""One DICOM instance: the modules every modality shares, its pixels, and its file."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian

from viewers.phantoms.identity import Order, uid

IMPLEMENTATION = UID("2.25.301746539812764412380955418260023467181")


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """The invented machine."""

    manufacturer: str
    model: str
    station: str
    serial: str
    software: str


@dataclass(frozen=True, kw_only=True)
class Series:
    """One series: what is the same in all its instances. Times are ``HHMMSS``."""

    order: Order
    sop_class: str
    modality: str
    number: int
    description: str
    time: str
    study_description: str
    study_time: str
    equipment: Equipment
    body_part: str = ""
    protocol: str = ""
    position: str = "HFS"
    frame_of_reference: str = ""

    @property
    def uid(self) -> str:
        """Series Instance UID."""
        return uid(self.order, "series", self.number)


@dataclass(kw_only=True)
class Shelf:
    """Where the files of one study go, numbered in the order in which they come."""

    folder: Path
    files: list[Path] = field(default_factory=list)

    def put(self, dataset: Dataset) -> None:
        """Write one instance as Explicit VR Little Endian (or its own transfer syntax)."""
        meta = FileMetaDataset()
        meta.FileMetaInformationVersion = b"\x00\x01"
        meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        meta.ImplementationClassUID = IMPLEMENTATION
        meta.ImplementationVersionName = "PHANTOM_1"
        dataset.file_meta = meta
        path = self.folder / f"{len(self.files) + 1:08d}"
        dataset.save_as(path, enforce_file_format=True)
        self.files.append(path)


def instance(series: Series, number: int, image_type: tuple[str, ...], time: str | None = None) -> Dataset:
    """The patient, study, series, equipment and general image modules of one image."""
    order, person, gear = series.order, series.order.person, series.equipment
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.ImageType = list(image_type)
    ds.InstanceCreationDate = order.study_date
    ds.InstanceCreationTime = series.time
    ds.SOPClassUID = series.sop_class
    ds.SOPInstanceUID = uid(order, "instance", series.number, number)
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = order.study_date
    ds.StudyTime = series.study_time
    ds.SeriesTime = series.time
    ds.AcquisitionTime = ds.ContentTime = time or series.time
    ds.AccessionNumber = f"A{int(uid(order, 'accession')[5:13]):08d}"
    ds.Modality = series.modality
    ds.Manufacturer = gear.manufacturer
    ds.InstitutionName = "St. Luke Regional Hospital"
    ds.ReferringPhysicianName = "Okafor^Nadia"
    ds.StationName = gear.station
    ds.StudyDescription = series.study_description
    ds.SeriesDescription = series.description
    ds.ManufacturerModelName = gear.model
    ds.PatientName = person.name
    ds.PatientID = person.patient_id
    if person.issuer:
        ds.IssuerOfPatientID = person.issuer
    ds.PatientBirthDate = person.birth_date
    ds.PatientSex = person.sex
    ds.PatientAge = _age(person.birth_date, order.study_date)
    ds.PatientSize = f"{person.height_m:.2f}"
    ds.PatientWeight = f"{person.weight_kg:.1f}"
    if series.body_part:
        ds.BodyPartExamined = series.body_part
    ds.DeviceSerialNumber = gear.serial
    ds.SoftwareVersions = gear.software
    if series.protocol:
        ds.ProtocolName = series.protocol
    ds.StudyInstanceUID = uid(order, "study")
    ds.SeriesInstanceUID = series.uid
    ds.StudyID = "1"
    ds.SeriesNumber = series.number
    ds.AcquisitionNumber = 1
    ds.InstanceNumber = number
    if series.position:
        ds.PatientPosition = series.position
    if series.frame_of_reference:
        ds.FrameOfReferenceUID = series.frame_of_reference
        ds.PositionReferenceIndicator = ""
    ds.LossyImageCompression = "00"
    return ds


def place(ds: Dataset, origin: tuple[float, float, float], pixel_mm: tuple[float, float], thickness: float) -> None:
    """The image plane module of an axial image: row along +x, column along +y (PS3.3 C.7.6.2)."""
    ds.ImagePositionPatient = [_ds(v) for v in origin]
    ds.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    ds.PixelSpacing = [_ds(v) for v in pixel_mm]
    ds.SliceThickness = _ds(thickness)
    ds.SliceLocation = _ds(origin[2])


def grey(ds: Dataset, pixels: NDArray[np.int16] | NDArray[np.uint16] | NDArray[np.uint8], bits_stored: int) -> None:
    """Monochrome pixels (rows, columns) or (frames, rows, columns)."""
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    if pixels.ndim == 3:
        ds.NumberOfFrames = pixels.shape[0]
    ds.Rows, ds.Columns = pixels.shape[-2:]
    ds.BitsAllocated = pixels.dtype.itemsize * 8
    ds.BitsStored = bits_stored
    ds.HighBit = bits_stored - 1
    ds.PixelRepresentation = 1 if np.issubdtype(pixels.dtype, np.signedinteger) else 0
    _store(ds, pixels)


def colour(ds: Dataset, pixels: NDArray[np.uint8]) -> None:
    """RGB pixels (rows, columns, 3) or (frames, rows, columns, 3), interleaved by pixel."""
    ds.SamplesPerPixel = 3
    ds.PhotometricInterpretation = "RGB"
    ds.PlanarConfiguration = 0
    if pixels.ndim == 4:
        ds.NumberOfFrames = pixels.shape[0]
    ds.Rows, ds.Columns = pixels.shape[-3:-1]
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    _store(ds, pixels)


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """One item of a code sequence (PS3.3 Table 8.8-1a)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def sequence(*items: Dataset) -> Sequence:
    """A DICOM sequence of these items."""
    return Sequence(items)


def clock(time: str, seconds: float) -> str:
    """``HHMMSS`` plus seconds, as TM with microseconds where there are any."""
    total = int(time[:2]) * 3600 + int(time[2:4]) * 60 + int(time[4:6]) + seconds
    whole, fraction = int(total), total - int(total)
    text = f"{whole // 3600 % 24:02d}{whole // 60 % 60:02d}{whole % 60:02d}"
    return f"{text}.{round(fraction * 1e6) % 1000000:06d}" if fraction > 1e-6 else text


def _store(ds: Dataset, pixels: NDArray[np.int16] | NDArray[np.uint16] | NDArray[np.uint8]) -> None:
    data = np.ascontiguousarray(pixels).astype(pixels.dtype.newbyteorder("<"), copy=False).tobytes()
    ds.PixelData = data + b"\0" * (len(data) % 2)
    ds["PixelData"].VR = "OW" if pixels.dtype.itemsize == 2 else "OB"


def _age(birth: str, day: str) -> str:
    years = int(day[:4]) - int(birth[:4]) - (day[4:] < birth[4:])
    return f"{max(0, years):03d}Y"


def _ds(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
