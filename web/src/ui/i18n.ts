// Sentences of the interface. French is the source language: the key is the French sentence.
// The server puts the translations into the page, or says where they are.

type Values = Record<string, string | number>;

let messages: Record<string, string | string[]> = {};
let locale = "fr";
// made once: every note asks for them whenever it is drawn
let plurals = new Intl.PluralRules(locale);
let numbers = new Intl.NumberFormat(locale);
const set = new Map<string, string>();

export function setLanguage(language: string, translations: Record<string, string | string[]>): void {
  locale = language;
  messages = translations;
  plurals = new Intl.PluralRules(language);
  numbers = new Intl.NumberFormat(region());
  set.clear();
}

/** Add what is said by a part that came later, from a file of the server; French needs none. */
export async function learn(address: string | undefined): Promise<void> {
  if (address === undefined) return;
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`phrases: ${answer.status}`);
  Object.assign(messages, await answer.json());
  set.clear();
}

export function language(): string {
  return locale;
}

function fill(sentence: string, values?: Values): string {
  if (!values) return sentence;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : (value ?? whole);
  });
}

/** No-break spaces as server/tablee/pages/i18n.py puts them; tests/vectors/typography.json holds for both. */
const SPACES: readonly (readonly [RegExp, string])[] = [
  [/ ([;!?])/g, "\u202f$1"],
  [/ ([:»])/g, "\u00a0$1"],
  [/« /g, "«\u00a0"],
  [/(?<=\d) (?=\d{3}(?!\d))/g, "\u202f"],
  [/(?<=[\d}]) (?=(?:h|min|mm|mois|ans|€|%)(?![\p{L}\p{N}_]))/gu, "\u00a0"],
  [/(?<=[\d}]\u00a0h) (?=[\d{])/g, "\u00a0"],
];

/** French typography at render: typographic apostrophes and no-break spaces. English is left as it is. */
export function typo(text: string): string {
  if (locale !== "fr") return text;
  return SPACES.reduce((done, [space, kept]) => done.replace(space, kept), text.replaceAll("'", "’"));
}

/** A sentence as it is set, before values are put into it. */
function ready(sentence: string): string {
  const known = set.get(sentence);
  if (known !== undefined) return known;
  const made = typo(sentence);
  set.set(sentence, made);
  return made;
}

/** The sentence, with values as they are: what people typed is never changed. */
export function t(sentence: string, values?: Values): string {
  const found = messages[sentence];
  return fill(ready(typeof found === "string" ? found : sentence), values);
}

/** Singular or plural of a sentence with a number; `{n}` stands for it. French counts 0 and 1 as one. */
export function tn(one: string, many: string, n: number, values?: Values): string {
  const found = messages[one];
  const plural = plurals.select(n) !== "one";
  const forms = Array.isArray(found) ? found : [one, many];
  return fill(ready(forms[plural ? 1 : 0] ?? many), { n, ...values });
}

/** British conventions in English. */
function region(): string {
  return locale === "fr" ? "fr-FR" : "en-GB";
}

/** `1 000`, `1,000` */
export function number(value: number): string {
  return numbers.format(value);
}

/** `12 mars 2026`, `1er mars 2026`, `12 March 2026` */
export function day(ms: number): string {
  const words = new Intl.DateTimeFormat(region(), { dateStyle: "long" }).format(ms);
  return locale === "fr" ? words.replace(/^1 /, "1er ") : words;
}

/** `14:30`, by 24 hours in both languages. */
export function clock(ms: number): string {
  return new Intl.DateTimeFormat(region(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    ms,
  );
}
