// Choosing several notes with a frame drawn on free ground.

import { make } from "../ui/icon";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { swallowClick } from "./note-drag";

const THRESHOLD = 5;

export function attachMarquee(app: Atelier, view: BoardView, scale: () => number): () => void {
  const { sheet } = view;
  const down = (event: PointerEvent) => {
    const target = event.target as Element;
    if (
      event.button !== 0 ||
      event.pointerType === "touch" ||
      app.tool !== "select" ||
      event.defaultPrevented
    )
      return;
    if (target.closest("li.note, button, a, textarea, input, select, .empty, .ftb")) return;
    const start = { x: event.clientX, y: event.clientY };
    const kept = event.shiftKey ? app.targets() : [];
    const frame = make("div", { class: "marquee", "aria-hidden": "true" });
    const move = (moved: PointerEvent) => {
      if (!frame.isConnected) {
        if (Math.hypot(moved.clientX - start.x, moved.clientY - start.y) < THRESHOLD) return;
        sheet.append(frame);
        sheet.setPointerCapture(event.pointerId);
      }
      const box = sheet.getBoundingClientRect();
      const left = (Math.min(start.x, moved.clientX) - box.left) / scale();
      const top = (Math.min(start.y, moved.clientY) - box.top) / scale();
      frame.style.left = `${left}px`;
      frame.style.top = `${top}px`;
      frame.style.width = `${Math.abs(moved.clientX - start.x) / scale()}px`;
      frame.style.height = `${Math.abs(moved.clientY - start.y) / scale()}px`;
    };
    const stop = () => {
      sheet.removeEventListener("pointermove", move);
      sheet.removeEventListener("pointerup", up);
      sheet.removeEventListener("pointercancel", stop);
      removeEventListener("keydown", key, true);
      frame.remove();
    };
    const up = () => {
      const drawn = frame.isConnected;
      const area = frame.getBoundingClientRect();
      stop();
      if (!drawn) return;
      swallowClick();
      const inside = [...sheet.querySelectorAll<HTMLElement>("li.note")].filter((item) => {
        const box = item.getBoundingClientRect();
        return (
          box.left < area.right && box.right > area.left && box.top < area.bottom && box.bottom > area.top
        );
      });
      app.choose(new Set([...kept, ...inside.map((item) => item.dataset.id ?? "")]));
      app.sayChosen();
      view.item(app.selected)?.focus({ preventScroll: true });
    };
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key === "Escape") stop();
    };
    sheet.addEventListener("pointermove", move);
    sheet.addEventListener("pointerup", up);
    sheet.addEventListener("pointercancel", stop);
    addEventListener("keydown", key, true);
  };
  sheet.addEventListener("pointerdown", down);
  return () => sheet.removeEventListener("pointerdown", down);
}
