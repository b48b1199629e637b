"""The report's account of the economic canvas: who puts in and receives what, and what is covered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tablee.exports.about import told_fields
from tablee.exports.blocks import Block, Heading, Paragraph, Table
from tablee.exports.kinds import PURPOSES, TASKS, VERDICTS
from tablee.exports.lanes import lane_in, lanes_of
from tablee.exports.report_boards import title_of
from tablee.model.board import Board, BoardNote, Pack
from tablee.model.economy import economy_of, weight_of
from tablee.words import Words

SIDES = ("brings", "receives")


def economy(pack: Pack, words: Words) -> Iterator[Block]:
    written = [board for board in pack.of_template("economic") if board.count]
    if not written:
        return
    yield Heading(1, words.say("Modèle économique"))
    for board in written:
        yield Heading(2, title_of(board, words))
        yield from _canvas(board, pack, words)


def _canvas(board: Board, pack: Pack, words: Words) -> Iterator[Block]:
    say, room = words.say, pack.rooms.get(board.room, {})
    answers = {
        key.removeprefix("verdict/"): value
        for key, value in room.get("answers", {}).items()
        if key.startswith("verdict/")
    }
    raw = [
        {**note, "id": note_id}
        for note_id, note in room.get("notes", {}).items()
        if note.get("board") == board.id
    ]
    lanes = lanes_of(board, pack)
    verdicts = {lane: answers.get(lane, {}).get("verdict") for lane in lanes}
    sums = economy_of(raw, [*lanes], verdicts)
    points = {one["id"]: one for one in (*sums["lanes"], sums["loose"])}
    rows = []
    for lane in (*lanes, None):
        sides = [_side(board, side, lane, lanes) for side in SIDES]
        verdict = _verdict(answers.get(lane), pack, words) if lane is not None else ""
        if lane is None and not any(sides):
            continue
        name = say("sans partie prenante") if lane is None else lanes[lane]
        cells: list[str] = []
        for side, notes in zip(SIDES, sides, strict=True):
            cells.append("\n".join(_weighed(note, pack, words) for note in notes))
            cells.append(words.number(points[lane][side]["points"]))
        rows.append((name, *cells, verdict))
    if rows:
        yield Heading(3, say("Apports et contreparties"))
        given, got = (words.number(sums["totals"][side]["points"]) for side in SIDES)
        rows.append((say("Total"), "", given, "", got, ""))
        head = (
            say("Partie prenante"),
            say("Apporte"),
            say("Points mis"),
            say("Reçoit"),
            say("Points reçus"),
            say("Équilibre"),
        )
        yield Table(head, tuple(rows), (4, 6, 2, 6, 2, 5))
        if sums["of"]:
            yield Paragraph(
                say("Équilibre jugé acceptable : {n} sur {of}").format(n=sums["agree"], of=sums["of"])
            )
    yield from _costs(sums, words)


def _side(board: Board, side: str, lane: str | None, lanes: dict[str, str]) -> list[BoardNote]:
    zone = board.zone(side)
    return [] if zone is None else [note for note in zone.notes if lane_in(note, lanes) == lane]


def _weighed(note: BoardNote, pack: Pack, words: Words) -> str:
    """« Temps de développement (2 ETP par an, poids 3) »"""
    _, much = told_fields(words, note, pack).get("amount", ("", ""))
    weight = words.say("poids {n}").format(n=weight_of({"fields": note.fields}))
    return f"{note.text} ({', '.join(filter(None, (much, weight)))})"


def _verdict(answer: Mapping[str, Any] | None, pack: Pack, words: Words) -> str:
    """The answer, its reason, and the answers before it, the latest first."""
    if not answer:
        return words.say("Pas encore dit")
    history = answer.get("history")
    before = [one for one in history if isinstance(one, Mapping)] if isinstance(history, list) else []
    now = _answer(answer, pack, words)
    lines = [
        now,
        *(words.say("avant : {text}").format(text=_answer(one, pack, words)) for one in before[::-1]),
    ]
    return "\n".join(lines)


def _answer(answer: Mapping[str, Any], pack: Pack, words: Words) -> str:
    say, verdict = words.say, answer.get("verdict")
    if verdict == "mixed":
        text = say("réponses différentes")
    else:
        known = VERDICTS.get(str(verdict))
        text = say("réponse retirée") if known is None else say(known)
    reason, at = answer.get("reason"), answer.get("at")
    parts = [text]
    if isinstance(reason, str) and reason:
        parts.append(reason)
    if isinstance(at, int | float) and at > 0:
        parts.append(f"{words.day(int(at))}, {words.time(int(at))}")
    return " — ".join(parts)


def _costs(sums: Mapping[str, Any], words: Words) -> Iterator[Block]:
    say = words.say
    rows = []
    for one in sums["tasks"]:
        if any(one[part][what] for part in ("needed", "promised", "pooled") for what in ("fte", "euros")):
            name = say(TASKS[one["task"]]) if one["task"] in TASKS else say("Autre tâche")
            rows.append((name, *(_means(one[part], words) for part in ("needed", "promised", "pooled"))))
    if rows:
        yield Heading(3, say("Charges par tâche"))
        yield Table(
            (say("Tâche"), say("Nécessaire"), say("Promis"), say("Mutualisé")), tuple(rows), (5, 4, 4, 4)
        )
    rows = []
    for one in sums["purposes"]:
        if any(one[part][what] for part in ("needed", "promised") for what in ("fte", "euros")):
            name = say(PURPOSES[one["purpose"]]) if one["purpose"] in PURPOSES else say("Sans finalité dite")
            rows.append((name, *(_means(one[part], words) for part in ("needed", "promised"))))
    if rows:
        yield Heading(3, say("Construire, maintenir, héberger"))
        yield Table((say("Finalité"), say("Nécessaire"), say("Promis")), tuple(rows), (5, 4, 4))
    totals = []
    for what in ("fte", "euros"):
        cover, upkeep, pooled = sums["coverage"][what], sums["maintenance"][what], sums["pooled"][what]
        if cover["needed"]:
            totals.append(
                (
                    say("ETP") if what == "fte" else say("Euros par an"),
                    words.number(cover["needed"]),
                    words.number(cover["covered"]),
                    _share(cover["share"], words),
                    _share(upkeep["share"], words),
                    _share(pooled, words),
                )
            )
    if totals:
        yield Heading(3, say("Couverture"))
        head = (
            say("Unité"),
            say("Nécessaire"),
            say("Couvert"),
            say("Part"),
            say("Maintenance"),
            say("Mutualisé"),
        )
        yield Table(head, tuple(totals), (4, 3, 3, 2, 3, 3))
    income = [
        (name, _means(sums["income"][key], words))
        for key, name in (
            ("build", say("Construire")),
            ("maintain", say("Maintenir")),
            ("either", say("L'un ou l'autre")),
        )
        if any(sums["income"][key].values())
    ]
    if income:
        yield Heading(3, say("Revenus"))
        yield Table((say("Pour quoi"), say("Montant par an")), tuple(income), (4, 5))


def _means(one: Mapping[str, float], words: Words) -> str:
    parts = []
    if one["fte"]:
        parts.append(words.say("{n} ETP").format(n=words.number(one["fte"])))
    if one["euros"]:
        parts.append(words.say("{n} €").format(n=words.number(one["euros"])))
    return ", ".join(parts) or "—"


def _share(share: float | None, words: Words) -> str:
    return "—" if share is None else words.say("{n} %").format(n=words.number(round(share * 100)))
