"""The socket of a room, through a real server and a real store."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.kit.client import participant
from tests.kit.server import Server

from tablee.sync import encoding as enc

VECTORS = {  # from what was found to break CRDT libraries; each must close its sender and change nothing
    "a snapshot nobody can read": "010109002201056e6f746573016b01010101010101010101010100",
    "a type no browser knows": "010109002701056e6f746573016b09000000",
    "clocks of somebody else used up": "010192210100f6ffffff0700",
    "everything of a client deleted": "0001e90701008080808008",
}


async def test_hello_comes_first_and_says_who_and_where(server: Server) -> None:
    made = server.create()
    seat = server.join(made, "Nadia")
    async with participant(server, seat) as nadia:
        (hello,) = nadia.heard("hello")
        assert nadia.first_frame is not None and nadia.first_frame[0] == 64
        assert hello["person"]["id"] == seat.person["id"] and hello["person"]["name"] == "Nadia"
        assert hello["room"] == seat.room and len(hello["lineage"]) == 16
        assert hello["durability"] == "disk" and hello["rights"] == {"write": True}
        page = server.call("GET", f"/atelier/{seat.workshop}", token=seat.token)
        assert hello["bundle"] and f'"bundle":"{hello["bundle"]}"' in page.body.decode()
        assert hello["limits"]["frame_bytes"] == 65536 and abs(hello["client_id"]) < 2**53


async def test_two_people_type_in_the_same_note_and_both_texts_stay(server: Server) -> None:
    made = server.create()
    async with (
        participant(server, server.join(made, "Nadia")) as nadia,
        participant(server, server.join(made, "Joris")) as joris,
    ):
        nadia.add("n1", "Réunion")
        await joris.until(lambda: "n1" in joris.content(), "the note came")
        nadia.write("n1", "« ", at_start=True)
        joris.write("n1", " tous les quinze jours 😀")
        for one in (nadia, joris):
            await one.until(
                lambda one=one: one.text("n1") == "« Réunion tous les quinze jours 😀", "both texts"
            )
            await one.all_saved()


async def test_saved_counts_the_updates_of_this_connection(server: Server) -> None:
    made = server.create()
    async with participant(server, server.join(made)) as nadia:
        for number in range(10):
            nadia.add(f"n{number}")
        await nadia.all_saved()
        assert nadia.saved == 10


async def test_a_late_joiner_gets_the_whole_board(server: Server) -> None:
    made = server.create()
    seat = server.join(made)
    async with participant(server, seat) as nadia:
        for number in range(50):
            nadia.add(f"n{number}", f"idée {number}")
        await nadia.all_saved()
        async with participant(server, server.join(made, "Tard")) as late:
            assert late.content() == nadia.content()


async def test_ten_people_open_a_new_room_at_once(server: Server) -> None:
    made = server.create()
    seats = [server.join(made, f"P{number}") for number in range(10)]

    async def come(number: int) -> None:
        async with participant(server, seats[number]) as one:
            one.add(f"n{number}")
            await one.until(lambda: len(one.content()) == 10, "all ten notes")

    await asyncio.gather(*(come(number) for number in range(10)))


async def test_a_plain_yjs_client_works_too(server: Server) -> None:
    made = server.create()
    async with (
        participant(server, server.join(made, "Nadia"), events=False) as plain,
        participant(server, server.join(made, "Joris")) as joris,
    ):
        plain.add("n1", "sans le sous-protocole")
        await joris.until(lambda: "n1" in joris.content())
        assert not plain.events


async def test_presence_shows_the_name_the_server_knows_not_the_one_claimed(server: Server) -> None:
    made = server.create()
    async with (
        participant(server, server.join(made, "Nadia")) as nadia,
        participant(server, server.join(made, "Joris")) as joris,
    ):
        nadia.show(user={"name": "Inès (animation)", "id": "p0"}, cursor={"x": 0.5})
        await joris.until(lambda: joris.presence, "a cursor")
        (state,) = joris.presence.values()
        assert state["user"]["name"] == "Nadia" and state["user"]["id"] == nadia.seat.person["id"]
        assert state["cursor"] == {"x": 0.5}


async def test_presence_ends_when_the_person_leaves(server: Server) -> None:
    made = server.create()
    async with participant(server, server.join(made, "Joris")) as joris:
        async with participant(server, server.join(made, "Nadia")) as nadia:
            nadia.show(user={"name": "Nadia"})
            await joris.until(lambda: joris.presence)
        await joris.until(lambda: not joris.presence, "Nadia is gone")


async def test_a_plain_yjs_client_alone_hears_its_own_presence(server: Server) -> None:
    """y-websocket connects again when nothing came for 30 s, and nothing else comes to somebody alone."""
    async with participant(server, server.join(server.create()), events=False) as plain:
        for x in (0.1, 0.2):
            plain.show(user={"name": "?"}, cursor={"x": x})
            await plain.until(lambda x=x: [s["cursor"]["x"] for s in plain.presence.values()] == [x])  # type: ignore[misc]


async def test_ping_tells_the_servers_time(server: Server) -> None:
    async with participant(server, server.join(server.create())) as nadia:
        nadia.event(type="ping", t=123)
        await nadia.until(lambda: nadia.heard("pong"))
        (pong,) = nadia.heard("pong")
        assert pong["t"] == 123 and pong["server_time"] > 1_700_000_000_000


async def test_a_newcomer_is_announced_as_state(server: Server) -> None:
    made = server.create()
    async with participant(server, server.join(made, "Nadia")) as nadia:
        server.join(made, "Joris")
        await nadia.until(
            lambda: any(
                "Joris" in [p["name"] for p in e["workshop"]["people"]] for e in nadia.heard("state")
            ),
            "the new state",
        )


@pytest.mark.parametrize("what", VECTORS)
async def test_hostile_updates_change_nothing(server: Server, what: str) -> None:
    made = server.create()
    async with (
        participant(server, server.join(made, "Nadia")) as nadia,
        participant(server, server.join(made, "Mallory")) as mallory,
    ):
        nadia.add("n1", "intacte")
        await nadia.all_saved()
        mallory.send(enc.update_message(bytes.fromhex(VECTORS[what])))
        await mallory.until(lambda: mallory.heard("refused") or mallory.close_code == 4400, what)
        nadia.write("n1", " toujours")
        await nadia.all_saved()
        async with participant(server, server.join(made, "Témoin")) as witness:
            assert witness.text("n1") == "intacte toujours"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (bytes.fromhex("00058080808001"), 4400),  # sync step 1 that asks for half a gigabyte
        (b"\x00\x00" + enc.var_bytes(bytes.fromhex("8080808001")), 4400),
        (enc.update_message(b"\x00" * 70_000), 4413),
        (b"\x09\x00", 4400),
        (b"\x00", 4400),
        (b"\x40\x05hello", 4400),
        (b"\x01\x01\xff", 4400),
    ],
)
async def test_malformed_frames_close_with_a_code_that_says_so(
    server: Server, frame: bytes, code: int
) -> None:
    async with participant(server, server.join(server.create())) as mallory:
        mallory.send(frame)
        assert await mallory.closed() == code


async def test_values_nested_without_end_close_the_sender(server: Server) -> None:
    deep = b"\x75\x01" * 26_200 + b"\x7e"
    update = b"\x01\x01\x09\x00\x28\x01\x05notes\x01k\x01" + deep + b"\x00"
    async with participant(server, server.join(server.create())) as mallory:
        mallory.send(enc.update_message(update))
        assert await mallory.closed() == 4400
    assert server.call("GET", "/healthz").status == 200


@pytest.mark.parametrize(
    ("room", "code"),
    [
        ("nowhere", 4404),
        ("aaaaaaaaaa-g1-exploration", 4404),
        ("{w}-g9-exploration", 4404),
        ("{w}-g2-exploration", 4403),
    ],
)
async def test_rooms_that_are_not_ones_own_close_with_a_reason(server: Server, room: str, code: int) -> None:
    made = server.create(groups=2, people_may_choose_group=True)
    seat = server.join(made, group="g1")
    async with participant(server, seat, room=room.format(w=made["id"]), sync=False) as lost:
        assert await lost.closed() == code


async def test_an_unknown_session_is_told_not_to_come_back(server: Server) -> None:
    seat = server.join(server.create())
    async with participant(server, seat, token="nonsense", sync=False) as stranger:
        assert await stranger.closed() == 4401


async def test_a_cookie_from_a_foreign_page_opens_nothing(server: Server) -> None:
    seat = server.join(server.create())
    cookie = f"tablee={seat.token}"
    async with participant(server, seat, cookie=cookie, origin="https://evil.example", sync=False) as foreign:
        assert await foreign.closed() == 4403
    async with participant(server, seat, cookie=cookie, origin=server.base) as ours:
        assert ours.synced


async def test_a_ticket_opens_its_room_once(server: Server) -> None:
    made = server.create()
    seat = server.join(made)
    ticket = server.call("POST", f"/api/rooms/{seat.room}/ticket", token=seat.token).json["ticket"]
    async with participant(server, seat, query=f"?ticket={ticket}") as first:
        assert first.synced
    async with participant(server, seat, query=f"?ticket={ticket}", sync=False) as again:
        assert await again.closed() == 4401


async def test_an_observer_reads_and_cannot_write(server: Server) -> None:
    made = server.create()
    observer = server.join(made, "Témoin", invitation=made["invitations"]["observer"])
    async with (
        participant(server, server.join(made, "Nadia")) as nadia,
        participant(server, observer, room=made["groups"][0]["rooms"]["exploration"]) as witness,
    ):
        witness.add("n1", "non")
        await witness.until(lambda: witness.heard("refused"))
        assert witness.heard("refused")[0]["key"] == "role.read_only"
        nadia.add("n2", "oui")
        await witness.until(lambda: "n2" in witness.content())
        assert "n1" not in nadia.content()


async def test_erasing_a_workshop_closes_its_rooms_for_good(server: Server) -> None:
    made = server.create()
    seat = server.join(made)
    async with participant(server, seat) as nadia:
        nadia.add("n1", "à effacer")
        await nadia.all_saved()
        receipt = server.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"])
        assert receipt.status == 200 and receipt.json["remains"] == 0
        assert await nadia.closed() == 4410
    async with participant(server, seat, sync=False) as again:
        assert await again.closed() == 4410  # so that the browser keeps nothing of it


async def test_a_tail_of_junk_after_a_command_is_answered_not_ignored(server: Server) -> None:
    async with participant(server, server.join(server.create())) as nadia:
        nadia.send(enc.event_message(json.dumps({"type": "command", "id": 7, "command": "x"}).encode()))
        await nadia.until(lambda: nadia.heard("no"))
        assert nadia.heard("no")[0]["id"] == 7


async def test_what_somebody_sent_just_before_leaving_is_kept(server: Server) -> None:
    made = server.create()
    async with participant(server, server.join(made, "Joris")) as joris:
        async with participant(server, server.join(made, "Nadia"), events=False) as nadia:
            for number in range(20):
                nadia.add(f"n{number}")
            await nadia.until(lambda: not nadia._sending, "all went out")
        await joris.until(lambda: len(joris.content()) == 20, "all twenty notes")
