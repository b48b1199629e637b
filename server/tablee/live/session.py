"""Who a request comes from: the session's token in a cookie or a bearer header, and where it may come from.

Cookies hold the token itself; the store only knows its hash. One cookie per workshop, so that an
organiser can try the participants' door in the same browser, and one for the latest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from tablee.errors import Forbidden, NotFound, Unauthenticated
from tablee.live.records import Session
from tablee.live.workshops import Workshops
from tablee.model.workshop import Person, Workshop
from tablee.settings import Settings

KIT_KEPT_S = 31_536_000
"""How long a browser keeps the secret of a kit: the link opens it again after that."""
MOST_KITS_HELD = 20
"""Of such secrets in one browser: they come with every request, and servers take some kilobytes."""


def is_secure(connection: HTTPConnection) -> bool:
    settings: Settings = connection.app.state.tablee.settings
    if settings.public_url is not None:
        return settings.public_url.startswith("https://")
    return connection.url.scheme in ("https", "wss")


def cookie_name(secure: bool, workshop_id: str | None = None) -> str:
    name = "tablee" if workshop_id is None else f"tablee-{workshop_id}"
    return "__Host-" + name if secure else name


def reentry_cookie(secure: bool, workshop_id: str) -> str:
    """Where the browser keeps its re-entry code, of which the store has the digest only."""
    return cookie_name(secure, workshop_id) + "-return"


def remembered_by(connection: HTTPConnection) -> Callable[[str], str | None]:
    """Gives the re-entry code that the browser of this request keeps for a workshop."""
    secure = is_secure(connection)
    return lambda workshop_id: connection.cookies.get(reentry_cookie(secure, workshop_id))


def set_session(response: Response, request: Request, workshop: Workshop, token: str) -> None:
    """Remember the session in this browser until the workshop is erased."""
    secure = is_secure(request)
    max_age = max(60, workshop.expires_at // 1000 - int(time.time()))
    for name in (cookie_name(secure), cookie_name(secure, workshop.id)):
        response.set_cookie(
            name, token, max_age=max_age, path="/", httponly=True, samesite="lax", secure=secure
        )


def renew_session(response: Response, request: Request, workshop: Workshop) -> None:
    """Let the cookies of this workshop last as long as it does, where its end was moved since."""
    secure = is_secure(request)
    max_age = max(60, workshop.expires_at // 1000 - int(time.time()))
    for name in (cookie_name(secure, workshop.id), reentry_cookie(secure, workshop.id)):
        held = request.cookies.get(name)
        if held is not None:
            response.set_cookie(
                name, held, max_age=max_age, path="/", httponly=True, samesite="lax", secure=secure
            )


def forget_session(response: Response, request: Request, workshop_id: str) -> None:
    secure = is_secure(request)
    for name in (cookie_name(secure), cookie_name(secure, workshop_id)):
        response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=secure)


def kit_cookie(secure: bool, kit: str) -> str:
    """Where the browser keeps the secret of a kit; its name tells it from that of a workshop."""
    return cookie_name(secure, f"kit-{kit}")


def kit_secret(connection: HTTPConnection, kit: str) -> str | None:
    """The secret with which this request comes to a kit. A bearer goes before the cookie."""
    return bearer(connection) or connection.cookies.get(kit_cookie(is_secure(connection), kit))


def set_kit(response: Response, request: Request, kit: str, secret: str) -> None:
    secure = is_secure(request)
    held = [name for name in request.cookies if name.startswith(kit_cookie(secure, ""))]
    # a browser names the oldest first; the link of a kit that is forgotten here still opens it
    for name in held[: max(0, len(held) - MOST_KITS_HELD + 1)]:
        if name != kit_cookie(secure, kit):
            response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=secure)
    response.set_cookie(
        kit_cookie(secure, kit),
        secret,
        max_age=KIT_KEPT_S,
        path="/",
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def forget_kit(response: Response, request: Request, kit: str) -> None:
    secure = is_secure(request)
    response.delete_cookie(kit_cookie(secure, kit), path="/", httponly=True, samesite="lax", secure=secure)


def bearer(connection: HTTPConnection) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def has_cookie(connection: HTTPConnection) -> bool:
    return any(
        name.removeprefix("__Host-").startswith("tablee") and name.removeprefix("__Host-") != "tablee-lang"
        for name in connection.cookies
    )


async def find_session(connection: HTTPConnection, workshop_id: str | None = None) -> Session | None:
    """The session of this request, for a workshop when one is named. A bearer header goes before cookies."""
    workshops: Workshops = connection.app.state.tablee.workshops
    token = bearer(connection)
    if token is not None:
        session = await workshops.session(token)
        return session if session and workshop_id in (None, session.workshop) else None
    secure = is_secure(connection)
    names = ([cookie_name(secure, workshop_id)] if workshop_id else []) + [cookie_name(secure)]
    for name in names:
        session = await workshops.session(connection.cookies.get(name))
        if session is not None and workshop_id in (None, session.workshop):
            return session
    return None


async def who(connection: HTTPConnection, workshop_id: str | None = None) -> tuple[Session, Workshop, Person]:
    """The session, its workshop and its person. Raises `Unauthenticated`, `Forbidden` or `NotFound`."""
    workshops: Workshops = connection.app.state.tablee.workshops
    session = await find_session(connection, workshop_id)
    if session is None:
        if workshop_id is not None and await find_session(connection) is not None:
            raise Forbidden("workshop.not_yours", "Cette session n'ouvre pas cet atelier.")
        raise Unauthenticated(
            "session.unknown",
            "Votre session est inconnue ou terminée. Reprenez place avec le code de l'atelier.",
        )
    workshop = await workshops.by_id(session.workshop)
    if workshop is None:
        raise NotFound("workshop.gone", "Cet atelier a été effacé.")
    return session, workshop, person_of(session, workshop)


async def source_of(connection: HTTPConnection, clone: str | None) -> Workshop | None:
    """The workshop that shall be cloned, of which this session is an organiser's. Raises `Refused`."""
    if not clone:
        return None
    _, workshop, person = await who(connection, clone)
    if person.role != "organiser":
        raise Forbidden("clone.not_yours", "Seule la personne qui organise un atelier le reprend.")
    return workshop


def person_of(session: Session, workshop: Workshop) -> Person:
    """Raises `Unauthenticated` when they were removed or the session is over."""
    person = session.person_in(workshop)
    if person is None:
        raise Unauthenticated(
            "session.ended", "Votre session est terminée. Reprenez place avec le code de l'atelier."
        )
    return person


def address_of(connection: HTTPConnection) -> str:
    """Whom to count. Of IPv6 it is the network: who has one address there has all 2^64."""
    host = connection.client.host if connection.client else ""
    try:
        address = IPv6Address(host)
    except ValueError:
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Address(address.packed[:8] + bytes(8)))


def is_same_origin(connection: HTTPConnection) -> bool:
    """Whether the page behind this request is ours. Browsers set these headers; scripts of pages cannot."""
    fetched_from = connection.headers.get("sec-fetch-site")
    if fetched_from == "same-origin":
        return True
    origin = connection.headers.get("origin")
    if origin is None:
        return fetched_from == "none"
    return origin.lower() in allowed_origins(connection)


def allowed_origins(connection: HTTPConnection) -> set[str]:
    settings: Settings = connection.app.state.tablee.settings
    allowed = set(settings.origins)
    if settings.public_url is not None:
        allowed.add(settings.public_url)
    else:
        scheme = "https" if connection.url.scheme in ("https", "wss") else "http"
        allowed.add(f"{scheme}://{urlsplit(str(connection.url)).netloc.lower()}")
    return allowed
