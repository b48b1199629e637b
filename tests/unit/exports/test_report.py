"""The report in its four formats, read again by other libraries: every note once, as written, and no name."""

from __future__ import annotations

import html
import io
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import docx
import odfdo
import pytest
from docx.oxml.ns import qn
from lxml import etree
from msgspec.structs import replace as replaced
from tests.kit.packs import HOSTILE, PEOPLE, START, a_pack, a_workshop, catalogue

from tablee.exports.blocks import (
    Block,
    Bullets,
    Heading,
    Noted,
    Paragraph,
    Picture,
    Report,
    Table,
    legible,
    widths,
    without_gaps,
)
from tablee.exports.docx import write_docx
from tablee.exports.items import FORMATS, ITEMS, Want, slug
from tablee.exports.listing import places_of
from tablee.exports.making import made
from tablee.exports.markdown import escaped as markdown_escaped
from tablee.exports.markdown import write_markdown
from tablee.exports.odt import write_odt
from tablee.exports.pdf_pages import Face, Pages
from tablee.exports.report import report_of
from tablee.exports.wiki import escaped as wiki_escaped
from tablee.exports.wiki import write_wiki
from tablee.live.kit_words import attribution_of
from tablee.model.board import Board, BoardNote, Names, Pack, Photo, ZoneNotes
from tablee.model.conduct import Answer, Consent
from tablee.model.kits.differences import SORTS
from tablee.model.kits.document import MOST_AUTHORS, catalogue_of
from tablee.model.kits.faults import KIT_TITLE_CHARS
from tablee.model.kits.lineage import remix_of, root_document
from tablee.model.pack import pack_of
from tablee.model.workshop import NAME_CHARS, Workshop
from tablee.words import Language, Words

WRITERS: dict[str, Callable[[Report], bytes]] = {
    "docx": write_docx,
    "odt": write_odt,
    "md": write_markdown,
    "wiki": write_wiki,
}
CONTROL = "".join(map(chr, range(32))) + "\x7f\x85\ufffe fin"
NASTY = (
    *HOSTILE,
    CONTROL,
    "é" * 2000,
    "1. liste",
    "- tiret",
    "   trois espaces",
    "a\\",
    "http://exemple.fr",
    "<",
)


@cache
def pack() -> Pack:
    return a_pack(260)


@cache
def report() -> Report:
    return report_of(pack(), Words("fr"))


def nasty_pack() -> Pack:
    """Every text that hurts, as a note of its own."""
    made = a_pack(60, 2, hostile=False)
    board = next(board for board in made.boards if board.template.id == "governance")
    texts = iter(NASTY)
    zones: list[ZoneNotes] = []
    for zone in board.zones:
        notes = list(zone.notes)
        for at in range(4):
            text = next(texts, None)
            if text is not None:
                extra = BoardNote(f"nasty{len(zones)}{at}", "note", text, "craie", 1, f"z{at}", (0, 0))
                notes.append(extra)
        zones.append(replace(zone, notes=tuple(notes)))
    assert next(texts, None) is None
    changed = replace(board, zones=tuple(zones))
    return replace(made, boards=tuple(changed if one is board else one for one in made.boards))


# -- reading the files again -------------------------------------------------------------------------------


def words_of_docx(data: bytes) -> list[tuple[str, str]]:
    """Style and text of every paragraph of the text, those of tables apart."""
    document = docx.Document(io.BytesIO(data))
    return [(str(p.style.name), p.text) for p in document.paragraphs if p.style is not None]


def contents_of_docx(data: bytes) -> list[tuple[str, str]]:
    """Level and heading of each line of the table of contents, whose link leads to that heading."""
    body = docx.Document(io.BytesIO(data)).element.body
    held = {str(one.get(qn("w:name"))): one.getparent() for one in body.iter(qn("w:bookmarkStart"))}
    out = []
    for link in body.iterfind(f"{qn('w:sdt')}//{qn('w:hyperlink')}"):
        text = "".join(str(one.text) for one in link.iter(qn("w:t")))
        heading = held[link.get(qn("w:anchor"))]
        assert "".join(str(one.text) for one in heading.iter(qn("w:t"))) == text
        out.append((heading.pPr.pStyle.val[-1], text))
    return out


