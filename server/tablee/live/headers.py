"""Security headers, the content policy with its nonce, and the Origin guard, as one plain ASGI layer."""

from __future__ import annotations

import secrets

import msgspec
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tablee.live.session import bearer, has_cookie, is_same_origin, is_secure

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COMMON = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def content_policy(nonce: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types lit-html",
        )
    )


class Guard:
    """Refuses unsafe requests from other origins; puts the headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if scope["method"] not in SAFE_METHODS and not _may_change(connection):
            await _refuse(send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["csp_nonce"] = nonce
        secure = is_secure(connection)
        path = scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    # with `no-referrer` a form of this page would be sent with `Origin: null`, and over
                    # plain http on a local network nothing else says that it comes from here
                    headers.setdefault("referrer-policy", "same-origin")
                for name, value in COMMON.items():
                    headers.setdefault(name, value)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("content-security-policy", content_policy(nonce))
                else:
                    headers.setdefault(
                        "content-security-policy", "default-src 'none'; frame-ancestors 'none'"
                    )
                if not path.startswith("/static/"):
                    headers.setdefault("cache-control", "no-store")
                if secure:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _may_change(connection: HTTPConnection) -> bool:
    if bearer(connection) is not None:
        return True  # a page of another origin cannot send this header here
    foreign = "origin" in connection.headers or "sec-fetch-site" in connection.headers
    return is_same_origin(connection) if foreign or has_cookie(connection) else True


async def _refuse(send: Send) -> None:
    body = msgspec.json.encode(
        {
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
            "key": "origin.foreign",
            "detail": "Cette demande vient d'une autre adresse que celle de ce serveur.",
        }
    )
    await send(
        {
            "type": "http.response.start",
            "status": 403,
            "headers": [
                (b"content-type", b"application/problem+json"),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", b"no-store"),
                (b"x-content-type-options", b"nosniff"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
