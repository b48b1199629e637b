"""A pack that comes back: whether everything in it can be, and the workshop and documents that it makes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from tablee.errors import Invalid
from tablee.model.agendas import ASSIGNED
from tablee.model.canvases import Catalogue
from tablee.model.fields import field_fault
from tablee.model.identity import ID_ALPHABET, clean_name
from tablee.model.importing.content import COLOURLESS, FORMAT, content_sha256
from tablee.model.importing.strict import Schema, at, check_shape, inside
from tablee.model.notes import (
    ENTRY_ROOTS,
    KINDS,
    SUMMARY,
    Places,
    entry_fault,
    next_place,
    value_fault,
)
from tablee.model.photos import PER_BOARD, PER_ROOM
from tablee.model.renaming import Renaming
from tablee.model.workshop import CANVASES, Workshop, group_rooms, plenary_room, stakeholder_ids

ID = re.compile(r"[^\s./:]{1,64}")
OWN_ID = re.compile(f"[ps][{ID_ALPHABET}]{{10,12}}")
"""Of a person, or of what they speak for, as every server of ours makes it: nothing else can look like it."""
PHOTO_ID = re.compile(r"[a-z0-9]{1,32}")
ANSWERS = re.compile(
    r"(?:crash|ostrom)/[1-8]|check/[a-z0-9_]{1,64}|verdict/[^\s/]{1,64}|(?:park|pool)/\S{1,190}"
)
ROOM_NOTES = 10_000
Rooms = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What this instance allows in one workshop."""

    groups: int
    people: int
    pixels: int = 1_000_000_000
    """Of all photos."""


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    id: str
    room: str
    board: str
    caption: str
    by: str
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class FoundPack:
    """What a file holds, checked. `workshop` has no id, code or date of expiry yet; `rooms` are by path."""

    workshop: Workshop
    rooms: Rooms
    photos: tuple[FoundPhoto, ...]
    sha256: str

    @property
    def counts(self) -> dict[str, int]:
        def sized(root: str) -> int:
            return sum(len(roots.get(root, {})) for roots in self.rooms.values())

        return {
            "groups": len(self.workshop.groups),
            "people": len(self.workshop.people),
            **{root: sized(root) for root in ("notes", "clusters", "comments", "reactions")},
            "photos": len(self.photos),
        }


def is_pack(value: Any) -> bool:
    return isinstance(value, dict) and str(value.get("format", "")).startswith("tablee.pack/")


def read_pack(value: Any, schema: Schema, catalogue: Catalogue, limits: Limits, now: int) -> FoundPack:
    """Raises `Invalid` with the place of the first mistake."""
    found = value.get("format") if isinstance(value, dict) else None
    if found != FORMAT:
        if isinstance(found, str) and found.startswith("tablee.pack/"):
            raise Invalid(
                "import.version",
                "Ce dossier vient d'une autre version de Tablée, que celle-ci ne sait pas lire.",
                more=at("format"),
            )
        raise Invalid("import.format", "Ce fichier JSON n'est pas un dossier de Tablée.", more=at("format"))
    check_shape(value, schema)
    content = value["content"]
    claimed = value.get("content_sha256")
    if claimed is not None and claimed != content_sha256(content):
        raise Invalid(
            "import.hash",
            "Ce dossier n'est plus tel qu'il a été exporté : son empreinte ne correspond pas.",
            more=at("content_sha256"),
        )
    return check_content(content, catalogue, limits, now)


def check_content(content: Mapping[str, Any], catalogue: Catalogue, limits: Limits, now: int) -> FoundPack:
    """The same for content that has the right shape."""
    return _Content(content, catalogue, limits, now).found()


def with_own_ids(pack: FoundPack, make: Callable[[str], str]) -> FoundPack:
    """The same; whoever has an id that no server gives (`p2` of a file that names nobody, a word of somebody
    who wrote the file by hand) gets one that `make` makes of a prefix. Those of servers stay, and the order.
    """
    workshop = pack.workshop
    structures = {one.id for one in workshop.stakeholders}
    known = structures | {one.id for one in workshop.people} | {*workshop.former}
    there: set[str] = set()

    def look(one: str) -> str:
        there.add(one)
        return one

    _renamed(pack, Renaming(look, known))
    foreign = sorted(
        (one for one in there if one and not OWN_ID.fullmatch(one)), key=lambda one: (len(one), one)
    )
    if not foreign:
        return pack
    ids: dict[str, str] = {}
    for prefix, olds in (
        ("s", [one for one in foreign if one in structures]),
        ("p", [one for one in foreign if one not in structures]),
    ):
        ids |= zip(olds, sorted(make(prefix) for _ in olds), strict=True)
    named = _renamed(pack, Renaming(lambda one: ids.get(one, one), known))
    return replace(named, workshop=replace(named.workshop, former=tuple(sorted(named.workshop.former))))


