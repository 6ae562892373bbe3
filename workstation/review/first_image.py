"""The first image of a case: kept apart with its header, so that opening shows it before anything else is read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from viewers.isolation.pool import Pool
from viewers.series.codecs.frame import FrameRefused
from viewers.series.display_set import DisplaySet, Kind
from viewers.series.receive import header_of
from viewers.series.split import display_sets
from viewers.sources import Parser
from viewers.volumes.frame_values import FrameValues, frame
from workstation.cases.case import Case
from workstation.cases.identity import Verdict, compare_with_patient, image_identity
from workstation.cases.ports import CaseShelf
from workstation.review.open_study import OpenedStudies, open_study

NAME = "first image"
STILL_OPENING = "The series is being opened."


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstImage:
    """One image that can be shown while the rest is read.

    Attributes:
        display_set_id: of the whole display set it belongs to.
        display_set: the image alone.
        values: of its one frame; the warning says that there is more to come.
    """

    case: Case
    display_set_id: str
    display_set: DisplaySet
    values: FrameValues


def first_shown(sets: Sequence[DisplaySet], where: str = "") -> DisplaySet | None:
    """What is opened first: the display set that was open last, else the largest of the newest study."""
    pictured = [item for item in sets if item.frames and item.rows]
    known = next((item for item in pictured if item.id == where), None)
    return known or max(pictured, key=lambda item: (item.study_date, len(item.frames)), default=None)


def first_index(shown: DisplaySet) -> int:
    """The frame that is shown first: where a clip begins, else the middle."""
    return 0 if shown.kind in (Kind.CINE, Kind.VIDEO) else len(shown.frames) // 2


def remember_first(opened: OpenedStudies, shelf: CaseShelf, where: str = "") -> None:
    """Keep which image the case will open with; nothing is written where that is known already.

    Raises:
        OSError: the store cannot read its own bytes.
    """
    shown = first_shown(opened.display_sets, where)
    if shown is None:
        return
    one = shown.frames[first_index(shown)]
    text = json.dumps(
        {
            "display set": shown.id,
            "key": one.key,
            "size": opened.source.size(one.key),
            "header": opened.source.header(one.key),
        }
    )
    if shelf.remembered(opened.case.id, NAME) != text:
        shelf.remember(opened.case.id, NAME, text)


def prepare_first(case: Case, shelf: CaseShelf, parser: Parser) -> None:
    """Keep it for a case that was just received.

    Raises:
        OSError: the store cannot read its own bytes.
    """
    remember_first(open_study(case, shelf, parser), shelf)


def first_image(case_id: str, shelf: CaseShelf, workers: Pool) -> FirstImage | None:
    """The image to begin with, if it is still here, provably of the case's patient, alone in its file, and decodable.

    None is no failure: the case is then opened as a whole, which says what is wrong. A file of many frames has one
    header to read anyway.
    """
    text, case = shelf.remembered(case_id, NAME), shelf.get(case_id)
    if text is None or case is None:
        return None
    kept = json.loads(text)
    if kept["header"] is None or not shelf.instances(case_id).holds(kept["key"]):
        return None
    if compare_with_patient(image_identity(kept["header"]), case.patient).verdict is not Verdict.SAME:
        return None
    header = header_of(kept["key"], kept["size"], kept["header"])
    alone = [item for item in display_sets([header]) if item.rows and len(item.frames) == 1]
    return _decoded(case, str(kept["display set"]), alone[0], shelf, workers) if alone else None


def _decoded(case: Case, display_set_id: str, alone: DisplaySet, shelf: CaseShelf, workers: Pool) -> FirstImage | None:
    try:
        values = frame(alone, 0, shelf.instances(case.id), workers, priority=-1)
    except (FrameRefused, OSError):
        return None
    said = " ".join(words for words in (values.warning, STILL_OPENING) if words)
    named = replace(alone, id=display_set_id)  # a mark that is drawn on it belongs to the whole
    return FirstImage(case=case, display_set_id=display_set_id, display_set=named, values=replace(values, warning=said))
