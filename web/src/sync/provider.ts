// One connection to one room over the subprotocol `tablee.1`: greets, syncs, keeps what the server has
// not called saved, and sends it again after every break. Whoever owns it says when the network comes
// and goes.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from "y-protocols/awareness";
import * as Y from "yjs";
import type { Note, Person, Workshop } from "../model/page";
import type { Durability } from "../model/save-state";
import { clock } from "./clock";
import { mayReturn, retryDelayMs } from "./close";
import { BoardDocument } from "./document";
import { Drafts } from "./drafts";
import { Keep, type Whose } from "./keep";
import { joined, Outbox } from "./outbox";
import { entryIn, split } from "./split";
import { holdsWords, sameFields } from "./words";

const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;
const EVENT = 64;
const REMOTE = Symbol("remote");
/** What an earlier page of this person had not saved. */
const RESTORED = Symbol("restored");
const PING_MS = 15_000;
/** How often the time is asked for at once. */
const PINGS = 4;
const GREETING_MS = 15_000;
/** A connection that lasted this long was a good one: the next try comes at once. */
const STEADY_MS = 10_000;
/** At most 20 presence messages a second leave; the latest always does. */
const PRESENCE_MS = 60;
const GOING = 1000;
const GONE = 4410;
/** Everything the server lost goes in one message. */
const MOST_IN_A_FRAME = 60_000;
const MOST_GIVEN_BACK = 240_000;
const GIVES_BACK = new Set(["organiser", "facilitator"]);
const GIVE_BACK_TRIES = 8;
const UNREADABLE = 4000;

interface Hello {
  type: "hello";
  person: Person;
  lineage: string;
  entry: number;
  client_id: number;
  rights: { write: boolean };
  server_time: number;
  durability: Durability;
  bundle?: string;
  revision: number;
}

export type ServerEvent = { type: string } & Record<string, unknown>;

export interface RoomEvents {
  /** The server knows this person, and this revision of the workshop. */
  greeted(revision: number): void;
  /** A document is there, possibly another one than before. */
  opened(document: BoardDocument): void;
  /** The document holds what the room holds. */
  synced(): void;
  /** Something of the connection or of the pending updates changed. */
  changed(): void;
  presence(): void;
  state(workshop: Workshop): void;
  /** Any other event of the server: drafts, votes, private words. */
  event?(event: ServerEvent): void;
  /** The document is about to be given up: what is being written must be in it now. */
  restarting(): void;
  /** The server does not take this person's last changes; the notes they were in, as this person had them. */
  refused(key: string, notes: Note[]): void;
  /** Whether notes made there are drafts. */
  hides?(board: string, zone: string): boolean;
  /** Whether notes there belong to nobody. */
  isAnonymous?(board: string, zone: string): boolean;
  /** Whether this person is writing in a note just now. */
  isWriting?(id: string): boolean;
  /** Back after a break: own notes that have arrived since, and notes others made meanwhile. */
  returned(own: number, others: number): void;
}

export class RoomConnection {
  document: BoardDocument | null = null;
  awareness: Awareness | null = null;
  online = false;
  synced = false;
  closedFor: number | null = null;
  durability: Durability = "disk";
  mayWrite = true;
  lostAt: number | null = null;
  /** Which scripts the server hands out now; empty until it has said so. */
  bundle = "";

  private socket: WebSocket | null = null;
  private lineage = "";
  private refusedFor: string | null = null;
  /** Of the document in hand; `lineage` is empty while a new one is on its way. */
  private documentLineage = "";
  private restored: BoardDocument | null = null;
  private restoring = false;
  private me = "";
  private attempt = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private greeting: ReturnType<typeof setTimeout> | undefined;
  private greetedAt = 0;
  /** Pings that are still to follow the one under way. */
  private pings = 0;
  private heard = false;

  private readonly outbox = new Outbox();
  private readonly keep = new Keep();
  readonly drafts: Drafts;
  /** Notes that were refused because their place is hidden now, until the room is here again. */
  private hiddenNow: Note[] = [];
  /** Messages sent on this connection that give back what the server has lost. */
  private givenBack = 0;
  /** The last entry of the room's log that is known, and whether the log went back behind it. */
  private entry = 0;
  private wentBack = false;
  private giveBackTries = 0;
  private role = "";
  /** A document the server did not want back: own notes in it that the room lacks are handed over as text. */
  private left: { document: BoardDocument; unsaved: Set<string> } | null = null;
  /** The server has said what it holds, so that what it lacks can follow. */
  private asked = false;
  private changing = new Set<string>();
  /** Of these, those whose words or values this person wrote. */
  private writing = new Set<string>();
  private back: { own: number; others: number | null } | null = null;

