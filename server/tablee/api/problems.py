"""Answers of the JSON interface: bodies in, `application/problem+json` out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tablee.errors import Invalid, Refused

MAX_BODY = 64 * 1024
Handler = Callable[[Request], Awaitable[Response]]


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(value), status, headers, "application/json")


def problem(
    status: int, key: str, detail: str, field: str | None = None, more: Mapping[str, Any] | None = None
) -> Response:
    body: dict[str, Any] = {
        **(more or {}),
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "key": key,
    }
    if field is not None:
        body["field"] = field
    return Response(msgspec.json.encode(body), status, None, "application/problem+json")


def refusal(error: Refused, translate: Callable[[str], str]) -> Response:
    return problem(error.status, error.key, translate(error.sentence), error.field, error.more)


async def read_raw(request: Request, most: int) -> bytes:
    """The bytes of a request, at most so many. Raises `Invalid`."""
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > most:
            raise Invalid("body.too_large", "Cette demande est trop grande.")
    return raw


async def read_body(request: Request, most: int = MAX_BODY) -> dict[str, Any]:
    """The JSON object of a request, at most 64 kB unless more is said. Raises `Invalid`."""
    raw = await read_raw(request, most)
    try:
        body = msgspec.json.decode(raw) if raw else {}
    except (msgspec.DecodeError, ValueError, RecursionError):  # ValueError: not UTF-8
        raise Invalid("body.not_json", "La demande n'est pas du JSON.") from None
    if not isinstance(body, dict):
        raise Invalid("body", "La requête attend un objet JSON.")
    return body
