"""What can go wrong behind the wall, as a tree.

IsolationError
├── Refused   the world's fault: the bytes are damaged, lie, or want too much; the text is for the reader
└── Defect    ours: a job that does not exist, a pool used after it was closed
"""

_LONGEST_SENTENCE = 400


def sentence(told: object) -> str:
    """What a worker told, which may be anything, as one line short enough for a reader."""
    words = "".join(letter if letter.isprintable() else " " for letter in str(told)[:_LONGEST_SENTENCE])
    return words.strip() or "It cannot be read."


class IsolationError(Exception):
    """Root of every error of this package."""


class Refused(IsolationError):
    """These bytes are not accepted; the text says what happened and what to do next, without patient text.

    Jobs may raise it (or a subclass) inside a worker: the caller gets ``{"refused": text}``.
    """


class Defect(IsolationError):
    """An error of the program itself."""
