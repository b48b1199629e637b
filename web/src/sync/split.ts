// One large change as several messages: a server takes frames of 64 kB and 2 000 items. A part ends where all
// that was begun is whole, since half a note would be refused.

import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** Smaller updates are within both limits, whatever they hold. */
const WHOLE_BYTES = 8_000;
const PART_BYTES = 16_000;
const PART_ITEMS = 800;

/** The note, comment or cluster that an item belongs to, and whether the item is what begins it. */
export interface EntryOf {
  entry: string;
  begins: boolean;
}

type Struct = ReturnType<typeof Y.decodeUpdate>["structs"][number];
interface Run {
  structs: Struct[];
  bytes: number;
}

export function split(update: Uint8Array, entryOf: (client: number, clock: number) => EntryOf): Uint8Array[] {
  if (update.length <= WHOLE_BYTES) return [update];
  const { structs, ds } = Y.decodeUpdate(update);
  const client = structs[0]?.id.client;
  if (client === undefined || structs.some((one) => one.id.client !== client || one instanceof Y.Skip))
    return [update];
  const parts: Run[] = [];
  for (const run of wholeRuns(structs, (clock) => entryOf(client, clock))) {
    const last = parts.at(-1);
    const fits =
      last !== undefined &&
      last.bytes + run.bytes <= PART_BYTES &&
      last.structs.length + run.structs.length <= PART_ITEMS;
    if (!fits) parts.push(run);
    else {
      last.structs.push(...run.structs);
      last.bytes += run.bytes;
    }
  }
  if (parts.length === 1) return [update];
  return parts.map((part, at) => {
    const encoder = new Y.UpdateEncoderV1();
    encoding.writeVarUint(encoder.restEncoder, 1);
    encoding.writeVarUint(encoder.restEncoder, part.structs.length);
    encoder.writeClient(client);
    encoding.writeVarUint(encoder.restEncoder, part.structs[0]?.id.clock ?? 0);
    for (const one of part.structs) one.write(encoder, 0);
    // what goes away goes with the last part
    const deleted = at === parts.length - 1 ? [...ds.clients] : [];
    encoding.writeVarUint(encoder.restEncoder, deleted.length);
    for (const [whose, ranges] of deleted) {
      encoding.writeVarUint(encoder.restEncoder, whose);
      encoding.writeVarUint(encoder.restEncoder, ranges.length);
      for (const { clock, len } of ranges) {
        encoding.writeVarUint(encoder.restEncoder, clock);
        encoding.writeVarUint(encoder.restEncoder, len);
      }
    }
    return encoder.toUint8Array();
  });
}

/** The shortest runs of items after which nothing that was begun lacks anything. */
function wholeRuns(structs: readonly Struct[], entryAt: (clock: number) => EntryOf): Run[] {
  const entries = structs.map((one) => entryAt(one.id.clock));
  const ends = new Map<string, number>();
  for (const [at, { entry }] of entries.entries()) ends.set(entry, at);
  const runs: Run[] = [];
  const begun = new Set<string>();
  let open = -1; // where the last of what is begun ends
  for (const [at, one] of structs.entries()) {
    const { entry, begins } = entries[at] as EntryOf;
    const last = runs.at(-1);
    if (last === undefined || (at > open && entries[at - 1]?.entry !== entry))
      runs.push({ structs: [one], bytes: sizeOf(one) });
    else {
      last.structs.push(one);
      last.bytes += sizeOf(one);
    }
    if (begins) begun.add(entry);
    if (begun.has(entry)) open = Math.max(open, ends.get(entry) ?? at);
  }
  return runs;
}

/** Bytes of an item in an update. */
export function sizeOf(one: Struct): number {
  const encoder = new Y.UpdateEncoderV1();
  one.write(encoder, 0);
  return encoder.toUint8Array().length;
}

/** The entry of a document's root that an item of it lies in: `notes nabc…`. */
export function entryIn(doc: Y.Doc, client: number, clock: number): EntryOf {
  let item: Y.Item | null = Y.getItem(doc.store, Y.createID(client, clock));
  for (let begins = true; item instanceof Y.Item; begins = false) {
    const parent: unknown = item.parent;
    if (!(parent instanceof Y.AbstractType)) break;
    if (parent._item === null)
      return { entry: `${Y.findRootTypeKey(parent)} ${item.parentSub ?? ""}`, begins };
    item = parent._item;
  }
  return { entry: "", begins: false };
}
