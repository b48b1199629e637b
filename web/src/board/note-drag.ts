// Moving a note with a pointer: shown live to others through presence, written once when it is let go.

import { toPlace } from "../model/layout";
import { moveNotes } from "./actions";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";

const THRESHOLD = 4;
const SHARE_MS = 60;

export function attachDrag(app: Atelier, view: BoardView, scale: () => number): () => void {
  const { sheet } = view;

  const down = (event: PointerEvent) => {
    const item = (event.target as Element).closest<HTMLLIElement>("li.note");
    const id = item?.dataset.id;
    if (!item || !id || event.button !== 0 || app.editing === id || !app.mayWrite) return;
    const start = { x: event.clientX, y: event.clientY };
    const zone = item.closest<HTMLElement>("section.zone");
    if (!zone) return;
    // where the note is held, in world pixels from its corner
    const rect = item.getBoundingClientRect();
    const hold = { x: (start.x - rect.left) / scale(), y: (start.y - rect.top) / scale() };
    let lifted = false;
    let lastShared = 0;
    let target: string | null = null;

    const move = (moved: PointerEvent) => {
      if (!lifted && Math.hypot(moved.clientX - start.x, moved.clientY - start.y) < THRESHOLD) return;
      if (!lifted) {
        lifted = true;
        item.classList.add("lift");
        app.emit("drag");
      }
      const home = zone.getBoundingClientRect();
      item.style.left = `${(moved.clientX - home.left) / scale() - hold.x}px`;
      item.style.top = `${(moved.clientY - home.top) / scale() - hold.y}px`;
      item.style.pointerEvents = "none";
      const over = view.zoneAt(moved.clientX, moved.clientY)?.id ?? null;
      item.style.pointerEvents = "";
      if (over !== target) {
        if (target !== null) view.section(target)?.classList.remove("drop");
        if (over !== null) view.section(over)?.classList.add("drop");
        target = over;
      }
      const now = performance.now();
      if (over !== null && now - lastShared > SHARE_MS) {
        lastShared = now;
        app.share({ drag: { note: id, zone: over, place: placeIn(over, moved) } });
      }
    };

    const placeIn = (zoneId: string, at: PointerEvent): [number, number] => {
      const there = app.zone(zoneId);
      const box = view.section(zoneId)?.getBoundingClientRect();
      if (!there || !box) return [0, 0];
      const left = (at.clientX - box.left) / scale() - hold.x;
      const top = (at.clientY - box.top) / scale() - hold.y;
      const { body, size } = app.layoutOf(there);
      return toPlace(left, top, body, size);
    };

    const stop = () => {
      item.removeEventListener("pointermove", move);
      item.removeEventListener("pointerup", up);
      item.removeEventListener("pointercancel", cancel);
      removeEventListener("keydown", key, true);
      item.classList.remove("lift");
      app.emit("drag");
      if (target !== null) view.section(target)?.classList.remove("drop");
      app.share({ drag: null });
    };
    const up = (released: PointerEvent) => {
      stop();
      if (!lifted) return;
      if (target !== null)
        moveNotes(app, app.targets(id), { zone: target, place: placeIn(target, released) });
      view.touch([id]); // back to its place when it was dropped nowhere
    };
    const cancel = () => {
      stop();
      view.touch([id]);
    };
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key === "Escape" && lifted) {
        pressed.preventDefault();
        pressed.stopPropagation();
        cancel();
      }
    };
    // from the first moment: a fast hand leaves the note before the threshold is reached
    item.setPointerCapture(event.pointerId);
    item.addEventListener("pointermove", move);
    item.addEventListener("pointerup", up);
    item.addEventListener("pointercancel", cancel);
    addEventListener("keydown", key, true);
  };

  sheet.addEventListener("pointerdown", down);
  return () => sheet.removeEventListener("pointerdown", down);
}
