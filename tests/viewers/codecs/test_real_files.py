"""Every real file against values that independent readers found: pydicom's for stored values, GDCM's for colours."""

from collections import Counter
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom.encaps import generate_fragments

from tests.viewers.codecs.real_frames import RealFile, decoded, digest, form_of, real_files, stacked
from viewers.isolation.pool import Pool
from viewers.series.codecs.frame import FrameRefused
from viewers.series.codecs.remote import decode_in
from viewers.series.codecs.table import CODECS, codec_for

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

RETIRED_WITHOUT_DECODER = {"1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"}
VIDEO = {"1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.107"}
JPEG_XL = {"1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.112"}
BELIEVES_ITS_HEADER = "us-phantom/sonoque_axial-lateral-resolution-2020.dcm"
LOSSY_JPEG = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}
UNREADABLE = RETIRED_WITHOUT_DECODER | VIDEO
SYNTAXES = sorted(
    {uid for uid, codec in CODECS.items() if codec.name != "video"} - LOSSY_JPEG - JPEG_XL
    - {"1.2.840.10008.1.2.8.1", "1.2.840.10008.1.2.4.111", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"}
)  # fmt: skip


def with_exact_values(data: Path, syntax: str) -> list[RealFile]:
    return [
        file
        for file in real_files(data)
        if file.syntax == syntax and file.decoded_by_oracle and file.photometric != "YBR_FULL_422"
    ]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_stored_values_are_exactly_those_of_the_oracle(shared_data: Path, syntax: str) -> None:
    files = with_exact_values(shared_data, syntax)
    assert files
    wrong = [file.path for file in files if digest(stacked(decoded(shared_data / "dicom" / file.path))) != file.digest]
    assert not wrong


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_further_decoder_finds_the_same_values(shared_data: Path, syntax: str) -> None:
    codec = codec_for(syntax)
    assert codec is not None
    files = with_exact_values(shared_data, syntax)[:12]
    for first, plugin in enumerate(codec.plugins[1:], start=1):
        for file in files:
            frames = decoded(shared_data / "dicom" / file.path, first=first)
            assert digest(stacked(frames)) == file.digest, (plugin.name, file.path)
            assert {frame.decoder for frame in frames} == {plugin.name}


@pytest.mark.parametrize("syntax", sorted(LOSSY_JPEG))
def test_lossy_grey_jpeg_lies_within_rounding_of_the_oracle(shared_data: Path, syntax: str) -> None:
    files = [
        file
        for file in real_files(shared_data)
        if file.syntax == syntax and file.photometric.startswith("MONO") and file.decoded_by_oracle
    ]
    assert files
    for file in files:
        values = stacked(decoded(shared_data / "dicom" / file.path)).astype(np.float64)
        assert abs(values.mean() - file.mean) < 0.05, file.path
        assert abs(values.min() - file.minimum) <= 2, file.path
        assert abs(values.max() - file.maximum) <= 2, file.path


def test_colour_jpegs_become_the_red_green_blue_of_an_independent_reader(shared_data: Path) -> None:
    files = [
        file
        for file in real_files(shared_data)
        if file.syntax == "1.2.840.10008.1.2.4.50" and not file.photometric.startswith("MONO")
        if file.path != BELIEVES_ITS_HEADER
    ]
    assert len(files) > 10
    for file in files:
        path = shared_data / "dicom" / file.path
        frames = decoded(path)
        theirs = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path))).reshape(-1, *frames[0].values.shape)
        ours = frames[0].values.astype(int)
        off = np.abs(ours - theirs[0].astype(int))
        assert {frame.photometric for frame in frames} == {"RGB"}
        # Decoders round and upsample chrominance each in their own way; a wrong colour space is off by tens.
        assert off.mean() < 2.5, file.path
        assert np.percentile(off, 90) <= 8, file.path


def test_a_stream_that_says_jfif_is_believed_against_a_header_that_says_rgb(shared_data: Path) -> None:
    (frame,) = decoded(shared_data / "dicom" / BELIEVES_ITS_HEADER)
    assert frame.values[0, 0].tolist() == [0, 0, 0]
    red, green, blue = frame.values.reshape(-1, 3).mean(axis=0)
    assert abs(red - green) < 0.1
    assert abs(red - blue) < 0.1


def test_other_ybr_files_become_the_red_green_blue_of_an_independent_reader(shared_data: Path) -> None:
    for name in ("photometric/SC_ybr_full_422_uncompressed.dcm",):
        path = shared_data / "dicom" / name
        ours = stacked(decoded(path)).astype(int)
        theirs = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path))).reshape(ours.shape).astype(int)
        assert np.abs(ours - theirs).max() <= 2


def test_the_lossless_files_of_one_image_are_one_image(shared_data: Path) -> None:
    same = [file for file in real_files(shared_data) if file.path.startswith("syntaxes/ct-same-image/")]
    digests = Counter(
        digest(stacked(decoded(shared_data / "dicom" / file.path)))
        for file in same
        if (codec := codec_for(file.syntax)) is not None and not codec.lossy
    )
    assert digests.most_common(1)[0][1] >= 10


def test_jpeg_xl_files_are_the_pictures_they_were_made_from(shared_data: Path) -> None:
    (grey,) = decoded(shared_data / "dicom" / "syntaxes" / "jpegxl_lossless_mono12_mr.dcm")
    assert grey.values.dtype == np.uint16
    assert grey.values.max() > 1000
    for file in (file for file in real_files(shared_data) if file.syntax in JPEG_XL):
        frames = decoded(shared_data / "dicom" / file.path)
        assert all(not frame.warnings for frame in frames)


def test_what_nothing_reads_is_refused_by_name(shared_data: Path) -> None:
    files = [file for file in real_files(shared_data) if file.syntax in RETIRED_WITHOUT_DECODER]
    assert files
    for file in files:
        with pytest.raises(FrameRefused, match=r"cannot be read by this program"):
            decoded(shared_data / "dicom" / file.path)


@pytest.mark.parametrize("name", ["hevc_main", "mpeg2_mpml", "mpeg4_avc_h264_hp41"])
def test_video_is_shown_frame_by_frame_where_its_component_is_installed(
    shared_data: Path, codec_pool: Pool, name: str
) -> None:
    pytest.importorskip("av")
    data = pydicom.dcmread(shared_data / "dicom" / "video" / f"{name}.dcm")
    stream = b"".join(list(generate_fragments(data.PixelData))[1:])
    form = form_of(data, "OB", floating=False)
    first, last = (decode_in(codec_pool, form, stream, number=number).result() for number in (0, 33))
    assert first.photometric == "RGB"
    assert first.values.shape == (430, 480, 3)
    assert 15 < first.values.mean() < 20
    assert (first.values != last.values).any()
    with pytest.raises(FrameRefused, match="ends before"):
        decode_in(codec_pool, form, stream, number=34).result()
