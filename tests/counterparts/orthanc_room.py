"""Runs Orthanc where nobody else hears it: in a network of its own, reached through a socket file.

``python orthanc_room.py SOCKET PORT PROGRAM ARGUMENT…`` is started by ``unshare -rn``: it raises the loopback of the
new network, starts the program, and relays every connection on the socket file to the program's port.
"""

import asyncio
import fcntl
import socket
import struct
import sys

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1


def raise_loopback() -> None:
    """``ip link set lo up`` without needing the program ip."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh", b"lo", 0) + bytes(22)
        flags = struct.unpack("16sh", fcntl.ioctl(control, _GET_FLAGS, request)[:18])[1]
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh", b"lo", flags | _UP) + bytes(22))


async def relay(path: str, port: int, program: list[str]) -> int:
    """Relay until the program ends."""
    child = await asyncio.create_subprocess_exec(*program, stdin=asyncio.subprocess.DEVNULL)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(pump(reader, to_writer), pump(to_reader, writer))
        except OSError:
            writer.close()

    server = await asyncio.start_unix_server(connected, path)
    try:
        return await child.wait()
    finally:
        server.close()
        if child.returncode is None:
            child.kill()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything from one side to the other."""
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


if __name__ == "__main__":
    raise_loopback()
    sys.exit(asyncio.run(relay(sys.argv[1], int(sys.argv[2]), sys.argv[3:])))
