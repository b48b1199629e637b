"""Files are made once for all who ask, kept for a while, and gone with the workshop."""

from __future__ import annotations

import asyncio
import io
import pickle
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, cast

import pytest
from structlog.testing import capture_logs
from tests.kit.packs import a_workshop, catalogue, filled

from tablee.errors import NotFound, TooMany, Unavailable
from tablee.exports.items import Made, Want
from tablee.live import exporting as module
from tablee.live.answering import _serve
from tablee.live.aside import LENGTH, Aside, Gone, TooLong
from tablee.live.export_messages import Failed, Held, Ready, Telling
from tablee.live.exporting import AT_ONCE, Exporting, Snapshot
from tablee.live.packing import Sources
from tablee.model.workshop import Workshop

TELLING = Telling("names", "fr", "https://tablee.example")


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not seen():  # noqa: ASYNC110 (a state to wait for)
            await asyncio.sleep(0)


class Beside(Aside):
    """Answers at once, or when it is let; counts what it is asked."""

    def __init__(self) -> None:
        super().__init__("nothing")
        self.asked: list[Any] = []
        self.began, self.gate = asyncio.Event(), asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None
        self.answer: Any = None
        self.dropped = 0

    async def start(self) -> int:
        return self.generation

    async def ask(self, question: bytes, limit_s: float) -> bytes:
        told = pickle.loads(question)
        self.asked.append(told)
        self.began.set()
        await self.gate.wait()
        if self.error is not None and isinstance(told, Want):
            raise self.error
        if isinstance(told, Held):
            return pickle.dumps(Ready(1))
        return pickle.dumps(self.answer or (Made("a", told.format, b"x" * 10),))

    def drop(self) -> None:
        self.dropped += 1

    @property
    def wants(self) -> list[Want]:
        return [one for one in self.asked if isinstance(one, Want)]


class Records:
    """The workshops there are, as `Workshops` reads them."""

    def __init__(self) -> None:
        self.there: dict[str, Workshop] = {}
        self.hidden: dict[str, frozenset[str]] = {}
        self.store = self

    async def ask(self, asked: Awaitable[Any]) -> Any:
        return await asked

    async def hidden_note_ids(self, rooms: Sequence[str]) -> dict[str, frozenset[str]]:
        return {room: self.hidden.get(room, frozenset()) for room in rooms}

    async def by_id(self, workshop_id: str) -> Workshop | None:
        return self.there.get(workshop_id)


def snapshot(service: Exporting, digest: str = "d1", workshop_id: str = "wpack") -> Snapshot:
    workshop, rooms = filled(replace(a_workshop(), id=workshop_id), 5, 1)
    records(service).there.setdefault(workshop_id, workshop)
    life = service.life_of(workshop)
    return Snapshot(Held(Sources(workshop, rooms, 1), catalogue(), TELLING), digest, workshop.title, life)


def records(service: Exporting) -> Records:
    found: Any = service.workshops
    assert isinstance(found, Records)
    return found


def slow_of(service: Exporting) -> Beside:
    found = service._slow.aside
    assert isinstance(found, Beside)
    return found


@pytest.fixture
async def beside() -> Beside:
    return Beside()


@pytest.fixture
async def service(beside: Beside) -> AsyncIterator[Exporting]:
    one = Exporting(cast("Any", Records()), beside, Beside())
    yield one
    await one.end()


async def test_the_same_file_is_made_once_for_all_who_ask(service: Exporting, beside: Beside) -> None:
    beside.gate.clear()
    asking = [asyncio.create_task(service.files(snapshot(service), Want("csv"))) for _ in range(20)]
    await beside.began.wait()
    beside.gate.set()
    answers = await asyncio.gather(*asking)
    assert len(beside.wants) == 1 and len({id(one) for one in answers}) == 1
    await service.files(snapshot(service), Want("csv"))
    assert len(beside.wants) == 1, "it is kept"
    await service.files(snapshot(service, "d2"), Want("csv"))
    await service.files(snapshot(service), Want("md"))
    assert len(beside.wants) == 3, "another state and another format are others"
    assert [type(one).__name__ for one in beside.asked].count("Held") == 3


async def test_whoever_leaves_does_not_end_the_work_for_others(service: Exporting, beside: Beside) -> None:
    beside.gate.clear()
    leaving = asyncio.create_task(service.files(snapshot(service), Want("csv")))
    staying = asyncio.create_task(service.files(snapshot(service), Want("csv")))
    await beside.began.wait()
    leaving.cancel()
    await asyncio.sleep(0)
    beside.gate.set()
    assert (await staying)[0].data == b"x" * 10


async def test_files_of_an_erased_workshop_are_gone_and_so_is_the_process(
    service: Exporting, beside: Beside
) -> None:
    await service.files(snapshot(service), Want("csv"))
    await service.files(snapshot(service, "e1", "wother"), Want("csv"))
    assert service.kept == {"wpack", "wother"}
    service.forget("wother")
    assert service.kept == {"wpack"} and beside.dropped == 1, "it held that workshop"
    service.forget("wpack")
    assert not service.kept and beside.dropped == 1, "it held nothing any more"


