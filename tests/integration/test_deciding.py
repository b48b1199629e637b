"""Votes and consent rounds over sockets and HTTP, on two processes: limits hold, nothing leaks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.kit.client import Participant, participant
from tests.kit.server import Answer, Seat, Server, running

from tablee import assets
from tablee.live.deciding import Deciding
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.model.conduct import Vote
from tablee.model.workshop import Workshop
from tablee.settings import read_settings
from tablee.store.redis import Store
from tablee.store.votes import RoundOver

Two = tuple[Server, Server]


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("deciding")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


class House:
    """A workshop of two groups with notes on the second sheet of the first."""

    def __init__(self, two: Two) -> None:
        self.two, self.server = two, two[0]
        self.made = made = two[0].create(groups=2, people_may_choose_group=True)
        self.rooms = {group["id"]: group["rooms"]["exploration"] for group in made["groups"]}
        self.leader = Seat(made["token"], {}, self.rooms["g1"], made["id"])
        self.nadia = self.join("Nadia")
        self.joris = self.join("Joris")
        self.yann = self.join("Yann", group="g2")
        self.paul = self.join("Paul", invitation=made["invitations"]["observer"])
        self.notes = [self.note("g1", f"règle {n}") for n in range(3)]

    def join(self, name: str, **more: Any) -> Seat:
        how = more if "invitation" in more else {"group": "g1", **more}
        return self.server.join(self.made, name, **how)

    def note(self, group: str, text: str, zone: str = "rules") -> str:
        body = {"board": "sheet2.verso", "zone": zone, "text": text}
        path = f"/api/rooms/{self.rooms[group]}/notes"
        answer = self.server.call("POST", path, body, token=self.leader.token)
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    def ask(self, who: Seat, kind: str, process: int = 0, **fields: Any) -> Answer:
        path = f"/api/workshops/{self.made['id']}/commands"
        return self.two[process].call("POST", path, {"type": kind, **fields}, token=who.token)

    def done(self, who: Seat, kind: str, process: int = 0, **fields: Any) -> dict[str, Any]:
        answer = self.ask(who, kind, process, **fields)
        assert answer.status == 200, answer.body
        told: dict[str, Any] = answer.json
        return told

    def refused(self, who: Seat, kind: str, **fields: Any) -> tuple[int, str]:
        answer = self.ask(who, kind, **fields)
        return answer.status, answer.json.get("key", "")

    def opened(self, **fields: Any) -> str:
        told = self.done(self.leader, "vote.open", **{"board": "sheet2.verso", "dots": 5, **fields})
        return str(told["vote"])

    def state(self, who: Seat | None = None) -> dict[str, Any]:
        token = (who or self.leader).token
        told: dict[str, Any] = self.server.call("GET", f"/api/workshops/{self.made['id']}", token=token).json
        return told


@pytest.fixture
def house(two: Two) -> House:
    return House(two)


def test_fifty_requests_at_once_stay_within_the_points(house: House) -> None:
    vote = house.opened(per_note=1)
    notes = house.notes + [house.note("g1", f"autre {n}") for n in range(7)]

    def cast(n: int) -> Answer:
        return house.ask(house.nadia, "vote.cast", n % 2, vote=vote, note=notes[n % 10], dots=1)

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(cast, range(50)))
    keys = {answer.json.get("key") for answer in answers if answer.status != 200}
    assert keys == {"vote.limit"}
    house.done(house.joris, "vote.cast", note=notes[0], dots=1)
    house.done(house.leader, "vote.close")
    told = house.state()["votes"][0]
    given = {note: points for note, points in told["totals"].items() if note != notes[0]}
    assert sum(told["totals"].values()) == 6 and set(given.values()) == {1}
    assert (told["turnout"], told["of"]) == (2, 3)


async def test_the_limit_holds_over_sockets_too(house: House) -> None:
    vote = house.opened(per_note=3)
    async with (
        participant(house.two[0], house.nadia) as here,
        participant(house.two[1], house.nadia) as there,
    ):
        for n in range(24):
            fields = {"vote": vote, "note": house.notes[n % 3], "dots": 1 + n % 3}
            (here, there)[n % 2].event(type="command", id=n, command={"type": "vote.cast", **fields})
        for one in (here, there):
            await one.until(lambda one=one: len(one.heard("done")) + len(one.heard("no")) == 12)
        assert {no["key"] for one in (here, there) for no in one.heard("no")} == {"vote.limit"}
        for done in (done for one in (here, there) for done in one.heard("done")):
            assert 0 < sum(done["ballot"].values()) <= 5
    house.done(house.leader, "vote.close")
    assert sum(house.state()["votes"][0]["totals"].values()) <= 5


def test_a_whole_ballot_takes_the_place_of_the_one_before(house: House) -> None:
    vote = house.opened()
    first, second, third = house.notes
    assert house.done(house.nadia, "vote.cast", ballot={first: 3, second: 2})["ballot"] == {
        first: 3,
        second: 2,
    }
    assert house.refused(house.nadia, "vote.cast", ballot={first: 3, second: 3}) == (409, "vote.limit")
    assert house.refused(house.nadia, "vote.cast", note=third, dots=1) == (409, "vote.limit")
    assert house.done(house.nadia, "vote.cast", ballot={third: 1}) == {
        "vote": vote,
        "ballot": {third: 1},
        "revision": house.state()["revision"],
    }
    assert house.done(house.nadia, "vote.cast", note=third, dots=0)["ballot"] == {}
    house.done(house.joris, "vote.cast", ballot={third: 1})
    house.done(house.joris, "vote.cast", ballot={})
    house.done(house.leader, "vote.close")
    told = house.state()["votes"][0]
    assert told["totals"] == {} and told["turnout"] == 0


def test_what_may_not_be_cast_is_refused(house: House) -> None:
    vote = house.opened(group="g1", zone="rules")
    first, elsewhere = house.notes[0], house.note("g1", "Mission", zone="returns")
    theirs = house.note("g2", "Règle des autres")
    cast = {"vote": vote, "note": first, "dots": 1}
    assert house.refused(house.paul, "vote.cast", **cast) == (403, "command.role")
    assert house.refused(house.yann, "vote.cast", **cast) == (403, "vote.not_yours")
    for note in (elsewhere, theirs, "nowhere", 5, None):
        assert house.refused(house.nadia, "vote.cast", **{**cast, "note": note}) == (404, "note.unknown")
    assert house.refused(house.nadia, "vote.cast", ballot={theirs: 1}) == (404, "note.unknown")
    assert house.refused(house.nadia, "vote.cast", vote=vote) == (422, "vote.ballot")
    assert house.refused(house.nadia, "vote.cast", **cast, ballot={}) == (422, "vote.ballot")
    assert house.refused(house.nadia, "vote.cast", **{**cast, "dots": 4}) == (422, "vote.per_note")
    assert house.refused(house.nadia, "vote.cast", **cast, revision=1) == (409, "revision.stale")
    assert house.refused(house.nadia, "vote.open", board="sheet2.verso", dots=3) == (403, "command.role")
    assert house.refused(house.nadia, "vote.close", vote=vote) == (403, "command.role")
    other = House(house.two)
    assert house.refused(house.nadia, "vote.cast", **{**cast, "vote": other.opened()}) == (
        404,
        "vote.unknown",
    )
    path = f"/api/workshops/{other.made['id']}/commands"
    foreign = house.server.call("POST", path, {"type": "vote.cast", **cast}, token=house.nadia.token)
    assert foreign.status == 403
    house.done(house.leader, "vote.close", vote=vote)
    assert house.refused(house.nadia, "vote.cast", **cast) == (409, "vote.closed")
    house.done(house.leader, "vote.close", vote=vote)  # twice is once
    house.done(house.leader, "vote.drop", vote=vote)
    assert house.refused(house.nadia, "vote.cast", **cast) == (404, "vote.unknown")
    assert house.state()["votes"] == []


def test_who_was_removed_no_longer_counts(house: House) -> None:
    house.opened()
    first, second, _ = house.notes
    house.done(house.nadia, "vote.cast", note=first, dots=2)
    house.done(house.joris, "vote.cast", note=second, dots=1)
    house.done(house.leader, "vote.cast", note=second, dots=1)
    house.done(house.leader, "person.remove", person=house.nadia.person["id"])
    note = f"/api/rooms/{house.rooms['g1']}/notes/{second}"
    assert house.server.call("DELETE", note, token=house.leader.token).status == 204
    house.done(
        house.joris, "vote.cast", note=second, dots=0
    )  # points of a note that is gone can be taken back
    assert house.refused(house.joris, "vote.cast", note=second, dots=1) == (404, "note.unknown")
    house.done(house.leader, "vote.close")
    told = house.state()["votes"][0]
    assert told["totals"] == {second: 1} and (told["turnout"], told["of"]) == (1, 3)


def test_who_is_moved_does_not_vote_in_both_groups(house: House) -> None:
    ask = {"board": "sheet2.verso", "dots": 3, "secret": False}
    first = house.done(house.leader, "vote.open", group="g1", id="vote-of-group-1", **ask)["vote"]
    again = house.done(house.leader, "vote.open", 1, group="g1", id="vote-of-group-1", **ask)["vote"]
    assert again == first, "a command that comes again is answered what it made"
    second = house.done(house.leader, "vote.open", group="g2", **ask)["vote"]
    house.done(house.nadia, "vote.cast", vote=first, note=house.notes[0], dots=1)
    house.done(house.leader, "person.move", person=house.nadia.person["id"], group="g2")
    refused = house.ask(house.nadia, "vote.cast", vote=second, ballot={})
    assert refused.json["key"] == "round.elsewhere"
    house.done(house.leader, "vote.close", vote=first)
    [vote] = [one for one in house.state()["votes"] if one["id"] == first]
    assert vote["totals"] == {house.notes[0]: 1}, "what was cast counts as it was then"


async def test_turnout_and_ones_own_ballot_reach_every_device_on_every_process(house: House) -> None:
    vote = house.opened()
    first = house.notes[0]
    async with (
        participant(house.two[0], house.nadia) as here,
        participant(house.two[1], house.nadia) as there,
        participant(house.two[1], house.joris) as joris,
    ):
        for points in (2, 1, 3):  # by the last nobody looks for another reason
            house.done(house.nadia, "vote.cast", note=first, dots=points)
            mine = {"type": "ballot", "vote": vote, "ballot": {first: points}}
            for one in (here, there):
                await one.until(lambda one=one, mine=mine: mine in one.events, "one's own ballot")
        turnout = {"type": "turnout", "vote": vote, "turnout": 1, "of": 3}
        for one in (here, there, joris):
            await one.until(lambda one=one: turnout in one.events, "the turnout")
        assert all(event["ballot"] == {} for event in joris.heard("ballot"))
    async with participant(house.two[1], house.nadia) as back:
        await back.until(lambda: mine in back.events, "the ballot, after coming back")


async def test_nothing_but_turnout_leaves_before_the_end_and_a_secret_vote_stays_secret(house: House) -> None:
    """Every byte that every role is sent, over sockets, pages and the interface, is looked through."""
    vote = house.opened(secret=True)
    marker, quiet = house.note("g1", "Celle qu'on choisit"), "Parce que le comité dort encore"
    consent = house.done(house.leader, "consent.open", proposal="Une SCIC en 2027", secret=True)["consent"]
    observing = [house.leader, house.joris, house.paul, house.yann]

    def fetched() -> bytes:
        made = house.made["id"]
        paths = [f"/api/workshops/{made}", f"/atelier/{made}", f"/animation/{made}", f"/organisation/{made}"]
        rooms = [f"/api/rooms/{room}/notes" for room in house.rooms.values()]
        everything = [
            house.two[process].call("GET", path, token=seat.token).body
            for seat in observing
            for process in (0, 1)
            for path in (*paths, *rooms, "/metrics")
        ]
        return b"".join(everything)

    def told(one: Participant) -> list[dict[str, Any]]:
        """What could hold a ballot; `hello` and documents hold the note's id as well."""
        return [event for event in one.events if event["type"] not in ("hello", "pong", "cursor")]

    async with (
        participant(house.two[0], house.leader, room=house.rooms["g1"]) as leader,
        participant(house.two[1], house.joris, room=house.rooms["g1"]) as joris,
        participant(house.two[1], house.paul, room=house.rooms["g1"]) as paul,
        participant(house.two[0], house.nadia, room=house.rooms["g1"]) as nadia_here,
        participant(house.two[1], house.nadia, room=house.rooms["g1"]) as nadia_there,
    ):
        await nadia_there.until(lambda: len(nadia_there.heard("ballot")) == 2)
        house.done(house.nadia, "vote.cast", note=marker, dots=3)
        house.done(house.nadia, "consent.answer", answer="objection", reason=quiet)
        for one in (nadia_here, nadia_there):
            await one.until(lambda one=one: quiet in json.dumps(one.heard("ballot"), ensure_ascii=False))
        for one in (leader, joris, paul):
            for kind, name in (("vote", vote), ("consent", consent)):
                wanted = {"type": "turnout", kind: name, "turnout": 1, "of": 3}
                await one.until(lambda one=one, wanted=wanted: wanted in one.events, "the turnout")
            said = json.dumps(told(one), ensure_ascii=False)
            assert marker not in said and quiet not in said
            assert not any("totals" in event or "ballots" in event for event in told(one))
        before = await asyncio.to_thread(fetched)
        assert quiet.encode() not in before and b'"totals"' not in before and b'"ballots"' not in before
        house.done(house.leader, "vote.close")
        house.done(house.leader, "consent.close")
        for one in (leader, joris, paul):
            await one.until(lambda one=one: any('"totals"' in json.dumps(e) for e in one.heard("state")))
            await one.until(lambda one=one: quiet in json.dumps(one.heard("state"), ensure_ascii=False))
        nadia = house.nadia.person["id"]
        for one in (leader, joris, paul):
            for event in told(one):
                state = event.get("workshop", {})
                said = json.dumps([state.get("votes"), state.get("consents")])
                assert nadia not in said
    assert quiet not in "".join(line for server in house.two for line in server.lines)
    state = house.state()
    assert state["votes"][0]["totals"] == {marker: 3}
    assert nadia not in json.dumps([state["votes"], state["consents"]])
    assert state["consents"][0]["answers"] == [{"answer": "objection", "reason": quiet, "by": None}]


