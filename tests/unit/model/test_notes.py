"""Notes as plain values."""

from __future__ import annotations

from tablee.model.notes import checked_place, next_place


def test_notes_without_a_place_lie_beside_each_other() -> None:
    places = [tuple(next_place(count)) for count in range(6)]
    assert len(set(places)) == 6
    for count in range(50):
        assert checked_place(next_place(count)) == next_place(count)
