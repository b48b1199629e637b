// What the console knows: the workshop, one connection for each room, and from these who is where. It only
// looks: it shares no presence, so nobody sees it in a room.

import { asked, command } from "../board/command";
import { own } from "../model/own";
import {
  type Counts,
  type Group,
  type Language,
  type Note,
  type Person,
  roomKind,
  type Template,
  templateOf,
  type Workshop,
} from "../model/page";
import type { BoardDocument } from "../sync/document";
import { RoomConnection, type ServerEvent } from "../sync/provider";
import type { Announcer } from "../ui/announce";
import { t } from "../ui/i18n";
import { nameUnfinished } from "../ui/unfinished";
import { begunAt, stepNow } from "./agenda";
import type { Facts, Seen } from "./attention";
import type { Turnout } from "./moment";
import { Steady } from "./steady";

export interface ConsoleData {
  language: Language;
  messages: Record<string, string | string[]>;
  workshop: Workshop;
  person: Person;
  templates: Template[];
  code: string;
  door: string;
  base: string;
}

interface Room {
  link: RoomConnection;
  voices: Readonly<Record<string, Counts>>;
  /** Drafts nobody else sees, by board and zone. */
  hidden: Readonly<Record<string, number>>;
}

/** Where somebody is, as they show it. */
interface Place {
  board: string;
  group: string | null;
}

type Listener = () => void;

const SPACING_MS = 250;
/** A page needs so long to hear who is there; and who reloads theirs has not been away. */
const FRESH_MS = 15_000;

interface Known {
  online: boolean;
  /** Since when; null: since before this page came. */
  at: number | null;
  /** Since when they were there, before they went away. */
  before: number | null;
}

export class Console {
  workshop: Workshop;
  /** Chosen to be moved: the next group that is pressed takes them. */
  picked: string | null = null;
  /** Somebody on their way to a group: the focus goes with them. */
  moved: { id: string; group: string | null } | null = null;
  view: "grid" | "list";
  /** How many have voted or answered, and of how many, by the id of the vote or round. */
  turnout: Record<string, Turnout> = {};
  /** What went wrong, until it is closed or something goes well. */
  problem: string | null = null;
  /** Why there is no connection any more. */
  ended: number | null = null;

  /** Presses on the next step, wherever they come from. */
  readonly onward = new Steady(() => this.changed());

  private readonly rooms = new Map<string, Room>();
  private readonly listeners = new Set<Listener>();
  /** Since when each person is there, or away. */
  private readonly since = new Map<string, Known>();
  /** Until when who is there was there before this page. */
  private readonly freshUntil = Date.now() + FRESH_MS;
  private soon: ReturnType<typeof setTimeout> | undefined;
  private catching: Promise<void> | null = null;
  private seen = "";

  constructor(
    readonly data: ConsoleData,
    readonly announcer: Announcer,
  ) {
    this.workshop = data.workshop;
    this.view = localStorage.getItem("tablee-console-view") === "list" ? "list" : "grid";
    this.enterAll();
    addEventListener("online", () => this.eachLink((link) => link.wake()));
    addEventListener("offline", () => this.eachLink((link) => link.sleep()));
  }

  // -- what is known ----------------------------------------------------------------------------------

  /** Now, by the server's clock. */
  get now(): number {
    return Date.now() + this.plenary.clockOffset;
  }

  /** Whether all rooms are heard: who is in one that is not would look away. */
  get online(): boolean {
    return this.everyLink((link) => link.online);
  }

  get joined(): boolean {
    return this.everyLink((link) => link.joined);
  }

  get closed(): boolean {
    return this.workshop.status === "closed";
  }

  get leadsAll(): boolean {
    return this.data.person.role === "organiser";
  }

  /** The room all share: it is there as long as the workshop is. */
  private get plenary(): RoomConnection {
    return (this.rooms.get(this.workshop.plenary) as Room).link;
  }

  template(board: string): Template | undefined {
    return this.data.templates.find((one) => one.id === templateOf(board));
  }

