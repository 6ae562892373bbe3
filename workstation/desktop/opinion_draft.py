"""The draft under the pen: the present opinion, what can be undone, and its way to the disk within a second."""

import logging
import unicodedata
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from workstation.desktop.errands import Errands
from workstation.opinions import drafts, edits
from workstation.opinions.drafts import DraftShelf
from workstation.opinions.evidence import Evidence
from workstation.opinions.opinion import Opinion
from workstation.opinions.template import Template

PAUSE_MS = 400
AGAIN_MS = 5_000
DEEPEST = 200
_BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\r": "\n", "\x85": "\n"})
Edit = Callable[[Opinion], Opinion]
_log = logging.getLogger(__name__)


def printable(text: str) -> str:
    """A typed or pasted text without what no page can show; word processors break lines by a vertical tab."""
    broken = text.replace("\r\n", "\n").translate(_BREAKS)
    return "".join(sign for sign in broken if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))


class OpinionDraft(QObject):
    """One case's draft. Every edit makes a new opinion; ``changed`` carries it; saving never blocks the window.

    ``edited`` is emitted once for each step that ``undo`` can take back; ``save_failed`` once until saving works again:
    it is tried again every few seconds.
    """

    changed = Signal(object)
    edited = Signal()
    saved = Signal(int)
    save_failed = Signal(object)

    def __init__(
        self, opinion: Opinion, template: Template, shelf: DraftShelf, errands: Errands, *, revision: int = 0
    ) -> None:
        super().__init__()
        self.opinion = opinion
        self.template = template
        self.revision = revision
        self._shelf = shelf
        self._errands = errands
        self._done: list[Opinion] = []
        self._undone: list[Opinion] = []
        self._key = ""
        self._kept = opinion if revision else None
        self._writing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.save)
        self._failing = False

    def edit(self, change: Edit, *, key: str = "") -> None:
        """Apply an edit; consecutive edits with the same ``key`` (typing in one field) are undone together."""
        new = change(self.opinion)
        if new == self.opinion:
            return
        if not key or key != self._key:
            self._done = [*self._done[-DEEPEST:], self.opinion]
            self.edited.emit()
        self._undone.clear()
        self._key = key
        self._become(new)

    def write(self, section: str, field: str, text: str, row: str = "") -> None:
        """Write one field."""
        plain = printable(text)
        self.edit(lambda opinion: edits.put(opinion, section, field, plain, row=row), key=f"{section}/{row}/{field}")

    def cite(self, evidence: Evidence, section: str, row: str) -> None:
        """Let a row rest on the evidence."""
        self.edit(lambda opinion: edits.cite(opinion, evidence, section, row=row))

    def note(self, change: Edit) -> None:
        """Apply something that is not the reader's writing (what was on the screen): kept, but not undone."""
        new = change(self.opinion)
        if new != self.opinion:
            self._become(new)

    def undo(self) -> bool:
        """Go one edit back; whether there was one."""
        return self._step(self._done, self._undone)

    def redo(self) -> bool:
        """Go one edit forward again; whether there was one."""
        return self._step(self._undone, self._done)

    @property
    def unsaved(self) -> bool:
        """Whether the disk does not yet have what the window shows."""
        return self._kept is not self.opinion

    def save(self) -> None:
        """Put the draft on the shelf from another thread; at most one at a time, the newest always wins."""
        if not self.unsaved or self._writing:
            return
        self._writing = True
        self.revision += 1
        opinion, revision = self.opinion, self.revision
        self._errands.send(
            f"save {opinion.case.id}",
            lambda _leash: drafts.save(self._shelf, opinion, revision),
            arrived=lambda _none: self._written(opinion, revision),
            failed=self._not_written,
        )

    def save_now(self) -> None:
        """Put the draft on the shelf before returning: when the case, the lock or the program closes."""
        self._timer.stop()
        if self.unsaved:
            self.revision += 1
            drafts.save(self._shelf, self.opinion, self.revision)
            self._kept = self.opinion

    def _become(self, opinion: Opinion) -> None:
        self.opinion = opinion
        if not self._timer.isActive():
            self._timer.start()
        self.changed.emit(opinion)

    def _step(self, source: list[Opinion], target: list[Opinion]) -> bool:
        if not source:
            return False
        target.append(self.opinion)
        self._key = ""
        self._become(source.pop())
        return True

    def _written(self, opinion: Opinion, revision: int) -> None:
        self._writing = False
        self._failing = False
        self._kept = opinion
        self.saved.emit(revision)
        if self.unsaved:
            self._timer.start()

    def _not_written(self, error: BaseException) -> None:
        self._writing = False
        _log.error("draft not saved: %s", type(error).__name__)
        QTimer.singleShot(AGAIN_MS, self, self.save)
        if not self._failing:
            self._failing = True
            self.save_failed.emit(error)
