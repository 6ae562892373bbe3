"""The campaign ``codecs``: injured frames of every codec, decoded behind the wall."""

import random
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

import imagecodecs
import numpy as np

from tests.faults.campaign import SLOWEST_S, Broken, Report, dice, run
from tests.faults.mutate_codestream import injure
from tests.viewers.codecs.made_frames import UIDS, noise, request
from viewers.isolation.pool import Pool
from viewers.series.codecs import samples
from viewers.series.codecs.frame import DecodedFrame, FrameForm, FrameRefused, FrameRequest
from viewers.series.codecs.remote import WORKER_MODULE, decode_in

LIES: dict[str, tuple[object, ...]] = {
    "rows": (0, 1, 63, 65, 65_535, 1 << 16, 1 << 31, -1),
    "columns": (0, 1, 47, 49, 65_535, 1 << 16, 1 << 31, -1),
    "samples_per_pixel": (0, 1, 2, 3, 4, 1 << 31),
    "bits_allocated": (0, 1, 8, 12, 16, 32, 64, 1 << 31),
    "bits_stored": (0, 1, 8, 12, 16, 33),
    "high_bit": (-1, 0, 7, 11, 15, 31),
    "pixel_representation": (0, 1, 2),
    "planar_configuration": (0, 1, 7),
    "photometric_interpretation": ("", "RGB", "YBR_FULL_422", "YBR_PARTIAL_420", "PALETTE COLOR", "\x00"),
    "transfer_syntax_uid": (*UIDS.values(), "", "1.2.840.10008.1.2.4.102", "9" * 5000),
    "floating": (True,),
    "in_words": (True,),
}


def campaign(seed: int, budget: int) -> Report:
    """Try ``budget`` injured frames."""
    seeds = healthy_frames()
    with Pool(preload=[WORKER_MODULE]) as pool:
        return run(partial(attempt, pool, seeds), seed, budget)


def healthy_frames() -> list[FrameRequest]:
    """Small frames of every codec, grey and colour."""
    colour = np.stack([noise(seed=number) >> 4 for number in range(3)], axis=-1).astype(np.uint8)
    form = replace(request("jpeg").form, samples_per_pixel=3, photometric_interpretation="YBR_FULL_422")
    coloured = {
        "jpeg": imagecodecs.jpeg8_encode(colour),
        "jpeg-ls": imagecodecs.jpegls_encode(colour),
        "jpeg 2000": imagecodecs.jpeg2k_encode(colour, level=40, codecformat="jp2"),
        "htj2k": imagecodecs.htj2k_encode(colour, reversible=True),
        "jpeg xl": imagecodecs.jpegxl_encode(colour, level=90, usecontainer=True),
        "jpeg lossless": imagecodecs.jpeg8_encode(colour, lossless=True, predictor=4, colorspace="RGB"),
    }
    made = [request(codec) for codec in UIDS]
    made += [
        FrameRequest(form=replace(form, transfer_syntax_uid=UIDS[codec]), payload=bytes(payload))
        for codec, payload in coloured.items()
    ]
    return made + [sample.request for sample in samples.all_samples()]


def attempt(pool: Pool, seeds: list[FrameRequest], seed: int) -> str:
    """Injure one frame, decode it, look at what comes back."""
    chance = dice(seed)
    healthy = chance.choice(seeds)
    payload = injure(healthy.whole, chance) if chance.random() < 0.9 else healthy.whole
    form = _lied(healthy.form, chance) if chance.random() < 0.25 else healthy.form
    return ending_of(decode_in(pool, form, payload), form)


def ending_of(future: "Future[DecodedFrame]", form: FrameForm) -> str:
    """One word about a frame that is as it was promised, or about its refusal."""
    try:
        frame = future.result(timeout=SLOWEST_S)
    except FrameRefused as refusal:
        sentence = str(refusal)
        if not sentence.endswith(".") or not 10 < len(sentence) < 400 or "\n" in sentence:
            raise Broken(f"no sentence for a reader: {sentence!r}") from refusal
        return next((f"contained: {word}" for word in ("crash", "computing", "seconds") if word in sentence), "refused")
    except TimeoutError as hang:
        raise Broken("it hung") from hang
    if frame.values.shape[:2] != (form.rows, form.columns):
        raise Broken(f"a frame of {frame.values.shape} for a header of {form.rows} x {form.columns}")
    return "shown, marked" if frame.warnings else "shown"


def _lied(form: FrameForm, chance: random.Random) -> FrameForm:
    name = chance.choice(sorted(LIES))
    return replace(form, **{name: chance.choice(LIES[name])})  # type: ignore[arg-type]
