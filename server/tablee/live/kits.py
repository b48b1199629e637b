"""Kits that people adapt: make one, change it, check it, publish it, bring one in from a file.

Without accounts: whoever holds the secret of a kit changes it. What is published is read by everybody.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, cast

import msgspec

from tablee.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from tablee.live.kit_words import attribution_of, changes_words, refuse_faulty, told, unnamed
from tablee.live.workshops import Workshops, now_ms
from tablee.model.identity import digest, new_id
from tablee.model.kits.differences import Change, changes_between
from tablee.model.kits.document import (
    KIT_ID,
    MOST_AUTHORS,
    MOST_BYTES,
    ROOT,
    TEXT_CHARS,
    KitDocument,
    catalogue_of,
    digest_of,
    plain,
)
from tablee.model.kits.faults import KIT_TITLE_CHARS, faults_of
from tablee.model.kits.lineage import edited, remix_of, root_document
from tablee.model.kits.reading import checked_origin, read_kit, shaped
from tablee.model.workshop import NAME_CHARS
from tablee.store.kits import StoredKit
from tablee.words import LANGUAGES, Language, Words

MOST_KITS = 500
"""On one server; a kit takes some 30 kB of the store."""
MOST_OF_ONE = 100
"""Of those, made from one network."""
MADE_PER_HOUR = 100
"""Per address: a whole room may try it in the same hour."""
CHECKED_PER_MINUTE = 60
"""Per address, of what is not stored."""
READ_AT_ONCE = 2
MOST_FAULTS = 200
"""That are told; errors come first."""
MARK_CHARS = 4
"""Of what is kept of a network: enough to count its kits, too little to know it again among the others."""
UNTOUCHED_MS = 3_600_000
"""A copy in which nothing was changed gives its place up after that, when there is no other."""
SAVED_PER_MINUTE = 240
"""Per kit."""
LEAST_CHANGES = 3
DRAWINGS_KEPT = 24
"""Drawings of boards in memory, each of some 300 kB."""


class Record(msgspec.Struct, frozen=True):
    """`base`: what the kit derives from, to tell what was changed; `before`: what had been until then."""

    kit: KitDocument
    base: KitDocument
    before: dict[str, int] = {}
    published: KitDocument | None = None
    published_at: int | None = None


_decode = msgspec.json.Decoder(Record).decode

P = ParamSpec("P")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Held:
    """A kit as it is stored. `mine`: whoever asks holds its secret."""

    id: str
    revision: int
    record: Record
    mine: bool

    @property
    def document(self) -> KitDocument:
        """What the one who asks sees: one's own as it is now, anybody's as it was published."""
        if self.mine or self.record.published is None:
            return self.record.kit
        return self.record.published

    @property
    def changes(self) -> tuple[Change, ...]:
        return changes_between(self.record.base, self.record.kit)


@dataclass(frozen=True, slots=True)
class Shown:
    """A published kit as the gallery shows it."""

    document: KitDocument
    published_at: int | None
    digest: str


class Kits:
    """Every method may raise `Refused`, and `Unavailable` when the store is away."""

    def __init__(self, workshops: Workshops) -> None:
        self._workshops, self._store = workshops, workshops.store
        self.root = root_document(workshops.catalogue)
        self.root_digest = digest_of(self.root)
        self._shown: dict[str, tuple[int, Shown | None]] = {}
        self._drawing = asyncio.Lock()
        self._computing = asyncio.Semaphore(READ_AT_ONCE)
        self._drawings: dict[tuple[str, str, str], bytes] = {}

    # -- read -------------------------------------------------------------------------------------

    async def gallery(self) -> list[Shown]:
        """The shipped kit, then those that are published, the oldest first."""
        found = [Shown(self.root, None, self.root_digest)]
        ids = await self._ask(self._store.kits())
        revisions = await self._ask(self._store.kit_revisions(ids))
        self._shown = {kit: kept for kit, kept in self._shown.items() if kit in set(ids)}
        for kit, revision in zip(ids, revisions, strict=True):
            if revision is None:
                continue
            kept = self._shown.get(kit)
            if kept is None or kept[0] != revision:
                stored = await self._ask(self._store.kit(kit))
                if stored is None:
                    continue
                self._shown[kit] = kept = (stored.revision, _shown(_read(stored)))
            if kept[1] is not None:
                found.append(kept[1])
        return found

    async def find(self, kit_id: str, secret: str | None = None) -> Held:
        """A kit that is published, or of which this is the secret. Raises `NotFound`."""
        if kit_id == ROOT:
            return Held(ROOT, 0, Record(self.root, self.root, {}, self.root), False)
        stored = await self._ask(self._store.kit(kit_id)) if KIT_ID.fullmatch(kit_id) else None
        mine = stored is not None and secret is not None and _opens(secret, stored)
        record = _read(stored) if stored is not None else None
        if stored is None or record is None or not (mine or record.published is not None):
            raise NotFound("kit.unknown", "Ce jeu de gabarits n'existe pas, ou n'est pas publié.")
        if record.published is None:
            await self._ask(self._store.keep_kit(kit_id, self._private_s))
        return Held(kit_id, stored.revision, record, mine)

    async def own(self, kit_id: str, secret: str | None) -> Held:
        """The same for who changes it. Raises `Forbidden` without the secret."""
        held = await self.find(kit_id, secret)
        if not held.mine:
            raise Forbidden(
                "kit.not_yours", "Ce jeu de gabarits se change avec son lien de modification seulement."
            )
        return held

    async def for_workshop(self, kit_id: str, secret: str | None) -> KitDocument | None:
        """The document a new workshop pins; None for the shipped one. Raises `Invalid` about its field."""
        if kit_id == ROOT:
            return None
        try:
            document = (await self.find(kit_id, secret)).document
        except NotFound as missing:
            raise Invalid(missing.key, missing.sentence, field="kit") from None
        await self.compute(refuse_faulty, document, "kit")
        return document

    async def drawn(self, document: KitDocument, board: str, language: Language) -> bytes:
        """A board of a kit as it is printed, as SVG. Raises `Refused`."""
        await self.compute(refuse_faulty, document)
        if document.board(board) is None:
            raise NotFound("board.unknown", "Ce support n'est pas dans ce jeu de gabarits.", field="board")
        key = (digest_of(document), board, language)
        async with self._drawing:  # one at a time: it is computing
            if key not in self._drawings:
                self._drawings[key] = await asyncio.to_thread(self._draw, document, board, language)
                while len(self._drawings) > DRAWINGS_KEPT:
                    del self._drawings[next(iter(self._drawings))]
            return self._drawings[key]

    def _draw(self, document: KitDocument, board: str, language: Language) -> bytes:
        from tablee.exports.pdf import preview  # what draws pages is not there before somebody looks

        catalogue = catalogue_of(document, self._workshops.catalogue, attribution_of(document))
        return preview(
            catalogue.templates[board],
            ending="svg",
            catalogue=catalogue,
            layout="annotated",
            words=Words(language),
        )

    # -- change -----------------------------------------------------------------------------------

    async def duplicate(
        self, parent_id: str, secret: str | None, address: str, titles: Mapping[str, str] | None = None
    ) -> tuple[Held, str]:
        """A kit of one's own, and its secret, which is told this once."""
        await self._slow_down(f"kit:{address}", MADE_PER_HOUR, 3600)
        parent = (await self.find(parent_id, secret)).document
        named: dict[str, str] = {}
        for language in LANGUAGES:
            title = (titles or {}).get(language)
            if not title and language in parent.titles:
                adapted = Words(language).say("{title} (adaptation)")
                title = adapted.replace("{title}", parent.titles[language])
            if title:
                named[language] = plain(title)[:KIT_TITLE_CHARS]
        return await self._create(remix_of(parent, "", now_ms(), named), parent, {}, address)

    async def bring_in(self, raw: bytes, address: str) -> tuple[Held, str]:
        """A kit of a file, with its lineage.

        Who brings a file has no proof of having made it: what was published or names its authors becomes the
        parent of the new kit, so that they stay in its credits whatever is written in it next.
        """
        await self._slow_down(f"kit:{address}", MADE_PER_HOUR, 3600)
        kit = await self.compute(self._from_file, raw)
        if kit.id == ROOT or kit.authors or kit.changes:
            return await self._create(remix_of(kit, "", now_ms(), kit.titles), kit, {}, address)
        return await self._create(kit, kit, kit.counts, address)

    def _from_file(self, raw: bytes) -> KitDocument:
        kit = read_kit(raw)
        checked_origin(kit, self.root)
        refuse_faulty(kit)
        return kit

    async def _create(
        self, kit: KitDocument, base: KitDocument, before: Mapping[str, int], address: str
    ) -> tuple[Held, str]:
        network = digest(address)[:MARK_CHARS] if address else ""
        await self._find_room(network)
        secret = secrets.token_urlsafe(32)
        for _ in range(5):
            named = new_id(secrets.randbelow, "k")
            made = Record(msgspec.structs.replace(kit, id=named), base, dict(before))
            data = await self.compute(_written, made)
            if await self._ask(
                self._store.create_kit(named, data, digest(secret), network, now_ms(), self._private_s)
            ):
                return Held(named, 1, made, True), secret
        raise Conflict("kit.unlucky", "Le jeu de gabarits n'a pas pu être créé. Réessayez.")

    async def _find_room(self, network: str) -> None:
        """Raises `Conflict` when there is none for one more, on the server or of this network."""
        there = await self._ask(self._store.kit_places())
        same = {kit: revision for kit, (revision, of) in there.items() if network and of == network}
        every = {kit: revision for kit, (revision, _) in there.items()}
        if len(same) >= MOST_OF_ONE:
            if not await self._make_room(same):
                raise Conflict(
                    "kit.many_here", "Trop de jeux de gabarits viennent de ce réseau : supprimez-en d'abord."
                )
        elif len(every) >= MOST_KITS and not await self._make_room(every):
            raise Conflict("kit.many", "Ce serveur n'accueille pas plus de jeux de gabarits.")

    async def _make_room(self, among: Mapping[str, int]) -> bool:
        """Drop the oldest copy in which nobody changed anything; whether there was one."""
        for kit_id in [kit for kit, revision in among.items() if revision == 1]:
            stored = await self._ask(self._store.kit(kit_id))
            kit = None if stored is None else _read(stored).kit
            if kit is None or any(kit.counts.values()) or (kit.created or 0) > now_ms() - UNTOUCHED_MS:
                continue
            if await self._ask(self._store.delete_kit(kit_id, 1)):
                return True
        return False

    async def edit(self, kit_id: str, secret: str | None, revision: object, typed: object) -> Held:
        """Store what somebody made of their kit. Raises `Conflict` when it was changed elsewhere."""
        held = await self.own(kit_id, secret)
        await self._slow_down(f"kit-saved:{kit_id}", SAVED_PER_MINUTE, 60)
        if revision != held.revision:
            raise _changed(held)
        kit = await self.compute(self._edited, held, typed)
        return await self._put(held, msgspec.structs.replace(held.record, kit=kit))

    async def check(
        self, kit_id: str, secret: str | None, typed: object, address: str, language: Language
    ) -> dict[str, Any]:
        """What an edit would answer, with nothing stored."""
        await self._slow_down(f"kit-checked:{address}", CHECKED_PER_MINUTE, 60)
        held = await self.find(kit_id, secret)

        def answer() -> dict[str, Any]:
            kit = held.document if typed is None else self._edited(held, typed)
            return checked(held, kit, language)

        return await self.compute(answer)

    async def checked(self, held: Held, language: Language) -> dict[str, Any]:
        return await self.compute(checked, held, held.document, language)

    async def as_json(self, held: Held, language: Language) -> dict[str, Any]:
        """A kit for a page; more for who holds its secret."""
        return await self.compute(_as_json, held, language)

    def _edited(self, held: Held, typed: object) -> KitDocument:
        """The kit with what somebody typed: everything they left out stays. Raises `Invalid`."""
        if not isinstance(typed, Mapping):
            raise Invalid("kit.missing", "Indiquez le jeu de gabarits.", field="kit")
        record = held.record
        value = {**cast("dict[str, Any]", msgspec.to_builtins(record.kit)), **typed}
        if len(msgspec.json.encode(value)) > MOST_BYTES:
            raise Invalid("kit.large", "Ce jeu de gabarits est trop grand : 400 ko au plus.", field="kit")
        return edited(record.kit, shaped(value), record.base, record.published, record.before)

    async def publish(
        self, kit_id: str, secret: str | None, revision: object, changes: object, authors: object
    ) -> Held:
        """Let everybody read and use it as it is now."""
        held = await self.own(kit_id, secret)
        if revision is not None and revision != held.revision:
            raise _changed(held)
        said: dict[str, Any] = {}
        if changes is not None:
            said["changes"] = changes
        if authors is not None:
            said["authors"] = authors
        kit = await self.compute(self._edited, held, said)
        await self.compute(refuse_faulty, kit)
        if not any(kit.counts.values()) and await self._has_parent(kit):
            raise Conflict("kit.unchanged", "Rien n'y a été changé : c'est encore le jeu de départ.")
        for language in kit.lang:
            text = kit.changes.get(language, "")
            if len(text) < LEAST_CHANGES or len(text) > TEXT_CHARS:
                raise Invalid(
                    "kit.changes",
                    "Dites dans chaque langue ce que vous avez changé.",
                    field=f"changes.{language}",
                )
        if len(kit.authors) > MOST_AUTHORS or any(len(name) > NAME_CHARS for name in kit.authors):
            raise Invalid("kit.authors", "Un nom d'auteur a soixante caractères au plus.", field="authors")
        return await self._put(
            held, msgspec.structs.replace(held.record, kit=kit, published=kit, published_at=now_ms())
        )

    async def _has_parent(self, kit: KitDocument) -> bool:
        """Whether what it derives from is here; a kit of another server is published as it came."""
        parent = kit.derived_from.id if kit.derived_from is not None else ROOT
        return parent == ROOT or await self._ask(self._store.kit(parent)) is not None

    async def unpublish(self, kit_id: str, secret: str | None) -> Held:
        """Only who holds the secret sees it then. Workshops keep the copy they have."""
        held = await self.own(kit_id, secret)
        return await self._put(held, msgspec.structs.replace(held.record, published=None, published_at=None))

    async def delete(self, kit_id: str, secret: str | None) -> None:
        await self.own(kit_id, secret)
        await self._ask(self._store.delete_kit(kit_id))

    async def _put(self, held: Held, record: Record) -> Held:
        seconds = self._private_s if record.published is None else 0
        data = await self.compute(_written, record)
        revision = await self._ask(self._store.put_kit(held.id, held.revision, data, seconds))
        if revision is None:
            raise _changed(held)
        return Held(held.id, revision, record, True)

    # -- for who moderates this server ------------------------------------------------------------------

    async def all(self) -> list[Held]:
        found = []
        for kit in await self._ask(self._store.kits()):
            stored = await self._ask(self._store.kit(kit))
            if stored is not None:
                found.append(Held(kit, stored.revision, _read(stored), True))
        return found

    async def drop(self, kit_id: str) -> bool:
        return bool(await self._ask(self._store.delete_kit(kit_id)))

    # -- plumbing -----------------------------------------------------------------------------------------

    @property
    def _private_s(self) -> int:
        """How long a kit stays that is not published and that nobody opens for changes."""
        return self._workshops.settings.retention_days * 86_400

    async def compute(self, task: Callable[P, Result], *given: P.args, **named: P.kwargs) -> Result:
        """A kit may be large, and anybody's: the others are served meanwhile."""
        async with self._computing:
            return await asyncio.to_thread(task, *given, **named)

    async def _slow_down(self, key: str, limit: int, window_s: int) -> None:
        if not await self._ask(self._store.count_rate(key, limit, window_s)):
            raise TooMany("too_many", "Trop de demandes depuis cette adresse. Réessayez dans une minute.")

    async def _ask(self, call: Any) -> Any:
        return await self._workshops.ask(call)