def contents_of_odt(data: bytes) -> list[tuple[str, str]]:
    body = odfdo.Document(io.BytesIO(data)).body
    out = []
    for link in body.get_elements("//text:table-of-content//text:a"):
        mark = str(link.get_attribute("xlink:href")).removeprefix("#")
        (heading,) = body.get_elements(f"//text:h[text:bookmark/@text:name='{mark}']")
        assert heading.text == link.text
        out.append((str(heading.get_attribute("text:outline-level")), str(link.text)))
    return out


def words_of_odt(data: bytes) -> list[tuple[str, str]]:
    names = {part: f"urn:oasis:names:tc:opendocument:xmlns:{part}:1.0" for part in ("text", "table")}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = etree.fromstring(archive.read("content.xml"))
    outside = "not(ancestor::table:table) and not(ancestor::text:table-of-content)"
    return [
        (str(element.get(f"{{{names['text']}}}style-name")), _odf_text(element))
        for element in body.xpath(f"//text:*[self::text:h or self::text:p][{outside}]", namespaces=names)
    ]


def _odf_text(element: Any) -> str:
    """What a reader shows: line breaks, tabs and runs of spaces are elements."""
    out = element.text or ""
    for child in element:
        tag = child.tag.rpartition("}")[2]
        if tag == "line-break":
            out += "\n"
        elif tag == "tab":
            out += "\t"
        elif tag == "s":
            out += " " * int(next(iter(child.attrib.values()), "1"))
        else:
            out += _odf_text(child)
        out += child.tail or ""
    return str(out)


def read_again(data: bytes, kind: str) -> list[tuple[str, str]]:
    return words_of_docx(data) if kind == "docx" else words_of_odt(data)


def note_texts(told: Report) -> list[str]:
    return [legible(block.text) for block in told.blocks if isinstance(block, Noted)]


# -- every note, once, in order ----------------------------------------------------------------------------


def test_the_report_holds_every_note_of_every_board_once_and_in_the_order_of_lists() -> None:
    assert note_texts(report()) == [legible(place.note.text) for place in places_of(pack())]
    assert len(note_texts(report())) == 260


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_office_files_give_back_every_note_and_heading_in_order(kind: str) -> None:
    found = read_again(WRITERS[kind](report()), kind)
    texts = [text for _, text in found]
    at = texts.index("Décisions")
    for block in report().blocks:
        if not isinstance(block, Noted | Heading):
            continue
        wanted = legible(block.text if isinstance(block, Heading) else block.text or report().empty)
        number = f"{block.number}  " if isinstance(block, Noted) and block.number else ""
        at = texts.index(number + wanted, at) + 1
    headings = [style for style, _ in found if style.startswith(("Heading", "Heading_20_"))]
    assert {one[-1] for one in headings} == {"1", "2", "3", "4"}


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_hostile_texts_come_back_from_office_files_as_they_were_written(kind: str) -> None:
    told = report_of(nasty_pack(), Words("fr"))
    texts = [text for _, text in read_again(WRITERS[kind](told), kind)]
    for nasty in NASTY:
        assert [t.partition("  ")[2] if re.match(r"R\d+  ", t) else t for t in texts].count(
            legible(nasty)
        ) == 1, nasty


def test_a_text_of_controls_keeps_a_sign_for_each_and_is_xml() -> None:
    assert legible("a\x00b\x1b\x7f\ufffe\r\nc\td") == "a\u2400b\u241b\u2421\ufffd\nc\td"


def test_hostile_texts_are_literal_in_markdown() -> None:
    told = report_of(nasty_pack(), Words("fr"))
    text = write_markdown(told).decode()
    for nasty in NASTY:
        for line in legible(nasty).split("\n"):
            bare = line.strip(" \t")
            assert markdown_escaped(bare) in text, nasty
            assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown_escaped(bare)) == bare
    outside = re.sub(r"\\.", "", text)
    assert not re.search(r"<(?!br>)", outside), "nothing begins a tag but our own line ends"
    assert "[" not in outside and "`" not in outside
    headings = sum(isinstance(block, Heading) for block in told.blocks)
    assert len(re.findall(r"(?m)^\s*#{1,6}(?: |$)", text)) == 1 + headings
    assert not re.search(r"(?m)^\s*(?:- )+(?:#{1,6} |\d+[.)] |[-+] |=)", text), "no list in a list"


