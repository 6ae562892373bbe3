"""Drafts at rest: the shelf's port, and how an opinion is put on it and taken from it."""

from functools import partial
from typing import Protocol

from workstation.opinions.errors import DraftRefused
from workstation.opinions.json_form import pictures, read, write
from workstation.opinions.opinion import Opinion


class DraftShelf(Protocol):
    """Drafts on this computer, encrypted; each ``put`` is one durable transaction."""

    def put(self, case_id: str, revision: int, text: str) -> None:
        """Keep the draft's JSON text; ``revision`` counts saves upwards, a lower one than the kept one is refused."""
        ...

    def get(self, case_id: str) -> tuple[int, str] | None:
        """The newest kept draft, or None."""
        ...

    def put_picture(self, case_id: str, sha256: str, png: bytes) -> None:
        """Keep an evidence picture under its own digest; doing it twice is harmless."""
        ...

    def picture(self, case_id: str, sha256: str) -> bytes | None:
        """The picture with that digest, or None."""
        ...


def save(shelf: DraftShelf, opinion: Opinion, revision: int) -> None:
    """Keep the opinion: pictures first, so that a kept text never names a picture that is not there."""
    for digest, png in pictures(opinion).items():
        shelf.put_picture(opinion.case.id, digest, png)
    shelf.put(opinion.case.id, revision, write(opinion).decode())


def restore(shelf: DraftShelf, case_id: str) -> tuple[int, Opinion] | None:
    """The kept draft and its revision, or None where there is none.

    Raises:
        DraftRefused: the draft cannot be read, or one of its pictures is gone or changed.
    """
    kept = shelf.get(case_id)
    if kept is None:
        return None
    revision, text = kept
    return revision, read(text, partial(_picture, shelf, case_id))


def _picture(shelf: DraftShelf, case_id: str, digest: str) -> bytes:
    found = shelf.picture(case_id, digest)
    if found is None:
        raise DraftRefused("A key picture of the draft is missing; the draft was kept. Cite the image again.")
    return found