def _renamed(pack: FoundPack, renaming: Renaming) -> FoundPack:
    return replace(
        pack,
        workshop=renaming.record(pack.workshop),
        rooms={
            path: {
                root: dict(renaming.entry(root, *one) for one in entries.items())
                for root, entries in roots.items()
            }
            for path, roots in pack.rooms.items()
        },
        photos=tuple(
            replace(photo, board=renaming.board(photo.board), by=renaming.person(photo.by))
            for photo in pack.photos
        ),
    )


def at_home(workshop: Workshop, workshop_id: str) -> Workshop:
    """The workshop under its new id: a poll names rooms, which a pack names by their path."""
    polls = tuple(
        replace(poll, rooms={room_at(workshop_id, path): some for path, some in poll.rooms.items()})
        for poll in workshop.polls
    )
    return replace(workshop, id=workshop_id, polls=polls)


def room_at(workshop_id: str, path: str) -> str:
    group, _, kind = path.partition("/")
    return group_rooms(workshop_id, group)[kind] if kind else plenary_room(workshop_id)


@dataclass(slots=True)
class _Content:
    content: Mapping[str, Any]
    catalogue: Catalogue
    limits: Limits
    now: int

    def found(self) -> FoundPack:
        workshop = self._workshop(self.content["workshop"])
        places = Places(self.catalogue, stakeholder_ids(workshop))
        self._check_conduct(workshop, places)
        unplaced = frozenset(self.content.get("unplaced", ()))
        known = {f"{group.id}/{kind}" for group in workshop.groups for kind in ("exploration", "convergence")}
        rooms: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
        for path, roots in self.content["rooms"].items():
            where = inside("content.rooms", path)
            if path not in known | {"plenary"}:
                raise Invalid(
                    "import.room", "Cette salle n'est celle d'aucun groupe du dossier.", more=at(where)
                )
            rooms[path] = {
                root: {
                    key: self._entry(path, root, key, entry, places, unplaced, inside(f"{where}.{root}", key))
                    for key, entry in entries.items()
                }
                for root, entries in roots.items()
            }
        return FoundPack(workshop, rooms, self._photos(places, known), content_sha256(self.content))

    # -- the record -----------------------------------------------------------------------------------

    def _workshop(self, told: Mapping[str, Any]) -> Workshop:
        top = "content.workshop"
        for name in ("groups", "people", "stakeholders"):
            self._check_named(told.get(name, ()), f"{top}.{name}")
        if clean_name(told["title"]) != told["title"]:
            raise _untidy(f"{top}.title")
        if len(told["groups"]) > self.limits.groups:
            raise Invalid(
                "import.groups",
                "Il y a plus de groupes que n'en permet ce serveur.",
                more=at(f"{top}.groups"),
            )
        if len(told.get("people", ())) > self.limits.people:
            raise Invalid(
                "import.people",
                "Il y a plus de personnes que n'en permet ce serveur.",
                more=at(f"{top}.people"),
            )
        self._check_groups(told, top)
        self._check_people(told, top)
        self._check_steps(told, top)
        record = {**_DEFAULTS, "created_at": self.now, **told}
        record["commons_kind"] = told.get("commons_kind")
        for name, defaults in _NESTED.items():
            record[name] = [{**defaults, **one} for one in record.get(name, ())]
        try:
            return msgspec.convert(record, Workshop, strict=False)
        except msgspec.ValidationError:
            raise Invalid("import.value", "Cette valeur n'est pas acceptée.", more=at(top)) from None

    def _check_named(self, some: Any, place: str) -> None:
        seen: set[str] = set()
        for n, one in enumerate(some):
            where = inside(place, n)
            if not ID.fullmatch(one["id"]):
                raise Invalid("import.id", "Cet identifiant n'est pas accepté.", more=at(f"{where}.id"))
            if one["id"] in seen:
                raise Invalid("import.twice", "Cet identifiant est déjà pris.", more=at(f"{where}.id"))
            seen.add(one["id"])
            if clean_name(one["name"]) != one["name"]:
                raise _untidy(f"{where}.name")

    def _check_groups(self, told: Mapping[str, Any], top: str) -> None:
        names: set[str] = set()
        for n, group in enumerate(told["groups"]):
            where = f"{top}.groups[{n}]"
            if group["name"].casefold() in names:
                raise Invalid("import.twice", "Deux groupes portent le même nom.", more=at(f"{where}.name"))
            names.add(group["name"].casefold())
            if group["id"] in told.get("former_groups", ()):
                raise Invalid(
                    "import.twice",
                    "Ce groupe est aussi parmi ceux qui n'existent plus.",
                    more=at(f"{where}.id"),
                )

    def _check_people(self, told: Mapping[str, Any], top: str) -> None:
        groups = {group["id"] for group in told["groups"]}
        speakers = {one["id"] for one in told.get("stakeholders", ())}
        for n, person in enumerate(told.get("people", ())):
            where = f"{top}.people[{n}]"
            if person.get("group") not in groups | {None}:
                raise Invalid(
                    "import.group", "Ce groupe n'est pas dans le dossier.", more=at(f"{where}.group")
                )
            if person["stakeholder"] not in speakers | {person["id"]}:
                raise Invalid(
                    "import.stakeholder",
                    "Cette partie prenante n'est pas dans le dossier.",
                    more=at(f"{where}.stakeholder"),
                )

    def _check_steps(self, told: Mapping[str, Any], top: str) -> None:
        seen: set[str] = set()
        for n, step in enumerate(told["steps"]):
            where = f"{top}.steps[{n}]"
            if step["id"] in seen:
                raise Invalid("import.twice", "Deux étapes portent le même nom.", more=at(f"{where}.id"))
            seen.add(step["id"])
            board = step.get("board")
            if board is not None and board not in ASSIGNED and board not in self.catalogue.templates:
                raise Invalid("import.board", "Ce support n'existe pas.", more=at(f"{where}.board"))
            if board in ASSIGNED and step["mode"] != "rooms":
                raise Invalid(
                    "import.step",
                    "La fiche du groupe va avec des groupes en parallèle.",
                    more=at(f"{where}.board"),
                )
            if step["mode"] == "each" and not (board or "").endswith(".recto"):
                raise Invalid(
                    "import.step",
                    "Chacun pour soi, on travaille sur une fiche « Je ».",
                    more=at(f"{where}.board"),
                )
        if told.get("step") is not None and told["step"] not in seen:
            raise Invalid("import.step", "Cette étape n'est pas dans le déroulé.", more=at(f"{top}.step"))

    def _check_conduct(self, workshop: Workshop, places: Places) -> None:
        """What facilitation did is about boards that there are."""
        top = "content.workshop"
        named = [(inside(f"{top}.boards", board), board) for board in workshop.boards]
        named += [(f"{top}.votes[{n}].board", vote.board) for n, vote in enumerate(workshop.votes)]
        named += [
            (f"{top}.polls[{n}].board", poll.board)
            for n, poll in enumerate(workshop.polls)
            if poll.board is not None
        ]
        named += [(f"{top}.finished[{n}].board", one.board) for n, one in enumerate(workshop.finished)]
        for where, board in named:
            if board not in self.catalogue.templates and not places.holds_board(board):
                raise Invalid("import.board", "Ce support n'existe pas.", more=at(where))
        for n, poll in enumerate(workshop.polls):
            for subject, results in poll.results.items():
                for k, one in enumerate(results):
                    if not _is_answer(one):
                        where = inside(inside(f"{top}.polls[{n}].results", subject), k)
                        raise Invalid("import.value", "Cette valeur n'est pas acceptée.", more=at(where))

    # -- documents ------------------------------------------------------------------------------------

    def _entry(
        self,
        path: str,
        root: str,
        key: str,
        entry: Mapping[str, Any],
        places: Places,
        unplaced: frozenset[str],
        place: str,
    ) -> dict[str, Any]:
        if root == "answers":
            return self._answer(path, key, entry, place)
        if root in ("notes", "clusters"):
            self._check_place(path, key, entry, places, root == "notes" and unplaced, place)
        if root == "notes":
            return self._note(entry, places, place)
        assert root in ENTRY_ROOTS
        for name, value in entry.items():
            if entry_fault(root, name, value) is not None:
                raise _refused(inside(place, name))
        return dict(entry)

    def _check_place(
        self,
        path: str,
        key: str,
        entry: Mapping[str, Any],
        places: Places,
        unplaced: frozenset[str] | bool,
        place: str,
    ) -> None:
        board, zone = entry["board"], entry["zone"]
        canvas = board in CANVASES
        if not places.holds_board(board) or canvas == path.endswith("/exploration"):
            raise Invalid(
                "import.board", "Ce support n'existe pas dans cette salle.", more=at(f"{place}.board")
            )
        left_over = unplaced is False or (unplaced is not True and f"{path}/{key}" in unplaced)
        if not places.holds(board, zone) and not left_over:
            raise Invalid("import.zone", "Cette zone n'existe pas sur ce support.", more=at(f"{place}.zone"))

    def _note(self, entry: Mapping[str, Any], places: Places, place: str) -> dict[str, Any]:
        note = dict(entry)
        board, zone = note["board"], note["zone"]
        if "kind" not in note:
            note["kind"] = places.first_kind(board, zone)
        for name, default in (
            ("place", next_place(0)),
            ("order", "a0"),
            ("colour", COLOURLESS),
            ("at", self.now),
        ):
            note.setdefault(name, default)
        for name, value in note.items():
            if name == "fields":
                for one, said in value.items():
                    if field_fault(one, said) is not None:
                        raise _refused(inside(f"{place}.fields", one))
            elif name == "origin":
                for n, origin in enumerate(value):
                    if value_fault("origin", origin) is not None:
                        raise _refused(inside(f"{place}.origin", n))
            elif name != "text" and value_fault(name, value) is not None:
                raise _refused(inside(place, name))
        assert note["kind"] in KINDS
        return note

    def _answer(self, path: str, key: str, entry: Mapping[str, Any], place: str) -> dict[str, Any]:
        """Of the sheets, the text in which a group sums up; of the canvases, what a table answered."""
        sums_up = key == SUMMARY
        if path.endswith("/exploration") is not sums_up or not (sums_up or ANSWERS.fullmatch(key)):
            raise Invalid("import.answer", "Cette réponse n'a pas sa place ici.", more=at(place))
        if sums_up and set(entry) != {"text"}:
            raise _refused(place)
        return dict(entry)

    # -- photos ---------------------------------------------------------------------------------------

    def _photos(self, places: Places, known: set[str]) -> tuple[FoundPhoto, ...]:
        out: list[FoundPhoto] = []
        for n, told in enumerate(self.content.get("photos", ())):
            place = f"content.photos[{n}]"
            room, board = told["room"], told["board"]
            if room not in known | {"plenary"}:
                raise Invalid(
                    "import.room",
                    "Cette salle n'est celle d'aucun groupe du dossier.",
                    more=at(f"{place}.room"),
                )
            if not places.holds_board(board) or (board in CANVASES) == room.endswith("/exploration"):
                raise Invalid(
                    "import.board", "Ce support n'existe pas dans cette salle.", more=at(f"{place}.board")
                )
            if not PHOTO_ID.fullmatch(told["id"]) or any((p.room, p.id) == (room, told["id"]) for p in out):
                raise Invalid("import.id", "Cet identifiant n'est pas accepté.", more=at(f"{place}.id"))
            there = [one for one in out if one.room == room]
            if len(there) >= PER_ROOM or sum(one.board == board for one in there) >= PER_BOARD:
                raise Invalid("import.photos", "Il y a trop de photos à cet endroit.", more=at(place))
            caption = told.get("caption", "")
            if clean_name(caption) != caption:
                raise _untidy(f"{place}.caption")
            try:
                data = base64.b64decode(told["data"], validate=True)
            except (binascii.Error, ValueError):
                raise _refused(f"{place}.data") from None
            if hashlib.sha256(data).hexdigest() != told["sha256"]:
                raise Invalid(
                    "import.hash",
                    "Cette photo n'est plus telle qu'elle a été exportée.",
                    more=at(f"{place}.sha256"),
                )
            out.append(
                FoundPhoto(told["id"], room, board, caption, told.get("by") or "", int(told["at"]), data)
            )
        return tuple(out)


