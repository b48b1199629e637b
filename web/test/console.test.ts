import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { blocks, drift, timetable, withMinutes } from "../src/console/agenda";
import { attention, chipOf, type Facts, type Seen, sentenceOf } from "../src/console/attention";
import { moment, type Now } from "../src/console/moment";
import { advised } from "../src/console/people-move";
import { Console, type ConsoleData } from "../src/console/state";
import { pressOnce, REST_MS, Steady } from "../src/console/steady";
import { cardWords, chipWords, digits, driftWords, feedWords, hour } from "../src/console/words";
import type { Group, Person, Step, Workshop } from "../src/model/page";
import type { RoomEvents } from "../src/sync/provider";
import type { Announcer } from "../src/ui/announce";
import { setLanguage } from "../src/ui/i18n";

/** Rooms that are there at once, and tell what a test says. */
class Link {
  static all: Link[] = [];
  online = true;
  joined = true;
  clockOffset = 0;
  closedFor = null;
  document = null;
  awareness = {
    clientID: 0,
    meta: new Map(),
    getStates: () => new Map(this.states.map((state, n) => [n, state])),
  };
  states: unknown[] = [];

  constructor(
    readonly room: string,
    _address: string,
    readonly events: RoomEvents,
  ) {
    Link.all.push(this);
  }
}
vi.mock("../src/sync/provider", () => ({
  get RoomConnection() {
    return Link;
  },
}));

const MIN = 60_000;
const START = Date.UTC(2026, 2, 12, 13);

const step = (id: string, minutes: number, board: string | null = null, phase = "exploration"): Step => ({
  id,
  phase,
  minutes,
  mode: "group",
  board,
  title: id,
});

function workshop(more: Partial<Workshop> = {}): Workshop {
  return {
    status: "open",
    agenda: {
      id: "short",
      steps: [
        step("welcome", 10, null, "intro"),
        { ...step("je", 14, "sheet2.recto"), title: "Fiche 2 · Je" },
        { ...step("nous", 21, "sheet2.verso"), title: "Fiche 2 · Nous" },
        step("gov", 10, "governance", "convergence"),
      ],
    },
    step: null,
    runs: [],
    starts_at: START,
    timer: { running: false, remaining_ms: 0, total_ms: 0 },
    groups: [],
    ...more,
  } as unknown as Workshop;
}

beforeEach(() => setLanguage("fr", {}));

