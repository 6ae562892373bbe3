"""An item while it arrives: encrypted piece by piece, readable only after ``commit``."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

from workstation.cases.ports import Received, ReceivedState
from workstation.storage.packs import CHUNK_BYTES, PackWriter, Place, chunk_binding

Keep = Callable[[Received, Mapping[str, object] | None, Sequence[Place]], None]


class ItemWriting:
    """Fulfils ``Writing``. One thread writes one item; many items share a pack.

    Args:
        pack: where the chunks go.
        binding: which item they belong to.
        keep: records the finished item in the index, durably.
    """

    def __init__(self, *, pack: PackWriter, binding: bytes, key: str, series_uid: str, keep: Keep) -> None:
        self._pack = pack
        self._binding = binding
        self._key = key
        self._series_uid = series_uid
        self._keep = keep
        self._waiting = bytearray()
        self._digest = hashlib.sha256()
        self._places: list[Place] = []
        self._size = 0

    def write(self, piece: bytes) -> None:
        """Take the next bytes; whole chunks leave memory at once, but the latest waits: it may be the last."""
        self._digest.update(piece)
        self._size += len(piece)
        self._waiting += piece
        while len(self._waiting) > CHUNK_BYTES:
            self._append(bytes(self._waiting[:CHUNK_BYTES]), last=False)
            del self._waiting[:CHUNK_BYTES]

    def commit(
        self,
        header: Mapping[str, object] | None,
        *,
        state: ReceivedState = ReceivedState.PRESENT,
        reason: str = "",
    ) -> Received:
        """Settle the bytes on the disk, then name them in the index."""
        self._append(bytes(self._waiting), last=True)
        self._waiting.clear()
        self._pack.settle()
        received = Received(
            key=self._key,
            series_uid=self._series_uid,
            size=self._size,
            sha256=self._digest.hexdigest(),
            state=state,
            reason=reason,
        )
        self._keep(received, header, self._places)
        return received

    def discard(self) -> None:
        """Forget the item; its sealed chunks stay unnamed in the pack and go with it."""
        self._waiting.clear()
        self._places.clear()

    def _append(self, plain: bytes, *, last: bool) -> None:
        binding = chunk_binding(self._binding, len(self._places), last=last)
        self._places.append(self._pack.append(plain, binding))
