// The page where people work: which board is shown, in which view, over which room's connection.

import { Log } from "../list/log";
import { type Closed, closedTo, mayChangeOthers } from "../model/closed";
import { hiddenAt, isHidden } from "../model/hidden";
import { type Box, type ZoneLayout, zoneLayout } from "../model/layout";
import type { Colour, Note, PageData, Person, Photo, Template, Workshop, Zone } from "../model/page";
import { roomKind, templateOf } from "../model/page";
import { aroundTable, nameOf, type Stakeholder } from "../model/stakeholders";
import type { NoteChange } from "../sync/contents";
import type { BoardDocument } from "../sync/document";
import { keptRooms } from "../sync/keep";
import { RoomConnection, type ServerEvent } from "../sync/provider";
import type { Announcer } from "../ui/announce";
import { t, tn } from "../ui/i18n";
import type { MenuItem } from "../ui/menu";

export type View = "board" | "list";
export type Tool = "select" | "note" | "move";

type Listener = () => void;

/** Draws a zone its own way: the map, lanes, tables. In `Atelier.zoneParts` by address, `governance.map`. */
export interface ZonePart {
  /** Draw into `host`, above the notes of the zone; true: it shows the notes itself. */
  board(host: HTMLElement, zone: Zone, notes: readonly Note[], focused: boolean): boolean;
  /** Its twin in the list, above the lines of the notes. */
  list?(zone: Zone, notes: readonly Note[]): unknown;
  /** Where the usual notes lie instead of at their own places; null: as anywhere else. */
  boxes?(zone: Zone, notes: readonly Note[], focused: boolean): Boxes | null;
  /** A note was made or put in the zone, at this place or anywhere: what else that says of it. */
  arrive?(zone: Zone, note: Note, place: [number, number] | undefined): void;
  /** Notes are pushed by keys; true: done here. */
  nudge?(zone: Zone, ids: readonly string[], dx: number, dy: number): boolean;
  /** Makes a new note its own way. */
  create?(): void;
  /** What it adds to the menu of the zone. */
  acts?(zone: Zone): MenuItem[];
}

/** Boxes by note in pixels of the zone. Notes without one are not drawn; `more` of them are behind « + n ». */
export interface Boxes {
  of: ReadonlyMap<string, Box & { colour?: Colour; look?: string }>;
  more: number;
}

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
  actions?: { label: string; act: () => void }[];
  good?: boolean;
  /** Newer ones do not take its place, although it holds nothing. */
  stays?: boolean;
  /** What it is about: a newer notice about the same takes its place. */
  about?: string;
  /** Told what the person writes in it, and when they close it. */
  typed?: (text: string) => void;
  closed?: () => void;
}