def test_hostile_texts_are_literal_in_wiki_text() -> None:
    told = report_of(nasty_pack(), Words("fr"))
    text = write_wiki(told).decode()
    for nasty in NASTY:
        for line in legible(nasty).split("\n"):
            assert wiki_escaped(line) in text, nasty
            shown = html.unescape(wiki_escaped(line).replace("<nowiki />", ""))
            assert shown == line if not line.startswith("\t") else shown == " " + line[1:]
    own = re.sub(r"</?nowiki ?/?>|<br />|''+|\{\| class=\"wikitable\"|\|\}|scope=\"col\"", "", text)
    for sign in ("[", "{{", "<", "~", "http:"):
        assert sign not in own, sign


# -- files that can be worked with ---------------------------------------------------------------------------


def test_word_file_repeats_table_heads_names_its_language_and_has_the_footer_on_every_page() -> None:
    document = docx.Document(io.BytesIO(write_docx(report())))
    assert len(document.tables) > 8
    for table in document.tables:
        assert table._tbl.findall(f".//{qn('w:tblHeader')}"), "the first row is a head"
        assert {len(row.findall(qn("w:tc"))) for row in table._tbl.tr_lst} == {len(table._tbl.tblGrid)}
    footer = "\n".join(p.text for p in document.sections[0].footer.paragraphs)
    assert pack().attribution.split(",")[0].replace("'", "’") in footer
    assert "Gabarits 1." in footer and "CC BY-SA 4.0" in footer and "12 mars 2026" in footer
    assert document.sections[0].footer._element.findall(f".//{qn('w:fldSimple')}")
    assert {run.get(qn("w:val")) for run in document.styles.element.iter(qn("w:lang"))} == {"fr-FR"}
    about = document.core_properties
    assert (about.title, about.language) == ("Trajets communs", "fr") and about.author
    assert about.created is not None and about.created.year == 2026


def test_opendocument_repeats_table_heads_and_has_the_footer_on_every_page() -> None:
    document = odfdo.Document(io.BytesIO(write_odt(report())))
    tables = document.body.get_elements("//table:table")
    assert len(tables) > 8
    assert all(table.get_elements("table:table-header-rows") for table in tables)
    with zipfile.ZipFile(io.BytesIO(write_odt(report()))) as zipped:
        styles = etree.fromstring(zipped.read("styles.xml"))
        first = zipped.infolist()[0]
    footer = "\n".join(_odf_text(one) for one in styles.iterfind(".//{*}footer/{*}p"))
    assert "Kit Commons Model Canvas 4.1" in footer and "Gabarits 1." in footer and "CC BY-SA 4.0" in footer
    assert "Page 1 sur 1" in footer
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_pack_makes_the_same_bytes(kind: str) -> None:
    again = report_of(a_pack(260), Words("fr"))
    assert WRITERS[kind](again) == WRITERS[kind](report())


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_attribution_versions_and_licence_are_in_each_format(kind: str, language: Language) -> None:
    small = a_pack(30, language=language)
    data = WRITERS[kind](report_of(small, Words(language)))
    if kind in ("docx", "odt"):
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            parts = [name for name in zipped.namelist() if name.endswith(".xml")]
            text = re.sub(r"<[^>]+>", "", b"".join(zipped.read(name) for name in parts).decode())
    else:
        text = html.unescape(data.decode()).replace("\\", "")
    assert "Kit Commons Model Canvas 4.1" in text and "inno³" in text
    assert re.search(r"(Gabarits|Templates) 1\.\d+\.\d+", text) or language == "en"
    assert "CC BY-SA 4.0" in text


def adapted() -> Pack:
    """Of templates that were adapted twice, by as many people with names as long as a kit may have."""
    small = a_pack(120, change=lambda workshop: replace(workshop, title="« É »" * 24))
    names = tuple("É" * (NAME_CHARS - 2) + f"{n:02}" for n in range(MOST_AUTHORS))
    kit = root_document(small.catalogue)
    for _ in range(3):
        titles = dict.fromkeys(kit.titles, "T" * KIT_TITLE_CHARS)
        kit = replaced(
            remix_of(kit, "kadapted", START, titles), authors=names, counts=dict.fromkeys(SORTS, 999)
        )
    catalogue = catalogue_of(kit, small.catalogue, attribution_of(kit))
    boards = tuple(
        replace(board, template=catalogue.templates[board.template.id]) for board in small.boards[-3:]
    )
    return replace(small, catalogue=catalogue, boards=boards)


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind not in ("zip", "yjs", "png")])
def test_templates_that_many_people_adapted_make_every_file(kind: str) -> None:
    pack = adapted()
    assert len(pack.attribution) > 500
    files = made(pack, Want(kind))
    assert files and all(file.data for file in files)
    if kind == "docx":
        document = docx.Document(io.BytesIO(files[0].data))
        assert len(document.core_properties.comments) == 255
        assert Words("fr").typo(pack.attribution) in [p.text for p in document.sections[0].footer.paragraphs]


