"""Wrong patients are found, right ones are not suspected, doubts are left to a person."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.fakes.cases import PATIENT, a_study, instance_bytes
from tests.fakes.jobs import DirectParser
from workstation.cases.case import Patient
from workstation.cases.identity import (
    ImageIdentity,
    Verdict,
    compare_images,
    compare_with_patient,
    compare_with_promise,
    image_identity,
)

IMAGE = ImageIdentity(
    name="Marković^Ana",
    birth_date="19610504",
    sex="F",
    patient_id="4711",
    issuer="",
    study_uid="1.2.3.1",
    series_uid="1.2.3.1.1",
    sop_uid="1.2.3.1.1.1",
)


def verdict(patient: Patient = PATIENT, **image: str) -> Verdict:
    return compare_with_patient(replace(IMAGE, **image), patient).verdict


@pytest.mark.parametrize(
    "image",
    [
        {},
        {"name": "MARKOVIĆ^ANA"},
        {"name": "Marković^Ana^^Dr."},
        {"name": "Marković^Ana=馬^安娜"},
        {"patient_id": "other-hospital-99"},
        {"patient_id": "99", "issuer": "other hospital"},
        {"patient_id": ""},
        {"sex": ""},
        {"birth_date": "1961.05.04"},
    ],
)
def test_the_same_patient_from_another_hospital_is_not_suspected(image):
    assert verdict(**image) is Verdict.SAME


@pytest.mark.parametrize(
    "image",
    [
        {"name": "Ana^Marković"},
        {"name": "Markovic^Ana"},
        {"name": "Marković^Anna"},
        {"name": "Petrović^Ana"},
        {"name": "Марковић^Ана"},
        {"name": ""},
        {"birth_date": ""},
        {"birth_date": "1961"},
        {"birth_date": "04.05.61"},
        {"sex": "O"},
    ],
)
def test_what_may_be_the_same_patient_is_a_doubt(image):
    assert verdict(**image) is Verdict.DOUBT


@pytest.mark.parametrize(
    "image",
    [
        {"birth_date": "19610505"},
        {"birth_date": "1962"},
        {"birth_date": "1961.05.05"},
        {"sex": "M"},
        {"name": "Okafor^Chidi", "patient_id": "12"},
        {"patient_id": "4712", "issuer": "urn:hospital"},
        {"name": "Markovic^Ana", "sex": "M"},
    ],
)
def test_another_patient_is_a_mismatch(image):
    assert verdict(**image) is Verdict.MISMATCH


def test_a_name_that_leaves_words_out_is_accepted_only_with_a_known_patient_id():
    assert verdict(name="Marković") is Verdict.SAME
    assert verdict(name="Marković", patient_id="x") is Verdict.DOUBT
    assert verdict(name="Marković^Petra") is Verdict.DOUBT


def test_a_known_patient_id_turns_a_wholly_different_name_into_a_doubt():
    assert verdict(name="Okafor^Chidi") is Verdict.DOUBT


def test_records_without_any_birth_date_are_accepted_only_with_a_known_patient_id():
    unknown = replace(PATIENT, birth_date=None)
    assert verdict(unknown, birth_date="") is Verdict.SAME
    assert verdict(unknown, birth_date="", patient_id="x") is Verdict.DOUBT
    assert verdict(unknown) is Verdict.DOUBT


def test_reasons_never_repeat_the_patient():
    told = compare_with_patient(replace(IMAGE, name="Okafor^Chidi", birth_date="19620101", patient_id="1"), PATIENT)
    assert told.reasons
    for secret in ("Okafor", "Chidi", "1962", "Marković", "1961", "4711"):
        assert secret not in " ".join(told.reasons)


def test_an_image_under_another_name_than_it_was_asked_for_is_a_mismatch():
    promised = a_study().series[0].instances[0]
    assert compare_with_promise(IMAGE, promised).verdict is Verdict.SAME
    for part in ("study_uid", "series_uid", "sop_uid"):
        assert compare_with_promise(replace(IMAGE, **{part: "1.9"}), promised).verdict is Verdict.MISMATCH


def test_two_identities_in_one_study_never_agree():
    assert compare_images(IMAGE, replace(IMAGE, name="MARKOVIĆ^ANA")).verdict is Verdict.SAME
    for part, value in {"name": "B", "birth_date": "19700101", "sex": "M", "patient_id": "2"}.items():
        assert compare_images(IMAGE, replace(IMAGE, **{part: value})).verdict is Verdict.MISMATCH
    for other in ({"name": "Marković^Hana"}, {"name": "Marković^Ana^Petra", "birth_date": "19610505"}):
        assert compare_images(IMAGE, replace(IMAGE, **other)).verdict is Verdict.MISMATCH


@pytest.mark.parametrize(
    "other",
    [
        {"name": "MARKOVIC^ANA"},
        {"name": "Ana^Marković"},
        {"name": "Marković"},
        {"name": ""},
        {"patient_id": ""},
        {"birth_date": ""},
        {"birth_date": "1961.05.04"},
        {"sex": ""},
        {"issuer": "x"},
        {"name": "", "birth_date": "", "sex": ""},
    ],
)
def test_a_capture_that_leaves_things_out_is_no_second_patient_of_its_study(other):
    assert compare_images(IMAGE, replace(IMAGE, **other)).verdict is Verdict.SAME
    assert compare_images(replace(IMAGE, **other), IMAGE).verdict is Verdict.SAME


def test_an_image_that_says_nothing_of_whose_it_is_or_has_the_number_of_another_issuer_does_not_agree_by_it():
    nobody = replace(IMAGE, name="", patient_id="")
    assert compare_images(IMAGE, nobody).verdict is Verdict.MISMATCH
    elsewhere = replace(IMAGE, name="", issuer="b")
    assert compare_images(replace(IMAGE, issuer="a"), elsewhere).verdict is Verdict.MISMATCH
    assert compare_images(replace(IMAGE, issuer="a"), replace(elsewhere, name=IMAGE.name, patient_id="9")).verdict is (
        Verdict.SAME
    )


def test_the_identity_of_a_real_header_is_read_from_its_mapping():
    promised = a_study().series[0].instances[0]
    header = DirectParser().parse("viewers.series.header_job:read", instance_bytes(promised))
    assert image_identity(header) == IMAGE


@pytest.mark.parametrize("header", [{}, {"data": None}, {"data": {"PatientName": 3, "PatientSex": ["F"]}}])
def test_a_header_that_says_nothing_is_a_doubt_or_worse(header):
    assert compare_with_patient(image_identity(header), PATIENT).verdict is not Verdict.SAME


NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüéłøß", min_size=2, max_size=12)
DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2025, 1, 1))


def of(family: str, given_name: str, born: date, sex: str) -> Patient:
    return replace(PATIENT, name="", family=family, given=(given_name,), birth_date=born, sex=sex)


@given(NAMES, NAMES, DATES, st.sampled_from(["female", "male"]))
def test_no_false_alarm_on_a_patient_who_is_written_as_the_case_writes_them(family, given_name, born, sex):
    image = replace(
        IMAGE, name=f"{family.upper()}^{given_name.title()}", birth_date=born.strftime("%Y%m%d"), sex=sex[0].upper()
    )
    patient = of(family.upper(), given_name.title(), born, sex)
    assert compare_with_patient(image, patient).verdict is Verdict.SAME


@given(NAMES, NAMES, DATES, st.integers(1, 20000))
def test_another_birth_date_is_never_let_through(family, given_name, born, days):
    image = replace(IMAGE, name=f"{family}^{given_name}", birth_date=(born + timedelta(days=days)).strftime("%Y%m%d"))
    assume(image.birth_date != born.strftime("%Y%m%d"))
    assert compare_with_patient(image, of(family, given_name, born, "female")).verdict is Verdict.MISMATCH


@given(NAMES, NAMES, NAMES, NAMES, DATES)
def test_another_name_is_never_the_same(family, given_name, other_family, other_given, born):
    assume({family.casefold(), given_name.casefold()} != {other_family.casefold(), other_given.casefold()})
    image = replace(IMAGE, name=f"{other_family}^{other_given}", birth_date=born.strftime("%Y%m%d"), patient_id="x")
    assert compare_with_patient(image, of(family, given_name, born, "female")).verdict is not Verdict.SAME
