"""Opening a case's images: the headers kept at receipt become display sets, compared with the case's patient."""

from dataclasses import dataclass

from viewers.series.display_set import DisplaySet
from viewers.series.scan import Skipped, scan
from viewers.series.split import display_sets
from viewers.sources import FrameSource, Parser
from workstation.cases.case import Case
from workstation.cases.identity import Verdict, compare_with_patient, image_identity
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
    sets = sorted(display_sets(found.headers), key=lambda item: item.study_date, reverse=True)
    doubts = {item.id: words for item in sets if (words := _doubt(item, source, case))}
    return OpenedStudies(
        case=case, display_sets=tuple(sets), source=source, doubts=doubts, skipped=found.skipped, notes=found.notes
    )


def _doubt(display_set: DisplaySet, source: FrameSource, case: Case) -> str:
    if not display_set.frames:
        return ""
    header = source.header(display_set.frames[0].key)
    if header is None:
        return ""
    comparison = compare_with_patient(image_identity(header), case.patient)
    return "" if comparison.verdict is Verdict.SAME else " ".join(comparison.reasons)
