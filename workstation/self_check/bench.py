"""The bench: what several checks need, made when first asked for and taken away at the end."""

import tempfile
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from viewers.isolation.pool import Pool

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
PAGES = "viewers.objects.pages"


class Bench:
    """Isolated workers as the program uses them, and a folder that is gone afterwards."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    @cached_property
    def pool(self) -> "Pool":
        """One worker, with everything that the program preloads."""
        from viewers.isolation.pool import Pool
        from viewers.volumes.jobs import JOBS

        return self._stack.enter_context(Pool(workers=1, preload=(*JOBS, PAGES), readable=(FONTS,)))

    @cached_property
    def folder(self) -> Path:
        """An empty folder."""
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="second-opinion-self-check-")))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
