// Says changes to screen readers: one's own at once, others' by summary, at most one sentence every 15 s.

import { t, tn } from "./i18n";

const EVERY_MS = 15_000;

export type RemoteChange = "added" | "moved" | "removed" | "changed";

export class Announcer {
  private counts = new Map<string, Record<RemoteChange, number>>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastAt = 0;

  constructor(
    private readonly polite: HTMLElement,
    private readonly assertive: HTMLElement,
  ) {}

  say(sentence: string): void {
    this.put(this.polite, sentence);
  }

  interrupt(sentence: string): void {
    this.put(this.assertive, sentence);
  }

  /** Something of others happened in a zone. */
  remote(zone: string, what: RemoteChange): void {
    const count = this.counts.get(zone) ?? { added: 0, moved: 0, removed: 0, changed: 0 };
    count[what]++;
    this.counts.set(zone, count);
    if (this.timer !== undefined) return;
    const wait = Math.max(1000, this.lastAt + EVERY_MS - Date.now());
    this.timer = setTimeout(() => this.summarise(), wait);
  }

  private summarise(): void {
    this.timer = undefined;
    this.lastAt = Date.now();
    const parts: string[] = [];
    for (const [zone, { added, moved, removed, changed }] of this.counts) {
      if (added)
        parts.push(tn("{n} nouvelle note dans {zone}", "{n} nouvelles notes dans {zone}", added, { zone }));
      if (removed)
        parts.push(
          tn("{n} note supprimée dans {zone}", "{n} notes supprimées dans {zone}", removed, { zone }),
        );
      if (moved)
        parts.push(tn("{n} note déplacée dans {zone}", "{n} notes déplacées dans {zone}", moved, { zone }));
      if (changed && !added && !moved && !removed) parts.push(t("Des notes changent dans {zone}", { zone }));
    }
    this.counts.clear();
    if (parts.length) this.say(`${parts.join(", ")}.`);
  }

  private put(region: HTMLElement, sentence: string): void {
    // the same sentence twice must be read twice
    region.textContent = "";
    requestAnimationFrame(() => {
      region.textContent = sentence;
    });
  }
}
