"""Settling whose images these are: a doubt is decided once per study by the specialist, with a reason, and audited.

Either they are the patient's, and are shown; or they cannot be taken for the patient's, stay locked away, and the
opinion is given without them. Until one or the other is decided no opinion is signed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from workstation.cases.case import Case, Patient
from workstation.cases.identity import ImageIdentity, Verdict, compare_images, image_identity
from workstation.cases.material import promised_instances
from workstation.cases.ports import AuditTrail, CaseShelf, InstanceSource, Received, ReceivedState
from workstation.cases.refusals import WrongPatient
from workstation.review.receiving import DOUBT

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityDoubt:
    """What the specialist sees side by side.

    Attributes:
        image: who the images say they are of.
        images: how many.
        reasons: why it is doubtful, sentences without patient text.
        patients: how many different identities the study holds, shown images included; more than one cannot be settled.
        left_out: why the specialist left them out, "" while nothing is decided.
    """

    study_uid: str
    patient: Patient
    image: ImageIdentity
    images: int
    reasons: tuple[str, ...]
    patients: int = 1
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongImages:
    """Images of a study that are certainly not the patient's, or not what was asked for: never shown, only reported."""

    study_uid: str
    images: int
    reasons: tuple[str, ...]


def identity_doubts(case: Case, shelf: CaseShelf) -> tuple[IdentityDoubt, ...]:
    """Every study of the case with images that wait for a decision."""
    studies = {one.sop_uid: one.study_uid for one in promised_instances(case)}
    by_study: dict[str, list[Received]] = {}
    for one in shelf.received(case.id):
        if one.state is ReceivedState.QUARANTINED and one.reason.startswith(DOUBT) and one.key in studies:
            by_study.setdefault(studies[one.key], []).append(one)
    return tuple(_doubt(case, study, waiting, shelf) for study, waiting in by_study.items())


def wrong_images(case: Case, shelf: CaseShelf) -> tuple[WrongImages, ...]:
    """Every study of the case with images that no decision can release; nothing of what they say is returned."""
    studies = {one.sop_uid: one.study_uid for one in promised_instances(case)}
    by_study: dict[str, list[Received]] = {}
    for one in shelf.received(case.id):
        if one.state is ReceivedState.QUARANTINED and not one.reason.startswith(DOUBT):
            by_study.setdefault(studies.get(one.key, ""), []).append(one)
    return tuple(
        WrongImages(study_uid=study, images=len(kept), reasons=tuple(dict.fromkeys(one.reason for one in kept)))
        for study, kept in by_study.items()
    )


def settle_identity(case: Case, study_uid: str, *, reason: str, shelf: CaseShelf, audit: AuditTrail) -> int:
    """The specialist decided that a study's doubtful images are the patient's; they may be shown from now on.

    Returns:
        How many images were released.

    Raises:
        WrongPatient: there is no doubt to settle, no reason is given, or the study is of more than one patient.
    """
    doubt = _open_doubt(
        case, study_uid, reason, shelf, advice="Say in a few words why these are images of the patient."
    )
    if doubt.patients > 1:
        raise WrongPatient(
            "This study holds images of more than one patient.",
            kept="They stay locked away; the rest of the case can be read.",
            advice="Tell the central service; this cannot be decided here.",
        )
    audit.record("identity-settled", case_id=case.id, detail=_detail(doubt))
    shelf.remember(case.id, _left_out(study_uid), "")
    shelf.remember(case.id, _name(study_uid), json.dumps({"identity": asdict(doubt.image), "reason": reason}))
    return _release(case.id, _waiting(case, study_uid, shelf), shelf)


def leave_out(case: Case, study_uid: str, *, reason: str, shelf: CaseShelf, audit: AuditTrail) -> None:
    """The specialist decided to give the opinion without a study's doubtful images; they stay locked away.

    Raises:
        WrongPatient: there is no doubt to settle, or no reason is given.
    """
    doubt = _open_doubt(
        case, study_uid, reason, shelf, advice="Say in a few words why the opinion is given without them."
    )
    audit.record("identity-left-out", case_id=case.id, detail=_detail(doubt))
    shelf.remember(case.id, _left_out(study_uid), reason.strip())


