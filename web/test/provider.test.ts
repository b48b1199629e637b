import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import type { Note } from "../src/model/page";
import type { BoardDocument } from "../src/sync/document";
import { RoomConnection, type RoomEvents } from "../src/sync/provider";

const note = (id: string, text: string): Note => ({
  id,
  board: "sheet2.verso",
  zone: "rules",
  kind: "rule",
  place: [0, 0],
  order: "a0",
  colour: "ciel",
  text,
  by: "p1",
  at: 1,
});

/** The other end: a room that greets, syncs, and calls updates saved when it is told to. */
class Room {
  doc = new Y.Doc();
  lineage = "aa";
  clientId = 4242;
  updates = 0;
  step2 = 0;
  presence = 0;
  private told = 0;
  socket!: Socket;

  opened(socket: Socket): void {
    this.socket = socket;
    this.updates = this.told = 0;
    socket.readyState = Socket.OPEN;
    this.event({
      type: "hello",
      person: {},
      room: "r",
      lineage: this.lineage,
      client_id: this.clientId++,
      rights: { write: true },
      server_time: Date.now() + 5_000,
      durability: "disk",
    });
    this.sync(0, Y.encodeStateVector(this.doc));
  }

  receive(frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    const kind = decoding.readVarUint(decoder);
    if (kind === 1) this.presence++;
    if (kind !== 0) return;
    const step = decoding.readVarUint(decoder);
    const body = decoding.readVarUint8Array(decoder);
    if (step === 0) {
      this.sync(1, Y.encodeStateAsUpdate(this.doc, body));
      return;
    }
    if (step === 1) this.step2++;
    this.updates++;
    Y.applyUpdate(this.doc, body);
  }

  save(): void {
    if (this.updates > this.told) this.event({ type: "saved", count: this.updates });
    this.told = this.updates;
  }

  event(event: Record<string, unknown>): void {
    this.frame((encoder) => {
      encoding.writeVarUint(encoder, 64);
      encoding.writeVarString(encoder, JSON.stringify(event));
    });
  }

  private sync(step: number, body: Uint8Array): void {
    this.frame((encoder) => {
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, step);
      encoding.writeVarUint8Array(encoder, body);
    });
  }

  private frame(write: (encoder: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder();
    write(encoder);
    const { buffer, byteOffset, byteLength } = encoding.toUint8Array(encoder);
    this.socket.onmessage?.({ data: buffer.slice(byteOffset, byteOffset + byteLength) });
  }
}

let room: Room;
let reachable = true;

class Socket {
  static readonly OPEN = 1;
  readyState = 0;
  binaryType = "";
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(
    readonly address: string,
    readonly protocols: string[],
  ) {
    queueMicrotask(() => (reachable ? room.opened(this) : this.onclose?.({ code: 1006 })));
  }

  send(frame: Uint8Array): void {
    room.receive(frame);
  }

  close(): void {
    this.readyState = 3;
  }
}

