"""lib0's variable-length numbers and the frames of the y-protocols, both ways.

Reading is bounded by the bytes that are there; anything else raises `BadFrame`.
"""

from __future__ import annotations

from tablee.errors import BadFrame

SYNC, AWARENESS, AUTH, QUERY_AWARENESS, EVENT = 0, 1, 2, 3, 64
STEP1, STEP2, UPDATE = 0, 1, 2
LARGEST = 2**53 - 1
"""Largest integer a JavaScript peer can read back."""

EMPTY_UPDATE = b"\x00\x00"
EMPTY_VECTOR = b"\x00"


def varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    out = bytearray()
    while number > 0x7F:
        out.append(0x80 | (number & 0x7F))
        number >>= 7
    out.append(number)
    return bytes(out)


def var_bytes(data: bytes) -> bytes:
    return varint(len(data)) + data


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at` and where it ends. Only the shortest form of a number is accepted."""
    try:
        byte = data[at]
        if byte < 0x80:
            return byte, at + 1
        number, shift = byte & 0x7F, 7
        while True:
            at += 1
            byte = data[at]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 49:
                raise BadFrame("a number is too long")
    except IndexError:
        raise BadFrame("the bytes end inside a number") from None
    if byte == 0 or number > LARGEST:
        raise BadFrame("a number is not in its shortest form, or too large")
    return number, at + 1


def read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = read_varint(data, at)
    end = at + size
    if end > len(data):
        raise BadFrame("a length is larger than what follows")
    return data[at:end], end


def read_string(data: bytes, at: int) -> tuple[str, int]:
    raw, at = read_bytes(data, at)
    try:
        return raw.decode(), at
    except UnicodeDecodeError:
        raise BadFrame("a string is not valid UTF-8") from None


def step1(vector: bytes) -> bytes:
    return b"\x00\x00" + var_bytes(vector)


def step2(update: bytes) -> bytes:
    return b"\x00\x01" + var_bytes(update)


def update_message(update: bytes) -> bytes:
    return b"\x00\x02" + var_bytes(update)


def awareness_message(body: bytes) -> bytes:
    return b"\x01" + var_bytes(body)


def event_message(json: bytes) -> bytes:
    return b"\x40" + var_bytes(json)


def read_vector(data: bytes) -> dict[int, int]:
    """A state vector as client → next clock. The count is checked against the bytes before any allocation.

    Eight bytes can claim 2^28 entries; a CRDT library that trusts them allocates half a gigabyte.
    """
    count, at = read_varint(data, 0)
    if count * 2 > len(data) - at:
        raise BadFrame("a state vector claims more entries than it has bytes")
    out: dict[int, int] = {}
    for _ in range(count):
        client, at = read_varint(data, at)
        clock, at = read_varint(data, at)
        if client in out or clock >= 2**31:
            raise BadFrame("a state vector is not plausible")
        out[client] = clock
    if at != len(data):
        raise BadFrame("bytes follow a state vector")
    return out


def write_vector(clocks: dict[int, int]) -> bytes:
    return varint(len(clocks)) + b"".join(varint(client) + varint(clock) for client, clock in clocks.items())
