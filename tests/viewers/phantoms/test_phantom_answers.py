"""Each answer found again in the written pixels, by arithmetic that shares nothing with what painted them."""

import math

import numpy as np
import pydicom
import pytest
from scipy import ndimage


def answer(study, name):
    return next(a for a in study.answers if a.name == name)


def stack(study, series_uid, keep=lambda header: True):
    """(values, origins (n, 3), right, down, pixel mm, slice spacing mm), slices in the order of their normal."""
    slices = [pydicom.dcmread(path) for path in study.files]
    slices = [s for s in slices if s.SeriesInstanceUID == series_uid and keep(s)]
    right, down = np.reshape(np.array(slices[0].ImageOrientationPatient, float), (2, 3))
    normal = np.cross(right, down)
    slices.sort(key=lambda s: float(np.array(s.ImagePositionPatient, float) @ normal))
    origins = np.array([s.ImagePositionPatient for s in slices], float)
    values = np.stack(
        [s.pixel_array * float(s.get("RescaleSlope", 1)) + float(s.get("RescaleIntercept", 0)) for s in slices]
    )
    spacing = float((origins[1] - origins[0]) @ normal)
    return values, origins, right, down, float(slices[0].PixelSpacing[0]), spacing


def distances(origins, right, down, pixel, *, shape, point):
    """Distance of every pixel centre from a patient point, shape (slices, rows, columns)."""
    u = np.arange(shape[2])[:, None] * pixel * right
    v = np.arange(shape[1])[:, None, None] * pixel * down
    return np.stack([np.linalg.norm(o + v + u - np.asarray(point), axis=-1) for o in origins])


@pytest.mark.parametrize("name", ["chest-ct", "chest-ct-prior"])
def test_the_nodules_volume_is_the_partial_volume_integral_around_it(name, quick):
    study = quick(name)
    known = answer(study, "nodule volume")
    values, origins, right, down, pixel, spacing = stack(study, known.series_uid)
    far = distances(origins, right, down, pixel, shape=values.shape, point=known.points_mm[0])
    radius = (3 * known.value / (4 * math.pi)) ** (1 / 3)
    near = far < radius * 1.55 + spacing / 2
    lung = np.median(values[(far > radius * 1.7 + spacing / 2) & (far < radius * 2.6 + spacing / 2)])
    share = np.clip((values[near] - lung) / (answer(study, "nodule mean").value - lung), 0, 1)
    share[share < 0.12] = 0  # noise and lung texture
    assert share.sum() * pixel**2 * spacing == pytest.approx(known.value, abs=known.tolerance)


def test_the_prior_nodule_is_smaller(quick):
    now, before = (answer(quick(name), "nodule volume").value for name in ("chest-ct", "chest-ct-prior"))
    assert before < 0.4 * now


def test_the_nodules_mean_is_the_stated_one(quick):
    study = quick("chest-ct")
    known = answer(study, "nodule mean")
    values, origins, right, down, pixel, _ = stack(study, known.series_uid)
    far = distances(origins, right, down, pixel, shape=values.shape, point=known.points_mm[0])
    assert values[far < 4.6].mean() == pytest.approx(known.value, abs=30)  # a dozen voxels of 10 mm in the quick study


def test_the_ends_of_the_nodules_diameter_lie_on_its_edge(quick):
    known = answer(quick("chest-ct"), "nodule diameter")
    first, second = np.array(known.points_mm)
    assert np.linalg.norm(first - second) == pytest.approx(known.value, abs=0.01)
    assert first[2] == second[2]


def suv_per_becquerel(header):
    item = header.RadiopharmaceuticalInformationSequence[0]

    def seconds(text):
        return int(text[:2]) * 3600 + int(text[2:4]) * 60 + float(text[4:])

    waited = seconds(header.SeriesTime) - seconds(item.RadiopharmaceuticalStartTime)
    left = float(item.RadionuclideTotalDose) * 2 ** (-waited / float(item.RadionuclideHalfLife))
    return float(header.PatientWeight) * 1000 / left


def test_each_lesion_has_its_suv(quick):
    study = quick("pet-ct")
    for known in study.answers:
        values, origins, right, down, pixel, _ = stack(study, known.series_uid)
        header = next(h for h in map(pydicom.dcmread, study.files) if h.SeriesInstanceUID == known.series_uid)
        assert header.Units == "BQML"
        far = distances(origins, right, down, pixel, shape=values.shape, point=known.points_mm[0])
        ball = far < (15 if "liver" in known.name else 6)
        assert ball.sum() > 0
        mean = (values * suv_per_becquerel(header))[ball].mean()
        assert mean == pytest.approx(known.value, abs=known.tolerance), known.name


def test_ct_and_pet_share_a_frame_of_reference(quick):
    headers = [pydicom.dcmread(path, stop_before_pixels=True) for path in quick("pet-ct").files]
    assert {h.Modality for h in headers} == {"CT", "PT"}
    assert len({h.FrameOfReferenceUID for h in headers}) == 1


