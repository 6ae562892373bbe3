"""The table of the real test data: every set's kind, size, geometry and values, against independent readers."""

import csv
import hashlib
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from viewers.geometry.affine import voxel_to_patient
from viewers.series.codecs.frame import FrameRefused
from viewers.series.display_set import CalibrationSource, Kind
from viewers.volumes.frame_values import frame, rgb, stored_frame
from viewers.volumes.loader import open_volume
from viewers.volumes.statistics import survey

V, S, C, L = "volume", "stack", "cine", "localizer"

# folder: [(how many, kind, modality, frames, rows, columns, unit, spacing in mm), ...], and how many files are skipped
TABLE = {
    "ct-chest-nlst": ([(1, V, "CT", 90, 512, 512, "HU", (0.54, 0.54, 2.0)), (1, "sr", "SR")], 0),
    "ct-tilt-ge": ([(1, V, "CT", 28, 512, 512, "HU", (0.488, 0.488, 4.002))], 0),
    "ct-missing-slices": (
        [(1, V, "CT", 10, 512, 512, "HU", (0.703, 0.703, 32.5)), (1, S, "CT", 1, 512, 512, "HU", (0.703, 0.703, 0))], 0,
    ),
    "ct-irregular": (
        [(1, S, "CT", 2, 512, 512, "HU", (0.545, 0.545, 0)), (1, V, "CT", 4, 512, 512, "HU", (0.512, 0.512, 0.75))], 0,
    ),
    "mr-prostate-mp": (
        [
            (1, V, "MR", 19, 320, 320, "raw", (0.562, 0.562, 3.6)), (1, V, "MR", 21, 384, 384, "raw", (0.5, 0.5, 3)),
            (1, V, "MR", 15, 320, 320, "raw", (0.6, 0.6, 3)), (5, V, "MR", 19, 128, 120, "raw", (2, 2, 3)),
            (7, V, "MR", 16, 128, 128, "raw", (1.5, 1.5, 4)), (1, "sr", "SR"),
        ],
        0,
    ),
    "mr-brain-nist": (
        [
            (1, V, "MR", 20, 256, 256, "raw", (0.859, 0.859, 7.5)), (1, V, "MR", 16, 256, 256, "raw", (0.938, 0.938, 7)),  # noqa: E501 - a table reads best in lines
            (2, "kos", "KO"),
        ],
        0,
    ),
    "mr-dwi-philips": ([(4, V, "MR", 32, 112, 112, "normalized", (2, 2, 2)), (1, "pr", "PR")], 0),
    "mr-siemens-mosaic": (
        [(1, V, "MR", 35, 64, 64, "raw", (3.25, 3.25, 3.2)), (3, V, "MR", 35, 64, 64, "raw", (3.25, 3.25, 3.6))], 0,
    ),
    "mr-enhanced": (
        [
            (1, V, "MR", 20, 256, 256, "raw", (1.562, 1.562, 7)), (1, V, "MR", 39, 72, 72, "raw", (3, 3, 3)),
            (1, S, "MR", 39, 72, 72, "RGB", (3, 3, 3)), (1, S, "MR", 8, 128, 128, "raw", (3, 3, 0)),
            (1, S, "MR", 2, 128, 128, "raw", (3, 3, 0)), (1, "pr", "PR"),
        ],
        0,
    ),
    "mr-patient-positions": ([(4, V, "MR", 4, 256, 256, "raw", (1.016, 1.016, 4.8))], 0),
    "mr-synthetic-128": ([(1, V, "MR", 128, 128, 128, "raw", (1, 1, 1))], 0),
    "mr-spectroscopy": ([(1, "spectroscopy", "MR")], 0),
    "pet-ct-acrin": (
        [
            (1, V, "CT", 92, 512, 512, "HU", (0.977, 0.977, 3.27)), (1, V, "PT", 92, 128, 128, "Bq/ml", (4.688, 4.688, 3.27)),  # noqa: E501 - a table reads best in lines
            (1, V, "PT", 10, 128, 128, "counts", (4.688, 4.688, 3.27)), (1, L, "CT", 1, 1027, 888, "HU", (0.545, 0.597, 0)),  # noqa: E501 - a table reads best in lines
            (1, "seg", "SEG", 58, 128, 128, "raw", None), (1, "seg", "SEG", 43, 128, 128, "raw", (4.688, 4.688, 3.27)),
            (3, "other", "RWV"),
        ],
        0,
    ),
    "xa": ([(1, C, "XA", 75, 512, 512, "raw", None), (3, C, "XA", 12, 512, 512, "raw", None), (2, "kos", "KO")], 0),
    "us-echo": (
        [
            (1, C, "US", 11, 430, 600, "RGB", None), (1, C, "US", 34, 430, 480, "RGB", None),
            (1, C, "US", 64, 600, 800, "RGB", None), (1, C, "US", 30, 240, 320, "RGB", None),
            (1, S, "US", 1, 480, 640, "RGB", None), (1, S, "US", 1, 240, 320, "RGB", None),
            (2, S, "US", 1, 537, 716, "RGB", None), (1, S, "US", 1, 350, 800, "RGB", None),
        ],
        0,
    ),
    "us-phantom": ([(1, S, "US", 1, 1455, 2083, "RGB", None)], 0),
    "rf-cr-dx": (
        [
            (1, S, "RF", 1, 1024, 1024, "raw", None), (1, S, "CR", 1, 1760, 1760, "raw", None),
            (1, S, "CR", 1, 10, 2265, "raw", None), (1, S, "DX", 1, 169, 211, "raw", None),
            (1, S, "DX", 1, 1707, 1178, "PVAL", None), (1, "pr", "PR"),
        ],
        0,
    ),
    "video": ([(3, "video", "ES", 34, 430, 480, "RGB", None)], 0),
}  # fmt: skip
# folder: how many sets of each kind, and how many files are skipped
KINDS = {
    "objects": (
        {"other": 11, "sr": 9, "rtstruct": 4, "seg": 11, V: 4, "pdf": 2, "rtdose": 2, S: 1, "kos": 3, "waveform": 1, "cda": 1}, 0,  # noqa: E501 - a table reads best in lines
    ),
    "wsi": ({"sm": 10, "seg": 3, "other": 1}, 0),
    "photometric": ({S: 11, V: 1}, 0),
    "syntaxes": ({S: 18, "rtdose": 1, V: 2}, 1),
    "charsets": ({S: 11}, 5),
    "dicomdir": ({V: 2, L: 2, S: 20}, 58),
    "hostile": ({"sr": 2, S: 37, C: 1, "other": 3, "rtdose": 1}, 17),
}  # fmt: skip
FOLDERS_WITH_VOLUMES = [
    folder for folder, (rows, _) in TABLE.items() if any(row[1] == V for row in rows) and "mosaic" not in folder
]