  private presence: Record<string, unknown> | null = null;
  private presenceTimer: ReturnType<typeof setTimeout> | undefined;
  private presenceAt = 0;

  constructor(
    readonly room: string,
    private readonly address: string,
    private readonly events: RoomEvents,
  ) {
    this.drafts = new Drafts(room, {
      tell: (event) => this.tell(event),
      isAnonymous: (board, zone) => this.events.isAnonymous?.(board, zone) ?? false,
      isWriting: (id) => this.events.isWriting?.(id) ?? false,
      changed: () => this.events.changed(),
      refused: (key, notes) => this.events.refused(key, notes),
    });
    this.connect();
  }

  /** Whether the document has held the room's content once; away from the server it still does. */
  joined = false;

  /** Server time minus this machine's clock, in ms. */
  get clockOffset(): number {
    return clock.offset;
  }

  get pending(): number {
    return this.outbox.pending + this.drafts.pendingIds.length;
  }

  get pendingNotes(): number {
    return this.pendingIds.length;
  }

  /** Ids of the notes with changes that are not saved. */
  get pendingIds(): string[] {
    return [...this.outbox.notes, ...this.drafts.pendingIds];
  }

  /** Whether this browser keeps what is not saved, so that it survives the page. */
  get keeps(): boolean {
    return this.keep.works && this.drafts.keeps;
  }

  get oldestPendingAt(): number | null {
    const times = [this.outbox.oldestAt, this.drafts.oldestAt].filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** What others see of this person. */
  show(state: Record<string, unknown>): void {
    this.presence = state;
    this.presenceTimer ??= setTimeout(
      () => {
        this.presenceTimer = undefined;
        this.presenceAt = Date.now();
        this.awareness?.setLocalState(this.presence);
      },
      Math.max(0, this.presenceAt + PRESENCE_MS - Date.now()),
    );
  }

  /** The network is back: do not wait for the next try. */
  wake(): void {
    if (this.socket !== null || this.closedFor !== null) return;
    clearTimeout(this.retry);
    this.connect();
  }

  /** The network is gone; a socket may take minutes to notice. */
  sleep(): void {
    if (this.socket !== null) this.drop(1006);
  }

  private connect(): void {
    const socket = new WebSocket(this.address, ["tablee.1"]);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.greeting = setTimeout(() => this.drop(1006), GREETING_MS);
    socket.onmessage = (message) => {
      if (this.socket !== socket || !(message.data instanceof ArrayBuffer)) return;
      try {
        this.take(new Uint8Array(message.data));
      } catch (error) {
        console.error("a frame could not be read", error);
        this.drop(UNREADABLE);
      }
    };
    socket.onclose = (event) => {
      if (this.socket === socket) this.drop(event.code);
    };
  }

  /** Leave for good a room in which this person only read. */
  hangUp(): void {
    this.drop(GOING);
    clearTimeout(this.retry);
    this.awareness?.destroy();
    this.document?.destroy();
  }

  /** Leave the socket, whoever closed it, and come back later if the code allows. */
  private drop(code: number): void {
    const socket = this.socket;
    this.socket = null;
    if (socket !== null && socket.readyState <= WebSocket.OPEN)
      socket.close(code === UNREADABLE ? code : GOING);
    clearTimeout(this.greeting);
    clearInterval(this.watch);
    this.lostAt ??= Date.now();
    if (this.online && Date.now() - this.greetedAt > STEADY_MS) this.attempt = 0;
    this.online = this.synced = this.asked = false;
    this.drafts.lost();
    if (this.awareness) {
      const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.awareness?.clientID);
      removeAwarenessStates(this.awareness, others, REMOTE);
    }
    if (code === GONE) void this.keep.forgetRoom(this.room);
    if (!mayReturn(code)) this.closedFor = code;
    else this.retry = setTimeout(() => this.connect(), retryDelayMs(this.attempt++, Math.random()));
    this.events.changed();
  }

  // -- frames -----------------------------------------------------------------------------------

