"""Two `tablee serve` on one store: to people they are one server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kit.client import participant
from tests.kit.server import Server, running

Two = tuple[Server, Server]


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Two processes on the shared engine of this run."""
    folder = tmp_path_factory.mktemp("two")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


async def test_people_on_both_processes_see_the_same_board(two: Two) -> None:
    made = two[0].create()
    async with (
        participant(two[0], two[0].join(made, "Nadia")) as nadia,
        participant(two[1], two[1].join(made, "Joris")) as joris,
    ):
        for number in range(30):
            nadia.add(f"n{number}", f"idée {number} 🌱")
            joris.add(f"j{number}", f"réponse {number}")
        for one in (nadia, joris):
            await one.until(lambda one=one: len(one.content()) == 60, "the notes of both")
            await one.all_saved()
        assert nadia.content() == joris.content()
    for server in two:
        answer = server.call("GET", f"/api/rooms/{nadia.seat.room}/notes", token=nadia.seat.token)
        over_http = {note["id"]: note["text"] for note in answer.json["notes"]}
        assert over_http == {key: note["text"] for key, note in nadia.content().items()}


async def test_two_people_type_in_one_note_from_two_processes(two: Two) -> None:
    made = two[0].create()
    async with (
        participant(two[0], two[0].join(made, "Nadia")) as nadia,
        participant(two[1], two[1].join(made, "Joris")) as joris,
    ):
        nadia.add("n1", "réunion")
        await joris.until(lambda: "n1" in joris.content())
        for letter in reversed("« La "):
            nadia.write("n1", letter, at_start=True)
        for letter in " tous les quinze jours 😀":
            joris.write("n1", letter)
        for one in (nadia, joris):
            await one.all_saved()
            await one.until(lambda one=one: one.text("n1") == "« La réunion tous les quinze jours 😀")


async def test_presence_crosses_processes_and_ends_with_the_person(two: Two) -> None:
    made = two[0].create()
    async with participant(two[0], two[0].join(made, "Nadia")) as nadia:
        nadia.show(user={"name": "?"}, cursor={"x": 0.25})
        async with participant(two[1], two[1].join(made, "Joris")) as joris:
            await joris.until(lambda: joris.presence, "who was there before is seen")
            assert [state["user"]["name"] for state in joris.presence.values()] == ["Nadia"]
            nadia.show(user={"name": "?"}, cursor={"x": 0.75})
            await joris.until(lambda: [s["cursor"]["x"] for s in joris.presence.values()] == [0.75], "a move")
            joris.show(user={"name": "?"})
            await nadia.until(lambda: {s["user"]["name"] for s in nadia.presence.values()} >= {"Joris"})
        await nadia.until(
            lambda: all(s["user"]["name"] != "Joris" for s in nadia.presence.values()), "Joris is gone"
        )


async def test_the_workshops_state_crosses_processes(two: Two) -> None:
    made = two[0].create()
    async with participant(two[0], two[0].join(made, "Nadia")) as nadia:
        two[1].join(made, "Joris")
        await nadia.until(
            lambda: any(
                "Joris" in [p["name"] for p in event["workshop"]["people"]] for event in nadia.heard("state")
            ),
            "the new state",
        )


async def test_who_moves_from_one_process_to_the_other_keeps_everything(two: Two) -> None:
    made = two[0].create()
    seat = two[0].join(made, "Nadia")
    async with participant(two[1], two[1].join(made, "Joris")) as joris:
        async with participant(two[0], seat) as nadia:
            for number in range(20):
                nadia.add(f"n{number}", f"idée {number}")
            await nadia.all_saved()
            before = nadia.content()
        async with participant(two[1], seat, doc=nadia.doc) as moved:
            assert moved.content() == before
            moved.write("n3", " (suite)")
            await moved.all_saved()
            moved.notes.pop("n4")
            await moved.all_saved()
            assert not moved.heard("refused")
            await joris.until(lambda: joris.content() == moved.content(), "what Nadia did on the other side")
        async with participant(two[0], seat) as back:  # without anything, as after a reload
            assert back.content() == joris.content()
            assert back.text("n3") == "idée 3 (suite)" and "n4" not in back.content()


async def test_who_hops_between_processes_while_others_write_is_never_refused(two: Two) -> None:
    made = two[0].create()
    seat = two[0].join(made, "Nadia")
    doc = None
    async with participant(two[0], two[0].join(made, "Joris")) as joris:
        for hop in range(10):
            for number in range(5):
                joris.add(f"j{hop}-{number}", "pendant ce temps")
            async with participant(two[hop % 2], seat, doc=doc) as nadia:
                nadia.add(f"n{hop}", "en passant")
                await nadia.until(lambda hop=hop: f"j{hop}-4" in nadia.content(), "what Joris wrote")
                if hop % 3 == 0:  # else they leave in the middle, and bring along what was not sent
                    await nadia.all_saved()
                assert not nadia.heard("refused")
                doc = nadia.doc
            joris.write(f"j{hop}-0", " !")
        await joris.until(lambda: {f"n{hop}" for hop in range(10)} <= joris.content().keys(), "all hops")


async def test_what_was_written_but_never_sent_moves_along(two: Two) -> None:
    made = two[0].create()
    seat = two[0].join(made, "Nadia")
    async with participant(two[1], two[1].join(made, "Joris")) as joris:
        async with participant(two[0], seat) as nadia:
            nadia.add("n1", "envoyée")
            await nadia.all_saved()
        nadia.add("n2", "écrite sans réseau")
        async with participant(two[1], seat, doc=nadia.doc) as moved:
            await moved.until(lambda: moved.sent > 0)
            await moved.all_saved()
            await joris.until(lambda: joris.content().keys() == {"n1", "n2"}, "both notes")


async def test_erasing_on_one_process_closes_sockets_on_the_other(two: Two) -> None:
    made = two[0].create()
    seats = [two[0].join(made, name) for name in ("Nadia", "Joris")]
    async with participant(two[0], seats[0]) as nadia, participant(two[1], seats[1]) as joris:
        nadia.add("n1", "à effacer")
        await joris.until(lambda: "n1" in joris.content())
        assert two[1].call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).status == 200
        assert await nadia.closed() == await joris.closed() == 4410
    for server in two:
        assert server.call("GET", "/api/me", token=seats[0].token).status == 401


async def test_the_death_of_one_process_is_nothing_to_people_on_the_other(
    redis_server: str, two: Two, tmp_path: Path
) -> None:
    made = two[0].create()
    seat = two[0].join(made, "Joris")
    async with participant(two[0], two[0].join(made, "Nadia")) as nadia:
        with running(tmp_path, "--store-url", redis_server) as dying:
            async with participant(dying, seat) as joris:
                joris.add("j1", "enregistrée")
                await joris.all_saved()
                dying.kill()
                await joris.closed()
        await nadia.until(lambda: "j1" in nadia.content())
        async with participant(two[1], seat, doc=joris.doc) as again:
            nadia.write("j1", ", puis relue")
            await again.until(lambda: again.text("j1") == "enregistrée, puis relue")
