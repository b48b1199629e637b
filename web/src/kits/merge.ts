// What two people changed in the same kit, on top of each other: zone by zone, part by part.

import { changed, type Kit } from "./kit";

type Thing = Record<string, unknown>;

/** `kit`: `mine` and `theirs`, both made from `base`; where both changed the same thing, `mine`: see `clashes`,
 * each the names and ids that lead there. */
export interface Merged {
  kit: Kit;
  clashes: string[][];
}

export function merged(base: Kit, mine: Kit, theirs: Kit): Merged {
  const clashes: string[][] = [];
  const kit = merge(bare(base), bare(mine), bare(theirs), [], clashes) as Kit;
  return { kit: changed({ ...theirs, ...kit }, () => {}), clashes };
}

/** What people change of a kit, without the numbers that follow from it. */
function bare({ lang, titles, templates, agendas, changes, authors }: Kit) {
  return {
    lang,
    titles,
    changes,
    authors,
    templates: templates.map((board) => ({
      ...board,
      zones: board.zones.map((zone) => ({ ...zone, n: 0 })),
    })),
    agendas: agendas.map((agenda) => ({ ...agenda, minutes: 0 })),
  };
}

function merge(base: unknown, mine: unknown, theirs: unknown, at: string[], clashes: string[][]): unknown {
  if (same(mine, base)) return theirs;
  if (same(theirs, base) || same(mine, theirs)) return mine;
  if (isListed(mine) && isListed(theirs)) return lists(isListed(base) ? base : [], mine, theirs, at, clashes);
  if (isThing(mine) && isThing(theirs)) {
    const found: Thing = {};
    const before = isThing(base) ? base : {};
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
      const value = merge(before[key], mine[key], theirs[key], [...at, key], clashes);
      if (value !== undefined) found[key] = value;
    }
    return found;
  }
  clashes.push(at);
  // what one removed and the other changed stays
  return mine === undefined ? theirs : mine;
}

/** Things with an id, one by one, in the order of who changed it. */
function lists(
  base: Listed,
  mine: Listed,
  theirs: Listed,
  at: string[],
  clashes: string[][],
): (Thing & { id: string })[] {
  const ids = (list: Listed) => list.map(({ id }) => id);
  const shared = ids(base).filter((id) => ids(mine).includes(id));
  const isMoved = !same(
    ids(mine).filter((id) => shared.includes(id)),
    shared,
  );
  const [first, second] = isMoved ? [ids(mine), ids(theirs)] : [ids(theirs), ids(mine)];
  const order = [...first];
  for (const [n, id] of second.entries())
    if (!order.includes(id)) order.splice(n === 0 ? 0 : order.indexOf(second[n - 1] ?? "") + 1, 0, id);
  const of = (list: Listed, id: string) => list.find((one) => one.id === id);
  return order
    .map((id) => merge(of(base, id), of(mine, id), of(theirs, id), [...at, id], clashes))
    .filter((one) => one !== undefined) as (Thing & { id: string })[];
}

type Listed = readonly (Thing & { id: string })[];

function isThing(value: unknown): value is Thing {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListed(value: unknown): value is Listed {
  return Array.isArray(value) && value.every((one) => isThing(one) && typeof one.id === "string");
}

/** The server keeps texts on one line, without typography. */
function same(one: unknown, other: unknown): boolean {
  const plain = (_: string, value: unknown) =>
    typeof value === "string" ? value.replaceAll("’", "'").replace(/\s+/g, " ").trim() : value;
  return JSON.stringify(one, plain) === JSON.stringify(other, plain);
}
