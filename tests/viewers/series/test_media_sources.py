"""Folders and archives as sources: everything is listed, nothing outside is opened, bombs stay packed."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from viewers.series.errors import Refused
from viewers.series.folder_source import FolderSource
from viewers.series.open_source import MediaSource, open_source
from viewers.series.scan import scan
from viewers.series.zip_source import ZipSource


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
    names = ["../../etc/passwd", "/absolute", "CON", "a\\b", "x" * 300]
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name.encode())
    source = ZipSource(path)
    assert sorted(source.keys()) == sorted(names)
    assert all(source.read(name) == name.encode() for name in names)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["cd.zip"]


def test_two_members_of_one_name_are_both_there(tmp_path):
    path = tmp_path / "cd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("same", b"one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("same", b"two")
    source = ZipSource(path)
    assert sorted(source.read(key) for key in source.keys()) == [b"one", b"two"]  # noqa: SIM118 - no mapping


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


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        open_source(tmp_path / "nothing")
