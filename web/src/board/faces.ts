// The two faces of a sheet and who speaks on them: zone states, ghosts, traces, and the turn of the sheet.

import { render } from "lit";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { attachGhosts, ghostSwitch } from "./ghosts";
import { maySayStructure, openStructure } from "./structure-dialog";
import { attachTrace } from "./trace";
import { attachZoneStates } from "./zone-state";

export function attachFaces(app: Atelier, view: BoardView): void {
  attachTrace(app);
  attachZoneStates(app, view);
  attachGhosts(app, view);

  app.on("flipped", () => {
    turn(view.sheet);
    // the focus was in a zone: it is now in the one behind it
    const section = app.view === "board" ? view.section(app.activeZone ?? "") : undefined;
    if (section && document.activeElement?.closest("section.zone")) section.focus({ preventScroll: true });
  });
  app.on("ghosts", () => {
    for (const host of document.querySelectorAll<HTMLElement>(".ghosthost")) render(ghostSwitch(app), host);
  });

  const open = document.getElementById("open-structure");
  if (open) open.hidden = !maySayStructure(app);
  open?.addEventListener("click", () => openStructure(app));
}

function turn(sheet: HTMLElement): void {
  sheet.classList.remove("turning");
  void sheet.offsetWidth; // so that a second turn begins anew
  sheet.classList.add("turning");
  sheet.addEventListener("animationend", () => sheet.classList.remove("turning"), { once: true });
}
