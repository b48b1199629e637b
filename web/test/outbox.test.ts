import { describe, expect, it } from "vitest";
import { Outbox } from "../src/sync/outbox";

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
