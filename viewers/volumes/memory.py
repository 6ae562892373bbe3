"""How much memory this computer can spare before it begins to swap."""

import os
from pathlib import Path

_RESERVE = 512 << 20
_FALLBACK = 2 << 30


def spare_bytes() -> int:
    """Bytes that may be taken now without swapping, a reserve for the system left untouched."""
    return max(0, _available() - _RESERVE)


def _available() -> int:
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return _by_pages()


def _by_pages() -> int:
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return _FALLBACK
