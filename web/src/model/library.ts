// What may be read beside the boards: cards of real commons, the guide, links. Mirrors server/tablee/api/library.py.

import type { Licences } from "./licences";
import { type Step, templateOf } from "./page";

/** The headings of a card, in the order in which a commons is presented. */
export const HEADS = [
  "need",
  "host",
  "description",
  "governance",
  "maturity",
  "obstacles",
  "resources",
] as const;
export type Head = (typeof HEADS)[number];

export interface Card {
  id: string;
  name: string;
  /** Of the facts and figures, shown with them. */
  year: number;
  heads: Record<Head, string>;
}

/** `minutes`: a usual length, from and to. */
export interface GuideStep {
  id: string;
  phase: string;
  minutes: [number, number];
  purpose: string;
  hint: string;
}

export interface Asked {
  id: string;
  text: string;
}

/** Texts that help at the governance canvas. */
export interface Aids {
  crash_tests: string[];
  minimal: { domain: string; text: string }[];
  forms: Record<string, { when: string; advantages: string; limits: string }>;
}

export interface Library {
  language: string;
  cards: Card[];
  steps: GuideStep[];
  questions: Asked[];
  prepare: (Asked & { about: "people" | "place" | "prints" | "material" })[];
  sheets: { id: string; title: string; why: string; questions: Asked[] }[];
  links: {
    about: "testimony" | "catalogue" | "toolbox" | "licence";
    title: string;
    url: string;
    text: string;
  }[];
  /** What a browser kept before these were part of it has none of them. */
  aids?: Aids;
  licences?: Licences;
}

/** Where on the sheets a group would have written what a card says; the other zones stay empty. */
export const ZONES: Readonly<Record<Head, readonly [string, string]>> = {
  need: ["sheet1.verso", "need"],
  host: ["sheet2.verso", "community"],
  description: ["sheet1.verso", "commons"],
  governance: ["sheet2.verso", "rules"],
  maturity: ["sheet1.verso", "maturity"],
  obstacles: ["sheet3.verso", "improvements"],
  resources: ["sheet1.verso", "resources"],
};

const FACES: Readonly<Record<string, string>> = {
  recto: "je",
  verso: "nous",
  governance: "gov",
  economic: "eco",
};

/** What the guide says of a step, also of one that an organiser made; null when nothing fits. */
export function guideOf(
  steps: readonly GuideStep[],
  step: Pick<Step, "id" | "phase" | "board">,
): GuideStep | null {
  const face =
    FACES[
      templateOf(step.board ?? "")
        .split(".")
        .at(-1) ?? ""
    ];
  const named = steps.find(({ id }) => id === (face ?? step.id));
  if (named) return named;
  // of a phase with several steps, any other one would be a guess
  const alone = steps.filter(({ phase }) => phase === step.phase);
  return alone.length === 1 ? (alone[0] ?? null) : null;
}