describe("the agenda", () => {
  it("tells when steps begin: those that ran as they did, those to come after the one under way", () => {
    const runs = [
      { step: "welcome", at: START + 2 * MIN },
      { step: "je", at: START + 18 * MIN },
    ];
    const rows = timetable(workshop({ step: "je", runs }), START + 20 * MIN);
    const since = (ms: number | null) => (ms === null ? null : (ms - START) / MIN);
    expect(rows.map((row) => row.state)).toEqual(["done", "now", "next", "next"]);
    expect(rows.map((row) => since(row.begins))).toEqual([2, 18, 32, 53]);
    expect(rows.map((row) => since(row.planned))).toEqual([0, 10, 24, 45]);
    expect(rows[0]?.minutes).toBe(16);
  });

  it("says how far the end has moved, and counts from the first step without an hour announced", () => {
    const runs = [
      { step: "welcome", at: START },
      { step: "je", at: START + 16 * MIN },
    ];
    const late = drift(workshop({ step: "je", runs }), START + 20 * MIN);
    expect(late).toEqual({ end: START + 61 * MIN, minutes: 6 });
    const over = drift(workshop({ step: "je", runs, starts_at: null }), START + 40 * MIN);
    expect(over?.minutes).toBe(16);
    const rehearsal = drift(workshop({ step: "je", runs, starts_at: START + 2000 * MIN }), START + 20 * MIN);
    expect(rehearsal?.minutes).toBe(6);
    expect(drift(workshop(), START)).toBeNull();
  });

  it("keeps to the slot that was announced, and to the timer where it was made longer", () => {
    const runs = [{ step: "welcome", at: START }];
    const timer = { running: true, ends_at: START + 15 * MIN, total_ms: 15 * MIN };
    const found = drift(workshop({ step: "welcome", runs, timer, slot_minutes: 70 }), START + MIN);
    expect(found?.minutes).toBe(-10);
  });

  it("puts the faces of a sheet on one line, and warns where the kit gives another time", () => {
    const lines = blocks(timetable(workshop({ step: "je" }), START));
    expect(lines.map((line) => [line.title, line.minutes, line.state])).toEqual([
      ["welcome", 0, "skipped"],
      ["Fiche 2", 35, "now"],
      ["gov", 10, "next"],
    ]);
    expect(lines.map((line) => line.outside)).toEqual([null, null, [30, 60]]);
  });

  it("lets canvases take an hour each, as the organiser's page does", () => {
    const canvases = (gov: number, eco: number) => {
      const steps = [
        step("gov", gov, "governance", "convergence"),
        step("eco", eco, "economic", "convergence"),
      ];
      return blocks(timetable(workshop({ agenda: { id: "a", steps } }), START))[0]?.outside;
    };
    expect(canvases(35, 35)).toBeNull();
    expect(canvases(10, 15)).toEqual([30, 60]);
    expect(canvases(70, 60)).toEqual([30, 60]);
  });

  it("counts no delay of a workshop that is over", () => {
    const runs = [{ step: "welcome", at: START }];
    expect(drift(workshop({ step: "welcome", runs, status: "closed" }), START + 900 * MIN)).toBeNull();
  });

  it("takes other minutes for steps that are still there, and leaves the others as they are", () => {
    const theirs = [{ ...step("gov", 20), title: "Renommée" }, step("new", 5)];
    const minutes = new Map([
      ["gov", 7],
      ["gone", 9],
    ]);
    expect(withMinutes(theirs, minutes).map((one) => [one.title, one.minutes])).toEqual([
      ["Renommée", 7],
      ["new", 5],
    ]);
  });

  it("says it as people do", () => {
    const { before, after } = driftWords({ end: START, minutes: 6 });
    expect(before).toBe("Fin prévue à ");
    expect(after).toBe(", six minutes de plus que l’horaire annoncé.");
    const hours = driftWords({ end: START, minutes: 113 }).after.replaceAll("\u00a0", " ");
    expect(hours).toBe(", 1 h 53 de plus que l’horaire annoncé.");
    expect(driftWords({ end: START, minutes: 0 }).after).toBe(", comme annoncé.");
    expect(hour(START)).toMatch(/^\d+\u00a0h\u00a0\d\d$/);
    expect(digits(107_400)).toBe("01:48");
  });
});

const NOW = START + 30 * MIN;
const seen = (id: string, more: Partial<Seen> = {}): Seen => ({
  id,
  name: id,
  group: "g1",
  online: true,
  since: START,
  handAt: null,
  ready: false,
  counts: { notes: 3, last_at: NOW },
  ...more,
});
const facts = (people: Seen[], more: Partial<Facts> = {}): Facts => ({
  now: NOW,
  people,
  groups: [{ id: "g1", name: "Hêtre" }],
  writingSince: START,
  endedAt: null,
  voices: true,
  ...more,
});
const kinds = (found: Facts) => attention(found).map((item) => `${item.kind} ${item.name}`.trim());

