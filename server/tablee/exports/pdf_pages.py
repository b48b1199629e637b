"""What is on the pages of paper, as values for Typst: boards with their notes, blank ones, a cover.

Every text goes through `_text`, which leaves only letters that can be drawn; Typst does the laying out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import segno

from tablee.exports.items import Layout
from tablee.exports.kinds import KINDS, kind_name, said_fields
from tablee.exports.pdf_map import Point, drawn_map
from tablee.exports.typst import clean, long_words
from tablee.model.board import Board, BoardNote, Pack, ZoneNotes
from tablee.model.canvases import Catalogue
from tablee.model.economy import economy_of, lane_of
from tablee.model.identity import COLOURS
from tablee.model.templates import PAGES, Template, Zone
from tablee.words import Words

Value = dict[str, Any]

SLIDE = (338.667, 190.5)
"""A page of 16:9, in millimetres: what screens and projectors show."""
SLIDE_TOP = 29.0
"""Where the head of a slide ends."""
LEADERS = ("organiser", "facilitator")
NAMED_MOST = 4
LANE_CHARS = 60
LINE_CHARS = {"A3L": 112, "A4L": 80}
"""Letters for which the line under a title has room."""
LEAST_CHARS = 25
FEW_KINDS = ("note", "action", "indicator")
"""Welcome in many zones; a hint names the others."""


@dataclass(frozen=True, slots=True)
class Face:
    """One board to be printed. `board` is None for what is printed before anybody has written."""

    template: Template
    layout: Layout
    board: Board | None = None
    link: str | None = None


class Pages:
    """Makes the values of one document."""

    def __init__(self, catalogue: Catalogue, words: Words, pack: Pack | None) -> None:
        self.catalogue, self.words, self.pack = catalogue, words, pack
        self.language = words.language
        self.say, self.typo = words.say, words.typo

    def document(self, faces: Sequence[Face], *, cover: bool = False, image: bool = False) -> Value:
        pack = self.pack
        title = _text(pack.workshop.title).strip() if pack else ""
        values = [self._face(face) for face in faces]
        if image:
            values = [{**value, "pages": ""} for value in values]  # each picture is alone
        return {
            "language": self.language,
            "title": title or _text(self.typo(faces[0].template.titles[self.language])),
            "authors": self._authors(),
            "description": self.rights(),
            "keywords": ["CC-BY-SA-4.0", *dict.fromkeys(face.template.id for face in faces)],
            "cover": self._cover(faces) if cover else None,
            "image": image,
            "faces": values,
        }

    def rights(self) -> str:
        """Whose the templates are, and under which terms what is written on them."""
        return _text(f"{self._attribution()} {self._contents()}".strip())

    # -- what is on every page --------------------------------------------------------------------------

    def _authors(self) -> list[str]:
        """Structures that took part, where they may be told."""
        if self.pack is None or self.pack.names == "none":
            return []
        named = [one.name for one in self.pack.workshop.stakeholders]
        return [name for name in map(_text, named) if name.strip()]

    def _attribution(self) -> str:
        return self.typo(self.catalogue.attribution[self.language])

    def _contents(self) -> str:
        """The licence of what people wrote."""
        if self.pack is None:
            return ""
        workshop = self.pack.workshop
        said = {
            "cc-by-sa-4.0": self.say("Contenus : les structures participantes de « {title} », CC BY-SA 4.0."),
            "chatham-house": self.say(
                "Contenus de « {title} » : règle de Chatham House, on ne dit jamais qui l'a dit."
            ),
        }.get(workshop.licence, self.say("Contenus de « {title} » : usage interne."))
        return said.format(title=_short(workshop.title, 60))

    def _face(self, face: Face) -> Value:
        template, board, say = face.template, face.board, self.say
        page = PAGES[template.page]
        large, slide = page.width > 320, face.layout == "slide"
        width, height = SLIDE if slide else (page.width, page.height)
        link = board.link if board and board.link else face.link
        write = face.layout in ("blank", "annotated")
        shared = self.pack.shared_url if self.pack else None
        target = (link if write else None) or shared
        picture = template.side or (
            template.id if template.id in ("governance", "economic") else "governance"
        )
        value = {
            "layout": face.layout,
            "width": width,
            "height": height,
            "margin": page.work[0] * width / page.width,
            "foot-at": _foot(template, height),
            "fold": large and not slide,
            "annex-columns": 4 if large else 3,
            "picture": picture,
            "qr": _qr(target) if target else None,
            "qr-in-head": not large,
            "qr-said": (
                say("Code QR : {url}") if write else say("Code QR de la page de lecture : {url}")
            ).format(url=target),
            "zone-qr-said": say("Code QR vers la zone {zone}"),
            "attribution": _text(self._attribution()),
            "contents": _text(self._contents()),
            "template": self.typo(f"{say('Gabarit')} {template.id} {template.version}."),
            "pages": say("Page {n} sur {m}"),
            "more": say("+ {n} en annexe"),
            "more-of": say("Suite : {zone}"),
            "suffix": say("(annexe)"),
            "unplaced-title": say("Notes à replacer"),
            **self._head(face),
        }
        value["zones"] = [
            self._zone(face, zone, board.zone(zone.id) if board else None) for zone in template.zones
        ]
        value["lanes"] = self._lanes(board) if board and face.layout == "filled" else []
        value["unplaced"] = [self._note(note, board) for note in board.unplaced] if board else []
        if slide:
            _stretch(value["zones"], page.width, value["foot-at"])
        return value

    def _head(self, face: Face) -> Value:
        pack = self.pack
        title = self.typo(face.template.titles[self.language])
        lead, rest, day, at = "", "", "", ""
        places: list[str] = []
        if pack is not None:
            workshop = pack.workshop
            room = LINE_CHARS[face.template.page]
            lead = _short(workshop.title, room)
            if workshop.commons != workshop.title and room - len(lead) > len(workshop.commons[:LEAST_CHARS]):
                rest = " · " + _short(workshop.commons, room - len(lead) - 3) if workshop.commons else ""
            day, at = self._when(face.layout)
            places.append(self._where(face))
            leaders = self._leaders(face.template) if face.layout == "filled" else ""
            if leaders:
                places.append(leaders)
        elif face.template.side is not None:
            places.append(self._where(face))
        return {
            "title": _text(title),
            "title-long": long_words(title),
            "lead": _text(lead),
            "lead-long": long_words(lead),
            "rest": _text(rest),
            "rest-long": long_words(rest),
            "day": day,
            "at": at,
            "places": [{"text": _text(one), "long": long_words(_text(one))} for one in places if one],
        }

    def _when(self, layout: Layout) -> tuple[str, str]:
        """The state a page tells of; before anything is written, the day people meet."""
        if self.pack is None:
            return "", ""
        if layout == "filled":
            at = self.pack.state_at
            return self.words.day(at), ", " + self.say("état à {time}").format(time=self.words.time(at))
        begins = self.pack.workshop.starts_at
        return ("" if begins is None else self.words.day(begins)), ""

    def _where(self, face: Face) -> str:
        """Whose board it is: a place to write it where it is printed for nobody yet."""
        board, say = face.board, self.say
        if board is None:
            line = " " + "." * 40
            return {"je": say("Partie prenante :") + line, "nous": say("Groupe :") + line}.get(
                face.template.side or "", ""
            )
        if board.owner is not None:
            return say("{name}, groupe {group}").format(
                name=_short(board.owner, 36), group=_short(board.group or "", 24)
            )
        if board.group is not None:
            return say("Groupe {group}").format(group=_short(board.group, 60))
        names = [_short(group.name, 30) for group in self.pack.workshop.groups] if self.pack else []
        if 1 < len(names) <= NAMED_MOST:
            return say("Plénière des groupes {groups}").format(groups=self._listed(names))
        return say("Plénière")

    def _leaders(self, template: Template) -> str:
        """Who led it, as many as there is room for."""
        if self.pack is None or self.pack.names != "names":
            return ""
        most, chars = (4, 40) if template.page == "A3L" else (2, 22)
        people = self.pack.workshop.people
        names = [_short(one.name, chars) for one in people if one.role in LEADERS]
        if not names:
            return ""
        more = len(names) - most
        return self.say("Animation : {names}").format(
            names=", ".join([*names[:most], *([f"+ {more}"] if more > 0 else [])])
        )

    def _listed(self, names: Sequence[str]) -> str:
        return ", ".join(names[:-1]) + f" {self.say('et')} {names[-1]}"

    # -- zones ------------------------------------------------------------------------------------------

    def _zone(self, face: Face, zone: Zone, held: ZoneNotes | None) -> Value:
        title = _text(self.typo(zone.titles[self.language]))
        prompt = _text(self.typo(zone.prompts[self.language]))
        link = face.board.link if face.board and face.board.link else face.link
        write = face.layout in ("blank", "annotated")
        value: Value = {
            "id": zone.id,
            "type": zone.type if face.layout == "filled" or zone.type == "map" else "plain",
            "box": list(zone.box),
            "columns": max(1, int((zone.box[2] - 5.8) // 46)),
            "badge": self._badge(face.template, zone),
            "title": title,
            "title-long": long_words(title),
            "aside": "",
            "prompt": "" if face.layout == "blank" else prompt,
            "prompt-long": long_words(prompt),
            "hints": self._hints(face.template, zone) if face.layout == "guide" else [],
            "qr": _qr(f"{link}{'&' if '?' in link else '?'}zone={zone.id}") if write and link else None,
            "items": [],
        }
        if zone.type == "map" and zone.axes is not None and not (held and face.layout == "filled"):
            value["map"], _ = drawn_map(zone.box, self._axes(zone), [])
        if face.layout != "filled" or held is None or face.board is None:
            return value
        if zone.type == "map" and zone.axes is not None:
            value["map"], left = self._map(zone, held, face.board)
            value["items"] = self._items(left, held, face.board)
        else:
            value["items"] = self._items(held.notes, held, face.board)
            value["aside"] = _text(self._sums(face.board, zone))
        return value

    def _badge(self, template: Template, zone: Zone) -> str:
        """The number of the zone; on a canvas of rings, that of the sheet it is fed by, as on the screen."""
        if zone.ring is None:
            return str(zone.n)
        if zone.type != "plain":
            return ""
        if zone.ring.startswith("sheet"):
            return zone.ring.removeprefix("sheet")
        address = f"{template.id}.{zone.id}"
        fed = (
            one.sheet
            for one in self.catalogue.templates.values()
            for there in one.zones
            if address in there.to and one.sheet is not None
        )
        return str(next(fed, ""))

    def _hints(self, template: Template, zone: Zone) -> list[tuple[str, str]]:
        say, language = self.say, self.language
        out = []
        kinds = [kind for kind in zone.kinds if kind not in FEW_KINDS] or list(zone.kinds[:1])
        label = self.typo(say("Types de note :"))
        out.append((label, ", ".join(kind_name(self.words, kind) for kind in kinds)))
        targets = []
        for address in zone.to:
            name, _, target = address.partition(".")
            there = self.catalogue.templates.get(name)
            found = there.zone(target) if there else None
            if there and found:
                word = say("Gouvernance") if name == "governance" else say("Modèle économique")
                targets.append(f"{word}, {self.typo(found.titles[language])}")
        if targets:
            out.append((self.typo(say("À reporter dans :")), " ; ".join(targets)))
        sources = [
            f"{one.titles[language].partition(' · ')[0]}, {say('Je') if one.side == 'je' else say('Nous')}, "
            f"{self.typo(there.titles[language])}"
            for one in self.catalogue.templates.values()
            for there in one.zones
            if f"{template.id}.{zone.id}" in there.to
        ]
        if sources:
            out.append((self.typo(say("Vient de :")), " ; ".join(sources)))
        other = self.catalogue.templates.get(template.other_face or "")
        mirror = other.zone(zone.mirror) if other and zone.mirror else None
        if mirror:
            face = say("Au verso :") if template.side == "je" else say("Au recto :")
            out.append((self.typo(face), self.typo(mirror.titles[language])))
        return [(_text(label), _text(said)) for label, said in out]

    def _items(self, notes: Iterable[BoardNote], held: ZoneNotes, board: Board) -> list[Value]:
        """Notes in their order; before those of a cluster its title."""
        out: list[Value] = []
        cluster: str | None = None
        for note in notes:
            if note.cluster != cluster:
                cluster = note.cluster
                if cluster is not None:
                    title = _text(held.clusters.get(cluster, "").strip() or self.say("Groupe sans titre"))
                    out.append(
                        {"kind": "cluster", "clustered": True, "text": title, "long": long_words(title)}
                    )
            out.append(self._note(note, board))
        return out

    def _note(self, note: BoardNote, board: Board | None, lane: str = "") -> Value:
        assert self.pack is not None
        say = self.say
        about = {name: (label, said) for name, label, said in said_fields(self.words, note, self.pack)}
        text, right, end, strong = note.text, "", "", False
        chips: list[str] = []
        foot = [*(trace.place for trace in note.traces)]
        if not foot:
            foot = list(dict.fromkeys(one for one in (note.author, note.stakeholder) if one and one != lane))
        scale = None
        match note.kind:
            case "committee":
                strong = True
                chips = self._rule_chips(note, board)
                if chips:
                    about.pop("rule_ids", None)
            case "legal_structure":
                strong = True
                right = about.pop("standing", ("", ""))[1] or about.pop("state", ("", ""))[1]
            case "action":
                owner = about.pop("owner_id", ("", ""))[1] or about.pop("owner_text", ("", ""))[1]
                end = about.pop("due", ("", ""))[1]
                foot = [one for one in (owner, *foot) if one]
            case "scale":
                scale = _gauge(note)
                if note.fields.get("key") in ("viability", "balance"):
                    about.pop("key", None)
                if "value" in about:
                    about["value"] = ("", about["value"][1])
            case "contribution":
                parts = [about.pop(name, ("", ""))[1] for name in ("amount", "unit", "period")]
                parts[2] = parts[2][:1].lower() + parts[2][1:]
                if amount := " ".join(filter(None, parts)):
                    about = {"amount": ("", amount), **about}
        body = self._about(note, about)
        if note.tags:
            body.append(say("étiquettes : {list}").format(list=", ".join(note.tags)))
        votes = self.words.ngettext("{n} point", "{n} points", note.points).format(n=note.points)
        status = {"merged": say("fusionnée"), "parked": say("mise de côté")}.get(note.status, "")
        end = " · ".join(one for one in (status, end, votes if note.points else "") if one)
        shown = _text(text.strip())
        if not shown and not body and scale is None:
            shown = say("vide")
        foot_text = _text(" ; ".join(foot))
        return {
            "kind": "note",
            "clustered": note.cluster is not None,
            "text": shown,
            "long": long_words(shown),
            "lead": note.number or "",
            "strong": strong,
            "right": _text(right),
            "chips": chips,
            "white": note.kind in ("committee", "legal_structure"),
            "chosen": note.fields.get("standing") == "chosen",
            "colour": COLOURS.index(note.colour) if note.colour in COLOURS else len(COLOURS) - 1,
            "scale": scale,
            "body": [{"text": one, "long": long_words(one)} for one in map(_text, body) if one],
            "foot": foot_text,
            "foot-long": long_words(foot_text),
            "end": _text(end),
        }

    def _about(self, note: BoardNote, about: Mapping[str, tuple[str, str]]) -> list[str]:
        """The fields of a note: short choices on one line, sentences on their own."""
        kind = KINDS.get(note.kind, KINDS["note"])
        short, sentences = [], []
        same = note.text.strip()
        for name, (label, said) in about.items():
            found = kind.field(name)
            if said.strip() == same or (
                note.kind == "contribution" and name in ("direction", "stakeholder_id")
            ):
                continue
            if found is not None and found.type == "text":
                sentences.append(
                    self.typo(f"{label} : ") + said if self.language == "fr" else f"{label}: {said}"
                )
            elif not label or (found is not None and found.type in ("choice", "choices")):
                short.append(said)
            else:
                short.append(self.typo(f"{label} : ") + said if self.language == "fr" else f"{label}: {said}")
        return [*([" · ".join(short)] if short else []), *sentences]

    def _rule_chips(self, note: BoardNote, board: Board | None) -> list[str]:
        """The numbers of a committee's rules: those it names and those that name it."""
        rules = board.zone("rules") if board else None
        named = note.fields.get("rule_ids") or ()
        return [
            one.number
            for one in (rules.notes if rules else ())
            if one.number and (one.id in named or one.fields.get("committee_id") == note.id)
        ]

    # -- the community map ------------------------------------------------------------------------------

    def _map(self, zone: Zone, held: ZoneNotes, board: Board) -> tuple[Value, list[BoardNote]]:
        """What is drawn of the points, and the notes that are told in the annex."""
        axes = self._axes(zone)
        points, waiting = [], []
        for note in held.notes:
            x, y = _part(note.fields.get("x")), _part(note.fields.get("y"))
            if note.kind != "point" or x is None or y is None:
                waiting.append(note)
                continue
            label = str(note.fields.get("label") or note.text).strip() or (
                note.stakeholder or self.say("vide")
            )
            wish = note.fields.get("target")
            to_x, to_y = (
                (_part(wish.get("x")), _part(wish.get("y"))) if isinstance(wish, Mapping) else (None, None)
            )
            target = None if to_x is None or to_y is None else (to_x, to_y)
            colour = COLOURS.index(note.colour) if note.colour in COLOURS else len(COLOURS) - 1
            points.append(
                Point(
                    note.id,
                    x,
                    y,
                    _text(label),
                    _text(self._point_detail(note, label)),
                    colour,
                    note.fields.get("presence") == "to_invite",
                    target,
                )
            )
        drawing, numbered = drawn_map(zone.box, axes, points)
        by_id = {note.id: note for note in held.notes}
        drawing["aside"] = self.say("en pointillé : place visée") if any(p.wish for p in points) else ""
        drawing["alt"] = self._map_alt(points, axes) or self.say("Aucun point sur la carte.")
        left = [replace(by_id[point.id], number=number, kind="point") for point, number in numbered]
        return drawing, [*left, *waiting]

    def _axes(self, zone: Zone) -> dict[str, tuple[Sequence[float], Sequence[str]]]:
        assert zone.axes is not None
        return {
            name: (axis.ticks, [_text(self.typo(one)) for one in axis.words[self.language]])
            for name, axis in zone.axes.items()
        }

    def _point_detail(self, note: BoardNote, label: str) -> str:
        assert self.pack is not None
        known = said_fields(self.words, note, self.pack)
        said = [value for name, _, value in known if name in ("count", "roles")]
        if note.text.strip() and note.text.strip() != label:
            said.insert(0, note.text.strip())
        return ", ".join(said)

    def _map_alt(
        self, points: Sequence[Point], axes: Mapping[str, tuple[Sequence[float], Sequence[str]]]
    ) -> str:
        def place(x: float, y: float) -> str:
            return ", ".join(
                words[min(range(len(ticks)), key=lambda at: abs(ticks[at] - value))]
                for (ticks, words), value in ((axes["x"], x), (axes["y"], y))
            )

        out = []
        for point in points:
            said = f"{point.label} : {place(point.x, point.y)}"
            if point.wish is not None:
                said += " → " + place(*point.wish)
            out.append(said)
        return _text(self.typo(" ; ".join(out)))

    # -- the economic canvas ----------------------------------------------------------------------------

    def _lanes(self, board: Board) -> list[Value]:
        """A row for each stakeholder: those around the table first, then those that notes tell of."""
        assert self.pack is not None
        zones = [held for held in board.zones if held.zone.type == "lanes"]
        if not zones:
            return []
        names = self._lane_names(board, zones)
        by_name = {name.casefold(): key for key, name in names.items()}
        rows: dict[str | None, dict[str, list[BoardNote]]] = {key: {} for key in names}
        colours: dict[str | None, str] = {}
        for held in zones:
            for note in held.notes:
                key = note.id if note.id in names else self._lane_of(note)
                if key not in names:
                    key = by_name.get(_actor(note).casefold()) if note.kind == "stakeholder" else None
                head = held.zone.id == "stakeholders"
                if head and key is not None:
                    colours.setdefault(key, str(note.fields.get("color") or note.colour))
                rows.setdefault(key, {}).setdefault(held.zone.id, []).append(note)
        for person in self.pack.workshop.people:
            colours.setdefault(person.stakeholder, person.colour)
        out = []
        for key, cells in rows.items():
            name = _text(_short(names[key], LANE_CHARS)) if key is not None else ""
            if key is None and not cells:
                continue
            heads = cells.get("stakeholders", [])
            # the head of a lane is the name in its note: the rest of that note stands under it
            named = next((one for one in heads if _actor(one) == names.get(key or "")), None)
            if named is not None:
                rest = [] if self._says_name(named) else [_nameless(named)]
                cells["stakeholders"] = [*rest, *(one for one in heads if one is not named)]
            colour = colours.get(key, "craie")
            out.append(
                {
                    "name": name or self.say("Sans partie prenante"),
                    "long": long_words(name),
                    "colour": COLOURS.index(colour) if colour in COLOURS else len(COLOURS) - 1,
                    "cells": {
                        zone: [
                            self._note(replace(note, cluster=None), board, names.get(key or "", ""))
                            for note in notes
                        ]
                        for zone, notes in cells.items()
                    },
                }
            )
        return out

    def _lane_names(self, board: Board, zones: Sequence[ZoneNotes]) -> dict[str, str]:
        assert self.pack is not None
        pack = self.pack
        seated = pack.workshop.people if board.group_id is None else pack.workshop.in_group(board.group_id)
        used = {person.stakeholder for person in seated if person.role == "participant"}
        used |= {key for held in zones for note in held.notes if (key := self._lane_of(note))}
        names = {key: name for key, name in pack.stakeholders.items() if key in used}
        known = {name.casefold() for name in names.values()}
        for held in zones:
            if held.zone.id != "stakeholders":
                continue
            for note in held.notes:
                name = _actor(note)
                if note.kind == "stakeholder" and not self._lane_of(note) and name.casefold() not in known:
                    names[note.id] = name
                    known.add(name.casefold())
        return names

    @staticmethod
    def _lane_of(note: BoardNote) -> str | None:
        return lane_of({"fields": note.fields, "stakeholder": note.stakeholder_id})

    def _says_name(self, note: BoardNote) -> bool:
        assert self.pack is not None
        known = said_fields(self.words, note, self.pack)
        texts = {note.text.strip(), str(note.fields.get("name") or "").strip()} - {""}
        more = note.tags or note.points or len(_actor(note)) > LANE_CHARS
        return not more and len(texts) <= 1 and all(name in ("name", "color") for name, _, _ in known)

    def _sums(self, board: Board, zone: Zone) -> str:
        """Beside the title of a zone of amounts, what they come to."""
        if board.template.id != "economic" or zone.id not in ("costs", "income", "brings", "receives"):
            return ""
        notes = [
            {"zone": held.zone.id, "kind": one.kind, "fields": one.fields, "stakeholder": one.stakeholder_id}
            for held in board.zones
            for one in held.notes
        ]
        economy = economy_of(notes, [], {})
        if zone.id in ("brings", "receives"):
            sums = economy["totals"][zone.id]
        elif zone.id == "income":
            parts = economy["income"].values()
            sums = {what: sum(one[what] for one in parts) for what in ("fte", "euros")}
        else:
            sums = {what: economy["coverage"][what]["needed"] for what in ("fte", "euros")}
        said = []
        if sums["fte"]:
            said.append(f"{self.words.number(sums['fte'])} {self.say('ETP')}")
        if sums["euros"]:
            said.append(self.typo(f"{self.words.number(sums['euros'])} €"))
        return self.say("En un an : {sum}").format(sum=", ".join(said)) if said else ""

    # -- the cover --------------------------------------------------------------------------------------

    def _cover(self, faces: Sequence[Face]) -> Value:
        say, pack = self.say, self.pack
        titles = dict.fromkeys(self.typo(face.template.titles[self.language]) for face in faces)
        day, at = self._when(faces[0].layout)
        guide = []
        for step in self.catalogue.guide.steps.values():
            minutes = self.typo(say("{from_} à {to} min").format(from_=step.minutes[0], to=step.minutes[1]))
            guide.append(
                {
                    "purpose": _text(self.typo(step.purpose[self.language])),
                    "hint": _text(self.typo(step.hint[self.language])),
                    "minutes": minutes,
                }
            )
        return {
            "commons": _text(_short(pack.workshop.commons, 300)) if pack else "",
            "day": day,
            "at": at,
            "licence": _text(self._contents()),
            "door": pack.door if pack else "",
            "qr": _qr(pack.door) if pack else None,
            "qr-said": say("Code QR : {url}").format(url=pack.door if pack else ""),
            "holds": say("Ce livret contient"),
            "titles": [_text(one) for one in titles],
            "guide-title": say("Le déroulé, étape par étape"),
            "guide": guide,
        }


