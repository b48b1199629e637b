// Values that come from a document, where anybody may have written them: words to look up, and moments.

/** The last moment that a date can hold. */
const LATEST_MS = 8_640_000_000_000_000;

/** The value that the table itself has under this word: every object has a « constructor ». */
export function own<V>(table: Readonly<Record<string, V>> | undefined, word: unknown): V | undefined {
  if (table === undefined || typeof word !== "string") return undefined;
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** When something was, as far as a date can say it; 0 for what is no moment. */
export function moment(value: unknown): number {
  return typeof value === "number" && value >= 0 && value <= LATEST_MS ? value : 0;
}
