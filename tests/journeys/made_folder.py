"""A folder as a patient sends it: one small CT series of known numbers, and a letter."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from pydicom.uid import generate_uid

from tests.workstation.sandbox.sandbox_client import ct_slice

SLICES, SIDE, SPACING = 15, 128, 1.25


def ct_values() -> np.ndarray:
    """HU of every voxel, [slice, row, column]."""
    return np.random.default_rng(3).integers(-200, 900, (SLICES, SIDE, SIDE)).astype(np.int16)


def write_ct(
    folder: Path,
    values: np.ndarray,
    *,
    fields: Mapping[str, str] | None = None,
    comments: Sequence[str] = (),
    letter: Sequence[str] = ("A letter.",),
) -> None:
    """Write the series, one file a slice, with these header fields, one comment a slice, and the letter."""
    folder.mkdir()
    (folder / "letter.txt").write_text("\n".join(letter), "utf-8")
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    for number, pixels in enumerate(values):
        image = ct_slice(study, series, number)
        for keyword, text in (fields or {}).items():
            setattr(image, keyword, text)
        image.ImageComments, image.FrameOfReferenceUID = comments[number] if comments else "", frame
        image.PatientBirthDate, image.PatientSex = "19610309", "F"
        image.Rows = image.Columns = SIDE
        image.PixelSpacing, image.ImageOrientationPatient = [SPACING, SPACING], [1, 0, 0, 0, 1, 0]
        image.ImagePositionPatient = [-80.0, -80.0, 2.5 * number]
        image.BitsAllocated = image.BitsStored = 16
        image.HighBit, image.PixelRepresentation = 15, 1
        image.RescaleSlope, image.RescaleIntercept, image.RescaleType = 1, 0, "HU"
        image.PixelData = pixels.tobytes()
        image.save_as(folder / f"{number}.dcm", enforce_file_format=True)
