"""The report's account of what comes next: actions, indicators, gauges, what was tried out, what is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median_low
from typing import Any

from tablee.exports.about import nobody, owner_of
from tablee.exports.blocks import Block, Bullets, Heading, Paragraph, Table
from tablee.exports.kinds import GAUGES, VERDICTS, label_of, stakeholder_name
from tablee.exports.listing import actions_in, indicators_in, of_kind, places_of, said_in, zone_title
from tablee.exports.report_boards import colon, said, short, title_of
from tablee.exports.report_governance import group_name
from tablee.model.actions import lacks_of
from tablee.model.board import Pack
from tablee.model.commons_card import commons_card, gauges_of
from tablee.model.conduct import Poll
from tablee.model.workshop import CANVASES
from tablee.model.wrapup import GAUGES as MATURITY
from tablee.words import Words

RETURN_STEPS = 5


# -- actions and indicators ------------------------------------------------------------------------------


def to_do(pack: Pack, words: Words) -> Iterator[Block]:
    say = words.say
    actions = [place.note for place in actions_in(pack)]
    yield Heading(1, say("Actions"))
    if not actions:
        yield Paragraph(say("Aucune action n'a été notée."))
    else:
        rows = [
            (
                one.text,
                owner_of(one, pack) or nobody(words, pack, say("à désigner")),
                said(one, "due", pack, words) or say("sans échéance"),
                said(one, "state", pack, words) or say("À faire"),
                said(one, "priority", pack, words),
                said(one, "dimension", pack, words),
            )
            for one in actions
        ]
        labels = [label_of(words, "action", name) for name in ("due", "state", "priority", "dimension")]
        head = (say("Action"), say("Responsable"), *labels)
        yield Table(head, tuple(rows), (9, 5, 4, 4, 4, 5))


def indicators(pack: Pack, words: Words) -> Iterator[Block]:
    say = words.say
    indicators = indicators_in(pack)
    if indicators:
        yield Heading(1, say("Indicateurs"))
        names = ("unit", "baseline", "target", "horizon", "source")
        head = (say("Indicateur"), *(label_of(words, "indicator", name) for name in names), say("Zone"))
        yield Table(
            head,
            tuple(
                (
                    places[0].note.text,
                    *(said(places[0].note, name, pack, words) for name in names),
                    ", ".join(dict.fromkeys(zone_title(words, place) for place in places)),
                )
                for places in indicators
            ),
            (8, 5, 3, 3, 3, 4, 4),
        )


# -- gauges and polls --------------------------------------------------------------------------------------


def gauges(pack: Pack, words: Words) -> Iterator[Block]:
    say = words.say
    rows = [row for poll in pack.workshop.polls for row in _poll(poll, pack, words)]
    scales = [place for place in of_kind(pack, "scale") if "value" in place.note.fields]
    if not rows and not scales:
        return
    yield Heading(1, say("Jauges et relevés"))
    if rows:
        head = (say("Relevé"), say("Sujet"), say("Groupe"), say("Réponses"), say("Médiane"), say("Étendue"))
        yield Table(head, tuple(rows), (5, 6, 4, 3, 4, 4))
    if scales:
        yield Table(
            (
                say("Note"),
                say("Partie prenante"),
                label_of(words, "scale", "key"),
                say("Valeur"),
                say("Support"),
            ),
            tuple(
                (
                    place.note.text,
                    place.note.stakeholder or "",
                    said(place.note, "key", pack, words),
                    said(place.note, "value", pack, words),
                    title_of(place.board, words),
                )
                for place in scales
            ),
            (6, 5, 5, 4, 5),
        )


def _poll(poll: Poll, pack: Pack, words: Words) -> Iterator[tuple[str, ...]]:
    """A row for each subject: how many answered, the middle and the ends, never who."""
    say = words.say
    sentences = {
        "place": "Places sur la carte",
        "verdict": "Équilibre des parties prenantes",
        "gauge": "Jauges",
        "need": "Besoins : utile et faisable",
        "return": "Retour sur le temps passé",
    }
    group = group_name(pack, poll.group, words)
    texts = {place.note.id: place.note for place in places_of(pack)}
    for subject, values in poll.results.items():
        about = ""
        if poll.kind == "verdict":
            about = stakeholder_name(words, pack, subject)
        elif poll.kind == "gauge":
            about = say(GAUGES[subject].name) if subject in GAUGES else subject
        elif subject in texts:
            note = texts[subject]
            about = short(note.text) or str(note.fields.get("label", ""))
        middle, ends = _spread(poll.kind, subject, values, words)
        yield say(sentences[poll.kind]), about, group, words.number(len(values)), middle, ends


def _spread(kind: str, subject: str, values: tuple[Any, ...], words: Words) -> tuple[str, str]:
    say = words.say
    match kind:
        case "gauge" | "return":
            numbers = sorted(value for value in values if isinstance(value, int | float))
            if not numbers:
                return "", ""
            steps = GAUGES[subject].words if kind == "gauge" and subject in GAUGES else None

            def told(n: float) -> str:
                of = say("{n} sur {of}").format(n=words.number(n), of=4 if kind == "gauge" else RETURN_STEPS)
                return of if steps is None else f"{of}, {say(steps[int(n)])}"

            ends = told(numbers[0])
            if numbers[0] != numbers[-1]:
                ends = say("de {low} à {high}").format(low=ends, high=told(numbers[-1]))
            return told(median_low(numbers)), ends
        case "verdict":
            given = [value.get("verdict") for value in values if isinstance(value, Mapping)]
            counts = [
                f"{say(name)} × {given.count(verdict)}"
                for verdict, name in VERDICTS.items()
                if verdict in given
            ]
            return "", ", ".join(counts)
        case "need":
            halves = []
            for name in ("useful", "feasible"):
                marks = sorted(
                    value[name] for value in values if isinstance(value, Mapping) and name in value
                )
                if marks:
                    label = label_of(words, "question", name)
                    halves.append(f"{label} {say('{n} sur {of}').format(n=median_low(marks), of=5)}")
            return ", ".join(halves), ""
        case _:
            return "", ""


# -- what was tried out, and the card ----------------------------------------------------------------------


def after(pack: Pack, words: Words) -> Iterator[Block]:
    """Crash tests, the principles, the checklist and the card, of each room that has canvases."""
    for path in [f"{group.id}/convergence" for group in pack.workshop.groups] + ["plenary"]:
        roots = pack.rooms.get(path)
        if roots is None:
            continue
        answers = roots.get("answers", {})
        some = [
            *_crash_tests(answers, roots.get("notes", {}), pack, words),
            *_principles(answers, pack, words),
            *_checklist(answers, pack, words),
            *_card(path, pack, words),
        ]
        if some:
            group = pack.workshop.group(path.partition("/")[0])
            name = words.say("Plénière") if group is None else group.name
            yield Heading(1, words.say("Après l'atelier : {group}").format(group=name))
            yield from some


def _crash_tests(
    answers: Mapping[str, Any], notes: Mapping[str, Any], pack: Pack, words: Words
) -> Iterator[Block]:
    say, rows = words.say, []
    for n, texts in enumerate(pack.catalogue.aids.crash_tests, 1):
        answer = answers.get(f"crash/{n}")
        if not answer:
            continue
        rule, committee = (
            short(str(notes.get(answer.get(name), {}).get("text", ""))) for name in ("rule", "committee")
        )
        days = answer.get("days")
        within = (
            words.ngettext("{n} jour", "{n} jours", int(days)).format(n=words.number(days))
            if isinstance(days, int | float)
            else ""
        )
        rows.append(
            (words.typo(said_in(texts, pack.language)), rule, committee, within, str(answer.get("text", "")))
        )
    if rows:
        yield Heading(2, say("Épreuves des règles"))
        head = (say("Situation"), say("Règle"), say("Comité"), say("Délai"), say("En un mot"))
        yield Table(head, tuple(rows), (7, 5, 4, 2, 6))


def _principles(answers: Mapping[str, Any], pack: Pack, words: Words) -> Iterator[Block]:
    say, rows = words.say, []
    sentences = {"yes": "Oui", "partly": "En partie", "no": "Non"}
    for n, one in enumerate(pack.catalogue.wrap_up.principles, 1):
        answer = answers.get(f"ostrom/{n}")
        if answer:
            title = words.typo(said_in(one.title, pack.language))
            question = words.typo(said_in(one.question, pack.language))
            given = sentences.get(str(answer.get("answer")))
            rows.append((f"{title}\n{question}", say(given) if given else "", str(answer.get("text", ""))))
    if rows:
        yield Heading(2, say("Relecture"))
        yield Table((say("Principe"), say("Réponse"), say("En un mot")), tuple(rows), (8, 2, 6))


def _checklist(answers: Mapping[str, Any], pack: Pack, words: Words) -> Iterator[Block]:
    wrap_up = pack.catalogue.wrap_up
    if not any(key.startswith("check/") for key in answers):
        return
    yield Heading(2, words.say("Liste de contrôle"))
    for step in wrap_up.steps:
        yield Paragraph(words.typo(said_in(step.title, pack.language)), "strong")
        yield Bullets(
            tuple(
                ("☑ " if (answers.get(f"check/{check.id}") or {}).get("done") is True else "☐ ")
                + words.typo(said_in(check.text, pack.language))
                for check in wrap_up.checks
                if check.step == step.id
            )
        )


def _card(path: str, pack: Pack, words: Words) -> Iterator[Block]:
    notes = [note for note in pack.rooms[path].get("notes", {}).values() if note.get("board") in CANVASES]
    if not notes:
        return
    group = None if path == "plenary" else path.partition("/")[0]
    polled: dict[str, list[int]] = {}
    for poll in pack.workshop.polls:
        if poll.kind == "gauge" and poll.group in (None, group):
            for subject, values in poll.results.items():
                if subject in MATURITY:
                    polled[subject] = [value for value in values if isinstance(value, int)]
    heads = commons_card(
        pack.catalogue, pack.language, pack.workshop.commons, notes, polled or gauges_of(notes)
    )
    filled = [head for head in heads if head.parts]
    if not filled:
        return
    yield Heading(2, words.say("Fiche du commun"))
    for head in filled:
        yield Paragraph(words.typo(head.title), "strong")
        yield Bullets(
            tuple(
                f"{line.label}{colon(words)}{line.text}" if line.label else line.text
                for part in head.parts
                for line in part.lines
            )
        )


# -- what is open ------------------------------------------------------------------------------------------


def open_questions(pack: Pack, words: Words) -> Iterator[Block]:
    """What nobody settled: it is the beginning of the next meeting."""
    say = words.say
    parts: list[tuple[str, list[str]]] = [
        (
            say("Besoins que rien ne reprend"),
            [
                place.note.text
                for place in of_kind(pack, "question")
                if place.board.template.sheet is not None and place.note.status == "open"
            ],
        ),
        (
            say("Notes mises de côté"),
            [
                place.note.text
                for place in places_of(pack)
                if place.note.status == "parked" and place.note.kind != "question"
            ],
        ),
        (
            say("Objections et réserves"),
            [
                f"{short(consent.proposal)} — {answer.reason}"
                for consent in pack.workshop.consents
                for answer in consent.answers
                if answer.answer != "consent" and answer.reason
            ],
        ),
        (
            say("Règles contestées"),
            [
                place.note.text
                for place in of_kind(pack, "rule")
                if place.note.fields.get("state") == "disputed"
            ],
        ),
        (say("Actions sans responsable ou sans échéance"), _unowned(pack)),
    ]
    if any(lines for _, lines in parts):
        yield Heading(1, say("Questions ouvertes"))
    for title, lines in parts:
        if lines:
            yield Heading(2, title)
            yield Bullets(tuple(short(line, say("Note sans texte")) for line in lines))


def _unowned(pack: Pack) -> list[str]:
    if pack.names == "none":
        return [p.note.text for p in actions_in(pack) if "due" in lacks_of(p.note.fields, ())]
    return [p.note.text for p in actions_in(pack) if lacks_of(p.note.fields, pack.people)]
