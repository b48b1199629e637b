"""Polls over sockets and HTTP, on two processes: who answers what, results without names, nothing before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from pycrdt import Map
from tests.kit.client import Participant, participant
from tests.kit.server import Answer, Seat, Server, running

from tablee import assets
from tablee.live.deciding import Deciding
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.model.conduct import Poll
from tablee.model.workshop import Workshop
from tablee.settings import read_settings
from tablee.store.redis import Store
from tablee.store.votes import OverLimit, RoundOver

Two = tuple[Server, Server]
HERE = {"x": 0.25, "y": 0.5}
QUIET = "Le comité dort encore"


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("polls")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


class House:
    """A workshop of two groups: Nadia and Joris of one structure each in the first, Yann in the second."""

    def __init__(self, two: Two) -> None:
        self.two, self.server = two, two[0]
        self.made = made = two[0].create(groups=2, people_may_choose_group=True)
        self.rooms = {group["id"]: group["rooms"] for group in made["groups"]}
        self.leader = Seat(made["token"], {}, self.room("g1"), made["id"])
        self.nadia = self.server.join(made, "Nadia", group="g1", stakeholder="Covoit'Ouest")
        self.joris = self.server.join(made, "Joris", group="g1", stakeholder="Ville de Brest")
        self.yann = self.server.join(made, "Yann", group="g2")
        self.paul = self.server.join(made, "Paul", invitation=made["invitations"]["observer"])

    def room(self, group: str, kind: str = "convergence") -> str:
        return str(self.rooms[group][kind])

    def note(self, group: str, board: str, zone: str, kind: str, text: str = "") -> str:
        room = self.room(group, "exploration" if board.startswith("sheet") else "convergence")
        body = {"board": board, "zone": zone, "text": text, "kind": kind}
        answer = self.server.call("POST", f"/api/rooms/{room}/notes", body, token=self.leader.token)
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    def ask(self, who: Seat, command: str, process: int = 0, **fields: Any) -> Answer:
        path = f"/api/workshops/{self.made['id']}/commands"
        return self.two[process].call("POST", path, {"type": command, **fields}, token=who.token)

    def done(self, who: Seat, command: str, process: int = 0, **fields: Any) -> dict[str, Any]:
        answer = self.ask(who, command, process, **fields)
        assert answer.status == 200, answer.body
        told: dict[str, Any] = answer.json
        return told

    def refused(self, who: Seat, command: str, **fields: Any) -> tuple[int, str]:
        answer = self.ask(who, command, **fields)
        return answer.status, answer.json.get("key", "")

    def opened(self, kind: str, **fields: Any) -> str:
        return str(self.done(self.leader, "poll.open", kind=kind, **fields)["poll"])

    def say(self, who: Seat, subject: str, value: Any, process: int = 0, **fields: Any) -> dict[str, Any]:
        told = self.done(who, "poll.answer", process, subject=subject, value=value, **fields)
        ballot: dict[str, Any] = told["ballot"]
        return ballot

    def polls(self, who: Seat | None = None, query: str = "") -> list[dict[str, Any]]:
        path, token = f"/api/workshops/{self.made['id']}{query}", (who or self.leader).token
        polls: list[dict[str, Any]] = self.server.call("GET", path, token=token).json["polls"]
        return polls


@pytest.fixture
def house(two: Two) -> House:
    return House(two)


def test_places_on_the_map_come_out_without_names(house: House) -> None:
    city, users = (house.note("g1", "governance", "map", "point", text) for text in ("Ville", "Usagers"))
    poll = house.opened("place", group="g1")
    assert house.say(house.nadia, city, {"x": 0.91234, "y": 1}) == {city: {"x": 0.912, "y": 1}}
    assert house.say(house.nadia, users, HERE, 1) == {city: {"x": 0.912, "y": 1}, users: HERE}
    house.say(house.joris, city, {"x": 0.1, "y": 0})
    assert house.say(house.joris, users, HERE) and house.say(house.joris, users, None) == {
        city: {"x": 0.1, "y": 0}
    }
    house.done(house.leader, "poll.close", poll=poll)
    house.done(house.leader, "poll.close", 1, poll=poll)  # twice is once
    [told] = house.polls()
    assert told["results"] == {city: [{"x": 0.1, "y": 0}, {"x": 0.912, "y": 1}], users: [HERE]}
    assert (told["kind"], told["board"], told["zone"]) == ("place", "governance", "map")
    assert (told["turnout"], told["of"]) == (2, 2)
    assert house.polls(house.yann) == [], "of another group"


def test_a_stakeholder_is_spoken_for_by_its_own_people_only(house: House) -> None:
    poll = house.opened("verdict")
    mine, theirs = house.nadia.person["stakeholder"], house.joris.person["stakeholder"]
    fair = {"verdict": "acceptable", "value": 0}
    leader = house.server.call("GET", "/api/me", token=house.leader.token).json["person"]["stakeholder"]
    assert house.refused(house.leader, "poll.answer", poll=poll, subject=leader, value=fair) == (
        403,
        "poll.not_yours",
    )
    assert house.refused(house.nadia, "poll.answer", subject=theirs, value=fair) == (403, "poll.not_yours")
    assert house.refused(house.nadia, "poll.answer", subject="nobody", value=fair) == (404, "poll.subject")
    assert house.refused(house.paul, "poll.answer", subject=mine, value=fair) == (403, "command.role")
    loses = {"verdict": "renegotiate", "value": -2, "reason": "  Trop de temps donné "}
    assert house.say(house.nadia, mine, loses) == {mine: {**loses, "reason": "Trop de temps donné"}}
    house.say(house.joris, theirs, fair)
    alone = house.yann.person["stakeholder"]  # speaks for himself
    house.say(house.yann, alone, fair)
    for wrong in (
        {"verdict": "acceptable"},
        {**fair, "value": 3},
        {**fair, "value": True},
        {**fair, "value": 0.5},
        {**fair, "verdict": "fine"},
        {**fair, "by": "Nadia"},
        {**fair, "reason": 5},
        "acceptable",
    ):
        refused = house.refused(house.nadia, "poll.answer", subject=mine, value=wrong)
        assert refused == (422, "poll.value"), wrong
    long = {**fair, "reason": "x" * 301}
    assert house.refused(house.nadia, "poll.answer", subject=mine, value=long) == (422, "reason.too_long")
    house.done(house.leader, "poll.close")
    [told] = house.polls()
    assert told["results"] == {
        mine: [{**loses, "reason": "Trop de temps donné"}],
        theirs: [fair],
        alone: [fair],
    }
    assert (told["turnout"], told["of"]) == (3, 3)


def test_gauges_needs_and_the_return_take_their_values_and_no_other(house: House) -> None:
    need = house.note("g1", "sheet1.verso", "need", "question", "Comment partager nos trajets ?")
    rule = house.note("g1", "sheet1.verso", "need", "note", "Autre chose")
    canvas = house.note("g1", "governance", "needs", "question", "Comment… ?")
    theirs = house.note("g2", "sheet1.verso", "need", "question", "Comment… ?")
    assert house.refused(house.leader, "poll.open", kind="need") == (422, "board.missing")
    assert house.refused(house.leader, "poll.open", kind="mood") == (422, "poll.kind")
    assert house.refused(house.nadia, "poll.open", kind="gauge") == (403, "command.role")
    gauge = house.opened("gauge", board="sheet1.verso", zone="maturity", group="g1")
    needs = house.opened("need", board="sheet1.verso", group="g1")
    back = house.opened("return")
    assert house.refused(house.leader, "poll.open", kind="gauge") == (409, "poll.running")
    other = house.opened("gauge", group="g2")

    def refused(poll: str, subject: Any, value: Any, who: Seat = house.nadia) -> str:
        return house.refused(who, "poll.answer", poll=poll, subject=subject, value=value)[1]

    levels: tuple[Any, ...] = (5, -1, 1.5, "2", True, {}, [1])
    assert {refused(gauge, "resource", level) for level in levels} == {"poll.value"}
    assert {refused(gauge, s, 1) for s in ("mission", "return", need, None, 5, "", "x" * 300)} == {
        "poll.subject"
    }
    marks: tuple[Any, ...] = ({}, {"useful": 6}, {"useful": 1, "nice": 2}, {"feasible": None}, 3)
    assert {refused(needs, need, mark) for mark in marks} == {"poll.value"}
    assert {refused(needs, note, {"useful": 1}) for note in (rule, canvas, theirs, "gone")} == {
        "poll.subject"
    }
    assert {refused(back, "return", value) for value in (0, 6, 2.5, "5")} == {"poll.value"}
    assert refused(gauge, "resource", 1, house.yann) == "poll.not_yours"
    assert refused("nothing", "resource", 1) == "poll.unknown"
    assert house.refused(house.nadia, "poll.answer", subject="resource", value=1)[1] == "poll.missing"

    assert house.say(house.nadia, "resource", 3, poll=gauge) == {"resource": 3}
    assert house.say(house.leader, "resource", 1, poll=gauge) == {"resource": 1}
    assert house.say(house.joris, need, {"useful": 4}, poll=needs) == {need: {"useful": 4}}
    assert house.say(house.joris, need, {"useful": 4, "feasible": 0}, poll=needs)[need]["feasible"] == 0
    assert house.done(house.yann, "poll.answer", poll=back, value=5)["ballot"] == {"return": 5}
    for poll in (gauge, needs, back):
        house.done(house.leader, "poll.close", poll=poll)
    results = {one["id"]: one.get("results") for one in house.polls()}
    assert results == {
        gauge: {"resource": [1, 3]},
        needs: {need: [{"feasible": 0, "useful": 4}]},
        back: {"return": [5]},
        other: None,
    }
    assert refused(gauge, "resource", 1) == "poll.closed"
    again = house.opened("gauge", board="sheet1.verso", zone="maturity", group="g1")
    house.done(house.leader, "poll.close", poll=again)
    first = {one["id"]: one for one in house.polls()}[gauge]
    assert first["shortened"] and "results" not in first, "there is a later one of the same place"
    whole = {one["id"]: one for one in house.polls(query="?whole")}[gauge]
    assert whole["results"] == {"resource": [1, 3]}
    house.done(house.leader, "poll.drop", poll=gauge)
    assert gauge not in [one["id"] for one in house.polls()]


def test_parallel_answers_of_one_person_are_all_kept(house: House) -> None:
    points = [house.note("g1", "governance", "map", "point", f"Acteur {n}") for n in range(12)]
    poll = house.opened("place", group="g1")
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda n: house.say(house.nadia, points[n], HERE, n % 2), range(12)))
    house.done(house.leader, "poll.close", poll=poll)
    assert house.polls()[0]["results"] == {point: [HERE] for point in points}


def test_who_is_moved_or_removed(house: House) -> None:
    first, second = (house.opened("gauge", group=group) for group in ("g1", "g2"))
    house.say(house.nadia, "practice", 4)
    house.say(house.joris, "practice", 2)
    house.done(house.leader, "person.move", person=house.nadia.person["id"], group="g2")
    elsewhere = house.refused(house.nadia, "poll.answer", poll=second, subject="practice", value=1)
    assert elsewhere == (409, "round.elsewhere")
    house.opened("return", group="g2")
    assert house.refused(house.nadia, "poll.answer", value=5)[1] == "poll.missing"
    house.done(house.leader, "person.remove", person=house.joris.person["id"])
    house.done(house.leader, "poll.close", poll=first)
    told = next(one for one in house.polls() if one["id"] == first)
    assert told["results"] == {"practice": [4]} and told["turnout"] == 1


def test_nobody_answers_for_two_structures(house: House) -> None:
    poll = house.opened("verdict")
    own, other = house.nadia.person["stakeholder"], house.joris.person["stakeholder"]
    for subject in (other, own):
        house.done(house.nadia, "person.represent", stakeholder=subject)
        house.say(house.nadia, subject, {"verdict": "acceptable", "value": 2})
    house.done(house.leader, "poll.close", poll=poll)
    [told] = house.polls()
    assert told["results"].keys() == {own} and told["turnout"] == 1


async def test_a_closed_verdict_stays_with_the_group_where_it_was_given(house: House) -> None:
    """Also for a process that comes to it later, when who answered sits elsewhere."""
    poll = house.opened("verdict")
    whose = f"verdict/{house.nadia.person['stakeholder']}"
    house.say(house.nadia, house.nadia.person["stakeholder"], {"verdict": "unacceptable", "value": -2})
    house.done(house.leader, "poll.close", poll=poll)
    house.done(house.leader, "person.move", person=house.nadia.person["id"], group="g2")

    def said(one: Participant) -> dict[str, Any]:
        found: dict[str, Any] = one.doc.get("answers", type=Map).to_py() or {}
        return found

    async with (
        participant(house.two[1], house.leader, room=house.room("g2")) as new,
        participant(house.two[1], house.leader, room=house.room("g1")) as old,
    ):
        await old.until(lambda: whose in said(old))
        house.done(house.yann, "verdict.set", 1, verdict="acceptable")
        await new.until(lambda: said(new))
        assert whose not in said(new)


async def test_nothing_but_turnout_leaves_before_the_end(house: House) -> None:
    """Every byte that others are sent, over sockets, pages and the interface, is looked through."""
    poll, mine = house.opened("verdict"), house.nadia.person["stakeholder"]
    said = {"verdict": "unacceptable", "value": -2, "reason": QUIET}
    watching = [house.leader, house.joris, house.paul, house.yann]
    room = house.room("g1")

    def fetched() -> str:
        made = house.made["id"]
        paths = [f"/api/workshops/{made}", f"/atelier/{made}", f"/animation/{made}", f"/organisation/{made}"]
        rooms = [f"/api/rooms/{one}/notes" for kinds in house.rooms.values() for one in kinds.values()]
        return "".join(
            house.two[process].call("GET", path, token=seat.token).body.decode()
            for seat in watching
            for process in (0, 1)
            for path in (*paths, *rooms, f"/api/workshops/{made}?whole", "/metrics")
        )

    async with (
        participant(house.two[0], house.leader, room=room) as leader,
        participant(house.two[1], house.joris, room=room) as joris,
        participant(house.two[1], house.paul, room=room) as paul,
        participant(house.two[0], house.nadia, room=room) as here,
        participant(house.two[1], house.nadia, room=room) as there,
    ):
        await asyncio.to_thread(house.say, house.nadia, mine, said)
        own = {"type": "ballot", "poll": poll, "ballot": {mine: said}}
        for one in (here, there):
            await one.until(lambda one=one: own in one.events, "one's own answer")
        turnout = {"type": "turnout", "poll": poll, "turnout": 1, "of": 3}
        for one in (leader, joris, paul):
            await one.until(lambda one=one: turnout in one.events, "the turnout")
            everything = json.dumps(one.events, ensure_ascii=False)
            assert QUIET not in everything and "unacceptable" not in everything
            assert {"type": "ballot", "poll": poll, "ballot": {}} in one.events or one is not joris
        before = await asyncio.to_thread(fetched)
        assert QUIET not in before and '"results"' not in before
        async with participant(house.two[1], house.nadia, room=room) as back:
            await back.until(lambda: own in back.events, "one's own answer, after coming back")
        await asyncio.to_thread(house.done, house.leader, "poll.close")
        for one in (leader, joris, paul):
            await one.until(lambda one=one: QUIET in json.dumps(one.heard("state"), ensure_ascii=False))
            last = one.heard("state")[-1]["workshop"]["polls"]
            assert house.nadia.person["id"] not in json.dumps(last)
    assert QUIET not in "".join(line for server in house.two for line in server.lines)


def test_closing_the_workshop_counts_what_is_still_open(house: House) -> None:
    house.opened("return")
    house.say(house.nadia, "return", 4)
    house.done(house.leader, "workshop.close")
    assert house.polls()[0]["results"] == {"return": [4]}
    assert house.refused(house.nadia, "poll.answer", subject="return", value=1) == (409, "workshop.closed")


# -- beside a running server ---------------------------------------------------------------------------


@pytest.fixture
def deciding(store: Store) -> Deciding:
    catalogue = load_catalogue(assets.canvases_folder())
    hub = Hub(store, Policies(store, catalogue))
    return Deciding(Workshops(store, hub, catalogue, read_settings({}, {})))


async def asking(deciding: Deciding) -> tuple[Workshop, str]:
    """A workshop with a poll whose time is over at 5, and an answer to it."""
    made = await deciding.workshops.create(NewWorkshop("Trajets communs"))
    person = made.workshop.people[0].id
    poll = Poll("p1", "gauge", person, None, None, None, 1, ends_at=5)

    async def begin(workshop: Workshop) -> Workshop:
        return replace(workshop, polls=(poll,))

    workshop = await deciding.workshops.change(made.workshop.id, begin, b"poll.open")
    await deciding.store.answer_subject(workshop.id, "p1", person, "resource", b"2", 3)
    return workshop, person


async def test_a_poll_closes_when_its_time_is_over(deciding: Deciding) -> None:
    workshop, person = await asking(deciding)
    await deciding.close_due(workshop, 4)
    assert await deciding.store.ballots(workshop.id, "p1") == {person: b'{"resource":2}'}
    for _ in range(2):  # another process may do it, too
        await deciding.close_due(workshop, 5)
        after = await deciding.workshops.by_id(workshop.id)
        assert after is not None and after.revision == workshop.revision + 1
        assert after.polls[0].closed_at is not None and after.polls[0].results == {"resource": (2,)}
    assert await deciding.store.ballots(workshop.id, "p1") == {}
    with pytest.raises(RoundOver):
        await deciding.store.answer_subject(workshop.id, "p1", person, "resource", b"3", 3)


async def test_a_person_answers_about_so_many_subjects_only(deciding: Deciding) -> None:
    workshop, person = await asking(deciding)
    for subject in ("community", "governance"):
        await deciding.store.answer_subject(workshop.id, "p1", person, subject, b"1", 3)
    with pytest.raises(OverLimit):
        await deciding.store.answer_subject(workshop.id, "p1", person, "practice", b"1", 3)
    for subject in ("resource", "community"):
        await deciding.store.answer_subject(workshop.id, "p1", person, subject, b"", 3)
    kept = await deciding.store.answer_subject(workshop.id, "p1", person, "practice", b'{"x":0.125}', 3)
    assert json.loads(kept) == {"governance": 1, "practice": {"x": 0.125}}
