"""What this process and the one that makes files say to each other."""

from __future__ import annotations

from dataclasses import dataclass

from tablee.live.packing import Sources
from tablee.model.board import Names
from tablee.model.canvases import Catalogue
from tablee.words import Language

SLOW = "slow"
"""The argument of the process that makes what takes long."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How a workshop is told in files. `base`: the public address of this server."""

    names: Names
    language: Language
    base: str
    shared_url: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The workshop that the files of the next questions are made of."""

    sources: Sources
    catalogue: Catalogue
    telling: Telling


@dataclass(frozen=True, slots=True)
class Ready:
    """The answer to `Held`."""

    boards: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Told without what participants wrote: the kind of the error, and where in the code."""

    error: str
    where: str