  private take(frame: Uint8Array): void {
    this.heard = true;
    const decoder = decoding.createDecoder(frame);
    switch (decoding.readVarUint(decoder)) {
      case EVENT:
        this.takeEvent(JSON.parse(decoding.readVarString(decoder)));
        break;
      case SYNC:
        this.takeSync(decoding.readVarUint(decoder), decoding.readVarUint8Array(decoder));
        break;
      case AWARENESS:
        if (this.awareness) applyAwarenessUpdate(this.awareness, decoding.readVarUint8Array(decoder), REMOTE);
        break;
      case QUERY_AWARENESS:
        this.sendPresence([this.awareness?.clientID ?? 0]);
        break;
    }
  }

  private takeEvent(event: { type: string } & Record<string, unknown>): void {
    switch (event.type) {
      case "hello":
        this.greeted(event as unknown as Hello);
        break;
      case "saved":
        this.outbox.saved(Number(event.count));
        this.entry = Math.max(this.entry, Number(event.entry) || 0);
        this.wentBack = false;
        this.giveBackTries = 0;
        this.remember();
        this.tellReturn();
        this.events.changed();
        break;
      case "refused":
        this.refused(String(event.key), Number(event.count) <= this.givenBack);
        break;
      case "state":
        this.events.state(event.workshop as Workshop);
        break;
      case "pong":
        clock.answered(Number(event.t), Number(event.server_time));
        if (this.pings > 0) this.ping();
        break;
      case "private":
        this.drafts.told((event.notes as Note[]) ?? []);
        break;
      default:
        if ((event.type === "done" || event.type === "no") && this.drafts.answered(event)) break;
        this.events.event?.(event);
        break;
    }
  }

  private takeSync(step: number, body: Uint8Array): void {
    if (this.document === null) return;
    if (step === 0) {
      this.answer(body);
      return;
    }
    const before = this.back?.others === null ? new Set(this.document.ids()) : null;
    Y.applyUpdate(this.document.doc, body, REMOTE);
    if (step !== 1) return;
    if (before && this.back) this.back.others = this.document.ids().filter((id) => !before.has(id)).length;
    if (!this.synced) {
      this.synced = this.joined = true;
      this.handOver();
      this.rehide();
      void this.restore();
      this.events.synced();
      this.tellReturn();
      this.events.changed();
    }
  }

  /** The server says what it holds: it gets what it lacks. */
  private answer(vector: Uint8Array): void {
    const document = this.document as BoardDocument;
    if (this.wentBack || this.lacksSaved(vector)) {
      // a store that went back in time: everything it lost, before what never reached it
      const lost = Y.encodeStateAsUpdate(document.doc, vector);
      if (lost.length > (GIVES_BACK.has(this.role) ? MOST_GIVEN_BACK : MOST_IN_A_FRAME)) {
        this.leave();
        return;
      }
      this.outbox.sendAhead();
      this.givenBack++;
      this.sendSync(1, lost);
    }
    this.asked = true;
    this.flush();
  }

  /** Whether the server lacks something that it had: more than what still waits here. */
  private lacksSaved(vector: Uint8Array): boolean {
    const theirs = Y.decodeStateVector(vector);
    const mine = Y.decodeStateVector(Y.encodeStateVector((this.document as BoardDocument).doc));
    for (const update of this.outbox.updates)
      for (const [client, from] of Y.parseUpdateMeta(update).from)
        mine.set(client, Math.min(from, mine.get(client) ?? from));
    for (const [client, clock] of mine) if ((theirs.get(client) ?? 0) < clock) return true;
    return false;
  }

  private flush(): void {
    if (!this.online || !this.asked) return;
    for (const update of this.outbox.takeUnsent()) this.sendSync(2, update);
  }

  // -- greeting, refusal, return ------------------------------------------------------------------

