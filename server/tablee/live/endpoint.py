"""The socket `/ws/{room}`: who it is, where they may go; then frames go to the room by plain calls.

A connection is always accepted first and then closed with a code: closing before accepting reaches a
browser as an anonymous failure, and it would retry for ever.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, cast

from starlette.websockets import WebSocket, WebSocketDisconnect

from tablee.assets import bundle
from tablee.errors import (
    GONE,
    MALFORMED,
    NO_SUCH_ROOM,
    NOT_ALLOWED,
    OVERLOADED,
    SESSION_ENDED,
    STORE_AWAY,
    NotFound,
    Refused,
    StoreAway,
    Unavailable,
)
from tablee.live import observe
from tablee.live.budget import Budget
from tablee.live.connection import Connection, PlainConnection
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.protocol import EXTENSION, WireProtocol
from tablee.live.records import Session
from tablee.live.session import bearer, find_session, has_cookie, is_same_origin
from tablee.live.standing import identity_of
from tablee.live.workshops import Workshops
from tablee.model.notes import NOTES_PER_ROOM, TEXT_CHARS
from tablee.model.rights import may
from tablee.model.workshop import Person, Workshop, may_enter, may_write_in, read_room
from tablee.sync.room import MAX_FRAME, Member

SUBPROTOCOL = "tablee.1"


class Turned(Exception):
    """This connection may not come in; `code` says why."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


async def room_socket(websocket: WebSocket) -> None:
    events = SUBPROTOCOL in websocket.scope.get("subprotocols", [])
    await websocket.accept(SUBPROTOCOL if events else None)
    tablee = websocket.app.state.tablee
    hub: Hub = tablee.hub
    room_id = websocket.path_params["room"]
    try:
        try:
            session, workshop, person = await _admit(websocket, tablee.workshops, room_id)
        except Turned as turned:
            raise await _what_became_of(hub, room_id, turned) from None
        room = await _open(hub, room_id)
        client_id = await _reserve_client(hub, room_id, person) if events else 0
    except Turned as turned:
        with suppress(RuntimeError, WebSocketDisconnect):  # they may be gone already
            await websocket.close(turned.code, str(turned))
        return
    if room.closed:  # it was shut while this session was on its way in
        await websocket.close(OVERLOADED, "the room is loaded again")
        return
    hub.policies.learn(workshop)  # somebody who has just joined is known to the judge at once
    settings = tablee.settings
    now = time.monotonic()
    member = Member(
        hub.new_session(),
        person.id,
        identity_of(person),
        may_write_in(workshop, person, room_id),
        events,
        gives_back=may(person.role, "room.give_back", "before") and not room.damaged,
    )
    wire = cast("WireProtocol | None", websocket.scope.get("extensions", {}).get(EXTENSION))
    connection: Connection = wire if wire is not None else PlainConnection(websocket)
    seat = Seat(
        member,
        connection,
        person.role,
        _language(websocket, workshop),
        Budget(settings.updates_per_s, settings.updates_burst, now),
        Budget(settings.presence_per_s, settings.presence_per_s * 2, now),
        session.token_hash,
        person.group,
    )
    greeting = None
    if events:
        room.room.owners[client_id] = person.id
        greeting = hello(hub, room, workshop, person, member, client_id)
    observe.sessions_open.inc()
    if tablee.standing.enter(member.session, session, workshop):
        hub.on_control(workshop.id)  # runs once they are seated, which nothing below waits for
    if events:
        for entered in tablee.entered:
            hub.errand(entered(room, seat, workshop))
    try:
        if isinstance(connection, PlainConnection):
            await _serve_plain(websocket, connection, room, seat, greeting)
        else:
            await _serve_wire(websocket, cast(WireProtocol, wire), room, seat, greeting)
    finally:
        room.exit(member.session)
        tablee.standing.leave(member.session)
        observe.sessions_open.dec()


