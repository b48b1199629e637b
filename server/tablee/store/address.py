"""Where a store is and how to get in: a `redis://`, `rediss://` or `unix://` address, read by redis-py.

Speaking to what is there belongs to `client.py` and `line.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import Connection, SSLConnection
from redis.asyncio.connection import AbstractConnection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from tablee.errors import StoreUnusable

ACCEPTED = frozenset({"host", "port", "path", "db", "username", "password"})
"""What an address may say, besides redis-py's `ssl_…` options; how we use a connection is not its affair."""


@dataclass(frozen=True, slots=True)
class Address:
    """`shown` is the address without its password, for sentences and logs."""

    shown: str
    connection_class: type[AbstractConnection]
    where: dict[str, Any]

    def options(self, timeout_s: float | None) -> dict[str, Any]:
        """The arguments of a connection: nothing is tried twice, nothing is decoded."""
        return {
            **self.where,
            "protocol": 2,
            "retry": Retry(NoBackoff(), 0),
            "socket_timeout": timeout_s,
            "socket_connect_timeout": timeout_s,
            "health_check_interval": 0,
            "decode_responses": False,
        }


def parse_address(url: str) -> Address:
    """Read a store address; raises `StoreUnusable` when it is none.

    The database is `/2` or `?db=2`. `rediss://` also takes redis-py's options for TLS, such as
    `?ssl_ca_certs=FILE` for a private authority and `?ssl_cert_reqs=none` for none at all.
    """
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    try:
        where: dict[str, Any] = {**parse_url(url)}
        connection_class = where.pop("connection_class", Connection)
        _check(where, connection_class, parts.path)
    except (ValueError, TypeError, OSError, RedisError) as error:
        raise StoreUnusable(
            f"The store address {shown} is not usable: "
            "redis://[user:password@]host:port/db, rediss://… or unix:///path is accepted."
        ) from error
    return Address(shown, connection_class, where)


def _check(where: dict[str, Any], connection_class: type[AbstractConnection], path: str) -> None:
    """Raise what redis-py would only notice when it connects, or not at all."""
    unknown = {name for name in where if name not in ACCEPTED and not name.startswith("ssl_")}
    no_database = issubclass(connection_class, Connection) and path.strip("/") and "db" not in where
    if unknown or no_database or where.get("db", 0) < 0:
        raise ValueError(where)
    connection = connection_class(**where)
    if isinstance(connection, SSLConnection):
        connection.ssl_context.get()
