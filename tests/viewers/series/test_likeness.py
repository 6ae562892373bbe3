"""A header that is read along the outline of a sibling says exactly what a walk over it says."""

import random
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from viewers.isolation.errors import Refused
from viewers.isolation.pool import Pool
from viewers.series import receive as receiving
from viewers.series.header_job import read, read_many
from viewers.series.open_source import open_source
from viewers.series.receive import header_of, receive
from viewers.series.scan import scan
from viewers.volumes.jobs import JOBS

IMPLICIT, EXPLICIT, BIG, DEFLATED = ("1.2.840.10008.1.2" + end for end in ("", ".1", ".2", ".1.99"))


def walked(head: bytes, size: int) -> dict:
    """What a walk says of one file, whatever its neighbours are."""
    try:
        return read(memoryview(head), {"size": size})
    except Refused as refusal:
        return {"refused": str(refusal)}


def together(files: list[bytes], head: int = 8192) -> tuple[list, list]:
    """(answers of a batch as they come from the worker, the same made whole)."""
    heads = [(file[:head], len(file)) for file in files]
    payload = b"".join(first for first, _ in heads)
    answers = read_many(memoryview(payload), {"heads": [[len(first), size] for first, size in heads]})["answers"]
    return answers, receiving._whole(answers, len(files))


def require_same(files: list[bytes], head: int = 8192) -> int:
    """Compare every answer with a walk; tells how many were likenesses."""
    answers, whole = together(files, head)
    assert whole == [walked(file[:head], len(file)) for file in files]
    return sum(isinstance(answer, list) for answer in answers)


def sibling(write, number: int, **more: object) -> bytes:
    return write(
        SOPInstanceUID=f"1.2.{number}",
        InstanceNumber=number,
        ImagePositionPatient=[0, 0, number * 1.25],
        AcquisitionTime=f"1200{number % 60:02}",
        **more,
    )


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT])
def test_siblings_are_read_along_the_first(write, syntax):
    files = [sibling(write, number, syntax=syntax) for number in range(9, 120, 7)]
    assert require_same(files) == len(files) - 1


@pytest.mark.parametrize("syntax", [BIG, DEFLATED])
def test_what_has_no_outline_is_walked(write, syntax):
    assert require_same([sibling(write, number, syntax=syntax) for number in range(4)]) == 0


def test_series_that_come_mixed_have_outlines_of_their_own(write):
    files = [sibling(write, n, Modality="MR", EchoTime=5) if n % 3 else sibling(write, n) for n in range(30)]
    assert require_same(files) == 28


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT])
def test_sequences_that_differ_are_read(write, undefined, syntax):
    def dose(number: int) -> Sequence:
        item = Dataset()
        item.RadionuclideTotalDose = f"5.{number}e8"
        item.RadiopharmaceuticalVolume = "1" * (1 + number % 5)
        item.is_undefined_length_sequence_item = undefined
        return Sequence([item])

    files = [sibling(write, n, syntax=syntax, RadiopharmaceuticalInformationSequence=dose(n)) for n in range(12)]
    assert require_same(files) == 11


@pytest.mark.parametrize(
    "other",
    [
        {"SpecificCharacterSet": "ISO_IR 192", "PatientName": "Jör^g"}, {"PixelRepresentation": 1},
        {"NumberOfFrames": 2}, {"PatientName": ""}, {"drop": ["PatientID"]}, {"KVP": 120}, {"SOPClassUID": "1.2.3"},
        {"drop": ["SOPInstanceUID"]}, {"drop": ["PixelData"]}, {"TextValue": "x" * 9000},
        {"ImageComments": "x" * 9000}, {"syntax": IMPLICIT}, {"PixelPaddingValue": 7}, {"ImageType": "DERIVED"},
    ],
)  # fmt: skip
def test_one_that_is_no_sibling_says_what_a_walk_says(write, other):
    changed = {"SOPInstanceUID": "1.9", **other}
    files = [sibling(write, 1), sibling(write, 2), write(**changed), write(**{**changed, "InstanceNumber": 3})]
    require_same([*files, sibling(write, 4)])
    require_same([*reversed(files), sibling(write, 4)])


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1 << 32), st.sampled_from([IMPLICIT, EXPLICIT]), st.booleans())
def test_siblings_injured_anywhere_say_what_a_walk_says(write, seed, syntax, sequence):
    chance = random.Random(seed)
    item = Dataset()
    item.CodeValue, item.PixelRepresentation = "T-1", 1
    more = {"ViewCodeSequence": Sequence([item]), "PixelPaddingValue": 3} if sequence else {}
    files = [bytearray(sibling(write, 100 + number, syntax=syntax, **more)) for number in range(4)]
    for file in files[chance.randrange(2) :]:
        for _ in range(chance.randrange(4)):
            _injure(file, chance)
    head = chance.choice([300, 500, 8192])
    require_same([bytes(file) for file in files], head)


def _injure(file: bytearray, chance: random.Random) -> None:
    at = chance.randrange(128, len(file))
    how = chance.randrange(5)
    if how == 0:
        file[at] = chance.randrange(256)
    elif how == 1:
        file[at : at + 2] = struct.pack("<H", chance.choice([0, 1, 2, 4, 0xFFFF]))
    elif how == 2:
        file[at : at + 4] = b"\xff\xff\xff\xff"
    elif how == 3:
        del file[at : at + chance.randrange(1, 9)]
    else:
        file[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))


def test_real_folders_say_the_same_together_as_alone(shared_data: Path):
    alike = files = 0
    for folder in sorted(path for path in (shared_data / "dicom").rglob("*") if path.is_dir()):
        found = sorted(path for path in folder.iterdir() if path.is_file())
        for start in range(0, len(found), 64):
            batch = [path.read_bytes()[: 256 << 10] for path in found[start : start + 64]]
            alike += require_same(batch, 64 << 10)
            files += len(batch)
    assert alike > files / 3


def test_a_scan_of_real_series_says_what_single_files_say(shared_data: Path, here):
    for name in ("ct-chest-nlst", "mr-prostate-mp", "mr-dwi-philips", "mr-synthetic-128"):
        source = open_source(shared_data / "dicom" / name)
        with Pool(workers=1, preload=JOBS) as pool:
            found = scan(source, pool)
        alone = [receive(source, [header.key], here)[0] for header in found.headers]
        assert list(found.headers) == [header_of(one.key, one.size, one.mapping) for one in alone]


@pytest.mark.parametrize(
    "lie",
    [
        [[0, {}, 5, 5]], [[-1, {}, 5, 5]], [[7, {}, 5, 5]], [[0, [], 5, 5]], [[0, {}, "5", 5]], [[0, {}, -5, 5]],
        [[0, {}, 5, 5.5]], [[0, {}, 5]], ["x"], [None], [[True, {}, 5, 5]],
    ],
)  # fmt: skip
def test_a_likeness_that_lies_makes_the_batch_be_read_one_by_one(lie, memory, write, here):
    class Lies(type(here)):
        def parse(self, job, payload, options=None):
            answer = super().parse(job, payload, options)
            return {"answers": [{"refused": "no"}, *lie]} if job.endswith("read_many") else answer

    source = memory({"a": write(), "b": write(SOPInstanceUID="1.9")})
    assert [one.mapping["data"]["PatientID"] for one in receive(source, ["a", "b"], Lies())] == ["7", "7"]
