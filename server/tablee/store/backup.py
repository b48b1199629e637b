"""Everything in the store to a file and back, while people work. The file is `backup_file.py`.

The keys of a workshop, of all its rooms too, are read at one moment and written at one moment: whoever comes
from another moment finds a workshop that is whole. Values are taken as what they are, not as the store packs
them, so that another version of Redis or Valkey takes them back.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.exceptions import ResponseError

from tablee import __version__
from tablee.errors import BadBackup
from tablee.store import keys
from tablee.store.address import parse_address
from tablee.store.backup_file import Backup, Header, Kept, Part, writing
from tablee.store.client import Client
from tablee.store.line import Command
from tablee.store.records import WHOLE

PATIENCE_S = 60.0
"""A workshop of twenty thousand entries and sixty photos is one answer."""
SCAN = 1_000
TOGETHER = 500
"""Keys that belong to no workshop are read and written so many at once."""
TRIES = 10

ROOM: Mapping[Callable[[str], str], str] = {
    keys.meta: "hash",
    keys.log: "stream",
    keys.snapshot: "string",
    keys.previous_snapshot: "string",
    keys.private: "hash",
    keys.tallies: "hash",
    keys.revealed: "set",
    keys.clients: "hash",
    keys.hidden_notes: "hash",
    keys.photos: "hash",
    keys.versions: "hash",
    keys.version_states: "hash",
}
WORKSHOP: Mapping[Callable[[str], str], str] = {
    keys.record: "hash",
    keys.control: "stream",
    keys.reentry: "hash",
    keys.workshop_sessions: "zset",
    keys.workshop_invitations: "set",
    keys.rounds: "set",
    keys.pinned_kit: "hash",
}
"""What there may be of each room and each workshop: looked for by name, so that what somebody makes
between two looks is not missed."""
MOMENTARY = (
    *(keys.holders(""), keys.turn(""), keys.revealing("")),
    *(keys.retold_log("", ""), keys.retold_states("", "")),
)
"""Gone by themselves; a process that comes back makes its own."""
PASSING = (keys.rate(""), keys.ticket(""), keys.marker(), keys.past(), keys.restoring())

OF_WORKSHOP = ("revision", "erased")
OF_ROOM = ("lineage", "erased")
"""Fields of a record and of a room's meta, of which each has one."""

READ: Mapping[str, Callable[[str], Command]] = {
    "string": lambda name: ("GET", name),
    "hash": lambda name: ("HGETALL", name),
    "set": lambda name: ("SMEMBERS", name),
    "zset": lambda name: ("ZRANGE", name, 0, -1, "WITHSCORES"),
    "stream": lambda name: ("XRANGE", name, "-", "+"),
}

Progress = Callable[[int, int], None]


class Changed(Exception):
    """A key became something else between two looks at it."""


@asynccontextmanager
async def patient_client(url: str) -> AsyncIterator[Client]:
    client = Client(parse_address(url), PATIENCE_S)
    try:
        yield client
    finally:
        await client.close()


# -- to a file -------------------------------------------------------------------------------------------


