"""Objects that are no images, read from real files: what they say, against pydicom and the data's own README."""

import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest

from viewers.objects.errors import Refused
from viewers.objects.key_objects import key_objects
from viewers.objects.presentation_state import presentation_state
from viewers.objects.reading import document_bytes, read_object
from viewers.objects.regions import segments, structure_set
from viewers.objects.structured_report import line, measurements, structured_report, walk
from viewers.objects.waveform import recordings, remarks
from viewers.series.folder_source import FolderSource
from viewers.series.header import Attributes
from viewers.series.scan import scan
from viewers.series.split import display_sets


def test_the_echo_report_has_the_numbers_of_its_readme(real_object):
    report = structured_report(real_object("objects/sr/sr_tid5200_echo_synthetic.dcm"))
    assert report.template == "5200"
    values = {item.name.meaning: (item.value, item.unit.value) for item in measurements(report)}
    assert values["Left Ventricle Internal End Diastolic Dimension"] == (5.1, "cm")
    assert (60.2, "%") in values.values()
    assert (1.4, "m/s") in values.values()


def test_lesion_boxes_are_polylines_in_pixels_of_named_images(real_object):
    report = structured_report(real_object("ct-chest-nlst/SR/sybil_lesion_boxes_sr.dcm"))
    boxes = [item for _, item in walk(report.root) if item.kind == "SCOORD"]
    assert len(boxes) == 8
    for box in boxes:
        x, y = box.points[0::2], box.points[1::2]
        assert (min(x), max(x)) == pytest.approx((266, 306), abs=8)
        assert (min(y), max(y)) == pytest.approx((286, 320), abs=8)
        assert any(child.references for child in box.children)


def test_points_in_space_keep_their_frame_of_reference(real_object):
    report = structured_report(real_object("mr-prostate-mp/SR/idc_tid1500_sr.dcm"))
    points = [item for _, item in walk(report.root) if item.kind == "SCOORD3D"]
    point = points[0]
    assert all(each.graphic == "POINT" and len(each.points) == 3 for each in points)
    assert point.points == pytest.approx((-0.78383, 30.958, -29.0582), abs=1e-4)
    assert point.frame_of_reference_uid


@pytest.mark.parametrize(
    "path", ["sr/test-SR.dcm", "sr-dose/philips_allura_clarity_u104.dcm", "sr-tid1500-dcmqi/sr.dcm"]
)
def test_a_report_has_as_many_items_as_pydicom_counts(real_object, shared_data: Path, path):
    def count(dataset) -> int:
        return 1 + sum(count(item) for item in dataset.get("ContentSequence", []))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = count(pydicom.dcmread(shared_data / "dicom" / "objects" / path))
    assert sum(1 for _ in walk(structured_report(real_object(f"objects/{path}")).root)) == expected


def test_lines_say_name_value_and_unit(real_object):
    report = structured_report(real_object("objects/sr/sr_document_with_multiple_groups.dcm"))
    lines = [line(item) for _, item in walk(report.root)]
    assert "Diameter: 10 mm" in lines
    assert "Volume: 200 mm3" in lines


def test_key_objects_name_every_image(real_object):
    found = key_objects(real_object("mr-brain-nist/kos/kos.dcm"))
    assert found.title.meaning == "Manifest"
    assert len(found.references) == 36
    assert set(found.series) == {reference.sop_uid for reference in found.references}


def test_a_presentation_state_has_windows_and_areas_for_named_frames(real_object):
    found = presentation_state(real_object("mr-enhanced/philips-molli/PS_0002"))
    windows = {reference.frames: each.windows[0] for each in found.contrasts for reference in each.references}
    assert (windows[9, 10].centre, windows[9, 10].width) == (1000, 2000)
    assert found.areas[0].bottom_right == (128, 128)
    drawn = presentation_state(real_object("rf-cr-dx/gsps-dx/ps.dcm"))
    assert any("Measurement Uncertainty" in text.text for each in drawn.annotated for text in each.texts)


def test_structure_sets_have_named_regions_with_outlines(real_object):
    regions = structure_set(real_object("objects/rt-phantom/invalid_reference_rt.dcm"))
    assert [roi.name for roi in regions] == ["ROI-1", "ROI-2", "ROI-3", "ROI-4"]
    assert all(len(roi.contours) == 3 for roi in regions)
    assert all(contour.points_mm.shape[1] == 3 for roi in regions for contour in roi.contours)
    assert regions[0].colour == (255, 0, 255)


