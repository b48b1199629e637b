// Finding notes: words wherever they stand, whatever their accents and case; and filters. Pure.

import type { Note } from "./page";

/** A text as it is compared, and where each of its letters stood. */
export interface Folded {
  text: string;
  /** Index in the original of each UTF-16 unit of `text`, and the original's length at the end. */
  at: number[];
}

const LETTERS: Readonly<Record<string, string>> = { œ: "oe", æ: "ae", ß: "ss", ø: "o", đ: "d", ł: "l" };
const QUOTES = /[’‘ʼ`´]/u;

/** Without accents, case, ligatures and typographic signs. */
export function fold(original: string): Folded {
  let text = "";
  const at: number[] = [];
  let index = 0;
  for (const letter of original) {
    const plain = letter
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[œæßøđł]/gu, (one) => LETTERS[one] ?? one)
      .replace(QUOTES, "'")
      .replace(/\s/gu, " ");
    for (let unit = 0; unit < plain.length; unit++) at.push(index);
    text += plain;
    index += letter.length;
  }
  at.push(original.length);
  return { text, at };
}

/** What is looked for: words and « quoted phrases », all of which must be there. */
export function termsOf(query: string): string[] {
  const out: string[] = [];
  for (const [, quoted, angled, word] of query.matchAll(/"([^"]*)"?|«\s*([^»]*?)\s*(?:»|$)|([^\s"«]+)/gu)) {
    const term = fold(quoted ?? angled ?? word ?? "").text.trim();
    if (term !== "" && !out.includes(term)) out.push(term);
  }
  return out;
}

export type Range = readonly [start: number, end: number];

/** Where terms stand in a text, in order, those that touch as one. */
export function rangesOf(original: string, terms: readonly string[]): Range[] {
  const { text, at } = fold(original);
  const found: [number, number][] = [];
  for (const term of terms)
    for (let from = text.indexOf(term); from >= 0; from = text.indexOf(term, from + term.length)) {
      const [start, last] = [at[from] as number, from + term.length];
      // a letter that became two ends where the next one begins
      let end = at[last] as number;
      for (let next = last; end === at[last - 1] && next < at.length; next++) end = at[next] as number;
      found.push([start, end]);
    }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const out: [number, number][] = [];
  for (const [start, end] of found) {
    const last = out.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else out.push([start, end]);
  }
  return out;
}

export interface Filters {
  authors: ReadonlySet<string>;
  kinds: ReadonlySet<string>;
  tags: ReadonlySet<string>;
  /** `board zone` */
  zones: ReadonlySet<string>;
  mine: boolean;
  commented: boolean;
  liked: boolean;
}

export const NO_FILTERS: Filters = {
  authors: new Set(),
  kinds: new Set(),
  tags: new Set(),
  zones: new Set(),
  mine: false,
  commented: false,
  liked: false,
};

export function hasFilters(filters: Filters): boolean {
  const sets = [filters.authors, filters.kinds, filters.tags, filters.zones];
  return sets.some((set) => set.size > 0) || filters.mine || filters.commented || filters.liked;
}

/** A note and what is said of it beside its text. */
export interface Candidate {
  note: Note;
  author: string;
  kind: string;
  zone: string;
  /** What its fields say. */
  fields?: string;
  comments: number;
  liked: boolean;
}

export const zoneKey = (note: Pick<Note, "board" | "zone">) => `${note.board} ${note.zone}`;

export function passes({ note, comments, liked }: Candidate, filters: Filters, me: string): boolean {
  const among = (set: ReadonlySet<string>, value: string) => set.size === 0 || set.has(value);
  return (
    among(filters.authors, note.by ?? "") &&
    among(filters.kinds, note.kind) &&
    among(filters.zones, zoneKey(note)) &&
    (filters.tags.size === 0 || (note.tags ?? []).some((tag) => filters.tags.has(tag))) &&
    (!filters.mine || note.by === me) &&
    (!filters.commented || comments > 0) &&
    (!filters.liked || liked)
  );
}

/** Where words are looked for: the text, tags, the author's name, the kind and its fields, the zone's title. */
export function haystack(one: Omit<Candidate, "comments" | "liked">): string {
  // a line between them: a phrase does not begin in one and end in another
  const all = [one.note.text, ...(one.note.tags ?? []), one.author, one.kind, one.zone, one.fields ?? ""];
  return fold(all.map((part) => part.replaceAll("\n", " ")).join("\u0000")).text;
}

/** Whether every term stands somewhere. */
export function matches(words: string, terms: readonly string[]): boolean {
  return terms.every((term) => words.includes(term));
}

/** Enough of a long text to see what was found: from a little before the first place. */
export function excerpt(
  text: string,
  ranges: readonly Range[],
  most = 160,
): { text: string; ranges: Range[] } {
  const flat = text.replace(/\s/gu, " ");
  const letters = [...flat];
  if (letters.length <= most) return { text: flat, ranges: [...ranges] };
  const first = ranges[0]?.[0] ?? 0;
  let start = first < most / 2 ? 0 : first - 40;
  if (start > 0) start = flat.indexOf(" ", start) + 1 || start;
  const cut = [...flat.slice(start)].slice(0, most).join("");
  const lead = start > 0 ? "…" : "";
  const tail = start + cut.length < flat.length ? "…" : "";
  const shift = lead.length - start;
  const end = start + cut.length;
  return {
    text: `${lead}${cut}${tail}`,
    ranges: ranges
      .filter(([from, to]) => to > start && from < end)
      .map(([from, to]) => [Math.max(from, start) + shift, Math.min(to, end) + shift]),
  };
}

/** A text in pieces, those found marked. */
export function pieces(text: string, ranges: readonly Range[]): { text: string; found: boolean }[] {
  const out: { text: string; found: boolean }[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    if (start > at) out.push({ text: text.slice(at, start), found: false });
    out.push({ text: text.slice(start, end), found: true });
    at = end;
  }
  if (at < text.length) out.push({ text: text.slice(at), found: false });
  return out;
}
