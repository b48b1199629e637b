"""What exports read: the order of notes, and what a pack must not say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.kit.packs import PEOPLE, START, a_pack, a_workshop, catalogue, filled

from tablee.model.board import NAMES, Board, Names, Pack, Photo
from tablee.model.conduct import Announcement, Message
from tablee.model.pack import in_list_order, pack_of, room_path
from tablee.model.workshop import Workshop
from tablee.words import Words


def made_of(
    workshop: Workshop,
    rooms: dict[str, Any],
    names: Names = "names",
    photos: dict[str, list[Photo]] | None = None,
) -> Pack:
    return pack_of(
        workshop,
        rooms,
        catalogue(),
        names=names,
        language="fr",
        state_at=START,
        door="https://tablee.example/a/X",
        link=lambda board: board,
        say=Words("fr").say,
        photos=photos,
    )


def everything(pack: Pack) -> str:
    return repr((pack.workshop, pack.rooms, pack.boards, pack.people, pack.stakeholders))


@pytest.mark.parametrize("seed", range(20))
def test_each_note_of_the_rooms_is_on_one_board_once(seed: int) -> None:
    workshop, rooms = filled(a_workshop(groups=1 + seed % 4), 200, seed)
    pack = made_of(workshop, rooms)
    told = [f"{board.room} {note.id}" for board in pack.boards for note in notes_of(board)]
    there = [f"{path} {note}" for path, roots in rooms.items() for note in roots["notes"]]
    assert sorted(told) == sorted(there)


def test_a_board_of_which_there_is_only_a_photo_is_told_with_it() -> None:
    """What a paper workshop leaves: sheets that nobody typed from, of any seat, and canvases of any room."""
    workshop = a_workshop(groups=2)
    sheets = tuple(replace(group, sheet=f"sheet{n}") for n, group in enumerate(workshop.groups, 1))
    workshop = replace(workshop, groups=sheets)
    boards = {
        "g1/exploration": ["sheet1.verso", "sheet3.verso", "sheet2.recto/gone"],
        "g2/exploration": ["sheet1.recto/roulibre"],
        "g1/convergence": ["governance", "economic"],
        "plenary": ["governance", "economic"],
    }
    photos = {
        path: [Photo(f"ph{path}{b}", b, "", None, START, 4, 3, b"") for b in some]
        for path, some in boards.items()
    }
    pack = made_of(workshop, {}, photos=photos)
    told = {(board.room, photo.id) for board in pack.boards for photo in board.photos}
    assert told == {(path, photo.id) for path, some in photos.items() for photo in some}


def notes_of(board: Board) -> list[Any]:
    return [note for zone in board.zones for note in zone.notes] + list(board.unplaced)


def test_notes_of_one_cluster_stand_where_its_first_one_does() -> None:
    def note(order: str, cluster: str | None = None) -> dict[str, Any]:
        return {"board": "b", "zone": "z", "order": order, **({"cluster": cluster} if cluster else {})}

    notes = {
        "n1": note("a1"),
        "n2": note("a2", "c"),
        "n3": note("a3"),
        "n4": note("a4", "c"),
        "n0": note("a4"),
    }
    clusters = {"c": {"board": "b", "zone": "z", "title": "T"}, "other": {"board": "b", "zone": "y"}}
    assert [key for key, _ in in_list_order(notes.items(), clusters)] == ["n1", "n2", "n4", "n3", "n0"]
    notes["n3"]["cluster"] = "other"  # of another zone: as if it were in none
    assert [key for key, _ in in_list_order(notes.items(), clusters)] == ["n1", "n2", "n4", "n3", "n0"]


def test_a_note_whose_zone_is_gone_is_not_lost() -> None:
    workshop, rooms = filled(a_workshop(), 60, 1)
    room = rooms["g1/exploration"]
    note_id = next(key for key, note in room["notes"].items() if note["board"] == "sheet1.verso")
    room["notes"][note_id]["zone"] = "gone"
    pack = made_of(workshop, rooms)
    board = next(b for b in pack.boards if b.key == "g1/exploration/sheet1.verso")
    assert [note.id for note in board.unplaced] == [note_id]


def test_rules_are_numbered_as_on_the_page() -> None:
    pack = a_pack(400)
    rules = pack.of_template("governance")[0].zone("rules")
    assert rules is not None
    ordered = sorted(rules.notes, key=lambda note: (note.order, note.id))
    assert [note.number for note in ordered] == [f"R{n}" for n in range(1, len(ordered) + 1)]


def test_the_path_of_a_room() -> None:
    assert room_path("w1-g2-exploration") == "g2/exploration"
    assert room_path("w1-plenary") == "plenary"


@pytest.mark.parametrize("names", NAMES)
def test_open_rounds_and_words_to_one_person_are_in_no_pack(names: Names) -> None:
    def change(workshop: Workshop) -> Workshop:
        return replace(
            workshop,
            code="SECRETCODE",
            passphrase="SECRETPHRASE",
            messages=(Message("m", "p0person", "p1person", "SECRETWORD", START),),
            announcements={"": Announcement("a", "p0person", "SECRETCALL", START)},
        )

    text = everything(a_pack(50, names=names, change=change))
    for secret in ("SECRETCODE", "SECRETPHRASE", "SECRETWORD", "SECRETCALL", "VOTE-OUVERT"):
        assert secret not in text


@pytest.mark.parametrize("seed", range(5))
def test_with_structures_nobody_is_named_but_what_they_speak_for(seed: int) -> None:
    pack = a_pack(200, seed, names="structures")
    text = everything(pack)
    assert not any(name in text or name.split()[0] in text for name, _ in PEOPLE)
    assert not any(f"p{n}person" in text for n in range(len(PEOPLE)))
    authors = {note.author for board in pack.boards for note in notes_of(board)}
    assert {"Haut-Orme", "Roulibre", "Personne 1", None} <= authors


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("licence", ["cc-by-sa-4.0", "chatham-house"])
def test_with_nobody_named_no_person_structure_or_author_is_left(seed: int, licence: str) -> None:
    wanted: Names = "names" if licence == "chatham-house" else "none"
    pack = a_pack(200, seed, names=wanted, licence=licence)
    text = everything(pack)
    for name, structure in PEOPLE:
        assert name not in text
        assert name.split()[0] not in text
        assert not structure or structure not in text
    assert not any(f"p{n}person" in text or f"s{n}structure" in text for n in range(len(PEOPLE)))
    assert not any(note.author or note.author_id for board in pack.boards for note in notes_of(board))
    assert pack.people == {}
    assert pack.masked > 0
    assert "[…] s'en charge avec Partie prenante 1, puis […]." in text


def verdicts(names: Names) -> list[str]:
    """Their texts, in the order of the file. Ids of structures go the other way than their numbers."""
    workshop = a_workshop()
    some = [replace(one, id=f"s{9 - n}structure") for n, one in enumerate(workshop.stakeholders)]
    place = {"board": "economic", "zone": "viability", "kind": "scale", "order": "a0"}
    notes = {f"verdict-{one.id}": {**place, "text": f"de {n}"} for n, one in enumerate(some)}
    rooms = {"g1/convergence": {"notes": notes}}
    pack = made_of(replace(workshop, stakeholders=tuple(some)), rooms, names)
    return [note.text for board in pack.boards for note in notes_of(board)]


def test_notes_of_one_place_are_in_the_same_order_however_people_are_named() -> None:
    assert verdicts("names") == ["de 4", "de 3", "de 2", "de 1", "de 0"]
    assert verdicts("structures") == verdicts("none") == verdicts("names")


@pytest.mark.parametrize(
    ("members", "told"),
    [
        (["Roulibre", "Zoé Martin", "vélo & villages"], ["Partie prenante 2", "Partie prenante 3"]),
        (["Nadia Benali", "Zoé"], None),
        ("Roulibre", None),
    ],
)
def test_with_nobody_named_the_members_of_a_committee_are_the_structures(members: Any, told: Any) -> None:
    fields = {"members": members, "people": ["Roulibre"], "named": ["Roulibre"], "owner_text": "Roulibre"}
    note = {"board": "governance", "zone": "committees", "kind": "committee", "order": "a0", "fields": fields}
    pack = made_of(a_workshop(), {"g1/convergence": {"notes": {"c": note}}}, "none")
    (made,) = [note for board in pack.boards for note in notes_of(board)]
    assert made.fields == ({} if told is None else {"members": told})


SAID = "Nadia Benali et Vélo & Villages"


def named_everywhere() -> tuple[Workshop, dict[str, Any], dict[str, list[Photo]]]:
    """A workshop in which every text says a name and a structure, and photos."""
    workshop, rooms = filled(a_workshop(), 120, 3, hostile=False)
    (vote, vote_open), (consent,), (poll,) = workshop.votes, workshop.consents, workshop.polls
    steps = tuple(
        replace(step, titles=dict.fromkeys(step.titles, SAID), instruction=SAID) for step in workshop.steps
    )
    given = {"p0person": {next(iter(vote.totals)): 2}}
    workshop = replace(
        workshop,
        title=SAID,
        commons=SAID,
        steps=steps,
        groups=tuple(replace(group, name=SAID) for group in workshop.groups),
        preparation={workshop.steps[0].id: f"PRÉPARÉ {SAID}"},
        votes=(replace(vote, question=SAID, secret=False, ballots=given), vote_open),
        consents=(
            replace(
                consent,
                proposal=SAID,
                answers=tuple(replace(answer, reason=SAID) for answer in consent.answers),
            ),
        ),
        polls=(
            replace(poll, kind="verdict", rooms={"wpack-g1-convergence": ("s0structure",)}),
            replace(poll, id="q2", closed_at=None, results={"POLL-OUVERT": (1,)}),
        ),
    )
    for roots in rooms.values():
        for note in roots["notes"].values():
            note.update(text=SAID, tags=[SAID])
            note["fields"] = {
                name: SAID if isinstance(value, str) and value.istitle() else value
                for name, value in note["fields"].items()
                if name not in ("owner_text", "named", "people", "members")
            }
        for one in (*roots["comments"].values(), *roots["answers"].values()):
            one.update({name: SAID for name in ("text", "reason") if name in one})
        for cluster in roots["clusters"].values():
            cluster["title"] = SAID
    photos = {
        "g1/exploration": [Photo("ph1", "sheet1.verso", SAID, "p0person", START, 4, 3, b"JPEG-NADIA")],
        "g1/convergence": [Photo("ph2", "governance", SAID, "p0person", START, 4, 3, b"JPEG-NADIA")],
    }
    return workshop, rooms, photos


def told_of(names: Names, licence: str = "cc-by-sa-4.0") -> Pack:
    workshop, rooms, photos = named_everywhere()
    return pack_of(
        replace(workshop, licence=licence),
        rooms,
        catalogue(),
        names=names,
        language="fr",
        state_at=START,
        door="",
        link=lambda board: board,
        say=Words("fr").say,
        photos=photos,
    )


@pytest.mark.parametrize(("names", "licence"), [("none", "cc-by-sa-4.0"), ("names", "chatham-house")])
def test_where_nobody_is_named_no_text_says_a_name_and_nothing_tells_people_apart(
    names: Names, licence: str
) -> None:
    pack = told_of(names, licence)
    text = everything(pack)
    for word in ("Nadia", "Benali", "Vélo", "Villages", "p0person", "s0structure", "JPEG-NADIA", "PRÉPARÉ"):
        assert word not in text, word
    assert "POLL-OUVERT" not in text
    assert not any(board.photos for board in pack.boards)
    told, masked = pack.workshop, "[…] et Partie prenante 3"
    assert told.preparation == {} and all(person.joined_at == 0 for person in told.people)
    assert all(not vote.ballots for vote in told.votes) and all(not poll.rooms for poll in told.polls)
    assert [poll.id for poll in told.polls] == ["q1"]
    step, consent = told.steps[0], told.consents[0]
    assert {*step.titles.values(), step.instruction, told.title, told.commons} == {masked}
    assert {consent.proposal, *(answer.reason for answer in consent.answers)} == {masked}
    assert {told.votes[0].question, *(group.name for group in told.groups)} == {masked}
    assert pack.masked > 100


def test_where_structures_are_named_photos_and_what_is_below_them_are_told_as_they_are() -> None:
    pack = told_of("structures")
    text = everything(pack)
    assert "Nadia" not in text and "p0person" not in text and "PRÉPARÉ" not in text
    photos = [photo for board in pack.boards for photo in board.photos]
    assert {photo.id for photo in photos} == {"ph1", "ph2"}
    assert {(photo.caption, photo.author) for photo in photos} == {
        ("Haut-Orme et Vélo & Villages", "Haut-Orme")
    }
    told = pack.workshop
    assert told.preparation == {} and all(person.joined_at == 0 for person in told.people) and told.people
    assert all(not vote.ballots for vote in told.votes) and all(not poll.rooms for poll in told.polls)
    assert {answer.reason for answer in told.consents[0].answers} == {"Haut-Orme et Vélo & Villages"}
    plain = told_of("names")
    assert plain.workshop.preparation and plain.workshop.votes[0].ballots and plain.workshop.polls[0].rooms
    assert [poll.id for poll in plain.workshop.polls] == ["q1"]


def test_a_board_of_the_plenary_on_which_there_is_only_a_note_is_in_every_file() -> None:
    """Also where each group has its own canvases."""
    note = {"board": "governance", "zone": "rules", "kind": "rule", "text": "En plénière", "order": "a"}
    pack = made_of(a_workshop(), {"plenary": {"notes": {"n1": note}}})
    found = [board.key for board in pack.boards if board.count]
    assert found == ["plenary/governance"]


SPELLED = "Mme Benali, NADIA, nadia.benali@haut-orme.fr, haut-orme, helene et Soazig-Morvan"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("none", "Mme […], […], […], Partie prenante 1, […] et […]"),
        (
            "structures",
            "Mme Haut-Orme, Haut-Orme, […], haut-orme, Agence d’urbanisme et Vélo & Villages",
        ),
    ],
)
def test_names_are_found_however_they_are_spelled(names: Names, told: str) -> None:
    workshop, rooms = filled(a_workshop(), 40, 3)
    note = next(iter(rooms["g1/exploration"]["notes"].values()))
    note["text"], note["tags"] = SPELLED, [SPELLED]
    pack = made_of(replace(workshop, title=SPELLED), rooms, names)
    left = next(iter(pack.rooms["g1/exploration"]["notes"].values()))
    assert (left["text"], left["tags"], pack.workshop.title) == (told, [told], told)


def test_who_is_named_in_a_field_is_not_told_where_structures_are() -> None:
    workshop, rooms = filled(a_workshop(), 40, 3)
    note = next(iter(rooms["g1/exploration"]["notes"].values()))
    note["fields"] = {"owner_text": "Odile Ferrand", "named": ["Odile", "Roulibre"], "owner_id": "p2person"}
    left = next(iter(made_of(workshop, rooms, "structures").rooms["g1/exploration"]["notes"].values()))
    assert left["fields"] == {"owner_text": "[…]", "named": ["Roulibre"], "owner_id": "p3"}
    left = next(iter(made_of(workshop, rooms, "none").rooms["g1/exploration"]["notes"].values()))
    assert left["fields"] == {}


def test_nothing_is_left_that_who_was_there_could_tell_people_by() -> None:
    workshop, rooms = filled(a_workshop(), 200, 3)
    for roots in rooms.values():
        for note in roots["notes"].values():
            for origin in note.get("origin", ()):
                origin["hash"] = "0123456789abcdef"
    plain, told = made_of(workshop, rooms), made_of(workshop, rooms, "none")
    assert "0123456789abcdef" in everything(plain)
    assert "0123456789abcdef" not in everything(told)
    assert {note.colour for board in told.boards for note in notes_of(board)} == {"craie"}


def test_a_name_that_two_people_have_stands_for_neither() -> None:
    def change(workshop: Workshop) -> Workshop:
        one, two, *others = workshop.people
        elsewhere = replace(two, name="Nadia Roux", stakeholder="s1structure")
        return replace(workshop, people=(one, elsewhere, *others), commons="Nadia, Nadia Benali, Roux")

    assert a_pack(10, names="structures", change=change).workshop.commons == "[…], Haut-Orme, Roulibre"


@pytest.mark.parametrize("names", NAMES)
def test_who_has_a_lane_is_the_same_whoever_is_named(names: Names) -> None:
    plain, told = a_pack(60, 2), a_pack(60, 2, names=names)
    assert [len(board.seated) for board in told.boards] == [len(board.seated) for board in plain.boards]
    assert all(one in told.stakeholders for board in told.boards for one in board.seated)
    assert [board.template.id for board in told.boards] == [board.template.id for board in plain.boards]


def test_what_is_left_stands_on_the_same_boards_in_the_same_order() -> None:
    plain, told = a_pack(300, 4), a_pack(300, 4, names="structures")
    assert [b.template.id for b in plain.boards] == [b.template.id for b in told.boards]
    for one, other in zip(plain.boards, told.boards, strict=True):
        assert [note.id for note in notes_of(one)] == [note.id for note in notes_of(other)]


def test_nobody_can_tell_that_two_comments_are_of_one_person() -> None:
    pack = a_pack(400, names="none")
    people = [
        key.split(".")[1]
        for roots in pack.rooms.values()
        for key in [*roots["comments"], *roots["reactions"]]
    ]
    assert len(people) == len(set(people)) > 50


def test_a_name_inside_a_word_stays() -> None:
    def change(workshop: Workshop) -> Workshop:
        ann, *others = workshop.people
        return replace(workshop, people=(replace(ann, name="Ann"), *others), commons="Annuaire d'Ann, Anne")

    assert a_pack(10, names="none", change=change).workshop.commons == "Annuaire d'[…], Anne"


def test_english_files_speak_english_of_those_who_are_not_named() -> None:
    pack = a_pack(60, names="none", language="en")
    assert {"Stakeholder 1", "Person 1"} <= set(pack.stakeholders.values())
