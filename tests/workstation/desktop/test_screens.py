"""Gate, sign-in, problems, settings, signing and outbox: what they ask, what they refuse, what they never show."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from tests.fakes.parcels import a_parcel
from tests.fakes.shelves import FakeTokenShelf
from workstation.cases.refusals import Refused, Unreachable
from workstation.desktop.commands import Command, Commands, found
from workstation.desktop.gate_screen import GateScreen
from workstation.desktop.open_points import OpenPoints
from workstation.desktop.outbox_screen import OutboxScreen
from workstation.desktop.parcel_card import reached, receipt_lines, state_of, times
from workstation.desktop.problem import Problem, ProblemCard, details_of, problem_of
from workstation.desktop.settings_screen import SettingsScreen
from workstation.desktop.sign_in_screen import SignInScreen
from workstation.desktop.sign_screen import SignScreen
from workstation.opinions.completeness import missing
from workstation.opinions.rules import Concern, Severity
from workstation.opinions.template import load
from workstation.outbox.parcel import ParcelState
from workstation.settings.catalogue import SETTINGS
from workstation.settings.choices import Choices
from workstation.storage.store import Lockwork

NEW = Lockwork(exists=False, by_keyring=False, by_passphrase=False)
KNOWN = Lockwork(exists=True, by_keyring=False, by_passphrase=True)
LEFT = Qt.MouseButton.LeftButton


def part(widget, name, kind=QWidget):
    made = widget.findChild(kind, name)
    assert made is not None, name
    return made


@pytest.fixture
def shown(qtbot):
    def show(widget):
        qtbot.addWidget(widget)
        widget.resize(1366, 768)
        widget.show()
        return widget

    return show


def test_a_first_start_asks_twice_for_a_long_enough_passphrase(qtbot, look, shown):
    gate = shown(GateScreen(look))
    gate.prepare(NEW)
    made = []
    gate.creation_requested.connect(made.append)
    first, again, go = (part(gate, name) for name in ("gate-passphrase", "gate-passphrase-again", "gate-go"))
    qtbot.keyClicks(first, "short")
    qtbot.mouseClick(go, LEFT)
    first.clear()
    qtbot.keyClicks(first, "long enough words")
    qtbot.keyClicks(again, "other words here")
    qtbot.mouseClick(go, LEFT)
    assert made == []
    assert part(gate, "gate-words").isVisible()
    again.clear()
    qtbot.keyClicks(again, "long enough words")
    qtbot.mouseClick(go, LEFT)
    assert made == ["long enough words"]


def test_a_known_store_asks_once_and_enter_is_enough(qtbot, look, shown):
    gate = shown(GateScreen(look))
    gate.prepare(KNOWN)
    assert not part(gate, "gate-passphrase-again").isVisible()
    with qtbot.waitSignal(gate.unlock_requested) as asked:
        qtbot.keyClicks(part(gate, "gate-passphrase"), "words")
        qtbot.keyClick(part(gate, "gate-passphrase"), Qt.Key.Key_Return)
    assert asked.args == ["words"]


def test_preparing_the_gate_again_leaves_no_passphrase_in_the_field(qtbot, look, shown):
    gate = shown(GateScreen(look))
    gate.prepare(KNOWN)
    qtbot.keyClicks(part(gate, "gate-passphrase"), "words")
    gate.prepare(KNOWN, locked=True)
    assert part(gate, "gate-passphrase").text() == ""
    assert part(gate, "gate-passphrase").echoMode() is QLineEdit.EchoMode.Password


def test_while_the_browser_has_the_sign_in_it_can_be_cancelled(qtbot, look, shown):
    screen = shown(SignInScreen(look))
    screen.prepare("https://service.example/fhir", "", may_work_offline=False)
    assert not part(screen, "sign-in-cancel").isVisible()
    screen.say("The browser is open.", busy=True)
    assert not part(screen, "sign-in-go").isVisible()
    with qtbot.waitSignal(screen.cancelled):
        qtbot.mouseClick(part(screen, "sign-in-cancel"), LEFT)


def test_a_refusal_speaks_for_itself_in_three_parts():
    told = problem_of(
        "The worklist was not refreshed",
        Unreachable("The service does not answer.", kept="Cases here can be read.", advice="Check the network."),
    )
    assert told.happened == "The worklist was not refreshed. The service does not answer."
    assert (told.kept, told.next) == ("Cases here can be read.", "Check the network.")


def test_a_mistake_of_ours_is_called_one():
    told = problem_of("The draft could not be saved", KeyError("Maja Lindqvist"))
    assert "mistake of this program" in told.happened
    assert "Maja" not in told.happened


def test_details_never_hold_what_the_error_says():
    def fail():
        try:
            {}["Maja Lindqvist, 1966-03-02"]
        except KeyError as error:
            raise ValueError("SO-4711") from error

    with pytest.raises(ValueError, match="4711") as caught:
        fail()
    details = details_of("opening", caught.value)
    assert "Maja" not in details
    assert "4711" not in details
    assert "ValueError" in details
    assert "KeyError" in details
    assert "test_screens.py" in details


def test_the_one_button_of_a_problem_helps_and_escape_puts_it_away(qtbot, look, shown):
    ground = shown(QWidget())
    card = ProblemCard(look, ground)
    helped = []
    card.tell(Problem(happened="It broke.", action="Try again", details="step: x"), lambda: helped.append(1))
    assert part(card, "problem-act", QPushButton).text() == "Try again"
    qtbot.mouseClick(part(card, "problem-copy"), LEFT)
    assert QGuiApplication.clipboard().text() == "step: x"
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert helped == []
    card.tell(Problem(happened="It broke.", action="Try again"), lambda: helped.append(1))
    qtbot.mouseClick(part(card, "problem-act"), LEFT)
    assert helped == [1]
    assert not card.isVisible()


def test_a_problem_is_as_high_as_its_words(look, shown):
    ground = shown(QWidget())
    card = ProblemCard(look, ground)
    card.tell(Problem(happened="Short."))
    low = card.height()
    card.tell(Problem(happened="Long " * 80, kept="Kept. " * 30, next="Do. " * 30))
    assert card.height() > low
    assert low < 160


def test_every_setting_has_a_control_with_name_and_help(look, shown):
    screen = shown(SettingsScreen(look))
    screen.show_choices(Choices(FakeTokenShelf()))
    for setting in SETTINGS:
        control = part(screen, f"setting-{setting.key.replace('.', '-')}")
        assert control.accessibleName() == setting.title
        assert control.accessibleDescription() == setting.text


def test_choosing_keeps_the_value_and_tells_which_setting(qtbot, look, shown):
    texts = FakeTokenShelf()
    screen = shown(SettingsScreen(look))
    screen.show_choices(Choices(texts))
    with qtbot.waitSignal(screen.changed) as told:
        part(screen, "setting-reading-snap", QCheckBox).click()
    assert told.args == ["reading.snap"]
    theme = part(screen, "setting-look-theme", QComboBox)
    theme.setCurrentIndex(theme.findData("light"))
    part(screen, "setting-lock-minutes", QSpinBox).setValue(3)
    part(screen, "setting-lock-minutes", QSpinBox).editingFinished.emit()
    again = Choices(texts)
    assert again.switch("reading.snap")
    assert again.text("look.theme") == "light"
    assert again.whole("lock.minutes") == 3


def test_an_impossible_address_is_refused_at_its_place(qtbot, look, shown):
    texts = FakeTokenShelf()
    screen = shown(SettingsScreen(look))
    screen.show_choices(Choices(texts))
    line = part(screen, "setting-service-address", QLineEdit)
    line.setText("http://service.example/fhir")
    line.editingFinished.emit()
    assert line.property("refused") == "true"
    assert Choices(texts).text("service.address") == ""


def test_the_wheel_never_changes_a_setting(qtbot, look, shown):
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    screen = shown(SettingsScreen(look))
    screen.show_choices(Choices(FakeTokenShelf()))
    theme = part(screen, "setting-look-theme", QComboBox)
    event = QWheelEvent(
        QPointF(5, 5), theme.mapToGlobal(QPointF(5, 5)), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003 - positional only
    )  # fmt: skip
    QGuiApplication.sendEvent(theme, event)
    assert theme.currentData() == "dark"


def test_the_search_shows_only_what_fits(qtbot, look, shown):
    screen = shown(SettingsScreen(look))
    screen.show_choices(Choices(FakeTokenShelf()))
    qtbot.keyClicks(part(screen, "settings-search"), "voxel")
    assert part(screen, "setting-reading-snap").isVisible()
    assert not part(screen, "setting-look-theme").isVisible()
    qtbot.keyClicks(part(screen, "settings-search"), " zebra")
    assert part(screen, "settings-none").isVisible()


def test_open_points_lead_to_their_place_and_take_explanations(qtbot, look, shown, opinion):
    points = shown(OpenPoints(look))
    lacking = missing(opinion, load())
    concern = Concern(
        rule="unseen",
        severity=Severity.EXPLAIN,
        message="A series was never shown.",
        section="materials",
        where="materials/d1",
    )
    points.show_points(lacking, [concern])
    assert str(len(lacking) + 1) in part(points, "open-points-title").text()
    with qtbot.waitSignal(points.go_requested) as asked:
        qtbot.mouseClick(part(points, "open-point-1"), LEFT)
    assert asked.args == [lacking[0].section, lacking[0].row, lacking[0].field]
    line = part(points, "concern-1-explanation", QLineEdit)
    with qtbot.waitSignal(points.explained) as told:
        line.setText("A localiser.")
        line.editingFinished.emit()
    assert told.args == ["unseen", "A localiser."]


def test_nothing_open_is_said(look, shown):
    points = shown(OpenPoints(look))
    points.show_points([], [])
    assert part(points, "open-points-title").text() == "✓ Nothing is open"


@pytest.mark.parametrize("state", list(ParcelState))
def test_every_state_of_a_parcel_has_words_and_a_step(state):
    parcel = a_parcel(state)
    assert state_of(parcel)[0]
    assert -1 <= reached(parcel) <= 5


def test_a_parcel_that_needs_a_person_offers_to_go_on(qtbot, look, shown):
    screen = shown(OutboxScreen(look))
    parcel = a_parcel(ParcelState.NEEDS_A_PERSON)
    screen.show_parcels([parcel], {})
    with qtbot.waitSignal(screen.again_requested) as asked:
        qtbot.mouseClick(part(screen, "parcel-1-again"), LEFT)
    assert asked.args == [parcel.id]


def test_an_empty_outbox_says_what_will_appear(look, shown):
    screen = shown(OutboxScreen(look))
    screen.show_parcels([], {})
    assert part(screen, "outbox-empty").isVisible()


def test_the_receipt_names_every_artefact_with_its_digest():
    receipt = {
        "case": "4711",
        "verified_at": "2026-11-24T04:00:00.000+00:00",
        "opinion_sha256": "ab" * 32,
        "task": {"id": "4711", "version_now": "7"},
        "artefacts": [{"name": "opinion.pdf", "size": 214_000, "sha256": "cd" * 32, "read_back": True}],
    }
    lines = dict(receipt_lines(receipt))
    assert "214 KB" in lines["opinion.pdf"]
    assert "cd" * 32 in lines["opinion.pdf"]
    assert "version 7" in lines["case"]
    assert "2026-11-24" in lines["verified at"]


def test_times_of_steps_come_from_the_journal():
    parcel = a_parcel(ParcelState.VERIFIED)
    assert isinstance(times(parcel), dict)


def test_commands_are_found_by_words_in_any_order():
    commands = [
        Command(name=str(n), title=title, act=lambda: None) for n, title in enumerate(("Preview and sign", "Sign out"))
    ]
    assert [command.title for command in found(commands, "sign")] == ["Sign out", "Preview and sign"]
    assert [command.title for command in found(commands, "sign prev")] == ["Preview and sign"]
    assert found(commands, "zebra") == []


def test_an_impossible_command_is_neither_offered_nor_done(qtbot, shown):
    owner = shown(QWidget())
    commands, done = Commands(owner), []
    commands.add(
        Command(name="a", title="A", act=lambda: done.append("a"), possible=lambda: False),
        Command(name="b", title="B", act=lambda: done.append("b")),
    )
    assert [command.name for command in commands.possible()] == ["b"]
    assert not commands.run("a")
    assert commands.run("b")
    assert done == ["b"]


def test_the_tree_of_refusals_is_told_apart_from_other_errors():
    assert "mistake" not in problem_of("x", Refused("No.")).happened
    assert "mistake" not in problem_of("x", OSError(28, "full")).happened
    assert "mistake" in problem_of("x", TypeError("no")).happened


@pytest.mark.parametrize("address", ["", "https://service.example/fhir"])
def test_enter_signs_in_from_the_first_moment(qtbot, look, shown, address):
    screen = shown(SignInScreen(look))
    qtbot.waitUntil(screen.isActiveWindow)
    screen.prepare(address, "", may_work_offline=False)
    screen.setFocus()
    assert part(screen, "sign-in-address").hasFocus()
    with qtbot.waitSignal(screen.sign_in_requested):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def test_on_the_page_of_settings_one_types_at_once(qtbot, look, shown):
    screen = shown(SettingsScreen(look))
    qtbot.waitUntil(screen.isActiveWindow)
    screen.setFocus()
    assert part(screen, "settings-search").hasFocus()


def test_each_problem_offers_its_own_details(qtbot, look, shown):
    ground = shown(QWidget())
    card = ProblemCard(look, ground)
    card.tell(Problem(happened="First.", details="step: 1"))
    qtbot.mouseClick(part(card, "problem-copy"), LEFT)
    card.tell(Problem(happened="Second.", details="step: 2"))
    assert part(card, "problem-copy").text() == "Copy details"


@pytest.fixture
def signing(qtbot, look, shown):
    screen = shown(SignScreen(look, QWidget()))
    qtbot.waitUntil(screen.isActiveWindow)
    screen.prepare(Choices(FakeTokenShelf()), "I am the author.", "Dr. Ingrid Solberg")
    return screen


def test_a_signature_that_cannot_be_given_yet_says_what_is_needed(qtbot, signing):
    go, needed = part(signing, "sign-go"), part(signing, "sign-needed")
    assert not needed.isVisible(), "while points are open those are what is told"
    signing.be_ready(ready=True)
    assert needed.text() == "Still needed: certificate file, its passphrase or PIN, the word SIGN."
    for name, words, left in (
        ("sign-file", "me.p12", "its passphrase or PIN, the word SIGN"),
        ("sign-passphrase", "secret", "the word SIGN"),
    ):
        qtbot.keyClicks(part(signing, name), words)
        assert needed.text() == f"Still needed: {left}."
        assert not go.isEnabled()
    qtbot.keyClicks(part(signing, "sign-confirmation"), "sign")
    assert not needed.isVisible()
    assert go.isEnabled()
    qtbot.mouseClick(part(signing, "sign-with-token"), LEFT)
    assert "library of the card" in needed.text()
    assert not go.isEnabled()


def test_the_keyboard_goes_to_the_first_thing_that_signing_needs(qtbot, signing):
    signing.be_ready(ready=True)
    qtbot.waitUntil(part(signing, "sign-file").hasFocus)
    qtbot.keyClicks(part(signing, "sign-file"), "me.p12")
    qtbot.keyClick(part(signing, "sign-file"), Qt.Key.Key_Return)
    assert part(signing, "sign-passphrase").hasFocus()
    signing.be_ready(ready=True)
    qtbot.waitUntil(part(signing, "sign-passphrase").hasFocus)


def test_a_certificate_file_is_chosen_from_a_list_of_files(qtbot, signing):
    signing.be_ready(ready=True)
    qtbot.mouseClick(part(signing, "sign-choose-file"), LEFT)
    asked = signing.findChild(QFileDialog)
    asked.fileSelected.emit("me.p12")
    assert part(signing, "sign-file").text() == "me.p12"
    assert part(signing, "sign-passphrase").hasFocus()
    asked.close()


def test_a_problem_takes_the_keyboard_and_gives_it_back_but_never_from_a_sentence(qtbot, look, shown):
    ground = shown(QWidget())
    field, button, card = QLineEdit(ground), QPushButton("x", ground), ProblemCard(look, ground)
    for part_of in (field, button):
        part_of.show()
    qtbot.waitUntil(ground.isActiveWindow)
    button.setFocus()
    card.tell(Problem(happened="It broke."))
    assert part(card, "problem-act").hasFocus()
    qtbot.keyClick(part(card, "problem-act"), Qt.Key.Key_Escape)
    assert button.hasFocus()
    field.setFocus()
    card.tell(Problem(happened="It broke again."))
    qtbot.keyClicks(QApplication.focusWidget(), "two words")
    assert field.text() == "two words"
    assert card.isVisible()
