"""A connection as rooms see it, the frames written to it, and how much may wait for a slow reader."""

from __future__ import annotations

import asyncio
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

NO_PRESENCE_BYTES = 256 * 1024
"""More than this unread: cursors are left out."""
NO_UPDATES_BYTES = 1024 * 1024
"""More than this unread: updates are left out too, and the whole document follows once it has drained."""
CLOSE_BYTES = 4 * 1024 * 1024
CLOSE_AFTER_S = 15.0
"""So long may more than `NO_PRESENCE_BYTES` wait; with the time to be cut off it stays below 20 s."""
DRAINED_BYTES = 64 * 1024


class Connection(Protocol):
    def write(self, frames: bytes) -> None: ...
    def buffered(self) -> int: ...
    def close(self, code: int, reason: str) -> None: ...
    def pause(self, seconds: float) -> None: ...


def ws_frame(payload: bytes) -> bytes:
    """A complete, unmasked, binary WebSocket frame: the same bytes for every receiver."""
    size = len(payload)
    if size < 126:
        return b"\x82" + bytes((size,)) + payload
    if size < 65536:
        return b"\x82\x7e" + size.to_bytes(2, "big") + payload
    return b"\x82\x7f" + size.to_bytes(8, "big") + payload


def split_frames(frames: bytes) -> list[bytes]:
    """The payloads of frames built by `ws_frame`."""
    out, at = [], 0
    while at < len(frames):
        size, start = frames[at + 1], at + 2
        if size == 126:
            size, start = int.from_bytes(frames[at + 2 : at + 4], "big"), at + 4
        elif size == 127:
            size, start = int.from_bytes(frames[at + 2 : at + 10], "big"), at + 10
        at = start + size
        out.append(frames[start:at])
    return out


class PlainConnection:
    """The same over plain ASGI, for servers and test clients without the wire protocol."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._queue: asyncio.Queue[bytes | tuple[int, str]] = asyncio.Queue()
        self._waiting = 0

    def write(self, frames: bytes) -> None:
        self._waiting += len(frames)
        self._queue.put_nowait(frames)

    def buffered(self) -> int:
        return self._waiting

    def close(self, code: int, reason: str) -> None:
        while not self._queue.empty():  # who is closed needs none of it any more
            self._queue.get_nowait()
        self._queue.put_nowait((code, reason))

    def pause(self, seconds: float) -> None:
        """Plain ASGI reads one message at a time already."""

    async def run(self) -> None:
        """Send what rooms write, until closed."""
        while True:
            match await self._queue.get():
                case (code, reason):
                    await self._websocket.close(code, reason)
                    return
                case bytes() as frames:
                    try:
                        for payload in split_frames(frames):
                            await self._websocket.send_bytes(payload)
                    except (WebSocketDisconnect, RuntimeError):
                        return
                    self._waiting -= len(frames)
