"""Two packets of material are the same exactly when their versions are."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.cases import a_case, a_document, a_study, without_manifest
from workstation.cases.case import Question
from workstation.cases.material import in_reading_order, material_differences, material_digest
from workstation.cases.offline import bytes_wanted, offline_state
from workstation.cases.ports import Received, ReceivedState

CASE = a_case(a_study(1), a_study(2), documents=[a_document(b"one"), a_document(b"two", document_id="letter")])


@given(st.permutations(CASE.studies), st.permutations(CASE.documents))
def test_the_digest_does_not_depend_on_order_or_on_manifests(studies, documents):
    shuffled = without_manifest(replace(CASE, studies=tuple(studies), documents=tuple(documents)))
    assert material_digest(shuffled) == material_digest(CASE)
    assert material_differences(CASE, shuffled) == ()


def test_every_kind_of_change_changes_the_digest_and_is_told():
    changed = replace(CASE.studies[0], version="2")
    for other, sentence in (
        (replace(CASE, studies=(CASE.studies[0],)), "1 study was withdrawn."),
        (replace(CASE, studies=(*CASE.studies, a_study(3), a_study(4))), "2 studies were added."),
        (replace(CASE, studies=(changed, CASE.studies[1])), "1 study changed."),
        (replace(CASE, documents=(*CASE.documents, a_document(b"3", document_id="new"))), "1 document was added."),
        (replace(CASE, documents=(replace(CASE.documents[0], sha1="ab"), CASE.documents[1])), "1 document changed."),
    ):
        assert material_digest(other) != material_digest(CASE)
        assert material_differences(CASE, other) == (sentence,)


def test_what_the_questions_speak_of_comes_first_and_what_is_no_image_last():
    study = a_study(series=4)
    plain, lung, report, mr = study.series
    series = (
        replace(plain, count=2),
        replace(lung, description="Lung kernel", count=900),
        replace(report, modality="SR", count=1),
        replace(mr, modality="MR", count=50),
    )
    case = replace(
        a_case(replace(study, series=series)), questions=(Question(id="q", text="Is the lung nodule malignant?"),)
    )
    assert [one.number for one in in_reading_order(case)] == [2, 1, 4, 3]


def received(case, state=ReceivedState.PRESENT, size=100):
    return [
        Received(key=one.sop_uid, series_uid=one.series_uid, size=size, sha256="", state=state)
        for study in case.studies
        for series in study.series
        for one in series.instances
    ]


def test_a_case_is_ready_offline_only_when_everything_promised_is_present():
    case = a_case(a_study())
    everything = received(case)
    assert offline_state(case, everything).ready
    assert offline_state(case, everything[1:]).missing == (everything[0].key,)
    assert not offline_state(case, everything[1:]).ready
    for state in (ReceivedState.QUARANTINED, ReceivedState.UNREADABLE):
        assert not offline_state(case, [replace(everything[0], state=state), *everything[1:]]).ready
    assert not offline_state(without_manifest(case), everything).ready
    assert not offline_state(replace(case, documents=(a_document(b"x"),)), everything).ready


def test_images_that_the_service_counts_but_does_not_list_are_told():
    study = replace(a_study(), promised=8)
    state = offline_state(a_case(study), received(a_case(study)))
    assert state.unlisted == 2
    assert not state.ready


def test_the_space_wanted_follows_what_the_same_series_had():
    case = a_case(a_study(series=1, instances=10))
    assert bytes_wanted(case, received(case)) == 0
    assert bytes_wanted(case, received(case, size=1000)[:5]) == 5500
    assert bytes_wanted(case, []) == 10 * 660_000
