"""Notes on their way from the sheets to the canvases: where they are led, what they become there, and what
was decided about them.

Everything about a decision lies in the document of the canvas: a note with this origin, or a mark that it
was put aside. What the sheet's note says of it (`status`) follows from that and can be written again.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any, Literal

from tablee.model.canvases import Catalogue
from tablee.model.fields import LINE_CHARS
from tablee.model.identity import ID_ALPHABET, digest
from tablee.model.notes import TAGS, TEXT_CHARS
from tablee.model.templates import CANVASES, Template, Zone
from tablee.model.workshop import Workshop, group_rooms, plenary_room, read_room, room_kind

Note = Mapping[str, Any]
"""A note as plain values."""

PLENARY = "-"
"""The group of a note that all wrote together."""
MOST_ORIGINS = 12
"""More than that is a list, not one idea."""
HASH_CHARS = 16
KEY_CHARS = 64
"""The longest key of an entry."""
SCALES: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "practice": "Pratique",
        "resource": "Maturité de la ressource",
        "community": "Maturité de la communauté",
        "governance": "Maturité de la gouvernance",
        "viability": "Équilibre",
        "balance": "Équilibre collectif",
    },
    "en": {
        "practice": "Practice",
        "resource": "Maturity of the resource",
        "community": "Maturity of the community",
        "governance": "Maturity of the governance",
        "viability": "Balance",
        "balance": "Collective balance",
    },
}
SIGNED_SCALES = frozenset({"viability", "balance"})
"""Gauges from −2 to +2; the others go from 0 to 4."""
SPREAD: Mapping[str, str] = {
    "fr": "médiane {middle}{of}, de {low} à {high}",
    "en": "median {middle}{of}, from {low} to {high}",
}
LANES = frozenset(f"economic.{zone}" for zone in ("stakeholders", "brings", "receives", "viability"))
"""Zones where every stakeholder has a row."""
HORIZONS: Mapping[str, int] = {"6m": 6, "2y": 24, "5y": 60}
"""Months."""
MONTHS_A_YEAR = 12
_NAMES = ("label", "name", "mission", "description", "why", "task", "form")
"""What a note without words may be known by."""

Decision = Literal["carried", "merged", "parked"]


@dataclass(frozen=True, slots=True)
class Source:
    """A note of a sheet and where it is. `group` is `-` for what all wrote together."""

    group: str
    note_id: str
    note: Note

    @property
    def key(self) -> str:
        return f"{self.group}/{self.note_id}"

    @property
    def author(self) -> str:
        """Empty for a note that belongs to nobody."""
        by = self.note.get("by")
        return by if isinstance(by, str) else ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a document says of sources, canvas by canvas: key → the notes made of it; what was put aside."""

    notes: Mapping[str, Mapping[str, tuple[str, ...]]]
    parked: Mapping[str, frozenset[str]]
    merged: Mapping[str, frozenset[str]]

    def on(self, canvas: str, key: str) -> Decision | None:
        if key in self.merged.get(canvas, ()):
            return "merged"
        if key in self.notes.get(canvas, {}):
            return "carried"
        return "parked" if key in self.parked.get(canvas, ()) else None

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for some in (*self.notes.values(), *self.parked.values()) for key in some)

    def status(self, key: str) -> str:
        """What the sheet's note says of it: the strongest word of the canvases."""
        found = {self.on(canvas, key) for canvas in CANVASES}
        for status in ("merged", "carried", "parked"):
            if status in found:
                return status
        return "open"


# -- routes ----------------------------------------------------------------------------------------------


def routes_of(catalogue: Catalogue, note: Note) -> tuple[str, ...]:
    """The canvas zones that a note of a sheet is led to; none for notes that lie elsewhere."""
    template = catalogue.template_of_board(str(note.get("board", "")))
    if template is None or template.sheet is None:
        return ()
    zone = template.zone(str(note.get("zone", "")))
    return () if zone is None else zone.to


def suggested_zone(catalogue: Catalogue, note: Note, canvas: str) -> str | None:
    """The address on this canvas that its zone is led to first."""
    return next((to for to in routes_of(catalogue, note) if to.partition(".")[0] == canvas), None)


def address_of(catalogue: Catalogue, address: object) -> tuple[Template, Zone] | None:
    """The canvas and the zone of `governance.rules`."""
    if not isinstance(address, str):
        return None
    canvas, _, zone_id = address.partition(".")
    template = catalogue.templates.get(canvas) if canvas in CANVASES else None
    zone = template.zone(zone_id) if template is not None else None
    return None if template is None or zone is None else (template, zone)


