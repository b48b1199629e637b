"""What keeps a kit from being used, each with its place: the rules of `model.rules`, for who edits a page.

Those of the shipped kit hold, but for a few: a kit may leave a sheet or a canvas out, declare a language
missing, and leave room on a page. What is only odd is a hint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import Literal

from tablee.model.agendas import ASSIGNED, MODES, PHASES
from tablee.model.kits.document import (
    BOARDS,
    LANGUAGES,
    LICENCE,
    AgendaPart,
    AxisPart,
    BoardPart,
    KitDocument,
    ZonePart,
)
from tablee.model.plan import MINUTES
from tablee.model.rules import (
    AXIS_CHARS,
    PAGE_TITLE_CHARS,
    PROMPT_CHARS,
    RINGS,
    SMALLEST_ZONE_MM,
    ZONE_ID,
    ZONE_TITLE_CHARS,
    ZONE_TYPES,
)
from tablee.model.templates import AXES, CANVASES, NOTE_KINDS, PAGES, Box

LANES = ("stakeholders", "brings", "receives", "viability")
"""Zones of the economic canvas that share their rows."""
AGENDA_TITLE_CHARS, KIT_TITLE_CHARS = 80, 80
ID_CHARS = 40
MOST_ERRORS = 200
"""That are looked for: who has so many begins with the first."""
Level = Literal["error", "hint"]


@dataclass(frozen=True, slots=True)
class Fault:
    """`sentence` goes on after the place: « Fiche 2, verso, zone « Nos règles » : dépasse de… ».

    `part` is what of the place: `box`, `title.fr`, `kinds`, `to`, `axes.x`, `steps.3.minutes`.
    """

    key: str
    sentence: str
    board: str = ""
    zone: str = ""
    agenda: str = ""
    part: str = ""
    values: Mapping[str, str | float] = field(default_factory=dict)
    level: Level = "error"


def faults_of(kit: KitDocument) -> tuple[Fault, ...]:
    """What is wrong with a kit that has its shape: everything, or the first errors of very many."""
    found: list[Fault] = []
    errors = 0
    for fault in chain(_kit(kit), *(_board(board, kit) for board in kit.templates), _agendas(kit)):
        found.append(fault)
        errors += fault.level == "error"
        if errors == MOST_ERRORS:
            break
    return tuple(found)


def blocking(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    return tuple(fault for fault in faults if fault.level == "error")


def _kit(kit: KitDocument) -> Iterator[Fault]:
    if kit.license != LICENCE:
        yield Fault("kit.licence", sentence="la licence doit rester CC-BY-SA-4.0.", part="license")
    if not kit.lang:
        yield Fault("kit.language", sentence="il faut au moins une langue.", part="lang")
    for language in kit.lang:
        if language not in LANGUAGES or kit.lang.count(language) > 1:
            yield Fault("kit.language", sentence="cette langue n'est pas connue.", part="lang")
    yield from _texts(kit.titles, kit.lang, "title", KIT_TITLE_CHARS)
    if not kit.templates:
        yield Fault("kit.boards", sentence="il faut au moins un support.", part="templates")
    seen: set[str] = set()
    for board in kit.templates:
        if board.id not in BOARDS:
            yield Fault("board.unknown", sentence="ce support n'existe pas.", board=board.id)
        if board.id in seen:
            yield Fault("board.twice", sentence="ce support est là deux fois.", board=board.id)
        seen.add(board.id)
        if board.other is not None and board.id in BOARDS and kit.board(board.other) is None:
            yield Fault("board.face", sentence="l'autre face manque.", board=board.id)


def _is_id(text: str) -> bool:
    return len(text) <= ID_CHARS and ZONE_ID.fullmatch(text) is not None


def _texts(
    texts: Mapping[str, str],
    languages: Sequence[str],
    part: str,
    most: int,
    board: str = "",
    zone: str = "",
    agenda: str = "",
) -> Iterator[Fault]:
    for language in languages:
        text = texts.get(language, "").strip()
        at = f"{part}.{language}"
        if not text:
            yield Fault(
                "text.missing",
                sentence="le texte manque dans cette langue.",
                board=board,
                zone=zone,
                agenda=agenda,
                part=at,
            )
        elif len(text) > most:
            yield Fault(
                "text.long",
                sentence="le texte a {n} caractères, {most} au plus tiennent.",
                board=board,
                zone=zone,
                agenda=agenda,
                part=at,
                values={"n": len(text), "most": most},
            )


def _board(board: BoardPart, kit: KitDocument) -> Iterator[Fault]:
    if board.id not in BOARDS:
        return
    yield from _texts(board.titles, kit.lang, "title", PAGE_TITLE_CHARS, board.id)
    if not board.zones:
        yield Fault("board.empty", sentence="il faut au moins une zone.", board=board.id, part="zones")
    ids = [zone.id for zone in board.zones]
    for zone in board.zones:
        if not _is_id(zone.id):
            yield Fault("zone.id", sentence="l'identifiant n'est pas valable.", board=board.id, zone=zone.id)
        if ids.count(zone.id) > 1:
            yield Fault("zone.twice", sentence="cette zone est là deux fois.", board=board.id, zone=zone.id)
        yield from _box(board, zone)
        yield from _zone(board, zone, kit)
    yield from _twins(board, kit)
    yield from _overlaps(board)
    lanes = [lane for lane in LANES if lane in ids]
    if board.id == "economic" and len(lanes) not in (0, len(LANES)):
        yield Fault(
            "board.lanes",
            sentence="les quatre colonnes des parties prenantes vont ensemble.",
            board=board.id,
            part="zones",
        )


def _box(board: BoardPart, zone: ZonePart) -> Iterator[Fault]:
    page = PAGES[board.page]
    x, y, width, height = zone.box

    def fault(key: str, sentence: str, mm: float = 0) -> Fault:
        values = {"mm": round(mm, 1)} if mm else {}
        return Fault(key, sentence, board=board.id, zone=zone.id, part="box", values=values)

    if not all(-1000 < value < 1000 for value in zone.box):  # also what is not a number
        yield fault("box.page", sentence="sort de la page.")
        return
    if width < SMALLEST_ZONE_MM[0] or height < SMALLEST_ZONE_MM[1]:
        yield fault("box.small", sentence="est plus petite que 20 mm sur 20.")
    beyond = max(-x, -y, x + width - page.width, y + height - page.height)
    if beyond > 0:
        yield fault("box.page", sentence="dépasse de la page de {mm} mm.", mm=beyond)
    elif y < page.top:
        yield fault("box.header", sentence="couvre l'en-tête de {mm} mm.", mm=page.top - y)
    elif y + height > page.bottom:
        yield fault("box.footer", sentence="couvre le pied de page de {mm} mm.", mm=y + height - page.bottom)


def _twins(board: BoardPart, kit: KitDocument) -> Iterator[Fault]:
    """Zones that people could not tell apart, as those that were duplicated, also on the other face."""
    for language in kit.lang:
        seen: set[str] = set()
        for zone in board.zones:
            title = zone.titles.get(language, "").strip().casefold()
            if title and title in seen:
                yield Fault(
                    "zone.same_title",
                    sentence="une autre zone de la page porte le même titre.",
                    board=board.id,
                    zone=zone.id,
                    part=f"title.{language}",
                    level="hint",
                )
            seen.add(title)


def _overlaps(board: BoardPart) -> Iterator[Fault]:
    for one, other in combinations(board.zones, 2):
        across, down = _shared(one.box, other.box)
        if across > 0 and down > 0:
            yield Fault(
                "box.overlap",
                sentence="chevauche la zone {n} de {mm} mm.",
                board=board.id,
                zone=other.id,
                part="box",
                values={"n": one.n, "mm": round(min(across, down), 1)},
            )


def _shared(a: Box, b: Box) -> tuple[float, float]:
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return round(across, 3), round(down, 3)


def _zone(board: BoardPart, zone: ZonePart, kit: KitDocument) -> Iterator[Fault]:
    def fault(key: str, part: str, sentence: str, level: Level = "error", **values: str | float) -> Fault:
        return Fault(key, sentence, board=board.id, zone=zone.id, part=part, values=values, level=level)

    yield from _texts(zone.titles, kit.lang, "title", ZONE_TITLE_CHARS, board.id, zone.id)
    yield from _texts(zone.prompts, kit.lang, "prompt", PROMPT_CHARS, board.id, zone.id)
    if not zone.kinds:
        yield fault("zone.kinds", "kinds", sentence="n'accepte aucune sorte de note.")
    if any(kind not in NOTE_KINDS for kind in zone.kinds) or len(set(zone.kinds)) < len(zone.kinds):
        yield fault("zone.kinds", "kinds", sentence="une sorte de note n'existe pas, ou est là deux fois.")
    if zone.type not in ZONE_TYPES or (zone.ring is not None and zone.ring not in RINGS):
        yield fault("zone.type", "type", sentence="la sorte de zone n'est pas connue.")
    elif (zone.type == "map") != (zone.axes is not None):
        yield fault("zone.axes", "axes", sentence="la carte de la communauté a deux axes, et elle seule.")
    if zone.type == "lanes" and (board.id != "economic" or zone.id not in LANES):
        yield fault("zone.type", "type", sentence="la sorte de zone n'est pas connue.")
    yield from _axes(board, zone, kit)
    if board.other is None:
        if zone.to or zone.mirror is not None:
            yield fault("zone.route", "to", sentence="une zone de canevas ne nourrit rien.")
        elif _unfed(f"{board.id}.{zone.id}", kit):
            yield fault("zone.unfed", "to", sentence="aucune zone de fiche ne la nourrit.", level="hint")
        return
    yield from _routes(board, zone, kit)
    if not zone.to and any(kit.board(canvas) for canvas in CANVASES):
        yield fault("zone.no_route", "to", sentence="ne nourrit aucun canevas.", level="hint")
    face = kit.board(board.other)
    mirror = face.zone(zone.mirror) if face is not None else None
    if face is None:
        return
    if mirror is None or mirror.mirror != zone.id:
        yield fault("zone.mirror", "mirror", sentence="n'a pas sa zone en miroir sur l'autre face.")
    elif mirror.box != zone.box:
        yield fault("zone.mirror", "box", sentence="n'a pas la même place que son miroir sur l'autre face.")


def _unfed(address: str, kit: KitDocument) -> bool:
    """Of a kit without sheets, nothing feeds anything."""
    sheets = [board for board in kit.templates if board.other is not None]
    return bool(sheets) and not any(address in zone.to for board in sheets for zone in board.zones)


def _routes(board: BoardPart, zone: ZonePart, kit: KitDocument) -> Iterator[Fault]:
    def fault(sentence: str) -> Fault:
        return Fault("zone.route", sentence, board=board.id, zone=zone.id, part="to")

    if len(set(zone.to)) < len(zone.to):
        yield fault(sentence="nourrit deux fois la même zone.")
    for address in zone.to:
        canvas, _, target = address.partition(".")
        if canvas not in CANVASES:
            yield fault(sentence="nourrit une zone qui n'est pas d'un canevas.")
        elif (there := kit.board(canvas)) is not None and there.zone(target) is None:
            yield fault(sentence="nourrit une zone de canevas qui n'existe pas.")


def _axes(board: BoardPart, zone: ZonePart, kit: KitDocument) -> Iterator[Fault]:
    if zone.axes is None:
        return

    def fault(part: str, sentence: str) -> Fault:
        return Fault("zone.axes", sentence, board=board.id, zone=zone.id, part=part)

    if set(zone.axes) != set(AXES):
        yield fault("axes", sentence="la carte de la communauté a deux axes, et elle seule.")
        return
    for name, axis in zone.axes.items():
        ticks = list(axis.ticks)
        if ticks[:1] + ticks[-1:] != [0, 1] or ticks != sorted(set(ticks)):
            yield fault(f"axes.{name}", sentence="les repères d'un axe vont de 0 à 1 en grandissant.")
        yield from _texts(axis.titles, kit.lang, f"axes.{name}.title", AXIS_CHARS, board.id, zone.id)
        yield from _words(axis, kit, f"axes.{name}", board.id, zone.id)


def _words(axis: AxisPart, kit: KitDocument, part: str, board: str, zone: str) -> Iterator[Fault]:
    for language in kit.lang:
        words = axis.words.get(language, ())
        if len(words) != len(axis.ticks):
            yield Fault(
                "zone.axes",
                sentence="chaque repère d'un axe a son mot.",
                board=board,
                zone=zone,
                part=f"{part}.ticks",
            )
        for word in words:
            yield from _texts({language: word}, (language,), f"{part}.ticks", AXIS_CHARS, board, zone)


def _agendas(kit: KitDocument) -> Iterator[Fault]:
    if not kit.agendas:
        yield Fault("agenda.none", sentence="il faut au moins un déroulé.", part="agendas")
    ids = [agenda.id for agenda in kit.agendas]
    for agenda in kit.agendas:
        if not _is_id(agenda.id) or ids.count(agenda.id) > 1:
            yield Fault("agenda.id", sentence="l'identifiant n'est pas valable.", agenda=agenda.id)
        yield from _agenda(agenda, kit)


def _agenda(agenda: AgendaPart, kit: KitDocument) -> Iterator[Fault]:
    yield from _texts(agenda.titles, kit.lang, "title", AGENDA_TITLE_CHARS, agenda=agenda.id)
    if not agenda.steps:
        yield Fault("agenda.empty", sentence="il faut au moins une étape.", agenda=agenda.id)
    if not (1 <= agenda.people[0] <= agenda.people[1] <= 1000) or not 1 <= agenda.groups <= 60:
        yield Fault(
            "agenda.people",
            sentence="le nombre de personnes ou de groupes n'est pas valable.",
            agenda=agenda.id,
        )
    ids = [step.id for step in agenda.steps]
    for n, step in enumerate(agenda.steps):

        def fault(key: str, part: str, sentence: str, at: int = n) -> Fault:
            return Fault(key, sentence, agenda=agenda.id, part=f"steps.{at}.{part}", values={"step": at + 1})

        if not _is_id(step.id) or ids.count(step.id) > 1:
            yield fault("step.id", "id", sentence="étape {step} : l'identifiant n'est pas valable.")
        for language in kit.lang:
            if not 0 < len(step.titles.get(language, "").strip()) <= AGENDA_TITLE_CHARS:
                yield fault(
                    "step.title",
                    f"title.{language}",
                    sentence="étape {step} : le titre manque dans une langue, ou est trop long.",
                )
        if not MINUTES[0] <= step.minutes <= MINUTES[1]:
            yield fault("step.minutes", "minutes", sentence="étape {step} : de une à six cents minutes.")
        if step.phase not in PHASES or step.mode not in MODES:
            yield fault("step.mode", "mode", sentence="étape {step} : ce mode n'existe pas.")
        if step.board in ASSIGNED:
            if step.mode != "rooms":
                yield fault(
                    "step.board",
                    "board",
                    sentence="étape {step} : la fiche du groupe va avec des groupes en parallèle.",
                )
        elif step.board is not None and step.board not in BOARDS:
            yield fault("step.board", "board", sentence="étape {step} : ce support n'existe pas.")
        if step.mode == "each" and not (step.board or "").endswith(".recto"):
            yield fault(
                "step.board",
                "board",
                sentence="étape {step} : chacun pour soi, on travaille sur une fiche « Je ».",
            )
