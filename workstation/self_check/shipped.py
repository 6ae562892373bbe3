"""Checks of what is shipped: versions of what decodes hostile bytes, and what a frozen program must not hold."""

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from workstation.self_check.check import Check, Wrong

# A GPL decoder, a JPEG-LS decoder with a known flaw, GPL encoders, a browser engine, readers of files in VTK, and a
# codec library that dies of damaged frames.
NOT_SHIPPED = ("libjpeg", "jpeg_ls", "av", "PySide6.QtWebEngineCore", "vtkmodules.vtkIOImage", "gdcm")
DECODERS = ("imagecodecs", "simplejpeg", "pylibjpeg-openjpeg", "pylibjpeg-rle", "pydicom", "pypdfium2", "pillow", "vtk")


def checks() -> Sequence[Check]:
    """The program itself, then what it is made of."""
    return (
        Check(name="program", run=_program),
        Check(name="libraries", run=_libraries),
        Check(name="left out", run=_left_out),
    )


def frozen() -> bool:
    """Whether this is the bundle."""
    return bool(getattr(sys, "frozen", False))


def _program() -> str:
    from workstation import __version__

    python = ".".join(map(str, sys.version_info[:3]))
    return f"second-opinion {__version__}, Python {python}, {sys.platform}, {'frozen' if frozen() else 'installed'}"


def _libraries() -> str:
    said, missing = [], []
    for name in DECODERS:
        try:
            said.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        raise Wrong(f"not installed: {', '.join(missing)}")
    return ", ".join(said)


def _left_out() -> str:
    """The bundle holds none of it; an installation by pip may, since other programs share its packages."""
    found = [name for name in NOT_SHIPPED if _there(name)]
    if found and frozen():
        raise Wrong(f"the bundle holds {', '.join(found)}")
    return f"installed, not used here: {', '.join(found)}" if found else f"none of {', '.join(NOT_SHIPPED)}"


def _there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