def settled_identities(case: Case, shelf: CaseShelf) -> Mapping[str, ImageIdentity]:
    """By study UID, the identity that was accepted as the patient's."""
    told = {study.study_uid: shelf.remembered(case.id, _name(study.study_uid)) for study in case.studies}
    return {study: ImageIdentity(**json.loads(text)["identity"]) for study, text in told.items() if text}


def _open_doubt(case: Case, study_uid: str, reason: str, shelf: CaseShelf, *, advice: str) -> IdentityDoubt:
    """The doubt that a decision is about, refused where there is none or the decision has no reason."""
    doubt = next((one for one in identity_doubts(case, shelf) if one.study_uid == study_uid), None)
    if doubt is None or not reason.strip():
        raise WrongPatient(
            "Nothing was decided: there is no doubt to settle here, or no reason was given.",
            kept="The images stay locked away.",
            advice=advice,
        )
    return doubt


def _doubt(case: Case, study_uid: str, waiting: Sequence[Received], shelf: CaseShelf) -> IdentityDoubt:
    source = shelf.instances(case.id)
    doubtful = list(dict.fromkeys(_who(source, one.key) for one in waiting))
    shown = dict.fromkeys(_who(source, key) for key in _of_study(case, study_uid) & set(source.keys()))
    identities: list[ImageIdentity] = []
    for image in (*doubtful, *shown):
        if all(compare_images(known, image).verdict is not Verdict.SAME for known in identities):
            identities.append(image)
    reasons = dict.fromkeys(one.reason.removeprefix(DOUBT) for one in waiting)
    return IdentityDoubt(
        study_uid=study_uid,
        patient=case.patient,
        image=max(doubtful, key=_told),
        images=len(waiting),
        reasons=tuple(reasons),
        patients=len(identities),
        left_out=shelf.remembered(case.id, _left_out(study_uid)) or "",
    )


def _detail(doubt: IdentityDoubt) -> str:
    return json.dumps({"study": doubt.study_uid, "images": doubt.images})


def _of_study(case: Case, study_uid: str) -> set[str]:
    return {one.sop_uid for one in promised_instances(case) if one.study_uid == study_uid}


def _who(source: InstanceSource, key: str) -> ImageIdentity:
    """Whom an image names, apart from which image it is."""
    return replace(image_identity(source.header(key) or {}), study_uid="", series_uid="", sop_uid="")


def _told(image: ImageIdentity) -> int:
    """How much an image says of whose it is; what says most is shown, and what comes later is compared with it."""
    return sum(bool(part) for part in (image.name, image.birth_date, image.sex, image.patient_id, image.issuer))


def _waiting(case: Case, study_uid: str, shelf: CaseShelf) -> tuple[Received, ...]:
    of_study = _of_study(case, study_uid)
    return tuple(
        one
        for one in shelf.received(case.id)
        if one.key in of_study and one.state is ReceivedState.QUARANTINED and one.reason.startswith(DOUBT)
    )


def _release(case_id: str, waiting: Sequence[Received], shelf: CaseShelf) -> int:
    """Receive the bytes again from the shelf itself, this time as present."""
    source = shelf.instances(case_id)
    for one in waiting:
        header = source.header(one.key)
        writing = shelf.receive(case_id, one.key, one.series_uid)
        for offset in range(0, one.size, _PIECE_BYTES):
            writing.write(source.read(one.key, offset, _PIECE_BYTES))
        writing.commit(header)
    return len(waiting)


def _name(study_uid: str) -> str:
    return f"identity {study_uid}"


def _left_out(study_uid: str) -> str:
    return f"identity left out {study_uid}"
