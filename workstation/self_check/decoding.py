"""Checks of decoding: every codec by every decoder behind the wall, and what the wall is made of."""

import sys
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from workstation.self_check.bench import Bench
from workstation.self_check.check import Check, Wrong

if TYPE_CHECKING:
    from viewers.series.codecs.samples import Sample

WAIT_S = 60.0
NEEDED_ON_LINUX = ("no new privileges", "seccomp", "memory and time limits")


def checks(bench: Bench) -> Sequence[Check]:
    """The wall first, then one check per sample."""
    return (
        Check(name="isolated workers", run=lambda: _wall(bench)),
        Check(name="codecs", run=_bundled),
        *(Check(name=f"decode {sample.name}", run=partial(_decoded, bench, sample)) for sample in _listed()),
        Check(name="video", run=_video),
    )


def _wall(bench: Bench) -> str:
    """What is in force; on Linux the parts that every supported kernel has must be, Landlock is named."""
    protection = bench.pool.in_force()
    words = ", ".join(protection.measures)
    missing = " ".join(protection.missing)
    if sys.platform == "linux":
        lacking = [
            name for name in NEEDED_ON_LINUX if not any(measure.startswith(name) for measure in protection.measures)
        ]
        if lacking:
            raise Wrong(f"not in force: {', '.join(lacking)}. {missing}".strip())
    return f"{words}. {missing}".strip()


def _bundled() -> str:
    """Every decoder has a sample that it reads, so that none is left out of what follows."""
    from viewers.series.codecs.samples import all_samples
    from viewers.series.codecs.table import CODECS

    samples = {sample.request.form.transfer_syntax_uid for sample in all_samples()}
    sampled = {plugin.name for uid in samples for plugin in CODECS[uid].plugins}
    shipped = {plugin.name for codec in CODECS.values() for plugin in codec.plugins if codec.name != "video"}
    if shipped - sampled:
        raise Wrong(f"there is no sample for {', '.join(sorted(shipped - sampled))}")
    return f"{len(CODECS)} transfer syntaxes, {len(shipped)} decoders, {len(samples)} kinds of sample"


def _decoded(bench: Bench, sample: "Sample") -> str:
    """The sample by each decoder of its codec, each in a worker, each compared with the known values."""
    from viewers.series.codecs.table import CODECS

    plugins = CODECS[sample.request.form.transfer_syntax_uid].plugins
    return "; ".join(_by(bench, sample, first, plugin.name) for first, plugin in enumerate(plugins))


def _by(bench: Bench, sample: "Sample", first: int, decoder: str) -> str:
    import numpy as np

    from viewers.isolation.limits import limits_for
    from viewers.series.codecs.remote import DECODE, frame_of
    from viewers.series.codecs.samples import pattern

    form = sample.request.form
    options = {"form": asdict(form), "bit_offset": 0, "number": 0, "first": first}
    answer: Future[dict[str, object]] = bench.pool.submit(
        DECODE, sample.request.payload, options, limits=limits_for(form.decoded_bytes)
    )
    frame = frame_of(answer.result(timeout=WAIT_S), form)
    if frame.decoder != decoder:
        raise Wrong(f"{decoder} failed: {'; '.join(frame.warnings) or 'another decoder was used'}")
    worst = int(np.abs(frame.values.astype(np.int64) - pattern(form)).max())
    if worst > sample.tolerance:
        raise Wrong(f"{decoder}: values differ by up to {worst}, {sample.tolerance} is allowed")
    return f"{decoder} (off by {worst})" if worst else decoder


def _video() -> str:
    """Video needs an extra; its absence is no fault, only said."""
    from importlib.util import find_spec

    return "PyAV is installed" if find_spec("av") else "PyAV is not installed: clips in MPEG or H.264 are not shown"


def _listed() -> "Sequence[Sample]":
    """The samples; none where their index cannot be read, which the check “codecs” then says."""
    from viewers.series.codecs.samples import all_samples

    try:
        return all_samples()
    except (OSError, ValueError, KeyError, TypeError):
        return ()
