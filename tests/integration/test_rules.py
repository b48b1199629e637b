"""Every way in has a rule: each route, each kind of message, each event and each command, for each visitor.

The tables below are the rules. What the server has and a table has not, or the other way round, fails; and
each line is tried with each visitor.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from PIL import Image
from starlette.routing import Mount, Route, WebSocketRoute
from tests.kit.client import participant
from tests.kit.server import Seat, Server

from tablee.app import EVENTS, create_app
from tablee.model.commands import COMMANDS
from tablee.model.workshop import ROLES
from tablee.pages.i18n import phrases
from tablee.settings import read_settings
from tablee.sync import encoding as enc

VISITORS = ("nobody", "foreign", "participant", "observer", "facilitator", "organiser")
"""No session; the organiser of another workshop; then people of this one."""

OPEN = "200 200 200 200 200 200"
ROUTES: dict[str, str] = {
    "GET /healthz": OPEN,
    "GET /readyz": OPEN,
    "GET /metrics": OPEN,
    "GET /api/openapi.json": OPEN,
    "POST /api/workshops": "201 201 201 201 201 201",
    "GET /api/workshops/{workshop}": "401 403 200 200 200 200",
    "PATCH /api/workshops/{workshop}": "401 403 403 403 403 200",
    "DELETE /api/workshops/{workshop}": "401 403 403 403 403 200",
    "POST /api/workshops/{workshop}/commands": "401 403 403 403 200 200",
    "GET /api/workshops/{workshop}/exports": "401 403 403 403 200 200",
    "POST /api/workshops/{workshop}/export.zip": "401 403 403 403 200 200",
    "GET /api/workshops/{workshop}/export.{format}": "401 403 403 403 200 200",
    "GET /api/workshops/{workshop}/wrap-up": "401 403 200 200 200 200",
    "GET /api/workshops/{workshop}/templates": "401 403 200 200 200 200",
    "GET /api/workshops/{workshop}/outcome": "401 403 403 403 200 200",
    "GET /api/workshops/{workshop}/people/{person}/data": "401 403 200 403 403 200",
    "GET /api/workshops/{workshop}/summaries": "401 403 200 200 200 200",
    "POST /api/import": "201 201 201 201 201 201",
    "GET /api/pack.schema.json": OPEN,
    "GET /api/library": OPEN,
    "GET /api/kits": OPEN,
    "POST /api/kits": "201 201 201 201 201 201",
    "POST /api/kits/import": "422 422 422 422 422 422",
    "GET /api/kits/{kit}": OPEN,
    "PUT /api/kits/{kit}": "403 403 403 403 403 403",
    "DELETE /api/kits/{kit}": "403 403 403 403 403 403",
    "POST /api/kits/{kit}/check": OPEN,
    "POST /api/kits/{kit}/publish": "403 403 403 403 403 403",
    "POST /api/kits/{kit}/unpublish": "403 403 403 403 403 403",
    "POST /api/kits/{kit}/enter": "401 403 403 403 403 403",
    "GET /api/kits/{kit}/kit.json": OPEN,
    "GET /api/kits/{kit}/board.svg": OPEN,
    "POST /api/join": "201 201 201 201 201 201",
    "GET /api/me": "401 200 200 200 200 200",
    "DELETE /api/me": "401 204 204 204 204 204",
    "GET /api/rooms/{room}/notes": "401 403 200 200 200 200",
    "POST /api/rooms/{room}/notes": "401 403 201 403 201 201",
    "PATCH /api/rooms/{room}/notes/{note}": "401 403 200 403 200 200",
    "DELETE /api/rooms/{room}/notes/{note}": "401 403 204 403 204 204",
    "POST /api/rooms/{room}/ticket": "401 403 201 201 201 201",
    "GET /api/rooms/{room}/photos": "401 403 200 200 200 200",
    "POST /api/rooms/{room}/photos": "401 403 201 403 201 201",
    "GET /api/rooms/{room}/photos/{photo}": "401 403 200 200 200 200",
    "PATCH /api/rooms/{room}/photos/{photo}": "401 403 403 403 200 200",
    "DELETE /api/rooms/{room}/photos/{photo}": "401 403 403 403 204 204",
    "GET /api/rooms/{room}/history": "401 403 403 403 200 200",
    "POST /api/rooms/{room}/history": "401 403 403 403 201 201",
    "GET /api/rooms/{room}/history/track": "401 403 403 403 200 200",
    "GET /api/rooms/{room}/history/{instant}": "401 403 403 403 200 200",
    "POST /api/rooms/{room}/history/{instant}/restore": "401 403 403 403 200 200",
    "GET /": OPEN,
    "POST /": "303 303 303 303 303 303",
    "GET /a/{code}": OPEN,
    "POST /a/{code}": "303 303 303 303 303 303",
    "GET /a/{code}/agenda.ics": "404 404 404 404 404 404",
    "GET /i": OPEN,
    "GET /creer": OPEN,
    "POST /creer": "201 201 201 201 201 201",
    "POST /creer/entrainement": "303 303 303 303 303 303",
    "GET /creer/reprendre": OPEN,
    "POST /creer/reprendre": "201 201 201 201 201 201",
    "GET /atelier/{workshop}": "303 303 200 200 200 200",
    "GET /animation/{workshop}": "401 403 403 403 200 200",
    "GET /organisation/{workshop}": "401 403 403 403 403 200",
    "POST /organisation/{workshop}": "401 403 403 403 403 200",
    "GET /organisation/{workshop}/feuille": "401 403 403 403 200 200",
    "GET /organisation/{workshop}/partage.svg": "401 403 403 403 403 404",
    "GET /lecture/{token}": "404 404 404 404 404 404",
    "GET /gabarits": OPEN,
    "GET /gabarits/{kit}": OPEN,
    "GET /guide": OPEN,
    "GET /credits": OPEN,
    "GET /confidentialite": OPEN,
    "POST /confidentialite": "401 303 303 303 303 303",
    "GET /accessibilite": OPEN,
    "GET /static": OPEN,
    "GET /phrases": OPEN,
    "WS /ws/{room}": "4401 4403 open open open open",
}
"""What each visitor is answered, in the order of `VISITORS`."""

OTHER_GROUP: dict[str, str] = {
    "GET /api/rooms/{room}/notes": "403 200 200 200",
    "POST /api/rooms/{room}/notes": "403 403 201 201",
    "PATCH /api/rooms/{room}/notes/{note}": "403 403 200 200",
    "DELETE /api/rooms/{room}/notes/{note}": "403 403 204 204",
    "POST /api/rooms/{room}/ticket": "403 201 201 201",
    "GET /api/rooms/{room}/photos": "403 200 200 200",
    "POST /api/rooms/{room}/photos": "403 403 201 201",
    "GET /api/rooms/{room}/photos/{photo}": "403 200 200 200",
    "PATCH /api/rooms/{room}/photos/{photo}": "403 403 200 200",
    "DELETE /api/rooms/{room}/photos/{photo}": "403 403 204 204",
    "GET /api/rooms/{room}/history": "403 403 200 200",
    "POST /api/rooms/{room}/history": "403 403 201 201",
    "GET /api/rooms/{room}/history/track": "403 403 200 200",
    "GET /api/rooms/{room}/history/{instant}": "403 403 200 200",
    "POST /api/rooms/{room}/history/{instant}/restore": "403 403 200 200",
    "WS /ws/{room}": "4403 open open open",
}
"""Routes that name a room, when it is the room of a group that the participant is not in."""


def _photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG")
    return out.getvalue()


BODIES: dict[str, Any] = {
    "POST /api/rooms/{room}/photos": _photo(),
    "PATCH /api/rooms/{room}/photos/{photo}": {"caption": "Fiche 2"},
    "POST /api/workshops": {"title": "Un autre"},
    "POST /api/import": b"Texte\nUne note",
    "POST /api/kits": {"from": "kit-cmc"},
    "POST /api/kits/import": {},
    "PUT /api/kits/{kit}": {"revision": 0, "kit": {}},
    "POST /api/kits/{kit}/check": {},
    "POST /api/kits/{kit}/publish": {},
    "POST /api/kits/{kit}/unpublish": {},
    "POST /api/kits/{kit}/enter": {},
    "PATCH /api/workshops/{workshop}": {"title": "Trajets communs"},
    "POST /api/workshops/{workshop}/commands": {"type": "board.lock", "board": "governance"},
    "POST /api/workshops/{workshop}/export.zip": {"items": ["csv"]},
    "POST /api/rooms/{room}/notes": {"board": "sheet2.verso", "zone": "rules", "text": "Règle"},
    "PATCH /api/rooms/{room}/notes/{note}": {"text": "Changée"},
    "POST /api/rooms/{room}/history": {"name": "Avant la pause"},
    "POST /api/rooms/{room}/history/{instant}/restore": {"preview": True},
    "POST /": b"code={code}",
    "POST /confidentialite": b"credited=on",
    "POST /a/{code}": b"name=Nadia",
    "POST /creer": b"title=Un+autre&groups=1&agenda=half_day_210",
    "POST /creer/entrainement": b"",
    "POST /creer/reprendre": b"Texte\nUne note",
    "POST /organisation/{workshop}": b"title=pas+le+bon",
}
FILES = {"/static": "/static/manifest.json", "/phrases": f"/phrases/{phrases('en', later=False)[0]}"}
ASKED = {
    "GET /api/kits/{kit}/board.svg": "?board=governance",
    "POST /api/rooms/{room}/photos": "?board=sheet2.verso",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

MAY_COMMAND: dict[str, str] = {
    "board.lock": "facilitator organiser",
    "board.unlock": "facilitator organiser",
    "board.open": "facilitator organiser",
    "zone.done": "participant facilitator organiser",
    "person.undo": "facilitator organiser",
    "person.redo": "facilitator organiser",
    "note.hide": "facilitator organiser",
    "note.show": "facilitator organiser",
    "note.return": "facilitator organiser",
    "note.settle": "participant facilitator organiser",
    "answer.set": "participant facilitator organiser",
    "verdict.set": "participant facilitator organiser",
    "writing.silent": "facilitator organiser",
    "writing.anonymous": "facilitator organiser",
    "writing.reveal": "facilitator organiser",
    "step.next": "facilitator organiser",
    "step.previous": "facilitator organiser",
    "step.go": "facilitator organiser",
    "person.remove": "facilitator organiser",
    "person.rename": "facilitator organiser",
    "person.represent": "participant facilitator organiser",
    "person.move": "facilitator organiser",
    "person.role": "organiser",
    "invitation.renew": "organiser",
    "timer.start": "facilitator organiser",
    "timer.pause": "facilitator organiser",
    "timer.resume": "facilitator organiser",
    "timer.extend": "facilitator organiser",
    "timer.stop": "facilitator organiser",
    "agenda.edit": "facilitator organiser",
    "agenda.catch_up": "facilitator organiser",
    "kit.update": "organiser",
    "workshop.edit": "organiser",
    "workshop.open": "facilitator organiser",
    "workshop.close": "facilitator organiser",
    "workshop.reopen": "facilitator organiser",
    "workshop.keep": "organiser",
    "person.erase": "organiser",
    "rehearsal.start": "facilitator organiser",
    "rehearsal.stop": "facilitator organiser",
    "instant.keep": "facilitator organiser",
    "instant.drop": "facilitator organiser",
    "instant.restore": "facilitator organiser",
    "person.credit": "facilitator observer organiser participant",
    "share.start": "organiser",
    "share.stop": "organiser",
    "group.create": "facilitator organiser",
    "group.rename": "facilitator organiser",
    "group.delete": "facilitator organiser",
    "group.sheet": "facilitator organiser",
    "groups.balance": "facilitator organiser",
    "person.profile": "participant facilitator organiser",
    "announce": "facilitator organiser",
    "message": "participant observer facilitator organiser",
    "spotlight.start": "facilitator organiser",
    "spotlight.stop": "facilitator organiser",
    "report.show": "facilitator organiser",
    "card.show": "facilitator organiser",
    "summary.begin": "participant facilitator organiser",
    "preparation.set": "organiser",
    "summon": "facilitator organiser",
    "hand.raise": "participant observer facilitator organiser",
    "hand.lower": "participant observer facilitator organiser",
    "ready.ask": "facilitator organiser",
    "ready.set": "participant facilitator organiser",
    "ready.end": "facilitator organiser",
    "cursors.hide": "facilitator organiser",
    "vote.open": "facilitator organiser",
    "vote.cast": "participant facilitator organiser",
    "vote.close": "facilitator organiser",
    "vote.drop": "facilitator organiser",
    "consent.open": "facilitator organiser",
    "consent.answer": "participant facilitator organiser",
    "consent.close": "facilitator organiser",
    "consent.drop": "facilitator organiser",
    "note.carry": "participant facilitator organiser",
    "note.merge": "participant facilitator organiser",
    "note.park": "participant facilitator organiser",
    "note.raise": "participant facilitator organiser",
    "rooms.pool": "facilitator organiser",
    "poll.open": "facilitator organiser",
    "poll.answer": "participant facilitator organiser",
    "poll.close": "facilitator organiser",
    "poll.drop": "facilitator organiser",
}

WRITTEN = {"id": "nrule", "board": "sheet2.verso", "zone": "rules", "text": ""}

MESSAGES: dict[int, str] = {
    0: "sync: everybody in the room asks; only who may write is taken an update of",
    1: "awareness: everybody in the room, observers too",
    3: "query awareness: everybody in the room",
    64: "event: who speaks tablee.1",
}
EVENT_RULES: dict[str, str] = {
    "ping": "everybody in the room is answered `pong`",
    "command": "by role, MAY_COMMAND",
    "private": "who may write in the room; observers are refused",
    "harvest": "who is in a room with canvases; elsewhere it is refused",
}


@dataclass
class House:
    """A workshop with somebody of each role, and a stranger from another one."""

    server: Server
    made: dict[str, Any]
    seats: dict[str, Seat]
    tokens: dict[str, str | None]
    own_room: str
    other_room: str

    def note(self, room: str) -> str:
        body = BODIES["POST /api/rooms/{room}/notes"]
        answer = self.server.call("POST", f"/api/rooms/{room}/notes", body, token=self.made["token"])
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    def photo(self, room: str) -> str:
        """One that the organiser put there."""
        rule = "POST /api/rooms/{room}/photos"
        path = f"/api/rooms/{room}/photos{ASKED[rule]}"
        answer = self.server.call("POST", path, BODIES[rule], token=self.made["token"])
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    async def ask(self, rule: str, visitor: str, room: str) -> str:
        """Try a route as a visitor: the status, or the close code of a socket."""
        method, path = rule.split(" ")
        if method == "WS":
            return await self._socket(visitor, room)
        path = FILES.get(path, path)
        note = self.note(room) if "{note}" in path else ""
        photo = self.photo(room) if "{photo}" in path else ""
        person = self.seats["participant"].person["id"]
        where = path.format(
            workshop=self.made["id"],
            room=room,
            note=note,
            code=self.made["code"],
            person=person,
            instant="n0",
            photo=photo,
            format="csv",
            kit="kit-cmc",
            token="w1.none",
        )
        where += ASKED.get(rule, "")
        body = BODIES.get(rule)
        if rule == "POST /api/join":
            body = {"code": self.made["code"], "name": "Nadia"}
        if isinstance(body, bytes):
            body = body.replace(b"{code}", self.made["code"].encode())
        headers = FORM if isinstance(body, bytes) else None
        ask = partial(self.server.call, method, where, body, token=self.tokens[visitor], headers=headers)
        return str((await asyncio.to_thread(ask)).status)

    async def _socket(self, visitor: str, room: str) -> str:
        seat = self.seats["participant"]
        token = self.tokens[visitor] or "nothing"
        async with participant(self.server, seat, room=room, token=token, sync=False) as one:
            while not one.synced and one.close_code is None:  # noqa: ASYNC110 (one of two states)
                await asyncio.sleep(0.01)
            return "open" if one.close_code is None else str(one.close_code)


@pytest.fixture
def house(server: Server) -> House:
    made, other = server.create(groups=2, people_may_choose_group=True), server.create()
    rooms = {group["id"]: group["rooms"]["exploration"] for group in made["groups"]}
    seats = {
        "participant": server.join(made, "Nadia", group="g1"),
        "observer": server.join(made, "Paul", invitation=made["invitations"]["observer"]),
        "facilitator": server.join(made, "Marc", invitation=made["invitations"]["facilitator"]),
    }
    tokens = {
        "nobody": None,
        "foreign": other["token"],
        "organiser": made["token"],
        **{role: seat.token for role, seat in seats.items()},
    }
    return House(server, made, seats, tokens, rooms["g1"], rooms["g2"])


# -- routes ------------------------------------------------------------------------------------------


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    served = set()
    for route in create_app(read_settings({}, {})).routes:
        if isinstance(route, WebSocketRoute):
            served.add(f"WS {route.path}")
        elif isinstance(route, Mount):
            served.add(f"GET {route.path}")
        else:
            assert isinstance(route, Route) and route.methods
            served |= {f"{method} {route.path}" for method in route.methods - {"HEAD"}}
    assert served == ROUTES.keys()
    assert OTHER_GROUP.keys() == {rule for rule in ROUTES if "{room}" in rule}


@pytest.mark.parametrize("rule", ROUTES)
async def test_a_route_answers_each_visitor_by_its_rule(house: House, rule: str) -> None:
    given = [await house.ask(rule, visitor, house.own_room) for visitor in VISITORS]
    assert dict(zip(VISITORS, given, strict=True)) == dict(
        zip(VISITORS, ROUTES[rule].split(" "), strict=True)
    )


@pytest.mark.parametrize("rule", OTHER_GROUP)
async def test_a_room_of_another_group_answers_by_its_rule(house: House, rule: str) -> None:
    people = VISITORS[2:]
    given = [await house.ask(rule, visitor, house.other_room) for visitor in people]
    assert dict(zip(people, given, strict=True)) == dict(
        zip(people, OTHER_GROUP[rule].split(" "), strict=True)
    )


ALSO = frozenset({"/api/kits/import", "/api/workshops/{workshop}/export.zip"})
"""Addresses that another route with a name in it answers for other methods."""


async def test_other_methods_are_refused_everywhere(house: House) -> None:
    for path in {rule.split(" ")[1] for rule in ROUTES} - {"/ws/{room}", *ALSO, *FILES}:
        served = {rule.split(" ")[0] for rule in ROUTES if rule.split(" ")[1] == path}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - served:
            where = path.format(
                kit="kit-cmc",
                workshop=house.made["id"],
                room=house.own_room,
                note="n1",
                photo="p1",
                code=house.made["code"],
                person="p1",
                instant="n0",
                token="w1.none",
                format="csv",
            )
            answer = house.server.call(method, where, {}, token=house.made["token"])
            assert answer.status == 405, (method, path)


# -- commands ----------------------------------------------------------------------------------------


def test_every_command_has_a_rule() -> None:
    assert COMMANDS.keys() == MAY_COMMAND.keys()


@pytest.mark.parametrize("kind", MAY_COMMAND)
async def test_a_command_is_for_those_its_rule_names(house: House, kind: str) -> None:
    path = f"/api/workshops/{house.made['id']}/commands"
    for visitor in VISITORS:
        answer = house.server.call("POST", path, {"type": kind}, token=house.tokens[visitor])
        role_refused = answer.json.get("key") == "command.role"
        if visitor in ("nobody", "foreign"):
            assert answer.status == (401 if visitor == "nobody" else 403) and not role_refused
        else:
            assert role_refused is (visitor not in MAY_COMMAND[kind].split(" ")), visitor
    for role in sorted(set(ROLES) - {"organiser"}):
        async with participant(house.server, house.seats[role], room=house.own_room) as one:
            one.event(type="command", id=1, command={"type": kind, "zone": 5, "person": 5, "role": 5})
            await one.until(lambda one=one: one.heard("no") or one.heard("done"))
            refused = [no["key"] == "command.role" for no in one.heard("no")]
            allowed = role in MAY_COMMAND[kind].split(" ")
            assert refused in ([[False], []] if allowed else [[True]]), role


# -- messages and events -----------------------------------------------------------------------------


async def test_a_kind_of_message_without_a_rule_closes_the_socket(house: House) -> None:
    async def send(kind: int) -> int | None:
        async with participant(house.server, house.seats["facilitator"], room=house.own_room) as one:
            one.send(bytes((kind, 0, 0)))
            return await one.closed()

    kinds = [kind for kind in range(128) if kind not in MESSAGES]
    for at in range(0, len(kinds), 25):
        assert set(await asyncio.gather(*map(send, kinds[at : at + 25]))) == {4400}


@pytest.mark.parametrize("role", ["participant", "observer", "facilitator"])
async def test_known_messages_do_what_their_rule_says(house: House, role: str) -> None:
    server, seat = house.server, house.seats[role]
    witness_seat = server.join(house.made, "Joris", group="g1")
    async with (
        participant(server, seat, room=house.own_room) as one,
        participant(server, witness_seat, room=house.own_room) as witness,
    ):
        one.show(user={"name": "?"})
        await witness.until(lambda: witness.presence, "who is here")
        one.presence.clear()
        witness.show(user={"name": "?"})
        await one.until(lambda: one.presence)
        one.presence.clear()
        one.send(bytes((enc.QUERY_AWARENESS,)))
        await one.until(lambda: one.presence, "an answer to the query")
        one.add("n1", "écrite")
        if role == "observer":
            await one.until(lambda: one.heard("refused"))
            assert one.heard("refused")[0]["key"] == "role.read_only" and witness.content() == {}
        else:
            await one.all_saved()
            await witness.until(lambda: "n1" in witness.content())


def test_every_event_has_a_rule() -> None:
    assert EVENTS.keys() | {"ping"} == EVENT_RULES.keys()


@pytest.mark.parametrize("role", ["participant", "observer", "facilitator"])
async def test_events_are_answered_by_their_rule(house: House, role: str) -> None:
    async with participant(house.server, house.seats[role], room=house.own_room) as one:
        one.event(type="ping", t=5)
        one.event(type="private", id=5, notes=[WRITTEN])
        one.event(type="dance", id=3)
        one.event(type="command", id=4, command={"type": "dance"})
        await one.until(lambda: one.heard("pong") and len(one.heard("no") + one.heard("done")) == 3)
        assert one.heard("pong")[0]["t"] == 5
        refused = [("role.read_only", 5)] if role == "observer" else []
        assert sorted((no["key"], no["id"]) for no in one.heard("no")) == [
            ("command.unknown", 4),
            ("event.unknown", 3),
            *refused,
        ]
        assert [done["id"] for done in one.heard("done")] == ([] if refused else [5])