/** Whether something would be lost with this notice: such ones stay until they are closed. */
const holds = (notice: Notice) =>
  notice.stays === true ||
  Boolean(notice.copies?.length || notice.writing !== undefined || notice.actions?.length || notice.link);

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
  /** Notes taken by the Move tool, waiting for a place. */
  picked: readonly string[] = [];
  /** Zone that receives the next note made from the keyboard or the dock. */
  activeZone: string | null = null;
  workshop: Workshop;
  /** Shown together, the newest first. */
  notices: readonly Notice[] = [];
  /** How to take back what the server did for this person after their last own change; null: there is nothing. */
  undoFirst: () => (() => void) | null = () => null;
  /** Photos of the boards of a room, as the server has told. */
  readonly photos = new Map<string, readonly Photo[]>();
  /** What others did, newest first. */
  readonly log = new Log();

  private readonly connections = new Map<string, RoomConnection>();
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly templates: Map<string, Template>;
  private presence: Record<string, unknown> = {};
  /** Notes the page came with, by zone. */
  private readonly came = new Map<string, Note[]>();

  constructor(
    readonly data: PageData,
    readonly announcer: Announcer,
    view: View,
  ) {
    this.board = data.board;
    this.workshop = data.workshop;
    this.view = view;
    this.templates = new Map(data.templates.map((template) => [template.id, template]));
    for (const note of data.notes) {
      const there = this.came.get(note.zone);
      if (there) there.push(note);
      else this.came.set(note.zone, [note]);
    }
    this.open();
    // what an earlier page could not send waits for its room, whichever board is shown now
    void keptRooms(data.person.id).then((rooms) => {
      for (const room of rooms) if (room.startsWith(`${data.workshop.id}-`)) this.enter(room);
    });
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

  /** The document a board is in, once its room has told what it holds. */
  documentOf(board: string): BoardDocument | null {
    const room = this.connections.get(this.roomOf(board));
    return room?.joined ? room.document : null;
  }

  /** The rooms this page is in, that of the current board first. */
  get rooms(): RoomConnection[] {
    const here = this.connection;
    return [here, ...[...this.connections.values()].filter((room) => room !== here)];
  }

  /** Notes with changes that are not saved, while that is worth saying. */
  waiting: ReadonlySet<string> = new Set();
  /** Notes that a search or a filter leaves; null when there is none. */
  found: ReadonlySet<string> | null = null;

  /** Whether lists show a note: a search leaves out what does not match. */
  shows(id: string): boolean {
    return this.found === null || this.found.has(id) || id === this.editing;
  }

  get mayWrite(): boolean {
    const { mayWrite, closedFor, joined } = this.connection;
    return mayWrite && closedFor === null && joined && this.workshop.status !== "closed";
  }

  /** Whoever runs the workshop: what holds for others does not bind them. */
  get leads(): boolean {
    return this.data.person.role === "organiser" || this.data.person.role === "facilitator";
  }

  /** Comments, likes and titles of groups: as long as not everything is locked. */
  get mayTalk(): boolean {
    return this.mayWrite && (this.leads || this.workshop.frozen !== true);
  }

  mayChange(note: Note): boolean {
    if (!this.mayWrite || this.closed(note.zone, note.board) !== null) return false;
    const { person } = this.data;
    if (note.by !== person.id && !mayChangeOthers(person, this.workshop, note.board)) return false;
    return note.locked !== true || this.mayLock(note);
  }

  /** Why a zone takes nothing from this person now; null when it does. */
  closed(zone: string | null, board = this.board): Closed | null {
    return closedTo(this.data.person, this.workshop, board, zone);
  }

  /** Locking, and changing what is locked, is the author's and facilitation's. */
  mayLock(note: Note): boolean {
    return note.by === this.data.person.id || this.leads;
  }

  /** Whether a verso shows what the rectos say in the zones behind it. */
  ghosts = sessionStorage.getItem("tablee-ghosts") === "on";

  showGhosts(on: boolean): void {
    this.ghosts = on;
    sessionStorage.setItem("tablee-ghosts", on ? "on" : "off");
    this.emit("ghosts");
  }

  readonly zoneParts = new Map<string, ZonePart>();
  /** Zones of the board that its template has not, or no more. */
  strays: () => Zone[] = () => [];

  partOf(zone: Zone): ZonePart | undefined {
    return this.partAt(this.board, zone.id);
  }

  partAt(board: string, zone: string): ZonePart | undefined {
    return this.zoneParts.get(`${templateOf(board)}.${zone}`);
  }

  /** What other parts put into the head of a board, before the switch of views. */
  readonly headTools: (() => HTMLElement | null)[] = [];

  /** The zone that is looked at alone, or none. */
  focusedZone: string | null = null;
  /** Long notes that this person has unfolded. */
  readonly unfolded = new Set<string>();
  /** What other parts put at the foot of a note, and what they add to its name for those who listen. */
  readonly noteMarks: ((note: Note) => HTMLElement | null)[] = [];
  readonly noteWords: ((note: Note) => string | null)[] = [];
  /** Why a field does not take a value, and what is said below it; `put` saves a value in it. */
  readonly fieldFaults: ((note: Note, field: string, value: unknown) => string | null)[] = [];
  readonly fieldAids: ((note: Note, field: string, put: (value: unknown) => void) => unknown)[] = [];
  /** What they add to the menu of one note that this person may change. */
  readonly noteActs: ((note: Note) => MenuItem[])[] = [];

  /** Room that the titles of groups take in a zone, as a number of notes. */
  titlesIn(board: string, zone: string): number {
    const contents = this.document?.contents;
    return contents ? Math.ceil(contents.clustersOf(board, zone).length / 2) : 0;
  }

  /** How notes lie in a zone of the current board. */
  layoutOf(zone: Zone): ZoneLayout {
    const count = this.notesByZone().get(zone.id)?.length ?? 0;
    const titles = this.titlesIn(this.board, zone.id);
    return zoneLayout(this.template, zone, count + titles, this.focusedZone === zone.id);
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

  /** Stakeholders around this group's table, one's own first; last those who left a recto with notes. */
  stakeholders(): Stakeholder[] {
    const rectos = (this.document?.contents.boardIds() ?? []).map((board) => board.split("/")[1] ?? "");
    const { shownGroup: group, data } = this;
    const { person } = data;
    const gone = t("Structure partie");
    return aroundTable(this.workshop, group, person.stakeholder, rectos.filter(Boolean), gone);
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
    return this.board === this.data.board ? this.came : new Map();
  }

  /** Zones of a board that hold a note, and how many there are; null while the room is not joined. */
  filled(board: string): { filled: number | null; of: number } {
    const template = this.templateOf(board);
    const connection = this.connections.get(this.roomOf(board));
    const zones = template?.zones ?? [];
    const held = connection?.document?.byZone(board);
    const filled = connection?.joined ? zones.filter(({ id }) => held?.has(id)).length : null;
    return { filled, of: zones.length };
  }

  // -- changes ----------------------------------------------------------------------------------

  show(board: string): void {
    if (board === this.board || this.templateOf(board) === undefined) return;
    this.board = board;
    this.selected = this.editing = this.activeZone = this.focusedZone = null;
    this.chosen = new Set();
    this.open();
    this.share({ board, cursor: null, editing: null, drag: null });
    if (this.visiting === null) {
      const address = new URL(location.href);
      address.searchParams.set("board", board);
      history.replaceState(null, "", address);
    }
    const structure = nameOf(this.workshop, board.split("/")[1] ?? "");
    this.announcer.say(structure === null ? this.template.title : `${this.template.title} · ${structure}`);
    this.emit("board");
  }

  /** What the step under way is for, once the guide is there. */
  aim: () => string | null = () => null;

  /** The group whose sheets are looked at in the place of one's own (deck/visit.ts). */
  visiting: string | null = null;

  /** Canvases that were pooled are looked at as they are for all groups together (deck/pool.ts). */
  together = false;

  lookTogether(on: boolean): void {
    const { board } = this;
    this.together = on;
    this.board = ""; // the same board is another one there
    this.show(board);
  }

  /** Whose sheets are shown. */
  get shownGroup(): string {
    return this.visiting ?? this.data.group;
  }

  /** Look at the sheets of another group, or at one's own again. */
  visit(group: string | null, board: string): void {
    if (group !== this.visiting) {
      const left = this.visiting === null ? null : this.roomOf("");
      this.visiting = group;
      if (left !== null && left !== this.roomOf("")) {
        this.connections.get(left)?.hangUp();
        this.connections.delete(left);
      }
      this.board = ""; // the same board is another one there
    }
    this.show(board);
  }

  /** Turn the sheet over. Where one was, one is again: zones keep their place on both faces. */
  flip(): void {
    const { sheet, side } = this.template;
    if (sheet === null) return;
    const behind = (id: string | null) => (id === null ? null : (this.zone(id)?.mirror ?? null));
    const [active, alone] = [behind(this.activeZone), behind(this.focusedZone)];
    this.show(side === "je" ? `sheet${sheet}.verso` : this.rectoOf(sheet));
    this.activeZone = active;
    this.focusZone(alone);
    this.emit("flipped");
  }

  /** Look at one zone of the board alone, as large as the page; null shows all again. */
  focusZone(id: string | null): void {
    if (id === this.focusedZone || (id !== null && !this.zone(id))) return;
    this.focusedZone = id;
    if (id !== null) this.activeZone = id;
    this.emit("focus");
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

  sayChosen(): void {
    const count = this.targets().length;
    if (count > 0) this.announcer.say(tn("{n} note choisie.", "{n} notes choisies.", count));
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
    // of drafts others learn nothing: not which one is written in or held, nor where the pointer is meanwhile
    const draft = (one: unknown) => typeof one === "string" && this.note(one)?.hidden === true;
    const held = part.drag as { note?: string; others?: string[] } | null | undefined;
    if (draft(part.editing)) part = { ...part, editing: null, cursor: null };
    else if (draft(held?.note)) part = { ...part, drag: null };
    else if (held?.others)
      part = { ...part, drag: { ...held, others: held.others.filter((one) => !draft(one)) } };
    else if (part.cursor && (this.visiting !== null || draft(this.editing))) part = { ...part, cursor: null };
    this.presence = { board: this.board, ...this.presence, ...part, user: { id, name, colour, mark } };
    for (const connection of this.connections.values())
      connection.show(
        connection === this.connection ? this.presence : { user: this.presence.user, board: this.board },
      );
  }

  /** Say something that stays, in the place of what it replaces and of what held nothing. */
  notify(text: string, more: Omit<Notice, "text"> = {}): Notice {
    const notice = { text, ...more };
    const stays = (one: Notice) => holds(one) && (one.about === undefined || one.about !== more.about);
    this.notices = [notice, ...this.notices.filter(stays)];
    this.emit("notice");
    return notice;
  }

  noticeAbout(what: string): Notice | undefined {
    return this.notices.find((notice) => notice.about === what);
  }

  dismiss(notice: Notice | undefined): void {
    if (notice === undefined || !this.notices.includes(notice)) return;
    this.notices = this.notices.filter((one) => one !== notice);
    this.emit("notice");
  }

  // -- events -----------------------------------------------------------------------------------

  on(what: string, then: Listener): () => void {
    const there = this.listeners.get(what) ?? new Set();
    this.listeners.set(what, there.add(then));
    return () => there.delete(then);
  }

  emit(what: string): void {
    for (const then of this.listeners.get(what) ?? []) attempt(then);
  }

  private readonly watchers = new Set<(changed: Changed) => void>();

  /** Call `then` after every transaction of every room that this page is in. */
  onChanges(then: (changed: Changed) => void): () => void {
    this.watchers.add(then);
    return () => this.watchers.delete(then);
  }

  tellChanges(changed: Changed): void {
    for (const then of this.watchers) attempt(() => then(changed));
  }

  // -- rooms ------------------------------------------------------------------------------------

  onRestarting: () => void = () => {};
  onRefused: (key: string, notes: readonly Note[]) => void = () => {};
  onReturned: (own: number, others: number) => void = () => {};
  onDocument: (document: BoardDocument, room: string) => void = () => {};

  roomOf(board: string): string {
    const kind = roomKind(board, this.workshop);
    if (kind === "convergence" && this.together && this.workshop.pooled?.includes(templateOf(board)))
      return this.data.rooms.plenary;
    const visited = this.visiting && this.workshop.groups.find(({ id }) => id === this.visiting);
    return (kind === "exploration" && visited ? visited.rooms : this.data.rooms)[kind as "exploration"];
  }

  /** The group in whose room a canvas is looked at; null in the plenary, where commands name none. */
  groupFor(board: string): string | null {
    return this.roomOf(board) === this.data.rooms.plenary ? null : this.data.group;
  }

  private connectionFor(board: string): RoomConnection {
    const room = this.roomOf(board);
    this.enter(room); // the agenda may have brought the board to another room
    return this.connections.get(room) as RoomConnection;
  }

  /** Connect to the room of the current board, if this page has not yet. */
  private open(): void {
    this.enter(this.roomOf(this.board));
  }

  /** Connect to every room whose boards this page can show. */
  enterAll(): void {
    this.enter(this.data.rooms.exploration);
    for (const canvas of ["governance", "economic"]) this.enter(this.roomOf(canvas));
  }

  /** Connect to a room that is not shown: to search it, or to send what waits for it. */
  enter(room: string): void {
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
      state: (workshop) => this.follow(workshop),
      event: (event) => this.takeEvent(room, event),
      greeted: (revision) => {
        if (revision > this.workshop.revision) void this.catchUp();
      },
      restarting: () => this.onRestarting(),
      refused: (key, notes) => this.onRefused(key, notes),
      hides: (board, zone) => isHidden(this.workshop, board, zone),
      isAnonymous: (board, zone) => hiddenAt(this.workshop, board, zone).anonymous,
      isWriting: (id) => this.editing === id,
      returned: (own, others) => this.onReturned(own, others),
    });
    this.connections.set(room, connection);
    this.share({});
  }

  private readonly takers = new Map<string, Set<(event: ServerEvent, room: string) => void>>();

  /** Call `then` for every event of this type that the server sends, with the room it came by. */
  onEvent(type: string, then: (event: ServerEvent, room: string) => void): () => void {
    const there = this.takers.get(type) ?? new Set();
    this.takers.set(type, there.add(then));
    return () => there.delete(then);
  }

  private takeEvent(room: string, event: ServerEvent): void {
    for (const then of this.takers.get(event.type) ?? []) attempt(() => then(event, room));
  }

  private follow(workshop: Workshop): void {
    if (workshop.revision < this.workshop.revision) return;
    const room = this.roomOf(this.board);
    this.workshop = workshop;
    this.data.person = this.person(this.data.person.id) ?? this.data.person;
    if (this.roomOf(this.board) !== room) {
      this.selected = this.editing = null;
      this.chosen = new Set();
      this.share({ cursor: null, editing: null, drag: null });
      this.emit("board");
    }
    this.emit("workshop");
  }

  /** The workshop changed while this page was away: states are told to those who are there. */
  private async catchUp(): Promise<void> {
    try {
      const answer = await fetch(`${this.data.base}/api/workshops/${this.workshop.id}`);
      if (answer.ok) this.follow((await answer.json()) as Workshop);
    } catch {
      // away again: the next greeting asks once more
    }
  }
}

/** One that fails must not stop the others, nor the connection that has told them. */
function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    console.error(error);
  }
}
