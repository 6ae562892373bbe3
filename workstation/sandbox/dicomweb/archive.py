"""The archive: DICOM files as they were received, and what is known of each without opening it again."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workstation.sandbox.database import Database
from workstation.sandbox.dicomweb.reading import Header, read_header

COLUMNS: Final = "sop, series, study, path, size, sha256, syntax, attributes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One archived instance.

    Attributes:
        attributes: its data set in the DICOM JSON model (PS3.18 F), without pixels and other bulk.
    """

    sop: str
    series: str
    study: str
    path: Path
    size: int
    sha256: str
    syntax: str
    attributes: Mapping[str, Any]


class DuplicateError(Exception):
    """Other bytes are archived under this SOP Instance UID."""


class Archive:
    """Instances by UID. What is stored is never changed."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, path: Path) -> Header:
        """Archive a file where it lies (it must stay there unchanged).

        Raises:
            UnreadableError: it is no DICOM.
            DuplicateError: other bytes have its UID.
        """
        header = read_header(path)
        self._register(header, path)
        return header

    def keep(self, content: bytes, header: Header) -> None:
        """Archive received bytes durably: written, synchronised, renamed, then registered.

        Raises:
            DuplicateError: other bytes have its UID.
        """
        target = self._folder / header.study / f"{header.sop}.dcm"
        found = self.find(header.sop)
        if found is not None:
            self._compare(found, hashlib.sha256(content).hexdigest())
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(target)
        self._register(header, target)

    def find(self, sop: str) -> Instance | None:
        """The instance with this UID."""
        found = self.instances("sop = ?", [sop])
        return found[0] if found else None

    def instances(self, where: str, values: Sequence[object]) -> list[Instance]:
        """Instances that fit an SQL condition of this package, by series, number and UID."""
        columns = "sop, series, study, path, size, sha256, syntax, attributes"
        statement = f"SELECT {columns} FROM instance WHERE {where} ORDER BY study, series, number, sop"  # noqa: S608
        with self._database.transaction() as connection:
            rows = connection.execute(statement, list(values)).fetchall()
        return [
            Instance(
                sop=row[0], series=row[1], study=row[2], path=Path(row[3]), size=row[4], sha256=row[5], syntax=row[6],
                attributes=json.loads(row[7]),
            )
            for row in rows
        ]  # fmt: skip

    def first_of_each(self, level: str, where: str, values: Sequence[object]) -> list[tuple[Instance, int]]:
        """One instance of every study or series (``level``) that fits, and how many instances that has."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                f"SELECT MIN(sop), COUNT(*) FROM instance WHERE {where} GROUP BY {level} ORDER BY study, series",  # noqa: S608
                list(values),
            ).fetchall()
        return [(found, count) for sop, count in rows if (found := self.find(sop)) is not None]

    def series_of(self, study: str) -> list[tuple[str, str]]:
        """(series UID, modality) of a study."""
        firsts = self.first_of_each("series", "study = ?", [study])
        return [(first.series, _text(first.attributes, "00080060")) for first, _ in firsts]

    def _register(self, header: Header, path: Path) -> None:
        digest, size = _digest(path), path.stat().st_size
        with self._database.transaction() as connection:
            found = self.find(header.sop)
            if found is not None:
                self._compare(found, digest)
                return
            row = (
                header.sop, header.series, header.study, header.number, str(path), size, digest, header.syntax,
                json.dumps(header.attributes, separators=(",", ":")),
            )  # fmt: skip
            connection.execute("INSERT INTO instance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _compare(self, found: Instance, digest: str) -> None:
        if found.sha256 != digest:
            raise DuplicateError(f"Other bytes are archived as {found.sop}.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(attributes: Mapping[str, Any], tag: str) -> str:
    values = attributes.get(tag, {}).get("Value", [""])
    return str(values[0]) if values else ""
