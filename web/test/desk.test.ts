import { html, nothing, render } from "lit";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Desk, type DeskData } from "../src/desk/desk";
import { frame } from "../src/desk/frame";
import { follow } from "../src/desk/live";
import {
  advices,
  allSilent,
  asEdit,
  minutesOf,
  moved,
  samePlan,
  sheetPerGroup,
  silentVersos,
  stepped,
  total,
} from "../src/desk/plan";
import { chaptersDone, exchange, lacksUsers, readiness } from "../src/desk/ready";
import { against, duration, withoutGroup } from "../src/desk/words";
import type { Person, Profile, Step, Workshop } from "../src/model/page";
import { dayOf, inTown, timeOf, townOf } from "../src/model/when";
import { setLanguage } from "../src/ui/i18n";
import { keepingFocus } from "../src/ui/keep-focus";

const step = (id: string, minutes: number, board: string | null = null, more: Partial<Step> = {}): Step => ({
  id,
  phase: "exploration",
  minutes,
  mode: board?.endsWith(".recto") ? "each" : "group",
  board,
  title: id,
  ...more,
});
const sheet = (n: number, je: number, nous: number) => [
  step(`je${n}`, je, `sheet${n}.recto`),
  step(`nous${n}`, nous, `sheet${n}.verso`),
];
const person = (
  id: string,
  group: string | null,
  profile: Profile | null,
  role: Person["role"] = "participant",
): Person => ({
  id,
  name: id,
  role,
  colour: "citron",
  mark: "disc",
  group,
  stakeholder: id,
  profile,
});
const group = (id: string) => ({
  id,
  name: id.toUpperCase(),
  rooms: { exploration: "", convergence: "" },
  sheet: null,
});
const crowd = (id: string, profiles: (Profile | null)[]) =>
  profiles.map((profile, n) => person(`${id}${n}`, id, profile));

function workshop(more: Partial<Workshop>): Workshop {
  return {
    id: "w",
    title: "Trajets communs",
    commons: "",
    code: "",
    revision: 1,
    expires_at: 0,
    agenda: { id: "a", steps: [...sheet(1, 10, 20), step("gov", 35, "governance")] },
    step: null,
    timer: { running: false, total_ms: 0 },
    groups: [group("g1"), group("g2")],
    plenary: "",
    people: [],
    stakeholders: [],
    boards: {},
    frozen: false,
    ...more,
  };
}
const states = (w: Workshop, seen = { shared: false, tried: false }) =>
  Object.fromEntries(readiness(w, seen).map((item) => [item.id, item.state]));