describe("what deserves a look", () => {
  it("puts hands first, the oldest of each first", () => {
    const people = [
      seen("Fanny", { online: false, since: NOW - MIN }),
      seen("Hélène", { counts: { notes: 1, last_at: NOW - 9 * MIN } }),
      seen("Odile", { group: null, since: NOW - 2 * MIN }),
      seen("Malik", { handAt: NOW - MIN }),
      seen("Lena", { handAt: NOW - 2 * MIN }),
    ];
    expect(kinds(facts(people, { endedAt: NOW }))).toEqual([
      "hand Lena",
      "hand Malik",
      "ended",
      "waiting Odile",
      "silence Hélène",
      "offline Fanny",
    ]);
  });

  it("has one line for who waits and raises a hand, and says where they are", () => {
    const [item, ...more] = attention(facts([seen("Odile", { group: null, handAt: NOW - 2 * MIN })]));
    if (!item) throw new Error("nobody raises a hand");
    expect(more).toEqual([]);
    expect(feedWords(item, NOW).where).toBe("Salle d’attente, il y a 2\u00a0min");
  });

  it("calls nobody silent before eight minutes of an open step, nor when counts are off", () => {
    const quiet = (more: Partial<Seen> = {}) =>
      seen("Hélène", { counts: { last_at: NOW - 9 * MIN }, ...more });
    expect(kinds(facts([quiet()]))).toEqual(["silence Hélène"]);
    expect(kinds(facts([quiet()], { writingSince: NOW - 7 * MIN }))).toEqual([]);
    expect(kinds(facts([quiet()], { writingSince: null }))).toEqual([]);
    expect(kinds(facts([quiet()], { voices: false }))).toEqual([]);
    expect(kinds(facts([quiet({ counts: null })]))).toEqual([]);
    expect(kinds(facts([quiet({ since: NOW - MIN })]))).toEqual([]); // has just come
    expect(kinds(facts([quiet({ counts: { hidden: 1, last_at: NOW } })]))).toEqual([]); // writes a draft
  });

  it("says that one person wrote more than half of eight notes, among three people or more", () => {
    const table = (...notes: number[]) =>
      notes.map((n, at) => seen(`p${at}`, { counts: { notes: n, last_at: NOW } }));
    expect(attention(facts(table(9, 4, 3)))).toMatchObject([{ kind: "imbalance", notes: 9, of: 16 }]);
    expect(kinds(facts(table(8, 4, 4)))).toEqual([]);
    expect(kinds(facts(table(5, 1, 1)))).toEqual([]);
    expect(kinds(facts(table(9, 1)))).toEqual([]);
    expect(kinds(facts(table(9, 4, 3), { voices: false }))).toEqual([]);
  });

  it("does not call offline who was away before, or for a moment", () => {
    expect(kinds(facts([seen("Fanny", { online: false, since: null })]))).toEqual([]);
    expect(kinds(facts([seen("Fanny", { online: false, since: NOW - 5_000 })]))).toEqual([]);
  });

  it("has words that describe", () => {
    const [item] = attention(facts([seen("Hélène", { counts: { last_at: NOW - 9 * MIN } })]));
    if (!item) throw new Error("nobody is silent");
    expect(cardWords(item, NOW)).toBe("Hélène n’a rien écrit depuis 9\u00a0min.");
    expect(feedWords(item, NOW)).toEqual({
      name: "Hélène",
      what: "n’a rien écrit",
      where: "Hêtre, 9\u00a0min",
    });
  });
});

describe("a card", () => {
  const here = { readyAsked: false, hidden: null, locked: false, notes: 4 };
  const chip = (people: Seen[], more = {}) =>
    chipWords(chipOf(facts(people), "g1", { ...here, ...more })).words;

  it("says one thing of a group: hands, then who wrote in silence, then its pace", () => {
    const three = ["a", "b", "c"].map((id) => seen(id));
    expect(chip(three)).toBe("rythme équilibré");
    expect(chip(three, { hidden: 2 })).toBe("2 sur 3 ont écrit");
    expect(chip(three, { readyAsked: true })).toBe("c’est bon\u00a0: 0 sur 3");
    expect(chip([...three, seen("d", { handAt: NOW })], { hidden: 2 })).toBe("main levée");
    expect(chip([seen("a", { online: false })])).toBe("personne en ligne");
    expect(chip([seen("a")])).toBe("4 notes");
  });

  it("has a sentence that its chip does not say yet", () => {
    const [malik, helene] = [
      seen("Malik", { handAt: NOW }),
      seen("Hélène", { counts: { last_at: NOW - 9 * MIN } }),
    ];
    expect(sentenceOf(attention(facts([malik, helene])), "g1")?.kind).toBe("silence");
    expect(sentenceOf(attention(facts([malik])), "g1")?.kind).toBe("hand");
    expect(sentenceOf([], "g1")).toBeNull();
  });
});

