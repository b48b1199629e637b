"""The WebSocket protocol under the hot path: uvicorn's own, with two doors added.

Incoming binary frames go to the room by a plain call instead of through the ASGI queue, and frames
that were built once for everybody are written to the transport as they are. Everything else (the
handshake, control frames, fragments, limits, keep-alive) stays uvicorn's.

It rests on a class uvicorn does not promise to keep: the minor version is pinned, `self_check` runs
at start, and without it the same rooms run over plain ASGI, slower (`docs/decisions.md`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

EXTENSION = "tablee.wire"


class WireProtocol(WebSocketsSansIOProtocol):
    """One connection. `deliver` is set once its session is admitted to a room."""

    deliver: Callable[[bytes], None] | None = None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            cast(dict[str, Any], self.scope["extensions"])[EXTENSION] = self

    def handle_bytes(self, event: Frame) -> None:
        deliver = self.deliver
        if deliver is not None and event.fin:
            if not self.close_sent:
                deliver(bytes(event.data))
        else:
            super().handle_bytes(event)

    # -- the connection as rooms see it (live/connection.py) -----------------------------------

    def write(self, frames: bytes) -> None:
        """Write complete WebSocket frames."""
        if not self.close_sent and not self.disconnected and not self.transport.is_closing():
            self.transport.write(frames)

    def buffered(self) -> int:
        """Bytes the peer has not taken yet."""
        return 0 if self.disconnected else self.transport.get_write_buffer_size()

    def close(self, code: int, reason: str) -> None:
        """Close with a code. A peer that does not read is cut off after a short while."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        self.deliver = None
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason[:120])
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.close_timer = self.loop.call_later(2.0, self.transport.abort)

    def pause(self, seconds: float) -> None:
        """Stop reading from this peer for a while."""
        if self.disconnected or self.transport.is_closing():
            return
        self.transport.pause_reading()
        self.loop.call_later(seconds, self._resume)

    def _resume(self) -> None:
        if not self.disconnected and not self.transport.is_closing():
            self.transport.resume_reading()


def self_check() -> str | None:
    """What of uvicorn's class is no longer as this file needs it; None when all is there."""
    wanted = ("handle_connect", "handle_bytes", "stop_keepalive", "data_received", "connection_lost")
    gone = [name for name in wanted if not callable(getattr(WebSocketsSansIOProtocol, name, None))]
    return f"uvicorn's WebSocket protocol has no {', '.join(gone)}" if gone else None
