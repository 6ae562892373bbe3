"""X-ray angiography instances (PS3.3 A.14): a cine run with the geometry of its C-arm."""

import numpy as np
from numpy.typing import NDArray
from pydicom.tag import Tag

from viewers.phantoms.dicom.instance import Equipment, Series, Shelf, code, grey, instance, sequence

XA_IMAGE = "1.2.840.10008.5.1.4.1.1.12.1"
CATH_LAB = Equipment(
    manufacturer="HALCYON IMAGING", model="Cardia One FD", station="CATH1", serial="HC-2207", software="CO 8.1.4"
)


def write_run(
    shelf: Shelf,
    series: Series,
    pixels: NDArray[np.uint8],
    *,
    fps: int,
    angles_deg: tuple[float, float],
    distances_mm: tuple[float, float],
    pixel_mm: float,
) -> str:
    """Write one run; angles are (LAO, cranial) positive, distances (SID, SOD). Returns the SOP Instance UID."""
    ds = instance(series, 1, ("ORIGINAL", "PRIMARY", "SINGLE PLANE"))
    ds.PatientOrientation = ["L", "F"]
    ds.KVP = "82"
    ds.ExposureTime, ds.XRayTubeCurrent = 6, 640
    ds.AveragePulseWidth = "6.2"
    ds.RadiationSetting = "GR"
    ds.RadiationMode = "PULSED"
    ds.TypeOfFilters = "STRIP"
    ds.IntensifierSize = "200"
    ds.ImagerPixelSpacing = [f"{pixel_mm:.4f}", f"{pixel_mm:.4f}"]
    ds.FieldOfViewShape = "RECTANGLE"
    ds.FieldOfViewDimensions = [round(pixel_mm * pixels.shape[1]), round(pixel_mm * pixels.shape[2])]
    ds.DistanceSourceToDetector, ds.DistanceSourceToPatient = (f"{d:.0f}" for d in distances_mm)
    ds.EstimatedRadiographicMagnificationFactor = f"{distances_mm[0] / distances_mm[1]:.4f}"
    ds.PositionerMotion = "STATIC"
    ds.PositionerPrimaryAngle, ds.PositionerSecondaryAngle = (f"{a:.1f}" for a in angles_deg)
    ds.TableMotion = "STATIC"
    ds.ContrastBolusAgent = "Iodixanol 320"
    ds.ContrastBolusRoute = "IA"
    ds.ContrastBolusVolume = "7"
    ds.FrameTime = f"{1000 / fps:.6f}"
    ds.FrameIncrementPointer = Tag("FrameTime")
    ds.CineRate = ds.RecommendedDisplayFrameRate = fps
    ds.PixelIntensityRelationship = "DISP"
    ds.ShutterShape = "RECTANGULAR"
    ds.ShutterLeftVerticalEdge, ds.ShutterUpperHorizontalEdge = 1, 1
    ds.ShutterRightVerticalEdge, ds.ShutterLowerHorizontalEdge = pixels.shape[2], pixels.shape[1]
    ds.AnatomicRegionSequence = sequence(code("41801008", "SCT", "Coronary artery"))
    ds.WindowCenter, ds.WindowWidth = "128", "256"
    grey(ds, pixels, 8)
    shelf.put(ds)
    return str(ds.SOPInstanceUID)
