// The page where people work: which board is shown, in which view, over which room's connection.

import { type ZoneLayout, zoneLayout } from "../model/layout";
import type { Note, PageData, Person, Template, Workshop, Zone } from "../model/page";
import { roomKind, templateOf } from "../model/page";
import type { NoteChange } from "../sync/contents";
import type { BoardDocument } from "../sync/document";
import { RoomConnection } from "../sync/provider";
import type { Announcer } from "../ui/announce";
import { t } from "../ui/i18n";

export type View = "board" | "list";
export type Tool = "select" | "note";

type Listener = () => void;

/** One transaction of a room's document. */
export interface Changed {
  document: BoardDocument;
  changes: readonly NoteChange[];
  /** Whether this person did it, on this page. */
  mine: boolean;
  /** Client ids that wrote; presence says whose they are. */
  clients: ReadonlySet<number>;
}

export interface Notice {
  text: string;
  /** Texts that would be lost otherwise. */
  copies?: string[];
  /** A text that was being written when the note went away: its person goes on with it here. */
  writing?: string;
  link?: { address: string; label: string };
  good?: boolean;
}

/** State of the page that several parts look at. Parts subscribe; whoever changes something calls `emit`. */
export class Atelier {
  board: string;
  view: View;
  tool: Tool = "select";
  /** The note that has the focus or is being written in. */
  selected: string | null = null;
  editing: string | null = null;
  /** Notes chosen together; empty unless there are several. */
  chosen: ReadonlySet<string> = new Set();
  /** Zone that receives the next note made from the keyboard or the dock. */
  activeZone: string | null = null;
  workshop: Workshop;
  notice: Notice | null = null;
  /** Notes this person deleted on this page. */
  readonly deletedHere = new Set<string>();

  private readonly connections = new Map<string, RoomConnection>();
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly templates: Map<string, Template>;
  private presence: Record<string, unknown> = {};

  constructor(
    readonly data: PageData,
    readonly announcer: Announcer,
    view: View,
  ) {
    this.board = data.board;
    this.workshop = data.workshop;
    this.view = view;
    this.templates = new Map(data.templates.map((template) => [template.id, template]));
    this.open();
    addEventListener("online", () => {
      for (const connection of this.connections.values()) connection.wake();
    });
    addEventListener("offline", () => {
      for (const connection of this.connections.values()) connection.sleep();
    });
  }

  // -- what is shown ----------------------------------------------------------------------------

  get template(): Template {
    return this.templates.get(templateOf(this.board)) as Template;
  }

  templateOf(board: string): Template | undefined {
    return this.templates.get(templateOf(board));
  }

  zone(id: string): Zone | undefined {
    return this.template.zones.find((zone) => zone.id === id);
  }

  get connection(): RoomConnection {
    return this.connectionFor(this.board);
  }

  get document(): BoardDocument | null {
    return this.connection.document;
  }

  get mayWrite(): boolean {
    return this.connection.mayWrite && this.connection.closedFor === null && this.connection.joined;
  }

  /** Whoever runs the workshop: what holds for others does not bind them. */
  get leads(): boolean {
    return this.data.person.role === "organiser" || this.data.person.role === "facilitator";
  }

  mayChange(note: Note): boolean {
    return this.mayWrite && (note.locked !== true || this.mayLock(note));
  }

  /** Locking, and changing what is locked, is the author's and facilitation's. */
  mayLock(note: Note): boolean {
    return note.by === this.data.person.id || this.leads;
  }

  /** The zone that is looked at alone, or none. */
  focusedZone: string | null = null;

  /** How notes lie in a zone of the current board. */
  layoutOf(zone: Zone): ZoneLayout {
    const count = this.notesByZone().get(zone.id)?.length ?? 0;
    return zoneLayout(this.template, zone, count, this.focusedZone === zone.id);
  }

  note(id: string | null): Note | null {
    return id === null ? null : (this.document?.note(id) ?? null);
  }

  person(id: string | null): Person | undefined {
    return id === null ? undefined : this.workshop.people.find((person) => person.id === id);
  }

  /** What is written under a note by this person. */
  authorName(by: string | null): string {
    if (by === this.data.person.id) return t("Vous");
    return by === null ? t("Anonyme") : (this.person(by)?.name ?? t("Personne partie"));
  }

  /** Stakeholders around this group's table, one's own first. */
  stakeholders(): { id: string; name: string; people: Person[] }[] {
    const seated = this.workshop.people.filter((person) => person.group === this.data.group);
    const byId = new Map<string, Person[]>();
    for (const person of seated)
      byId.set(person.stakeholder, [...(byId.get(person.stakeholder) ?? []), person]);
    const named = [...byId].map(([id, people]) => ({
      id,
      name: this.workshop.stakeholders.find((one) => one.id === id)?.name ?? people[0]?.name ?? "",
      people,
    }));
    const mine = this.data.person.stakeholder;
    return named.sort((a, b) => Number(b.id === mine) - Number(a.id === mine));
  }

  /** The recto a sheet opens on: one's own, or the first there is. */
  rectoOf(sheet: number): string {
    const all = this.stakeholders();
    const whose = all.find((one) => one.id === this.data.person.stakeholder) ?? all[0];
    return `sheet${sheet}.recto/${whose?.id ?? this.data.person.stakeholder}`;
  }

  /** Notes of the current board, by zone in reading order; until the room is joined, those the page came with. */
  notesByZone(): ReadonlyMap<string, Note[]> {
    if (this.document !== null && this.connection.joined) return this.document.byZone(this.board);
    const zones = new Map<string, Note[]>();
    if (this.board === this.data.board)
      for (const note of this.data.notes) zones.set(note.zone, [...(zones.get(note.zone) ?? []), note]);
    return zones;
  }

