// What a typed note says of itself at its foot: an icon and the short words of its fields.

import { kindSaid, kindSummary } from "../model/kind-words";
import { kindName, kindOf } from "../model/kinds";
import type { Note } from "../model/page";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";

/** Null where there is nothing to say: a plain note, or an empty one of the kind its zone asks for. */
export function kindMark(app: Atelier, note: Note): HTMLElement | null {
  if (note.kind === "note") return null;
  const summary = kindSummary(app, note);
  const zone = app.templateOf(note.board)?.zones.find((one) => one.id === note.zone);
  if (summary === "" && zone?.kinds[0] === note.kind) return null;
  return make(
    "span",
    { class: "kindmark", title: kindName(note.kind) },
    icon(kindOf(note.kind).icon, 13),
    make("span", { "aria-hidden": "true" }, summary || kindName(note.kind)),
    make("span", { class: "sr" }, kindSaid(app, note)),
  );
}

export function attachKinds(app: Atelier): void {
  app.noteMarks.push((note) => kindMark(app, note));
  app.noteWords.push((note) => kindSaid(app, note) || null);
}
