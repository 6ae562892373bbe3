"""Each class of attack that a file can carry (reliability design, section 2), generated, and what becomes of it."""

import resource
import struct
import time
import zlib
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from tests.faults.files_campaign import ending_of
from tests.faults.healthy_files import HealthyFile, healthy_files
from tests.faults.memory_source import MemorySource
from tests.faults.mutate_file import PREAMBLES, header, nested
from viewers.display.cuts import cut_of
from viewers.display.view_state import PlaneName
from viewers.isolation.pool import Pool
from viewers.render.picture import picture_of_volume
from viewers.render.thumbnail import thumbnail
from viewers.series.scan import scan
from viewers.series.split import display_sets
from viewers.volumes.frame_values import frame
from viewers.volumes.inspection import inspection
from viewers.volumes.loader import open_volume, why_no_volume

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

REFERENCES = 0x00081140
PIXELS = 0x7FE00010
BORDER = 600 << 10


def made(name: str) -> HealthyFile:
    return next(file for file in healthy_files() if file.name == f"made {name}")


def with_element(file: HealthyFile, tag: int, encoded: bytes) -> bytes:
    """The file with one top-level element put in the place of its own, or where it belongs."""
    same = next((element for element in file.elements if element.tag == tag), None)
    if same is not None:
        end = same.value_at + same.length
        return file.content[: same.header_at] + encoded + file.content[end:]
    after = next(element for element in file.elements if element.tag > tag)
    return file.content[: after.header_at] + encoded + file.content[after.header_at :]


def inspected(pool: Pool, content: bytes) -> tuple[str, dict[str, object]]:
    """How an inspection ends; it must end soon, and leave the parent as large as it was."""
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    found = inspection(MemorySource({"hostile": content}), pool)
    assert time.monotonic() - started < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < BORDER
    return ending_of(found), found


def first_set(found: dict[str, object]) -> dict[str, object]:
    return cast("list[dict[str, object]]", found["display_sets"])[0]


@pytest.mark.parametrize("name", ["native", "implicit", "deflated", "jpeg-ls", "extended table", "report"])
def test_the_healthy_file_is_shown_as_it_is(pool: Pool, name: str) -> None:
    ending, _ = inspected(pool, made(name).content)
    assert ending in ("shown", "listed", "shown, marked")


@pytest.mark.parametrize("representation", ["DS", "IS", "PN", "UI", "AT"])
@pytest.mark.parametrize("tag", [0x00200032, 0x00281050, 0x00100010])
def test_a_value_of_forty_megabytes_is_not_taken_apart(pool: Pool, representation: str, tag: int) -> None:
    file = made("implicit")
    ending, _ = inspected(pool, with_element(file, tag, header(tag, representation, b"1\\" * (20 << 20), file)))
    assert ending.startswith(("shown", "skipped", "listed"))


@pytest.mark.parametrize("name", ["native", "implicit"])
@pytest.mark.parametrize("depth", [63, 64, 65, 200, 100_000])
@pytest.mark.parametrize("tag", [REFERENCES, 0x52009230, 0x00091010])
def test_sequences_may_be_nested_sixty_four_deep_and_no_deeper(pool: Pool, name: str, depth: int, tag: int) -> None:
    file = made(name)
    ending, found = inspected(pool, with_element(file, tag, nested(tag, depth, explicit=file.explicit)))
    if depth <= 64:
        assert ending.startswith("shown")
    else:
        reasons = cast("list[dict[str, str]]", found["skipped"])
        assert not reasons or "nest" in reasons[0]["reason"]
        assert ending == "skipped with a reason"


