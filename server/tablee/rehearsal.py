"""A ready workshop to look at: « Trajets communs », a rural car-sharing commons, with a few notes."""

from __future__ import annotations

import secrets

from tablee.live.hub import Hub
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.identity import new_id, show_code
from tablee.model.workshop import group_rooms
from tablee.sync.document import insert_note

PEOPLE = (
    ("Nadia", "CC du Haut-Orme", "ciel"),
    ("Joris", "CC du Haut-Orme", "pivoine"),
    ("Yann", "Roulibre", "abricot"),
    ("Soazig", "Vélo & Villages", "mousse"),
    ("Hélène", "Agence d'urbanisme", "lavande"),
    ("Karim", "Labo Mobilités", "lagon"),
)
NOTES = (  # zone, who, place, text
    ("contributions", "Soazig", (0.0, 0.0), "Signaler un arrêt dangereux"),
    ("contributions", "Yann", (1.0, 0.0), "Connecteur covoiturage"),
    ("contributions", "Nadia", (0.0, 0.8), "Relire avec les mairies"),
    ("returns", "Nadia", (0.0, 0.0), "Une carte pour convaincre, à jour chaque mois"),
    ("community", "Yann", (0.0, 0.0), "Deux opérateurs concurrents autour de la même carte"),
    ("community", "Soazig", (1.0, 0.0), "Il manque une voix des transporteurs"),
    ("community", "Karim", (0.0, 0.8), "Le Labo garantit la méthode"),
    ("rules", "Nadia", (0.0, 0.0), "Réunion tous les quinze jours, compte rendu public"),
    ("rules", "Joris", (1.0, 0.0), "Qui ne répond pas en dix jours laisse faire"),
)
BOARD = "sheet2.verso"


async def prepare_rehearsal(workshops: Workshops, hub: Hub, base: str) -> list[str]:
    """Make the workshop; -> lines to print, with its links."""
    created = await workshops.create(
        NewWorkshop(
            "Trajets communs",
            "Un outil libre pour comprendre les mobilités des territoires peu denses",
            "fr",
            "half_day_210",
            ("Hêtre", "Saule"),
            people_may_choose_group=True,
            organiser="Inès",
        )
    )
    made = created.workshop
    people = {}
    for name, structure, colour in PEOPLE:
        joined = await workshops.join(
            code=made.code, name=name, stakeholder=structure, colour=colour, group="g1"
        )
        people[name] = joined.person
    room = await hub.open(group_rooms(made.id, "g1")["exploration"])
    for at, (zone, name, place, text) in enumerate(NOTES):
        person = people[name]
        await room.change(
            person.id,
            insert_note(
                new_id(secrets.randbelow, "n", 12),
                {
                    "board": BOARD,
                    "zone": zone,
                    "kind": "note",
                    "place": list(place),
                    "order": f"a{at:02d}",
                    "colour": person.colour,
                    "text": text,
                    "by": person.id,
                    "at": hub.now(),
                },
            ),
        )
    return [
        "",
        f"A rehearsal workshop is ready: « {made.title} », code {show_code(made.code)}",
        f"  take part      {base}/a/{show_code(made.code)}",
        *(f"  {role:13}  {base}/i#{token}" for role, token in created.invitations.items()),
        "Stop with Ctrl+C.",
    ]
