"""The inspection: what a source holds, as plain data for scripts; every file is counted exactly once."""

from collections.abc import Callable

from viewers.isolation.pool import Pool
from viewers.series.display_set import DisplaySet, StackGeometry
from viewers.series.scan import Progress, scan
from viewers.series.split import display_sets
from viewers.sources import FrameSource
from viewers.volumes.statistics import Survey, survey

Plain = dict[str, object]


def inspection(
    source: FrameSource,
    pool: Pool,
    *,
    progress: Progress | None = None,
    surveyed: Callable[[DisplaySet], None] | None = None,
) -> Plain:
    """Scan a source and decode every frame once.

    Args:
        source: what to inspect.
        pool: isolated workers, with ``JOBS`` in ``preload``.
        progress: see ``scan``.
        surveyed: called after each display set's frames were decoded.

    Returns:
        ``{"display_sets": [...], "skipped": [{"path", "reason"}], "notes": [...]}`` of str, int, float, bool, None,
        list and dict.
    """
    found = scan(source, pool, progress)
    sets: list[Plain] = []
    for display_set in display_sets(found.headers):
        what = survey(display_set, source, pool) if display_set.frames else Survey(statistics=None, warnings=())
        sets.append(as_plain(display_set, what))
        if surveyed is not None:
            surveyed(display_set)
    return {
        "display_sets": sets,
        "skipped": [{"path": each.key, "reason": each.reason} for each in found.skipped],
        "notes": list(found.notes),
    }


def as_plain(display_set: DisplaySet, what: Survey) -> Plain:
    """One display set; a kind without pixels has None where pixels are meant."""
    pictured = bool(display_set.frames)
    return {
        "id": display_set.id,
        "series_uid": display_set.series_uid,
        "files": display_set.files,
        "kind": display_set.kind.value,
        "modality": display_set.modality,
        "description": display_set.description,
        "frames": len(display_set.frames) if pictured else None,
        "rows": display_set.rows,
        "columns": display_set.columns,
        **_place(display_set),
        "unit": display_set.unit if pictured else None,
        "statistics": _statistics(what),
        "calibration": _calibration(display_set) if pictured else None,
        "suv": _suv(display_set),
        "frame_time_ms": display_set.frame_time_ms,
        "lossy": display_set.lossy,
        "laterality": display_set.laterality,
        "patient": {
            "name": display_set.identity.name,
            "id": display_set.identity.patient_id,
            "birth_date": display_set.identity.birth_date,
            "sex": display_set.identity.sex,
        },
        "warnings": [*display_set.warnings, *what.warnings],
    }


def _place(display_set: DisplaySet) -> Plain:
    geometry = display_set.geometry
    if geometry is None:
        spacing = display_set.calibration.spacing_mm
        flat = None if spacing is None or not display_set.frames else [spacing[0], spacing[1], None]
        return {
            "spacing_mm": flat, "origin_mm": None, "direction": None, "regular": None, "tilt_deg": None, "gaps": [],
        }  # fmt: skip
    ways = (*geometry.row_direction, *geometry.column_direction, *geometry.normal)
    return {
        "spacing_mm": [*geometry.spacing_mm[:2], _between(geometry)],
        "origin_mm": geometry.origins_mm[0].tolist() if geometry.in_patient else None,
        "direction": list(ways) if geometry.in_patient else None,
        "regular": geometry.regular,
        "tilt_deg": geometry.tilt_deg,
        "gaps": [{"after": after, "distance_mm": distance} for after, distance in geometry.gaps],
    }


def _between(geometry: StackGeometry) -> float | None:
    return geometry.spacing_mm[2] if geometry.spacing_mm[2] > 0 else None


def _statistics(what: Survey) -> Plain | None:
    found = what.statistics
    return None if found is None else {"min": found.least, "max": found.greatest, "mean": found.mean}


def _calibration(display_set: DisplaySet) -> Plain:
    calibration = display_set.calibration
    return {
        "source": calibration.source.value,
        "uncertainty": calibration.uncertainty,
        "note": calibration.note,
        "regions": [
            {
                "number": region.number,
                "bounds": [region.left, region.top, region.right, region.bottom],
                "units": [region.unit_x, region.unit_y],
                "deltas": [region.delta_x, region.delta_y],
            }
            for region in calibration.regions
        ],
    }


def _suv(display_set: DisplaySet) -> Plain | None:
    if not display_set.suv:
        return None
    first = display_set.suv[0]
    if first.factor is None:
        return {"reason": first.reason}
    return {
        "factor": first.factor,
        "arithmetic": list(first.arithmetic),
        "others": {each.kind: each.factor for each in display_set.suv[1:] if each.factor is not None},
        "refused": {each.kind: each.reason for each in display_set.suv[1:] if each.factor is None},
    }
