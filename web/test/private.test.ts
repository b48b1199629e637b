// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { hiddenAt, isHidden, waitingOf } from "../src/model/hidden";
import type { Note, Workshop } from "../src/model/page";
import { BoardDocument } from "../src/sync/document";
import { Drafts } from "../src/sync/drafts";
import { leftDrafts } from "../src/sync/keep";

const stored = vi.hoisted(() => ({ left: [] as unknown[], kept: [] as unknown[], works: true }));
vi.mock("../src/sync/keep", () => ({
  keepDrafts: vi.fn((_room: string, _person: string, _page: string, unsent: unknown) => {
    stored.kept.push(unsent);
    return Promise.resolve(stored.works);
  }),
  leftDrafts: vi.fn(() => Promise.resolve({ unsent: stored.left, forget: () => Promise.resolve() })),
}));

const note = (id: string, text: string, zone = "rules"): Note => ({
  id,
  board: "sheet2.verso",
  zone,
  kind: "note",
  place: [0, 0],
  order: "a0",
  colour: "ciel",
  text,
  by: "pnadia",
  at: 1,
});

/** A room whose zone `rules` is silent. */
function silentRoom(): BoardDocument {
  const document = new BoardDocument(7);
  document.hides = (_board, zone) => zone === "rules";
  return document;
}

describe("a document with drafts", () => {
  it("keeps notes of hidden places out of what is sent", () => {
    const document = silentRoom();
    const sent: number[] = [];
    document.doc.on("update", (update: Uint8Array) => sent.push(update.length));
    document.add(note("n1", "pour moi"));
    document.retype("n1", "pour moi seule");
    document.set("n1", { colour: "lagon" });
    document.setFields("n1", { state: "proposed" });
    expect(sent).toEqual([]);
    expect(document.doc.getMap("notes").size).toBe(0);
    expect(document.note("n1")).toMatchObject({ text: "pour moi seule", colour: "lagon", hidden: true });
    document.add(note("n2", "pour tous", "costs"));
    expect(sent.length).toBe(1);
    expect(document.note("n2")?.hidden).toBeUndefined();
    expect(document.all().length).toBe(2);
  });

  it("takes back and gives again what was done in both, the latest first", () => {
    const document = silentRoom();
    document.together(() => document.add(note("n1", "un")));
    document.together(() => document.add(note("n2", "deux", "costs")));
    document.together(() => document.set("n1", { colour: "lagon" }));
    document.together(() => document.remove("n2"));
    document.together(() => document.remove("n1"));
    const states: string[] = [];
    const state = () =>
      document
        .all()
        .map(({ id, colour, hidden }) => `${id} ${colour} ${hidden ?? false}`)
        .sort()
        .join();
    while (document.step("undo")) states.push(state());
    expect(states).toEqual([
      "n1 lagon true",
      "n1 lagon true,n2 ciel false",
      "n1 ciel true,n2 ciel false",
      "n1 ciel true",
      "",
    ]);
    while (document.step("redo")) states.pop();
    expect(document.all()).toEqual([]);
    expect(document.steps("undo")).toBe(5);
  });

  it("gives nothing again after newer work in the other of both", () => {
    const document = silentRoom();
    document.together(() => document.add(note("n1", "un")));
    document.step("undo");
    expect(document.steps("redo")).toBe(1);
    document.together(() => document.add(note("n2", "deux", "costs")));
    expect(document.steps("redo")).toBe(0);
  });

  it("says which step would bring a note that all see into a hidden place", () => {
    const document = new BoardDocument(7);
    document.together(() => document.add(note("n1", "un")));
    document.together(() => document.set("n1", { zone: "costs" }));
    document.hides = (_board, zone) => zone === "rules";
    expect(document.stepTouches("undo").into).toEqual([{ board: "sheet2.verso", zone: "rules" }]);
    document.together(() => document.set("n1", { colour: "lagon" }));
    expect(document.stepTouches("undo").into).toEqual([]);
  });

  it("shows the note of the room once a draft is revealed, without a step in between", () => {
    const document = silentRoom();
    document.add(note("n1", "un"));
    const seen: (boolean | undefined)[] = [];
    document.observe((changes) => seen.push(...changes.map(({ after }) => after?.hidden)));
    const other = new BoardDocument(8);
    other.add(note("n1", "un"));
    Object.assign(document, { hides: () => false });
    apply(other, document);
    expect(document.note("n1")?.hidden).toBeUndefined();
    document.takeDrafts([], ["n1"]);
    expect(document.note("n1")?.text).toBe("un");
    expect(seen).toEqual([undefined, undefined]);
  });
});

