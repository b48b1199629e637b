"""Running the server: embedded engine, listening socket, worker processes, the line that says ready."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import NoReturn

import structlog
import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from tablee.app import Tablee, create_app
from tablee.errors import TableeError
from tablee.live.protocol import WireProtocol, self_check
from tablee.rehearsal.prepare import prepare_rehearsal
from tablee.settings import Settings, hand_down, read_settings
from tablee.store.engine import embedded_engine
from tablee.store.redis import open_store

BACKLOG = 2048
UNREAD_TIMEOUT_MS = 15_000
"""A peer that acknowledges nothing for this long is cut by the kernel; it would block a shutdown."""


def run_server(settings: Settings) -> None:
    """Serve until told to stop. Raises `TableeError` with one sentence when it cannot start."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # uvicorn stops well on this signal and then sends it again: without a handler the process would
    # die of it, before the embedded engine is stopped and with a status that says something failed
    signal.signal(signal.SIGTERM, _end)
    with ExitStack() as stack:
        listening = stack.enter_context(listen(settings.host, settings.port))
        settings = replace(settings, port=listening.getsockname()[1])
        if settings.store_url is None:
            settings = replace(settings, store_url=stack.enter_context(embedded_engine(settings.data_dir)))
        app = create_app(settings)  # what is missing is said here, before any worker starts
        asyncio.run(try_store(settings))
        if settings.workers > 1:
            serve_many(settings, listening)
        else:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(serve_one(app, settings, listening))


def _end(number: int, frame: object) -> NoReturn:
    raise SystemExit(0)


async def try_store(settings: Settings) -> None:
    """Open the store once. Raises `StoreUnusable`, which would be lost among a worker's traces."""
    assert settings.store_url is not None
    async with open_store(settings.store_url):
        pass


def listen(host: str, port: int) -> socket.socket:
    """The listening socket. Raises `TableeError` naming the port when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_TIMEOUT_MS)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise TableeError(
            f"cannot listen on {host} port {port}: {error.strerror}. "
            "Choose another with --port, or --port 0 for a free one."
        ) from None
    listening.setblocking(False)
    return listening


async def serve_one(app: Starlette, settings: Settings, listening: socket.socket) -> None:
    server = _Server(_config(app, settings), app, settings)
    await server.serve(sockets=[listening])
    if not server.started:
        raise TableeError("the server could not start; the reason is above")


def serve_many(settings: Settings, listening: socket.socket) -> None:
    """Several worker processes on one socket; this process only watches them and owns the engine."""
    hand_down(settings)
    config = _config("tablee.serving:worker", settings)
    _say_ready(settings)
    Multiprocess(config, sockets=[listening]).run()


def worker() -> Starlette:
    """The application in a worker process, which knows the settings from its environment."""
    settings = read_settings()
    _allow(settings)
    return create_app(settings)


def _allow(settings: Settings) -> None:
    WireProtocol.allow(settings.updates_per_s, settings.updates_burst, settings.presence_per_s)


class _Server(uvicorn.Server):
    """Says when it accepts requests, in the one line scripts wait for."""

    def __init__(self, config: uvicorn.Config, app: Starlette, settings: Settings) -> None:
        super().__init__(config)
        self._app, self._settings = app, settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        _say_ready(self._settings)
        tablee: Tablee = self._app.state.tablee
        durability = {
            "disk": "every saved note is on disk before it is called saved",
            "replica": "every saved note is on a replica before it is called saved",
            "memory": "LOW: this store does not promise that saved notes survive its own crash",
        }
        print(f"Durability: {tablee.store.durability} ({durability[tablee.store.durability]})", flush=True)
        if self._settings.rehearsal:
            base, pace = public_base(self._settings), self._settings.rehearsal_pace
            for line in await prepare_rehearsal(tablee.rehearsals, base, pace):
                print(line, flush=True)


def public_base(settings: Settings) -> str:
    """The address people type."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{settings.port}"


def _say_ready(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"Tablée is ready at http://{host}:{settings.port}", flush=True)


def _config(app: Starlette | str, settings: Settings) -> uvicorn.Config:
    broken = self_check()
    _allow(settings)
    if broken:
        structlog.get_logger().warning("wire.unavailable", why=broken)
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        factory=isinstance(app, str),
        workers=settings.workers,
        ws="websockets-sansio" if broken else WireProtocol,
        ws_max_size=256 * 1024,
        ws_per_message_deflate=False,
        # together below ten seconds: so long may somebody whose cable was cut seem to be here
        ws_ping_interval=4,
        ws_ping_timeout=5,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=15,
        proxy_headers=settings.trusted_proxy,
        forwarded_allow_ips="*" if settings.trusted_proxy else None,
        loop="auto",
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # Windows, or a Python it has no wheel for: the standard loop serves, a little slower
        return None
    return uvloop.new_event_loop
