"""`/api/workshops/{workshop}/wrap-up`: the card of the commons, the checklist and the principles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tablee.api.problems import json_response
from tablee.errors import Forbidden, NotFound
from tablee.live.session import who
from tablee.live.stored import stored_notes
from tablee.live.workshops import Workshops
from tablee.model.canvases import Catalogue
from tablee.model.commons_card import commons_card, gauges_of
from tablee.model.economy import economy_of
from tablee.model.workshop import (
    CANVASES,
    Person,
    Workshop,
    group_rooms,
    may_enter,
    plenary_room,
    room_kind,
)
from tablee.model.wrapup import GAUGES


async def show(request: Request) -> Response:
    """Of the group's canvases, or of the plenary where they are there or were brought together."""
    _, workshop, person = await who(request, request.path_params["workshop"])
    request.app.state.tablee.commands.spend(person.id)  # it reads the rooms of all groups
    workshops: Workshops = request.app.state.tablee.workshops
    catalogue: Catalogue = workshops.catalogue_of(workshop)
    language = request.query_params.get("lang", workshop.language)
    if language not in catalogue.languages:
        language = workshop.language
    named = request.query_params.get("group") or None
    if named is not None and workshop.group(named) is None:
        raise NotFound("group.unknown", "Ce groupe n'existe pas dans cet atelier.", field="group")
    group = named or person.group or workshop.groups[0].id
    notes = []
    boards: dict[str, set[str]] = {}
    for board in CANVASES & {*workshop.modules}:
        together = room_kind(workshop, board) == "plenary" or (named is None and board in workshop.pooled)
        room = plenary_room(workshop.id) if together else group_rooms(workshop.id, group)["convergence"]
        boards.setdefault(room, set()).add(board)
    if plenary_room(workshop.id) not in boards:  # also where there is no canvas: the gauges are the group's
        _check(workshop, person, group_rooms(workshop.id, group)["convergence"])
    for room, shown in boards.items():
        _check(workshop, person, room)
        found = await stored_notes(workshops, room)
        notes += [note for note in found.values() if note.get("board") in shown]
    gauges = _polled(workshop, group if plenary_room(workshop.id) not in boards else None) or gauges_of(notes)
    if not gauges:
        for one in [g.id for g in workshop.groups] if plenary_room(workshop.id) in boards else [group]:
            sheets = await stored_notes(workshops, group_rooms(workshop.id, one)["exploration"])
            for gauge, values in gauges_of(sheets.values()).items():
                gauges.setdefault(gauge, []).extend(values)
    heads = commons_card(catalogue, language, workshop.commons, notes, gauges)
    return json_response(
        {
            "language": language,
            "card": {"title": workshop.title, "heads": [head.as_json() for head in heads]},
            "economy": _economy(notes) if "economic" in workshop.modules else None,
            **catalogue.wrap_up.for_browser(language),
        },
        headers={"cache-control": "no-store"},
    )


def _check(workshop: Workshop, person: Person, room: str) -> None:
    if not may_enter(workshop, person, room):
        raise Forbidden("room.not_yours", "Cette salle est celle d'un autre groupe.")


def _economy(notes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the commons needs and what was promised. Who finds it acceptable is said on the canvas."""
    sums = economy_of([note for note in notes if note.get("board") == "economic"], (), {})
    return {name: sums[name] for name in ("coverage", "maintenance", "pooled", "tasks", "gaps", "income")}


def _polled(workshop: Workshop, group: str | None) -> dict[str, list[int]]:
    """What was answered last to each gauge by this group, or by all."""
    found: dict[str, list[int]] = {}
    for poll in workshop.polls:
        if poll.kind == "gauge" and poll.closed_at is not None and poll.group in (None, group):
            for subject, values in poll.results.items():
                if subject in GAUGES:
                    found[subject] = [value for value in values if isinstance(value, int)]
    return found
