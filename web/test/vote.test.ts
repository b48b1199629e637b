// Votes as values: which concern whom, what is left, who got how much.

import { describe, expect, it } from "vitest";
import type { Consent, Person, Vote, Workshop } from "../src/model/page";
import { whoVotes } from "../src/vote/open";
import {
  among,
  countdown,
  isVotedOn,
  mayAnswer,
  mostFor,
  pointsIn,
  roundsFor,
  sameBallot,
  scores,
  spent,
  withPoints,
} from "../src/vote/rounds";

const vote = (more: Partial<Vote> = {}): Vote => ({
  id: "v1",
  by: "p0",
  question: "",
  board: "sheet2.verso",
  zone: null,
  group: null,
  dots: 5,
  per_note: 3,
  secret: true,
  at: 1,
  ends_at: null,
  open: true,
  ...more,
});
const consent = (more: Partial<Consent> = {}): Consent => ({
  id: "c1",
  by: "p0",
  proposal: "Une SCIC",
  group: null,
  secret: false,
  note: null,
  at: 2,
  ends_at: null,
  open: true,
  ...more,
});
const person = (role: Person["role"], group: string | null = "g1") => ({ role, group }) as Person;

describe("a ballot", () => {
  it("gives no note more than its share, and all notes together no more than there are", () => {
    let ballot = withPoints({}, "a", 3);
    expect(mostFor(vote(), ballot, "a")).toBe(3);
    expect(mostFor(vote(), ballot, "b")).toBe(2);
    ballot = withPoints(ballot, "b", 2);
    expect(spent(ballot)).toBe(5);
    expect(mostFor(vote(), ballot, "c")).toBe(0);
    expect(mostFor(vote(), ballot, "b")).toBe(2);
    expect(withPoints(ballot, "a", 0)).toEqual({ b: 2 });
  });

  it("knows only the notes that are in it, whatever their ids", () => {
    for (const id of ["constructor", "toString", "__proto__"]) {
      expect(mostFor(vote(), { a: 3 }, id)).toBe(2);
      expect(pointsIn({ a: 3 }, id)).toBe(0);
      expect(pointsIn(withPoints({}, id, 2), id)).toBe(2);
      const closed = vote({
        totals: withPoints({}, id, 2),
        ballots: { p1: { a: 1 }, p2: withPoints({}, id, 2) },
      });
      expect(scores(closed)).toEqual([{ note: id, points: 2, by: [{ person: "p2", points: 2 }] }]);
    }
  });

  it("is the same whatever the order, and loses notes that are gone", () => {
    expect(sameBallot({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(sameBallot({ a: 1 }, { b: 1 })).toBe(false);
    expect(sameBallot({ a: 1 }, { a: 1, b: 1 })).toBe(false);
    expect(among({ a: 1, b: 2 }, (note) => note === "b")).toEqual({ b: 2 });
  });
});

describe("a round", () => {
  it("is shown to its group, to all, and to facilitation: the open ones first, then the newest", () => {
    const workshop = {
      votes: [vote({ open: false, at: 9 }), vote({ id: "v2", group: "g2" })],
      consents: [consent({ group: "g1" })],
    } as Workshop;
    const ids = (one: Person) => roundsFor(workshop, one, "g1").map((round) => round.id);
    expect(ids(person("participant"))).toEqual(["c1", "v1"]);
    expect(ids(person("facilitator", null))).toEqual(["c1", "v2", "v1"]);
  });

  it("is answered at its table", () => {
    const ofGroup = vote({ group: "g2" });
    expect(mayAnswer(person("participant"), vote())).toBe(true);
    expect(mayAnswer(person("participant"), ofGroup)).toBe(false);
    expect(mayAnswer(person("participant", null), vote())).toBe(false);
    expect(mayAnswer(person("observer", null), vote())).toBe(false);
    expect(mayAnswer(person("organiser", null), ofGroup)).toBe(true);
  });

  it("is about the notes of its place", () => {
    const recto = vote({ board: "sheet2.recto", zone: "rules" });
    expect(isVotedOn(recto, { board: "sheet2.recto/s1", zone: "rules" })).toBe(true);
    expect(isVotedOn(recto, { board: "sheet2.recto/s1", zone: "returns" })).toBe(false);
    expect(isVotedOn(vote(), { board: "sheet2.verso", zone: "returns" })).toBe(true);
    expect(isVotedOn(vote(), { board: "sheet1.verso", zone: "returns" })).toBe(false);
    expect(isVotedOn(vote(), { board: "sheet2.verso", zone: "returns", hidden: true })).toBe(false);
  });

  it("ends with the most points first, and who gave them where that is told", () => {
    const over = vote({ open: false, totals: { a: 2, b: 5 }, ballots: { p1: { b: 2 }, p2: { a: 2, b: 3 } } });
    expect(scores(over)).toEqual([
      {
        note: "b",
        points: 5,
        by: [
          { person: "p2", points: 3 },
          { person: "p1", points: 2 },
        ],
      },
      { note: "a", points: 2, by: [{ person: "p2", points: 2 }] },
    ]);
    expect(scores(vote())).toEqual([]);
  });

  it("counts down in minutes and seconds", () => {
    expect([92_000, 91_001, 600_000, 0, -5].map(countdown)).toEqual([
      "01:32",
      "01:32",
      "10:00",
      "00:00",
      "00:00",
    ]);
  });
});

describe("who is asked", () => {
  it("is the group of the page, and everybody on a board that all share", () => {
    const several = { groups: [{ id: "g1" }, { id: "g2" }], board_rooms: { governance: "plenary" } };
    const workshop = several as unknown as Workshop;
    expect(whoVotes(workshop, "sheet2.verso", "g1")).toBe("g1");
    expect(whoVotes(workshop, "economic", "g1")).toBe("g1");
    expect(whoVotes(workshop, "governance", "g1")).toBe("");
    expect(whoVotes(workshop, "sheet2.verso", null)).toBe("");
    expect(whoVotes({ ...workshop, groups: workshop.groups.slice(1) }, "sheet2.verso", "g2")).toBe("");
  });
});
