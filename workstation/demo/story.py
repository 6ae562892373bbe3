"""The story: the whole job, from the first start to the receipt, as mouse and keys do it."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel, QListView, QWidget

from viewers.geometry.points import PatientPoint
from viewers.series.display_set import DisplaySet, Kind
from viewers.widgets.image_area import ImageArea
from workstation.demo import hands
from workstation.demo.measuring import Marks, marks_at, measure, middle_marks
from workstation.demo.player import Story, Until
from workstation.demo.stage import PASSPHRASE, Stage
from workstation.demo.writing import give_reasons, place_of_marks, script_of, write_opinion
from workstation.desktop.worklist_list import ENTRY

NO_VOLUME = (
    "the first patient of this folder has no series whose slices make a volume, so there is nothing to measure in"
)
REASON = "Looked at; of no weight for the questions asked."


def whole_job(stage: Stage) -> Story:
    """Sign in, pull, read, measure, cite, write, sign without a network, deliver when it is back."""
    yield from sign_in(stage)
    yield from from_the_worklist(stage)


def from_the_worklist(stage: Stage) -> Story:
    """The whole job of one who is signed in already."""
    yield from choose_settings(stage)
    yield from pull(stage)
    yield from lose_the_network(stage)
    yield from read_and_measure(stage)
    yield from write(stage)
    yield from sign(stage)
    yield from deliver(stage)


def sign_in(stage: Stage) -> Story:
    """A start: a passphrase, and where nobody is known yet the service's address and the browser."""
    yield from unlock()
    yield Until(what="the sign-in, or the worklist", seen=lambda: _is_shown("sign-in-address", "filter-mine"))
    if _is_shown("filter-mine"):
        return
    hands.write("sign-in-address", stage.service.fhir_url)
    hands.click("sign-in-go")
    yield Until(what="cases in the worklist", seen=lambda: bool(_rows()))


def unlock() -> Story:
    """Every start: the passphrase is chosen at the first, asked for at the next."""
    yield _shown("gate-passphrase")
    hands.write("gate-passphrase", PASSPHRASE)
    if hands.find("gate-passphrase-again") is not None:
        hands.write("gate-passphrase-again", PASSPHRASE)
    hands.click("gate-go")


def choose_settings(stage: Stage) -> Story:
    """Marks snap to voxel centres, so that every number can be computed again from the files; and who vouches."""
    hands.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    yield _shown("settings-search")
    hands.write("settings-search", "")
    hands.write("setting-signing-authority", stage.service.timestamp_url)
    hands.press(Qt.Key.Key_Return)
    hands.write("setting-signing-roots", str(stage.service.trust[0]))
    hands.press(Qt.Key.Key_Return)
    hands.click("setting-reading-snap")
    stage.picture("settings")
    hands.press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    yield _shown("worklist-list")


def pull(stage: Stage) -> Story:
    """Accept the case, and wait until it is offline-ready."""
    yield from choose_case(stage, seconds=300)
    yield _shown("case-accept")
    stage.picture("worklist-new")
    hands.click("case-accept")
    yield _shown("acceptance-none")
    hands.click("acceptance-none")
    hands.click("acceptance-go")
    yield Until(what="the case offline-ready", seen=lambda: is_ready(stage), seconds=600)
    hands.click("filter-mine")
    yield from choose_case(stage)
    yield _shown("case-open")
    stage.picture("worklist")


def choose_case(stage: Stage, *, seconds: float = 60) -> Story:
    """Click the case in the worklist that is shown."""
    yield Until(what="the case in the worklist", seen=lambda: _row_of(stage) is not None, seconds=seconds)
    _click_row(stage)


def lose_the_network(stage: Stage) -> Story:
    """The service goes away; looking for new cases says so, and everything here goes on."""
    stage.outside.stop()
    hands.press(Qt.Key.Key_F5)
    yield _shown("problem-happened")
    stage.picture("error")
    hands.click("problem-close")
    yield Until(what="the problem put away", seen=lambda: hands.find("problem-happened") is None)


def read_and_measure(stage: Stage) -> Story:
    """Open the case, look at every series, measure in one and cite."""
    hands.click("case-open")
    yield Until(what="images", seen=lambda: _picture_is_there(stage), seconds=120)
    images = _images(stage)
    pictured = [item.id for item in _series(stage) if item.rows]
    for _ in pictured[1:]:
        yield from _step_series(stage)
    target = measured_series(stage)
    for _ in pictured:
        if _is_open(images, target.id):
            break
        yield from _step_series(stage)
    yield Until(what="every slice", seen=lambda: _all_loaded(stage), seconds=300)
    yield from _look_at_documents()
    stage.picture("reading-room")
    yield from measure(images, _marks(stage, target))
    stage.picture("opinion")


def write(stage: Stage) -> Story:
    """Write what the template asks for, from question to attestation."""
    yield from write_opinion(script_of(stage.case))
    stage.picture("opinion-written")


