"""Checks of numbers: lengths and means that are known before anybody measures them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.self_check.bench import Bench
from workstation.self_check.check import Check, Wrong, near, same

if TYPE_CHECKING:
    from viewers.display.slices import Slice
    from viewers.measure.measurement import Measurement
    from viewers.volumes.volume import Volume

EXACT = 1e-9
SERIES_NOT_READ = "the written study is not read as a volume"


def checks(bench: Bench) -> Sequence[Check]:
    """On a volume known by a formula, then on a study that is written and read like any other."""
    return (
        Check(name="length", run=_length),
        Check(name="mean of a circle", run=_circle),
        Check(name="study written, read, measured", run=lambda: _study(bench)),
    )


def _length() -> str:
    """30 columns and 40 rows of 0.8 mm apart: 40 mm."""
    from viewers.geometry.points import PixelPoint
    from viewers.measure.making import LENGTH, measured
    from viewers.measure.measurement import MarkKind

    mark = measured(MarkKind.LENGTH, (PixelPoint(10, 6), PixelPoint(40, 46)), _slice(), mark_id="self-check")
    near("the length", _value(mark, LENGTH), 40.0, EXACT)
    return f"{_value(mark, LENGTH):.2f} mm, {mark.calibration}"


def _circle() -> str:
    """A radius of 4 mm is one of 5 pixels, within which 81 centres lie (Gauss' circle problem)."""
    from viewers.geometry.points import PixelPoint
    from viewers.measure.making import COUNT, MEAN, measured, points_of
    from viewers.measure.measurement import MarkKind
    from viewers.measure.shapes import circle_around
    from workstation.self_check.known_volume import BALL_CENTRE, BALL_HU

    picture = _slice()
    shape = circle_around(PixelPoint(BALL_CENTRE[2], BALL_CENTRE[1]), 4.0)
    points = points_of(MarkKind.CIRCLE, shape, picture.pixel_size)
    mark = measured(MarkKind.CIRCLE, points, picture, mark_id="self-check")
    same("the number of pixels", _value(mark, COUNT), 81.0)
    near("the mean", _value(mark, MEAN), BALL_HU, EXACT)
    return f"{_value(mark, MEAN):.1f} HU over {_value(mark, COUNT):.0f} pixels"


def _study(bench: Bench) -> str:
    """A chest CT is painted, written as DICOM, read through the workers; its nodule has the HU it was given."""
    import numpy as np

    from viewers.geometry.affine import voxel_to_patient
    from viewers.phantoms.nouns import Person
    from viewers.phantoms.studies import write_study

    person = Person(name="Check^Self", patient_id="SELF-CHECK", birth_date="20000101", sex="F")
    folder = bench.folder / "study"
    written = write_study("chest-ct", folder, person=person, study_date="20260101", detail="quick")
    known = next(item for item in written.answers if item.name == "nodule mean")
    volume = _volume_of(bench, known.series_uid)
    places = voxel_to_patient(volume.affine, np.moveaxis(np.indices(volume.values.shape), 0, -1))
    inside = np.linalg.norm(places - np.asarray(known.points_mm[0]), axis=-1) <= 4.0  # noqa: PLR2004 - half its radius
    mean = float(volume.values[inside].mean())
    near("the mean of the nodule in HU", mean, known.value, 3 * known.tolerance)
    return (
        f"{len(written.files)} files, nodule {mean:.1f} HU over {int(inside.sum())} voxels, {known.value:g} was given"
    )


def _volume_of(bench: Bench, series_uid: str) -> "Volume":
    from viewers.series.open_source import open_source
    from viewers.series.scan import scan
    from viewers.series.split import display_sets
    from viewers.volumes.loader import open_volume

    source = open_source(bench.folder / "study")
    sets = display_sets(scan(source, bench.pool).headers)
    found = next((item for item in sets if item.series_uid == series_uid), None)
    if found is None:
        raise Wrong(SERIES_NOT_READ)
    return open_volume(found, source, bench.pool).run()


def _slice() -> "Slice":
    from viewers.display.cuts import cut_of
    from viewers.display.view_state import PlaneName
    from viewers.render.picture import picture_of_volume
    from workstation.self_check.known_volume import BALL_CENTRE, ball

    made = ball()
    return picture_of_volume(made, cut_of(made, PlaneName.AXIAL), BALL_CENTRE[0])


def _value(mark: "Measurement", name: str) -> float:
    from viewers.measure.measurement import value_named

    found = value_named(mark, name)
    if found is None:
        raise Wrong(f"the mark has no {name}")
    return found.value
