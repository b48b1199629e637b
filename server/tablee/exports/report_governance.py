"""The report's account of what was decided: votes, rounds, rules, committees, legal form; and the map."""

from __future__ import annotations

from collections.abc import Iterator

from tablee.exports.about import mandate
from tablee.exports.blocks import Block, Bullets, Heading, Paragraph, Table
from tablee.exports.kinds import label_of
from tablee.exports.listing import said_in
from tablee.exports.report_boards import said, short, title_of
from tablee.model.board import Board, BoardNote, Pack
from tablee.model.conduct import Consent, Vote
from tablee.words import Words

BEST = 10
"""Of a vote, as many notes are named in the report; all are in the table of notes."""


def notes_of(pack: Pack, kind: str, *, on: str | None = None) -> Iterator[tuple[Board, BoardNote]]:
    """Notes of a kind, with where they are. `on`: a template; None: the canvases."""
    for board in pack.boards:
        if board.template.id == on or (on is None and board.template.sheet is None):
            for zone in board.zones:
                yield from ((board, note) for note in zone.notes if note.kind == kind)


def group_name(pack: Pack, group: str | None, words: Words) -> str:
    found = pack.workshop.group(group) if group is not None else None
    return found.name if found is not None else words.say("Tous les groupes")


# -- votes and rounds ------------------------------------------------------------------------------------


def rounds(pack: Pack, words: Words) -> Iterator[Block]:
    say, workshop = words.say, pack.workshop
    if not workshop.votes and not workshop.consents:
        return
    yield Heading(1, say("Votes et consentements"))
    for vote in workshop.votes:
        yield from _vote(vote, pack, words)
    for consent in workshop.consents:
        yield from _consent(consent, pack, words)


def _vote(vote: Vote, pack: Pack, words: Words) -> Iterator[Block]:
    say = words.say
    template = pack.catalogue.template_of_board(vote.board)
    where = words.typo(said_in(template.titles, pack.language)) if template is not None else vote.board
    yield Heading(2, vote.question or say("Vote sur {board}").format(board=where))
    yield Paragraph(
        " · ".join(
            (
                where,
                group_name(pack, vote.group, words),
                say("Ont voté : {n} sur {of}").format(n=vote.turnout, of=vote.of),
                say("vote secret") if vote.secret else say("vote à noms ouverts"),
            )
        ),
        "quiet",
    )
    texts = {
        note.id: note.text
        for board in pack.boards
        if board.template.id == vote.board.partition("/")[0] and vote.group in (None, board.group_id)
        for zone in board.zones
        for note in zone.notes
    }
    best = sorted(
        ((points, note) for note, points in vote.totals.items() if points and note in texts),
        key=lambda one: (-one[0], one[1]),
    )
    if not best:
        yield Paragraph(say("Aucune note n'a reçu de point."))
        return
    rows = [
        (short(texts[note], say("Note sans texte")), words.number(points)) for points, note in best[:BEST]
    ]
    yield Table((say("Note"), say("Points")), tuple(rows), (8, 1))


def _consent(consent: Consent, pack: Pack, words: Words) -> Iterator[Block]:
    say = words.say
    yield Heading(2, short(consent.proposal))
    if short(consent.proposal) != consent.proposal:
        yield Paragraph(consent.proposal)
    outcome = (
        say("Personne n'objecte : la proposition est adoptée.")
        if is_adopted(consent) and not is_thin(consent)
        else say("Personne n'a objecté.") + " " + silent(consent, words)
        if is_adopted(consent)
        else say("Une objection est à traiter avant d'adopter.")
        if consent.answers
        else say("Personne n'a répondu.")
    )
    yield Paragraph(
        " · ".join(
            (
                group_name(pack, consent.group, words),
                say("Ont répondu : {n} sur {of}").format(n=consent.turnout, of=consent.of),
                outcome,
            )
        ),
        "quiet",
    )
    sentences = {"consent": "Consentement", "reservation": "Réserve", "objection": "Objection"}
    reasons = []
    for answer in consent.answers:
        if answer.reason or answer.answer != "consent":
            author = pack.people.get(answer.by) if answer.by else None
            head = say(sentences[answer.answer])
            reasons.append(" — ".join(filter(None, (head, answer.reason, author))))
    if reasons:
        yield Bullets(tuple(reasons))


def is_adopted(consent: Consent) -> bool:
    return bool(consent.answers) and all(answer.answer != "objection" for answer in consent.answers)


def outcome_of(consent: Consent, words: Words) -> str:
    """In a few words what came of it: for tables."""
    say = words.say
    if not consent.answers:
        return say("Sans réponse")
    if not is_adopted(consent):
        return say("Objection à traiter")
    return say("Sans objection, peu de réponses") if is_thin(consent) else say("Adoptée")


def is_thin(consent: Consent) -> bool:
    """Fewer than half of those who were asked have answered: that nobody objects says little."""
    return consent.turnout * 2 < consent.of


def silent(consent: Consent, words: Words) -> str:
    n = consent.of - consent.turnout
    return words.ngettext("{n} personne n'a pas répondu.", "{n} personnes n'ont pas répondu.", n).format(n=n)


# -- decisions -------------------------------------------------------------------------------------------


def decisions(pack: Pack, words: Words) -> Iterator[Block]:
    """What stands from now on, in one list; the parts after it say more."""
    say = words.say
    lines = [_consented(consent, words) for consent in pack.workshop.consents if is_adopted(consent)]
    for board, note in notes_of(pack, "rule"):
        if note.fields.get("state") == "adopted_today":
            number = f"{note.number}, " if note.number else ""
            lines.append(
                say("Règle adoptée : {text}").format(text=f"{number}{note.text} ({place_of(board, words)})")
            )
    for board, note in notes_of(pack, "legal_structure"):
        if note.fields.get("standing") == "chosen":
            form = said(note, "form", pack, words)
            text = " — ".join(filter(None, (form, note.text)))
            lines.append(
                say("Structure juridique retenue : {text}").format(text=f"{text} ({place_of(board, words)})")
            )
    yield Heading(1, say("Décisions"))
    yield Bullets(tuple(lines)) if lines else Paragraph(say("Aucune décision n'a été notée."))


