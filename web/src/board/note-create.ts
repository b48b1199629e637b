// Making notes with a pointer: a double-click in a zone, or one press there when the Note tool is chosen.

import { toPlace } from "../model/layout";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";

export function attachCreate(app: Atelier, view: BoardView, scale: () => number): () => void {
  const create = (event: MouseEvent) => {
    const target = event.target as Element;
    if (target.closest("li.note, button, textarea, a") || !app.mayWrite) return;
    const section = target.closest<HTMLElement>("section.zone");
    const zone = app.zone(section?.dataset.zone ?? "");
    if (!section || !zone) return;
    const box = section.getBoundingClientRect();
    const { body, size } = app.layoutOf(zone);
    const left = (event.clientX - box.left) / scale() - size.width / 2;
    const top = (event.clientY - box.top) / scale() - size.height / 2;
    view.create(zone.id, toPlace(left, top, body, size));
  };
  const pressed = (event: MouseEvent) => {
    const empty = (event.target as Element).closest(".empty") !== null;
    if (app.tool === "note" || empty) {
      app.tool = "select";
      create(event);
      app.emit("selection");
    }
  };
  const double = (event: MouseEvent) => {
    if ((event.target as Element).closest("li.note") === null) create(event);
  };
  view.sheet.addEventListener("click", pressed);
  view.sheet.addEventListener("dblclick", double);
  return () => {
    view.sheet.removeEventListener("click", pressed);
    view.sheet.removeEventListener("dblclick", double);
  };
}
