"""The jobs that isolated workers run: decode one frame, decode one slice into its place in a volume."""

from collections.abc import Mapping
from typing import cast

import numpy as np

from viewers.series.codecs import samples, video
from viewers.series.codecs.decode import decode_frame
from viewers.series.codecs.frame import DecodedFrame, FrameForm, FrameRefused, FrameRequest
from viewers.series.codecs.rescale import rescale_into

Options = Mapping[str, object]


def decode(payload: memoryview, options: Options) -> dict[str, object]:
    """One frame; the answer is what ``remote.decode_in`` turns into a ``DecodedFrame``."""
    frame = _decoded(payload, options)
    return {
        "values": np.ascontiguousarray(frame.values).data.cast("B"),
        "type": frame.values.dtype.str,
        "photometric": frame.photometric,
        "decoder": frame.decoder,
        "warnings": frame.warnings,
    }


def decode_slice(payload: memoryview, options: Options, outputs: tuple[memoryview, ...]) -> dict[str, object]:
    """One grey slice, rescaled into its place; ``fits`` is false when int16 cannot hold it (nothing is written)."""
    frame = _decoded(payload, options)
    if frame.values.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise FrameRefused("A colour frame cannot be part of a volume.")
    place = np.frombuffer(outputs[0], np.dtype(str(options["type"]))).reshape(frame.values.shape)
    slope, intercept = cast("float", options["slope"]), cast("float", options["intercept"])
    fits = rescale_into(place, frame.values, _form(options), slope, intercept)
    return {"fits": fits, "decoder": frame.decoder, "warnings": frame.warnings}


def warm_up() -> None:
    """Decode every sample with every plugin, so that each library is in memory before the wall is raised."""
    video.warm_up()
    for sample in samples.all_samples():
        samples.check(sample)


def _decoded(payload: memoryview, options: Options) -> DecodedFrame:
    request = FrameRequest(
        form=_form(options),
        payload=payload,
        bit_offset=cast("int", options.get("bit_offset", 0)),
        number=cast("int", options.get("number", 0)),
    )
    return decode_frame(request, first=cast("int", options.get("first", 0)))


def _form(options: Options) -> FrameForm:
    return FrameForm(**cast("dict[str, object]", options["form"]))  # type: ignore[arg-type]
