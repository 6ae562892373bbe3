"""The table of codecs by transfer syntax (PS3.6 Annex A): the one place that says which decoder reads what."""

from viewers.series.codecs import (
    deflated,
    htj2k,
    jpeg,
    jpeg2000,
    jpeg_lossless,
    jpeg_ls,
    jpeg_xl,
    native,
    rle,
    video,
)
from viewers.series.codecs.plugin import Codec, unguarded

_NATIVE = Codec(
    name="uncompressed", guard=unguarded, plugins=(native.PLUGIN,), ends_with_marker=False, encapsulated=False, batch=16
)
_RLE = Codec(name="RLE", guard=rle.guard, plugins=rle.PLUGINS, ends_with_marker=False, batch=8)
_DEFLATED = Codec(name="deflated frames", guard=unguarded, plugins=(deflated.PLUGIN,), ends_with_marker=False)
_JPEG = Codec(name="JPEG", guard=jpeg.guard, plugins=jpeg.PLUGINS, lossy=True)
_JPEG_EXTENDED = Codec(name="JPEG extended", guard=jpeg.guard, plugins=jpeg.EXTENDED_PLUGINS, lossy=True)
_JPEG_LOSSLESS = Codec(name="JPEG lossless", guard=jpeg_lossless.guard, plugins=jpeg_lossless.PLUGINS, batch=4)
_JPEG_LS = Codec(name="JPEG-LS", guard=jpeg_ls.guard, plugins=jpeg_ls.PLUGINS, batch=2)
_JPEG_LS_NEAR = Codec(name="JPEG-LS near-lossless", guard=jpeg_ls.guard, plugins=jpeg_ls.PLUGINS, lossy=True)
_JPEG2000 = Codec(name="JPEG 2000 lossless", guard=jpeg2000.guard, plugins=jpeg2000.PLUGINS)
_JPEG2000_LOSSY = Codec(name="JPEG 2000", guard=jpeg2000.guard, plugins=jpeg2000.PLUGINS, lossy=True)
_HTJ2K = Codec(name="HTJ2K lossless", guard=htj2k.guard, plugins=htj2k.PLUGINS, batch=4)
_HTJ2K_LOSSY = Codec(name="HTJ2K", guard=htj2k.guard, plugins=htj2k.PLUGINS, lossy=True)
_JPEG_XL = Codec(name="JPEG XL lossless", guard=jpeg_xl.guard, plugins=jpeg_xl.PLUGINS, ends_with_marker=False)
_JPEG_XL_LOSSY = Codec(name="JPEG XL", guard=jpeg_xl.guard, plugins=jpeg_xl.PLUGINS, lossy=True, ends_with_marker=False)
_VIDEO = Codec(name="video", guard=video.guard, plugins=video.PLUGINS, lossy=True, ends_with_marker=False)

CODECS: dict[str, Codec] = {
    "1.2.840.10008.1.2": _NATIVE,
    "1.2.840.10008.1.2.1": _NATIVE,
    "1.2.840.10008.1.2.1.99": _NATIVE,
    "1.2.840.10008.1.2.2": _NATIVE,
    "1.2.840.10008.1.2.5": _RLE,
    "1.2.840.10008.1.2.8.1": _DEFLATED,
    "1.2.840.10008.1.2.4.50": _JPEG,
    "1.2.840.10008.1.2.4.51": _JPEG_EXTENDED,
    "1.2.840.10008.1.2.4.57": _JPEG_LOSSLESS,
    "1.2.840.10008.1.2.4.70": _JPEG_LOSSLESS,
    "1.2.840.10008.1.2.4.80": _JPEG_LS,
    "1.2.840.10008.1.2.4.81": _JPEG_LS_NEAR,
    "1.2.840.10008.1.2.4.90": _JPEG2000,
    "1.2.840.10008.1.2.4.91": _JPEG2000_LOSSY,
    "1.2.840.10008.1.2.4.110": _JPEG_XL,
    "1.2.840.10008.1.2.4.111": _JPEG_XL_LOSSY,
    "1.2.840.10008.1.2.4.112": _JPEG_XL_LOSSY,
    "1.2.840.10008.1.2.4.201": _HTJ2K,
    "1.2.840.10008.1.2.4.202": _HTJ2K,
    "1.2.840.10008.1.2.4.203": _HTJ2K_LOSSY,
    **{f"1.2.840.10008.1.2.4.{number}": _VIDEO for number in range(100, 109)},
    **{f"1.2.840.10008.1.2.4.{number}.1": _VIDEO for number in range(100, 107)},
}


def codec_for(transfer_syntax_uid: str) -> Codec | None:
    """The codec of a transfer syntax, or None when nothing here reads it."""
    return CODECS.get(transfer_syntax_uid)
