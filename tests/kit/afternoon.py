"""Three groups in the middle of sheet 2, seventeen people online, as on the mock-up of the console.

Used for pictures: everybody holds a socket in a thread of its own, for as long as the block lasts.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.kit.client import participant
from tests.kit.server import Seat, Server

GROUPS: dict[str, tuple[tuple[str, str], ...]] = {
    "Hêtre": (
        ("Nadia Benali", "lead"),
        ("Joris Adam", "contributor"),
        ("Yann Le Goff", "contributor"),
        ("Soazig Morvan", "user"),
        ("Karim Tazi", "contributor"),
        ("Hélène Picard", "user"),
    ),
    "Saule": (
        ("Malik Diop", "lead"),
        ("Aïcha Faure", "contributor"),
        ("Paul Rey", "contributor"),
        ("Lena Brandt", "user"),
        ("Gwen Olier", "user"),
        ("Tomás Silva", "user"),
    ),
    "Aulne": (
        ("Rosa Vidal", "lead"),
        ("Idris Diallo", "contributor"),
        ("Chloé Martin", "contributor"),
        ("Élias Simon", "contributor"),
        ("Fanny Noël", "contributor"),
    ),
}
COLOURS = ("ciel", "pivoine", "abricot", "mousse", "lagon", "lavande")
BOARD = "sheet2.verso"
WRITTEN = (
    ("contributions", "Signaler un arrêt dangereux"),
    ("contributions", "Relire avec les mairies"),
    ("contributions", "Connecteur covoiturage"),
    ("returns", "Une carte pour convaincre, à jour chaque mois"),
    ("returns", "Se comparer à trois territoires voisins"),
    ("community", "Deux opérateurs concurrents autour de la même carte"),
    ("community", "Il manque une voix des transporteurs"),
    ("community", "Le Labo garantit la méthode"),
)
HIDDEN = ("Réunion tous les quinze jours, compte rendu public", "Évolution sur demande écrite")
FORMS = (
    "Association loi 1901\nSimple à lancer, ouverte à toutes les structures.",
    "SCIC\nQuand il y aura des salarié·es et des recettes.",
    "Consortium\nUn contrat entre structures, sans personne morale.",
    "Groupement d’intérêt public\nSolide, mais long à monter.",
)


@dataclass
class Afternoon:
    server: Server
    made: dict[str, Any]
    seats: dict[str, Seat]
    leads: Seat

    def do(self, kind: str, token: str | None = None, **fields: Any) -> dict[str, Any]:
        path = f"/api/workshops/{self.made['id']}/commands"
        answer = self.server.call("POST", path, {"type": kind, **fields}, token=token or self.leads.token)
        assert answer.status == 200, answer.body
        told: dict[str, Any] = answer.json
        return told

    def write(self, name: str, zone: str, text: str, board: str = BOARD) -> None:
        seat = self.seats[name]
        kind = "convergence" if board == "governance" else "exploration"
        group = next(g for g in self.made["groups"] if g["id"] == seat.person["group"])
        answer = self.server.call(
            "POST",
            f"/api/rooms/{group['rooms'][kind]}/notes",
            {"board": board, "zone": zone, "text": text},
            token=seat.token,
        )
        assert answer.status == 201, answer.body


@contextlib.contextmanager
def afternoon(server: Server) -> Iterator[Afternoon]:
    """The workshop at the silent writing of sheet 2, with everybody online until the block ends."""
    made = server.create(
        title="Trajets communs",
        commons="Un outil libre pour comprendre les mobilités des territoires peu denses",
        groups=list(GROUPS),
        organiser="Inès Caradec",
        agenda="half_day_240",
        slot_minutes=250,
        people_may_choose_group=True,
    )
    seats = {}
    for group, people in zip(made["groups"], GROUPS.values(), strict=True):
        for (name, profile), colour in zip(people, COLOURS, strict=False):
            seats[name.split()[0]] = server.join(
                made, name, group=group["id"], colour=colour, profile=profile
            )
    leads = server.join(made, "Bruno Vasseur", invitation=made["invitations"]["facilitator"])
    one = Afternoon(server, made, seats, leads)
    with _online(server, seats):
        for step in ("welcome", "immersion", "round", "s1_je", "s1_nous", "s2_je"):
            one.do("step.go", step=step)
        one.do("step.go", step="s2_nous", timer=True)
        for people in GROUPS.values():
            for number, (zone, text) in enumerate(WRITTEN):
                one.write(people[number % len(people)][0].split()[0], zone, text)
        one.do("writing.silent", board=BOARD, zone="rules")
        for name in ("Nadia", "Joris", "Yann", "Soazig", "Karim", "Rosa", "Idris"):
            for text in HIDDEN[: 2 if name in ("Nadia", "Yann") else 1]:
                one.write(name, "rules", text)
        one.do("board.lock", board=BOARD, zone="costs", minutes=12)
        one.do("hand.raise", token=seats["Malik"].token)
        yield one


@contextlib.contextmanager
def _online(server: Server, seats: dict[str, Seat]) -> Iterator[None]:
    here, over = threading.Event(), threading.Event()

    async def hold() -> None:
        async with contextlib.AsyncExitStack() as stack:
            for seat in seats.values():
                there = await stack.enter_async_context(participant(server, seat))
                shown = {key: seat.person[key] for key in ("id", "name", "colour", "mark")}
                there.show(board=BOARD, user=shown)
            here.set()
            await asyncio.to_thread(over.wait)

    holding = threading.Thread(target=lambda: asyncio.run(hold()), daemon=True)
    holding.start()
    assert here.wait(30), "not everybody came"
    try:
        yield
    finally:
        over.set()
        holding.join(10)
