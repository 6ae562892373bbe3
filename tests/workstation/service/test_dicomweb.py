"""DICOMweb as it streams: whole or refused; what is stored is read from the body, whatever the status."""

import json
from datetime import UTC, datetime
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.cases import a_study
from tests.fakes.parcels import an_artefact
from tests.fakes.scripted_server import Said, ScriptedServer
from workstation.cases.case import PromisedInstance, Study
from workstation.cases.refusals import CutShort, Declined, NotFound, Throttled, Unintelligible
from workstation.service.answers import Answer
from workstation.service.dicom_json import uid
from workstation.service.dicomweb import AS_STORED, DicomWebClient
from workstation.service.multipart import related, single_part
from workstation.service.session import BoundSession
from workstation.service.storing import MOST_BYTES, MOST_INSTANCES, NOT_MENTIONED, in_requests, results

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KIND = 'multipart/related; type="application/dicom"; boundary=b0undary'
CONTENT = b"DICM\r\n--b0undar\r\n--b0undary-almost\n\r\n--\r\n"


def message(content=CONTENT, *, kind="application/dicom; transfer-syntax=1.2.840.10008.1.2.1", boundary="b0undary"):
    return f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n".encode() + content + f"\r\n--{boundary}--".encode()


def pieces(whole, cuts):
    places = [0, *sorted({min(cut, len(whole)) for cut in cuts}), len(whole)]
    return (whole[start:end] for start, end in pairwise(places))


@given(st.binary(max_size=300), st.lists(st.integers(0, 400), max_size=30))
def test_the_part_arrives_byte_for_byte_however_the_answer_is_cut_into_pieces(content, cuts):
    if b"--b0undary" in content:
        return
    assert b"".join(single_part(KIND, pieces(message(content), cuts))) == content


def test_every_answer_that_ends_before_its_closing_boundary_is_cut_short():
    whole = message()
    for end in range(len(whole)):
        with pytest.raises(CutShort):
            b"".join(single_part(KIND, iter([whole[:end]])))


def test_what_we_write_we_read():
    kind, body = related([CONTENT])
    assert b"".join(single_part(kind, iter(body))) == CONTENT


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (KIND, message() [:-2] + b"\r\nContent-Type: application/dicom\r\n\r\nsecond\r\n--b0undary--"),
        (KIND, message(kind="text/html")),
        (KIND, message(kind="application/dicom+json")),
        (KIND, b"--b0undary--\r\n"),
        (KIND, b"nothing of the kind"),
        (KIND, b"--b0undary\r\n" + b"X: y\r\n" * 40 + b"\r\nx\r\n--b0undary--"),
        (KIND, b"--b0undary\r\nX: " + b"y" * 20_000 + b"\r\n\r\nx\r\n--b0undary--"),
        ("multipart/related; type=application/dicom", message()),
        ("application/dicom", CONTENT),
        ("text/html", b"<html>please sign in</html>"),
        ("", b""),
    ],
)  # fmt: skip
def test_what_is_no_single_dicom_part_is_refused(kind, body):
    with pytest.raises(Unintelligible):
        b"".join(single_part(kind, iter([body])))


@pytest.mark.parametrize("value", ["", "1.2/../../x", "../1", "1.2?x", "1..2", ".1", "1.2.", "a.b", "1" * 65, "1\n"])
def test_only_uids_get_into_addresses(value):
    with pytest.raises(Unintelligible):
        uid(value)


def element(value, vr="UI"):
    return {"vr": vr, "Value": [value]}


