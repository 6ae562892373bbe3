"""The lock that one running program holds on a data folder: the operating system's, gone with the process."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from workstation.storage.failures import InUse


class FolderLock:
    """Held from construction to ``release``.

    Raises:
        InUse: another program holds the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._descriptor)
        except OSError:
            os.close(self._descriptor)
            raise InUse(
                "The program is already running with this data folder. Nothing was opened; use the window that is open."
            ) from None

    def release(self) -> None:
        """Let go of the folder."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
