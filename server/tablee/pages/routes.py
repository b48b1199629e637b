"""The routes of the pages."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from tablee.pages import calendar, console, desk, doors, shelf

routes: list[BaseRoute] = [
    Route("/", doors.home, methods=["GET", "POST"]),
    Route("/a/{code}", doors.door, methods=["GET", "POST"]),
    Route("/a/{code}/agenda.ics", calendar.calendar),
    Route("/i", doors.invitation),
    Route("/creer", desk.create, methods=["GET", "POST"]),
    Route("/creer/entrainement", desk.rehearse, methods=["POST"]),
    Route("/organisation/{workshop}", desk.organisation, methods=["GET", "POST"]),
    Route("/organisation/{workshop}/feuille", desk.join_sheet),
    Route("/animation/{workshop}", console.animation),
    Route("/gabarits", shelf.templates),
    Route("/guide", shelf.guide),
    Route("/credits", shelf.sources),
    Route("/confidentialite", shelf.privacy),
    Route("/accessibilite", shelf.accessibility),
]
