"""From the worklist to the receipt against the embedded service, with everything that may go wrong on the way."""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.cases import instance_bytes
from tests.fakes.fault_proxy import FaultProxy, Toxic
from tests.fakes.jobs import DirectParser
from tests.fakes.parcels import an_artefact
from tests.fakes.shelves import FakeAuditTrail, FakeCaseShelf, FakeParcelShelf
from tests.workstation.service.conftest import now
from workstation.cases.case import CaseState, PromisedInstance
from workstation.cases.material import material_digest, promised_instances
from workstation.cases.ports import ReceivedState
from workstation.cases.refusals import Conflict, Refused, Unreachable
from workstation.outbox.parcel import Parcel, ParcelState
from workstation.review.deliver import DeliveryTools, deliver, try_again
from workstation.review.fetch_case import FetchTools, fetch_case
from workstation.review.worklist import synchronise
from workstation.sandbox.running import Fault
from workstation.service.address import ServiceAddress
from workstation.service.central import CentralService


def opened(client, case_id):
    """The case, accepted and begun."""
    case = client.case(case_id)
    if case.state is CaseState.REQUESTED:
        case = client.accept(case, conflict_statement="No conflict of interest.")
    return client.begin(case) if case.state is CaseState.ACCEPTED else case


def fetched(client, case, shelf=None, audit=None):
    shelf = shelf or FakeCaseShelf()
    with ThreadPoolExecutor(5) as threads:
        tools = FetchTools(
            source=client,
            shelf=shelf,
            parser=DirectParser(),
            audit=audit or FakeAuditTrail(),
            executor=threads,
        )
        return fetch_case(case, tools), shelf


def fetched_in_the_end(client, case, shelf):
    """Fetch until it is whole; whatever refuses on the way says what was kept."""
    refusals = []
    for _ in range(12):
        try:
            result, _ = fetched(client, case, shelf)
        except Refused as refused:
            refusals.append(refused)
            continue
        if result.offline_ready:
            break
    assert all(refused.kept for refused in refusals)
    return result


def an_opinion(client, case, number):
    """A parcel as signing makes it: two objects, a report with its PDF, provenance."""
    identifier = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
    study, series = f"1.2.3.{number}", f"1.2.3.{number}.99"
    objects = []
    for one in (1, 2):
        promised = PromisedInstance(
            study_uid=study, series_uid=series, sop_uid=f"{series}.{one}", sop_class_uid="1.2.840.10008.5.1.4.1.1.2"
        )
        artefact = an_artefact(f"object-{one}.dcm", instance_bytes(promised), promised.sop_uid)
        objects.append(replace(artefact, study_uid=study, series_uid=series))
    report, binary = (
        f"urn:uuid:00000000-0000-4000-9000-{number:012d}",
        f"urn:uuid:00000000-0000-4000-a000-{number:012d}",
    )
    named = [{"system": "urn:ietf:rfc:3986", "value": identifier}]
    resources = [
        (binary, {"resourceType": "Binary", "contentType": "application/pdf", "data": "JVBERg=="}, ""),
        (
            report,
            {
                "resourceType": "DiagnosticReport",
                "identifier": named,
                "status": "final",
                "code": {"text": "Second opinion"},
                "subject": {"reference": case.patient_reference},
                "conclusion": "Keine Metastase; 8.1 mm ≤ 1 cm",
                "presentedForm": [{"contentType": "application/pdf", "url": binary}],
            },
            f"identifier=urn:ietf:rfc:3986|{identifier}",
        ),
        (
            "",
            {
                "resourceType": "Provenance",
                "target": [{"reference": report}],
                "recorded": "2026-03-01T12:00:00Z",
                "agent": [{"who": {"reference": client.specialist().reference}}],
            },
            f"target={report}",
        ),
    ]
    entries = [
        {
            **({"fullUrl": name} if name else {}),
            "resource": resource,
            "request": {"method": "POST", "url": resource["resourceType"]}
            | ({"ifNoneExist": condition} if condition else {}),
        }
        for name, resource, condition in resources
    ]
    return Parcel(
        id=identifier,
        case_id=case.id,
        case_version=case.version,
        opinion_digest=hashlib.sha256(identifier.encode()).hexdigest(),
        revision=1,
        state=ParcelState.TIMESTAMPED,
        artefacts=(an_artefact("opinion.pdf", b"%PDF"), *objects),
        bundle=json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}),
        seen_material=material_digest(case),
    )


class Delivery:
    """A delivery of one parcel by one client."""

    def __init__(self, client, parcel):
        self.client, self.id = client, parcel.id
        self.shelf, self.audit, self.ahead = FakeParcelShelf(parcel), FakeAuditTrail(), timedelta()

    def tools(self):
        return DeliveryTools(
            courier=self.client,
            parcels=self.shelf,
            audit=self.audit,
            complete=lambda parcel: parcel,
            clock=lambda: now() + self.ahead,
            draw=lambda: 0.0,
        )

    def run(self):
        """Deliver, letting time pass until it is done or needs a person."""
        for _ in range(30):
            parcel = deliver(self.id, self.tools())
            if parcel.not_before is None or parcel.state in {ParcelState.VERIFIED, ParcelState.NEEDS_A_PERSON}:
                return parcel
            self.ahead += timedelta(minutes=10)
        pytest.fail("it never came to rest")


