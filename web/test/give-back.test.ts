import { nothing, render } from "lit";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { problem } from "../src/desk/bring-notes";
import { countDecided, passes, sorted } from "../src/desk/decided";
import { Desk, type DeskData } from "../src/desk/desk";
import { downloads, sizeWords } from "../src/desk/downloads";
import { Exports } from "../src/desk/exports";
import { frozenBox, workshopWords } from "../src/desk/give-back";
import {
  asDay,
  endOf,
  keptFor,
  longer,
  lostDays,
  mentionsWords,
  sameTitle,
  titleBegins,
  toldApart,
} from "../src/desk/keeping";
import type { Decided, Outcome } from "../src/desk/outcome";
import { prints } from "../src/desk/prints";
import { Sharing } from "../src/desk/sharing";
import { BrokenStream, type Line, readStream } from "../src/desk/stream";
import { closedRounds, valueWords } from "../src/desk/votes";
import type { Person, Poll, Vote, Workshop } from "../src/model/page";
import { setLanguage } from "../src/ui/i18n";

const DAY = 86_400_000;
const bytes = (text: string) => new TextEncoder().encode(text);

beforeAll(() => setLanguage("fr", {}));

function desk(more: Partial<Workshop> = {}): Desk {
  const workshop = {
    id: "w1",
    title: "Trajets communs",
    status: "closed",
    licence: "cc-by-sa-4.0",
    groups: [{ id: "g1", name: "Hêtre", rooms: { exploration: "a", convergence: "b" } }],
    people: [],
    stakeholders: [],
    revision: 1,
    agenda: { id: "", steps: [] },
    ...more,
  } as unknown as Workshop;
  const data = { language: "fr", workshop, supports: [], door: "https://tablee.test/a/ABCD" };
  return new Desk(data as unknown as DeskData);
}

/** The parts of an answer, cut wherever one likes. */
async function* cut(whole: Uint8Array, at: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < whole.length; from += at) yield whole.subarray(from, from + at);
}

describe("an answer that comes in lines, then a file", () => {
  const file = new Uint8Array([0x50, 0x4b, 0x0a, 0x7b, 0x0a, 0xff, 0x00, 0x0a]);
  const head = bytes(
    `{"done":1,"of":2,"item":"é"}\n{"done":2,"of":2}\n{"file":"a.zip","bytes":${file.length}}\n`,
  );
  const whole = new Uint8Array([...head, ...file]);

  it("is the same however it was cut", async () => {
    for (let at = 1; at <= whole.length; at++) {
      const lines: Line[] = [];
      const found = await readStream(cut(whole, at), (line) => lines.push(line));
      expect(lines.map(({ done }) => done)).toEqual([1, 2, undefined]);
      expect(lines[0]?.item).toBe("é");
      expect(found?.name).toBe("a.zip");
      expect(found?.bytes.flatMap((part) => [...part])).toEqual([...file]);
    }
  });

  it("may be lines alone, the last one without its end", async () => {
    const lines: Line[] = [];
    expect(
      await readStream(cut(bytes('{"id":"csv"}\n\n{"id":"pdf"}'), 3), (line) => lines.push(line)),
    ).toBeNull();
    expect(lines).toEqual([{ id: "csv" }, { id: "pdf" }]);
  });

  it("is refused when it ends too early, goes on too long or is something else", async () => {
    const broken = [
      whole.subarray(0, -1),
      new Uint8Array([...whole, 1]),
      bytes("<html>"),
      bytes("12\n"),
      bytes('{"file":"a.zip","bytes":-1}\n'),
      bytes('{"file":"a.zip"}\n'),
    ];
    for (const one of broken)
      await expect(readStream(cut(one, 5), () => undefined)).rejects.toThrow(BrokenStream);
  });
});