  person(id: string): Person | undefined {
    return this.workshop.people.find((one) => one.id === id);
  }

  group(id: string | null): Group | undefined {
    return this.workshop.groups.find((one) => one.id === id);
  }

  get participants(): Person[] {
    return this.workshop.people.filter((one) => one.role === "participant");
  }

  /** The template a group works on: that of the step, else where most of them are, else where notes are. */
  boardOf(group: Group): string {
    const asked = stepNow(this.workshop)?.board ?? null;
    if (asked !== null) return asked.replace(/^assigned\b/, group.sheet ?? "sheet1");
    const count: Record<string, number> = {};
    for (const [id, place] of this.places()) {
      if (this.person(id)?.group !== group.id) continue;
      const template = templateOf(place.board);
      if (!this.template(template)) continue;
      count[template] = (own(count, template) ?? 0) + 1;
    }
    const most = Object.entries(count).sort(([, a], [, b]) => b - a)[0];
    return most?.[0] ?? "sheet1.verso";
  }

  private roomOf(group: Group, board: string): string {
    const kind = roomKind(board, this.workshop);
    return kind === "plenary" ? this.workshop.plenary : group.rooms[kind];
  }

  documentOf(group: Group, board: string): BoardDocument | null {
    const link = this.rooms.get(this.roomOf(group, board))?.link;
    return link?.joined ? link.document : null;
  }

  /** Notes of a template in a group, by zone: the rectos of all structures are looked at together. */
  notesOf(group: Group, template: string): Map<string, Note[]> {
    const document = this.documentOf(group, template);
    const out = new Map<string, Note[]>();
    for (const board of document?.contents.boardIds() ?? []) {
      if (templateOf(board) !== template) continue;
      for (const [zone, notes] of document?.byZone(board) ?? [])
        out.set(zone, [...(out.get(zone) ?? []), ...notes]);
    }
    return out;
  }

  /** Drafts by zone of a template in a group. */
  hiddenOf(group: Group, template: string): Map<string, number> {
    const out = new Map<string, number>();
    const room = this.rooms.get(this.roomOf(group, template));
    for (const [place, n] of Object.entries(room?.hidden ?? {})) {
      const at = place.lastIndexOf(" ");
      const [board, zone] = [place.slice(0, at), place.slice(at + 1)];
      if (templateOf(board) === template) out.set(zone, (out.get(zone) ?? 0) + n);
    }
    return out;
  }

  /** All notes of a group's own rooms. */
  sizeOf(group: Group): number {
    return Object.values(group.rooms).reduce((sum, id) => {
      const link = this.rooms.get(id)?.link;
      return sum + (link?.joined ? (link.document?.contents.size ?? 0) : 0);
    }, 0);
  }

  get notes(): number {
    const link = this.plenary;
    const shared = link.joined ? (link.document?.contents.size ?? 0) : 0;
    return this.workshop.groups.reduce((sum, group) => sum + this.sizeOf(group), shared);
  }

  /** How many drafts wait to be revealed, in all rooms. */
  get hidden(): number {
    let sum = 0;
    for (const { hidden } of this.rooms.values()) for (const n of Object.values(hidden)) sum += n;
    return sum;
  }

  /** Where people are, as their presence says. */
  private places(): Map<string, Place> {
    const out = new Map<string, Place>();
    for (const { link } of this.rooms.values())
      for (const state of link.online ? (link.awareness?.getStates().values() ?? []) : []) {
        // another browser wrote this: it may hold anything
        const { user, board } = state as { user?: { id?: unknown } | null; board?: unknown };
        if (typeof user?.id === "string")
          out.set(user.id, { board: typeof board === "string" ? board : "", group: null });
      }
    return out;
  }

