// What can be done with notes, once for mouse, keyboard and list: each action has one home here. Each is one
// step of undo, changes nothing that this person may not change, and says what it did.

import { flow, freePlace, noteHeight, placeInTurn, zoneLayout } from "../model/layout";
import { keyBetween, keysAfter } from "../model/order";
import type { Cluster, Colour, Note, Zone } from "../model/page";
import { whole } from "../model/text-diff";
import type { BoardDocument, NoteChanges } from "../sync/document";
import { reason } from "../sync/reasons";
import { t, tn } from "../ui/i18n";
import type { Atelier } from "./atelier";
import { areDrafts, crosses } from "./silent";
import { refused } from "./zone-state";

export const MOST_CHARS = 1000;
export const MOST_TAGS = 12;
export const MOST_TAG_CHARS = 64;
/** In a fuller zone nobody looks for a free place: there is none, and the search grows with the square. */
const MOST_LOOKED_AT = 150;
const ALPHABET = "abcdefghjkmnpqrstvwxyz23456789";

function random(letters: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(letters));
  return [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

export const newId = () => `n${random(12)}`;

function now(app: Atelier): number {
  return Math.round(Date.now() + app.connection.clockOffset);
}

/** The document, when this person may write in it. */
function writable(app: Atelier): BoardDocument | null {
  return app.mayWrite ? app.document : null;
}

/** The document, when this person may say something about notes in it; says why not. */
function talkable(app: Atelier, document = app.document): BoardDocument | null {
  if (app.mayWrite && !app.mayTalk) app.announcer.say(t("Tout est verrouillé pour le moment"));
  return mayTalkIn(app, document) ? document : null;
}

/** Whether this person may comment in a document, also of a room that is not shown. */
export function mayTalkIn(app: Atelier, document: BoardDocument | null): boolean {
  if (document === app.document) return app.mayTalk;
  const room = app.rooms.find((one) => one.document === document);
  const open = room?.mayWrite === true && room.joined && room.closedFor === null;
  return open && (app.leads || app.workshop.frozen !== true);
}

/** Those of the notes that this person may change. Says so when some are locked. */
function changeable(app: Atelier, ids: readonly string[]): Note[] {
  const notes = ids.map((id) => app.note(id)).filter((note): note is Note => note !== null);
  const free = notes.filter((note) => app.mayChange(note));
  if (free.length < notes.length)
    app.announcer.say(
      tn(
        "{n} note est verrouillée et reste comme elle est.",
        "{n} notes sont verrouillées et restent comme elles sont.",
        notes.length - free.length,
      ),
    );
  return free;
}

/** Those of the notes that others see too; says so when some are drafts. */
function shared(app: Atelier, notes: readonly Note[]): Note[] {
  areDrafts(app, notes);
  return notes.filter((note) => !note.hidden);
}

function inZone(app: Atelier, board: string, zone: string, except?: ReadonlySet<string>): Note[] {
  const notes = app.document?.byZone(board).get(zone) ?? [];
  return except === undefined ? notes : notes.filter((note) => !except.has(note.id));
}

/** `count` order keys after the last note of a zone. */
function lastOrders(app: Atelier, board: string, zone: string, count: number, except?: ReadonlySet<string>) {
  return keysAfter(inZone(app, board, zone, except).at(-1)?.order ?? null, count);
}

/** Free places of a zone for notes with these texts, one after the other. */
function freePlaces(
  app: Atelier,
  board: string,
  zone: Zone,
  texts: readonly string[],
  except?: ReadonlySet<string>,
): [number, number][] {
  const template = app.templateOf(board);
  if (!template) return texts.map(() => [0, 0]);
  const there = inZone(app, board, zone.id, except);
  const layout = zoneLayout(template, zone, there.length + texts.length + app.titlesIn(board, zone.id));
  const taken = there.map((note) => ({ place: note.place, height: noteHeight(layout, note.text) }));
  return texts.map((text) => {
    if (taken.length >= MOST_LOOKED_AT) {
      const place = placeInTurn(layout, taken.length);
      taken.push({ place, height: layout.size.height });
      return place;
    }
    const height = noteHeight(layout, text);
    const place = freePlace(layout.body, layout.size, taken, height);
    taken.push({ place, height });
    return place;
  });
}

// -- making ---------------------------------------------------------------------------------------

/** New notes in a zone, at a place or at the next free ones; gives their ids, none when nobody may write. */
export function addNotes(
  app: Atelier,
  zoneId: string,
  texts: readonly string[],
  place?: [number, number],
  more: Partial<
    Pick<Note, "cluster" | "origin" | "colour" | "kind" | "fields" | "tags" | "stakeholder">
  > = {},
): string[] {
  const zone = app.zone(zoneId);
  const document = writable(app);
  if (!zone || !document || refused(app, zoneId)) return [];
  const places = place ? texts.map(() => place) : freePlaces(app, app.board, zone, texts);
  const orders = lastOrders(app, app.board, zoneId, texts.length);
  const ids = texts.map(newId);
  document.together(() => {
    for (const [at, text] of texts.entries()) {
      const note: Note = {
        kind: zone.kinds[0] ?? "note",
        colour: app.data.person.colour,
        ...more,
        id: ids[at] as string,
        board: app.board,
        zone: zoneId,
        place: places[at] as [number, number],
        order: orders[at] as string,
        text: whole(text),
        by: app.data.person.id,
        at: now(app),
      };
      document.add(note);
      app.partOf(zone)?.arrive?.(zone, note, place);
    }
  });
  app.activeZone = zoneId;
  return ids;
}

/** One new note; gives its id, or null when nobody may write. */
export function addNote(app: Atelier, zoneId: string, text = "", place?: [number, number]): string | null {
  return addNotes(app, zoneId, [text], place)[0] ?? null;
}

/** The same notes once more, beside the first ones, as this person's own. */
export function duplicateNotes(app: Atelier, ids: readonly string[]): string[] {
  const document = writable(app);
  const notes = ids.map((id) => app.note(id)).filter((note): note is Note => note !== null);
  if (!document || notes.length === 0) return [];
  const made: string[] = [];
  document.together(() => {
    for (const [zoneId, group] of groupBy(notes, (note) => note.zone)) {
      const zone = app.zone(zoneId);
      if (!zone || refused(app, zoneId)) continue;
      const texts = group.map((note) => note.text);
      const places = freePlaces(app, app.board, zone, texts);
      const orders = lastOrders(app, app.board, zoneId, group.length);
      for (const [at, note] of group.entries()) {
        const id = newId();
        made.push(id);
        const { locked, status, origin, ...kept } = note;
        document.add({
          ...kept,
          id,
          place: places[at] as [number, number],
          order: orders[at] as string,
          by: app.data.person.id,
          at: now(app),
        });
      }
    }
  });
  if (made.length === 0) return [];
  app.choose(made);
  app.announcer.say(tn("{n} note dupliquée.", "{n} notes dupliquées.", made.length));
  return made;
}

/** Cut a note in two where the caret is; gives the id of the second half. */
export function splitNote(app: Atelier, id: string, at: number): string | null {
  const document = writable(app);
  const [note] = changeable(app, [id]);
  const zone = note && app.zone(note.zone);
  if (!document || !note || !zone) return null;
  const [head, tail] = [note.text.slice(0, at).trimEnd(), note.text.slice(at).trimStart()];
  if (head === "" || tail === "") return null;
  const second = newId();
  const [place] = freePlaces(app, note.board, zone, [tail]);
  const notes = inZone(app, note.board, note.zone);
  const next = notes[notes.findIndex((other) => other.id === id) + 1];
  document.together(() => {
    document.splice(id, { at: head.length, remove: note.text.length - head.length, insert: "" });
    const { locked, status, ...kept } = note;
    document.add({
      ...kept,
      id: second,
      text: tail,
      place: place ?? [0, 0],
      order: keyBetween(note.order, next?.order ?? null) ?? note.order,
      by: app.data.person.id,
      at: now(app),
    });
  });
  app.announcer.say(t("Note coupée en deux."));
  return second;
}

// -- moving ---------------------------------------------------------------------------------------

export interface Destination {
  zone: string;
  /** The current board unless named. */
  board?: string;
  place?: [number, number];
}

/**
 * Move notes to a zone. With a place, the first of them goes there and the others keep their distance to it.
 * A cluster that moves whole stays one; a note that leaves its cluster behind leaves it.
 */
export function moveNotes(app: Atelier, ids: readonly string[], to: Destination): void {
  const document = writable(app);
  const board = to.board ?? app.board;
  const zone = app.templateOf(board)?.zones.find((one) => one.id === to.zone);
  const notes = changeable(app, ids);
  const [first] = notes;
  if (!document || !zone || !first || refused(app, zone.id, board)) return;
  if (crosses(app, notes, board, zone.id)) return;
  const moving = new Set(notes.map((note) => note.id));
  const places = placesFor(app, notes, board, zone, to.place);
  const arriving = notes.filter((note) => note.zone !== zone.id || note.board !== board);
  const orders = lastOrders(app, board, zone.id, arriving.length, moving);
  document.together(() => {
    for (const cluster of wholeClusters(document, moving))
      document.setCluster(cluster, { board, zone: zone.id });
    for (const [at, note] of notes.entries()) {
      const changes: NoteChanges = { place: places[at] as [number, number] };
      const order = orders[arriving.indexOf(note)];
      if (order !== undefined) {
        Object.assign(changes, { order, zone: zone.id }, note.board === board ? {} : { board });
        const stays = note.cluster !== undefined && isWhole(document, note.cluster, moving);
        if (note.cluster !== undefined && !stays) changes.cluster = null;
      }
      document.set(note.id, changes);
      if (to.place) app.partAt(board, zone.id)?.arrive?.(zone, note, to.place);
    }
  });
  if (board === app.board) app.activeZone = zone.id;
  if (arriving.length > 0)
    app.announcer.say(
      arriving.length === 1
        ? t("Note déplacée dans {zone}.", { zone: zone.title })
        : tn("{n} note déplacée dans {zone}.", "{n} notes déplacées dans {zone}.", arriving.length, {
            zone: zone.title,
          }),
    );
}

function placesFor(
  app: Atelier,
  notes: readonly Note[],
  board: string,
  zone: Zone,
  place: [number, number] | undefined,
): [number, number][] {
  const [first] = notes;
  if (place === undefined || !first)
    return freePlaces(
      app,
      board,
      zone,
      notes.map((note) => note.text),
      new Set(notes.map((note) => note.id)),
    );
  const together = notes.every((note) => note.zone === first.zone);
  if (!together) {
    const rest = freePlaces(
      app,
      board,
      zone,
      notes.slice(1).map((note) => note.text),
      new Set(notes.map((note) => note.id)),
    );
    return [place, ...rest];
  }
  return notes.map((note) => [
    within(place[0] + note.place[0] - first.place[0]),
    within(place[1] + note.place[1] - first.place[1]),
  ]);
}

const within = (value: number) => Math.min(1, Math.max(0, Math.round(value * 10_000) / 10_000));

function isWhole(document: BoardDocument, cluster: string, moving: ReadonlySet<string>): boolean {
  return [...document.contents.membersOf(cluster)].every((id) => moving.has(id));
}

function wholeClusters(document: BoardDocument, moving: ReadonlySet<string>): Set<string> {
  const clusters = [...moving].map((id) => document.note(id)?.cluster).filter((id) => id !== undefined);
  return new Set(clusters.filter((cluster) => isWhole(document, cluster, moving)));
}

/** Move notes by a part of their zone, from the keyboard. Steps that follow each other are one step of undo. */
export function nudgeNotes(app: Atelier, ids: readonly string[], dx: number, dy: number): void {
  const document = writable(app);
  if (!document) return;
  const notes = changeable(app, ids);
  document.several(() => {
    for (const { id, place } of notes)
      document.set(id, { place: [within(place[0] + dx), within(place[1] + dy)] });
  });
}

/** Move a note one up or down in reading order, which is also front to back on the board. */
export function reorderNote(app: Atelier, id: string, step: -1 | 1): void {
  const [note] = changeable(app, [id]);
  const document = writable(app);
  if (!note || !document) return;
  const notes = inZone(app, note.board, note.zone);
  const at = notes.findIndex((other) => other.id === id) + step;
  if (at < 0 || at >= notes.length) return;
  const before = step < 0 ? (notes[at - 1]?.order ?? null) : (notes[at]?.order ?? null);
  const after = step < 0 ? (notes[at]?.order ?? null) : (notes[at + 1]?.order ?? null);
  const order = keyBetween(before, after);
  if (order === null) return;
  document.together(() => document.set(id, { order }));
  app.announcer.say(step < 0 ? t("Note montée.") : t("Note descendue."));
}

/** Put notes of a zone, in their order, right after another one; "first" and "last" are before and after all. */
export function orderAfter(
  app: Atelier,
  ids: readonly string[],
  board: string,
  zone: string,
  after: string,
): void {
  const document = writable(app);
  if (!document) return;
  const moving = new Set(ids);
  const others = inZone(app, board, zone, moving);
  const at =
    after === "first"
      ? -1
      : after === "last"
        ? others.length - 1
        : others.findIndex((one) => one.id === after);
  let before = others[at]?.order ?? null;
  const next = others[at + 1]?.order ?? null;
  document.together(() => {
    for (const note of changeable(app, ids)) {
      const order = keyBetween(before, next);
      if (order === null) continue;
      document.set(note.id, { order });
      before = order;
    }
  });
}

/** To the front of the others of its zone, or behind them; last or first in reading order. */
export function stackNotes(app: Atelier, ids: readonly string[], where: "front" | "back"): void {
  const document = writable(app);
  if (!document) return;
  const moving = new Set(ids);
  document.together(() => {
    for (const [zone, notes] of groupBy(changeable(app, ids), (note) => note.zone)) {
      const others = inZone(app, app.board, zone, moving);
      let before = where === "front" ? (others.at(-1)?.order ?? null) : null;
      const after = where === "front" ? null : (others[0]?.order ?? null);
      for (const note of notes) {
        const order = keyBetween(before, after);
        if (order === null) continue;
        document.set(note.id, { order });
        before = order;
      }
    }
  });
  app.announcer.say(where === "front" ? t("Au premier plan.") : t("À l'arrière-plan."));
}

export type Edge = "left" | "top" | "row" | "column";

/** Line notes up by an edge of the first, or at equal distances in a row or a column. */
export function alignNotes(app: Atelier, ids: readonly string[], by: Edge): void {
  const document = writable(app);
  if (!document) return;
  document.together(() => {
    for (const notes of groupBy(changeable(app, ids), (note) => note.zone).values()) {
      if (notes.length < 2) continue;
      const axis = by === "left" || by === "column" ? 1 : 0;
      const sorted = [...notes].sort((a, b) => a.place[axis] - b.place[axis]);
      const [first, last] = [sorted[0] as Note, sorted.at(-1) as Note];
      const step = (last.place[axis] - first.place[axis]) / (sorted.length - 1);
      for (const [at, note] of sorted.entries()) {
        const along = by === "row" || by === "column" ? first.place[axis] + at * step : note.place[axis];
        const across = first.place[1 - axis] as number;
        const place = axis === 1 ? [across, along] : [along, across];
        document.set(note.id, { place: [within(place[0] as number), within(place[1] as number)] });
      }
    }
  });
  app.announcer.say(t("Notes alignées."));
}

/** Lay all notes of a zone side by side in reading order, clusters together. */
export function tidyZone(app: Atelier, zoneId: string): void {
  const zone = app.zone(zoneId);
  const document = writable(app);
  if (!zone || !document) return;
  const there = inZone(app, app.board, zoneId);
  document.together(() => arrange(app, zone, there, (note) => document.contents.clusterOf(note)?.id));
  app.announcer.say(t("Zone rangée : {zone}.", { zone: zone.title }));
}

/** Side by side in this order; notes of one cluster stay together, locked ones stay where they are. */
function arrange(
  app: Atelier,
  zone: Zone,
  notes: readonly Note[],
  clusterOf: (note: Note) => string | undefined,
): void {
  const titles = new Set(notes.map(clusterOf).filter((cluster) => cluster !== undefined)).size;
  const layout = zoneLayout(app.template, zone, notes.length + Math.ceil(titles / 2));
  const places = flow(notes, layout, clusterOf);
  for (const note of notes) {
    const place = places.get(note.id);
    if (place && app.mayChange(note)) app.document?.set(note.id, { place });
  }
}

// -- clusters -------------------------------------------------------------------------------------

/** Put notes of a zone together under a title; notes of other zones come along. Gives the cluster's id. */
export function groupNotes(app: Atelier, ids: readonly string[], title: string): string | null {
  const document = writable(app);
  const notes = shared(app, changeable(app, ids));
  const [first] = notes;
  const zone = first && app.zone(first.zone);
  if (!document || !first || !zone || crosses(app, notes, app.board, zone.id)) return null;
  const cluster: Cluster = { id: `c${random(11)}`, board: app.board, zone: zone.id, title: title.trim() };
  const there = inZone(app, app.board, zone.id, new Set(notes.map((note) => note.id)));
  const next = there.find((note) => note.order > first.order);
  let before: string | null = first.order;
  document.together(() => {
    document.addCluster(cluster);
    for (const note of notes) {
      const changes: NoteChanges = { cluster: cluster.id };
      if (note.zone !== zone.id) changes.zone = zone.id;
      if (note !== first) {
        // one after the other in reading order, so that lists and screen readers keep them together
        const order = keyBetween(before, next?.order ?? null);
        if (order !== null) {
          changes.order = order;
          before = order;
        }
      }
      document.set(note.id, changes);
    }
    const grouped = new Set(notes.map((note) => note.id));
    const ordered = [
      ...there.filter((note) => note.order <= first.order),
      ...notes,
      ...there.filter((note) => note.order > first.order),
    ];
    arrange(app, zone, ordered, (note) =>
      grouped.has(note.id) ? cluster.id : document.contents.clusterOf(note)?.id,
    );
  });
  app.announcer.say(
    tn("{n} note regroupée sous « {title} ».", "{n} notes regroupées sous « {title} ».", notes.length, {
      title: cluster.title || t("sans titre"),
    }),
  );
  return cluster.id;
}

export function renameCluster(app: Atelier, id: string, title: string): void {
  const document = writable(app);
  const cluster = document?.contents.cluster(id);
  if (!document || !cluster || refused(app, cluster.zone, cluster.board)) return;
  document.together(() => document.setCluster(id, { title: title.trim() }));
}

/** Take notes out of their clusters. */
export function ungroupNotes(app: Atelier, ids: readonly string[]): void {
  const document = writable(app);
  const notes = changeable(app, ids).filter((note) => note.cluster !== undefined);
  if (!document || notes.length === 0) return;
  const leaving = new Set(notes.map((note) => note.id));
  document.together(() => {
    for (const cluster of wholeClusters(document, leaving)) document.removeCluster(cluster);
    for (const note of notes) document.set(note.id, { cluster: null });
  });
  app.announcer.say(tn("{n} note dégroupée.", "{n} notes dégroupées.", notes.length));
}

// -- marks on notes -------------------------------------------------------------------------------

export function colourNotes(app: Atelier, ids: readonly string[], colour: Colour): void {
  const document = writable(app);
  const notes = changeable(app, ids);
  document?.together(() => {
    for (const { id } of notes) document.set(id, { colour });
  });
}

/** Tags of a note: words, without doubles, as many as a note may have. */
export function tagNotes(
  app: Atelier,
  ids: readonly string[],
  change: (tags: readonly string[]) => string[],
): void {
  const document = writable(app);
  const notes = changeable(app, ids);
  document?.together(() => {
    for (const note of notes) {
      const words = change(note.tags ?? []).map((tag) => [...tag.trim()].slice(0, MOST_TAG_CHARS).join(""));
      const tags = [...new Set(words.filter((tag) => tag !== ""))].slice(0, MOST_TAGS);
      document.set(note.id, { tags: tags.length > 0 ? tags : null });
    }
  });
}

/** Lock notes against others, or unlock them: their author and facilitation may. */
export function lockNotes(app: Atelier, ids: readonly string[], locked: boolean): void {
  const document = writable(app);
  const notes = shared(app, changeable(app, ids)).filter((note) => app.mayLock(note));
  if (!document || notes.length === 0) return;
  document.together(() => {
    for (const { id } of notes) document.set(id, { locked: locked ? true : null });
  });
  app.announcer.say(
    locked
      ? tn("{n} note verrouillée.", "{n} notes verrouillées.", notes.length)
      : tn("{n} note déverrouillée.", "{n} notes déverrouillées.", notes.length),
  );
}

export function likeNote(app: Atelier, id: string): void {
  const document = talkable(app);
  const me = app.data.person.id;
  const note = document?.note(id);
  if (!document || !note || shared(app, [note]).length === 0) return;
  const on = !document.contents.reactionsTo(id).has(me);
  document.together(() => document.react(id, me, on, now(app)));
  const count = document.contents.reactionsTo(id).size;
  app.announcer.say(
    on
      ? tn(
          "Vous aimez cette note. {n} personne en tout.",
          "Vous aimez cette note. {n} personnes en tout.",
          count,
        )
      : t("Vous n'aimez plus cette note."),
  );
}

/** Whether it was added. `on`: the document the note is in. */
export function addComment(app: Atelier, note: string, text: string, on = app.document): boolean {
  const document = talkable(app, on);
  const said = whole(text.trim());
  if (!document || said === "" || document.note(note) === null) return false;
  const by = app.data.person.id;
  document.together(() => document.addComment({ note, by, text: said, at: now(app) }, random(8)));
  app.announcer.say(t("Commentaire ajouté."));
  return true;
}

export function editComment(app: Atelier, id: string, text: string, on = app.document): void {
  const document = talkable(app, on);
  document?.together(() => document.editComment(id, whole(text.trim())));
}

export function removeComment(app: Atelier, id: string, on = app.document): void {
  const document = talkable(app, on);
  document?.together(() => document.removeComment(id));
  app.announcer.say(t("Commentaire supprimé."));
}

// -- taking away ----------------------------------------------------------------------------------

export function deleteNotes(app: Atelier, ids: readonly string[]): void {
  const document = writable(app);
  const notes = changeable(app, ids);
  if (!document || notes.length === 0) return;
  document.together(() => {
    for (const { id } of notes) {
      document.remove(id);
    }
  });
  if (notes.some((note) => note.id === app.editing)) app.editing = null;
  app.announcer.say(
    notes.length === 1
      ? t("Note supprimée. Annuler la rétablit.")
      : tn(
          "{n} note supprimée. Annuler la rétablit.",
          "{n} notes supprimées. Annuler les rétablit.",
          notes.length,
        ),
  );
}

export function mayUndo(app: Atelier): boolean {
  return (app.document?.steps("undo") ?? 0) > 0 || app.undoFirst() !== null;
}

export function undo(app: Atelier): void {
  const first = app.undoFirst();
  if (first !== null) first();
  else if (step(app, "undo")) app.announcer.say(t("Annulé."));
  app.emit("history");
}

export function redo(app: Atelier): void {
  if (step(app, "redo")) app.announcer.say(t("Rétabli."));
  app.emit("history");
}

/** One step that changes something; steps whose notes are gone are passed over. A lock stops it, with a sentence. */
function step(app: Atelier, way: "undo" | "redo"): boolean {
  const document = writable(app);
  while (document && document.steps(way) > 0) {
    const why = hindrance(app, document, way);
    if (why !== null) {
      app.notify(why);
      return false;
    }
    if (document.step(way)) return true;
  }
  return false;
}

/** Why the server would refuse the next step now. */
function hindrance(app: Atelier, document: BoardDocument, way: "undo" | "redo"): string | null {
  const { notes, places, into, talk } = document.stepTouches(way);
  if (places.some(({ board, zone }) => app.closed(zone, board) !== null) || (talk && !app.mayTalk))
    return way === "undo"
      ? t("Cette zone est verrouillée : on ne peut pas annuler ici pour le moment.")
      : t("Cette zone est verrouillée : on ne peut pas rétablir ici pour le moment.");
  if (into.some(({ board, zone }) => document.hides(board, zone))) return reason("writing.silent");
  const locked = notes.some((id) => {
    const note = document.note(id);
    return note !== null && !app.mayChange(note);
  });
  return locked ? t("Cette note est verrouillée.") : null;
}

function groupBy<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const out = new Map<string, T[]>();
  for (const one of all) out.set(key(one), [...(out.get(key(one)) ?? []), one]);
  return out;
}
