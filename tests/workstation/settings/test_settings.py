"""Settings: every one is described, kept as text, checked when typed, and searchable."""

import ast
import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.settings.catalogue import SETTINGS, setting_named
from workstation.settings.choices import Choices
from workstation.settings.setting import Refused, SettingKind, kept_form, matches, parse

ROOT = Path(__file__).resolve().parents[3]
READS = frozenset(("text", "whole", "switch", "value"))


class Memory(dict[str, str]):
    """Texts in memory."""

    def put(self, name: str, value: str) -> None:
        self[name] = value


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_every_default_is_a_value_of_its_own_setting(setting):
    assert parse(setting, kept_form(setting.default)) == setting.default


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_every_setting_has_words_for_the_page_and_the_manual(setting):
    assert setting.title
    assert setting.text.endswith(".")
    assert setting.section


def test_keys_are_unique():
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)


def test_what_was_chosen_is_read_back_and_the_rest_keeps_its_default():
    texts = Memory()
    choices = Choices(texts)
    choices.choose("reading.snap", "yes")
    choices.choose("lock.minutes", "5")
    again = Choices(texts)
    assert again.switch("reading.snap") is True
    assert again.whole("lock.minutes") == 5
    assert again.text("look.theme") == "dark"


def test_a_refused_value_leaves_the_old_one():
    choices = Choices(Memory())
    choices.choose("lock.minutes", "5")
    with pytest.raises(Refused, match="between 1 and 120"):
        choices.choose("lock.minutes", "0")
    assert choices.whole("lock.minutes") == 5


def test_a_kept_value_that_became_impossible_counts_as_the_default():
    texts = Memory({"setting.look.theme": "sepia"})
    assert Choices(texts).text("look.theme") == "dark"


@pytest.mark.parametrize(
    "address", ["https://service.example/fhir", "http://127.0.0.1:8042/fhir", "http://localhost/f"]
)
def test_addresses_that_may_get_secrets_are_taken(address):
    assert parse(setting_named("service.address"), address + "/") == address


@pytest.mark.parametrize(
    "address",
    [
        "http://service.example/fhir",
        "ftp://service.example",
        "service.example",
        "https://user:word@service.example",
        "https://",
        "http://127.0.0.1.attacker.example/fhir",
        "https://[broken",
    ],
)
def test_addresses_that_must_not_get_secrets_are_refused(address):
    with pytest.raises(Refused):
        parse(setting_named("service.address"), address)


def test_a_time_stamp_authority_may_speak_plain_http():
    assert parse(setting_named("signing.authority"), "http://tsa.example/tsa") == "http://tsa.example/tsa"


@given(st.integers(min_value=-(10**6), max_value=10**6))
def test_whole_numbers_are_taken_exactly_within_their_bounds(number):
    setting = setting_named("service.refresh")
    if setting.least <= number <= setting.most:
        assert parse(setting, str(number)) == number
    else:
        with pytest.raises(Refused):
            parse(setting, str(number))


@given(st.sampled_from(SETTINGS), st.text(max_size=30))
def test_parsing_never_fails_with_anything_but_a_refusal(setting, raw):
    with contextlib.suppress(Refused):
        value = parse(setting, raw)
        assert parse(setting, kept_form(value)) == value


def test_the_search_finds_by_every_word_in_any_order():
    found = [setting.key for setting in SETTINGS if matches(setting, "CENTRES voxel")]
    assert found == ["reading.snap"]
    assert all(matches(setting, "") for setting in SETTINGS)
    assert not any(matches(setting, "zebra") for setting in SETTINGS)


def test_links_and_addresses_are_told_apart():
    assert setting_named("service.address").kind is SettingKind.ADDRESS
    assert setting_named("signing.authority").kind is SettingKind.LINK


def test_every_setting_is_read_somewhere_so_that_it_does_what_it_says():
    read = {
        key for name in (ROOT / "workstation").rglob("*.py") if "settings" not in name.parts for key in keys_read(name)
    }
    assert {setting.key for setting in SETTINGS} - read == set()


def keys_read(path: Path) -> set[str]:
    """Keys that are asked of ``Choices`` in a module (choosing alone does nothing)."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    asked = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in READS and call.args]
    return {call.args[0].value for call in asked if isinstance(call.args[0], ast.Constant)}
