// The kit that is being edited: what is chosen, undo and redo, saving by itself, and what the server found.

import { language, t } from "../ui/i18n";
import type { Kit, Texts } from "./kit";
import { merged } from "./merge";
import { placeName } from "./words";

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
  /** After which a kit that is not published and that nobody opens is deleted. */
  days: number;
}

/** A kit as the server has it. */
export interface There extends Checked {
  revision: number;
  kit: Kit;
  published: boolean;
  published_version: string | null;
}

export type Saving = "saved" | "saving" | "failed";
export type View = { kind: "kit" } | { kind: "board"; board: string } | { kind: "agenda"; agenda: string };

const SAVE_MS = 500;
const AGAIN_MS = 4_000;
/** Typing in one field is one change as long as no pause is longer. */
const ONE_CHANGE_MS = 1_200;
const MOST_STEPS = 200;
/** Somebody else may save between two looks. */
const TRIES = 3;

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
  /** What was done, or came of it. */
  told = "";
  view: View;
  zone: string | null = null;
  /** What the server had at this revision. */
  private stored: Kit;
  private past: Kit[] = [];
  private future: Kit[] = [];
  private last = { key: "", at: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private under: Promise<void> | null = null;
  private dirty = false;
  private readonly listeners: (() => void)[] = [];

  constructor(readonly data: KitData) {
    this.kit = data.kit;
    this.stored = data.kit;
    this.base = data.base;
    this.checked = data;
    this.revision = data.revision;
    this.published = data.published;
    this.publishedVersion = data.published_version;
    this.view = { kind: "board", board: data.kit.templates[0]?.id ?? "" };
    addEventListener("beforeunload", (event) => {
      if (this.saving !== "saved") event.preventDefault();
    });
    // whoever comes back goes on from what others made of it meanwhile
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.look();
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
    this.dirty = false;
    try {
      await this.send(TRIES);
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

  private async send(tries: number): Promise<void> {
    const { kit } = this;
    const { lang, titles, templates, agendas, changes, authors } = kit;
    const sent = { lang, titles, templates, agendas, changes, authors };
    try {
      const answer = await this.ask("PUT", "", { revision: this.revision, kit: sent });
      this.revision = answer.revision ?? this.revision;
      this.stored = kit;
      this.checked = answer;
    } catch (error) {
      if (!isOvertaken(error) || tries <= 1) throw error;
      await this.rejoin();
      await this.send(tries - 1);
    }
  }

  /** Somebody else changed it: what was changed here goes on top of theirs, also what can be undone. */
  async rejoin(): Promise<void> {
    const there = await this.ask<There>("GET", "");
    if (there.revision === this.revision) return;
    const before = this.stored;
    const { kit, clashes } = merged(before, this.kit, there.kit);
    const onTop = (one: Kit) => merged(before, one, there.kit).kit;
    this.past = this.past.map(onTop);
    this.future = this.future.map(onTop);
    this.last = { key: "", at: 0 };
    this.kit = kit;
    this.follow(there);
    const places = [...new Set(clashes.map((at) => placeName(kit, at)))];
    this.told =
      places.length === 0
        ? t("Ce jeu a été changé ailleurs aussi : ces changements sont repris ici.")
        : t(
            "Ce jeu a été changé ailleurs aussi. Là où c'est la même chose, votre version est gardée : {places}.",
            {
              places: places.join(" ; "),
            },
          );
  }

  /** What the server has now, of which this is made. */
  follow(there: There): void {
    this.stored = there.kit;
    this.revision = there.revision;
    this.checked = there;
    this.published = there.published;
    this.publishedVersion = there.published_version;
  }

  private async look(): Promise<void> {
    if (this.under !== null || this.dirty) return; // saving says it as well
    try {
      await this.rejoin();
      this.tell();
    } catch {
      // out of reach, or gone: the next change says so
    }
  }

  async ask<Answer = Checked>(method: string, path: string, body?: unknown): Promise<Answer> {
    return ask(method, `/api/kits/${this.data.id}${path}?lang=${language()}`, body);
  }
}

/** What the server said no to, in its words. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly key: string,
  ) {
    super(message);
  }
}

/** Whether somebody else saved the kit since it was read. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof Refused && error.key === "kit.changed";
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
  throw new Refused(first ?? said.detail ?? t("Cette demande n'a pas abouti."), said.key ?? "");
}
