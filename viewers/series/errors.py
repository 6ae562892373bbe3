"""What can go wrong between a file and its display sets, as a tree.

SeriesError
├── Refused   the world's fault: damaged, locked, unknown; the text says what to do next
└── Defect    ours
"""


class SeriesError(Exception):
    """Root of every error of this package."""


class Refused(SeriesError):
    """This cannot be shown; the text is for the reader."""


class Defect(SeriesError):
    """An error of the program itself."""
