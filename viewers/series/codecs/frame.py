"""One compressed frame, what its header says of it, and what it decoded to."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewers.isolation.errors import Refused
from viewers.isolation.guards.stated import Stated

BITS_PER_BYTE = 8
HALVED_CHROMINANCE = ("YBR_FULL_422", "YBR_PARTIAL_422")


class FrameRefused(Refused):
    """This frame cannot be shown; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameForm:
    """What the header says of each frame of an instance (PS3.3 C.7.6.3 Image Pixel).

    Attributes:
        transfer_syntax_uid: of the file (0002,0010), or of the frame where it was rewrapped.
        rows, columns, samples_per_pixel, bits_allocated, bits_stored, high_bit: as in the header.
        pixel_representation: 0 unsigned, 1 two's complement.
        photometric_interpretation: (0028,0004), upper case.
        planar_configuration: (0028,0006), meaningful for native and RLE colour only.
        floating: the values lie in Float (32 bit) or Double Float (64 bit) Pixel Data.
        in_words: the value representation of Pixel Data is OW (swaps 8-bit pixels of big endian files, PS3.5 8.1.2).
    """

    transfer_syntax_uid: str
    rows: int
    columns: int
    samples_per_pixel: int = 1
    bits_allocated: int = 16
    bits_stored: int = 16
    high_bit: int = 15
    pixel_representation: int = 0
    photometric_interpretation: str = "MONOCHROME2"
    planar_configuration: int = 0
    floating: bool = False
    in_words: bool = False

    @property
    def stated(self) -> Stated:
        """The part that a codestream must answer to."""
        return Stated(
            rows=self.rows,
            columns=self.columns,
            samples=self.samples_per_pixel,
            bits_allocated=self.bits_allocated,
            bits_stored=self.bits_stored,
        )

    @property
    def native_bits(self) -> int:
        """Bits of one uncompressed frame; halved chrominance takes less (PS3.3 C.7.6.3.1.2)."""
        samples = 2 if self.photometric_interpretation in HALVED_CHROMINANCE else self.samples_per_pixel
        return self.pixels * samples * self.bits_allocated

    @property
    def pixels(self) -> int:
        """Rows times columns (Python integers do not overflow)."""
        return self.rows * self.columns

    @property
    def decoded_bytes(self) -> int:
        """Bytes of one decoded frame; one-bit frames unpack to a byte per pixel."""
        return self.pixels * self.samples_per_pixel * max(1, self.bits_allocated // BITS_PER_BYTE)


@lru_cache(maxsize=256)  # the frames of a series share theirs
def plain_form(form: FrameForm) -> Mapping[str, object]:
    """A form as plain values, which may travel to a worker; ``FrameForm(**plain)`` is the form again."""
    return {field.name: getattr(form, field.name) for field in fields(form)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRequest:
    """One frame to decode.

    Attributes:
        form: what the header says.
        payload: the bytes of this frame alone, its fragments joined (see ``codecs.fragments``); for video the whole
            stream; for one-bit native frames the bytes that contain the frame.
        bit_offset: where a one-bit native frame begins in the first byte (PS3.5 8.1.1: frames are not padded).
        number: frame number from 0, used by video alone.
    """

    form: FrameForm
    payload: bytes | bytearray | memoryview
    bit_offset: int = 0
    number: int = 0

    @property
    def whole(self) -> bytes:
        """The payload as ``bytes``, which nobody can change while a decoder reads it."""
        return self.payload if isinstance(self.payload, bytes) else bytes(self.payload)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedFrame:
    """The stored values of one frame.

    Attributes:
        values: C order, (rows, columns) or (rows, columns, 3); uint8, int8, uint16, int16, uint32, int32, float32 or
            float64; masked to Bits Stored and sign-extended at High Bit; every YBR form already turned into RGB.
            Palette indices, MONOCHROME1 and the modality rescale are left to whoever asks.
        photometric: what the values are after decoding (``RGB`` for every YBR form).
        decoder: name of the plugin that made them.
        warnings: sentences for the reader; a frame that has any must be marked, never passed as whole.
    """

    values: NDArray[np.generic]
    photometric: str
    decoder: str
    warnings: tuple[str, ...] = ()
