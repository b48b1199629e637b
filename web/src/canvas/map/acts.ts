// What can be done with points of the map, once for pointer, keyboard, dialog and table: each is one step of undo
// and changes nothing that this person may not change.

import { addNotes, deleteNotes } from "../../board/actions";
import type { Atelier } from "../../board/atelier";
import type { Note } from "../../model/page";
import { t } from "../../ui/i18n";
import type { Place } from "./geometry";
import { MAP, type Wish } from "./points";

export type Fields = Readonly<Record<string, unknown>>;

/** The note, when this person may change it; says why not. */
function changeable(app: Atelier, id: string): Note | null {
  const note = app.note(id);
  if (note === null) return null;
  if (app.mayChange(note)) return note;
  app.announcer.say(t("Cette note est verrouillée."));
  return null;
}

export function setFields(app: Atelier, id: string, fields: Fields): boolean {
  if (changeable(app, id) === null) return false;
  app.document?.together(() => app.document?.setFields(id, fields));
  return true;
}

/** Steps of the keyboard that follow each other are one step of undo. */
export function nudge(app: Atelier, id: string, { x, y }: Place): void {
  if (changeable(app, id) !== null) app.document?.several(() => app.document?.setFields(id, { x, y }));
}

export function setWish(app: Atelier, id: string, wish: Wish | null): boolean {
  return setFields(app, id, {
    target: wish === null ? undefined : { x: wish.x, y: wish.y, horizon: wish.horizon },
  });
}

/** All of them to these places, as one step. */
export function placeAll(app: Atelier, places: ReadonlyMap<string, Place>): void {
  const { document } = app;
  const free = [...places].filter(([id]) => {
    const note = app.note(id);
    return note !== null && app.mayChange(note);
  });
  document?.together(() => {
    for (const [id, { x, y }] of free) document.setFields(id, { x, y });
  });
}

/** The name of a point is the text of its note, unless the note says more than its name. */
export function savePoint(app: Atelier, id: string, label: string | null, fields: Fields): void {
  const note = changeable(app, id);
  const { document } = app;
  if (note === null || document === null) return;
  const wanted = label?.trim() ?? "";
  const named = note.fields?.label !== undefined || (note.origin?.length ?? 0) > 0;
  document.together(() => {
    if (wanted !== "" && !named) document.retype(id, wanted);
    document.setFields(id, wanted !== "" && named ? { ...fields, label: wanted } : fields);
  });
}

/** Gives its id; null where nobody may write. */
export function addPoint(app: Atelier, label: string, fields: Fields): string | null {
  const [id] = addNotes(app, MAP.zone, [label.trim()], undefined, { kind: "point", fields });
  return id ?? null;
}

/** A plain note that was brought here becomes a point that waits for its place. */
export function makePoint(app: Atelier, id: string): void {
  if (changeable(app, id) === null) return;
  app.document?.together(() => app.document?.set(id, { kind: "point" }));
  app.announcer.say(t("La note est un point, à placer sur la carte."));
}

export function removePoint(app: Atelier, id: string): void {
  deleteNotes(app, [id]);
}