function apply(from: BoardDocument, to: BoardDocument): void {
  Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc), "remote");
}

describe("drafts on their way", () => {
  let document: BoardDocument;
  let drafts: Drafts;
  let online: boolean;
  let anonymous: boolean;
  let messages: Record<string, unknown>[];
  let refused: [string, string[]][];

  const last = () => messages.at(-1) as { id: string; notes: Note[]; deleted: string[]; publish: string[] };
  const done = (revealed: string[] = []) => drafts.answered({ type: "done", id: last().id, revealed });

  beforeEach(() => {
    vi.useFakeTimers();
    [online, anonymous, messages, refused] = [true, false, [], []];
    document = silentRoom();
    drafts = new Drafts("room", {
      tell: (event) => {
        if (online) messages.push(event);
        return online;
      },
      isAnonymous: () => anonymous,
      changed: () => {},
      refused: (key, notes) => refused.push([key, notes.map(({ text }) => text)]),
    });
    drafts.attach(document);
    drafts.greeted("pnadia");
  });
  afterEach(() => vi.useRealTimers());

  it("go as whole notes, the latest of each, one message at a time", () => {
    document.add(note("n1", "u"));
    document.retype("n1", "un");
    vi.advanceTimersByTime(300);
    expect(last().notes).toMatchObject([{ id: "n1", text: "un" }]);
    expect(last().notes[0]).not.toHaveProperty("by");
    document.retype("n1", "un et deux");
    vi.advanceTimersByTime(5000);
    expect(messages.length).toBe(1);
    expect(drafts.pendingIds).toEqual(["n1"]);
    done();
    expect(drafts.pendingIds).toEqual(["n1"]);
    vi.advanceTimersByTime(300);
    expect(last().notes).toMatchObject([{ text: "un et deux" }]);
    done();
    expect(drafts.pendingIds).toEqual([]);
    document.remove("n1");
    drafts.told([note("n1", "un et deux")]);
    vi.advanceTimersByTime(300);
    expect(last().deleted).toEqual(["n1"]);
  });

  it("wait without a connection, and a note without a word is nobody's business", () => {
    online = false;
    drafts.lost();
    document.add(note("n0", " "));
    document.add(note("n1", "un"));
    vi.advanceTimersByTime(2000);
    expect(drafts.pendingIds).toEqual(["n1"]);
    online = true;
    drafts.greeted("pnadia");
    expect(last().notes.map(({ id }) => id)).toEqual(["n1"]);
    drafts.lost(); // no answer came: once more
    drafts.greeted("pnadia");
    expect(messages.length).toBe(2);
  });

  it("are told back without touching what is being written", () => {
    document.add(note("n1", "mon texte"));
    drafts.told([note("n1", "ancien"), note("n2", "d'un autre appareil")]);
    expect(document.note("n1")?.text).toBe("mon texte");
    expect(document.note("n2")?.text).toBe("d'un autre appareil");
    drafts.told([]);
    expect(document.note("n2")).toBeNull();
    expect(document.note("n1")?.text).toBe("mon texte");
    expect(document.steps("undo")).toBe(1);
  });

  it("hands over what the server does not take, one by one", () => {
    document.add(note("n1", "un"));
    document.add(note("n2", "deux"));
    vi.advanceTimersByTime(300);
    drafts.answered({ type: "no", id: last().id, key: "board.locked" });
    vi.advanceTimersByTime(10);
    expect(last().notes.map(({ id }) => id)).toEqual(["n1"]);
    drafts.answered({ type: "no", id: last().id, key: "board.locked" });
    expect(refused).toEqual([["board.locked", ["un"]]]);
    expect(document.note("n1")).toBeNull();
    vi.advanceTimersByTime(10);
    done();
    expect(drafts.pendingIds).toEqual([]);
    expect(document.note("n2")?.text).toBe("deux");
  });

  it("tries again what passes by itself", () => {
    document.add(note("n1", "un"));
    vi.advanceTimersByTime(300);
    drafts.answered({ type: "no", id: last().id, key: "store.away" });
    vi.advanceTimersByTime(1100);
    expect(messages.length).toBe(2);
    expect(refused).toEqual([]);
  });

  it("goes on in the note when the reveal finds somebody writing", () => {
    document.add(note("n1", "un"));
    vi.advanceTimersByTime(300);
    done();
    drafts.told([note("n1", "un")]);
    document.retype("n1", "un, deux");
    const server = new BoardDocument(9);
    server.add(note("n1", "un"));
    document.hides = () => false;
    apply(server, document);
    expect(document.note("n1")).toMatchObject({ text: "un, deux" });
    expect(document.note("n1")?.hidden).toBeUndefined();
    expect(document.draftIds()).toEqual([]);
    expect(drafts.pendingIds).toEqual([]);
    apply(document, server);
    expect(server.note("n1")?.text).toBe("un, deux");
  });

  it("hands over words that came too late for a note that belongs to nobody", () => {
    document.add(note("n1", "un"));
    vi.advanceTimersByTime(300);
    done();
    drafts.told([note("n1", "un")]);
    document.retype("n1", "un, deux");
    vi.advanceTimersByTime(300);
    drafts.answered({ type: "done", id: last().id, revealed: ["n1"] });
    expect(refused).toEqual([["writing.revealed", ["un, deux"]]]);
    expect(document.note("n1")).toBeNull();
  });

  it("stay without a name when what they were written under is over before they arrive", () => {
    document.add(note("n0", "signé"));
    anonymous = true;
    online = false;
    document.add(note("n1", "sans nom"));
    vi.advanceTimersByTime(300);
    anonymous = false;
    document.retype("n1", "sans nom, encore");
    online = true;
    drafts.greeted("pnadia");
    expect(last().notes).toMatchObject([{ id: "n0" }, { id: "n1", anonymous: true }]);
    expect(last().notes[0]).not.toHaveProperty("anonymous");
  });

  it("hands over what was written on after the reveal, whatever the server tells first", () => {
    document.add(note("n1", "un"));
    vi.advanceTimersByTime(300);
    done();
    drafts.told([note("n1", "un")]);
    document.retype("n1", "un, deux");
    drafts.told([]); // it belongs to nobody now
    document.retype("n1", "un, deux, trois");
    vi.advanceTimersByTime(300);
    done(["n1"]);
    expect(refused).toEqual([["writing.revealed", ["un, deux, trois"]]]);
    expect(document.note("n1")).toBeNull();
  });

  it("hands over words that the server never had at all", () => {
    document.add(note("n1", "hors ligne"));
    vi.advanceTimersByTime(300);
    done(["n1"]);
    expect(refused).toEqual([["writing.revealed", ["hors ligne"]]]);
  });

  it("goes on beside what others wrote in the note meanwhile", () => {
    document.add(note("n1", "un"));
    document.setFields("n1", { state: "proposed" });
    vi.advanceTimersByTime(300);
    done();
    online = false;
    drafts.lost();
    document.retype("n1", "un deux");
    document.setFields("n1", { why: "parce que" });
    const server = new BoardDocument(9);
    server.add({ ...note("n1", "un, dit Joris"), fields: { state: "tested" } });
    document.hides = () => false;
    apply(server, document);
    expect(document.note("n1")).toMatchObject({
      text: "un, dit Joris deux",
      fields: { state: "tested", why: "parce que" },
    });
  });

  it("goes on without saying twice what was on its way", () => {
    document.add(note("n1", "un"));
    vi.advanceTimersByTime(300);
    done();
    document.retype("n1", "un deux");
    vi.advanceTimersByTime(300); // no answer to this one
    document.retype("n1", "un deux trois");
    const server = new BoardDocument(9);
    server.add(note("n1", "un deux"));
    document.hides = () => false;
    apply(server, document);
    expect(document.note("n1")?.text).toBe("un deux trois");
  });

  it("is as old as the last letter that was not taken", () => {
    document.add(note("n1", "u"));
    vi.advanceTimersByTime(300);
    const first = drafts.oldestAt;
    document.retype("n1", "un");
    vi.advanceTimersByTime(1000);
    done();
    expect(drafts.oldestAt).toBeGreaterThan(first ?? Number.POSITIVE_INFINITY);
  });

  it("are left with their latest words", () => {
    document.add(note("n1", "un"));
    vi.advanceTimersByTime(300);
    document.retype("n1", "un, deux");
    drafts.leave(["n1"]);
    done();
    vi.advanceTimersByTime(10);
    expect(last()).toMatchObject({ notes: [{ text: "un, deux" }], publish: ["n1"] });
    expect(drafts.isLeaving("n1")).toBe(true);
    done();
    expect(drafts.isLeaving("n1")).toBe(false);
  });
});

