"""Pack files: what was received of one case, in AES-256-GCM chunks that fit in no other place.

A pack is append-only and written by one run of the program. It begins with a header (below); chunk *i* follows as
``ciphertext || tag``. Its key is derived freshly for the pack, so its nonces, a random 32-bit prefix and the chunk's
64-bit number, never repeat. Authenticated with each chunk: the header, the case and item it belongs to, the chunk's
place in the item, and whether it is the last, so that a swapped, cut or spliced chunk does not open. Which chunks make
an item is kept in the encrypted database.
"""

import errno
import json
import os
import secrets
import struct
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workstation.storage.envelope import derive
from workstation.storage.failures import Damaged, DiskFull

CHUNK_BYTES = 256 * 1024
TAG_BYTES = 16
_HEADER = struct.Struct(">8sI16s32s4s")  # magic, chunk size, pack id, HKDF salt, nonce prefix
_MAGIC = b"SOWPACK1"
_BROKEN = "The disk did not take what arrived. What was saved before is kept; check the disk and fetch the case again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one chunk lies: its number in the pack, byte offset of its ciphertext, length of its plaintext."""

    number: int
    offset: int
    length: int


class PackWriter:
    """An open pack that several threads append to; ``settle`` makes what was appended durable, once for many.

    ``broken``: an fsync failed. The system may then have dropped what it had not written and call the next one a
    success, so that nothing that is not settled yet ever will be.
    """

    def __init__(self, path: Path, case_key: bytes) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._settling = threading.Lock()
        self._settled = 0
        self.broken = False
        self._header, self._cipher, self._prefix = _new_header(case_key)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        self._number, self._end = 0, 0
        self._append(self._header)

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._end

    def append(self, plain: bytes, binding: bytes) -> Place:
        """Encrypt and append one chunk of at most ``CHUNK_BYTES``; ``binding`` says what it is part of."""
        with self._lock:
            place = Place(number=self._number, offset=self._end, length=len(plain))
            nonce = self._prefix + struct.pack(">Q", place.number)
            self._append(self._cipher.encrypt(nonce, plain, self._header + binding))
            self._number += 1
        return place

    def settle(self) -> None:
        """Return when everything appended before the call is on the disk.

        Raises:
            DiskFull, Damaged: it is not; after a failed fsync nothing written since the last one may be trusted.
        """
        wanted = self._end
        with self._settling:
            if self._settled >= wanted:
                return
            if self.broken:
                raise Damaged(errno.EIO, _BROKEN)
            reached = self._end
            try:
                os.fsync(self._descriptor)
                _settle_folder(self.path.parent)
            except OSError as failure:
                self.broken = True
                raise refusal(failure) from failure
            self._settled = reached

    def close(self) -> None:
        """Close the file; nothing more can be appended."""
        os.close(self._descriptor)

    def _append(self, raw: bytes) -> None:
        view = memoryview(raw)
        try:
            os.lseek(self._descriptor, self._end, os.SEEK_SET)  # a chunk that did not fit whole is written over
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as failure:
            raise refusal(failure) from failure
        self._end += len(raw)


class PackReader:
    """A pack opened for reading, from any number of threads."""

    def __init__(self, path: Path, case_key: bytes) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        except OSError as failure:
            raise refusal(failure) from failure
        self._lock = threading.Lock()
        self._header = self._at(0, _HEADER.size)
        self._cipher, self._prefix = _opened(self._header, case_key)

    def read(self, place: Place, binding: bytes) -> bytes:
        """One chunk in plain.

        Raises:
            Damaged: the bytes are not those that were written there for this item.
        """
        sealed = self._at(place.offset, place.length + TAG_BYTES)
        nonce = self._prefix + struct.pack(">Q", place.number)
        try:
            return self._cipher.decrypt(nonce, sealed, self._header + binding)
        except (InvalidTag, ValueError):
            raise _damaged() from None

    def read_into(self, place: Place, binding: bytes, into: memoryview) -> None:
        """One chunk in plain, straight into memory of its length.

        Raises:
            Damaged: the bytes are not those that were written there for this item; ``into`` holds none of them.
        """
        sealed = self._at(place.offset, place.length + TAG_BYTES)
        nonce = self._prefix + struct.pack(">Q", place.number)
        try:
            self._cipher.decrypt_into(nonce, sealed, self._header + binding, into)
        except (InvalidTag, ValueError):
            into[:] = bytes(len(into))
            raise _damaged() from None

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _at(self, offset: int, length: int) -> bytes:
        if sys.platform != "win32":
            return os.pread(self._descriptor, length, offset)
        with self._lock:  # Windows has no positioned read
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            return os.read(self._descriptor, length)


def refusal(failure: OSError) -> DiskFull | Damaged:
    """The refusal that an operating system's error on the data folder means."""
    if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(
            errno.ENOSPC,
            "The disk is full. What was received and written so far is kept; make room and resume.",
        )
    return Damaged(
        failure.errno or errno.EIO,
        f"The disk refused ({failure.strerror}). What was saved before is kept; check the disk and start again.",
    )


def item_binding(case_id: str, key: str, *, document: bool) -> bytes:
    """Which item of which case a chunk belongs to; authenticated with every chunk."""
    return json.dumps([case_id, key, document]).encode()


def chunk_binding(item: bytes, ordinal: int, *, last: bool) -> bytes:
    """The chunk's place in its item, and whether it is the last."""
    return item + struct.pack(">I?", ordinal, last)


def random_name() -> str:
    """A name that tells nothing."""
    return secrets.token_hex(16)


def _new_header(case_key: bytes) -> tuple[bytes, AESGCM, bytes]:
    salt, prefix = os.urandom(32), os.urandom(4)
    header = _HEADER.pack(_MAGIC, CHUNK_BYTES, os.urandom(16), salt, prefix)
    return header, AESGCM(derive(case_key, salt, "pack")), prefix


def _opened(header: bytes, case_key: bytes) -> tuple[AESGCM, bytes]:
    if len(header) != _HEADER.size:
        raise _damaged()
    magic, _, _, salt, prefix = _HEADER.unpack(header)
    if magic != _MAGIC:
        raise _damaged()
    return AESGCM(derive(case_key, salt, "pack")), prefix


def _damaged() -> Damaged:
    return Damaged(
        errno.EIO,
        "A stored image is not what was written: the disk changed it. It is not shown; fetch the case again.",
    )


def _settle_folder(folder: Path) -> None:
    if os.name == "nt":  # directories cannot be synced there; the file's own flush covers its entry
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
