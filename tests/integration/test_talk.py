"""Comments, reactions, groups and locked notes through real sockets: whose they are holds on the server."""

from __future__ import annotations

import pytest
from pycrdt import Map
from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server


def comments(one: Participant) -> Map[object]:
    return one.doc.get("comments", type=Map)


def reactions(one: Participant) -> Map[object]:
    return one.doc.get("reactions", type=Map)


@pytest.fixture
def seats(server: Server) -> tuple[Seat, Seat]:
    made = server.create()
    return server.join(made, "Nadia"), server.join(made, "Joris")


async def test_comments_and_likes_of_ones_own_arrive(server: Server, seats: tuple[Seat, Seat]) -> None:
    hers, his = seats
    async with participant(server, hers) as nadia, participant(server, his) as joris:
        nadia.add("n1", "une règle")
        await joris.until(lambda: joris.content(), "the note")
        comments(joris)[f"n1.{his.person['id']}.k1"] = Map({"text": "Depuis quand ?", "at": 5})
        reactions(joris)[f"n1.{his.person['id']}"] = Map({"at": 6})
        await joris.all_saved()
        await nadia.until(lambda: list(comments(nadia)) and list(reactions(nadia)), "what Joris said")
        assert comments(nadia).to_py() == {f"n1.{his.person['id']}.k1": {"text": "Depuis quand ?", "at": 5}}


@pytest.mark.parametrize("root", ["comments", "reactions"])
async def test_nobody_speaks_or_likes_for_another(
    server: Server, seats: tuple[Seat, Seat], root: str
) -> None:
    hers, his = seats
    key = f"n1.{hers.person['id']}.k1" if root == "comments" else f"n1.{hers.person['id']}"
    value = {"text": "Je suis d'accord", "at": 5} if root == "comments" else {"at": 5}
    async with participant(server, hers) as nadia, participant(server, his) as joris:
        nadia.add("n1", "une règle")
        await joris.until(lambda: joris.content(), "the note")
        joris.doc.get(root, type=Map)[key] = Map(value)
        await joris.until(lambda: joris.heard("refused"), "the refusal")
        assert joris.heard("refused")[0]["key"] == "entry.not_yours"
        nadia.add("n2", "après")
        await nadia.all_saved()
        assert list(nadia.doc.get(root, type=Map)) == []


async def test_a_comment_is_taken_away_by_its_author_or_facilitation(
    server: Server, seats: tuple[Seat, Seat]
) -> None:
    hers, his = seats
    key = f"n1.{hers.person['id']}.k1"
    async with participant(server, hers) as nadia, participant(server, his) as joris:
        nadia.add("n1", "une règle")
        comments(nadia)[key] = Map({"text": "À moi", "at": 5})
        await nadia.all_saved()
        await joris.until(lambda: key in comments(joris), "the comment")
        del comments(joris)[key]
        await joris.until(lambda: joris.heard("refused"), "the refusal")
        assert key in comments(nadia)
        del comments(nadia)[key]
        await nadia.all_saved()


@pytest.mark.parametrize(
    ("root", "key", "value", "reason"),
    [
        ("comments", "n1.{me}.k1", {"text": "x" * 2001, "at": 1}, "comments.value"),
        ("comments", "n1.{me}.k1", {"text": "ok", "at": 1, "by": "quelqu'un"}, "comments.value"),
        ("comments", "n1.{me}", {"text": "ok"}, "entry.key"),
        ("reactions", "n1.{me}", {"at": -1}, "reactions.value"),
        ("reactions", "n1.{me}.encore", {"at": 1}, "entry.key"),
        ("clusters", "c1", {"title": "x" * 201}, "clusters.value"),
        ("clusters", "c1", {"title": ["liste"]}, "clusters.value"),
        ("clusters", "c1", {"title": "nulle part"}, "clusters.value"),
        ("stakeholders", "s1", {"name": "Roulibre"}, "entry.root"),
    ],
)
async def test_values_that_do_not_belong_there_change_nothing(
    server: Server, seats: tuple[Seat, Seat], root: str, key: str, value: dict[str, object], reason: str
) -> None:
    hers, _ = seats
    async with participant(server, hers) as nadia:
        nadia.doc.get(root, type=Map)[key.format(me=hers.person["id"])] = Map(value)
        await nadia.until(lambda: nadia.heard("refused"), "the refusal")
        assert nadia.heard("refused")[0]["key"] == reason


async def test_a_lock_is_set_and_cleared_by_the_author_alone(
    server: Server, seats: tuple[Seat, Seat]
) -> None:
    hers, his = seats
    async with participant(server, hers) as nadia, participant(server, his) as joris:
        nadia.add("n1", "une règle")
        nadia.notes["n1"]["locked"] = True
        await nadia.all_saved()
        await joris.until(lambda: joris.content() and joris.notes["n1"].get("locked"), "the lock")
        del joris.notes["n1"]["locked"]
        await joris.until(lambda: joris.heard("refused"), "the refusal")
        assert joris.heard("refused")[0]["key"] in ("note.locked", "note.lock_not_yours")
        del nadia.notes["n1"]["locked"]
        await nadia.all_saved()
