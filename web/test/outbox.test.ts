import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import type { Note } from "../src/model/page";
import { BoardDocument } from "../src/sync/document";
import { joined, Outbox } from "../src/sync/outbox";
import { entryIn, split } from "../src/sync/split";

const bytes = (...values: number[]) => new Uint8Array(values);
const join = (updates: Uint8Array[]) => new Uint8Array(updates.flatMap((one) => [...one]));

describe("what is not saved yet", () => {
  it("counts updates sent minus updates saved, and each note once", () => {
    const outbox = new Outbox();
    outbox.begin(join);
    outbox.add(bytes(1), ["a"], 10);
    outbox.add(bytes(2), ["a", "b"], 20);
    outbox.add(bytes(3), ["b"], 30);
    expect([outbox.pending, outbox.notes, outbox.oldestAt]).toEqual([3, ["a", "b"], 10]);
    expect(outbox.takeUnsent()).toEqual([bytes(1), bytes(2), bytes(3)]);
    expect(outbox.takeUnsent()).toEqual([]);
    outbox.saved(2);
    expect([outbox.pending, outbox.notes, outbox.oldestAt]).toEqual([1, ["b"], 30]);
    outbox.saved(3);
    expect([outbox.pending, outbox.oldestAt]).toEqual([0, null]);
  });

  it("takes the same count told twice for one, and never counts what was not sent", () => {
    const outbox = new Outbox();
    outbox.begin(join);
    outbox.add(bytes(1), ["a"], 1);
    outbox.takeUnsent();
    outbox.saved(1);
    outbox.add(bytes(2), ["b"], 2);
    outbox.saved(1);
    outbox.saved(2);
    expect(outbox.pending).toBe(1);
  });

  it("sends everything again after a break, joined and in order, and counts from nothing", () => {
    const outbox = new Outbox();
    outbox.begin(join);
    for (let at = 0; at < 250; at++) outbox.add(bytes(at), [`n${at % 3}`], at);
    outbox.takeUnsent();
    outbox.saved(50);
    outbox.begin(join);
    expect(outbox.pending).toBe(2);
    const again = outbox.takeUnsent();
    expect(join(again)).toEqual(join(Array.from({ length: 200 }, (_, at) => bytes(at + 50))));
    outbox.saved(1);
    expect(outbox.pending).toBe(1);
    expect(outbox.notes.length).toBe(3);
  });

  it("keeps joined updates small", () => {
    const outbox = new Outbox();
    for (let at = 0; at < 4; at++) outbox.add(new Uint8Array(9_000), ["a"], at);
    outbox.begin(join);
    expect(outbox.takeUnsent().every((one) => one.length <= 18_000)).toBe(true);
  });

  it("does not take a message sent ahead for one of its own", () => {
    const outbox = new Outbox();
    outbox.add(bytes(1), ["a"], 1);
    outbox.begin(join);
    outbox.sendAhead();
    outbox.takeUnsent();
    outbox.saved(1);
    expect(outbox.pending).toBe(1);
    outbox.saved(2);
    expect(outbox.pending).toBe(0);
  });
});

describe("a long time away", () => {
  it("is joined while it lasts, without a change lost and without touching what was sent", () => {
    const outbox = new Outbox();
    outbox.begin(join);
    outbox.add(bytes(255), ["sent"], 0);
    outbox.takeUnsent();
    for (let at = 0; at < 3_000; at++) {
      outbox.add(bytes(at % 250), [`n${at % 7}`], at + 1);
      outbox.tidy(join);
    }
    expect(outbox.pending).toBeLessThan(450);
    expect(outbox.notes.length).toBe(8);
    expect(outbox.oldestAt).toBe(0);
    expect(outbox.updates[0]).toEqual(bytes(255));
    expect(join(outbox.updates).length).toBe(3_001);
    outbox.begin(join);
    expect(outbox.takeUnsent().every((one) => one.length <= 16_000)).toBe(true);
  });
  it("is read back joined", () => {
    const many = Array.from({ length: 2_500 }, (_, at) => bytes(at % 250));
    const few = joined(many, join);
    expect(few.length).toBe(25);
    expect(join(few)).toEqual(join(many));
    expect(joined([], join)).toEqual([]);
  });
});

