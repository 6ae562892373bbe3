"""A central service for parcels, in memory: keeps what it is sent, can lose any answer, refuse, change or forget."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from workstation.cases.refusals import Conflict, Unreachable
from workstation.outbox.parcel import Artefact
from workstation.outbox.ports import TaskView

OPEN = TaskView(version="7", status="in-progress", owner_is_me=True, material_digest="m")


class Killed(BaseException):
    """The process ended here, as by ``kill -9``."""


class FakeCourier:
    """The service's own state plus a plan of what goes wrong.

    Attributes:
        view: the Task as it is now.
        objects: DICOM bytes by SOP Instance UID.
        resources: FHIR resources by ``Type/id``, in order of creation.
        stored: how often each SOP Instance UID was stored anew.
        before, after: called with the method's name before and after each call does its work; they may raise.
    """

    def __init__(self, view: TaskView = OPEN) -> None:
        self.view = view
        self.objects: dict[str, bytes] = {}
        self.resources: dict[str, dict[str, object]] = {}
        self.stored: dict[str, int] = {}
        self.completions = 0
        self.calls: list[str] = []
        self.before: Callable[[str], None] = lambda _name: None
        self.after: Callable[[str], None] = lambda _name: None
        self.rejects: Mapping[str, str] = {}
        self.change: Callable[[bytes], bytes] = lambda content: content

    def task(self, case_id: str) -> TaskView:
        assert case_id
        self._begin("task")
        view = self.view
        self.after("task")
        return view

    def store(self, artefacts: Sequence[Artefact]) -> Mapping[str, str]:
        self._begin("store")
        for one in artefacts:
            if one.sop_uid not in self.rejects and one.sop_uid not in self.objects:
                self.objects[one.sop_uid] = self.change(one.content)
                self.stored[one.sop_uid] = self.stored.get(one.sop_uid, 0) + 1
        self.after("store")
        return {one.sop_uid: self.rejects.get(one.sop_uid, "") for one in artefacts}

    def read_back(self, artefact: Artefact) -> bytes | None:
        self._begin("read_back")
        found = self.objects.get(artefact.sop_uid)
        self.after("read_back")
        return found

    def commit(self, case_id: str, version: str, bundle: str) -> str:
        self._begin("commit")
        if version != self.view.version:
            raise Conflict(f"{case_id} moved on")
        for entry in json.loads(bundle)["entry"]:
            resource = entry["resource"]
            if not any(self._same(resource, held) for held in self.resources.values()):
                name = f"{resource['resourceType']}/{len(self.resources) + 1}"
                self.resources[name] = {**resource, "id": name.partition("/")[2], "meta": {"versionId": "1"}}
        self.view = replace(self.view, version=str(int(self.view.version) + 1), status="completed")
        self.completions += 1
        version = self.view.version
        self.after("commit")
        return version

    def find(self, identifier: str, kinds: Sequence[str]) -> Mapping[str, bytes]:
        assert kinds
        self._begin("find")
        found = {
            name: json.dumps(one).encode() for name, one in self.resources.items() if identifier in json.dumps(one)
        }
        self.after("find")
        return found

    def _begin(self, name: str) -> None:
        self.calls.append(name)
        self.before(name)

    @staticmethod
    def _same(resource: Mapping[str, object], held: Mapping[str, object]) -> bool:
        return (resource["resourceType"], resource.get("identifier")) == (held["resourceType"], held.get("identifier"))


def failing_once(name: str, failure: BaseException | None = None, *, skip: int = 0) -> Callable[[str], None]:
    """A plan that raises at the ``skip``-th call of ``name`` after it, once."""
    left = [skip]

    def plan(called: str) -> None:
        if called == name:
            left[0] -= 1
            if left[0] == -1:
                raise failure or Unreachable("no answer")

    return plan
