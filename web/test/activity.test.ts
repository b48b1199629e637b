import { beforeEach, describe, expect, it, vi } from "vitest";
import { attachAround } from "../src/board/around";
import type { Atelier, Changed } from "../src/board/atelier";
import { ago, type Entry, entriesOf, firstWords, Log, names, partsOf, sayEntry } from "../src/list/log";
import { runsOf } from "../src/list/runs";
import type { Cluster, Note } from "../src/model/page";
import type { NoteChange } from "../src/sync/contents";
import { BoardDocument } from "../src/sync/document";
import { Announcer, type Heard, summary } from "../src/ui/announce";
import { setLanguage } from "../src/ui/i18n";

const PEOPLE: Record<string, string> = { p1: "Soazig", p2: "Joris", p3: "Karim" };
const nameOf = (id: string) => PEOPLE[id] ?? id;

function note(id: string, more: Partial<Note> = {}): Note {
  return {
    id,
    board: "sheet2.verso",
    zone: "rules",
    kind: "note",
    place: [0, 0],
    order: id,
    colour: "citron",
    text: `texte ${id}`,
    by: "p2",
    at: 0,
    ...more,
  };
}

function change(before: Note | null, after: Note | null, talk: Partial<NoteChange["talk"]> = {}): NoteChange {
  const id = (before ?? after)?.id ?? "";
  return { id, before, after, talk: { comments: false, reactions: false, ...talk } };
}

function entries(changes: NoteChange[], more: Partial<Parameters<typeof entriesOf>[1]> = {}): Entry[] {
  return entriesOf(changes, {
    me: "me",
    writer: "p2",
    at: 1000,
    zone: ({ zone }) => (zone === "rules" ? "Nos règles" : "Nos coûts"),
    liked: () => [],
    commented: () => [],
    ...more,
  });
}

const said = (all: Entry[]) => all.map((entry) => sayEntry(entry, nameOf));

beforeEach(() => {
  setLanguage("fr", {});
  localStorage.clear();
});

describe("what others did, in sentences", () => {
  it("says who, what and where", () => {
    expect(said(entries([change(null, note("a", { text: "On ne vote qu'en dernier recours" }))]))).toEqual([
      "Joris a ajouté «\u00a0On ne vote qu'en dernier recours\u00a0» dans Nos règles",
    ]);
    expect(said(entries([change(note("a"), note("a", { zone: "costs" }))]))).toEqual([
      "Joris a déplacé une note vers Nos coûts",
    ]);
    expect(said(entries([change(note("a"), null)]))).toEqual(["Joris a supprimé une note dans Nos règles"]);
    expect(said(entries([change(note("a"), note("a", { locked: true }))]))).toEqual([
      "Joris a verrouillé une note dans Nos règles",
    ]);
    expect(said(entries([change(note("a"), note("a"))], { commented: () => ["p3"] }))).toEqual([
      "Karim a commenté «\u00a0texte a\u00a0» dans Nos règles",
    ]);
  });

  it("does not take who wrote a note for who carried it, and says nothing of what became of a source", () => {
    const origin = [{ group: "g1", board: "sheet2.verso", zone: "rules", note: "s", at: 1, by: "p2" }];
    const [carried] = entries([change(null, note("a", { board: "governance", origin }))], { writer: null });
    expect(carried?.who).toEqual([]);
    expect(entries([change(note("s"), note("s", { status: "carried" }))], { writer: null })).toEqual([]);
  });

  it("names nobody when nobody is known, and the author of a new note", () => {
    expect(said(entries([change(note("a"), null)], { writer: null }))).toEqual([
      "«\u00a0texte a\u00a0» a été supprimée dans Nos règles",
    ]);
    expect(said(entries([change(null, note("a", { by: "p3" }))], { writer: null }))[0]).toMatch(/^Karim a/);
  });

  it("makes one entry of what one person did at once, with the right plural", () => {
    const many = ["a", "b", "c"].map((id) => change(null, note(id)));
    expect(said(entries(many))).toEqual(["Joris a ajouté trois notes dans Nos règles"]);
    const twelve = Array.from({ length: 12 }, (_, at) => change(note(`${at}`), null));
    expect(said(entries(twelve, { writer: null }))).toEqual(["12 notes ont été supprimées dans Nos règles"]);
  });

  it("tells likes of one's own notes only", () => {
    const mine = change(note("a", { by: "me" }), note("a", { by: "me" }), { reactions: true });
    expect(said(entries([mine], { liked: () => ["p1"] }))).toEqual([
      "Soazig a aimé votre note «\u00a0texte a\u00a0»",
    ]);
    const other = change(note("a"), note("a"), { reactions: true });
    expect(entries([other], { liked: () => ["p1"] })).toEqual([]);
  });

  it("leaves out what nobody sees: places, and notes that never held a word", () => {
    expect(entries([change(note("a"), note("a", { place: [0.5, 0.5] }))])).toEqual([]);
    expect(entries([change(note("a", { text: "" }), null)])).toEqual([]);
  });

  it("keeps people's words as they are, also those that look like a place for a value", () => {
    const [entry] = entries([change(null, note("a", { text: "l'idée {zone} ?" }))]);
    expect(partsOf(entry as Entry, nameOf)).toEqual([
      { text: "Joris", name: true },
      { text: " a ajouté «\u00a0" },
      { text: "l'idée {zone} ?" },
      { text: "\u00a0» dans " },
      { text: "Nos règles" },
    ]);
  });

  it("counts who else", () => {
    expect(names(["Soazig"])).toBe("Soazig");
    expect(names(["Soazig", "Joris"])).toBe("Soazig et Joris");
    expect(names(["Soazig", "Joris", "Karim"])).toBe("Soazig et deux autres");
    expect(names([])).toBe("Quelqu’un");
  });

  it("shortens at a word", () => {
    expect(firstWords("un\ndeux  trois", 20)).toBe("un deux trois");
    expect(firstWords("un deux trois quatre", 12)).toBe("un deux…");
    expect([...firstWords("😀".repeat(50), 10)]).toHaveLength(11);
  });

  it("says roughly how long ago", () => {
    expect([3_000, 24_000, 61_000, 3_700_000].map(ago)).toEqual([
      "à l’instant",
      "il y a 20 s",
      "il y a 1\u00a0min",
      "il y a 1\u00a0h",
    ]);
  });
});

