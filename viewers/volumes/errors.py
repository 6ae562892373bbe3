"""What can go wrong between frames and volumes, as a tree.

VolumesError
├── Refused           the world's fault; the text says what happened and what to do next
│   └── NoVolume      these frames make no volume, or more of it than this computer can hold
└── Defect            ours
"""


class VolumesError(Exception):
    """Root of every error of this package."""


class Refused(VolumesError):
    """This cannot be had; the text is for the reader."""


class NoVolume(Refused):
    """These frames make no volume, or it does not fit."""


class Defect(VolumesError):
    """An error of the program itself."""
