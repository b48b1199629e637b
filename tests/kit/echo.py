"""A program for `tablee.live.aside` that says again what it is told, or dies, or never answers."""

from __future__ import annotations

import os
import signal
import sys

LENGTH = 8


def main() -> None:
    told, out = sys.stdin.buffer, sys.stdout.buffer
    while len(head := told.read(LENGTH)) == LENGTH:
        words = told.read(int.from_bytes(head, "big"))
        if words == b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        if words == b"sleep":
            signal.pause()
        out.write(head + words)
        out.flush()


if __name__ == "__main__":
    main()
