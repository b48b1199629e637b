// What is done with a zone as a whole, from the list: that it is finished, and facilitation's locks.

import { html, nothing } from "lit";
import type { Atelier } from "../board/atelier";
import { zoneStateActs } from "../board/zone-menu";
import type { Zone } from "../model/page";
import { t, typo } from "../ui/i18n";
import { openMenu } from "../ui/menu";
import { picture } from "../ui/picture";

export function zoneButton(app: Atelier, zone: Zone) {
  if (app.data.person.role === "observer") return nothing;
  const waits = zoneStateActs(app, zone.id).length === 0;
  const label = t("Actions sur la zone {zone}", { zone: typo(zone.title) });
  const open = (event: Event) =>
    openMenu(event.currentTarget as HTMLElement, label, zoneStateActs(app, zone.id));
  return html`<button class="btn xs icon ghost ${waits ? "waiting" : ""}" type="button" aria-haspopup="menu" aria-label=${label} title=${label} @click=${open}>${picture("ellipsis", 16)}</button>`;
}