class Archive:
    """An archive of one study that sends at most ``most`` matches a page."""

    def __init__(self, study, *, most=1000, ignores_offset=False):
        self.study, self.most, self.ignores_offset = study, most, ignores_offset

    def __call__(self, asked):
        parts = urlsplit(asked.path)
        steps = parts.path.strip("/").split("/")
        assert steps[:2] == ["dicomweb", "studies"]
        if steps[-1] == "series":
            found = [
                {"0020000E": element(one.series_uid), "00080060": element("CT", "CS")} for one in self.study.series
            ]
        else:
            series = next(one for one in self.study.series if one.series_uid == steps[4])
            found = [
                {"00080018": element(one.sop_uid), "00080016": element(one.sop_class_uid)} for one in series.instances
            ]
        asked_for = {name: int(values[0]) for name, values in parse_qs(parts.query).items() if name != "includefield"}
        start = 0 if self.ignores_offset else asked_for["offset"]
        page = found[start : start + min(self.most, asked_for["limit"])]
        if not page:
            return Said(status=204)
        return Said(headers={"Content-Type": "application/dicom+json"}, body=json.dumps(page).encode())


def client(server):
    session = BoundSession(server.base, clock=lambda: NOW)
    return DicomWebClient(session, server.base + "/dicomweb", clock=lambda: NOW), session


def bare(study):
    return Study(study_uid=study.study_uid, description="", date="", modalities=())


@pytest.mark.parametrize("most", [1, 7, 100, 1000])
@pytest.mark.parametrize("ignores_offset", [True, False])
def test_the_manifest_is_whole_however_small_the_pages_of_the_server(most, ignores_offset):
    study = a_study(series=3, instances=9)
    if ignores_offset and most < 9:
        return  # such a server cannot be listed at all
    with ScriptedServer(Archive(study, most=most, ignores_offset=ignores_offset)) as server:
        one, session = client(server)
        found = one.manifest(bare(study))
        session.close()
    assert [[one.sop_uid for one in series.instances] for series in found.series] == [
        [one.sop_uid for one in series.instances] for series in study.series
    ]
    assert found.modalities == ("CT",)


def test_more_than_a_page_of_instances_is_listed():
    study = a_study(series=1, instances=250)
    with ScriptedServer(Archive(study)) as server:
        one, session = client(server)
        assert len(one.manifest(bare(study)).series[0].instances) == 250
        session.close()


def test_a_study_without_images_is_not_found():
    with ScriptedServer(lambda _asked: Said(status=204)) as server:
        one, session = client(server)
        with pytest.raises(NotFound):
            one.manifest(bare(a_study()))
        session.close()


@pytest.mark.parametrize(
    "body", [b"{}x", b"[1]", b"<xml/>", b'[{"0020000E": {"vr": "UI", "Value": ["../x"]}}]', b"[[]]"]
)
def test_a_list_of_images_that_cannot_be_read_is_refused(body):
    with ScriptedServer(lambda _asked: Said(body=body)) as server:
        one, session = client(server)
        with pytest.raises(Unintelligible):
            one.manifest(bare(a_study()))
        session.close()


PROMISED = PromisedInstance(study_uid="1.2", series_uid="1.3", sop_uid="1.4")


def test_an_instance_is_asked_for_as_it_is_stored():
    with ScriptedServer(lambda _asked: Said(headers={"Content-Type": KIND}, body=message())) as server:
        one, session = client(server)
        assert b"".join(one.instance(PROMISED)) == CONTENT
        assert server.asked[0].path == "/dicomweb/studies/1.2/series/1.3/instances/1.4"
        assert server.asked[0].headers["accept"] == AS_STORED
        session.close()


def test_an_instance_larger_than_any_is_refused():
    with ScriptedServer(lambda _asked: Said(headers={"Content-Type": KIND}, body=message(bytes(9000)))) as server:
        session = BoundSession(server.base, clock=lambda: NOW)
        one = DicomWebClient(session, server.base + "/dicomweb", clock=lambda: NOW, most_instance_bytes=5000)
        with pytest.raises(Unintelligible, match="larger"):
            b"".join(one.instance(PROMISED))
        session.close()


def objects(count, size=10):
    return [an_artefact(f"{number}.dcm", bytes(size), f"1.2.{number}") for number in range(count)]