describe("the log", () => {
  const put = (log: Log, changes: NoteChange[], more = {}) => {
    for (const entry of entries(changes, more)) log.add(entry);
  };

  it("has one entry for a note that is added and then written, with its words", () => {
    const log = new Log();
    put(log, [change(null, note("a", { text: "" }))]);
    expect(log.shown()).toEqual([]);
    put(log, [change(note("a", { text: "" }), note("a", { text: "Bonjour" }))]);
    put(log, [change(note("a", { text: "Bonjour" }), note("a", { text: "Bonjour à tous" }))]);
    expect(said(log.shown())).toEqual(["Joris a ajouté «\u00a0Bonjour à tous\u00a0» dans Nos règles"]);
  });

  it("forgets a note that went away empty", () => {
    const log = new Log();
    put(log, [change(null, note("a", { text: "" }))]);
    expect(log.forgetEmpty("a")).toBe("added a");
    expect(log.entries).toEqual([]);
    put(log, [change(null, note("b"))]);
    expect(log.forgetEmpty("b")).toBe(null);
  });

  it("puts those who like one note together, the latest first", () => {
    const log = new Log();
    const mine = change(note("a", { by: "me" }), note("a", { by: "me" }), { reactions: true });
    for (const who of ["p3", "p2", "p1"]) put(log, [mine], { liked: () => [who] });
    expect(said(log.shown())).toEqual(["Soazig et deux autres ont aimé votre note «\u00a0texte a\u00a0»"]);
  });

  it("shows what somebody writes at this moment once", () => {
    const log = new Log();
    put(log, [change(null, note("a"))]);
    log.writing = [
      {
        key: "w",
        act: "writing",
        who: ["p2"],
        notes: ["a"],
        place: "Nos règles",
        words: "",
        at: 2000,
      },
    ];
    expect(said(log.shown())).toEqual(["Joris écrit dans Nos règles"]);
  });

  it("keeps the fifty newest", () => {
    const log = new Log();
    for (let at = 0; at < 70; at++) put(log, [change(null, note(`n${at}`))], { at });
    expect(log.shown()).toHaveLength(50);
    expect(log.shown()[0]?.words).toBe("texte n69");
  });
});

describe("the summary", () => {
  const heard = (act: Heard["act"], n: number, place = "Nos règles", sentence = "") => ({
    act,
    n,
    place,
    sentence: () => sentence,
  });

  it("is one sentence by zone, with words for small numbers", () => {
    expect(summary([heard("added", 1), heard("added", 2), heard("moved", 1)])).toBe(
      "Trois nouvelles notes dans Nos règles, une déplacée.",
    );
    expect(summary([heard("moved", 12)])).toBe("12 notes déplacées vers Nos règles.");
    expect(summary([heard("removed", 1), heard("added", 1, "Nos coûts")])).toBe(
      "Une note supprimée dans Nos règles, une nouvelle note dans Nos coûts.",
    );
    expect(summary([])).toBe("");
  });

  it("does not go on for ever", () => {
    const zones = ["A", "B", "C", "D", "E"].map((zone) => heard("added", 1, zone));
    expect(summary(zones)).toMatch(/et dans deux autres zones\.$/);
  });
});

