"""Addresses of stores, as people write them."""

import ssl

import pytest

from tablee.errors import StoreUnusable
from tablee.store.address import Address, parse_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://localhost", Address("redis://localhost", "localhost")),
        ("redis://db.example:6380/2", Address("redis://db.example:6380/2", "db.example", 6380, db=2)),
        ("redis://10.0.0.1?db=3", Address("redis://10.0.0.1", "10.0.0.1", db=3)),
        ("redis://[::1]:7000", Address("redis://[::1]:7000", "::1", 7000)),
        (
            "redis://ann:s%40crit@db.example/1",
            Address("redis://db.example/1", "db.example", db=1, username="ann", password="s@crit"),
        ),
        ("redis://:only@db.example", Address("redis://db.example", "db.example", password="only")),
        (
            "unix:///run/my%20store.sock?db=4",
            Address("unix:///run/my%20store.sock", "127.0.0.1", path="/run/my store.sock", db=4),
        ),
    ],
)
def test_the_parts_of_an_address_are_found(url: str, address: Address) -> None:
    assert parse_address(url) == address


def test_an_address_is_shown_without_its_password() -> None:
    assert "secret" not in parse_address("redis://me:secret@db.example").shown


def test_rediss_checks_the_certificate_unless_told_otherwise() -> None:
    checked = parse_address("rediss://db.example").tls
    unchecked = parse_address("rediss://db.example?ssl_cert_reqs=none").tls
    assert checked is not None
    assert checked.verify_mode is ssl.CERT_REQUIRED
    assert unchecked is not None
    assert unchecked.verify_mode is ssl.CERT_NONE


@pytest.mark.parametrize(
    "url",
    [
        "http://db.example",
        "db.example:6379",
        "redis://db.example/one",
        "redis://db.example:port",
        "redis://db.example?db=-1",
        "redis://db.example?retry=5",
        "rediss://db.example?ssl_ca_certs=/nowhere/ca.pem",
    ],
)
def test_what_is_no_address_is_refused_with_what_would_be(url: str) -> None:
    with pytest.raises(StoreUnusable, match="is accepted"):
        parse_address(url)


def test_a_refused_address_does_not_show_its_password() -> None:
    with pytest.raises(StoreUnusable) as refusal:
        parse_address("redis://me:secret@db.example/one")
    assert "secret" not in str(refusal.value)
