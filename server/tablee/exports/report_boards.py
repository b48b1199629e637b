"""The report's account of the boards: every note in the order of lists, and where it came from."""

from __future__ import annotations

from collections.abc import Iterator

from tablee.exports.about import lines_of, told_fields
from tablee.exports.blocks import Block, Heading, Noted, Paragraph, Table
from tablee.exports.kinds import field_words, kind_name
from tablee.exports.listing import said_in, support_title
from tablee.model.board import Board, BoardNote, Pack, Trace
from tablee.words import Words

SHORT_CHARS = 90


def title_of(board: Board, words: Words) -> str:
    """« Fiche 2, Nous · Roulibre · Hêtre »"""
    where = board.group or words.say("Plénière")
    return " · ".join(filter(None, (support_title(words, board), board.owner, where)))


def said(note: BoardNote, name: str, pack: Pack, words: Words) -> str:
    """One field of a note in words; "" where it has none."""
    return field_words(words, note, name, note.fields.get(name), pack)


def boards(pack: Pack, words: Words) -> Iterator[Block]:
    written = [board for board in pack.boards if board.count]
    yield Heading(1, words.say("Ce qui a été écrit, zone par zone"))
    if not written:
        yield Paragraph(words.say("Rien n'a été écrit dans cet atelier."))
    for board in written:
        yield Heading(2, title_of(board, words))
        for zone in board.zones:
            if not zone.notes:
                continue
            yield Heading(3, words.typo(said_in(zone.zone.titles, pack.language)))
            yield Paragraph(words.typo(said_in(zone.zone.prompts, pack.language)), "quiet", leads=True)
            cluster: str | None = None
            for note in zone.notes:
                if note.cluster != cluster:
                    cluster = note.cluster
                    title = zone.clusters.get(cluster, "") if cluster is not None else ""
                    untitled = words.say("Autres notes" if cluster is None else "Groupe sans titre")
                    yield Heading(4, title.strip() or untitled)
                yield noted(note, pack, words)
        if board.unplaced:
            yield Heading(3, words.say("Notes à replacer"))
            for note in board.unplaced:
                yield noted(note, pack, words)


def noted(note: BoardNote, pack: Pack, words: Words) -> Noted:
    say = words.say
    about: list[str] = []
    if note.kind != "note":
        about.append(kind_name(words, note.kind))
    told = told_fields(words, note, pack)
    about += lines_of(words, note, told)
    if note.stakeholder and note.stakeholder not in (note.author, *(value for _, value in told.values())):
        about.append(note.stakeholder)
    if note.author:
        about.append(note.author)
    if note.points:
        about.append(words.ngettext("{n} point", "{n} points", note.points).format(n=note.points))
    if note.likes:
        about.append(words.ngettext("{n} soutien", "{n} soutiens", note.likes).format(n=note.likes))
    if note.tags:
        about.append(say("étiquettes : {list}").format(list=", ".join(note.tags)))
    sentences = {"carried": "reportée", "merged": "fusionnée", "parked": "mise de côté"}
    if note.status in sentences:
        about.append(say(sentences[note.status]))
    if note.traces:
        about.append(say("vient de {place}").format(place=" / ".join(trace.place for trace in note.traces)))
    comments = tuple(
        f"{comment.author}{colon(words)}{comment.text}" if comment.author else comment.text
        for comment in note.comments
    )
    return Noted(note.text, " · ".join(about), comments, note.number)


def colon(words: Words) -> str:
    return words.typo(" : ") if words.language == "fr" else ": "


def short(text: str, empty: str = "") -> str:
    """The beginning of a note, on one line."""
    line = " ".join(text.split()) or empty
    return line if len(line) <= SHORT_CHARS else line[: SHORT_CHARS - 1] + "…"


def provenance(pack: Pack, words: Words) -> Iterator[Block]:
    """Each note of a canvas and the notes it was made of, with their words where they were others."""
    say = words.say
    texts = {
        (board.group_id, note.id): note.text
        for board in pack.boards
        for zone in board.zones
        for note in zone.notes
    }

    def source(trace: Trace, board: Board, note: BoardNote) -> str:
        was = texts.get((trace.group or board.group_id, trace.note), "")
        changed = "" if " ".join(was.split()) == " ".join(note.text.split()) else short(was)
        return " — ".join(filter(None, (trace.place, changed, trace.author)))

    tables = []
    for board in pack.boards:
        if board.template.sheet is not None:
            continue
        rows = []
        for zone in board.zones:
            for note in zone.notes:
                sources = [source(trace, board, note) for trace in note.traces]
                if sources:
                    title = words.typo(said_in(zone.zone.titles, pack.language))
                    rows.append((title, short(note.text, say("Note sans texte")), "\n".join(sources)))
        if rows:
            head = (say("Zone"), say("Note du canevas"), say("Vient de"))
            tables.append((title_of(board, words), Table(head, tuple(rows), (3, 5, 6))))
    if tables:
        yield Heading(1, say("Annexe : d'où viennent les notes des canevas"))
    for title, table in tables:
        yield Heading(2, title)
        yield table
