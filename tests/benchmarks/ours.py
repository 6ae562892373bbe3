"""What we do with the same folder, in a fresh process with warm workers, as in the running program."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil

from viewers.isolation.pool import Pool
from viewers.series.open_source import open_source
from viewers.series.scan import scan
from viewers.series.split import display_sets
from viewers.sources import FrameSource
from viewers.volumes.jobs import JOBS
from viewers.volumes.loader import open_volume

Measured = dict[str, float]
_SAMPLE_S = 0.02


def load(folder: Path) -> Measured:
    """Folder to volume: scan, split, sort, decode in isolated workers, rescale into one array."""
    with _warm() as pool:
        start = time.perf_counter()
        source = open_source(folder)
        (found,) = display_sets(scan(source, pool).headers)
        volume = open_volume(found, source, pool).run()
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "sum": int(volume.values.sum(dtype=np.int64))}


def load_memory(folder: Path) -> Measured:
    """Peak of the summed PSS of loader and workers, MB."""
    with _warm() as pool, _peak() as peak:
        source = open_source(folder)
        (found,) = display_sets(scan(source, pool).headers)
        volume = open_volume(found, source, pool).run()
        assert volume.values.sum(dtype=np.int64)  # pages that nobody has looked at belong to nobody
        peak[0] = max(peak[0], summed_pss())
    return {"megabytes": peak[0] / 1e6, "volume": volume.values.nbytes / 1e6}


def decode_isolated(folder: Path) -> Measured:
    """Every frame of the series into one array by isolated workers, headers known."""
    with _warm() as pool:
        source = open_source(folder)
        (found,) = display_sets(scan(source, pool).headers)
        opened = open_volume(found, source, pool)
        start = time.perf_counter()
        volume = opened.run()
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "sum": int(volume.values.sum(dtype=np.int64))}


def decode_here(folder: Path) -> Measured:
    """The same frames by the same decoders on as many threads of this process: what isolation is compared with."""
    from viewers.series.codecs import work
    from viewers.series.codecs.decode import decode_frame
    from viewers.series.codecs.frame import FrameRequest
    from viewers.series.codecs.rescale import rescale_into

    work.warm_up()
    with _warm() as pool:
        source = open_source(folder)
        (found,) = display_sets(scan(source, pool).headers)
        threads = pool.workers
    values = np.empty((len(found.frames), found.rows or 0, found.columns or 0), np.int16)

    def decode(index: int) -> bool:
        one = found.frames[index]
        assert one.bytes is not None
        assert one.form is not None
        ((offset, length),) = one.bytes.pieces
        frame = decode_frame(FrameRequest(form=one.form, payload=source.read(one.key, offset, length)))
        return rescale_into(values[index], frame.values, one.form, one.slope, one.intercept)

    with ThreadPoolExecutor(threads) as executor:
        start = time.perf_counter()
        assert all(executor.map(decode, range(len(values))))
        seconds = time.perf_counter() - start
    return {"seconds": seconds, "sum": int(values.sum(dtype=np.int64))}


def first_image(folder: Path) -> Measured:
    """From asking for a series whose headers are known to the middle slice in place, workers warm."""
    with _warm() as pool:
        source = open_source(folder)
        (found,) = display_sets(scan(source, pool).headers)
        here = threading.Event()
        start = time.perf_counter()
        opened = open_volume(found, source, pool)
        thread = threading.Thread(target=opened.run, args=(lambda _: here.set(),))
        thread.start()
        here.wait(60)
        seconds = time.perf_counter() - start
        opened.cancel()
        thread.join()
        return {"seconds": seconds}


def scan_headers(folder: Path) -> Measured:
    with _warm() as pool:
        start = time.perf_counter()
        found = scan(open_source(folder), pool)
        return {"seconds": time.perf_counter() - start, "files": len(found.headers)}


def fill_store(folder: Path, data: Path) -> None:
    """Receive the folder into an encrypted store, as fetching a case does."""
    from tests.benchmarks.stored_case import receive_folder

    receive_folder(folder, data)


def load_stored(data: Path) -> Measured:
    """Encrypted store to volume; headers were kept at receipt, as in the program."""
    from tests.benchmarks.stored_case import opened

    with _warm() as pool, opened(data) as source:
        start = time.perf_counter()
        found = display_sets(scan(source, pool).headers)[0]
        volume = open_volume(found, source, pool).run()
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "sum": int(volume.values.sum(dtype=np.int64))}


def read_stored(data: Path) -> Measured:
    """Every instance of the store once, as loading a volume reads it: MB/s, and the slowest of random frames."""
    from tests.benchmarks.stored_case import opened

    with opened(data) as source:
        start = time.perf_counter()
        total = sum(source.read_into(key, 0, memoryview(bytearray(source.size(key)))) for key in tuple(source.keys()))
        seconds = time.perf_counter() - start
        frames = _random_reads(source)
    return {"rate": total / seconds / 1e6, "p99_ms": float(np.percentile(frames, 99)) * 1e3, "seconds": seconds}


def _random_reads(source: FrameSource) -> list[float]:
    keys = list(source.keys())
    taken = []
    for pick in np.random.default_rng(1).integers(0, len(keys), 300):
        start = time.perf_counter()
        source.read(keys[pick])
        taken.append(time.perf_counter() - start)
    return taken


@contextmanager
def _warm() -> Iterator[Pool]:
    with Pool(preload=JOBS) as pool:
        for _ in range(pool.workers + 1):
            pool.parse("viewers.series.header_job:read", b"")
        yield pool


@contextmanager
def _peak() -> Iterator[list[float]]:
    highest, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(_SAMPLE_S):
            highest[0] = max(highest[0], summed_pss())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield highest
    finally:
        done.set()
        thread.join()


def summed_pss() -> float:
    """Proportional set size of this process and everything it started, bytes."""
    me = psutil.Process()
    total = 0.0
    for process in [me, *me.children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total
