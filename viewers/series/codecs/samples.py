"""One small frame per codec, made for this program: the self-check and the warm-up of workers decode them all."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from viewers.series.codecs.decode import decode_frame
from viewers.series.codecs.frame import FrameForm, FrameRequest
from viewers.series.codecs.table import codec_for

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "samples" / "codecs"
INDEX = "index.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A frame with known values.

    Attributes:
        name: for the reader, e.g. ``JPEG-LS``.
        request: the frame.
        tolerance: how far a decoded value may lie from the pattern (0 for lossless codecs).
    """

    name: str
    request: FrameRequest
    tolerance: int


@cache
def all_samples() -> tuple[Sample, ...]:
    """Every sample of ``resources/samples/codecs``."""
    entries = json.loads((FOLDER / INDEX).read_text(encoding="ascii"))
    return tuple(
        Sample(
            name=entry["name"],
            tolerance=entry["tolerance"],
            request=FrameRequest(form=FrameForm(**entry["form"]), payload=(FOLDER / entry["file"]).read_bytes()),
        )
        for entry in entries
    )


def check(sample: Sample) -> dict[str, str]:
    """Decode a sample with every plugin of its codec; the empty string stands for success, else what is wrong."""
    codec = codec_for(sample.request.form.transfer_syntax_uid)
    plugins = codec.plugins if codec else ()
    return {plugin.name: _verdict(sample, first, plugin.name) for first, plugin in enumerate(plugins)}


def pattern(form: FrameForm) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """What every sample shows: smooth ramps, so that lossy codecs come close, using all bits stored."""
    row, column = np.mgrid[0 : form.rows, 0 : form.columns]
    top = (1 << form.bits_stored) - 1
    ramps = [(row + column) * top // (form.rows + form.columns - 2), row * top // (form.rows - 1)]
    ramps.append(column * top // (form.columns - 1))
    return np.asarray(ramps[0] if form.samples_per_pixel == 1 else np.stack(ramps, axis=-1), np.int64)


def _verdict(sample: Sample, first: int, name: str) -> str:
    try:
        frame = decode_frame(sample.request, first=first)
    except Exception as error:  # noqa: BLE001 - a self-check reports whatever is wrong
        return f"{type(error).__name__}: {error}"
    if frame.decoder != name:
        return "; ".join(frame.warnings)
    worst = int(np.abs(frame.values.astype(np.int64) - pattern(sample.request.form)).max())
    return "" if worst <= sample.tolerance else f"values differ by up to {worst}"
