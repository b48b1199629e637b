"""Pages to read: templates, guide, credits, privacy, accessibility."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tablee import __version__
from tablee.live.session import who
from tablee.model.workshop import LEADERS
from tablee.pages.i18n import language_of
from tablee.pages.render import render
from tablee.pages.seats import seats_of

STATEMENT_OF = datetime(2026, 11, 22, tzinfo=UTC)
"""When the accessibility statement was last written or read again."""


async def guide(request: Request) -> Response:
    catalogue = request.app.state.tablee.catalogue
    language = language_of(request)
    agendas = [
        (agenda.titles[language], agenda.minutes, [(s.titles[language], s.minutes) for s in agenda.steps])
        for agenda in catalogue.agendas.values()
    ]
    links = [(link, link.text[language]) for link in catalogue.guide.links]
    led = [seat.workshop for seat in await seats_of(request) if seat.person.role in LEADERS]
    return render(
        request,
        "guide.html",
        headers={"cache-control": "no-store"},
        agendas=agendas,
        links=links,
        led=led,
    )


async def sources(request: Request) -> Response:
    catalogue = request.app.state.tablee.catalogue
    return render(request, "credits.html", attribution=catalogue.attribution[language_of(request)])


async def privacy(request: Request) -> Response:
    """What is kept of anybody, and of who reads it here: their places, by the cookies of this browser.

    A POST says whether one is named among those who contributed to a workshop.
    """
    tablee = request.app.state.tablee
    if request.method == "POST":
        form = await request.form()
        session, _, _ = await who(request, str(form.get("workshop", ""))[:32] or None)
        await tablee.commands.run(session, {"type": "person.credit", "credited": "credited" in form})
        return RedirectResponse("/confidentialite#vous", 303)
    return render(
        request,
        "confidentialite.html",
        headers={"cache-control": "no-store"},
        days=tablee.settings.retention_days,
        most_days=tablee.workshops.most_days,
        seats=await seats_of(request),
    )


async def accessibility(request: Request) -> Response:
    written = int(STATEMENT_OF.timestamp() * 1000)
    return render(request, "accessibilite.html", written=written, version=__version__)