# -- nobody is named ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WRITERS)
def test_chatham_house_names_nobody_in_any_format(kind: str) -> None:
    quiet = a_pack(200, licence="chatham-house", names="names")
    data = WRITERS[kind](report_of(quiet, Words("fr")))
    if kind in ("docx", "odt"):
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            data = b"\n".join(zipped.read(name) for name in zipped.namelist())
    text = html.unescape(data.decode("utf-8", "replace"))
    for name, structure in PEOPLE:
        for spelled in (name, name.split()[0], structure):
            assert not spelled or not re.search(rf"(?<!\w){re.escape(spelled)}(?!\w)", text), spelled
    assert not re.search(r"p\dperson|s\dstructure", text)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("names", "Nadia Benali"),
        ("structures", "Structures présentes"),
        ("none", "Les noms ne sont pas donnés."),
    ],
)
def test_attendance_is_told_as_was_agreed(names: Names, said: str) -> None:
    blocks = report_of(a_pack(30, names=names), Words("fr")).blocks
    told = str(part_of(blocks, "Présences"))
    assert said in told
    assert ("Nadia" in told) == (names == "names")


def test_whoever_is_in_no_group_or_watches_was_there_too() -> None:
    def moved(workshop: Workshop) -> Workshop:
        first, second, *others = workshop.people
        return replace(
            workshop,
            people=(
                replace(first, group=None, role="participant"),
                replace(second, role="observer"),
                *others,
            ),
        )

    workshop = moved(a_workshop())
    (part,) = part_of(report_of(a_pack(30, change=moved), Words("fr")).blocks, "Présences")
    assert isinstance(part, Bullets)
    without = next(line for line in part.items if line.startswith("Sans groupe"))
    watching = next(line for line in part.items if line.startswith("Observation"))
    assert workshop.people[0].name in without and workshop.people[1].name in watching
    for person in workshop.people:
        assert str(part.items).count(person.name) == 1, person.name


def part_of(blocks: Iterable[Block], title: str) -> list[Block]:
    """What is under a heading of the first level."""
    rest = list(blocks)
    start = rest.index(Heading(1, title)) + 1
    after = (at for at in range(start, len(rest)) if isinstance(one := rest[at], Heading) and one.level == 1)
    return rest[start : next(after, len(rest))]


def test_only_those_who_asked_are_credited() -> None:
    def credit(workshop: Workshop) -> Workshop:
        first, *others = workshop.people
        return replace(workshop, people=(replace(first, credited=True), *others))

    def credits_of(names: Names) -> str:
        blocks = report_of(a_pack(40, names=names, change=credit), Words("fr")).blocks
        titles = [block.text if isinstance(block, Heading) else "" for block in blocks]
        return str(blocks[titles.index("Contributions") + 1]) if "Contributions" in titles else ""

    assert "Nadia Benali (Haut-Orme)" in credits_of("names") and "Joris" not in credits_of("names")
    assert credits_of("structures") == credits_of("none") == ""
    assert "Contributions" not in [b.text for b in report().blocks if isinstance(b, Heading)]


def test_open_votes_are_in_no_report() -> None:
    assert "VOTE-OUVERT" not in write_markdown(report()).decode()


# -- the parts ---------------------------------------------------------------------------------------------


def test_the_report_has_its_parts_in_order() -> None:
    parts = [block.text for block in report().blocks if isinstance(block, Heading) and block.level == 1]
    assert parts == [
        "Décisions",
        "Actions",
        "Votes et consentements",
        "Règles, comités et structure juridique",
        "Modèle économique",
        "Carte de la communauté",
        "Indicateurs",
        "Jauges et relevés",
        "Après l’atelier : Hêtre".replace(" :", "\u00a0:"),
        "Après l’atelier : Saule".replace(" :", "\u00a0:"),
        "Questions ouvertes",
        "Synthèses des groupes",
        "Ce qui a été écrit, zone par zone",
        "Annexe : d’où viennent les notes des canevas".replace(" :", "\u00a0:"),
        "Déroulement de l’atelier",
        "Présences",
        "Mentions",
    ]


