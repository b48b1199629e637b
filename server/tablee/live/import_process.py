"""The process in which files that come back are read, run by `live/importing.py`: one at a time.

Its memory is bounded, and its parent ends it when it takes too long: a hostile file costs this process, and
not the server.
"""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from tablee.errors import Refused
from tablee.live.aside import LENGTH
from tablee.live.import_reading import found_in

MEMORY_BYTES = 3_000_000_000
NICENESS = 5


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    while len(head := questions.read(LENGTH)) == LENGTH:
        question = pickle.loads(questions.read(int.from_bytes(head, "big")))  # noqa: S301 (our own parent's)
        answer: Any
        try:
            answer = found_in(question)
        except Refused as refusal:
            answer = (refusal.key, refusal.sentence, dict(refusal.more))
        del question
        body = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
        answers.write(len(body).to_bytes(LENGTH, "big"))
        answers.write(body)
        answers.flush()


def main() -> None:
    _bounded()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, answers)


def _bounded() -> None:
    """Where the system has such limits. Whoever writes notes goes first."""
    with suppress(AttributeError, OSError):
        os.nice(NICENESS)
    with suppress(ImportError):
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
