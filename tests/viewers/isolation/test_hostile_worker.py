"""What a hijacked worker may send over its line, and what the parent makes of it."""

import json
import os
import socket
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from viewers.isolation.channels import SocketChannel, socket_pair
from viewers.isolation.errors import Refused, sentence
from viewers.isolation.messages import HEADER, INLINE, SPILLED, Spills, receive_hostile, receive_trusted, send
from viewers.isolation.nursery import served
from viewers.isolation.seccomp import program

LARGEST = 1 << 20


def packet(values: object, flag: int = INLINE, size: int | None = None, tail: bytes = b"") -> bytes:
    text = json.dumps(values).encode()
    return HEADER.pack(flag, len(text), len(text) if size is None else size) + text + tail


def file_of(content: bytes) -> int:
    fd = os.memfd_create("")
    os.write(fd, content)
    return fd


@settings(deadline=None)
@given(some.binary(max_size=300))
def test_any_bytes_are_an_answer_or_a_refusal(content: bytes) -> None:
    try:
        assert isinstance(receive_hostile(content, [], largest=LARGEST), dict)
    except Refused:
        return


@pytest.mark.parametrize(
    "values",
    [[1], 7, "text", None, {"a": {"\0": [0, 99]}}, {"a": {"\0": [-1, 2]}}, {"a": {"\0": "x"}}, {"a": {"\0": [1]}},
     {"a": {"\0": [0, -1]}}, {"a": {"\0": [1e9, 2]}}, {"a": {"\0": {"b": 1}}}],
)  # fmt: skip
def test_answers_that_point_outside_of_themselves_are_refused(values: object) -> None:
    with pytest.raises(Refused):
        receive_hostile(packet(values), [], largest=LARGEST)


def test_an_answer_that_names_the_same_bytes_again_and_again_is_refused() -> None:
    text = json.dumps({"a": [{"\0": [0, 1000]}] * 3}).encode()
    for answer, fds in (
        (HEADER.pack(INLINE, len(text), len(text) + 1000) + text + bytes(1000), []),
        (HEADER.pack(SPILLED, len(text), len(text) + 1000), [file_of(text + bytes(1000))]),
    ):
        with pytest.raises(Refused):
            receive_hostile(answer, fds, largest=LARGEST)


def test_what_a_worker_tells_is_one_short_line() -> None:
    assert sentence("It is\ndamaged.\x1b[2J") == "It is damaged. [2J"
    assert len(sentence("x" * 1_000_000)) < 1000
    assert sentence(None) == "None"
    assert sentence("\0") == "It cannot be read."


def test_an_answer_nested_a_hundred_thousand_deep_is_refused() -> None:
    text = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    fd = file_of(text)
    with pytest.raises(Refused):
        receive_hostile(HEADER.pack(SPILLED, len(text), len(text)), [fd], largest=LARGEST)
    assert not is_open(fd)


@pytest.mark.parametrize(("says", "holds"), [(LARGEST * 9, 10), (500, 10), (1 << 60, 10), (10, 0)])
def test_a_file_of_another_size_than_said_is_refused(says: int, holds: int) -> None:
    fd = file_of(bytes(holds))
    with pytest.raises(Refused):
        receive_hostile(HEADER.pack(SPILLED, 10, says), [fd], largest=LARGEST)
    assert not is_open(fd)


def test_descriptors_that_are_no_files_are_refused_and_all_are_closed() -> None:
    reader, writer = os.pipe()
    ours, theirs = socket.socketpair()
    for odd in (reader, writer, ours.detach(), theirs.detach()):
        more = file_of(b"")
        with pytest.raises(Refused):
            receive_hostile(HEADER.pack(SPILLED, 0, 0), [odd, more], largest=LARGEST)
        assert not is_open(odd)
        assert not is_open(more)


def test_descriptors_with_an_honest_answer_are_closed_too() -> None:
    fd = file_of(b"")
    assert receive_hostile(packet({"a": 1}), [fd], largest=LARGEST) == {"a": 1}
    assert not is_open(fd)


KEYS = some.text(min_size=1).filter(lambda key: key != "\0")
LEAVES = some.none() | some.booleans() | some.integers() | some.text() | some.binary(max_size=50)
PLAIN = some.recursive(LEAVES, lambda inner: some.lists(inner) | some.dictionaries(KEYS, inner))


@settings(max_examples=40, deadline=None)
@given(PLAIN, some.integers(0, 40_000))
def test_plain_values_travel_unchanged(value: object, weight: int) -> None:
    ours, theirs = socket_pair()
    here, there = SocketChannel(ours, blocking=True), SocketChannel(theirs, blocking=True)
    spills = Spills()
    try:
        send(here, {"value": value, "weight": bytes(weight)}, spills=spills)
        arrival = there.receive()
        assert arrival is not None
        assert receive_hostile(*arrival, largest=LARGEST)["value"] == value
        send(here, {"value": value, "weight": bytes(weight)}, spills=spills)
        arrival = there.receive()
        assert arrival is not None
        assert receive_trusted(*arrival).values["value"] == value
    finally:
        spills.close()
        here.close()
        there.close()


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_jump_of_the_filter_lands_inside_it(machine: str) -> None:
    code = program(machine, 4242)
    for place, (kind, yes, no, _) in enumerate(code):
        assert place + 1 + max(yes, no) < len(code) or kind == 0x06
    assert len(b"".join(struct.pack("=HBBI", *line) for line in code)) < 8 * 4096
    assert code[-1] == (0x06, 0, 0, 0x7FFF0000)


def is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def test_a_frozen_program_becomes_a_nursery_only_when_it_was_asked() -> None:
    assert not served(["program"])
    assert not served(["program", "demo", "3"])
