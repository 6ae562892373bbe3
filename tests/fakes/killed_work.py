"""One fetch or delivery with the real store, in a process that ends as by ``kill -9`` at a chosen durable write.

``python -m tests.fakes.killed_work '{"folder", "fhir", "tokens", "case", "job", "kill_at"}'``
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.fakes.jobs import DirectParser
from tests.fakes.shelves import FakeTokenShelf
from workstation.review.deliver import DeliveryTools, deliver
from workstation.review.fetch_case import FetchTools, fetch_case
from workstation.service.address import ServiceAddress
from workstation.service.central import CentralService
from workstation.storage.store import Store, unlock

PASSPHRASE = "correct horse battery staple"


class Deadly:
    """A shelf whose n-th durable write (``put``, ``commit``) never happens: the process is gone."""

    def __init__(self, inner: Any, count: Callable[[], None]) -> None:
        self._inner, self._count = inner, count

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name == "receive":
            return lambda *parts, **more: Deadly(found(*parts, **more), self._count)
        if name not in {"put", "commit"}:
            return found

        def counted(*parts: Any, **more: Any) -> Any:
            self._count()
            return found(*parts, **more)

        return counted


def counting(kill_at: int) -> Callable[[], None]:
    """Counts calls; the one with number ``kill_at`` kills."""
    lock, seen = threading.Lock(), [0]

    def count() -> None:
        with lock:
            seen[0] += 1
            if seen[0] == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    return count


def now() -> datetime:
    """Now."""
    return datetime.now(UTC)


def fetch(store: Store, client: CentralService, case_id: str, count: Callable[[], None]) -> None:
    """Fetch the case."""
    with ThreadPoolExecutor(4) as threads:
        tools = FetchTools(
            source=client,
            shelf=Deadly(store.cases, count),
            parser=DirectParser(),
            audit=store.audit,
            executor=threads,
        )
        fetch_case(client.case(case_id), tools)


def send(store: Store, client: CentralService, count: Callable[[], None]) -> None:
    """Deliver the only parcel."""
    (parcel,) = store.parcels.all()
    tools = DeliveryTools(
        courier=client,
        parcels=Deadly(store.parcels, count),
        audit=store.audit,
        complete=lambda one: one,
        clock=now,
        draw=lambda: 0.0,
    )
    deliver(parcel.id, tools)


def main(told: dict[str, Any]) -> None:
    """Do the job."""
    tokens = FakeTokenShelf()
    tokens.texts.update(told["tokens"])
    client = CentralService(ServiceAddress(fhir=told["fhir"]), tokens, clock=now)
    store = unlock(Path(told["folder"]), passphrase=PASSPHRASE)
    count = counting(told["kill_at"])
    if told["job"] == "fetch":
        fetch(store, client, told["case"], count)
    else:
        send(store, client, count)
    client.close()
    store.close()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
