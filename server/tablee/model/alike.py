"""Which texts say nearly the same: a proposal to people, who alone join notes.

A text is compared with those led to one of the same zones only. What changed is compared again, and nothing
else, so that a crowd's notes cost little while one of them is typed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from tablee.model.carry import words_of

ALIKE = 80
"""Of a hundred, letter by letter or whatever the order of the words."""
SAME = 95
"""The same where one says all that the other says, and some words more."""
LONG_ENOUGH = 0.5
"""Of the longer one, the share of the other at least then."""
SHORT_CHARS = 8
"""Shorter texts are alike when they are equal."""
CHARS = 300
"""Of a text, what is compared: its beginning. One letter may stand for many, so it is cut again."""
MOST = 12
"""Neighbours of one text that are looked at."""


@dataclass(slots=True)
class Alike:
    """Texts by key, and which are alike."""

    _words: dict[str, str] = field(default_factory=dict)
    _zones: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _by_zone: dict[str, dict[str, str]] = field(default_factory=dict)
    """Zone → key → words."""
    _near: dict[str, set[str]] = field(default_factory=dict)

    def take(self, changes: Mapping[str, tuple[str, Collection[str]] | None]) -> None:
        """Texts with the zones they are led to; None for those that are gone."""
        for key in changes:
            self._forget(key)
        for key, said in changes.items():
            words = words_of(said[0][:CHARS])[:CHARS].strip() if said is not None else ""
            if said is None or not words:
                continue
            self._words[key], self._zones[key] = words, tuple(said[1])
            for zone in self._zones[key]:
                self._by_zone.setdefault(zone, {})[key] = words
        for key in changes:
            if key in self._words:
                self._compare(key)

    def groups(self) -> list[list[str]]:
        """Groups of two or more; every text is in one at most."""
        taken: set[str] = set()
        out = []
        for key in sorted(self._near):
            if key in taken:
                continue
            group = [key, *sorted(self._near[key] - taken)][:MOST]
            if len(group) > 1:
                taken.update(group)
                out.append(group)
        return out

    def _forget(self, key: str) -> None:
        self._words.pop(key, None)
        for zone in self._zones.pop(key, ()):
            self._by_zone[zone].pop(key, None)
        for other in self._near.pop(key, ()):
            near = self._near[other]
            near.discard(key)
            if not near:
                del self._near[other]

    def _compare(self, key: str) -> None:
        words = self._words[key]
        for zone in self._zones[key]:
            for other in _like(words, self._by_zone[zone]):
                if other != key:
                    self._near.setdefault(key, set()).add(other)
                    self._near.setdefault(other, set()).add(key)


def _like(words: str, others: Mapping[str, str]) -> Iterable[str]:
    if len(words) < SHORT_CHARS:
        return [key for key, said in others.items() if said == words]
    found = [
        key
        for scorer, least in (
            (fuzz.ratio, ALIKE),
            (fuzz.token_sort_ratio, ALIKE),
            (fuzz.token_set_ratio, SAME),
        )
        for said, _, key in process.extract(
            words, others, scorer=scorer, processor=None, score_cutoff=least, limit=MOST
        )
        if least == ALIKE or min(len(said), len(words)) > LONG_ENOUGH * max(len(said), len(words))
    ]
    return dict.fromkeys(found)