def _foot(template: Template, height: float) -> float:
    """Under the lowest zone."""
    page = PAGES[template.page]
    low = max((zone.box[1] + zone.box[3] for zone in template.zones), default=page.bottom)
    return height - (page.height - max(low, page.bottom - 7)) + (1.8 if page.width > 320 else 1.4)


def _stretch(zones: Sequence[Value], width: float, foot: float) -> None:
    """The boxes of a page on a slide, between its head and its foot."""
    first = min(zone["box"][1] for zone in zones)
    last = max(zone["box"][1] + zone["box"][3] for zone in zones)
    across, down = SLIDE[0] / width, (foot - 1.5 - SLIDE_TOP) / (last - first)
    for zone in zones:
        x, y, w, h = zone["box"]
        zone["box"] = [x * across, SLIDE_TOP + (y - first) * down, w * across, h * down]


def _text(text: str) -> str:
    return clean(text)


def _short(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _part(value: object) -> float | None:
    """A place from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None


def _actor(note: BoardNote) -> str:
    """Who a note of the stakeholders tells of."""
    return str(note.fields.get("name") or note.text).strip()


def _nameless(note: BoardNote) -> BoardNote:
    """The note without what the head of its lane says already."""
    name = _actor(note)
    if len(" ".join(name.split())) > LANE_CHARS:
        return note
    fields = {key: value for key, value in note.fields.items() if key != "name" or value != name}
    return replace(note, text="" if note.text.strip() == name else note.text, fields=fields)


def _gauge(note: BoardNote) -> tuple[int, int] | None:
    """Which step of how many; viability and balance begin at -2."""
    value, key = note.fields.get("value"), note.fields.get("key")
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    step = int(value) + (2 if key in ("viability", "balance") else 0)
    return (step, 5) if 0 <= step < 5 else None


@cache
def _qr(address: str) -> str:
    """A code with its quiet zone, as a picture that is text."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(border=2, dark="#171a2b", light="#fff", omitsize=True)
