"""The outbox of the checker's people counts as the page's does (web/src/sync/outbox.ts)."""

from __future__ import annotations

from pycrdt import Doc, Map
from tests.faults.outbox import MOST_JOINED, Outbox, Waiting
from tests.kit.history import Operation


def outbox_with(count: int) -> tuple[Outbox, Doc[object]]:
    """An outbox with so many changes of one document, and that document."""
    outbox, doc = Outbox(), Doc[object](client_id=9)
    notes = doc.get("notes", type=Map)
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(bytes(event.update)))
    for number in range(count):
        notes[f"n{number}"] = number
        outbox.add(Waiting(updates[-1], [Operation(0, "Nadia", 1, "add", f"n{number}")], number))
    return outbox, doc


def test_only_what_was_sent_and_counted_leaves() -> None:
    outbox, _ = outbox_with(3)
    outbox.begin()
    outbox.sent_besides()  # a step 2 before them: the server counts it as the first
    assert len(outbox.take_unsent()) == len(outbox.waiting) == 1  # joined
    assert outbox.saved(1) == []
    assert [op.note for op in outbox.saved(2)] == ["n0", "n1", "n2"]
    assert outbox.waiting == [] and outbox.take_unsent() == [] and outbox.saved(2) == []


def test_a_new_connection_begins_with_the_oldest_and_counts_from_nothing() -> None:
    outbox, _ = outbox_with(1)
    outbox.begin()
    first = outbox.take_unsent()[0]
    outbox.begin()
    assert outbox.waiting == [first]
    assert outbox.take_unsent() == [first] and first.times_sent == 2
    assert outbox.message(1) is first and outbox.message(2) is None
    assert len(outbox.saved(1)) == 1


def test_what_is_joined_makes_the_same_document_in_bounded_pieces() -> None:
    outbox, doc = outbox_with(2 * MOST_JOINED + 1)
    outbox.begin()
    assert len(outbox.waiting) == 3 and [one.begins for one in outbox.waiting] == [0, 100, 200]
    other: Doc[object] = Doc()
    for one in outbox.waiting:
        other.apply_update(one.update)
    assert other.get("notes", type=Map).to_py() == doc.get("notes", type=Map).to_py()


def test_what_is_forgotten_is_named() -> None:
    outbox, _ = outbox_with(2)
    assert [op.note for op in outbox.clear()] == ["n0", "n1"] and outbox.waiting == []
