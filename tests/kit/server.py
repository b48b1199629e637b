"""A real server for tests: the command itself, on a free port, with its own data directory."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

READY = "Tablée is ready at "
START_S = 60


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


GENEROUS = {
    "PYTHONUNBUFFERED": "1",
    "TABLEE_REHEARSAL_PACE": "0.05",  # simulated people may be this quick: nobody waits for them here
    "TABLEE_WORKSHOPS_PER_HOUR": "1000000",  # all tests of a worker are one address
}
_opener = urllib.request.build_opener(_NoRedirect)


def call(
    base: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """One HTTP request; redirects are not followed and error statuses are answers too."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    sent = {"Content-Type": "application/json", **(headers or {})}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(base + path, data, sent, method=method)
    try:
        with _opener.open(request, timeout=20) as answer:
            return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


@dataclass
class Seat:
    """Somebody who joined."""

    token: str
    person: dict[str, Any]
    room: str
    workshop: str


@dataclass
class Server:
    base: str
    data_dir: Path
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """What it said on standard error: its log."""

    @property
    def ws(self) -> str:
        return self.base.replace("http", "ws", 1)

    @property
    def port(self) -> int:
        return int(self.base.rsplit(":", 1)[1])

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        return call(self.base, method, path, body, **more)

    def create(self, **settings: Any) -> dict[str, Any]:
        answer = self.call("POST", "/api/workshops", {"title": "Trajets communs", **settings})
        assert answer.status == 201, answer.body
        made: dict[str, Any] = answer.json
        return made

    def join(self, workshop: dict[str, Any], name: str = "Nadia", **more: Any) -> Seat:
        how = {} if "invitation" in more else {"code": workshop["code"]}
        answer = self.call("POST", "/api/join", {**how, "name": name, **more})
        assert answer.status == 201, answer.body
        joined = answer.json
        return Seat(joined["token"], joined["person"], joined["room"], joined["workshop"])

    def engine_pid(self) -> int:
        return int((self.data_dir / "engine.pid").read_text())

    def kill(self) -> None:
        """Like a power cut for the server: no time to say anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@contextlib.contextmanager
def running(data_dir: Path, *flags: str, **environment: str) -> Iterator[Server]:
    """Run `tablee serve` until the block ends."""
    port = [] if "--port" in flags else ["--port", "0"]
    store = [] if "--store-url" in flags else ["--data-dir", str(data_dir)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tablee", "serve", *port, *store, *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **GENEROUS, **environment},
    )
    server = Server("", data_dir, process)
    errors = server.errors
    ready: queue.Queue[str | None] = queue.Queue()

    def read_output() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            server.lines.append(line.rstrip("\n"))
            if line.startswith(READY):
                ready.put(line[len(READY) :].strip())
        ready.put(None)

    def read_errors() -> None:
        assert process.stderr is not None
        errors.extend(process.stderr)

    readers = [threading.Thread(target=read, daemon=True) for read in (read_output, read_errors)]
    for reader in readers:
        reader.start()
    try:
        base = ready.get(timeout=START_S)
        if base is None:
            process.wait(10)
            readers[1].join(5)
            raise RuntimeError(f"the server did not start: {''.join(errors)}")
        server.base = base
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        for reader in readers:
            reader.join(5)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for tests that only add workshops to it."""
    with running(tmp_path_factory.mktemp("tablee")) as one:
        yield one


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """A server of one's own, to be killed or filled."""
    with running(tmp_path / "data") as one:
        yield one