def group_of(room: str) -> str:
    """The group in whose name notes of a room are carried."""
    name = read_room(room)
    return PLENARY if name is None or name.group is None else name.group


def source_rooms(workshop: Workshop, catalogue: Catalogue, target: str) -> tuple[str, ...]:
    """The rooms whose sheets feed the canvases of a room."""
    name = read_room(target)
    if name is None or name.kind == "exploration":
        return ()
    kinds = {
        room_kind(workshop, template.id)
        for template in catalogue.templates.values()
        if template.sheet is not None and f"sheet{template.sheet}" in workshop.modules
    }
    groups = [g.id for g in workshop.groups if name.group in (None, g.id)]
    rooms = [group_rooms(workshop.id, g)["exploration"] for g in groups] if "exploration" in kinds else []
    return (*rooms, plenary_room(workshop.id)) if "plenary" in kinds else tuple(rooms)


def canvases_in(workshop: Workshop, room: str) -> tuple[str, ...]:
    """The canvases that are filled in this room."""
    name = read_room(room)
    if name is None:
        return ()
    return tuple(
        canvas
        for canvas in CANVASES
        if canvas in workshop.modules
        and (
            room_kind(workshop, canvas) == name.kind or (name.kind == "plenary" and canvas in workshop.pooled)
        )
    )


def target_rooms(workshop: Workshop, group: str) -> tuple[str, ...]:
    """Where something may be decided about the notes of a group."""
    groups = [g.id for g in workshop.groups if group in (PLENARY, g.id)]
    rooms = [plenary_room(workshop.id), *(group_rooms(workshop.id, g)["convergence"] for g in groups)]
    return tuple(room for room in rooms if canvases_in(workshop, room))


# -- what was decided --------------------------------------------------------------------------------------


def park_key(canvas: str, source: str) -> str:
    """Where a room's `answers` say that a source was put aside for this canvas."""
    return f"park/{canvas}/{source}"


def pool_key(canvas: str, source: str) -> str:
    """The same for a canvas note of a group that was brought to the plenary once."""
    return f"pool/{canvas}/{source}"


def decided_in(notes: Mapping[str, Note], answers: Mapping[str, Any], home: str) -> Decided:
    """Read it from a document. `home`: the group of its own notes, for origins that name none."""
    made: dict[str, dict[str, list[str]]] = {}
    merged: dict[str, set[str]] = {}
    for note_id in sorted(notes):
        note = notes[note_id]
        canvas = note.get("board")
        if canvas not in CANVASES:
            continue
        keys = sheet_origins(note, home)
        for key in keys:
            made.setdefault(canvas, {}).setdefault(key, []).append(note_id)
        if len(keys) > 1:
            merged.setdefault(canvas, set()).update(keys)
    parked: dict[str, set[str]] = {}
    for key in answers:
        what, _, rest = key.partition("/")
        canvas, _, source = rest.partition("/")
        if what == "park" and canvas in CANVASES:
            parked.setdefault(canvas, set()).add(source)
    return Decided(
        {canvas: {key: tuple(ids) for key, ids in some.items()} for canvas, some in made.items()},
        {canvas: frozenset(some) for canvas, some in parked.items()},
        {canvas: frozenset(some) for canvas, some in merged.items()},
    )


def sheet_origins(note: Note, home: str) -> list[str]:
    """Keys of the sheet notes that a canvas note was made of, each once."""
    keys = [
        f"{origin.get('group', home)}/{origin.get('note')}"
        for origin in note.get("origin") or ()
        if isinstance(origin, Mapping) and str(origin.get("board", "")).startswith("sheet")
    ]
    return list(dict.fromkeys(keys))


def is_copy(note: Note) -> bool:
    """Whether it was carried here from another room. Where « Je » notes were raised, no group is named."""
    return any(isinstance(origin, Mapping) and "group" in origin for origin in note.get("origin") or ())


def hash_of(note: Note) -> str:
    """Another one as soon as the note says something else."""
    fields = {name: value for name, value in (note.get("fields") or {}).items() if value is not None}
    said = [str(note.get("text", "")), str(note.get("kind", "note")), _plain(fields)]
    return digest(json.dumps(said, ensure_ascii=False, sort_keys=True))[:HASH_CHARS]