def test_the_contents_lead_to_every_part_and_board() -> None:
    wanted = [(str(one.level), one.text) for one in report().blocks if isinstance(one, Heading)]
    wanted = [one for one in wanted if one[0] <= "2"]
    assert len(wanted) > 20
    assert contents_of_docx(write_docx(report())) == wanted
    assert contents_of_odt(write_odt(report())) == wanted


def a_note(kind: str, board: str, zone: str, text: str = "Un texte", **more: Any) -> dict[str, Any]:
    place = {"board": board, "zone": zone, "place": [0.5, 0.5], "order": "a0", "colour": "craie"}
    return {"kind": kind, "text": text, "by": "p0person", "at": START, "fields": {}, **place, **more}


def pack_with(
    rooms: dict[str, dict[str, dict[str, Any]]], names: Names = "names", answers: dict[str, Any] | None = None
) -> Pack:
    """A workshop in whose rooms are these notes, by id."""
    roots = ("clusters", "comments", "reactions")
    made_of = {
        path: {"notes": notes, "answers": answers or {}, **{root: {} for root in roots}}
        for path, notes in rooms.items()
    }
    return pack_of(
        a_workshop(),
        made_of,
        catalogue(),
        names=names,
        language="fr",
        state_at=START,
        door="https://tablee.example/a/X",
        link=lambda board: board,
        say=Words("fr").say,
    )


def table_of(told: Pack, title: str) -> Table:
    """The first table under a heading."""
    blocks = report_of(told, Words("fr")).blocks
    titles = [block.text if isinstance(block, Heading) else "" for block in blocks]
    return next(block for block in blocks[titles.index(title) :] if isinstance(block, Table))


def carried(kind: str, board: str, zone: str, text: str, *sources: str) -> dict[str, Any]:
    origin = [{"group": "g1", "board": "sheet3.verso", "zone": "indicators", "note": one} for one in sources]
    return a_note(kind, board, zone, text, origin=origin)


def test_an_indicator_is_told_once_however_often_it_was_carried() -> None:
    sheet = {
        "i1": a_note("indicator", "sheet3.verso", "indicators", "Territoires"),
        "i2": a_note("indicator", "sheet3.verso", "indicators", "Études"),
        "i3": a_note("indicator", "sheet3.verso", "indicators", "Seulement sur la fiche"),
    }
    canvases = {
        "c1": carried("indicator", "governance", "indicators", "Territoires couverts", "i1"),
        "c2": carried("indicator", "economic", "indicators", "Territoires, autrement", "i1"),
        "c3": carried("indicator", "governance", "indicators", "Études une", "i2"),
        "c4": carried("indicator", "governance", "indicators", "Études deux", "i2"),
        # a file that says each comes from the other
        "c5": carried("indicator", "governance", "indicators", "En rond", "c6"),
        "c6": carried("indicator", "economic", "indicators", "En rond aussi", "c5"),
    }
    told = pack_with({"g1/exploration": sheet, "g1/convergence": canvases})
    rows = {row[0]: row[-1] for row in table_of(told, "Indicateurs").rows}
    assert rows == {
        "Territoires couverts": "Indicateurs, Indicateurs économiques, Nos indicateurs",
        "Études une": "Indicateurs, Nos indicateurs",
        "Études deux": "Indicateurs",
        "Seulement sur la fiche": "Nos indicateurs",
        "En rond": "Indicateurs, Indicateurs économiques",
    }


def test_what_is_said_of_a_note_is_no_form() -> None:
    notes = {
        "a1": a_note("action", "governance", "actions", fields={"owner_text": "Yann Le Goff"}),
        "a2": a_note("committee", "governance", "committees", fields={"term_months": 12, "max_terms": 3}),
        "a3": a_note("committee", "governance", "committees", fields={"term_months": 12}),
        "a4": a_note(
            "contribution",
            "economic",
            "brings",
            fields={"direction": "brings", "amount": 8000, "unit": "euros", "period": "year", "weight": 2},
        ),
    }
    told = report_of(pack_with({"g1/convergence": notes}), Words("fr"))
    assert [
        block.about.replace("\u202f", " ").replace("\u00a0", " ")
        for block in told.blocks
        if isinstance(block, Noted)
    ] == [
        "Comité · 12 mois, 3 mandats de suite au plus · Nadia Benali",
        "Comité · 12 mois, limite de renouvellement à fixer · Nadia Benali",
        "Action · Responsable : Yann Le Goff · Nadia Benali",
        "Apport ou contrepartie · 8 000 € par an · Poids : 2 · Nadia Benali",
    ]