def test_an_open_vote_tells_at_its_end_who_gave_what(house: House) -> None:
    house.opened(secret=False)
    house.done(house.nadia, "vote.cast", note=house.notes[0], dots=2)
    assert "ballots" not in house.state()["votes"][0]
    house.done(house.leader, "vote.close")
    assert house.state()["votes"][0]["ballots"] == {house.nadia.person["id"]: {house.notes[0]: 2}}


def test_a_consent_round_from_the_proposal_to_what_was_said(house: House) -> None:
    consent = house.done(house.leader, "consent.open", proposal="Une SCIC en 2027")["consent"]
    assert house.refused(house.nadia, "consent.answer", answer="objection") == (422, "reason.missing")
    assert house.refused(house.paul, "consent.answer", answer="consent") == (403, "command.role")
    house.done(house.nadia, "consent.answer", answer="objection", reason="Trop tôt")
    house.done(house.nadia, "consent.answer", answer="reservation", reason="À revoir")
    house.done(house.yann, "consent.answer", consent=consent, answer="consent")
    house.done(house.leader, "consent.close", consent=consent)
    assert house.refused(house.joris, "consent.answer", consent=consent, answer="consent") == (
        409,
        "consent.closed",
    )
    told = house.state()["consents"][0]
    assert told["answers"] == [
        {"answer": "reservation", "reason": "À revoir", "by": house.nadia.person["id"]},
        {"answer": "consent", "reason": "", "by": house.yann.person["id"]},
    ]
    assert (told["turnout"], told["of"]) == (2, 3)
    house.done(house.leader, "consent.drop", consent=consent)
    assert house.state()["consents"] == []


