"""The timeline: what was done last, in the images or in the opinion, so that one key undoes anything."""

from typing import Protocol

from viewers.widgets.image_area import ImageArea
from workstation.desktop.opinion_draft import OpinionDraft


class Undoable(Protocol):
    """Something with an undo of its own."""

    def undo(self) -> bool:
        """Go one step back; whether there was one."""
        ...

    def redo(self) -> bool:
        """Go one step forward again; whether there was one."""
        ...


class Timeline:
    """Remembers in which order marks and words changed."""

    def __init__(self) -> None:
        self._done: list[Undoable] = []
        self._undone: list[Undoable] = []
        self._stepping = False
        self._images: ImageArea | None = None

    def watch(self, images: ImageArea, draft: OpinionDraft) -> None:
        """Forget what was before and watch these two."""
        self._done.clear()
        self._undone.clear()
        if self._images is None:
            images.board().changed(lambda: self._did(images.board()))
        self._images = images
        draft.edited.connect(lambda: self._did(draft))

    def undo(self) -> bool:
        """Take back the newest change; whether there was one."""
        return self._step(self._done, self._undone, forwards=False)

    def redo(self) -> bool:
        """Do again what was taken back; whether there was something."""
        return self._step(self._undone, self._done, forwards=True)

    def _did(self, what: Undoable) -> None:
        if not self._stepping:
            self._done.append(what)
            self._undone.clear()

    def _step(self, source: list[Undoable], target: list[Undoable], *, forwards: bool) -> bool:
        self._stepping = True
        try:
            while source:
                what = source.pop()
                if what.redo() if forwards else what.undo():
                    target.append(what)
                    return True
        finally:
            self._stepping = False
        return False