  private countsOf(person: string): Counts | null {
    if (this.workshop.voices !== true) return null;
    const sum: Counts = {};
    let known = false;
    for (const { voices, link } of this.rooms.values()) {
      known ||= link.joined;
      const here = own(voices, person);
      if (!here) continue;
      sum.notes = (sum.notes ?? 0) + (here.notes ?? 0);
      sum.hidden = (sum.hidden ?? 0) + (here.hidden ?? 0);
      sum.last_at = Math.max(sum.last_at ?? 0, here.last_at ?? 0);
    }
    return known ? sum : null;
  }

  /** Since when participants may write: an open step on a board, that is not locked. */
  private get writingSince(): number | null {
    const { workshop } = this;
    const step = stepNow(workshop);
    if (!step || step.board === null || step.rights === "read" || step.writing === "anonymous") return null;
    const state = own(workshop.boards, step.board);
    if (workshop.frozen || workshop.anonymous || state?.locked || state?.anonymous) return null;
    return workshop.status === "closed" ? null : begunAt(workshop);
  }

  get endedAt(): number | null {
    const { timer } = this.workshop;
    const over = timer.ends_at !== undefined && timer.total_ms > 0 && timer.ends_at <= this.now;
    return over && timer.running ? (timer.ends_at ?? null) : null;
  }

  get facts(): Facts {
    const here = this.places();
    const now = this.now;
    const people = this.participants.map((one): Seen => {
      const known = this.since.get(one.id);
      // while this page is not connected, what was known last; at first the server's word
      const looks = this.joined && this.online;
      const online = looks ? here.has(one.id) : (known?.online ?? one.online === true);
      if (looks && known?.online !== online) this.since.set(one.id, this.turned(known, online, now));
      const at = this.since.get(one.id)?.at ?? null;
      return {
        id: one.id,
        name: one.name,
        group: one.group,
        online,
        since: at,
        handAt: one.hand ? (one.hand_at ?? now) : null,
        ready: one.ready === true,
        counts: this.countsOf(one.id),
      };
    });
    return {
      now,
      people,
      groups: this.workshop.groups,
      writingSince: this.writingSince,
      endedAt: this.endedAt,
      voices: this.workshop.voices === true,
    };
  }

  private turned(known: Known | undefined, online: boolean, now: number): Known {
    const first = known === undefined || Date.now() < this.freshUntil;
    if (first) return { online, at: null, before: null };
    const gone = known.at ?? 0;
    if (online) return { online, at: now - gone < FRESH_MS ? known.before : now, before: null };
    return { online, at: now, before: known.at };
  }

  // -- what is done -------------------------------------------------------------------------------------

  /** Ask for a command; why it was refused is shown and said. */
  async run(fields: Readonly<Record<string, unknown>>, done?: string): Promise<boolean> {
    const refusal = await command(this, fields);
    this.problem = refusal;
    if (refusal !== null) this.announcer.interrupt(refusal);
    else if (done) this.announcer.say(done);
    this.changed();
    return refusal === null;
  }

  /** Close the workshop; actions that keep it open are named, with the way to complete them. */
  async close(): Promise<void> {
    let named = false;
    const answer = await asked(this, { type: "workshop.close" }, (problem) => {
      named = nameUnfinished(this, problem);
    });
    this.problem = typeof answer === "string" && !named ? answer : null;
    if (this.problem !== null) this.announcer.interrupt(this.problem);
    this.changed();
  }

  setView(view: "grid" | "list"): void {
    this.view = view;
    localStorage.setItem("tablee-console-view", view);
    this.changed();
  }

  // -- events -------------------------------------------------------------------------------------------

  onChange(then: Listener): void {
    this.listeners.add(then);
  }

  /** Draw again: at once, for what this person does and what the workshop says. */
  changed(): void {
    clearTimeout(this.soon);
    this.soon = undefined;
    for (const then of this.listeners) then();
  }

  /** Others write and move all the time: a look a few times a second is enough. */
  private later(): void {
    this.soon ??= setTimeout(() => this.changed(), SPACING_MS);
  }

  // -- rooms --------------------------------------------------------------------------------------------

  private eachLink(act: (link: RoomConnection) => void): void {
    for (const { link } of this.rooms.values()) act(link);
  }

