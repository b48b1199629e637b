// Moving notes with a pointer: shown live to others through presence, written once when they are let go.

import { slot, toPixels, toPlace } from "../model/layout";
import { make } from "../ui/icon";
import { moveNotes, orderAfter } from "./actions";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { MOST_HELD } from "./presence";

const THRESHOLD = 4;
const SHARE_MS = 60;
/** A finger that rests this long on a note takes it; one that moves before pans the board. */
const REST_MS = 280;
const REST_SLIP = 10;

export function attachDrag(app: Atelier, view: BoardView, scale: () => number): () => void {
  const { sheet } = view;

  const down = (event: PointerEvent) => {
    const target = event.target as Element;
    const title = target.closest<HTMLElement>(".ctitle");
    const cluster = title?.parentElement?.dataset.cluster;
    const members = cluster === undefined ? [] : [...(app.document?.contents.membersOf(cluster) ?? [])];
    const id = members[0] ?? target.closest<HTMLElement>("li.note")?.dataset.id;
    const item = view.item(id ?? null);
    if (!item || !id || event.button !== 0 || app.editing === id || !app.mayWrite) return;
    if (target.closest("a, button:not(.ctitle), .trace") || app.tool === "move") return;
    const holder: HTMLElement = title ?? item;
    const ids = (members.length > 0 ? members : app.targets(id)).filter((one) => {
      const note = app.note(one);
      return note !== null && app.mayChange(note);
    });
    if (!ids.includes(id)) return;
    const others = ids.filter((one) => one !== id);
    // what others see moving along: a message about presence must stay small
    const seen = others.slice(0, MOST_HELD);
    const start = { x: event.clientX, y: event.clientY };
    const touch = event.pointerType === "touch";
    const zone = item.closest<HTMLElement>("section.zone");
    if (!zone) return;
    // where the note is held, in world pixels from its corner
    const rect = item.getBoundingClientRect();
    const hold = { x: (start.x - rect.left) / scale(), y: (start.y - rect.top) / scale() };
    const landing = make("div", { class: "landing" });
    let lifted = false;
    let lastShared = 0;
    let over_: string | null = null;

    const lift = () => {
      lifted = true;
      holder.setPointerCapture(event.pointerId);
      for (const one of ids) view.item(one)?.classList.add("lift", ...(one === id ? [] : ["follow"]));
      app.emit("drag");
    };
    const rest = touch ? setTimeout(lift, REST_MS) : undefined;

    const move = (moved: PointerEvent) => {
      const way = Math.hypot(moved.clientX - start.x, moved.clientY - start.y);
      if (!lifted && touch) {
        if (way > REST_SLIP) stop(); // the finger pans
        return;
      }
      if (!lifted && way < THRESHOLD) return;
      if (!lifted) lift();
      const home = zone.getBoundingClientRect();
      item.style.left = `${(moved.clientX - home.left) / scale() - hold.x}px`;
      item.style.top = `${(moved.clientY - home.top) / scale() - hold.y}px`;
      const [dx, dy] = [(moved.clientX - start.x) / scale(), (moved.clientY - start.y) / scale()];
      for (const one of others) {
        const follower = view.item(one);
        if (follower) follower.style.transform = `translate(${dx}px, ${dy}px)`;
      }
      item.style.pointerEvents = "none";
      const over = view.zoneAt(moved.clientX, moved.clientY)?.id ?? null;
      item.style.pointerEvents = "";
      if (over !== over_) {
        if (over_ !== null) view.section(over_)?.classList.remove("drop");
        if (over !== null) view.section(over)?.classList.add("drop");
        over_ = over;
      }
      showLanding(moved);
      const now = performance.now();
      if (over !== null && now - lastShared > SHARE_MS) {
        lastShared = now;
        app.share({ drag: { note: id, zone: over, place: placeIn(over, moved), others: seen } });
      }
    };

    /** Where the note would lie, before it is let go. */
    const showLanding = (at: PointerEvent) => {
      const there = app.zone(over_ ?? "");
      const section = view.section(over_ ?? "");
      if (!there || !section || over_ === app.focusedZone) {
        landing.remove();
        return;
      }
      const layout = app.layoutOf(there);
      const { body, size } = layout;
      const after = view.before(at.clientX, at.clientY, there.id, [id, ...others]);
      const place = layout.flows
        ? slot(layout, view.after(there.id, after, [id, ...others]))
        : toPixels(placeIn(there.id, at), body, size);
      landing.style.left = `${place.left}px`;
      landing.style.top = `${place.top}px`;
      landing.style.width = `${size.width}px`;
      landing.style.height = `${size.height}px`;
      if (landing.parentElement !== section) section.append(landing);
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
      clearTimeout(rest);
      holder.removeEventListener("pointermove", move);
      holder.removeEventListener("pointerup", up);
      holder.removeEventListener("pointercancel", cancel);
      removeEventListener("lostpointercapture", cancel, true);
      removeEventListener("keydown", key, true);
      removeEventListener("touchmove", hold_, true);
      landing.remove();
      for (const one of ids) {
        const each = view.item(one);
        each?.classList.remove("lift", "follow");
        if (each) each.style.transform = "";
      }
      if (over_ !== null) view.section(over_)?.classList.remove("drop");
      if (!lifted) return;
      app.emit("drag");
      app.share({ drag: null });
    };
    const up = (released: PointerEvent) => {
      stop();
      if (!lifted) return;
      swallowClick();
      const all = [id, ...others];
      const there = app.zone(over_ ?? "");
      if (there && app.layoutOf(there).flows) {
        const after = view.before(released.clientX, released.clientY, there.id, all);
        const place = placeIn(there.id, released);
        app.document?.together(() => {
          if (there.id !== zone.dataset.zone) moveNotes(app, all, { zone: there.id, place });
          if (app.closed(there.id) === null) orderAfter(app, all, app.board, there.id, after);
        });
      } else if (over_ !== null) moveNotes(app, all, { zone: over_, place: placeIn(over_, released) });
      view.touch(ids); // back to their places when they were dropped nowhere
    };
    const cancel = () => {
      stop();
      view.touch(ids);
    };
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key === "Escape" && lifted) {
        pressed.preventDefault();
        pressed.stopPropagation();
        cancel();
      }
    };
    const hold_ = (touched: TouchEvent) => {
      if (lifted && touched.cancelable) touched.preventDefault(); // the board must not pan along
    };
    // from the first moment: a fast hand leaves the note before the threshold is reached
    if (!touch) holder.setPointerCapture(event.pointerId);
    holder.addEventListener("pointermove", move);
    holder.addEventListener("pointerup", up);
    holder.addEventListener("pointercancel", cancel);
    // somebody deleted the note in the hand: its element is gone, and the document is told instead
    addEventListener("lostpointercapture", cancel, true);
    addEventListener("keydown", key, true);
    if (touch) addEventListener("touchmove", hold_, { capture: true, passive: false });
  };

  sheet.addEventListener("pointerdown", down);
  return () => sheet.removeEventListener("pointerdown", down);
}

/** The click that follows a drag chooses nothing. */
export function swallowClick(): void {
  const swallow = (event: Event) => event.stopPropagation();
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
}