def _as_json(held: Held, language: Language) -> dict[str, Any]:
    record, document = held.record, held.document
    shown = {
        "id": held.id,
        "mine": held.mine,
        "published": record.published is not None,
        "published_version": None if record.published is None else record.published.version,
        "digest": digest_of(document),
        "kit": document,
    }
    if held.mine:
        shown |= {"revision": held.revision, **checked(held, document, language)}
    return shown


def checked(held: Held, kit: KitDocument, language: Language) -> dict[str, Any]:
    """What is wrong with a kit, what was changed in it, and the version that it will have."""
    words = Words(language)
    base = held.record.base
    changes = changes_between(base, kit)
    faults = sorted((*faults_of(kit), *unnamed(kit)), key=lambda fault: fault.level != "error")
    return {
        "faults": [told(fault, kit, words) for fault in faults[:MOST_FAULTS]],
        "counts": kit.counts,
        "version": kit.version,
        "suggested": {one: changes_words(changes, base, kit, one) for one in LANGUAGES},
    }


def _changed(held: Held) -> Conflict:
    return Conflict(
        "kit.changed",
        "Ce jeu de gabarits a été changé ailleurs entre-temps. Rechargez la page.",
        more={"revision": held.revision},
    )


def _opens(secret: str, stored: StoredKit) -> bool:
    return len(secret) <= 128 and hmac.compare_digest(digest(secret), stored.secret)


def _read(stored: StoredKit) -> Record:
    return _decode(zlib.decompress(stored.data))


def _written(record: Record) -> bytes:
    return zlib.compress(msgspec.json.encode(record), 6)


def _shown(record: Record) -> Shown | None:
    kit = record.published
    return None if kit is None else Shown(kit, record.published_at, digest_of(kit))
