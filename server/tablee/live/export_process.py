"""The process in which files are made, run by `live/exporting.py`: it holds one workshop at a time."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from contextlib import suppress
from dataclasses import replace
from typing import Any, BinaryIO

from tablee.exports.items import Made, Want
from tablee.exports.making import made
from tablee.live.aside import LENGTH
from tablee.live.export_messages import Failed, Held, Ready
from tablee.live.gathering import as_yjs, packed
from tablee.model.board import Pack
from tablee.model.redact import redacted
from tablee.words import Words

NICENESS = 10
"""A room that somebody types in goes before a file that somebody waits for."""


class Maker:
    """A workshop, and the pack of it."""

    def __init__(self, held: Held) -> None:
        self.held = held
        telling = held.telling
        self.pack: Pack = packed(
            held.sources,
            held.catalogue,
            names=telling.names,
            language=telling.language,
            address=lambda path: telling.base + path,
            shared_url=telling.shared_url,
        )

    def files(self, want: Want) -> tuple[Made, ...]:
        if want.format == "yjs":
            rooms = [path for path in sorted(self.pack.rooms) if want.room in (None, path)]
            return tuple(Made(path.replace("/", "-"), "yjs", as_yjs(self.pack.rooms[path])) for path in rooms)
        return made(self.pack, replace(want, board=self._board(want.board)))

    def _board(self, board: str | None) -> str | None:
        """A board is asked for by its own id, and may have another one in the pack."""
        if board is None or "/" not in board or self.pack.names == "names":
            return board
        say = Words(self.held.telling.language).say
        return redacted(self.held.sources.workshop, {}, self.pack.names, say).board(board)


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    maker: Maker | None = None
    while len(head := questions.read(LENGTH)) == LENGTH:
        question = pickle.loads(questions.read(int.from_bytes(head, "big")))  # noqa: S301 (our own parent's)
        answer: Any
        try:
            if isinstance(question, Held):
                maker = None  # two at a time would be twice the memory
                maker = Maker(question)
                answer = Ready(len(maker.pack.boards))
            else:
                assert maker is not None
                answer = maker.files(question)
        except Exception as error:  # noqa: BLE001 (the parent logs it and says so)
            frames = traceback.extract_tb(error.__traceback__)
            where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
            answer = Failed(type(error).__name__, where)
        body = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
        answers.write(len(body).to_bytes(LENGTH, "big"))
        answers.write(body)
        answers.flush()


def main() -> None:
    _step_back()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, answers)


def _step_back() -> None:
    """One processor is enough: Typst would take them all, and be slower when rooms need some of them."""
    with suppress(OSError, AttributeError):
        os.nice(NICENESS)
    with suppress(OSError, AttributeError):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


if __name__ == "__main__":
    main()