def test_closing_the_workshop_counts_what_is_still_open(house: House) -> None:
    vote = house.opened()
    house.done(house.nadia, "vote.cast", note=house.notes[0], dots=2)
    house.done(house.leader, "workshop.close")
    assert house.state()["votes"][0]["totals"] == {house.notes[0]: 2}
    assert house.refused(house.nadia, "vote.cast", vote=vote, ballot={}) == (409, "workshop.closed")


@pytest.fixture
def deciding(store: Store) -> Deciding:
    catalogue = load_catalogue(assets.canvases_folder())
    hub = Hub(store, Policies(store, catalogue))
    return Deciding(Workshops(store, hub, catalogue, read_settings({}, {})))


async def voting(deciding: Deciding) -> Workshop:
    """A workshop with a vote whose time is over at 5."""
    made = await deciding.workshops.create(NewWorkshop("Trajets communs"))
    person = made.workshop.people[0].id
    vote = Vote("v1", person, "", "governance", None, None, 5, 3, True, 1, ends_at=5)

    async def begin(workshop: Workshop) -> Workshop:
        return replace(workshop, votes=(vote,))

    workshop = await deciding.workshops.change(made.workshop.id, begin, b"vote.open")
    await deciding.store.cast_points(workshop.id, "v1", person, "n1", 3, 5)
    return workshop


