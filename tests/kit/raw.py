"""A peer without manners: a plain TCP socket that speaks just enough WebSocket to misbehave."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import select
import socket
import struct
from collections.abc import Iterator

from tests.kit.server import Seat, Server

PATIENCE_S = 20
BINARY, TEXT, CONTINUED, PING, PONG = 2, 1, 0, 9, 10


def masked(payload: bytes, opcode: int = BINARY, *, fin: bool = True) -> bytes:
    """One frame as clients send it. The mask is all zeros, which the standard does not forbid."""
    size = len(payload)
    head = bytes([(0x80 if fin else 0) | opcode])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += b"\xfe" + struct.pack("!H", size)
    else:
        head += b"\xff" + struct.pack("!Q", size)
    return head + bytes(4) + payload


class Brute:
    """A connected peer after the handshake. It reads only when told to."""

    def __init__(self, plain: socket.socket) -> None:
        self.plain = plain
        self.sent = 0
        """Bytes the server's side of the connection took."""

    def gone(self) -> bool:
        """Whether the server has let go of the connection; found without reading from it."""
        poll = select.poll()
        poll.register(self.plain, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
        return bool(poll.poll(0))

    async def until_gone(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not self.gone():  # noqa: ASYNC110 (a state of the kernel)
                await asyncio.sleep(0.02)

    async def flood(self, frames: bytes, most: int) -> bool:
        """Send `frames` again and again, `most` bytes in all. Whether the server let go before that."""
        async with asyncio.timeout(PATIENCE_S):
            while self.sent < most:
                if self.gone():
                    return True
                try:
                    at = self.sent % len(frames)
                    self.sent += self.plain.send(frames[at:])
                except BlockingIOError:
                    await asyncio.sleep(0.01)
                except OSError:
                    return True
        return False

    async def greeted(self) -> Brute:
        """Wait until the room has said something: from here on frames go to it directly."""
        async with asyncio.timeout(PATIENCE_S):
            while not select.select([self.plain], [], [], 0)[0]:  # noqa: ASYNC110 (a state of the kernel)
                await asyncio.sleep(0.01)
        return self

    def close_code(self) -> int | None:
        """Read all there is; the code of the close frame, if one came."""
        data = b""
        with contextlib.suppress(OSError):
            while chunk := self.plain.recv(1 << 20):
                data += chunk
        at, code = 0, None
        while at + 2 <= len(data):
            opcode, size, start = data[at] & 15, data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if opcode == 8:
                code = int.from_bytes(data[start : start + 2], "big")
            at = start + size
        return code

    async def closed(self) -> int | None:
        """Wait for the server to close; the code it gave, None when it just hung up."""
        code: int | None = None
        async with asyncio.timeout(PATIENCE_S):
            while code is None and not self.gone():
                code = self.close_code() or code
                await asyncio.sleep(0.02)
        return code or self.close_code()


@contextlib.contextmanager
def brute(server: Server, seat: Seat, *, buffer: int | None = None, events: bool = True) -> Iterator[Brute]:
    """Connect and shake hands. `buffer`: size of the kernel's receive buffer; small ones fill at once."""
    with socket.socket() as plain:
        if buffer is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        plain.settimeout(PATIENCE_S)
        plain.connect(("127.0.0.1", server.port))
        lines = [
            f"GET /ws/{seat.room} HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            f"Authorization: Bearer {seat.token}",
        ]
        if events:
            lines.append("Sec-WebSocket-Protocol: tablee.1")
        plain.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += plain.recv(1)
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        plain.setblocking(False)
        yield Brute(plain)