def _plain(value: Any) -> Any:
    """Numbers of the document are whole or not; 2 and 2.0 are the same."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def origin_of(source: Source, now: int) -> dict[str, Any]:
    note = source.note
    return {
        "group": source.group,
        "board": str(note.get("board", "")),
        "zone": str(note.get("zone", "")),
        "note": source.note_id,
        "at": now,
        "by": source.author,
        "hash": hash_of(note),
    }


# -- ids ------------------------------------------------------------------------------------------------


def carried_id(canvas: str, source: str, again: str = "") -> str:
    """The id of the note that a source becomes on a canvas: the same on every server. `again`: once more."""
    return _id(f"carry {canvas} {source} {again}")


def merged_id(canvas: str, sources: Iterable[str]) -> str:
    return _id(f"merge {canvas} {' '.join(sorted(sources))}")


def pooled_id(canvas: str, source: str) -> str:
    return _id(f"pool {canvas} {source}")


def _id(said: str) -> str:
    numbers = bytes.fromhex(digest(said))
    return "n" + "".join(ID_ALPHABET[number % len(ID_ALPHABET)] for number in numbers[:12])


# -- what it becomes -------------------------------------------------------------------------------------


def converted(note: Note, zone: Zone, address: str, language: str, today: date) -> dict[str, Any]:
    """Kind, text and fields that a note has in a zone of a canvas. Its fields stay: nothing is lost."""
    kind, text = str(note.get("kind", "note")), str(note.get("text", ""))
    fields = {name: value for name, value in (note.get("fields") or {}).items() if value is not None}
    if kind in zone.kinds:
        return {"kind": kind, "text": text, "fields": fields}
    if zone.kinds == ("point",):
        label = " ".join((text.strip() or str(fields.get("name", ""))).split())[:LINE_CHARS].strip()
        return {"kind": "point", "text": text, "fields": {**fields, **({"label": label} if label else {})}}
    if "contribution" in zone.kinds and _is_brought(address):
        if kind == "resource":
            brought = {"direction": "brings", "nature": "resource"}
            return {"kind": "contribution", "text": text, "fields": {**fields, **brought}}
        if kind == "cost":
            return _brought_cost(text, fields, language)
    if kind == "scenario" and address == "economic.actions":
        return {"kind": "action", "text": text, "fields": {**fields, **_due(note, fields, today)}}
    if kind == "scale":
        text = _with_gauge(text, fields, language)
    return {"kind": _otherwise(zone), "text": text or _named(fields), "fields": fields}


def _is_brought(address: str) -> bool:
    return address in ("economic.brings", "governance.contributions")


def _otherwise(zone: Zone) -> str:
    return "note" if "note" in zone.kinds else zone.kinds[0]


def _brought_cost(text: str, fields: dict[str, Any], language: str) -> dict[str, Any]:
    """What somebody spends is time or money that they bring. Where it is both, the words say the money."""
    fte, euros = fields.get("fte"), fields.get("euros")
    brought: dict[str, Any] = {"direction": "brings", "nature": "time"}
    if fte is None and euros is not None:
        brought |= {"nature": "money", "amount": euros, "unit": "euros"}
    elif fte is not None:
        brought |= {"amount": fte, "unit": "fte"}
        if euros is not None:
            text = "\n".join(filter(None, (text, money(euros, language))))
    return {"kind": "contribution", "text": text, "fields": {**fields, **brought}}


def money(euros: Any, language: str) -> str:
    said = f"{_plain(euros):,}"
    return f"€{said}" if language == "en" else f"{said.replace(',', ' ')} €"


def _due(note: Note, fields: Mapping[str, Any], today: date) -> dict[str, str]:
    """An action that is due when the scenario has come, unless somebody gave it a date already."""
    zones = {"h6m": "6m", "h2y": "2y", "h5y": "5y"}
    horizon = fields.get("horizon") or zones.get(str(note.get("zone")))
    if "due" in fields or horizon not in HORIZONS:
        return {}
    months = today.month - 1 + HORIZONS[str(horizon)]
    year, month = today.year + months // MONTHS_A_YEAR, months % MONTHS_A_YEAR + 1
    day = min(today.day, _last_day(year, month))
    return {"due": date(year, month, day).isoformat()}


def _last_day(year: int, month: int) -> int:
    after = date(year + month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, 1)
    return (after - date.resolution).day


def _with_gauge(text: str, fields: Mapping[str, Any], language: str) -> str:
    """« Pratique : 2/4 », and under it the words, if there are any."""
    return "\n".join(filter(None, (gauge_words([fields], language), text)))


def gauge_words(gauges: Sequence[Mapping[str, Any]], language: str) -> str:
    """What gauges of one key say together: the value, or of several « médiane 2/4, de 1 à 4 »."""
    key = next((str(one["key"]) for one in gauges if one.get("key")), "")
    title = SCALES.get(language, SCALES["fr"]).get(key, "")
    values = sorted(float(one["value"]) for one in gauges if isinstance(one.get("value"), int | float))
    if not values:
        return title
    signed = key in SIGNED_SCALES
    of = "" if signed else "/4"
    if len(values) == 1:
        said = f"{_number(values[0], language, signed)}{of}"
    else:
        said = SPREAD.get(language, SPREAD["fr"]).format(
            middle=_number(median(values), language, signed),
            of=of,
            low=_number(values[0], language, signed),
            high=_number(values[-1], language, signed),
        )
    colon = ": " if language == "en" else " : "
    return f"{title}{colon}{said}" if title else said


def _number(value: float, language: str, signed: bool) -> str:
    said = f"{value:g}"
    if language != "en":
        said = said.replace(".", ",")
    return f"+{said}" if signed and value > 0 else said.replace("-", "−")


def _named(fields: Mapping[str, Any]) -> str:
    """A note without words is known by what its fields call it."""
    return next((str(fields[name]) for name in _NAMES if isinstance(fields.get(name), str)), "")


def carried(
    source: Source, zone: Zone, address: str, *, language: str, today: date, now: int
) -> dict[str, Any]:
    """The note that a source becomes in a zone of a canvas, but for its place and order there."""
    note = source.note
    canvas = address.partition(".")[0]
    out: dict[str, Any] = {
        "board": canvas,
        "zone": zone.id,
        **converted(note, zone, address, language, today),
        "colour": note.get("colour", "craie"),
        "at": now,
        "origin": [origin_of(source, now)],
    }
    out["text"] = out["text"][:TEXT_CHARS]
    if source.author:
        out["by"] = source.author
    tags = [tag for tag in note.get("tags") or () if isinstance(tag, str)]
    if tags:
        out["tags"] = tags[:TAGS]
    stakeholder = stakeholder_of(note)
    if stakeholder is not None:
        out["stakeholder"] = stakeholder
        if address in LANES or out["kind"] in ("contribution", "point"):
            out["fields"] = {"stakeholder_id": stakeholder, **out["fields"]}
    return out


def stakeholder_of(note: Note) -> str | None:
    """Who a note speaks for: what it says itself, else whose recto it lies on."""
    said = note.get("stakeholder") or (note.get("fields") or {}).get("stakeholder_id")
    whose = str(note.get("board", "")).partition("/")[2]
    return said if isinstance(said, str) and said else whose or None


def merged(parts: Sequence[Mapping[str, Any]], zone: Zone, by: str, language: str) -> dict[str, Any]:
    """One note of several that were made for this zone: words joined, all origins kept.

    What only one value can say stays where they agree. `by`: who merges, where authors differ.
    """
    first = parts[0]
    kinds = {str(part.get("kind", "note")) for part in parts}
    out: dict[str, Any] = {
        "board": first["board"],
        "zone": first["zone"],
        "kind": kinds.pop() if len(kinds) == 1 else _otherwise(zone),
        "text": joined(parts, language)[:TEXT_CHARS],
        "colour": first.get("colour", "craie"),
        "at": first.get("at", 0),
        "origin": _origins(parts),
    }
    fields: dict[str, Any] = {}
    for part in reversed(parts):
        fields |= part.get("fields") or {}
    owners = {part.get("stakeholder") for part in parts}
    if len(owners) == 1 and None not in owners:
        out["stakeholder"] = owners.pop()
    else:
        fields.pop("stakeholder_id", None)
    out["fields"] = fields
    tags = list(dict.fromkeys(tag for part in parts for tag in part.get("tags") or ()))
    if tags:
        out["tags"] = tags[:TAGS]
    authors = {part.get("by") for part in parts}
    author = authors.pop() if len(authors) == 1 else by
    if author:
        out["by"] = author
    return out


def joined(parts: Sequence[Mapping[str, Any]], language: str) -> str:
    """The words of several, each once. Gauges of one key are said together."""
    gauges: dict[str, list[Mapping[str, Any]]] = {}
    texts: list[str] = []
    for part in parts:
        fields = part.get("fields") or {}
        key = str(fields.get("key", ""))
        alone = gauge_words([fields], language) if key in SCALES["fr"] else ""
        text = str(part["text"]).strip()
        if alone and (text == alone or text.startswith(alone + "\n")):
            gauges.setdefault(key, []).append(fields)
            text = text[len(alone) :].strip()
        texts.append(text)
    said = [gauge_words(some, language) for some in gauges.values()]
    return "\n".join(dict.fromkeys(filter(None, (*said, *texts))))


def _origins(parts: Sequence[Mapping[str, Any]]) -> list[Any]:
    out: dict[tuple[Any, Any], Any] = {}
    for part in parts:
        for origin in part.get("origin") or ():
            out.setdefault((origin.get("group"), origin.get("note")), origin)
    return list(out.values())


def words_of(text: str) -> str:
    """A text as it is compared with others: without case, accents and punctuation."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
