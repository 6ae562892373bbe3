"""Damage that knows what a codestream is made of: markers, lengths, sizes, boxes, segments."""

import random
import re
import struct

from tests.faults.mutate_bytes import NUMBERS, damage

MARKER = re.compile(rb"\xff[\x01-\xfe]")
FIRST_BYTES = 200
END = b"\xff\xd9"


def injure(payload: bytes, chance: random.Random) -> bytes:
    """One frame, injured in a way of chance; often so that its end marker survives and the decoder must work."""
    way = chance.choice([_marker_length, _marker_kind, _header_field, _header_field, _body, _body, _swap, damage])
    injured = way(payload, chance)
    if chance.random() < 0.6 and payload.rstrip(b"\0\xff").endswith(END) and not injured.endswith(END):
        injured += END
    return injured


def _markers(payload: bytes) -> list[int]:
    return [found.start() for found in MARKER.finditer(payload[: 4 * FIRST_BYTES])] or [0]


def _marker_length(payload: bytes, chance: random.Random) -> bytes:
    place = chance.choice(_markers(payload)) + 2
    return payload[:place] + struct.pack(">H", chance.choice(NUMBERS) & 0xFFFF) + payload[place + 2 :]


def _marker_kind(payload: bytes, chance: random.Random) -> bytes:
    place = chance.choice(_markers(payload)) + 1
    return payload[:place] + bytes([chance.randrange(256)]) + payload[place + 1 :]


def _header_field(payload: bytes, chance: random.Random) -> bytes:
    """A number among the first bytes, where sizes, depths, predictors and offsets stand."""
    kind = chance.choice(["B", ">H", ">I", "<I"])
    size = struct.calcsize(kind)
    place = chance.randrange(min(FIRST_BYTES, len(payload)))
    value = chance.choice([*NUMBERS, chance.randrange(1 << 16), chance.randrange(256)]) & ((1 << 8 * size) - 1)
    return payload[:place] + struct.pack(kind, value) + payload[place + size :]


def _body(payload: bytes, chance: random.Random) -> bytes:
    """The coded pixels alone, header and end marker left as they are."""
    start = min(FIRST_BYTES, len(payload) // 2)
    return payload[:start] + damage(payload[start:-2], chance, rounds=8) + payload[-2:]


def _swap(payload: bytes, chance: random.Random) -> bytes:
    """Two pieces change places."""
    first, second = sorted(chance.sample(range(len(payload)), 2)) if len(payload) > 1 else (0, 0)
    size = min(chance.randint(1, 64), second - first, len(payload) - second)
    return (
        payload[:first]
        + payload[second : second + size]
        + payload[first + size : second]
        + payload[first : first + size]
        + payload[second + size :]
    )
