import { describe, expect, it } from "vitest";
import type { Atelier } from "../src/board/atelier";
import { Ballots } from "../src/canvas/economy/verdict";
import type { Poll } from "../src/model/page";
import { answersTo, cornerOf, marks, median, pollsOf, spread } from "../src/model/polls";
import { levelWords, resultWords } from "../src/rows/gauges";
import { votingOf } from "../src/vote/voting";

const poll = (more: Partial<Poll> = {}): Poll => ({
  id: "p1",
  kind: "gauge",
  by: "ines",
  board: "sheet1.verso",
  zone: "maturity",
  group: "g1",
  at: 1,
  ends_at: null,
  open: true,
  ...more,
});

interface Page {
  app: Atelier;
  told: (type: string, event: object) => void;
}

function page(polls: Poll[], role = "participant"): Page {
  const events = new Map<string, ((event: object) => void)[]>();
  const app = {
    data: { base: "", person: { id: "nadia", role, group: "g1" }, group: "g1", workshop: { id: "w1" } },
    workshop: { id: "w1", polls, agenda: { steps: [] }, votes: [], consents: [] },
    connection: { clockOffset: 0, online: true },
    get leads() {
      return role !== "participant";
    },
    on: () => () => undefined,
    emit: () => undefined,
    onEvent: (type: string, then: (event: object) => void) => {
      events.set(type, [...(events.get(type) ?? []), then]);
    },
  };
  return {
    app: app as unknown as Atelier,
    told: (type, event) => {
      for (const then of events.get(type) ?? []) then({ type, ...event });
    },
  };
}

/** What the server is asked, each to be answered by hand. */
function server() {
  const asked: { fields: Record<string, unknown>; answer: (status: number, body: object) => void }[] = [];
  globalThis.fetch = ((_address: string, { body }: { body: string }) =>
    new Promise((resolve) => {
      const answer = (status: number, said: object) =>
        resolve({ ok: status < 300, json: () => Promise.resolve(said) } as Response);
      asked.push({ fields: JSON.parse(body) as Record<string, unknown>, answer });
    })) as unknown as typeof fetch;
  return asked;
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("polls of a page", () => {
  it("finds the one that runs at this table, and the last that is closed in a place", () => {
    const results = { resource: [1] };
    const all = [
      poll({ id: "p0", open: false, results }),
      poll({ id: "p1", open: false, results }),
      poll({ id: "p2", group: "g2" }),
      poll({ id: "p3", kind: "need", group: null }),
    ];
    const polls = pollsOf(page(all).app);
    expect(polls.running("gauge")).toBeNull();
    expect(polls.running("need")?.id).toBe("p3");
    expect(polls.latest("gauge", "sheet1.verso", "maturity")?.id).toBe("p1");
    expect(polls.latest("gauge", "sheet1.recto")).toBeNull();
  });

  it("has nothing to show of one that nobody answered", () => {
    const all = [
      poll({ id: "p0", open: false, results: { resource: [1] } }),
      poll({ id: "p1", open: false, results: {} }),
    ];
    expect(pollsOf(page(all).app).latest("gauge")?.id).toBe("p0");
    expect(pollsOf(page(all.slice(1)).app).latest("gauge")).toBeNull();
  });

  it("knows what was told of a verdict before the canvas came", () => {
    const verdict = poll({ kind: "verdict" });
    const { app, told } = page([verdict]);
    votingOf(app);
    told("ballot", { poll: "p1", ballot: { sorme: { verdict: "acceptable", value: 1 } } });
    told("turnout", { poll: "p1", turnout: 1, of: 4 });
    const ballots = new Ballots(app, () => undefined);
    expect(ballots.of(verdict, "sorme")?.verdict).toBe("acceptable");
    expect(ballots.turnout(verdict)).toEqual({ turnout: 1, of: 4 });
  });

  it("shows an answer at once, sends one after the other, and the last one stays", async () => {
    const { app, told } = page([poll()]);
    const [polls, asked] = [pollsOf(app), server()];
    const mine = () => Object.fromEntries(polls.mine<number>(poll()));
    void polls.answer(poll(), "resource", 1);
    void polls.answer(poll(), "resource", 2);
    expect(mine()).toEqual({ resource: 2 });
    await settled();
    expect(asked.map(({ fields }) => fields.value)).toEqual([1]);
    asked[0]?.answer(200, { ballot: { resource: 1 } });
    await settled();
    expect(mine()).toEqual({ resource: 2 });
    told("ballot", { poll: "p1", ballot: { resource: 1 } }); // told before the second came in
    expect(mine()).toEqual({ resource: 2 });
    asked[1]?.answer(200, { ballot: { resource: 2 } });
    await settled();
    told("ballot", { vote: "v1", ballot: { n1: 3 } });
    expect(mine()).toEqual({ resource: 2 });
  });

  it("takes back what was refused, and says why", async () => {
    const { app } = page([poll()]);
    const [polls, asked] = [pollsOf(app), server()];
    const sending = polls.answer(poll(), "resource", 1);
    await settled();
    asked[0]?.answer(409, { key: "poll.closed", detail: "Ce tour est clos." });
    expect(await sending).toBe("Ce tour est clos.");
    expect(polls.mine(poll()).size).toBe(0);
    expect(polls.refusal(poll())).toBe("Ce tour est clos.");
  });

  it("lets nobody who leads speak for a stakeholder", () => {
    const verdict = poll({ kind: "verdict" });
    expect(pollsOf(page([verdict]).app).shut(verdict)).toBeNull();
    expect(pollsOf(page([verdict], "facilitator").app).shut(verdict)).toBe("not_yours");
    expect(pollsOf(page([poll()], "facilitator").app).shut(poll())).toBeNull();
    expect(pollsOf(page([poll()]).app).shut(poll({ ends_at: 1 }))).toBe("over");
  });
});

describe("results", () => {
  it("has a median and a spread, of nothing none", () => {
    expect([median([3, 1, 2]), median([4, 1]), median([])]).toEqual([2, 2.5, null]);
    expect([spread([3, 1, 2]), spread([])]).toEqual([[1, 3], null]);
    expect(answersTo(poll({ results: { resource: [1] } }), "constructor")).toEqual([]);
  });

  it("puts gauges into words", () => {
    expect(levelWords("resource", 2)).toBe("essai");
    expect(resultWords("resource", [1, 2])).toBe("médiane 1,5 sur 4 (entre idée et essai), de 1 à 2");
    expect(resultWords("resource", [3, 3])).toBe("médiane 3 sur 4 (en place)");
    expect(resultWords("resource", [])).toBe("personne n’a répondu");
  });

  it("puts needs between useful and feasible", () => {
    const need = poll({ kind: "need", results: { n1: [{ useful: 5, feasible: 1 }, { useful: 4 }] } });
    expect(marks(need, "n1")).toEqual({ useful: 4.5, feasible: 1 });
    expect(marks(need, "n2")).toEqual({ useful: null, feasible: null });
    expect([cornerOf(4.5, 1), cornerOf(3, 3), cornerOf(1, 4), cornerOf(2, 2)]).toEqual([
      "prepare",
      "start",
      "easy",
      "leave",
    ]);
  });
});
