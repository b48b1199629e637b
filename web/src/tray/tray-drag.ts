// Dragging notes from the tray to a zone: the zone and the place of arrival are shown before they are let go.

import { swallowClick } from "../board/note-drag";
import { make } from "../ui/icon";
import { arrival, type Hold, zoneElement } from "./hold";
import type { TrayState } from "./state";

const THRESHOLD = 4;
/** A finger that rests this long takes the note; one that moves before scrolls the list. */
const REST_MS = 280;
const REST_SLIP = 10;

export function attachTrayDrag(state: TrayState, host: HTMLElement, hold: Hold): void {
  const { app } = state;

  const down = (event: PointerEvent) => {
    const target = event.target as Element;
    const note = target.closest<HTMLElement>(".tnote");
    const row = state.row(note?.closest<HTMLElement>("li.trow")?.dataset.key ?? "");
    if (!note || !row || event.button !== 0 || target.closest("button, input, a")) return;
    if (state.observes || !state.online || app.template.sheet !== null) return;
    const keys = state.targets(row.key).map(({ key }) => key);
    if (keys.length === 0) return;
    const start = { x: event.clientX, y: event.clientY };
    const rect = note.getBoundingClientRect();
    const touch = event.pointerType === "touch";
    const landing = make("div", { class: "landing" });
    let flying: HTMLElement | null = null;
    let over: HTMLElement | null = null;

    const lift = () => {
      flying = note.cloneNode(true) as HTMLElement;
      flying.classList.add("flying");
      flying.setAttribute("aria-hidden", "true");
      flying.style.width = `${rect.width}px`;
      if (keys.length > 1) flying.append(make("b", { class: "howmany" }, String(keys.length)));
      document.body.append(flying);
      document.body.classList.add("traydrag");
      note.closest("li")?.classList.add("lifted");
      state.share(keys);
    };
    const rest = touch ? setTimeout(lift, REST_MS) : undefined;

    const enter = (section: HTMLElement | null) => {
      if (section === over) return;
      over?.classList.remove("drop");
      over = section;
      over?.classList.add("drop");
      show();
      state.share(keys, over === null ? null : addressOf(over));
    };
    const addressOf = (section: HTMLElement) => `${state.canvas}.${section.dataset.zone}`;
    const allowed = (section: HTMLElement | null) =>
      section !== null && state.mayCarry(addressOf(section)) ? section : null;

    const move = (moved: PointerEvent) => {
      const way = Math.hypot(moved.clientX - start.x, moved.clientY - start.y);
      if (flying === null && touch) {
        if (way > REST_SLIP) stop();
        return;
      }
      if (flying === null && way < THRESHOLD) return;
      if (flying === null) lift();
      if (flying === null) return;
      flying.style.left = `${moved.clientX - (start.x - rect.left)}px`;
      flying.style.top = `${moved.clientY - (start.y - rect.top)}px`;
      enter(allowed(zoneElement(document.elementFromPoint(moved.clientX, moved.clientY))));
    };
    /** Where the note will lie, before it is let go. */
    const show = () => {
      const place = over && arrival(state, over);
      if (!over || !place) {
        landing.remove();
        return;
      }
      for (const side of ["left", "top", "width", "height"] as const)
        landing.style[side] = `${place[side]}px`;
      over.append(landing);
    };
    const stop = () => {
      clearTimeout(rest);
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", cancel);
      removeEventListener("keydown", key, true);
      removeEventListener("touchmove", still, true);
      landing.remove();
      flying?.remove();
      over?.classList.remove("drop");
      document.body.classList.remove("traydrag");
      for (const item of host.querySelectorAll(".lifted")) item.classList.remove("lifted");
    };
    const up = () => {
      const [lifted, section] = [flying !== null, over];
      stop();
      if (!lifted) return;
      swallowClick();
      if (section !== null) hold.put(keys, addressOf(section));
      else state.share(null);
    };
    const cancel = () => {
      stop();
      if (flying !== null) state.share(null);
    };
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key !== "Escape" || flying === null) return;
      pressed.preventDefault();
      pressed.stopPropagation();
      cancel();
      swallowClickOnce();
    };
    const still = (touched: TouchEvent) => {
      if (flying !== null && touched.cancelable) touched.preventDefault(); // the list must not scroll along
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", cancel);
    addEventListener("keydown", key, true);
    if (touch) addEventListener("touchmove", still, { capture: true, passive: false });
  };

  /** After Escape the button is still down: its release is no press on the note. */
  const swallowClickOnce = () =>
    addEventListener("pointerup", () => swallowClick(), { capture: true, once: true });

  host.addEventListener("pointerdown", down);
}
