"""Addresses of stores, as people write them."""

import ssl
from typing import Any

import pytest
from redis.asyncio import Connection, SSLConnection, UnixDomainSocketConnection

from tablee.errors import StoreUnusable
from tablee.store.address import parse_address


@pytest.mark.parametrize(
    ("url", "shown", "where"),
    [
        ("redis://localhost", "redis://localhost", {"host": "localhost"}),
        ("redis://h:6380/2", "redis://h:6380/2", {"host": "h", "port": 6380, "db": 2}),
        ("redis://10.0.0.1?db=3", "redis://10.0.0.1", {"host": "10.0.0.1", "db": 3}),
        ("redis://[::1]:7000", "redis://[::1]:7000", {"host": "::1", "port": 7000}),
        (
            "redis://ann:s%40crit@h/1",
            "redis://h/1",
            {"host": "h", "db": 1, "username": "ann", "password": "s@crit"},
        ),
        ("redis://:only@h", "redis://h", {"host": "h", "password": "only"}),
    ],
)
def test_the_parts_of_an_address_are_found(url: str, shown: str, where: dict[str, Any]) -> None:
    address = parse_address(url)
    assert (address.shown, address.connection_class, address.where) == (shown, Connection, where)


def test_a_socket_is_an_address_too() -> None:
    address = parse_address("unix:///run/my%20store.sock?db=4")
    assert address.shown == "unix:///run/my%20store.sock"
    assert address.connection_class is UnixDomainSocketConnection
    assert address.where == {"path": "/run/my store.sock", "db": 4}


@pytest.mark.parametrize("url", ["redis://h", "rediss://h", "unix:///run/store.sock"])
def test_a_connection_tries_nothing_twice(url: str) -> None:
    address = parse_address(url)
    connection = address.connection_class(**address.options(2.0))
    assert connection.retry.get_retries() == 0
    assert connection.retry_on_error == []
    assert (connection.socket_timeout, connection.health_check_interval) == (2.0, 0)


def test_rediss_checks_the_certificate_unless_told_otherwise() -> None:
    def context(url: str) -> ssl.SSLContext:
        connection = SSLConnection(**parse_address(url).where)
        return connection.ssl_context.get()

    checked = context("rediss://db.example")
    assert checked.verify_mode is ssl.CERT_REQUIRED
    assert checked.check_hostname
    assert context("rediss://db.example?ssl_cert_reqs=none").verify_mode is ssl.CERT_NONE


def test_an_address_is_shown_without_its_password() -> None:
    assert "secret" not in parse_address("redis://me:secret@db.example").shown


@pytest.mark.parametrize(
    "url",
    [
        "http://db.example",
        "db.example:6379",
        "redis://db.example/one",
        "redis://db.example:port",
        "redis://db.example?db=-1",
        "redis://db.example?retry=5",
        "redis://db.example?retry_on_timeout=yes",
        "redis://db.example?ssl_cert_reqs=none",
        "rediss://db.example?ssl_ca_certs=/nowhere/ca.pem",
        "rediss://db.example?ssl_cert_reqs=perhaps",
    ],
)
def test_what_is_no_address_is_refused_with_what_would_be(url: str) -> None:
    with pytest.raises(StoreUnusable, match="is accepted"):
        parse_address(url)


def test_a_refused_address_does_not_show_its_password() -> None:
    with pytest.raises(StoreUnusable) as refusal:
        parse_address("redis://me:secret@db.example/one")
    assert "secret" not in str(refusal.value)
