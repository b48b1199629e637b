"""Workshops as everybody asks for them: create, join, find, erase. `model/workshop.py` decides."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from weakref import WeakValueDictionary

import structlog

from tablee.errors import Conflict, Forbidden, Invalid, NotFound, StoreAway, TooMany, Unavailable
from tablee.live.catalogues import packed
from tablee.live.hub import Hub
from tablee.live.records import Session, read_session, write_session, write_workshop
from tablee.model.canvases import Catalogue
from tablee.model.commands import base
from tablee.model.commands.base import with_person
from tablee.model.commands.setup import (
    checked_commons,
    checked_commons_kind,
    checked_language,
    checked_licence,
    checked_modules,
    checked_slot,
    checked_start,
    offered,
    passphrase_of,
)
from tablee.model.identity import digest, is_phrase, new_code, new_id, read_code, salted
from tablee.model.kits.document import KitDocument, digest_of
from tablee.model.notes import Places
from tablee.model.plan import checked_steps, within
from tablee.model.state import as_seen_by
from tablee.model.workshop import (
    INVITED_ROLES,
    MODULES,
    PROFILES,
    Person,
    PinnedKit,
    Profile,
    Role,
    Workshop,
    add_person,
    checked_name,
    checked_title,
    end_session,
    first_room,
    may_return,
    named_groups,
    stakeholder_ids,
    with_sheets,
)
from tablee.settings import Settings
from tablee.store.redis import Store

log = structlog.get_logger()

DAY_MS = 86_400_000
WRONG_PER_MINUTE = 60
"""Codes that open nothing, per address. Right ones are not counted: a ministry is one address, and sixty
people come through its door in the same minute."""
PHRASES_PER_MINUTE = 600
"""Wrong passphrases of one workshop, wherever they come from."""
PHRASES_AT_ONCE = 2
"""Each takes a while of computing, and 16 MB."""
UNFINISHED_MS = 10 * 60_000
"""A workshop that is brought back is erased after this, unless it was finished."""
CUT_MS = 30_000
"""An erasure that is still noted after this was cut: it is finished."""
TRIES = 20


@dataclass(frozen=True, slots=True)
class NewWorkshop:
    """What is left out is as in the workshop that is cloned, else as in `DEFAULTS`."""

    title: str
    commons: str | None = None
    language: str | None = None
    agenda: str | None = None
    groups: int | Sequence[str] | None = None
    people_may_choose_group: bool | None = None
    content_licence: str | None = None
    organiser: str = ""
    """Name of who creates it; « Organisation » when left out."""
    draft: bool = False
    """Participants wait until it is opened."""
    starts_at: int | None = None
    slot_minutes: int | None = None
    waiting_room: bool | None = None
    passphrase: str = ""
    modules: Sequence[str] | None = None
    steps: Sequence[Mapping[str, Any]] | None = None
    """The agenda's steps, when they are not its template's: as in the command `agenda.edit`."""
    voices: bool | None = None
    end_sound: bool | None = None
    public_body: bool | None = None
    commons_kind: str | None = None
    rehearsal: bool = False
    """Simulated people may take part in it."""
    kit: str | None = None
    """The kit it works with: of the server's gallery, or one's own."""
    clone: str | None = None
    """A workshop to take the agenda, the groups and the settings from: no people, no notes, no secrets."""


DEFAULTS = NewWorkshop(
    title="",
    commons="",
    language="fr",
    agenda="half_day_210",
    groups=1,
    people_may_choose_group=False,
    content_licence="internal",
    waiting_room=False,
    modules=MODULES,
    voices=True,
    end_sound=False,
    public_body=False,
)


@dataclass(frozen=True, slots=True)
class Created:
    """`invitations`: role → secret of its link. `token` and `reentry` are the organiser's."""

    workshop: Workshop
    invitations: Mapping[str, str]
    token: str
    reentry: str


@dataclass(frozen=True, slots=True)
class Joined:
    """`room` is where to go now."""

    token: str
    reentry: str
    person: Person
    workshop: Workshop
    room: str | None


