"""MR Image instances (PS3.3 A.4): planes anywhere in space, the timing of each sequence, diffusion weighting."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.phantoms.dicom.instance import Equipment, Series, Shelf, grey, instance

MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4"
MAGNET = Equipment(
    manufacturer="TESLARIS", model="Meridian 3T", station="MR3T1", serial="M3-1187", software="MERIDIAN R7.2"
)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Parallel planes: centre of the first pixel of slice 0, unit vectors along columns index, rows index and slices.

    All in patient millimetres (x, y, z); ``right`` is the direction in which columns count, ``down`` that of rows.
    """

    first: NDArray[np.float64]
    right: NDArray[np.float64]
    down: NDArray[np.float64]
    along: NDArray[np.float64]
    pixel_mm: float
    spacing_mm: float
    thickness_mm: float
    shape: tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How the signal was made (milliseconds, degrees)."""

    scanning: tuple[str, ...]
    variant: tuple[str, ...]
    options: tuple[str, ...]
    acquisition: str
    name: str
    tr: float
    te: float
    ti: float | None = None
    train: int = 1
    flip: float = 90.0
    averages: int = 1
    bandwidth: float = 250.0


def write_stack(
    shelf: Shelf,
    series: Series,
    stack: Stack,
    pixels: NDArray[np.uint16],
    timing: Timing,
    *,
    image_type: tuple[str, ...] = ("ORIGINAL", "PRIMARY", "M", "ND"),
    start: int = 0,
    b_value: float | None = None,
    window: tuple[float, float] | None = None,
) -> None:
    """Write one plane after another; instance numbers go on from ``start``."""
    high = float(np.percentile(pixels[:, ::4, ::4], 99.5))
    shown = window or (high / 2, max(high, 2.0))
    for k in range(stack.shape[0]):
        ds = instance(series, start + k + 1, image_type)
        origin = stack.first + stack.along * (k * stack.spacing_mm)
        ds.ImagePositionPatient = [f"{v:.6g}" for v in np.round(origin, 5)]
        ds.ImageOrientationPatient = [f"{v:.8g}" for v in (*np.round(stack.right, 8), *np.round(stack.down, 8))]
        ds.PixelSpacing = [f"{stack.pixel_mm:.6g}"] * 2
        ds.SliceThickness = f"{stack.thickness_mm:g}"
        ds.SpacingBetweenSlices = f"{stack.spacing_mm:g}"
        ds.SliceLocation = f"{float(origin @ stack.along):.4f}"
        ds.ScanningSequence, ds.SequenceVariant = list(timing.scanning), list(timing.variant)
        ds.ScanOptions = list(timing.options) if timing.options else ""
        ds.MRAcquisitionType = timing.acquisition
        ds.SequenceName = timing.name
        ds.RepetitionTime, ds.EchoTime = f"{timing.tr:g}", f"{timing.te:g}"
        if timing.ti is not None:
            ds.InversionTime = f"{timing.ti:g}"
        ds.EchoTrainLength = timing.train
        ds.FlipAngle = f"{timing.flip:g}"
        ds.NumberOfAverages = str(timing.averages)
        ds.ImagingFrequency, ds.ImagedNucleus = "123.2566", "1H"
        ds.MagneticFieldStrength = "3"
        ds.PixelBandwidth = f"{timing.bandwidth:g}"
        ds.PercentSampling, ds.PercentPhaseFieldOfView = "100", "100"
        ds.ReceiveCoilName = "HEAD32"
        ds.InPlanePhaseEncodingDirection = "ROW"
        ds.AcquisitionMatrix = [0, stack.shape[2], stack.shape[1], 0]
        if b_value is not None:
            ds.DiffusionBValue = float(b_value)
            ds.DiffusionDirectionality = "NONE" if b_value == 0 else "ISOTROPIC"
        centre, width = shown
        ds.WindowCenter, ds.WindowWidth = f"{centre:.0f}", f"{width:.0f}"
        grey(ds, pixels[k], 12)
        shelf.put(ds)
