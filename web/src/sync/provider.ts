// One room's connection: y-protocols frames and `tablee.1` events over one WebSocket (docs/protocol.md).
// Keeps what the server has not called saved, and sends it again after every break.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Person, Workshop } from "../model/page";
import type { Durability } from "../model/save-state";
import { mayReturn, retryDelayMs } from "./close";
import { BoardDocument } from "./document";

const SYNC = 0;
const AWARENESS = 1;
const EVENT = 64;
const REMOTE = Symbol("remote");
const PING_MS = 20_000;

interface Hello {
  type: "hello";
  person: Person;
  lineage: string;
  client_id: number;
  rights: { write: boolean };
  server_time: number;
  durability: Durability;
}

export interface RoomEvents {
  /** A document is there, possibly another one than before. */
  opened(document: BoardDocument): void;
  /** Something of the connection, the pending updates or the presence changed. */
  changed(): void;
  presence(): void;
  state(workshop: Workshop): void;
  /** The server did not take a change; texts of the notes this person touched since the last save. */
  refused(key: string, texts: string[]): void;
  /** Back after a break, with this many own updates that waited. */
  returned(pending: number): void;
}

export class RoomConnection {
  document: BoardDocument | null = null;
  awareness: Awareness | null = null;
  online = false;
  synced = false;
  closedFor: number | null = null;
  durability: Durability = "disk";
  mayWrite = true;
  /** Server time minus this machine's clock, in ms. */
  clockOffset = 0;
  lostAt: number | null = null;
  oldestPendingAt: number | null = null;

  private socket: WebSocket | null = null;
  private lineage = "";
  private attempt = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private ping: ReturnType<typeof setInterval> | undefined;
  /** Local updates not yet saved; the first `sent` of them went out on this connection. */
  private unsaved: Uint8Array[] = [];
  private sent = 0;
  private savedHere = 0;
  private touched = new Set<string>();
  private presenceState: Record<string, unknown> | null = null;

  constructor(
    readonly room: string,
    private readonly base: string,
    private readonly events: RoomEvents,
  ) {
    addEventListener("online", this.retryNow);
    this.connect();
  }

  get pending(): number {
    return this.unsaved.length;
  }

  /** What others see of this person; null to vanish. */
  show(state: Record<string, unknown> | null): void {
    this.presenceState = state;
    this.awareness?.setLocalState(state);
  }

  close(): void {
    removeEventListener("online", this.retryNow);
    clearTimeout(this.retry);
    clearInterval(this.ping);
    this.closedFor ??= 1000;
    this.socket?.close(1000);
  }

  private readonly retryNow = () => {
    if (this.socket === null && this.closedFor === null) {
      clearTimeout(this.retry);
      this.connect();
    }
  };

