// Sentences of the interface. French is the source language: the key is the French sentence.
// The server puts the translations into the page.

type Values = Record<string, string | number>;

let messages: Record<string, string | string[]> = {};
let locale = "fr";

export function setLanguage(language: string, translations: Record<string, string | string[]>): void {
  locale = language;
  messages = translations;
}

export function language(): string {
  return locale;
}

function fill(sentence: string, values?: Values): string {
  if (!values) return sentence;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** French typography at render: no-break spaces before high punctuation and inside « ». */
export function typo(text: string): string {
  if (locale !== "fr") return text;
  return text
    .replace(/'/g, "’")
    .replace(/ ([;!?])/g, "\u202f$1")
    .replace(/ (:|»)/g, "\u00a0$1")
    .replace(/« /g, "«\u00a0");
}

export function t(sentence: string, values?: Values): string {
  const found = messages[sentence];
  return typo(fill(typeof found === "string" ? found : sentence, values));
}

/** Singular or plural of a sentence with a number; `{n}` stands for it. French counts 0 and 1 as one. */
export function tn(one: string, many: string, n: number, values?: Values): string {
  const found = messages[one];
  const plural = new Intl.PluralRules(locale).select(n) !== "one";
  const forms = Array.isArray(found) ? found : [one, many];
  return typo(fill(forms[plural ? 1 : 0] ?? many, { n, ...values }));
}
