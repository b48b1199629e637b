"""The other end of `aside.py`: a process beside the server answers questions on its standard streams."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from tablee.live.aside import LENGTH


def answer_all(answer: Callable[[Any], Any], niceness: int) -> None:
    """Until the questions end. `answer` is a plain function of one unpickled value and does not raise.

    niceness: how far this process steps back behind the one in which people write.
    """
    with suppress(OSError, AttributeError):
        os.nice(niceness)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    with suppress(BrokenPipeError):
        _serve(sys.stdin.buffer, answers, answer)


def _serve(questions: BinaryIO, answers: BinaryIO, answer: Callable[[Any], Any]) -> None:
    while len(head := questions.read(LENGTH)) == LENGTH:
        length = int.from_bytes(head, "big")
        question = questions.read(length)
        if len(question) < length:
            return  # whoever asked ended in the middle of it
        wanted = pickle.loads(question)  # noqa: S301 (only our own parent writes here)
        del question
        told = answer(wanted)
        body = pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
        del told
        answers.write(len(body).to_bytes(LENGTH, "big"))
        answers.write(body)
        answers.flush()
