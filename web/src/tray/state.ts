// What the tray knows: the notes that feed each canvas, what became of them, which are chosen, held or being carried.

import type { Atelier } from "../board/atelier";
import { counted, type Decision, decides, decisions, stillAlike } from "../model/decided";
import { isInModules } from "../model/follow";
import {
  canvasOf,
  type Harvest,
  type Look,
  placesOf,
  type Row,
  rowsFor,
  takeHarvest,
} from "../model/harvest";
import { type Canvas, COLOURS, type Colour, roomKind } from "../model/page";
import type { BoardDocument } from "../sync/document";
import type { RoomConnection } from "../sync/provider";

export const CANVASES = ["governance", "economic"] as const;

/** Somebody else who is carrying a note just now. */
export interface Carrier {
  name: string;
  colour: Colour;
  /** Where to, once they know. */
  zone: string | null;
}

export class TrayState {
  look: Omit<Look, "canvas" | "terms"> = { groups: new Set(), sort: "votes" };
  query = "";
  searching = false;
  /** Keys of the rows that are ticked. */
  chosen: ReadonlySet<string> = new Set();
  /** Keys taken with a press, waiting for a zone. */
  held: readonly string[] = [];
  /** Keys the server was asked to decide on. */
  readonly going = new Set<string>();
  /** The row one is on. */
  current: string | null = null;
  /** How many rows of a heading are shown, where that is not the usual number. */
  readonly shown = new Map<string, number>();
  /** Long texts and lists of decided notes that are open. */
  readonly unfolded = new Set<string>();
  /** Proposals that this person does not want to see again. */
  readonly unlike = new Set<string>();
  /** The list did not come in a reasonable time. */
  late = false;

  private readonly harvests = new Map<string, Harvest>();
  private readonly asked = new Map<string, RoomConnection>();
  private readonly known = new Map<Canvas, { document: BoardDocument; all: ReadonlyMap<string, Decision> }>();

  private readonly watched = new WeakSet<BoardDocument>();
  /** Told when other notes are decided. */
  onDecided: () => void = () => {};

  constructor(readonly app: Atelier) {
    app.onChanges(({ document, changes }) => {
      if (changes.some(({ before, after }) => decides(before, after))) this.forget(document);
    });
  }

  /** Canvases of this workshop. */
  get canvases(): Canvas[] {
    return CANVASES.filter((canvas) => isInModules(this.app.workshop, canvas));
  }

  /** The canvas whose notes are shown: the one on the page; beside a sheet the one of the step. */
  get canvas(): Canvas {
    const { app } = this;
    const step = app.workshop.agenda.steps.find(({ id }) => id === app.workshop.step)?.board;
    const { canvases } = this;
    return (
      canvases.find((one) => one === app.board) ??
      canvases.find((one) => one === step) ??
      canvases[0] ??
      "governance"
    );
  }

  // -- what the server tells ------------------------------------------------------------------------

  /** Ask each room that holds a canvas, once per connection: the server answers, then tells what changes. */
  ask(): void {
    for (const canvas of this.canvases) {
      const room = this.app.roomOf(canvas);
      this.app.enter(room);
      const connection = this.app.rooms.find((one) => one.room === room);
      if (connection === undefined) continue;
      if (!connection.online) this.asked.delete(room);
      else if (!this.asked.has(room) && connection.tell({ type: "harvest" }))
        this.asked.set(room, connection);
    }
  }

  askAgain(): void {
    this.asked.clear();
    this.late = false;
    this.ask();
  }

  take(room: string, event: Readonly<Record<string, unknown>>): void {
    const now = takeHarvest(this.harvests.get(room) ?? null, event);
    if (now !== null) this.harvests.set(room, now);
  }

  harvest(canvas = this.canvas): Harvest | null {
    return this.harvests.get(this.app.roomOf(canvas)) ?? null;
  }

  row(key: string): Row | null {
    for (const { rows } of this.harvests.values()) {
      const row = rows.get(key);
      if (row) return row;
    }
    return null;
  }

  rows(canvas = this.canvas): Row[] {
    return rowsFor(this.harvest(canvas), canvas);
  }

  // -- decisions ----------------------------------------------------------------------------------

