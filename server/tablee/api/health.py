"""`/healthz`, `/readyz`, `/metrics`: is the process up, can it store, what does it count."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tablee.api.problems import json_response
from tablee.errors import StoreAway
from tablee.live import observe


async def healthz(request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    tablee = request.app.state.tablee
    try:
        await tablee.store.ping()
    except StoreAway:
        return json_response({"ready": False, "why": "the store does not answer"}, 503)
    if tablee.hub.stopping:
        return json_response({"ready": False, "why": "the server is stopping"}, 503)
    return json_response({"ready": True, "durability": tablee.store.durability})


async def metrics(request: Request) -> Response:
    return Response(generate_latest(observe.registry), media_type=CONTENT_TYPE_LATEST)
