"""Folders and archives as sources: everything is listed, nothing outside is opened, bombs stay packed."""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest

from viewers.series import folder_source, zip_source
from viewers.series.errors import Refused
from viewers.series.folder_source import FolderSource
from viewers.series.open_source import MediaSource, open_source
from viewers.series.scan import scan
from viewers.series.zip_source import Unpacked, ZipSource


def packed(folder: Path, name: str = "cd.zip", **members: bytes) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def test_first_bytes_and_sizes_are_told_in_one_go_and_each_trouble_alone(tmp_path, here):
    (tmp_path / "long").write_bytes(b"x" * 5000)
    (tmp_path / "short").write_bytes(b"y")
    (tmp_path / "link").symlink_to(tmp_path / "short")
    os.mkfifo(tmp_path / "pipe")
    heads = dict(
        zip(
            ("link", "long", "pipe", "short"),
            FolderSource(tmp_path).heads(["link", "long", "pipe", "short"], 9),
            strict=True,
        )
    )
    assert heads["long"] == (b"x" * 9, 5000)
    assert heads["short"] == (b"y", 1)
    assert isinstance(heads["link"], OSError)
    assert isinstance(heads["pipe"], OSError)
    reasons = {each.key: each.reason for each in scan(open_source(tmp_path), here).skipped}
    assert reasons["link"] == "It cannot be read: it is a link, and links are not followed."
    assert reasons["pipe"] == "It cannot be read: it is no file, but a line between programs."


def test_a_folder_lists_every_file_below_it_once(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("one", "a/two", "a/b/three"):
        (tmp_path / name).write_bytes(name.encode())
    source = FolderSource(tmp_path)
    assert sorted(source.keys()) == ["a/b/three", "a/two", "one"]
    assert source.read("a/b/three") == b"a/b/three"
    assert source.read("a/b/three", 2, 3) == b"b/t"
    assert source.size("one") == 3
    assert source.header("one") is None


def test_links_are_listed_and_never_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("not yours")
    folder = tmp_path / "cd"
    folder.mkdir()
    (folder / "link").symlink_to(secret)
    (folder / "loop").symlink_to(folder)
    source = FolderSource(folder)
    assert sorted(source.keys()) == ["link", "loop"]
    for key in source.keys():  # noqa: SIM118 - a source is no mapping
        with pytest.raises(OSError, match="Too many levels"):
            source.read(key)


def test_a_folder_that_cannot_be_entered_is_listed_with_the_reason_and_the_others_are_read(tmp_path, here, monkeypatch):
    for name in ("locked/hidden", "open/letter"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"Sehr geehrte Frau Kollegin")
    scandir = os.scandir

    def guarded(folder):
        if os.fspath(folder).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(folder_source.os, "scandir", guarded)
    found = scan(open_source(tmp_path), here)
    assert [header.key for header in found.headers] == ["open/letter"]
    assert [(each.key, each.reason) for each in found.skipped] == [("locked/", "It cannot be read: Permission denied.")]


@pytest.mark.parametrize(("part", "depth", "reason"), [("d", 70, "deeper than 64"), ("d" * 250, 30, "too long")])
def test_folders_nested_too_deeply_are_listed_and_nothing_is_silently_left_out(tmp_path, here, part, depth, reason):
    (tmp_path / "letter").write_bytes(b"Sehr geehrte Frau Kollegin")
    handle = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(part, dir_fd=handle)
        inner = os.open(part, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)
    found = scan(open_source(tmp_path), here)
    assert [header.key for header in found.headers] == ["letter"]
    assert reason in found.skipped[0].reason
    assert len(found.skipped) == 1


def test_more_files_than_anyone_sends_are_refused_by_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_source, "MOST_FILES", 3)
    for name in ("a/1", "a/2", "a/3", "b/4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    source = FolderSource(tmp_path)
    assert source.keys() == ("b/4", "a/")
    with pytest.raises(OSError, match="more than 3 files"):
        source.read("a/")


@pytest.mark.parametrize("key", ["../secret", "/etc/hostname", "a/../../secret", "nothing", ""])
def test_only_what_was_listed_is_opened(tmp_path, key):
    (tmp_path / "secret").write_text("not yours")
    folder = tmp_path / "cd"
    folder.mkdir()
    (folder / "mine").write_text("x")
    with pytest.raises(FileNotFoundError):
        FolderSource(folder).read(key)


def test_members_with_wicked_names_are_read_and_never_written(tmp_path):
    path = tmp_path / "cd.zip"
    names = ["../../etc/passwd", "/absolute", "CON", "a\\b", "x" * 65_000, "\\\\server\\share", "C:\\boot.ini"]
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name.encode())
    source = ZipSource(path)
    assert sorted(source.keys()) == sorted(names)
    assert all(source.read(name) == name.encode() for name in names)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["cd.zip"]


def directory_of(names: list[bytes]) -> bytes:
    """An archive that is nothing but its directory, with as many entries as names."""
    entry = struct.Struct("<4s4B4HL2L5H2L")
    fields = (b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0)
    directory = b"".join(entry.pack(*fields, len(name), 0, 0, 0, 0, 0, 0) + name for name in names)
    count = len(names)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(directory), 4)
    place = struct.pack("<4sLQL", b"PK\6\7", 0, 4 + len(directory), 1)
    return b"PK\3\4" + directory + wide + place + struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0
    )  # fmt: skip


def test_two_members_of_one_name_are_both_there(tmp_path):
    path = tmp_path / "cd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("same", b"one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("same", b"two")
    source = ZipSource(path)
    assert sorted(source.read(key) for key in source.keys()) == [b"one", b"two"]  # noqa: SIM118 - no mapping