def test_the_lesions_adc_follows_from_the_two_b_values(quick):
    study = quick("brain-mr")
    known = answer(study, "lesion ADC")
    diffusion = next(h.SeriesInstanceUID for h in map(pydicom.dcmread, study.files) if h.get("DiffusionBValue") == 1000)
    still, origins, right, down, pixel, spacing = stack(study, diffusion, lambda h: h.DiffusionBValue == 0)
    moved, *_ = stack(study, diffusion, lambda h: h.DiffusionBValue == 1000)
    far = distances(origins, right, down, pixel, shape=still.shape, point=known.points_mm[0])
    ball = far < max(6.5, spacing * 0.55)
    assert np.log(still[ball].mean() / moved[ball].mean()) * 1000 == pytest.approx(known.value, rel=0.2)
    mapped, *_ = stack(study, known.series_uid)
    assert mapped[ball].mean() == pytest.approx(known.value, rel=0.2)


def test_the_lesion_is_the_brightest_tissue_at_b_1000_with_the_stated_volume(quick):
    study = quick("brain-mr")
    known = answer(study, "lesion volume")
    diffusion = next(h.SeriesInstanceUID for h in map(pydicom.dcmread, study.files) if h.get("DiffusionBValue") == 1000)
    values, origins, right, down, pixel, spacing = stack(study, diffusion, lambda h: h.DiffusionBValue == 1000)
    far = distances(origins, right, down, pixel, shape=values.shape, point=known.points_mm[0])
    bright = values[far < 9].mean()
    around = np.median(values[(far > 26) & (far < 40)])
    share = np.clip((values - around) / (bright - around), 0, 1)
    solid = (share > 0.5) & (far < 26)
    assert solid.sum() * pixel**2 * spacing == pytest.approx(known.value, rel=0.4)  # slices of 16 mm in the quick study


def test_the_narrowing_halves_and_more_what_the_x_rays_cross(quick):
    study = quick("coronary-angiogram")
    known = answer(study, "percent diameter stenosis")
    minimal, reference = (answer(study, n).value for n in ("minimal lumen diameter", "reference diameter"))
    assert 100 * (1 - minimal / reference) == pytest.approx(known.value, abs=0.1)
    run = pydicom.dcmread(study.files[0])
    column, row, frame = known.points_mm[0]
    assert 0 <= column < run.Columns
    assert 0 <= row < run.Rows
    assert 0 <= frame < run.NumberOfFrames
    assert run.get("PixelSpacing") is None
    assert float(run.DistanceSourceToDetector) > float(run.DistanceSourceToPatient)


def test_contrast_runs_through_the_arteries_and_leaves_them(quick):
    frames = pydicom.dcmread(quick("coronary-angiogram").files[0]).pixel_array.astype(float)
    darkened = np.array([(frames[0] - frame > 25).mean() for frame in frames])
    assert darkened.argmax() not in {0, 1, len(frames) - 1}
    assert darkened.max() > 2 * darkened[1]


def test_the_doppler_envelope_has_the_stated_peak_and_integral(quick):
    study = quick("echo")
    still = pydicom.dcmread(study.files[2])
    area = still.SequenceOfUltrasoundRegions[0]
    picture = still.pixel_array[:, :, 0].astype(float)
    x0, y0 = area.RegionLocationMinX0, area.RegionLocationMinY0
    x1, y1 = area.RegionLocationMaxX1, area.RegionLocationMaxY1
    strip = ndimage.uniform_filter(picture[y0 : y1 + 1, x0 : x1 + 1], 3)
    below = strip[area.ReferencePixelY0 + 6 :] > 75
    depth = np.array([np.flatnonzero(column).max() + 7 if column.sum() > 3 else 0 for column in below.T])
    smooth = np.array([np.median(depth[max(0, i - 2) : i + 3]) for i in range(len(depth))])
    speed = smooth * abs(area.PhysicalDeltaY)
    peak = answer(study, "CW AV Vmax")
    assert speed.max() == pytest.approx(peak.value, rel=0.06)
    beats = len(depth) * area.PhysicalDeltaX / (60 / still.HeartRate)
    total = np.where(speed > 0.16 * peak.value, speed, 0).sum() * area.PhysicalDeltaX
    assert total / 3 == pytest.approx(answer(study, "CW AV VTI").value, rel=0.15)
    assert 3 <= beats < 4


def test_the_ventricle_is_dark_where_its_axis_runs_and_shortens(quick):
    study = quick("echo")
    loop = pydicom.dcmread(study.files[0])
    area = loop.SequenceOfUltrasoundRegions[0]
    for name in ("end-diastolic", "end-systolic"):
        known = answer(study, f"LV length {name}")
        (c0, r0, frame), (c1, r1, _) = known.points_mm
        assert math.hypot((c1 - c0) * area.PhysicalDeltaX, (r1 - r0) * area.PhysicalDeltaY) == pytest.approx(
            known.value, abs=0.01
        )
        picture = loop.pixel_array[int(frame), :, :, 0].astype(float)
        t = np.linspace(0.25, 0.6, 20)
        axis = picture[np.rint(r0 + (r1 - r0) * t).astype(int), np.rint(c0 + (c1 - c0) * t).astype(int)]
        assert np.median(axis) < 0.6 * np.median(picture[picture > 20])
    diastole, systole = (answer(study, f"LV volume {n}").value for n in ("end-diastolic", "end-systolic"))
    assert 100 * (1 - systole / diastole) == pytest.approx(answer(study, "ejection fraction").value, abs=0.05)
