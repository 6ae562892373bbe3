"""What was read back is what was sent, or it is not called delivered."""

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.parcels import IDENTIFIER, REPORT, a_bundle
from workstation.outbox.comparison import compare, kinds_of


def held(**changes):
    """The bundle's resources as a service keeps them."""
    entries = json.loads(a_bundle())["entry"]
    report, provenance = (entry["resource"] for entry in entries)
    report = {**report, "id": "7", "meta": {"versionId": "1"}, "text": {"status": "generated"}, **changes}
    provenance = {**provenance, "id": "8", "target": [{"reference": "DiagnosticReport/7"}]}
    return {"DiagnosticReport/7": report, "Provenance/8": provenance}


def found(resources):
    return {name: json.dumps(one).encode() for name, one in resources.items()}


def test_what_the_service_adds_and_where_references_now_lead_is_no_difference():
    agreement = compare(a_bundle(), found(held()))
    assert agreement.whole
    assert agreement.held == ("DiagnosticReport/7", "Provenance/8")


@pytest.mark.parametrize(
    "changes",
    [
        {"conclusion": "malignant"},
        {"status": "preliminary"},
        {"identifier": []},
        {"identifier": [{"system": "urn:ietf:rfc:3986", "value": IDENTIFIER}, {"value": "x"}]},
        {"code": {}},
        {"conclusion": None},
    ],
)
def test_any_change_of_what_was_sent_is_a_difference(changes):
    agreement = compare(a_bundle(), found(held(**changes)))
    assert agreement.different == ("DiagnosticReport",)
    assert not agreement.whole


def test_what_is_not_there_is_missing():
    one = held()
    del one["Provenance/8"]
    assert compare(a_bundle(), found(one)).missing == ("Provenance",)
    assert not compare(a_bundle(), {}).whole


def test_a_second_report_beside_ours_does_not_hide_it():
    other = {"DiagnosticReport/1": {"resourceType": "DiagnosticReport", "conclusion": "another"}}
    assert compare(a_bundle(), found(other | held())).whole


def test_an_empty_bundle_is_never_whole():
    empty = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": []})
    assert not compare(empty, found(held())).whole


def test_the_kinds_to_look_for_are_those_with_an_identifier():
    assert kinds_of(a_bundle()) == ("DiagnosticReport",)


@given(st.binary(max_size=50))
def test_attached_files_are_known_by_their_digest(content):
    attached = held(presentedForm=[{"data": base64.b64encode(content).decode()}])
    assert compare(a_bundle(), found(attached)).contents == {hashlib.sha256(content).hexdigest()}


def test_references_within_the_bundle_must_have_become_something():
    one = held()
    one["Provenance/8"]["target"] = [{}]
    assert compare(a_bundle(), found(one)).different == ("Provenance",)
    assert REPORT.startswith("urn:uuid:")
