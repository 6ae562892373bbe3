"""The scan: every file of a source ends as a header, or is skipped with a reason that a reader understands."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from viewers.series.digest import digest
from viewers.series.header import Attributes, Header
from viewers.series.kinds import DECIDING, why_not
from viewers.series.plain import text
from viewers.series.receive import (
    BATCH,
    FIRST_HEAD,
    LARGEST_BATCH,
    Asked,
    Received,
    answered,
    ask,
    head_length,
    header_of,
    sibling_of,
)
from viewers.series.uncollected import uncollected
from viewers.sources import FrameSource, Parser

Progress = Callable[[int, int], bool]

_AHEAD = 4  # batches in the hands of workers
_BATCHES = 12  # a folder is asked for in no fewer, so that every worker has some
_SMALLEST_BATCH = 64
_STOPPED = "Not read: the search was stopped."


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that is shown nowhere, and why."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a source holds: every key is in exactly one of both.

    Attributes:
        headers: the files that are shown, in the order of their keys.
        skipped: those that are not.
        notes: what the reader should know of the whole, such as files that an index names and that are missing.
    """

    headers: tuple[Header, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...] = ()


def scan(source: FrameSource, parser: Parser, progress: Progress | None = None) -> Scan:
    """Read every header of a source, in isolated workers, without touching pixels.

    A header that the source kept from receipt (``FrameSource.header``) is not parsed again.

    Args:
        source: where the files are.
        parser: runs ``viewers.series.header_job`` on hostile bytes.
        progress: told (done, all) now and then; scanning stops when it answers False, what is left is skipped.
    """
    with uncollected():
        return _scanned(source, parser, progress)


def _scanned(source: FrameSource, parser: Parser, progress: Progress | None) -> Scan:
    headers: list[Header] = []
    skipped: list[Skipped] = []
    notes: list[str] = []
    shown: dict[str, Header] = {}
    for received in _received(source, tuple(source.keys()), parser, progress):
        if received.refused:
            skipped.append(Skipped(key=received.key, reason=received.refused))
            continue
        like = shown.get(received.like)
        if like is not None and received.changes is not None and DECIDING.isdisjoint(received.changes):
            headers.append(sibling_of(received, like))
            continue
        header = header_of(received.key, received.size, received.mapping)
        reason = why_not(header)
        if reason:
            skipped.append(Skipped(key=header.key, reason=reason))
            notes.extend(_missing_from_index(header, source) if reason == "index" else ())
        else:
            headers.append(header)
            shown[header.key] = header
    headers.sort(key=attrgetter("key"))
    kept, again = _without_duplicates(source, headers)
    skipped.extend(again)
    return Scan(headers=kept, skipped=tuple(sorted(skipped, key=lambda each: each.key)), notes=tuple(notes))


def _received(
    source: FrameSource, keys: Sequence[str], parser: Parser, progress: Progress | None
) -> Iterator[Received]:
    unread: list[str] = []
    for key in keys:
        known = source.header(key)
        if known is None:
            unread.append(key)
        else:
            yield Received(key=key, mapping=known, size=source.size(key))
    kept = len(keys) - len(unread)
    done = 0
    most = max(_SMALLEST_BATCH, min(BATCH, len(unread) // _BATCHES))
    waiting, asked, length = deque(unread), deque[Asked](), FIRST_HEAD
    while waiting or asked:
        while waiting and len(asked) < (_AHEAD if done else 1):  # the first batch tells how long headers are
            size = min(most if done else _SMALLEST_BATCH, max(1, LARGEST_BATCH // length), len(waiting))
            asked.append(ask(source, [waiting.popleft() for _ in range(size)], parser, length))
        batch = answered(source, asked.popleft(), parser)
        length = head_length(batch)
        yield from batch
        done += len(batch)
        if progress is not None and not progress(kept + done, len(keys)):
            left = [key for one in asked for key in one.keys] + list(waiting)
            yield from (Received(key=key, mapping={}, refused=_STOPPED) for key in left)
            return


def _without_duplicates(
    source: FrameSource, headers: Sequence[Header]
) -> tuple[tuple[Header, ...], tuple[Skipped, ...]]:
    """Exact copies are skipped; one identity with two contents is kept twice, with an alarm on both."""
    identities = {text(header.attributes.data.get("SOPInstanceUID")) for header in headers}
    if "" not in identities and len(identities) == len(headers):
        return tuple(headers), ()
    groups: dict[object, list[Header]] = defaultdict(list)
    for header in headers:
        groups[header.text("SOPInstanceUID") or ("document", header.size)].append(header)
    kept: list[Header] = []
    skipped: list[Skipped] = []
    for same in groups.values():
        if len(same) == 1:
            kept.extend(same)
            continue
        seen: dict[str, Header] = {}
        for header in same:
            content = header.digest or digest(source, header.key)
            if content in seen:
                skipped.append(Skipped(key=header.key, reason=f"duplicate of {seen[content].key}"))
            else:
                seen[content] = replace(header, digest=content)
        kept.extend(_alarmed(tuple(seen.values())))
    return tuple(sorted(kept, key=lambda header: header.key)), tuple(skipped)


def _alarmed(different: tuple[Header, ...]) -> tuple[Header, ...]:
    if len(different) == 1 or not different[0].is_dicom:
        return different
    alarm = f"{len(different)} files claim the same identity but differ: one of them may have been changed."
    return tuple(replace(header, notes=(*header.notes, alarm)) for header in different)


def _missing_from_index(index: Header, source: FrameSource) -> Iterator[str]:
    """What a DICOMDIR names that is not there (PS3.3 F.3); names are compared, never opened."""
    here = {key.upper().replace("!/", "/") for key in tuple(source.keys())}
    folder = index.key.upper().replace("!/", "/").rpartition("/")[0]
    named = [_file_name(record, folder) for record in index.attributes.items("DirectoryRecordSequence")]
    missing = [name for name in named if name and name not in here]
    if missing:
        yield f"The index {index.key} names {len(missing)} files that are not here, such as {missing[0]}."


def _file_name(record: Attributes, folder: str) -> str:
    parts = record.texts("ReferencedFileID")
    return "/".join((folder, *parts) if folder else parts).upper() if parts else ""