describe("the action of the moment", () => {
  const quiet: Now = { now: START, hidden: 0, turnout: {} };
  const what = (more: Partial<Workshop>, now: Partial<Now> = {}) =>
    moment(workshop(more), { ...quiet, ...now })?.do;
  const runs = [{ step: "je", at: START }];

  it("goes with the workshop: open, begin, start the time, go on, close", () => {
    expect(what({ status: "draft" })).toBe("open");
    expect(what({})).toBe("first");
    expect(what({ step: "je", runs })).toBe("start");
    const running = { running: true, ends_at: START + MIN, total_ms: MIN };
    expect(what({ step: "je", runs, timer: running })).toBe("next");
    const paused = { running: false, remaining_ms: 5, total_ms: MIN };
    expect(what({ step: "je", runs, timer: paused })).toBe("resume");
    expect(what({ step: "je", runs }, { now: START + 15 * MIN })).toBe("next");
    const last = { step: "gov", runs: [{ step: "gov", at: START }] };
    expect(what(last, { now: START + 11 * MIN })).toBe("close");
    expect(what({ status: "closed" })).toBeUndefined();
  });

  it("is to reveal as long as notes wait, and to close a vote that all have cast", () => {
    expect(what({ step: "je", runs }, { hidden: 3 })).toBe("reveal");
    const votes = [{ id: "v1", open: true }] as NonNullable<Workshop["votes"]>;
    expect(what({ step: "je", runs, votes }, { turnout: { v1: { n: 2, of: 3 } } })).toBe("start");
    const all = { hidden: 3, turnout: { v1: { n: 3, of: 3 } } };
    expect(what({ step: "je", runs, votes }, all)).toBe("close_vote");
  });
});

it("a group lacking somebody's profile is advised, else the smallest", () => {
  const groups = ["a", "b", "c"].map((id) => ({
    id,
    name: id,
    rooms: { exploration: "", convergence: "" },
  }));
  const at = (id: string, group: string, profile: Person["profile"] = null) =>
    ({ id, group, profile }) as Person;
  const people = [
    at("1", "a", "user"),
    at("2", "a"),
    at("3", "b", "user"),
    at("4", "c"),
    at("5", "c"),
    at("6", "c"),
  ];
  expect(advised(groups, people, { id: "x" }).map((one) => one.id)).toEqual(["b", "a", "c"]);
  const user = { id: "x", profile: "user" as const };
  expect(advised(groups, people, user).map((one) => one.id)).toEqual(["c", "b", "a"]);
});

describe("a press", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("counts once, also when the button means something else right after", async () => {
    const done: string[] = [];
    let meant = "open";
    const steady = new Steady(() => steady.means(meant));
    const press = () => steady.press(async () => void done.push(meant));
    expect(steady.means(meant)).toBe(true);
    const first = press();
    void press(); // while the first is under way
    await first;
    meant = "begin";
    expect(steady.means(meant)).toBe(false);
    await press();
    expect(done).toEqual(["open"]);
    vi.advanceTimersByTime(REST_MS);
    expect(steady.means(meant)).toBe(true);
    await press();
    expect(done).toEqual(["open", "begin"]);
  });

  it("does not count right after somebody else changed what it would do", async () => {
    const redrawn = vi.fn();
    const steady = new Steady(redrawn);
    steady.means("je");
    steady.means("nous");
    const act = vi.fn(async () => {});
    await steady.press(act);
    expect(act).not.toHaveBeenCalled();
    vi.advanceTimersByTime(REST_MS);
    expect(redrawn).toHaveBeenCalledTimes(1);
    await steady.press(act);
    expect(act).toHaveBeenCalledTimes(1);
  });

  it("of a key that is held counts once", () => {
    const host = document.createElement("div");
    const button = document.createElement("button");
    host.append(button);
    pressOnce(host);
    const passes = (repeat: boolean) =>
      button.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", repeat, bubbles: true, cancelable: true }),
      );
    expect([passes(false), passes(true)]).toEqual([true, false]);
  });
});

