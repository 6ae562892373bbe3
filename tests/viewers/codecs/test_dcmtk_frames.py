"""Frames that DCMTK encoded, where it is installed: each JPEG lossless predictor, near-lossless, RLE."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.encaps import generate_frames

from tests.viewers.codecs.real_frames import form_of
from viewers.series.codecs.decode import decode_frame
from viewers.series.codecs.frame import DecodedFrame, FrameRequest
from viewers.series.codecs.table import codec_for

SOURCE = Path("dicom/mr-synthetic-128")
DEEP = Path("dicom/photometric/color-pl.dcm")


def encoded(tmp_path: Path, source: Path, *command: str) -> pydicom.Dataset:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    target = tmp_path / "encoded.dcm"
    subprocess.run([*command, str(source), str(target)], check=True, capture_output=True)
    return pydicom.dcmread(target)


def decoded(data: pydicom.Dataset, first: int) -> DecodedFrame:
    (payload,) = generate_frames(data.PixelData, number_of_frames=1)
    return decode_frame(FrameRequest(form=form_of(data, "OB", floating=False), payload=payload), first=first)


def plain(shared_data: Path, source: Path) -> Path:
    """An uncompressed file of the test data."""
    path = shared_data / source
    return min(path.iterdir()) if path.is_dir() else path


@pytest.mark.parametrize("predictor", range(1, 8))
@pytest.mark.parametrize("source", [SOURCE, DEEP], ids=["grey", "colour"])
def test_every_predictor_of_jpeg_lossless_is_exact(
    shared_data: Path, tmp_path: Path, predictor: int, source: Path
) -> None:
    path = plain(shared_data, source)
    expected = pydicom.dcmread(path).pixel_array
    data = encoded(tmp_path, path, "dcmcjpeg", "+el", "+sv", str(predictor))
    codec = codec_for(str(data.file_meta.TransferSyntaxUID))
    assert codec is not None
    for first, plugin in enumerate(codec.plugins):
        assert (decoded(data, first).values == expected).all(), plugin.name


@pytest.mark.parametrize("command", [("dcmcjpls",), ("dcmcrle",)])
@pytest.mark.parametrize("source", [SOURCE, DEEP], ids=["grey", "colour"])
def test_other_lossless_encodings_are_exact(
    shared_data: Path, tmp_path: Path, command: tuple[str, ...], source: Path
) -> None:
    path = plain(shared_data, source)
    data = encoded(tmp_path, path, *command)
    codec = codec_for(str(data.file_meta.TransferSyntaxUID))
    assert codec is not None
    for first in range(len(codec.plugins)):
        assert (decoded(data, first).values == pydicom.dcmread(path).pixel_array).all()


def test_near_lossless_stays_within_its_promise(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "dicom" / "mr-brain-nist" / "000000.dcm"
    expected = pydicom.dcmread(path).pixel_array.astype(int)
    data = encoded(tmp_path, path, "dcmcjpls", "+en", "+md", "3")
    off = np.abs(decoded(data, 0).values.astype(int) - expected)
    assert 0 < off.max() <= 3
