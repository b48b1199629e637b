"""Each kind of mistake in a copied folder is named with its file, its place, its line and one sentence."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tablee.model.canvases import CatalogueError, load_catalogue
from tablee.model.checks import check_catalogue, check_report
from tablee.model.wrapup import CHECKS

SHIPPED = Path(__file__).parents[3] / "canvases"
GONE = "the file is deleted"

FACE = "sheet2.verso/canvas.toml"
TEXTS = "sheet2.verso/texts.fr.toml"
AGENDA = "agendas/short_150.toml"
CARD = "immersion/terristory.toml"
WRAP_UP = "wrapup.toml"
AIDS = "governance/aids.toml"
GUIDE, SHELF = "guide.toml", "shelf.toml"
RULES_BOX = 'box = [103, 114, 91, 83]\nkinds = ["rule", "note"]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "canvases"))


@pytest.fixture(scope="module")
def lent_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy for the whole table of mistakes: who changes a file puts it back."""
    return Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("lent") / "canvases"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first occurrence, which must be there."""
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


def told(folder: Path) -> list[str]:
    """The mistakes without their lines, which change with the files."""
    return [str(replace(mistake, line=None)) for mistake in check_catalogue(folder)]


def test_the_shipped_folder_has_no_mistake() -> None:
    assert check_catalogue(SHIPPED) == []
    assert check_report(SHIPPED) == (
        0,
        f"{SHIPPED}: 8 templates (68 zones, 66 routes), 4 agendas, 7 cards, in fr, en. No mistake.",
    )


MISTAKES = {
    # aids of the governance canvas
    "one crash test too few": (
        AIDS,
        '[[crash_tests]]\nfr = "Le financeur principal se retire."\nen = "The main funder leaves."\n', "",
        "crash_tests: There are 7 crash tests; answers have keys for 8.",
    ),
    "a rule of a domain nobody knows": (
        AIDS, 'domain = "sanctions"', 'domain = "fines"',
        "minimal[1].domain: “fines” is not a domain of rules.",
    ),
    "a legal form nobody knows": (
        AIDS, "[forms.scop]", "[forms.guild]",
        "forms.guild: “guild” is not a legal form of notes.",
    ),
    "a legal form without its limits": (
        AIDS, "limits.fr", "borders.fr",
        "forms.informal: A legal form has exactly when, advantages, limits.",
    ),
    "a situation in one language": (
        AIDS, 'en = "A fork wants the name."\n', "",
        "crash_tests[8].en: The text in “en” is missing.",
    ),
    # files
    "a template without canvas.toml": (
        FACE, GONE, "",
        "The file is missing.",
    ),
    "a missing language": (
        TEXTS, GONE, "",
        "The file is missing.",
    ),
    "a syntax error": (
        FACE, "n = 5\n", "n = \n",
        "This is not valid TOML: invalid value.",
    ),
    "an unclosed text": (
        TEXTS, 'title = "Nos règles"', 'title = "Nos règles',
        "This is not valid TOML: illegal character '\\n'.",
    ),
    "a zone written twice": (
        FACE, "[zones.bodies]", "[zones.rules]",
        "zones.rules: “zones.rules” is written twice.",
    ),
    "a key written twice": (
        FACE, "n = 5\n", "n = 5\nn = 5\n",
        "A key is written twice in the same table.",
    ),
    "a missing key": (
        FACE, "n = 5\n", "",
        "zones.rules.n: “n” is missing.",
    ),
    "an unknown key": (
        FACE, "n = 5\n", "n = 5\nbox_mm = 3\n",
        "zones.rules.box_mm: “box_mm” is not a key that can stand here.",
    ),
    "an unknown key at the top": (
        FACE, 'page = "A4L"', 'page = "A4L"\nsheet = 2',
        "sheet: “sheet” is not a key that can stand here.",
    ),
    "a text instead of a number": (
        FACE, "n = 5\n", 'n = "5"\n',
        "zones.rules.n: The value must be a whole number, not a text.",
    ),
    "a box of three values": (
        FACE, RULES_BOX, RULES_BOX.replace(", 83]", "]"),
        "zones.rules.box: The list must hold 4 values, not 3.",
    ),
    "a kind that is not a text": (
        FACE, '"rule", "note"', '"rule", 5',
        "zones.rules.kinds[2]: The value must be a text, not a whole number.",
    ),
    "a language nobody declared": (
        "catalogue.toml", '"fr", "en"', '"fr", "en", "de"',
        "sheet2.verso/texts.de.toml: The file is missing.",
    ),
    "a language without French": (
        "catalogue.toml", '"fr", "en"', '"en"',
        "languages: “fr” is missing: every text exists in it.",
    ),
    "a language that is no code": (
        "catalogue.toml", '"fr", "en"', '"fr", "en", "../x"',
        "languages: “../x” is not a language code such as fr.",
    ),
    "an attribution without the kit's author": (
        "catalogue.toml", "© 2023 inno³, CC", "© 2023, CC",
        "attribution.fr: The line must name “inno³”.",
    ),
    "another licence": (
        "catalogue.toml", '"CC-BY-SA-4.0"', '"MIT"',
        "kit.licence: What derives from the kit stays under CC-BY-SA-4.0.",
    ),
    "an address that is none": (
        "catalogue.toml", 'title = "Kit', 'contact = "a@b?cc=c@d.fr"\ntitle = "Kit',
        "kit.contact: “a@b?cc=c@d.fr” is not an e-mail address.",
    ),
    # templates
    "an id that is not the folder": (
        FACE, 'id = "sheet2.verso"', 'id = "sheet2.back"',
        "id: The id “sheet2.back” is not the name of the folder, “sheet2.verso”.",
    ),
    "a version that is not one": (
        FACE, '"1.0.0"', '"v1"',
        "version: “v1” is not a version such as 1.0.0.",
    ),
    "an unknown page": (
        FACE, '"A4L"', '"A5L"',
        "page: “A5L” is not a known page; it must be A4L or A3L.",
    ),
    "the wrong side": (
        FACE, '"nous"', '"je"',
        "side: The side of sheet2.verso must be “nous”.",
    ),
    "a gap in the numbers": (
        FACE, "n = 5\n", "n = 9\n",
        "zones.rules.n: Zones are numbered 1 to 6, not 9.",
    ),
    "a number taken twice": (
        FACE, "n = 5\n", "n = 4\n",
        "zones.rules.n: Number 4 is already that of zone “community”.",
    ),
    "a box outside the page": (
        FACE, RULES_BOX, RULES_BOX.replace("103, 114", "250, 114"),
        "zones.rules.box: The box leaves the page, which is 297 x 210 mm.",
    ),
    "a box that is nowhere": (
        FACE, RULES_BOX, RULES_BOX.replace("103, 114", "nan, 114"),
        "zones.rules.box: The box leaves the page, which is 297 x 210 mm.",
    ),
    "a box over the header": (
        FACE, "box = [8, 27, 91, 83]", "box = [8, 20, 91, 83]",
        "zones.contributions.box: The box covers the header band, which ends at 24 mm.",
    ),
    "a box over the footer": (
        FACE, RULES_BOX, RULES_BOX.replace("114", "120"),
        "zones.rules.box: The box covers the footer band, which starts at 200 mm.",
    ),
    "a box too small to write in": (
        FACE, RULES_BOX, RULES_BOX.replace("91, 83", "91, 5"),
        "zones.rules.box: The box is smaller than 20 x 20 mm.",
    ),
    "boxes that overlap": (
        FACE, RULES_BOX, RULES_BOX.replace("103", "98"),
        "zones.rules.box: The box overlaps that of zone “community” by 1 x 83.",
    ),
    "a page left half empty": (
        "economic/canvas.toml", "box = [76, 70, 104, 126]", "box = [76, 70, 20, 20]",
        "zones: The zones cover 79.7% of the working area, less than 80%.",
    ),
    "a zone without a box on screens": (
        "economic/canvas.toml", "costs = [20, 618, 252, 116]\n", "",
        "screen.zones: Zone “costs” has no box on screens.",
    ),
    "a box on screens for no zone": (
        "economic/canvas.toml",
        "costs = [20, 618, 252, 116]",
        "costs = [20, 618, 252, 116]\nfees = [0, 0, 9, 9]",
        "screen.zones.fees: There is no zone “fees”.",
    ),
    "a box outside the screen": (
        "economic/canvas.toml", "[20, 618, 252, 116]", "[20, 718, 252, 116]",
        "screen.zones.costs: The box leaves the 1308 x 758 grid.",
    ),
    "boxes that overlap on screens": (
        "economic/canvas.toml", "[280, 618, 186, 116]", "[270, 618, 186, 116]",
        "screen.zones.pooling: The box overlaps that of zone “costs” by 2 x 116.",
    ),
    # zones
    "no kind": (
        FACE, '["rule", "note"]', "[]",
        "zones.rules.kinds: A zone accepts at least one kind of note.",
    ),
    "a kind twice": (
        FACE, '["rule", "note"]', '["rule", "rule"]',
        "zones.rules.kinds: “rule” is written twice.",
    ),
    "an unknown type": (
        "governance/canvas.toml", '"map"', '"plan"',
        "zones.map.type: “plan” is not a known type; it must be one of plain, map, lanes.",
    ),
    "a map without axes": (
        "governance/canvas.toml", 'type = "map"', 'type = "plain"',
        "zones.map.axes: Only a map has axes.",
    ),
    "an axis that does not end with 1": (
        "governance/canvas.toml", "0.6667, 1]", "0.6667, 0.9]",
        "zones.map.axes.y: The ticks of an axis begin with 0, end with 1 and grow.",
    ),
    "a tick without its word": (
        "governance/texts.en.toml", '"person", ', "",
        "zones.map.axes.y: The axis has 4 ticks and 3 words for them.",
    ),
    "an unknown ring": (
        "governance/canvas.toml", 'ring = "centre"', 'ring = "middle"',
        "zones.map.ring: “middle” is not a known ring; it must be one of sheet1, sheet2, sheet3, centre.",
    ),
    "a basis that says nothing": (
        FACE, 'basis = "S-v1"', 'basis = "kit"',
        "zones.contributions.basis: “kit” is not S- (named by a source) or I- (inferred) and reference keys.",
    ),
    "a purpose left empty": (
        FACE, 'why = "existing and missing governance rules"', 'why = ""',
        "zones.rules.why: The purpose of the zone is empty.",
    ),
    # between templates
    "a route to nowhere": (
        FACE, 'to = ["governance.rules"]', 'to = ["governance.rule"]',
        "zones.rules.to: “governance.rule” points nowhere: the governance canvas has no zone “rule”.",
    ),
    "a route to a sheet": (
        FACE, 'to = ["governance.rules"]', 'to = ["sheet1.verso.need"]',
        "zones.rules.to: “sheet1.verso.need” is not the address of a canvas zone, such as governance.rules.",
    ),
    "a sheet's zone without a route": (
        FACE, 'to = ["governance.rules"]\n', "",
        "zones.rules.to: A zone of a sheet feeds at least one zone of a canvas.",
    ),
    "a canvas zone with a route": (
        "economic/canvas.toml", 'basis = "I-ami"', 'basis = "I-ami"\nto = ["governance.rules"]',
        "zones.costs.to: A zone of a canvas feeds nothing: only zones of sheets have routes.",
    ),
    "a canvas zone with a mirror": (
        "economic/canvas.toml", 'basis = "I-ami"', 'basis = "I-ami"\nmirror = "rules"',
        "zones.costs.mirror: A zone of a canvas has no other face to mirror.",
    ),
    "a canvas zone nobody feeds": (
        "sheet3.verso/canvas.toml", '"governance.legal", ', "",
        "governance/canvas.toml: zones.legal: No zone of a sheet feeds governance.legal.",
    ),
    "a zone without a mirror": (
        FACE, 'mirror = "decisions"\n', "",
        "zones.rules.mirror: The zone must name its mirror on sheet2.recto.",
    ),
    "a mirror that does not exist": (
        FACE, 'mirror = "decisions"', 'mirror = "decision"',
        "zones.rules.mirror: sheet2.recto has no zone “decision”.",
    ),
    "a mirror that does not answer": (
        FACE, 'mirror = "decisions"', 'mirror = "seats"',
        "zones.rules.mirror: The mirror does not answer: sheet2.recto.seats mirrors “bodies”.",
    ),
    "a mirror in another box": (
        FACE, RULES_BOX, RULES_BOX.replace("83]", "82]"),
        "zones.rules.box: The box is not that of its mirror, sheet2.recto.decisions: [103, 114, 91, 83].",
    ),
    # texts
    "a zone without texts": (
        TEXTS, "[zones.rules]", "[zones.rule]",
        "zones.rules: The texts of zone “rules” are missing.",
    ),
    "texts without a zone": (
        TEXTS, "[zones.rules]", "[zones.rule]",
        "zones.rule: canvas.toml has no zone “rule”.",
    ),
    "a page without a title": (
        TEXTS, 'title = "Fiche 2 · Convergence des actions · Nous"\n', "",
        "title: “title” is missing.",
    ),
    "a title left empty": (
        TEXTS, '"Nos règles"', '" "',
        "zones.rules.title: The text is empty.",
    ),
    "a prompt that does not fit": (
        TEXTS, "ou faut-il écrire ?", "ou faut-il les écrire toutes dès maintenant ?",
        "zones.rules.prompt: The text has 112 characters; at most 110 fit.",
    ),
    "a line break in a title": (
        TEXTS, '"Nos règles"', r'"Nos\nrègles"',
        "zones.rules.title: The text has spaces around it, line breaks, or characters that do not print.",
    ),
    "typography in a text": (
        TEXTS, "d'accès", "d’accès",
        (
            "zones.rules.prompt: The text holds a curly apostrophe; write a plain one, typography is "
            "applied when it is shown."
        ),
    ),
    # agendas
    "an agenda with a wrong sum": (
        AGENDA, "minutes = 12\n", "minutes = 13\n",
        "minutes: The steps take 151 minutes, not 150.",
    ),
    "an agenda with another id": (
        AGENDA, 'id = "short_150"', 'id = "short"',
        "id: The id “short” is not the name of the file, “short_150”.",
    ),
    "an agenda for nobody": (
        AGENDA, "people = [3, 8]", "people = [8, 3]",
        "people: From 8 to 3 people is not a range.",
    ),
    "an agenda for no group": (
        AGENDA, "groups = 1", "groups = 0",
        "groups: An agenda is for one group or more.",
    ),
    "a step called like another": (
        AGENDA, 'id = "round"', 'id = "welcome"',
        "steps[2].id: Two steps are called “welcome”.",
    ),
    "a step with an id that is not one": (
        AGENDA, 'id = "round"', 'id = "Round 1"',
        "steps[2].id: “Round 1” cannot be an id: small letters, digits and _ only.",
    ),
    "a step without minutes": (
        AGENDA, "minutes = 7\n", "minutes = 0\n",
        "steps[2].minutes: Step “round”: 0 minutes is not a duration.",
    ),
    "an unknown phase": (
        AGENDA, 'phase = "intro"', 'phase = "start"',
        (
            "steps[1].phase: Step “welcome”: “start” is not a known phase; it must be one of intro, "
            "immersion, exploration, break, convergence, synthesis."
        ),
    ),
    "an unknown mode": (
        AGENDA, 'mode = "plenary"', 'mode = "all"',
        (
            "steps[1].mode: Step “welcome”: “all” is not a known mode; it must be one of plenary, each, "
            "group, rooms."
        ),
    ),
    "a board that does not exist": (
        AGENDA, '"sheet1.verso"', '"sheet4.verso"',
        "steps[4].board: Step “s1_nous”: There is no template “sheet4.verso”.",
    ),
    "an assigned sheet outside parallel rooms": (
        AGENDA, '"sheet1.verso"', '"assigned.verso"',
        "steps[4].board: Step “s1_nous”: “assigned.verso” only makes sense in mode “rooms”.",
    ),
    "each without a recto": (
        AGENDA, '"sheet1.recto"', '"sheet1.verso"',
        "steps[3].mode: Step “s1_je”: Mode “each” needs the recto of a sheet as board.",
    ),
    "an agenda without a title in English": (
        AGENDA, 'title.en = "Short workshop, 2 h 30"\n', "",
        "title.en: The text in “en” is missing.",
    ),
    "a step without a title in English": (
        AGENDA, 'title.en = "Break"\n', "",
        "steps[7].title.en: The text in “en” is missing.",
    ),
    "a step in a language nobody declared": (
        AGENDA, 'title.en = "Break"\n', 'title.en = "Break"\ntitle.de = "Pause"\n',
        "steps[7].title.de: “de” is not among the languages of catalogue.toml.",
    ),
    "a step that lacks a key": (
        AGENDA, "minutes = 7\n", "",
        "steps[2].minutes: “minutes” is missing.",
    ),
    # cards
    "a card without a head": (
        CARD, "[maturity]", "[maturities]",
        "maturities: “maturities” is not a key that can stand here.",
    ),
    "a card that lacks a head": (
        CARD, '[resources]\nfr = "terristory.fr"\nen = "terristory.fr"\n', "",
        "resources: “resources” is missing.",
    ),
    "a card without English": (
        CARD, 'en = "Steer a local transition with shared data"\n', "",
        "need.en: The text in “en” is missing.",
    ),
    "a card with another id": (
        CARD, 'id = "terristory"', 'id = "territory"',
        "id: The id “territory” is not the name of the file, “terristory”.",
    ),
    "a card without a name": (
        CARD, '"TerriSTORY"', '""',
        "name: “name” is empty.",
    ),
    "a card from another age": (
        CARD, "year = 2023", "year = 23",
        "year: 23 is not a year that dates these facts.",
    ),
    # the guide and the shelf
    "no guide": (
        GUIDE, GONE, "",
        "The file is missing.",
    ),
    "a step that the guide cannot tell of": (
        GUIDE, 'id = "welcome"', 'id = "goodbye"',
        "steps[1].id: “goodbye” is not a step that the guide can tell of.",
    ),
    "a step of the guide in no phase": (
        GUIDE, 'phase = "intro"', 'phase = "later"',
        "steps[1].phase: “later” is not a known phase.",
    ),
    "a usual length that ends before it begins": (
        GUIDE, "minutes = [5, 15] # a usual", "minutes = [15, 5] # a usual",
        "steps[1].minutes: From 15 to 5 minutes is not a range.",
    ),
    "a hint without English": (
        GUIDE, 'hint.en = "Recall when you resume, and look at who has not written yet."\n', "",
        "steps[7].hint.en: The text in “en” is missing.",
    ),
    "a point of the checklist about nothing": (
        GUIDE, 'about = "people"', 'about = "weather"',
        "prepare[1].about: “weather” is not one of people, place, prints, material.",
    ),
    "two points of one name": (
        GUIDE, 'id = "facilitation"', 'id = "profiles"',
        "prepare[2].id: Two of these are called “profiles”.",
    ),
    "a link on no shelf": (
        SHELF, 'about = "testimony"', 'about = "rumour"',
        "links[1].about: “rumour” is not one of testimony, catalogue, toolbox, licence.",
    ),
    "a link that is not safe": (
        SHELF, '"https://www.openstreetmap.fr"', '"http://www.openstreetmap.fr"',
        "links[1].url: “http://www.openstreetmap.fr” is not an address that begins with https://.",
    ),
    # the wrap-up
    "no wrap-up": (
        WRAP_UP, GONE, "",
        "The file is missing.",
    ),
    "a line of the checklist with another id": (
        WRAP_UP, 'id = "terms"', 'id = "term"',
        f"checks: The ids must be {', '.join(CHECKS)}, in this order.",
    ),
    "a line of the checklist in no step": (
        WRAP_UP, 'step = "anticipate"', 'step = "later"',
        "checks[7].step: “later” is not a step of the checklist.",
    ),
    "a step of the checklist with another id": (
        WRAP_UP, 'id = "take_part"', 'id = "take"',
        "steps: The ids must be prefigure, take_part, anticipate, in this order.",
    ),
    "a principle too many": (
        WRAP_UP, "[[principles]]", "[[principles]]\n"
        + "".join(f'{key}.{to} = "x"\n' for key in ("title", "question", "action") for to in ("fr", "en"))
        + "[[principles]]",
        "principles: There must be 8 principles.",
    ),
    "a line of the checklist without English": (
        WRAP_UP, 'text.en = "The cost table is shared"\n', "",
        "checks[6].text.en: The text in “en” is missing.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_named_with_file_place_and_sentence(lent_folder: Path, kind: str) -> None:
    file, old, new, expected = MISTAKES[kind]
    before = (lent_folder / file).read_text()
    try:
        if old == GONE:
            (lent_folder / file).unlink()
        else:
            edit(lent_folder, file, old, new)
        found = told(lent_folder)
    finally:
        (lent_folder / file).write_text(before)
    assert expected in found or f"{file}: {expected}" in found


def test_a_folder_with_mistakes_is_not_loaded(folder: Path) -> None:
    edit(folder, FACE, '"rule", "note"', '"ruling", "note"')
    edit(folder, TEXTS, '"Nos règles"', '""')
    with pytest.raises(
        CatalogueError, match=r"^sheet2\.verso/canvas\.toml:\d+: zones.* \(and 1 more\)$"
    ) as error:
        load_catalogue(folder)
    assert [mistake.place for mistake in error.value.mistakes] == ["zones.rules.kinds", "zones.rules.title"]


@pytest.mark.parametrize(
    ("file", "old", "new", "shown"),
    [
        (FACE, 'to = ["governance.rules"]', 'to = ["governance.rule"]', 'to = ["governance.rule"]'),
        (FACE, "n = 5\n", "", "[zones.rules]"),
        (FACE, "n = 5\n", "n = \n", "n = "),
        (TEXTS, '"Nos règles"', '""', 'title = ""'),
        (AGENDA, 'phase = "immersion"', 'phase = "dive"', 'phase = "dive"'),
        (AGENDA, 'title.fr = "Pause"\n', 'title.fr = ""\n', 'title.fr = ""'),
        (CARD, 'en = "Train, spread', 'es = "Train, spread', 'es = "Train, spread'),
        ("economic/canvas.toml", "costs = [20, 618", "costs = [20, 718", "costs = [20, 718"),
    ],
)
def test_a_mistake_is_shown_at_its_line(folder: Path, file: str, old: str, new: str, shown: str) -> None:
    if old.startswith("phase"):
        file = "agendas/half_day_210.toml"
    edit(folder, file, old, new)
    lines = (folder / file).read_text().splitlines()
    found = [mistake for mistake in check_catalogue(folder) if mistake.file == file and mistake.line]
    assert any(lines[(mistake.line or 0) - 1].startswith(shown) for mistake in found), found
    assert f"{file}:{found[0].line}: " in check_report(folder)[1]


def test_one_mistake_is_told_once(folder: Path) -> None:
    edit(folder, FACE, "n = 5\n", 'n = "5"\n')
    assert len(told(folder)) == 1
    status, text = check_report(folder)
    assert (status, text.splitlines()[-1]) == (1, f"1 mistake in {folder}.")


def test_independent_mistakes_are_all_told(folder: Path) -> None:
    edit(folder, FACE, '"rule", "note"', '"ruling", "note"')
    edit(folder, TEXTS, '"Nos règles"', '""')
    edit(folder, AGENDA, "minutes = 7\n", "minutes = 8\n")
    files = [mistake.file for mistake in check_catalogue(folder)]
    assert files == [AGENDA, FACE, TEXTS]


def test_a_zone_id_that_is_not_one_is_refused(folder: Path) -> None:
    for file in ("canvas", "texts.fr", "texts.en"):
        edit(folder, f"sheet2.verso/{file}.toml", "[zones.rules]", "[zones.Rules-2]")
    sentence = "“Rules-2” cannot be an id: small letters, digits and _ only, starting with a letter."
    assert f"sheet2.verso/canvas.toml: zones.Rules-2: {sentence}" in told(folder)


def test_a_template_nobody_knows_is_refused(folder: Path) -> None:
    shutil.copytree(folder / "governance", folder / "law")
    edit(folder, "law/canvas.toml", 'id = "governance"', 'id = "law"')
    sentence = "“law” is not sheet1.recto to sheet3.verso, governance or economic."
    assert f"law/canvas.toml: id: {sentence}" in told(folder)


def test_a_sheet_without_its_other_face_is_refused(folder: Path) -> None:
    shutil.rmtree(folder / "sheet2.recto")
    assert "sheet2.verso/canvas.toml: id: The other face, sheet2.recto, is missing." in told(folder)


def test_a_missing_canvas_is_named(folder: Path) -> None:
    shutil.rmtree(folder / "economic")
    assert "economic/canvas.toml: The economic canvas is missing." in told(folder)


def test_a_template_without_a_zone_is_refused(folder: Path) -> None:
    head = (folder / FACE).read_text().split("[zones.", 1)[0]
    (folder / FACE).write_text(head + "[zones]\n")
    for language in ("fr", "en"):
        (folder / f"sheet2.verso/texts.{language}.toml").write_text('title = "Fiche 2"\n[zones]\n')
    assert "sheet2.verso/canvas.toml: zones: A template has at least one zone." in told(folder)


def test_an_agenda_without_a_step_is_refused(folder: Path) -> None:
    head = (folder / AGENDA).read_text().split("[[steps]]", 1)[0]
    (folder / AGENDA).write_text(head + "steps = []\n")
    assert f"{AGENDA}: steps: An agenda has at least one step." in told(folder)


def test_texts_in_a_language_nobody_declared_are_named(folder: Path) -> None:
    shutil.copy(folder / TEXTS, folder / "sheet2.verso/texts.de.toml")
    sentence = "“de” is not among the languages of catalogue.toml."
    assert f"sheet2.verso/texts.de.toml: {sentence}" in told(folder)


def test_bytes_that_are_not_text_are_named(folder: Path) -> None:
    (folder / TEXTS).write_bytes(b"title = '\xff'")
    assert f"{TEXTS}: The file is not UTF-8 text (byte 9)." in told(folder)


def test_a_file_nested_without_end_is_named(folder: Path) -> None:
    (folder / TEXTS).write_text("title = " + "[" * 100_000)
    assert f"{TEXTS}: The file nests tables or lists too deeply." in told(folder)


def test_a_new_language_needs_no_code(folder: Path) -> None:
    edit(folder, "catalogue.toml", 'languages = ["fr", "en"]', 'languages = ["fr", "en", "eo"]')
    line = "Laŭ Kit Commons Model Canvas 4.1, inno³, CC BY-SA 4.0."
    edit(folder, "catalogue.toml", "[attribution]", f'[attribution]\neo = "{line}"')
    for texts in folder.glob("*/texts.en.toml"):
        shutil.copy(texts, texts.with_name("texts.eo.toml"))
    for file in [
        *folder.glob("agendas/*.toml"),
        *folder.glob("immersion/*.toml"),
        folder / "wrapup.toml",
        folder / AIDS,
        folder / "guide.toml",
        folder / "shelf.toml",
    ]:
        text = file.read_text()
        file.write_text(re.sub(r"^((?:\w+\.)?)en = (.*)$", r"\g<0>\n\1eo = \2", text, flags=re.M))
    edit(folder, "sheet2.verso/texts.eo.toml", '"Our rules"', '"Niaj reguloj"')
    assert told(folder) == []
    verso = load_catalogue(folder).for_browser("eo")[3]
    assert verso["zones"][4]["title"] == "Niaj reguloj"


def test_one_canvas_is_checked_among_the_others_its_own_mistakes_first(folder: Path) -> None:
    assert check_report(folder / "governance") == (
        0,
        f"{folder / 'governance'}: No mistake, nor in what surrounds it.",
    )
    edit(folder, "governance/canvas.toml", '["rule", "note"]', '["ruling", "note"]')
    edit(folder, AGENDA, "minutes = 7\n", "minutes = 8\n")
    status, text = check_report(folder / "governance")
    assert status == 1
    assert [line.split(":")[0] for line in text.splitlines()] == [
        "governance/canvas.toml",
        AGENDA,
        f"2 mistakes in {folder.resolve()}.",
    ]


def test_a_path_that_holds_no_canvas_is_refused(folder: Path, tmp_path: Path) -> None:
    assert check_report(tmp_path / "nowhere") == (1, f"{tmp_path / 'nowhere'}: There is no such folder.")
    assert check_report(folder / "agendas")[0] == 1
    alone = shutil.copytree(folder / "governance", tmp_path / "governance")
    assert "catalogue.toml is missing beside it" in check_report(alone)[1]


def test_a_folder_in_the_place_of_a_file_is_named(folder: Path) -> None:
    (folder / TEXTS).unlink()
    (folder / TEXTS).mkdir()
    assert f"{TEXTS}: The file cannot be read: Is a directory." in told(folder)