_DEFAULTS: Mapping[str, Any] = {
    "id": "",
    "code": "",
    "commons": "",
    "agenda": "",
    "step": None,
    "people": [],
    "stakeholders": [],
    "people_may_choose_group": False,
    "expires_at": 0,
}
_ROUND: Mapping[str, Any] = {"group": None, "secret": True}
_NESTED: Mapping[str, Mapping[str, Any]] = {
    "steps": {"board": None},
    "people": {"group": None, "joined_at": 0},
    "votes": {**_ROUND, "question": "", "zone": None, "dots": 0, "per_note": 0},
    "polls": {**_ROUND, "board": None, "zone": None},
    "consents": _ROUND,
}
"""What an entry of a record cannot be without, where the pack left it out."""


def _is_answer(value: Any) -> bool:
    """An answer to a poll: a figure, a word, a place, or a verdict with its reason."""
    parts = [*value.values()] if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return len(parts) <= 8 and all(map(_is_plain, parts))


def _is_plain(part: Any) -> bool:
    return (
        part is None or isinstance(part, bool | int | float) or (isinstance(part, str) and len(part) <= 2000)
    )


def _untidy(place: str) -> Invalid:
    return Invalid(
        "import.name", "Ce nom est vide, ou contient des signes qui ne se montrent pas.", more=at(place)
    )


def _refused(place: str) -> Invalid:
    return Invalid("import.value", "Cette valeur n'est pas acceptée.", more=at(place))