describe("what the console knows", () => {
  const hetre = { id: "g1", name: "Hêtre", rooms: { exploration: "r1", convergence: "r2" } } as Group;
  const nadia = { id: "p1", name: "Nadia", role: "participant", group: "g1" } as Person;
  const told = (more: Partial<Workshop> = {}) =>
    workshop({ revision: 1, plenary: "r0", groups: [hetre], people: [nadia], boards: {}, ...more });
  const said: string[] = [];

  function open(): Console {
    Link.all = [];
    said.length = 0;
    const announcer = { say: (words: string) => said.push(words) } as unknown as Announcer;
    const data = { workshop: told(), person: { id: "me" }, templates: [{ id: "sheet2.verso" }], base: "" };
    return new Console(data as unknown as ConsoleData, announcer);
  }

  it("is not upset by what another browser shows of itself", () => {
    const app = open();
    const link = Link.all[1] as Link;
    link.states = [{ board: 5, user: { id: "p1" } }, { user: null }, { user: { id: 7 } }, 3];
    expect(app.boardOf(hetre)).toBe("sheet1.verso");
    link.states = [{ board: "sheet2.verso", user: { id: "p1" } }];
    expect(app.boardOf(hetre)).toBe("sheet2.verso");
    expect(app.facts.people[0]?.online).toBe(true);
  });

  it("calls nobody away while one of the rooms is not heard", () => {
    const app = open();
    const link = Link.all[1] as Link;
    link.states = [{ user: { id: "p1" } }];
    expect([app.online, app.facts.people[0]?.online]).toEqual([true, true]);
    link.online = false;
    expect([app.online, app.facts.people[0]?.online]).toEqual([false, true]);
  });

  it("takes it as news when others tell the same of themselves after a break", () => {
    open();
    const link = Link.all[1] as Link;
    link.awareness.meta.set(0, {}).set(12, {});
    link.events.changed();
    expect([...link.awareness.meta.keys()]).toEqual([0, 12]);
    link.online = false;
    link.events.changed();
    expect([...link.awareness.meta.keys()]).toEqual([0]);
  });

  it("draws a state once, however many rooms tell it, and not within the frame that told it", async () => {
    const app = open();
    const drawn = vi.fn();
    app.onChange(drawn);
    for (const { events } of Link.all) events.state(told({ revision: 2 }));
    expect(drawn).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(drawn).toHaveBeenCalledTimes(1);
  });

  it("lets go of somebody who was taken and is no participant any more", () => {
    const app = open();
    app.picked = "p1";
    Link.all[0]?.events.state(told({ revision: 2, people: [] }));
    expect(app.picked).toBeNull();
    expect(said).toHaveLength(1);
  });

  it("asks for the workshop once, however many rooms say that there is a newer one", async () => {
    const app = open();
    const asked = vi.fn(async () => Response.json(told({ revision: 9 })));
    vi.stubGlobal("fetch", asked);
    for (const { events } of Link.all) events.greeted(9);
    await vi.waitFor(() => expect(app.workshop.revision).toBe(9));
    expect(asked).toHaveBeenCalledTimes(1);
    vi.unstubAllGlobals();
  });
});
