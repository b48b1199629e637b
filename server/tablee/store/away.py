"""What redis-py's errors mean: that the store is away, or that a command was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import InvalidResponse, RedisError, ResponseError
from redis.exceptions import TimeoutError as NoAnswer

from tablee.errors import StoreAway

# Replies that speak of the state the store is in, not of the command: another moment may do.
AWAY = frozenset(
    {
        *("BUSY", "LOADING", "UNBLOCKED"),  # soon
        *("CLUSTERDOWN", "MASTERDOWN", "NOREPLICAS", "READONLY", "TRYAGAIN"),  # after a failover
        *("MISCONF", "NOAUTH", "OOM"),  # when somebody has looked after it
    }
)


@contextmanager
def told_as_away() -> Iterator[None]:
    """Raise `StoreAway` for every error that is about the store; errors about a command stay."""
    try:
        yield
    except ResponseError as error:
        if is_away(error):
            raise StoreAway(said(error)) from error
        raise
    except (NoConnection, NoAnswer, InvalidResponse) as error:
        raise StoreAway(said(origin(error))) from error
    except TimeoutError as error:
        raise StoreAway("the store did not answer in time") from error
    except (OSError, EOFError, RuntimeError) as error:
        # a transport that was reset between two looks at it: asyncio says OSError, uvloop RuntimeError
        raise StoreAway(f"the connection to the store broke: {error}") from error


def is_away(error: RedisError) -> bool:
    return said(error).partition(" ")[0] in AWAY


def said(error: RedisError) -> str:
    """The error in the store's own words: redis-py takes the first one off those it knows."""
    return f"{error.status_code or ''} {error}".strip().rstrip(".")


def origin(error: RedisError) -> RedisError:
    """The error itself; redis-py packs those that come while it connects to a Unix socket."""
    return error.__cause__ if isinstance(error.__cause__, RedisError) else error