/** No-break spaces are the business of typography. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

beforeAll(() => setLanguage("fr", {}));

describe("what the kit advises", () => {
  it("is for both faces of a sheet together", () => {
    expect(advices(sheet(2, 10, 20))).toMatchObject([{ about: "sheet2", minutes: 30, fits: true }]);
    expect(advices(sheet(2, 10, 19))[0]?.fits).toBe(false);
    expect(advices(sheet(2, 18, 28))[0]?.fits).toBe(false);
  });
  it("lets each canvas take an hour, and both together not less than half of one", () => {
    const both = (gov: number, eco: number) =>
      advices([step("g", gov, "governance"), step("e", eco, "economic")])[0]?.fits;
    expect([both(15, 15), both(35, 35), both(60, 60)]).toEqual([true, true, true]);
    expect([both(10, 19), both(61, 60)]).toEqual([false, false]);
    expect(advices([step("g", 61, "governance")])[0]?.fits).toBe(false);
  });
  it("is silent about steps without a support", () => {
    expect(advices([step("pause", 5)])).toEqual([]);
  });
  it("knows the sheet of a group, whichever it is", () => {
    const own = [step("je", 18, "assigned.recto"), step("nous", 27, "assigned.verso")];
    expect(advices(own)).toMatchObject([{ about: "assigned", minutes: 45, fits: true }]);
    expect(sheetPerGroup(own)).toBe(true);
  });
});

describe("minutes", () => {
  it("go to the next five, up and down, within limits", () => {
    expect([stepped(18, true), stepped(18, false), stepped(20, true), stepped(20, false)]).toEqual([
      20, 15, 25, 15,
    ]);
    expect([stepped(1, false), stepped(3, false), stepped(600, true)]).toEqual([1, 1, 600]);
  });
  it("are whole and possible, whatever is typed", () => {
    expect([minutesOf(0), minutesOf(12.4), minutesOf(10_000)]).toEqual([1, 12, 600]);
  });
  it("are said against the slot", () => {
    expect(total([{ minutes: 200 }, { minutes: 30 }])).toBe(230);
    expect(plain(`${duration(230)} ${against(230, 240)}`)).toBe("3 h 50 sur 4 h, dix minutes de marge");
    expect(plain(against(250, 240))).toBe("sur 4 h, dix minutes de trop");
    expect(plain(against(241, 240))).toBe("sur 4 h, une minute de trop");
    expect(plain(against(330, 240))).toBe("sur 4 h, 1 h 30 de trop");
    expect(plain(against(240, 240))).toBe("sur 4 h, tout juste");
    expect(against(240, null)).toBe("sans horaire annoncé");
  });
});

describe("the agenda", () => {
  it("moves one to its new place among the others", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b"], 5, 0)).toEqual(["a", "b"]);
  });
  it("makes all versos silent, and only them", () => {
    const steps = silentVersos(
      [...sheet(1, 5, 5), step("gov", 5, "governance", { writing: "anonymous" })],
      true,
    );
    expect(steps.map((one) => one.writing)).toEqual([undefined, "silent", "anonymous"]);
    expect([allSilent(steps), allSilent(silentVersos(steps, false)), allSilent([])]).toEqual([
      true,
      false,
      false,
    ]);
  });
  it("says what an edit says, an id only where there is one", () => {
    const { id: _, ...made } = step("x", 5);
    expect(asEdit(made)).not.toHaveProperty("id");
    expect(asEdit(step("x", 5))).toMatchObject({
      id: "x",
      rights: "write",
      writing: "open",
      lock_at_end: false,
    });
    expect(samePlan([step("x", 5)], [step("x", 5, null, { rights: "write" })])).toBe(true);
    expect(samePlan([step("x", 5)], [step("x", 6)])).toBe(false);
  });
});

describe("readiness", () => {
  it("has everything to do at first", () => {
    const steps = sheet(1, 5, 5);
    expect(states(workshop({ agenda: { id: "a", steps } }))).toEqual({
      date: "todo",
      durations: "warn",
      facilitation: "todo",
      groups: "todo",
      shared: "todo",
      tried: "todo",
    });
  });
  it("has nothing left to do", () => {
    const full: Profile[] = ["lead", "contributor", "contributor", "user", "user"];
    const people = [
      ...crowd("g1", full),
      ...crowd("g2", full),
      person("o", null, null, "organiser"),
      person("f", null, null, "facilitator"),
    ];
    const ready = workshop({ starts_at: 1, people });
    expect(new Set(Object.values(states(ready, { shared: true, tried: true })))).toEqual(new Set(["ok"]));
    expect(readiness(ready, { shared: true, tried: true }).map((item) => item.words)).toContain(
      "Deux personnes à l’animation",
    );
    expect([...chaptersDone(ready, { shared: true, tried: true }, new Set())]).not.toContain("droits");
    expect(chaptersDone(ready, { shared: true, tried: true }, new Set(["droits"])).size).toBe(5);
  });
  it("says when it is longer than announced", () => {
    expect(states(workshop({ slot_minutes: 60 })).slot).toBe("warn");
    expect(states(workshop({ slot_minutes: 65 })).slot).toBeUndefined();
  });
  it("looks at each group: too few, nobody who uses, no sheet, nobody placed", () => {
    const people = [
      ...crowd("g1", ["lead", "user"]),
      ...crowd("g2", ["lead", null, null, null, null]),
      person("late", null, null),
    ];
    const found = states(workshop({ people }));
    expect(found).toMatchObject({ "size-g1": "warn", "users-g2": "warn", waiting: "warn" });
    expect(found).not.toHaveProperty("users-g1");
    const own = workshop({ people, agenda: { id: "a", steps: [step("n", 40, "assigned.verso")] } });
    expect(states(own)).toMatchObject({ "sheet-g1": "warn", "sheet-g2": "warn" });
  });
});

describe("a group without users", () => {
  const people = [...crowd("g1", ["lead", "contributor"]), ...crowd("g2", ["user", "user", "lead"])];
  it("is one only where somebody says what they are", () => {
    expect(lacksUsers(workshop({ people }), "g1")).toBe(true);
    expect(lacksUsers(workshop({ people: crowd("g1", [null, null]) }), "g1")).toBe(false);
  });
  it("exchanges one with the group that has several; who carries the project stays", () => {
    const trade = exchange(workshop({ people }), "g1");
    expect([trade?.give.id, trade?.take.id, trade?.with.id]).toEqual(["g11", "g20", "g2"]);
  });
  it("has nobody to exchange with when each other group has one", () => {
    const few = [...crowd("g1", ["lead"]), ...crowd("g2", ["user", "lead"])];
    expect(exchange(workshop({ people: few }), "g1")).toBeNull();
  });
});

describe("when it is", () => {
  const noon = Date.UTC(2026, 2, 12, 13, 0);
  it("is said in the reader's time zone", () => {
    expect(plain(`${dayOf(noon, "fr", "Europe/Paris")} ${timeOf(noon, "fr", "Europe/Paris")}`)).toBe(
      "jeudi 12 mars 14 h",
    );
    expect(plain(timeOf(noon + 300_000, "fr", "Asia/Kolkata"))).toBe("18 h 35");
    expect(`${dayOf(noon, "en", "Europe/Paris")} ${timeOf(noon, "en", "Europe/Paris")}`).toBe(
      "Thursday 12 March 14:00",
    );
    expect(dayOf(Date.UTC(2026, 2, 1, 12), "fr", "UTC")).toBe("dimanche 1er mars");
  });
  it("names the town of the zone", () => {
    expect(inTown("heure de {city}", townOf("America/New_York"))).toBe("heure de New York");
    expect(inTown("heure de {city}", townOf("Europe/Amsterdam"))).toBe("heure d’Amsterdam");
  });
});

const MARCH = new Date("2027-03-10T14:00").getTime();

/** The organiser's page with a server that answers what a test says; what was asked of it. */
class Page {
  readonly asked: Record<string, unknown>[] = [];
  readonly desk: Desk;
  /** What the server holds. */
  stored: Workshop;
  refuses: ((fields: Record<string, unknown>) => string | null) | null = null;

