// @vitest-environment happy-dom
// Being led by facilitation: to another board, to another room, to the next step.

import * as encoding from "lib0/encoding";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addComment } from "../src/board/actions";
import { Atelier } from "../src/board/atelier";
import { Calls } from "../src/conduct/calls";
import { toggleHand } from "../src/conduct/hands";
import { Journey } from "../src/conduct/journey";
import { Leading } from "../src/conduct/leading";
import { NOTICE_MS, stepAfter } from "../src/model/follow";
import type { PageData, Workshop } from "../src/model/page";
import { clock } from "../src/sync/clock";
import type { Announcer } from "../src/ui/announce";

const timer = { ends_at: null, paused_ms: null, total_ms: 0 };
const steps = ["s1", "s2", "s3"].map((id) => ({ id, title: id, minutes: 5, mode: "groups", board: null }));
const workshop = (more: Partial<Workshop> = {}) =>
  ({
    id: "w",
    revision: 1,
    agenda: { id: "a", steps },
    step: "s1",
    timer,
    groups: [{ id: "g1", name: "Hêtre", timer }],
    people: [
      { id: "nadia", name: "Nadia", role: "facilitator", colour: "ciel", group: "g1", stakeholder: "s1" },
    ],
    stakeholders: [],
    boards: {},
    frozen: false,
    board_rooms: { governance: "convergence", economic: "plenary" },
    ...more,
  }) as unknown as Workshop;

const template = (id: string, sheet: number | null, side: string | null) => ({
  id,
  sheet,
  side,
  title: id,
  page: "A4L",
  zones: [{ id: "rules", n: 1, title: "Règles", mirror: null }],
});

class Socket {
  static readonly OPEN = 1;
  static all: Socket[] = [];
  readyState = 1;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  constructor(readonly address: string) {
    Socket.all.push(this);
  }
  send(): void {}
  close(): void {}

  event(event: Record<string, unknown>): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 64);
    encoding.writeVarString(encoder, JSON.stringify(event));
    const { buffer, byteOffset, byteLength } = encoding.toUint8Array(encoder);
    this.onmessage?.({ data: buffer.slice(byteOffset, byteOffset + byteLength) });
  }

  greet(): void {
    const person = workshop().people[0];
    const rights = { write: true };
    this.event({
      type: "hello",
      person,
      lineage: "aa",
      entry: 0,
      client_id: Socket.all.indexOf(this) + 1,
      rights,
      server_time: Date.now(),
      durability: "disk",
      revision: 1,
    });
  }
}

function page(board = "sheet1.verso"): Atelier {
  const data = {
    base: "",
    board,
    group: "g1",
    person: workshop().people[0],
    workshop: workshop(),
    templates: [
      template("sheet1.verso", 1, "nous"),
      template("sheet2.verso", 2, "nous"),
      template("sheet3.verso", 3, "nous"),
      template("governance", null, null),
      template("economic", null, null),
    ],
    notes: [],
    rooms: { exploration: "w-g1", convergence: "w-g1-c", plenary: "w-p" },
  } as unknown as PageData;
  const announcer = { say: vi.fn(), interrupt: vi.fn() } as unknown as Announcer;
  const app = new Atelier(data, announcer, "list");
  Socket.all.at(-1)?.greet();
  return app;
}

const state = (more: Partial<Workshop>) =>
  Socket.all[0]?.event({ type: "state", workshop: workshop({ revision: 2, ...more }) });

let sent: Record<string, unknown>[];
let answer: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  Socket.all = [];
  sent = [];
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("fetch", (_where: string, { body = "{}" }: { body?: string } = {}) => {
    sent.push(JSON.parse(body) as Record<string, unknown>);
    return new Promise((done) => {
      answer = () => done(new Response("{}"));
    });
  });
  document.body.innerHTML = '<div id="list"><div class="cmp"><input name="text"></div></div>';
  sessionStorage.clear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a canvas that the agenda brings to another room", () => {
  it("is shown from there, and what fails in one part does not stop the others nor the connection", () => {
    const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
    const app = page("governance");
    const seen: string[] = [];
    app.on("board", () => seen.push(app.connection.room));
    app.on("workshop", () => {
      throw new Error("one part");
    });
    app.on("workshop", () => seen.push("workshop"));
    app.select("n1");
    state({ board_rooms: { governance: "plenary", economic: "plenary" } });
    expect(seen).toEqual(["w-p", "workshop"]);
    expect(app.selected).toBeNull();
    expect(app.rooms.map(({ room }) => room)).toEqual(["w-p", "w-g1-c"]);
    expect(app.rooms[1]?.online).toBe(true);
    expect(complaints).toHaveBeenCalledOnce();
    complaints.mockRestore();
  });
});

