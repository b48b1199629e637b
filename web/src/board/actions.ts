// What can be done with notes, once for mouse, keyboard and list: each action has one home here.

import { bodyBox, freePlace, noteHeight, noteSize } from "../model/layout";
import { keyBetween } from "../model/order";
import type { Colour, Note, Zone } from "../model/page";
import { t } from "../ui/i18n";
import type { Atelier } from "./atelier";

const ALPHABET = "abcdefghjkmnpqrstvwxyz23456789";

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `n${[...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join("")}`;
}

function inZone(app: Atelier, zone: string, except?: string): Note[] {
  return (app.document?.byZone(app.board).get(zone) ?? []).filter((note) => note.id !== except);
}

function lastOrder(app: Atelier, zone: string, except?: string): string {
  const notes = inZone(app, zone, except);
  return keyBetween(notes[notes.length - 1]?.order ?? null, null) ?? "zz";
}

/** The next free place of a zone for a note with this text. */
function nextPlace(app: Atelier, zone: Zone, text: string, except?: string): [number, number] {
  const { template } = app;
  const taken = inZone(app, zone.id, except).map((note) => ({
    place: note.place,
    height: noteHeight(template, zone, note.text),
  }));
  return freePlace(
    bodyBox(template, zone),
    noteSize(template, zone),
    taken,
    noteHeight(template, zone, text),
  );
}

/** A new note in a zone, at a place or at the next free one; gives its id, or null when nobody may write. */
export function addNote(app: Atelier, zoneId: string, text = "", place?: [number, number]): string | null {
  const zone = app.zone(zoneId);
  const document = app.document;
  if (!zone || !document || !app.mayWrite) return null;
  const id = newId();
  document.undo.stopCapturing();
  document.add({
    id,
    board: app.board,
    zone: zoneId,
    kind: zone.kinds[0] ?? "note",
    place: place ?? nextPlace(app, zone, text),
    order: lastOrder(app, zoneId),
    colour: app.data.person.colour,
    text,
    by: app.data.person.id,
    at: Math.round(Date.now() + app.connection.clockOffset),
  });
  app.activeZone = zoneId;
  return id;
}

export function moveNote(app: Atelier, id: string, zoneId: string, place?: [number, number]): void {
  const note = app.note(id);
  const zone = app.zone(zoneId);
  if (!note || !zone || !app.mayWrite) return;
  const to = place ?? nextPlace(app, zone, note.text, id);
  app.document?.undo.stopCapturing();
  app.document?.set(
    id,
    zoneId === note.zone ? { place: to } : { zone: zoneId, place: to, order: lastOrder(app, zoneId, id) },
  );
  app.activeZone = zoneId;
  if (zoneId !== note.zone) app.announcer.say(t("Note déplacée dans {zone}.", { zone: zone.title }));
}

/** Move a note by a part of its zone, from the keyboard. */
export function nudgeNote(app: Atelier, id: string, dx: number, dy: number): void {
  const note = app.note(id);
  if (!note || !app.mayWrite) return;
  const within = (value: number) => Math.min(1, Math.max(0, Math.round(value * 10_000) / 10_000));
  app.document?.set(id, { place: [within(note.place[0] + dx), within(note.place[1] + dy)] });
}

/** Move a note one up or down in reading order. */
export function reorderNote(app: Atelier, id: string, step: -1 | 1): void {
  const note = app.note(id);
  if (!note || !app.mayWrite) return;
  const notes = inZone(app, note.zone);
  const at = notes.findIndex((other) => other.id === id) + step;
  if (at < 0 || at >= notes.length) return;
  const before = step < 0 ? (notes[at - 1]?.order ?? null) : (notes[at]?.order ?? null);
  const after = step < 0 ? (notes[at]?.order ?? null) : (notes[at + 1]?.order ?? null);
  const order = keyBetween(before, after);
  if (order === null) return;
  app.document?.undo.stopCapturing();
  app.document?.set(id, { order });
  app.announcer.say(step < 0 ? t("Note montée.") : t("Note descendue."));
}

export function colourNote(app: Atelier, id: string, colour: Colour): void {
  if (!app.mayWrite) return;
  app.document?.undo.stopCapturing();
  app.document?.set(id, { colour });
}

export function deleteNote(app: Atelier, id: string): void {
  const note = app.note(id);
  if (!note || !app.mayWrite) return;
  app.document?.undo.stopCapturing();
  app.deletedHere.add(id);
  app.document?.remove(id);
  if (app.editing === id) app.editing = null;
  app.announcer.say(t("Note supprimée. Annuler la rétablit."));
}

export function undo(app: Atelier): void {
  if (app.document?.undo.undo()) app.announcer.say(t("Annulé."));
  app.emit("history");
}

export function redo(app: Atelier): void {
  if (app.document?.undo.redo()) app.announcer.say(t("Rétabli."));
  app.emit("history");
}
