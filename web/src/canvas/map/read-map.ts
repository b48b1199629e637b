// A small map to read, beside the table that is written in.

import { html, nothing, svg, type TemplateResult } from "lit";
import { MARKS } from "../../model/page";
import { t } from "../../ui/i18n";
import { type Box, type Dot, type Place, placeLabels } from "./geometry";
import type { CommunityMap } from "./map";
import { FRAME, grid, HIGH, LETTER } from "./plot";
import { shortName } from "./points";

const READ: Box = { left: 8, top: 6, width: 324, height: 236 };

export function readMap(map: CommunityMap): TemplateResult {
  const at = new Map<string, Place>();
  for (const point of map.points) {
    const place = map.placeOf(point);
    if (place !== null) at.set(point.id, place);
  }
  const places = map.layout(at, READ, "plane");
  const shown = map.points.filter(({ id }) => places.has(id));
  const dots = shown.map((point): Dot => {
    const there = places.get(point.id) as Place;
    return {
      id: point.id,
      ...there,
      radius: 9,
      width: Math.min(150, [...point.label].length * LETTER + FRAME),
      short: 3 * LETTER + FRAME,
      more: 0,
    };
  });
  const labels = placeLabels(dots, HIGH, READ);
  const { x, y } = map.axes;
  const sprite = document.documentElement.dataset.sprite ?? "";
  return html`<svg class="ground small" viewBox="0 0 340 248" aria-hidden="true">${grid(map, READ)}
    ${shown.map((point) => {
      const there = places.get(point.id) as Place;
      const label = labels.get(point.id);
      return svg`<circle class=${`read f-${point.colour} ${point.invited ? "invited" : ""}`} cx=${there.x} cy=${there.y} r="9"></circle>
        <use href=${`${sprite}#mark-${MARKS[point.colour]}`} class=${`k-${point.colour} icon`} x=${there.x - 5.5} y=${there.y - 5.5} width="11" height="11"></use>
        ${label ? svg`<text x=${label.left + 3} y=${label.top + 14} textLength=${label.width < LETTER * [...point.label].length ? label.width - 4 : nothing} lengthAdjust="spacingAndGlyphs">${label.short ? shortName(point.label) : point.label}</text>` : nothing}`;
    })}</svg>
    <p class="readaxes">${t("De gauche à droite : {levels}. De bas en haut : {scales}.", { levels: x.ticks.map(([, word]) => word).join(", "), scales: y.ticks.map(([, word]) => word).join(", ") })}</p>`;
}
