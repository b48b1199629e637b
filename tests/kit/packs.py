"""Workshops of any size as exports read them, from a seed: every board, kind and field, texts that hurt."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from tablee import assets
from tablee.model.agendas import Step
from tablee.model.board import Names, Pack, Roots
from tablee.model.canvases import Catalogue, load_catalogue
from tablee.model.conduct import Answer, Consent, Poll, StepRun, Vote
from tablee.model.fields import KIND_FIELDS, Field
from tablee.model.identity import COLOURS
from tablee.model.pack import pack_of
from tablee.model.templates import Template, Zone
from tablee.model.workshop import Group, Person, Role, Stakeholder, Workshop
from tablee.words import Language, Words

START = 1_773_300_000_000
"""12 March 2026, in the morning."""
PEOPLE = (
    ("Nadia Benali", "Haut-Orme"),
    ("Joris Adam", "Haut-Orme"),
    ("Yann Le Goff", "Roulibre"),
    ("Soazig Morvan", "Vélo & Villages"),
    ("Hélène Picard", "Agence d’urbanisme"),
    ("Karim Tazi", "Labo Mobilités"),
    ("Inès Carpentier", ""),
)
WORDS = (
    "données",
    "comptages",
    "commun",
    "règle",
    "mairie",
    "habitants",
    "licence",
    "dépôt",
    "réunion",
    "territoire",
    "décision",
    "partage",
    "version",
    "relais",
    "bénévole",
    "entretien",
    "charte",
    "budget",
    "accès",
    "priorité",
    "besoin",
    "usage",
    "retour",
    "équipe",
    "code",
    "saison",
    "atelier",
)
HOSTILE = (
    "=1+1",
    "+33 6 12 34",
    "-2",
    "@somme(A1)",
    "\tdébut par une tabulation",
    '<b>gras</b> & "guillemets" ]]> <script>alert(1)</script>',
    "# titre *étoiles* _traits_ `code` [lien](http://exemple.fr) | colonne",
    "{{ 7*7 }} {% include 'x' %} #panic() $x^2$ @ref \\ 100 % ~",
    "Deux\nlignes\n\net une troisième",
    "مرحبا بالعالم — שלום — 你好 — 👩‍🚀🎉",
    "[[Lien wiki]] {{modèle}} <nowiki> ''gras'' ~~~~",
    "Une espace insécable, une fine : là ; et l’apostrophe",
    "x" * 300,
    "Nadia Benali s'en charge avec Haut-Orme, puis Joris.",
)


@cache
def catalogue() -> Catalogue:
    return load_catalogue(assets.canvases_folder())


def a_workshop(groups: int = 2, licence: str = "cc-by-sa-4.0") -> Workshop:
    names = ("Hêtre", "Saule", "Aulne", "Tilleul", "Frêne", "Érable")[:groups]
    stakeholders = tuple(
        Stakeholder(f"s{at}structure", name)
        for at, name in enumerate(dict.fromkeys(s for _, s in PEOPLE if s))
    )
    by_name = {s.name: s.id for s in stakeholders}
    people: list[Person] = []
    for at, (name, structure) in enumerate(PEOPLE):
        role: Role = "facilitator" if not structure else "participant"
        group = None if role == "facilitator" else f"g{at % groups + 1}"
        own = f"p{at}person"
        colour = COLOURS[at % len(COLOURS)]
        people.append(Person(own, name, role, colour, group, by_name.get(structure, own), START))
    steps: tuple[Step, ...] = catalogue().agendas["half_day_210"].steps
    return Workshop(
        id="wpack",
        code="",
        title="Trajets communs",
        commons="Un outil libre pour comprendre les mobilités des territoires peu denses",
        language="fr",
        licence=licence,
        agenda="half_day_210",
        steps=steps,
        step=steps[-1].id,
        groups=tuple(Group(f"g{n}", name) for n, name in enumerate(names, 1)),
        people=tuple(people),
        stakeholders=stakeholders,
        people_may_choose_group=False,
        created_at=START,
        expires_at=START + 90 * 86_400_000,
        status="closed",
        runs=tuple(StepRun(step.id, START + at * 900_000) for at, step in enumerate(steps)),
    )


def filled(
    workshop: Workshop, count: int, seed: int, hostile: bool = True
) -> tuple[Workshop, dict[str, Roots]]:
    """The workshop with `count` notes in its rooms, and votes and polls that are closed."""
    rng = random.Random(seed)
    rooms: dict[str, dict[str, dict[str, Any]]] = {}
    places = _places(workshop)
    notes: list[tuple[str, str, str]] = []
    for at in range(count):
        path, board, template, zone = places[at % len(places)] if at < len(places) else rng.choice(places)
        room = rooms.setdefault(
            path, {"notes": {}, "clusters": {}, "comments": {}, "reactions": {}, "answers": {}}
        )
        note_id = f"n{at:05d}{rng.randrange(36**4):06d}"
        room["notes"][note_id] = _note(rng, workshop, board, template, zone, at, hostile)
        if rng.random() < 0.1:
            cluster = f"c{at // 20:05d}{zone.id}"[:40]
            room["clusters"].setdefault(
                cluster, {"board": board, "zone": zone.id, "title": f"Ensemble {at // 20}"}
            )
            room["notes"][note_id]["cluster"] = cluster
        author = rng.choice(workshop.people).id
        if rng.random() < 0.15:
            room["comments"][f"{note_id}.{author}.r{at}"] = {"text": _text(rng, 8), "at": START + at}
        if rng.random() < 0.2:
            room["reactions"][f"{note_id}.{author}"] = {"at": START + at}
        notes.append((path, board, note_id))
    _carry(rng, workshop, rooms)
    for path, room in rooms.items():
        if path.endswith("exploration"):
            room["answers"]["summary"] = {"text": f"Ce que retient {path}.\nDeuxième phrase."}
        else:
            _answer(workshop, room)
    return _decided(rng, workshop, notes), dict(rooms)


def a_pack(
    count: int = 120,
    seed: int = 1,
    *,
    names: Names = "names",
    language: Language = "fr",
    groups: int = 2,
    licence: str = "cc-by-sa-4.0",
    hostile: bool = True,
    shared_url: str | None = None,
    change: Callable[[Workshop], Workshop] = lambda workshop: workshop,
) -> Pack:
    workshop, rooms = filled(change(a_workshop(groups, licence)), count, seed, hostile)
    return pack_of(
        workshop,
        rooms,
        catalogue(),
        names=names,
        language=language,
        state_at=START + 4 * 3_600_000,
        door="https://tablee.example/a/K7MP-4WXR",
        link=lambda board: f"https://tablee.example/atelier/wpack?board={board}",
        say=Words(language).say,
        shared_url=shared_url,
    )


def _places(workshop: Workshop) -> list[tuple[str, str, Template, Zone]]:
    out: list[tuple[str, str, Template, Zone]] = []
    for group in workshop.groups:
        owners = list(dict.fromkeys(p.stakeholder for p in workshop.in_group(group.id)))
        for template in catalogue().templates.values():
            path = f"{group.id}/{'exploration' if template.sheet else 'convergence'}"
            boards = [f"{template.id}/{one}" for one in owners] if template.side == "je" else [template.id]
            out += [(path, board, template, zone) for board in boards for zone in template.zones]
    return out


def _note(
    rng: random.Random, workshop: Workshop, board: str, template: Template, zone: Zone, at: int, hostile: bool
) -> dict[str, Any]:
    person = rng.choice(workshop.people)
    kind = rng.choice(zone.kinds)
    note: dict[str, Any] = {
        "board": board,
        "zone": zone.id,
        "kind": kind,
        "place": [round(rng.random(), 4), round(rng.random(), 4)],
        "order": f"a{rng.randrange(10**6):06d}",
        "colour": person.colour,
        "text": _hostile(rng, at)
        if hostile and (at == 0 or rng.random() < 0.05)
        else f"{_text(rng, 12)} {at}",
        "by": person.id,
        "at": START + at * 1000,
        "fields": _fields(rng, workshop, kind),
    }
    if rng.random() < 0.1:
        del note["by"]
    if rng.random() < 0.1:
        note["tags"] = [rng.choice(WORDS)]
    if board == "economic" and rng.random() < 0.5:
        note["stakeholder"] = rng.choice(workshop.stakeholders).id
    return note


def _hostile(rng: random.Random, at: int) -> str:
    return f"{rng.choice(HOSTILE) if at else HOSTILE[-1]} {at}"


def _text(rng: random.Random, most: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(2, most))).capitalize()


def _fields(rng: random.Random, workshop: Workshop, kind: str) -> dict[str, Any]:
    return {
        name: _value(rng, workshop, one)
        for name, one in KIND_FIELDS.get(kind, {}).items()
        if rng.random() < 0.6
    }


def _value(rng: random.Random, workshop: Workshop, field: Field) -> Any:
    match field.type:
        case "line" | "text":
            return _text(rng, 4)
        case "lines":
            return [_text(rng, 3) for _ in range(rng.randint(1, 3))]
        case "number" | "whole":
            return rng.randint(field.low, min(field.high, 5000))
        case "choice":
            return rng.choice(field.words)
        case "choices":
            return sorted(rng.sample(field.words, 2))
        case "date":
            return f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        case "person":
            return rng.choice(workshop.people).id
        case "stakeholder":
            return rng.choice(workshop.stakeholders).id
        case "stakeholders":
            return [rng.choice(workshop.stakeholders).id]
        case "note":
            return "n00000"
        case "notes":
            return ["n00000"]
        case "wish":
            return {"x": round(rng.random(), 2), "y": round(rng.random(), 2), "horizon": "2y"}


def _carry(rng: random.Random, workshop: Workshop, rooms: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Some canvas notes come from a sheet's note, with their origin."""
    for group in workshop.groups:
        sources = list(rooms.get(f"{group.id}/exploration", {}).get("notes", {}).items())
        for note in rooms.get(f"{group.id}/convergence", {}).get("notes", {}).values():
            if sources and rng.random() < 0.4:
                source_id, source = rng.choice(sources)
                note["origin"] = [
                    {
                        "group": group.id,
                        "board": source["board"],
                        "zone": source["zone"],
                        "note": source_id,
                        "at": source["at"],
                        "by": source.get("by", ""),
                    }
                ]
                source["status"] = "carried"