def sign(stage: Stage) -> Story:
    """Preview the very pages, explain what wants it, re-authenticate, confirm, sign."""
    hands.click("opinion-preview")
    yield _shown("open-points-title")
    yield from give_reasons(REASON)
    yield Until(what="the pages to be signed", seen=lambda: hands.find("preview-page-1") is not None, seconds=120)
    stage.picture("preview")
    account = stage.service.specialist
    hands.write("sign-file", str(account.credential))
    hands.write("sign-passphrase", account.passphrase)
    hands.write("sign-confirmation", "SIGN")
    stage.picture("signing")
    hands.click("sign-go")
    yield _shown("parcel-1", seconds=120)


def deliver(stage: Stage) -> Story:
    """The service is back: what was signed is time-stamped, delivered, read back and verified."""
    stage.picture("outbox")
    yield stage.outside.start_again()
    hands.click("outbox-send")
    yield Until(what="the receipt", seen=lambda: hands.find("parcel-1-receipt") is not None, seconds=300)
    yield Until(what="nothing on its way", seen=lambda: _says("bar-unplug", "safe to unplug"))
    stage.picture("receipt")


def measured_series(stage: Stage) -> DisplaySet:
    """The series that is measured: the largest volume, of the newest study where it is a sample's lesion."""
    volumes = [item for item in _series(stage) if item.kind is Kind.VOLUME]
    if not volumes:
        raise hands.NotVisible(NO_VOLUME)
    if not stage.middle:
        newest = max(item.study_date for item in volumes)
        volumes = [item for item in volumes if item.study_date == newest]
    return max(volumes, key=lambda item: (len(item.frames) * (item.rows or 0) * (item.columns or 0), item.id))


def _marks(stage: Stage, target: DisplaySet) -> Marks:
    places = None if stage.middle else place_of_marks(stage.case)
    if places is None:
        return middle_marks(target)
    length, centre, radius = places
    first, second = (PatientPoint(*point) for point in length)
    return marks_at(target, (first, second), PatientPoint(*centre), radius)


def _step_series(stage: Stage) -> Story:
    """The next series, by the arrow key."""
    images = _images(stage)
    before = images.display_set()
    hands.press(Qt.Key.Key_Right, on=_view(images))
    yield Until(what="the next series", seen=lambda: images.display_set() not in (before, None), seconds=60)
    yield Until(what="its images", seen=lambda: _picture_is_there(stage), seconds=120)


def _is_open(images: ImageArea, display_set_id: str) -> bool:
    shown = images.display_set()
    return shown is not None and shown.id == display_set_id


def _look_at_documents() -> Story:
    number = 1
    while (listed := hands.find(f"document-{number}")) is not None:
        hands.click(listed.objectName())
        yield Until(what="the document's first page", seen=_document_is_there, seconds=60)
        number += 1
    if number > 1:
        hands.press(Qt.Key.Key_Escape)
        yield Until(what="the images again", seen=lambda: not _document_is_there())


def _document_is_there() -> bool:
    return hands.find("document-page-1") is not None or hands.find("document-text") is not None


def _shown(name: str, seconds: float = 60) -> Until:
    return Until(what=f"“{name}”", seen=lambda: hands.find(name) is not None, seconds=seconds)


def _is_shown(*names: str) -> bool:
    return any(hands.find(name) is not None for name in names)


def _says(name: str, words: str) -> bool:
    found = hands.find(name)
    return isinstance(found, QLabel) and words in found.text()


def _list() -> QListView | None:
    found = hands.find("worklist-list")
    return found if isinstance(found, QListView) else None


def _rows() -> int:
    listed = _list()
    return listed.model().rowCount() if listed is not None else 0


def _row_of(stage: Stage) -> int | None:
    listed, task = _list(), stage.service.cases.get(stage.case)
    for row in range(_rows() if listed is not None else 0):
        assert listed is not None
        if listed.model().index(row, 0).data(ENTRY).case.id == task:
            return row
    return None


def _click_row(stage: Stage) -> None:
    listed, row = _list(), _row_of(stage)
    if listed is None or row is None:
        raise hands.NotVisible("the case is not in the worklist that is shown")
    index = listed.model().index(row, 0)
    hands.click_at(listed.viewport(), QPointF(listed.visualRect(index).center()))


def is_ready(stage: Stage) -> bool:
    """Whether the case is offline-ready."""
    task = stage.service.cases[stage.case]
    session = stage.window.session
    entry = session.worklist.entry(task) if session is not None else None
    return entry is not None and entry.holding.complete and not entry.fetching


def _images(stage: Stage) -> ImageArea:
    assert stage.window.session is not None
    return stage.window.session.images


def _view(images: ImageArea) -> QWidget:
    return images.active_view() or images


def _series(stage: Stage) -> tuple[DisplaySet, ...]:
    session = stage.window.session
    assert session is not None
    assert session.reading.case is not None
    return tuple(session.reading.case.studies.display_sets)


def _picture_is_there(stage: Stage) -> bool:
    session = stage.window.session
    if session is None or session.reading.case is None or session.reading.stands_in:  # its views are about to go
        return False
    view = session.images.active_view()
    return view is not None and view.isVisible() and view.picture() is not None


def _all_loaded(stage: Stage) -> bool:
    stage_shown = _images(stage).stage()
    if stage_shown is None or not _picture_is_there(stage):
        return False
    return all(view.picture() is not None for view in stage_shown.views if view.isVisible())
