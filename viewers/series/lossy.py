"""The lossy mark: whether pixels were ever compressed with loss, and by how much (PS3.3 C.7.6.1.1.5)."""

from viewers.series.header import Header

_LOSSY_SYNTAXES = {
    "1.2.840.10008.1.2.4.50": "JPEG",
    "1.2.840.10008.1.2.4.51": "JPEG",
    "1.2.840.10008.1.2.4.53": "JPEG",
    "1.2.840.10008.1.2.4.55": "JPEG",
    "1.2.840.10008.1.2.4.81": "JPEG-LS near-lossless",
    "1.2.840.10008.1.2.4.91": "JPEG 2000",
    "1.2.840.10008.1.2.4.203": "HTJ2K",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
}
# These syntaxes may also carry reversible streams; only the attribute tells.
_MAY_BE_LOSSLESS = frozenset(("1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203", "1.2.840.10008.1.2.4.112"))
_NEVER = frozenset(("1.2.840.10008.1.2", "1.2.840.10008.1.2.1"))  # uncompressed, as most are
_VIDEO = "1.2.840.10008.1.2.4.10"
_METHODS = {
    "ISO_10918_1": "JPEG",
    "ISO_14495_1": "JPEG-LS near-lossless",
    "ISO_15444_1": "JPEG 2000",
    "ISO_15444_15": "HTJ2K",
    "ISO_18181_1": "JPEG XL",
    "ISO_13818_2": "MPEG-2",
    "ISO_14496_10": "MPEG-4",
    "ISO_23008_2": "HEVC",
}


def lossy_mark(header: Header) -> str:
    """A sentence for the banner, empty where the pixels were never compressed with loss."""
    said = header.text("LossyImageCompression")
    if said != "01" and header.transfer_syntax in _NEVER:
        return ""
    syntax = header.transfer_syntax
    by_syntax = syntax in _LOSSY_SYNTAXES and not (syntax in _MAY_BE_LOSSLESS and said == "00")
    if said != "01" and not by_syntax and not syntax.startswith(_VIDEO):
        return ""
    methods = [_METHODS.get(method, method) for method in header.texts("LossyImageCompressionMethod") if method]
    if not methods and syntax in _LOSSY_SYNTAXES:
        methods = [_LOSSY_SYNTAXES[syntax]]
    ratios = [f"{ratio:g}:1" for ratio in header.numbers("LossyImageCompressionRatio")]
    detail = ", ".join([*methods, *ratios])
    return f"Lossy compression ({detail})" if detail else "Lossy compression"
