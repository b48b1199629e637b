"""Ordinary calls to the store, through redis-py's client and its pool."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from tablee.store.address import Address
from tablee.store.away import told_as_away
from tablee.store.line import Command, Word
from tablee.store.scripts import Script

CONNECTIONS = 8
"""At once; who comes on top of them waits for one."""
POOL_WAIT_S = 10.0
"""Three hundred people at the door are a queue, not a store that is away: those in front notice that."""


def redis_client(address: Address, timeout_s: float) -> Redis:
    """A client of redis-py's that repeats nothing and is not more patient than asked."""
    return Redis.from_pool(
        BlockingConnectionPool(
            max_connections=CONNECTIONS,
            timeout=POOL_WAIT_S,
            connection_class=address.connection_class,
            **address.options(timeout_s),
        )
    )


class Client:
    """redis-py's client, saying `StoreAway` where that says a dozen things. Replies are as it parses them."""

    def __init__(self, address: Address, timeout_s: float) -> None:
        self._redis: Any = redis_client(address, timeout_s)  # half of its methods have no annotations

    async def call(self, *command: Word) -> Any:
        """One command, its reply."""
        with told_as_away():
            return await self._redis.execute_command(*command)

    async def calls(self, commands: Sequence[Command]) -> list[Any]:
        """Several commands in one round trip; the first reply that is an error is raised."""
        pipeline = self._redis.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        with told_as_away():
            replies: list[Any] = await pipeline.execute()
            return replies

    async def at_once(self, commands: Sequence[Command]) -> list[Any]:
        """Several commands between which the store does nothing else."""
        pipeline = self._redis.pipeline(transaction=True)
        for command in commands:
            pipeline.execute_command(*command)
        with told_as_away():
            replies: list[Any] = await pipeline.execute()
            return replies

    async def run(self, script: Script, keys: Sequence[str], *args: Word) -> Any:
        """One script; redis-py loads it where it is not known."""
        with told_as_away():
            return await self._redis.register_script(script.source)(keys, args)

    async def close(self) -> None:
        with suppress(RedisError):
            await self._redis.aclose()
