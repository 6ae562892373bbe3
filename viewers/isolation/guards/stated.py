"""What a header states of its frames, and what a guard found in the frame itself."""

from dataclasses import dataclass

from viewers.isolation.errors import Refused

END_MARKER = b"\xff\xd9"
PADDING = b"\x00\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The attributes to which a codestream must answer."""

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the codestream says of itself.

    Attributes:
        precision: bits per sample.
        transformed: the samples are a colour transform of red, green and blue; None where the stream does not tell.
        signed: the stream holds two's complement numbers (JPEG 2000).
        process: number of the JPEG process marker (0xC0 ...), or 0.
        warnings: sentences for the reader.
    """

    precision: int
    transformed: bool | None = None
    signed: bool = False
    process: int = 0
    warnings: tuple[str, ...] = ()


def compare(stated: Stated, *, rows: int, columns: int, samples: int, precision: int) -> tuple[str, ...]:
    """Warnings about a codestream whose size is as stated.

    Raises:
        Refused: it is not, or its numbers have more bits than there is room for.
    """
    if (rows, columns, samples) != (stated.rows, stated.columns, stated.samples):
        raise Refused(
            f"The frame is {columns} × {rows} with {samples} sample(s) per pixel, its header says "
            f"{stated.columns} × {stated.rows} with {stated.samples}."
        )
    if precision > stated.bits_allocated:
        raise Refused(f"The frame has {precision} bits per sample, its header leaves room for {stated.bits_allocated}.")
    return ()


def require_end(data: bytes | memoryview) -> None:
    """The end marker is there, followed by nothing but padding (a decoder may stall on a frame that was cut).

    Raises:
        Refused: the frame is cut short, or something foreign follows it.
    """
    if not bytes(data).rstrip(PADDING).endswith(END_MARKER):
        raise Refused("The frame ends before its end marker: it was cut short or damaged on the way.")