  private connect(): void {
    const address = new URL(`${this.base}/ws/${this.room}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address, ["tablee.1"]);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onmessage = (message) => {
      if (message.data instanceof ArrayBuffer) this.take(new Uint8Array(message.data));
    };
    socket.onclose = (event) => {
      if (this.socket === socket) this.lost(event.code);
    };
  }

  private lost(code: number): void {
    this.socket = null;
    clearInterval(this.ping);
    if (this.online || this.lostAt === null) this.lostAt = Date.now();
    this.online = this.synced = false;
    if (this.awareness) {
      const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.awareness?.clientID);
      removeAwarenessStates(this.awareness, others, REMOTE);
    }
    if (!mayReturn(code)) this.closedFor = code;
    else if (this.closedFor === null)
      this.retry = setTimeout(() => this.connect(), retryDelayMs(this.attempt++, Math.random()));
    this.events.changed();
  }

  private take(frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    const kind = decoding.readVarUint(decoder);
    if (kind === EVENT) this.takeEvent(JSON.parse(decoding.readVarString(decoder)));
    else if (kind === SYNC) this.takeSync(decoder);
    else if (kind === AWARENESS && this.awareness)
      applyAwarenessUpdate(this.awareness, decoding.readVarUint8Array(decoder), REMOTE);
  }

  private takeSync(decoder: decoding.Decoder): void {
    const step = decoding.readVarUint(decoder);
    const body = decoding.readVarUint8Array(decoder);
    // step 1 needs no answer: what the server may lack is exactly what was not called saved, sent at hello
    if (step === 0 || this.document === null) return;
    Y.applyUpdate(this.document.doc, body, REMOTE);
    if (step === 1 && !this.synced) {
      this.synced = true;
      this.events.changed();
    }
  }

  private takeEvent(event: { type: string } & Record<string, unknown>): void {
    switch (event.type) {
      case "hello":
        this.greeted(event as unknown as Hello);
        break;
      case "saved":
        this.saved(Number(event["count"]));
        break;
      case "refused":
        this.refused(String(event["key"]));
        break;
      case "state":
        this.events.state(event["workshop"] as Workshop);
        break;
      case "pong": {
        const now = Date.now();
        this.clockOffset = Number(event["server_time"]) - (Number(event["t"]) + now) / 2;
        break;
      }
    }
  }

  private greeted(hello: Hello): void {
    const back = this.lostAt !== null && this.document !== null;
    if (this.document === null || hello.lineage !== this.lineage) this.open(hello.client_id);
    this.lineage = hello.lineage;
    this.durability = hello.durability;
    this.mayWrite = hello.rights.write;
    this.clockOffset = hello.server_time - Date.now();
    this.online = true;
    this.lostAt = null;
    this.attempt = 0;
    this.sent = this.savedHere = 0;
    const waiting = this.unsaved.length;
    for (const update of this.unsaved) this.sendUpdate(update);
    if (this.document)
      this.send(SYNC, (encoder) => {
        encoding.writeVarUint(encoder, 0);
        encoding.writeVarUint8Array(encoder, Y.encodeStateVector((this.document as BoardDocument).doc));
      });
    this.awareness?.setLocalState(this.presenceState);
    clearInterval(this.ping);
    this.ping = setInterval(() => this.sendEvent({ type: "ping", t: Date.now() }), PING_MS);
    if (back) this.events.returned(waiting);
    this.events.changed();
  }

  /** Begin with an empty document under this client id. */
  private open(clientId: number): void {
    this.awareness?.destroy();
    this.document?.doc.destroy();
    this.unsaved = [];
    this.sent = this.savedHere = 0;
    this.oldestPendingAt = null;
    this.touched.clear();
    const document = new BoardDocument(clientId);
    this.document = document;
    document.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === REMOTE || this.document !== document) return;
      if (this.unsaved.length === 0) this.oldestPendingAt = Date.now();
      this.unsaved.push(update);
      if (this.online) this.sendUpdate(update);
      this.events.changed();
    });
    document.observe((ids, mine) => {
      if (mine) for (const id of ids) this.touched.add(id);
    });
    this.awareness = new Awareness(document.doc);
    this.awareness.setLocalState(this.presenceState);
    this.awareness.on(
      "update",
      ({ added, updated, removed }: Record<"added" | "updated" | "removed", number[]>, origin: unknown) => {
        this.events.presence();
        if (origin === REMOTE || !this.awareness) return;
        const body = encodeAwarenessUpdate(this.awareness, [...added, ...updated, ...removed]);
        this.send(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, body));
      },
    );
    this.events.opened(document);
  }

  private saved(count: number): void {
    const fresh = Math.max(0, count - this.savedHere);
    this.savedHere = count;
    this.unsaved.splice(0, fresh);
    this.sent -= fresh;
    this.oldestPendingAt = this.unsaved.length > 0 ? Date.now() : null;
    if (this.unsaved.length === 0) this.touched.clear();
    this.events.changed();
  }

  /** Go back to the room's state; what the person wrote meanwhile is handed over as text. */
  private refused(key: string): void {
    const texts = [...this.touched].map((id) => this.document?.note(id)?.text ?? "").filter((text) => text.trim());
    this.lineage = "";
    this.socket?.close(1000);
    this.events.refused(key, texts);
  }

  private sendUpdate(update: Uint8Array): void {
    this.sent++;
    this.send(SYNC, (encoder) => {
      encoding.writeVarUint(encoder, 2);
      encoding.writeVarUint8Array(encoder, update);
    });
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
