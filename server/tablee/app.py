"""Puts everything together: the only file that knows all the parts."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Router, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tablee import assets
from tablee.api.problems import problem, refusal
from tablee.api.routes import routes as api_routes
from tablee.errors import Refused, Unavailable
from tablee.live.answers import Answers
from tablee.live.carrying import Carrying
from tablee.live.commands import Commands, said
from tablee.live.conductor import Conductor
from tablee.live.deciding import TOPIC as TURNOUT
from tablee.live.deciding import Deciding
from tablee.live.drafts import PrivateNotes
from tablee.live.endpoint import room_socket
from tablee.live.erasing import Erasing
from tablee.live.exporting import Exporting
from tablee.live.groups import Dissolving
from tablee.live.harvest import Harvest
from tablee.live.headers import Guard
from tablee.live.history import History
from tablee.live.hub import Hub
from tablee.live.importing import Importing
from tablee.live.instants import Instants
from tablee.live.kit_updates import KitUpdates
from tablee.live.kits import Kits
from tablee.live.moderation import Moderation
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.photos import Photos
from tablee.live.policies import Policies
from tablee.live.polls import Polls
from tablee.live.pushing import Pushing
from tablee.live.restoring import Restoring
from tablee.live.standing import Standing
from tablee.live.summaries import Summaries
from tablee.live.verdicts import Verdicts
from tablee.live.voices import Voices
from tablee.live.watchdog import watched_loop
from tablee.live.words import Words
from tablee.live.workshops import Workshops
from tablee.model.canvases import Catalogue, load_catalogue
from tablee.model.workshop import Workshop
from tablee.pages import shared
from tablee.pages.atelier import atelier_routes
from tablee.pages.errors import error_page
from tablee.pages.i18n import Language, language_of, translator
from tablee.pages.phrases import ADDRESS, phrases_routes
from tablee.pages.routes import routes as page_routes
from tablee.rehearsal.play import Rehearsals
from tablee.settings import Settings, read_settings
from tablee.store.redis import Store, open_store

log = structlog.get_logger()


Entered = Callable[[OpenRoom, Seat, Workshop], Coroutine[Any, Any, None]]
Changed = Callable[[Workshop], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Tablee:
    """What request handlers find in `app.state.tablee`."""

    settings: Settings
    store: Store
    hub: Hub
    workshops: Workshops
    commands: Commands
    standing: Standing
    catalogue: Catalogue
    voices: Voices
    conductor: Conductor
    private: PrivateNotes
    pushing: Pushing
    harvest: Harvest
    rehearsals: Rehearsals
    kits: Kits
    photos: Photos
    history: History
    exporting: Exporting
    importing: Importing
    entered: list[Entered] = field(default_factory=list)
    """Asked for whenever a session that speaks events has come into a room: what it is told besides."""
    changed: list[Changed] = field(default_factory=list)
    """Asked for, in every process, after a change of a workshop was told."""


class Bundle(StaticFiles):
    """The built files. Their names hold a hash of their contents, so they may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def create_app(settings: Settings) -> Starlette:
    """The application over the store of `settings`. Raises `MissingBundle` or `CatalogueError` at once."""
    catalogue = load_catalogue(assets.canvases_folder())
    assets.manifest()  # a missing bundle is said at start, not on the first page
    static = assets.static_folder()

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        assert settings.store_url is not None  # the command starts the embedded engine before
        async with open_store(settings.store_url) as store:
            hub = Hub(store, Policies(store, catalogue))
            workshops = Workshops(store, hub, catalogue, settings)
            private = PrivateNotes(hub, workshops)
            app.state.tablee = Tablee(
                settings,
                store,
                hub,
                workshops,
                commands := Commands(workshops),
                Standing(hub),
                catalogue,
                Voices(hub, private.voices),
                Conductor(workshops),
                private,
                Pushing(lambda workshop: tell_state(app.state.tablee, workshop)),
                Harvest(workshops),
                Rehearsals(app, workshops, hub, commands, settings.rehearsal_pace),
                Kits(workshops),
                Photos(workshops),
                History(workshops),
                Exporting(workshops),
                Importing(workshops),
            )
            app.state.tablee.changed.append(app.state.tablee.exporting.changed)
            workshops.on_erased.append(app.state.tablee.exporting.forget)
            workshops.on_erased.append(shared.forget)
            app.state.tablee.rehearsals.serve()
            app.state.tablee.photos.serve()
            app.state.tablee.entered.append(app.state.tablee.photos.entered)
            app.state.tablee.entered.append(app.state.tablee.rehearsals.entered)
            app.state.tablee.changed.append(app.state.tablee.rehearsals.changed)
            private.on_look = app.state.tablee.voices.drafts_changed
            app.state.tablee.entered.append(private.entered)
            app.state.tablee.changed.append(private.changed)
            private.serve(app.state.tablee.commands)
            words = Words(hub)
            app.state.tablee.entered.append(words.entered)
            app.state.tablee.changed.append(words.changed)
            app.state.tablee.commands.acts["group.delete"] = Dissolving(app.state.tablee.commands, hub)
            Summaries(workshops).serve(app.state.tablee.commands)
            deciding = Deciding(workshops)
            deciding.serve(app.state.tablee.commands)
            Polls(deciding).serve(app.state.tablee.commands)
            hub.on_news[TURNOUT] = deciding.look
            app.state.tablee.entered.append(deciding.entered)
            app.state.tablee.changed.append(deciding.changed)
            app.state.tablee.conductor.on_due.append(deciding.close_due)
            app.state.tablee.entered.append(app.state.tablee.voices.entered)
            app.state.tablee.changed.append(app.state.tablee.voices.changed)
            moderation = Moderation(workshops)
            moderation.serve(app.state.tablee.commands)
            app.state.tablee.entered.append(moderation.entered)
            erasing = Erasing(workshops)
            erasing.serve(app.state.tablee.commands)
            instants = Instants(workshops, app.state.tablee.history)
            instants.serve(app.state.tablee.commands)
            Restoring(workshops, app.state.tablee.history, instants).serve(app.state.tablee.commands)
            workshops.on_erased.append(app.state.tablee.history.forget)
            Answers(workshops).serve(app.state.tablee.commands)
            Carrying(workshops).serve(app.state.tablee.commands)
            KitUpdates(workshops, app.state.tablee.kits).serve(app.state.tablee.commands)
            app.state.tablee.harvest.serve()
            app.state.tablee.changed.append(app.state.tablee.harvest.changed)
            verdicts = Verdicts(workshops)
            verdicts.serve(app.state.tablee.commands)
            app.state.tablee.entered.append(verdicts.entered)
            app.state.tablee.changed.append(verdicts.changed)
            hub.on_event = lambda room, seat, event: answer_event(app.state.tablee, room, seat, event)
            hub.on_control = lambda workshop: hub.errand(push_state(app.state.tablee, workshop))
            async with watched_loop(), hub.run(erasing.every_minute, app.state.tablee.conductor.run):
                gc.collect()
                gc.freeze()
                try:
                    yield
                finally:
                    await app.state.tablee.rehearsals.end()
                    await app.state.tablee.exporting.end()
                    await app.state.tablee.importing.end()

    return Starlette(
        routes=[
            WebSocketRoute("/ws/{room}", room_socket),
            # only the public bundle is compressed: pages hold secrets beside text that others choose
            Mount("/static", GZipMiddleware(Bundle(directory=static), minimum_size=1000), name="static"),
            Mount(ADDRESS, GZipMiddleware(Router(phrases_routes), minimum_size=1000), name="phrases"),
            *api_routes,
            *atelier_routes,
            *page_routes,
        ],
        middleware=[Middleware(Guard)],
        exception_handlers={
            Refused: answer_refusal,
            HTTPException: answer_http_error,
            Exception: answer_failure,
        },
        lifespan=life,
    )


