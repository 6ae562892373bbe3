"""Is this image of this patient? Pure rules that compare the case's patient with what a DICOM header says."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from workstation.cases.case import Patient, PromisedInstance
from workstation.cases.names import Likeness, is_same_person, is_shortened, likeness, person_names


class Verdict(IntEnum):
    """The worst finding wins."""

    SAME = 0
    DOUBT = 1
    MISMATCH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A verdict and why, in words that name attributes but no patient."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageIdentity:
    """Who a DICOM header says it is of, as written there; "" where it says nothing.

    Attributes:
        name: PN as written.
        birth_date: DA, ``YYYYMMDD``.
        sex: ``F``, ``M``, ``O``.
        patient_id, issuer: Patient ID (0010,0020) and its issuer (0010,0021).
        study_uid, series_uid, sop_uid: what it says it is.
    """

    name: str
    birth_date: str
    sex: str
    patient_id: str
    issuer: str
    study_uid: str
    series_uid: str
    sop_uid: str


SAME = Comparison(verdict=Verdict.SAME)


def image_identity(header: Mapping[str, object]) -> ImageIdentity:
    """Read a header mapping (``viewers.series.header``), tolerating whatever is not text."""
    data = header.get("data")
    found: Mapping[str, object] = data if isinstance(data, Mapping) else {}
    return ImageIdentity(
        name=_text(found, "PatientName"),
        birth_date=_text(found, "PatientBirthDate"),
        sex=_text(found, "PatientSex").upper(),
        patient_id=_text(found, "PatientID"),
        issuer=_text(found, "IssuerOfPatientID"),
        study_uid=_text(found, "StudyInstanceUID"),
        series_uid=_text(found, "SeriesInstanceUID"),
        sop_uid=_text(found, "SOPInstanceUID"),
    )


def compare_with_promise(image: ImageIdentity, promised: PromisedInstance) -> Comparison:
    """A header whose UIDs are not those that were asked for is another image: a mismatch."""
    pairs = (
        (image.study_uid, promised.study_uid, "study"),
        (image.series_uid, promised.series_uid, "series"),
        (image.sop_uid, promised.sop_uid, "instance"),
    )
    wrong = tuple(f"The image says it belongs to another {word}." for said, asked, word in pairs if said != asked)
    return Comparison(verdict=Verdict.MISMATCH, reasons=wrong) if wrong else SAME


def compare_with_patient(image: ImageIdentity, patient: Patient) -> Comparison:
    """Compare name, birth date, sex and identifiers.

    Another birth date or sex is a mismatch, as is another identifier of the same issuer or a name that shares nothing.
    A Patient ID of another issuer is none. Order, accents, transliteration, a changed family name and a missing birth
    date are doubts, which a person settles; a name that only leaves words out is none where the Patient ID is known.
    """
    return _worst(tuple(compare_attributes(image, patient).values()))


def compare_attributes(image: ImageIdentity, patient: Patient) -> Mapping[str, Comparison]:
    """What ``compare_with_patient`` finds, by attribute: ``birth date``, ``sex``, ``patient ID``, ``name``."""
    known = _identifier(image, patient)
    return {
        "birth date": _compare_birth_dates(image, patient, known=known.verdict is Verdict.SAME and bool(known.reasons)),
        "sex": _compare_sexes(image.sex, patient.sex),
        "patient ID": known,
        "name": _compare_names(image.name, patient, known=bool(known.reasons)),
    }


def compare_images(one: ImageIdentity, other: ImageIdentity) -> Comparison:
    """Two headers of one study must be of one patient: what both say is the same, and they share a name or an ID.

    What only one of them says is no difference: captures and derived objects leave things out. Accents, order and
    words left out make no other name; IDs are compared where they are not of two issuers.
    """
    same_issuer = not (one.issuer and other.issuer) or one.issuer == other.issuer
    pairs = (
        (_digits(one.birth_date), _digits(other.birth_date), "birth date"),
        (_sex(one.sex), _sex(other.sex), "sex"),
        (one.patient_id if same_issuer else "", other.patient_id, "patient ID"),
    )
    wrong = [
        f"Two images of one study differ in {word}." for left, right, word in pairs if left and right and left != right
    ]
    names = person_names(one.name), person_names(other.name)
    if all(names) and not any(is_same_person(left, right) for left in names[0] for right in names[1]):
        wrong.append("Two images of one study differ in name.")
    same_id = same_issuer and one.patient_id and one.patient_id == other.patient_id
    if not wrong and not all(names) and not same_id:
        wrong.append("An image of the study does not say whose it is.")
    return Comparison(verdict=Verdict.MISMATCH, reasons=tuple(wrong)) if wrong else SAME


def _identifier(image: ImageIdentity, patient: Patient) -> Comparison:
    """SAME with a reason when an identifier is known to be the patient's, SAME without when nothing can be said."""
    if not image.patient_id:
        return SAME
    if image.patient_id in {value for _, value in patient.identifiers}:
        return Comparison(verdict=Verdict.SAME, reasons=("The patient ID is one of the case's.",))
    if image.issuer and any(_same_issuer(image.issuer, system) for system, _ in patient.identifiers):
        return Comparison(verdict=Verdict.MISMATCH, reasons=("The same issuer gave the patient another ID.",))
    return SAME


