"""Taking back what one person did: theirs goes, what others did stays, and everybody ends with the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from pycrdt import Map, Text
from tests.kit.peers import ZONES, Peer, Table

from tablee import assets
from tablee.model.canvases import load_catalogue
from tablee.model.notes import Places
from tablee.model.rights import Actor, Policy, judge
from tablee.sync.document import Document
from tablee.sync.entries import Entry, read_entry, write_entry
from tablee.sync.undo import Plan, Replay

POLICY = Policy(Places(load_catalogue(assets.canvases_folder()), frozenset()))
LEADER = Actor("pzoe", "facilitator", "pzoe")
THEY = "p1"

Content = dict[str, Any]


def plan_of(
    entries: list[tuple[int, Entry]],
    person: str,
    first: int,
    owners: Mapping[int, str] | None = None,
    of: int | None = None,
) -> Plan:
    """`first`: the first entry after the moment. `of`: what was done in this entry of the log alone."""
    replay = Replay(None, person, None if of is None else [of])
    for n, entry in entries:
        if n < first:
            replay.pass_by(entry)
        else:
            replay.take(n, entry, owners or {})
    try:
        return replay.plan()
    finally:
        replay.end()


class History:
    """People at a table who write letters of their own: capitals before the moment, small ones after it."""

    def __init__(self, seed: int, peers: int = 3, processes: int = 2) -> None:
        self.table = Table(seed, peers, processes)
        self.rng = self.table.rng
        self.after = False
        self.moment = 0
        self.touched: dict[str, set[str]] = {}
        """Note → who touched it since the moment."""
        self.then: Content = {}

    def play(self, steps: int) -> None:
        table, rng = self.table, self.rng
        for _ in range(steps):
            peer, dice = rng.choice(table.peers), rng.random()
            if dice < 0.35:
                self.act(peer)
            elif dice < 0.6:
                table.deliver_to_room(peer)
            elif dice < 0.8:
                if peer.incoming:
                    peer.take()
            else:
                rng.choice((table.commit, table.append, table.read))(rng.choice(table.processes))

    def begin(self) -> None:
        self.table.settle()
        self.moment, self.after = len(self.table.log), True
        self.then = self.content()

    def content(self) -> Content:
        return self.table.processes[0].room.document.content()

    def letter(self, peer: Peer) -> str:
        return chr(ord("A") + peer.number + (32 if self.after else 0))

    def act(self, peer: Peer) -> None:
        """One change of any kind that a board knows."""
        notes: Map[Any] = peer.notes
        present, dice = sorted(notes.keys()), self.rng.random()
        if not present or dice < 0.2:
            note = f"n{peer.number}{'ab'[self.after]}{len(peer.ids)}"
            peer.ids.append(note)
            self.make(peer, note)
            self.say(peer, note)
            return
        note = self.rng.choice(present)
        entry: Map[Any] = notes[note]
        if dice < 0.35:
            with peer.doc.transaction():
                entry["zone"] = self.rng.choice(ZONES)
                entry["place"] = [round(self.rng.random(), 3), round(self.rng.random(), 3)]
        elif dice < 0.45:
            entry["colour"] = self.rng.choice(("ciel", "citron", "lagon"))
        elif dice < 0.55:
            entry["fields"]["amount"] = self.rng.randrange(9)
        elif dice < 0.65:
            likes: Map[Any] = peer.doc.get("reactions", type=Map)
            key = f"{note}.{peer.person}"
            if key in likes:
                del likes[key]
            else:
                likes[key] = Map({"at": 5})
        elif dice < 0.92:
            self.type(peer, entry["text"])
        else:
            del notes[note]
        self.say(peer, note)

    def make(self, peer: Peer, note: str) -> None:
        values = {"board": "sheet2.verso", "zone": self.rng.choice(ZONES), "kind": "note", "order": "a1"}
        more = {"place": [0.1, 0.1], "colour": "ciel", "by": peer.person, "at": 1, "fields": Map({})}
        peer.notes[note] = Map({**values, **more, "text": Text(self.letter(peer) + "é😀")})

    def type(self, peer: Peer, text: Text) -> None:
        content = str(text)
        at = self.rng.randrange(len(content) + 1)
        start = len(content[:at].encode())
        if at < len(content) and self.rng.random() < 0.4:
            del text[start : start + len(content[at].encode())]
        else:
            text.insert(start, self.letter(peer) * 2)

    def say(self, peer: Peer, note: str) -> None:
        if self.after:
            self.touched.setdefault(note, set()).add(peer.person)

    # -- taking back -------------------------------------------------------------------------------

    def plan(self, person: str = THEY, of: int | None = None) -> Plan:
        """`of`: what was done in this entry of the log alone."""
        entries = [(n, read_entry(payload)) for n, payload in enumerate(self.table.log, start=1)]
        return plan_of(entries, person, self.moment + 1 if of is None else of, of=of)

    def take_back(self, plan: Plan) -> int:
        """The road of the server: on a copy, past the judge, to the log, to everybody. Its entry."""
        table, process = self.table, self.table.processes[0]
        copy = Document(process.room.document.state(), client_id=self.rng.randrange(2**32, 2**52))
        update = copy.edit(plan.apply)
        if update is None:
            return 0
        process.room.judge = lambda person, changes, notes: judge(changes, LEADER, POLICY, notes)
        refused: list[str] = []
        process.room.change(LEADER.person, update, refused.append, plan.authors)
        process.room.judge = None
        table.settle()
        assert refused == []
        return len(table.log)


@pytest.mark.parametrize("seed", range(80))
def test_their_own_goes_and_what_others_did_stays(seed: int) -> None:
    history = History(seed, peers=2 + seed % 3, processes=1 + seed % 2)
    history.play(120)
    history.begin()
    history.play(160)
    history.table.settle()
    now, plan = history.content(), history.plan()
    history.take_back(plan)
    after = history.content()
    for note in history.then["notes"].keys() | now["notes"].keys() | after["notes"].keys():
        who = history.touched.get(note, set())
        if THEY not in who:
            assert after["notes"].get(note) == now["notes"].get(note), note
        elif who == {THEY}:
            assert after["notes"].get(note) == history.then["notes"].get(note), note
    for note, values in now["notes"].items():
        theirs = Counter(letter for letter in values["text"] if letter in "cde")
        left = Counter(after["notes"].get(note, {"text": ""})["text"])
        assert all(left[letter] >= count for letter, count in theirs.items()), (note, values, left)
    assert all("b" not in values["text"] for values in after["notes"].values())
    likes = {key for key in now["reactions"] if not key.endswith(THEY)}
    assert likes <= after["reactions"].keys()
    mine = {key for key in after["reactions"] if key.endswith(THEY)}
    assert mine == {key for key in history.then["reactions"] if key.endswith(THEY)}


@pytest.mark.parametrize("seed", range(40))
def test_everybody_ends_with_the_same_and_it_can_be_taken_back_itself(seed: int) -> None:
    history = History(1000 + seed, peers=3)
    history.play(100)
    history.begin()
    history.play(140)
    history.table.settle()
    now, entry = history.content(), history.take_back(history.plan())
    after = history.content()
    cold = history.table.replayed().document.content()
    assert cold == after
    for process in history.table.processes:
        assert process.room.document.content() == after
    for peer in history.table.peers:
        assert {root: values for root, values in peer.content().items() if values} == {
            root: values for root, values in _plain(after).items() if values
        }
    assert history.plan().steps == (), "nothing is left to take back"
    if entry:
        history.take_back(history.plan(LEADER.person, of=entry))
        assert history.content() == now


def _plain(content: Content) -> Content:
    """As pycrdt tells it: every number is a float."""
    return {root: dict(values.items()) for root, values in content.items()}


class Told:
    """A small history told by hand, each change seen by everybody before the next."""

    def __init__(self) -> None:
        self.history = History(0, peers=3, processes=1)
        self.peers = {peer.person: peer for peer in self.history.table.peers}

    def note(self, person: str, note: str = "n1") -> Map[Any]:
        self.history.table.settle()
        found: Map[Any] = self.peers[person].notes[note]
        return found

    def undone(self) -> Content:
        self.history.table.settle()
        self.history.take_back(self.history.plan())
        notes: Content = self.history.content()["notes"]
        return notes


@pytest.fixture
def told() -> Told:
    told = Told()
    told.history.make(told.peers["p2"], "n1")
    told.history.begin()
    return told


def test_a_value_goes_back_unless_somebody_else_changed_it_since(told: Told) -> None:
    told.note("p1")["colour"] = "citron"
    told.note("p1")["kind"] = "rule"
    told.note("p3")["kind"] = "cost"
    assert told.undone()["n1"]["colour"] == "ciel"
    assert told.undone()["n1"]["kind"] == "cost"


def test_what_others_changed_in_between_is_what_it_goes_back_to(told: Told) -> None:
    told.note("p1")["colour"] = "citron"
    told.note("p2")["colour"] = "lagon"
    told.note("p1")["colour"] = "mousse"
    assert told.undone()["n1"]["colour"] == "lagon"


def test_a_place_is_one_value(told: Told) -> None:
    note = told.note("p1")
    with told.peers["p1"].doc.transaction():
        note["board"], note["zone"], note["place"] = "governance", "need", [0.5, 0.5]
    told.note("p3")["zone"] = "rules"
    undone = told.undone()["n1"]
    assert (undone["board"], undone["zone"]) == ("governance", "rules")


def test_a_note_of_theirs_in_which_others_wrote_keeps_the_words_of_the_others(told: Told) -> None:
    told.history.make(told.peers["p1"], "n2")
    told.note("p3", "n2")["text"].insert(0, "pas d'accord ")
    assert told.undone()["n2"]["text"] == "pas d'accord "


def test_a_deleted_note_comes_back_with_what_others_wrote_in_it_before(told: Told) -> None:
    told.note("p1")["text"].insert(0, "bbb")
    told.note("p3")["text"].insert(3, "d'abord ")
    notes = told.note("p1") and told.peers["p1"].notes
    del notes["n1"]
    back = told.undone()["n1"]
    assert back["text"] == "d'abord Cé😀" and back["by"] == "p2"


def test_a_note_that_somebody_gave_back_already_stays_as_it_is(told: Told) -> None:
    assert told.note("p1")
    del told.peers["p1"].notes["n1"]
    told.history.table.settle()
    told.history.make(told.peers["p3"], "n1")
    assert told.undone()["n1"]["by"] == "p3"


def test_what_somebody_writes_while_the_plan_is_made_is_not_touched(told: Told) -> None:
    told.note("p1")["colour"] = "citron"
    told.history.table.settle()
    plan = told.history.plan()
    told.note("p3")["colour"] = "mousse"
    told.history.table.settle()
    assert told.history.take_back(plan) == 0
    assert told.history.content()["notes"]["n1"]["colour"] == "mousse"


def test_an_old_entry_says_by_its_clients_whose_it_is() -> None:
    document = Document(client_id=7)
    update = document.edit(lambda roots: roots["notes"].update({"n1": Map({"text": Text("x")})}))
    assert update is not None
    old = read_entry(write_entry(Entry(b"p" * 8, 5, [(1, update)])))
    assert old.people == []
    plans = [plan_of([(1, old)], "p1", 1, owners) for owners in ({7: "p1"}, {7: "p2"}, {})]
    assert [sorted(plan.notes) for plan in plans] == [["n1"], [], []]


def test_a_note_of_theirs_that_the_server_revealed_is_theirs() -> None:
    document = Document(client_id=7)
    values = {"n1": "p1", "n2": "p2"}
    updates = [
        document.edit(
            lambda roots, n=note, p=by: roots["notes"].update({n: Map({"text": Text("x"), "by": p})})
        )
        for note, by in values.items()
    ]
    entry = Entry(b"p" * 8, 5, [(0, update) for update in updates if update], ["", ""])
    assert plan_of([(1, entry)], "p1", 1).notes == {"n1"}


def test_what_a_stakeholder_said_of_its_balance_is_no_note_of_theirs() -> None:
    document = Document(client_id=7)
    values = {"text": Text("À renégocier"), "by": "p1"}
    update = document.edit(lambda roots: roots["notes"].update({"verdict-s1": Map(values)}))
    assert update is not None
    assert plan_of([(1, Entry(b"p" * 8, 5, [(0, update)], [""]))], "p1", 1).notes == frozenset()


def test_an_entry_says_in_whose_name_each_update_was_taken() -> None:
    history = History(3, peers=3, processes=1)
    history.play(80)
    history.table.settle()
    for payload in history.table.log:
        entry = read_entry(payload)
        assert entry.people == [f"p{session}" for session, _ in entry.updates]


def test_a_long_history_is_read_again_in_good_time() -> None:
    rng = random.Random(5)
    document = Document(client_id=9)
    entries = []
    for n in range(1, 3001):
        note = f"n{rng.randrange(300)}"

        def write(roots: Any, note: str = note) -> None:
            if note in roots["notes"]:
                roots["notes"][note]["text"].insert(0, "x")
            else:
                roots["notes"][note] = Map({"board": "b", "zone": "z", "text": Text("bonjour")})

        update = document.edit(write)
        assert update is not None
        entries.append((n, Entry(b"p" * 8, n, [(1, update)], ["p1" if n % 2 else "p2"])))
    assert plan_of(entries, "p1", 1501).steps
