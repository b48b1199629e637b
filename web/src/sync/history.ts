// One step back or forward. What brings many notes back does so in portions, so that each fits a message; and
// before anything happens it can be asked which notes and zones a step would touch.

import * as Y from "yjs";
import { entryIn, sizeOf } from "./split";

export type Way = "undo" | "redo";

/** With what else goes into the message this stays below 64 kB. */
const PORTION_BYTES = 40_000;
const PORTION_ITEMS = 1_500;

type Step = Y.UndoManager["undoStack"][number];
interface Range {
  client: number;
  clock: number;
  len: number;
}

const stackOf = (manager: Y.UndoManager, way: Way) =>
  way === "undo" ? manager.undoStack : manager.redoStack;

/** Take the last step, or the last one taken back; whether that changed anything. It stays one step. */
export function take(manager: Y.UndoManager, way: Way): boolean {
  const from = stackOf(manager, way);
  const to = stackOf(manager, way === "undo" ? "redo" : "undo");
  const step = from.pop();
  if (step === undefined) return false;
  const earlier = from.splice(0);
  const before = to.length;
  from.push(...portions(manager.doc, step).reverse());
  while (from.length > 0) manager[way]();
  from.push(...earlier);
  const made = to.splice(before);
  const [first] = made;
  if (first === undefined) return false;
  first.insertions = Y.mergeDeleteSets(made.map((one) => one.insertions));
  first.deletions = Y.mergeDeleteSets(made.map((one) => one.deletions));
  to.push(first);
  return true;
}

/** Entries (`notes nabc…`) that the next step would touch, with the boards and zones it would put them back to. */
export function touchedBy(
  manager: Y.UndoManager,
  way: Way,
): ReadonlyMap<string, { boards: readonly string[]; zones: readonly string[] }> {
  const step = stackOf(manager, way).at(-1);
  return step === undefined ? new Map() : byEntry(manager.doc, step);
}

/** What a step did in one entry. */
interface Part {
  insertions: Range[];
  deletions: Range[];
  bytes: number;
  boards: string[];
  zones: string[];
}

function byEntry(doc: Y.Doc, step: Step): Map<string, Part> {
  const out = new Map<string, Part>();
  doc.transact((transaction) => {
    for (const which of ["insertions", "deletions"] as const)
      Y.iterateDeletedStructs(transaction, step[which], (item) => {
        const { client, clock } = item.id;
        const { entry } = entryIn(doc, client, clock);
        const part = out.get(entry) ?? { insertions: [], deletions: [], bytes: 0, boards: [], zones: [] };
        out.set(entry, part);
        part[which].push({ client, clock, len: item.length });
        if (which === "insertions" || !(item instanceof Y.Item)) return;
        part.bytes += sizeOf(item);
        const back = item.parentSub === "board" ? part.boards : item.parentSub === "zone" ? part.zones : null;
        for (const value of back === null ? [] : item.content.getContent())
          if (typeof value === "string") back?.push(value);
      });
  });
  return out;
}

/** A step as several, each with whole entries. */
function portions(doc: Y.Doc, step: Step): Step[] {
  const groups: Part[][] = [];
  let [bytes, items] = [0, 0];
  for (const part of byEntry(doc, step).values()) {
    const last = groups.at(-1);
    const more = part.deletions.length;
    if (last === undefined || bytes + part.bytes > PORTION_BYTES || items + more > PORTION_ITEMS) {
      groups.push([part]);
      [bytes, items] = [part.bytes, more];
    } else {
      last.push(part);
      bytes += part.bytes;
      items += more;
    }
  }
  if (groups.length < 2) return [step];
  return groups.map((group) => ({
    insertions: setOf(group.flatMap((part) => part.insertions)),
    deletions: setOf(group.flatMap((part) => part.deletions)),
    meta: new Map(step.meta),
  }));
}

function setOf(ranges: readonly Range[]): Step["insertions"] {
  const set = Y.createDeleteSet();
  for (const { client, clock, len } of ranges) {
    const there = set.clients.get(client) ?? [];
    there.push({ clock, len });
    set.clients.set(client, there);
  }
  return Y.mergeDeleteSets([set]);
}
