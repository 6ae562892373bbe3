"""Loading: a display set becomes a volume, slice by slice, the one asked for first; or one frame becomes values."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from viewers.geometry.affine import Affine, grid_affine
from viewers.isolation.payloads import Payload
from viewers.isolation.pool import Pool
from viewers.series.codecs.frame import FrameRefused
from viewers.series.codecs.slices import SliceOutcome, SliceRequest, VolumeValues
from viewers.series.codecs.slices import VolumeLoad as SharedLoad
from viewers.series.display_set import DisplaySet, Frame, StackGeometry
from viewers.series.units import HOUNSFIELD
from viewers.sources import FrameSource
from viewers.volumes.errors import NoVolume
from viewers.volumes.frame_bytes import frame_payload
from viewers.volumes.frame_values import FrameValues, frame, rescaled, stored_frame
from viewers.volumes.memory import spare_bytes
from viewers.volumes.volume import Volume

__all__ = ["FrameValues", "VolumeLoad", "frame", "open_volume"]

AIR = -1024.0
_NEIGHBOURS = 8
_THINNEST_MM, _THICKEST_MM = 1e-6, 1e6
_MEGABYTE = 1 << 20


class VolumeLoad:
    """One display set on its way to a volume: progressive, steerable, cancellable. Thread-safe.

    ``volume`` exists from the start (slices not there yet hold ``fill``); ``ready[i]`` says whether slice i is there;
    ``failed`` names the slices that cannot be shown, with the reason; ``marked`` those that came with a warning.
    """

    def __init__(self, display_set: DisplaySet, source: FrameSource, pool: Pool, order: Sequence[int]) -> None:
        count = len(display_set.frames)
        self._set, self._source, self._pool = display_set, source, pool
        self._told: Callable[[int], None] = lambda _: None
        self._cancelled = threading.Event()
        self._order = list(order)
        self.ready: NDArray[np.bool_] = np.zeros(count, np.bool_)
        self.failed: dict[int, str] = {}
        self.marked: dict[int, str] = {}
        shape = (count, display_set.rows or 0, display_set.columns or 0)
        fill = AIR if display_set.unit == HOUNSFIELD else 0.0
        self._shared = SharedLoad(
            pool,
            shape=shape,
            slices=() if self._needs_crop() else [self._request(index) for index in order],
            fill=fill,
            on_slice=self._arrived,
            on_widened=self._widened,
        )
        values = np.full(shape, fill, np.float32) if self._needs_crop() else self._shared.values
        self.lost: NDArray[np.bool_] = np.zeros(count, np.bool_)
        self.volume = replace(_volume(display_set, values, fill), here=self.ready, lost=self.lost)

    def prefer(self, index: int) -> None:
        """Slice ``index`` is looked at now: it comes next, then its neighbours outwards."""
        for distance in range(_NEIGHBOURS, 0, -1):
            for neighbour in (index - distance, index + distance):
                self._shared.ask_first(neighbour)
        self._shared.ask_first(index)

    def cancel(self) -> None:
        """Stop at once; slices in flight are dropped."""
        self._cancelled.set()
        self._shared.cancel()

    def run(self, on_slice: Callable[[int], None] | None = None) -> Volume:
        """Load everything, calling ``on_slice(index)`` from this thread as each arrives; returns when all is there.

        Meant for an executor's thread. Returns early after ``cancel``.
        """
        if on_slice is not None:
            self._told = on_slice
        if self._needs_crop():
            self._run_tiles()
        else:
            self._shared.run()
        return self.volume

    def _needs_crop(self) -> bool:
        return self._set.frames[0].crop is not None

    def _request(self, index: int) -> SliceRequest:
        one = self._set.frames[index]
        assert one.form is not None
        return SliceRequest(
            index=index,
            form=one.form,
            payload=partial(self._payload, index),
            slope=one.slope,
            intercept=one.intercept,
            bit_offset=one.bytes.first_bit if one.bytes is not None else 0,
        )

    def _payload(self, index: int) -> Payload:
        return frame_payload(self._set, index, self._source, self._pool)

    def _arrived(self, outcome: SliceOutcome) -> None:
        if outcome.warnings:  # before it can be seen
            self.marked[outcome.index] = " ".join(outcome.warnings)
        if outcome.refused is not None:
            self.failed[outcome.index] = outcome.refused
            self.lost[outcome.index] = True
        else:
            self.ready[outcome.index] = True
        self._told(outcome.index)

    def _widened(self, values: VolumeValues) -> None:
        self.volume = replace(self.volume, values=values)

    def _run_tiles(self) -> None:
        """Tiles of one picture: decoded once, cut apart (a mosaic is small)."""
        values = np.array(self.volume.values, np.float32)
        whole: dict[tuple[str, int], NDArray[np.generic] | str] = {}
        for index in self._order:
            if self._cancelled.is_set():
                break
            one = self._set.frames[index]
            name = (one.key, one.number)
            if name not in whole:
                whole[name] = self._picture(index)
            picture = whole[name]
            if isinstance(picture, str):
                self._arrived(SliceOutcome(index=index, refused=picture))
                continue
            values[index] = rescaled(_tile(picture, one), one)
            self._arrived(SliceOutcome(index=index))
        values.flags.writeable = False
        self.volume = replace(self.volume, values=_narrow(values))

    def _picture(self, index: int) -> NDArray[np.generic] | str:
        whole = replace(self._set.frames[index], crop=None)
        frames = (*self._set.frames[:index], whole, *self._set.frames[index + 1 :])
        try:
            decoded = stored_frame(replace(self._set, frames=frames), index, self._source, self._pool)
        except FrameRefused as refusal:
            return str(refusal)
        if decoded.warnings:
            name = whole.key, whole.number
            tiles = [number for number, one in enumerate(self._set.frames) if (one.key, one.number) == name]
            self.marked.update(dict.fromkeys(tiles, " ".join(decoded.warnings)))
        return decoded.values


def open_volume(
    display_set: DisplaySet,
    source: FrameSource,
    pool: Pool,
    *,
    first: int | None = None,
    budget_bytes: int | None = None,
) -> VolumeLoad:
    """Prepare a load; nothing is decoded before ``run``.

    Args:
        display_set: of kind ``volume`` (a stack of equal grey frames with places works too).
        source: where its bytes are.
        pool: isolated workers that decode; ``preload`` must name ``codecs.remote.WORKER_MODULE`` and
            ``viewers.series.header_job``.
        first: the slice to begin with; the middle one where None.
        budget_bytes: refuse when the volume needs more; what the computer can spare where None.

    Raises:
        NoVolume: the display set is none, or does not fit the memory; the sentence says what to do next.
    """
    reason = why_no_volume(display_set)
    if reason:
        raise NoVolume(reason)
    needed = volume_bytes(display_set)
    spare = spare_bytes() if budget_bytes is None else budget_bytes
    if needed > spare:
        raise NoVolume(
            f"This series needs {needed // _MEGABYTE} MB and only {spare // _MEGABYTE} MB are free: not loaded as a "
            "whole. Close other series, or look at its images one by one."
        )
    return VolumeLoad(display_set, source, pool, outward(len(display_set.frames), first))


def why_no_volume(display_set: DisplaySet) -> str:
    """Why these frames make no volume, a sentence; empty where they do."""
    if not display_set.frames or not display_set.rows or not display_set.columns:
        return "This object has no picture."
    if display_set.colour:
        return "Colour images are not made into a volume: look at them one by one."
    if display_set.geometry is None:
        return "The file does not say where these images lie in the patient: look at them one by one."
    if any(one.modality_lut is not None for one in display_set.frames):
        return "Each image has its own table of values: look at them one by one."
    along = np.diff(display_set.geometry.origins_mm @ np.asarray(display_set.geometry.normal))
    if len(along) and float(along.min()) <= 0:
        return "Several images lie at one place: look at them one by one."
    return ""


def volume_bytes(display_set: DisplaySet) -> int:
    """Bytes that the volume takes once it is loaded."""
    whole = all(
        one.slope.is_integer() and one.intercept.is_integer() and not (one.form and one.form.floating)
        for one in display_set.frames
    )
    return len(display_set.frames) * (display_set.rows or 0) * (display_set.columns or 0) * (2 if whole else 4)


def outward(count: int, first: int | None = None) -> list[int]:
    """Slice indices in the order of loading: the first (the middle by default), then its neighbours outwards."""
    start = count // 2 if first is None else min(max(first, 0), count - 1)
    return sorted(range(count), key=lambda index: (abs(index - start), index))


def stack_affine(geometry: StackGeometry, thickness_mm: float | None = None) -> Affine:
    """The affine of a stack: exact where it is regular (tilted or not), else the mean step from slice to slice.

    Args:
        geometry: of the frames, ascending.
        thickness_mm: the step of a single slice, 1 mm where unknown.
    """
    origins = geometry.origins_mm
    if len(origins) > 1:
        step = (origins[-1] - origins[0]) / (len(origins) - 1)
    else:
        usable = thickness_mm is not None and _THINNEST_MM <= thickness_mm <= _THICKEST_MM
        step = np.asarray(geometry.normal) * (thickness_mm if usable else 1.0)
    return grid_affine(
        origin_mm=origins[0],
        slice_step_mm=step,
        row_step_mm=np.asarray(geometry.column_direction) * geometry.spacing_mm[0],
        column_step_mm=np.asarray(geometry.row_direction) * geometry.spacing_mm[1],
    )


def _volume(display_set: DisplaySet, values: VolumeValues, fill: float) -> Volume:
    geometry = display_set.geometry
    assert geometry is not None
    thickness = display_set.instances[0].number("SliceThickness") if display_set.instances else None
    return Volume(
        values=values,
        affine=stack_affine(geometry, thickness),
        slice_origins_mm=geometry.origins_mm,
        unit=display_set.unit,
        padding=_padding(display_set),
        fill=fill,
        display_set=display_set,
    )


def _padding(display_set: DisplaySet) -> NDArray[np.float32] | None:
    """Padding of every slice after its own rescale, rounded as its values are; NaN where a slice names none."""
    if all(one.padding is None for one in display_set.frames):
        return None
    slopes = np.array([one.slope for one in display_set.frames])
    intercepts = np.array([one.intercept for one in display_set.frames])
    stored = np.array([one.padding or (np.nan, np.nan) for one in display_set.frames], np.float64)
    ends = np.sort(stored * slopes[:, None] + intercepts[:, None], axis=1)
    with np.errstate(over="ignore"):  # a slope that nothing can hold gives infinities, here as for the values
        return ends.astype(np.float32)


def _tile(picture: NDArray[np.generic], one: Frame) -> NDArray[np.generic]:
    assert one.crop is not None
    row, column, rows, columns = one.crop
    return picture[row : row + rows, column : column + columns]


def _narrow(values: NDArray[np.float32]) -> VolumeValues:
    """int16 where nothing is lost by it."""
    small = values.astype(np.int16)
    if not np.array_equal(small, values):
        return values
    small.flags.writeable = False
    return small
