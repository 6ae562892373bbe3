"""What an installed program checks of itself: no patient data, no network, one line per check."""

from workstation.self_check.running import main

__all__ = ["main"]
