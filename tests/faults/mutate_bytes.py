"""Damage of the kinds that discs, cables and enemies do to any bytes."""

import random
import struct

NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def damage(content: bytes, chance: random.Random, rounds: int = 3) -> bytes:
    """One to ``rounds`` injuries at places of chance."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, rounds)):
        if changed:
            chance.choice(INJURIES)(changed, chance)
    return bytes(changed)


def flip(content: bytearray, chance: random.Random) -> None:
    """One bit."""
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def overwrite(content: bytearray, chance: random.Random) -> None:
    """A few bytes by chance."""
    place = chance.randrange(len(content))
    content[place : place + chance.randint(1, 8)] = chance.randbytes(chance.randint(1, 8))


def set_number(content: bytearray, chance: random.Random) -> None:
    """A number at the edge of its range, in either byte order and any width."""
    kind = chance.choice(["<B", "<H", ">H", "<I", ">I"])
    size = struct.calcsize(kind)
    place = chance.randrange(len(content))
    content[place : place + size] = struct.pack(kind, chance.choice(NUMBERS) & ((1 << 8 * size) - 1))


def cut(content: bytearray, chance: random.Random) -> None:
    """The end is missing."""
    del content[chance.randrange(len(content)) :]


def drop(content: bytearray, chance: random.Random) -> None:
    """A piece is missing."""
    place = chance.randrange(len(content))
    del content[place : place + chance.choice([1, 2, 4, 16, 512])]


def double(content: bytearray, chance: random.Random) -> None:
    """A piece comes twice."""
    place = chance.randrange(len(content))
    piece = content[place : place + chance.choice([1, 2, 8, 64, 1024])]
    content[place:place] = piece


def blank(content: bytearray, chance: random.Random) -> None:
    """A sector of nothing, or of ones."""
    place = chance.randrange(len(content))
    length = min(chance.choice([4, 16, 512, 4096]), len(content) - place)
    content[place : place + length] = bytes([chance.choice([0, 0xFF])]) * length


INJURIES = (flip, flip, overwrite, set_number, set_number, cut, drop, double, blank)
