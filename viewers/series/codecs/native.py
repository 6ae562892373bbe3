"""Uncompressed frames: bytes that only have to be read in the right order (PS3.5 8.1.1, PS3.3 C.7.6.3.1.3)."""

import numpy as np

from viewers.isolation.guards.stated import Found
from viewers.series.codecs.frame import HALVED_CHROMINANCE, FrameForm, FrameRefused, FrameRequest
from viewers.series.codecs.plugin import Decoded, Plugin, Samples

BIG_ENDIAN = "1.2.840.10008.1.2.2"
BYTE_BITS = 8
WORD_BYTES = 2


def decode(request: FrameRequest, found: Found) -> Decoded:
    """A view of the payload wherever that is possible.

    Raises:
        FrameRefused: there are fewer bytes than the header promises.
    """
    del found
    form = request.form
    if form.bits_allocated == 1:
        return Decoded(samples=_bits(request))
    wanted = form.native_bits // BYTE_BITS
    if len(request.payload) < wanted:
        raise FrameRefused(f"The frame is cut short: {len(request.payload)} of {wanted} bytes are there.")
    values = np.frombuffer(_swapped(request, wanted), _type(form), count=wanted // (form.bits_allocated // BYTE_BITS))
    if form.samples_per_pixel == 1:
        return Decoded(samples=values.reshape(form.rows, form.columns))
    if form.photometric_interpretation in HALVED_CHROMINANCE:
        return Decoded(samples=_full_chrominance(values, form))
    return Decoded(samples=interleaved(values, form))


def interleaved(values: Samples, form: FrameForm) -> Samples:
    """(rows, columns, samples) of flat samples in either planar configuration."""
    if form.planar_configuration == 0:
        return values.reshape(form.rows, form.columns, form.samples_per_pixel)
    planes = values.reshape(form.samples_per_pixel, form.rows, form.columns)
    return np.ascontiguousarray(planes.transpose(1, 2, 0))


PLUGIN = Plugin(name="native", decode=decode)


def _type(form: FrameForm) -> np.dtype[np.generic]:
    order = ">" if form.transfer_syntax_uid == BIG_ENDIAN else "<"
    return np.dtype(f"{order}{'f' if form.floating else 'u'}{form.bits_allocated // BYTE_BITS}")


def _swapped(request: FrameRequest, wanted: int) -> bytes | bytearray | memoryview:
    """The payload, its byte pairs exchanged where 8-bit pixels lie in big endian words."""
    form = request.form
    if not (form.in_words and form.bits_allocated == BYTE_BITS and form.transfer_syntax_uid == BIG_ENDIAN):
        return request.payload
    even = wanted + wanted % WORD_BYTES
    if len(request.payload) < even:
        raise FrameRefused("Its last pixel lies in the padding byte after the frame, which is not there.")
    return np.frombuffer(request.payload, ">u2", count=even // WORD_BYTES).astype("<u2").tobytes()


def _bits(request: FrameRequest) -> Samples:
    """One-bit pixels, least significant bit first; frames need not begin at a byte."""
    form = request.form
    wanted = form.pixels * form.samples_per_pixel
    end = request.bit_offset + wanted
    if BYTE_BITS * len(request.payload) < end:
        raise FrameRefused("The frame is cut short.")
    values = np.unpackbits(np.frombuffer(request.payload, np.uint8), count=end, bitorder="little")
    return (
        interleaved(values[request.bit_offset :], form)
        if form.samples_per_pixel > 1
        else values[request.bit_offset :].reshape(form.rows, form.columns)
    )


def _full_chrominance(values: Samples, form: FrameForm) -> Samples:
    """Two luminances, then the blue and red difference of both (PS3.3 C.7.6.3.1.2)."""
    if form.columns % 2:
        raise FrameRefused("Halved chrominance needs an even number of columns.")
    groups = values.reshape(form.rows, form.columns // 2, 4)
    luminance = groups[:, :, :2].reshape(form.rows, form.columns)
    difference = np.repeat(groups[:, :, 2:], 2, axis=1)
    return np.concatenate([luminance[:, :, None], difference], axis=2)
