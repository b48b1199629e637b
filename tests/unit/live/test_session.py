"""The cookies that open kits, as many as servers take with every request; whom a request is counted for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tablee.live.session import MOST_KITS_HELD, address_of, set_kit
from tablee.settings import read_settings


def cookies_set(held: list[str], kit: str) -> list[str]:
    sent = "; ".join(f"{name}=x" for name in (*held, "tablee"))
    state = SimpleNamespace(tablee=SimpleNamespace(settings=read_settings({}, {})))
    app = SimpleNamespace(state=state)
    request = Request(
        {
            "type": "http",
            "scheme": "http",
            "server": ("localhost", 80),
            "path": "/",
            "headers": [(b"cookie", sent.encode())],
            "app": app,
        }
    )
    response = Response()
    set_kit(response, request, kit, "secret")
    return [value.decode() for name, value in response.raw_headers if name == b"set-cookie"]


def test_a_browser_keeps_the_secrets_of_its_latest_kits() -> None:
    held = [f"tablee-kit-k{n:05}" for n in range(MOST_KITS_HELD + 5)]
    *dropped, made = cookies_set(held, "knew22")
    assert [value.partition("=")[0] for value in dropped] == held[:6]
    assert all("Max-Age=0" in value for value in dropped)
    assert made.startswith("tablee-kit-knew22=secret;")


def test_few_are_all_kept_and_the_one_that_is_set_is_never_dropped() -> None:
    held = [f"tablee-kit-k{n:05}" for n in range(MOST_KITS_HELD)]
    assert len(cookies_set(held[1:], "knew22")) == 1
    [*_, made] = cookies_set(held, "k00000")
    assert made.startswith("tablee-kit-k00000=secret;") and "Max-Age=0" not in made


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_who_has_a_whole_network_is_counted_as_one(host: str, counted: str) -> None:
    assert address_of(Request({"type": "http", "headers": [], "client": (host, 1)})) == counted