class Workshops:
    """Every method may raise `Refused` (with the reason) and `Unavailable` when the store is away."""

    def __init__(self, store: Store, hub: Hub, catalogue: Catalogue, settings: Settings) -> None:
        self.store, self.hub, self.catalogue, self.settings = store, hub, catalogue, settings
        self.catalogues = hub.policies.catalogues
        self.on_erased: list[Callable[[str], object]] = []
        """Told of each workshop that was erased: what is kept of it in memory goes too."""
        self._phrases = asyncio.Semaphore(PHRASES_AT_ONCE)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def most_days(self) -> int:
        """As long as a workshop may be kept from now on."""
        return max(self.settings.max_retention_days, self.settings.retention_days)

    # -- create ---------------------------------------------------------------------------------

    async def create(
        self,
        new: NewWorkshop,
        address: str = "",
        source: Workshop | None = None,
        kit: KitDocument | None = None,
    ) -> Created:
        """`source`: the workshop that `new.clone` names, of somebody who may clone it. `kit`: the document of
        the one that `new.kit` names, which may be used; the one of `source`, where none is named."""
        if (new.clone or None) != (source.id if source is not None else None):
            raise Forbidden("clone.not_yours", "Seule la personne qui organise un atelier le reprend.")
        now = now_ms()
        if kit is None and source is not None and not new.kit:
            kit = await self.ask(self.catalogues.document(source))
        planned = self._planned(new, source, now, kit)
        organiser = checked_name(new.organiser or "Organisation", field="organiser")
        phrase = passphrase_of({"passphrase": new.passphrase})
        await self._slow_down(f"create:{address}", self.settings.workshops_per_hour, 3600)
        expires_at = now + self.settings.retention_days * DAY_MS
        if phrase is not None:
            planned = replace(planned, passphrase=await salted_aside(phrase))
        invitations: dict[str, str] = {role: secrets.token_urlsafe(32) for role in INVITED_ROLES}
        for _ in range(5):
            workshop = replace(
                planned,
                id=new_id(secrets.randbelow),
                code=new_code(secrets.randbelow),
                expires_at=expires_at,
            )
            workshop, person = self._seated(workshop, organiser, "organiser", None, None, None)
            if kit is not None:  # before the record, so that nobody reads a workshop without its kit
                await self.ask(self.store.pin_kit(workshop.id, digest_of(kit), packed(kit)))
            made = await self.ask(
                self.store.create_workshop(
                    workshop.id,
                    workshop.code,
                    write_workshop(workshop),
                    {digest(token): role for role, token in invitations.items()},
                    expires_at,
                )
            )
            if made:
                workshop = replace(workshop, revision=1)
                token, reentry = await self._admit(workshop, person)
                return Created(workshop, invitations, token, reentry)
            if kit is not None:
                await self.ask(self.store.drop_pinned_kits(workshop.id))
        raise Conflict("workshop.unlucky", "L'atelier n'a pas pu être créé. Réessayez.")

    async def bring_back(
        self,
        planned: Callable[[str], Workshop],
        fill: Callable[[Workshop], Awaitable[None]],
        kit: KitDocument | None,
        address: str,
    ) -> Created:
        """Create a workshop that was elsewhere before: `planned` gives it for an id, `fill` its rooms.

        Who brings it takes the seat of its first organiser. Until all is written nobody can open it, and it
        would be erased within minutes: a process that stops in the middle leaves nothing behind.
        """
        await self._slow_down(f"create:{address}", self.settings.workshops_per_hour, 3600)
        expires_at = now_ms() + self.settings.retention_days * DAY_MS
        unfinished_until = now_ms() + UNFINISHED_MS
        invitations: dict[str, str] = {role: secrets.token_urlsafe(32) for role in INVITED_ROLES}
        workshop_id, code = new_id(secrets.randbelow), new_code(secrets.randbelow)
        workshop = replace(planned(workshop_id), code=code, expires_at=unfinished_until, revision=0)
        person = next((p for p in workshop.people if p.role == "organiser"), None)
        if person is None:
            workshop, person = self._seated(workshop, "Organisation", "organiser", None, None, None)
        if kit is not None:
            await self.ask(self.store.pin_kit(workshop_id, digest_of(kit), packed(kit)))
        hidden = replace(workshop, status="draft")
        roles = {digest(token): role for role, token in invitations.items()}
        made = await self.ask(
            self.store.create_workshop(workshop_id, code, write_workshop(hidden), roles, unfinished_until)
        )
        if not made:
            await self.ask(self.store.drop_pinned_kits(workshop_id))
            raise Conflict("workshop.unlucky", "L'atelier n'a pas pu être créé. Réessayez.")
        try:
            await fill(workshop)
            workshop = replace(workshop, expires_at=expires_at)
            revision = await self.ask(
                self.store.put_workshop(workshop_id, 1, write_workshop(workshop), b"imported")
            )
            if revision is None:
                raise Conflict("workshop.unlucky", "L'atelier n'a pas pu être créé. Réessayez.")
            workshop = replace(workshop, revision=revision)
            await self.ask(self.store.move_expiry(workshop_id, expires_at))
            token, reentry = await self._admit(workshop, person)
        except BaseException:
            await asyncio.shield(self._erase(workshop))
            raise
        return Created(workshop, invitations, token, reentry)

    def _planned(
        self, new: NewWorkshop, source: Workshop | None, now: int, kit: KitDocument | None
    ) -> Workshop:
        """The workshop as it is wanted, without id, code and people. Raises `Invalid`."""
        before = DEFAULTS if source is None else _set_up(source)
        pin = None if kit is None else PinnedKit(kit.id, kit.version, digest_of(kit))
        catalogue = self.catalogue
        if kit is not None and pin is not None:
            catalogue = self.catalogues.learn(pin, kit)

        def wanted(name: str) -> Any:
            value = getattr(new, name)
            return getattr(before, name) if value is None else value

        modules = offered(checked_modules(wanted("modules")), catalogue)
        agenda = wanted("agenda")
        if new.agenda is None and source is None and agenda not in catalogue.agendas:
            agenda = next(iter(catalogue.agendas), agenda)  # a kit of its own agendas
        if source is not None and new.agenda is None:
            steps = within(source.steps, modules)
        elif agenda in catalogue.agendas:
            steps = within(catalogue.agendas[agenda].steps, modules)
        else:
            raise Invalid("agenda.unknown", "Ce déroulé n'existe pas.", field="agenda")
        if new.steps is not None:
            steps = checked_steps(
                new.steps,
                steps,
                modules=modules,
                templates=catalogue.templates.keys(),
                language=wanted("language"),
                make=lambda what: new_id(secrets.randbelow, "s"),
            )
        if not steps:
            raise Invalid("steps.count", "Un déroulé a de une à soixante étapes.", field="steps")
        if source is not None and new.groups is None:
            known = [g if g.sheet in modules else replace(g, sheet=None) for g in source.groups]
            groups = tuple(replace(g, id=f"g{n}") for n, g in enumerate(known, 1))
        else:
            groups = named_groups(wanted("groups"), self.settings.max_groups)
        return Workshop(
            id="",
            code="",
            title=checked_title(new.title),
            commons=checked_commons(wanted("commons")),
            language=checked_language(wanted("language")),
            licence=checked_licence(wanted("content_licence")),
            agenda=agenda,
            steps=steps,
            step=None,
            groups=with_sheets(groups, steps, modules),
            people=(),
            stakeholders=(),
            people_may_choose_group=wanted("people_may_choose_group"),
            rehearsal=new.rehearsal,
            created_at=now,
            expires_at=now,
            status="draft" if new.draft else "open",
            starts_at=checked_start({"starts_at": new.starts_at}),
            slot_minutes=checked_slot({"slot_minutes": wanted("slot_minutes")}),
            waiting_room=wanted("waiting_room"),
            modules=modules,
            voices=wanted("voices"),
            end_sound=wanted("end_sound"),
            public_body=wanted("public_body"),
            commons_kind=checked_commons_kind(wanted("commons_kind")),
            kit=pin,
        )

    # -- find -----------------------------------------------------------------------------------

    async def by_code(self, typed: str) -> Workshop | None:
        code = read_code(typed)
        if code is None:
            return None
        workshop_id = await self.ask(self.store.workshop_of_code(code))
        return await self.by_id(workshop_id) if workshop_id else None

    async def at_the_door(self, typed: str, address: str) -> Workshop | None:
        """The same for somebody who types it. Raises `TooMany` where too many came from that were wrong."""
        await self._not_guessing(address)
        workshop = await self.by_code(typed)
        if workshop is None:
            await self._wrong(address)
        return workshop

    async def by_id(self, workshop_id: str) -> Workshop | None:
        if not workshop_id.isalnum() or len(workshop_id) > 32:
            return None
        found: Workshop | None = await self.ask(self.catalogues.read(workshop_id))
        return found

    def catalogue_of(self, workshop: Workshop) -> Catalogue:
        """The templates and agendas of a workshop that was read here: the shipped ones, or its kit's."""
        return self.catalogues.of(workshop)

    def places_of(self, workshop: Workshop) -> Places:
        return Places(self.catalogue_of(workshop), stakeholder_ids(workshop))

    async def all(self) -> list[Workshop]:
        found = [await self.by_id(workshop_id) for workshop_id in await self.ask(self.store.workshops())]
        return sorted((w for w in found if w is not None), key=lambda w: w.created_at)

    # -- join -----------------------------------------------------------------------------------

    async def join(
        self,
        *,
        code: str | None = None,
        invitation: str | None = None,
        reentry: str | None = None,
        name: str = "",
        colour: str | None = None,
        group: str | None = None,
        stakeholder: str | None = None,
        profile: str | None = None,
        passphrase: str | None = None,
        address: str = "",
        remembered: Callable[[str], str | None] = lambda workshop_id: None,
    ) -> Joined:
        """Take a seat, with the code, an invitation, or one's re-entry code (with one of the two).

        `remembered` gives the re-entry code that the browser keeps for a workshop: a ban is the browser's
        too, whatever name is typed in it now.
        """
        for text, field in (
            (invitation, "invitation"),
            (reentry, "reentry"),
            (colour, "colour"),
            (group, "group"),
            (stakeholder, "stakeholder"),
            (passphrase, "passphrase"),
        ):
            if text is not None and not isinstance(text, str):
                raise Invalid(f"{field}.invalid", "Cette valeur n'est pas un texte.", field=field)
        workshop, role = await self._opened(code, invitation or None, address)
        if reentry:
            return await self._come_back(workshop, reentry, role, address)
        wanted = checked_name(name)
        if profile is not None and profile not in PROFILES:
            raise Invalid("profile.unknown", "Ce profil n'existe pas.", field="profile")
        if role is None:
            await self._knows(workshop, passphrase or "", address)
        kept = remembered(workshop.id)
        if kept:
            await self._person_of(workshop, kept)
        seat: Person | None = None

        async def sit(now: Workshop) -> Workshop:
            nonlocal seat
            if invitation:  # after the record was read, for the same reason
                await self._invited(invitation)
            after, seat = self._seated(
                now, wanted, role or "participant", colour or None, group or None, stakeholder, role
            )
            seat = replace(seat, profile=profile)
            return with_person(after, seat)

        seated = await self.change(workshop.id, sit, b"joined")
        assert seat is not None
        token, code_again = await self._admit(seated, seat)
        return Joined(token, code_again, seat, seated, first_room(seated, seat))

    async def seat(
        self, workshop_id: str, *, name: str, stakeholder: str, colour: str, group: str, profile: str
    ) -> tuple[Person, str]:
        """A seat for a simulated person, and the token of a session: the one they had, or a new one."""
        found: Person | None = None

        async def sit(now: Workshop) -> Workshop:
            nonlocal found
            found = next((p for p in now.people if p.name == name and p.id in now.simulated), None)
            if found is not None:
                return now
            after, found = self._seated(now, name, "participant", None, None, stakeholder)
            seat = next((g.id for g in now.groups if g.name == group), now.smallest_group().id)
            found = replace(found, profile=cast("Profile", profile), colour=colour)
            after = base.seated(after, found, seat)
            found = after.person(found.id)
            assert found is not None
            return replace(after, simulated=(*after.simulated, found.id))

        workshop = await self.change(workshop_id, sit, b"joined")
        assert found is not None
        return found, await self._session_for(workshop, found)

    async def _opened(
        self, code: object, invitation: str | None, address: str
    ) -> tuple[Workshop, Role | None]:
        """The workshop that a code or an invitation opens, and the role of the invitation."""
        if invitation is not None:
            workshop_id, role = await self._invited(invitation)
            workshop = await self.by_id(workshop_id)
            if workshop is None:
                raise NotFound("workshop.gone", "Cet atelier a été effacé.")
            # a renewal takes the invitation away before it writes the record: once more, after the record
            await self._invited(invitation)
            return workshop, role
        workshop = await self.at_the_door(code if isinstance(code, str) else "", address)
        if workshop is None:
            raise NotFound(
                "code.unknown",
                "Ce code ne mène à aucun atelier. Vérifiez les huit caractères, sans O ni I.",
                field="code",
            )
        return workshop, None

    async def _knows(self, workshop: Workshop, passphrase: str, address: str) -> None:
        """Raises `Forbidden` unless it is the passphrase of the workshop, when it has one."""
        if workshop.passphrase is None or workshop.status == "closed":
            return
        if not passphrase.strip():
            raise Forbidden("passphrase.missing", "Cet atelier demande un mot de passe.", field="passphrase")
        await self._not_guessing(address)
        # counted before it is looked at, so that many at once are as many; given back when it is right
        keys = (f"wrong:{address}", f"phrase:{workshop.id}")
        async with self._phrases:  # the right ones of a whole room are counted a few at a time, too
            for key, most in zip(keys, (WRONG_PER_MINUTE, PHRASES_PER_MINUTE), strict=True):
                await self._slow_down(key, most, 60)
            right = await asyncio.to_thread(is_phrase, passphrase[:600], workshop.passphrase)
            for key in keys if right else ():
                await self.ask(self.store.uncount_rate(key))
        if not right:
            raise Forbidden("passphrase.wrong", "Ce n'est pas le mot de passe.", field="passphrase")

    async def _invited(self, invitation: str) -> tuple[str, Role]:
        found = await self.ask(self.store.invitation(digest(invitation)))
        if found is None:
            raise NotFound(
                "invitation.unknown",
                "Ce lien d'invitation n'est plus valable. Demandez-en un autre à la personne qui organise.",
            )
        return found[0], cast(Role, found[1])

    async def _come_back(self, workshop: Workshop, reentry: str, role: Role | None, address: str) -> Joined:
        await self._not_guessing(address)
        person = await self._person_of(workshop, reentry)
        if person is None:
            await self._wrong(address)
            raise NotFound(
                "reentry.unknown", "Ce code de retour n'est pas connu dans cet atelier.", field="reentry"
            )
        if not may_return(workshop, person) and role != person.opened_by:
            raise Forbidden(
                "invitation.renewed",
                "Votre lien d'invitation a été renouvelé. Demandez le nouveau à la personne qui organise.",
                field="reentry",
            )
        token = await self._session_for(workshop, person)
        return Joined(token, reentry, person, workshop, first_room(workshop, person))

    async def _person_of(self, workshop: Workshop, reentry: str) -> Person | None:
        """Whose re-entry code this is. Raises `Forbidden` when they were banned."""
        spelled = reentry.strip().upper().replace("-", "")
        person_id = await self.ask(self.store.reentry(workshop.id, digest(spelled)))
        if person_id in workshop.banned:
            raise Forbidden("person.banned", "Votre place dans cet atelier a été retirée.")
        return workshop.person(person_id) if person_id else None

    def _seated(
        self,
        workshop: Workshop,
        name: str,
        role: Role,
        colour: str | None,
        group: str | None,
        stakeholder: str | None,
        opened_by: Role | None = None,
    ) -> tuple[Workshop, Person]:
        return add_person(
            workshop,
            person_id=new_id(secrets.randbelow, "p"),
            stakeholder_id=new_id(secrets.randbelow, "s"),
            name=name,
            role=role,
            colour=colour,
            group=group,
            stakeholder=stakeholder,
            now=now_ms(),
            most_people=self.settings.max_people,
            opened_by=opened_by,
        )

    async def _admit(self, workshop: Workshop, person: Person) -> tuple[str, str]:
        reentry = new_code(secrets.randbelow, 12)
        await self.ask(self.store.put_reentry(workshop.id, digest(reentry), person.id))
        return await self._session_for(workshop, person), reentry

    async def _session_for(self, workshop: Workshop, person: Person) -> str:
        token = secrets.token_urlsafe(32)
        ttl_s = max(60, (workshop.expires_at - now_ms()) // 1000)
        await self.ask(
            self.store.put_session(
                digest(token), workshop.id, write_session(workshop.id, person.id, workshop.revision), ttl_s
            )
        )
        return token

    # -- sessions ---------------------------------------------------------------------------------

    async def session(self, token: str | None) -> Session | None:
        if not token or len(token) > 128:
            return None
        return await self._session_of(digest(token))

    async def _session_of(self, token_hash: str) -> Session | None:
        data = await self.ask(self.store.session(token_hash))
        return read_session(token_hash, data) if data else None

    async def sign_out(self, session: Session) -> None:
        """End a session; every process closes its sockets."""
        await self.ask(self.store.drop_session(session.token_hash))

        async def end(workshop: Workshop) -> Workshop:
            return end_session(workshop, session.mark)

        await self.change(session.workshop, end, b"signed out")

    async def ticket(self, session: Session, room: str) -> str:
        """A single-use key to one room, for clients that can set neither cookie nor header."""
        ticket = secrets.token_urlsafe(32)
        await self.ask(self.store.put_ticket(digest(ticket), f"{room} {session.token_hash}".encode(), 60))
        return ticket

    async def use_ticket(self, ticket: str, room: str) -> Session | None:
        data = await self.ask(self.store.take_ticket(digest(ticket)))
        if data is None:
            return None
        opens, _, token_hash = data.decode().partition(" ")
        return await self._session_of(token_hash) if opens == room else None

    # -- change ---------------------------------------------------------------------------------------

    async def change(
        self,
        workshop_id: str,
        transition: Callable[[Workshop], Awaitable[Workshop]],
        message: bytes,
        kits: Mapping[str, bytes] | None = None,
    ) -> Workshop:
        """Store what the transition makes of the workshop, and tell every process; return what is stored.

        It is asked again whenever somebody was faster. When it gives back the same value, nothing is
        stored. Changes from this process take turns, so that a crowd does not wear itself out.
        `kits` are those the workshop keeps from then on, and no other.
        """
        async with self._turns.setdefault(workshop_id, asyncio.Lock()):
            for _ in range(TRIES):
                workshop = await self.by_id(workshop_id)
                if workshop is None:
                    raise NotFound("workshop.gone", "Cet atelier a été effacé.")
                changed = await transition(workshop)
                if changed is workshop:
                    return workshop
                revision = await self.ask(
                    self.store.put_workshop(
                        workshop_id, workshop.revision, write_workshop(changed), message, kits
                    )
                )
                if revision is not None:
                    stored = replace(changed, revision=revision)
                    self.hub.policies.learn(stored)  # whoever got a right uses it in the next moment
                    return stored
        raise TooMany("workshop.crowded", "Trop de changements à la fois. Réessayez dans un instant.")

    # -- state and end ------------------------------------------------------------------------------

    def state_for(
        self,
        workshop: Workshop,
        role: Role,
        language: str,
        group: str | None = None,
        counts: Mapping[str, Mapping[str, int]] | None = None,
        whole: bool = False,
    ) -> dict[str, Any]:
        online = self.hub.online(workshop.id)
        return as_seen_by(workshop, role, language, online, group=group, counts=counts, whole=whole)

    async def erase(self, workshop: Workshop) -> dict[str, Any]:
        """Erase everything of a workshop; the receipt says what, when, and that nothing remains.

        `files`: whether the store's files were written anew, without what had been there.
        """
        erased = {"people": len(workshop.people), **await self._erase(workshop)}
        files = await self.store.rewrite_files()
        return {
            "workshop": workshop.id,
            "title": workshop.title,
            "created_at": workshop.created_at,
            "erased_at": now_ms(),
            "erased": erased,
            "remains": len(await self.ask(self.store.remains(workshop.id))),
            "files": files,
        }

    async def _erase(self, workshop: Workshop) -> dict[str, int]:
        await self.ask(self.store.promise_files())
        erased: dict[str, int] = await self.ask(
            self.store.erase_workshop(workshop.id, workshop.all_rooms, workshop.code)
        )
        await self.hub.erase(workshop.id)
        for forget in self.on_erased:
            forget(workshop.id)
        return erased

    async def erase_expired(self) -> None:
        """Erase what was promised to be gone by now, and finish what was cut, in whatever process.

        Any may; erasing twice changes nothing.
        """
        now = now_ms()
        cut = [one for one, begun in await self.store.erasing_whole() if begun <= now - CUT_MS]
        for workshop_id in dict.fromkeys([*cut, *await self.store.expired_workshops(now)]):
            try:
                await self._expire(workshop_id, cut=workshop_id in cut)
            except (StoreAway, Unavailable):
                raise
            except Exception:  # the next one may be done; this one is tried again in a minute
                log.exception("workshop.not_expired", workshop=workshop_id)
        if await self.store.owes_files():
            await self.store.rewrite_files()

    async def _expire(self, workshop_id: str, *, cut: bool) -> None:
        workshop = await self.by_id(workshop_id)
        if workshop is None:  # its erasure ended before its last step
            await self.store.forget_workshop(workshop_id)
        elif not cut and workshop.expires_at > now_ms():  # it got more time, or is about to get less
            await self.store.move_expiry(workshop_id, workshop.expires_at)
        else:
            await self._erase(workshop)
            log.info("workshop.erased" if cut else "workshop.expired", workshop=workshop_id)

    # -- plumbing -----------------------------------------------------------------------------------

    async def _not_guessing(self, address: str) -> None:
        if await self.ask(self.store.rate(f"wrong:{address}")) >= WRONG_PER_MINUTE:
            raise TooMany("too_many", "Trop de demandes depuis cette adresse. Réessayez dans une minute.")

    async def _wrong(self, address: str) -> None:
        await self.ask(self.store.count_rate(f"wrong:{address}", WRONG_PER_MINUTE, 60))

    async def _slow_down(self, key: str, limit: int, window_s: int) -> None:
        if not await self.ask(self.store.count_rate(key, limit, window_s)):
            raise TooMany("too_many", "Trop de demandes depuis cette adresse. Réessayez dans une minute.")

    @staticmethod
    async def ask(call: Any) -> Any:
        try:
            return await call
        except StoreAway:
            raise Unavailable(
                "store.away", "L'enregistrement ne répond pas. Réessayez dans un instant."
            ) from None


def _set_up(source: Workshop) -> NewWorkshop:
    """What a workshop hands on to the one that is made after it, but its steps and groups."""
    return NewWorkshop(
        title=source.title,
        commons=source.commons,
        language=source.language,
        agenda=source.agenda,
        groups=len(source.groups),
        people_may_choose_group=source.people_may_choose_group,
        content_licence=source.licence,
        slot_minutes=source.slot_minutes,
        waiting_room=source.waiting_room,
        modules=source.modules,
        voices=source.voices,
        end_sound=source.end_sound,
        public_body=source.public_body,
        commons_kind=source.commons_kind,
    )


async def salted_aside(phrase: str) -> str:
    """`salted`, off the event loop."""
    return await asyncio.to_thread(salted, phrase, secrets.token_bytes(16))


def now_ms() -> int:
    return time.time_ns() // 1_000_000