describe("exports", () => {
  let asked: string[] = [];
  let more = "";
  beforeEach(() => {
    asked = [];
    more = '{"id":"report","format":"wiki","bytes":1000000,"files":1}\n';
    vi.stubGlobal("fetch", (address: string) => {
      asked.push(address);
      const files = [
        "canvases pdf",
        "sheets pdf",
        "report docx",
        "report odt",
        "report md",
        "table xlsx",
        "csv csv",
      ];
      const lines = files.map((one) => {
        const [id, format] = one.split(" ");
        return `{"id":"${id}","format":"${format}","bytes":1000000,"files":1,"pages":18}\n`;
      });
      lines.push(more, '{"done":true,"names":"structures"}\n');
      return Promise.resolve(new Response(lines.join("")));
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    localStorage.clear();
  });

  it("name nobody under the Chatham House rule, whatever was chosen", async () => {
    const exports = new Exports(desk({ licence: "chatham-house" }));
    exports.choose({ names: "names" });
    expect(exports.names).toBe("none");
    expect(exports.href({ format: "csv", words: () => "" })).toContain("names=none");
    const host = document.createElement("div");
    render(downloads(exports), host);
    expect(host.querySelector("[data-why=names]")).not.toBeNull();
    expect(host.querySelectorAll(".seg button:disabled")).toHaveLength(2);
  });

  it("are weighed once all that is ticked is known, and asked again for other names only", async () => {
    const exports = new Exports(desk());
    expect(exports.bytes).toBeNull();
    await exports.load();
    await exports.load();
    expect(asked).toHaveLength(1);
    expect(exports.taken.map(({ id }) => id)).toEqual(["canvases", "sheets", "report", "table"]);
    expect(exports.sizes).toBe("told");
    // the report is four files
    expect(exports.bytes).toBe(7_000_000);
    exports.tick("yjs", true);
    expect(exports.bytes).toBeNull();
    exports.choose({ names: "none" });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toContain("names=none");
  });

  it("list what there may be none of only where there is some", async () => {
    const exports = new Exports(desk());
    expect(exports.items.map(({ id }) => id)).not.toContain("photos");
    const photos = (bytes: number) =>
      exports.known.set("photos", new Map([["jpg", { bytes, files: bytes && 2, pages: null }]]));
    photos(0);
    expect(exports.items.map(({ id }) => id)).not.toContain("photos");
    photos(5);
    expect(exports.items.map(({ id }) => id)).toContain("photos");
    // no sheets: nothing to print, though it is ticked
    exports.known.set("sheets", new Map([["pdf", { bytes: 0, files: 0, pages: null }]]));
    expect(exports.taken.map(({ id }) => id)).toEqual(["canvases", "report", "table"]);
  });

  it("stay ticked, listed and in the zip while their sizes are asked again, also when nobody answers", async () => {
    const calendar = (bytes: number) => `{"id":"calendar","format":"ics","bytes":${bytes},"files":1}\n`;
    more += calendar(900);
    const exports = new Exports(desk());
    await exports.load();
    exports.tick("calendar", true);
    const taken = exports.taken.map(({ id }) => id);
    expect(taken).toContain("calendar");
    exports.choose({ names: "none" });
    expect(exports.weight("calendar")).toBeNull();
    expect(exports.taken.map(({ id }) => id)).toEqual(taken);
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("away")));
    await exports.load(true);
    expect(exports.sizes).toBe("failed");
    expect(exports.taken.map(({ id }) => id)).toEqual(taken);
    const host = document.createElement("div");
    render(downloads(exports), host);
    expect(host.querySelector(".alert.warn")?.textContent).toContain("Réessayer");
    dispatchEvent(new Event("offline"));
    exports.online = false;
    render(downloads(exports), host);
    expect(host.querySelectorAll(".alert.warn")).toHaveLength(1);
    expect(host.querySelector("#zip-offline")).not.toBeNull();
    // a button that has the focus keeps it
    expect(host.querySelector(".zip .btn[disabled]")).toBeNull();
  });

  it("are asked again once the server is back, if it did not say all", async () => {
    const exports = new Exports(desk());
    await exports.load();
    exports.back();
    expect(asked).toHaveLength(1);
    more = '{"id":"report","format":"wiki","error":"export.failed","detail":"Trop long."}\n';
    await exports.load(true);
    exports.back();
    expect(asked).toHaveLength(3);
  });

  it("are chosen as they were on the page before", async () => {
    const before = new Exports(desk());
    before.tick("csv", true);
    before.tick("canvases", false);
    before.tick("photos", true);
    before.choose({ names: "none", language: "en" });
    const exports = new Exports(desk());
    expect([exports.names, exports.language]).toEqual(["none", "en"]);
    // whether there are photos is not known yet: they are not left out without a word
    expect(exports.taken.map(({ id }) => id)).toEqual(["sheets", "report", "table", "csv", "photos"]);
    expect(new Exports(desk({ id: "w2" })).names).toBe("structures");
  });

  it("say which of them could not be made", async () => {
    more = '{"id":"report","format":"wiki","error":"export.failed","detail":"Trop long."}\n';
    const exports = new Exports(desk());
    await exports.load();
    expect(exports.sizes).toBe("failed");
    expect(exports.bytes).toBeNull();
    const host = document.createElement("div");
    render(downloads(exports), host);
    expect(host.querySelector("[data-item=report]")?.textContent).toContain("Trop long.");
    expect(host.querySelector("[data-item=table]")?.textContent).toContain("1\u00a0Mo");
  });

  it("say sizes in words", () => {
    expect([1, 48_000, 999_001, 1_100_000, 6_840_000, 42_000_000].map(sizeWords)).toEqual([
      "1\u00a0ko",
      "48\u00a0ko",
      "1\u00a0Mo",
      "1,1\u00a0Mo",
      "6,8\u00a0Mo",
      "42\u00a0Mo",
    ]);
  });
});

