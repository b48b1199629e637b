"""Kits as values: what differs, what is wrong, what nobody may drop; edits that never lose an id."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tablee import assets
from tablee.errors import Invalid
from tablee.live.kit_words import attribution_of, changes_words, starters, told, unnamed
from tablee.model.canvases import load_catalogue
from tablee.model.kits.differences import SORTS, changes_between, counted, next_version
from tablee.model.kits.document import (
    BOARDS,
    MOST_AUTHORS,
    BoardPart,
    KitDocument,
    ZonePart,
    as_file,
    catalogue_of,
    digest_of,
    whole,
)
from tablee.model.kits.faults import MOST_ERRORS, blocking, faults_of
from tablee.model.kits.lineage import edited, remix_of, root_document
from tablee.model.kits.reading import checked_origin, read_kit, shaped
from tablee.model.rules import set_mistakes, template_mistakes
from tablee.model.templates import NOTE_KINDS
from tablee.words import Words

SHIPPED = load_catalogue(assets.canvases_folder())
ROOT = root_document(SHIPPED)
NOW = 1_790_000_000_000
SEEDS = 20
EDITS = 25
replaced = msgspec.structs.replace
ALLOWED = (
    "The zones cover",  # room may be left on a page
    "feeds at least one zone",
    "No zone of a sheet feeds",
    "canvas is missing",
    "other face",
    "cannot be an id",
)
"""What the rules of the shipped folder refuse, and those of kits do not, or say otherwise."""


def remix(parent: KitDocument = ROOT) -> KitDocument:
    return remix_of(parent, "kremix", NOW, parent.titles)


def with_zone(kit: KitDocument, board: str, zone: str, **values: Any) -> KitDocument:
    """The kit with another zone in the place of one."""

    def of(part: BoardPart) -> BoardPart:
        zones = (replaced(one, **values) if one.id == zone else one for one in part.zones)
        return replaced(part, zones=tuple(zones)) if part.id == board else part

    return replaced(kit, templates=tuple(of(part) for part in kit.templates))


def typed(kit: KitDocument, **values: Any) -> KitDocument:
    return replaced(kit, **values)


# -- the shipped kit -----------------------------------------------------------------------------------------


def test_the_shipped_kit_has_no_fault_and_makes_the_shipped_catalogue_again() -> None:
    assert faults_of(ROOT) == ()
    again = catalogue_of(ROOT, SHIPPED, attribution_of(ROOT))
    assert dict(again.templates) == dict(SHIPPED.templates)
    assert dict(again.agendas) == dict(SHIPPED.agendas)
    assert attribution_of(ROOT)["fr"] == SHIPPED.attribution["fr"]
    assert read_kit(as_file(ROOT)) == ROOT
    assert digest_of(read_kit(as_file(ROOT))) == digest_of(ROOT)


# -- differences ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "counts", "version"),
    [
        ({}, {}, "1.2.3"),
        ({"titles": {"fr": "Nos usages", "en": "Our customs"}}, {"retitled": 1}, "1.2.4"),
        ({"prompts": {"fr": "Quoi ?", "en": "What?"}}, {"reworded": 1}, "1.2.4"),
        ({"box": (103, 114, 91, 80)}, {"moved": 1}, "1.3.0"),
        ({"to": ("governance.rules", "governance.actions")}, {"rerouted": 1}, "1.3.0"),
        ({"kinds": ("note",)}, {"kinds": 1}, "1.3.0"),
    ],
)
def test_what_differs_is_named_by_sort_and_gives_the_version(
    values: dict[str, Any], counts: dict[str, int], version: str
) -> None:
    changes = changes_between(ROOT, with_zone(ROOT, "sheet2.verso", "rules", **values))
    assert counted(changes) == counts
    assert next_version("1.2.3", changes) == version


def test_a_zone_or_a_board_that_is_gone_is_a_new_first_number() -> None:
    boards = [replaced(ROOT.templates[0], zones=ROOT.templates[0].zones[1:]), *ROOT.templates[1:-1]]
    changes = changes_between(ROOT, replaced(ROOT, templates=tuple(boards)))
    assert counted(changes) == {"boards_removed": 1, "removed": 1}
    assert next_version("1.2.3", changes) == "2.0.0"


def test_a_zone_that_is_gone_counts_most_whatever_else_was_changed() -> None:
    first, *others = ROOT.templates
    boards = (replaced(first, zones=first.zones[1:], titles={"fr": "Besoins", "en": "Needs"}), *others)
    changes = changes_between(ROOT, replaced(ROOT, templates=boards))
    assert counted(changes) == {"removed": 1, "retitled": 1}
    assert next_version("1.2.3", changes) == "2.0.0"


def test_what_was_changed_is_offered_in_words_with_its_places() -> None:
    after = with_zone(ROOT, "sheet2.verso", "rules", box=(103, 114, 91, 80))
    said = changes_words(changes_between(ROOT, after), ROOT, after, "fr")
    assert said == "1 zone déplacée (Fiche 2, verso, Nos règles)."


# -- what is wrong -------------------------------------------------------------------------------------------

WRONG: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("sheet2.verso", "rules", {"box": (210, 114, 91, 83)}, "box.page", "dépasse de la page de 4"),
    ("sheet2.verso", "rules", {"box": (103, 20, 91, 83)}, "box.header", "couvre l’en-tête de 4"),
    ("sheet2.verso", "rules", {"box": (103, 120, 91, 83)}, "box.footer", "couvre le pied de page de 3"),
    ("sheet2.verso", "rules", {"box": (103, 114, 91, 19)}, "box.small", "est plus petite"),
    ("sheet2.verso", "rules", {"box": (101, 114, 91, 83)}, "zone.mirror", "la même place"),
    ("sheet2.verso", "rules", {"box": (float("nan"), 1, 91, 83)}, "box.page", "sort de la page"),
    ("governance", "rules", {"box": (10, 30, 200, 200)}, "box.overlap", "chevauche la zone"),
    ("sheet2.verso", "rules", {"kinds": ()}, "zone.kinds", "n’accepte aucune"),
    ("sheet2.verso", "rules", {"kinds": ("poem",)}, "zone.kinds", "n’existe pas"),
    ("sheet2.verso", "rules", {"to": ("governance.law",)}, "zone.route", "qui n’existe pas"),
    ("sheet2.verso", "rules", {"to": ("sheet1.recto.need",)}, "zone.route", "n’est pas d’un canevas"),
    ("sheet2.verso", "rules", {"mirror": None}, "zone.mirror", "en miroir"),
    ("sheet2.verso", "rules", {"titles": {"fr": "Règles"}}, "text.missing", "manque dans cette langue"),
    ("sheet2.verso", "rules", {"titles": {"fr": "x" * 46, "en": "x"}}, "text.long", "46 caractères"),
    ("sheet2.verso", "rules", {"id": "../x"}, "zone.id", "identifiant"),
    ("governance", "map", {"axes": None}, "zone.axes", "deux axes"),
    ("governance", "rules", {"type": "lanes"}, "zone.type", "sorte de zone"),
    ("governance", "rules", {"to": ("economic.value",)}, "zone.route", "ne nourrit rien"),
]


@pytest.mark.parametrize(("board", "zone", "values", "key", "words"), WRONG, ids=range(len(WRONG)))
def test_a_fault_has_its_place_and_a_sentence(
    board: str, zone: str, values: dict[str, Any], key: str, words: str
) -> None:
    kit = with_zone(ROOT, board, zone, **values)
    found = [told(fault, kit, Words("fr")) for fault in blocking(faults_of(kit))]
    sentences = [one["sentence"] for one in found if one["key"] == key]
    place = "Fiche 2, verso, zone" if board == "sheet2.verso" else "Canevas gouvernance, zone"
    assert any(words in str(said) and str(said).startswith(place) for said in sentences), found


@pytest.mark.parametrize("part", ["agenda", "step"])
@pytest.mark.parametrize(("key", "fine"), [("a" * 40, True), ("a" * 41, False), ("A b", False)])
def test_an_id_is_short_and_plain(part: str, key: str, fine: bool) -> None:
    first, *others = ROOT.agendas
    if part == "agenda":
        agenda = replaced(first, id=key)
    else:
        step, *steps = first.steps
        agenda = replaced(first, steps=(replaced(step, id=key), *steps))
    found = {fault.key for fault in faults_of(replaced(ROOT, agendas=(agenda, *others)))}
    assert found == (set() if fine else {f"{part}.id"})


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"minutes": 0}, "step.minutes"),
        ({"minutes": -5}, "step.minutes"),
        ({"minutes": 601}, "step.minutes"),
        ({"minutes": 1}, ""),
        ({"minutes": 600}, ""),
        ({"people": (0, 5)}, "agenda.people"),
        ({"people": (6, 5)}, "agenda.people"),
        ({"people": (1, 1001)}, "agenda.people"),
        ({"people": (1, 1000)}, ""),
        ({"groups": 0}, "agenda.people"),
        ({"groups": 61}, "agenda.people"),
        ({"groups": 60}, ""),
    ],
)
def test_an_agenda_lasts_and_holds_within_limits(values: dict[str, Any], key: str) -> None:
    first, *others = ROOT.agendas
    if "minutes" in values:
        step, *steps = first.steps
        agenda = replaced(first, steps=(replaced(step, **values), *steps))
    else:
        agenda = replaced(first, **values)
    found = [fault.key for fault in faults_of(replaced(ROOT, agendas=(agenda, *others)))]
    assert found == ([key] if key else [])


def crowded(**values: Any) -> KitDocument:
    """Forty zones on every sheet, side by side, which feed nothing."""

    def of(board: BoardPart) -> BoardPart:
        first, place = board.zones[0], [(20 * (n % 10), 30 + 20 * (n // 10), 20, 20) for n in range(40)]
        zones = (replaced(first, id=f"z{n}", mirror=f"z{n}", to=(), box=place[n]) for n in range(40))
        titled = (replaced(zone, titles={"fr": zone.id, "en": zone.id}, **values) for zone in zones)
        return replaced(board, zones=tuple(titled))

    return replaced(ROOT, templates=tuple(of(board) for board in ROOT.templates if board.side))


def test_of_very_many_errors_the_first_are_told() -> None:
    faults = faults_of(crowded(box=(20, 30, 20, 20)))
    assert len(blocking(faults)) == MOST_ERRORS


def test_hints_however_many_hide_no_error() -> None:
    kit = replaced(crowded(), templates=(*crowded().templates, ROOT.templates[-1]))
    assert len(faults_of(kit)) > MOST_ERRORS and blocking(faults_of(kit)) == ()
    wrong = replaced(kit, agendas=(replaced(ROOT.agendas[0], steps=()),))
    assert [fault.key for fault in blocking(faults_of(wrong))] == ["agenda.empty"]


def test_two_zones_of_a_page_that_are_called_the_same_are_pointed_out() -> None:
    there = next(board for board in ROOT.templates if board.id == "sheet2.verso").zones[0]
    kit = whole(with_zone(ROOT, "sheet2.verso", "rules", titles={**there.titles, "en": "Our customs"}))
    assert [(fault.key, fault.board, fault.zone, fault.part, fault.level) for fault in faults_of(kit)] == [
        ("zone.same_title", "sheet2.verso", "rules", "title.fr", "hint")
    ]


def test_a_zone_that_was_added_and_never_named_is_pointed_out() -> None:
    first = starters()
    kit = whole(with_zone(ROOT, "sheet2.verso", "rules", titles=first["zone"], prompts=first["prompt"]))
    assert faults_of(kit) == ()
    found = [told(fault, kit, Words("fr")) for fault in unnamed(kit)]
    assert {(one["board"], one["zone"], one["level"]) for one in found} == {("sheet2.verso", "rules", "hint")}
    assert [one["part"] for one in found] == ["title.fr", "prompt.fr", "title.en", "prompt.en"]
    place = "Fiche\u00a02, verso, zone «\u00a0Nouvelle zone\u00a0», titre, en français\u00a0: "
    assert str(found[0]["sentence"]).replace("Fiche 2", "Fiche\u00a02").startswith(place)
    assert [*unnamed(ROOT)] == []
    named = whole(with_zone(kit, "sheet2.verso", "rules", titles={"fr": "Nos usages", "en": "Our customs"}))
    assert [fault.part for fault in unnamed(named)] == ["prompt.fr", "prompt.en"]


def test_a_missing_language_is_declared_and_filled_from_the_other() -> None:
    kit = whole(replaced(with_zone(ROOT, "sheet2.verso", "rules", titles={"fr": "Nos usages"}), lang=("fr",)))
    assert blocking(faults_of(kit)) == ()
    made = catalogue_of(kit, SHIPPED, {})
    zone = made.templates["sheet2.verso"].zone("rules")
    assert zone is not None and zone.titles == {"fr": "Nos usages", "en": "Nos usages"}


def test_a_kit_may_leave_a_sheet_and_a_canvas_out_but_not_one_face() -> None:
    boards = tuple(board for board in ROOT.templates if not board.id.startswith("sheet3"))
    short = replaced(ROOT, templates=boards)
    assert blocking(faults_of(short)) == ()
    made = catalogue_of(short, SHIPPED, {})
    assert all(
        step.board is None or "sheet3" not in step.board for a in made.agendas.values() for step in a.steps
    )
    assert all(a.minutes == sum(step.minutes for step in a.steps) for a in made.agendas.values())
    one_face = replaced(ROOT, templates=tuple(b for b in ROOT.templates if b.id != "sheet3.verso"))
    assert "board.face" in [fault.key for fault in blocking(faults_of(one_face))]
    nothing = replaced(ROOT, templates=())
    assert "kit.boards" in [fault.key for fault in blocking(faults_of(nothing))]


def test_a_zone_more_on_the_economic_canvas_has_a_place_on_wide_screens() -> None:
    board = next(board for board in ROOT.templates if board.id == "economic")
    more = replaced(board.zones[-1], id="loans")
    kit = replaced(
        ROOT,
        templates=tuple(
            replaced(one, zones=(*one.zones, more)) if one.id == "economic" else one for one in ROOT.templates
        ),
    )
    screen = catalogue_of(whole(kit), SHIPPED, {}).templates["economic"].screen
    assert screen is not None and "loans" in screen.zones
    boxes = list(screen.zones.values())
    for n, (x, y, width, height) in enumerate(boxes):
        assert x >= 0 and y >= 0 and x + width <= screen.width and y + height <= screen.height
        for ax, ay, aw, ah in boxes[n + 1 :]:
            assert min(x + width, ax + aw) <= max(x, ax) or min(y + height, ay + ah) <= max(y, ay)


# -- edits at random -----------------------------------------------------------------------------------------


def _edit(kit: KitDocument, choose: random.Random) -> KitDocument:
    """One change that somebody may make in the editor, right or wrong."""
    n = choose.randrange(len(kit.templates))
    board = kit.templates[n]
    if not board.zones:
        return kit
    z = choose.randrange(len(board.zones))
    zone = board.zones[z]
    acts: list[Callable[[], ZonePart]] = [
        lambda: replaced(zone, titles={"fr": choose.choice(("Nos usages", "", "x" * 50)), "en": "Customs"}),
        lambda: replaced(zone, box=tuple(value + choose.randint(-30, 30) for value in zone.box)),
        lambda: replaced(zone, kinds=tuple(choose.sample(NOTE_KINDS, choose.randint(0, 3)))),
        lambda: replaced(zone, to=zone.to[1:]),
        lambda: replaced(zone, mirror=choose.choice((None, "rules", zone.mirror))),
    ]
    zones = list(board.zones)
    match choose.randrange(8):
        case 0:
            zones.insert(z, replaced(zone, id=f"z{choose.randrange(10_000)}"))
        case 1:
            del zones[z]
        case 2:
            choose.shuffle(zones)
        case _:
            zones[z] = choose.choice(acts)()
    return replaced(
        kit, templates=(*kit.templates[:n], replaced(board, zones=tuple(zones)), *kit.templates[n + 1 :])
    )


@pytest.mark.parametrize("seed", range(SEEDS))
def test_edits_keep_ids_credits_and_lineage_and_what_passes_the_checks_passes_the_rules(seed: int) -> None:
    choose = random.Random(seed)
    kit = remix()
    for _ in range(choose.randint(1, EDITS)):
        wanted = _edit(kit, choose)
        ids = [(board.id, zone.id) for board in wanted.templates for zone in board.zones]
        kit = edited(kit, wanted, ROOT, None, {})
        assert [(board.id, zone.id) for board in kit.templates for zone in board.zones] == ids
        assert kit.attribution == remix().attribution
        assert (kit.license, kit.derived_from, kit.id) == ("CC-BY-SA-4.0", remix().derived_from, "kremix")
        assert kit.counts == counted(changes_between(ROOT, kit))
        assert shaped(msgspec.to_builtins(kit)) == kit
        assert [zone.n for board in kit.templates for zone in board.zones] == [
            n for board in kit.templates for n in range(1, len(board.zones) + 1)
        ]
        if not blocking(faults_of(kit)):
            made = catalogue_of(kit, SHIPPED, {})
            mistakes = [m for name, one in made.templates.items() for m in template_mistakes(one, name)]
            mistakes += set_mistakes(made.templates)
            assert [str(m) for m in mistakes if not any(words in m.sentence for words in ALLOWED)] == []


# -- reading -------------------------------------------------------------------------------------------------


def _map_axis(value: dict[str, Any]) -> dict[str, Any]:
    zones = next(board for board in value["templates"] if board["id"] == "governance")["zones"]
    axis: dict[str, Any] = next(zone for zone in zones if zone["id"] == "map")["axes"]["x"]
    return axis


def _zone(value: dict[str, Any]) -> dict[str, Any]:
    zone: dict[str, Any] = value["templates"][0]["zones"][0]
    return zone


MANY = {f"l{n}": "x" for n in range(600)}
LARGE: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda k: k.update(lang=["fr"] * 600), "lang"),
    (lambda k: k.update(titles=MANY), "titles"),
    (lambda k: k.update(changes=MANY), "changes"),
    (lambda k: k["templates"][0].update(titles=MANY), "templates[0].titles"),
    (lambda k: k["templates"][0].update(zones=[_zone(k)] * 41), "templates[0].zones"),
    (lambda k: _zone(k).update(titles=MANY), "templates[0].zones[0].titles"),
    (lambda k: _zone(k).update(prompts=MANY), "templates[0].zones[0].prompts"),
    (lambda k: _zone(k).update(to=["governance.rules"] * 41), "templates[0].zones[0].to"),
    (lambda k: _zone(k).update(axes=dict.fromkeys("xyz", _map_axis(k))), "templates[0].zones[0].axes"),
    (lambda k: _map_axis(k).update(ticks=[0.5] * 600), ".axes.x.ticks"),
    (lambda k: _map_axis(k).update(titles=MANY), ".axes.x.titles"),
    (lambda k: _map_axis(k).update(words={f"l{n}": [] for n in range(600)}), ".axes.x.words"),
    (lambda k: _map_axis(k)["words"].update(fr=[""] * 600), ".axes.x.words.fr"),
    (lambda k: k["agendas"][0].update(titles=MANY), "agendas[0].titles"),
    (lambda k: k["agendas"][0]["steps"][0].update(titles=MANY), "agendas[0].steps[0].titles"),
    (lambda k: _zone(k)["titles"].update(fr="Nos \ud83c usages"), "templates[0].zones[0].titles.fr"),
]


@pytest.mark.parametrize(("change", "path"), LARGE, ids=[path for _, path in LARGE])
def test_nothing_of_a_kit_is_without_a_limit(change: Callable[[dict[str, Any]], object], path: str) -> None:
    value = msgspec.json.decode(msgspec.json.encode(ROOT))
    change(value)
    with pytest.raises(Invalid) as refused:
        shaped(value)
    assert refused.value.key == "kit.shape"
    assert (refused.value.field or "").endswith(path)


# -- lineage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"license": "MIT"}, "kit.licence"),
        ({"attribution": ()}, "kit.attribution"),
        ({"attribution": ROOT.attribution}, "kit.attribution"),
        ({"derived_from": None}, "kit.lineage"),
    ],
)
def test_nobody_drops_licence_credits_or_lineage(values: dict[str, Any], key: str) -> None:
    with pytest.raises(Invalid) as refused:
        edited(remix(), typed(remix(), **values), ROOT, None, {})
    assert refused.value.key == key


def test_what_the_server_says_of_a_kit_is_not_taken_from_who_edits_it() -> None:
    kit = edited(
        remix(), typed(remix(), id="kother", version="9.9.9", created=0, counts={"added": 5}), ROOT, None, {}
    )
    assert (kit.id, kit.version, kit.created, kit.counts) == ("kremix", "1.0.0", NOW, {})


def test_each_generation_adds_its_credit_and_the_line_says_so() -> None:
    child = replaced(remix(), authors=("Léa",), counts={"added": 2})
    grandchild = replaced(remix_of(child, "kgrand", NOW, child.titles), authors=("Marc",))
    assert [credit.authors for credit in grandchild.attribution] == [("inno³",), ("Tablée",), ("Léa",)]
    line = attribution_of(grandchild)["fr"]
    assert line.startswith(SHIPPED.attribution["fr"])
    assert line.endswith(
        "Adapté par Léa, 2026 : 2 zones ajoutées, CC BY-SA 4.0. Adapté par Marc, 2026, CC BY-SA 4.0."
    )


def test_the_line_of_a_long_family_names_the_origin_and_the_latest() -> None:
    kit = remix()
    for name in ("Ana", "Bob", "Cyd", "Dan"):
        kit = remix_of(replaced(kit, authors=(name,)), "knext", NOW, kit.titles)
    line = attribution_of(replaced(kit, authors=("Eve",)))["fr"]
    assert "© 2023 inno³" in line and "Tablée" in line
    assert line.endswith(
        "Puis 3 adaptations. Adapté par Dan, 2026, CC BY-SA 4.0. Adapté par Eve, 2026, CC BY-SA 4.0."
    )
    assert len(kit.attribution) == 6


def test_the_line_of_many_authors_and_changes_is_short_enough_for_a_foot() -> None:
    names = tuple(f"{n:060}" for n in range(MOST_AUTHORS))
    kit = remix()
    for _ in range(4):
        signed = replaced(kit, authors=names, counts=dict.fromkeys(SORTS, 999))
        kit = remix_of(signed, "knext", NOW, {"fr": "T" * 80, "en": "T" * 80})
    line = attribution_of(replaced(kit, authors=names[:3], counts={"added": 1}))["fr"]
    assert f"Adapté par {names[0]}, {names[1]} et 10 autres, 2026 : 999 supports retirés, " in line
    assert f"Adapté par {names[0]}, {names[1]} et 1 autre, 2026 : 1 zone ajoutée, CC BY-SA 4.0." in line
    assert len(line) < 700


def test_a_file_that_does_not_say_where_it_comes_from_is_refused() -> None:
    checked_origin(remix(), ROOT)
    held = remix().attribution
    for wrong, key in (
        (replaced(remix(), attribution=(held[1], held[1])), "kit.attribution"),
        (replaced(remix(), attribution=ROOT.attribution), "kit.lineage"),
        (replaced(remix(), derived_from=None), "kit.lineage"),
    ):
        with pytest.raises(Invalid) as refused:
            checked_origin(wrong, ROOT)
        assert refused.value.key == key


def test_every_board_of_the_kit_has_a_known_id() -> None:
    assert tuple(board.id for board in ROOT.templates) == BOARDS