  /** What became of notes on a canvas; empty while its room is not joined. */
  decided(canvas = this.canvas): ReadonlyMap<string, Decision> {
    const document = this.app.documentOf(canvas);
    if (document === null) return new Map();
    const there = this.known.get(canvas);
    if (there?.document === document) return there.all;
    if (!this.watched.has(document)) {
      this.watched.add(document);
      document.answers.observe(() => this.forget(document)); // notes put aside are no notes of the document
    }
    const home = roomKind(canvas, this.app.workshop) === "plenary" ? "-" : this.app.data.group;
    const all = decisions(canvas, document.all(), document.answers.keys(), home);
    this.known.set(canvas, { document, all });
    return all;
  }

  /** Something on a canvas has another origin, or a note was put aside. */
  private forget(document: BoardDocument): void {
    for (const [canvas, known] of this.known) if (known.document === document) this.known.delete(canvas);
    this.onDecided();
  }

  count(canvas = this.canvas) {
    return counted(this.rows(canvas), this.decided(canvas));
  }

  /** Rows that nobody has decided on. */
  open(canvas = this.canvas): Row[] {
    const decided = this.decided(canvas);
    return this.rows(canvas).filter(({ key }) => !decided.has(key));
  }

  alike(): ReadonlyMap<string, readonly string[]> {
    const open = new Set(this.open().map(({ key }) => key));
    const proposals = (this.harvest()?.alike ?? []).filter(
      (keys) => !this.unlike.has([...keys].sort().join(" ")),
    );
    return stillAlike(proposals, open);
  }

  // -- what is chosen -----------------------------------------------------------------------------

  /** The rows an act on `key` means: all ticked ones when it is one of them. */
  targets(key: string | null = this.current): Row[] {
    const keys = key === null || this.chosen.has(key) ? this.chosen : [key];
    const open = new Map(this.open().map((row) => [row.key, row]));
    return [...keys].flatMap((one) => open.get(one) ?? []);
  }

  choose(keys: Iterable<string>): void {
    this.chosen = new Set(keys);
  }

  /** Zones of the shown canvas that the chosen, held or focused rows are meant for. */
  routed(): ReadonlySet<string> {
    const keys = this.held.length > 0 ? this.held : [...this.chosen];
    const { canvas } = this;
    const rows = keys.flatMap((key) => this.row(key) ?? []);
    return new Set(rows.flatMap((row) => placesOf(row, canvas)));
  }

  // -- others -------------------------------------------------------------------------------------

  carriers(): ReadonlyMap<string, Carrier> {
    const { awareness } = this.app.connection;
    const out = new Map<string, Carrier>();
    awareness?.getStates().forEach((state, id) => {
      if (id === awareness.clientID) return;
      const { carrying, user } = (state ?? {}) as Record<string, Record<string, unknown> | undefined | null>;
      const keys = carrying?.keys;
      if (!Array.isArray(keys) || typeof user?.name !== "string") return;
      const zone = typeof carrying?.zone === "string" ? carrying.zone : null;
      const colour = COLOURS.find((known) => known === user.colour) ?? "craie";
      for (const key of keys.slice(0, 200))
        if (typeof key === "string") out.set(key, { name: user.name, colour, zone });
    });
    return out;
  }

  /** Tell others what is being carried, and where to; null: nothing any more. */
  share(keys: readonly string[] | null, zone: string | null = null): void {
    this.app.share({ carrying: keys === null ? null : { keys: keys.slice(0, 50), zone } });
  }

  // -- whether ------------------------------------------------------------------------------------

  private get watches(): boolean {
    return this.app.data.person.role === "observer";
  }

  /** Whether there is nothing this person may do here: they watch, or the canvas is not to be written in. */
  get observes(): boolean {
    return this.watches || this.app.closed(null, this.canvas) !== null;
  }

  /** Whether this person may carry something there now. */
  mayCarry(address: string): boolean {
    const canvas = canvasOf(address);
    return !this.watches && this.app.closed(address.slice(canvas.length + 1), canvas) === null;
  }

  /** Whether the server is there to do it. */
  get online(): boolean {
    const room = this.app.roomOf(this.canvas);
    return this.app.rooms.find((one) => one.room === room)?.online === true;
  }
}

const states = new WeakMap<Atelier, TrayState>();

/** One for each page, whoever asks first. */
export function stateOf(app: Atelier): TrayState {
  const there = states.get(app) ?? new TrayState(app);
  states.set(app, there);
  return there;
}