def held_once(sandbox, parcel):
    """The service has exactly one report and one completed Task for the parcel."""
    task = sandbox.read(f"Task/{parcel.case_id}")
    reports = [one for one in task["output"] if "DiagnosticReport/" in one["valueReference"]["reference"]]
    assert task["status"] == "completed"
    assert len(reports) == 1
    stored = [line for line in sandbox.requests() if re.match(r"POST /fhir( \d+)?", line)]  # its answer may be lost
    assert stored
    return json.loads(parcel.receipt)


def test_a_case_goes_from_the_worklist_to_the_receipt(connect, clean):
    client, tokens = connect()
    shelf, audit = FakeCaseShelf(), FakeAuditTrail()
    found = synchronise(client, shelf, tokens, audit)
    assert {case.id for case in found.new} >= set(clean.cases.values()) - {"none"}
    case = opened(client, clean.cases["made-1"])
    assert case.state is CaseState.IN_PROGRESS
    (change,) = synchronise(client, shelf, tokens, audit).changed
    assert change.differences == ("The case went from requested to in-progress.",)
    result, _ = fetched(client, case, shelf)
    assert result.offline_ready
    assert len(promised_instances(result.case)) == 6
    delivery = Delivery(client, an_opinion(client, result.case, 1))
    parcel = delivery.run()
    assert parcel.state is ParcelState.VERIFIED, parcel.problem
    receipt = held_once(clean, parcel)
    assert receipt["task"]["version"] == clean.read(f"Task/{case.id}")["meta"]["versionId"]
    assert receipt["resources_not_read_back"] == []
    assert [one.split("/")[0] for one in receipt["resources"]] == ["Binary", "DiagnosticReport", "Provenance"]
    assert [one["read_back"] for one in receipt["artefacts"]] == [True, True, True]


def test_who_changes_a_case_on_an_old_version_is_told(connect, clean):
    client, _ = connect()
    case = client.case(clean.cases["made-2"])
    task = clean.read(f"Task/{case.id}")
    clean.write({**task, "priority": "urgent"})
    with pytest.raises(Conflict) as refused:
        client.accept(case, conflict_statement="none")
    assert refused.value.kept == "Nothing was changed."
    assert client.reject(client.case(case.id), reason="Not my field").state is CaseState.REJECTED


def test_an_accepted_case_is_given_up_with_a_reason_that_the_service_reads(connect, clean):
    client, _ = connect()
    case = client.case(clean.cases["made-16"])
    accepted = client.accept(case, conflict_statement="none")
    assert client.give_up(accepted, reason="The images are of a field that is not mine").state is CaseState.FAILED
    task = clean.read(f"Task/{case.id}")
    assert (task["status"], task["statusReason"]["text"][:10]) == ("failed", "The images")


@pytest.mark.parametrize("kind", ["cut", "status", "drop", "slow"])
def test_trouble_while_fetching_is_overcome_or_goes_on_later(connect, clean, kind):
    client, _ = connect()
    case = opened(client, clean.cases["made-3"])
    shelf = FakeCaseShelf()
    clean.inject(
        Fault(
            kind=kind,
            method="GET",
            path="/instances/",
            times=2,
            skip=3,
            status=503,
            after_bytes=300,
            bytes_per_s=20_000,
        )
    )
    assert fetched_in_the_end(client, case, shelf).offline_ready


def test_an_image_of_another_patient_from_the_service_is_locked_away(connect, clean):
    client, _ = connect()
    clean.inject(Fault(kind="wrong-patient", method="GET", path=r"/instances/", times=1, skip=2))
    result, shelf = fetched(client, opened(client, clean.cases["made-3"]))
    assert len(result.offline.quarantined) == 1
    assert len(list(shelf.instances(result.case.id).keys())) == 5


def test_reading_goes_on_when_the_service_is_gone(connect, clean):
    client, _ = connect()
    clean.inject(Fault(kind="drop", times=-1))
    with pytest.raises(Unreachable) as refused:
        client.cases()
    assert refused.value.kept


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (4, Fault(kind="drop-after", method="POST", path="^/fhir/?$", times=1)),
        (5, Fault(kind="after", method="POST", path="^/fhir/?$", times=1, status=500)),
        (6, Fault(kind="drop-after", method="POST", path="/dicomweb/studies", times=1)),
        (7, Fault(kind="status", path="/(fhir|dicomweb)", times=3, status=429, retry_after_s=2)),
        (8, Fault(kind="drop", times=4)),
        (9, Fault(kind="cut", method="GET", path="/instances/", times=2, after_bytes=100)),
    ],
)
def test_an_opinion_is_delivered_once_through_lost_answers_and_pauses(connect, clean, number, fault):
    client, _ = connect()
    case = opened(client, clean.cases[f"made-{number}"])
    delivery = Delivery(client, an_opinion(client, case, number))
    clean.inject(fault)
    parcel = delivery.run()
    assert parcel.state is ParcelState.VERIFIED, parcel.problem
    held_once(clean, parcel)


