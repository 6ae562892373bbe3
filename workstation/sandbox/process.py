"""How this program starts itself again as a child: from a checkout, an installation or a frozen bundle."""

import os
import sys
from pathlib import Path


def program() -> list[str]:
    """The command that runs ``second-opinion sandbox``."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "sandbox"]
    return [sys.executable, "-m", "workstation.sandbox"]


def environment() -> dict[str, str]:
    """The environment in which ``program`` finds this package from any folder."""
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}
