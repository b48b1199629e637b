// What the wrap-up looks at: notes of both canvases in the rooms they are in, answers, texts of the server.

import { newId } from "../board/actions";
import type { Atelier } from "../board/atelier";
import { command } from "../board/command";
import { mayChangeOthers } from "../model/closed";
import { isHidden } from "../model/hidden";
import { placeInTurn, zoneLayout } from "../model/layout";
import { keysAfter } from "../model/order";
import type { Note } from "../model/page";
import type { BoardDocument } from "../sync/document";
import type { RoomConnection } from "../sync/provider";
import { language, t } from "../ui/i18n";
import { twins } from "./twins";

export interface CardPart {
  title: string | null;
  lines: { label?: string; text: string }[];
}

/** What `GET …/wrap-up` gives. */
export interface Told {
  card: { title: string; heads: { id: string; title: string; parts: CardPart[] }[] };
  checklist: { id: string; title: string; checks: { id: string; text: string }[] }[];
  principles: { title: string; question: string; action: string }[];
}

export type Answer = Readonly<Record<string, unknown>>;

/** What was taken is in the document by then. */
const ARRIVES_MS = 3000;
/** Changes of notes come in bursts, and the card is made of what is stored. */
const FRESH_MS = 1200;

export class WrapUp {
  told: Told | null = null;
  /** Whether the last try to read it failed. */
  late = false;
  /** Why something was not taken, until something else is. */
  problem: string | null = null;
  /** Answers that are on their way. */
  private readonly going = new Map<string, Answer | null>();
  private readonly watched = new WeakSet<BoardDocument>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;

  constructor(
    readonly app: Atelier,
    private readonly changed: () => void,
  ) {}

  /** The canvases of this workshop, in the order in which they are filled. */
  get canvases(): string[] {
    const modules = this.app.workshop.modules;
    return ["governance", "economic"].filter((board) => modules?.includes(board) ?? true);
  }

  /** Go to the rooms of the canvases, whichever board is shown. */
  enter(): void {
    for (const board of this.canvases) this.app.enter(this.app.roomOf(board));
    for (const board of this.canvases) {
      const document = this.app.documentOf(board);
      if (document === null || this.watched.has(document)) continue;
      this.watched.add(document);
      document.answers.observeDeep(() => this.changed());
    }
  }

  /** Whether all rooms have told what they hold. */
  get ready(): boolean {
    return this.canvases.every((board) => this.app.documentOf(board) !== null);
  }

  get online(): boolean {
    return this.canvases.every((board) => this.roomOf(board)?.online ?? false);
  }

  roomOf(board: string): RoomConnection | undefined {
    return this.app.rooms.find((room) => room.room === this.app.roomOf(board));
  }

  /** Notes of a kind on both canvases, in reading order. */
  ofKind(kind: string): Note[] {
    return this.canvases.flatMap((board) => {
      const zones = [...(this.app.templateOf(board)?.zones ?? [])].sort((a, b) => a.n - b.n);
      const byZone = this.app.documentOf(board)?.byZone(board);
      return zones.flatMap((zone) => (byZone?.get(zone.id) ?? []).filter((note) => note.kind === kind));
    });
  }

  notesIn(board: string, zone: string): readonly Note[] {
    return this.app.documentOf(board)?.byZone(board).get(zone) ?? [];
  }

  // -- changes ----------------------------------------------------------------------------------

  /** Whether this person may write there now. */
  mayWriteIn(board: string, zone: string): boolean {
    const room = this.roomOf(board);
    const open = room?.mayWrite === true && room.joined && room.closedFor === null;
    return open && this.app.closed(zone, board) === null;
  }

  mayChange(note: Note): boolean {
    if (!this.mayWriteIn(note.board, note.zone)) return false;
    const { data, workshop } = this.app;
    if (note.by !== data.person.id && !mayChangeOthers(data.person, workshop, note.board)) return false;
    return note.locked !== true || this.app.mayLock(note);
  }

  mayAdd(board: string, zone: string): boolean {
    return this.mayWriteIn(board, zone) && !isHidden(this.app.workshop, board, zone);
  }

  /** The note, and where it is an action, those that are the same on the other canvas. */
  sameAs(note: Note): readonly Note[] {
    const all = note.kind === "action" ? twins(this.ofKind("action")) : [];
    return all.find((some) => some.some(({ id }) => id === note.id)) ?? [note];
  }

