"""CT Image instances (PS3.3 A.3): the header of a helical scan, Hounsfield units as stored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.phantoms.dicom.instance import Equipment, Series, Shelf, code, grey, instance, place, sequence
from viewers.phantoms.fields.grid import Array, Grid

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
SCANNER = Equipment(
    manufacturer="NORDLYS MEDICAL", model="Aurora CT 128", station="CT02", serial="48213", software="AU128 5.2.1 SP3"
)


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """How it was scanned and reconstructed."""

    kernel: str
    kvp: int
    tube_ma: tuple[int, ...]
    rotation_ms: int
    pitch: float
    ctdi_mgy: float
    agent: str
    options: str = "HELICAL"
    window: tuple[tuple[int, int, str], ...] = ((-600, 1500, "LUNG"), (40, 400, "MEDIASTINUM"))


def write_ct(
    shelf: Shelf, series: Series, grid: Grid, volume: Array, exposure: Exposure, *, thickness: float | None = None
) -> None:
    """Write the slices head first, as a scanner numbers them; HU = stored value - 1024.

    ``thickness`` is that of a slice where it is not the distance between them.
    """
    dz, dy, dx = grid.spacing_mm
    count = grid.shape[0]
    for number in range(1, count + 1):
        k = count - number
        ds = instance(series, number, ("ORIGINAL", "PRIMARY", "AXIAL"))
        place(ds, (grid.origin_mm[2], grid.origin_mm[1], grid.origin_mm[0] + k * dz), (dy, dx), thickness or dz)
        ma = exposure.tube_ma[min(k * len(exposure.tube_ma) // count, len(exposure.tube_ma) - 1)]
        ds.ScanOptions = exposure.options
        ds.KVP = str(exposure.kvp)
        ds.DataCollectionDiameter = "500"
        ds.ReconstructionDiameter = f"{dx * grid.shape[2]:.0f}"
        ds.DistanceSourceToDetector = "1085.6"
        ds.DistanceSourceToPatient = "595"
        ds.GantryDetectorTilt = "0"
        ds.TableHeight = "162"
        ds.RotationDirection = "CW"
        ds.ExposureTime = exposure.rotation_ms
        ds.XRayTubeCurrent = ma
        ds.Exposure = round(ma * exposure.rotation_ms / 1000 / exposure.pitch)
        ds.FilterType = "FLAT"
        ds.GeneratorPower = round(ma * exposure.kvp / 1000)
        ds.FocalSpots = "1.2"
        ds.ConvolutionKernel = exposure.kernel
        ds.SpiralPitchFactor = exposure.pitch
        ds.CTDIvol = exposure.ctdi_mgy
        ds.CTDIPhantomTypeCodeSequence = sequence(code("113691", "DCM", "IEC Body Dosimetry Phantom"))
        if exposure.agent:
            ds.ContrastBolusAgent = exposure.agent
            ds.ContrastBolusRoute = "IV"
            ds.ContrastBolusVolume = "80"
        ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "-1024", "1", "HU"
        ds.WindowCenter = [str(w[0]) for w in exposure.window]
        ds.WindowWidth = [str(w[1]) for w in exposure.window]
        ds.WindowCenterWidthExplanation = [w[2] for w in exposure.window]
        grey(ds, _stored(volume[k]), 12)
        shelf.put(ds)


def _stored(hounsfield: Array) -> NDArray[np.uint16]:
    return np.asarray(np.clip(np.rint(hounsfield) + 1024, 0, 4095), np.uint16)