async def _admit(
    websocket: WebSocket, workshops: Workshops, room_id: str
) -> tuple[Session, Workshop, Person]:
    name = read_room(room_id)
    if name is None:
        raise Turned(NO_SUCH_ROOM, "there is no such room")
    ticket = websocket.query_params.get("ticket")
    try:
        if ticket:
            session = await workshops.use_ticket(ticket, room_id)
        else:
            if bearer(websocket) is None and has_cookie(websocket) and not is_same_origin(websocket):
                raise Turned(NOT_ALLOWED, "this origin may not use the server")
            session = await find_session(websocket, name.workshop) or await find_session(websocket)
        if session is None:
            raise Turned(SESSION_ENDED, "the session is unknown or has ended")
        if session.workshop != name.workshop:
            there = await workshops.by_id(name.workshop)
            raise Turned(NOT_ALLOWED if there else NO_SUCH_ROOM, "this session does not open that room")
        workshop = await workshops.by_id(session.workshop)
    except Unavailable:
        raise Turned(STORE_AWAY, "the store does not answer") from None
    if workshop is not None and session.person in workshop.former:
        raise Turned(NOT_ALLOWED, "removed from the workshop")
    person = session.person_in(workshop) if workshop else None
    if workshop is None or person is None:
        raise Turned(SESSION_ENDED, "the session has ended")
    if room_id not in workshop.rooms:
        raise Turned(NO_SUCH_ROOM, "there is no such room")
    if not may_enter(workshop, person, room_id):
        raise Turned(NOT_ALLOWED, "this room is not open to you")
    return session, workshop, person


async def _what_became_of(hub: Hub, room_id: str, turned: Turned) -> Turned:
    """Sessions go with an erased workshop: who was away must learn why, so that nothing is kept there."""
    try:
        if turned.code == SESSION_ENDED and await hub.store.was_erased(room_id):
            return Turned(GONE, "the room was erased")
    except StoreAway:
        return Turned(STORE_AWAY, "the store does not answer")
    return turned


async def _open(hub: Hub, room_id: str) -> OpenRoom:
    try:
        held = room_id in hub.rooms
        room = await hub.open(room_id)
        if held:
            await hub.catch_up(room)
        return room
    except NotFound:
        raise Turned(GONE, "the room was erased") from None
    except Unavailable:
        raise Turned(STORE_AWAY, "the store does not answer") from None
    except Refused as refusal:
        raise Turned(NOT_ALLOWED, refusal.key) from None


async def _reserve_client(hub: Hub, room_id: str, person: Person) -> int:
    """A CRDT client id that belongs to this person for as long as the room exists."""
    try:
        while True:
            client_id = hub.new_client_id()
            if await hub.store.bind_client(room_id, client_id, person.id) == person.id:
                return client_id
    except StoreAway:
        raise Turned(STORE_AWAY, "the store does not answer") from None


def hello(
    hub: Hub, room: OpenRoom, workshop: Workshop, person: Person, member: Member, client_id: int
) -> dict[str, Any]:
    return {
        "type": "hello",
        "person": {
            **member.identity,
            "role": person.role,
            "group": person.group,
            "stakeholder": person.stakeholder,
        },
        "room": room.id,
        "lineage": room.lineage,
        "entry": room.room.n,
        "client_id": client_id,
        "rights": {"write": member.may_write},
        "server_time": hub.now(),
        "revision": workshop.revision,
        "durability": hub.store.durability,
        "bundle": bundle(),
        "limits": {"frame_bytes": MAX_FRAME, "text_chars": TEXT_CHARS, "notes": NOTES_PER_ROOM},
    }


def _language(websocket: WebSocket, workshop: Workshop) -> str:
    wanted = websocket.cookies.get("tablee-lang")
    return wanted if wanted in ("fr", "en") else workshop.language


async def _serve_wire(
    websocket: WebSocket, wire: WireProtocol, room: OpenRoom, seat: Seat, greeting: dict[str, Any] | None
) -> None:
    session = seat.member.session
    room.enter(seat, greeting)
    wire.deliver = lambda frame: room.receive(session, frame)
    while True:
        # binary frames that came before `deliver` was set, text frames, and the end
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        _take(room, seat, message)


async def _serve_plain(
    websocket: WebSocket,
    connection: PlainConnection,
    room: OpenRoom,
    seat: Seat,
    greeting: dict[str, Any] | None,
) -> None:
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(connection.run())
        room.enter(seat, greeting)
        try:
            while not sending.done():
                message = await websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                _take(room, seat, message)
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            sending.cancel()


def _take(room: OpenRoom, seat: Seat, message: Any) -> None:
    frame = message.get("bytes")
    if frame is None:
        seat.connection.close(MALFORMED, "frames are binary")
    else:
        room.receive(seat.member.session, frame)
