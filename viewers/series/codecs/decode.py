"""Decoding one frame: look first, decode, look again; a pure function that workers run."""

from collections.abc import Sequence

from viewers.isolation.errors import Refused
from viewers.isolation.guards.stated import Found
from viewers.series.codecs.colour import to_rgb
from viewers.series.codecs.frame import DecodedFrame, FrameForm, FrameRefused, FrameRequest
from viewers.series.codecs.plugin import Codec, Colour, Decoded, Plugin, Samples
from viewers.series.codecs.swallowed import swallowed
from viewers.series.codecs.table import codec_for
from viewers.series.codecs.values import stored_values

MOST_SIDE = 65_535
MOST_BYTES = 1 << 30
WIDTHS = (1, 8, 16, 32)
FLOAT_WIDTHS = (32, 64)
COLOUR_SAMPLES = 3
BYTEWISE = ("RLE", "deflated frames")


def decode_frame(request: FrameRequest, *, first: int = 0) -> DecodedFrame:
    """The stored values of one frame.

    Args:
        request: the frame.
        first: which plugin of the table to begin with; those after it are tried when it fails.

    Raises:
        FrameRefused: with a sentence for the reader.
    """
    form = request.form
    codec = check_form(form)
    try:
        found = codec.guard(request)
    except Refused as refusal:
        raise FrameRefused(str(refusal)) from refusal
    plugin, decoded, warnings = _decoded(codec.plugins[first:], request, found)
    numbers = codec.encapsulated and codec.name not in BYTEWISE
    values = stored_values(decoded.samples, form, found, compressed=numbers, lossy=codec.lossy)
    values, photometric = _coloured(values, form, decoded.colour)
    return DecodedFrame(
        values=values,
        photometric=photometric,
        decoder=plugin.name,
        warnings=(*found.warnings, *decoded.warnings, *warnings),
    )


def check_form(form: FrameForm) -> Codec:
    """The codec of a form that makes sense.

    Raises:
        FrameRefused: nothing reads this transfer syntax, or the header contradicts itself or asks for too much.
    """
    codec = codec_for(form.transfer_syntax_uid)
    if codec is None:
        raise FrameRefused(f"Its compression ({form.transfer_syntax_uid[:64]}) cannot be read by this program.")
    if not (0 < form.rows <= MOST_SIDE and 0 < form.columns <= MOST_SIDE):
        raise FrameRefused(f"Its header says {form.columns} × {form.rows} pixels, which cannot be.")
    if form.samples_per_pixel not in (1, COLOUR_SAMPLES):
        raise FrameRefused(f"It has {form.samples_per_pixel} samples per pixel; 1 or 3 can be shown.")
    if form.bits_allocated not in (FLOAT_WIDTHS if form.floating else WIDTHS):
        raise FrameRefused(f"It has {form.bits_allocated} bits per sample, which cannot be read.")
    if not (form.floating or 0 < form.bits_stored <= form.high_bit + 1 <= form.bits_allocated):
        raise FrameRefused("Its header contradicts itself about where the bits of a pixel lie.")
    if form.decoded_bytes > MOST_BYTES:
        raise FrameRefused(f"One frame would take {form.decoded_bytes >> 20} MB of memory; that is refused.")
    return codec


def _decoded(plugins: Sequence[Plugin], request: FrameRequest, found: Found) -> tuple[Plugin, Decoded, tuple[str, ...]]:
    """The first plugin that succeeds; a failed one leaves a warning, because its frame may be damaged."""
    reasons: list[str] = []
    for plugin in plugins:
        try:
            with swallowed() as errors:
                decoded = plugin.decode(request, found)
            _require_whole(errors)
            _require_size(decoded, request.form)
        except (KeyboardInterrupt, SystemExit):
            raise
        except Refused as refusal:
            reasons.append(str(refusal))
        except MemoryError:
            reasons.append("The decoder ran out of the memory it is allowed.")
        except BaseException as error:  # noqa: BLE001 - Rust codecs raise panics that are no Exception
            reasons.append(f"The decoder {plugin.name} could not read it ({type(error).__name__}).")
        else:
            return plugin, decoded, tuple(reasons)
    raise FrameRefused(reasons[0] if reasons else "No other decoder reads it.")


def _require_whole(errors: Sequence[str]) -> None:
    if errors:  # OpenJPH hands back what it had when it met damage, as if that were all
        raise FrameRefused("The frame is damaged: a part of it could not be decoded.")


def _require_size(decoded: Decoded, form: FrameForm) -> None:
    colours = () if form.samples_per_pixel == 1 else (form.samples_per_pixel,)
    if decoded.samples.shape != (form.rows, form.columns, *colours):
        raise FrameRefused("The decoded frame has another size than its header says.")


def _coloured(values: Samples, form: FrameForm, colour: Colour) -> tuple[Samples, str]:
    """Values and what they are now."""
    stated = form.photometric_interpretation
    if form.samples_per_pixel == 1:
        return values, stated
    if colour is Colour.RGB:
        return values, "RGB"
    space = "YBR_FULL" if colour is Colour.YBR_FULL else stated
    converted = to_rgb(values, space, form.bits_stored)
    return converted, "RGB" if space.startswith("YBR") else space