  /** Set values of a note, as one step of undo. Undefined takes one away. */
  set(note: Note, values: Readonly<Record<string, unknown>>): void {
    for (const one of this.sameAs(note)) this.setIn(one, values);
  }

  private setIn(note: Note, values: Readonly<Record<string, unknown>>): void {
    const document = this.app.documentOf(note.board);
    const now = document?.note(note.id);
    if (!document || !now || !this.mayChange(now)) return;
    const others = Object.entries(values).some(([name, value]) => now.fields?.[name] !== value);
    if (others) document.together(() => document.setFields(note.id, values));
  }

  /** A new note at the end of a zone; gives its id, or null when nobody may write there. */
  add(board: string, zoneId: string, kind: string, text: string, fields: Note["fields"] = {}): string | null {
    const document = this.app.documentOf(board);
    const template = this.app.templateOf(board);
    const zone = template?.zones.find(({ id }) => id === zoneId);
    if (!document || !template || !zone || !this.mayAdd(board, zoneId)) return null;
    const there = this.notesIn(board, zoneId);
    const id = newId();
    const { person } = this.app.data;
    document.together(() =>
      document.add({
        id,
        board,
        zone: zoneId,
        kind,
        place: placeInTurn(zoneLayout(template, zone, there.length + 1), there.length),
        order: keysAfter(there.at(-1)?.order ?? null, 1)[0] as string,
        colour: person.colour,
        text,
        by: person.id,
        at: Math.round(Date.now() + this.app.connection.clockOffset),
        fields,
      }),
    );
    return id;
  }

  // -- answers ----------------------------------------------------------------------------------

  /** The canvas in whose room answers are. */
  get answered(): string {
    return this.canvases[0] ?? "governance";
  }

  answer(key: string): Answer | null {
    const kept = this.app.documentOf(this.answered)?.answers.get(key);
    const there = kept === undefined ? null : (kept.toJSON() as Answer);
    const going = this.going.get(key);
    if (going === undefined) return there;
    const same = going === null ? there === null : saysTheSame(going, there);
    if (same) this.going.delete(key);
    return same ? there : going;
  }

  get mayAnswer(): boolean {
    const { app } = this;
    const board = this.answered;
    return this.mayWriteIn(board, "") && mayChangeOthers(app.data.person, app.workshop, board);
  }

  /** Whether it was taken; why not is said. */
  async say(key: string, value: Answer | null): Promise<boolean> {
    const group = this.app.groupFor(this.answered);
    this.going.set(key, value);
    this.changed();
    const refused = await command(this.app, {
      type: "answer.set",
      key,
      value,
      ...(group === null ? {} : { group }),
    });
    this.problem = refused;
    if (refused !== null) this.app.announcer.say(refused);
    const forget = () => {
      if (this.going.get(key) === value) this.going.delete(key);
      this.changed();
    };
    if (refused !== null) forget();
    else setTimeout(forget, ARRIVES_MS); // somebody else may have answered at the same time
    this.changed();
    return refused === null;
  }

  // -- what the server makes --------------------------------------------------------------------

  /** Read it again, once nothing changes for a moment. */
  refresh(now = false): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), now ? 0 : FRESH_MS);
  }

  private async read(): Promise<void> {
    const asked = ++this.asked;
    const group = this.app.groupFor(this.answered);
    const query = new URLSearchParams({ lang: language(), ...(group === null ? {} : { group }) });
    const { data, workshop } = this.app;
    let told: Told | null = null;
    try {
      const answer = await fetch(`${data.base}/api/workshops/${workshop.id}/wrap-up?${query}`);
      if (answer.ok) told = (await answer.json()) as Told;
    } catch {
      // said below; what was read before stays
    }
    if (asked !== this.asked) return;
    this.late = told === null;
    this.told = told ?? this.told;
    this.changed();
  }
}

function saysTheSame(said: Answer, there: Answer | null): boolean {
  return there !== null && Object.entries(said).every(([name, value]) => there[name] === value);
}

/** The name of a canvas in few words. */
export function canvasName(board: string): string {
  return board === "economic" ? t("Modèle économique") : t("Gouvernance");
}
