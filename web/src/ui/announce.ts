// Says changes to screen readers: one's own at once, others' as often as the person chose (ux §6).

import type { Act } from "../list/log";
import { tn } from "./i18n";
import { capital, inWords } from "./numbers";

const EVERY_MS = 15_000;
/** How long nothing more may come before something of others is said by itself. */
const QUIET_MS = 1_000;
const READ_MS = 10_000;
const MOST_ZONES = 3;
/** Of what comes in one moment: nobody listens to more. */
const MOST_AT_ONCE = 3;
/** How long a region is empty before it is filled; a frame would not do, since hidden tabs have none. */
const EMPTY_MS = 16;

export type Level = "summary" | "all" | "none";

/** Something of others that may be said. */
export interface Heard {
  key: string;
  act: Act;
  place: string;
  /** How many notes. */
  n: number;
  /** The sentence, made when it is said; null as long as there is nothing to say yet. */
  sentence: () => string | null;
}

export class Announcer {
  private heard = new Map<string, Heard>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastAt = Number.NEGATIVE_INFINITY;
  private readonly waiting = new Map<HTMLElement, string[]>();
  private chosen: Level;

  constructor(
    private readonly polite: HTMLElement,
    private readonly assertive: HTMLElement,
  ) {
    const remembered = localStorage.getItem("tablee-announcements");
    this.chosen = remembered === "all" || remembered === "none" ? remembered : "summary";
  }

  get level(): Level {
    return this.chosen;
  }

  set level(level: Level) {
    this.chosen = level;
    localStorage.setItem("tablee-announcements", level);
    clearTimeout(this.timer);
    this.timer = undefined;
    this.heard.clear();
  }

  say(sentence: string): void {
    this.put(this.polite, sentence);
  }

  interrupt(sentence: string): void {
    this.put(this.assertive, sentence);
  }

  /** Something of others happened. */
  hear(heard: Heard): void {
    if (this.chosen === "none") return;
    this.heard.set(heard.key, heard);
    if (this.chosen === "all") {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.each(), QUIET_MS);
    } else if (this.timer === undefined) {
      const wait = Math.max(QUIET_MS, this.lastAt + EVERY_MS - Date.now());
      this.timer = setTimeout(() => this.summarise(), wait);
    }
  }

  /** It came to nothing. */
  unhear(key: string): void {
    this.heard.delete(key);
  }

  private each(): void {
    this.timer = undefined;
    const sentences: string[] = [];
    for (const [key, { sentence }] of this.heard) {
      const words = sentence();
      if (words === null) continue;
      sentences.push(words);
      this.heard.delete(key);
    }
    if (sentences.length > 0) this.say(`${sentences.join(". ")}.`);
  }

  private summarise(): void {
    this.timer = undefined;
    const words = summary([...this.heard.values()]);
    this.heard.clear();
    if (words === "") return;
    this.lastAt = Date.now();
    this.say(words);
  }

  /** Put sentences into a region, and take them away when they have been read. */
  private put(region: HTMLElement, sentence: string): void {
    const waiting = this.waiting.get(region);
    if (waiting) {
      waiting.push(sentence);
      if (waiting.length > MOST_AT_ONCE) waiting.shift();
      return;
    }
    this.waiting.set(region, [sentence]);
    // the same sentence twice must be read twice
    region.textContent = "";
    setTimeout(() => {
      const all = this.waiting.get(region) ?? [];
      this.waiting.delete(region);
      const words = all.join(" ");
      region.textContent = words;
      setTimeout(() => {
        if (region.textContent === words) region.textContent = "";
      }, READ_MS);
    }, EMPTY_MS);
  }
}

/** One sentence for all that happened, by zone: « Trois nouvelles notes dans Nos règles, une déplacée. » */
export function summary(heard: readonly Pick<Heard, "act" | "place" | "n" | "sentence">[]): string {
  const zones = new Map<string, Partial<Record<Act, number>>>();
  const sentences: string[] = [];
  for (const { act, place, n, sentence } of heard) {
    if (act === "added" || act === "removed" || act === "moved" || act === "wrote" || act === "commented") {
      const counts = zones.get(place) ?? {};
      counts[act] = (counts[act] ?? 0) + n;
      zones.set(place, counts);
    } else if (act === "liked" || act === "joined" || act === "left") {
      const words = sentence();
      if (words !== null) sentences.push(words);
    }
  }
  const parts: string[] = [];
  for (const [zone, counts] of [...zones].slice(0, MOST_ZONES)) parts.push(ofZone(zone, counts));
  if (zones.size > MOST_ZONES) {
    const n = zones.size - MOST_ZONES;
    parts.push(tn("et dans {n} autre zone", "et dans {n} autres zones", n, { n: inWords(n) }));
  }
  const all = [...parts, ...sentences.slice(0, MOST_ZONES)];
  return all.length > 0 ? `${capital(all.join(", "))}.` : "";
}

function ofZone(zone: string, counts: Partial<Record<Act, number>>): string {
  const { added = 0, removed = 0, moved = 0, wrote = 0, commented = 0 } = counts;
  const parts: string[] = [];
  // the first part says the zone, the others go on from it
  const put = (n: number, whole: (n: number) => string, more: (n: number) => string) => {
    if (n > 0) parts.push(parts.length === 0 ? whole(n) : more(n));
  };
  const words = (n: number) => ({ n: inWords(n), zone });
  put(
    added,
    (n) => tn("{n} nouvelle note dans {zone}", "{n} nouvelles notes dans {zone}", n, words(n)),
    (n) => tn("{n} nouvelle", "{n} nouvelles", n, words(n)),
  );
  put(
    moved,
    (n) => tn("{n} note déplacée vers {zone}", "{n} notes déplacées vers {zone}", n, words(n)),
    (n) => tn("{n} déplacée", "{n} déplacées", n, words(n)),
  );
  put(
    removed,
    (n) => tn("{n} note supprimée dans {zone}", "{n} notes supprimées dans {zone}", n, words(n)),
    (n) => tn("{n} supprimée", "{n} supprimées", n, words(n)),
  );
  put(
    wrote,
    (n) => tn("{n} note changée dans {zone}", "{n} notes changées dans {zone}", n, words(n)),
    (n) => tn("{n} changée", "{n} changées", n, words(n)),
  );
  put(
    commented,
    (n) => tn("{n} note commentée dans {zone}", "{n} notes commentées dans {zone}", n, words(n)),
    (n) => tn("{n} commentée", "{n} commentées", n, words(n)),
  );
  return parts.join(", ");
}
