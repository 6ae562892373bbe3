"""Damage that knows what a DICOM file is made of: preamble, elements, lengths, nesting, tables, pixels."""

import random
import struct

from tests.faults.healthy_files import LONG_FORM, Element, HealthyFile
from tests.faults.mutate_bytes import NUMBERS, damage
from tests.faults.mutate_codestream import injure as injure_codestream

PIXELS = 0x7FE00010
PREAMBLES = (b"MZ\x90\0", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"%PDF-1.7\n", b"<html><script>", b"II*\0", b"PK\3\4")
TEXTS = (
    b"../../../../tmp/pwned",
    b"\\\\server\\share",
    b"CON",
    b"a\0b",
    b"<img src=file:///etc/passwd>",
    b"\x1b$)C\xff\xff",
    b"\xe2\x80\xae",
    b"1\\" * 3000,
    b"1e999",
    b"1e308",
    b"5e-324\\-1e200",
    b"0\\1e308\\0",
    b"nan",
    b"-inf",
    b"9" * 400,
    b"",
    b"\\\\\\\\",
    b"99999999999999999999",
    b"-1",
    b"0",
    b"=cmd|' /C calc'!A0",
    b"A" * 70_000,
    b"1.2." * 5000,
)
REPRESENTATIONS = (
    b"DS",
    b"IS",
    b"SQ",
    b"UN",
    b"OB",
    b"OW",
    b"UT",
    b"PN",
    b"AT",
    b"FD",
    b"US",
    b"SS",
    b"UL",
    b"??",
    b"\0\0",
)
SYNTAXES = (
    b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99",
    b"1.2.840.10008.1.2.4.50", b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.90", b"1.2.840.10008.1.2.5", b"1.2.3",
)  # fmt: skip
DEPTHS = (1, 63, 64, 65, 200, 5000)
LYING = {
    0x00280002: "US", 0x00280008: "IS", 0x00280010: "US", 0x00280011: "US", 0x00280100: "US", 0x00280101: "US",
    0x00280102: "US", 0x00280103: "US", 0x00280006: "US", 0x00281050: "DS", 0x00281051: "DS", 0x00281052: "DS",
    0x00281053: "DS", 0x00280030: "DS", 0x00200032: "DS", 0x00200037: "DS", 0x00181063: "DS", 0x00281101: "US",
    0x00281201: "OW", 0x00283000: "SQ", 0x60000050: "SS", 0x60000010: "US", 0x60000011: "US", 0x60003000: "OW",
    0x7FE00001: "OV", 0x7FE00002: "OV", 0x00280004: "CS", 0x00080005: "CS", 0x00080016: "UI", 0x00080018: "UI",
    0x00280120: "US", 0x00280301: "CS", 0x00080060: "CS", 0x00080008: "CS", 0x52009230: "SQ", 0x00186011: "SQ",
}  # fmt: skip


def injure(file: HealthyFile, chance: random.Random) -> bytes:
    """The file, injured in one to three ways of chance."""
    if not file.elements or chance.random() < 0.2:
        return damage(file.content, chance, rounds=4)
    content = file.content
    # From the back to the front, so that the places of what is still to come stay true.
    for element in sorted(chance.sample(file.elements, min(len(file.elements), chance.randint(1, 3))), key=_place)[
        ::-1
    ]:
        content = _injure_element(content, file, element, chance)
    if chance.random() < 0.1:
        content = _preamble(content, chance)
    if chance.random() < 0.1:
        content = content.replace(chance.choice(SYNTAXES), chance.choice(SYNTAXES), 1)
    return content


def _place(element: Element) -> int:
    return element.header_at


def _injure_element(content: bytes, file: HealthyFile, element: Element, chance: random.Random) -> bytes:
    if element.tag == PIXELS and chance.random() < 0.7:
        return content[: element.value_at] + injure_codestream(content[element.value_at :], chance)
    ways = (_new_value, _new_value, _new_length, _new_representation, _without, _twice, _before, _before, _nested)
    return chance.choice(ways)(content, file, element, chance)


