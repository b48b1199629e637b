"""Runs facilitation commands: a transition of `model/commands.py`, stored, and what follows from it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablee.errors import Forbidden, NotFound, Refused, TooMany, Unavailable
from tablee.live.budget import Budget
from tablee.live.closing import Closing
from tablee.live.records import Session, read_session
from tablee.live.session import person_of
from tablee.live.workshops import Workshops, now_ms, salted_aside
from tablee.model.commands import (
    allowed,
    answered,
    apply_command,
    fingerprint_of,
    recalled,
    remembered,
    rule_of,
)
from tablee.model.commands.setup import passphrase_of
from tablee.model.identity import digest
from tablee.model.workshop import Person, Role, Workshop

PER_S, AT_ONCE = 10, 40
"""Commands of one person: a hand on a slider, not a program."""
BUDGETS_KEPT = 1_000
ANSWERS_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Done:
    """The revision in which the command is done. `invitation`: the secret of a renewed link, told once."""

    revision: int
    invitation: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {**self.more, "revision": self.revision}
        return out if self.invitation is None else {**out, "invitation": self.invitation}


Act = Callable[[Session, Workshop, Person, Mapping[str, Any]], Awaitable[Done]]
"""Does a command that is more than a transition of the record; it is allowed already."""
Beforehand = Callable[[Workshop], Awaitable[None]]
"""What else must hold before a command that changes the record, which the record does not say. Raises
`Refused`."""
Afterwards = Callable[[Workshop, Mapping[str, Any]], Awaitable[None]]
"""What follows from a command once it is stored. Also asked for when the command came twice: an earlier try
may have ended right after the record was stored."""


class Commands:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops, self.store = workshops, workshops.store
        self.acts: dict[str, Act] = {}
        self.beforehand: dict[str, Beforehand] = {"workshop.close": Closing(workshops).check}
        self.afterwards: dict[str, Afterwards] = {"workshop.keep": self._keep}
        self._budgets: dict[str, Budget] = {}
        self._doing: dict[tuple[str, str | None], asyncio.Future[Done]] = {}
        """Workshop and fingerprint → an act that is being done, or was."""

    async def run(self, session: Session, command: Mapping[str, Any], seen_as: Role | None = None) -> Done:
        """Do a command of whoever this session belongs to. Raises `Refused` with the reason.

        `seen_as` is the role they had a moment ago: what it forbids is refused without asking the store.
        """
        rule = rule_of(command)
        if seen_as is not None and seen_as not in rule.who:
            raise Forbidden("command.role", "Votre rôle ne permet pas cette commande.")
        self.spend(session.person)
        if command["type"] in self.acts:
            return await self._act(session, command)
        return await self._do(session.workshop, command, lambda workshop: person_of(session, workshop))

    async def run_as_host(self, workshop_id: str, command: Mapping[str, Any]) -> Done:
        """The same for who hosts Tablée, at the command line: as the first who organises the workshop."""
        return await self._do(workshop_id, command, _organiser_of)

    async def _do(
        self, workshop_id: str, command: Mapping[str, Any], who: Callable[[Workshop], Person]
    ) -> Done:
        rule, kind = rule_of(command), str(command["type"])
        before: int | None = None
        invitation: str | None = None
        passphrase: str | None = None
        secret = secrets.token_urlsafe(24)

        async def transition(workshop: Workshop) -> Workshop:
            nonlocal before, invitation, passphrase
            person = who(workshop)
            before = recalled(workshop, person, command)
            if before is not None:
                return workshop
            if kind == "workshop.edit" and "passphrase" in command and passphrase is None:
                allowed(workshop, person, command)  # it costs a while of computing
                typed = passphrase_of(command)
                passphrase = None if typed is None else await salted_aside(typed)
            if kind in self.beforehand:
                allowed(workshop, person, command)  # nobody else learns what it depends on
                await self.beforehand[kind](workshop)
            places = self.workshops.places_of(workshop)
            changed = apply_command(
                workshop,
                person,
                command,
                places=places,
                now=now_ms(),
                most_groups=self.workshops.settings.max_groups,
                passphrase=passphrase,
                secret=secret,
                most_days=self.workshops.most_days,
            )
            if kind == "workshop.keep":  # so that it is not kept longer if the record is all that is stored
                await self.workshops.ask(self.store.expire_no_later(workshop.id, changed.expires_at))
            if kind == "invitation.renew" and invitation is None:
                invitation = await self._renew(workshop.id, command["role"])
            return remembered(changed, person, command)

        workshop = await self.workshops.change(workshop_id, transition, kind.encode())
        # also when nothing changed: an earlier try may have ended right after the record was stored
        if kind == "person.remove":
            await self._forget(workshop, command["person"])
        elif kind == "invitation.renew":
            await self._end_sessions(workshop)
        if rule.rights:
            await self.workshops.ask(self.store.raise_epochs(workshop.rooms))
        if kind in self.afterwards:
            await self.afterwards[kind](workshop, command)
        more: Mapping[str, Any] = {}
        if rule.answer is not None:
            more = answered(workshop, who(workshop), command) if before is not None else rule.answer(workshop)
        return Done(workshop.revision if before is None else before, invitation, more)

    async def _act(self, session: Session, command: Mapping[str, Any]) -> Done:
        workshop = await self.workshops.by_id(session.workshop)
        if workshop is None:
            raise NotFound("workshop.gone", "Cet atelier a été effacé.")
        person = person_of(session, workshop)
        before = recalled(workshop, person, command)
        if before is not None:
            if rule_of(command).rights:  # an earlier try may have ended right after the record was stored
                await self.workshops.ask(self.store.raise_epochs(workshop.all_rooms))
            return Done(before)
        fingerprint = fingerprint_of(person, command)
        doing = self._doing.get((workshop.id, fingerprint))
        if fingerprint is not None and doing is not None:
            return await asyncio.shield(doing)
        allowed(workshop, person, command)
        act = self.acts[str(command["type"])](session, workshop, person, command)
        if fingerprint is None:
            return await act
        return await self._once((workshop.id, fingerprint), act)

    async def _once(self, key: tuple[str, str], act: Awaitable[Done]) -> Done:
        """Do it, and have the answer for whoever asks for the same again, here and for a while."""
        doing = self._doing[key] = asyncio.get_running_loop().create_future()
        if len(self._doing) > ANSWERS_KEPT:
            del self._doing[next(iter(self._doing))]
        try:
            done = await act
        except BaseException as error:
            self._doing.pop(key, None)
            refused = error if isinstance(error, Exception) else _interrupted()
            doing.set_exception(refused)
            doing.exception()  # seen, also when nobody else waits
            raise
        doing.set_result(done)
        return done

    def spend(self, person: str) -> None:
        """One of the requests that somebody may make now. Raises `TooMany`."""
        now = time.monotonic()
        budget = self._budgets.pop(person, None) or Budget(PER_S, AT_ONCE, now)
        self._budgets[person] = budget  # the latest at the end
        if len(self._budgets) > BUDGETS_KEPT:
            del self._budgets[next(iter(self._budgets))]
        if not budget.allows(now):
            raise TooMany("command.too_many", "Trop de commandes à la fois. Réessayez dans un instant.")

    async def _renew(self, workshop_id: str, role: str) -> str:
        """A new invitation in the place of the old one, before the record ends the sessions of the old one.

        Should the second step fail, the old link is dead and the organiser renews again.
        """
        secret = secrets.token_urlsafe(32)
        await self.workshops.ask(self.store.renew_invitation(workshop_id, role, digest(secret)))
        return secret

    async def _forget(self, workshop: Workshop, person_id: str) -> None:
        """Sessions and codes of somebody who was removed. The record refuses them already.

        Codes of the banned stay, to be recognised when they come back.
        """
        await self.workshops.ask(
            self.store.drop_sessions(workshop.id, lambda data: read_session("", data).person == person_id)
        )
        if person_id not in workshop.banned:
            await self.workshops.ask(self.store.drop_reentry(workshop.id, person_id))

    async def _keep(self, workshop: Workshop, command: Mapping[str, Any]) -> None:
        """Sessions last as long as the workshop."""
        await self.workshops.ask(self.store.move_expiry(workshop.id, workshop.expires_at))

    async def _end_sessions(self, workshop: Workshop) -> None:
        """Delete what the record refuses already."""
        await self.workshops.ask(
            self.store.drop_sessions(
                workshop.id, lambda data: read_session("", data).person_in(workshop) is None
            )
        )


def _organiser_of(workshop: Workshop) -> Person:
    return next(person for person in workshop.people if person.role == "organiser")


def _interrupted() -> Unavailable:
    return Unavailable("server.stopping", "Le serveur redémarre.")


def said(refusal: Refused, translate: Callable[[str], str]) -> dict[str, Any]:
    """A refusal as the fields of a `no` event."""
    out: dict[str, Any] = {**refusal.more, "key": refusal.key, "sentence": translate(refusal.sentence)}
    return out if refusal.field is None else {**out, "field": refusal.field}
