"""What the gate remembers of a document: for every clock of every client, in which type and key it lies.

An update is placed before it is applied: causality (nothing refers to what is not there), types (what
stands beside something lies in the same type and key; text in texts, values in maps), deletions and
halves of characters. What comes out says in plain values what the update does to which note, so that
rights are judged before the document is touched and a refusal costs nothing.

Observed without it: yrs keeps what is not causal as pending and drops it from snapshots, so that a deleted
note comes back; a deletion or a collected block ahead of a client's clock makes that person's next edits
vanish; half an emoji deleted becomes two replacement characters for ever.

Deletions that peers conclude by themselves (of two people who set a key at once, one loses) are in no
update; `Index.learn_deletions` takes them from the document when one seems to be new.
"""

from __future__ import annotations

from collections.abc import Iterable

from tablee.sync.gate import Update, read_update
from tablee.sync.known import Known, NotTaken, Placed
from tablee.sync.placing import Placing
from tablee.sync.telling import Telling

__all__ = ["Index", "NotTaken", "Placed"]


class Index(Known):
    """The index of one document. `runs.py` and `known.py` remember, `placing.py` and `telling.py` look."""

    def place(self, update: Update, *, trusted: bool = False) -> Placed:
        """Find the spot of every new item. Raises `NotTaken` and `BadFrame`; changes nothing.

        `trusted`: from our own log; what cannot be placed lies nowhere, and no changes are told.
        """
        placing = Placing(self, update, trusted)
        placing.place_items()
        placing.place_deletions()
        if not trusted:
            Telling(placing).tell()
        return placing.placed


def index_of(updates: Iterable[bytes]) -> Index:
    """The index of what these updates of our own log and snapshots add up to. Raises `BadFrame`."""
    index = Index()
    for update in updates:
        index.add(index.place(read_update(update, trusted=True), trusted=True))
    return index
