"""The process in which files are made, run by `live/exporting.py`: it holds one workshop at a time."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tablee.exports.items import Made, Want
from tablee.exports.making import made
from tablee.live.answering import answer_all
from tablee.live.export_messages import SLOW, Failed, Held, Ready
from tablee.live.packing import as_yjs, packed
from tablee.model.board import Pack
from tablee.model.redact import redacted
from tablee.words import Words

NICENESS = 10
"""A room that somebody types in goes before a file that somebody waits for; the argument says whether one
that takes long goes after those, too."""


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


class Makers:
    """Answers what is asked: a workshop to hold, or a file of the one that is held."""

    def __init__(self) -> None:
        self._maker: Maker | None = None

    def answer(self, question: Held | Want) -> Any:
        try:
            if isinstance(question, Held):
                self._maker = None  # two at a time would be twice the memory
                self._maker = Maker(question)
                return Ready(len(self._maker.pack.boards))
            assert self._maker is not None
            return self._maker.files(question)
        except Exception as error:  # noqa: BLE001 (the parent logs it and says so)
            frames = traceback.extract_tb(error.__traceback__)
            where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
            return Failed(type(error).__name__, where)


def main() -> None:
    # one processor is enough: Typst would take them all, and be slower when rooms need some of them
    with suppress(OSError, AttributeError):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    answer_all(Makers().answer, NICENESS + (5 if SLOW in sys.argv else 0))


if __name__ == "__main__":
    main()
