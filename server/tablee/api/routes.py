"""The routes of the JSON interface."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from tablee.api import health, library, openapi, rooms, workshops, wrapup

routes: list[BaseRoute] = [
    Route("/healthz", health.healthz),
    Route("/readyz", health.readyz),
    Route("/metrics", health.metrics),
    Route("/api/openapi.json", openapi.document),
    Route("/api/workshops", workshops.create, methods=["POST"]),
    Route("/api/workshops/{workshop}", workshops.show, methods=["GET"]),
    Route("/api/workshops/{workshop}", workshops.edit, methods=["PATCH"]),
    Route("/api/workshops/{workshop}", workshops.erase, methods=["DELETE"]),
    Route("/api/workshops/{workshop}/commands", workshops.command, methods=["POST"]),
    Route("/api/workshops/{workshop}/summaries", workshops.summaries, methods=["GET"]),
    Route("/api/workshops/{workshop}/wrap-up", wrapup.show, methods=["GET"]),
    Route("/api/library", library.show, methods=["GET"]),
    Route("/api/join", workshops.join, methods=["POST"]),
    Route("/api/me", workshops.me, methods=["GET"]),
    Route("/api/me", workshops.leave, methods=["DELETE"]),
    Route("/api/rooms/{room}/notes", rooms.list_notes, methods=["GET"]),
    Route("/api/rooms/{room}/notes", rooms.add_note, methods=["POST"]),
    Route("/api/rooms/{room}/notes/{note}", rooms.edit_note, methods=["PATCH"]),
    Route("/api/rooms/{room}/notes/{note}", rooms.remove_note, methods=["DELETE"]),
    Route("/api/rooms/{room}/ticket", rooms.ticket, methods=["POST"]),
]
