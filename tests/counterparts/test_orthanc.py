"""The client against a real Orthanc: what it stores, what it gives back, and where it deceives."""

import hashlib
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.counterparts.conftest import may_unshare
from tests.fakes.cases import FakeCaseSource, a_case, a_study, instance_bytes
from tests.fakes.courier import FakeCourier
from tests.fakes.jobs import DirectParser
from tests.fakes.parcels import IDENTIFIER, a_parcel, an_artefact
from tests.fakes.shelves import FakeAuditTrail, FakeCaseShelf, FakeParcelShelf
from workstation.cases.case import PromisedInstance, Study
from workstation.cases.identity import image_identity
from workstation.cases.refusals import NotFound
from workstation.outbox.parcel import ParcelState
from workstation.review.deliver import DeliveryTools, deliver
from workstation.review.fetch_case import FetchTools, fetch_case
from workstation.service.dicomweb import DicomWebClient
from workstation.service.session import BoundSession

pytestmark = pytest.mark.counterpart


def clock():
    return datetime.now(UTC)


@pytest.fixture
def client(orthanc):
    session = BoundSession(orthanc, clock=clock)
    yield DicomWebClient(session, orthanc, clock=clock)
    session.close()


def artefact(promised: PromisedInstance, content: bytes):
    return replace(
        an_artefact(f"{promised.sop_uid}.dcm", content, promised.sop_uid),
        study_uid=promised.study_uid,
        series_uid=promised.series_uid,
    )


def stored(client, study: Study, **header):
    """Put a made study into the archive; returns its bytes by SOP Instance UID."""
    made = {
        one.sop_uid: (one, instance_bytes(one, rows=64, **header))
        for series in study.series
        for one in series.instances
    }
    said = client.store([artefact(one, content) for one, content in made.values()])
    assert set(said.values()) == {""}
    return {uid: content for uid, (_, content) in made.items()}


class OrthancSource(FakeCaseSource):
    """Cases in memory, images from Orthanc by the client's own code."""

    def __init__(self, client, *cases):
        super().__init__(*cases)
        self.manifest = client.manifest
        self.instance = client.instance


def fetched(client, case):
    shelf, audit = FakeCaseShelf(), FakeAuditTrail()
    with ThreadPoolExecutor(5) as threads:
        tools = FetchTools(
            source=OrthancSource(client, case),
            shelf=shelf,
            parser=DirectParser(),
            audit=audit,
            executor=threads,
        )
        return fetch_case(replace(case, studies=tuple(replace(one, series=()) for one in case.studies)), tools), shelf


def test_a_case_is_pulled_byte_for_byte_with_its_whole_manifest(client):
    study = a_study(101, series=3, instances=45)
    contents = stored(client, study)
    result, shelf = fetched(client, a_case(study))
    assert result.offline_ready
    digests = {one.key: one.sha256 for one in shelf.received("case-1")}
    assert digests == {uid: hashlib.sha256(content).hexdigest() for uid, content in contents.items()}


def test_real_ct_is_pulled_byte_for_byte(client, shared_data):
    import pydicom

    files = sorted((shared_data / "dicom" / "ct-chest-nlst").rglob("*.dcm"))[:30]
    heads = {path: pydicom.dcmread(path, stop_before_pixels=True) for path in files}
    promised = {
        path: PromisedInstance(
            study_uid=str(head.StudyInstanceUID),
            series_uid=str(head.SeriesInstanceUID),
            sop_uid=str(head.SOPInstanceUID),
        )
        for path, head in heads.items()
    }
    said = client.store([artefact(promised[path], path.read_bytes()) for path in files])
    assert set(said.values()) == {""}
    for path in files:
        assert b"".join(client.instance(promised[path])) == path.read_bytes()
    uid = next(iter(promised.values())).study_uid
    manifest = client.manifest(Study(study_uid=uid, description="", date="", modalities=()))
    assert {one.sop_uid for series in manifest.series for one in series.instances} >= {
        one.sop_uid for one in promised.values() if one.study_uid == uid
    }


