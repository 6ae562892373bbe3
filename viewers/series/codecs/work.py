"""The jobs that isolated workers run: decode one frame, decode one slice into its place in a volume."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from viewers.isolation.outputs import Output
from viewers.series.codecs import samples, video
from viewers.series.codecs.decode import decode_frame
from viewers.series.codecs.frame import DecodedFrame, FrameForm, FrameRefused, FrameRequest
from viewers.series.codecs.rescale import rescale_into

Kind = np.dtype[np.int16] | np.dtype[np.float32]
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


def decode_slices(payloads: Iterable[memoryview], options: Options, outputs: tuple[Output, ...]) -> dict[str, object]:
    """Grey slices, each rescaled into its place; the answer has one entry per slice.

    Entries have ``decoder``, ``warnings`` and ``fits`` (false when int16 cannot hold it, and nothing is written), or
    ``refused``.
    """
    forms = {key: FrameForm(**form) for key, form in cast("dict[str, dict[str, object]]", options["forms"]).items()}  # type: ignore[arg-type]
    slices = cast("list[dict[str, object]]", options["slices"])
    kind: Kind = np.dtype(np.int16) if options["type"] == "int16" else np.dtype(np.float32)
    return {
        "slices": [
            _slice(payload, forms[str(entry["form"])], entry, kind, output)
            for payload, entry, output in zip(payloads, slices, outputs, strict=True)
        ]
    }


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


def _slice(
    payload: memoryview, form: FrameForm, entry: dict[str, object], kind: Kind, output: Output
) -> dict[str, object]:
    request = FrameRequest(form=form, payload=payload, bit_offset=cast("int", entry["bit_offset"]))
    try:
        frame = decode_frame(request, first=cast("int", entry["first"]))
    except FrameRefused as refusal:
        return {"refused": str(refusal)}
    if form.samples_per_pixel != 1:
        return {"refused": "A colour frame cannot be part of a volume."}
    place = _scratch(frame.values.shape, kind)
    fits = rescale_into(place, frame.values, form, cast("float", entry["slope"]), cast("float", entry["intercept"]))
    if fits:
        output.write(place.data)
    return {"fits": fits, "decoder": frame.decoder, "warnings": frame.warnings}


@lru_cache(maxsize=1)
def _scratch(shape: tuple[int, ...], kind: Kind) -> NDArray[np.int16] | NDArray[np.float32]:
    """Memory that is used again and again, because fresh memory is slow."""
    return cast("NDArray[np.int16]", np.empty(shape, kind))


def _form(options: Options) -> FrameForm:
    return FrameForm(**cast("dict[str, object]", options["form"]))  # type: ignore[arg-type]