describe("actions", () => {
  const action = (text: string, more: Partial<Decided> = {}): Decided => ({
    text,
    owner: "Nadia",
    due: "2026-12-01",
    state: "todo",
    lacks: [],
    places: [],
    ...more,
  });
  const all = [
    action("late", { due: "2027-01-01" }),
    action("dropped", { state: "dropped" }),
    action("lacking", { due: null, lacks: ["due"] }),
    action("soon"),
    action("done", { state: "done", due: "2026-11-01" }),
  ];

  it("begin with what is to be completed, then by date; what was dropped is last and not counted", () => {
    expect(sorted(all).map(({ text }) => text)).toEqual(["lacking", "done", "soon", "late", "dropped"]);
    expect(countDecided(all)).toBe(4);
    const through = (sieve: Parameters<typeof passes>[0]) =>
      all.filter((one) => passes(sieve, one)).map(({ text }) => text);
    expect(through("lacking")).toEqual(["lacking"]);
    expect(through("going")).toEqual(["late", "lacking", "soon"]);
    expect(through("dropped")).toEqual(["dropped"]);
  });
});

describe("votes", () => {
  it("are told when they are closed, the latest first", () => {
    const vote = (id: string, closed_at?: number) => ({ id, open: !closed_at, closed_at }) as unknown as Vote;
    const poll = { id: "p", open: false, closed_at: 5 } as unknown as Poll;
    const outcome = { votes: [vote("a", 1), vote("b"), vote("c", 9)], consents: [], polls: [poll] };
    expect(closedRounds(outcome as unknown as Outcome).map(({ round }) => round.id)).toEqual(["c", "p", "a"]);
  });

  it("say what the answers of each kind come to", () => {
    expect(valueWords("gauge", [1, 4, 3])).toBe("médiane 3, de 1 à 4");
    expect(valueWords("need", [{ useful: 5 }, { useful: 2, feasible: 1 }])).toBe("utile 3,5, faisable 1");
    expect(valueWords("verdict", [{ verdict: "acceptable" }, { verdict: "acceptable" }])).toBe(
      "Acceptable 2",
    );
    expect(valueWords("gauge", [])).toBe("");
  });
});

describe("keeping", () => {
  it("tells people of the same name apart", () => {
    const people = [
      { id: "p1", name: "Inès", stakeholder: "s1" },
      { id: "p2", name: "inès", stakeholder: "p2" },
      { id: "p3", name: "Joris", stakeholder: "s1" },
    ] as Person[];
    const seats = {
      people,
      stakeholders: [{ id: "s1", name: "CC du Haut-Orme" }] as Workshop["stakeholders"],
    };
    expect(people.map((one) => toldApart(one, seats))).toEqual(["Inès (CC du Haut-Orme)", "inès", "Joris"]);
  });

  it("counts from the day of the workshop, or that it was made", () => {
    const made = { created_at: 0, expires_at: 90 * DAY };
    expect(keptFor({ ...made, starts_at: null }, 9 * DAY)).toEqual({
      from: 0,
      days: 90,
      left: 81,
      percent: 10,
    });
    expect(keptFor({ ...made, starts_at: 10 * DAY }, 0)).toEqual({
      from: 10 * DAY,
      days: 80,
      left: 90,
      percent: 0,
    });
    // a date after its end says nothing of how long
    expect(keptFor({ ...made, starts_at: 200 * DAY }, 95 * DAY)).toMatchObject({
      from: 0,
      left: 0,
      percent: 100,
    });
  });

  it("is told when it is made shorter", () => {
    const until = Date.UTC(2026, 11, 31, 12);
    expect(lostDays(until, until - 81 * DAY)).toBe(81);
    expect([lostDays(until, until + DAY), lostDays(until, null)]).toEqual([0, 0]);
  });

  it("says how many notes of others still have the name of who was erased", () => {
    expect(mentionsWords(0)).toBe("");
    expect(mentionsWords(1)).toContain("1 note écrite");
    expect(mentionsWords(3)).toContain("3 notes écrites");
  });

  it("is made longer by no more than the server allows", () => {
    expect(longer(100 * DAY, 0, 365).map(({ days }) => days)).toEqual([30, 90, 180]);
    expect(longer(100 * DAY, 0, 200).map(({ days }) => days)).toEqual([30, 90]);
    expect(longer(100 * DAY, 0, 90)).toEqual([]);
    expect(asDay(endOf("2026-06-10") ?? 0)).toBe("2026-06-10");
    expect(endOf("")).toBeNull();
  });

  it("knows what cannot become the title any more", () => {
    for (const typed of ["", "L’a", "l'atelier"])
      expect(titleBegins(typed, "L'atelier")).toBe(typed !== "l'atelier");
    expect(titleBegins("L'atelier d'été", "L'atelier")).toBe(false);
  });

  it("asks for the title, however its apostrophes and spaces were typed", () => {
    expect(sameTitle(" L'atelier  d’hiver ", "L’atelier d'hiver")).toBe(true);
    expect(sameTitle("L'atelier", "L’atelier d'hiver")).toBe(false);
    expect(sameTitle(" ", " ")).toBe(false);
  });
});

