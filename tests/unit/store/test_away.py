"""What is said of redis-py's errors, made by its own parser."""

import pytest
from redis.asyncio.connection import DefaultParser
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import DataError, InvalidResponse, ResponseError
from redis.exceptions import TimeoutError as NoAnswer

from tablee.errors import StoreAway
from tablee.store.away import AWAY, origin, said, told_as_away


@pytest.mark.parametrize("word", sorted(AWAY))
def test_a_store_that_cannot_right_now_is_away_and_quoted(word: str) -> None:
    with pytest.raises(StoreAway, match=f"^{word} not now$"), told_as_away():
        raise DefaultParser.parse_error(f"{word} not now.")


@pytest.mark.parametrize(
    "error", [NoConnection("gone"), NoAnswer("late"), InvalidResponse("HTTP"), TimeoutError()]
)
def test_a_lost_connection_is_away(error: Exception) -> None:
    with pytest.raises(StoreAway), told_as_away():
        raise error


@pytest.mark.parametrize("error", [DefaultParser.parse_error("ERR unknown command"), DataError("no word")])
def test_a_wrong_command_is_no_matter_of_the_store(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, told_as_away():
        raise error
    assert raised.value is error


def test_an_error_that_redis_py_packed_is_unpacked() -> None:
    inner = DefaultParser.parse_error("WRONGPASS invalid password")
    packed = NoConnection(inner)
    packed.__cause__ = inner
    assert said(origin(packed)) == "WRONGPASS invalid password"
    plain = ResponseError("ERR")
    assert origin(plain) is plain
