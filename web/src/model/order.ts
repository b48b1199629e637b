// Order keys of notes: strings of printable ASCII compared by code unit, with room between any two.

const FIRST = 0x21 + 1; // '"': the lowest character is kept free, so that something always fits before
const LAST = 0x7e; // '~'
export const LONGEST = 64;

/** A key after `a` and before `b`; either may be missing. Gives null when the 64 characters are used up. */
export function keyBetween(a: string | null, b: string | null): string | null {
  if (a !== null && b !== null && a >= b) return keyBetween(a, null);
  if (a === null && b === null) return "a0";
  let key = "";
  for (let at = 0; at < LONGEST; at++) {
    const low = a !== null && at < a.length ? a.charCodeAt(at) : FIRST - 1;
    const high = b !== null && at < b.length ? b.charCodeAt(at) : LAST + 1;
    if (high - low > 1) {
      // near the low end, so that appending many notes keeps keys short
      const step = b === null ? low + 1 : low + Math.ceil((high - low) / 2);
      return key + String.fromCharCode(Math.max(step, FIRST));
    }
    key += String.fromCharCode(low < FIRST ? FIRST - 1 : low);
    if (high - low === 1) b = null;
  }
  return null;
}

/** `count` keys after `last`, in order. When no room is left they repeat the last one: ids then decide. */
export function keysAfter(last: string | null, count: number): string[] {
  const out: string[] = [];
  for (let at = 0; at < count; at++) {
    last = keyBetween(last, null) ?? last ?? "zz";
    out.push(last);
  }
  return out;
}
