"""What can go wrong between a file and an object that is no image, as a tree.

ObjectsError
├── Refused   the world's fault: damaged, or not what it says; the text says what to do next
└── Defect    ours
"""


class ObjectsError(Exception):
    """Root of every error of this package."""


class Refused(ObjectsError):
    """This object cannot be shown; the text is for the reader."""


class Defect(ObjectsError):
    """An error of the program itself."""
