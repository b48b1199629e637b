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
  /** Whether the first press of a double-click has made the note: on a canvas it does not lie under the pointer. */
  let made = false;
  const pressed = (event: MouseEvent) => {
    const empty = (event.target as Element).closest(".empty") !== null;
    if (event.detail <= 1) made = app.tool === "note" || empty;
    if (app.tool === "note" || empty) {
      app.tool = "select";
      create(event);
      app.emit("selection");
    }
  };
  const double = (event: MouseEvent) => {
    if (!made && (event.target as Element).closest("li.note") === null) create(event);
  };
  // the second press of a double-click would take the focus from the note that the first one made
  const held = (event: MouseEvent) => {
    if (made && event.detail > 1 && (event.target as Element).closest("li.note") === null)
      event.preventDefault();
  };
  view.sheet.addEventListener("mousedown", held);
  view.sheet.addEventListener("click", pressed);
  view.sheet.addEventListener("dblclick", double);
  return () => {
    view.sheet.removeEventListener("mousedown", held);
    view.sheet.removeEventListener("click", pressed);
    view.sheet.removeEventListener("dblclick", double);
  };
}
