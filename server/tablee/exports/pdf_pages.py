"""What is on the pages of paper, as values for Typst: boards with their notes, blank ones, a cover.

Every text goes through `_text`, which leaves only letters that can be drawn; Typst does the laying out.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import segno

from tablee.exports.about import lines_of, nobody, told_fields
from tablee.exports.items import Layout
from tablee.exports.kinds import kind_name, said_fields
from tablee.exports.lanes import HEADS, actor, lane_in, lanes_of
from tablee.exports.pdf_map import Point, drawn_map
from tablee.exports.typst import clean, long_words
from tablee.model.agendas import Step
from tablee.model.board import Board, BoardNote, Pack, Photo, ZoneNotes
from tablee.model.canvases import Catalogue
from tablee.model.economy import economy_of
from tablee.model.guide import GuideStep
from tablee.model.identity import COLOURS
from tablee.model.templates import PAGES, Template, Zone
from tablee.words import Words

Value = dict[str, Any]

UNPRINTED = 5.0
"""Millimetres at the edge of a sheet that most printers leave white."""
FOOT_CHARS, FOOT_LINE, FOOT_LAST = 138, 3.4, 2.9
"""The foot of a sheet: characters of a line, and the height of a line and of the last one, in millimetres."""
SLIDE = (338.667, 190.5)
"""A page of 16:9, in millimetres: what screens and projectors show."""
SLIDE_TOP = 29.0
"""Where the head of a slide ends."""
LEADERS = ("organiser", "facilitator")
NAMED_MOST = 4
LEADERS_MOST = 12
LANE_CHARS = 120
"""A longer name stands whole in its note, and its beginning over it."""
BRIEFLY = ("amount", "value", "verdict", "state", "licence", "frequency", "mandate", "horizon")
"""Fields that a note keeps on a board where there is no room for all of them."""
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
            "keywords": ["templates: CC-BY-SA-4.0", *dict.fromkeys(face.template.id for face in faces)],
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
        # what is read leads to the page for readers where there is one, else to its board
        reads = shared is not None and not write
        target = shared if reads else link
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
                say("Code QR de la page de lecture : {url}") if reads else say("Code QR : {url}")
            ).format(url=target),
            "zone-qr-said": say("Code QR vers la zone {zone}"),
            "attribution": _text(self._attribution()),
            "contents": _text(self._contents()),
            "template": self.typo(f"{say('Gabarit')} {template.id} {template.version}."),
            "pages": say("Page {n} sur {m}"),
            "more": say("+ {n} en annexe"),
            "more-of": say("Suite : {zone}"),
            "suffix": say("(annexe)"),
            "more-lanes": say("+ {n} à la suite"),
            "suffix-lanes": say("(suite)"),
            "unplaced-title": say("Notes à replacer"),
            "photos-title": say("Photos"),
            **self._head(face),
        }
        value["zones"] = [
            self._zone(face, zone, board.zone(zone.id) if board else None) for zone in template.zones
        ]
        value["lanes"] = self._lanes(board) if board and face.layout == "filled" else []
        value["unplaced"] = [self._note(note, board) for note in board.unplaced] if board else []
        value["photos"] = (
            [self._photo(photo) for photo in board.photos] if board and face.layout == "filled" else []
        )
        if slide:
            _stretch(value["zones"], page.width, value["foot-at"])
        elif not large:
            _make_room(value)
        return value

    def _head(self, face: Face) -> Value:
        pack = self.pack
        title = self.typo(face.template.titles[self.language])
        lead, rest, day, at, where = "", "", "", "", ""
        leaders: list[str] = []
        if pack is not None:
            workshop = pack.workshop
            lead, commons = (" ".join(one.split()) for one in (workshop.title, workshop.commons))
            if commons and commons != lead:
                rest = f" · {commons}"
            day, at = self._when(face.layout)
            where = self._where(face)
            leaders = self._leaders() if face.layout == "filled" else []
        elif face.template.side is not None:
            where = self._where(face)
        return {
            "title": _text(title),
            "title-long": long_words(title),
            "lead": _text(lead),
            "lead-long": long_words(lead),
            "rest": _text(rest),
            "rest-long": long_words(rest),
            "day": day,
            "at": at,
            "where": {"text": _text(where), "long": long_words(_text(where))},
            "leaders": {
                "pattern": self.say("Animation : {names}"),
                "names": [{"text": _text(one), "long": long_words(_text(one))} for one in leaders],
            },
        }

    def _when(self, layout: Layout) -> tuple[str, str]:
        """The state a page tells of; before anything is written, the day people meet."""
        if self.pack is None:
            return "", ""
        if layout == "filled":
            at = self.pack.state_at
            return self.words.day(at), ", " + self.say("état à {time}").format(time=self.words.clock(at))
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
            return say("{name}, groupe {group}").format(name=board.owner, group=board.group or "")
        if board.group is not None:
            return say("Groupe {group}").format(group=board.group)
        names = [group.name for group in self.pack.workshop.groups] if self.pack else []
        if 1 < len(names) <= NAMED_MOST:
            return say("Plénière des groupes {groups}").format(groups=self._listed(names))
        return say("Plénière")

    def _leaders(self) -> list[str]:
        """Who led it; the page shows as many as there is room for."""
        if self.pack is None or self.pack.names != "names":
            return []
        return [one.name for one in self.pack.workshop.people if one.role in LEADERS][:LEADERS_MOST]

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
        about = told_fields(self.words, note, self.pack)
        text, right, end, strong = note.text, "", "", False
        chips: list[str] = []
        foot = [*(trace.place for trace in note.traces)]
        if not foot:
            said = dict.fromkeys(one for one in (note.author, note.stakeholder) if one and one != lane)
            foot = [", ".join(said)] if said else []
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
                owner, end = (about.pop(name, ("", ""))[1] for name in ("owner_id", "due"))
                # whoever wrote it down is not who does it
                foot = [owner or nobody(self.words, self.pack, say("sans responsable"))]
            case "scale":
                scale = _gauge(note)
        body = lines_of(self.words, note, about)
        kept = self._briefly(note, about)
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
            "brief": [{"text": one, "long": long_words(one)} for one in (_text(" · ".join(kept)),) if one],
            "foot": foot_text,
            "foot-long": long_words(foot_text),
            # who does it stays where there is no room for where it comes from
            "brief-foot": foot_text if note.kind == "action" else "",
            "end": _text(end),
        }

    def _photo(self, photo: Photo) -> Value:
        said = _text(" — ".join(filter(None, (photo.caption.strip(), photo.author))))
        return {
            "kind": "photo",
            "clustered": False,
            "picture": _picture(photo),
            "wide": max(photo.width, 1) / max(photo.height, 1),
            "alt": said or self.say("Photo"),
            "text": said,
            "long": long_words(said),
            "body": [],
        }

    def _briefly(self, note: BoardNote, about: Mapping[str, tuple[str, str]]) -> list[str]:
        """What matters most of a note beside its words; of a measure, from what to what."""
        if note.kind == "action":
            return []
        said = {name: about[name][1] for name in BRIEFLY if name in about}
        if note.kind == "indicator":
            steps = [about[name][1] for name in ("baseline", "target") if name in about]
            said = {"target": " → ".join(steps), **said}
        return [one for one in said.values() if one and _plain(one) != _plain(note.text)]

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
            label = " ".join(str(note.fields.get("label") or note.text).split()) or (
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
                    _plain(note.text) not in ("", _plain(label)),
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
        if _plain(note.text) not in ("", _plain(label)):
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
            name = f"{point.label} ({point.detail})" if point.detail else point.label
            said = f"{name} : {place(point.x, point.y)}"
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
        names = lanes_of(board, self.pack)
        rows: dict[str | None, dict[str, list[BoardNote]]] = {key: {} for key in names}
        colours: dict[str | None, str] = {}
        for held in zones:
            for note in held.notes:
                key = lane_in(note, names)
                if held.zone.id == HEADS and key is not None:
                    colours.setdefault(key, str(note.fields.get("color") or note.colour))
                rows.setdefault(key, {}).setdefault(held.zone.id, []).append(note)
        for person in self.pack.workshop.people:
            colours.setdefault(person.stakeholder, person.colour)
        out = []
        for key, cells in rows.items():
            name = _text(_short(names[key], LANE_CHARS)) if key is not None else ""
            if key is None and not cells:
                continue
            heads = cells.get(HEADS, [])
            # the head of a lane is the name in its note: the rest of that note stands under it
            named = next((one for one in heads if actor(one) == names.get(key or "")), None)
            if named is not None:
                rest = [] if self._says_name(named) else [_nameless(named)]
                cells[HEADS] = [*rest, *(one for one in heads if one is not named)]
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

    def _says_name(self, note: BoardNote) -> bool:
        assert self.pack is not None
        known = said_fields(self.words, note, self.pack)
        texts = {note.text.strip(), str(note.fields.get("name") or "").strip()} - {""}
        more = note.tags or note.points or len(actor(note)) > LANE_CHARS
        return not more and len(texts) <= 1 and all(name in ("name", "color") for name, _, _ in known)

    def _sums(self, board: Board, zone: Zone) -> str:
        """Beside the title of a zone of amounts, what they come to; of the balance, who agrees."""
        zones = ("costs", "income", "brings", "receives", "balance")
        if board.template.id != "economic" or zone.id not in zones or self.pack is None:
            return ""
        notes = [
            {"zone": held.zone.id, "kind": one.kind, "fields": one.fields, "stakeholder": one.stakeholder_id}
            for held in board.zones
            for one in held.notes
        ]
        answers = self.pack.rooms.get(board.room, {}).get("answers", {})
        lanes = lanes_of(board, self.pack)
        verdicts = {lane: answers.get(f"verdict/{lane}", {}).get("verdict") for lane in lanes}
        economy = economy_of(notes, [*lanes], verdicts)
        if zone.id == "balance":
            return self._balance(economy, any(verdicts.values()))
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
        out = [self.say("En un an : {sum}").format(sum=", ".join(said))] if said else []
        points = sums.get("points")
        if points:
            out.append(self.words.ngettext("{n} point", "{n} points", points).format(n=points))
        return "\n".join(out)

    def _balance(self, economy: Mapping[str, Any], answered: bool) -> str:
        """How much of what it takes is covered, and how many find it acceptable."""
        said = []
        for what, unit in (("fte", self.say("ETP")), ("euros", "€")):
            cover = economy["coverage"][what]
            if cover["needed"]:
                have, need = (self.words.number(cover[name]) for name in ("covered", "needed"))
                said.append(f"{self.say('{n} sur {of}').format(n=have, of=need)} {unit}")
        kind, words = self.say("Couvert"), ", ".join(said)
        out = [self.say("{kind} : {words}").format(kind=kind, words=words)] if said else []
        if answered:
            found = self.say("Équilibre jugé acceptable : {n} sur {of}")
            out.append(found.format(n=economy["agree"], of=economy["of"]))
        return "\n".join(map(self.typo, out))

    # -- the cover --------------------------------------------------------------------------------------

    def _cover(self, faces: Sequence[Face]) -> Value:
        say, pack = self.say, self.pack
        titles = dict.fromkeys(self.typo(face.template.titles[self.language]) for face in faces)
        templates = dict.fromkeys(f"{face.template.id} {face.template.version}" for face in faces)
        day, at = self._when(faces[0].layout)
        return {
            "commons": _text(pack.workshop.commons.strip()) if pack else "",
            "day": day,
            "at": at,
            "licence": _text(self._contents()),
            "door": list(pack.door.rpartition("/")[::2]) if pack else [],
            "qr": _qr(pack.door) if pack else None,
            "qr-said": say("Code QR : {url}").format(url=pack.door if pack else ""),
            "holds": say("Ce livret contient"),
            "titles": [_text(one) for one in titles],
            "template": self.typo(say("Gabarits : {list}").format(list=", ".join(templates))) + ".",
            "guide-title": say("Le déroulé, étape par étape"),
            "guide": self._guide(),
        }

    def _guide(self) -> list[Value]:
        """The steps of this workshop with their own times, each hint once; before there is one, the guide."""
        say, steps = self.say, self.catalogue.guide.steps
        if self.pack is None:
            return [
                {
                    "title": "",
                    "minutes": say("{from_} à {to} min").format(from_=one.minutes[0], to=one.minutes[1]),
                    **self._hint(one),
                }
                for one in steps.values()
            ]
        out, said = [], set()
        for step in self.pack.workshop.steps:
            found = _hinted(steps, step)
            out.append(
                {
                    "title": _text(self._own(step.titles)),
                    "minutes": self.typo(say("{n} min").format(n=step.minutes)),
                    **self._hint(None if found is None or found.id in said else found),
                }
            )
            if found is not None:
                said.add(found.id)
        return out

    def _hint(self, step: GuideStep | None) -> Value:
        texts = (step.purpose, step.hint) if step is not None else ()
        purpose, hint = [_text(self.typo(one[self.language])) for one in texts] or ("", "")
        return {"purpose": purpose, "hint": hint}

    def _own(self, titles: Mapping[str, str]) -> str:
        """A title in this language, or in the one somebody gave it."""
        return self.typo(titles.get(self.language) or next(iter(titles.values()), ""))


FACES = {"recto": "je", "verso": "nous", "governance": "gov", "economic": "eco"}


def _hinted(steps: Mapping[str, GuideStep], step: Step) -> GuideStep | None:
    """What the guide says of a step, also of one that an organiser made: as web/src/model/library.ts."""
    face = FACES.get((step.board or "").partition("/")[0].rpartition(".")[2], step.id)
    if face in steps:
        return steps[face]
    alone = [one for one in steps.values() if one.phase == step.phase]
    return alone[0] if len(alone) == 1 else None


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


def _make_room(face: Value) -> None:
    """Zones end higher where many have adapted the templates: none of their names is where printers do not
    print, and none is left out."""
    said = len(face["attribution"]) + len(face["template"]) + len(face["contents"]) + 2
    lines = -(-said // FOOT_CHARS)
    foot = face["height"] - UNPRINTED - (lines - 1) * FOOT_LINE - FOOT_LAST
    if foot >= face["foot-at"]:
        return
    first = min(zone["box"][1] for zone in face["zones"])
    down = 1 - (face["foot-at"] - foot) / (face["foot-at"] - first)
    for zone in face["zones"]:
        x, y, w, h = zone["box"]
        zone["box"] = [x, first + (y - first) * down, w, h * down]
    face["foot-at"] = foot


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


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _nameless(note: BoardNote) -> BoardNote:
    """The note without what the head of its lane says already."""
    name = actor(note)
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


def _picture(photo: Photo) -> str:
    """A photo inside a picture that is text: what goes to Typst is JSON."""
    data = base64.b64encode(photo.data).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {photo.width} {photo.height}">'
        f'<image width="{photo.width}" height="{photo.height}" href="data:image/jpeg;base64,{data}"/></svg>'
    )


@cache
def _qr(address: str) -> str:
    """A code with its quiet zone, as a picture that is text."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(border=2, dark="#171a2b", light="#fff", omitsize=True)