def from_environment() -> Starlette:
    """For worker processes: settings come from the environment their parent prepared."""
    return create_app(read_settings())


def answer_event(tablee: Tablee, room: OpenRoom, seat: Seat, event: dict[str, Any]) -> None:
    """Every event but `ping`, which the hub answers. What nobody serves is answered too, never ignored."""
    answer = EVENTS.get(event["type"])
    if answer is None:
        room.send_event(seat.member.session, {"type": "no", "id": event.get("id"), "key": "event.unknown"})
    else:
        answer(tablee, room, seat, event)


def take_command(tablee: Tablee, room: OpenRoom, seat: Seat, event: dict[str, Any]) -> None:
    tablee.hub.errand(answer_command(tablee, room, seat, event))


def take_private(tablee: Tablee, room: OpenRoom, seat: Seat, event: dict[str, Any]) -> None:
    tablee.hub.errand(answer_private(tablee, room, seat, event))


def take_harvest(tablee: Tablee, room: OpenRoom, seat: Seat, event: dict[str, Any]) -> None:
    tablee.harvest.take(room, seat, event)


EVENTS: Mapping[str, Callable[[Tablee, OpenRoom, Seat, dict[str, Any]], None]] = {
    "command": take_command,
    "private": take_private,
    "harvest": take_harvest,
}