def line(each) -> tuple:
    if not each.frames:
        return each.kind.value, each.modality
    spacing = None if each.geometry is None else tuple(round(x, 3) for x in each.geometry.spacing_mm)
    return each.kind.value, each.modality, len(each.frames), each.rows, each.columns, each.unit, spacing


@pytest.mark.parametrize("folder", TABLE)
def test_each_folder_holds_what_the_table_says(real, folder):
    sets, skipped, source = real(folder)
    rows, left_out = TABLE[folder]
    assert Counter(map(line, sets)) == Counter({tuple(row[1:]): row[0] for row in rows})
    assert len(skipped) == left_out
    assert sum(each.files for each in sets) + len(skipped) == len(source.keys())


@pytest.mark.parametrize("folder", KINDS)
def test_each_mixed_folder_holds_the_kinds_of_the_table(real, folder):
    sets, skipped, source = real(folder)
    kinds, left_out = KINDS[folder]
    assert Counter(each.kind.value for each in sets) == Counter(kinds)
    assert len(skipped) == left_out
    assert all(each.reason for each in skipped)
    assert sum(each.files for each in sets) + len(skipped) == len(source.keys())


def test_the_tables_name_every_folder(shared_data: Path):
    assert {each.name for each in (shared_data / "dicom").iterdir()} == set(TABLE) | set(KINDS)


@pytest.mark.parametrize("folder", FOLDERS_WITH_VOLUMES)
def test_volumes_equal_what_simpleitk_reads_in_place_and_value(real, pool, folder):
    """GDCM under ITK is handed the files in our order, and must agree on every value and on every place."""
    itk = pytest.importorskip("SimpleITK")
    itk.ProcessObject.GlobalWarningDisplayOff()
    sets, _, source = real(folder)
    for each in (one for one in sets if one.kind is Kind.VOLUME):
        volume = open_volume(each, source, pool).run()
        names = list(dict.fromkeys(str(source.path(one.key)) for one in each.frames))
        if len(names) == 1:
            image = itk.ReadImage(names[0])
        else:
            reader = itk.ImageSeriesReader()
            reader.SetFileNames(names)
            image = reader.Execute()
        theirs = itk.GetArrayViewFromImage(image)
        assert theirs.shape == volume.values.shape
        assert np.allclose(theirs, volume.values, rtol=1e-6, atol=1e-4)
        if volume.values.dtype == np.int16:
            assert np.array_equal(theirs, volume.values)
        assert np.allclose(image.GetOrigin(), each.geometry.origins_mm[0], atol=1e-4)
        assert np.allclose(image.GetSpacing()[:2], each.geometry.spacing_mm[1::-1], atol=1e-6)
        ways = [each.geometry.row_direction, each.geometry.column_direction, each.geometry.normal]
        assert np.allclose(np.reshape(image.GetDirection(), (3, 3)).T, ways, atol=1e-4)
        corner = [size - 1 for size in volume.values.shape[:0:-1]]
        theirs_mm = image.TransformIndexToPhysicalPoint([corner[0], corner[1], 0])
        assert np.allclose(theirs_mm, voxel_to_patient(volume.affine, (0, corner[1], corner[0])), atol=1e-3)


