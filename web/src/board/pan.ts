// Moving the board under the pointer: one finger pans, two pinch, the middle button or Space and the mouse push it.
// A finger that rests on a note takes the note (note-drag.ts); one that moves before pans, wherever it began.

import type { Point } from "../model/camera";
import { swallowClick } from "./note-drag";
import type { Zoom } from "./zoom";

/** A finger that has gone further than this does not mean a press. */
const SLIP = 11;
/** The board glides on after a swipe: its speed falls to a third in this time. */
const PASTED_MS = 300;
const GLIDE_MS = 325;
const LEAST_SPEED = 0.05;
const RECENT_MS = 80;
const WRITES = "textarea, input, select, [contenteditable], dialog";
const PRESSED_BY_SPACE = `${WRITES}, button, a, summary`;

interface Step extends Point {
  at: number;
}

export function attachPan(zoom: Zoom): () => void {
  const { host } = zoom.view;
  /** Fingers on the board, in the order in which they came, and what they were put on. */
  const fingers = new Map<number, Point>();
  const putOn = new Map<number, EventTarget | null>();
  let panning = false;
  let path: Step[] = [];
  let glide = 0;
  /** Two fingers: how far apart they were, at which scale, and what of the page was between them. */
  let pinched: { apart: number; scale: number; point: Point } | null = null;

  const between = () => {
    const [one, two] = [...fingers.values()] as [Point, Point];
    return {
      apart: Math.max(1, Math.hypot(one.x - two.x, one.y - two.y)),
      middle: { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 },
    };
  };

  const fingerDown = (event: PointerEvent) => {
    if (event.pointerType !== "touch") return;
    cancelAnimationFrame(glide);
    if ((event.target as Element).closest(WRITES)) return;
    fingers.set(event.pointerId, zoom.inWindow(event));
    putOn.set(event.pointerId, event.target);
    path = [];
    if (fingers.size !== 2) return;
    // what either finger was about to take stays where it is
    for (const id of fingers.keys()) {
      putOn.get(id)?.dispatchEvent(new PointerEvent("pointercancel", { pointerId: id, bubbles: true }));
      host.setPointerCapture(id);
    }
    const { apart, middle } = between();
    pinched = { apart, scale: zoom.scale, point: zoom.pointAt(middle) };
    panning = false;
  };

  const fingerMoved = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    const now = zoom.inWindow(event);
    if (pinched !== null) {
      fingers.set(event.pointerId, now);
      const { apart, middle } = between();
      zoom.pinch((pinched.scale * apart) / pinched.apart, pinched.point, middle);
      return;
    }
    if (!panning) {
      if (Math.hypot(now.x - before.x, now.y - before.y) < SLIP) return;
      if (host.querySelector("li.note.lift")) {
        fingers.delete(event.pointerId); // it carries a note
        return;
      }
      panning = true;
      host.setPointerCapture(event.pointerId);
    } else zoom.panBy(before.x - now.x, before.y - now.y);
    fingers.set(event.pointerId, now);
    path.push({ ...now, at: event.timeStamp });
  };

  const fingerGone = (event: PointerEvent) => {
    if (!event.isTrusted || !fingers.delete(event.pointerId)) return;
    putOn.delete(event.pointerId);
    if (pinched !== null) {
      pinched = null;
      panning = fingers.size === 1; // the other goes on panning
      path = [];
      return;
    }
    if (panning && event.type === "pointerup") glideOn(event.timeStamp);
    panning = false;
  };

  const glideOn = (now: number) => {
    const recent = path.filter((step) => now - step.at < RECENT_MS);
    const [first, last] = [recent[0], recent.at(-1)];
    if (!first || !last || last.at <= first.at || still()) return;
    let vx = (first.x - last.x) / (last.at - first.at);
    let vy = (first.y - last.y) / (last.at - first.at);
    let before = performance.now();
    const frame = () => {
      const at = performance.now();
      const passed = at - before;
      before = at;
      zoom.panBy(vx * passed, vy * passed);
      const slower = Math.exp(-passed / GLIDE_MS);
      vx *= slower;
      vy *= slower;
      if (Math.hypot(vx, vy) > LEAST_SPEED) glide = requestAnimationFrame(frame);
    };
    glide = requestAnimationFrame(frame);
  };

  // -- mouse ------------------------------------------------------------------------------------

  let space = false;
  const spaceIs = (down: boolean) => {
    space = down;
    host.classList.toggle("hand", down);
  };
  const key = (event: KeyboardEvent) => {
    if (event.code !== "Space") return;
    if (event.type === "keyup") {
      spaceIs(false);
      return;
    }
    if (host.hidden || (event.target as Element).closest(PRESSED_BY_SPACE)) return;
    event.preventDefault(); // it would scroll a page further
    spaceIs(true);
  };
  const blurred = () => spaceIs(false);

  const mouseDown = (event: PointerEvent) => {
    if (event.pointerType === "touch") return;
    if (event.button !== 1 && !(space && event.button === 0)) return;
    event.preventDefault();
    event.stopPropagation(); // nothing is taken, chosen or made
    let last = zoom.inWindow(event);
    const move = (moved: PointerEvent) => {
      const now = zoom.inWindow(moved);
      zoom.panBy(last.x - now.x, last.y - now.y);
      last = now;
    };
    const stop = () => {
      host.classList.remove("held");
      host.removeEventListener("pointermove", move);
      host.removeEventListener("pointerup", stop);
      host.removeEventListener("pointercancel", stop);
      swallowClick();
      if (event.button === 1) swallowPaste();
    };
    host.classList.add("held");
    host.setPointerCapture(event.pointerId);
    host.addEventListener("pointermove", move);
    host.addEventListener("pointerup", stop);
    host.addEventListener("pointercancel", stop);
  };
  /** The browser's own scrolling with the middle button, and what it pastes. */
  const middle = (event: MouseEvent) => {
    if (event.button === 1) event.preventDefault();
  };

  host.addEventListener("pointerdown", mouseDown, { capture: true });
  host.addEventListener("pointerdown", fingerDown);
  host.addEventListener("pointermove", fingerMoved);
  host.addEventListener("pointerup", fingerGone);
  host.addEventListener("pointercancel", fingerGone);
  host.addEventListener("mousedown", middle, { capture: true });
  host.addEventListener("auxclick", middle, { capture: true });
  document.addEventListener("keydown", key);
  document.addEventListener("keyup", key);
  addEventListener("blur", blurred);
  return () => {
    cancelAnimationFrame(glide);
    host.removeEventListener("pointerdown", mouseDown, { capture: true });
    host.removeEventListener("pointerdown", fingerDown);
    host.removeEventListener("pointermove", fingerMoved);
    host.removeEventListener("pointerup", fingerGone);
    host.removeEventListener("pointercancel", fingerGone);
    host.removeEventListener("mousedown", middle, { capture: true });
    host.removeEventListener("auxclick", middle, { capture: true });
    document.removeEventListener("keydown", key);
    document.removeEventListener("keyup", key);
    removeEventListener("blur", blurred);
  };
}

/** What was selected somewhere, which Linux pastes a moment after a press of the middle button. */
function swallowPaste(): void {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  const off = () => removeEventListener("paste", swallow, { capture: true });
  addEventListener("paste", swallow, { capture: true, once: true });
  addEventListener("keydown", off, { capture: true, once: true });
  setTimeout(off, PASTED_MS);
}

/** Whether this person wants less to move. */
function still(): boolean {
  return (
    document.documentElement.dataset.motion === "reduce" ||
    matchMedia("(prefers-reduced-motion: reduce)").matches
  );
}