describe("the announcer", () => {
  let polite: HTMLElement;
  let announcer: Announcer;
  const told: string[] = [];
  const hear = (key: string, sentence: string | null = key, act: Heard["act"] = "added") =>
    announcer.hear({ key, act, place: "Nos règles", n: 1, sentence: () => sentence });

  beforeEach(() => {
    vi.useFakeTimers();
    polite = document.createElement("div");
    announcer = new Announcer(polite, document.createElement("div"));
    told.length = 0;
    Object.defineProperty(polite, "textContent", {
      set: (words: string) => {
        if (words !== "") told.push(words);
      },
      get: () => told.at(-1) ?? "",
    });
    return () => {
      vi.useRealTimers();
    };
  });

  it("says others by summary at most once in fifteen seconds", () => {
    for (let second = 0; second < 60; second += 2) {
      hear(`n${second}`);
      vi.advanceTimersByTime(2_000);
    }
    expect(told.length).toBeGreaterThan(2);
    expect(told.length).toBeLessThanOrEqual(4);
  });

  it("says one's own at once, and two in one moment both", () => {
    announcer.say("Note ajoutée.");
    announcer.say("Zone rangée.");
    vi.advanceTimersByTime(20);
    expect(told).toEqual(["Note ajoutée. Zone rangée."]);
  });

  it("says the last three of what comes in one moment, without waiting for a frame", () => {
    vi.stubGlobal("requestAnimationFrame", () => 0); // a hidden tab draws none
    for (let n = 1; n <= 40; n++) announcer.say(`Note ${n}.`);
    vi.advanceTimersByTime(20);
    expect(told).toEqual(["Note 38. Note 39. Note 40."]);
    vi.unstubAllGlobals();
  });

  it("says each change when all is asked for, and nothing when nothing is", () => {
    announcer.level = "all";
    hear("a", "Joris a ajouté « a »");
    hear("b", null);
    vi.advanceTimersByTime(1_100);
    expect(told).toEqual(["Joris a ajouté « a »."]);
    hear("b", "Joris a ajouté « b »");
    vi.advanceTimersByTime(1_100);
    expect(told).toHaveLength(2);
    announcer.level = "none";
    hear("c");
    vi.advanceTimersByTime(60_000);
    expect(told).toHaveLength(2);
    expect(new Announcer(polite, polite).level).toBe("none");
  });

  it("does not count what came to nothing", () => {
    hear("a");
    announcer.unhear("a");
    vi.advanceTimersByTime(2_000);
    expect(told).toEqual([]);
  });
});

describe("the order of a zone in the list", () => {
  const clusters: Record<string, Cluster> = {
    c1: { id: "c1", board: "sheet2.verso", zone: "rules", title: "Rythme" },
  };
  const runs = (...notes: Note[]) =>
    runsOf("rules", notes, ({ cluster }) => clusters[cluster ?? ""] ?? null).map((run) => [
      run.cluster?.title ?? "",
      run.notes.map(({ id }) => id).join(""),
    ]);

  it("keeps reading order, and a cluster together where its first note stands", () => {
    expect(runs(note("a"), note("b", { cluster: "c1" }), note("c"), note("d", { cluster: "c1" }))).toEqual([
      ["", "a"],
      ["Rythme", "bd"],
      ["", "c"],
    ]);
    expect(runs()).toEqual([]);
  });
});

describe("a room that is not shown", () => {
  it("is followed from when it joined, and not what was there before", () => {
    vi.useFakeTimers();
    const listeners = new Map<string, (() => void)[]>();
    const emit = (what: string) => {
      for (const then of listeners.get(what) ?? []) then();
    };
    const here = { document: new BoardDocument(1), joined: true, synced: true, online: false };
    const there = { document: new BoardDocument(2), joined: false };
    let changed: (change: Changed) => void = () => {};
    const app = {
      data: { person: { id: "p1" } },
      connection: here,
      document: here.document,
      rooms: [here, there],
      workshop: { timer: { running: false }, agenda: { steps: [] } },
      log: new Log(),
      announcer: { hear: () => {}, say: () => {}, unhear: () => {} },
      templateOf: () => undefined,
      person: () => null,
      note: () => null,
      emit,
      on: (what: string, then: () => void) => {
        listeners.set(what, [...(listeners.get(what) ?? []), then]);
        return () => {};
      },
      onChanges: (then: typeof changed) => {
        changed = then;
        return () => {};
      },
    };
    const off = attachAround(app as unknown as Atelier);
    const { document } = there;
    document.observe((changes, _mine, clients) => changed({ document, changes, mine: false, clients }));
    document.add(note("n1", { by: "p2", text: "avant" }));
    expect(app.log.entries).toEqual([]);
    there.joined = true;
    emit("link");
    document.add(note("n2", { by: "p2", text: "après" }));
    expect(app.log.entries.map((entry) => entry.notes)).toEqual([["n2"]]);
    off();
    vi.useRealTimers();
  });
});
