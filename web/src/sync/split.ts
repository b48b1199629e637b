// One large change as several messages: a server takes frames of 64 kB and 2 000 items. A part ends where a note
// ends, since half a note would be refused.

import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** Smaller updates are within both limits, whatever they hold. */
const WHOLE_BYTES = 8_000;
const PART_BYTES = 16_000;
const PART_ITEMS = 800;

/** `entryOf` names the note, comment or cluster that the item at a clock belongs to. */
export function split(update: Uint8Array, entryOf: (client: number, clock: number) => string): Uint8Array[] {
  if (update.length <= WHOLE_BYTES) return [update];
  const { structs, ds } = Y.decodeUpdate(update);
  const client = structs[0]?.id.client;
  if (client === undefined || structs.some((one) => one.id.client !== client || one instanceof Y.Skip))
    return [update];
  const most = Math.min(PART_ITEMS, Math.ceil((structs.length * PART_BYTES) / update.length));
  const parts: (typeof structs)[] = [];
  let entry = "";
  for (const one of structs) {
    const of = entryOf(client, one.id.clock);
    const last = parts.at(-1);
    if (last === undefined || (last.length >= most && of !== entry)) parts.push([one]);
    else last.push(one);
    entry = of;
  }
  if (parts.length === 1) return [update];
  return parts.map((part, at) => {
    const encoder = new Y.UpdateEncoderV1();
    encoding.writeVarUint(encoder.restEncoder, 1);
    encoding.writeVarUint(encoder.restEncoder, part.length);
    encoder.writeClient(client);
    encoding.writeVarUint(encoder.restEncoder, part[0]?.id.clock ?? 0);
    for (const one of part) one.write(encoder, 0);
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

/** The entry of a document's root that an item of it lies in: `notes nabc…`. */
export function entryIn(doc: Y.Doc, client: number, clock: number): string {
  let item: Y.Item | null = Y.getItem(doc.store, Y.createID(client, clock));
  while (item instanceof Y.Item) {
    const parent: unknown = item.parent;
    if (!(parent instanceof Y.AbstractType)) break;
    if (parent._item === null) return `${Y.findRootTypeKey(parent)} ${item.parentSub ?? ""}`;
    item = parent._item;
  }
  return "";
}
