"""Every screen as a picture: the demo's story played once for each scale, each in a process of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from workstation.demo.stage import tell

SCALES = {"1920x1080": "1", "150-percent": "1.5"}


def main(out: Path) -> int:
    """Play the story at each scale and leave its screens below ``out``; the exit status of the first that failed."""
    for name, scale in SCALES.items():
        with tempfile.TemporaryDirectory(prefix="second-opinion-") as played:
            tell(f"Playing the demo for {name} …")
            environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
            done = subprocess.run(  # noqa: S603 - our own program
                [*_program(), "demo", "--headless", "--every-case", "--out", played], env=environment, check=False
            )
            shutil.copytree(Path(played) / "screens", out / name, dirs_exist_ok=True)
        if done.returncode:
            return done.returncode
    tell(f"Screens: {out.resolve()}")
    return 0


def _program() -> list[str]:
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "workstation"]
