"""The catalogue: every template, agenda and card of a folder of canvases, checked and ready to use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tablee.errors import TableeError
from tablee.model.agendas import Agenda, Step
from tablee.model.aids import Aids
from tablee.model.checks import Kit, check_catalogue, survey
from tablee.model.guide import Guide
from tablee.model.immersion import Card
from tablee.model.licences import Licences
from tablee.model.reading import Folder, Mistake
from tablee.model.templates import Template, Zone
from tablee.model.wrapup import WrapUp

__all__ = [
    "Agenda",
    "Card",
    "Catalogue",
    "CatalogueError",
    "Kit",
    "Mistake",
    "Step",
    "Template",
    "Zone",
    "check_catalogue",
    "load_catalogue",
]


class CatalogueError(TableeError):
    """A folder of canvases must not be used as it is. Carries every mistake; the message says the first."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        super().__init__(f"{mistakes[0]}{more}")
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`templates` and `agendas` by id, in the order people meet them; `attribution` by language."""

    languages: tuple[str, ...]
    templates: Mapping[str, Template]
    agendas: Mapping[str, Agenda]
    cards: tuple[Card, ...]
    wrap_up: WrapUp
    aids: Aids
    guide: Guide
    licences: Licences
    attribution: Mapping[str, str]
    kit: Kit

    def template_of_board(self, board: str) -> Template | None:
        """`sheet2.recto/sabc` is the recto of sheet 2 of one stakeholder."""
        return self.templates.get(board.partition("/")[0])

    def agenda_titles(self, language: str) -> dict[str, str]:
        return {agenda.id: agenda.titles[language] for agenda in self.agendas.values()}

    def for_browser(self, language: str) -> list[dict[str, Any]]:
        """The templates as plain JSON values, with the texts of one of `languages`."""
        return [_template_for_browser(template, language) for template in self.templates.values()]


def load_catalogue(folder: Folder) -> Catalogue:
    """Read and check a whole folder. Raises `CatalogueError` if anything in it is wrong."""
    found = survey(folder)
    if (
        found.mistakes
        or found.kit is None
        or found.wrap_up is None
        or found.guide is None
        or found.aids is None
        or found.licences is None
    ):
        raise CatalogueError(found.mistakes)
    return Catalogue(
        found.languages,
        found.templates,
        found.agendas,
        found.cards,
        found.wrap_up,
        found.aids,
        found.guide,
        found.licences,
        found.attribution,
        found.kit,
    )


def _template_for_browser(template: Template, language: str) -> dict[str, Any]:
    screen = template.screen
    return {
        "id": template.id,
        "version": template.version,
        "page": template.page,
        "width": template.width_mm,
        "height": template.height_mm,
        "side": template.side,
        "sheet": template.sheet,
        "title": template.titles[language],
        "screen": screen
        and {
            "width": screen.width,
            "height": screen.height,
            "zones": {zone_id: list(box) for zone_id, box in screen.zones.items()},
        },
        "zones": [_zone_for_browser(template, zone, language) for zone in template.zones],
    }


def _zone_for_browser(template: Template, zone: Zone, language: str) -> dict[str, Any]:
    """`ring` and `axes` only where there are some: pages hold 68 zones."""
    out: dict[str, Any] = {
        "id": zone.id,
        "n": zone.n,
        "box": list(zone.box),
        "type": zone.type,
        "title": zone.titles[language],
        "prompt": zone.prompts[language],
        "kinds": list(zone.kinds),
        "to": list(zone.to),
        "pictograms": list(template.pictograms(zone)),
        "mirror": zone.mirror,
    }
    if zone.ring is not None:
        out["ring"] = zone.ring
    if zone.axes is not None:
        out["axes"] = {
            name: {
                "title": axis.titles[language],
                "ticks": [list(tick) for tick in zip(axis.ticks, axis.words[language], strict=True)],
            }
            for name, axis in zone.axes.items()
        }
    return out
