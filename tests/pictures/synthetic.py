"""Synthetic display sets and volumes whose value at every place is known by a formula."""

import math

import numpy as np

from viewers.geometry.affine import grid_affine, voxel_to_patient
from viewers.series.display_set import (
    Calibration,
    CalibrationSource,
    DisplaySet,
    Frame,
    Kind,
    PatientIdentity,
    StackGeometry,
    Window,
)
from viewers.volumes.volume import Volume

GRADIENT = np.array([3.0, 5.0, 7.0])
PIXELS_MM = Calibration(source=CalibrationSource.PIXEL_SPACING, spacing_mm=(0.9, 0.8))


def display_set(frames=5, *, kind=Kind.VOLUME, unit="HU", windows=(), name="Doe^Jane", **changes):
    """A display set of ``frames`` frames; ``changes`` replace any attribute."""
    made = {
        "id": "set-1",
        "kind": kind,
        "study_uid": "1.2.3",
        "series_uid": "1.2.3.4",
        "frame_of_reference_uid": "1.2.3.9",
        "modality": "CT",
        "description": "Thorax",
        "series_number": 2,
        "study_date": "20260102",
        "study_description": "CT chest",
        "identity": PatientIdentity(name=name, patient_id="4711", birth_date="19660302", sex="F"),
        "laterality": "",
        "frames": tuple(
            Frame(
                key=str(i),
                sop_uid=f"1.2.3.4.{i + 1}",
                number=1,
                origin_mm=None,
                slope=1.0,
                intercept=0.0,
                windows=windows,
            )
            for i in range(frames)
        ),
        "files": frames,
        "rows": 20,
        "columns": 24,
        "colour": False,
        "unit": unit,
        "geometry": None,
        "calibration": PIXELS_MM,
        "frame_time_ms": None,
        "suv_factor": None,
        "suv_reason": "",
        "lossy": "",
        "warnings": (),
    }
    return DisplaySet(**{**made, **changes})


def volume(
    shape=(12, 20, 24),
    *,
    step=(0.0, 0.0, 2.0),
    rows=(0.0, 0.9, 0.0),
    columns=(0.8, 0.0, 0.0),
    origin=(-10.0, -20.0, 30.0),
    positions=None,
    dtype=np.float32,
    padding=None,
    values=None,
    **changes,
):
    """A volume whose value is ``GRADIENT @ place``; ``positions`` are uneven multiples of ``step`` for each slice."""
    affine = grid_affine(origin_mm=origin, slice_step_mm=step, row_step_mm=rows, column_step_mm=columns)
    multiples = np.arange(shape[0], dtype=float) if positions is None else np.asarray(positions, float)
    origins = np.asarray(origin) + multiples[:, None] * np.asarray(step)
    grid = np.stack(np.meshgrid(*(range(n) for n in shape), indexing="ij"), axis=-1).astype(float)
    grid[..., 0] = multiples[:, None, None]
    made = (voxel_to_patient(affine, grid) @ GRADIENT).astype(dtype) if values is None else values
    made.flags.writeable = False
    described = display_set(
        shape[0], geometry=_geometry(affine, origins, positions is None), rows=shape[1], columns=shape[2], **changes
    )
    return Volume(
        values=made,
        affine=affine,
        slice_origins_mm=origins,
        unit=described.unit,
        padding=None if padding is None else np.full((shape[0], 2), padding, np.float32),
        fill=0.0,
        display_set=described,
    )


def oblique(angle_deg=17.0, **changes):
    """A volume turned around the patient's x axis."""
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return volume(step=(0.0, -2 * s, 2 * c), rows=(0.0, 0.9 * c, 0.9 * s), **changes)


def tilted(**changes):
    """A volume whose slices are shifted against each other, as under a tilted gantry."""
    return volume(step=(0.0, 0.5, 2.0), **changes)


def window(centre, width, function="LINEAR"):
    """A window."""
    return Window(centre=centre, width=width, function=function)


def _geometry(affine, origins, regular):
    row, column = affine[:3, 2], affine[:3, 1]
    right, down = row / np.linalg.norm(row), column / np.linalg.norm(column)
    normal = np.cross(right, down)
    gaps = np.diff(origins @ normal)
    spacing = (float(np.linalg.norm(column)), float(np.linalg.norm(row)), float(np.median(gaps)))
    return StackGeometry(
        row_direction=tuple(right),
        column_direction=tuple(down),
        normal=tuple(normal),
        origins_mm=origins,
        spacing_mm=spacing,
        regular=regular,
        tilt_deg=0.0,
    )
