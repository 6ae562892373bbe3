"""What can go wrong with this computer's disk, as one tree."""


class StorageFailure(Exception):
    """Root of everything the store raises."""


class Refused(StorageFailure):
    """The world's fault. The message says what happened, what was kept and what to do next."""

    def __str__(self) -> str:
        """The sentences alone: an ``OSError`` would put its number before them."""
        return str(self.args[-1]) if self.args else ""


class InUse(Refused):
    """Another running program holds the data folder."""


class WrongPassphrase(Refused):
    """The passphrase does not open the store."""


class NoKey(Refused):
    """The key is neither in the operating system's keyring nor given by a passphrase."""


class NewerStore(Refused):
    """The store was written by a newer version of the program."""


class DiskFull(Refused, OSError):
    """No space is left; an OSError too, so that it passes the ``FrameSource`` port as one."""


class Damaged(Refused, OSError):
    """Bytes on disk are not those that were written; an OSError too, for the same reason."""


class Absent(Refused, OSError):
    """What was asked for is not here, or not here any more."""


class Defect(StorageFailure):
    """A mistake of this program."""