def test_with_nobody_named_no_file_says_that_an_action_has_nobody() -> None:
    notes = {"a": a_note("action", "governance", "actions", fields={"owner_text": "Yann Le Goff"})}
    for names, said in (("names", "Yann Le Goff"), ("none", "—")):
        told = pack_with({"g1/convergence": notes}, cast("Names", names))
        assert table_of(told, "Actions").rows[0][1] == said
        (board,) = (one for one in told.boards if one.count)
        page = Pages(told.catalogue, Words("fr"), told).document([Face(board.template, "filled", board)])
        assert [item["foot"] for zone in page["faces"][0]["zones"] for item in zone["items"]] == [said]
    nobody_yet = pack_with({"g1/convergence": {"a": a_note("action", "governance", "actions")}})
    assert table_of(nobody_yet, "Actions").rows[0][1] == "à désigner"


def test_the_points_of_the_economic_canvas_are_counted_for_each_and_for_all() -> None:
    notes = {
        "b1": a_note("contribution", "economic", "brings", stakeholder="s0structure", fields={"weight": 3}),
        "b2": a_note("contribution", "economic", "brings", stakeholder="s1structure", fields={"weight": 2}),
        "b3": a_note("contribution", "economic", "receives", stakeholder="s1structure"),
    }
    table = table_of(pack_with({"g1/convergence": notes}), "Apports et contreparties")
    assert table.head[2] == "Points mis" and table.head[4] == "Points reçus"
    points = {row[0]: (row[2], row[4]) for row in table.rows}
    assert points["Haut-Orme"] == ("3", "0")
    assert points["Roulibre"] == ("2", "1")
    assert points["Total"] == ("5", "1")


def test_a_balance_is_told_with_whose_it_is() -> None:
    fields = {"key": "viability", "value": 0, "verdict": "acceptable"}
    verdict = a_note("scale", "economic", "viability", "Acceptable", stakeholder="s1structure", fields=fields)
    rows = table_of(pack_with({"g1/convergence": {"verdict-s1structure": verdict}}), "Jauges et relevés").rows
    assert rows[0][:2] == ("Acceptable", "Roulibre")


def test_what_a_committee_decides_and_how_often_it_meets_is_in_its_table() -> None:
    fields = {"frequency": "tous les deux mois", "decides_on": "Le budget", "members": ["Roulibre", "Zoé"]}
    notes = {"c": a_note("committee", "governance", "committees", "Pilotage", fields=fields)}
    table = table_of(pack_with({"g1/convergence": notes}), "Comités")
    assert table.head == ("Comité", "Décide de", "Membres", "Fréquence", "Mandat")
    assert table.rows == (
        ("Pilotage", "Le budget", "Roulibre ; Zoé", "tous les deux mois", "mandat à fixer"),
    )
    table = table_of(pack_with({"g1/convergence": notes}, "none"), "Comités")
    assert table.rows[0][2] == "Partie prenante 2", "structures have numbers, people nothing"


def test_no_table_has_a_column_in_which_nobody_says_anything() -> None:
    assert without_gaps(Table(("A", "B", "C"), (("", "", "x"), ("", " ", "")), (1, 2, 3))) == Table(
        ("A", "C"), (("", "x"), ("", "")), (1, 3)
    )
    for one in report().blocks:
        if isinstance(one, Table):
            assert all(any(row[n].strip() for row in one.rows) for n in range(1, len(one.head))), one.head


def test_the_annex_repeats_no_text_that_is_the_same() -> None:
    sheet = {
        "i1": a_note("note", "sheet3.verso", "indicators", "Les mêmes\nmots"),
        "i2": a_note("note", "sheet3.verso", "indicators", "Autrement"),
    }
    canvas = {
        "c1": carried("note", "governance", "mission", "Les mêmes mots", "i1"),
        "c2": carried("note", "governance", "mission", "Repris", "i2"),
    }
    told = pack_with({"g1/exploration": sheet, "g1/convergence": canvas})
    rows = table_of(told, "Annexe\u00a0: d’où viennent les notes des canevas").rows
    assert [row[1:] for row in rows] == [
        ("Les mêmes mots", "Fiche 3, Nous, Hêtre"),
        ("Repris", "Fiche 3, Nous, Hêtre — Autrement"),
    ]


