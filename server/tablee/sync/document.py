"""The document of a room: the one place where pycrdt is used, and its layout (contract.md section 6).

Client bytes reach `apply` only after the gate. Whatever the Rust layer does with them, panics
included, leaves here as `BadFrame`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, cast

from pycrdt import Array, Doc, Text
from pycrdt import Map as YMap

from tablee.errors import BadFrame, NotFound
from tablee.model.notes import SUMMARY

NotesMap = YMap[Any]
Change = Callable[[NotesMap], None]
Roots = Mapping[str, NotesMap]
Edit = Callable[[Roots], object]
"""A change of several roots at once."""
Delta = list[dict[str, Any]]

ROOT_NAMES = ("notes", "stakeholders", "clusters", "comments", "reactions", "answers")


class Document:
    """One CRDT document with the roots of our layout."""

    __slots__ = ("_doc",)

    def __init__(self, state: bytes | None = None, client_id: int | None = None) -> None:
        self._doc: Doc[Any] = Doc(client_id=client_id) if client_id is not None else Doc()
        for root in ROOT_NAMES:
            self._doc.get(root, type=YMap)
        if state:
            self.apply(state)

    def apply(self, update: bytes) -> None:
        """Apply an update that passed the gate. Raises `BadFrame` when the library refuses it."""
        try:
            self._doc.apply_update(update)
        except BaseException as error:
            # Panics of the Rust layer are not subclasses of Exception; only a request to stop passes.
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            raise BadFrame("the document library refused an update") from None

    def apply_and_tell(self, update: bytes) -> bytes | None:
        """Apply; give what really changed as an update of its own, None when nothing did."""
        changes: list[bytes] = []
        watching = self._doc.observe(lambda event: changes.append(event.update))
        try:
            self.apply(update)
        finally:
            self._doc.unobserve(watching)
        return changes[-1] if changes else None

    def state(self) -> bytes:
        return bytes(self._doc.get_update())

    def vector(self) -> bytes:
        return bytes(self._doc.get_state())

    def since(self, vector: bytes) -> bytes:
        """What somebody with this (checked) state vector lacks."""
        return bytes(self._doc.get_update(vector))

    def deletions(self) -> bytes:
        """Everything that is deleted, as an update that brings nothing else."""
        return bytes(self._doc.get_update(self._doc.get_state()))

    def note(self, note_id: str) -> dict[str, Any] | None:
        """One note as plain JSON values."""
        return self._entry("notes", note_id)

    def cluster(self, cluster_id: str) -> dict[str, Any] | None:
        return self._entry("clusters", cluster_id)

    def _entry(self, root: str, entry_id: str) -> dict[str, Any] | None:
        entries = self._doc.get(root, type=YMap)
        if entry_id not in entries:
            return None
        found = json.loads(str(entries[entry_id]))
        return found if isinstance(found, dict) else None

    def count(self, root: str) -> int:
        """How many entries a root has."""
        return len(self._doc.get(root, type=YMap))

    def ids(self, root: str) -> list[str]:
        return list(self._doc.get(root, type=YMap).keys())

    def note_ids(self) -> list[str]:
        return self.ids("notes")

    def notes(self) -> dict[str, dict[str, Any]]:
        """Every note as plain JSON values, by the library's own JSON: five times faster than `to_py`."""
        return cast("dict[str, dict[str, Any]]", json.loads(str(self._doc.get("notes", type=YMap))))

    def clusters(self) -> dict[str, dict[str, Any]]:
        return cast("dict[str, dict[str, Any]]", json.loads(str(self._doc.get("clusters", type=YMap))))

    def answers(self) -> dict[str, dict[str, Any]]:
        return cast("dict[str, dict[str, Any]]", json.loads(str(self._doc.get("answers", type=YMap))))

    def entry(self, root: str, entry_id: str) -> dict[str, Any] | None:
        """One entry of any root as plain JSON values."""
        return self._entry(root, entry_id)

    def content(self) -> dict[str, Any]:
        """All roots as plain JSON values, to compare two documents."""
        return {root: json.loads(str(self._doc.get(root, type=YMap))) for root in ROOT_NAMES}

    def change(self, change: Change) -> bytes | None:
        """Change the notes in one transaction; give the update that carries it, None if nothing changed."""
        return self.edit(lambda roots: change(roots["notes"]))

    def edit(self, edit: Edit) -> bytes | None:
        """The same for all roots."""
        before = self.vector()
        return None if self.edit_and_tell(edit) is None else self.since(before)

    def edit_and_tell(self, edit: Edit) -> bytes | None:
        """Change all roots; give what changed and nothing else, without what was deleted earlier."""
        changes: list[bytes] = []
        watching = self._doc.observe(lambda event: changes.append(event.update))
        try:
            with self._doc.transaction():
                edit({root: self._doc.get(root, type=YMap) for root in ROOT_NAMES})
        finally:
            self._doc.unobserve(watching)
        return changes[-1] if changes else None


