"""Waveforms: electrocardiograms and pressures as samples in their unit (PS3.3 C.10.9)."""

import base64
import binascii
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.objects.errors import Refused
from viewers.objects.reading import code_of
from viewers.series.header import Attributes

# Waveform Sample Interpretation (PS3.3 C.10.9.1.5); the companded forms are heard, not measured.
_TYPES = {"SB": "<i1", "UB": "<u1", "SS": "<i2", "US": "<u2", "SL": "<i4", "UL": "<u4"}
_MOST_VALUES = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel: where it was taken (``Lead II``), its unit (``uV``), and its filters in Hz where told."""

    label: str
    unit: str
    low_hz: float | None
    high_hz: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recording:
    """One multiplex group: channels that were sampled together.

    Attributes:
        samples: float32 (samples, channels) in each channel's unit, not writeable.
        frequency_hz: samples per second.
        offset_ms: from the beginning of the acquisition.
        original: whether it was measured, not derived (an averaged beat is derived).
    """

    label: str
    channels: tuple[Channel, ...]
    samples: NDArray[np.float32]
    frequency_hz: float
    offset_ms: float
    original: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What the machine or a reader wrote on the recording: text, or a measured value with its unit."""

    text: str
    value: float | None
    unit: str


def recordings(attributes: Attributes) -> tuple[Recording, ...]:
    """Every multiplex group.

    Raises:
        Refused: there is none, or its samples do not fit what it says of them.
    """
    found = tuple(_recording(item) for item in attributes.items("WaveformSequence"))
    if not found:
        raise Refused("The file holds no waveform.")
    return found


def remarks(attributes: Attributes) -> tuple[Remark, ...]:
    """The annotations, in order."""
    return tuple(
        Remark(
            text=item.text("UnformattedTextValue") or code_of(item, "ConceptNameCodeSequence").meaning,
            value=item.number("NumericValue"),
            unit=code_of(item, "MeasurementUnitsCodeSequence").value,
        )
        for item in attributes.items("WaveformAnnotationSequence")
    )


def _recording(item: Attributes) -> Recording:
    count, length = item.integer("NumberOfWaveformChannels") or 0, item.integer("NumberOfWaveformSamples") or 0
    frequency = item.number("SamplingFrequency") or 0.0
    kind = _TYPES.get(item.text("WaveformSampleInterpretation"))
    channels = item.items("ChannelDefinitionSequence")
    if kind is None or frequency <= 0 or not 0 < count * length <= _MOST_VALUES or len(channels) != count:
        raise Refused("The waveform contradicts itself: not shown. Ask for it as a PDF.")
    content = _bytes(item.text("WaveformData"))
    if len(content) < count * length * np.dtype(kind).itemsize:
        raise Refused("The waveform is cut short: not shown. Ask for it again.")
    stored = np.frombuffer(content, np.dtype(kind), count * length).reshape(length, count)
    samples = np.stack([_scaled(stored[:, i], channel) for i, channel in enumerate(channels)], axis=1)
    samples.flags.writeable = False
    return Recording(
        label=item.text("MultiplexGroupLabel"),
        channels=tuple(map(_channel, channels)),
        samples=samples,
        frequency_hz=frequency,
        offset_ms=item.number("MultiplexGroupTimeOffset") or 0.0,
        original=item.text("WaveformOriginality") != "DERIVED",
    )


def _scaled(stored: NDArray[np.generic], channel: Attributes) -> NDArray[np.float32]:
    """Stored values in the channel's unit: (value x sensitivity x correction) + baseline (PS3.3 C.10.9.1.4)."""
    sensitivity = channel.number("ChannelSensitivity")
    correction = channel.number("ChannelSensitivityCorrectionFactor")
    baseline = channel.number("ChannelBaseline")
    factor = (1.0 if sensitivity is None else sensitivity) * (1.0 if correction is None else correction)
    return (stored.astype(np.float64) * factor + (baseline or 0.0)).astype(np.float32)


def _channel(item: Attributes) -> Channel:
    return Channel(
        label=item.text("ChannelLabel") or code_of(item, "ChannelSourceSequence").meaning,
        unit=code_of(item, "ChannelSensitivityUnitsSequence").value,
        low_hz=item.number("FilterLowFrequency"),
        high_hz=item.number("FilterHighFrequency"),
    )


def _bytes(packed: str) -> bytes:
    try:
        return base64.b64decode(packed)
    except (binascii.Error, ValueError):
        return b""
