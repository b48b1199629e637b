import { expect, test } from "vitest";
import { type GuideStep, guideOf } from "../src/model/library";

const ids = [
  ["welcome", "intro"],
  ["immersion", "immersion"],
  ["round", "exploration"],
  ["je", "exploration"],
  ["nous", "exploration"],
  ["report", "convergence"],
  ["gov", "convergence"],
  ["wrap", "synthesis"],
] as const;
const steps = ids.map(([id, phase]): GuideStep => ({ id, phase, minutes: [1, 2], purpose: "", hint: "" }));
const told = (id: string, phase: string, board: string | null = null) =>
  guideOf(steps, { id, phase, board })?.id ?? null;

test("a face of any sheet is told of by its side, also where each group has its own", () => {
  expect(told("s2_je", "exploration", "sheet2.recto")).toBe("je");
  expect(told("nous", "exploration", "assigned.verso")).toBe("nous");
  expect(told("x3", "exploration", "sheet3.recto/s1")).toBe("je");
});

test("a canvas is told of wherever it stands in the agenda", () => {
  expect(told("mine", "convergence", "governance")).toBe("gov");
});

test("a step of one's own is told of by its phase, unless that would be a guess", () => {
  expect(told("x1", "immersion")).toBe("immersion");
  expect(told("x1", "exploration")).toBeNull();
  expect(told("report", "convergence")).toBe("report");
  expect(guideOf([], { id: "welcome", phase: "intro", board: null })).toBeNull();
});