@pytest.mark.parametrize("swelling", [b"\0", b"1\\", b"\x08\0\x05\0CS\x02\0  "])
def test_a_deflated_file_that_swells_to_a_gigabyte_is_refused(pool: Pool, swelling: bytes) -> None:
    file = made("deflated")
    start = file.content.index(b"1.2.840.10008.1.2.1.99") + 22
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = swelling * ((1 << 20) // len(swelling))
    bomb = b"".join(squeeze.compress(block) for _ in range(1024)) + squeeze.flush()
    tail = file.content[start:]
    meta = next(place for place in range(len(tail)) if _inflates(tail[place:]))
    ending, _ = inspected(pool, file.content[: start + meta] + bomb)
    assert ending.startswith(("skipped", "listed"))


@pytest.mark.parametrize("value", [0, 1, 63, 65, 0x7FFF, 0x8000, 0xFFFF])
@pytest.mark.parametrize("tag", [0x00280002, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102])
@pytest.mark.parametrize("name", ["native", "jpeg-ls", "rle"])
def test_lies_about_size_never_give_pixels_that_are_not_there(pool: Pool, name: str, tag: int, value: int) -> None:
    file = made(name)
    ending, found = inspected(pool, with_element(file, tag, header(tag, "US", struct.pack("<H", value), file)))
    if ending.startswith("shown"):
        shown = first_set(found)
        pixels = cast("int", shown["rows"]) * cast("int", shown["columns"]) * cast("int", shown["frames"])
        assert pixels <= 64 * 48 * 3 * 2 * 8


@pytest.mark.parametrize("count", [b"0", b"-1", b"4", b"2147483647", b"99999999999999999999", b"1e9", b"x"])
@pytest.mark.parametrize("name", ["native", "jpeg-ls", "rle", "extended table"])
def test_a_lie_about_the_number_of_frames_is_marked(pool: Pool, name: str, count: bytes) -> None:
    file = made(name)
    ending, found = inspected(pool, with_element(file, 0x00280008, header(0x00280008, "IS", count, file)))
    if ending.startswith("shown"):
        assert cast("int", first_set(found)["frames"]) <= 3
    if count in (b"4", b"2147483647"):
        assert ending != "shown"


@pytest.mark.parametrize("table", [(0, 0, 0), (0, 1, 2), (8, 16, 24), (0, 1 << 31, 1 << 32 - 1), (5,), (3, 2, 1)])
def test_offset_tables_that_lie_are_not_followed(pool: Pool, table: tuple[int, ...]) -> None:
    file = made("jpeg-ls")
    pixels = next(element for element in file.elements if element.tag == PIXELS)
    entries = struct.pack(f"<{len(table)}I", *(entry & 0xFFFFFFFF for entry in table))
    end = pixels.value_at + 8 + int.from_bytes(file.content[pixels.value_at + 4 : pixels.value_at + 8], "little")
    item = struct.pack("<HHI", 0xFFFE, 0xE000, len(entries)) + entries
    ending, found = inspected(pool, file.content[: pixels.value_at] + item + file.content[end:])
    healthy = inspected(pool, file.content)[1]
    assert ending.startswith("shown")
    assert first_set(found)["statistics"] == first_set(healthy)["statistics"]


def test_an_extended_offset_table_that_lies_is_not_followed(pool: Pool) -> None:
    file = made("extended table")
    for entries in ((0, 0, 0), (0, 1 << 62, 1 << 63), (7, 8, 9)):
        lie = header(0x7FE00001, "OV", struct.pack("<3Q", *entries), file)
        ending, found = inspected(pool, with_element(file, 0x7FE00001, lie))
        assert ending.startswith("shown")
        assert first_set(found)["statistics"] == first_set(inspected(pool, file.content)[1])["statistics"]


@pytest.mark.parametrize("number", [b"99999999999999999999", b"1e300", b"1e999", b"nan", b"-0", b"1e-300"])
@pytest.mark.parametrize("tag", [0x00281052, 0x00281053])
def test_a_rescale_that_nothing_can_hold_is_no_accident(pool: Pool, tag: int, number: bytes) -> None:
    file = made("native")
    ending, _ = inspected(pool, with_element(file, tag, header(tag, "DS", number, file)))
    assert ending in ("shown", "shown, marked", "listed, with a reason")


ENORMOUS = ["1e308", "-1e308", "5e-324", "1e200", "1e39", "-1e20"]
PLACES = {0x00200032: "0\\0\\0", 0x00280030: "1\\1", 0x00200037: "1\\0\\0\\0\\1\\0", 0x00180050: "2", 0x00281053: "1"}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("number", ENORMOUS)
@pytest.mark.parametrize("tag", PLACES)
def test_a_number_that_no_room_can_hold_is_left_out_and_the_image_is_shown(pool: Pool, tag: int, number: str) -> None:
    file, honest = made("implicit"), PLACES[tag].split("\\")
    for place in range(len(honest)):
        parts = [number if i == place else part for i, part in enumerate(honest)]
        content = with_element(file, tag, header(tag, "DS", "\\".join(parts).encode(), file))
        source = MemorySource({"hostile": content})
        assert ending_of(inspection(source, pool)).startswith(("shown", "listed"))
        (only,) = display_sets(scan(source, pool).headers)
        thumbnail(only, 0, frame(only, 0, source, pool), 96)
        if not why_no_volume(only):
            volume = open_volume(only, source, pool).run()
            for plane in PlaneName:
                assert np.isfinite(cut_of(volume, plane).positions_mm).all()
                picture_of_volume(volume, cut_of(volume, plane), 0, None)


def test_fractions_that_are_no_numbers_are_left_out_and_said(pool: Pool) -> None:
    ending, found = inspected(pool, made("map").content)
    assert ending == "shown, marked"
    assert "no numbers" in str(first_set(found)["warnings"])


@pytest.mark.parametrize("preamble", PREAMBLES)
def test_what_stands_in_the_preamble_does_not_matter(pool: Pool, preamble: bytes) -> None:
    file = made("native")
    ending, _ = inspected(pool, preamble.ljust(128, b"\0") + file.content[128:])
    assert ending.startswith("shown")


@pytest.mark.parametrize("origin", [(-32768, -32768), (32767, 32767), (0, 0), (64, 48)])
@pytest.mark.parametrize("rows", [0, 1, 0xFFFF])
def test_overlays_outside_of_the_picture_harm_nothing(pool: Pool, origin: tuple[int, int], rows: int) -> None:
    file = made("native")
    moved = with_element(file, 0x60000050, header(0x60000050, "SS", struct.pack("<2h", *origin), file))
    again = replace(file, content=moved)
    content = with_element(again, 0x60000010, header(0x60000010, "US", struct.pack("<H", rows), file))
    ending, _ = inspected(pool, content)
    assert ending.startswith("shown")
    source = MemorySource({"hostile": content})
    (only,) = display_sets(scan(source, pool).headers)
    thumbnail(only, 0, frame(only, 0, source, pool), 96)


@pytest.mark.parametrize("descriptor", [(0, 0, 8), (1, 0, 16), (65_535, 65_535, 16), (256, 0, 0), (4, 0, 255)])
@pytest.mark.parametrize("entries", [0, 1, 300])
def test_palettes_shorter_than_they_say_harm_nothing(pool: Pool, descriptor: tuple[int, ...], entries: int) -> None:
    file = made("native")
    content = with_element(file, 0x00280004, header(0x00280004, "CS", b"PALETTE COLOR ", file))
    injected = b"".join(
        header(0x00281101 + colour, "US", struct.pack("<3H", *descriptor), file) for colour in range(3)
    ) + b"".join(header(0x00281201 + colour, "OW", bytes(2 * entries), file) for colour in range(3))
    shift = len(content) - len(file.content)
    place = next(element for element in file.elements if element.tag > 0x00281203).header_at + shift
    ending, _ = inspected(pool, content[:place] + injected + content[place:])
    assert ending.startswith(("shown", "listed", "skipped"))


def item(length: int) -> bytes:
    return struct.pack("<HHI", 0xFFFE, 0xE000, length)


@pytest.mark.parametrize("fragments", [200_000, 2_000_000])
def test_a_frame_cut_into_more_fragments_than_any_encoder_makes_is_not_followed_to_the_end(
    pool: Pool, fragments: int
) -> None:
    file = made("jpeg-ls")
    pixels = next(element for element in file.elements if element.tag == PIXELS)
    content = file.content[: pixels.value_at] + item(0) * (fragments + 1)
    ending, found = inspected(pool, content)
    assert ending == "listed, with a reason"
    assert "ends within its pixels" in str(first_set(found)["warnings"])
    (only,) = scan(MemorySource({"hostile": content}), pool).headers
    assert only.pixels is not None
    assert len(only.pixels.fragments or ()) < 60_000


def test_an_offset_table_larger_than_any_examination_is_not_read(pool: Pool) -> None:
    file = made("jpeg-ls")
    pixels = next(element for element in file.elements if element.tag == PIXELS)
    after = file.content[pixels.value_at + 8 :]
    length = int.from_bytes(file.content[pixels.value_at + 4 : pixels.value_at + 8], "little")
    content = file.content[: pixels.value_at] + item(20 << 20) + b"\1\2\3\4" * (5 << 20) + after[length:]
    (only,) = scan(MemorySource({"hostile": content}), pool).headers
    assert only.pixels is not None
    assert only.pixels.table == ()
    ending, found = inspected(pool, content)
    assert ending.startswith("shown")
    assert first_set(found)["statistics"] == first_set(inspected(pool, file.content)[1])["statistics"]


@pytest.mark.parametrize("repeats", [0, 1, 65_535])
@pytest.mark.parametrize("filler", [(0, 0), (1, 0), (2, 0)])
def test_a_segmented_palette_that_repeats_nothing_for_ever_is_given_up(
    pool: Pool, repeats: int, filler: tuple[int, int]
) -> None:
    file, half = made("native"), 250_000
    indirect = struct.pack("<4H", 2, repeats, half & 0xFFFF, half >> 16) * (half // 4)
    words = indirect + struct.pack("<2H", *filler) * (half // 2)
    content = with_element(file, 0x00280004, header(0x00280004, "CS", b"PALETTE COLOR ", file))
    injected = b"".join(
        header(0x00281101 + colour, "US", struct.pack("<3H", 0, 0, 16), file) for colour in range(3)
    ) + b"".join(header(0x00281221 + colour, "OW", words, file) for colour in range(3))
    place = next(element for element in file.elements if element.tag > 0x00281223).header_at
    place += len(content) - len(file.content)
    ending, found = inspected(pool, content[:place] + injected + content[place:])
    assert ending == "listed, with a reason"
    assert "palette is missing or damaged" in str(first_set(found)["warnings"])


class Shrinking(MemorySource):
    """A medium that is pulled out while it is read: what was there a moment ago is not any more."""

    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        return super().read(key, offset, length)[: max(0, 4000 - offset)]


@pytest.mark.parametrize("name", ["native", "jpeg-ls", "rle", "deflated", "extended table"])
def test_a_file_that_grows_shorter_while_it_is_read_is_marked(pool: Pool, name: str) -> None:
    found = inspection(Shrinking({"hostile": made(name).content}), pool)
    assert ending_of(found) not in ("shown", "listed")


@pytest.mark.parametrize("representation", ["UL", "SS", "IS", "DS", "FD", "OB", "UN", "SQ", "AT", "PN"])
@pytest.mark.parametrize("value", [0, 1, 64, -1, 1 << 31])
@pytest.mark.parametrize("tag", [0x00280010, 0x00280002, 0x00280100])
def test_a_size_in_another_form_than_the_standards_gives_no_pixels_that_are_not_there(
    pool: Pool, tag: int, value: int, representation: str
) -> None:
    file = made("native")
    texts = {"IS": str(value).encode(), "DS": str(value).encode(), "PN": str(value).encode()}
    packed = texts.get(representation, struct.pack("<q", value)[: 8 if representation == "FD" else 4])
    ending, found = inspected(pool, with_element(file, tag, header(tag, representation, packed, file)))
    if ending.startswith("shown"):
        shown = first_set(found)
        pixels = cast("int", shown["rows"]) * cast("int", shown["columns"]) * cast("int", shown["frames"])
        assert pixels <= 64 * 48 * 3 * 2


@pytest.mark.parametrize("sequence", [0x00283000, 0x00283010, 0x20500010])
@pytest.mark.parametrize("descriptor", [(1, 0, 16), (0, 0, 16), (1, 0xFFFF, 255), (65_535, 0, 8), (2, 0, 0)])
@pytest.mark.parametrize("entries", [0, 1, 2, 300])
def test_tables_of_values_shorter_than_they_say_harm_nothing(
    pool: Pool, sequence: int, descriptor: tuple[int, ...], entries: int
) -> None:
    file = made("implicit")
    table = header(0x00283002, "US", struct.pack("<3H", *descriptor), file)
    table += header(0x00283006, "OW", b"\1\2" * entries, file)
    encoded = struct.pack("<HHI", sequence >> 16, sequence & 0xFFFF, len(table) + 8) + item(len(table)) + table
    content = with_element(file, sequence, encoded)
    ending, _ = inspected(pool, content)
    assert ending.startswith("shown")
    source = MemorySource({"hostile": content})
    (only,) = display_sets(scan(source, pool).headers)
    thumbnail(only, 0, frame(only, 0, source, pool), 96)


@pytest.mark.parametrize("offset", [0, 1, 500, 0x7FFFFFFF, 0xFFFFFFFF])
def test_the_offsets_of_an_index_are_never_followed(pool: Pool, offset: int) -> None:
    file = made("implicit")
    record = header(0x00041400, "UL", struct.pack("<I", offset), file)
    record += header(0x00041420, "UL", struct.pack("<I", offset), file)
    record += header(0x00041430, "CS", b"IMAGE ", file) + header(0x00041500, "CS", b"..\\..\\ETC\\PASSWD", file)
    sequence = struct.pack("<HHI", 0x0004, 0x1220, 3 * (len(record) + 8)) + (item(len(record)) + record) * 3
    content = with_element(file, 0x00080016, header(0x00080016, "UI", b"1.2.840.10008.1.3.10\0", file))
    start = next(element for element in file.elements if element.tag >= 0x00080000).header_at
    ending, found = inspected(pool, content[:start] + sequence + content[start:])
    assert ending == "skipped with a reason"
    assert cast("list[dict[str, str]]", found["skipped"])[0]["reason"] == "index"


@pytest.mark.parametrize(
    "name",
    [b"<img src=/etc/passwd>", b"A" * 10_000, b"\xe2\x80\xaeDOE^J", b"\xed\xa0\x80", b"a\0b", b"=cmd|x", b"\r\n"],
)
def test_a_name_is_plain_text_that_changes_nothing_around_it(pool: Pool, name: bytes) -> None:
    file = made("native")
    _, found = inspected(pool, with_element(file, 0x00100010, header(0x00100010, "PN", name, file)))
    told = cast("dict[str, str]", first_set(found)["patient"])["name"]
    assert told.isprintable()
    told.encode("utf-8")


@pytest.mark.parametrize("uid", [b"../../../../tmp/pwned", b"/etc/passwd", b"a\0b", b"CON", b"1." * 40_000, b""])
def test_an_identifier_is_never_a_path(pool: Pool, uid: bytes) -> None:
    file = made("native")
    ending, _ = inspected(pool, with_element(file, 0x00080018, header(0x00080018, "UI", uid, file)))
    assert ending.startswith(("shown", "skipped"))


def test_a_sequence_hidden_in_an_unknown_element_is_bounded_too(pool: Pool) -> None:
    file = made("native")
    inside = nested(REFERENCES, 5000, explicit=False)
    hidden = header(REFERENCES, "UN", inside, file)
    ending, _ = inspected(pool, with_element(file, REFERENCES, hidden))
    assert ending.startswith(("shown", "skipped"))


@pytest.mark.parametrize("count", [250_000, 2_000_000])
def test_a_header_of_millions_of_elements_is_refused(pool: Pool, count: int) -> None:
    file = made("implicit")
    many = struct.pack("<HHI", 0x0009, 0x1001, 0) * count
    ending, _ = inspected(pool, with_element(file, 0x00091001, many))
    assert ending == "skipped with a reason"


def test_every_cut_of_a_file_ends_well(pool: Pool) -> None:
    for name in ("native", "jpeg-ls", "deflated"):
        content = made(name).content
        for length in range(0, len(content), max(1, len(content) // 40)):
            ending, _ = inspected(pool, content[:length])
            assert ending != "shown", (name, length)


def _inflates(content: bytes) -> bool:
    try:
        return len(zlib.decompressobj(-15).decompress(content)) > 1000
    except zlib.error:
        return False
