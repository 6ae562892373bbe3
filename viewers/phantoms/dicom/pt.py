"""PET Image instances (PS3.3 A.21): Bq/ml with everything that SUV needs."""

from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from viewers.phantoms.dicom.instance import Equipment, Series, Shelf, clock, code, grey, instance, place, sequence
from viewers.phantoms.fields.grid import Array, Grid

PET_IMAGE = "1.2.840.10008.5.1.4.1.1.128"
HALF_LIFE_S = 6586.2
TOMOGRAPH = Equipment(
    manufacturer="NORDLYS MEDICAL", model="Aurora PET/CT 64", station="PETCT1", serial="30977", software="APC64 4.0.2"
)


@dataclass(frozen=True, kw_only=True)
class Tracer:
    """What was injected: activity at the time of injection, and when."""

    dose_bq: float
    injected: str
    waited_s: float

    def bq_per_ml(self, weight_kg: float) -> float:
        """Activity concentration of SUVbw 1 at the reference time (decay corrected to the start of the scan)."""
        return self.dose_bq * 2 ** (-self.waited_s / HALF_LIFE_S) / (weight_kg * 1000)


def write_pet(shelf: Shelf, series: Series, grid: Grid, activity: Array, tracer: Tracer) -> None:
    """Write the slices head first; ``activity`` in Bq/ml; each slice has its own slope, as scanners do."""
    dz, dy, dx = grid.spacing_mm
    count = grid.shape[0]
    for number in range(1, count + 1):
        k = count - number
        bed = (number - 1) * 6 // count
        start = bed * 150.0
        ds = instance(series, number, ("ORIGINAL", "PRIMARY"), clock(series.time, start))
        place(ds, (grid.origin_mm[2], grid.origin_mm[1], grid.origin_mm[0] + k * dz), (dy, dx), dz)
        slope = float(f"{max(float(activity[k].max()), 1.0) / 32000:.6g}")
        del ds.PatientPosition  # PS3.3 C.7.3.1: not beside the orientation code sequence
        ds.SeriesType = ["WHOLE BODY", "IMAGE"]
        ds.Units, ds.CountsSource = "BQML", "EMISSION"
        ds.NumberOfSlices = count
        ds.CorrectedImage = ["NORM", "DTIM", "ATTN", "SCAT", "RADL", "DECY", "RAN"]
        ds.DecayCorrection = "START"
        ds.CollimatorType = "NONE"
        ds.RandomsCorrectionMethod = "DLYD"
        ds.AttenuationCorrectionMethod = "measured,AC_CT"
        ds.ScatterCorrectionMethod = "Model-based"
        ds.ReconstructionMethod = "PSF+TOF 3i21s"
        ds.ConvolutionKernel = "XYZ Gauss4.00"
        ds.ActualFrameDuration = 150000
        ds.FrameReferenceTime = f"{start * 1000 + 73000:.1f}"
        ds.DecayFactor = f"{2 ** ((start + 73) / HALF_LIFE_S):.6f}"
        ds.AxialAcceptance, ds.DoseCalibrationFactor = "38", "1"
        ds.SliceSensitivityFactor, ds.ScatterFractionFactor, ds.DeadTimeFactor = "1", "0.34", "1.08"
        ds.ImageIndex = number
        ds.RadiopharmaceuticalInformationSequence = sequence(_radiopharmaceutical(series, tracer))
        ds.PatientOrientationCodeSequence = sequence(_recumbent())
        ds.PatientGantryRelationshipCodeSequence = sequence(code("102540001", "SCT", "Headfirst"))
        ds.RescaleIntercept, ds.RescaleSlope = "0", f"{slope:.6g}"
        ds.WindowCenter, ds.WindowWidth = "8000", "16000"
        grey(ds, np.clip(np.rint(activity[k] / slope), 0, 32767).astype(np.int16), 16)
        shelf.put(ds)


def _radiopharmaceutical(series: Series, tracer: Tracer) -> Dataset:
    item = Dataset()
    item.Radiopharmaceutical = "Fluorodeoxyglucose"
    item.RadiopharmaceuticalRoute = "Intravenous route"
    item.RadiopharmaceuticalVolume = "0"
    item.RadiopharmaceuticalStartTime = tracer.injected
    item.RadiopharmaceuticalStartDateTime = series.order.study_date + tracer.injected
    item.RadionuclideTotalDose = f"{tracer.dose_bq:.0f}"
    item.RadionuclideHalfLife = f"{HALF_LIFE_S}"
    item.RadionuclidePositronFraction = "0.967"
    item.RadionuclideCodeSequence = sequence(code("77004003", "SCT", "^18^Fluorine"))
    item.RadiopharmaceuticalCodeSequence = sequence(code("35321007", "SCT", "Fluorodeoxyglucose F^18^"))
    return item


def _recumbent() -> Dataset:
    item = code("102538003", "SCT", "recumbent")
    item.PatientOrientationModifierCodeSequence = sequence(code("40199007", "SCT", "supine"))
    return item
