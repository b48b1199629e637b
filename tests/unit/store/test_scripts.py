"""The scripts as texts: each is there once, under its own digest."""

import hashlib

from tablee.store import scripts

ALL = [value for value in vars(scripts).values() if isinstance(value, scripts.Script)]


def test_a_script_is_known_by_the_digest_the_store_computes() -> None:
    for script in ALL:
        assert script.sha == hashlib.sha1(script.source.encode()).hexdigest()


def test_every_script_says_its_keys() -> None:
    assert all(script.source.startswith("\n-- KEYS ") for script in ALL)


def test_no_script_names_a_key_by_itself() -> None:
    """Names come from keys.py, so that their hash tags are seen there."""
    assert all("{" + "room" not in script.source and ":" not in script.source for script in ALL)