class Seen:
    """What updates applied to a document changed, entry by entry, since it was last asked."""

    def __init__(self, document: Document) -> None:
        self._texts: dict[tuple[str, str], list[Delta] | None] = {}
        self._watching: list[tuple[NotesMap, Any]] = []
        for root in ROOT_NAMES:
            entries = document._doc.get(root, type=YMap)
            self._watching.append((entries, entries.observe_deep(partial(self._look, root))))

    def _look(self, root: str, events: list[Any]) -> None:
        for event in events:
            path = event.path
            if not path:
                for key in event.keys:
                    self._texts[root, key] = None
                continue
            deltas = self._texts.setdefault((root, path[0]), [])
            if path[1:] == ["text"]:
                if deltas is not None:
                    deltas.append(event.delta)
            elif len(path) == 1 and "text" in event.keys:
                self._texts[root, path[0]] = None

    def end(self) -> None:
        for entries, watching in self._watching:
            entries.unobserve(watching)
        self._watching = []

    def take(self) -> dict[tuple[str, str], list[Delta] | None]:
        """(root, id) → what was done to its text, counted in bytes of UTF-8; None where it is another one."""
        texts, self._texts = self._texts, {}
        return texts


def plain(notes: NotesMap) -> dict[str, dict[str, Any]]:
    """The notes that a change works on, as plain JSON values."""
    return cast("dict[str, dict[str, Any]]", json.loads(str(notes)))


def insert_note(note_id: str, fields: Mapping[str, Any]) -> Change:
    def change(notes: NotesMap) -> None:
        values = {name: stored(name, one) for name, one in fields.items() if name not in ("text", "fields")}
        kinds = {name: value for name, value in (fields.get("fields") or {}).items() if value is not None}
        notes[note_id] = YMap({**values, "text": Text(fields.get("text", "")), "fields": YMap(kinds)})

    return change


def stored(name: str, value: Any) -> Any:
    """Origins are an array of the CRDT, everything else a plain value."""
    return Array(value) if name == "origin" else value


def insert_entry(roots: Roots, root: str, entry_id: str, values: Mapping[str, Any]) -> None:
    """Make a note, or an entry of another root, of plain values."""
    if root == "notes":
        insert_note(entry_id, values)(roots["notes"])
    else:
        roots[root][entry_id] = YMap(dict(values))


def put_entry(roots: Roots, root: str, entry_id: str, values: Mapping[str, Any]) -> None:
    """Make an entry be these values: a new one, or by what differs in the one that is there."""
    entries = roots[root]
    if entry_id not in entries:
        if (root, entry_id) == ("answers", SUMMARY):
            entries[entry_id] = YMap({**values, "text": Text(values.get("text", ""))})
        else:
            insert_entry(roots, root, entry_id, values)
        return
    entry = entries[entry_id]
    now = json.loads(str(entry))
    for name in sorted(now.keys() | values.keys()):
        if name in now and name in values and now[name] == values[name]:
            continue
        if name == "text" and name in now and isinstance(entry[name], Text):
            _retype(entry[name], str(values.get(name, "")))
        elif name == "fields" and root == "notes":
            gone = dict.fromkeys(now.get(name) or {})
            _set_fields(entry, {**gone, **(values.get(name) or {})})
        elif name in values:
            entry[name] = stored(name, values[name])
        else:
            del entry[name]