def test_a_workshop_in_which_nothing_was_written_says_so() -> None:
    def bare(workshop: Workshop) -> Workshop:
        return replace(workshop, votes=(), consents=(), polls=())

    blocks = report_of(a_pack(0, change=bare), Words("fr")).blocks
    for title, said in (
        ("Décisions", "Aucune décision n’a été notée."),
        ("Actions", "Aucune action n’a été notée."),
        ("Ce qui a été écrit, zone par zone", "Rien n’a été écrit dans cet atelier."),
    ):
        assert part_of(blocks, title) == [Paragraph(said)]


@pytest.mark.parametrize(
    ("turnout", "decided", "outcome"),
    [
        (
            1,
            "Sans objection\u00a0: Se revoir (12 personnes n’ont pas répondu)",
            "Personne n’a objecté. 12 personnes n’ont pas répondu.",
        ),
        (
            12,
            "Adoptée par consentement\u00a0: Se revoir (12 réponses sur 13)",
            "Personne n’objecte\u00a0: la proposition est adoptée.",
        ),
    ],
)
def test_what_few_have_answered_is_not_told_as_the_decision_of_all(
    turnout: int, decided: str, outcome: str
) -> None:
    answers = (Answer("consent"),) * turnout
    asked = Consent(
        "c1", "p1person", "Se revoir", None, False, 1, closed_at=2, turnout=turnout, of=13, answers=answers
    )
    small = a_pack(5)
    told = replace(small, workshop=replace(small.workshop, consents=(asked,)))
    blocks = report_of(told, Words("fr")).blocks
    assert part_of(blocks, "Décisions")[0] == Bullets((decided,))
    part = part_of(blocks, "Votes et consentements")
    assert any(isinstance(one, Paragraph) and one.text.endswith(outcome) for one in part)