describe("one large change", () => {
  const note = (at: number): Note => ({
    id: `nabcdefghij${at}`,
    board: "sheet2.verso",
    zone: "rules",
    kind: "rule",
    place: [0.1, 0.2],
    order: "a0V",
    colour: "ciel",
    text: `Idée ${at}, de quarante caractères environ`,
    by: "pabcdefghijk",
    at: 1_760_000_000_000,
  });

  it("goes out in parts that each fit a frame and hold whole notes", () => {
    const document = new BoardDocument(4_823_905_782_930);
    const copy = new BoardDocument(1);
    const parts: Uint8Array[] = [];
    const counts: number[] = [];
    document.doc.on("update", (update: Uint8Array) => {
      const now = split(update, (client, clock) => entryIn(document.doc, client, clock));
      counts.push(now.length);
      for (const part of now) {
        parts.push(part);
        Y.applyUpdate(copy.doc, part);
        expect(copy.all().filter((one) => one.zone !== "rules" || !one.text.startsWith("Idée"))).toEqual([]);
      }
    });
    document.together(() => {
      for (let at = 0; at < 200; at++) document.add(note(at));
    });
    document.together(() => {
      for (const id of document.ids()) document.remove(id);
    });
    expect(copy.ids()).toEqual([]);
    document.undo.undo();
    expect(counts[0]).toBeGreaterThan(2);
    expect(counts[1]).toBe(1);
    expect(counts[2]).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part.length).toBeLessThan(24_000);
      expect(Y.decodeUpdate(part).structs.length).toBeLessThan(1_000);
    }
    expect(copy.all().map((one) => one.text)).toEqual(document.all().map((one) => one.text));
    expect(Y.encodeStateVector(copy.doc)).toEqual(Y.encodeStateVector(document.doc));
  });
  it("is left as it is when it is small", () => {
    const small = bytes(0, 0);
    expect(split(small, () => ({ entry: "", begins: false }))).toEqual([small]);
  });

  /** Deletes everything of a room by another page than the one that wrote it, and takes that back. */
  function backAgain(texts: readonly string[], moved: number) {
    const first = new BoardDocument(4_823_905_782_930);
    first.together(() => {
      for (const [at, text] of texts.entries()) first.add({ ...note(at), text });
    });
    const document = new BoardDocument(1_234_905_782_931);
    Y.applyUpdate(document.doc, Y.encodeStateAsUpdate(first.doc));
    const ids = document.ids();
    document.together(() => {
      for (const id of ids.slice(0, moved))
        document.set(id, { zone: "costs", place: [0.3, 0.3], order: "b0" });
    });
    const before = document.all().sort((a, b) => (a.id < b.id ? -1 : 1));
    document.together(() => {
      for (const id of ids) document.remove(id);
    });
    const room = new Y.Doc();
    Y.applyUpdate(room, Y.encodeStateAsUpdate(document.doc));
    const parts: Uint8Array[] = [];
    document.doc.on("update", (update: Uint8Array) => {
      parts.push(...split(update, (client, clock) => entryIn(document.doc, client, clock)));
    });
    const check = () => {
      for (const part of parts) {
        expect(part.length).toBeLessThan(60_000);
        expect(Y.decodeUpdate(part).structs.length).toBeLessThan(2_000);
        Y.applyUpdate(room, part);
        for (const entry of room.getMap<Y.Map<unknown>>("notes").values()) {
          expect([typeof entry.get("board"), typeof entry.get("zone")]).toEqual(["string", "string"]);
          expect(entry.get("text")).toBeInstanceOf(Y.Text);
        }
      }
      parts.length = 0;
    };
    const steps = document.undo.undoStack.length;
    expect(document.step("undo")).toBe(true);
    expect(document.all().sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(before);
    expect([document.undo.undoStack.length, document.undo.redoStack.length]).toEqual([steps - 1, 1]);
    check();
    expect(room.getMap("notes").size).toBe(texts.length);
    expect(document.step("redo")).toBe(true);
    expect([document.ids(), document.undo.undoStack.length]).toEqual([[], steps]);
    document.step("undo");
    expect(document.all().sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(before);
    check();
    expect(room.getMap("notes").size).toBe(texts.length);
  }

  it("comes back by undo in parts that hold whole notes, whoever wrote what of them", () => {
    backAgain(
      Array.from({ length: 150 }, (_, at) => `Idée ${at}, de quarante caractères environ`),
      50,
    );
  });
  it("comes back in messages that fit, however long the notes are", () => {
    const long = Array.from({ length: 60 }, () => "é".repeat(1_000));
    const short = Array.from({ length: 400 }, (_, at) => `court ${at}`);
    backAgain([...short, ...long], 0);
    backAgain([...short, ...long], 460);
  });
  it("is cut by bytes and not by the number of items", () => {
    const document = new BoardDocument(4_823_905_782_930);
    const parts: Uint8Array[] = [];
    document.doc.on("update", (update: Uint8Array) => {
      parts.push(...split(update, (client, clock) => entryIn(document.doc, client, clock)));
    });
    document.together(() => {
      for (let at = 0; at < 460; at++)
        document.add({ ...note(at), text: at < 400 ? `court ${at}` : "é".repeat(1_000) });
    });
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(24_000);
  });
});
