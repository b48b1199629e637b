"""`/creer/reprendre`: a workshop from its file, with the place of a mistake where there is one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from tablee.errors import Refused
from tablee.live.import_reading import Asked
from tablee.live.importing import Importing
from tablee.live.session import address_of
from tablee.live.uploads import sent
from tablee.pages.desk import created_page, creating
from tablee.pages.i18n import language_of, translator
from tablee.pages.render import render


async def bring_back(request: Request) -> Response:
    """What was there comes back under new links, which are shown once."""
    if request.method == "GET":
        return render(request, "create.html", **(await creating(request))[0])
    importing: Importing = request.app.state.tablee.importing
    language = language_of(request)
    try:
        address = address_of(request)
        await importing.check_pace(address)
        with importing.arriving(address) as take:
            file = await sent(request, importing.most_bytes, take=take)
            with importing.admitted(address):
                found = await importing.read(file.data, Asked(language=language, claimed=file.claimed))
                created = await importing.create(found, address, request.is_disconnected)
    except Refused as refusal:
        context, _ = await creating(request)
        context["bring_failure"] = translator(language).gettext(refusal.sentence)
        context["bring_place"] = refusal.more.get("place")
        return render(request, "create.html", refusal.status, **context)
    return await created_page(request, created, found.counts)
