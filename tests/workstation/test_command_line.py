"""The command line as a whole."""

import subprocess
import sys

ODD_NAME = """
import sys, warnings
from workstation.__main__ import main
main(["--version"])
warnings.warn('The string "Canaryfeather" is unlikely to represent the intended person name')
"""


def test_what_a_library_says_of_an_odd_name_does_not_reach_terminal_or_log() -> None:
    done = subprocess.run([sys.executable, "-c", ODD_NAME], capture_output=True, text=True, check=True)
    assert "Canaryfeather" not in done.stderr
    asked = subprocess.run(
        [sys.executable, "-W", "default", "-c", ODD_NAME], capture_output=True, text=True, check=True
    )
    assert "Canaryfeather" in asked.stderr