  /** Zones of a board that hold a note, and how many there are; null while the room is not joined. */
  filled(board: string): { filled: number | null; of: number } {
    const template = this.templateOf(board);
    const connection = this.connections.get(this.roomOf(board));
    const filled = connection?.joined ? (connection.document?.byZone(board).size ?? 0) : null;
    return { filled, of: template?.zones.length ?? 0 };
  }

  // -- changes ----------------------------------------------------------------------------------

  show(board: string): void {
    if (board === this.board || this.templateOf(board) === undefined) return;
    this.board = board;
    this.selected = this.editing = this.activeZone = null;
    this.chosen = new Set();
    this.open();
    const address = new URL(location.href);
    address.searchParams.set("board", board);
    history.replaceState(null, "", address);
    this.share({ board, cursor: null, editing: null, drag: null });
    this.announcer.say(this.template.title);
    this.emit("board");
  }

  flip(): void {
    const { sheet, side } = this.template;
    if (sheet === null) return;
    this.show(side === "je" ? `sheet${sheet}.verso` : this.rectoOf(sheet));
  }

  setView(view: View): void {
    if (view === this.view) return;
    this.view = view;
    this.editing = null;
    localStorage.setItem("tablee-view", view);
    this.emit("board");
  }

  /** Go to one note; several stay chosen as long as it is one of them. */
  select(id: string | null): void {
    const leaves = this.chosen.size > 0 && (id === null || !this.chosen.has(id));
    if (id === this.selected && !leaves) return;
    this.selected = id;
    if (leaves) this.chosen = new Set();
    const note = this.note(id);
    if (note) this.activeZone = note.zone;
    this.emit("selection");
  }

  /** Choose exactly these notes; the last one has the focus of the bar. */
  choose(ids: Iterable<string>): void {
    const all = [...ids].filter((id) => this.note(id) !== null);
    this.chosen = new Set(all.length > 1 ? all : []);
    this.selected = all.at(-1) ?? null;
    const note = this.note(this.selected);
    if (note) this.activeZone = note.zone;
    this.emit("selection");
  }

  /** Add a note to those chosen, or take it out. */
  toggle(id: string): void {
    const all = new Set(this.targets());
    if (!all.delete(id)) all.add(id);
    this.choose(all);
  }

  /** The notes that an action on `id` means, in reading order by zone: all chosen ones when it is one of them. */
  targets(id: string | null = this.selected): string[] {
    if (id === null) return [];
    if (!this.chosen.has(id)) return [id];
    const zones = [...this.template.zones].sort((a, b) => a.n - b.n);
    const byZone = this.notesByZone();
    return zones
      .flatMap((zone) => byZone.get(zone.id) ?? [])
      .map((note) => note.id)
      .filter((one) => this.chosen.has(one));
  }

  /** Part of what others see of this person. */
  share(part: Record<string, unknown>): void {
    const { id, name, colour, mark } = this.data.person;
    this.presence = { board: this.board, ...this.presence, ...part, user: { id, name, colour, mark } };
    for (const connection of this.connections.values())
      connection.show(
        connection === this.connection ? this.presence : { user: this.presence.user, board: this.board },
      );
  }

  notify(text: string, more: Omit<Notice, "text"> = {}): void {
    this.notice = { text, ...more };
    this.emit("notice");
  }

  // -- events -----------------------------------------------------------------------------------

  on(what: string, then: Listener): () => void {
    const there = this.listeners.get(what) ?? new Set();
    this.listeners.set(what, there.add(then));
    return () => there.delete(then);
  }

  emit(what: string): void {
    for (const then of this.listeners.get(what) ?? []) then();
  }

  private readonly watchers = new Set<(changed: Changed) => void>();

  /** Call `then` after every transaction of every room that this page is in. */
  onChanges(then: (changed: Changed) => void): () => void {
    this.watchers.add(then);
    return () => this.watchers.delete(then);
  }

  tellChanges(changed: Changed): void {
    for (const then of this.watchers) then(changed);
  }

  // -- rooms ------------------------------------------------------------------------------------

  onRestarting: () => void = () => {};
  onRefused: (key: string, texts: string[]) => void = () => {};
  onReturned: (own: number, others: number) => void = () => {};
  onDocument: (document: BoardDocument, room: string) => void = () => {};

  private roomOf(board: string): string {
    return this.data.rooms[roomKind(board)];
  }

  private connectionFor(board: string): RoomConnection {
    return this.connections.get(this.roomOf(board)) as RoomConnection;
  }

  /** Connect to the room of the current board, if this page has not yet. */
  private open(): void {
    const room = this.roomOf(this.board);
    if (this.connections.has(room)) return;
    const address = new URL(`${this.data.base}/ws/${room}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const connection = new RoomConnection(room, address.href, {
      opened: (document) => this.onDocument(document, room),
      synced: () => {
        if (room === this.roomOf(this.board)) this.emit("joined");
      },
      changed: () => this.emit("link"),
      presence: () => this.emit("presence"),
      state: (workshop) => {
        if (workshop.revision < this.workshop.revision) return;
        this.workshop = workshop;
        this.emit("workshop");
      },
      restarting: () => this.onRestarting(),
      refused: (key, texts) => this.onRefused(key, texts),
      returned: (own, others) => this.onReturned(own, others),
    });
    this.connections.set(room, connection);
    this.share({});
  }
}