async def answer_command(tablee: Tablee, room: OpenRoom, seat: Seat, event: dict[str, Any]) -> None:
    """Do a command that came over a socket: `done` with the revision, or `no` with the reason."""
    session = tablee.standing.sessions.get(seat.member.session)
    if session is None:
        return  # closed meanwhile

    async def run() -> dict[str, Any]:
        done = await tablee.commands.run(session, command_of(event), seen_as=seat.role)
        return done.as_json()

    await answer_with(room, seat, event, run)


async def answer_private(tablee: Tablee, room: OpenRoom, seat: Seat, event: dict[str, Any]) -> None:
    """Write or delete drafts of whoever sent this: `done` once they are durable, or `no` with the reason."""
    session = tablee.standing.sessions.get(seat.member.session)
    if session is None:
        return

    async def run() -> dict[str, Any]:
        return {"revealed": list(await tablee.private.take(room, session, event))}

    await answer_with(room, seat, event, run)


async def answer_with(
    room: OpenRoom, seat: Seat, event: dict[str, Any], run: Callable[[], Coroutine[Any, Any, dict[str, Any]]]
) -> None:
    asked_id = event.get("id")
    answer: dict[str, Any] = {"id": asked_id if isinstance(asked_id, str | int | float) else None}
    try:
        answer |= {"type": "done", **await run()}
    except Refused as refusal:
        say = translator(cast(Language, seat.language)).gettext
        answer |= {"type": "no", **said(refusal, say)}
    except Exception:
        # an errand that fails would end the process: nobody's command may do that to everybody
        log.exception("event.failed", event=event["type"])
        answer |= {"type": "no", "key": "failure"}
    room.send_event(seat.member.session, answer)


def command_of(event: dict[str, Any]) -> dict[str, Any]:
    """The command of an event: `command` is the object itself, or its type with the fields beside it."""
    command, command_id = event.get("command"), event.get("id")
    if isinstance(command, dict):
        return {"id": command_id, **command}
    fields = {name: value for name, value in event.items() if name not in ("type", "command")}
    return {**fields, "type": command}


async def push_state(tablee: Tablee, workshop_id: str) -> None:
    """After a change of a workshop: close, in this process, who may not stay, and tell the others."""
    try:
        workshop = await tablee.workshops.by_id(workshop_id)
    except Unavailable:
        # the message of the change does not come twice, and nobody who was removed may stay for that
        await asyncio.sleep(0.2)
        if tablee.hub.rooms_of(workshop_id):
            tablee.hub.errand(push_state(tablee, workshop_id))
        return
    if workshop is None:
        await tablee.hub.erase(workshop_id)
        for forget in tablee.workshops.on_erased:
            forget(workshop_id)
        return
    tablee.hub.policies.learn(workshop)
    if not tablee.standing.sweep(workshop):
        return  # a later state has been told
    tablee.pushing.push(workshop)


def tell_state(tablee: Tablee, workshop: Workshop) -> None:
    tablee.hub.tell(
        workshop.id,
        lambda seat: {
            "type": "state",
            "revision": workshop.revision,
            "workshop": tablee.workshops.state_for(workshop, seat.role, seat.language, seat.group),
        },
    )
    for changed in tablee.changed:
        tablee.hub.errand(changed(workshop))


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/healthz", "/readyz", "/metrics"))


def _reader(request: Request) -> Callable[[str], str]:
    return translator(language_of(request)).gettext


async def answer_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if _wants_json(request):
        return refusal(error, _reader(request))
    return error_page(request, error.status, error.sentence)


async def answer_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {404: "Cette page n'existe pas.", 405: "Cette adresse ne s'utilise pas ainsi."}
    sentence = sentences.get(error.status_code, "Cette demande n'a pas abouti.")
    if _wants_json(request):
        return problem(error.status_code, f"http.{error.status_code}", _reader(request)(sentence))
    return error_page(request, error.status_code, sentence)


async def answer_failure(request: Request, error: Exception) -> Response:
    """Our fault. What is told outside has no internals; the log has the trace, without contents."""
    log.error(
        "request.failed",
        path=request.scope.get("route", None) and request.scope["route"].path,
        error=type(error).__name__,
        exc_info=error,
    )
    sentence = "Une erreur est survenue de notre côté. Vos notes enregistrées le restent."
    if _wants_json(request):
        return problem(500, "failure", _reader(request)(sentence))
    return error_page(request, 500, sentence)