async def test_a_file_that_is_being_made_of_an_erased_workshop_is_given_to_nobody(
    service: Exporting, beside: Beside
) -> None:
    beside.gate.clear()
    waiting = asyncio.create_task(service.files(snapshot(service), Want("csv")))
    await beside.began.wait()
    service.forget("wpack")
    with pytest.raises(Unavailable, match="préparé"):
        await waiting
    assert not service.kept


async def test_files_with_somebody_who_was_erased_are_not_kept(service: Exporting) -> None:
    await service.files(snapshot(service), Want("csv"))
    workshop = snapshot(service).workshop
    await service.changed(workshop)
    await service.changed(replace(workshop, title="Autre titre"))
    assert service.kept == {"wpack"}
    await service.changed(replace(workshop, people=workshop.people[1:]))
    assert not service.kept


async def test_what_was_read_before_an_erasure_is_given_to_nobody_after_it(
    service: Exporting, beside: Beside
) -> None:
    before = snapshot(service)
    stream = service.items(before)
    assert (await anext(stream))[0] == "canvases"
    service.forget("wpack")
    with pytest.raises(Unavailable, match="préparé"):
        await anext(stream)
    assert not service.kept and len(beside.wants) == 1, "nothing more is made of it"
    assert await service.files(snapshot(service), Want("csv")), "what is read now is given"


async def test_a_note_that_was_hidden_meanwhile_is_given_to_nobody(service: Exporting) -> None:
    before = snapshot(service)
    assert await service.files(before, Want("csv"))
    path, roots = next(iter(before.held.sources.rooms.items()))
    room = f"wpack-{path.replace('/', '-')}"
    records(service).hidden = {room: frozenset(["another"])}
    await service.check(before)
    records(service).hidden = {room: frozenset([next(iter(roots["notes"]))])}
    with pytest.raises(Unavailable, match="préparé"):
        await service.check(before)
    with pytest.raises(Unavailable, match="préparé"):
        await service.files(before, Want("csv"))


async def test_a_pdf_without_its_standards_is_given_and_the_log_says_so(
    service: Exporting, beside: Beside
) -> None:
    with capture_logs() as said:
        await service.files(snapshot(service), Want("pdf"))
        beside.answer = (Made("a", "pdf", b"%PDF", plain=True),)
        assert await service.files(snapshot(service, "d2"), Want("pdf"))
    assert [one["event"] for one in said] == ["export.plain"]


@pytest.mark.parametrize("gone", ["workshop", "person"])
async def test_an_erasure_by_another_process_is_seen_before_each_file(
    service: Exporting, beside: Beside, gone: str
) -> None:
    before = snapshot(service)
    await service.files(before, Want("csv"))
    there = records(service).there
    if gone == "workshop":
        del there["wpack"]
    else:
        there["wpack"] = replace(before.workshop, people=before.workshop.people[1:])
    stream = service.items(before)
    with pytest.raises(NotFound if gone == "workshop" else Unavailable):
        await anext(stream)
    with pytest.raises((NotFound, Unavailable)):
        await service.files(before, Want("csv"))
    assert not service.kept and beside.dropped == 1 and len(beside.wants) == 1