describe("what is answered at a canvas that was brought together", () => {
  it("goes to the room that is looked at", () => {
    const app = page("governance");
    expect(app.groupFor("governance")).toBe("g1");
    expect(app.groupFor("economic")).toBeNull(); // it is the plenary's
    state({ pooled: ["governance"] });
    expect(app.groupFor("governance")).toBe("g1");
    app.lookTogether(true);
    expect(app.groupFor("governance")).toBeNull();
    app.lookTogether(false);
    expect(app.groupFor("governance")).toBe("g1");
  });
});

describe("what stood in the list's field", () => {
  const field = () => document.querySelector("input") as HTMLInputElement;
  const go = (journey: Journey, board: string) => journey.go({ board, zone: null, note: null });

  it("is kept however often the page is led away", () => {
    const app = page();
    const journey = new Journey(app, () => null);
    field().value = "première idée";
    go(journey, "sheet2.verso");
    field().value = "seconde idée";
    go(journey, "sheet3.verso");
    expect(app.noticeAbout("typed")?.copies).toEqual(["première idée", "seconde idée"]);
    journey.back();
    expect([app.board, field().value]).toEqual(["sheet1.verso", "première idée"]);
    expect(app.noticeAbout("typed")?.copies).toEqual(["seconde idée"]);
  });

  it("brings nobody back who has gone on by themselves", () => {
    const app = page();
    const journey = new Journey(app, () => null);
    go(journey, "sheet2.verso");
    app.show("governance");
    expect(app.noticeAbout("back")).toBeUndefined();
    go(journey, "sheet3.verso");
    journey.back();
    expect(app.board).toBe("governance");
  });
});

describe("a call", () => {
  const people = workshop().people.map((person) => ({ ...person, role: "participant" as const }));
  const call = (id: string, board: string, revision: number) => {
    const summons = { id, by: "ines", board, zone: null, group: null, may_stay: true, at: clock.now() };
    state({ revision, people, summons });
  };
  /** Somebody who takes part, and hears calls. */
  function participant(): Atelier {
    const app = page();
    state({ people });
    new Calls(app, new Journey(app, () => null), () => {});
    return app;
  }

  it("waits while a dialog is open, and the seconds begin when that is closed", () => {
    const app = participant();
    const dialog = document.createElement("dialog");
    dialog.setAttribute("open", "");
    document.body.append(dialog);
    call("c1", "sheet2.verso", 3);
    vi.advanceTimersByTime(2 * NOTICE_MS);
    expect(app.board).toBe("sheet1.verso");
    dialog.removeAttribute("open");
    dialog.dispatchEvent(new Event("close"));
    vi.advanceTimersByTime(NOTICE_MS - 1);
    expect(app.board).toBe("sheet1.verso");
    vi.advanceTimersByTime(2);
    expect(app.board).toBe("sheet2.verso");
  });

  it("is declined with Escape, and is none for who is there", () => {
    const app = participant();
    call("c1", "sheet2.verso", 3);
    expect(app.announcer.interrupt).toHaveBeenCalledOnce();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    vi.advanceTimersByTime(2 * NOTICE_MS);
    expect(app.board).toBe("sheet1.verso");
    call("c2", "sheet1.verso", 4);
    expect(app.announcer.interrupt).toHaveBeenCalledOnce();
    call("c3", "sheet2.verso", 5);
    expect(app.announcer.interrupt).toHaveBeenCalledTimes(2);
  });
});

describe("keys that are held", () => {
  it("ask for one step, by its name, and raise a hand once", async () => {
    const app = page();
    new Leading(app, () => {});
    const key = { key: "ArrowRight", ctrlKey: true, altKey: true, bubbles: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", key));
    document.body.dispatchEvent(new KeyboardEvent("keydown", { ...key, repeat: true }));
    document.body.dispatchEvent(new KeyboardEvent("keydown", key));
    expect(sent).toEqual([{ type: "step.go", step: "s2" }]);
    answer();
    sent = [];
    void toggleHand(app);
    void toggleHand(app);
    expect(sent).toEqual([{ type: "hand.raise" }]);
  });

  it("know what comes next", () => {
    expect(stepAfter(workshop({ step: null }))).toBe("s1");
    expect(stepAfter(workshop({ step: "s3" }))).toBeNull();
  });
});

describe("a comment", () => {
  it("is only said of a note that is there", () => {
    const app = page();
    expect(addComment(app, "n1", "perdu ?", app.document)).toBe(false);
    expect(app.document?.contents.commentsOf("n1")).toEqual([]);
  });
});