@given(st.lists(st.integers(0, MOST_BYTES + 5), max_size=8), st.integers(0, 3))
def test_requests_hold_at_most_twenty_megabytes_and_every_object_once(sizes, studies):
    made = [an_artefact("x", b"", f"1.2.{number}.{number % (studies + 1)}") for number, _ in enumerate(sizes)]
    made = [
        _Sized(one, size, f"1.{number % (studies + 1)}")
        for number, (one, size) in enumerate(zip(made, sizes, strict=True))
    ]
    groups = list(in_requests(made))
    assert sorted(id(one) for _, group in groups for one in group) == sorted(id(one) for one in made)
    for study, group in groups:
        assert {one.study_uid for one in group} == {study}
        assert len(group) == 1 or sum(len(one.content) for one in group) <= MOST_BYTES


class _Sized:
    """An artefact that only says how large it is."""

    def __init__(self, artefact, size, study):
        self.sop_uid, self.study_uid, self.content = artefact.sop_uid, study, range(size)


def test_requests_hold_at_most_fifty_instances():
    assert [len(group) for _, group in in_requests(objects(120))] == [MOST_INSTANCES, MOST_INSTANCES, 20]


def said_of(*, stored=(), failed=(), status=200):
    body = {
        "00081199": {"vr": "SQ", "Value": [{"00081155": element(one)} for one in stored]},
        "00081198": {
            "vr": "SQ",
            "Value": [{"00081155": element(one), "00081197": element(code, "US")} for one, code in failed],
        },
    }
    return Answer(status=status, headers={}, body=json.dumps(body).encode())


@pytest.mark.parametrize("status", [200, 202, 400, 409])
def test_the_body_says_what_was_stored_whatever_the_status(status):
    found = results(
        said_of(stored=["1.1"], failed=[("1.2", 0x0110), ("1.3", 272)], status=status), ["1.1", "1.2", "1.3"], now=NOW
    )
    assert found["1.1"] == ""
    assert found["1.2"] == found["1.3"] == "the service could not process it"


def test_what_the_answer_leaves_out_is_not_called_stored():
    assert results(said_of(stored=["1.1"]), ["1.1", "1.2"], now=NOW) == {"1.1": "", "1.2": NOT_MENTIONED}


def test_a_failure_wins_over_a_success_of_the_same_instance():
    assert results(said_of(stored=["1.1"], failed=[("1.1", 0xA700)]), ["1.1"], now=NOW)["1.1"]


@pytest.mark.parametrize("code", [0x0111, 0x0122, 0x0124, 0xA700, 0xA900, 0xC000, 0xC122, 7])
def test_every_failure_reason_has_words(code):
    assert results(said_of(failed=[("1.1", code)], status=409), ["1.1"], now=NOW)["1.1"].startswith("the ")


def test_an_object_that_the_service_changed_is_told():
    body = {"00081199": {"vr": "SQ", "Value": [{"00081155": element("1.1"), "04000561": {"vr": "SQ", "Value": [{}]}}]}}
    answer = Answer(status=202, headers={}, body=json.dumps(body).encode())
    assert "changed" in results(answer, ["1.1"], now=NOW)["1.1"]


@pytest.mark.parametrize(
    ("status", "kind"), [(200, Unintelligible), (400, Declined), (413, Declined), (503, Throttled)]
)
@pytest.mark.parametrize("body", [b"", b"<html/>", b"[]"])
def test_without_results_the_status_is_all_there_is(status, kind, body):
    with pytest.raises(kind):
        results(Answer(status=status, headers={}, body=body), ["1.1"], now=NOW)


def test_reading_back_an_object_that_is_not_there_says_so():
    with ScriptedServer(lambda _asked: Said(status=404)) as server:
        one, session = client(server)
        assert one.read_back(objects(1)[0]) is None
        session.close()
