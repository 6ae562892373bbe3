"""Opening a case's images: the headers kept at receipt become display sets, compared with the case's patient."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from viewers.series.display_set import DisplaySet
from viewers.series.header import Header
from viewers.series.scan import Skipped, scan
from viewers.series.split import display_sets
from viewers.sources import FrameSource, Parser
from workstation.cases.case import Case
from workstation.cases.identity import ImageIdentity, Verdict, compare_with_patient, image_identity
from workstation.cases.ports import CaseShelf


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedStudies:
    """Everything of a case that can be shown.

    Attributes:
        source: the bytes, read from the encrypted store.
        doubts: display set id → why its images may be of another person, without naming anyone.
        skipped: what cannot be shown, and why.
    """

    case: Case
    display_sets: tuple[DisplaySet, ...]
    source: FrameSource
    doubts: dict[str, str]
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()

    def display_set(self, display_set_id: str) -> DisplaySet | None:
        """The display set with this id, or None."""
        return next((item for item in self.display_sets if item.id == display_set_id), None)


def open_study(case: Case, shelf: CaseShelf, parser: Parser) -> OpenedStudies:
    """Make display sets of what is on this computer; newest study first, so that priors follow what is asked about.

    Raises:
        OSError: the store cannot read its own bytes, or they are not those that were received.
    """
    source = shelf.instances(case.id)
    found = scan(source, parser)
    headers, foreign = _of_the_patient(found.headers, case)
    sets = sorted(display_sets(headers), key=lambda item: item.study_date, reverse=True)
    doubts = {item.id: words for item in sets if (words := _doubt(item, source, case))}
    return OpenedStudies(
        case=case, display_sets=tuple(sets), source=source, doubts=doubts, skipped=(*found.skipped, *foreign),
        notes=found.notes,
    )  # fmt: skip


def _of_the_patient(headers: Sequence[Header], case: Case) -> tuple[tuple[Header, ...], tuple[Skipped, ...]]:
    """Images were judged when they came; the service may have said since then that the patient is somebody else."""
    judged: dict[ImageIdentity, str] = {}
    reasons = {header.key: _why_another(header, case, judged) for header in headers}
    kept = tuple(header for header in headers if not reasons[header.key])
    return kept, tuple(Skipped(key=key, reason=reason) for key, reason in reasons.items() if reason)


def _why_another(header: Header, case: Case, judged: dict[ImageIdentity, str]) -> str:
    whose = image_identity({"data": header.attributes.data})
    said = replace(whose, series_uid="", sop_uid="", study_uid="")
    if said not in judged:
        found = compare_with_patient(said, case.patient)
        mismatch = found.verdict is Verdict.MISMATCH
        judged[said] = f"It is of another patient than this case: {' '.join(found.reasons)}" if mismatch else ""
    return judged[said]


def _doubt(display_set: DisplaySet, source: FrameSource, case: Case) -> str:
    if not display_set.frames:
        return ""
    header = source.header(display_set.frames[0].key)
    if header is None:
        return ""
    comparison = compare_with_patient(image_identity(header), case.patient)
    return "" if comparison.verdict is Verdict.SAME else " ".join(comparison.reasons)
