"""The scan: every file of a source ends as a header, or is skipped with a reason that a reader understands."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from viewers.series.digest import digest
from viewers.series.header import Attributes, Header
from viewers.series.kinds import why_not
from viewers.series.receive import BATCH, Received, header_of, receive
from viewers.sources import FrameSource, Parser

Progress = Callable[[int, int], bool]

_THREADS = 4
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
    headers: list[Header] = []
    skipped: list[Skipped] = []
    notes: list[str] = []
    for received in _received(source, tuple(source.keys()), parser, progress):
        if received.refused:
            skipped.append(Skipped(key=received.key, reason=received.refused))
            continue
        header = header_of(received.key, received.size, received.mapping)
        reason = why_not(header)
        if reason:
            skipped.append(Skipped(key=header.key, reason=reason))
            notes.extend(_missing_from_index(header, source) if reason == "index" else ())
        else:
            headers.append(header)
    headers.sort(key=lambda header: header.key)
    kept, again = _without_duplicates(source, headers)
    skipped.extend(again)
    return Scan(headers=kept, skipped=tuple(sorted(skipped, key=lambda each: each.key)), notes=tuple(notes))


def _received(
    source: FrameSource, keys: Sequence[str], parser: Parser, progress: Progress | None
) -> Iterator[Received]:
    unread: list[str] = []
    for key in keys:
        kept = source.header(key)
        if kept is None:
            unread.append(key)
        else:
            yield Received(key=key, mapping=kept, size=source.size(key))
    done = len(keys) - len(unread)
    batches = [unread[start : start + BATCH] for start in range(0, len(unread), BATCH)]
    with ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="scan") as threads:
        futures = [threads.submit(receive, source, batch, parser) for batch in batches]
        for batch, future in zip(batches, futures, strict=True):
            if future.cancelled():
                yield from (Received(key=key, mapping={}, refused=_STOPPED) for key in batch)
                continue
            yield from future.result()
            done += len(batch)
            if progress is not None and not progress(done, len(keys)):
                for waiting in futures:
                    waiting.cancel()


def _without_duplicates(
    source: FrameSource, headers: Sequence[Header]
) -> tuple[tuple[Header, ...], tuple[Skipped, ...]]:
    """Exact copies are skipped; one identity with two contents is kept twice, with an alarm on both."""
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
