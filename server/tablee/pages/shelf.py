"""Pages to read: templates, guide, credits, privacy, accessibility."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from tablee import __version__
from tablee.pages.i18n import language_of
from tablee.pages.render import render

STATEMENT_OF = datetime(2026, 11, 22, tzinfo=UTC)
"""When the accessibility statement was last written or read again."""


async def templates(request: Request) -> Response:
    catalogue = request.app.state.tablee.catalogue
    language = language_of(request)
    return render(
        request,
        "gabarits.html",
        templates=catalogue.for_browser(language),
        attribution=catalogue.attribution[language],
    )


async def guide(request: Request) -> Response:
    catalogue = request.app.state.tablee.catalogue
    language = language_of(request)
    agendas = [
        (agenda.titles[language], agenda.minutes, [(s.titles[language], s.minutes) for s in agenda.steps])
        for agenda in catalogue.agendas.values()
    ]
    links = [(link, link.text[language]) for link in catalogue.guide.links]
    return render(request, "guide.html", agendas=agendas, links=links)


async def sources(request: Request) -> Response:
    catalogue = request.app.state.tablee.catalogue
    return render(request, "credits.html", attribution=catalogue.attribution[language_of(request)])


async def privacy(request: Request) -> Response:
    return render(request, "confidentialite.html", days=request.app.state.tablee.settings.retention_days)


async def accessibility(request: Request) -> Response:
    written = int(STATEMENT_OF.timestamp() * 1000)
    return render(request, "accessibilite.html", written=written, version=__version__)
