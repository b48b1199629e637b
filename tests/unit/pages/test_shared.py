"""The pages that are read by many at once: made in turns, and never of an older state."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest
from tests.kit.packs import a_workshop

from tablee.errors import NotFound, TooMany
from tablee.model.conduct import Shared
from tablee.model.workshop import Workshop
from tablee.pages import shared as module


class Pages:
    """Workshops that change whenever one looks, and packs that say of which moment they are."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.there: dict[str, Workshop] = {}
        self.moment, self.made = 0, list[str]()
        self.gate = asyncio.Event()
        monkeypatch.setattr(module, "_key", self._key)
        monkeypatch.setattr(module, "_made", self._made)
        monkeypatch.setattr(module, "_packs", {})

    def share(self, workshop_id: str) -> Workshop:
        shared = Shared(f"{workshop_id}.token", "names", False, "p", 1)
        self.there[workshop_id] = replace(a_workshop(), id=workshop_id, shared=shared)
        return self.there[workshop_id]

    async def by_id(self, workshop_id: str) -> Workshop | None:
        return self.there.get(workshop_id)

    async def _key(self, workshops: Any, workshop: Workshop, *of: Any) -> tuple[str, int]:
        self.moment += 1
        assert workshop.shared is not None
        return workshop.shared.token, self.moment

    async def _made(self, request: Any, workshops: Any, workshop: Workshop, *of: Any) -> Any:
        self.made.append(workshop.id)
        read = self.moment
        await self.gate.wait()
        return read

    def read(self, workshop_id: str) -> asyncio.Task[Any]:
        workshop: Any = self.there[workshop_id]
        nothing: Any = None
        return asyncio.create_task(
            module._pack(nothing, cast("Any", self), workshop, cast("Any", workshop.shared), "fr")
        )


@pytest.fixture
async def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    return Pages(monkeypatch)


async def turn() -> None:
    for _ in range(9):
        await asyncio.sleep(0)


async def test_readers_of_a_workshop_that_changes_hold_up_no_other(pages: Pages) -> None:
    pages.share("large")
    pages.share("small")
    first = pages.read("large")
    await turn()
    readers = [pages.read("large") for _ in range(12)]
    await turn()
    other = pages.read("small")
    await turn()
    came = pages.moment
    pages.gate.set()
    moments = await asyncio.gather(first, *readers, other)
    assert sorted(pages.made) == ["large", "large", "small"], "those who waited have one together"
    assert moments[0] < came < min(moments[1:]), "nobody reads what was before they asked"


async def test_pages_of_too_many_workshops_are_asked_for_again(pages: Pages) -> None:
    names = [f"w{n}" for n in range(module.WAITING + 2)]
    for name in names:
        pages.share(name)
    tasks = [pages.read(name) for name in names[:1]]
    await turn()
    tasks += [pages.read(name) for name in names[1:]]
    with pytest.raises(TooMany):
        await tasks.pop()
    pages.gate.set()
    await asyncio.gather(*tasks)


async def test_what_was_erased_while_it_was_made_is_read_by_nobody(pages: Pages) -> None:
    workshop = pages.share("w")
    reading = pages.read("w")
    await turn()
    pages.there["w"] = replace(workshop, people=workshop.people[1:])
    pages.gate.set()
    assert await reading and pages.made == ["w", "w"], "it is made again without the person"
    pages.gate.clear()
    reading = pages.read("w")
    await turn()
    del pages.there["w"]
    pages.gate.set()
    with pytest.raises(NotFound):
        await reading


async def test_who_leaves_does_not_end_it_for_others(pages: Pages) -> None:
    pages.share("w")
    leaving, staying = pages.read("w"), pages.read("w")
    await turn()
    leaving.cancel()
    pages.gate.set()
    assert await staying
