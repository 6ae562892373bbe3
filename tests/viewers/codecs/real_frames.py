"""Frames of real files with the values that an independent reader found, for the tests of codecs."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import generate_frames

from viewers.series.codecs.decode import decode_frame
from viewers.series.codecs.frame import DecodedFrame, FrameForm, FrameRequest
from viewers.series.codecs.table import codec_for


@dataclass(frozen=True)
class RealFile:
    """One row of the manifest."""

    path: str
    syntax: str
    photometric: str
    digest: str
    decoded_by_oracle: bool
    minimum: float
    maximum: float
    mean: float


@cache
def real_files(data: Path) -> tuple[RealFile, ...]:
    """Every file of the manifest that has pixels and is not hostile."""
    with (data / "MANIFEST.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["decode"] == "ok" or row["decode"].startswith("FAIL")]
    return tuple(
        RealFile(
            path=row["path"],
            syntax=row["transfer_syntax"],
            photometric=row["photometric"],
            digest=row["px_sha256"],
            decoded_by_oracle=row["decode"] == "ok",
            minimum=float(row["px_min"] or "nan"),
            maximum=float(row["px_max"] or "nan"),
            mean=float(row["px_mean"] or "nan"),
        )
        for row in rows
    )


def requests(file: Path) -> Iterator[FrameRequest]:
    """The frames of a file, taken apart by pydicom."""
    data = pydicom.dcmread(file)
    element = data["FloatPixelData"] if "FloatPixelData" in data else data["PixelData"]
    form = form_of(data, element.VR, floating="FloatPixelData" in data)
    count = int(data.get("NumberOfFrames", 1) or 1)
    codec = codec_for(form.transfer_syntax_uid)
    if codec is not None and codec.encapsulated:
        for payload in generate_frames(element.value, number_of_frames=count):
            yield FrameRequest(form=form, payload=payload)
        return
    for number in range(count):
        start, end = number * form.native_bits, (number + 1) * form.native_bits
        payload = element.value[start // 8 : -(-end // 8) + (1 if count == 1 else 0)]
        yield FrameRequest(form=form, payload=payload, bit_offset=start % 8)


def form_of(data: pydicom.Dataset, representation: str, *, floating: bool) -> FrameForm:
    """What a header says of its frames."""
    return FrameForm(
        transfer_syntax_uid=str(data.file_meta.TransferSyntaxUID),
        rows=data.Rows,
        columns=data.Columns,
        samples_per_pixel=data.SamplesPerPixel,
        bits_allocated=data.BitsAllocated,
        bits_stored=data.get("BitsStored", 32),
        high_bit=data.get("HighBit", 31),
        pixel_representation=data.get("PixelRepresentation", 0),
        photometric_interpretation=data.PhotometricInterpretation,
        planar_configuration=data.get("PlanarConfiguration", 0) or 0,
        floating=floating,
        in_words=representation == "OW",
    )


def decoded(file: Path, *, first: int = 0) -> list[DecodedFrame]:
    """Every frame, by one plugin."""
    return [decode_frame(request, first=first) for request in requests(file)]


def stacked(frames: list[DecodedFrame]) -> NDArray[np.generic]:
    """All values as the oracle has them."""
    return frames[0].values if len(frames) == 1 else np.stack([frame.values for frame in frames])


def digest(values: NDArray[np.generic]) -> str:
    """SHA-256 of the little endian values."""
    return hashlib.sha256(values.astype(values.dtype.newbyteorder("<")).tobytes()).hexdigest()