  constructor(more: Partial<Workshop> = {}) {
    this.stored = workshop({ status: "draft", ...more });
    this.desk = new Desk({ workshop: this.stored, supports: [], agendas: [] } as unknown as DeskData);
    vi.stubGlobal("fetch", async (_: string, { body }: { body?: string } = {}) => {
      if (body === undefined) return Response.json(this.stored);
      const fields = JSON.parse(body) as Record<string, unknown>;
      this.asked.push(fields);
      const reason = this.refuses?.(fields);
      if (reason) return Response.json({ key: reason, detail: reason }, { status: 409 });
      this.store((fields.type === "agenda.edit" ? {} : fields) as Partial<Workshop>, fields.steps as Step[]);
      return Response.json({ revision: this.stored.revision });
    });
  }

  store(more: Partial<Workshop>, steps: Step[] = this.stored.agenda.steps): Workshop {
    const agenda = { id: "a", steps };
    this.stored = { ...this.stored, ...more, agenda, revision: this.stored.revision + 1 };
    return this.stored;
  }

  get agendas(): unknown[] {
    return this.asked.filter(({ type }) => type === "agenda.edit");
  }
}

/** Answers come, and what waits for its moment goes out. */
const settled = () => vi.advanceTimersByTimeAsync(1_000);

describe("an agenda that two people edit", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const longer = (steps: readonly Step[]) => steps.map((one) => ({ ...one, minutes: one.minutes + 5 }));

  it("is not sent over one that came while it waited for its moment", async () => {
    const page = new Page();
    page.desk.edit(longer(page.desk.steps));
    const theirs = page.stored.agenda.steps.map((one) => ({ ...one, title: "Renommée" }));
    page.desk.take(page.store({}, theirs));
    await settled();
    expect(page.agendas).toEqual([]);
    expect(page.desk.steps.map(({ title }) => title)).toEqual(theirs.map(() => "Renommée"));
    expect(page.desk.notice?.kind).toBe("info");
    expect(page.desk.saving).toBe("saved");
  });

  it("follows its own changes, one after the other", async () => {
    const page = new Page();
    page.desk.edit(longer(page.desk.steps));
    await vi.advanceTimersByTimeAsync(250);
    page.desk.edit(longer(page.desk.steps));
    await settled();
    page.desk.edit(longer(page.desk.steps));
    await settled();
    expect(page.desk.notice).toBeNull();
    expect(page.stored.agenda.steps[0]?.minutes).toBe(25);
  });

  it("is saved although something before it went wrong", async () => {
    const page = new Page();
    const wrong = () => {
      throw new Error("a drawing went wrong");
    };
    page.desk.onChange(() => page.asked.length === 1 && wrong());
    await expect(page.desk.ask({ type: "workshop.edit", commons: "Un vélo" })).rejects.toThrow();
    page.asked.length = 0;
    await page.desk.ask({ type: "person.move", person: "p" }).catch(() => undefined);
    expect(page.asked).toHaveLength(1);
  });
});

describe("what nobody answered", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is no error any more once the server is there again", async () => {
    const { desk } = new Page();
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("away")));
    await desk.ask({ type: "share.start", names: "none" });
    expect([desk.notice?.kind, desk.saving]).toEqual(["danger", "failed"]);
    desk.back();
    expect([desk.notice?.kind, desk.saving]).toEqual(["info", "saved"]);
  });

  it("is not what was refused, which stays until something else is asked", async () => {
    const page = new Page();
    page.refuses = () => "no";
    await page.desk.ask({ type: "person.move", person: "p" });
    page.desk.back();
    expect([page.desk.notice?.words, page.desk.saving]).toEqual(["no", "failed"]);
    page.refuses = null;
    await page.desk.ask({ type: "person.move", person: "p" });
    expect([page.desk.notice, page.desk.saving]).toEqual([null, "saved"]);
  });
});

