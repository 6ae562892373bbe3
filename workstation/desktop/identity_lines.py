"""Whose images these are, side by side: what the case and the images say of the patient, and how the two compare."""

from dataclasses import dataclass

from workstation.cases.case import Case, Patient
from workstation.cases.identity import Comparison, ImageIdentity, Verdict, compare_attributes
from workstation.review.settle_identity import IdentityDoubt, WrongImages

NOT_SAID = "not said"
SIGNS = {Verdict.SAME: "=", Verdict.DOUBT: "≈", Verdict.MISMATCH: "≠"}
TONES = {Verdict.SAME: "good", Verdict.DOUBT: "watch", Verdict.MISMATCH: "danger"}
SEXES = {"F": "female", "M": "male", "O": "other"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLine:
    """One attribute. ``verdict`` is a sentence that begins with its sign; ``tone`` colours it."""

    attribute: str
    case: str
    images: str
    verdict: str
    tone: str


def lines_of(patient: Patient, image: ImageIdentity) -> tuple[IdentityLine, ...]:
    """Name, birth date, sex and patient ID, each with what is said on either side and the comparison in words."""
    compared = compare_attributes(image, patient)
    born = patient.birth_date.isoformat() if patient.birth_date else ""
    numbers = ", ".join(value for _, value in patient.identifiers)
    issuer = f" (issuer: {image.issuer})" if image.issuer else ""
    said = {
        "name": (_case_name(patient), _written_name(image.name)),
        "birth date": (born, _written_date(image.birth_date)),
        "sex": (patient.sex, SEXES.get(image.sex, image.sex)),
        "patient ID": (numbers, f"{image.patient_id}{issuer}" if image.patient_id else ""),
    }
    return tuple(_line(attribute, *pair, compared[attribute]) for attribute, pair in said.items())


def report_of(case: Case, doubts: tuple[IdentityDoubt, ...], wrong: tuple[WrongImages, ...]) -> str:
    """What the central service must be told, without a word about any patient."""
    lines = [f"Case {case.id}: images were set aside at receipt and are not shown."]
    for one in doubts:
        several = f" It names {one.patients} different patients." if one.patients > 1 else ""
        lines.append(f"{_counted(one.study_uid, one.images, one.reasons)}{several}")
    lines.extend(_counted(one.study_uid, one.images, one.reasons) for one in wrong)
    return "\n".join(lines)


def _counted(study_uid: str, images: int, reasons: tuple[str, ...]) -> str:
    return f"Study {study_uid or 'not of this case'}: {images} images. {' '.join(reasons)}"


def _line(attribute: str, case: str, images: str, compared: Comparison) -> IdentityLine:
    words, tone = _verdict(attribute, compared, both=bool(case and images))
    return IdentityLine(
        attribute=attribute[0].upper() + attribute[1:],
        case=case or NOT_SAID,
        images=images or NOT_SAID,
        verdict=words,
        tone=tone,
    )


def _verdict(attribute: str, compared: Comparison, *, both: bool) -> tuple[str, str]:
    """An identifier of another issuer, or a side that says nothing, proves nothing and is no agreement."""
    if compared.verdict is not Verdict.SAME:
        return f"{SIGNS[compared.verdict]} {' '.join(compared.reasons)}", TONES[compared.verdict]
    if not both:
        return "○ One side says nothing.", "quiet"
    if attribute == "patient ID" and not compared.reasons:
        return "○ Of another issuer: this proves nothing.", "quiet"
    return f"{SIGNS[Verdict.SAME]} The same.", TONES[Verdict.SAME]


def _case_name(patient: Patient) -> str:
    structured = f"{patient.family}, {' '.join(patient.given)}".strip(", ")
    return structured or patient.name


def _written_name(name: str) -> str:
    """PS3.5 6.2.1.2: component groups are separated by ``=``, components by ``^``; family name first."""
    groups = [group for group in name.split("=") if group.strip("^ ")]
    shown = []
    for group in groups:
        family, *rest = group.split("^")
        shown.append(f"{family}, {' '.join(part for part in rest if part)}".strip(", "))
    return " = ".join(shown)


def _written_date(date: str) -> str:
    whole = len(date) == len("YYYYMMDD") and date.isdigit()
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if whole else date
