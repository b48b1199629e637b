"""`/api/kits`: kits of templates that people adapt, publish, pass on as one file and bring in again.

The secret of a kit opens it for changes: as a bearer, or from the cookie that keeps it in a browser.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tablee.api.problems import json_response, read_body, read_raw
from tablee.errors import Invalid, Unauthenticated
from tablee.live.kit_words import attribution_of
from tablee.live.kits import Held, Kits
from tablee.live.session import address_of, bearer, forget_kit, kit_secret, set_kit
from tablee.model.kits.document import MOST_BYTES, ROOT, as_file
from tablee.words import LANGUAGES, Language

MOST_REQUEST = MOST_BYTES + 20_000


def kits_of(request: Request) -> Kits:
    kits: Kits = request.app.state.tablee.kits
    return kits


def _language(request: Request) -> Language:
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def _named(request: Request) -> tuple[str, str | None]:
    """The kit of the address, and the secret that came with the request."""
    kit = request.path_params["kit"]
    return kit, kit_secret(request, kit)


async def _body(request: Request, *names: str) -> dict[str, Any]:
    body = await read_body(request, MOST_REQUEST)
    for name in body:
        if name not in names:
            raise Invalid("body.field", "Ce champ n'est pas attendu.", field=name)
    return body


async def gallery(request: Request) -> Response:
    """What is published, the shipped kit first. `derived_from` of each makes the family tree."""
    shown = await kits_of(request).gallery()
    listed = [
        {
            "id": one.document.id,
            "version": one.document.version,
            "lang": one.document.lang,
            "titles": one.document.titles,
            "license": one.document.license,
            "authors": one.document.authors,
            "changes": one.document.changes,
            "counts": one.document.counts,
            "created": one.document.created,
            "published_at": one.published_at,
            "derived_from": one.document.derived_from,
            "digest": one.digest,
        }
        for one in shown
    ]
    return json_response({"root": ROOT, "kits": listed})


async def duplicate(request: Request) -> Response:
    body = await _body(request, "from", "titles")
    parent, titles = body.get("from", ROOT), body.get("titles")
    if not isinstance(parent, str):
        raise Invalid("kit.unknown", "Ce jeu de gabarits n'existe pas, ou n'est pas publié.", field="from")
    if titles is not None and not (
        isinstance(titles, dict) and all(isinstance(text, str) for text in titles.values())
    ):
        raise Invalid("kit.title", "Donnez un titre au jeu de gabarits.", field="titles")
    held, secret = await kits_of(request).duplicate(
        parent, kit_secret(request, parent), address_of(request), titles
    )
    return _created(request, held, secret)


async def bring_in(request: Request) -> Response:
    """A file made by any instance; `detail` and `place` say what is wrong with it, and where."""
    raw = await read_raw(request, MOST_BYTES)
    held, secret = await kits_of(request).bring_in(raw, address_of(request))
    return _created(request, held, secret)


def _created(request: Request, held: Held, secret: str) -> Response:
    response = json_response(
        {"id": held.id, "secret": secret, "revision": held.revision, "kit": held.document},
        201,
        {"location": f"/api/kits/{held.id}"},
    )
    set_kit(response, request, held.id, secret)
    return response


async def show(request: Request) -> Response:
    kits = kits_of(request)
    return json_response(await kits.as_json(await kits.find(*_named(request)), _language(request)))


async def edit(request: Request) -> Response:
    """`revision` is the one that was changed; everything that `kit` leaves out stays as it is."""
    body = await _body(request, "revision", "kit")
    kits = kits_of(request)
    held = await kits.edit(*_named(request), body.get("revision"), body.get("kit"))
    return json_response({"revision": held.revision, **await kits.checked(held, _language(request))})


async def check(request: Request) -> Response:
    """The same as an edit, with nothing stored."""
    body = await _body(request, "kit")
    language = _language(request)
    return json_response(
        await kits_of(request).check(*_named(request), body.get("kit"), address_of(request), language)
    )


async def publish(request: Request) -> Response:
    body = await _body(request, "revision", "changes", "authors")
    kits = kits_of(request)
    held = await kits.publish(
        *_named(request), body.get("revision"), body.get("changes"), body.get("authors")
    )
    answer = await kits.as_json(held, _language(request))
    return json_response({**answer, "attribution": attribution_of(held.document)})


async def unpublish(request: Request) -> Response:
    kits = kits_of(request)
    return json_response(await kits.as_json(await kits.unpublish(*_named(request)), _language(request)))


async def delete(request: Request) -> Response:
    kit, secret = _named(request)
    await kits_of(request).delete(kit, secret)
    response = Response(status_code=204)
    forget_kit(response, request, kit)
    return response


async def download(request: Request) -> Response:
    """The kit as one file, to pass on."""
    document = (await kits_of(request).find(*_named(request))).document
    name = f"{document.id}-{document.version}.json"
    return Response(
        as_file(document),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def drawing(request: Request) -> Response:
    """A board as it is printed, to be shown elsewhere: `?board=sheet2.verso`."""
    kits = kits_of(request)
    document = (await kits.find(*_named(request))).document
    drawn = await kits.drawn(document, request.query_params.get("board", ""), _language(request))
    return Response(drawn, media_type="image/svg+xml")


async def enter(request: Request) -> Response:
    """Keep the secret of a link in a cookie that no script reads."""
    kit = request.path_params["kit"]
    secret = bearer(request)
    if secret is None:
        raise Unauthenticated("kit.secret_missing", "Ce lien de modification est incomplet.")
    await kits_of(request).own(kit, secret)
    response = Response(status_code=204)
    set_kit(response, request, kit, secret)
    return response


kit_routes: list[BaseRoute] = [
    Route("/api/kits", gallery, methods=["GET"]),
    Route("/api/kits", duplicate, methods=["POST"]),
    Route("/api/kits/import", bring_in, methods=["POST"]),
    Route("/api/kits/{kit}", show, methods=["GET"]),
    Route("/api/kits/{kit}", edit, methods=["PUT"]),
    Route("/api/kits/{kit}", delete, methods=["DELETE"]),
    Route("/api/kits/{kit}/check", check, methods=["POST"]),
    Route("/api/kits/{kit}/publish", publish, methods=["POST"]),
    Route("/api/kits/{kit}/unpublish", unpublish, methods=["POST"]),
    Route("/api/kits/{kit}/enter", enter, methods=["POST"]),
    Route("/api/kits/{kit}/kit.json", download, methods=["GET"]),
    Route("/api/kits/{kit}/board.svg", drawing, methods=["GET"]),
]