async def test_a_vote_closes_when_its_time_is_over(deciding: Deciding) -> None:
    workshop = await voting(deciding)
    await deciding.close_due(workshop, 4)
    assert await deciding.store.ballots(workshop.id, "v1")
    for _ in range(2):  # another process may do it, too
        await deciding.close_due(workshop, 5)
        after = await deciding.workshops.by_id(workshop.id)
        assert after is not None and after.revision == workshop.revision + 1
        assert after.votes[0].closed_at is not None and after.votes[0].totals == {"n1": 3}
    assert await deciding.store.ballots(workshop.id, "v1") == {}


async def test_a_close_that_was_interrupted_is_finished_by_the_next(deciding: Deciding) -> None:
    workshop = await voting(deciding)
    store, person = deciding.store, workshop.people[0].id
    await store.close_round(workshop.id, "v1")  # and here the server went down
    with pytest.raises(RoundOver):
        await store.cast_points(workshop.id, "v1", person, "n1", 1, 5)
    after = await deciding.close(workshop.id, workshop.votes[0])
    assert after.votes[0].totals == {"n1": 3}
    # late ballots, and those an earlier close left behind, are not kept
    with pytest.raises(RoundOver):
        await store.put_ballot(workshop.id, "v1", person, b"{}")
    await store.put_ballot(workshop.id, "v0", person, b"{}")
    await deciding.close(workshop.id, workshop.votes[0])
    assert await store.rounds(workshop.id) == [] and await store.ballots(workshop.id, "v0") == {}


