"""The gate: what honest peers write passes, what breaks CRDT libraries does not."""

from __future__ import annotations

import contextlib
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.peers import Table

from tablee.errors import BadFrame
from tablee.sync import encoding as enc
from tablee.sync import gate
from tablee.sync.document import Document
from tablee.sync.entries import read_entry
from tablee.sync.index import Index, NotTaken

HOSTILE = {
    "json content, which poisons snapshots": "010109002201056e6f746573016b01010101010101010101010100",
    "an unknown type reference, which bricks browsers": "010109002701056e6f746573016b09000000",
    "a collected block after a gap, which uses up somebody's clocks": "010192210100f6ffffff0700",
    "a deletion far beyond what exists": "0001e90701008080808008",
    "an unknown root": "0101090028010466616b65016b017e00",
    "an embed": "01010900250105" + b"notes".hex() + "016b027b7d00",
    "a format": "01010900260105" + b"notes".hex() + "016b01610131" + "00",
    "a sub-document": "01010900290105" + b"notes".hex() + "016b" + "0161" + "7600" + "00",
    "binary content": "01010900230105" + b"notes".hex() + "016b" + "0101" + "00",
    "an empty section": "01000900" + "00",
    "a skip": "010109000a0100",
    "trailing bytes": "000000",
    "a number that is not in its shortest form": "800000",
    "a client twice": "0201090028010" + "56e6f746573016b017e" + "01090128010" + "56e6f746573016b017e" + "00",
}


def updates_of(table: Table) -> list[bytes]:
    return [data for payload in table.log for _, data in read_entry(payload).updates]


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_updates_are_refused(what: str) -> None:
    data = bytes.fromhex(HOSTILE[what])
    try:
        update = gate.read_update(data)
    except BadFrame:
        return
    with pytest.raises((NotTaken, BadFrame)):
        Index().place(update)


def test_values_nested_without_end_are_refused_without_a_deep_stack() -> None:
    deep = b"\x75\x01" * 26_200 + b"\x7e"
    with pytest.raises(BadFrame):
        gate.read_update(b"\x01\x01\x09\x00\x28\x01\x05notes\x01k\x01" + deep + b"\x00")


@pytest.mark.parametrize(
    "vector",
    ["8080808001", "ffffffffffffff7f", "01", "0101", "02010101", "0101010101", "010180808080" + "10"],
)
def test_state_vectors_that_lie_are_refused(vector: str) -> None:
    with pytest.raises(BadFrame):
        enc.read_vector(bytes.fromhex(vector))


@pytest.mark.parametrize("seed", range(30))
def test_everything_honest_peers_write_passes_and_is_measured_right(seed: int) -> None:
    """The clocks the gate counts are the clocks the library reports, update after update."""
    table = Table(seed, peers=4)
    for _ in range(200):
        table.step()
    table.settle()
    index, document = Index(), Document()
    for data in updates_of(table):
        update = gate.read_update(data)
        index.add(index.place(update))
        document.apply(data)
        assert index.ends() == enc.read_vector(document.vector())
    state = gate.read_update(document.state(), trusted=True)
    assert dict(state.ends()) == index.ends()


@pytest.mark.parametrize("seed", range(20))
def test_an_update_whose_ground_is_missing_is_not_causal(seed: int) -> None:
    table = Table(seed, peers=2)
    for _ in range(150):
        table.step()
    table.settle()
    why = set()
    for data in updates_of(table)[1:]:
        try:
            Index().place(gate.read_update(data))
        except NotTaken as refusal:
            why.add(refusal.key)
    assert why and why <= {"update.gap", "update.reference"}, "later updates build on earlier ones"


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_an_update_or_a_bad_frame(data: bytes) -> None:
    for read in (gate.read_update, enc.read_vector):
        with contextlib.suppress(BadFrame):
            read(data)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_what_passes_after_a_mutation_never_hurts_the_library(seed: int, data: st.DataObject) -> None:
    """A real update with a few bytes changed: what the gate lets through loads, saves and loads again."""
    rng = random.Random(seed)
    table = Table(seed % 40, peers=2)
    for _ in range(40):
        table.step()
    table.settle()
    base = bytearray(table.processes[0].room.document.state())
    for _ in range(data.draw(st.integers(1, 4))):
        base[rng.randrange(len(base))] = rng.randrange(256)
    try:
        update = gate.read_update(bytes(base))
    except BadFrame:
        return
    try:
        Index().place(update)
    except (NotTaken, BadFrame):
        return
    document = Document()
    try:
        document.apply(bytes(base))
    except BadFrame:
        return
    again = Document(document.state())
    assert again.content() == document.content()


@pytest.mark.parametrize("seed", range(20))
def test_a_snapshot_loaded_again_has_the_same_deletions(seed: int) -> None:
    table = Table(seed, peers=3)
    for _ in range(300):
        table.step()
    table.settle()
    document = table.processes[0].room.document
    deleted = gate.deleted_in(document.deletions())
    assert deleted == gate.deleted_in(Document(document.state()).deletions()) != {}
    assert deleted == gate.deleted_in(document.state())
    for ranges in deleted.values():
        assert all(before[1] < after[0] for before, after in itertools.pairwise(ranges))
