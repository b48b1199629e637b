// Instants in words, in the reader's own time zone: « jeudi 12 mars », « 14 h 30 », « Paris ».

const region = (language: string) => (language === "fr" ? "fr-FR" : "en-GB");

/** `jeudi 12 mars`, `Thursday 12 March` */
export function dayOf(ms: number, language: string, timeZone?: string): string {
  const words = new Intl.DateTimeFormat(region(language), {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone,
  }).format(ms);
  return language === "fr" ? words.replace(/ 1 /, " 1er ") : words;
}

/** `14 h`, `14 h 05` in prose; `14:05` in English. */
export function timeOf(ms: number, language: string, timeZone?: string): string {
  const text = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  }).format(ms);
  if (language !== "fr") return text;
  const [hours = "0", minutes = "00"] = text.split(":");
  return minutes === "00" ? `${Number(hours)}\u00a0h` : `${Number(hours)}\u00a0h\u00a0${minutes}`;
}

/** The town a time zone is named after: `Paris`, `New York`. */
export function townOf(timeZone: string): string {
  return timeZone.slice(timeZone.lastIndexOf("/") + 1).replaceAll("_", " ");
}

const APOSTROPHE = String.fromCodePoint(0x2019);

/** `heure de {city}` with its town, elided as French wants it. */
export function inTown(words: string, town: string): string {
  const before = /^[aeiouyhâàéèêëîïôö]/i.test(town)
    ? words.replace("de {city}", `d${APOSTROPHE}{city}`)
    : words;
  return before.replace("{city}", town);
}

export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** `2026-03-12T14:00`, what a field for a date and time holds. */
export function asField(ms: number): string {
  const at = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The instant a field for a date and time says; null when it says none. */
export function fromField(text: string): number | null {
  const ms = text ? new Date(text).getTime() : Number.NaN;
  return Number.isFinite(ms) ? ms : null;
}
