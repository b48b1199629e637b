"""Snapshots as they lie in the store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablee.store.frame import Snapshot, pack_snapshot, unpack_snapshot


@given(data=st.binary(max_size=200), n=st.integers(min_value=1, max_value=2**53))
def test_a_snapshot_is_read_back_as_it_was(data: bytes, n: int) -> None:
    assert unpack_snapshot(pack_snapshot("cafe", n, data), "cafe") == Snapshot(n, data)


def test_a_snapshot_of_another_lineage_is_none() -> None:
    assert unpack_snapshot(pack_snapshot("cafe", 7, b"data"), "beef") is None


def test_a_snapshot_with_any_byte_changed_is_none() -> None:
    blob = pack_snapshot("cafe", 7, b"the state of a room")
    for place in range(len(blob)):
        changed = blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :]
        assert unpack_snapshot(changed, "cafe") is None


def test_a_snapshot_cut_short_is_none() -> None:
    blob = pack_snapshot("cafe", 7, b"the state of a room")
    assert all(unpack_snapshot(blob[:length], "cafe") is None for length in range(len(blob)))


@pytest.mark.parametrize("blob", [b"", b"\n", b"[]\n", b"7\n", b'{"n":"7"}\n', b"\xff\xfe\n", b"{}\ndata"])
def test_what_was_never_a_snapshot_is_none(blob: bytes) -> None:
    assert unpack_snapshot(blob, "cafe") is None
