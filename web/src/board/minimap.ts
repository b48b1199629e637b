// The board in small with a frame around what is seen, while that is not all of it. For pointers only: the keyboard
// scrolls the board with its arrows.

import { pageSize, toPixels, zoneBox } from "../model/layout";
import { COLOURS } from "../model/page";
import { make } from "../ui/icon";
import type { Atelier } from "./atelier";
import type { Zoom } from "./zoom";

/** Others may change much at once: a small picture need not follow every letter. */
const SPACING_MS = 250;

export function attachMinimap(app: Atelier, zoom: Zoom): () => void {
  const picture = make("canvas", {});
  const frame = make("i", {});
  const map = make("div", { class: "minimap", "aria-hidden": "true", hidden: true }, picture, frame);
  zoom.view.host.after(map);
  let later: ReturnType<typeof setTimeout> | undefined;

  /** Pixels of the map for one of the page. */
  const scale = () => map.clientWidth / pageSize(app.template).width;

  const draw = () => {
    clearTimeout(later);
    later = undefined;
    const pen = picture.getContext("2d");
    if (map.hidden || pen === null) return;
    const page = pageSize(app.template);
    const sharp = Math.max(1, devicePixelRatio);
    picture.width = Math.round(map.clientWidth * sharp);
    picture.height = Math.round((picture.width * page.height) / page.width);
    pen.scale(picture.width / page.width, picture.width / page.width);
    const style = getComputedStyle(map);
    const colours = new Map<string, string>(
      COLOURS.map((colour) => [colour, style.getPropertyValue(`--n-${colour}`)]),
    );
    const notes = app.notesByZone();
    for (const zone of app.template.zones) {
      const box = zoneBox(app.template, zone);
      pen.fillStyle = style.getPropertyValue("--surface-3");
      pen.fillRect(box.left, box.top, box.width, box.height);
      if (app.focusedZone !== null) continue;
      const { body, size, most } = app.layoutOf(zone);
      for (const note of (notes.get(zone.id) ?? []).slice(0, most)) {
        const at = toPixels(note.place, body, size);
        pen.fillStyle = colours.get(note.colour) ?? "";
        pen.fillRect(box.left + at.left, box.top + at.top, size.width, size.height);
      }
    }
  };
  const soon = () => {
    if (!map.hidden) later ??= setTimeout(draw, SPACING_MS);
  };

  const follow = () => {
    const wanted = zoom.zoomed && app.view === "board";
    if (map.hidden === wanted) {
      map.hidden = !wanted;
      draw();
    }
    if (!wanted) return;
    const { left, top, width, height } = zoom.seen;
    const page = pageSize(app.template);
    const small = scale();
    const [x, y] = [Math.max(0, left), Math.max(0, top)];
    frame.style.transform = `translate(${x * small}px, ${y * small}px)`;
    frame.style.width = `${(Math.min(page.width, left + width) - x) * small}px`;
    frame.style.height = `${(Math.min(page.height, top + height) - y) * small}px`;
  };

  const go = (event: PointerEvent) => {
    const box = picture.getBoundingClientRect();
    zoom.centreOn({ x: (event.clientX - box.left) / scale(), y: (event.clientY - box.top) / scale() });
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.preventDefault(); // the focus stays where it is
    map.setPointerCapture(event.pointerId);
    map.addEventListener("pointermove", go);
    go(event);
  };
  const up = () => map.removeEventListener("pointermove", go);

  map.addEventListener("pointerdown", down);
  map.addEventListener("pointerup", up);
  map.addEventListener("pointercancel", up);
  const changed = () => {
    follow();
    soon();
  };
  const offs = [
    zoom.onMoved(follow),
    ...["notes", "joined", "board", "focus"].map((what) => app.on(what, changed)),
  ];
  return () => {
    clearTimeout(later);
    for (const off of offs) off();
    map.remove();
  };
}
