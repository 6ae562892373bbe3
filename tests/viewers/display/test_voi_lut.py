"""VOI LUTs on the screen: exactly the table's brightness, offered beside the file's windows, left by a drag."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels import apply_voi_lut

from tests.pictures.synthetic import display_set, window
from viewers.display.automatic import first_window, own_windows
from viewers.display.presets import DEFAULT, OWN, presets_of
from viewers.display.resolve import Reality, resolve
from viewers.display.view_state import ViewState
from viewers.display.window import dragged, grey_levels, is_straight, of_lut
from viewers.render.shade import shaded
from viewers.series.frame_parts import Lut

ENTRIES = np.array([0, 4095, 1000, 3000, 500], np.uint16)


def lut(first: int = -2, explanation: str = "sharp") -> Lut:
    return Lut(first=first, entries=ENTRIES, bits=12, explanation=explanation)


def with_luts(*luts: Lut, windows: tuple = ()):
    made = display_set(1, modality="DX", unit="raw", windows=windows)
    return replace(made, frames=tuple(replace(one, voi_luts=luts) for one in made.frames))


def test_each_value_takes_its_entry_and_those_outside_the_ends():
    levels = grey_levels(np.array([-9, -2, -1, 0, 1, 2, 9]), of_lut(lut()))
    expected = np.rint(np.array([0, 0, 4095, 1000, 3000, 500, 500]) / 4095 * 255)
    assert levels.tolist() == expected.tolist()


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.float32])
@pytest.mark.parametrize("inverted", [False, True])
def test_the_fast_paths_shade_as_the_table_says(kind, inverted):
    values = np.arange(-6, 6).reshape(3, 4).astype(kind)
    fast = shaded(values, of_lut(lut()), inverted=inverted)
    assert (fast == grey_levels(values, of_lut(lut()), inverted=inverted)).all()


def test_the_table_equals_pydicoms():
    dataset, item = Dataset(), Dataset()
    dataset.BitsStored, dataset.PixelRepresentation = 12, 0
    entries = (4095 * (np.arange(4096) / 4095) ** 2.2).astype(np.uint16)
    item.LUTDescriptor, item.LUTData = [4096, 0, 12], entries.tolist()
    item["LUTDescriptor"].VR = item["LUTData"].VR = "US"
    dataset.VOILUTSequence = [item]
    values = np.arange(4096, dtype=np.uint16)
    theirs = apply_voi_lut(values, dataset)
    ours = grey_levels(values, of_lut(Lut(first=0, entries=entries, bits=12)))
    assert (ours == np.rint(theirs / 4095 * 255)).all()


def test_a_file_without_windows_begins_with_its_table():
    begun = first_window(with_luts(lut()), 0, np.zeros(1))
    assert begun.lut is not None
    assert not is_straight(begun)
    assert is_straight(window(40, 400))


def test_windows_and_tables_of_the_file_are_offered_as_alternatives_under_its_own_names():
    made = with_luts(lut(explanation="sharp"), lut(explanation="soft"), windows=(window(100, 300),))
    names = [preset.name for preset in presets_of(made) if preset.id.startswith(OWN)]
    assert names == ["Window of the file: 100, 300", "VOI LUT of the file: sharp", "VOI LUT of the file: soft"]
    assert presets_of(made)[0].id == DEFAULT
    assert not [preset for preset in presets_of(with_luts(lut())) if preset.id.startswith(OWN)]


def test_a_kept_view_finds_the_table_again_by_its_number_and_another_file_begins_as_ever():
    own = own_windows(with_luts(lut(), lut(explanation="soft")), 0)
    plain = Reality(cuts={}, frames=1, first_frame=0, window=window(40, 400), inverted=False, colour=False)
    kept = ViewState(display_set_id="set-1", series_uid="1.2.3.4", preset=f"{OWN}1")
    assert resolve(kept, replace(plain, own=lambda _frame: own)).window.lut is own[1].lut
    assert resolve(kept, plain).window == plain.window


def test_a_drag_leaves_the_table_for_the_straight_window_over_its_inputs():
    moved = dragged(of_lut(lut()), 0, 0)
    assert moved.lut is None
    assert is_straight(moved)
    assert (moved.centre, moved.width) == (0.5, 5.0)


def test_images_that_make_no_volume_begin_each_with_the_window_of_its_own_file():
    made = display_set(3, modality="MR", unit="raw")
    widths = (100.0, 200.0, 300.0)
    frames = tuple(replace(one, windows=(window(50, width),)) for one, width in zip(made.frames, widths, strict=True))
    made = replace(made, frames=frames)
    real = Reality(
        cuts={}, frames=3, first_frame=0, window=window(50, 100), inverted=False, colour=False,
        own=partial(own_windows, made),
    )  # fmt: skip
    state = ViewState(display_set_id="set-1", series_uid="1.2.3.4")
    assert [resolve(replace(state, frame=index), real).window.width for index in range(3)] == list(widths)
    chosen = replace(state, frame=2, window=window(1, 2))
    assert resolve(chosen, real).window == window(1, 2)
