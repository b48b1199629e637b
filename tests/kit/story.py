"""A workshop in the middle of its afternoon: « Trajets communs », as in the mock-ups of the design.

Six people of one group write over real sockets, each in their own name; who looks at it comes in a browser.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from pycrdt import Map, Text
from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server

PEOPLE = (
    ("Nadia Benali", "Haut-Orme", "ciel"),
    ("Joris Adam", "Haut-Orme", "pivoine"),
    ("Yann Le Goff", "Roulibre", "abricot"),
    ("Soazig Morvan", "Vélo & Villages", "mousse"),
    ("Hélène Picard", "Agence d’urbanisme", "lavande"),
    ("Karim Tazi", "Labo Mobilités", "lagon"),
)
LONG = (
    "Sortir de « un bureau d’études, un fichier, un oubli » : garder la main d’une étude à l’autre, pouvoir "
    "rejouer les calculs à chaque changement de ligne, et surtout ne plus payer trois fois le même comptage "
    "parce que personne ne sait où sont les données ni avec quelle méthode elles ont été redressées en 2019."
)
# board, zone, who, text, cluster, likes
RECTO = "sheet2.recto"
NOTES: tuple[tuple[str, str, str, str, str, int], ...] = (
    (RECTO, "brings", "Nadia", "Comptages de 14 lignes de cars, 2019 à 2025", "", 4),
    (RECTO, "brings", "Nadia", "Les retours des secrétaires de 32 mairies", "", 5),
    (RECTO, "brings", "Joris", "Trois villages pilotes dès septembre", "", 0),
    (RECTO, "expects", "Nadia", "Un diagnostic lisible en vingt minutes", "", 3),
    (RECTO, "expects", "Joris", "Se comparer à trois territoires voisins", "", 0),
    (RECTO, "expects", "Nadia", LONG, "", 0),
    (RECTO, "means", "Nadia", "0,2 ETP, chargée de mission, jusqu’à fin 2027", "", 0),
    (RECTO, "means", "Joris", "8 000 € par an votés au budget mobilité", "", 1),
    (RECTO, "means", "Nadia", "SIG intercommunal, fonds de plan et serveur", "", 0),
    (RECTO, "role", "Nadia", "Aujourd’hui : relayer les besoins de 32 mairies", "", 2),
    (RECTO, "role", "Joris", "Demain : animer le cercle d’usage", "", 0),
    (
        RECTO,
        "decisions",
        "Nadia",
        "Aucune trace individuelle de déplacement : des agrégats, rien d’autre",
        "",
        5,
    ),
    (RECTO, "decisions", "Joris", "Code et méthode restent libres", "", 3),
    ("sheet2.verso", "contributions", "Soazig", "Signaler un arrêt dangereux", "Usage", 4),
    ("sheet2.verso", "contributions", "Nadia", "Relire avec les mairies", "Usage", 2),
    ("sheet2.verso", "contributions", "Yann", "Connecteur covoiturage", "Technique", 3),
    ("sheet2.verso", "contributions", "Karim", "Temps d’accès à vélo, testé", "Technique", 2),
    ("sheet2.verso", "returns", "Nadia", "Une carte pour convaincre, à jour chaque mois", "", 0),
    ("sheet2.verso", "community", "Yann", "Deux opérateurs concurrents autour de la même carte", "", 2),
    ("sheet2.verso", "community", "Soazig", "Il manque une voix des transporteurs", "", 5),
    ("sheet2.verso", "community", "Karim", "Le Labo garantit la méthode", "", 0),
    ("sheet2.verso", "rules", "Nadia", "Réunion tous les quinze jours, compte rendu public", "Rythme", 5),
    ("sheet2.verso", "rules", "Joris", "Qui ne répond pas en dix jours laisse faire", "Rythme", 3),
    ("sheet2.verso", "rules", "Soazig", "Un point fixe par trimestre avec les mairies", "Rythme", 0),
    (
        "sheet2.verso",
        "rules",
        "Nadia",
        "Toute évolution passe par une demande écrite, visible de toutes les structures",
        "Décisions",
        5,
    ),
    ("sheet2.verso", "rules", "Hélène", "On ne vote qu’en dernier recours", "Décisions", 4),
    ("governance", "mission", "Nadia", "Une charte d’une page, lisible sans jargon", "", 1),
    ("governance", "mission", "Soazig", "Servir d’abord les trajets du quotidien", "", 0),
    ("governance", "needs", "Joris", "Comment savoir où l’on renonce à se déplacer ?", "", 0),
    ("governance", "needs", "Nadia", "Comment comparer sans bureau d’études ?", "", 2),
    ("governance", "resources", "Yann", "Code du calcul : AGPL, dépôt public", "", 0),
    ("governance", "resources", "Nadia", "Comptages 2019 à 2025 : droits à clarifier", "", 0),
    ("governance", "contributions", "Soazig", "Registre des apports", "", 0),
    ("governance", "contributions", "Karim", "Merci public à chaque version", "", 0),
    ("governance", "participation", "Joris", "Deux relais par territoire", "", 0),
    ("governance", "participation", "Hélène", "Accueil en binôme", "", 0),
    ("governance", "rules", "Soazig", "Une structure, une voix", "", 6),
    ("governance", "watch", "Yann", "Deux opérateurs concurrents sur la même carte", "", 0),
    ("governance", "watch", "Karim", "Une seule personne sait déployer", "", 0),
    ("governance", "actions", "Yann", "Ouvrir le dépôt et le calendrier des versions", "", 0),
    ("governance", "actions", "Nadia", "Rédiger les statuts", "", 0),
    ("governance", "h6m", "Nadia", "Statuts votés, dépôt ouvert", "", 0),
    ("governance", "h6m", "Joris", "Trois territoires actifs", "", 0),
    ("governance", "h2y", "Karim", "Une personne salariée à plusieurs", "", 0),
    ("governance", "h5y", "Hélène", "Une SCIC avec un collège d’usage", "", 0),
)
FOLDED = 280
WIDE = ("contributions", "participation", "h6m", "h2y", "h5y")
"""Zones of the canvas for two notes side by side."""
COMMENTS = (  # text of the note begins with, who, text
    ("8 000 €", "Yann", "Vos 8 000 € couvrent-ils l’hébergement ?"),
    ("Deux opérateurs concurrents autour", "Nadia", "Les inviter ensemble ?"),
    ("Qui ne répond pas", "Hélène", "Dix jours ouvrés ?"),
)


@dataclass
class Story:
    """The workshop, who sits in it by first name, and notes by how their text begins."""

    server: Server
    workshop: dict[str, Any]
    seats: dict[str, Seat]
    notes: dict[str, str]

    def board(self, board: str) -> str:
        """With the stakeholder of Nadia, for a recto."""
        return f"{board}/{self.seats['Nadia'].person['stakeholder']}" if board.endswith("recto") else board

    def address(self, board: str = "sheet2.verso") -> str:
        return f"{self.server.base}/atelier/{self.workshop['id']}?board={self.board(board)}"

    def note(self, beginning: str) -> str:
        return next(note for text, note in self.notes.items() if text.startswith(beginning))

    def room(self, board: str) -> str:
        kind = "convergence" if board in ("governance", "economic") else "exploration"
        room: str = self.workshop["groups"][0]["rooms"][kind]
        return room


async def tell(server: Server) -> Story:
    """Make the workshop and write in it."""
    workshop = server.create(
        title="Trajets communs",
        commons="Un outil libre pour comprendre les mobilités des territoires peu denses",
        groups=["Hêtre"],
        organiser="Inès Caradec",
    )
    seats = {}
    for name, structure, colour in PEOPLE:
        seats[name.split()[0]] = server.join(workshop, name, stakeholder=structure, colour=colour)
    story = Story(server, workshop, seats, {})
    _open(story)
    for room in ("exploration", "convergence"):
        async with everybody(story, workshop["groups"][0]["rooms"][room]) as around:
            await _write(story, around, {"convergence": ("governance",)}.get(room, (RECTO, "sheet2.verso")))
    return story


def _open(story: Story) -> None:
    """The workshop is at the second sheet, which the group writes together."""
    path = f"/api/workshops/{story.workshop['id']}"
    token = story.workshop["token"]
    steps = story.server.call("GET", path, token=token).json["agenda"]["steps"]
    step = next(step["id"] for step in steps if step["board"] == "sheet2.verso")
    answer = story.server.call("POST", f"{path}/commands", {"type": "step.go", "step": step}, token=token)
    assert answer.status == 200, answer.body


@contextlib.asynccontextmanager
async def everybody(story: Story, room: str) -> AsyncIterator[dict[str, Participant]]:
    async with contextlib.AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(participant(story.server, seat, room=room))
            for name, seat in story.seats.items()
        }


async def _write(story: Story, around: dict[str, Participant], boards: tuple[str, ...]) -> None:
    mine = [line for line in NOTES if line[0] in boards]
    clusters: dict[tuple[str, str], str] = {}
    written: dict[str, Participant] = {}
    places = _places(mine)
    for number, (board, zone, who, text, cluster, _) in enumerate(mine):
        name = (zone, cluster)
        if cluster and name not in clusters:
            clusters[name] = f"c{len(clusters):011d}"
            around[who].doc.get("clusters", type=Map)[clusters[name]] = Map(
                {"board": board, "zone": zone, "title": cluster}
            )
        note = f"n{len(story.notes):012d}"
        story.notes[text] = note
        written[note] = around[who]
        fields: dict[str, Any] = {
            "board": story.board(board),
            "zone": zone,
            "kind": "note",
            "place": places[text],
            "order": f"a{number:03d}",
            "colour": story.seats[who].person["colour"],
            "text": Text(text),
            "by": story.seats[who].person["id"],
            "at": 1_773_300_000_000 + number * 60_000,
            "fields": Map({}),
        }
        if cluster:
            fields["cluster"] = clusters[name]
        around[who].notes[note] = Map(fields)
    for one in around.values():
        await one.all_saved()
        await one.until(lambda one=one: written.keys() <= one.content().keys(), "everybody's notes")
    await _talk(story, around, mine)


def _places(mine: list[Any]) -> dict[str, list[float]]:
    """Notes in rows from top to bottom of their zone, each group of them from a row of its own."""
    places = {}
    for board, zone in dict.fromkeys(line[:2] for line in mine):
        columns = 1 if board == "governance" and zone not in WIDE else 2
        rows: list[list[str]] = []
        last = ""
        for text, cluster in [line[3:5] for line in mine if line[:2] == (board, zone)]:
            if not rows or len(rows[-1]) == columns or cluster != last:
                rows.append([])
            rows[-1].append(text)
            last = cluster
        long = [text for row in rows for text in row if len(text) > FOLDED]
        if long:  # a folded note is as high as its zone: the others stand in the other column
            rows = [[text] for row in rows for text in row if text not in long]
            places |= {text: [1.0, 0.0] for text in long}
        first = 0.16 if last else 0.0  # under the title of a group
        for at, row in enumerate(rows):
            y = first + (1 - first) * at / max(1, len(rows) - 1)
            places |= {text: [float(column), round(y, 2)] for column, text in enumerate(row)}
    return places


async def _talk(story: Story, around: dict[str, Participant], mine: list[Any]) -> None:
    for _, _, who, text, _, likes in mine:
        for liker in [name for name in around if name != who][:likes]:
            key = f"{story.notes[text]}.{story.seats[liker].person['id']}"
            around[liker].doc.get("reactions", type=Map)[key] = Map({"at": 1})
    texts = {line[3] for line in mine}
    for number, (beginning, who, words) in enumerate(COMMENTS):
        if not any(text.startswith(beginning) for text in texts):
            continue
        key = f"{story.note(beginning)}.{story.seats[who].person['id']}.{number:08d}"
        around[who].doc.get("comments", type=Map)[key] = Map({"text": words, "at": 1})
    for one in around.values():
        await one.all_saved()


def told(server: Server) -> Story:
    """`tell`, where a loop may be running already: Playwright has one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(tell(server))).result()


@pytest.fixture(scope="session")
def story(server: Server) -> Story:
    """For tests that read it, and write nothing that others would miss."""
    return told(server)
