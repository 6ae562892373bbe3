"""FHIR within bounds: depth, size, pages, versions."""

import json
from datetime import UTC, datetime

import pytest

from tests.fakes.scripted_server import Said, ScriptedServer
from workstation.cases.refusals import Conflict, ForeignOrigin, Unintelligible
from workstation.service.fhir import FhirClient
from workstation.service.fhir_json import Node, parse, parse_object
from workstation.service.session import BoundSession

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def nested(depth):
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


@pytest.mark.parametrize("depth", [1, 63, 64])
def test_json_up_to_sixty_four_deep_is_read(depth):
    assert isinstance(parse(nested(depth)), dict)


@pytest.mark.parametrize("depth", [65, 200, 100_000])
def test_deeper_json_is_refused_before_it_is_parsed(depth):
    with pytest.raises(Unintelligible, match="deeply"):
        parse(nested(depth))


def test_brackets_within_strings_do_not_count():
    body = json.dumps({"text": '[{"\\' * 1000}).encode()
    assert parse_object(body).text("text") == '[{"\\' * 1000


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nul", b'{"a": NaN}', b"\xff", b'{"a": 1} x', b'{"n": ' + b"9" * 5000 + b"}", b'"text', b"[" * 9],
)
def test_what_is_no_json_is_refused(body):
    with pytest.raises(Unintelligible):
        parse(body)


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"x"'])
def test_what_is_no_object_is_no_resource(body):
    with pytest.raises(Unintelligible):
        parse_object(body)


def test_text_loses_what_cannot_be_shown_and_wrong_types_are_empty():
    found = parse_object(
        b'{"a": "no\\u0000rm\\u202eal \\ud800", "b": 3, "c": ["x", 1], "d": true, "e": [{"f": "g"}, 2]}'
    )
    assert found.text("a") == "normal"
    assert (found.text("b"), found.text("missing", 3, "deep"), found.integer("d")) == ("", "", None)
    assert (found.texts("c"), found.text("e", 0, "f"), found.text("e", 5)) == (("x", ""), "g", "")
    assert found.node("c").data == {}
    assert len(found.nodes("e")) == 1


class Service:
    """Answers searches with pages and remembers updates."""

    def __init__(self):
        self.following = {}
        self.answers = {}

    def __call__(self, asked):
        if asked.path in self.answers:
            return self.answers[asked.path]
        links = [{"relation": "next", "url": self.following[asked.path]}] if asked.path in self.following else []
        page = {
            "resourceType": "Bundle",
            "link": links,
            "entry": [{"resource": {"resourceType": "Task", "id": asked.path[-1]}}],
        }
        return Said(body=json.dumps(page).encode())


@pytest.fixture
def world():
    service = Service()
    with ScriptedServer(service) as server:
        session = BoundSession(server.base, clock=lambda: NOW)
        yield service, server, FhirClient(session, server.base + "/fhir", clock=lambda: NOW)
        session.close()


def test_every_page_is_read(world):
    service, server, fhir = world
    service.following = {"/fhir/Task?owner=Practitioner/1": server.base + "/fhir?page=2", "/fhir?page=2": "?page=3"}
    service.following["/fhir?page=2"] = server.base + "/fhir?page=3"
    found = list(fhir.search("Task", [("owner", "Practitioner/1")]))
    assert [one.text("id") for one in found] == ["1", "2", "3"]


def test_pages_that_do_not_end_are_refused(world):
    service, server, fhir = world
    service.following = {
        "/fhir/Task?status=x": server.base + "/fhir?page=2",
        "/fhir?page=2": server.base + "/fhir?page=2",
    }
    with pytest.raises(Unintelligible, match="do not end"):
        list(fhir.search("Task", [("status", "x")]))


@pytest.mark.parametrize("url", ["https://attacker.example/fhir?page=2", "http://127.0.0.1:1/fhir?page=2", "file:///x"])
def test_a_page_elsewhere_is_refused(world, url):
    service, _, fhir = world
    service.following = {"/fhir/Task?status=x": url}
    with pytest.raises(ForeignOrigin):
        list(fhir.search("Task", [("status", "x")]))


@pytest.mark.parametrize(
    "reference", ["", "Task", "Task/", "Task/../x", "Task/a b", "Task/a?b", "1/2", "Task/1/_history/2"]
)
def test_a_reference_that_is_none_never_becomes_an_address(world, reference):
    _, server, fhir = world
    with pytest.raises(Unintelligible):
        fhir.read(reference)
    assert server.asked == []


def test_an_update_names_the_version_it_saw_and_a_stale_one_is_a_conflict(world):
    service, server, fhir = world
    task = {"resourceType": "Task", "id": "7", "status": "accepted"}
    service.answers["/fhir/Task/7"] = Said(body=json.dumps({**task, "meta": {"versionId": "3"}}).encode())
    assert fhir.update(task, version="2").version == "3"
    assert server.asked[0].headers["if-match"] == 'W/"2"'
    assert json.loads(server.asked[0].body) == task
    service.answers["/fhir/Task/7"] = Said(status=412)
    with pytest.raises(Conflict):
        fhir.update(task, version="2")


def test_codings_are_found_in_one_concept_and_in_many():
    many = Node(data={"category": [{"coding": [{"system": "a", "code": "b"}]}, {"coding": [{"code": "c"}]}]})
    one = Node(data={"category": {"coding": [{"system": "a", "code": "b"}]}})
    assert list(many.codes("category")) == [("a", "b"), ("", "c")]
    assert list(one.codes("category")) == [("a", "b")]
