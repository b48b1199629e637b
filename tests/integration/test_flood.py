"""Somebody who sends without measure is slowed or closed, whatever they send; others do not notice."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.kit.client import participant
from tests.kit.raw import BINARY, CONTINUED, PING, PONG, TEXT, brute, masked
from tests.kit.server import Seat, Server

from tablee.live.protocol import WireProtocol
from tablee.sync import encoding as enc

CLIENT = 4_000_000_123
ENOUGH = 16 * 1024 * 1024
SLOWED = {"large presence", "giant events"}
"""Not worth closing for: what is too much is left out, and the rest read slowly."""


def presence(clock: int, size: int = 20) -> bytes:
    state = json.dumps({"user": {"name": "?"}, "pad": "x" * size}).encode()
    return enc.awareness_message(
        enc.varint(1) + enc.varint(CLIENT) + enc.varint(clock) + enc.var_bytes(state)
    )


def event(**content: object) -> bytes:
    return enc.event_message(json.dumps(content).encode())


FLOODS = {
    "tiny updates": masked(enc.step2(enc.EMPTY_UPDATE)),
    "presence": b"".join(masked(presence(clock)) for clock in range(1000)),
    "large presence": b"".join(masked(presence(clock, 8000)) for clock in range(1000)),
    "questions who is here": masked(bytes([enc.QUERY_AWARENESS])),
    "questions what the board is": masked(enc.step1(enc.EMPTY_VECTOR)),
    "questions what is missing": masked(enc.step1(enc.varint(1) + enc.varint(CLIENT) + enc.varint(1))),
    "pings of the protocol": masked(event(type="ping", t=1)),
    "giant events": masked(event(type="ping", t="x" * 60_000)),
    "events nobody knows": masked(event(type="x")),
    "pings of the socket": masked(b"x" * 120, PING),
    "pongs nobody asked for": masked(b"", PONG),
    "empty fragments": masked(b"\x00", BINARY, fin=False) + masked(b"", CONTINUED, fin=False) * 100_000,
}
CLOSING = {
    "a text": (masked(b"bonjour", TEXT), 4400),
    "a frame of nothing": (masked(b""), 4400),
    "a frame that is too large": (masked(bytes(70_000)), 4413),
    "a frame beyond all measure": (masked(bytes(300_000)), 1009),
    "fragments that are too large together": (
        masked(b"\x00", fin=False) + masked(bytes(40_000), CONTINUED, fin=False) * 8,
        1009,
    ),
    "an event that is not an object": (masked(enc.event_message(b"[1]")), 4400),
    "an event nested too deep": (masked(enc.event_message(b"[" * 30_000)), 4400),
}


async def works(server: Server, seat: Seat, other: Seat, note: str) -> None:
    """Two people come, one writes, the other sees it."""
    async with participant(server, seat) as nadia, participant(server, other) as joris:
        nadia.add(note, "comme si de rien n'était")
        await nadia.all_saved()
        await joris.until(lambda: note in joris.content())


@pytest.mark.parametrize("what", FLOODS)
async def test_a_flood_is_stemmed_and_others_work_on(server: Server, what: str) -> None:
    made = server.create()
    nadia, joris, yann = (server.join(made, name) for name in ("Nadia", "Joris", "Yann"))
    async with participant(server, nadia) as here:
        for number in range(40):  # a board worth asking for
            here.add(f"n{number}", "idée " * 50)
        await here.all_saved()
        with brute(server, yann) as flooder:
            flood = asyncio.create_task(flooder.flood(FLOODS[what], ENOUGH))
            reading = asyncio.create_task(flooder.closed())
            here.add("meanwhile", "pendant ce temps")
            await here.all_saved()
            await works(server, nadia, joris, "n1000")
            if what not in SLOWED:
                assert await reading in (4529, 4508, 4400), "the flooder was closed, with a code that says so"
            for task in (flood, reading):
                task.cancel()
            await asyncio.gather(flood, reading, return_exceptions=True)
        await works(server, nadia, joris, "n1001")
        assert here.content().keys() >= {"meanwhile", "n1000", "n1001"}


@pytest.mark.parametrize("what", CLOSING)
async def test_what_no_honest_client_sends_closes_at_once(server: Server, what: str) -> None:
    made = server.create()
    frames, expected = CLOSING[what]
    with brute(server, server.join(made, "Yann")) as rude:
        await (await rude.greeted()).flood(frames, len(frames))
        assert await rude.closed() == expected
    await works(server, server.join(made, "Nadia"), server.join(made, "Joris"), "n1")


async def test_a_message_in_fragments_keeps_its_turn(server: Server) -> None:
    """Browsers may split a message; what they send after it must not overtake it."""
    made = server.create()
    async with (
        participant(server, server.join(made, "Nadia")) as nadia,
        participant(server, server.join(made, "Joris")) as joris,
    ):
        for number in range(30):
            nadia.add(f"n{number}", "a")
            first, second = nadia._sending[-1][:20], nadia._sending[-1][20:]
            nadia._sending.clear()
            nadia.write(f"n{number}", "b")
            whole = nadia._sending.pop()
            nadia.socket.transport.write(
                masked(first, BINARY, fin=False) + masked(second, CONTINUED) + masked(whole)
            )
        await nadia.all_saved()
        assert not nadia.heard("refused")
        await joris.until(lambda: all(joris.text(f"n{number}") == "ab" for number in range(30)))


def test_who_keeps_to_the_budgets_of_sessions_never_meets_that_of_frames() -> None:
    class Wire(WireProtocol):
        pass

    Wire.allow(updates_per_s=1000, updates_burst=5000, presence_per_s=20)
    assert Wire.frames_per_s >= 1020 and Wire.frames_burst >= 5040