  private everyLink(is: (link: RoomConnection) => boolean): boolean {
    return [...this.rooms.values()].every(({ link }) => is(link));
  }

  /** Be in every room of the workshop as it is now; those of a group that is gone end by themselves. */
  private enterAll(): void {
    const { workshop } = this;
    const wanted = [workshop.plenary];
    for (const group of workshop.groups) wanted.push(...Object.values(group.rooms));
    for (const room of wanted) if (!this.rooms.has(room)) this.enter(room);
    for (const room of this.rooms.keys()) if (!wanted.includes(room)) this.rooms.delete(room);
  }

  private enter(room: string): void {
    const address = new URL(`${this.data.base}/ws/${room}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const draw = () => this.later();
    const link = new RoomConnection(room, address.href, {
      opened: (document) => document.observe(draw),
      synced: draw,
      changed: () => {
        if (room === this.workshop.plenary) this.ended = link.closedFor;
        if (!link.online) forgetOthers(link);
        draw();
      },
      presence: () => this.look(),
      state: (workshop) => this.follow(workshop),
      event: (event) => this.takeEvent(room, event),
      greeted: (revision) => {
        if (revision > this.workshop.revision) void this.catchUp();
      },
      restarting: () => {},
      refused: () => {},
      returned: () => {},
    });
    this.rooms.set(room, { link, voices: {}, hidden: {} });
  }

  /** Who is there and where is drawn; the cursors of everybody are not. */
  private look(): void {
    const now = JSON.stringify([...this.places()]);
    if (now === this.seen) return;
    this.seen = now;
    this.later();
  }

  private takeEvent(id: string, event: ServerEvent): void {
    const room = this.rooms.get(id);
    if (!room) return;
    if (event.type === "voices") room.voices = event.people as Record<string, Counts>;
    else if (event.type === "hidden") room.hidden = flat(event.zones);
    else if (event.type === "turnout")
      this.turnout[String(event.vote ?? event.consent ?? event.poll)] = {
        n: Number(event.turnout),
        of: Number(event.of),
      };
    else return;
    this.later();
  }

  private follow(workshop: Workshop): void {
    // every room's socket tells it: once is enough
    if (workshop.revision <= this.workshop.revision) return;
    this.workshop = workshop;
    const me = this.person(this.data.person.id);
    if (me) this.data.person = me;
    if (me && me.role !== "organiser" && me.role !== "facilitator") {
      location.assign(`/atelier/${workshop.id}`);
      return;
    }
    if (this.picked !== null && this.person(this.picked)?.role !== "participant") {
      this.picked = null;
      this.announcer.say(t("La personne prise n'est plus là."));
    }
    this.enterAll();
    // not within the frame that told it: what goes wrong while drawing says nothing about the connection
    queueMicrotask(() => this.changed());
  }

  /** The workshop changed while this page was away: states are told to those who are there. */
  catchUp(): Promise<void> {
    this.catching ??= this.readAgain().finally(() => {
      this.catching = null;
    });
    return this.catching;
  }

  private async readAgain(): Promise<void> {
    try {
      const language = this.data.language;
      const answer = await fetch(`${this.data.base}/api/workshops/${this.workshop.id}?lang=${language}`);
      if (answer.ok) this.follow((await answer.json()) as Workshop);
    } catch {
      // away again: the next greeting asks once more
    }
  }
}

/** After a break others tell the same of themselves again: it counts as new. */
function forgetOthers({ awareness }: RoomConnection): void {
  if (awareness === null) return;
  for (const id of awareness.meta.keys()) if (id !== awareness.clientID) awareness.meta.delete(id);
}

/** Numbers of drafts: `{"sheet2.verso rules": {notes, people, of}}`. */
function flat(zones: unknown): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [place, said] of Object.entries((zones ?? {}) as Record<string, { notes?: number }>))
    if (typeof said?.notes === "number") out[place] = said.notes;
  return out;
}
