"""The command line: ``second-opinion`` opens the window; demo, sandbox, verify, self-check, screenshots beside it."""

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

PROGRAM = "second-opinion"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit status. Only what the command needs is imported."""
    if getattr(sys, "frozen", False) and _served_as_child():
        return 0
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # libraries quote names and identifiers of headers that they find odd
    given = list(sys.argv[1:] if arguments is None else arguments)
    command, rest = (given[0], given[1:]) if given and given[0] in COMMANDS else ("window", given)
    if given and given[0] in ("-h", "--help"):
        sys.stdout.write(f"{_help()}\n")
        return 0
    if given and given[0] == "--version":
        from workstation import __version__

        sys.stdout.write(f"{PROGRAM} {__version__}\n")
        return 0
    return COMMANDS[command](rest)


def window(arguments: Sequence[str]) -> int:
    """Open the window."""
    parser = argparse.ArgumentParser(prog=PROGRAM, description="The specialist's workstation.", epilog=_help())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data-dir", metavar="FOLDER", help="where cases rest (default: the user's data folder)")
    chosen = parser.parse_args(list(arguments))
    from workstation.window import open_window

    return open_window(chosen.data_dir)


def demo(arguments: Sequence[str]) -> int:
    """The window on the embedded service, or the whole job played off-screen."""
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} demo", description="The window on the embedded central service.")
    parser.add_argument("--headless", action="store_true", help="play the whole job without a display")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where documents and screens are left")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="serve this folder of DICOM as a case")
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="where this demo keeps its cases")
    parser.add_argument("--every-case", action="store_true", help="begin when every sample case is painted, not one")
    chosen = parser.parse_args(list(arguments))
    if chosen.data is not None and not chosen.data.is_dir():
        parser.error(f"There is no folder {chosen.data}.")
    from workstation.demo.play import main as play

    return play(
        headless=chosen.headless,
        out=chosen.out,
        data=chosen.data,
        data_dir=chosen.data_dir,
        every_case=chosen.every_case,
    )


def sandbox(arguments: Sequence[str]) -> int:
    """The embedded central service alone."""
    from workstation.sandbox.serving import main as serve

    return serve(arguments)


def verify(arguments: Sequence[str]) -> int:
    """Verify a signed file: 0 unchanged and trusted, 1 changed, 2 unreadable, 3 unchanged but signer unknown."""
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} verify", description="Verify a signed opinion.")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--trust", type=Path, action="append", default=[], metavar="PEM", help="a trusted authority")
    chosen = parser.parse_args(list(arguments))
    from workstation.signing.verifying import main as check

    return check(chosen.file, chosen.trust)


def self_check(arguments: Sequence[str]) -> int:
    """What an installed program checks of itself."""
    argparse.ArgumentParser(prog=f"{PROGRAM} self-check", description="Check this installation.").parse_args(
        list(arguments)
    )
    from workstation.self_check import main as check

    return check()


def screenshots(arguments: Sequence[str]) -> int:
    """Every screen as a picture."""
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} screenshots", description="Every screen as a picture.")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"), metavar="DIR")
    chosen = parser.parse_args(list(arguments))
    from workstation.demo.screenshots import main as take

    return take(chosen.out)


COMMANDS = {
    "window": window,
    "demo": demo,
    "sandbox": sandbox,
    "verify": verify,
    "self-check": self_check,
    "screenshots": screenshots,
}


def _served_as_child() -> bool:
    """A frozen program is also the interpreter of its isolated workers; true when this start was such a one."""
    import multiprocessing

    from viewers.isolation.nursery import served

    multiprocessing.freeze_support()
    return served(sys.argv)


def _help() -> str:
    lines = [f"  {PROGRAM} {name:12} {(run.__doc__ or '').strip()}" for name, run in COMMANDS.items()]
    return "commands:\n" + "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
