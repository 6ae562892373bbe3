"""The FHIR shelf without HTTP: versions, search, lifecycle, and transactions that leave nothing behind."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.sandbox.database import Database
from workstation.sandbox.fhir.outcome import FhirRefused
from workstation.sandbox.fhir.rules import MOVES, STATUS
from workstation.sandbox.fhir.searching import search
from workstation.sandbox.fhir.shelf import Shelf
from workstation.sandbox.fhir.writing import create, transaction, update

ME = "Practitioner/me"
PLACER = "Organization/office"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(Database(tmp_path / "db"))
    for kind, identity in (("Practitioner", "me"), ("Practitioner", "other"), ("Organization", "office")):
        shelf.update({"resourceType": kind, "id": identity})
    shelf.update({"resourceType": "Patient", "id": "p"})
    shelf.update(a_task())
    yield shelf
    shelf.database.close()


def a_task(status: str = "requested", owner: str = ME) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "id": "t",
        "status": status,
        "intent": "order",
        "for": {"reference": "Patient/p"},
        "owner": {"reference": owner},
        "requester": {"reference": PLACER},
    }


def report(value: str = "r1", **more: Any) -> dict[str, Any]:
    identifier = [{"system": "urn:ietf:rfc:3986", "value": value}]
    code = {"text": "Second opinion"}
    return {"resourceType": "DiagnosticReport", "status": "final", "code": code, "identifier": identifier, **more}


def refused(status: int, action: Any, *arguments: Any, **named: Any) -> FhirRefused:
    with pytest.raises(FhirRefused) as caught:
        action(*arguments, **named)
    assert caught.value.status == status, caught.value.diagnostics
    return caught.value


def put_task(shelf: Shelf, task: dict[str, Any], if_match: str = 'W/"1"', actor: str = ME) -> Any:
    return update(shelf, task, kind="Task", identity="t", actor=actor, if_match=if_match)


def test_every_version_stays_readable(shelf: Shelf) -> None:
    put_task(shelf, a_task("accepted"))
    first, second = shelf.read("Task", "t", 1), shelf.read("Task", "t")
    assert first is not None
    assert second is not None
    assert (first["status"], second["status"]) == ("requested", "accepted")
    assert [version["meta"]["versionId"] for version in shelf.history("Task", "t")] == ["2", "1"]
    assert first["meta"]["lastUpdated"] < second["meta"]["lastUpdated"]


def test_a_stale_version_is_412_and_none_is_428_and_nonsense_400(shelf: Shelf) -> None:
    put_task(shelf, a_task("accepted"))
    refused(412, put_task, shelf, a_task("in-progress"))
    refused(428, put_task, shelf, a_task("in-progress"), if_match="")
    refused(400, put_task, shelf, a_task("in-progress"), if_match="abc")
    assert shelf.version("Task", "t") == 2


@pytest.mark.parametrize(("now", "wanted"), list(itertools.product(sorted(STATUS["Task"]), repeat=2)))
def test_the_owner_moves_a_task_only_along_the_lifecycle(shelf: Shelf, now: str, wanted: str) -> None:
    shelf.update(a_task(now))
    task = {**a_task(wanted), "statusReason": {"text": "why"}}
    terminal = {"completed", "rejected", "failed", "cancelled"}
    if (now, wanted) in MOVES or (now == wanted and now not in terminal):
        assert put_task(shelf, task, 'W/"2"').resource["status"] == wanted
    else:
        refused(422, put_task, shelf, task, 'W/"2"')


def test_a_refusal_needs_its_reason(shelf: Shelf) -> None:
    refused(422, put_task, shelf, a_task("rejected"))
    assert put_task(shelf, {**a_task("rejected"), "statusReason": {"text": "conflict of interest"}}).status == 200


def test_somebody_else_cannot_touch_a_task(shelf: Shelf) -> None:
    refused(403, put_task, shelf, a_task("accepted"), actor="Practitioner/other")


def test_the_owner_flips_to_the_placer_only_to_await_information(shelf: Shelf) -> None:
    waiting = {"businessStatus": {"coding": [{"code": "awaiting-information"}]}}
    shelf.update(a_task("in-progress"))
    version = f'W/"{shelf.version("Task", "t")}"'
    refused(422, put_task, shelf, a_task("in-progress", owner=PLACER), if_match=version)
    refused(422, put_task, shelf, {**a_task("in-progress", owner="Practitioner/other"), **waiting}, if_match=version)
    assert put_task(shelf, {**a_task("in-progress", owner=PLACER), **waiting}, if_match=version).status == 200
    version = f'W/"{shelf.version("Task", "t")}"'
    refused(403, put_task, shelf, {**a_task("in-progress", owner=PLACER), **waiting}, if_match=version)


def test_what_the_placer_wrote_is_not_the_specialists_to_change(shelf: Shelf) -> None:
    refused(422, put_task, shelf, {**a_task("accepted"), "restriction": {"period": {"end": "2030-01-01"}}})
    refused(422, put_task, shelf, {**a_task("accepted"), "input": []} | {"input": [{"type": {"text": "x"}}]})
    refused(403, create, shelf, {"resourceType": "Patient"}, kind="Patient", actor=ME)
    refused(403, create, shelf, a_task(), kind="Task", actor=ME)


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ({"resourceType": "DiagnosticReport", "code": {}}, 422),
        ({"resourceType": "DiagnosticReport", "status": "bogus", "code": {"text": "x"}}, 422),
        ({"resourceType": "Observation"}, 400),
        (report(subject={"reference": "Patient/nobody"}), 422),
        (report(subject={"reference": "urn:uuid:0"}), 422),
    ],
)
def test_what_is_no_legal_report_is_refused(shelf: Shelf, resource: dict[str, Any], status: int) -> None:
    refused(status, create, shelf, resource, kind="DiagnosticReport", actor=ME)
    assert search(shelf, "DiagnosticReport", []).total == 0


def test_a_conditional_create_makes_one_and_finds_it_afterwards(shelf: Shelf) -> None:
    condition = "identifier=urn:ietf:rfc:3986|r1"
    named = {"kind": "DiagnosticReport", "actor": ME, "if_none_exist": condition}
    first = create(shelf, report(), **named)
    second = create(shelf, report(), **named)
    assert (first.status, second.status) == (201, 200)
    assert first.resource["id"] == second.resource["id"]
    create(shelf, report(), kind="DiagnosticReport", actor=ME)
    refused(412, create, shelf, report(), **named)


def bundle(*, if_match: str = 'W/"1"', task_status: str = "accepted") -> dict[str, Any]:
    post = {"method": "POST", "url": "DiagnosticReport", "ifNoneExist": "identifier=urn:ietf:rfc:3986|r1"}
    put = {"method": "PUT", "url": "Task/t", "ifMatch": if_match}
    task = {**a_task(task_status), "output": [{"type": {"text": "r"}, "valueReference": {"reference": "urn:uuid:1"}}]}
    provenance = {
        "resourceType": "Provenance",
        "target": [{"reference": "urn:uuid:1"}],
        "recorded": "2026-01-01T00:00:00Z",
        "agent": [{"who": {"reference": ME}}],
    }
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"resource": task, "request": put},
            {
                "fullUrl": "urn:uuid:2",
                "resource": provenance,
                "request": {"method": "POST", "url": "Provenance", "ifNoneExist": "_tag=a|b"},
            },
            {"fullUrl": "urn:uuid:1", "resource": report(), "request": post},
        ],
    }


def test_a_transaction_resolves_its_own_names_whatever_their_order(shelf: Shelf) -> None:
    task, provenance, made = transaction(shelf, bundle(), actor=ME)
    where = f"DiagnosticReport/{made.resource['id']}"
    assert task.resource["output"][0]["valueReference"]["reference"] == where
    assert provenance.resource["target"][0]["reference"] == where
    assert (task.status, provenance.status, made.status) == (200, 201, 201)


@pytest.mark.parametrize(
    "broken",
    [
        bundle(if_match='W/"7"'),
        bundle(if_match=""),
        bundle(task_status="completed"),
        {**bundle(), "entry": [*bundle()["entry"], {"request": {"method": "DELETE", "url": "Patient/p"}}]},
    ],
)
def test_a_transaction_that_fails_anywhere_leaves_nothing(shelf: Shelf, broken: dict[str, Any]) -> None:
    with pytest.raises(FhirRefused, match=r"Bundle\.entry\["):
        transaction(shelf, broken, actor=ME)
    assert search(shelf, "DiagnosticReport", []).total == 0
    assert search(shelf, "Provenance", []).total == 0
    assert shelf.version("Task", "t") == 1


def test_a_transaction_repeated_after_a_lost_answer_makes_no_second_report(shelf: Shelf) -> None:
    transaction(shelf, bundle(), actor=ME)
    refused(412, transaction, shelf, bundle(), actor=ME)
    again = bundle(if_match='W/"2"')
    assert transaction(shelf, again, actor=ME)[2].status == 200
    assert search(shelf, "DiagnosticReport", []).total == 1


def test_pages_hold_every_match_once(shelf: Shelf) -> None:
    for number in range(7):
        shelf.create(report(f"r{number}"))
    found: list[str] = []
    cursor = ""
    while True:
        page = search(shelf, "DiagnosticReport", [("_count", "3"), *([("_cursor", cursor)] if cursor else [])])
        assert page.total == 7
        found += [match["identifier"][0]["value"] for match in page.matches]
        if not (cursor := page.cursor):
            break
    assert found == [f"r{number}" for number in range(7)]


def test_searches_by_owner_status_and_time_find_what_they_say(shelf: Shelf) -> None:
    def found(*query: tuple[str, str]) -> int:
        return search(shelf, "Task", list(query)).total

    assert found(("owner", ME)) == found(("owner", f"http://127.0.0.1:1/fhir/{ME}")) == 1
    assert found(("owner", "Practitioner/other")) == 0
    assert found(("status", "accepted,requested")) == 1
    assert found(("status:not", "requested")) == 0
    moment = shelf.history("Task", "t")[0]["meta"]["lastUpdated"]
    assert found(("_lastUpdated", f"ge{moment}"), ("_lastUpdated", f"le{moment}")) == 1
    assert found(("_lastUpdated", f"gt{moment}")) == 0
    assert found(("_lastUpdated", f"{datetime.now(UTC):%Y}")) == 1
    assert found(("_lastUpdated", "lt2020-01")) == 0
    included = search(shelf, "Task", [("_include", "Task:patient")]).included
    assert [item["resourceType"] for item in included] == ["Patient"]


@pytest.mark.parametrize(
    "query",
    [("colour", "red"), ("status:exact", "x"), ("_lastUpdated", "yesterday"), ("_count", "many"), ("_sort", "name")],
)
def test_a_search_it_does_not_understand_is_refused_never_widened(shelf: Shelf, query: tuple[str, str]) -> None:
    refused(400, search, shelf, "Task", [query])


@given(st.text(max_size=40))
def test_no_search_value_reaches_the_database_as_code(value: str) -> None:
    shelf = Shelf(Database(Path(":memory:")))
    shelf.update({"resourceType": "Patient", "id": "p"})
    assert search(shelf, "Patient", [("identifier", value)]).total == 0
    shelf.database.close()