def test_mosaics_lie_where_dcm2niix_puts_them(real, pool):
    """dcm2niix 1.0.20220720 wrote the same voxels to the same places: its first voxels, turned from RAS to LPS."""
    sets, _, source = real("mr-siemens-mosaic")
    named = {each.description: each for each in sets}
    origins = {
        "FMRI_AX_ASC": (-108.841, -119.565, -25.627), "ax_asc_35sl": (-104.0, -144.868, -62.685),
        "cor_asc_35sl": (-104.0, -117.208, 109.959), "sag_asc_35sl": (61.2, -140.32, 78.576),
    }  # fmt: skip
    for name, origin in origins.items():
        geometry = named[name].geometry
        assert geometry.origins_mm[0] == pytest.approx(origin, abs=2e-3)
        assert geometry.regular
        assert abs(geometry.tilt_deg) < 0.1
        volume = open_volume(named[name], source, pool).run()
        assert volume.values.shape == (35, 64, 64)
        whole = stored_frame(replace(named[name], frames=(replace(named[name].frames[0], crop=None),)), 0, source, pool)
        assert volume.values.sum(dtype=np.int64) == whole.values.sum(dtype=np.int64)  # the unused tiles are empty


def test_tilt_gaps_and_repeats_are_told(real):
    (tilted,), _, _ = real("ct-tilt-ge")
    assert tilted.geometry.tilt_deg == pytest.approx(-18.5, abs=0.01)
    assert not tilted.geometry.regular
    assert any("Gantry tilt of -18.5°" in warning for warning in tilted.warnings)
    sheared = next(each for each in real("ct-irregular")[0] if each.kind is Kind.VOLUME)
    assert sheared.geometry.tilt_deg == pytest.approx(-15.5, abs=0.01)
    assert sheared.geometry.gaps[0][1] == pytest.approx(1.499, abs=0.001)
    holes = real("ct-missing-slices")[0][0]
    assert max(distance for _, distance in holes.geometry.gaps) == pytest.approx(115)
    assert any("missing" in warning for warning in holes.warnings)


def test_orientation_follows_the_patient_not_the_table(real):
    from viewers.geometry.orientation import edge_letters

    sets, _, _ = real("mr-patient-positions")
    for each in sets:
        found = edge_letters(each.geometry.row_direction, each.geometry.column_direction)
        assert (found.left, found.right, found.top, found.bottom) == ("A", "P", "H", "F")


def test_diffusion_is_split_by_b_and_direction(real):
    names = sorted(each.description for each in real("mr-dwi-philips")[0] if each.kind is Kind.VOLUME)
    assert [re.search(r"\((.*)\)", name)[1] for name in names] == [
        "b 0", "b 1000, direction 1", "b 1000, direction 2", "b 1000, direction 3",
    ]  # fmt: skip
    prostate = {each.description for each in real("mr-prostate-mp")[0]}
    assert {f"ep2d_diff_tra_DYNDIST (b {b})" for b in (50, 400, 800)} <= prostate


def test_frames_are_timed_as_the_file_says(real):
    times = {(each.columns, len(each.frames)): each for each in real("us-echo")[0] if each.kind is Kind.CINE}
    assert times[600, 11].rate_source
    assert times[800, 64].frame_time_ms == pytest.approx(33.333, abs=0.01)
    assert times[480, 34].rate_source in ("RecommendedDisplayFrameRate", "CineRate", "FrameTime")
    cath = next(each for each in real("xa")[0] if len(each.frames) == 75)
    assert cath.frame_time_ms == pytest.approx(66.67, abs=0.01)


def test_ultrasound_and_projections_say_where_millimetres_come_from(real):
    sources = {each.calibration.source for each in real("us-echo")[0]}
    assert sources == {CalibrationSource.US_REGION, CalibrationSource.NONE}
    for each in real("rf-cr-dx")[0]:
        if each.modality == "DX":
            assert each.calibration.source is CalibrationSource.DETECTOR_PLANE
            assert "magnified" in each.calibration.note
    doppler = [each for each in real("us-echo")[0] if (each.rows, each.columns) == (537, 716)]
    units = {(region.unit_x, region.unit_y) for each in doppler for region in each.calibration.regions}
    assert ("s", "cm/s") in units


