"""Ultrasound instances (PS3.3 A.6, A.7) with calibrated regions (C.8.5.5)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from viewers.phantoms.dicom.instance import Equipment, Series, Shelf, code, colour, instance, sequence

US_IMAGE = "1.2.840.10008.5.1.4.1.1.6.1"
US_CINE = "1.2.840.10008.5.1.4.1.1.3.1"
MACHINE = Equipment(
    manufacturer="SONARIS", model="Vireo E10", station="ECHO1", serial="VE10-0731", software="VIREO 3.4.0"
)
TISSUE, SPECTRAL = 1, 3
CENTIMETRES, SECONDS, CENTIMETRES_PER_SECOND = 3, 4, 7


@dataclass(frozen=True, kw_only=True)
class Region:
    """One calibrated rectangle.

    Attributes:
        spatial: 1 = 2D, 3 = spectral.
        data: 1 = tissue, 3 = PW, 4 = CW spectral Doppler.
        box: first column, first row, last column, last row.
        units: of x and y.
        delta: physical value of one pixel to the right, and of one pixel down.
        reference: reference pixel (column, row) within the region, whose physical value is 0.
    """

    spatial: int
    data: int
    box: tuple[int, int, int, int]
    units: tuple[int, int]
    delta: tuple[float, float]
    reference: tuple[int, int] | None = None


def write_cine(
    shelf: Shelf,
    series: Series,
    number: int,
    pixels: NDArray[np.uint8],
    regions: tuple[Region, ...],
    *,
    frame_ms: float,
    heart_rate: int,
    r_waves_ms: tuple[float, ...],
) -> str:
    """Write a loop of RGB frames and return its SOP Instance UID."""
    ds = _image(series, number, regions, ("ORIGINAL", "PRIMARY"))
    ds.SOPClassUID = US_CINE
    ds.FrameTime = f"{frame_ms:.4f}".rstrip("0").rstrip(".")
    ds.FrameIncrementPointer = Tag("FrameTime")
    ds.CineRate = ds.RecommendedDisplayFrameRate = round(1000 / frame_ms)
    ds.FrameDelay = "0"
    ds.ActualFrameDuration = round(frame_ms)
    ds.EffectiveDuration = f"{frame_ms * len(pixels) / 1000:.3f}"
    ds.StartTrim, ds.StopTrim = 1, len(pixels)
    ds.HeartRate = heart_rate
    ds.RWaveTimeVector = [round(r, 3) for r in r_waves_ms]
    colour(ds, pixels)
    shelf.put(ds)
    return str(ds.SOPInstanceUID)


def write_still(
    shelf: Shelf,
    series: Series,
    number: int,
    pixels: NDArray[np.uint8],
    regions: tuple[Region, ...],
    *,
    heart_rate: int,
) -> str:
    """Write a still RGB picture and return its SOP Instance UID."""
    ds = _image(series, number, regions, ("ORIGINAL", "PRIMARY"))
    ds.SOPClassUID = US_IMAGE
    ds.HeartRate = heart_rate
    colour(ds, pixels)
    shelf.put(ds)
    return str(ds.SOPInstanceUID)


def _image(series: Series, number: int, regions: tuple[Region, ...], image_type: tuple[str, ...]) -> Dataset:
    ds = instance(series, number, image_type)
    ds.PatientOrientation = ""
    ds.UltrasoundColorDataPresent = 0
    ds.TransducerData = ["S5-1", "", ""]
    ds.ProcessingFunction = "ADULT ECHO"
    ds.TransducerType = "SECTOR_PHASED"
    ds.MechanicalIndex, ds.SoftTissueThermalIndex = "1.2", "0.7"
    ds.BurnedInAnnotation = "NO"
    ds.AnatomicRegionSequence = sequence(code("80891009", "SCT", "Heart"))
    ds.SequenceOfUltrasoundRegions = sequence(*(_region(region) for region in regions))
    return ds


def _region(region: Region) -> Dataset:
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType = region.spatial, region.data
    item.RegionFlags = 0
    item.RegionLocationMinX0, item.RegionLocationMinY0 = region.box[:2]
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = region.box[2:]
    item.PhysicalUnitsXDirection, item.PhysicalUnitsYDirection = region.units
    item.PhysicalDeltaX, item.PhysicalDeltaY = region.delta
    if region.reference is not None:
        item.ReferencePixelX0, item.ReferencePixelY0 = region.reference
        item.ReferencePixelPhysicalValueX = item.ReferencePixelPhysicalValueY = 0.0
    item.TransducerFrequency = 1700
    return item