def _new_value(content: bytes, file: HealthyFile, element: Element, chance: random.Random) -> bytes:
    """Another value of an honest length."""
    value = _value(element.representation, chance)
    end = element.value_at + min(element.length, len(content))
    return content[: element.header_at] + header(element.tag, element.representation, value, file) + content[end:]


def _new_length(content: bytes, file: HealthyFile, element: Element, chance: random.Random) -> bytes:
    size = 2 if file.explicit and element.value_at - element.header_at == 8 else 4
    number = chance.choice([*NUMBERS, element.length + 1, max(0, element.length - 1), len(content)])
    packed = struct.pack("<I", number & 0xFFFFFFFF)[:size]
    return content[: element.value_at - size] + packed + content[element.value_at :]


def _new_representation(content: bytes, file: HealthyFile, element: Element, chance: random.Random) -> bytes:
    at = element.header_at + 4
    return content[:at] + chance.choice(REPRESENTATIONS) + content[at + 2 :]


def _without(content: bytes, file: HealthyFile, element: Element, chance: random.Random) -> bytes:
    return content[: element.header_at] + content[element.value_at + min(element.length, len(content)) :]


def _twice(content: bytes, file: HealthyFile, element: Element, chance: random.Random) -> bytes:
    end = element.value_at + min(element.length, len(content))
    return content[:end] + content[element.header_at :]


def _before(content: bytes, file: HealthyFile, element: Element, chance: random.Random) -> bytes:
    """A lying attribute in front of an element; where it comes again later, readers must agree on one."""
    tag = chance.choice(sorted(LYING))
    made = header(tag, LYING[tag], _value(LYING[tag], chance), file)
    return content[: element.header_at] + made + content[element.header_at :]


def _nested(content: bytes, file: HealthyFile, element: Element, chance: random.Random) -> bytes:
    """Sequences in sequences, with lengths or without."""
    tag = chance.choice([0x00081140, 0x52009230, 0x00400275, 0x00091010])
    made = nested(tag, chance.choice(DEPTHS), explicit=file.explicit)
    return content[: element.header_at] + made + content[element.header_at :]


def nested(tag: int, depth: int, *, explicit: bool) -> bytes:
    """``depth`` sequences of undefined length, one in the other."""
    opening = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + (b"SQ\0\0" if explicit else b"") + b"\xff" * 4
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    closing = struct.pack("<HHI", 0xFFFE, 0xE00D, 0) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    return (opening + item) * depth + closing * depth


def header(tag: int, representation: str, value: bytes, file: HealthyFile) -> bytes:
    """One element with an honest length."""
    value += b"\0" * (len(value) % 2)
    start = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    if not file.explicit:
        return start + struct.pack("<I", len(value)) + value
    kind = representation.encode("ascii", "replace")[:2]
    if representation in LONG_FORM or len(value) > 0xFFFF:
        return start + (kind if representation in LONG_FORM else b"UN") + struct.pack("<HI", 0, len(value)) + value
    return start + kind + struct.pack("<H", len(value)) + value


def _value(representation: str, chance: random.Random) -> bytes:
    if representation in ("US", "SS", "UL", "SL", "FL", "FD", "AT", "OW", "OB", "OV"):
        numbers = [chance.choice(NUMBERS) & 0xFFFF for _ in range(chance.choice([1, 1, 2, 3, 6, 300]))]
        return struct.pack(f"<{len(numbers)}H", *numbers)
    return chance.choice(TEXTS)


def _preamble(content: bytes, chance: random.Random) -> bytes:
    """Another kind of file in the preamble, or a preamble of the wrong length."""
    if chance.random() < 0.3:
        return content[chance.choice([128, 132, 1, 100]) :]
    return chance.choice(PREAMBLES).ljust(128, b"\0") + content[128:]
