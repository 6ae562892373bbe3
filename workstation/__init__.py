"""The specialist's work: a case pulled, read, answered, signed and provably delivered."""

__version__ = "0.1.0"
