"""The routes of the pages."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from tablee.pages import bringing, calendar, console, desk, doors, kits, shared, shelf

routes: list[BaseRoute] = [
    Route("/", doors.home, methods=["GET", "POST"]),
    Route("/a/{code}", doors.door, methods=["GET", "POST"]),
    Route("/a/{code}/agenda.ics", calendar.calendar),
    Route("/i", doors.invitation),
    Route("/creer", desk.create, methods=["GET", "POST"]),
    Route("/creer/entrainement", desk.rehearse, methods=["POST"]),
    Route("/creer/reprendre", bringing.bring_back, methods=["GET", "POST"]),
    Route("/organisation/{workshop}", desk.organisation, methods=["GET", "POST"]),
    Route("/organisation/{workshop}/feuille", desk.join_sheet),
    Route("/organisation/{workshop}/partage.svg", desk.shared_code),
    Route("/animation/{workshop}", console.animation),
    Route("/lecture/{token}", shared.reading),
    Route("/gabarits", kits.gallery),
    Route("/gabarits/{kit}", kits.kit),
    Route("/guide", shelf.guide),
    Route("/credits", shelf.sources),
    Route("/confidentialite", shelf.privacy, methods=["GET", "POST"]),
    Route("/accessibilite", shelf.accessibility),
]
