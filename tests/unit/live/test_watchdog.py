"""The watchdog: a loop that computes without end ends; one that waits, or was stopped, does not."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timer")

PROGRAM = """
import asyncio, re, sys
from tablee.live.watchdog import watched_loop

async def main():
    async with watched_loop(0.4):
        print("watched", flush=True)
        if sys.argv[1] == "compute":
            re.match(r"(a|a)*$", "a" * 40 + "b")  # in C, without letting go of the interpreter's lock
        elif sys.argv[1] == "wait":
            await asyncio.to_thread(sys.stdin.readline)
    print("ended", flush=True)

asyncio.run(main())
"""


@contextlib.contextmanager
def started(what: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "watched\n"
            yield process
        finally:
            process.kill()


def test_a_loop_that_computes_without_end_is_ended_with_a_trace() -> None:
    with started("compute") as process:
        out, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGPROF and out == ""
    assert "in main" in errors


def test_a_process_that_was_stopped_goes_on() -> None:
    with started("wait") as process:
        os.kill(process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        os.kill(process.pid, signal.SIGCONT)
        out, _ = process.communicate("go on\n", timeout=60)
    assert process.returncode == 0 and out == "ended\n"