/** A connection, what it told, and its document. */
function connect() {
  const told = { refused: [] as string[][], returned: [] as number[][], opened: 0, states: 0 };
  const events: RoomEvents = {
    greeted: () => {},
    opened: () => told.opened++,
    synced: () => {},
    changed: () => {},
    presence: () => {},
    state: () => told.states++,
    restarting: () => undefined,
    refused: (_key, notes) => told.refused.push(notes.map((one) => one.text)),
    returned: (own, others) => told.returned.push([own, others]),
  };
  const connection = new RoomConnection("r", "ws://localhost/ws/r", events);
  return { connection, told, document: () => connection.document as BoardDocument };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  room = new Room();
  reachable = true;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a connection to a room", () => {
  it("waits for its greeting, takes the client id it is given, and holds what the room holds", async () => {
    room.doc.getMap("notes").set("n0", new Y.Map([["board", "sheet2.verso"]]));
    const { connection, document } = connect();
    expect(connection.document).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(document().doc.clientID).toBe(4242);
    expect(connection.joined).toBe(true);
    expect(document().ids()).toEqual(["n0"]);
    expect(room.updates).toBe(0);
    expect(connection.clockOffset).toBeGreaterThan(4_000);
  });

  it("sends what is written at once, and calls it pending until the room says saved", async () => {
    const { connection, document } = connect();
    await vi.advanceTimersByTimeAsync(1);
    document().add(note("n1", "Un"));
    document().retype("n1", "Une idée");
    expect([connection.pending, connection.pendingNotes, room.updates]).toEqual([2, 1, 2]);
    room.save();
    expect(connection.pending).toBe(0);
    expect(room.doc.getMap("notes").size).toBe(1);
  });

  it("keeps what is written while away and sends it on return, under the same client id", async () => {
    const { connection, document, told } = connect();
    await vi.advanceTimersByTimeAsync(1);
    reachable = false;
    connection.sleep();
    document().add(note("n1", "Hors ligne"));
    for (let at = 0; at < 40; at++) document().retype("n1", `Hors ligne ${at}`);
    document().add(note("n2", "aussi"));
    expect([connection.online, connection.pendingNotes]).toEqual([false, 2]);
    room.doc.getMap("notes").set("n9", new Y.Map([["board", "sheet2.verso"]]));
    reachable = true;
    connection.wake();
    await vi.advanceTimersByTimeAsync(1);
    expect(room.updates).toBe(1);
    room.save();
    expect(connection.pending).toBe(0);
    expect(told.returned).toEqual([[2, 1]]);
    expect([...room.doc.getMap("notes").keys()].sort()).toEqual(["n1", "n2", "n9"]);
    expect(document().doc.clientID).toBe(4242);
    expect(told.opened).toBe(1);
  });

  it("tries again for ever after a break, but not after a final code", async () => {
    const { connection } = connect();
    await vi.advanceTimersByTimeAsync(1);
    room.socket.onclose?.({ code: 1012 });
    await vi.advanceTimersByTimeAsync(400);
    expect(connection.online).toBe(true);
    room.socket.onclose?.({ code: 4403 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([connection.online, connection.closedFor]).toEqual([false, 4403]);
  });

  it("goes back to the room's state when it is refused, and hands the texts over", async () => {
    const { connection, document, told } = connect();
    await vi.advanceTimersByTimeAsync(1);
    document().add(note("n1", "Sauvée"));
    room.save();
    const kept = Y.encodeStateAsUpdate(room.doc);
    document().add(note("n2", "Refusée"));
    room.doc = new Y.Doc();
    Y.applyUpdate(room.doc, kept);
    room.event({ type: "refused", count: 2, key: "note.too_long" });
    await vi.advanceTimersByTimeAsync(400);
    expect(told.refused).toEqual([["Refusée"]]);
    expect(document().ids()).toEqual(["n1"]);
    expect([connection.pending, told.opened]).toEqual([0, 2]);
  });

  it("hands over only the notes in which this person wrote, not those they moved or coloured", async () => {
    const { connection, document, told } = connect();
    await vi.advanceTimersByTimeAsync(1);
    for (const id of ["n1", "n2", "n3"]) document().add(note(id, `texte ${id}`));
    room.save();
    document().set("n1", { place: [0.5, 0.5] });
    document().react("n1", "p1", true, 1);
    document().retype("n2", "texte n2, suite");
    document().setFields("n3", { amount: 3 });
    expect(connection.waitingNotes().map((one) => one.id)).toEqual(["n2", "n3"]);
    room.event({ type: "refused", count: 4, key: "board.locked" });
    expect(told.refused).toEqual([["texte n2, suite", "texte n3"]]);
  });

  it("hands over what was waiting when the room has begun anew", async () => {
    const { connection, document, told } = connect();
    await vi.advanceTimersByTimeAsync(1);
    connection.sleep();
    document().add(note("n1", "En attente"));
    room.doc = new Y.Doc();
    room.lineage = "bb";
    connection.wake();
    await vi.advanceTimersByTimeAsync(1);
    expect(told.refused).toEqual([["En attente"]]);
    expect(document().ids()).toEqual([]);
    expect(room.updates).toBe(0);
  });

  it("gives back what a store that went back in time has lost", async () => {
    const { connection, document } = connect();
    await vi.advanceTimersByTimeAsync(1);
    document().add(note("n1", "Perdue puis rendue"));
    room.save();
    connection.sleep();
    document().add(note("n2", "Nouvelle"));
    room.doc = new Y.Doc();
    connection.wake();
    await vi.advanceTimersByTimeAsync(1);
    expect(room.step2).toBe(1);
    expect([...room.doc.getMap("notes").keys()].sort()).toEqual(["n1", "n2"]);
    room.save();
    expect(connection.pending).toBe(0);
  });

  it("sends at most twenty presences a second, and always the last", async () => {
    const { connection } = connect();
    await vi.advanceTimersByTimeAsync(1);
    const before = room.presence;
    for (let at = 0; at < 100; at++) {
      connection.show({ cursor: at });
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(room.presence - before).toBeLessThanOrEqual(20);
    expect(connection.awareness?.getLocalState()).toEqual({ cursor: 99 });
  });

  it("leaves a connection that has gone silent", async () => {
    const { connection } = connect();
    await vi.advanceTimersByTimeAsync(1);
    const { socket } = room;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(room.socket).not.toBe(socket);
    expect(connection.online).toBe(true);
  });
});
