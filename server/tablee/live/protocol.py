"""The WebSocket protocol under the hot path: uvicorn's own, with two doors added and three rules.

Incoming binary frames go to the room by a plain call instead of through the ASGI queue, and frames
that were built once for everybody are written to the transport as they are. Everything else (the
handshake, control frames, limits, keep-alive) stays uvicorn's, but:

- every frame of a peer costs something, whatever its kind: who sends too many is read more slowly,
  then closed;
- who is silent, does not read or does not let go is cut off soon, whatever still waits for them: a
  transport that is closed politely waits for its buffer, and the room would keep a ghost;
- who takes or sends bytes is alive, even if their pong is late because it stands behind those bytes.

It rests on a class uvicorn does not promise to keep: the minor version is pinned, `self_check` runs
at start, and without it the same rooms run over plain ASGI, slower (`docs/decisions.md`).
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import Any, ClassVar, cast

import structlog
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

from tablee.errors import MALFORMED, TOO_FAST, TOO_SLOW
from tablee.live.budget import Budget
from tablee.live.connection import CLOSE_BYTES

log = structlog.get_logger()

EXTENSION = "tablee.wire"
CUT_OFF_S = 2.0
"""How long a peer that was closed may take to read it."""
PIECE_BYTES = 16 * 1024
"""A read is parsed in pieces of this size: a read full of tiny frames must not hold up everybody."""
BYTES_PER_TOKEN = 4096
"""A frame costs one token, and one more for so many bytes."""
FRAMES_AHEAD = 2_000
"""Tokens a peer may be ahead of its budget before it is closed; until then it is read more slowly."""
LONGEST_PAUSE_S = 2.0
MOST_FRAGMENTS = 1_024
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: the kernel throws away what the peer did not take, instead of offering it on."""


