"""The command `tablee`. Exit status: 0 done, 1 failed with one sentence on stderr, 2 wrong arguments."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

from tablee.cli import files, kits, store, workshops
from tablee.cli.base import clear, command
from tablee.errors import TableeError

__all__ = ["command", "files", "kits", "main", "store", "workshops"]

TERMINATED = 128 + signal.SIGTERM


def main() -> None:
    # what was begun is tidied up: a file written beside its place, an engine, a process that reads
    signal.signal(signal.SIGTERM, _end)
    try:
        command(standalone_mode=True)
    except TableeError as error:
        _fail(str(error))
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        _fail(f"{named}{error.strerror or error}")
    finally:
        clear()


def _fail(sentence: str) -> NoReturn:
    clear()
    print(f"tablee: {sentence}", file=sys.stderr)
    sys.exit(1)


def _end(number: int, frame: object) -> NoReturn:
    raise SystemExit(TERMINATED)
