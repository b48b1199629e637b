"""The report of a workshop, the same for every format: what was decided and is left to do, then what was
written and where it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tablee.exports.blocks import Block, Bullets, Heading, Paragraph, Picture, Report, Table, without_gaps
from tablee.exports.items import Made, file_name, folder_of
from tablee.exports.listing import photo_parts
from tablee.exports.report_after import after, gauges, indicators, open_questions, to_do
from tablee.exports.report_boards import boards, colon, provenance, title_of
from tablee.exports.report_economy import economy
from tablee.exports.report_governance import community, decisions, governance, rounds
from tablee.model.board import Pack
from tablee.model.notes import SUMMARY
from tablee.words import Words


def report_of(pack: Pack, words: Words, *, beside: bool = False) -> Report:
    """`beside`: the photos lie in their folder of the same zip."""
    say, workshop = words.say, pack.workshop
    parts: tuple[Iterable[Block], ...] = (
        decisions(pack, words),
        to_do(pack, words),
        rounds(pack, words),
        governance(pack, words),
        economy(pack, words),
        community(pack, words),
        indicators(pack, words),
        gauges(pack, words),
        after(pack, words),
        open_questions(pack, words),
        _summaries(pack, words),
        boards(pack, words),
        provenance(pack, words),
        _photos(pack, words, beside),
        _course(pack, words),
        _attendance(pack, words),
        _credits(pack, words),
        _notices(pack, words),
    )
    return Report(
        title=workshop.title,
        kind=say("Compte rendu"),
        subtitle=workshop.commons,
        facts=tuple(_facts(pack, words)),
        blocks=tuple(
            without_gaps(block) if isinstance(block, Table) else block for part in parts for block in part
        ),
        footer=footer(pack, words),
        colon=colon(words),
        page=say("Page {n} sur {of}"),
        author=say("Tablée, d'après les notes de l'atelier"),
        language=pack.language,
        at_ms=pack.state_at,
        empty=say("Note sans texte"),
        contents=say("Sommaire"),
    )


def footer(pack: Pack, words: Words) -> tuple[str, ...]:
    """The lines of every page: whose work this is based on, in which version, on which terms."""
    return (
        words.typo(pack.attribution),
        " · ".join(
            (
                versions(pack, words),
                licence(pack, words),
                words.say("État du {day}, {time}").format(
                    day=words.day(pack.state_at), time=words.clock(pack.state_at)
                ),
            )
        ),
    )


def versions(pack: Pack, words: Words) -> str:
    """« Gabarits 1.0.0 », or each with its own where they differ."""
    used: dict[str, list[str]] = {}
    for board in pack.boards:
        ids = used.setdefault(board.template.version, [])
        if board.template.id not in ids:
            ids.append(board.template.id)
    if len(used) == 1:
        return words.say("Gabarits {version}").format(version=next(iter(used)))
    each = (f"{template} {version}" for version, ids in used.items() for template in ids)
    return words.say("Gabarits : {list}").format(list=", ".join(each))


def licence(pack: Pack, words: Words) -> str:
    return licence_said(pack.workshop.licence, words)


def licence_said(licence: str, words: Words) -> str:
    """What may be done with what participants wrote."""
    say = words.say
    match licence:
        case "cc-by-sa-4.0":
            return say("Contenus sous CC BY-SA 4.0")
        case "chatham-house":
            return say("Contenus sous la règle de Chatham House, sans nom")
        case _:
            return say("Contenus à usage interne")


# -- the first page ------------------------------------------------------------------------------------


def _facts(pack: Pack, words: Words) -> Iterator[tuple[str, str]]:
    say, workshop = words.say, pack.workshop
    begun = workshop.runs[0].at if workshop.runs else workshop.starts_at or workshop.created_at
    yield say("Date"), words.day(begun)
    yield say("Groupes"), ", ".join(group.name for group in workshop.groups)
    there = sum(person.role != "observer" for person in workshop.people)
    if there:
        yield say("Personnes présentes"), words.number(there)
    count = sum(board.count for board in pack.boards)
    yield say("Notes"), words.number(count)
    yield say("Licence des contenus"), licence(pack, words)
    yield (
        say("État au"),
        say("{day}, {time}").format(day=words.day(pack.state_at), time=words.clock(pack.state_at)),
    )


# -- parts ---------------------------------------------------------------------------------------------


def _attendance(pack: Pack, words: Words) -> Iterator[Block]:
    """Who was there, as far as people agreed to be named."""
    say, workshop = words.say, pack.workshop
    yield Heading(1, say("Présences"))
    match pack.names:
        case "names":
            known = {group.id for group in workshop.groups}
            parts = [
                (
                    group.name,
                    [person for person in workshop.in_group(group.id) if person.role == "participant"],
                )
                for group in workshop.groups
            ]
            people = workshop.people
            parts += [
                (
                    say("Sans groupe"),
                    [one for one in people if one.role == "participant" and one.group not in known],
                ),
                (
                    say("Organisation et animation"),
                    [one for one in people if one.role in ("organiser", "facilitator")],
                ),
                (say("Observation"), [one for one in people if one.role == "observer"]),
            ]
            lines = [
                title
                + colon(words)
                + ", ".join(_with_structure(pack, one.name, one.stakeholder) for one in some)
                for title, some in parts
                if some
            ]
            yield Bullets(tuple(lines))
        case "structures":
            names = sorted({name for name in pack.people.values() if name})
            if names:
                yield Paragraph(say("Structures présentes") + colon(words) + ", ".join(names))
        case _:
            yield Paragraph(say("Les noms ne sont pas donnés."))


def _with_structure(pack: Pack, name: str, stakeholder: str) -> str:
    structure = pack.stakeholders.get(stakeholder)
    return name if structure in (None, name) else f"{name} ({structure})"


def _course(pack: Pack, words: Words) -> Iterator[Block]:
    """The steps that were begun, with the time they really took."""
    say, workshop = words.say, pack.workshop
    steps = {step.id: step for step in workshop.steps}
    rows = []
    for run, following in zip(workshop.runs, (*workshop.runs[1:], None), strict=False):
        step = steps.get(run.step)
        if step is None:
            continue
        title = step.titles.get(pack.language) or next(iter(step.titles.values()), step.id)
        ends = following.at if following is not None else workshop.closed_at
        taken = None if ends is None else round((ends - run.at) / 60_000)
        minutes = "" if taken is None else say("{n} min").format(n=taken) if taken else say("< 1 min")
        rows.append((title, words.time(run.at), say("{n} min").format(n=step.minutes), minutes))
    if not rows:
        return
    yield Heading(1, say("Déroulement de l'atelier"))
    yield Table((say("Étape"), say("Début"), say("Prévu"), say("Réel")), tuple(rows), (6, 2, 2, 2))


def _summaries(pack: Pack, words: Words) -> Iterator[Block]:
    said = []
    for group in pack.workshop.groups:
        summary = pack.rooms.get(f"{group.id}/exploration", {}).get("answers", {}).get(SUMMARY) or {}
        text = str(summary.get("text", "")).strip()
        if text:
            said.append((group.name, text))
    if said:
        yield Heading(1, words.say("Synthèses des groupes"))
    for name, text in said:
        yield Heading(2, name)
        for paragraph in text.split("\n"):
            if paragraph.strip():
                yield Paragraph(paragraph)


def _photos(pack: Pack, words: Words, beside: bool) -> Iterator[Block]:
    some = [(board, photo) for board in pack.boards for photo in board.photos]
    if not some:
        return
    yield Heading(1, words.say("Photos"))
    folder = folder_of("photos", words.language)
    for (board, photo), part in zip(some, photo_parts([board for board, _ in some], words), strict=True):
        file = file_name(pack.workshop.title, Made(part, "jpg", b""))
        said = " — ".join(filter(None, (photo.caption, title_of(board, words), photo.author)))
        path = f"../{folder}/{file}" if beside else ""
        yield Picture(photo.data, photo.width, photo.height, said, file, path)


def _credits(pack: Pack, words: Words) -> Iterator[Block]:
    """Whoever asked to be credited, in files that give first names."""
    if pack.names != "names":
        return
    names = [
        _with_structure(pack, person.name, person.stakeholder)
        for person in pack.workshop.people
        if person.credited
    ]
    if names:
        yield Heading(1, words.say("Contributions"))
        yield Paragraph(words.say("Ont contribué et souhaitent être nommés :") + " " + ", ".join(names))


def _notices(pack: Pack, words: Words) -> Iterator[Block]:
    say = words.say
    yield Heading(1, say("Mentions"))
    yield Paragraph(words.typo(pack.attribution))
    yield Paragraph(pack.catalogue.kit.source, "quiet")
    yield Bullets(
        (
            versions(pack, words),
            licence(pack, words),
            say("Les gabarits et ce qui en est repris restent sous CC BY-SA 4.0."),
        )
    )
    if pack.masked:
        yield Paragraph(
            words.ngettext(
                "{n} nom a été retiré des textes.", "{n} noms ont été retirés des textes.", pack.masked
            ).format(n=pack.masked),
            "quiet",
        )
