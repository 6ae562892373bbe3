"""Fetching a case: complete, resumable, and never another patient's image."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from tests.fakes.cases import FakeCaseSource, a_case, a_document, a_study, instance_bytes, without_manifest
from tests.fakes.jobs import DirectExecutor, DirectParser
from tests.fakes.shelves import FakeAuditTrail, FakeCaseShelf
from viewers.series.codecs.remote import DECODE
from workstation.cases.case import CaseState, Patient, PromisedInstance
from workstation.cases.material import promised_instances
from workstation.cases.ports import ReceivedState
from workstation.cases.refusals import Cancelled, CutShort, NoSpace, NotFound, Unreachable, WrongPatient
from workstation.review.fetch_case import MISSING, FetchTools, Stage, fetch_case
from workstation.review.held import held
from workstation.review.open_study import open_study
from workstation.review.settle_identity import identity_doubts, leave_out, settle_identity

REPORT = b"%PDF original report"


class World:
    """A source, a shelf and what was reported."""

    def __init__(self, *studies, room=None):
        documents = [a_document(REPORT, sha1=hashlib.sha1(REPORT).hexdigest())]
        self.case = a_case(*studies, documents=documents)
        self.source = FakeCaseSource(self.case, contents={"report": REPORT})
        self.shelf = FakeCaseShelf(room=room)
        self.audit = FakeAuditTrail()
        self.reports = []
        self.cancel_after = None
        self.free = 10**12

    def fetch(self, executor=None, **more):
        tools = FetchTools(
            source=self.source,
            shelf=self.shelf,
            parser=DirectParser(),
            audit=self.audit,
            executor=executor or DirectExecutor(),
            free_bytes=lambda: self.free,
            report=self.reports.append,
            cancelled=lambda: self.cancel_after is not None and len(self.source.asked) > self.cancel_after,
            **more,
        )
        return fetch_case(self.source.case(self.case.id), tools)

    def states(self):
        return {one.key: one.state for one in self.shelf.received(self.case.id)}


def test_everything_promised_arrives_with_digest_and_header_and_the_case_is_ready_offline():
    world = World(a_study(1), a_study(2))
    fetched = world.fetch()
    assert fetched.offline_ready
    assert world.shelf.get("case-1") == world.case
    assert len(world.shelf.received("case-1")) == 13
    for one in world.shelf.received("case-1"):
        content = world.shelf.items["case-1", one.key][2]
        assert one.sha256 == hashlib.sha256(content).hexdigest()
    assert world.shelf.instances("case-1").header("1.2.3.1.1.1")["data"]["PatientID"] == "4711"
    assert world.shelf.document("case-1", "report") == REPORT
    assert world.audit.events == ["fetch-begun", "fetch-ended"]


def test_progress_counts_every_series_and_ends_at_what_was_promised():
    world = World()
    fetched = world.fetch()
    assert [one.present for one in fetched.progress.series] == [3, 3]
    assert fetched.progress.present == fetched.progress.promised == 7
    counts = [one.present for one in world.reports]
    assert counts == sorted(counts)
    assert world.reports[-1].stage is Stage.DONE
    assert world.reports[-1].received_bytes == sum(one.size for one in world.shelf.received("case-1"))


def test_several_threads_bring_the_same_as_one():
    world = World(a_study(1, series=3, instances=8))
    with ThreadPoolExecutor(5) as threads:
        assert world.fetch(threads).offline_ready


def test_what_is_here_is_not_asked_for_again():
    world = World()
    world.fetch()
    world.source.asked.clear()
    assert world.fetch().offline_ready
    assert world.source.asked == []


@pytest.mark.parametrize("after", range(8))
def test_a_cancelled_fetch_goes_on_with_the_next_missing_item(after):
    world = World()
    world.cancel_after = after
    if after < 7:
        with pytest.raises(Cancelled) as stopped:
            world.fetch()
        assert stopped.value.kept
    world.cancel_after = None
    whole = dict(world.states())
    world.source.asked.clear()
    assert world.fetch().offline_ready
    assert not set(world.source.asked) & {key for key, state in whole.items() if state is ReceivedState.PRESENT}


@pytest.mark.parametrize("nth", range(6))
def test_a_service_that_goes_away_keeps_what_arrived_and_goes_on_later(nth):
    world = World()

    def gone(_promised, content):
        if len(world.source.asked) > nth + 1:
            raise Unreachable("The central service does not answer.", kept="kept", advice="again")
        return content

    world.source.trouble = gone
    with pytest.raises(Unreachable):
        world.fetch()
    assert len(world.states()) == nth + 1
    world.source.trouble = lambda _promised, content: content
    assert world.fetch().offline_ready


def test_a_broken_off_answer_is_asked_for_again_and_never_stored():
    world = World()
    broken = []

    def cut(promised, content):
        if broken.count(promised.sop_uid) < 2:
            broken.append(promised.sop_uid)
            raise CutShort("broke off")
        return content

    world.source.trouble = cut
    assert world.fetch().offline_ready
    assert world.shelf.discarded == 12


def test_an_image_of_another_patient_is_locked_away_and_the_rest_can_be_read():
    world = World()
    world.source.contents["1.2.3.1.1.2"] = instance_bytes(
        world.case.studies[0].series[0].instances[1], name="Okafor^Chidi", birth_date="19700101", patient_id="9"
    )
    fetched = world.fetch()
    assert not fetched.offline_ready
    assert fetched.offline.quarantined == ("1.2.3.1.1.2",)
    assert "1.2.3.1.1.2" not in list(world.shelf.instances("case-1").keys())
    assert fetched.progress.present == 6
    (problem,) = fetched.progress.problems
    assert "another patient" in problem
    assert "Okafor" not in problem
    assert "item-withheld" in world.audit.events
    assert not identity_doubts(fetched.case, world.shelf)


def test_an_image_of_another_patient_is_asked_for_again_and_shown_once_the_service_put_it_right():
    world = World()
    promised = world.case.studies[0].series[0].instances[0]
    uid = promised.sop_uid
    world.source.contents[uid] = instance_bytes(promised, birth_date="19551231")
    assert not world.fetch().offline_ready
    assert world.states()[uid] is ReceivedState.QUARANTINED
    del world.source.contents[uid]
    fetched = world.fetch()
    assert fetched.offline_ready
    assert [(one.present, one.troubled) for one in fetched.progress.series] == [(3, 0), (3, 0)]


def test_images_are_not_shown_when_the_service_says_later_that_the_patient_is_somebody_else():
    world = World()
    world.fetch()
    shown = open_study(world.shelf.get("case-1"), world.shelf, DirectParser())
    assert shown.display_sets
    corrected = replace(world.case, patient=replace(world.case.patient, birth_date=date(1999, 9, 9)))
    found = open_study(corrected, world.shelf, DirectParser())
    assert found.display_sets == ()
    assert {one.reason for one in found.skipped} == {
        "It is of another patient than this case: The birth date is another."
    }


def test_a_document_that_became_another_is_missing_until_its_new_bytes_are_here():
    world = World()
    assert world.fetch().offline_ready
    newer = b"%PDF corrected report"
    document = replace(world.case.documents[0], version="2", size=len(newer), sha1=hashlib.sha1(newer).hexdigest())
    world.source.held["case-1"] = changed = replace(world.case, version="9", documents=(document,))
    world.shelf.put(changed)
    assert "report" not in {one.key for one in held(changed, world.shelf)}
    world.source.contents["report"] = newer
    assert world.fetch().offline_ready
    assert world.shelf.document("case-1", "report") == newer
    assert "report" in {one.key for one in held(changed, world.shelf)}


def test_an_image_that_is_not_the_one_asked_for_is_locked_away():
    world = World()
    world.source.contents["1.2.3.1.1.1"] = instance_bytes(world.case.studies[0].series[1].instances[0])
    assert world.fetch().offline.quarantined == ("1.2.3.1.1.1",)


def test_a_doubtful_study_is_shown_only_after_the_specialist_decided():
    world = World()
    for series in world.case.studies[0].series:
        for one in series.instances:
            world.source.contents[one.sop_uid] = instance_bytes(one, name="Ana^Markovic")
    fetched = world.fetch()
    assert not world.shelf.instances("case-1").keys()
    (doubt,) = identity_doubts(fetched.case, world.shelf)
    assert (doubt.images, doubt.patients, doubt.image.name) == (6, 1, "Ana^Markovic")
    with pytest.raises(WrongPatient):
        settle_identity(fetched.case, doubt.study_uid, reason=" ", shelf=world.shelf, audit=world.audit)
    settle_identity(fetched.case, doubt.study_uid, reason="Same person", shelf=world.shelf, audit=world.audit)
    assert len(world.shelf.instances("case-1").keys()) == 6
    assert "identity-settled" in world.audit.events
    assert world.fetch().offline_ready


def test_what_the_specialist_leaves_out_stays_locked_away_until_it_is_decided_otherwise():
    world = World()
    one = world.case.studies[0].series[0].instances[0]
    world.source.contents[one.sop_uid] = instance_bytes(one, name="Marković^Hana", patient_id="4712")
    case = world.fetch().case
    with pytest.raises(WrongPatient, match="no reason"):
        leave_out(case, one.study_uid, reason=" ", shelf=world.shelf, audit=world.audit)
    with pytest.raises(WrongPatient, match="no doubt"):
        leave_out(case, "1.2.999", reason="Not hers", shelf=world.shelf, audit=world.audit)
    assert [doubt.left_out for doubt in identity_doubts(case, world.shelf)] == [""]
    leave_out(case, one.study_uid, reason="Not hers ", shelf=world.shelf, audit=world.audit)
    assert [doubt.left_out for doubt in identity_doubts(case, world.shelf)] == ["Not hers"]
    assert "identity-left-out" in world.audit.events
    assert world.states()[one.sop_uid] is ReceivedState.QUARANTINED


def test_a_decision_that_images_are_the_patients_ends_the_one_to_do_without_them():
    world = World()
    one = world.case.studies[0].series[0].instances[0]
    for each in promised_instances(world.case):
        world.source.contents[each.sop_uid] = instance_bytes(each, name="Ana^Markovic")
    case = world.fetch().case
    leave_out(case, one.study_uid, reason="Not sure", shelf=world.shelf, audit=world.audit)
    settle_identity(case, one.study_uid, reason="Her maiden name", shelf=world.shelf, audit=world.audit)
    assert identity_doubts(case, world.shelf) == ()
    assert not world.shelf.remembered("case-1", f"identity left out {one.study_uid}")


def test_a_settled_study_lets_later_images_of_the_same_identity_through_but_no_other():
    world = World()
    first, second, third = world.case.studies[0].series[0].instances
    for one in (first, second):
        world.source.contents[one.sop_uid] = instance_bytes(one, name="Ana^Markovic")
    world.source.contents[third.sop_uid] = instance_bytes(third, name="Anna^Markovic")
    world.source.trouble = lambda promised, content: _missing(promised, second.sop_uid, content)
    fetched = world.fetch()
    study = first.study_uid
    with pytest.raises(WrongPatient, match="more than one patient"):
        settle_identity(fetched.case, study, reason="Same", shelf=world.shelf, audit=world.audit)
    del world.shelf.items["case-1", third.sop_uid]
    settle_identity(fetched.case, study, reason="Same", shelf=world.shelf, audit=world.audit)
    world.source.trouble = lambda _promised, content: content
    world.fetch()
    states = world.states()
    assert states[second.sop_uid] is ReceivedState.PRESENT
    assert states[third.sop_uid] is ReceivedState.QUARANTINED


def test_a_twin_among_images_that_are_shown_already_cannot_be_settled():
    world = World()
    one = world.case.studies[0].series[0].instances[0]
    world.source.contents[one.sop_uid] = instance_bytes(one, name="Marković^Hana", patient_id="4712")
    fetched = world.fetch()
    (doubt,) = identity_doubts(fetched.case, world.shelf)
    assert (doubt.images, doubt.patients) == (1, 2)
    with pytest.raises(WrongPatient, match="more than one patient"):
        settle_identity(fetched.case, one.study_uid, reason="Same", shelf=world.shelf, audit=world.audit)


def test_a_capture_without_birth_date_among_doubtful_images_is_settled_with_them():
    world = World()
    for series in world.case.studies[0].series:
        for one in series.instances:
            world.source.contents[one.sop_uid] = instance_bytes(one, name="Ana^Markovic")
    world.source.contents[one.sop_uid] = instance_bytes(one, name="Ana^Markovic", birth_date="", sex="")
    fetched = world.fetch()
    (doubt,) = identity_doubts(fetched.case, world.shelf)
    assert (doubt.images, doubt.patients, doubt.image.birth_date) == (6, 1, "19610504")
    settle_identity(fetched.case, one.study_uid, reason="Same person", shelf=world.shelf, audit=world.audit)
    assert world.fetch().offline_ready


def _missing(promised, uid, content):
    if promised.sop_uid == uid:
        raise NotFound("The central service does not have it.")
    return content


def test_a_missing_instance_is_told_and_the_rest_can_be_read():
    world = World()
    world.source.trouble = lambda promised, content: _missing(promised, "1.2.3.1.2.3", content)
    fetched = world.fetch()
    assert fetched.offline.missing == ("1.2.3.1.2.3",)
    assert len(world.shelf.instances("case-1").keys()) == 5
    assert fetched.progress.problems == (MISSING,)


def test_a_case_begun_while_its_manifest_is_read_stays_begun():
    world = World()
    world.shelf.put(world.source.case("case-1"))
    before = world.source.manifest

    def manifest(study):
        world.shelf.put(replace(world.shelf.get("case-1"), version="9", state=CaseState.IN_PROGRESS))
        return before(study)

    world.source.manifest = manifest
    fetched = world.fetch()
    assert (fetched.case.version, fetched.case.state) == ("9", CaseState.IN_PROGRESS)
    assert fetched.offline_ready
    assert world.shelf.get("case-1") == fetched.case


def test_a_study_the_service_does_not_have_leaves_the_others_readable():
    world = World(a_study(1), a_study(2))
    lost = world.case.studies[1].study_uid
    real = world.source.manifest

    def manifest(study):
        if study.study_uid == lost:
            raise NotFound("The central service has no images of a study of this case.")
        return real(study)

    world.source.manifest = manifest
    fetched = world.fetch()
    assert not fetched.offline_ready
    assert len(world.shelf.instances("case-1").keys()) == 6


def test_images_that_are_counted_but_not_listed_are_told():
    fetched = World(replace(a_study(), promised=9)).fetch()
    assert not fetched.offline_ready
    assert "3 more images than it lists" in fetched.progress.problems[0]


@pytest.mark.parametrize("garbage", [b"not dicom at all", b"", bytes(200), b"\0" * 128 + b"DICM" + b"\xff" * 64])
def test_bytes_that_are_no_image_are_kept_as_unreadable_and_told(garbage):
    world = World()
    world.source.trouble = lambda promised, content: garbage if promised.sop_uid == "1.2.3.1.1.1" else content
    fetched = world.fetch()
    assert world.states()["1.2.3.1.1.1"] in {ReceivedState.UNREADABLE, ReceivedState.QUARANTINED}
    assert "1.2.3.1.1.1" not in list(world.shelf.instances("case-1").keys())
    assert fetched.progress.present == 6


def test_a_full_disk_is_told_before_anything_is_fetched():
    world = World()
    world.free = 1000
    with pytest.raises(NoSpace) as refused:
        world.fetch()
    assert "MB" in refused.value.happened
    assert world.source.asked == []


@pytest.mark.parametrize("room", [0, 10, 1000, 3000])
def test_a_disk_that_fills_up_on_the_way_keeps_what_arrived(room):
    world = World(room=room)
    with pytest.raises(NoSpace) as refused:
        world.fetch()
    assert refused.value.advice
    here = world.states()
    world.shelf.room = None
    assert world.fetch().offline_ready
    assert all(world.states()[key] is state for key, state in here.items())


def test_a_document_with_other_bytes_than_described_is_not_kept():
    world = World()
    world.source.contents["report"] = REPORT[::-1]
    fetched = world.fetch()
    assert "report" in fetched.offline.missing
    assert "not the one" in fetched.progress.problems[0]


def test_pixel_data_that_cannot_be_decoded_is_found_at_receipt():
    world = World()
    fetched = world.fetch(check_job="tests.fakes.refusing_job:check")
    assert fetched.offline.unreadable
    assert not fetched.offline_ready


@pytest.mark.parametrize(("kept", "present"), [(None, 7), (-60, 6)])
def test_every_image_is_decoded_at_receipt_and_one_cut_short_at_its_source_is_found(kept, present):
    world = World()
    world.source.trouble = lambda promised, content: content[:kept] if promised.sop_uid == "1.2.3.1.1.1" else content
    fetched = world.fetch(check_job=DECODE)
    assert fetched.progress.present == present
    assert (fetched.offline.unreadable == ("1.2.3.1.1.1",)) is (kept is not None)


def test_compressed_images_are_kept_with_the_places_of_their_fragments(shared_data):
    from pydicom import dcmread

    (path,) = (shared_data / "dicom" / "syntaxes").glob("htj2k_lossless_mono12_mr.dcm")
    content, head = path.read_bytes(), dcmread(path, stop_before_pixels=True)
    study, series, sop = (str(head[name].value) for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"))
    instance = PromisedInstance(study_uid=study, series_uid=series, sop_uid=sop)
    only = replace(a_study().series[0], study_uid=study, series_uid=series, count=1, instances=(instance,))
    world = World(replace(a_study(), study_uid=study, series=(only,), promised=1))
    world.source.contents[sop] = content
    family, _, given = str(head.PatientName).partition("^")
    patient = Patient(
        name="",
        family=family,
        given=tuple(given.split()),
        birth_date=date.fromisoformat(str(head.PatientBirthDate)),
        sex="",
        identifiers=(("urn:h", str(head.PatientID)),),
    )
    world.source.held["case-1"] = replace(world.case, patient=patient)
    fetched = world.fetch(check_job=DECODE)
    assert fetched.offline_ready, (fetched.progress.problems, world.shelf.received("case-1"))
    pixels = world.shelf.instances("case-1").header(sop)["pixels"]
    assert pixels["fragments"]
    assert pixels["complete"]


def test_nothing_of_the_patient_reaches_progress_or_audit():
    world = World()
    world.fetch()
    told = repr(world.reports) + json.dumps(world.audit.entries)
    for secret in ("Marković", "Ana", "19610504", "1961-05-04", "4711"):
        assert secret not in told


def test_a_case_without_its_manifest_is_fetched_from_what_the_worklist_shows():
    world = World()
    assert without_manifest(world.case) == world.source.case("case-1")
    assert world.fetch().case == world.case
