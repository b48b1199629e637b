// Where a note comes from: a chip at its foot. Its dialog, tray/sources.ts, is loaded when it is asked for.

import type { Note } from "../model/page";
import { shortName } from "../model/trace";
import { t, tn } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";
import { sources } from "./later";

/** The note to show on the page that is opened next. */
export const WANTED = "tablee-goto";

/** Show a note where it is now, with the focus on it. False when it is gone. */
export function goToNote(app: Atelier, id: string): boolean {
  const note = app.note(id);
  if (note === null) return false;
  app.show(note.board);
  app.select(id);
  const shown = `#board li.note[data-id="${CSS.escape(id)}"], #list li.ln[data-id="${CSS.escape(id)}"]`;
  const focus = () =>
    [...document.querySelectorAll<HTMLElement>(shown)].find((one) => one.offsetParent !== null)?.focus();
  focus();
  requestAnimationFrame(focus); // a note that has just been made is drawn in the next frame
  return true;
}

export function attachTrace(app: Atelier): void {
  const count = (note: Note) => note.origin?.length ?? 0;
  const words = (note: Note) => {
    const [first] = note.origin ?? [];
    const carried = app.templateOf(note.board)?.sheet === null;
    if (first !== undefined && count(note) === 1 && carried) return shortName(app, first);
    const je = note.origin?.every(({ board }) => app.templateOf(board)?.side === "je");
    return je ? tn("{n} Je", "{n} Je", count(note)) : tn("{n} source", "{n} sources", count(note));
  };
  app.noteMarks.push((note) => (count(note) === 0 ? null : traceChip(app, note, words(note))));
  app.noteWords.push((note) => (count(note) === 0 ? null : t("vient de {source}", { source: words(note) })));
  const wanted = sessionStorage.getItem(WANTED);
  sessionStorage.removeItem(WANTED);
  if (wanted === null) return;
  const off = app.on("joined", () => {
    off();
    goToNote(app, wanted);
  });
}

function traceChip(app: Atelier, note: Note, words: string): HTMLElement {
  const label = t("Provenance : {source}", { source: words });
  const chip = make("button", { type: "button", class: "trace", "aria-label": label, title: label });
  chip.append(icon("git-merge", 12), make("span", {}, words));
  chip.addEventListener("click", (event) => {
    event.stopPropagation();
    void sources(app).then((part) => part?.openTrace(app, note.id, chip));
  });
  return chip;
}