describe("drafts that an earlier page could not send", () => {
  const arrive = async (left: unknown, told: Note[]) => {
    stored.left = [left];
    const document = silentRoom();
    const refused: [string, string[]][] = [];
    const messages: Record<string, unknown>[] = [];
    const drafts = new Drafts("room", {
      tell: (event) => messages.push(event) > 0,
      changed: () => {},
      refused: (key, notes) => refused.push([key, notes.map(({ text }) => text)]),
      isAnonymous: () => false,
    });
    drafts.attach(document);
    drafts.greeted("pnadia");
    expect(leftDrafts).not.toHaveBeenCalled(); // not before it is known what is newer
    drafts.told(told);
    await vi.advanceTimersByTimeAsync(300);
    return { document, drafts, messages, refused };
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
    [stored.kept, stored.works] = [[], true];
  });
  afterEach(() => vi.useRealTimers());

  it("go out when nothing newer is there", async () => {
    const left = { notes: [note("n1", "abc")], gone: [], known: [note("n1", "ab")] };
    const { document, messages, refused } = await arrive(left, [note("n1", "ab")]);
    expect(document.note("n1")?.text).toBe("abc");
    expect(messages).toMatchObject([{ notes: [{ id: "n1", text: "abc" }] }]);
    expect(refused).toEqual([]);
  });

  it("are handed over when their person went on elsewhere", async () => {
    const left = { notes: [note("n1", "abc")], gone: ["n2"], known: [note("n1", "ab"), note("n2", "x")] };
    const told = [note("n1", "ab, puis au téléphone"), note("n2", "x, encore")];
    const { document, messages, refused } = await arrive(left, told);
    expect(document.note("n1")?.text).toBe("ab, puis au téléphone");
    expect(document.note("n2")?.text).toBe("x, encore");
    expect(refused).toEqual([["writing.elsewhere", ["abc"]]]);
    expect(messages).toEqual([]);
  });

  it("are kept with what the server had, and what waits for its room with them", async () => {
    stored.works = false;
    const { document, drafts } = await arrive({ notes: [], gone: [] }, [note("n1", "un")]);
    drafts.hold([note("n9", "refusée")]);
    document.retype("n1", "un deux");
    await vi.advanceTimersByTimeAsync(200);
    expect(stored.kept.at(-1)).toMatchObject({
      notes: [{ text: "refusée" }, { text: "un deux" }],
      known: [{ text: "un" }],
    });
    expect(drafts.keeps).toBe(false);
  });
});

describe("hidden places", () => {
  const board = { locked: false, locked_zones: [], silent_zones: ["rules"], anonymous: true };
  const workshop = { boards: { "sheet1.recto": board }, silent: false } as unknown as Workshop;

  it("are named by board or template, zone or everything", () => {
    const recto = "sheet1.recto/pnadia";
    expect(hiddenAt(workshop, recto, "rules")).toEqual({ silent: true, anonymous: true });
    expect(hiddenAt(workshop, recto, "costs")).toEqual({ silent: false, anonymous: true });
    expect(isHidden(workshop, "governance", "rules")).toBe(false);
    expect(isHidden({ ...workshop, silent: true }, "governance", "rules")).toBe(true);
  });

  it("have numbers, and nothing that is none", () => {
    const told = { "a b": { notes: 2, people: 1, of: 3 }, "a c": { notes: "2" }, "a d": null };
    expect([...waitingOf(told)]).toEqual([["a b", { notes: 2, people: 1, of: 3 }]]);
    expect(waitingOf("no").size).toBe(0);
  });
});