def test_a_corrupted_read_back_is_never_called_delivered(connect, clean):
    client, _ = connect()
    case = opened(client, clean.cases["made-10"])
    delivery = Delivery(client, an_opinion(client, case, 10))
    clean.inject(Fault(kind="corrupt", method="GET", path="/instances/", times=1, after_bytes=400))
    parcel = delivery.run()
    assert parcel.state is ParcelState.NEEDS_A_PERSON
    assert clean.read(f"Task/{case.id}")["status"] == "in-progress"
    assert try_again(parcel.id, delivery.tools()).state is ParcelState.VERIFIED


def test_a_case_that_is_given_away_or_gets_new_images_is_not_delivered_over(connect, clean):
    client, _ = connect()
    case = opened(client, clean.cases["made-11"])
    parcel = an_opinion(client, case, 11)
    task = clean.read(f"Task/{case.id}")
    clean.write({**task, "owner": {"reference": clean.colleague.practitioner}})
    refused = Delivery(client, parcel).run()
    assert refused.state is ParcelState.NEEDS_A_PERSON
    assert "not yours any more" in refused.problem
    given_back = clean.read(f"Task/{case.id}")
    clean.write({**given_back, "owner": task["owner"]})
    study = case.studies[0]
    reference = next(one for one in task["input"] if "ImagingStudy" in str(one))["valueReference"]["reference"]
    imaging = clean.read("/".join(reference.split("/")[-2:]))
    clean.write({**imaging, "description": "more images"})
    assert client.case(case.id).studies[0].version != study.version
    refused = Delivery(client, parcel).run()
    assert refused.state is ParcelState.NEEDS_A_PERSON
    assert "Images or documents" in refused.problem


TOXICS = [
    Toxic(kind="reset", after=after) for after in (0, 1, 200, 900)
] + [
    Toxic(kind="truncate", after=after) for after in (0, 17, 400, 1200)
] + [
    Toxic(kind="refuse"), Toxic(kind="latency", after=30), Toxic(kind="slice", after=600),
    Toxic(kind="reset", after=150, upload=True), Toxic(kind="truncate", after=900, upload=True),
]  # fmt: skip


@pytest.mark.parametrize("toxic", TOXICS, ids=lambda one: f"{one.kind}-{one.after}-{one.upload}")
def test_a_bad_network_never_leaves_a_false_image(connect, clean, toxic):
    client, tokens = connect()
    case = opened(client, clean.cases["made-12"])
    with FaultProxy(int(clean.base_url.rpartition(":")[2])) as proxy:
        through = _through(proxy, clean, tokens)
        shelf = FakeCaseShelf()
        proxy.suffer(*[toxic, None] * 3)
        assert fetched_in_the_end(through, case, shelf).offline_ready
        through.close()
    _, whole = fetched(client, case)
    assert shelf.received(case.id) == whole.received(case.id)
    assert all(one.state is ReceivedState.PRESENT for one in shelf.received(case.id))


@pytest.mark.parametrize(
    ("number", "toxic"),
    [
        (13, Toxic(kind="reset", after=2500, upload=True)),
        (14, Toxic(kind="truncate", after=700, upload=True)),
        (15, Toxic(kind="reset", after=120)),
    ],
)
def test_a_bad_network_never_delivers_twice(connect, clean, number, toxic):
    client, tokens = connect()
    case = opened(client, clean.cases[f"made-{number}"])
    parcel = an_opinion(client, case, number)
    with FaultProxy(int(clean.base_url.rpartition(":")[2])) as proxy:
        through = _through(proxy, clean, tokens)
        proxy.suffer(*[toxic] * 5)
        delivered = Delivery(through, parcel).run()
        through.close()
        assert proxy.connections > 2
    assert delivered.state is ParcelState.VERIFIED, delivered.problem
    held_once(clean, delivered)


def _through(proxy, sandbox, tokens):
    """A signed-in client that reaches the service through the proxy, its identity provider directly."""
    (text,) = tokens.texts.values()
    mine = json.loads(text) | {"user": sandbox.specialist.practitioner}
    tokens.put(f"tokens {proxy.base}", json.dumps(mine))
    address = ServiceAddress(
        fhir=sandbox.fhir_url.replace(sandbox.base_url, proxy.base),
        dicomweb=sandbox.dicomweb_url.replace(sandbox.base_url, proxy.base),
        issuer=sandbox.fhir_url,
    )
    return CentralService(address, tokens, clock=now)