def _same_issuer(issuer: str, system: str) -> bool:
    return issuer.strip().casefold().removeprefix("urn:oid:") == system.strip().casefold().removeprefix("urn:oid:")


def _compare_birth_dates(image: ImageIdentity, patient: Patient, *, known: bool) -> Comparison:
    said, expected = _digits(image.birth_date), patient.birth_date.strftime("%Y%m%d") if patient.birth_date else ""
    if said == expected:
        return SAME if said or known else _doubt("Neither the case nor the image says the birth date.")
    if not said or not expected:
        return _doubt("The birth date is missing in the image." if expected else "The case says no birth date.")
    if not said.isdigit() or len(said) > len(expected):
        return _doubt("The birth date in the image is not a date.")
    if len(said) < len(expected) and expected.startswith(said):
        return _doubt("The birth date in the image is incomplete.")
    return Comparison(verdict=Verdict.MISMATCH, reasons=("The birth date is another.",))


def _digits(birth_date: str) -> str:
    """A date as DA; ACR-NEMA wrote ``YYYY.MM.DD``, others write hyphens."""
    plain = birth_date.strip()
    parts = plain.replace("-", ".").split(".")
    return "".join(parts) if [len(part) for part in parts] == [4, 2, 2] else plain


def _compare_sexes(said: str, expected: str) -> Comparison:
    left, right = _sex(said), _sex(expected)
    if not left or not right or left == right:
        return SAME
    if "O" in {left, right}:
        return _doubt("The sex is given differently.")
    return Comparison(verdict=Verdict.MISMATCH, reasons=("The sex is another.",))


def _sex(word: str) -> str:
    return {"F": "F", "FEMALE": "F", "M": "M", "MALE": "M", "O": "O", "OTHER": "O"}.get(word.strip().upper(), "")


def _compare_names(said: str, patient: Patient, *, known: bool) -> Comparison:
    groups = person_names(said)
    expected = _expected_names(patient)
    if not groups or not expected:
        return _doubt("The image names no patient." if not groups else "The case names no patient.")
    best = max(likeness(group, name) for group in groups for name in expected)
    if best is Likeness.SAME:
        return SAME
    if known and any(is_shortened(group, name) for group in groups for name in expected):
        return SAME
    if best is Likeness.RELATED or known:
        return _doubt("The name is written differently.")
    return Comparison(verdict=Verdict.MISMATCH, reasons=("The name is another.",))


def _expected_names(patient: Patient) -> tuple[str, ...]:
    given = " ".join(patient.given)
    structured = f"{patient.family}^{given}".strip("^ ")
    first_only = f"{patient.family}^{patient.given[0]}" if len(patient.given) > 1 else ""
    return tuple(dict.fromkeys(name for name in (structured, first_only) if name)) or person_names(patient.name)


def _doubt(reason: str) -> Comparison:
    return Comparison(verdict=Verdict.DOUBT, reasons=(reason,))


def _worst(parts: tuple[Comparison, ...]) -> Comparison:
    verdict = max(part.verdict for part in parts)
    if verdict is Verdict.SAME:
        return SAME
    said = [part for part in parts if part.verdict is not Verdict.SAME]
    return Comparison(verdict=verdict, reasons=tuple(reason for part in said for reason in part.reasons))


def _text(data: Mapping[str, object], keyword: str) -> str:
    value = data.get(keyword)
    return value.strip(" \0") if isinstance(value, str) else ""
