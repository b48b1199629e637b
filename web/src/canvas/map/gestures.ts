// Moving points by pointer: drag from 4 px on, written once when let go; or one press to pick and one to put.

import { swallowClick } from "../../board/note-drag";
import type { Place } from "./geometry";
import type { CommunityMap } from "./map";

const THRESHOLD = 4;
const SHARE_MS = 60;

export type Moving = "place" | "wish";

/** A press on a point or on the end of its arrow. */
export function grab(map: CommunityMap, event: PointerEvent): void {
  const target = event.target as Element;
  const handle = target.closest<HTMLElement>("[data-moves]");
  const id = handle?.closest<HTMLElement>("[data-id]")?.dataset.id;
  if (!handle || id === undefined || event.button !== 0) return;
  event.stopPropagation(); // neither a frame around notes nor a finger that pans
  if (map.app.tool === "move" || !map.mayMove(id)) return;
  const what = handle.dataset.moves as Moving;
  const start: Place = { x: event.clientX, y: event.clientY };
  const ground = handle.closest(".map");
  let lifted = false;
  let shared = 0;
  const move = (moved: PointerEvent) => {
    if (moved.pointerId !== event.pointerId) return;
    if (!lifted && Math.hypot(moved.clientX - start.x, moved.clientY - start.y) < THRESHOLD) return;
    // the point that is held is drawn elsewhere than it was: the ground has the pointer
    if (!lifted) ground?.setPointerCapture(event.pointerId);
    lifted = true;
    map.hold(id, what, map.pixels(moved));
    const now = performance.now();
    const place = map.held?.place;
    if (what === "wish" || !place || now - shared < SHARE_MS) return;
    shared = now;
    map.shareDrag(id, place);
  };
  const stop = () => {
    removeEventListener("pointermove", move, true);
    removeEventListener("pointerup", up, true);
    removeEventListener("pointercancel", cancel, true);
    removeEventListener("keydown", key, true);
    if (lifted) map.app.share({ drag: null });
  };
  const up = (released: PointerEvent) => {
    if (released.pointerId !== event.pointerId) return;
    stop();
    if (!lifted) return;
    swallowClick();
    map.drop(map.pixels(released));
  };
  const cancel = () => {
    stop();
    map.letGo();
  };
  const key = (pressed: KeyboardEvent) => {
    if (pressed.key !== "Escape" || !lifted) return;
    pressed.preventDefault();
    pressed.stopPropagation();
    cancel();
  };
  addEventListener("pointermove", move, true);
  addEventListener("pointerup", up, true);
  addEventListener("pointercancel", cancel, true);
  addEventListener("keydown", key, true);
}

const STEP = 0.05;
const FAR = 5;

/** Keys on a point; true when it was one of them. */
export function pressed(map: CommunityMap, id: string, event: KeyboardEvent): boolean {
  const { key } = event;
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey) return false;
  if (key.startsWith("Arrow")) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key] ?? [
      0, 0,
    ];
    const by = event.shiftKey ? FAR * STEP : STEP;
    if (command) map.step(id, (dx as number) * by, (dy as number) * by);
    else map.next(id, key === "ArrowRight" || key === "ArrowDown" ? 1 : -1);
    return true;
  }
  if (command) return false;
  switch (key) {
    case "Enter":
      map.edit(id);
      return true;
    case "m":
    case "M":
      map.edit(id, "x");
      return true;
    case "Delete":
      map.remove(id);
      return true;
    case "Escape":
      map.leave();
      return true;
    default:
      return false;
  }
}