@pytest.mark.parametrize("count", [0, 40])
def test_sheets_that_nobody_wrote_on_are_not_printed(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[Board] = []

    def pdf(_: Pack, *, boards: tuple[Board, ...], **more: object) -> bytes:
        printed[:] = boards
        return b"%PDF-1.7"

    monkeypatch.setattr("tablee.exports.pdf.pdf", pdf)
    told = a_pack(count)
    made(told, Want("pdf", "sheets"))
    assert [board for board in printed if board.owner is not None] == [
        board for board in told.boards if board.owner is not None and board.count
    ]
    assert [board for board in printed if board.owner is None], "what a group writes together is"
    made(told, Want("pdf", "sheets", layout="blank"))
    assert printed == [board for board in told.boards if board.template.sheet is not None]


def test_sheets_that_nobody_wrote_on_are_no_picture_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tablee.exports.png.pngs", lambda _pack, boards, _words: [b""] * len(boards))
    told = a_pack(40)
    bare = [board for board in told.boards if board.owner is not None and not board.count]
    assert bare
    assert len(made(told, Want("png"))) == len(told.boards) - len(bare)
    one = Want("png", board=bare[0].id, room=bare[0].room)
    assert len(made(told, one)) == 1, "one that is asked for is drawn"


def test_words_of_a_head_are_not_broken_and_columns_keep_the_width_of_the_page() -> None:
    tables = [one for one in report().blocks if isinstance(one, Table)]
    for table in (*tables, Table(("Contributions",) * 9, (), (1,) * 9)):
        made = widths(table, 17)
        assert sum(made) == pytest.approx(17)
        if table.shares != (1,) * 9:
            for head, width in zip(table.head, made, strict=True):
                assert width >= 0.2 * max(map(len, head.split()))


@pytest.mark.parametrize("seed", range(40))
def test_a_column_that_says_little_leaves_its_room_to_those_that_say_more(seed: int) -> None:
    rng = random.Random(seed)
    count = rng.randint(1, 9)
    rows = tuple(
        tuple("mot " * rng.choice((0, 1, 3, 20, 200)) for _ in range(count)) for _ in range(rng.randint(0, 5))
    )
    shares = tuple(rng.randint(1, 9) for _ in range(count))
    assert sum(widths(Table(("Tête",) * count, rows, shares), 17)) == pytest.approx(17)
    long = Table(("N°", "Règle", "Statut"), (("R1", "mot " * 300, "Proposée"),), (2, 9, 5))
    number, rule, state = widths(long, 17)
    assert number < 1 and state < 2 and rule > 14


def test_only_a_row_that_is_too_long_for_it_may_go_on_on_the_next_page() -> None:
    told = replace(report(), blocks=(Table(("A",), (("court",), ("mot " * 300,)), (1,)),))
    rows = docx.Document(io.BytesIO(write_docx(told))).tables[0]._tbl.tr_lst
    assert [row.find(f".//{qn('w:cantSplit')}") is not None for row in rows] == [True, True, False]
    (table,) = odfdo.Document(io.BytesIO(write_odt(told))).body.get_elements("//table:table")
    styles = [row.get_attribute("table:style-name") for row in table.get_elements("//table:table-row")]
    assert styles[-3:] == ["ReportRow", "ReportRow", None]


def test_the_contents_of_an_opendocument_ask_for_the_page_of_each_heading() -> None:
    body = odfdo.Document(io.BytesIO(write_odt(report()))).body
    links = [
        str(one.get_attribute("xlink:href"))[1:]
        for one in body.get_elements("//text:table-of-content//text:a")
    ]
    pages = body.get_elements("//text:table-of-content//text:bookmark-ref[@text:reference-format='page']")
    assert [one.get_attribute("text:ref-name") for one in pages] == links


@pytest.mark.parametrize(("headings", "turns"), [(34, 1), (35, 0)])
def test_long_contents_leave_no_page_empty_behind_them(headings: int, turns: int) -> None:
    told = replace(report(), blocks=tuple(Heading(1, f"Partie {n}") for n in range(headings)))
    breaks = docx.Document(io.BytesIO(write_docx(told))).element.body.iterfind(f".//{qn('w:br')}")
    assert sum(one.get(qn("w:type")) == "page" for one in breaks) == turns
    body = odfdo.Document(io.BytesIO(write_odt(told))).body
    assert len(body.get_elements("//text:p[@text:style-name='Turn']")) == turns


def test_a_photo_is_a_picture_in_texts_too() -> None:
    photo = Picture(b"", 4, 3, "Fiche [1] | Hêtre", "trajets-fiche-1.jpg", "../photos/trajets-fiche-1.jpg")
    told = replace(report(), blocks=(photo,))
    assert "![Fiche \\[1\\] \\| Hêtre](../photos/trajets-fiche-1.jpg)" in write_markdown(told).decode()
    alone = write_markdown(replace(told, blocks=(replace(photo, path=""),))).decode()
    assert "*Fiche \\[1\\] \\| Hêtre*" in alone and "](" not in alone
    assert (
        "[[File:trajets-fiche-1.jpg|thumb|none|Fiche &#91;1&#93; &#124; Hêtre]]" in write_wiki(told).decode()
    )


def test_only_a_report_in_the_zip_names_photos_beside_it() -> None:
    board, *others = pack().boards
    photo = Photo("f1", board.id, "Le mur", None, START, 4, 3, b"")
    told = replace(pack(), boards=(replace(board, photos=(photo,)), *others))
    ((inside,), (alone,)) = made(told, Want("md", beside=True)), made(told, Want("md"))
    assert b"](../photos/" in inside.data and b"](../" not in alone.data and b"*Le mur" in alone.data
    assert [want for want in ITEMS["report"] if want.beside] == [Want("md", beside=True)]


def test_ordinary_texts_stay_as_they_are_in_wiki_text() -> None:
    for text in ("CC du Haut-Orme, l'agence d'urbanisme : 12:30, n° 3 ; 50 % = la moitié !", "a_b"):
        assert wiki_escaped(text) == text


def test_verdicts_are_told_with_those_before() -> None:
    text = write_markdown(report()).decode()
    assert re.search(r"À renégocier — Trop de temps donné.*<br>avant\u00a0: Acceptable", text)


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Trajets communs", "trajets-communs"),
        ("L’Œuvre d’Élodie : n°1/2 ../..\\ \r\n", "l-oeuvre-d-elodie-n-1-2"),
        ("مرحبا", "atelier"),
        ("x" * 300, "x" * 60),
    ],
)
def test_names_of_files_are_taken_by_every_system(title: str, wanted: str) -> None:
    assert slug(title) == wanted


# -- another office ------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_libreoffice_opens_the_report_and_shows_every_note(kind: str, tmp_path: Path) -> None:
    told = report_of(nasty_pack(), Words("fr"))
    (tmp_path / f"report.{kind}").write_bytes(WRITERS[kind](told))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", f"report.{kind}"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    shown = " ".join((tmp_path / "report.txt").read_text("utf-8-sig").split())
    for text in note_texts(told):
        assert " ".join(text.split()) in shown, text
