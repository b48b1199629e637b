"""The names of keys: what shares a hash tag, and that the documentation lists exactly these."""

import inspect
import re
from pathlib import Path

from tablee.store import keys

DOCUMENT = Path(__file__).parents[3] / "docs" / "data-store.md"


def patterns() -> dict[str, str]:
    """Every function of the module that builds a key, called with its parameters' names."""
    found = {}
    for name, function in inspect.getmembers(keys, inspect.isfunction):
        parameters = inspect.signature(function).parameters
        if name != "tagged":
            found[name] = function(*(f"<{parameter}>" for parameter in parameters))
    return found


def test_the_documentation_lists_exactly_the_keys_there_are() -> None:
    rows = re.findall(
        r"^\| `([^`]+)` \| (?:hash|stream|string|set|sorted set|channel) \|", DOCUMENT.read_text(), re.M
    )
    assert sorted(rows) == sorted(patterns().values())


def test_no_two_keys_are_the_same() -> None:
    assert len(set(patterns().values())) == len(patterns())


def test_keys_of_a_room_share_its_hash_tag() -> None:
    of_room = [pattern for pattern in patterns().values() if "<room>" in pattern]
    assert len(of_room) == 18
    assert all(pattern.startswith("{<room>}:") for pattern in of_room)


def test_keys_of_a_workshop_share_its_hash_tag() -> None:
    of_workshop = [pattern for pattern in patterns().values() if "<workshop>" in pattern]
    assert len(of_workshop) == 8
    assert all(pattern.startswith("{<workshop>}:") for pattern in of_workshop)


def test_the_tag_of_a_key_is_read_back() -> None:
    assert keys.tagged(keys.log("abc-g1-exploration").encode()) == "abc-g1-exploration"
    assert keys.tagged(keys.control("abc").encode()) == "abc"
    assert keys.log("abc").encode().endswith(keys.LOG_SUFFIX)
    assert not keys.control("abc").encode().endswith(keys.LOG_SUFFIX)