class WireProtocol(WebSocketsSansIOProtocol):
    """One connection. `deliver` is set once its session is admitted to a room."""

    deliver: Callable[[bytes], None] | None = None
    frames_per_s: ClassVar[float] = 120
    frames_burst: ClassVar[float] = 500

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._frames_left = Budget(self.frames_per_s, self.frames_burst, self.loop.time())
        self._paused_until: float | None = None
        self._written = 0
        self._heard = False
        """Whether bytes came since the ping that waits for its pong."""
        self._taken_before: int | None = None
        """Bytes the peer had taken when it was pinged; None when nothing waited then."""

    @classmethod
    def allow(cls, updates_per_s: int, updates_burst: int, presence_per_s: int) -> None:
        """Set the budget of frames so that whoever keeps to the other budgets never meets it."""
        cls.frames_per_s = 2 * (updates_per_s + presence_per_s) + 20
        cls.frames_burst = 2 * (updates_burst + 2 * presence_per_s) + 100

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            cast(dict[str, Any], self.scope["extensions"])[EXTENSION] = self

    # -- what comes in --------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if len(data) <= PIECE_BYTES:
            super().data_received(data)
            return
        for at in range(0, len(data), PIECE_BYTES):
            if self.disconnected or self.transport.is_closing():
                return
            super().data_received(data[at : at + PIECE_BYTES])

    def handle_bytes(self, event: Frame) -> None:
        self._charge(event)
        deliver = self.deliver
        if deliver is None:
            super().handle_bytes(event)
        elif not event.fin:
            self.curr_msg_data_type = "bytes"
            self.frames = [bytes(event.data)]
        else:
            self._give(bytes(event.data))

    def handle_cont(self, event: Frame) -> None:
        self._charge(event)
        if len(self.frames) >= MOST_FRAGMENTS:
            self.frames = []
            self.close(MALFORMED, "a message in too many fragments")
        elif self.deliver is None or self.curr_msg_data_type == "text":
            super().handle_cont(event)
        else:
            # by the same road as whole frames: through the queue it would arrive after later ones
            self.frames.append(bytes(event.data))
            if event.fin:
                message, self.frames = b"".join(self.frames), []
                self._give(message)

    def _give(self, message: bytes) -> None:
        if self.deliver is None:  # closed meanwhile
            return
        try:
            self.deliver(message)
        except Exception:
            log.exception("frame.failed", size=len(message))
            self.close(MALFORMED, "this frame cannot be handled")

    def handle_text(self, event: Frame) -> None:
        self._charge(event)
        super().handle_text(event)

    def handle_ping(self) -> None:
        self._charge()
        super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        self._charge(event)
        super().handle_pong(event)

    def _charge(self, event: Frame | None = None) -> None:
        """One frame came. Who sends faster than anybody honest is slowed, then closed."""
        tokens = 1 + len(event.data) / BYTES_PER_TOKEN if event is not None else 1
        left = self._frames_left.spend(self.loop.time(), tokens)
        if left >= 0 or self.close_sent:
            return
        if left < -FRAMES_AHEAD:
            self.close(TOO_FAST, "too many frames")
        else:
            self.pause(-left / self.frames_per_s)

    # -- peers that are gone, or do not let go --------------------------------------------------

    def send_keepalive_ping(self) -> None:
        self._heard = False
        self._taken_before = self._taken() if self.buffered() else None
        super().send_keepalive_ping()

    def keepalive_timeout(self) -> None:
        alive = self._heard or self._paused_until is not None
        if not alive and self._taken_before is not None:
            alive = self._taken() > self._taken_before
        if not alive or self.ping_timeout is None:
            super().keepalive_timeout()
            self._cut_off()
            return
        self._heard = False
        self._taken_before = self._taken() if self.buffered() else None
        self.pong_timer = self.loop.call_later(self.ping_timeout, self.keepalive_timeout)

    def eof_received(self) -> None:
        self._cut_off_in(CUT_OFF_S)

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._cut_off_in(CUT_OFF_S)

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._cut_off_in(CUT_OFF_S)

    def shutdown(self) -> None:
        super().shutdown()
        self._cut_off_in(CUT_OFF_S / 2)

    def _cut_off_in(self, seconds: float) -> None:
        if self.disconnected:
            return
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(seconds, self._cut_off)

    def _cut_off(self) -> None:
        """Whatever waits, the connection is over; the room hears of it at once."""
        if self.disconnected:
            return
        if self.buffered():
            plain: socket.socket = self.transport.get_extra_info("socket")
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.transport.abort()

    # -- the connection as rooms see it (live/connection.py) -----------------------------------

    def write(self, frames: bytes) -> None:
        """Write complete WebSocket frames."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() > CLOSE_BYTES:
            self.close(TOO_SLOW, "too slow to read")
            return
        self._written += len(frames)
        self.transport.write(frames)

    def buffered(self) -> int:
        """Bytes the peer has not taken yet."""
        return 0 if self.disconnected else self.transport.get_write_buffer_size()

    def _taken(self) -> int:
        return self._written - self.buffered()

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
        self._cut_off_in(CUT_OFF_S)
        if self._frames_left.tokens < 0:  # who floods goes on flooding: nothing more of it is parsed
            self._paused_until = float("inf")
            self.transport.pause_reading()

    def pause(self, seconds: float) -> None:
        """Stop reading from this peer for a while; of several wishes the longest counts."""
        if self.disconnected or self.transport.is_closing():
            return
        until = self.loop.time() + min(seconds, LONGEST_PAUSE_S)
        if self._paused_until is None:
            self._paused_until = until
            self.transport.pause_reading()
            self.loop.call_at(until, self._resume)
        else:
            self._paused_until = max(self._paused_until, until)

    def _resume(self) -> None:
        if self.disconnected or self.transport.is_closing() or self._paused_until is None:
            return
        if self._paused_until > self.loop.time() + 0.001:
            if self._paused_until != float("inf"):
                self.loop.call_at(self._paused_until, self._resume)
            return
        self._paused_until = None
        if not self.read_paused:  # uvicorn's own pause ends by itself
            self.transport.resume_reading()


def self_check() -> str | None:
    """What of uvicorn's class is no longer as this file needs it; None when all is there."""
    wanted = (
        "handle_connect",
        "handle_bytes",
        "handle_cont",
        "handle_text",
        "handle_ping",
        "handle_pong",
        "handle_close",
        "handle_parser_exception",
        "send_keepalive_ping",
        "keepalive_timeout",
        "stop_keepalive",
        "eof_received",
        "shutdown",
        "data_received",
        "connection_lost",
    )
    gone = [name for name in wanted if not callable(getattr(WebSocketsSansIOProtocol, name, None))]
    return f"uvicorn's WebSocket protocol has no {', '.join(gone)}" if gone else None