def _consented(consent: Consent, words: Words) -> str:
    """Always with how many answered: one answer of thirteen is no decision of all."""
    if is_thin(consent):
        line = words.say("Sans objection : {text}").format(text=consent.proposal)
        return f"{line} ({silent(consent, words)[:-1]})"
    line = words.say("Adoptée par consentement : {text}").format(text=consent.proposal)
    answers = words.ngettext("{n} réponse sur {of}", "{n} réponses sur {of}", consent.turnout)
    return f"{line} ({answers.format(n=consent.turnout, of=consent.of)})"


def place_of(board: Board, words: Words) -> str:
    return board.group or words.say("Plénière")


# -- rules, committees, legal form -------------------------------------------------------------------------


def governance(pack: Pack, words: Words) -> Iterator[Block]:
    say = words.say
    parts: list[Block] = []
    for board in pack.of_template("governance"):
        rules = [note for zone in board.zones for note in zone.notes if note.kind == "rule"]
        committees = [note for zone in board.zones for note in zone.notes if note.kind == "committee"]
        forms = [note for zone in board.zones for note in zone.notes if note.kind == "legal_structure"]
        if not (rules or committees or forms):
            continue
        parts.append(Heading(2, title_of(board, words)))
        if rules:
            parts += [Heading(3, say("Règles")), _rules(rules, committees, pack, words)]
        if committees:
            parts += [Heading(3, say("Comités")), _committees(rules, committees, pack, words)]
        if forms:
            parts += [
                Heading(3, say("Structure juridique")),
                _fields(
                    forms,
                    "legal_structure",
                    ("form", "state", "standing", "horizon", "why", "limits"),
                    pack,
                    words,
                ),
            ]
    if parts:
        yield Heading(1, say("Règles, comités et structure juridique"))
        yield from parts


def _rules(rules: list[BoardNote], committees: list[BoardNote], pack: Pack, words: Words) -> Table:
    say = words.say
    rows = []
    for rule in sorted(rules, key=_by_number):
        # the link may have been made from either side
        linked = [
            short(one.text, say("Comité"))
            for one in committees
            if one.id == rule.fields.get("committee_id") or rule.id in _ids(one, "rule_ids")
        ]
        domain, state, mode, review = (
            said(rule, name, pack, words) for name in ("domain", "state", "decision_mode", "review_on")
        )
        rows.append((rule.number or "", rule.text, domain, state, mode, ", ".join(linked), review))
    head = (
        say("N°"),
        say("Règle"),
        label_of(words, "rule", "domain"),
        label_of(words, "rule", "state"),
        label_of(words, "rule", "decision_mode"),
        say("Comité"),
        label_of(words, "rule", "review_on"),
    )
    return Table(head, tuple(rows), (2, 9, 5, 5, 5, 5, 4))


def _by_number(note: BoardNote) -> tuple[int, str]:
    return (int(note.number[1:]) if note.number else 10_000, note.order)


def _committees(rules: list[BoardNote], committees: list[BoardNote], pack: Pack, words: Words) -> Table:
    say = words.say
    names = ("mission", "decides_on", "members", "frequency")
    rows = []
    for one in committees:
        linked = [
            rule.number or short(rule.text)
            for rule in sorted(rules, key=_by_number)
            if rule.fields.get("committee_id") == one.id or rule.id in _ids(one, "rule_ids")
        ]
        said_of = [said(one, name, pack, words) for name in names]
        rows.append((one.text, *said_of, mandate(one, words), ", ".join(linked)))
    labels = [label_of(words, "committee", name) for name in names]
    head = (say("Comité"), *labels, say("Mandat"), say("Règles"))
    return Table(head, tuple(rows), (5, 6, 5, 6, 4, 5, 3))


def _ids(note: BoardNote, name: str) -> tuple[object, ...]:
    value = note.fields.get(name)
    return tuple(value) if isinstance(value, list | tuple) else ()


def _fields(notes: list[BoardNote], kind: str, names: tuple[str, ...], pack: Pack, words: Words) -> Table:
    """Notes of a kind as a table: their text, then some of their fields."""
    rows = [(note.text, *(said(note, name, pack, words) for name in names)) for note in notes]
    head = (words.say("Note"), *(label_of(words, kind, name) for name in names))
    return Table(head, tuple(rows), (6, *(4 for _ in names)))


# -- the map ---------------------------------------------------------------------------------------------


def community(pack: Pack, words: Words) -> Iterator[Block]:
    """The points of each map: places in words, since a table has no axes."""
    say = words.say
    names = ("x", "y", "count", "roles", "presence", "target")
    parts: list[Block] = []
    for board in pack.of_template("governance"):
        points = [note for zone in board.zones for note in zone.notes if note.kind == "point"]
        if not points:
            continue
        rows = []
        for point in points:
            label = point.fields.get("label")
            name = label if isinstance(label, str) and label else point.text or point.stakeholder or ""
            rows.append((name, *(said(point, one, pack, words) for one in names)))
        head = (say("Acteur"), *(label_of(words, "point", one) for one in names))
        parts += [
            Heading(2, title_of(board, words)),
            Table(head, tuple(rows), (6, 4, 4, 4, 6, 3, 6)),
        ]
    if parts:
        yield Heading(1, say("Carte de la communauté"))
        yield from parts
