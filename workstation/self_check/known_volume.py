"""Volumes known by a formula: a ball in air, and a ramp that linear interpolation must reproduce."""

import numpy as np
from numpy.typing import NDArray

from viewers.geometry.affine import grid_affine
from viewers.series.display_set import (
    Calibration,
    CalibrationSource,
    DisplaySet,
    Frame,
    Kind,
    PatientIdentity,
    StackGeometry,
)
from viewers.volumes.volume import Volume

SHAPE = (20, 48, 64)
SPACING_MM = (2.5, 0.8, 0.8)
BALL_CENTRE = (10, 24, 32)
BALL_RADIUS_MM = 8.0
BALL_HU, AIR_HU = 40, -1000
RAMP_PER_MM = (3.0, 5.0, 7.0)
NOBODY = PatientIdentity(name="Check^Self", patient_id="SELF-CHECK", birth_date="", sex="")


def ball() -> Volume:
    """A ball of 40 HU in air; its centre is voxel ``BALL_CENTRE``."""
    places = zip(np.indices(SHAPE), BALL_CENTRE, SPACING_MM, strict=True)
    squares = [((index - centre) * step) ** 2 for index, centre, step in places]
    inside = sum(squares) <= BALL_RADIUS_MM**2
    return _volume(np.where(inside, BALL_HU, AIR_HU).astype(np.int16))


def ramp() -> Volume:
    """A volume whose value at an LPS place is ``RAMP_PER_MM @ place``; voxel (0, 0, 0) lies at the origin."""
    slices, rows, columns = np.indices(SHAPE)
    places = (columns * SPACING_MM[2], rows * SPACING_MM[1], slices * SPACING_MM[0])
    return _volume(sum(part * place for part, place in zip(RAMP_PER_MM, places, strict=True)).astype(np.float32))


def _volume(values: NDArray[np.int16] | NDArray[np.float32]) -> Volume:
    values.flags.writeable = False
    thick, down, across = SPACING_MM
    affine = grid_affine(
        origin_mm=(0, 0, 0), slice_step_mm=(0, 0, thick), row_step_mm=(0, down, 0), column_step_mm=(across, 0, 0)
    )
    origins = np.arange(SHAPE[0])[:, None] * np.array([0.0, 0.0, thick])
    return Volume(
        values=values,
        affine=affine,
        slice_origins_mm=origins,
        unit="HU",
        padding=None,
        fill=0.0,
        display_set=_described(origins),
    )


def _described(origins: NDArray[np.float64]) -> DisplaySet:
    thick, down, across = SPACING_MM
    geometry = StackGeometry(
        row_direction=(1.0, 0.0, 0.0),
        column_direction=(0.0, 1.0, 0.0),
        normal=(0.0, 0.0, 1.0),
        origins_mm=origins,
        spacing_mm=(down, across, thick),
        regular=True,
        tilt_deg=0.0,
    )
    return DisplaySet(
        id="self-check",
        kind=Kind.VOLUME,
        study_uid="2.25.1",
        series_uid="2.25.2",
        frame_of_reference_uid="2.25.3",
        modality="CT",
        description="Self-check",
        series_number=1,
        study_date="",
        study_description="",
        identity=NOBODY,
        laterality="",
        frames=tuple(_frame(index) for index in range(SHAPE[0])),
        files=SHAPE[0],
        rows=SHAPE[1],
        columns=SHAPE[2],
        colour=False,
        unit="HU",
        geometry=geometry,
        calibration=Calibration(source=CalibrationSource.PIXEL_SPACING, spacing_mm=(down, across)),
        frame_time_ms=None,
        suv_factor=None,
        suv_reason="",
        lossy="",
        warnings=(),
    )


def _frame(index: int) -> Frame:
    return Frame(key=str(index), sop_uid=f"2.25.{index + 10}", number=1, origin_mm=None, slope=1.0, intercept=0.0)