def document_of(roots: Mapping[str, Mapping[str, Any]], client_id: int | None = None) -> Document:
    """A fresh document with these entries, as `content()` gives them: without history and without authors."""
    document = Document(client_id=client_id)

    def fill(there: Roots) -> None:
        for root, entries in roots.items():
            for entry_id, entry in entries.items():
                put_entry(there, root, entry_id, entry)

    document.edit(fill)
    return document


def begin_text(root: str, entry_id: str) -> Edit:
    """Make an entry that is one shared text, unless it is there."""

    def edit(roots: Roots) -> None:
        if entry_id not in roots[root]:
            roots[root][entry_id] = YMap({"text": Text("")})

    return edit


def insert_notes(notes: Mapping[str, Mapping[str, Any]]) -> Change:
    """Several notes at once; one that is there already stays as it is."""

    def change(there: NotesMap) -> None:
        for note_id, fields in notes.items():
            if note_id not in there:
                insert_note(note_id, fields)(there)

    return change


def change_note(note_id: str, fields: Mapping[str, Any]) -> Change:
    """Set fields of a note; its text is replaced in place, keeping what both versions begin and end with."""

    def change(notes: NotesMap) -> None:
        note = _note(notes, note_id)
        for name, value in fields.items():
            if name == "text":
                _retype(note["text"], value)
            elif name == "fields":
                _set_fields(note, value)
            else:
                note[name] = value

    return change


def add_fields(note: NotesMap) -> None:
    """The map of what the note's kind asks for, where a plain client left it out."""
    note["fields"] = YMap({})


def splice_text(note: NotesMap, pieces: Iterable[tuple[str, str]]) -> None:
    """Go through the text of a note: `("keep" | "take" | "put", letters)` from its beginning to its end."""
    text, at = note["text"], 0
    for what, letters in pieces:
        size = len(letters.encode())
        if what == "take":
            del text[at : at + size]
        else:
            if what == "put":
                text.insert(at, letters)
            at += size


def delete_note(note_id: str) -> Change:
    def change(notes: NotesMap) -> None:
        _note(notes, note_id)
        del notes[note_id]

    return change


def _note(notes: NotesMap, note_id: str) -> NotesMap:
    if note_id not in notes:
        raise NotFound("note.unknown", "Cette note n'existe pas, ou plus.")
    return cast(NotesMap, notes[note_id])


def _set_fields(note: NotesMap, values: Mapping[str, Any]) -> None:
    """Set fields of the note's kind one by one; None takes one away. Those not named stay."""
    if "fields" not in note:
        add_fields(note)
    fields = note["fields"]
    for name, value in values.items():
        if value is not None:
            fields[name] = value
        elif name in fields:
            del fields[name]


def _retype(text: Text, wanted: str) -> None:
    """Replace only what differs, so that somebody typing elsewhere in the note keeps their words.

    pycrdt indexes text by UTF-8 bytes; the common ends are cut at code points.
    """
    now = str(text)
    if now == wanted:
        return
    head = 0
    while head < min(len(now), len(wanted)) and now[head] == wanted[head]:
        head += 1
    tail = 0
    while tail < min(len(now), len(wanted)) - head and now[-1 - tail] == wanted[-1 - tail]:
        tail += 1
    start = len(now[:head].encode())
    stop = len(now[: len(now) - tail].encode())
    if stop > start:
        del text[start:stop]
    middle = wanted[head : len(wanted) - tail]
    if middle:
        text.insert(start, middle)
