// Others on the board: cursors with names, who writes in which note, notes being dragged, avatars.

import { showsCursor } from "../conduct/settings";
import { boxOf, toPixels } from "../model/layout";
import { COLOURS, type Colour, initials, MARKS, type Zone } from "../model/page";
import { t, tn } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";

const SEND_MS = 50;
const FADE_MS = 5_000;
/** Chips in the top bar; in a window that is not wide, the phases need the room. */
const [MANY, FEW] = [6, 4];
const WIDE = matchMedia("(min-width: 100em)");
/** With more notes in other hands than this, none glides: a browser would do nothing else. */
const CROWD = 12;
/** Notes that are shown moving along with the one that somebody drags. */
export const MOST_HELD = 50;

interface Other {
  user: { id: string | undefined; name: string | undefined; colour: Colour | undefined };
  board: string | undefined;
  cursor?: { x: number; y: number } | null;
  editing?: string | null;
  /** Pointing: the cursor is drawn large, and its name does not fade. */
  laser?: boolean;
  drag?: { note: string; zone: string; place: [number, number]; others: string[] } | null;
}

export function others(app: Atelier): Map<number, Other> {
  const awareness = app.connection.awareness;
  const out = new Map<number, Other>();
  awareness?.getStates().forEach((state, id) => {
    if (id !== awareness.clientID && state) out.set(id, readOther(state));
  });
  return out;
}

/** What somebody's state says, as far as it makes sense: it is whatever their client sent. */
export function readOther(state: Record<string, unknown>): Other {
  const object = (value: unknown) =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const word = (value: unknown) => (typeof value === "string" ? value : undefined);
  const user = object(state.user);
  const cursor = object(state.cursor);
  const drag = object(state.drag);
  const place = Array.isArray(drag.place) ? drag.place : [];
  const colour = COLOURS.find((known) => known === user.colour);
  const out: Other = {
    user: { id: word(user.id), name: word(user.name), colour },
    board: word(state.board),
    editing: word(state.editing) ?? null,
  };
  if (Number.isFinite(cursor.x) && Number.isFinite(cursor.y))
    out.cursor = { x: cursor.x as number, y: cursor.y as number };
  if (state.laser === true) out.laser = true;
  if (word(drag.note) && word(drag.zone) && place.length === 2 && place.every(Number.isFinite))
    out.drag = {
      note: drag.note as string,
      zone: drag.zone as string,
      place: place as [number, number],
      others: Array.isArray(drag.others)
        ? drag.others.filter((one) => typeof one === "string").slice(0, MOST_HELD)
        : [],
    };
  return out;
}

export function attachPresence(
  app: Atelier,
  view: BoardView,
  scale: () => number,
  avatars: HTMLElement,
): () => void {
  const cursors = new Map<number, { element: HTMLElement; at: string; movedAt: number }>();
  const writing = new Set<HTMLElement>();
  let carried = new Set<string>();
  let lastSent = 0;
  let later: ReturnType<typeof setTimeout> | undefined;

  const send = (x: number, y: number) => {
    lastSent = performance.now();
    app.share({ cursor: { x: Math.round(x), y: Math.round(y) } });
  };
  const moved = (event: PointerEvent) => {
    if (event.pointerType === "touch") return;
    const box = view.sheet.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / scale(), (event.clientY - box.top) / scale()];
    clearTimeout(later);
    const wait = lastSent + SEND_MS - performance.now();
    if (wait <= 0) send(x, y);
    else later = setTimeout(() => send(x, y), wait);
  };
  const away = () => {
    clearTimeout(later);
    app.share({ cursor: null });
  };

  const boxOfZone = (zone: Zone) => boxOf(app.template, zone, app.focusedZone === zone.id);

  const draw = () => {
    const now = Date.now();
    const seen = new Set<number>();
    for (const item of writing) {
      item.classList.remove("remote", ...COLOURS.map((colour) => `k-${colour}`));
      delete item.dataset.writer;
    }
    writing.clear();
    const held = new Set<string>();
    for (const [id, other] of others(app)) {
      if (other.board !== app.board || !other.user?.name) continue;
      const colour = other.user.colour ?? "craie";
      const leads = isLeader(app, other.user.id);
      const laser = other.laser === true && leads;
      if (other.cursor && showsCursor(app, { leads, laser })) {
        seen.add(id);
        const at = `${other.cursor.x} ${other.cursor.y}`;
        let cursor = cursors.get(id);
        if (!cursor) {
          cursor = { element: drawCursor(other.user.name, colour), at: "", movedAt: now };
          cursors.set(id, cursor);
          view.cursors.append(cursor.element);
        }
        if (cursor.at !== at) {
          cursor.at = at;
          cursor.movedAt = now;
          cursor.element.style.transform = `translate(${other.cursor.x}px, ${other.cursor.y}px)`;
        }
        cursor.element.classList.toggle("laser", laser);
        cursor.element.classList.toggle("still", !laser && now - cursor.movedAt > FADE_MS);
        if (!cursor.element.isConnected) view.cursors.append(cursor.element);
      }
      const item = view.item(other.editing ?? null);
      if (item) {
        item.classList.add("remote", `k-${colour}`);
        item.dataset.writer = t("{name} écrit…", { name: other.user.name });
        item.querySelector("footer")?.setAttribute("data-writer", item.dataset.writer);
        writing.add(item);
      }
      if (other.drag) {
        const dragged = view.item(other.drag.note);
        const zone = app.zone(other.drag.zone);
        const home = app.zone(dragged?.closest<HTMLElement>("section.zone")?.dataset.zone ?? "");
        if (dragged && zone && home && app.note(other.drag.note)) {
          held.add(other.drag.note);
          const { body, size } = app.layoutOf(zone);
          const place = toPixels(other.drag.place, body, size);
          // counted, not measured: measuring after writing would lay the page out once for each person
          const [from, to] = [boxOfZone(home), boxOfZone(zone)];
          const [left, top] = [place.left + to.left - from.left, place.top + to.top - from.top];
          const at = app.layoutOf(app.zone(app.note(other.drag.note)?.zone ?? "") ?? zone);
          const start = toPixels(app.note(other.drag.note)?.place ?? [0, 0], at.body, at.size);
          dragged.style.left = `${left}px`;
          dragged.style.top = `${top}px`;
          for (const id of other.drag.others) {
            const along = view.item(id);
            if (!along || !app.note(id)) continue;
            held.add(id);
            along.style.transform = `translate(${left - start.left}px, ${top - start.top}px)`;
          }
        }
      }
    }
    // what somebody let go of lies where the document says, wherever it was last seen
    const released = [...carried].filter((id) => !held.has(id));
    for (const id of released) {
      const item = view.item(id);
      if (item) item.style.transform = "";
    }
    if (released.length > 0) view.touch(released);
    carried = held;
    view.sheet.classList.toggle("crowd", held.size > CROWD);
    for (const [id, cursor] of cursors)
      if (!seen.has(id)) {
        cursor.element.remove();
        cursors.delete(id);
      }
    drawAvatars(app, avatars);
  };

  let frame = 0;
  const soon = () => {
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
  };
  view.sheet.addEventListener("pointermove", moved);
  view.sheet.addEventListener("pointerleave", away);
  const fade = setInterval(soon, 1_000);
  const offs = [
    app.on("presence", soon),
    app.on("board", soon),
    app.on("workshop", soon),
    app.on("link", soon),
  ];
  soon();
  return () => {
    view.sheet.removeEventListener("pointermove", moved);
    view.sheet.removeEventListener("pointerleave", away);
    clearInterval(fade);
    for (const off of offs) off();
  };
}

