"""Citing: a mark becomes evidence that says, checks and restores it, and comes back the same."""

import hashlib
import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewers.display.view_state import PlaneName
from viewers.geometry.points import PatientPoint, PixelPoint
from viewers.measure.measurement import ImageTouched, MarkKind, Measurement, Value
from viewers.series.display_set import Calibration, CalibrationSource, DisplaySet, Frame, Kind, PatientIdentity
from workstation.reporting.captions import caption
from workstation.review.cite import cite, cite_view, mark_as_plain, mark_from_plain, mark_of, tracking_uid

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
finite = st.floats(min_value=-1e6, max_value=1e6)
points = st.builds(PatientPoint, finite, finite, finite)


def a_display_set(**more):
    fields = {
        "id": "ds1",
        "kind": Kind.VOLUME,
        "study_uid": "1.2.3",
        "series_uid": "1.2.3.4",
        "frame_of_reference_uid": "1.2.9",
        "modality": "CT",
        "description": "Chest 1.0",
        "series_number": 2,
        "study_date": "20261112",
        "study_description": "CT chest",
        "identity": PatientIdentity(name="", patient_id="", birth_date="", sex=""),
        "laterality": "",
        "frames": tuple(
            Frame(key=f"k{n}", sop_uid=f"1.2.3.4.{n}", number=1, origin_mm=None, slope=1, intercept=0) for n in range(3)
        ),
        "files": 3,
        "rows": 4,
        "columns": 4,
        "colour": False,
        "unit": "HU",
        "geometry": None,
        "calibration": Calibration(source=CalibrationSource.PIXEL_SPACING, spacing_mm=(1, 1)),
        "frame_time_ms": None,
        "suv_factor": None,
        "suv_reason": "",
        "lossy": "",
        "warnings": (),
        "sop_class_uid": "1.2.840.10008.5.1.4.1.1.2",
    }
    return DisplaySet(**{**fields, **more})


def a_mark(**more):
    fields = {
        "id": "9a5e2fc777734891b7340861d906decd",
        "kind": MarkKind.LENGTH,
        "display_set_id": "ds1",
        "study_uid": "1.2.3",
        "series_uid": "1.2.3.4",
        "frame_of_reference_uid": "1.2.9",
        "points_mm": (PatientPoint(0.0, 0.0, 0.0), PatientPoint(3.0, 4.0, 0.0)),
        "points_px": (PixelPoint(0.0, 0.0), PixelPoint(3.0, 4.0)),
        "images": (ImageTouched(sop_uid="1.2.3.4.1", frame=1),),
        "values": (Value(name="length", value=5.0, unit="mm"),),
        "method": "distance in the plane shown",
        "calibration": "pixel spacing",
        "plane": PlaneName.AXIAL,
        "plane_normal": (0.0, 0.0, 1.0),
    }
    return Measurement(**{**fields, **more})


@given(
    st.lists(points, min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from(["mean", "area"]), finite | st.just(math.nan)), max_size=3),
    st.none() | st.tuples(finite, finite),
)
def test_a_mark_comes_back_through_json_as_it_was(places, numbers, offset):
    mark = a_mark(
        points_mm=tuple(places),
        values=tuple(Value(name=name, value=value, unit="HU") for name, value in numbers),
        voxels=((1, 2, 3),),
        label_offset=offset,
    )
    again = mark_from_plain(json.loads(json.dumps(mark_as_plain(mark), allow_nan=False)))
    assert repr(again) == repr(mark)


def test_evidence_says_everything_that_is_needed_to_check_it():
    evidence = cite(a_mark(), a_display_set(), layout={"layout": "single"}, picture=b"png", now=NOW)
    assert evidence.values[0].text() == "5.0 mm"
    assert evidence.points_mm == ((0.0, 0.0, 0.0), (3.0, 4.0, 0.0))
    (image,) = evidence.images
    assert image.sop_class_uid == "1.2.840.10008.5.1.4.1.1.2"
    assert (image.sop_uid, image.frame, image.points_px) == ("1.2.3.4.1", 1, ((0.0, 0.0), (3.0, 4.0)))
    assert evidence.picture_sha256 == hashlib.sha256(b"png").hexdigest()
    assert evidence.made_at == NOW
    assert evidence.frame_of_reference_uid == "1.2.9"


def test_cited_evidence_gives_its_mark_back():
    mark = a_mark()
    evidence = cite(mark, a_display_set(), layout={}, picture=b"", now=NOW)
    assert mark_of(evidence) == mark


def test_a_mark_across_planes_touches_images_without_pixel_points():
    touched = tuple(ImageTouched(sop_uid=f"1.2.3.4.{n}", frame=1) for n in range(3))
    evidence = cite(a_mark(images=touched), a_display_set(), layout={}, picture=b"", now=NOW)
    assert [image.sop_uid for image in evidence.images] == ["1.2.3.4.0", "1.2.3.4.1", "1.2.3.4.2"]
    assert all(image.points_px == () for image in evidence.images)


def test_a_key_image_names_its_frame_and_has_no_mark():
    from uuid import UUID

    evidence = cite_view(a_display_set(), 2, layout={}, picture=b"png", now=NOW, new_id=lambda: UUID(int=7))
    assert evidence.images[0].sop_uid == "1.2.3.4.2"
    assert evidence.values == ()
    assert mark_of(evidence) is None


@pytest.mark.parametrize("mark_id", ["9a5e2fc777734891b7340861d906decd", "any other id"])
def test_tracking_uids_are_legal_and_the_same_every_time(mark_id):
    uid = tracking_uid(mark_id)
    assert uid == tracking_uid(mark_id)
    assert uid.startswith("2.25.")
    assert len(uid) <= 64
    assert uid[5:].isdigit()


@pytest.mark.parametrize(("told", "kept"), [("20261112", "2026-11-12"), ("", ""), ("2026", ""), ("20261399", "")])
def test_evidence_tells_of_which_day_its_images_are(told, kept):
    cited = cite(a_mark(), a_display_set(study_date=told), layout={}, picture=b"png", now=NOW)
    assert cited.study_date == kept
    assert caption(cited)[0] == " · ".join(part for part in (kept, "CT", "Chest 1.0") if part)
