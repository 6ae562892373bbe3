"""Drafts, parcels and small texts at rest under the database key."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from workstation.outbox.parcel import Parcel
from workstation.storage.database import Database, Statements
from workstation.storage.failures import Absent, Damaged
from workstation.storage.records import from_text, to_text


class EncryptedDraftShelf:
    """One draft a case, and the key pictures that its evidence names by digest."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, case_id: str, revision: int, text: str) -> None:
        """Save the draft, durably; an older revision never replaces a newer one."""
        self._database.write(
            "INSERT INTO drafts VALUES (?, ?, ?) ON CONFLICT (case_id) DO UPDATE "
            "SET revision = excluded.revision, body = excluded.body WHERE excluded.revision >= revision",
            (case_id, revision, text),
        )

    def get(self, case_id: str) -> tuple[int, str] | None:
        """(revision, text) of the draft, or None."""
        for revision, text in self._database.rows("SELECT revision, body FROM drafts WHERE case_id = ?", (case_id,)):
            return int(revision), str(text)
        return None

    def put_picture(self, case_id: str, sha256: str, png: bytes) -> None:
        """Keep a key picture under its own digest; doing it twice is harmless."""
        self._database.write(
            "INSERT OR IGNORE INTO pictures VALUES (?, ?, ?)", (case_id, sha256, _as_signed(png, sha256))
        )

    def picture(self, case_id: str, sha256: str) -> bytes:
        """The key picture with this digest."""
        query = "SELECT content FROM pictures WHERE case_id = ? AND sha256 = ?"
        for (content,) in self._database.rows(query, (case_id, sha256)):
            return _as_signed(bytes(content), sha256)
        raise Absent(2, "This key picture is not stored here. Take it again from the view.")


_BUNDLE = ":bundle"  # no file is called so
_PUT_BYTES = """
    INSERT INTO artefacts VALUES (?, ?, ?) ON CONFLICT (parcel_id, name) DO UPDATE
    SET content = excluded.content WHERE content IS NOT excluded.content
"""


class EncryptedParcelShelf:
    """Fulfils ``ParcelShelf``: a parcel's words in one row, each artefact's bytes and the bundle in their own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._here: dict[str, dict[str, str]] = {}  # what this program wrote already: parcel → name → digest

    def put(self, parcel: Parcel) -> None:
        """Keep the parcel and its artefacts in one durable transaction; bytes that are here are not written again."""
        bare = replace(
            parcel, bundle="", artefacts=tuple(replace(artefact, content=b"") for artefact in parcel.artefacts)
        )
        bundle = parcel.bundle.encode()
        pieces = {artefact.name: artefact.content for artefact in parcel.artefacts} | {_BUNDLE: bundle}
        digests = {artefact.name: artefact.sha256 for artefact in parcel.artefacts}
        digests[_BUNDLE] = hashlib.sha256(bundle).hexdigest()
        here = self._here.get(parcel.id, {})

        def keep(statements: Statements) -> None:
            statements.run(
                "INSERT INTO parcels VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                (parcel.id, to_text(bare)),
            )
            for name, content in pieces.items():
                if here.get(name) != digests[name]:
                    statements.run(_PUT_BYTES, (parcel.id, name, content))

        self._database.durably(keep)
        self._here[parcel.id] = digests

    def get(self, parcel_id: str) -> Parcel | None:
        """The parcel with its bytes, each compared with its digest, or None."""
        for (body,) in self._database.rows("SELECT body FROM parcels WHERE id = ?", (parcel_id,)):
            return self._whole(from_text(body, Parcel))
        return None

    def all(self) -> Sequence[Parcel]:
        """Every parcel."""
        rows = self._database.rows("SELECT body FROM parcels ORDER BY rowid")
        return [self._whole(from_text(body, Parcel)) for (body,) in rows]

    def _whole(self, bare: Parcel) -> Parcel:
        rows = self._database.rows("SELECT name, content FROM artefacts WHERE parcel_id = ?", (bare.id,))
        contents = {str(name): bytes(content) for name, content in rows}
        return replace(
            bare,
            bundle=contents[_BUNDLE].decode() if _BUNDLE in contents else bare.bundle,
            artefacts=tuple(
                replace(artefact, content=_as_signed(contents[artefact.name], artefact.sha256))
                for artefact in bare.artefacts
            ),
        )


class TextShelf:
    """Small named texts: tokens, settings, where one was."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, name: str, value: str) -> None:
        """Keep the text, durably."""
        self._database.write(
            "INSERT INTO texts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, value)
        )

    def get(self, name: str) -> str | None:
        """The text, or None."""
        for (value,) in self._database.rows("SELECT value FROM texts WHERE name = ?", (name,)):
            return str(value)
        return None

    def remove(self, name: str) -> None:
        """Forget the text."""
        self._database.write("DELETE FROM texts WHERE name = ?", (name,))


def _as_signed(content: bytes, sha256: str) -> bytes:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Damaged(5, "A signed file on this disk is not what was signed. It is not sent; keep the data folder.")
    return content
