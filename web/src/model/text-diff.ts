// What changed between two texts, cut at code points: an emoji diffed by halves becomes two replacement
// characters for ever.

export interface TextChange {
  /** UTF-16 index where the change begins, as Yjs counts. */
  at: number;
  remove: number;
  insert: string;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** The smallest single replacement that makes `after` of `before`; null when they are equal. */
export function textDiff(before: string, after: string): TextChange | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  if (head > 0 && isHigh(before.charCodeAt(head - 1))) head--;
  let tail = 0;
  while (
    tail < most - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  if (tail > 0 && isLow(before.charCodeAt(before.length - tail))) tail--;
  return { at: head, remove: before.length - head - tail, insert: after.slice(head, after.length - tail) };
}

/** `now` with what `mine` changed in `base`, beside what others changed in it meanwhile. */
export function joinTexts(base: string, mine: string, now: string): string {
  const [own, other] = [textDiff(base, mine), textDiff(base, now)];
  if (own === null) return now;
  if (other === null) return mine;
  const [from, to] = [own.at, own.at + own.remove];
  const [theirs, after] = [other.at, other.at + other.remove];
  const before =
    from < theirs
      ? base.slice(0, from) + own.insert + base.slice(Math.min(to, theirs), theirs)
      : base.slice(0, theirs);
  const rest =
    from < theirs
      ? base.slice(Math.max(to, after))
      : base.slice(after, Math.max(from, after)) + own.insert + base.slice(Math.max(to, after));
  return before + other.insert + rest;
}

/** How much a change replaces. */
export function sizeOf(change: TextChange | null): number {
  return change === null ? 0 : change.remove + change.insert.length;
}

/** Where a caret at `index` stands after a remote change. */
export function moveCaret(index: number, change: TextChange): number {
  if (index <= change.at) return index;
  if (index >= change.at + change.remove) return index + change.insert.length - change.remove;
  return change.at + change.insert.length;
}

/** The text without halves of characters: what may be stored. */
export function whole(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "");
}
