"""The two kinds of line to a worker: a packet socket that passes descriptors, and a pipe where there is none."""

import array
import socket
from collections.abc import Sequence
from multiprocessing.connection import Connection

LARGEST_PACKET = 64 << 10
MOST_DESCRIPTORS = 32
DESCRIPTOR_BYTES = 4


class SocketChannel:
    """One end of a Unix packet socket (Linux): packets stay whole, descriptors travel along."""

    passes_descriptors = True

    def __init__(self, end: socket.socket, *, blocking: bool) -> None:
        end.setblocking(blocking)
        self._socket = end

    def send(self, packet: bytes | bytearray | memoryview, fds: Sequence[int] = ()) -> None:
        """See ``messages.Channel``."""
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
        self._socket.sendmsg([packet], ancillary, socket.MSG_NOSIGNAL)

    def receive(self) -> tuple[bytes, list[int]] | None:
        """See ``messages.Channel``."""
        try:
            packet, ancillary = self._packet()
        except ConnectionResetError:  # told once when the other end died with unread packets; its own still lie here
            packet, ancillary = self._packet()
        fds = array.array("i")
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                fds.frombytes(content[: len(content) - len(content) % DESCRIPTOR_BYTES])
        return (packet, list(fds)) if packet else None

    def _packet(self) -> tuple[bytes, list[tuple[int, int, bytes]]]:
        space = socket.CMSG_SPACE(MOST_DESCRIPTORS * DESCRIPTOR_BYTES)
        packet, ancillary, _, _ = self._socket.recvmsg(LARGEST_PACKET, space, socket.MSG_CMSG_CLOEXEC)
        return packet, ancillary

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self._socket.fileno()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class PipeChannel:
    """One end of a duplex pipe (every system): no descriptors; the parent's end tells when nothing is there."""

    passes_descriptors = False

    def __init__(self, end: Connection, *, blocking: bool) -> None:
        self.connection = end
        self._blocking = blocking

    def send(self, packet: bytes | bytearray | memoryview, fds: Sequence[int] = ()) -> None:
        """See ``messages.Channel``; the pool keeps one job in a pipe at a time, so that this cannot block for long."""
        assert not fds, "a pipe passes no descriptors"
        self.connection.send_bytes(packet)

    def receive(self) -> tuple[bytes, list[int]] | None:
        """See ``messages.Channel``."""
        try:
            if not (self._blocking or self.connection.poll()):
                raise BlockingIOError
            return self.connection.recv_bytes(), []
        except (EOFError, ConnectionError):
            return None

    def fileno(self) -> int:
        """The pipe's descriptor."""
        return self.connection.fileno()

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a packet socket."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