def test_an_image_of_another_patient_within_the_study_is_locked_away(client):
    study = a_study(102, series=2, instances=2)
    stored(client, replace(study, series=study.series[:1]))
    stored(client, replace(study, series=study.series[1:]), name="Okafor^Chidi", birth_date="19700101", patient_id="9")
    result, shelf = fetched(client, a_case(study))
    assert len(result.offline.quarantined) == 2
    shown = list(shelf.instances("case-1").keys())
    assert [image_identity(shelf.items["case-1", key][1]).name for key in shown] == ["Marković^Ana"] * 2


def test_a_study_that_is_not_there_is_not_found(client):
    with pytest.raises(NotFound):
        client.manifest(a_study(999))
    with pytest.raises(NotFound):
        b"".join(client.instance(a_study(999).series[0].instances[0]))
    assert client.read_back(artefact(a_study(999).series[0].instances[0], b"")) is None


def parcel_of(study: Study):
    """A parcel whose objects are real DICOM."""
    objects = [artefact(one, instance_bytes(one)) for one in study.series[0].instances]
    return replace(a_parcel(), artefacts=(*a_parcel().artefacts[:1], *objects))


class HalfCourier(FakeCourier):
    """The FHIR part in memory, the DICOM part at Orthanc by the client's own code."""

    def __init__(self, client):
        super().__init__()
        self.store = client.store
        self.read_back = client.read_back


def deliver_to(client, parcel):
    shelf, courier = FakeParcelShelf(parcel), HalfCourier(client)
    tools = DeliveryTools(
        courier=courier, parcels=shelf, audit=FakeAuditTrail(), complete=lambda one: one, clock=clock, draw=lambda: 0.0
    )
    return deliver(IDENTIFIER, tools)


def test_an_opinion_is_delivered_and_read_back(client):
    delivered = deliver_to(client, parcel_of(a_study(201, series=1, instances=3)))
    assert delivered.state is ParcelState.VERIFIED


def test_delivering_again_after_a_kill_stores_nothing_twice_and_is_verified(client):
    parcel = parcel_of(a_study(202, series=1, instances=2))
    assert deliver_to(client, parcel).state is ParcelState.VERIFIED
    assert deliver_to(client, parcel).state is ParcelState.VERIFIED


def test_other_bytes_under_our_name_are_answered_with_success_and_found_by_reading_back(client):
    study = a_study(203, series=1, instances=1)
    (one,) = study.series[0].instances
    stored(client, study, name="an earlier object")
    assert client.store([artefact(one, instance_bytes(one))]) == {one.sop_uid: ""}
    refused = deliver_to(client, parcel_of(study))
    assert refused.state is ParcelState.NEEDS_A_PERSON
    assert "other bytes" in refused.problem


def test_one_bad_object_among_good_ones_is_told_apart_by_the_body_of_the_answer(client):
    study = a_study(204, series=1, instances=2)
    good, bad = study.series[0].instances
    said = client.store([artefact(good, instance_bytes(good)), artefact(bad, b"garbage, no DICOM at all")])
    assert said[good.sop_uid] == ""
    assert said[bad.sop_uid]
    assert client.read_back(artefact(good, b"")) == instance_bytes(good)


def test_an_object_of_another_study_than_the_address_says_is_refused_with_a_reason(client):
    (one,) = a_study(205, series=1, instances=1).series[0].instances
    wrong = replace(artefact(one, instance_bytes(one)), study_uid="1.2.3.99999")
    assert client.store([wrong])[one.sop_uid]


def test_more_than_one_request_carries_what_one_may_not(client):
    study = a_study(206, series=1, instances=60)
    contents = stored(client, study)
    assert len(contents) == 60


def test_orthanc_keeps_to_this_computer(orthanc):
    if not may_unshare():
        pytest.skip("no network namespace can be made here: Orthanc itself refuses other computers, but listens")
    port = int(orthanc.split(":")[2].split("/")[0])
    with pytest.raises(OSError, match=r"refused|unreachable"), socket.create_connection((_own_address(), port), 2):
        pass


def _own_address() -> str:
    """An address of this computer that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only asks which address would be used
        except OSError:
            pytest.skip("this computer has no address but loopback")
        return str(probe.getsockname()[0])
