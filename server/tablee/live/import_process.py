"""The process in which files that come back are read, run by `live/importing.py`: one at a time.

Its memory is bounded, and its parent ends it when it takes too long: a hostile file costs this process, and
not the server.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tablee.errors import Refused
from tablee.live.answering import answer_all
from tablee.live.import_reading import found_in

MEMORY_BYTES = 3_000_000_000
NICENESS = 5


def answer(question: Any) -> Any:
    try:
        return found_in(question)
    except Refused as refusal:
        return refusal.key, refusal.sentence, dict(refusal.more)


def main() -> None:
    _bounded()
    answer_all(answer, NICENESS)


def _bounded() -> None:
    """Where the system has such limits."""
    with suppress(ImportError):
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
