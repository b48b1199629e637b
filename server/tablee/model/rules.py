"""What a set of templates must be, once its files can be read: pure rules, one function per subject.

`checks` runs them over a folder and finds the lines; agendas and cards have theirs beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from tablee.model.reading import Mistake
from tablee.model.templates import CANVASES, NOTE_KINDS, PAGES, Box, Template, Zone

TEMPLATE_ID = re.compile(r"sheet[1-3]\.(recto|verso)|governance|economic")
ZONE_ID = re.compile(r"[a-z][a-z0-9_]*")
SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?")
BASIS = re.compile(r"[SI]-[a-z0-9]+(\+[a-z0-9]+)*")
ZONE_TYPES = ("plain", "map", "lanes")
RINGS = ("sheet1", "sheet2", "sheet3", "centre")

PAGE_TITLE_CHARS = 80
ZONE_TITLE_CHARS = 45
PROMPT_CHARS = 110
"""What fits in the bands of the printed page, in the type sizes of the boards."""
AXIS_CHARS = 30
"""Of the name of an axis, and of the word of one of its ticks."""
SMALLEST_ZONE_MM = (20, 20)
"""A title band, a prompt band and the smallest printed note."""
TYPOGRAPHIC = {
    "\u00a0": "a no-break space",
    "\u202f": "a narrow no-break space",
    "\u2019": "a curly apostrophe",
}
LEAST_COVERAGE = 0.8
"""The shipped templates cover 92 to 95 % of the working area; far less means a forgotten zone."""

SameFile = Iterator[tuple[str, str]]
"""Place and sentence of mistakes that all lie in the file the rule was given."""


def template_mistakes(template: Template, folder: str) -> Iterator[Mistake]:
    """What is wrong inside one template, its neighbours left aside."""
    rules: tuple[Callable[[Template], SameFile], ...] = (_numbers, _boxes, _zones, _screen)
    for place, sentence in [*_identity(template, folder), *(m for rule in rules for m in rule(template))]:
        yield Mistake(f"{folder}/canvas.toml", place, sentence)
    for language, title in template.titles.items():
        texts = [("title", title, PAGE_TITLE_CHARS)]
        texts += [(f"zones.{z.id}.title", z.titles[language], ZONE_TITLE_CHARS) for z in template.zones]
        texts += [(f"zones.{z.id}.prompt", z.prompts[language], PROMPT_CHARS) for z in template.zones]
        texts += [one for zone in template.zones for one in _axis_texts(zone, language)]
        for place, text, most in texts:
            for sentence in text_mistakes(text, most):
                yield Mistake(f"{folder}/texts.{language}.toml", place, sentence)


def _axis_texts(zone: Zone, language: str) -> Iterator[tuple[str, str, int]]:
    for name, axis in (zone.axes or {}).items():
        yield f"zones.{zone.id}.axes.{name}.title", axis.titles[language], AXIS_CHARS
        for word in axis.words[language]:
            yield f"zones.{zone.id}.axes.{name}.ticks", word, AXIS_CHARS


def text_mistakes(text: str, most: int | None = None) -> Iterator[str]:
    """What is wrong with one text. Files keep plain characters: typography is applied to what is shown."""
    if not text.strip():
        yield "The text is empty."
    elif text != text.strip() or not text.isprintable():
        yield "The text has spaces around it, line breaks, or characters that do not print."
    if most is not None and len(text) > most:
        yield f"The text has {len(text)} characters; at most {most} fit."
    for character, name in TYPOGRAPHIC.items():
        if character in text:
            yield f"The text holds {name}; write a plain one, typography is applied when it is shown."


def _identity(template: Template, folder: str) -> SameFile:
    if template.id != folder:
        yield "id", f"The id “{template.id}” is not the name of the folder, “{folder}”."
    elif not TEMPLATE_ID.fullmatch(template.id):
        yield "id", f"“{template.id}” is not sheet1.recto to sheet3.verso, governance or economic."
    if not SEMVER.fullmatch(template.version):
        yield "version", f"“{template.version}” is not a version such as 1.0.0."
    side = {"recto": "je", "verso": "nous"}.get(folder.partition(".")[2])
    if template.side != side:
        yield "side", f"The side of {folder} must be “{side}”." if side else "A canvas has no side."
    if not template.zones:
        yield "zones", "A template has at least one zone."


def _numbers(template: Template) -> SameFile:
    by_number: dict[int, str] = {}
    for zone in template.zones:
        if other := by_number.get(zone.n):
            yield f"zones.{zone.id}.n", f"Number {zone.n} is already that of zone “{other}”."
        by_number.setdefault(zone.n, zone.id)
        if not 1 <= zone.n <= len(template.zones):
            yield f"zones.{zone.id}.n", f"Zones are numbered 1 to {len(template.zones)}, not {zone.n}."


def _boxes(template: Template) -> SameFile:
    page = PAGES[template.page]
    for zone in template.zones:
        _, y, width, height = zone.box
        place = f"zones.{zone.id}.box"
        if not (width >= SMALLEST_ZONE_MM[0] and height >= SMALLEST_ZONE_MM[1]):
            yield place, "The box is smaller than {} x {} mm.".format(*SMALLEST_ZONE_MM)
        elif not _inside(zone.box, page.width, page.height):
            yield place, f"The box leaves the page, which is {page.width:g} x {page.height:g} mm."
        elif y < page.top:
            yield place, f"The box covers the header band, which ends at {page.top:g} mm."
        elif y + height > page.bottom:
            yield place, f"The box covers the footer band, which starts at {page.bottom:g} mm."
    yield from _overlaps("zones.{}.box", {zone.id: zone.box for zone in template.zones})
    covered = sum(zone.box[2] * zone.box[3] for zone in template.zones) / (page.work[2] * page.work[3])
    if template.zones and covered < LEAST_COVERAGE:
        yield "zones", f"The zones cover {covered:.1%} of the working area, less than {LEAST_COVERAGE:.0%}."


def _screen(template: Template) -> SameFile:
    screen = template.screen
    if screen is None:
        return
    for zone in template.zones:
        if zone.id not in screen.zones:
            yield "screen.zones", f"Zone “{zone.id}” has no box on screens."
    for zone_id, box in screen.zones.items():
        if template.zone(zone_id) is None:
            yield f"screen.zones.{zone_id}", f"There is no zone “{zone_id}”."
        if not (box[2] > 0 and box[3] > 0 and _inside(box, screen.width, screen.height)):
            yield f"screen.zones.{zone_id}", f"The box leaves the {screen.width:g} x {screen.height:g} grid."
    yield from _overlaps("screen.zones.{}", screen.zones)


def _inside(box: Box, width: float, height: float) -> bool:
    """Written so that `nan`, which TOML allows, is never inside."""
    return box[0] >= 0 and box[1] >= 0 and box[0] + box[2] <= width and box[1] + box[3] <= height


def _written(box: Box) -> str:
    return f"[{', '.join(f'{value:g}' for value in box)}]"


def _overlaps(place: str, boxes: Mapping[str, Box]) -> SameFile:
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
        down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
        if across > 0 and down > 0:
            yield place.format(other), f"The box overlaps that of zone “{one}” by {across:g} x {down:g}."


def _zones(template: Template) -> SameFile:
    for zone in template.zones:
        for key, sentence in _zone(template, zone):
            yield f"zones.{zone.id}.{key}" if key else f"zones.{zone.id}", sentence


def _zone(template: Template, zone: Zone) -> SameFile:
    if not ZONE_ID.fullmatch(zone.id):
        yield "", f"“{zone.id}” cannot be an id: small letters, digits and _ only, starting with a letter."
    if not zone.kinds:
        yield "kinds", "A zone accepts at least one kind of note."
    for kind in zone.kinds:
        if kind not in NOTE_KINDS:
            yield "kinds", f"“{kind}” is not a known kind of note: {', '.join(NOTE_KINDS)}."
    for key, values in (("kinds", zone.kinds), ("to", zone.to)):
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield key, f"“{value}” is written twice."
    if zone.type not in ZONE_TYPES:
        yield "type", f"“{zone.type}” is not a known type; it must be one of {', '.join(ZONE_TYPES)}."
    if zone.ring is not None and zone.ring not in RINGS:
        yield "ring", f"“{zone.ring}” is not a known ring; it must be one of {', '.join(RINGS)}."
    if zone.type in ZONE_TYPES and (zone.type == "map") != (zone.axes is not None):
        yield "axes", "A map has two axes." if zone.type == "map" else "Only a map has axes."
    for name, axis in (zone.axes or {}).items():
        if axis.ticks[:1] + axis.ticks[-1:] != (0, 1) or list(axis.ticks) != sorted(set(axis.ticks)):
            yield f"axes.{name}", "The ticks of an axis begin with 0, end with 1 and grow."
    if not BASIS.fullmatch(zone.basis):
        yield "basis", f"“{zone.basis}” is not S- (named by a source) or I- (inferred) and reference keys."
    if not zone.why.strip():
        yield "why", "The purpose of the zone is empty."
    if template.sheet is None:
        if zone.to:
            yield "to", "A zone of a canvas feeds nothing: only zones of sheets have routes."
        if zone.mirror is not None:
            yield "mirror", "A zone of a canvas has no other face to mirror."
    elif not zone.to:
        yield "to", "A zone of a sheet feeds at least one zone of a canvas."


def set_mistakes(templates: Mapping[str, Template]) -> Iterator[Mistake]:
    """What is wrong between templates: faces without the other, mirrors, routes, zones nobody feeds."""
    sheets = [template for template in templates.values() if template.sheet is not None]
    for canvas in CANVASES:
        if canvas not in templates:
            yield Mistake(f"{canvas}/canvas.toml", "", f"The {canvas} canvas is missing.")
    for sheet in sheets:
        other = templates.get(sheet.other_face or "")
        if other is None:
            yield Mistake(f"{sheet.id}/canvas.toml", "id", f"The other face, {sheet.other_face}, is missing.")
        for zone in sheet.zones:
            for key, sentence in [*_routes(zone, templates), *(_mirror(zone, other) if other else ())]:
                yield Mistake(f"{sheet.id}/canvas.toml", f"zones.{zone.id}.{key}", sentence)
    yield from _unfed(sheets, [template for template in templates.values() if template.sheet is None])


def _routes(zone: Zone, templates: Mapping[str, Template]) -> SameFile:
    for address in zone.to:
        canvas, _, target = address.partition(".")
        if canvas not in CANVASES:
            yield "to", f"“{address}” is not the address of a canvas zone, such as governance.rules."
        elif canvas in templates and templates[canvas].zone(target) is None:
            yield "to", f"“{address}” points nowhere: the {canvas} canvas has no zone “{target}”."


def _mirror(zone: Zone, face: Template) -> SameFile:
    if zone.mirror is None:
        yield "mirror", f"The zone must name its mirror on {face.id}."
        return
    mirror = face.zone(zone.mirror)
    if mirror is None:
        yield "mirror", f"{face.id} has no zone “{zone.mirror}”."
    elif mirror.mirror != zone.id:
        yield "mirror", f"The mirror does not answer: {face.id}.{mirror.id} mirrors “{mirror.mirror}”."
    elif mirror.box != zone.box:
        yield "box", f"The box is not that of its mirror, {face.id}.{mirror.id}: {_written(mirror.box)}."


def _unfed(sheets: Sequence[Template], canvases: Sequence[Template]) -> Iterator[Mistake]:
    fed = {address for sheet in sheets for zone in sheet.zones for address in zone.to}
    for canvas in canvases:
        for zone in canvas.zones:
            if f"{canvas.id}.{zone.id}" not in fed:
                yield Mistake(
                    f"{canvas.id}/canvas.toml",
                    f"zones.{zone.id}",
                    f"No zone of a sheet feeds {canvas.id}.{zone.id}.",
                )