async def test_what_is_kept_has_a_bound_and_an_end(
    service: Exporting, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_BYTES", 25)
    for kind in ("csv", "md", "wiki"):
        await service.files(snapshot(service), Want(kind))
    await service.files(snapshot(service), Want("wiki"))
    assert len(beside.wants) == 3
    await service.files(snapshot(service), Want("csv"))
    assert len(beside.wants) == 4, "the oldest had to leave"
    service.now = lambda: 10.0**9
    await service.files(snapshot(service), Want("wiki"))
    assert len(beside.wants) == 5, "ten minutes are over"


@pytest.mark.parametrize(
    ("error", "key"), [(TooLong(), "export.too_long"), (Gone(), "export.failed"), (None, "export.failed")]
)
async def test_a_file_that_cannot_be_made_says_so_and_is_tried_again(
    service: Exporting, beside: Beside, error: Exception | None, key: str
) -> None:
    slow = slow_of(service)
    for one in (beside, slow):
        one.error, one.answer = error, Failed("ValueError", "somewhere:3")
    with pytest.raises(Unavailable) as told:
        await service.files(snapshot(service), Want("csv"))
    assert told.value.key == key
    for one in (beside, slow):
        one.error = one.answer = None
    if key == "export.too_long":
        with pytest.raises(Unavailable, match="trop de temps"):
            await service.files(snapshot(service), Want("csv"))
        assert len(slow.wants) == 1, "nobody waits for it again at once"
        service.now = lambda: time.monotonic() + module.REFUSED_S
    assert await service.files(snapshot(service), Want("csv"))


async def test_what_takes_long_is_made_where_nobody_else_waits(service: Exporting, beside: Beside) -> None:
    slow = slow_of(service)
    beside.error = TooLong()
    assert await service.files(snapshot(service), Want("pdf"))
    beside.error = None
    assert [len(beside.wants), len(slow.wants)] == [1, 1]
    await service.files(snapshot(service, "d2"), Want("pdf"))
    assert [len(beside.wants), len(slow.wants)] == [1, 2], "it is known of its next state, too"
    await service.files(snapshot(service), Want("csv"))
    assert [len(beside.wants), len(slow.wants)] == [2, 2]
    large = replace(snapshot(service, "l1", "wlarge"), size=module.LARGE_BYTES + 1)
    slow.gate.clear()
    waiting = asyncio.create_task(service.files(large, Want("csv")))
    await until(lambda: isinstance(slow.asked[-1], Held))
    assert await service.files(snapshot(service, "e1", "wother"), Want("csv")), "it is made meanwhile"
    slow.gate.set()
    assert await waiting and len(beside.wants) == 3
    service.now = lambda: time.monotonic() + module.KEPT_S
    await service.files(snapshot(service, "d3"), Want("pdf"))
    assert len(beside.wants) == 4, "after a while it is tried again"


async def test_a_workshop_does_not_wait_for_all_that_another_asks(service: Exporting, beside: Beside) -> None:
    """One asks for four large files, another for one: that one is next."""
    beside.gate.clear()
    kinds = ("pdf", "docx", "odt", "md")
    many = [asyncio.create_task(service.files(snapshot(service), Want(kind))) for kind in kinds]
    await beside.began.wait()
    one = asyncio.create_task(service.files(snapshot(service, "e1", "wother"), Want("csv")))
    await until(lambda: any(waiting.whose == "wother" for waiting in service._quick.turns._waiting))
    beside.gate.set()
    await asyncio.gather(one, *many)
    assert [want.format for want in beside.wants][:2] == ["pdf", "csv"]


async def test_the_last_places_are_for_workshops_that_have_none() -> None:
    service = Exporting(cast("Any", None), None)
    with ExitStack() as held:
        for n in range(module.AT_ONCE_HERE // 2 // AT_ONCE):
            for _ in range(AT_ONCE):
                held.enter_context(service.admitted(f"greedy{n}"))
        held.enter_context(service.admitted("w1"))
        with pytest.raises(TooMany), service.admitted("w1"):
            pass
        for n in range(module.AT_ONCE_HERE // 2 - 1):
            held.enter_context(service.admitted(f"other{n}"))
        with pytest.raises(TooMany), service.admitted("late"):
            pass


async def test_a_process_that_was_started_again_is_told_the_workshop_again(
    service: Exporting, beside: Beside
) -> None:
    await service.files(snapshot(service), Want("csv"))
    beside.generation += 1
    await service.files(snapshot(service), Want("md"))
    assert [type(one).__name__ for one in beside.asked] == ["Held", "Want", "Held", "Want"]


def test_a_workshop_has_some_requests_at_once_and_no_more() -> None:
    service = Exporting(cast("Any", None), None)
    entered = [service.admitted("w1") for _ in range(AT_ONCE)]
    for one in entered:
        one.__enter__()
    with pytest.raises(TooMany), service.admitted("w1"):
        pass
    with service.admitted("w2"):
        pass
    entered[0].__exit__(None, None, None)
    with service.admitted("w1"):
        pass


# -- a real process ----------------------------------------------------------------------------------------


async def test_a_process_beside_answers_dies_and_comes_back() -> None:
    beside = Aside("tests.kit.echo")
    try:
        assert await beside.ask(b"bonjour", 20) == b"bonjour"
        first = beside.pid
        assert await beside.ask(b"z" * 3_000_000, 20) == b"z" * 3_000_000
        assert beside.pid == first
        with pytest.raises(Gone):
            await beside.ask(b"die", 20)
        assert await beside.ask(b"encore", 20) == b"encore"
        assert beside.pid != first and beside.generation == 2
        with pytest.raises(TooLong):
            await beside.ask(b"sleep", 0.05)
        beside.drop()
        assert await beside.ask(b"et encore", 20) == b"et encore"
    finally:
        await beside.end()
    assert beside.pid is None


async def test_a_process_with_nothing_to_do_ends() -> None:
    beside = Aside("tests.kit.echo", idle_s=0)
    try:
        await beside.ask(b"bonjour", 20)
        async with asyncio.timeout(20):
            while beside.pid is not None:  # noqa: ASYNC110 (a state to wait for)
                await asyncio.sleep(0.01)
    finally:
        await beside.end()


def test_a_question_that_is_cut_is_the_end_of_the_process_that_answers() -> None:
    """Whoever asked was ended in the middle of it: nothing is printed on their terminal."""
    asked = pickle.dumps("question")
    whole = len(asked).to_bytes(LENGTH, "big") + asked
    answers = io.BytesIO()
    _serve(io.BytesIO(whole + whole[:-3]), answers, lambda question: question)
    assert answers.getvalue().count(b"question") == 1