describe("the page", () => {
  const words = (drawn: ReturnType<typeof frozenBox>) => {
    const host = document.createElement("div");
    render(drawn ?? nothing, host);
    return host.textContent?.replace(/\s+/g, " ").trim() ?? "";
  };

  it("says since when boards are frozen", () => {
    const at = new Date(2026, 2, 12, 17, 58).getTime();
    expect(words(frozenBox(desk({ closed_at: at })))).toContain("Tableaux figés le jeudi 12 mars à 17 h 58.");
    expect(words(frozenBox(desk({ closed_at: null })))).toContain(
      "Tableaux figés. L’organisation peut rouvrir.",
    );
    expect(words(frozenBox(desk({ status: "open" })))).toContain("Tableaux ouverts.");
    expect(words(frozenBox(desk({ status: "draft" })))).not.toContain("Clore");
  });

  it("says what workshop it was", () => {
    const starts_at = new Date(2026, 2, 12, 14).getTime();
    const three = [1, 2, 3].map((n) => ({
      id: `g${n}`,
      name: "",
      rooms: { exploration: "", convergence: "" },
    }));
    const board_rooms = { governance: "plenary" as const };
    expect(workshopWords(desk({ starts_at, groups: three, board_rooms }))).toBe(
      "Atelier du jeudi 12 mars, trois groupes et une plénière",
    );
    expect(workshopWords(desk({ starts_at }))).toBe("Atelier du jeudi 12 mars, un groupe");
  });

  it("offers the booklet and the slides beside what is printed to be written on", () => {
    const host = document.createElement("div");
    const modules = ["sheet1", "governance"];
    render(prints(desk({ modules } as Partial<Workshop>), ["blank", "annotated"]), host);
    const ways = [...host.querySelectorAll("a[download]")].map((one) => one.getAttribute("href") ?? "");
    expect(ways.filter((way) => /layout=(guide|slide)&language=fr/.test(way))).toHaveLength(2);
    expect(ways.filter((way) => way.includes("set="))).toHaveLength(4);
  });

  it("says the place of what is wrong in a file, be it a line or not", () => {
    expect(problem({ detail: "Faux.", line: 3 })).toBe("Faux. Ligne 3.");
    expect(problem({ detail: "Faux.", place: "notes[0].text" })).toContain("notes[0].text");
  });

  it("leads to the licence from what it does not allow", () => {
    const host = document.createElement("div");
    const sharing = (status: string) => {
      render(nothing, host);
      render(new Sharing(desk({ licence: "internal", status } as Partial<Workshop>)).draw(), host);
      return host.querySelector("[data-why=public] a")?.getAttribute("href");
    };
    expect(sharing("open")).toBe("#cadre");
    // nothing of it can be changed as long as the workshop is closed
    expect(sharing("closed")).toBeUndefined();
  });

  it("does not offer to make public what is internal, and says why", () => {
    const host = document.createElement("div");
    render(new Sharing(desk({ licence: "internal" })).draw(), host);
    expect(host.querySelector("[data-why=public]")?.textContent).toContain(
      "ne peut pas être rendue publique",
    );
    expect(host.querySelector("[role=switch]")).toBeNull();
    render(new Sharing(desk()).draw(), host);
    expect(host.querySelector("[role=switch]")).not.toBeNull();
  });
});