describe("the focus on a page that is drawn anew", () => {
  const box = document.createElement("div");
  const button = (words: string) => html`<p>${words}</p><button>${words}</button>`;
  beforeEach(() => document.body.append(box));
  afterEach(() => {
    render(nothing, box);
    box.remove();
  });

  it("goes from a button that went away to the one in its place, and from no other", () => {
    render(html`<i>${button("close")}</i>`, box);
    box.querySelector("button")?.focus();
    keepingFocus(() => render(html`<b>${button("reopen")}</b>`, box));
    expect(document.activeElement?.textContent).toBe("reopen");
    (document.activeElement as HTMLElement).blur();
    keepingFocus(() => render(html`<i>${button("close")}</i>`, box));
    expect(document.activeElement).toBe(document.body);
  });
});

describe("the fields of the frame", () => {
  let page: Page;
  let host: HTMLElement;
  const input = (kind: string) => host.querySelector<HTMLInputElement>(kind) as HTMLInputElement;
  const tell = (field: HTMLElement, kind: string) => field.dispatchEvent(new Event(kind, { bubbles: true }));

  beforeEach(() => {
    page = new Page({ starts_at: MARCH });
    host = document.createElement("div");
    document.body.replaceChildren(host);
    const paint = () => render(frame(page.desk), host);
    page.desk.onChange(paint);
    paint();
  });
  afterEach(() => {
    render(nothing, host);
    vi.unstubAllGlobals();
  });

  it("save a date once it is left, and never none while it is typed", async () => {
    const date = input("[type=datetime-local]");
    expect(date.value).toBe("2027-03-10T14:00");
    date.focus();
    for (const value of ["", "2030-01-12T14:00", "2030-12-12T14:00"]) {
      date.value = value;
      tell(date, "change");
      page.desk.changed();
      expect(date.value).toBe(value);
    }
    expect(page.asked).toEqual([]);
    date.blur();
    await vi.waitFor(() => expect(page.desk.saving).toBe("saved"));
    expect(page.asked.map((one) => one.starts_at)).toEqual([new Date("2030-12-12T14:00").getTime()]);
    date.focus();
    date.value = "";
    date.blur();
    expect(date.value).toBe("2030-12-12T14:00");
    const away = [...host.querySelectorAll("button")].find((one) => one.textContent === "Retirer la date");
    away?.click();
    await vi.waitFor(() => expect(page.stored.starts_at).toBeNull());
  });

  it("keep what is typed when somebody else saves the same field", () => {
    const title = input("input");
    title.focus();
    title.value = "Je tape une longue phrase";
    page.desk.take(page.store({ title: "Le leur" }));
    expect(title.value).toBe("Je tape une longue phrase");
    title.blur();
    expect(title.value).toBe("Le leur");
  });

  it("mark a text that is refused, and come back to what is stored", async () => {
    page.refuses = () => "title.empty";
    const title = input("input");
    title.focus();
    title.value = "  ";
    tell(title, "change");
    await vi.waitFor(() => expect(title.getAttribute("aria-invalid")).toBe("true"));
    title.blur();
    expect([title.value, title.getAttribute("aria-invalid")]).toEqual(["Trajets communs", null]);
  });
});

it("says where people of a group go when it is taken away", () => {
  expect(withoutGroup(workshop({ waiting_room: true }))).toContain("salle d’attente");
  expect(withoutGroup(workshop({ waiting_room: false }))).toContain("autres groupes");
});

class Wire {
  static readonly OPEN = 1;
  static all: Wire[] = [];
  readyState = 1;
  binaryType = "";
  onmessage: ((message: unknown) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    Wire.all.push(this);
  }
  send(): void {}
  close(): void {
    this.readyState = 3;
  }
}

describe("the connection of the organiser's page", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Wire);
    Wire.all = [];
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("is given up when nothing is heard, and comes back at once with the network", () => {
    const links: string[] = [];
    follow("ws://x", { linked: (state) => links.push(state), greeted: () => {}, state: () => {} });
    expect(Wire.all).toHaveLength(1);
    vi.advanceTimersByTime(17_000);
    expect(Wire.all).toHaveLength(2);
    expect(Wire.all[0]?.readyState).toBe(3);
    dispatchEvent(new Event("offline"));
    expect(Wire.all[1]?.readyState).toBe(3);
    dispatchEvent(new Event("online"));
    expect(Wire.all).toHaveLength(3);
    Wire.all[2]?.onclose?.({ code: 4401 });
    dispatchEvent(new Event("online"));
    expect(Wire.all).toHaveLength(3);
    expect(links.at(-1)).toBe("lost");
  });
});
