// The zone of the community map on the board: its tools, the plot or the table, what stands beside it.

import { html, nothing, type TemplateResult } from "lit";
import { placingBar, side, strip, tools } from "./around";
import type { CommunityMap } from "./map";
import { plot } from "./plot";
import { tableOf } from "./table";

export function boardView(map: CommunityMap): TemplateResult {
  const { focused, look, held, picked } = map;
  const classes = [
    "map",
    `look-${look}`,
    focused ? "solo" : "",
    held ? "holding" : "",
    picked ? "picking" : "",
  ];
  return html`<div class=${classes.join(" ")} @pointerdown=${map.down} @pointerenter=${map.comes} @pointermove=${map.moving} @click=${map.clicked}
    @dblclick=${map.doubled} @keydown=${map.keyed} @focusin=${map.entered}>
    ${tools(map)}
    ${look === "table" ? html`<div class="maptables">${focused ? placingBar(map) : nothing}${tableOf(map)}</div>` : plot(map)}
    ${focused && look !== "table" ? side(map) : strip(map)}
  </div>`;
}
