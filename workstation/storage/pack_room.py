"""The room of packs: each case's folder and key, the packs being written and those being read."""

import shutil
import threading
from pathlib import Path

from workstation.storage.database import Database, Statements
from workstation.storage.envelope import new_key, unwrap, wrap
from workstation.storage.failures import Absent
from workstation.storage.packs import PackReader, PackWriter, random_name

_PACK_BYTES = 1024 * 1024 * 1024


class PackRoom:
    """Every pack of every case; from any thread.

    Args:
        database: knows folders, packs and wrapped keys.
        folder: where the packs lie.
        key: wraps every case's own key.
    """

    def __init__(self, database: Database, folder: Path, key: bytes) -> None:
        self._database = database
        self._root = folder
        self._key = key
        self._lock = threading.RLock()
        self._writers: dict[str, tuple[int, PackWriter]] = {}
        self._readers: dict[int, PackReader] = {}
        self._set_aside: list[PackWriter] = []

    def writer(self, case_id: str) -> tuple[int, PackWriter]:
        """(number, pack) to append to: a new one for each run of the program, and when one has grown large or broke."""
        with self._lock:
            current = self._writers.get(case_id)
            if current is not None and current[1].broken:
                self._set_aside.append(current[1])  # others may still hold it: its descriptor stays taken
                current = None
            if current is None or current[1].size > _PACK_BYTES:
                current = self._writers[case_id] = self._begin(case_id)
            return current

    def reader(self, case_id: str, pack: int) -> PackReader:
        """The pack with this number, open for reading."""
        with self._lock:
            if pack not in self._readers:
                rows = self._database.rows("SELECT name FROM packs WHERE id = ? AND case_id = ?", (pack, case_id))
                path = self._folder(case_id) / str(rows[0][0])
                self._readers[pack] = PackReader(path, self._case_key(case_id))
            return self._readers[pack]

    def forget(self, case_id: str) -> None:
        """Destroy the case's key, then what it covered: without the key every copy of a pack is noise."""
        with self._lock:
            folder = self._folder(case_id)
            self._close_files(case_id)

            def destroy(statements: Statements) -> None:
                statements.run("UPDATE cases SET wrapped_key = NULL WHERE id = ?", (case_id,))
                statements.run("DELETE FROM items WHERE case_id = ?", (case_id,))
                statements.run("DELETE FROM packs WHERE case_id = ?", (case_id,))

            self._database.durably(destroy)  # on a full disk this is what makes room
            self._database.erase_traces()
            if folder.exists():
                shutil.rmtree(folder)

    def sweep(self) -> None:
        """Remove what no row names: folders and packs that a stopped run left behind."""
        known = {
            str(folder) for (folder,) in self._database.rows("SELECT folder FROM cases WHERE wrapped_key IS NOT NULL")
        }
        packs = {
            str(name)
            for (name,) in self._database.rows("SELECT DISTINCT name FROM packs JOIN items ON pack = packs.id")
        }
        for folder in self._root.iterdir():
            if folder.name not in known:
                shutil.rmtree(folder)
                continue
            for path in folder.iterdir():
                if path.name not in packs:
                    path.unlink()
        self._database.write("DELETE FROM packs WHERE id NOT IN (SELECT pack FROM items)")

    def close(self) -> None:
        """Close every pack."""
        with self._lock:
            for writer in (*self._set_aside, *(writer for _, writer in self._writers.values())):
                writer.close()
            self._set_aside.clear()
            for reader in self._readers.values():
                reader.close()
            self._writers.clear()
            self._readers.clear()

    def _begin(self, case_id: str) -> tuple[int, PackWriter]:
        folder, name = self._folder(case_id), f"{random_name()}.pack"
        key = self._case_key(case_id, renew=True)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._database.transaction() as statements:
            number = statements.run("INSERT INTO packs (case_id, name) VALUES (?, ?)", (case_id, name))
        return number, PackWriter(folder / name, key)

    def _folder(self, case_id: str) -> Path:
        for (folder,) in self._database.rows("SELECT folder FROM cases WHERE id = ?", (case_id,)):
            return self._root / str(folder)
        raise Absent(2, "This case is not stored here. Fetch it from the worklist.")

    def _case_key(self, case_id: str, *, renew: bool = False) -> bytes:
        ((sealed,),) = self._database.rows("SELECT wrapped_key FROM cases WHERE id = ?", (case_id,))
        if sealed is None and not renew:
            raise Absent(2, "The images of this case were forgotten after delivery. Fetch the case again to see them.")
        if sealed is None:
            sealed = wrap(new_key(), self._key, f"case {case_id}")
            self._database.write("UPDATE cases SET wrapped_key = ? WHERE id = ?", (sealed, case_id))
        return unwrap(sealed, self._key, f"case {case_id}")

    def _close_files(self, case_id: str) -> None:
        current = self._writers.pop(case_id, None)
        if current is not None:
            current[1].close()
        for (pack,) in self._database.rows("SELECT id FROM packs WHERE case_id = ?", (case_id,)):
            reader = self._readers.pop(pack, None)
            if reader is not None:
                reader.close()
