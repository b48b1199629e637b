"""What happened in a room, one sentence per moment: who did what where, never who wrote an anonymous note."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tablee.model.canvases import Catalogue
from tablee.model.notes import SUMMARY, VERDICT
from tablee.sync.past import Key
from tablee.words import Words

Values = Mapping[str, Any]

SERVERS_OWN = frozenset({"status"})
WEIGHT = (
    "carried",
    "revealed",
    "added",
    "removed",
    "moved",
    "wrote",
    "filled",
    "grouped",
    "commented",
    "summed",
    "answered",
    "liked",
    "shifted",
    "changed",
)
"""Of several things at once, the first of these is said."""


@dataclass(frozen=True, slots=True)
class Net:
    """What one frame makes of one entry of a root, `by` whom."""

    key: Key
    before: Values | None
    after: Values | None
    by: str

    @property
    def is_anonymous(self) -> bool:
        """Whether saying who did it could say who wrote a note that belongs to nobody."""
        if self.key[0] != "notes":
            return False
        there = self.after if self.after is not None else self.before
        if there is None or there.get("by"):
            return False
        return not (self.before is None and there.get("origin"))  # who carries a note did not write it


def loaded(value: bytes | None) -> Values | None:
    return None if value is None else json.loads(value)


@dataclass(frozen=True, slots=True)
class Recounting:
    """Speaks of one workshop in one language."""

    words: Words
    catalogue: Catalogue
    names: Mapping[str, str]
    """Person → name, of those who are in the workshop."""

    def of(self, nets: Sequence[Net], place_of: Callable[[str], Values | None]) -> tuple[list[str], str]:
        """Who did it (nobody, or one person), and the sentence; none for what only the server keeps up.

        `place_of` gives a note as it is then, for what was said of it.
        """
        said = [(verb, net) for net in nets for verb in (_verb(net),) if verb is not None]
        if not said:
            return [], ""
        people = {net.by for _, net in said}
        named = len(people) == 1 and not any(net.is_anonymous for net in nets)
        person = people.pop() if named else ""
        if person not in self.names:
            person = ""
        verb = min((verb for verb, _ in said), key=WEIGHT.index)
        these = [net for one, net in said if one == verb]
        zones = {self._zone(net, place_of) for net in these} - {""}
        zone = zones.pop() if len(zones) == 1 else ""
        who = self.names[person] if person else self.words.say("Quelqu'un")
        sentence = self._sentence(verb, len(these), bool(zone))
        return [person] if person else [], sentence.format(who=who, n=len(these), zone=zone)

    def _zone(self, net: Net, place_of: Callable[[str], Values | None]) -> str:
        there = net.after if net.after is not None else net.before
        if net.key[0] in ("comments", "reactions"):
            there = place_of(net.key[1].partition(".")[0])
        if there is None:
            return ""
        template = self.catalogue.template_of_board(str(there.get("board", "")))
        zone = template.zone(str(there.get("zone", ""))) if template is not None else None
        return "" if zone is None else self.words.typo(zone.titles[self.words.language])

    def _sentence(self, verb: str, n: int, zone: bool) -> str:
        words = self.words
        if verb == "summed":
            return words.say("{who} écrit la synthèse du groupe")
        if verb == "answered":
            return words.say("{who} répond dans la synthèse du canevas")
        if zone:
            return {
                "carried": lambda: words.ngettext(
                    "{who} reporte une note dans {zone}", "{who} reporte {n} notes dans {zone}", n
                ),
                "revealed": lambda: words.ngettext(
                    "Une note apparaît dans {zone}", "{n} notes apparaissent dans {zone}", n
                ),
                "added": lambda: words.ngettext(
                    "{who} ajoute une note dans {zone}", "{who} ajoute {n} notes dans {zone}", n
                ),
                "removed": lambda: words.ngettext(
                    "{who} supprime une note de « {zone} »", "{who} supprime {n} notes de « {zone} »", n
                ),
                "moved": lambda: words.ngettext(
                    "{who} déplace une note vers {zone}", "{who} déplace {n} notes vers {zone}", n
                ),
                "wrote": lambda: words.ngettext(
                    "{who} écrit dans une note de « {zone} »", "{who} écrit dans {n} notes de « {zone} »", n
                ),
                "filled": lambda: words.ngettext(
                    "{who} complète une note de « {zone} »", "{who} complète {n} notes de « {zone} »", n
                ),
                "grouped": lambda: words.say("{who} regroupe des notes dans {zone}"),
                "commented": lambda: words.say("{who} commente une note de « {zone} »"),
                "liked": lambda: words.say("{who} aime une note de « {zone} »"),
                "shifted": lambda: words.ngettext(
                    "{who} déplace une note dans {zone}", "{who} déplace {n} notes dans {zone}", n
                ),
                "changed": lambda: words.ngettext(
                    "{who} change une note de « {zone} »", "{who} change {n} notes de « {zone} »", n
                ),
            }[verb]()
        return {
            "carried": lambda: words.ngettext("{who} reporte une note", "{who} reporte {n} notes", n),
            "revealed": lambda: words.ngettext("Une note apparaît", "{n} notes apparaissent", n),
            "added": lambda: words.ngettext("{who} ajoute une note", "{who} ajoute {n} notes", n),
            "removed": lambda: words.ngettext("{who} supprime une note", "{who} supprime {n} notes", n),
            "moved": lambda: words.ngettext("{who} déplace une note", "{who} déplace {n} notes", n),
            "wrote": lambda: words.ngettext("{who} écrit dans une note", "{who} écrit dans {n} notes", n),
            "filled": lambda: words.ngettext("{who} complète une note", "{who} complète {n} notes", n),
            "grouped": lambda: words.say("{who} regroupe des notes"),
            "commented": lambda: words.say("{who} commente une note"),
            "liked": lambda: words.say("{who} aime une note"),
            "shifted": lambda: words.ngettext("{who} déplace une note", "{who} déplace {n} notes", n),
            "changed": lambda: words.ngettext("{who} change une note", "{who} change {n} notes", n),
        }[verb]()


def _verb(net: Net) -> str | None:
    root, key = net.key
    if root == "notes":
        return None if key.startswith(VERDICT) else _of_note(net)
    if root == "clusters":
        return "grouped"
    if root == "comments":
        return "commented" if net.after is not None else None
    if root == "reactions":
        return "liked" if net.after is not None else None
    if root == "answers" and net.after is not None:
        if key == SUMMARY:
            return "summed" if net.before != net.after and net.after.get("text") else None
        return None if key.startswith(("park/", "pool/")) else "answered"
    return None


def _of_note(net: Net) -> str | None:
    before, after = net.before, net.after
    if before is None and after is None:
        return None
    if before is None:
        assert after is not None
        if after.get("origin"):
            return "carried"
        return "added" if net.by else "revealed"
    if after is None:
        return "removed"
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    changed -= SERVERS_OWN
    for names, verb in (
        ({"board", "zone"}, "moved"),
        ({"text"}, "wrote"),
        ({"kind", "fields"}, "filled"),
        ({"cluster"}, "grouped"),
        ({"place", "order"}, "shifted"),
    ):
        if changed & names:
            return verb
    return "changed" if changed else None
