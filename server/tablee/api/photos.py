"""`/api/rooms/{room}/photos…`: photos of paper on the boards of a room."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from tablee.api.problems import json_response, read_body
from tablee.api.rooms import seat_of
from tablee.errors import Forbidden, Invalid
from tablee.live.photos import Photos, missing, no_form, too_large, too_slow
from tablee.live.uploads import Refusals, sent
from tablee.model.workshop import may_write_in
from tablee.store.photos import Size

RECEIVE_S = 120
"""A phone on a poor network takes a minute for a photo that was not made lighter."""
REFUSALS = Refusals(missing, no_form, too_slow, too_large)
SIZES: Mapping[str, Size] = {"large": "large", "small": "small"}
HEADERS = {
    # whatever it is, a browser shows it as an image and runs nothing of it
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "content-disposition": 'inline; filename="photo.jpg"',
    "cache-control": "no-store",
}


def _photos(request: Request) -> Photos:
    photos: Photos = request.app.state.tablee.photos
    return photos


async def list_photos(request: Request) -> Response:
    room, _, _ = await seat_of(request)
    found = await _photos(request).all(room, request.query_params.get("board"))
    return json_response({"photos": [photo.as_json() for photo in found]})


async def add_photo(request: Request) -> Response:
    room, workshop, person = await seat_of(request)
    if not may_write_in(workshop, person, room):
        raise Forbidden("role.read_only", "Vous êtes ici pour lire : vous ne pouvez pas écrire.")
    board = request.query_params.get("board", "")
    photos = _photos(request)
    photos.check(workshop, person, room, board)  # before any of it is read
    with photos.receiving(person):
        file = await sent(request, photos.most_bytes, REFUSALS, RECEIVE_S)
    photo = await photos.add(workshop, person, room, board, file.data)
    return json_response(photo.as_json(), 201, {"location": f"/api/rooms/{room}/photos/{photo.id}"})


async def show_photo(request: Request) -> Response:
    room, _, _ = await seat_of(request)
    size = request.query_params.get("size", "large")
    if size not in SIZES:
        raise Invalid("photo.size", "La taille d'une photo est « large » ou « small ».", field="size")
    data = await _photos(request).bytes_of(room, request.path_params["photo"], SIZES[size])
    return Response(data, 200, HEADERS, "image/jpeg")


async def edit_photo(request: Request) -> Response:
    room, workshop, person = await seat_of(request)
    body = await read_body(request)
    if not may_write_in(workshop, person, room):
        raise Forbidden("role.read_only", "Vous êtes ici pour lire : vous ne pouvez pas écrire.")
    photo = request.path_params["photo"]
    changed = await _photos(request).caption(workshop, person, room, photo, body.get("caption"))
    return json_response(changed.as_json())


async def remove_photo(request: Request) -> Response:
    room, workshop, person = await seat_of(request)
    if not may_write_in(workshop, person, room):
        raise Forbidden("role.read_only", "Vous êtes ici pour lire : vous ne pouvez pas écrire.")
    await _photos(request).drop(workshop, person, room, request.path_params["photo"])
    return Response(status_code=204)
