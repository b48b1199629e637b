"""The routes of the JSON interface."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from tablee.api import (
    exports,
    health,
    history,
    imports,
    library,
    openapi,
    outcome,
    people,
    photos,
    rooms,
    workshops,
    wrapup,
)
from tablee.api.kits import kit_routes

routes: list[BaseRoute] = [
    *kit_routes,
    Route("/healthz", health.healthz),
    Route("/readyz", health.readyz),
    Route("/metrics", health.metrics),
    Route("/api/openapi.json", openapi.document),
    Route("/api/workshops", workshops.create, methods=["POST"]),
    Route("/api/workshops/{workshop}", workshops.show, methods=["GET"]),
    Route("/api/workshops/{workshop}", workshops.edit, methods=["PATCH"]),
    Route("/api/workshops/{workshop}", workshops.erase, methods=["DELETE"]),
    Route("/api/workshops/{workshop}/commands", workshops.command, methods=["POST"]),
    Route("/api/workshops/{workshop}/people/{person}/data", people.data, methods=["GET"]),
    Route("/api/workshops/{workshop}/summaries", workshops.summaries, methods=["GET"]),
    Route("/api/workshops/{workshop}/wrap-up", wrapup.show, methods=["GET"]),
    Route("/api/workshops/{workshop}/templates", history.templates, methods=["GET"]),
    Route("/api/workshops/{workshop}/outcome", outcome.show, methods=["GET"]),
    Route("/api/workshops/{workshop}/exports", exports.catalogue, methods=["GET"]),
    Route("/api/workshops/{workshop}/export.zip", exports.archive, methods=["POST"]),
    Route("/api/workshops/{workshop}/export.{format}", exports.export, methods=["GET"]),
    Route("/api/import", imports.bring_in, methods=["POST"]),
    Route("/api/pack.schema.json", imports.pack_schema, methods=["GET"]),
    Route("/api/library", library.show, methods=["GET"]),
    Route("/api/join", workshops.join, methods=["POST"]),
    Route("/api/me", workshops.me, methods=["GET"]),
    Route("/api/me", workshops.leave, methods=["DELETE"]),
    Route("/api/rooms/{room}/notes", rooms.list_notes, methods=["GET"]),
    Route("/api/rooms/{room}/notes", rooms.add_note, methods=["POST"]),
    Route("/api/rooms/{room}/notes/{note}", rooms.edit_note, methods=["PATCH"]),
    Route("/api/rooms/{room}/notes/{note}", rooms.remove_note, methods=["DELETE"]),
    Route("/api/rooms/{room}/ticket", rooms.ticket, methods=["POST"]),
    Route("/api/rooms/{room}/history", history.timeline, methods=["GET"]),
    Route("/api/rooms/{room}/history", history.keep, methods=["POST"]),
    Route("/api/rooms/{room}/history/track", history.track, methods=["GET"]),
    Route("/api/rooms/{room}/history/{instant}", history.moment, methods=["GET"]),
    Route("/api/rooms/{room}/history/{instant}/restore", history.restore, methods=["POST"]),
    Route("/api/rooms/{room}/photos", photos.list_photos, methods=["GET"]),
    Route("/api/rooms/{room}/photos", photos.add_photo, methods=["POST"]),
    Route("/api/rooms/{room}/photos/{photo}", photos.show_photo, methods=["GET"]),
    Route("/api/rooms/{room}/photos/{photo}", photos.edit_photo, methods=["PATCH"]),
    Route("/api/rooms/{room}/photos/{photo}", photos.remove_photo, methods=["DELETE"]),
]
