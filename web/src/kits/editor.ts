// The kit that is being edited: what is chosen, undo and redo, saving by itself, and what the server found.

import { language, t } from "../ui/i18n";
import type { Kit, Texts } from "./kit";

export interface Fault {
  key: string;
  level: "error" | "hint";
  board: string | null;
  zone: string | null;
  agenda: string | null;
  part: string | null;
  place: string;
  sentence: string;
}

export interface Checked {
  revision?: number;
  faults: Fault[];
  counts: Record<string, number>;
  version: string;
  suggested: Record<string, string>;
}

export interface KitData extends Checked {
  language: string;
  messages: Record<string, string | string[]>;
  mail: string;
  id: string;
  mine: boolean;
  published: boolean;
  published_version: string | null;
  revision: number;
  kit: Kit;
  base: Kit;
  /** What is written where something is added, in every language: « Nouvelle zone ». */
  starters: { zone: Texts; prompt: Texts; step: Texts };
}

export type Saving = "saved" | "saving" | "failed";
export type View = { kind: "kit" } | { kind: "board"; board: string } | { kind: "agenda"; agenda: string };

const SAVE_MS = 500;
const AGAIN_MS = 4_000;
/** Typing in one field is one change as long as no pause is longer. */
const ONE_CHANGE_MS = 1_200;
const MOST_STEPS = 200;

export class Editor {
  kit: Kit;
  readonly base: Kit;
  checked: Checked;
  revision: number;
  published: boolean;
  publishedVersion: string | null;
  saving: Saving = "saved";
  /** Why it is not saved, when it will not be without somebody's help. */
  notice: string | null = null;
  view: View;
  zone: string | null = null;
  private past: Kit[] = [];
  private future: Kit[] = [];
  private last = { key: "", at: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private under: Promise<void> | null = null;
  private dirty = false;
  private readonly listeners: (() => void)[] = [];

  constructor(readonly data: KitData) {
    this.kit = data.kit;
    this.base = data.base;
    this.checked = data;
    this.revision = data.revision;
    this.published = data.published;
    this.publishedVersion = data.published_version;
    this.view = { kind: "board", board: data.kit.templates[0]?.id ?? "" };
    addEventListener("beforeunload", (event) => {
      if (this.saving !== "saved") event.preventDefault();
    });
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  tell(): void {
    for (const listener of this.listeners) listener();
  }

  /** Go to a board, an agenda, or the kit itself. */
  open(view: View, zone: string | null = null): void {
    this.view = view;
    this.zone = zone;
    this.tell();
  }

  choose(zone: string | null): void {
    if (this.zone === zone) return;
    this.zone = zone;
    this.tell();
  }

  /** Take a changed kit. Changes with the same key that follow at once are undone together. */
  take(kit: Kit, key = ""): void {
    if (kit === this.kit) return;
    const now = Date.now();
    if (key === "" || key !== this.last.key || now - this.last.at > ONE_CHANGE_MS) {
      this.past.push(this.kit);
      if (this.past.length > MOST_STEPS) this.past.shift();
    }
    this.last = { key, at: now };
    this.future = [];
    this.kit = kit;
    this.later();
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  undo(): void {
    this.step(this.past, this.future);
  }

  redo(): void {
    this.step(this.future, this.past);
  }

  private step(from: Kit[], to: Kit[]): void {
    const kit = from.pop();
    if (!kit) return;
    to.push(this.kit);
    this.kit = kit;
    this.last = { key: "", at: 0 };
    this.later();
  }

  private later(): void {
    this.dirty = true;
    this.saving = "saving";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), SAVE_MS);
    this.tell();
  }

  /** Store what there is; resolves once it is stored, or cannot be. */
  async save(): Promise<boolean> {
    clearTimeout(this.timer);
    while (this.under !== null) await this.under;
    if (this.dirty) {
      this.under = this.put();
      await this.under;
    }
    return this.saving === "saved";
  }

  private async put(): Promise<void> {
    const { lang, titles, templates, agendas, changes, authors } = this.kit;
    const sent = { lang, titles, templates, agendas, changes, authors };
    this.dirty = false;
    try {
      const answer = await this.ask("PUT", "", { revision: this.revision, kit: sent });
      this.revision = answer.revision ?? this.revision;
      this.checked = answer;
      this.notice = null;
      this.saving = this.dirty ? "saving" : "saved";
    } catch (error) {
      this.dirty = true;
      this.saving = "failed";
      this.notice = error instanceof Refused ? error.message : null;
      // what the server refused waits for another change; an unreachable one is asked again
      if (!(error instanceof Refused)) this.timer = setTimeout(() => void this.save(), AGAIN_MS);
    }
    this.under = null;
    this.tell();
  }

  async ask(method: string, path: string, body?: unknown): Promise<Checked & Record<string, unknown>> {
    return ask(method, `/api/kits/${this.data.id}${path}?lang=${language()}`, body);
  }
}

/** What the server said no to, in its words. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly field: string | null,
  ) {
    super(message);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: each address answers something else
export async function ask(method: string, address: string, body?: unknown): Promise<any> {
  const answer = await fetch(address, {
    method,
    headers: {
      "content-type": "application/json",
      "accept-language": language(),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  if (answer.status === 204) return {};
  const said = await answer.json();
  if (answer.ok) return said;
  if (answer.status >= 500 || answer.status === 429) throw new Error(`${answer.status}`);
  const first = said.first?.[language()];
  throw new Refused(first ?? said.detail ?? t("Cette demande n'a pas abouti."), said.field ?? null);
}