def test_suv_statistics_of_the_segment_are_those_published(real, pool):
    """The data set's own SEG, segment 1: 2548 voxels, SUVbw mean 5.216, max 42.217 (its README)."""
    sets, _, source = real("pet-ct-acrin")
    pet = next(each for each in sets if each.unit == "Bq/ml")
    seg = next(each for each in sets if each.kind is Kind.SEG and len(each.frames) == 58)
    volume = open_volume(pet, source, pool).run()
    planes = {round(float(z), 2): index for index, z in enumerate(volume.slice_origins_mm[:, 2])}
    groups = seg.instances[0].attributes.items("PerFrameFunctionalGroupsSequence")
    values = []
    for index, group in enumerate(groups):
        if group.item("SegmentIdentificationSequence").integer("ReferencedSegmentNumber") != 1:
            continue
        mask = stored_frame(seg, index, source, pool).values.astype(bool)
        z = group.item("PlanePositionSequence").numbers("ImagePositionPatient")[2]
        values.append(volume.values[planes[min(planes, key=lambda known: abs(known - z))]][mask])
    uptake = np.concatenate(values) * pet.suv_factor
    assert uptake.size == 2548
    assert uptake.mean() == pytest.approx(5.216, rel=1e-3)
    assert uptake.max() == pytest.approx(42.217, rel=1e-3)


def test_stored_values_are_those_of_the_manifest(real, pool, shared_data):
    """Stored values that pydicom decoded when the data were collected, by digest, over every lossless folder."""
    with (shared_data / "MANIFEST.csv").open(encoding="utf-8") as file:
        told = {row["path"]: row for row in csv.DictReader(file)}
    folders = ("mr-enhanced", "mr-dwi-philips", "pet-ct-acrin", "rf-cr-dx", "mr-brain-nist", "xa", "ct-irregular")
    compared = 0
    for folder in folders:
        sets, _, source = real(folder)
        by_file: dict[str, dict[int, np.ndarray]] = {}
        for each in (one for one in sets if one.frames and not one.lossy and one.kind is not Kind.SEG):
            for index, one in enumerate(each.frames):
                stored = stored_frame(each, index, source, pool).values
                by_file.setdefault(one.key, {})[one.number] = stored
        for key, frames in by_file.items():
            row = told[f"{folder}/{key}"]
            if row["decode"] != "ok":
                continue
            whole = np.stack([frames[number] for number in sorted(frames)]).astype(
                np.dtype(row["px_dtype"]).newbyteorder("<")
            )
            assert hashlib.sha256(whole.tobytes()).hexdigest() == row["px_sha256"], key
            compared += 1
    assert compared > 350


def shown_or_reason(display_set, source, pool):
    """Nothing but these two may come of a frame: any other error fails the test."""
    try:
        return frame(display_set, 0, source, pool)
    except FrameRefused as refusal:
        return str(refusal)


def test_every_frame_is_shown_or_refused_with_a_reason(real, pool):
    for folder in ("photometric", "syntaxes", "hostile", "wsi", "us-echo", "rf-cr-dx"):
        sets, _, source = real(folder)
        for each in (one for one in sets if one.frames):
            found = shown_or_reason(each, source, pool)
            if isinstance(found, str):
                assert found
            else:
                assert found.values.shape[:2] == (each.rows, each.columns)
                assert (found.values.ndim == 3) == each.colour


def test_planar_and_pixel_colour_are_the_same_picture(real, pool):
    sets, _, source = real("photometric")
    pair = next(each for each in sets if any("color-p" in one.key for one in each.frames))
    pictures = [rgb(pair, stored_frame(pair, index, source, pool)) for index in range(len(pair.frames))]
    assert np.array_equal(pictures[0], pictures[1])


def test_one_image_in_ten_lossless_encodings_has_one_content(real, pool):
    sets, _, source = real("syntaxes")
    same = next(each for each in sets if len(each.frames) == 10 and each.unit == "HU")
    contents = {stored_frame(same, index, source, pool).values.astype("<i4").tobytes() for index in range(10)}
    assert len(contents) == 1


def test_statistics_leave_padding_out(real, pool):
    (ct,), _, source = real("ct-tilt-ge")
    assert ct.frames[0].padding is not None
    found = survey(ct, source, pool).statistics
    volume = open_volume(ct, source, pool).run()
    low, high = volume.padding[0]
    kept = volume.values[(volume.values < low) | (volume.values > high)].astype(np.float64)
    assert found.counted == kept.size < volume.values.size
    assert (found.least, found.greatest) == (kept.min(), kept.max())
    assert found.mean == pytest.approx(kept.mean(), rel=1e-9)
