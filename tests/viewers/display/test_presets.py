"""The table of window presets, because one wrong number in it is a missed finding."""

import pytest

from tests.pictures.synthetic import display_set
from viewers.display.colormaps import colormap, colormap_names
from viewers.display.presets import preset_by_id, preset_by_key, presets, presets_for, presets_of
from viewers.display.window import ramp

PROPOSED = {
    "ct-soft-tissue": (400, 40),
    "ct-mediastinum": (350, 40),
    "ct-lung": (1500, -600),
    "ct-bone": (2000, 400),
    "ct-brain": (80, 40),
    "ct-stroke": (40, 35),
    "ct-subdural": (200, 75),
    "ct-liver": (150, 90),
    "ct-angio": (600, 200),
    "ct-sinus": (4000, 400),
    "ct-pelvis": (450, 50),
    "ct-larynx": (180, 80),
}


@pytest.mark.parametrize(("preset_id", "expected"), PROPOSED.items())
def test_every_ct_preset_has_the_proposed_width_and_centre(preset_id, expected):
    found = preset_by_id(preset_id).window
    assert (found.width, found.centre) == expected


@pytest.mark.parametrize("high", [5, 7, 10, 15, 20])
def test_pet_presets_run_from_nothing_to_their_suv_and_are_inverted(high):
    preset = preset_by_id(f"pt-suv-{high}")
    assert (ramp(preset.window).low, ramp(preset.window).high) == (0, high)
    assert preset.inverted


def test_ids_are_unique_and_no_key_means_two_things_for_one_unit():
    ids = [preset.id for preset in presets()]
    assert len(ids) == len(set(ids))
    for unit in ("HU", "SUVbw", "raw"):
        keys = [preset.key for preset in presets_for(unit) if preset.key]
        assert len(keys) == len(set(keys))


def test_presets_are_bound_to_their_unit():
    assert preset_by_key("2", "HU").id == "ct-lung"
    assert preset_by_key("2", "SUVbw").id == "pt-suv-7"
    assert preset_by_key("2", "raw") is None
    assert not [preset for preset in presets_for("Bq/ml") if preset.id.startswith("pt-")]


def test_a_display_set_offers_the_presets_of_what_is_shown_of_it():
    assert "ct-lung" in [preset.id for preset in presets_of(display_set())]
    pet = display_set(unit="Bq/ml", suv_factor=0.0004)
    assert "pt-suv-5" in [preset.id for preset in presets_of(pet)]
    assert presets_of(display_set(colour=True)) == ()


def test_an_unknown_id_is_refused():
    with pytest.raises(KeyError):
        preset_by_id("liver")


def test_colour_maps_run_from_dark_to_bright_and_grey_is_grey():
    assert (colormap("grey")[:, 0] == range(256)).all()
    for name in colormap_names():
        table = colormap(name)
        assert table.shape == (256, 3)
        assert not table.flags.writeable
