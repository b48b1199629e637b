// Points of the community map as plain values: read from notes, moved to their wishes, spread of what people
// answered, roles nobody holds.

import { isNumber, noteName, stakeholderName } from "../../model/kind-words";
import { type Field, kindOf } from "../../model/kinds";
import { type Colour, initials, type Note, type Workshop } from "../../model/page";
import { t } from "../../ui/i18n";
import type { Place } from "./geometry";

export const MAP = { board: "governance", zone: "map" } as const;

export const STAGES = ["today", "6m", "2y", "5y"] as const;
export type Stage = (typeof STAGES)[number];

export interface Wish extends Place {
  horizon: Exclude<Stage, "today">;
}

export interface MapPoint {
  id: string;
  label: string;
  colour: Colour;
  structure: string | null;
  place: Place | null;
  wish: Wish | null;
  count: string | null;
  roles: readonly Role[];
  invited: boolean;
}

interface RoleWords {
  letter: string;
  missing: () => string;
  /** Both forms, for ears, where a middle dot is written. */
  aloud?: () => string;
}

/** Letters on points, and what the legend says of a role that nobody holds. */
export const ROLES = {
  beneficiary: { letter: "B", missing: () => t("Personne n'est bénéficiaire") },
  contributor: {
    letter: "C",
    missing: () => t("Personne n'est contributeur·rice"),
    aloud: () => t("Personne n'est contributeur ou contributrice"),
  },
  operator: {
    letter: "O",
    missing: () => t("Personne n'est opérateur·rice-mainteneur·se"),
    aloud: () => t("Personne n'est opérateur ou opératrice, mainteneur ou mainteneuse"),
  },
  guarantor: {
    letter: "G",
    missing: () => t("Personne n'est garant·e"),
    aloud: () => t("Personne n'est garant ou garante"),
  },
  sponsor: { letter: "S", missing: () => t("Personne n'est sponsor") },
  coordinator: {
    letter: "Co",
    missing: () => t("Personne n'est coordinateur·rice"),
    aloud: () => t("Personne n'est coordinateur ou coordinatrice"),
  },
} satisfies Record<string, RoleWords>;

export type Role = keyof typeof ROLES;
export const ROLE_IDS = Object.keys(ROLES) as Role[];

/** A field of a point with its words. */
export function fieldOf(name: string): Field {
  return kindOf("point").fields.find((field) => field.name === name) as Field;
}

export function roleWords(role: Role): {
  name: string;
  aloud: string;
  missing: string;
  missingAloud: string;
} {
  const { choices, aloud } = fieldOf("roles");
  const { missing, aloud: both }: RoleWords = ROLES[role];
  const name = choices?.[role]?.() ?? role;
  return {
    name,
    aloud: aloud?.[role]?.() ?? name,
    missing: missing(),
    missingAloud: (both ?? missing)(),
  };
}

interface Names {
  workshop: Workshop;
  note(id: string | null): Note | null;
}

function placeOf(value: unknown): Place | null {
  if (typeof value !== "object" || value === null) return null;
  const { x, y } = value as Record<string, unknown>;
  return isNumber(x) && isNumber(y) ? { x, y } : null;
}

/** A wish without a horizon is one for some day: the last. */
function wishOf(value: unknown): Wish | null {
  const place = placeOf(value);
  if (place === null) return null;
  const { horizon } = value as Record<string, unknown>;
  return { ...place, horizon: horizon === "6m" || horizon === "2y" ? horizon : "5y" };
}

/** The colour of a structure is that of the first of its people. */
function colourOf({ workshop }: Names, structure: string | null, note: Note): Colour {
  const people = workshop.people.filter(({ stakeholder }) => stakeholder === structure);
  return people[0]?.colour ?? note.colour;
}

export function readPoint(names: Names, note: Note): MapPoint {
  const { fields = {} } = note;
  const word = (name: string) => {
    const value = fields[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const structure = word("stakeholder_id");
  const named = word("label") ?? (note.text.trim() === "" ? null : noteName(names, note.id));
  return {
    id: note.id,
    label: named ?? (structure === null ? t("Sans nom") : stakeholderName(names, structure)),
    colour: colourOf(names, structure, note),
    structure,
    place: placeOf(fields),
    wish: wishOf(fields.target),
    count: word("count"),
    roles: ROLE_IDS.filter((role) => Array.isArray(fields.roles) && fields.roles.includes(role)),
    invited: fields.presence === "to_invite",
  };
}

/** « VV » of Vélo & Villages, « Rou. » of Roulibre: where there is no room for the name. */
export function shortName(label: string): string {
  const letters = [...label.trim()];
  if (letters.length <= 4) return label;
  const all = initials(label);
  return [...all].length > 1 ? all : `${letters.slice(0, 3).join("")}.`;
}

/** Where a point is at a stage: from its horizon on, where it wishes to be. */
export function placeAt(point: MapPoint, stage: Stage): Place | null {
  const there = point.wish !== null && STAGES.indexOf(point.wish.horizon) <= STAGES.indexOf(stage);
  return there && point.place !== null ? { x: point.wish?.x ?? 0, y: point.wish?.y ?? 0 } : point.place;
}

/** How many points hold each role; the missing ones hold none. */
export function roleCounts(points: readonly MapPoint[]): Map<Role, number> {
  return new Map(ROLE_IDS.map((role) => [role, points.filter(({ roles }) => roles.includes(role)).length]));
}

/** Roles nobody holds; on an empty map that says nothing. Who is only to be invited holds none yet. */
export function missingRoles(points: readonly MapPoint[]): Role[] {
  if (points.length === 0) return [];
  const counts = roleCounts(points.filter(({ invited }) => !invited));
  return ROLE_IDS.filter((role) => counts.get(role) === 0);
}

// -- what people answered -------------------------------------------------------------------------

export interface Spread {
  places: readonly Place[];
  median: Place;
  wide: boolean;
}

/** Half of the answers lie further apart than this part of an axis: worth talking about. */
const WIDE = 0.34;

function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}

/** The middle of all answers on each axis, and whether they lie far apart; null where there is none. */
export function spreadOf(values: readonly unknown[]): Spread | null {
  const places = values.map(placeOf).filter((place) => place !== null);
  if (places.length === 0) return null;
  const of = (axis: "x" | "y") => {
    const sorted = places.map((place) => place[axis]).sort((a, b) => a - b);
    // of a few, each counts; of many, the middle half
    const [low, high] = places.length < 4 ? [0, 1] : [0.25, 0.75];
    return {
      middle: Math.round(quantile(sorted, 0.5) * 1000) / 1000,
      apart: quantile(sorted, high) - quantile(sorted, low),
    };
  };
  const [x, y] = [of("x"), of("y")];
  return {
    places,
    median: { x: x.middle, y: y.middle },
    wide: Math.max(x.apart, y.apart) >= WIDE,
  };
}
