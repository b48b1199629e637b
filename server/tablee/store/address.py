"""Where a store is and how to get in: the parts of a `redis://`, `rediss://` or `unix://` address.

Speaking to what is there belongs to `wire.py`.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from tablee.errors import StoreUnusable


@dataclass(frozen=True, slots=True)
class Address:
    """`shown` is the address without its password, for sentences and logs."""

    shown: str
    host: str = ""
    port: int = 6379
    path: str = ""
    db: int = 0
    username: str = ""
    password: str = ""
    tls: ssl.SSLContext | None = None


def parse_address(url: str) -> Address:
    """Read a store address; raises `StoreUnusable` when it is none.

    The database is `/2` or `?db=2`. `rediss://` also takes `?ssl_ca_certs=FILE` for a private
    authority and `?ssl_cert_reqs=none` for none at all.
    """
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        db = int(options.pop("db", "" if parts.scheme == "unix" else parts.path.strip("/")) or 0)
        tls = _tls(options) if parts.scheme == "rediss" else None
        if parts.scheme not in {"redis", "rediss", "unix"} or options or db < 0:
            raise ValueError(url)
        return Address(
            shown=shown,
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 6379,
            path=unquote(parts.path) if parts.scheme == "unix" else "",
            db=db,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
        )
    except (ValueError, OSError) as error:
        raise StoreUnusable(
            f"The store address {shown} is not usable: "
            "redis://[user:password@]host:port/db, rediss://… or unix:///path is accepted."
        ) from error


def _tls(options: dict[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=options.pop("ssl_ca_certs", None))
    if options.pop("ssl_cert_reqs", "required") == "none":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
