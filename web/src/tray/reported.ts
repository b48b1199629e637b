// On the sheets: what became of a note. A chip at its foot says where it was carried, and leads there.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { goToNote } from "../board/trace";
import { type Decision, decides } from "../model/decided";
import { keyOf } from "../model/harvest";
import type { Canvas, Note } from "../model/page";
import { t, tn } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { openMenu } from "../ui/menu";
import type { TrayState } from "./state";
import { zoneName } from "./words";

interface Became {
  words: string;
  /** What is read at the foot of the note, where there is little room. */
  short: string;
  sign: string;
  /** The note that was made of it. */
  goes: { canvas: Canvas; id: string } | null;
}

export function attachReported(state: TrayState, view: BoardView): void {
  const { app } = state;

  const became = (note: Note): Became[] => {
    if (app.templateOf(note.board)?.sheet == null || note.hidden) return [];
    const key = keyOf(app.shownGroup, note.id);
    const found = state.canvases.flatMap((canvas): Became[] => {
      const decision = state.decided(canvas).get(key);
      return decision === undefined ? [] : [of(app, canvas, decision)];
    });
    if (found.length > 0) return found;
    // the canvas is in a room that this page is not in
    const rooms = state.canvases.every((canvas) => app.documentOf(canvas) !== null);
    const words = { open: "", carried: t("Reportée"), merged: t("Fusionnée"), parked: t("Mise de côté") };
    const said = words[note.status ?? "open"];
    return rooms || said === "" ? [] : [{ words: said, short: said, sign: "inbox", goes: null }];
  };

  app.noteMarks.push((note) => {
    const all = became(note);
    if (all.length === 0) return null;
    return make("span", { class: "reports" }, chip(app, all));
  });
  app.noteWords.push((note) => {
    const all = became(note).map(({ words }) => words);
    return all.length === 0 ? null : all.join(", ");
  });

  /** Notes whose canvas changed are drawn again. */
  const again = (ids: readonly string[]) => {
    if (ids.length === 0 || app.template.sheet === null) return;
    if (app.view === "board") view.touch(ids);
    else app.emit("waiting"); // the list draws itself again
  };
  app.onChanges(({ changes }) => {
    const origins = changes
      .filter(({ before, after }) => decides(before, after))
      .flatMap(({ before, after }) => [...(before?.origin ?? []), ...(after?.origin ?? [])]);
    again(origins.map(({ note }) => note));
  });
  const all = () =>
    again(
      state.canvases.flatMap((canvas) =>
        [...state.decided(canvas).keys()].map((key) => key.split("/")[1] ?? ""),
      ),
    );
  for (const what of ["joined", "board"]) app.on(what, all);
  let there = "";
  app.on("link", () => {
    // the room of a canvas has come, or gone
    const now = state.canvases.filter((canvas) => app.documentOf(canvas) !== null).join();
    if (now === there) return;
    there = now;
    all();
  });
}

function of(app: Atelier, canvas: Canvas, { status, notes: [first] }: Decision): Became {
  if (status === "parked" || first === undefined) {
    const words = t("Mise de côté");
    return { words, short: words, sign: "archive", goes: null };
  }
  const zone = zoneName(app, `${canvas}.${first.zone}`);
  const words =
    status === "merged" ? t("Fusionnée dans {zone}", { zone }) : t("Reportée dans {zone}", { zone });
  const sign = status === "merged" ? "git-merge" : "corner-down-left";
  return { words, short: zone, sign, goes: { canvas, id: first.id } };
}

/** One chip, however many places there are: a note does not grow by what became of it. */
function chip(app: Atelier, all: readonly Became[]): HTMLElement {
  const places = all.flatMap((one) => (one.goes === null ? [] : [{ ...one, goes: one.goes }]));
  const [first = all[0] as Became] = places;
  const words = all.map((one) => one.words).join(", ");
  const short = places.length > 1 ? tn("{n} zone", "{n} zones", places.length) : first.short;
  const body = [icon(first.sign, 12), make("span", {}, short)];
  if (first.goes === null) return make("span", { class: "trace reported", title: words }, ...body);
  const button = make("button", {
    type: "button",
    class: "trace reported",
    "aria-label": words,
    title: words,
  });
  button.append(...body);
  if (places.length > 1) button.setAttribute("aria-haspopup", "menu");
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const items = places.map(({ words, sign, goes }) => ({
      label: words,
      icon: sign,
      done: () => go(app, goes),
    }));
    if (items.length > 1) openMenu(button, t("Où cette note a été reportée"), items);
    else items[0]?.done();
  });
  return button;
}

function go(app: Atelier, { canvas, id }: { canvas: Canvas; id: string }): void {
  app.show(canvas);
  if (goToNote(app, id)) return;
  const off = app.on("joined", () => {
    off();
    goToNote(app, id);
  });
}
