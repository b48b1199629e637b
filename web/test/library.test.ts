import { expect, test, vi } from "vitest";
import type { Atelier } from "../src/board/atelier";
import { type GuideStep, guideOf } from "../src/model/library";
import { language } from "../src/ui/i18n";

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

test("texts that help and licences are there without a network, once a browser has kept them", async () => {
  const { aids } = await import("../src/canvas/aids");
  const { knownLicences } = await import("../src/rows/resources");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
  const told: string[] = [];
  const app = {
    data: { base: "" },
    notify: (words: string) => told.push(words),
    emit: () => {},
  } as unknown as Atelier;
  expect(await aids(app)).toBeNull();
  expect(told).toHaveLength(1);
  const kept = {
    cards: [],
    steps: [],
    aids: { crash_tests: ["Qui part ?"], minimal: [], forms: {} },
    licences: { checked: "2026-01", all: [] },
  };
  localStorage.setItem(`tablee-library-${language()}`, JSON.stringify(kept));
  expect((await aids(app))?.crash_tests).toEqual(["Qui part\u202f?"]);
  expect(knownLicences(app)?.checked).toBe("2026-01");
  expect(told).toHaveLength(1);
  vi.unstubAllGlobals();
});