def test_segments_know_their_frames(here, shared_data: Path):
    source = FolderSource(shared_data / "dicom" / "pet-ct-acrin" / "SEG_PT-Segmentation_100")
    (display_set,) = display_sets(scan(source, here).headers)
    attributes = read_object(source, display_set.instances[0].key, here)
    found = segments(display_set, attributes)
    assert [(each.number, len(each.frames)) for each in found] == [(1, 26), (2, 32)]
    assert sorted(index for each in found for index in each.frames) == list(range(58))


def test_the_electrocardiogram_is_in_microvolts_as_pydicom_has_it(real_object, shared_data: Path):
    rhythm, beat = recordings(real_object("objects/ecg/waveform_ecg.dcm"))
    dataset = pydicom.dcmread(shared_data / "dicom" / "objects" / "ecg" / "waveform_ecg.dcm")
    assert np.allclose(rhythm.samples, dataset.waveform_array(0))
    assert np.allclose(beat.samples, dataset.waveform_array(1))
    assert [channel.label for channel in rhythm.channels][:2] == ["Lead I (Einthoven)", "Lead II"]
    assert {channel.unit for channel in rhythm.channels} == {"uV"}
    assert (rhythm.frequency_hz, rhythm.original, beat.original) == (1000, True, False)
    assert ("QT Interval", 368.0, "ms") in {
        (each.text, each.value, each.unit) for each in remarks(real_object("objects/ecg/waveform_ecg.dcm"))
    }


@pytest.mark.parametrize(
    ("name", "kind", "start"),
    [("pdf.dcm", "application/pdf", b"%PDF-1.4"), ("encapsulated_cda_synthetic.dcm", "text/XML", b"<?xml")],
)
def test_documents_are_taken_out_exactly(here, shared_data: Path, name, kind, start):
    folder = shared_data / "dicom" / "objects" / "documents"
    source = FolderSource(folder, only=name)
    (header,) = scan(source, here).headers
    found = document_bytes(source, header)
    expected = bytes(pydicom.dcmread(folder / name).EncapsulatedDocument)
    assert found[0] == kind
    assert found[1].startswith(start)
    assert expected.startswith(found[1].rstrip(b"\0")[:-1])


def test_every_hostile_object_ends_in_a_noun_or_a_refusal(here, shared_data: Path):
    source = FolderSource(shared_data / "dicom" / "hostile")
    ended = 0
    for key in source.keys():  # noqa: SIM118 - a source is no mapping
        ended += outcome(source, key, here) in ("noun", "refused")
    assert ended == len(source.keys())


def outcome(source, key, parser) -> str:
    """Any error but a refusal fails the test."""
    try:
        attributes = read_object(source, key, parser)
        presentation_state(attributes)
        structure_set(attributes)
        structured_report(attributes)
    except Refused:
        return "refused"
    return "noun"


def test_what_has_no_content_is_refused():
    with pytest.raises(Refused, match="no content"):
        structured_report(Attributes(data={}))
    with pytest.raises(Refused, match="no waveform"):
        recordings(Attributes(data={}))


@pytest.mark.parametrize(
    "changes",
    [{"WaveformSampleInterpretation": "MB"}, {"SamplingFrequency": "0"}, {"NumberOfWaveformSamples": 10**9}, {"WaveformData": "AA=="},  # noqa: E501 - a table reads best in lines
     {"NumberOfWaveformChannels": 2}],
)  # fmt: skip
def test_waveforms_that_contradict_themselves_are_refused(changes):
    item = {
        "NumberOfWaveformChannels": 1, "NumberOfWaveformSamples": 2, "SamplingFrequency": "500", "WaveformData": "AQACAA==",  # noqa: E501 - a table reads best in lines
        "WaveformSampleInterpretation": "SS", "ChannelDefinitionSequence": [{"ChannelSensitivity": "2.5", "ChannelBaseline": "1"}],  # noqa: E501 - a table reads best in lines
    }  # fmt: skip
    (good,) = recordings(Attributes(data={"WaveformSequence": [item]}))
    assert good.samples.tolist() == [[3.5], [6.0]]
    with pytest.raises(Refused):
        recordings(Attributes(data={"WaveformSequence": [{**item, **changes}]}))