def test_a_member_that_is_a_link_is_the_text_of_the_link(tmp_path):
    path, link = tmp_path / "cd.zip", zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert ZipSource(path).read("link") == b"/etc/passwd"


def test_a_hundred_thousand_members_of_one_name_are_told_apart(tmp_path):
    path = tmp_path / "cd.zip"
    path.write_bytes(directory_of([b"a"] * 100_000))
    names = ZipSource(path).keys()
    assert len(names) == len(set(names)) == 100_000


@pytest.mark.parametrize(("count", "most"), [(11, 10), (1_000_000, 10_000_000)])
def test_an_archive_that_claims_too_many_members_is_refused(tmp_path, monkeypatch, count, most):
    monkeypatch.setattr(zip_source, "MOST_MEMBERS", most)  # a million are refused unread, by the size of their list
    path = tmp_path / "cd.zip"
    path.write_bytes(directory_of([b"a"] * count))
    with pytest.raises(Refused, match="more than any examination"):
        ZipSource(path)


def test_an_archive_all_of_whose_members_swell_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zip_source, "SUSPICIOUS_WHOLE", 40 << 20)
    path = packed(tmp_path, one=bytes(2 << 20))
    content = path.read_bytes()
    end = content.index(b"PK\x01\x02")
    entry = content[end : content.index(b"PK\x05\x06")]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 30, 30, 30 * len(entry), end, 0)
    path.write_bytes(content[:end] + entry * 30 + tail)  # thirty names for the same bytes
    with pytest.raises(Refused, match="more than any examination"):
        ZipSource(path)


def test_archives_side_by_side_share_their_space_and_hold_no_file_open(tmp_path, monkeypatch):
    monkeypatch.setattr(zip_source, "KEPT_BYTES", 5 << 20)
    unpacked, before = Unpacked(), len(list(Path("/proc/self/fd").iterdir()))
    sources = [ZipSource(packed(tmp_path, f"{n}.zip", image=os.urandom(1000) * 2000), unpacked) for n in range(6)]
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    for source in sources:
        assert len(source.read("image")) == 2_000_000
    assert unpacked.size() == 4_000_000
    assert sources[0].read("image", 1_999_997) == sources[0].read("image")[-3:]


def test_the_beginning_of_a_member_is_read_without_unpacking_all_of_it(tmp_path):
    unpacked = Unpacked()
    source = ZipSource(packed(tmp_path, image=bytes(range(256)) * 8000), unpacked)
    assert source.read("image", 3, 4) == b"\3\4\5\6"
    assert unpacked.size() == 0


def test_a_member_that_holds_less_than_it_says_is_refused(tmp_path):
    path = packed(tmp_path, image=bytes(1000))
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(mark) + offset, 1005)
    path.write_bytes(content)
    with pytest.raises(OSError, match="less than it says"):
        ZipSource(path).read("image")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_in_any_compression_costs_that_member_alone(tmp_path, here, method):
    path = tmp_path / "cd.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("bad", os.urandom(500) * 9)
        archive.writestr("good", b"Sehr geehrte Frau Kollegin")
    content = bytearray(path.read_bytes())
    for place in range(60, 200, 5):
        content[place] ^= 0x55
    path.write_bytes(content)
    found = scan(open_source(path), here)
    assert [header.key for header in found.headers] == ["good"]
    assert [each.key for each in found.skipped] == ["bad"]


def test_a_bomb_stays_packed(tmp_path):
    path = packed(tmp_path, bomb=bytes(300 << 20), image=b"fine")
    assert path.stat().st_size < 1 << 20
    source = ZipSource(path)
    assert source.read("image") == b"fine"
    with pytest.raises(OSError, match="beyond all measure"):
        source.read("bomb")


def test_a_member_that_holds_more_than_it_says_is_refused(tmp_path):
    path = packed(tmp_path, image=bytes(1000))
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(mark) + offset
        content[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"more than it says|damaged"):
        ZipSource(path).read("image")


def test_a_locked_member_is_refused(tmp_path):
    path = packed(tmp_path, image=b"secret")
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    path.write_bytes(content)
    with pytest.raises(OSError, match="locked"):
        ZipSource(path).read("image")


def test_an_archive_that_is_none_is_refused(tmp_path):
    path = tmp_path / "cd.zip"
    path.write_bytes(b"PK\x03\x04 and nothing else")
    with pytest.raises(Refused, match="cannot be opened"):
        ZipSource(path)


def test_archives_in_a_folder_are_opened_one_level_deep(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep", b"deep")
    packed(tmp_path, image=b"inside", **{"nested.zip": inner.getvalue()})
    (tmp_path / "plain").write_bytes(b"plain")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 broken")
    source = open_source(tmp_path)
    assert isinstance(source, MediaSource)
    assert sorted(source.keys()) == ["broken.zip", "cd.zip!/image", "cd.zip!/nested.zip", "plain"]
    assert source.read("cd.zip!/image") == b"inside"
    assert source.read("plain", 1, 2) == b"la"
    assert source.path("cd.zip!/image") is None
    assert source.path("plain") == tmp_path / "plain"
    with pytest.raises(OSError, match="cannot be opened"):
        source.read("broken.zip")
    source.close()


def test_one_file_is_a_source_of_one(tmp_path):
    (tmp_path / "image").write_bytes(b"x")
    (tmp_path / "other").write_bytes(b"y")
    assert list(open_source(tmp_path / "image").keys()) == ["image"]


def test_an_office_document_is_a_file_not_an_archive(tmp_path):
    path = packed(tmp_path, name="letter.docx", **{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    assert list(open_source(path).keys()) == ["letter.docx"]


def test_the_end_of_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Refused, match="neither a file nor a folder"):
        open_source(tmp_path / "pipe")


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        open_source(tmp_path / "nothing")
