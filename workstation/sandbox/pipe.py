"""The pipe between the embedded service and the process that started it: one JSON object a line, both ways."""

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from workstation.sandbox.accounts import account_mapping
from workstation.sandbox.running import Fault

Said = dict[str, Any]


class ParentPipe:
    """The service's end: answers commands of the parent, and ends the service when the parent is gone."""

    def __init__(self, reader: TextIO, writer: TextIO) -> None:
        self._reader, self._writer = reader, writer
        self._service: Any = None

    def say(self, said: Mapping[str, object]) -> None:
        """Tell the parent."""
        try:
            self._writer.write(json.dumps(said) + "\n")
            self._writer.flush()
        except OSError:  # the parent is gone, and the reading thread ends this process
            return

    def watch(self, stop: threading.Event) -> None:
        """Read commands from now on; ``stop`` is set when the pipe ends."""
        threading.Thread(target=self._read, args=(stop,), daemon=True, name="parent pipe").start()

    def attend(self, service: Any, cases: Mapping[str, str]) -> None:
        """Tell the parent that the service answers, and how to reach it."""
        self._service = service
        said = {
            "base_url": service.base_url,
            "accounts": [account_mapping(account) for account in service.accounts],
            "timestamp_url": service.pki.timestamp_url,
            "trust": [str(path) for path in service.trust],
            "cases": dict(cases),
        }
        self.say({"ready": said})

    def _read(self, stop: threading.Event) -> None:
        for line in self._reader:
            self.say(self._answer(json.loads(line)))
        stop.set()
        if self._service is None:
            os._exit(1)  # nobody waits for the studies that are being painted

    def _answer(self, command: Said) -> Said:
        verb = getattr(self, f"_do_{command.pop('do')}")
        try:
            return {"done": verb(**command)}
        except (KeyError, ValueError, OSError) as error:
            return {"refused": f"{type(error).__name__}: {error}"}

    def _do_inject(self, faults: list[Said]) -> None:
        self._service.faults.inject(Fault(**fault) for fault in faults)

    def _do_clear_faults(self) -> None:
        self._service.faults.clear()

    def _do_requests(self) -> list[str]:
        return list(self._service.faults.log)

    def _do_read(self, reference: str) -> Said:
        kind, _, identity = reference.partition("/")
        if (found := self._service.shelf.read(kind, identity)) is None:
            raise KeyError(reference)
        resource: Said = found
        return resource

    def _do_write(self, resource: Said) -> Said:
        stored: Said = (
            self._service.shelf.update(resource) if "id" in resource else self._service.shelf.create(resource)
        )
        return stored

    def _do_add_files(self, files: list[str]) -> None:
        for file in files:
            self._service.archive.add(Path(file))

    def _do_revoke(self, username: str) -> None:
        self._service.pki.revoke(username)

    def _do_expire_tokens(self) -> None:
        self._service.grants.expire_access()
