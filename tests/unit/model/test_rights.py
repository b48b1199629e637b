"""Rights: the table as it is meant, and what one update may do by it."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from tablee import assets
from tablee.model.canvases import load_catalogue
from tablee.model.changes import Changes, EntryChange
from tablee.model.notes import NOTES_PER_ROOM, TEXT_CHARS, Places
from tablee.model.reasons import OTHERWISE, SENTENCES, refusal_of
from tablee.model.rights import MOMENTS, RIGHTS, Action, Actor, Head, Moment, Policy, judge, may
from tablee.model.workshop import ROLES, Role

PLACES = Places(load_catalogue(assets.canvases_folder()), frozenset({"pann", "pbob"}))
POLICY = Policy(PLACES)
OF_THE_AGENDA = [moment for moment in MOMENTS if moment not in ("own", "read", "closed")]
"""Moments in which participants write everywhere, unless something is locked."""
ANN = Actor("pann", "participant", "pann")
BOB = Actor("pbob", "participant", "pbob")
FACILITATOR = Actor("pfac", "facilitator", "pfac")


class Table:
    """Notes as the judge sees them."""

    def __init__(self, **heads: Head) -> None:
        self.heads = heads
        self.before = {"gone": "pbob"}
        self.counted = len(heads)
        self.exact = 0
        self.clusters: dict[str, tuple[str, str]] = {}

    def head(self, note_id: str) -> Head | None:
        return self.heads.get(note_id)

    def author_before(self, note_id: str) -> str | None:
        return self.before.get(note_id)

    def cluster_place(self, cluster_id: str) -> tuple[str, str] | None:
        return self.clusters.get(cluster_id)

    def count(self, root: str) -> int:
        return self.counted

    def exact_chars(self, note_id: str) -> int:
        return self.exact

    def summary_chars(self) -> int:
        return 0


ANNS = Head("sheet2.verso", "rules", "pann", locked=False, text_chars=5)
TABLE = Table(
    anns=ANNS,
    locked=replace(ANNS, locked=True),
    secret=replace(ANNS, by=None),
    recto=replace(ANNS, board="sheet1.recto/pann", zone="dreams"),
    full=replace(ANNS, text_chars=TEXT_CHARS),
)
TABLE.exact = TEXT_CHARS
MADE: dict[str, list[object]] = {"board": ["sheet2.verso"], "zone": ["rules"], "text": [""]}

HIDDEN = frozenset({"sheet2.verso rules"})
ORIGIN = {"board": "sheet1.recto/pann", "zone": "dreams", "note": "n1", "at": 5, "by": ""}


def on(note_id: str, **change: object) -> Changes:
    return {("notes", note_id): EntryChange(**change)}  # type: ignore[arg-type]


def made(**values: object) -> Changes:
    return on("new", made=True, values={**MADE, **{name: [value] for name, value in values.items()}})


def talk(root: str, key: str, *, deleted: bool = False, **values: object) -> Changes:
    written = {name: [value] for name, value in values.items()}
    return {(root, key): EntryChange(made=not deleted, deleted=deleted, values=written)}


def test_the_table_names_every_action_for_every_role() -> None:
    for role in ROLES:
        assert RIGHTS[role].keys() == set(get_args(Action))
        assert all(moments <= set(MOMENTS) for moments in RIGHTS[role].values())


@pytest.mark.parametrize("moment", MOMENTS)
def test_observers_change_nothing_and_nobody_signs_for_others(moment: Moment) -> None:
    for action in get_args(Action):
        assert not may("observer", action, moment)  # type: ignore[arg-type]
    for role in ROLES:
        assert not may(role, "note.sign_for_others", moment)  # type: ignore[arg-type]


REFUSED: list[tuple[str, Changes, Actor, Policy, str | None]] = [
    ("a note", made(), ANN, POLICY, None),
    ("signed by oneself", made(by="pann"), ANN, POLICY, None),
    ("signed by another", made(by="pbob"), ANN, POLICY, "note.not_yours"),
    ("signed by another, by a facilitator", made(by="pbob"), FACILITATOR, POLICY, "note.not_yours"),
    ("given back to its author", {("notes", "gone"): made(by="pbob")["notes", "new"]}, ANN, POLICY, None),
    ("over one that is there", {("notes", "anns"): made()["notes", "new"]}, ANN, POLICY, "note.exists"),
    (
        "without a zone",
        on("new", made=True, values={"board": ["sheet2.verso"], "text": [""]}),
        ANN,
        POLICY,
        "note.incomplete",
    ),
    ("on no board", made(board="sheet9.verso"), ANN, POLICY, "board.unknown"),
    ("in no zone", made(zone="nowhere"), ANN, POLICY, "zone.unknown"),
    ("on the recto of nobody", made(board="sheet1.recto/pnobody"), ANN, POLICY, "board.unknown"),
    ("of no kind", made(kind="virus"), ANN, POLICY, "note.kind"),
    ("of no colour", made(colour="#fff"), ANN, POLICY, "note.colour"),
    ("outside its zone", made(place=[0.5, 1.5]), ANN, POLICY, "note.place"),
    ("with an order nobody can compare", made(order="é"), ANN, POLICY, "note.order"),
    ("with a key of its own", made(onclick="alert(1)"), ANN, POLICY, "note.field"),
    ("with a value for a text", made(text="words"), ANN, POLICY, "note.text"),
    ("with fields of its kind", on("anns", fields={"purpose": ["build"]}), BOB, POLICY, None),
    ("with a value its field has not", on("anns", fields={"purpose": ["joy"]}), BOB, POLICY, "field.value"),
    ("with a value of another kind", on("anns", fields={"state": ["todo"]}), BOB, POLICY, None),
    ("with a field of no kind", on("anns", fields={"evil": [1]}), BOB, POLICY, "note.field"),
    ("with a huge field", on("anns", fields={"why": ["x" * 3000]}), BOB, POLICY, "field.too_large"),
    (
        "with a field of a thousand parts",
        on("anns", fields={"why": [[1] * 1000]}),
        BOB,
        POLICY,
        "field.too_large",
    ),
    ("too long", on("new", made=True, values=MADE, typed=TEXT_CHARS + 1), ANN, POLICY, "note.too_long"),
    ("one character too many", on("full", typed=1), ANN, POLICY, "note.too_long"),
    ("one character for another", on("full", typed=1, erased=1), ANN, POLICY, None),
    ("typing in another's note", on("anns", typed=3), BOB, POLICY, None),
    ("another author", on("anns", values={"by": ["pbob"]}), BOB, POLICY, "note.signed"),
    ("an author taken away", on("anns", cleared={"by"}), BOB, POLICY, "note.signed"),
    ("a note without a zone", on("anns", cleared={"zone"}), BOB, POLICY, "note.incomplete"),
    ("a lock taken away by its author", on("locked", cleared={"locked"}), ANN, POLICY, None),
    ("typing in a locked note", on("locked", typed=1), BOB, POLICY, "note.locked"),
    ("deleting a locked note", on("locked", deleted=True), BOB, POLICY, "note.locked"),
    ("a facilitator in a locked note", on("locked", typed=1), FACILITATOR, POLICY, None),
    ("made and deleted at once", on("new", made=True, deleted=True), ANN, POLICY, None),
    (
        "made and deleted by an observer",
        on("new", made=True, deleted=True),
        replace(ANN, role="observer"),
        POLICY,
        "role.read_only",
    ),
    ("what is deleted already", on("unknown", typed=1), BOB, POLICY, None),
    ("an observer", on("anns", typed=1), replace(BOB, role="observer"), POLICY, "role.read_only"),
    (
        "a cluster",
        talk("clusters", "c1", board="sheet2.verso", zone="rules", title="Idées"),
        ANN,
        POLICY,
        None,
    ),
    ("a cluster nowhere", talk("clusters", "c1", title="Idées"), ANN, POLICY, "clusters.value"),
    (
        "a cluster on no board",
        talk("clusters", "c1", board="sheet9.verso", zone="rules"),
        ANN,
        POLICY,
        "board.unknown",
    ),
    (
        "a cluster in no zone",
        talk("clusters", "c1", board="sheet2.verso", zone="x"),
        ANN,
        POLICY,
        "zone.unknown",
    ),
    (
        "a cluster with another key",
        talk("clusters", "c.1", board="sheet2.verso", zone="rules"),
        ANN,
        POLICY,
        "entry.key",
    ),
    ("a note with a dot in its key", {("notes", "n.1"): made()["notes", "new"]}, ANN, POLICY, "note.id"),
    ("a note in a silent zone", made(), ANN, replace(POLICY, silent=HIDDEN), "writing.silent"),
    ("the same by facilitation", made(), FACILITATOR, replace(POLICY, silent=HIDDEN), "writing.silent"),
    ("where notes are anonymous", made(), ANN, replace(POLICY, anonymous=HIDDEN), "writing.silent"),
    ("where all is silent", made(), ANN, replace(POLICY, all_silent=True), "writing.silent"),
    ("where all is anonymous", made(), ANN, replace(POLICY, all_anonymous=True), "writing.silent"),
    (
        "on a recto, silent by its template",
        made(board="sheet1.recto/pann", zone="structure"),
        ANN,
        replace(POLICY, silent=frozenset({"sheet1.recto"})),
        "writing.silent",
    ),
    (
        "given back to a silent zone",
        {("notes", "gone"): made(by="pbob")["notes", "new"]},
        ANN,
        replace(POLICY, silent=HIDDEN),
        None,
    ),
    ("beside a silent zone", made(zone="costs"), ANN, replace(POLICY, silent=HIDDEN), None),
    (
        "into a silent zone",
        on("anns", values={"zone": ["costs"]}),
        ANN,
        replace(POLICY, silent=frozenset({"sheet2.verso costs"})),
        "writing.silent",
    ),
    (
        "out of a silent zone",
        on("anns", values={"zone": ["costs"]}),
        ANN,
        replace(POLICY, silent=HIDDEN),
        None,
    ),
    (
        "within a silent zone",
        on("anns", values={"zone": ["rules"], "place": [[0.5, 0.5]]}, typed=3),
        ANN,
        replace(POLICY, silent=HIDDEN),
        None,
    ),
    ("a structure", talk("stakeholders", "s1", name="Roulibre"), FACILITATOR, POLICY, "entry.root"),
    (
        "a comment beyond all time",
        talk("comments", "n1.pann.k1", text="Oui", at=9e15),
        ANN,
        POLICY,
        "comments.value",
    ),
    ("a reaction beyond all time", talk("reactions", "n1.pann", at=1e17), ANN, POLICY, "reactions.value"),
    ("a note beyond all time", made(at=8_640_000_000_000_001), ANN, POLICY, "note.at"),
    ("a note at the end of time", made(at=8_640_000_000_000_000), ANN, POLICY, None),
    ("a source", on("anns", values={"origin": [ORIGIN, {**ORIGIN, "group": "g1"}]}), ANN, POLICY, None),
    (
        "a source with a key of its own",
        on("anns", values={"origin": [{**ORIGIN, "x": 1}]}),
        ANN,
        POLICY,
        "note.origin",
    ),
    ("a source that is none", on("anns", values={"origin": ["n1"]}), ANN, POLICY, "note.origin"),
    (
        "a cluster's secret",
        talk("clusters", "c1", board="sheet2.verso", zone="rules", x=1),
        ANN,
        POLICY,
        "clusters.value",
    ),
    ("a comment", talk("comments", "n1.pann.k1", text="Oui", at=5), ANN, POLICY, None),
    ("an empty comment", talk("comments", "n1.pann.k1", text=""), ANN, POLICY, "comments.value"),
    ("a comment of another", talk("comments", "n1.pbob.k1", text="Oui"), ANN, POLICY, "entry.not_yours"),
    (
        "a comment of another, by facilitation",
        talk("comments", "n1.pbob.k1", text="Oui"),
        FACILITATOR,
        POLICY,
        "entry.not_yours",
    ),
    ("a comment taken away", talk("comments", "n1.pbob.k1", deleted=True), ANN, POLICY, "entry.not_yours"),
    (
        "a comment taken away by facilitation",
        talk("comments", "n1.pbob.k1", deleted=True),
        FACILITATOR,
        POLICY,
        None,
    ),
    ("a comment without a person", talk("comments", "n1", text="Oui"), ANN, POLICY, "entry.key"),
    ("a reaction", talk("reactions", "n1.pann", at=5), ANN, POLICY, None),
    ("a reaction of another", talk("reactions", "n1.pbob", at=5), ANN, POLICY, "entry.not_yours"),
    ("a reaction with a text", talk("reactions", "n1.pann", text="Oui"), ANN, POLICY, "reactions.value"),
    ("locking one's own note", on("anns", values={"locked": [True]}), ANN, POLICY, None),
    ("locking another's note", on("anns", values={"locked": [True]}), BOB, POLICY, "note.lock_not_yours"),
    (
        "locking another's note, by facilitation",
        on("anns", values={"locked": [True]}),
        FACILITATOR,
        POLICY,
        None,
    ),
    ("unlocking another's note", on("anns", cleared={"locked"}), BOB, POLICY, "note.lock_not_yours"),
    (
        "a cluster by an observer",
        {("clusters", "c1"): EntryChange(made=True)},
        replace(ANN, role="observer"),
        POLICY,
        "role.read_only",
    ),
]


@pytest.mark.parametrize(
    ("what", "changes", "actor", "policy", "key"), REFUSED, ids=[case[0] for case in REFUSED]
)
def test_each_change_is_judged(
    what: str, changes: Changes, actor: Actor, policy: Policy, key: str | None
) -> None:
    assert judge(changes, actor, policy, TABLE) == key


@pytest.mark.parametrize(
    "locked",
    [frozenset({"sheet2.verso"}), frozenset({"sheet2.verso rules"})],
    ids=["the board", "the zone"],
)
@pytest.mark.parametrize("moment", OF_THE_AGENDA)
def test_a_lock_keeps_participants_out_and_facilitators_in(locked: frozenset[str], moment: Moment) -> None:
    policy = Policy(PLACES, moment, locked=locked)
    for changes in (
        made(),
        on("anns", typed=1),
        on("anns", deleted=True),
        on("anns", values={"zone": ["community"]}),
    ):
        assert judge(changes, ANN, policy, TABLE) == "board.locked"
        assert judge(changes, FACILITATOR, policy, TABLE) is None
    away = Table(elsewhere=replace(ANNS, board="sheet3.verso", zone="knowledge"))
    into = on("elsewhere", values={"board": ["sheet2.verso"], "zone": ["rules"]})
    assert judge(into, ANN, policy, away) == "board.locked", "the lock holds in the new place as in the old"


GROUP: dict[str, list[object]] = {"board": ["sheet2.verso"], "zone": ["rules"]}
GROUPS = Table()
GROUPS.clusters = {"c1": ("sheet2.verso", "rules"), "c2": ("sheet3.verso", "model")}


@pytest.mark.parametrize(
    ("cluster", "change"),
    [
        ("c1", EntryChange(values={"title": ["Autre"]})),
        ("c1", EntryChange(deleted=True)),
        ("c1", EntryChange(values={"board": ["sheet3.verso"], "zone": ["model"]})),
        ("c1", EntryChange(made=True, values={"board": ["sheet3.verso"], "zone": ["model"]})),
        ("c2", EntryChange(values=GROUP)),
        ("c9", EntryChange(made=True, values=GROUP)),
    ],
    ids=["renamed", "taken away", "moved out", "made anew elsewhere", "moved in", "made"],
)
def test_a_lock_holds_for_groups_too(cluster: str, change: EntryChange) -> None:
    policy = replace(POLICY, locked=frozenset({"sheet2.verso rules"}))
    changes: Changes = {("clusters", cluster): change}
    assert judge(changes, ANN, policy, GROUPS) == "board.locked"
    assert judge(changes, FACILITATOR, policy, GROUPS) is None
    assert judge(changes, ANN, POLICY, GROUPS) is None


@pytest.mark.parametrize("moment", ["each", "exploration"])
def test_groups_on_a_recto_of_others_are_closed_while_each_writes(moment: Moment) -> None:
    policy = Policy(PLACES, moment)
    table = Table()
    table.clusters = {"c1": ("sheet1.recto/pann", "mission")}
    renamed: Changes = {("clusters", "c1"): EntryChange(values={"title": ["Autre"]})}
    made = talk("clusters", "c2", board="sheet1.recto/pann", zone="mission")
    for changes in (renamed, made):
        assert judge(changes, ANN, policy, table) is None
        assert judge(changes, BOB, policy, table) == ("recto.not_yours" if moment == "each" else None)


@pytest.mark.parametrize(("root", "most"), [("reactions", 20_000), ("comments", 5_000)])
def test_a_full_room_takes_no_more_entries(root: str, most: int) -> None:
    table = Table()
    key = "n1.pann" if root == "reactions" else "n1.pann.k1"
    table.counted = most
    assert judge(talk(root, key, at=1), ANN, POLICY, table) == "room.full"
    table.counted -= 1
    assert judge(talk(root, key, at=1), ANN, POLICY, table) is None


@pytest.mark.parametrize(
    ("moment", "own", "others"),
    [
        ("own", None, "role.read_only"),
        ("read", "role.read_only", "role.read_only"),
        ("closed", "role.read_only", "role.read_only"),
    ],
)
def test_a_step_says_what_participants_may_do_with_notes(
    moment: Moment, own: str | None, others: str | None
) -> None:
    policy = Policy(PLACES, moment)
    assert judge(made(), ANN, policy, TABLE) == own
    assert judge(on("anns", typed=1), ANN, policy, TABLE) == own
    assert judge(on("anns", typed=1), BOB, policy, TABLE) == others
    assert judge(on("anns", deleted=True), BOB, policy, TABLE) == others
    leads = judge(on("anns", typed=1), FACILITATOR, policy, TABLE)
    assert leads == ("role.read_only" if moment == "closed" else None)


def test_a_frozen_workshop_takes_nothing_from_participants() -> None:
    policy = replace(POLICY, frozen=True)
    cluster: Changes = {("clusters", "c1"): EntryChange(made=True, values=GROUP)}
    for changes in (made(), on("anns", typed=1), cluster):
        assert judge(changes, ANN, policy, TABLE) == "board.locked"
        assert judge(changes, FACILITATOR, policy, TABLE) is None


def test_a_locked_recto_is_locked_for_every_stakeholder() -> None:
    policy = replace(POLICY, locked=frozenset({"sheet1.recto"}))
    assert judge(on("recto", typed=1), ANN, policy, TABLE) == "board.locked"


@pytest.mark.parametrize("moment", OF_THE_AGENDA)
def test_while_each_writes_for_themselves_rectos_of_others_are_closed(moment: Moment) -> None:
    policy = Policy(PLACES, moment)
    assert judge(on("recto", typed=1), ANN, policy, TABLE) is None
    assert judge(on("recto", typed=1), BOB, policy, TABLE) == (
        "recto.not_yours" if moment == "each" else None
    )
    assert judge(on("recto", typed=1), FACILITATOR, policy, TABLE) is None


def test_a_full_room_takes_no_more_notes() -> None:
    table = Table()
    table.counted = NOTES_PER_ROOM
    assert judge(made(), ANN, POLICY, table) == "room.full"
    table.counted -= 1
    assert judge(made(), ANN, POLICY, table) is None


def test_one_refused_change_refuses_the_update() -> None:
    assert judge({**made(), **on("locked", typed=1)}, BOB, POLICY, TABLE) == "note.locked"


def test_reasons_are_said_and_have_the_status_of_what_they_are() -> None:
    assert refusal_of("board.locked").status == 403
    assert refusal_of("update.gap").status == 409
    assert refusal_of("note.too_long").status == 422
    assert refusal_of("note.kind").sentence == OTHERWISE
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


def test_roles_of_the_table_are_those_of_a_workshop() -> None:
    assert set(RIGHTS) == set(get_args(Role)) == set(ROLES)


def test_groups_of_notes_are_changed_by_those_who_may_change_the_notes_of_others() -> None:
    table = Table()
    table.clusters = {"c1": ("sheet2.verso", "rules")}
    rename: Changes = {("clusters", "c1"): EntryChange(values={"title": ["Idées"]})}
    gone: Changes = {("clusters", "c1"): EntryChange(deleted=True)}
    read, own = replace(POLICY, moment="read"), replace(POLICY, moment="own")
    for changes in (rename, gone):
        assert judge(changes, ANN, replace(POLICY, moment="exploration"), table) is None
        for policy in (read, own):
            assert judge(changes, ANN, policy, table) == "role.read_only"
        assert judge(changes, ANN, replace(read, opened=frozenset({"sheet2.verso"})), table) is None
        assert judge(changes, ANN, replace(read, opened=frozenset({"governance"})), table) is not None
        assert judge(changes, FACILITATOR, read, table) is None
