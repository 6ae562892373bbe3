"""What a display set is called that has no picture of its own, as people say it."""

from viewers.series.display_set import DisplaySet, Kind

WITHOUT_PICTURE = {
    Kind.SEG: "segmentation",
    Kind.RTSTRUCT: "contours",
    Kind.SR: "structured report",
    Kind.KOS: "list of key images",
    Kind.PR: "presentation state",
    Kind.WAVEFORM: "waveform",
    Kind.SPECTROSCOPY: "spectroscopy",
    Kind.PDF: "document",
    Kind.CDA: "document",
    Kind.DOCUMENT: "document",
    Kind.STL: "surface model",
}


def kind_words(item: DisplaySet) -> str:
    """What an object is that has no picture, as people say it."""
    return WITHOUT_PICTURE.get(item.kind, "data without a picture")