  private greeted(hello: Hello): void {
    clearTimeout(this.greeting);
    const known = this.document !== null && hello.lineage === this.lineage;
    if (!known) {
      if (this.document !== null) this.events.restarting();
      const waiting = this.waitingNotes();
      const first = this.document === null;
      this.open(hello.client_id);
      // what was written between a refusal and now was refused with it
      if (!first && waiting.length > 0) this.events.refused(this.refusedFor ?? "lineage", waiting);
      this.refusedFor = null;
    }
    this.back = known && this.lostAt !== null ? { own: this.pendingNotes, others: null } : null;
    this.lineage = hello.lineage;
    this.documentLineage = hello.lineage;
    this.me = hello.person.id;
    this.role = hello.person.role;
    this.wentBack = known && hello.entry < this.entry;
    this.entry = hello.entry;
    this.durability = hello.durability;
    this.bundle = hello.bundle ?? "";
    this.mayWrite = hello.rights.write;
    this.events.greeted(hello.revision);
    clock.greeted(hello.server_time);
    this.online = true;
    this.drafts.greeted(this.me);
    this.greetedAt = Date.now();
    this.lostAt = null;
    this.givenBack = 0;
    this.outbox.begin(Y.mergeUpdates);
    this.sendSync(0, Y.encodeStateVector((this.document as BoardDocument).doc));
    this.presenceAt = Date.now();
    this.awareness?.setLocalState(this.presence);
    this.askTime();
    clearInterval(this.watch);
    this.watch = setInterval(() => {
      if (!this.heard) {
        this.drop(1006);
        return;
      }
      this.heard = false;
      this.ping();
    }, PING_MS);
    this.events.changed();
  }

