"""One connection, without a network: bytes are handed to it and taken from it."""

import asyncio

import hiredis
import pytest

from tablee.errors import StoreAway
from tablee.store.wire import Wire, unwrap


class Held(asyncio.Transport):
    """Keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.aborted = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def abort(self) -> None:
        self.aborted = True


def made(timeout_s: float = 2.0) -> tuple[Wire, Held]:
    wire, transport = Wire(timeout_s), Held()
    wire.connection_made(transport)
    return wire, transport


async def test_commands_leave_in_one_piece_and_replies_find_their_caller_by_order() -> None:
    wire, transport = made()
    first = wire.send([("PING",), ("GET", "a")])
    second = wire.send([("INCR", "n")])
    assert transport.written == (
        b"*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n"
    )
    wire.data_received(b"+PONG\r\n$3\r\none\r\n:4")
    assert not second.done()
    wire.data_received(b"2\r\n")
    assert (first.result(), second.result()) == ([b"PONG", b"one"], [42])


async def test_an_error_is_the_reply_of_its_own_command() -> None:
    wire, _ = made()
    replies = wire.send([("FOO",), ("PING",)])
    wire.data_received(b"-ERR unknown command\r\n+PONG\r\n")
    error, pong = replies.result()
    assert pong == b"PONG"
    with pytest.raises(hiredis.ReplyError, match="unknown command"):
        unwrap(error)


@pytest.mark.parametrize("word", ["LOADING", "OOM", "READONLY", "MISCONF", "BUSY", "NOREPLICAS"])
async def test_a_store_that_cannot_right_now_is_away(word: str) -> None:
    wire, _ = made()
    replies = wire.send([("SET", "a", 1)])
    wire.data_received(f"-{word} not now\r\n".encode())
    with pytest.raises(StoreAway, match="not now"):
        unwrap(replies.result()[0])


async def test_a_lost_connection_ends_everybody_who_waits() -> None:
    wire, _ = made()
    replies = [wire.send([("PING",)]) for _ in range(3)]
    wire.connection_lost(None)
    for reply in replies:
        with pytest.raises(StoreAway):
            await reply
    with pytest.raises(StoreAway):
        await wire.send([("PING",)])


async def test_a_late_reply_ends_the_connection() -> None:
    wire, transport = made(timeout_s=0.01)
    with pytest.raises(StoreAway, match="in time"):
        await wire.send([("PING",)])
    assert transport.aborted
    assert not wire.open


async def test_a_store_that_was_asked_to_wait_may_wait() -> None:
    wire, transport = made(timeout_s=0.01)
    patient = wire.send([("WAIT", 1, 5000)], wait_s=60)
    await asyncio.sleep(0.2)
    wire.data_received(b":1\r\n")
    assert await patient == [1]
    assert not transport.aborted


async def test_a_caller_that_left_does_not_shift_the_replies_of_others() -> None:
    wire, _ = made()
    gone, stays = wire.send([("GET", "a")]), wire.send([("GET", "b")])
    gone.cancel()
    wire.data_received(b"$1\r\na\r\n$1\r\nb\r\n")
    assert await stays == [b"b"]


async def test_something_else_than_redis_ends_the_connection() -> None:
    wire, transport = made()
    reply = wire.send([("PING",)])
    wire.data_received(b"HTTP/1.1 400 Bad Request\r\n")
    with pytest.raises(StoreAway, match="Redis protocol"):
        await reply
    assert transport.aborted
