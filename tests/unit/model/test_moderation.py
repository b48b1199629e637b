"""Locks with an end, boards that are open whatever the step says, and what moderation may be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.model.test_commands import CATALOGUE, STEPS, WORKSHOP

from tablee.errors import Refused
from tablee.live.records import read_workshop, write_workshop
from tablee.model import due as module
from tablee.model.changes import EntryChange
from tablee.model.commands import apply_command
from tablee.model.commands.instants import wanted_of
from tablee.model.commands.moderation import entries_of, note_of, reason_of, room_of, since_of, whose_of
from tablee.model.conduct import Finished
from tablee.model.due import next_due
from tablee.model.notes import Places
from tablee.model.rights import Actor, Head, judge, policy_of
from tablee.model.workshop import BoardState, Workshop, stakeholder_ids

NOW = 1_000_000
ZONE = {"board": "sheet2.verso", "zone": "rules"}


def do(who: str, workshop: Workshop = WORKSHOP, now: int = NOW, **command: Any) -> Workshop:
    actor = workshop.person(who)
    assert actor is not None
    places = Places(CATALOGUE, stakeholder_ids(workshop))
    return apply_command(workshop, actor, command, places=places, now=now)


def due(workshop: Workshop, now: int) -> Workshop:
    return module.due(workshop, now, Places(CATALOGUE, stakeholder_ids(workshop)))


def key_of(call: Any) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.key


def test_a_lock_with_minutes_opens_by_itself() -> None:
    locked = do("marc", type="board.lock", **ZONE, minutes=12)
    locked = do("zoé", locked, type="board.lock", board="governance", minutes=30)
    locked = do("zoé", locked, type="board.lock", minutes=1)
    state = locked.board("sheet2.verso")
    assert state.zones_locked_until == {"rules": NOW + 720_000} and state.zones_locked_by == {"rules": "marc"}
    assert locked.frozen_until == next_due(locked) == NOW + 60_000
    thawed = due(locked, NOW + 60_000)
    assert not thawed.frozen and thawed.frozen_until is None and thawed.boards == locked.boards
    assert next_due(thawed) == NOW + 720_000
    assert due(thawed, NOW + 719_999) is thawed
    assert due(thawed, NOW + 1_800_000).boards == {}


def test_another_end_replaces_the_first_and_none_is_for_good() -> None:
    first = do("marc", type="board.lock", **ZONE, minutes=12)
    later = do("zoé", first, type="board.lock", **ZONE, minutes=20)
    assert later.board("sheet2.verso").zones_locked_until == {"rules": NOW + 1_200_000}
    assert later.board("sheet2.verso").zones_locked_by == {"rules": "zoé"}
    for_good = do("zoé", later, type="board.lock", **ZONE)
    assert for_good.board("sheet2.verso").zones_locked_until == {} and next_due(for_good) is None
    assert do("marc", for_good, type="board.lock", **ZONE) is for_good


def test_unlocking_leaves_what_else_holds_for_a_board() -> None:
    held = replace(WORKSHOP, boards={"governance": BoardState(silent=True, locked=True, locked_by="marc")})
    assert do("zoé", held, type="board.unlock", board="governance").boards == {
        "governance": BoardState(silent=True)
    }


@pytest.mark.parametrize("minutes", [0, 601, -5, 1.5, "12", True])
def test_a_lock_lasts_from_one_to_600_minutes(minutes: object) -> None:
    assert key_of(lambda: do("marc", type="board.lock", **ZONE, minutes=minutes)) == "minutes.range"


def test_an_opened_board_takes_notes_while_the_others_are_read() -> None:
    reading = replace(WORKSHOP, steps=(replace(STEPS[0], rights="read"),), step=STEPS[0].id)
    opened = do("marc", reading, type="board.lock", board="governance")
    opened = do("marc", opened, type="board.open", board="governance")
    assert opened.boards == {"governance": BoardState(open=True)}
    assert do("zoé", opened, type="board.open", board="governance") is opened
    places = Places(CATALOGUE, frozenset())
    joris = Actor("joris", "participant", "joris")

    class Room:
        def head(self, note_id: str) -> Head | None:
            boards = {"gov": ("governance", "governance_rules"), "eco": ("economic", "costs")}
            return None if note_id not in boards else Head(*boards[note_id], "nadia", False, 5)

        def author_before(self, note_id: str) -> str | None:
            return None

        def cluster_place(self, cluster_id: str) -> tuple[str, str] | None:
            return None

        def count(self, root: str) -> int:
            return 2

        def exact_chars(self, note_id: str) -> int:
            return 5

        def summary_chars(self) -> int:
            return 0

    def may(note: str, workshop: Workshop, **values: list[Any]) -> str | None:
        change = EntryChange(values=values or {"colour": ["ciel"]})
        return judge({("notes", note): change}, joris, policy_of(workshop, places), Room())

    assert may("gov", reading) == may("eco", opened) == "role.read_only"
    assert may("gov", opened) is None
    zone = CATALOGUE.templates["economic"].zones[0].id
    assert may("gov", opened, board=["economic"], zone=[zone]) == "role.read_only", "not out of it"
    locked = do("marc", opened, type="board.lock", board="governance")
    assert locked.boards["governance"].open is False


def test_a_group_says_that_it_is_done_with_a_zone() -> None:
    done = do("joris", type="zone.done", **ZONE)
    group = WORKSHOP.person("joris")
    assert group is not None
    assert done.finished == (Finished(group.group, "sheet2.verso", "rules"),)
    assert do("joris", done, type="zone.done", **ZONE) is done
    assert do("marc", done, type="zone.done", **ZONE, group=group.group, done=False).finished == ()
    assert do("joris", type="zone.done", **ZONE, done=False) is WORKSHOP
    other = next(g.id for g in WORKSHOP.groups if g.id != group.group)
    assert key_of(lambda: do("joris", type="zone.done", **ZONE, group=other)) == "group.not_yours"
    assert key_of(lambda: do("marc", type="zone.done", **ZONE)) == "group.missing"
    assert key_of(lambda: do("marc", type="zone.done", board="sheet2.verso")) == "zone.missing"
    assert read_workshop(1, write_workshop(done)).finished == done.finished
    together = replace(done, steps=(replace(STEPS[0], mode="plenary", board="governance"),))
    zone = {"board": "governance", "zone": CATALOGUE.templates["governance"].zones[0].id}
    assert do("joris", together, type="zone.done", **zone).finished[-1].group is None


def test_what_is_asked_of_moderation_is_checked() -> None:
    marc, ines = WORKSHOP.person("marc"), WORKSHOP.person("inès")
    assert marc is not None and ines is not None
    gone = replace(WORKSHOP, former=("parti",))
    assert whose_of(gone, marc, {"person": "parti"}) == "parti"
    assert whose_of(gone, ines, {"person": "marc"}) == "marc"
    assert key_of(lambda: whose_of(gone, marc, {"person": "inès"})) == "person.above"
    assert key_of(lambda: whose_of(gone, marc, {"person": 5})) == "person.missing"
    assert since_of({"since": 5}, NOW) == 5
    for since in (None, -1, NOW + 61_000, "1", True, 1.5):
        assert key_of(lambda since=since: since_of({"since": since}, NOW)) == "since.invalid"
    room = WORKSHOP.rooms[0]
    assert room_of(WORKSHOP, {"room": room}) == room
    assert key_of(lambda: room_of(WORKSHOP, {"room": "w2-plenary"})) == "room.unknown"
    assert key_of(lambda: note_of({"note": ""})) == key_of(lambda: note_of({})) == "note.unknown"
    assert reason_of({"text": "  Sans les noms.  "}) == "Sans les noms." and reason_of({}) == ""
    assert key_of(lambda: reason_of({"text": "x" * 501})) == "text.too_long"
    assert entries_of(WORKSHOP, {"entries": {room: [3, 5]}}) == {room: [3, 5]}
    for entries in (None, {}, {room: []}, {room: [0]}, {room: [True]}, {room: "3"}, [room]):
        assert key_of(lambda entries=entries: entries_of(WORKSHOP, {"entries": entries})) == "entries.invalid"


def test_zones_are_done_only_on_boards_of_the_workshop() -> None:
    fewer = do("inès", type="workshop.edit", modules=["sheet1"])
    assert key_of(lambda: do("marc", fewer, type="zone.done", **ZONE, group="g1")) == "board.unknown"


def test_a_zone_says_enough_where_one_board_of_the_room_has_it() -> None:
    places = Places(CATALOGUE, stakeholder_ids(WORKSHOP))

    def board(kind: str, zone: str) -> str | None:
        room = next(room for room in WORKSHOP.rooms if room.endswith(kind))
        return wanted_of(WORKSHOP, {"room": room, "instant": "n1", "zone": zone}, places).board

    assert (board("exploration", "rules"), board("convergence", "rules")) == ("sheet2.verso", "governance")
    for kind, zone in (("convergence", "needs"), ("exploration", "nowhere"), ("plenary", "rules")):
        assert key_of(lambda kind=kind, zone=zone: board(kind, zone)) == "board.missing"