  /** Begin with an empty document under this client id. */
  private open(clientId: number): void {
    this.awareness?.destroy();
    const before = this.document;
    this.joined = false;
    this.outbox.clear();
    this.remember();
    const document = new BoardDocument(clientId);
    document.hides = (board, zone) => this.events.hides?.(board, zone) ?? false;
    this.document = document;
    this.drafts.attach(document);
    before?.destroy();
    document.observe((changes, mine, _clients, own) => {
      if (own || (!mine && !this.restoring)) return;
      for (const { id, before, after } of changes) {
        this.changing.add(id);
        if (before === null || before.text !== after?.text || !sameFields(before, after))
          this.writing.add(id);
      }
    });
    document.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === REMOTE || this.document !== document) return;
      for (const part of split(update, (client, clock) => entryIn(document.doc, client, clock)))
        this.outbox.add(part, [...this.changing], Date.now(), [...this.writing]);
      this.changing.clear();
      this.writing.clear();
      if (!this.online) this.outbox.tidy(Y.mergeUpdates);
      this.remember();
      this.flush();
      this.events.changed();
    });
    this.awareness = new Awareness(document.doc);
    this.awareness.setLocalState(this.presence);
    this.awareness.on(
      "update",
      ({ added, updated, removed }: Record<"added" | "updated" | "removed", number[]>, origin: unknown) => {
        this.events.presence();
        if (origin !== REMOTE) this.sendPresence([...added, ...updated, ...removed]);
      },
    );
    this.events.opened(document);
  }

  /** Back to the room's state; what the person wrote meanwhile is handed over as text. */
  private refused(key: string, lost: boolean): void {
    if (lost) {
      // What others lost with it comes back with them, with another server, or with whoever runs the workshop.
      if (++this.giveBackTries <= GIVE_BACK_TRIES) this.drop(GOING);
      else this.leave();
      return;
    }
    this.events.restarting();
    const waiting = this.waitingNotes();
    this.outbox.clear();
    this.remember();
    this.lineage = "";
    this.refusedFor = key;
    if (key === "writing.silent") {
      // of a note that was refused twice, as it is now
      const again = new Set(waiting.map(({ id }) => id));
      this.hiddenNow = [...this.hiddenNow.filter(({ id }) => !again.has(id)), ...waiting];
      this.drafts.hold(this.hiddenNow);
    }
    this.drop(GOING);
    if (key !== "writing.silent") this.events.refused(key, waiting);
  }

  /** What was on its way when its place became hidden goes on as drafts; the rest is handed over as text. */
  private rehide(): void {
    const notes = this.hiddenNow;
    this.hiddenNow = [];
    const isNew = (note: Note) =>
      this.document?.note(note.id) === null && this.document.hides(note.board, note.zone);
    this.drafts.adopt(notes.filter(isNew));
    const rest = notes.filter((note) => this.document?.note(note.id)?.text !== note.text);
    if (rest.length > 0) this.events.refused("writing.silent", rest);
  }

  /**
   * An older copy of the store was put back, and this person cannot give back all that is in this document:
   * once the room is here, one's own notes that it lacks are handed over.
   */
  private leave(): void {
    this.events.restarting();
    if (this.document) this.left = { document: this.document, unsaved: new Set(this.outbox.written) };
    this.outbox.clear();
    this.remember();
    this.document = null;
    this.lineage = "";
    this.giveBackTries = 0;
    this.drop(GOING);
  }

  private get whose(): Whose {
    return {
      room: this.room,
      lineage: this.documentLineage,
      person: this.me,
      client: this.document?.doc.clientID ?? 0,
    };
  }

  private remember(): void {
    if (this.document !== null) this.keep.keep(this.whose, this.outbox.updates);
  }

  /** What an earlier page of this person had not saved: into the document, and out with the rest. */
  private async restore(): Promise<void> {
    const document = this.document;
    if (document === null || this.restored === document) return;
    this.restored = document;
    const { updates, older, forget } = await this.keep.left(this.whose);
    if ((updates.length === 0 && older.length === 0) || this.document !== document) return;
    const notes = notesIn(older);
    this.restoring = true;
    try {
      // joined, since each of them goes out as a message of its own
      for (const update of joined(updates, Y.mergeUpdates)) Y.applyUpdate(document.doc, update, RESTORED);
    } catch (error) {
      console.error("what was kept could not be read", error);
    } finally {
      this.restoring = false;
    }
    if (this.outbox.pending > 0) this.back ??= { own: this.pendingNotes, others: 0 };
    await this.keep.flush();
    await forget();
    if (notes.length > 0) this.events.refused("lineage", notes);
  }

  /** One's own and unsaved notes that the room does not have like this any more. */
  private handOver(): void {
    const left = this.left;
    this.left = null;
    if (left === null || this.document === null) return;
    const now = this.document;
    const notes = left.document
      .all()
      .filter((note) => !note.hidden && holdsWords(note))
      .filter((note) => note.by === this.me || left.unsaved.has(note.id))
      .filter((note) => {
        const there = now.note(note.id);
        return there?.text !== note.text || (left.unsaved.has(note.id) && !sameFields(there, note));
      });
    left.document.doc.destroy();
    this.events.refused("store.went_back", notes);
  }

  /** Notes in which this person wrote something that is not saved; who only moved a note has lost no words. */
  waitingNotes(): Note[] {
    return this.outbox.written
      .map((id) => this.document?.note(id) ?? null)
      .filter((note): note is Note => note !== null && holdsWords(note));
  }

  /** All that this person wrote in this room and that is not saved. */
  unsent(): Note[] {
    return [...this.waitingNotes(), ...this.drafts.waiting(), ...this.hiddenNow];
  }

  /** This person does not come back to this room: nothing of theirs waits for it. */
  async forget(): Promise<void> {
    this.drafts.forgetAll();
    await this.keep.forgetRoom(this.room, this.me);
  }

  private tellReturn(): void {
    if (this.back?.others == null || this.outbox.pending > 0) return;
    const { own, others } = this.back;
    this.back = null;
    this.events.returned(own, others);
  }

  // -- sending --------------------------------------------------------------------------------------

  private sendSync(step: number, body: Uint8Array): void {
    this.send(SYNC, (encoder) => {
      encoding.writeVarUint(encoder, step);
      encoding.writeVarUint8Array(encoder, body);
    });
  }

  private sendPresence(clients: number[]): void {
    if (!this.awareness || !this.online) return;
    const body = encodeAwarenessUpdate(this.awareness, clients);
    this.send(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, body));
  }

  /** Send an event; it is lost when there is no connection. */
  tell(event: ServerEvent): boolean {
    if (!this.online) return false;
    this.sendEvent(event);
    return true;
  }

  /** Ask the server's time a few times, one after the other: the quickest answer counts. */
  askTime(): void {
    this.pings = PINGS;
    this.ping();
  }

  private ping(): void {
    this.pings--;
    this.sendEvent({ type: "ping", t: clock.stamp() });
  }

  private sendEvent(event: Record<string, unknown>): void {
    this.send(EVENT, (encoder) => encoding.writeVarString(encoder, JSON.stringify(event)));
  }

  private send(kind: number, write: (encoder: encoding.Encoder) => void): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, kind);
    write(encoder);
    this.socket.send(encoding.toUint8Array(encoder));
  }
}

/** Notes that were made, whole, in updates of a room that is not there any more. */
function notesIn(updates: readonly Uint8Array[]): Note[] {
  if (updates.length === 0) return [];
  const scratch = new BoardDocument(0);
  try {
    for (const update of updates) Y.applyUpdate(scratch.doc, update);
  } catch (error) {
    console.error("what was kept could not be read", error);
  }
  const notes = scratch.all().filter(holdsWords);
  scratch.doc.destroy();
  return notes;
}
