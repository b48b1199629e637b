"""What the judge of rights asks about notes: read from the document when asked, kept until it changes."""

from __future__ import annotations

from collections.abc import Mapping

from tablee.model.changes import Changes
from tablee.model.notes import SUMMARY
from tablee.model.rights import Head
from tablee.sync.document import Document

REMEMBERED = 10_000
"""Deleted notes whose author is known, so that an undo can give them back under their name."""


class Heads:
    """The `Notes` of `model/rights.py` for one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._heads: dict[str, Head] = {}
        self._before: dict[str, str | None] = {}
        self.vouched: Mapping[str, str] = {}
        """Who had made what the server itself gives back in the change that is judged now."""

    def head(self, note_id: str) -> Head | None:
        head = self._heads.get(note_id)
        if head is None:
            note = self._document.note(note_id)
            if note is None:
                return None
            by = note.get("by")
            head = self._heads[note_id] = Head(
                str(note.get("board", "")),
                str(note.get("zone", "")),
                by if isinstance(by, str) else None,
                bool(note.get("locked")),
                len(str(note.get("text", ""))),
            )
        return head

    def author_before(self, note_id: str) -> str | None:
        return self.vouched.get(note_id) or self._before.get(note_id)

    def cluster_place(self, cluster_id: str) -> tuple[str, str] | None:
        cluster = self._document.cluster(cluster_id)
        return None if cluster is None else (str(cluster.get("board", "")), str(cluster.get("zone", "")))

    def count(self, root: str) -> int:
        return self._document.count(root)

    def exact_chars(self, note_id: str) -> int:
        note = self._document.note(note_id)
        return 0 if note is None else len(str(note.get("text", "")))

    def summary_chars(self) -> int:
        summary = self._document.entry("answers", SUMMARY)
        return 0 if summary is None else len(str(summary.get("text", "")))

    def before(self, changes: Changes) -> None:
        """Called before these changes are applied: remember who made what goes."""
        for (root, note_id), change in changes.items():
            if root == "notes" and change.deleted:
                head = self.head(note_id)
                if head is not None:
                    self._before.pop(note_id, None)
                    self._before[note_id] = head.by
                    if len(self._before) > REMEMBERED:
                        del self._before[next(iter(self._before))]

    def after(self, changes: Changes) -> None:
        """Called once they are: forget what is no longer so."""
        for (root, note_id), change in changes.items():
            if root != "notes":
                continue
            if change.made or change.deleted or change.cleared or not _HEAD.isdisjoint(change.values):
                self._heads.pop(note_id, None)
            elif change.typed:
                head = self._heads.get(note_id)
                if head is not None:
                    chars = head.text_chars + change.typed
                    self._heads[note_id] = Head(head.board, head.zone, head.by, head.locked, chars)

    def reset(self, document: Document) -> None:
        """Another document, or one that changed in ways not told."""
        self._document = document
        self._heads.clear()


_HEAD = frozenset({"board", "zone", "by", "locked", "text"})
