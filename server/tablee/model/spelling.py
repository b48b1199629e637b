"""Names in texts, however they are spelled: with or without accents, capitals and what lies between their
words, in full-width letters, with letters in between that nobody sees.

It takes as long as the text is: how many names there are does not count.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

LEAST_CHARS = 3
"""A shorter word is a name only where it is written as one: with a capital."""
BETWEEN_CHARS = 3
"""The most that lies between two words of one name: a space, a hyphen, « & » with its spaces."""
_PARTICLES = """
ben bin das del den der des dos les los van von
al am an as at au be by ce ci da de di do du el en es et eu ex go he if il in is it je la le lu ma me my ne
ni no nu of oh ok on or os ou pu re sa se si so st sur ta te to tu un up us va vs vu we
"""
PARTICLES = frozenset(_PARTICLES.split())
"""Words of names that are words of everything else."""
LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
"""Letters that are no other letter with an accent."""
GAP = " "
"""Between two words of a name that is looked for."""


@cache
def _letters(char: str) -> str:
    """As which letters it is read; "" where it is none."""
    if unicodedata.category(char)[0] in "MC":
        return ""
    if "가" <= char <= "힣":  # it would be taken apart
        return char
    plain = "".join(LETTERS.get(one, one) for one in unicodedata.normalize("NFKD", char).casefold())
    return "".join(one for one in plain if one.isalnum())


@cache
def _is_unseen(char: str) -> bool:
    """What stands within a word without being a letter: accents, joiners, what has no width."""
    return unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf")


@cache
def _stands_alone(char: str) -> bool:
    """Letters of scripts that put nothing between words: each may be the first or the last of one."""
    code = ord(char)
    return any(
        low <= code <= high
        for low, high in (
            (0x0E00, 0x0EFF),
            (0x1000, 0x109F),
            (0x1780, 0x17FF),
            (0x3040, 0x30FF),
            (0x31F0, 0x31FF),
            (0x3400, 0x9FFF),
            (0xAC00, 0xD7AF),
            (0xF900, 0xFAFF),
            (0x20000, 0x3FFFF),
        )
    )


def folded(text: str) -> str:
    """The same for spellings of the same: letters without accents and capitals, a space between words."""
    return _joined(_read(text))


@dataclass(frozen=True, slots=True)
class _Letter:
    """Letters of the text from `start` to `end`. `after`: how much lies before it that is not a word;
    `begins`: a word may begin here."""

    plain: str
    start: int
    end: int
    after: int
    begins: bool


def _read(text: str) -> list[_Letter]:
    out: list[_Letter] = []
    before, between = "", 0
    for at, char in enumerate(text):
        plain = _letters(char)
        if not plain:
            between += not _is_unseen(char)
            continue
        begins = between > 0 or not before or _changes(before, char)
        out.append(_Letter(plain, at, at + 1, between, begins))
        before, between = char, 0
    return out


def _changes(before: str, char: str) -> bool:
    """Whether a word ends between two letters: « MarieCurie », « marie2 »."""
    return (
        before.isalpha() != char.isalpha()
        or (char.isupper() and not before.isupper())
        or _stands_alone(before)
        or _stands_alone(char)
    )


def _joined(letters: Iterable[_Letter]) -> str:
    return "".join((GAP if one.after else "") + one.plain for one in letters).strip()


@dataclass(slots=True)
class _Node:
    """Names, letter by letter: those that begin alike share their beginning. `shown` stands for the name
    that ends here; `capital`: only where it begins with one."""

    shown: str | None = None
    capital: bool = True
    after: dict[str, _Node] = field(default_factory=dict)


class Spellings:
    """Names, and what is told instead of each."""

    def __init__(self, clash: str) -> None:
        self.clash = clash
        """What is told instead of a name that is told in two ways."""
        self._root = _Node()

    def learn_person(self, name: str, shown: str) -> None:
        """All of it, and each of its words that is not a word of everything else."""
        for word in folded(name).split(GAP):
            if len(word) > 1 and word not in PARTICLES:
                self._learn(word, shown, len(word) < LEAST_CHARS)
        self.learn(name, shown)

    def learn(self, name: str, shown: str) -> None:
        """All of it, also written without anything between its words."""
        plain = folded(name)
        if len(plain) > 1 or (plain and _stands_alone(plain)):
            for spelled in {plain, plain.replace(GAP, "")}:
                self._learn(spelled, shown, plain in PARTICLES)

    def _learn(self, plain: str, shown: str, capital: bool) -> None:
        node = self._root
        for letter in plain:
            node = node.after.setdefault(letter, _Node())
        # a name that two people have says of neither what they speak for
        node.shown = shown if node.shown in (None, shown) else self.clash
        node.capital = node.capital and capital

    def replaced(self, text: str) -> tuple[str, int]:
        """The text without these names, and how many there were."""
        letters = _read(text)
        out, done, at, count = [], 0, 0, 0
        while at < len(letters):
            size, shown = self._longest(letters, at, text) if letters[at].begins else (0, None)
            if shown is None:
                at += 1
                continue
            out += [text[done : letters[at].start], shown]
            at += size
            done = letters[at - 1].end
            while done < len(text) and _is_unseen(text[done]):
                done += 1  # its accents
            count += 1
        return "".join([*out, text[done:]]), count

    def _longest(self, letters: Sequence[_Letter], at: int, text: str) -> tuple[int, str | None]:
        """How many letters from there on are a name, and what stands for it."""
        node: _Node | None = self._root
        found: tuple[int, str | None] = (0, None)
        capital = not text[letters[at].start].islower()
        for n in range(at, len(letters)):
            one = letters[n]
            if n > at and one.after:
                node = node.after.get(GAP) if node is not None and one.after <= BETWEEN_CHARS else None
            for letter in one.plain:
                node = None if node is None else node.after.get(letter)
            if node is None:
                break
            ends = n + 1 == len(letters) or letters[n + 1].begins
            if ends and node.shown is not None and (capital or not node.capital):
                found = (n + 1 - at, node.shown)
        return found