def _answer(workshop: Workshop, room: dict[str, dict[str, Any]]) -> None:
    """What a table answers beside its notes."""
    said = {"by": workshop.people[0].id, "at": START}
    structure = workshop.stakeholders[0].id
    verdict = {"verdict": "renegotiate", "value": 1, "reason": "Trop de temps donné", **said}
    room["answers"][f"verdict/{structure}"] = {**verdict, "history": [{**verdict, "verdict": "acceptable"}]}
    room["answers"]["crash/1"] = {"days": 15, "text": "La règle 1 suffit", **said}
    room["answers"]["ostrom/2"] = {"answer": "partly", "text": "À revoir", **said}
    room["answers"]["check/existing"] = {"done": True, **said}


def _decided(rng: random.Random, workshop: Workshop, notes: list[tuple[str, str, str]]) -> Workshop:
    by = workshop.people[-1].id
    canvas = [note for path, board, note in notes if board == "governance"]
    vote = Vote(
        "v1",
        by,
        "Quelles règles d'abord ?",
        "governance",
        "rules",
        None,
        5,
        3,
        True,
        START,
        closed_at=START + 1000,
        turnout=5,
        of=6,
        totals={note: rng.randint(1, 9) for note in canvas[:8]},
    )
    still_open = replace(vote, id="v2", question="VOTE-OUVERT", closed_at=None, totals={})
    consent = Consent(
        "k1",
        by,
        "Adopter la charte d'une page",
        None,
        False,
        START,
        closed_at=START + 2000,
        turnout=6,
        of=6,
        answers=(
            Answer("consent", "", workshop.people[0].id),
            Answer("objection", "Trop tôt", workshop.people[1].id),
        ),
    )
    poll = Poll(
        "q1", "return", by, None, None, None, START, closed_at=START + 3000, results={"return": (3, 4, 5)}
    )
    return replace(workshop, votes=(vote, still_open), consents=(consent,), polls=(poll,))
