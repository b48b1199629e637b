import { describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import type { Note } from "../src/model/page";
import { mayReturn, retryDelayMs } from "../src/sync/close";
import { BoardDocument } from "../src/sync/document";
import { setLanguage, t, tn } from "../src/ui/i18n";

const note = (id: string, text: string, order = "a0"): Note => ({
  id,
  board: "sheet2.verso",
  zone: "rules",
  kind: "rule",
  place: [0, 0.5],
  order,
  colour: "ciel",
  text,
  by: "p1",
  at: 1,
});

describe("a board document", () => {
  it("reads back what was written", () => {
    const document = new BoardDocument(42);
    document.add(note("n1", "Règle 😀"));
    expect(document.doc.clientID).toBe(42);
    expect(document.note("n1")).toEqual(note("n1", "Règle 😀"));
  });

  it("tells the others when one watcher fails, and the room goes on", () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const [one, other] = [new BoardDocument(1), new BoardDocument(2)];
    const told: string[] = [];
    other.observe(() => {
      throw new Error("cannot draw");
    });
    other.observe((changes) => void told.push(...changes.map((change) => change.id)));
    one.add(note("n1", "un"));
    expect(() => Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(one.doc))).not.toThrow();
    expect(told).toEqual(["n1"]);
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });

  it.each([-1, 1e17, Number.NaN, Number.POSITIVE_INFINITY, "hier", null])("has no moment %s", (at) => {
    const document = new BoardDocument(1);
    document.add({
      ...note("n1", "un"),
      at: at as number,
      origin: [{ board: "b", zone: "z", note: "n0", at: at as number, by: "" }],
    });
    document.addComment({ note: "n1", by: "p1", text: "Oui", at: at as number }, "k1");
    expect(document.note("n1")?.at).toBe(0);
    expect(document.note("n1")?.origin?.[0]?.at).toBe(0);
    expect(document.contents.commentsOf("n1")[0]?.at).toBe(0);
  });

  it("makes the fields of a note that came without them", () => {
    const document = new BoardDocument(1);
    const map = new Y.Map<unknown>([
      ["board", "sheet2.verso"],
      ["zone", "rules"],
      ["text", new Y.Text("un")],
    ]);
    document.doc.getMap("notes").set("n1", map);
    document.setFields("n1", { state: "in_force", domain: undefined });
    expect(document.note("n1")?.fields).toEqual({ state: "in_force" });
  });

  it("lists notes by zone in reading order", () => {
    const document = new BoardDocument(1);
    document.add(note("n2", "deux", "b"));
    document.add(note("n1", "un", "a"));
    expect(
      document
        .byZone("sheet2.verso")
        .get("rules")
        ?.map((one) => one.id),
    ).toEqual(["n1", "n2"]);
    expect(document.byZone("sheet1.verso").size).toBe(0);
  });

  it("keeps what somebody else types beside one's own retyping", () => {
    const [one, other] = [new BoardDocument(1), new BoardDocument(2)];
    one.add(note("n1", "Compte rendu"));
    Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(one.doc));
    one.retype("n1", "Un Compte rendu");
    other.retype("n1", "Compte rendu public");
    Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(one.doc));
    Y.applyUpdate(one.doc, Y.encodeStateAsUpdate(other.doc));
    expect(one.note("n1")?.text).toBe("Un Compte rendu public");
    expect(other.note("n1")?.text).toBe(one.note("n1")?.text);
  });

  it("undoes one's own acts only", () => {
    const [one, other] = [new BoardDocument(1), new BoardDocument(2)];
    one.add(note("n1", "à moi"));
    other.add(note("n2", "à l'autre"));
    Y.applyUpdate(one.doc, Y.encodeStateAsUpdate(other.doc));
    one.undo.undo();
    expect(one.all().map((each) => each.id)).toEqual(["n2"]);
  });

  it("survives values that are not what they should be", () => {
    const document = new BoardDocument(1);
    const odd = new Y.Map<unknown>();
    odd.set("place", ["x", 9]);
    odd.set("colour", "red");
    document.doc.getMap("notes").set("n1", odd);
    expect(document.note("n1")).toMatchObject({ place: [0, 1], colour: "craie", text: "", by: null });
  });
});

describe("closing", () => {
  it("is final from 4400 to 4499 and for nothing else", () => {
    for (const code of [4400, 4401, 4404, 4410, 4413, 4499]) expect(mayReturn(code)).toBe(false);
    for (const code of [1000, 1006, 1012, 1013, 4503, 4508, 4529]) expect(mayReturn(code)).toBe(true);
  });
  it("tries every second while it may be a restart, then longer each time, never more than ten seconds", () => {
    expect(retryDelayMs(0, 1)).toBe(300);
    expect(retryDelayMs(3, 0)).toBe(500);
    const waits = [...Array(20).keys()].map((attempt) => retryDelayMs(attempt, 1));
    expect(Math.max(...waits.slice(0, 12))).toBe(1000);
    expect(waits.slice(12, 17)).toEqual([2000, 4000, 8000, 10_000, 10_000]);
    expect(retryDelayMs(1_000, 1)).toBe(10_000);
  });
});

describe("sentences", () => {
  it("are French with French typography unless translated", () => {
    setLanguage("fr", {});
    expect(t("L'atelier est-il prêt ?")).toBe("L’atelier est-il prêt\u202f?");
    expect([0, 1, 2].map((n) => tn("{n} note", "{n} notes", n))).toEqual(["0 note", "1 note", "2 notes"]);
    setLanguage("en", { "{n} note": ["{n} note", "{n} notes"], Enregistré: "Saved" });
    expect([0, 1, 2].map((n) => tn("{n} note", "{n} notes", n))).toEqual(["0 notes", "1 note", "2 notes"]);
    expect(t("Enregistré")).toBe("Saved");
  });
});