async def test_a_ballot_on_its_way_does_not_outlive_a_vote_that_is_dropped(deciding: Deciding) -> None:
    workshop = await voting(deciding)
    person = workshop.people[0].id
    await deciding.dropped(workshop, {"vote": "v1"})
    assert await deciding.store.ballots(workshop.id, "v1"), "one that is there is not sealed"
    await deciding.dropped(workshop, {"vote": "v7"})
    with pytest.raises(RoundOver):
        await deciding.store.put_ballot(workshop.id, "v7", person, b"{}")


async def test_what_is_open_in_a_closed_workshop_is_counted_by_whoever_hears_of_it(
    deciding: Deciding,
) -> None:
    workshop = await voting(deciding)

    async def end(latest: Workshop) -> Workshop:
        return replace(latest, status="closed", votes=(replace(latest.votes[0], ends_at=None),))

    over = await deciding.workshops.change(workshop.id, end, b"workshop.close")
    await deciding.close_due(over, 1)  # as the conductor of a server asks, after `tablee workshop close`
    after = await deciding.workshops.by_id(workshop.id)
    assert after is not None and after.votes[0].totals == {"n1": 3}


async def test_ballots_on_their_way_do_not_outlive_an_erasure(deciding: Deciding) -> None:
    workshop = await voting(deciding)
    receipt = await deciding.workshops.erase(workshop)
    assert receipt["erased"]["ballots"] == 1
    with pytest.raises(RoundOver):
        await deciding.store.cast_points(workshop.id, "v1", "somebody", "n1", 1, 5)
    assert await deciding.store.rounds(workshop.id) == []


def test_ballots_outlive_the_server_and_end_with_the_workshop(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        house = House((server, server))
        house.opened()
        house.done(house.nadia, "vote.cast", note=house.notes[1], dots=2)
        server.kill()
    with running(tmp_path) as server:
        house.two, house.server = (server, server), server
        house.done(house.joris, "vote.cast", note=house.notes[1], dots=1)
        path = f"/api/workshops/{house.made['id']}"
        house.done(house.leader, "vote.close")
        assert house.state()["votes"][0]["totals"] == {house.notes[1]: 3}
        house.opened()
        house.done(house.joris, "vote.cast", note=house.notes[1], dots=1)
        receipt = server.call("DELETE", path, token=house.leader.token).json
        assert receipt["erased"]["ballots"] == 1