async def back_up(client: Client, path: Path, progress: Progress = lambda done, of: None) -> int:
    """Write everything to the file. What was reported saved before this began is in it. How many workshops
    there are."""
    names = await _names(client)
    info = await client.call("INFO", "server")
    header = Header(time.time_ns() // 1_000_000, __version__, str(info.get("redis_version", "")))
    alive: dict[str, set[str]] = {}
    with writing(path) as file:
        file.header(header)
        of = len(names) + 1
        for done, (workshop, found) in enumerate(sorted(names.items())):
            if not workshop:
                continue
            part = Part(workshop, await _read_workshop(client, workshop, found))
            file.part(part)
            if _is_alive(part):
                alive[workshop] = _sessions(part)
            progress(done, of)
        shared = sorted(names.get("", set()))
        for start in range(0, len(shared), TOGETHER):
            some = await _read_names(client, shared[start : start + TOGETHER])
            kept = [one for one in (_shared(one, alive) for one in some) if one is not None]
            file.part(Part("", kept))
        file.end(await _erased_of(client, list(alive)))
        progress(of, of)
    return len(alive)


async def _names(client: Client) -> dict[str, set[str]]:
    """Every key of ours by the workshop it belongs to; under "" those that belong to none."""
    out: dict[str, set[str]] = {}
    for pattern in ("{*", "tablee:*"):
        cursor: Any = 0
        while True:
            cursor, found = await client.call("SCAN", cursor, "MATCH", pattern, "COUNT", SCAN)
            for key in found:
                try:
                    name = key.decode()
                except UnicodeDecodeError:
                    continue  # none of ours
                if name.startswith(PASSING):
                    continue
                tagged = name.startswith("{") and "}:" in name
                if tagged and not _is_momentary(name):
                    out.setdefault(_workshop_of_tag(name), set()).add(name)
                elif not tagged and pattern != "{*":
                    out.setdefault("", set()).add(name)
            if int(cursor) == 0:
                break
    ours = await _ours(client, out)
    return {workshop: names for workshop, names in out.items() if not workshop or workshop in ours}


async def _ours(client: Client, names: Mapping[str, set[str]]) -> set[str]:
    """Workshops that there are or were. In a shared database others have tags, too."""
    signs = {
        name: OF_WORKSHOP if name == keys.record(workshop) else OF_ROOM
        for workshop, found in names.items()
        if workshop
        for name in found
        if name == keys.record(workshop) or name == keys.meta(keys.tagged(name.encode()))
    }
    wanted = sorted(signs)
    out: set[str] = set()
    for start in range(0, len(wanted), TOGETHER):
        types = await _types(client, wanted[start : start + TOGETHER])
        some = [name for name, kind in types.items() if kind == "hash"]
        found = await client.calls([("HMGET", name, *signs[name]) for name in some]) if some else []
        out |= {_workshop_of_tag(name) for name, held in zip(some, found, strict=True) if any(held)}
    return out


def _workshop_of_tag(name: str) -> str:
    return keys.tagged(name.encode()).partition("-")[0]


def _is_momentary(name: str) -> bool:
    return name[name.index("}") :].startswith(tuple(one[one.index("}") :] for one in MOMENTARY))


async def _read_workshop(client: Client, workshop: str, found: Iterable[str]) -> list[Kept]:
    tags = {keys.tagged(name.encode()) for name in found}
    types = {named(workshop): kind for named, kind in WORKSHOP.items()}
    for room in tags - {workshop}:
        types |= {named(room): kind for named, kind in ROOM.items()}
    for _ in range(TRIES):
        rounds = [name.decode() for name in await client.call("SMEMBERS", keys.rounds(workshop))]
        expected = {**types, **{keys.ballots(workshop, name): "hash" for name in rounds if name}}
        others = await _types(client, [name for name in found if name not in expected])
        try:
            return await _read_at_once(client, {**expected, **others})
        except Changed:
            continue
    raise BadBackup(f"Workshop {workshop} changes too fast to be read: try again.")


async def _types(client: Client, names: Sequence[str]) -> dict[str, str]:
    """What keys are that this version does not know by their name."""
    found = await client.calls([("TYPE", name) for name in names]) if names else []
    return {name: kind.decode() for name, kind in zip(names, found, strict=True) if kind.decode() in READ}


async def _read_names(client: Client, names: Sequence[str]) -> list[Kept]:
    for _ in range(TRIES):
        with suppress(Changed):
            return await _read_at_once(client, await _types(client, names))
    raise BadBackup("The store changes too fast to be read: try again.")


async def _read_at_once(client: Client, types: Mapping[str, str]) -> list[Kept]:
    if not types:
        return []
    commands = [one for name, kind in types.items() for one in (("PEXPIRETIME", name), READ[kind](name))]
    try:
        replies = await client.at_once(commands)
    except ResponseError as error:
        if "WRONGTYPE" in str(error):
            raise Changed from None
        raise
    kept = []
    for (name, kind), until, value in zip(types.items(), replies[::2], replies[1::2], strict=True):
        if value is not None and (kind == "string" or len(value)):
            kept.append(Kept(name, kind, max(0, int(until)), _plain(kind, value)))
    return kept


def _plain(kind: str, value: Any) -> Any:
    """In one order, whatever the store's."""
    if kind == "hash":
        return [[field, one] for field, one in sorted(value.items())]
    if kind == "set":
        return sorted(value)
    if kind == "zset":
        return [[member, score] for member, score in zip(value[::2], value[1::2], strict=True)]
    if kind == "stream":
        return [[one, [word for pair in fields.items() for word in pair]] for one, fields in value]
    return value


def _is_alive(part: Part) -> bool:
    return any(
        one.name == keys.record(part.workshop) and b"revision" in dict(map(tuple, one.value))
        for one in part.keys
    )


def _sessions(part: Part) -> set[str]:
    """Names of the sessions that will be erased with the workshop."""
    sessions = keys.workshop_sessions(part.workshop)
    index: list[Any] = next((one.value for one in part.keys if one.name == sessions), [])
    return {keys.session(member.decode()) for member, _ in index}


def _shared(one: Kept, alive: Mapping[str, set[str]]) -> Kept | None:
    """A key that belongs to no room and no workshop, without what leads to workshops that are not there."""
    if one.name == keys.workshops():
        value = [[name, score] for name, score in one.value if name.decode() in alive]
    elif one.name == keys.erasing():
        value = [pair for pair in one.value if pair[0].decode().partition(" ")[0] in alive]
    else:
        workshop = led_to(one)
        if workshop is not None and workshop not in alive:
            return None
        if one.name.startswith(keys.session("")) and workshop and one.name not in alive[workshop]:
            return None
        return one
    return Kept(one.name, one.type, one.expires_at, value) if value else None


def led_to(one: Kept) -> str | None:
    """The workshop that a key leads to; None for what stands for itself."""
    if one.type != "string":
        return None
    if one.name.startswith(keys.session("")):
        return str(json.loads(one.value)["workshop"])
    if one.name.startswith(LEADING):
        return str(one.value.decode().partition(" ")[0])
    return None


LEADING = (keys.code(""), keys.invitation(""))


async def _erased_of(client: Client, workshops: Sequence[str]) -> list[str]:
    marks = await client.calls([("HEXISTS", keys.record(one), "erased") for one in workshops])
    return [one for one, erased in zip(workshops, marks, strict=True) if erased]


# -- and back --------------------------------------------------------------------------------------------


class Restored:
    """`skipped`: workshops of the file that were erased here since, or while it was written."""

    def __init__(self) -> None:
        self.workshops = self.keys = 0
        self.skipped: list[str] = []


async def restore(
    client: Client,
    backup: Backup,
    *,
    replace: bool = False,
    bring_back: bool = False,
    progress: Progress = lambda done, of: None,
) -> Restored:
    """Make what is in the file what is in the store.

    Raises `BadBackup`, having changed nothing, when there are workshops or kits in the store, unless it may
    `replace` them, and when a file that holds none would replace them. What was erased here since stays
    erased, unless it may `bring_back`. One that is interrupted is noted until another comes to its end.
    """
    there = await _names(client)
    records = {name: await client.call("HKEYS", keys.record(name)) for name in there if name}
    living = sorted(name for name, fields in records.items() if b"revision" in fields)
    kits = await client.call("ZCARD", keys.kits()) if keys.kits() in there.get("", set()) else 0
    in_file = _looked_through(backup)
    if not replace:
        _refuse_full(len(living), kits, await was_cut(client))
    if (living or kits) and in_file.is_empty:
        raise BadBackup(
            f"{backup.path} holds no workshop and no kit: nothing would be left of what this store has "
            f"({len(living)} workshops, {kits} kits)."
        )
    await client.call("SET", keys.restoring(), backup.header.at)
    erased = {name for name, fields in records.items() if b"erased" in fields}
    skipped = set(backup.end.erased) | (set() if bring_back else erased)
    done = Restored()
    for part in backup.parts():
        if part.workshop:
            if part.workshop in skipped and _is_alive(part):
                done.skipped.append(part.workshop)
                continue
            ends = in_file.ends.get(part.workshop)
            listed = () if ends is None else (("ZADD", keys.workshops(), ends, part.workshop),)
            await _put_workshop(client, part, there.get(part.workshop, set()), listed)
            done.workshops += _is_alive(part)
        else:
            kept = [one for one in part.keys if led_to(one) not in skipped]
            await _put(client, [_less(one, skipped) for one in kept])
        done.keys += len(part.keys)
        progress(done.workshops, in_file.living)
    gone = [name for name in there.get("", set()) - in_file.shared if not name.startswith(keys.erasing())]
    for workshop in set(living) - in_file.workshops:
        gone += there[workshop]
    for start in range(0, len(gone), TOGETHER):
        await client.at_once([("DEL", name) for name in gone[start : start + TOGETHER]])
    if bring_back and in_file.workshops:  # also what was being erased stays
        unfinished = (f"{workshop} {WHOLE}" for workshop in sorted(in_file.workshops))
        await client.call("HDEL", keys.erasing(), *unfinished)
    await client.call("DEL", keys.restoring())
    progress(in_file.living, in_file.living)
    return done


def _refuse_full(workshops: int, kits: int, cut: bool) -> None:
    there = f"workshops ({workshops})" if workshops else f"kits of templates ({kits})"
    if (workshops or kits) and cut:
        raise BadBackup(
            f"A restore into this store was interrupted or is under way, it has {there} by now: to do it "
            "again, say --replace."
        )
    if workshops or kits:
        raise BadBackup(
            f"This store already has {there}: restore into an empty one, or replace them with --replace."
        )


async def was_cut(client: Client) -> bool:
    """Whether a restore has not come to its end."""
    return bool(await client.call("EXISTS", keys.restoring()))


@dataclass(frozen=True, slots=True)
class InFile:
    """What a file holds: workshops and how many of them are more than a mark, names of the keys that belong
    to none, and when workshops end."""

    workshops: set[str]
    living: int
    shared: set[str]
    ends: dict[str, float]

    @property
    def is_empty(self) -> bool:
        return not self.living and keys.kits() not in self.shared


def _looked_through(backup: Backup) -> InFile:
    workshops: set[str] = set()
    shared: set[str] = set()
    ends: dict[str, float] = {}
    living = 0
    for part in backup.parts():
        if part.workshop:
            workshops.add(part.workshop)
            living += _is_alive(part)
            continue
        for one in part.keys:
            shared.add(one.name)
            if one.name == keys.workshops():
                ends |= {name.decode(): score for name, score in one.value}
    return InFile(workshops, living, shared, ends)


def _less(one: Kept, skipped: set[str]) -> Kept:
    if one.name == keys.workshops():
        value = [[name, score] for name, score in one.value if name.decode() not in skipped]
        return Kept(one.name, one.type, one.expires_at, value)
    if one.name == keys.erasing():
        value = [pair for pair in one.value if pair[0].decode().partition(" ")[0] not in skipped]
        return Kept(one.name, one.type, one.expires_at, value)
    return one


async def _put_workshop(client: Client, part: Part, there: set[str], listed: Sequence[Command]) -> None:
    """All of it at one moment: nobody finds a room without its log, nor a workshop that is not `listed` among
    those that end.

    Processes that know a later state of the workshop than the file learn that it is another one now: the
    revision goes on from theirs, and so do the rights by which entries are judged.
    """
    kept = {one.name: one for one in part.keys}
    record = kept.get(keys.record(part.workshop))
    known = await client.call("HGET", keys.record(part.workshop), "revision")
    more: list[Command] = []
    if known is not None and record is not None and _is_alive(part):
        revision = max(int(known), int(dict(map(tuple, record.value))[b"revision"])) + 1
        more.append(("HSET", record.name, "revision", revision))
        more.append(("XADD", keys.control(part.workshop), f"{revision}-0", "m", "restored"))
    for name in kept:
        if name == keys.meta(keys.tagged(name.encode())) and name in there:
            epoch = await client.call("HGET", name, "epoch")
            stored = int(dict(map(tuple, kept[name].value)).get(b"epoch", 0))
            more.append(("HSET", name, "epoch", max(int(epoch or 0), stored) + 1))
    gone: list[Command] = [("DEL", name) for name in sorted(there | kept.keys())]
    await client.at_once([*gone, *(command for one in part.keys for command in _writes(one)), *more, *listed])


async def _put(client: Client, those: Sequence[Kept]) -> None:
    commands = [command for one in those for command in (("DEL", one.name), *_writes(one))]
    if commands:
        await client.at_once(commands)


def _writes(one: Kept) -> list[Command]:
    """The commands that make a key."""
    out: list[Command] = []
    if one.type == "string":
        out.append(("SET", one.name, one.value))
    elif one.type == "stream":
        out += [("XADD", one.name, entry, *words) for entry, words in one.value]
    else:
        put, pairs = {"hash": "HSET", "set": "SADD", "zset": "ZADD"}[one.type], one.value
        for start in range(0, len(pairs), TOGETHER):
            some = pairs[start : start + TOGETHER]
            if one.type == "hash":
                words = [word for pair in some for word in pair]
            elif one.type == "zset":
                words = [word for member, score in some for word in (score, member)]
            else:
                words = some
            out.append((put, one.name, *words))
    if one.expires_at:
        out.append(("PEXPIREAT", one.name, one.expires_at))
    return out
