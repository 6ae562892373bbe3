"""Receiving one item: encrypted piece by piece as it arrives, parsed, compared with the patient, only then named."""

import errno
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from viewers.series.receive import Received as Parsed
from viewers.series.receive import header_of
from viewers.series.receive import receive as parse_one
from workstation.cases.case import Document, Patient, PromisedInstance
from workstation.cases.identity import (
    Comparison,
    ImageIdentity,
    Verdict,
    compare_images,
    compare_with_patient,
    compare_with_promise,
    image_identity,
)
from workstation.cases.ports import CaseShelf, CaseSource, Parser, Received, ReceivedState, Writing
from workstation.cases.refusals import Cancelled, CutShort, NoSpace, Unintelligible
from workstation.review.decodable import undecodable
from workstation.review.held import note_version
from workstation.storage.failures import DiskFull

DOUBT = "Identity doubt: "
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where items of one case are received.

    Attributes:
        settled: by study UID, the identity that the specialist accepted as the patient's.
    """

    case_id: str
    patient: Patient
    source: CaseSource
    shelf: CaseShelf
    parser: Parser
    check_job: str
    settled: Mapping[str, ImageIdentity]
    cancelled: Callable[[], bool]


def receive_instance(desk: Desk, promised: PromisedInstance) -> Received:
    """Fetch, store, parse and judge one instance; a broken-off answer is asked for again.

    Raises:
        Refused: the service's refusal, ``NoSpace``, or ``Cancelled``; nothing of the item remains.
    """
    for _ in range(_TRIES - 1):
        try:
            return _receive_instance(desk, promised)
        except CutShort:
            continue
    return _receive_instance(desk, promised)


def receive_document(desk: Desk, document: Document) -> Received:
    """Fetch and store one document, compared with its size and SHA-1.

    Raises:
        Unintelligible: the bytes are not those that the service described.
    """
    with _writing(desk.shelf.receive(desk.case_id, document.id, "", document=True)) as writing:
        digest, size = hashlib.sha1(usedforsecurity=False), 0
        for piece in _until_cancelled(desk.source.document(document), desk.cancelled):
            writing.write(piece)
            digest.update(piece)
            size += len(piece)
        if document.size not in {None, size} or document.sha1 not in {"", digest.hexdigest()}:
            raise Unintelligible(
                "A document is not the one that the central service described.",
                kept="It was discarded; the rest of the case is kept.",
                advice="Fetch the case again; if it stays, ask the central service for the document.",
            )
        received = writing.commit(None)
    note_version(desk.case_id, document, desk.shelf)
    return received


def judge(desk: Desk, header: Mapping[str, object], promised: PromisedInstance) -> Comparison:
    """Is this the promised image, and of the case's patient? A doubt that was settled for its study is none."""
    image = image_identity(header)
    asked = compare_with_promise(image, promised)
    if asked.verdict is Verdict.MISMATCH:
        return asked
    whose = compare_with_patient(image, desk.patient)
    settled = desk.settled.get(promised.study_uid)
    if whose.verdict is Verdict.DOUBT and settled is not None:
        return compare_images(settled, image)
    return whose


def _receive_instance(desk: Desk, promised: PromisedInstance) -> Received:
    with _writing(desk.shelf.receive(desk.case_id, promised.sop_uid, promised.series_uid)) as writing:
        whole, digest = bytearray(), hashlib.sha256()
        for piece in _until_cancelled(desk.source.instance(promised), desk.cancelled):
            writing.write(piece)
            digest.update(piece)
            whole += piece
        parsed = parse_one(_Arrived(promised.sop_uid, whole), [promised.sop_uid], desk.parser)[0]
        state, reason = _state(desk, parsed, promised, whole)
        header = None if parsed.refused else {**parsed.mapping, "digest": digest.hexdigest()}
        return writing.commit(header, state=state, reason=reason)


class _Arrived:
    """The bytes of one instance in memory, as a ``FrameSource``."""

    def __init__(self, key: str, whole: bytearray) -> None:
        self._key, self._whole = key, whole

    def keys(self) -> Sequence[str]:
        return [self._key]

    def header(self, key: str) -> None:
        del key

    def size(self, key: str) -> int:
        del key
        return len(self._whole)

    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        del key
        return bytes(memoryview(self._whole)[offset : None if length is None else offset + length])


def _state(desk: Desk, parsed: Parsed, promised: PromisedInstance, whole: bytearray) -> tuple[ReceivedState, str]:
    if parsed.refused or parsed.mapping.get("dicom") is not True:
        return ReceivedState.UNREADABLE, parsed.refused or "The bytes are no DICOM image."
    comparison = judge(desk, parsed.mapping, promised)
    if comparison.verdict is not Verdict.SAME:
        mark = DOUBT if comparison.verdict is Verdict.DOUBT else ""
        return ReceivedState.QUARANTINED, mark + " ".join(comparison.reasons)
    header = header_of(promised.sop_uid, len(whole), parsed.mapping)
    why = undecodable(header, memoryview(whole), desk.parser, desk.check_job) if desk.check_job else ""
    return (ReceivedState.UNREADABLE, why) if why else (ReceivedState.PRESENT, "")


@contextmanager
def _writing(writing: Writing) -> Iterator[Writing]:
    """Nothing remains of an item that was not committed; a full disk is told as what it is."""
    try:
        yield writing
    except DiskFull:
        writing.discard()
        raise no_space() from None
    except OSError as failure:
        writing.discard()
        if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise no_space() from None
        raise
    except BaseException:
        writing.discard()
        raise


def no_space() -> NoSpace:
    """The disk is full in the middle of a fetch."""
    return NoSpace(
        "This computer's disk is full.",
        kept="What had arrived completely is kept and can be read; drafts can still be saved.",
        advice="Free some space, or forget the images of a delivered case, then fetch again: it goes on from here.",
    )


def _until_cancelled(pieces: Iterator[bytes], cancelled: Callable[[], bool]) -> Iterator[bytes]:
    for piece in pieces:
        if cancelled():
            raise stopped()
        yield piece


def stopped() -> Cancelled:
    """The reader stopped the fetch."""
    return Cancelled(
        "Fetching was stopped.", kept="What had arrived is kept.", advice="Fetch again to go on with what is missing."
    )