function drawCursor(name: string, colour: Colour): HTMLElement {
  const arrow = icon("cursor", 20);
  arrow.classList.add(`k-${colour}`);
  return make("div", { class: "cursor" }, arrow, make("b", { class: `bg-${colour}` }, name));
}

function isLeader(app: Atelier, id: string | undefined): boolean {
  const role = app.person(id ?? null)?.role;
  return role === "facilitator" || role === "organiser";
}

let drawn = "";

function drawAvatars(app: Atelier, host: HTMLElement): void {
  const people = new Map<string, { name: string; colour: Colour }>();
  const me = app.data.person;
  people.set(me.id, { name: me.name, colour: me.colour });
  for (const other of others(app).values())
    if (other.user?.id && other.user.name)
      people.set(other.user.id, { name: other.user.name, colour: other.user.colour ?? "craie" });
  const said = (id: string) => {
    const { hand, ready } = app.person(id) ?? {};
    return { hand: hand === true, ready: ready === true && app.workshop.ready_check != null };
  };
  const key = JSON.stringify([...people].map(([id, person]) => [id, person, said(id)]));
  if (key === drawn && host.childElementCount > 0) return;
  drawn = key;
  // raised hands first, so that none is behind the number
  const all = [...people.entries()].sort(([a], [b]) => Number(said(b).hand) - Number(said(a).hand));
  const most = WIDE.matches ? MANY : FEW;
  const chips = all.slice(0, most).map(([id, person]) => {
    const mine = id === me.id;
    const name = mine ? t("{name} (vous)", { name: person.name }) : person.name;
    const { hand, ready } = said(id);
    const label = [name, hand ? t("main levée") : null, ready ? t("c'est bon") : null]
      .filter((one) => one !== null)
      .join(", ");
    const chip = make(
      "li",
      { class: `av c-${person.colour}`, title: label },
      make("span", { "aria-hidden": "true" }, initials(person.name)),
      make("span", { class: "sr" }, label),
    );
    chip.append(make("i", { class: `avmark k-${person.colour}` }, icon(`mark-${MARKS[person.colour]}`, 9)));
    if (hand) chip.append(make("i", { class: "avsign hand" }, icon("hand", 12)));
    else if (ready) chip.append(make("i", { class: "avsign ready" }, icon("check", 12)));
    return chip;
  });
  if (all.length > most) {
    const rest = all.slice(most).map(([, person]) => person.name);
    const count = make("span", { "aria-hidden": "true" }, `+${rest.length}`);
    chips.push(
      make(
        "li",
        { class: "av", title: rest.join(", ") },
        count,
        make("span", { class: "sr" }, rest.join(", ")),
      ),
    );
  }
  host.replaceChildren(...chips);
  host.setAttribute("aria-label", tn("{n} personne présente", "{n} personnes présentes", all.length));
}
