// What the fields of a note say in words: on the note, in the list, to a screen reader.

import { language, t, tn } from "../ui/i18n";
import { type Field, GAUGES, HORIZONS, kindName, kindOf } from "./kinds";
import { own } from "./own";
import type { Note, Workshop } from "./page";

/** Where names of people, structures and other notes come from; the page's state is one. */
export interface Names {
  workshop: Workshop;
  note(id: string | null): Note | null;
}

const MOST_OF_A_NOTE = 60;

function locale(): string {
  return language() === "fr" ? "fr-FR" : "en-GB";
}

export function numberWords(value: number, more: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 4, ...more }).format(value);
}

export function euroWords(value: number): string {
  const cents = Number.isInteger(value) ? 0 : 2;
  return numberWords(value, {
    style: "currency",
    currency: "EUR",
    minimumFractionDigits: cents,
    maximumFractionDigits: cents,
  });
}

/** « 12 mars », with its year when it is another one than now. */
export function dateWords(value: string): string {
  const day = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return value;
  const otherYear = day.getUTCFullYear() !== new Date().getFullYear();
  const words = new Intl.DateTimeFormat(locale(), {
    day: "numeric",
    month: "long",
    timeZone: "UTC",
    ...(otherYear ? { year: "numeric" } : {}),
  }).format(day);
  return language() === "fr" ? words.replace(/^1 /, "1er ") : words;
}

export function stakeholderName(names: Names, id: string): string {
  const { stakeholders, people } = names.workshop;
  const named = stakeholders.find((one) => one.id === id);
  return named?.name ?? people.find((person) => person.stakeholder === id)?.name ?? t("Structure partie");
}

export function personName(names: Names, id: string): string {
  return names.workshop.people.find((person) => person.id === id)?.name ?? t("Personne partie");
}

export function noteName(names: Names, id: string): string {
  const note = names.note(id);
  if (note === null) return t("Note supprimée");
  const text = note.text.trim().replace(/\s+/g, " ") || t("vide");
  return [...text].length > MOST_OF_A_NOTE ? `${[...text].slice(0, MOST_OF_A_NOTE - 1).join("")}…` : text;
}

export const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** The gauge a note is about, and the word of its value; null while nobody said which, or how much. */
export function gaugeWords(fields: Note["fields"]): { of: string; word: string | null } | null {
  const value = fields?.value;
  if (!isNumber(value)) return null;
  const gauge = own(GAUGES, fields?.key);
  const low = gauge?.low ?? 0;
  const most = low + 4;
  if (value < low || value > most) return null;
  const signed = low < 0 ? numberWords(value, { signDisplay: "exceptZero" }) : numberWords(value);
  const of = t("{n} sur {of}", { n: signed, of: most });
  return { of, word: gauge?.words[value - low]?.() ?? null };
}

/** A choice between steps of an axis is the nearest one. */
export function stepOf(field: Field, value: unknown): number | null {
  if (!isNumber(value) || !field.steps) return null;
  const steps = field.steps.map(([step]) => step);
  return steps.reduce((best, step) => (Math.abs(step - value) < Math.abs(best - value) ? step : best));
}

/** The words of one field, for ears or eyes; "" when it is empty, or holds what it should not. */
export function fieldWords(names: Names, note: Note, field: Field, aloud = false): string {
  const value = note.fields?.[field.name];
  switch (field.type) {
    case "line":
    case "text":
      return typeof value === "string" ? value : "";
    case "lines":
      return strings(value).join(" ; ");
    case "choice":
      return own(field.choices, value)?.() ?? "";
    case "choices":
      return strings(value)
        .map((one) => ((aloud && own(field.aloud, one)) || own(field.choices, one))?.() ?? "")
        .filter(Boolean)
        .join(", ");
    case "number":
    case "whole": {
      if (!isNumber(value)) return "";
      if (field.as === "mark") return t("{n} sur {of}", { n: value, of: field.high ?? 5 });
      if (field.as === "gauge") {
        const said = gaugeWords(note.fields);
        return said === null ? "" : [said.of, said.word].filter(Boolean).join(", ");
      }
      const step = stepOf(field, value);
      return step === null ? numberWords(value) : (field.steps?.find(([one]) => one === step)?.[1]() ?? "");
    }
    case "date":
      return typeof value === "string" && value !== "" ? dateWords(value) : "";
    case "person":
      return typeof value === "string" ? personName(names, value) : "";
    case "stakeholder":
      return typeof value === "string" ? stakeholderName(names, value) : "";
    case "stakeholders":
      return strings(value)
        .map((id) => stakeholderName(names, id))
        .join(", ");
    case "note":
      return typeof value === "string" ? noteName(names, value) : "";
    case "notes":
      return strings(value)
        .map((id) => noteName(names, id))
        .join(" ; ");
    case "wish": {
      if (typeof value !== "object" || value === null) return "";
      const { x, y, horizon } = value as Record<string, unknown>;
      const fields = kindOf("point").fields;
      const axis = (name: string, at: unknown) => {
        const found = fields.find((one) => one.name === name);
        return found ? fieldWords(names, { ...note, fields: { [name]: at } }, found) : "";
      };
      return [axis("x", x), axis("y", y), own(HORIZONS, horizon)?.() ?? ""].filter(Boolean).join(", ");
    }
  }
}

/** In the middle of a sentence; « GIP » stays as it is. */
function low(words: string): string {
  const [first = "", second = ""] = words;
  return second !== "" && second === second.toLocaleUpperCase() && /\p{L}/u.test(second)
    ? words
    : first.toLocaleLowerCase() + words.slice(first.length);
}

function quantity(note: Note): string {
  const { amount, unit } = note.fields ?? {};
  if (!isNumber(amount)) return "";
  if (unit === "euros") return euroWords(amount);
  const { choices } = kindOf("contribution").fields.find((field) => field.name === "unit") ?? {};
  const words = own(choices, unit);
  return words ? `${numberWords(amount)}\u00a0${words()}` : numberWords(amount);
}

function untilWords(value: unknown): string {
  if (typeof value !== "string" || value === "") return "";
  if (value.endsWith("-12-31")) return t("jusqu'à fin {year}", { year: value.slice(0, 4) });
  return t("jusqu'au {date}", { date: dateWords(value) });
}

type Say = (name: string) => string;

/** The parts of a summary, in the order in which they are said; empty ones fall away. */
const SUMMARIES: Readonly<Record<string, (say: Say, note: Note) => string[]>> = {
  question: (say, { fields }) => [
    say("useful") && t("utile {mark}", { mark: say("useful") }),
    say("feasible") && t("faisable {mark}", { mark: say("feasible") }),
    strings(fields?.children).length > 0
      ? tn("{n} micro-défi", "{n} micro-défis", strings(fields?.children).length)
      : "",
  ],
  stakeholder: (say) => [say("name"), low(say("type")), low(say("sector"))],
  resource: (say) => [say("rtype"), say("licence"), low(say("state"))],
  contribution: (say, note) => {
    const amount = quantity(note);
    const theirs = note.board.split("/")[1] === note.fields?.stakeholder_id;
    const who = theirs ? "" : say("stakeholder_id");
    const direction = who ? low(say("direction")) : say("direction");
    const much = [amount, amount && low(say("period"))];
    const nature = low(say("nature"));
    if (!amount && direction && nature)
      return [
        t("{verb} : {what}", { verb: [who, direction].filter(Boolean).join(" "), what: nature }),
        untilWords(note.fields?.until),
      ];
    return [[who, direction, ...much].filter(Boolean).join(" "), nature, untilWords(note.fields?.until)];
  },
  cost: (say, { fields }) => {
    const euros = isNumber(fields?.euros) ? euroWords(fields.euros) : "";
    const fte = isNumber(fields?.fte) ? `${numberWords(fields.fte)}\u00a0${t("ETP")}` : "";
    const period = low(say("period"));
    return [
      say("purpose"),
      low(say("task")),
      fte && !euros ? `${fte} ${period}`.trim() : fte,
      euros && `${euros} ${period}`.trim(),
      low(say("pooling")),
    ];
  },
  point: (say) => [say("label"), low(say("count")), low(say("roles"))],
  rule: (say) => [
    say("state"),
    low(say("decision_mode")),
    low(say("domain")),
    say("review_on") && t("à revoir le {date}", { date: say("review_on") }),
  ],
  committee: (say, { fields }) => {
    const members = strings(fields?.members).length;
    const months = fields?.term_months;
    return [
      members > 0 ? tn("{n} membre", "{n} membres", members) : "",
      low(say("frequency")),
      isNumber(months) ? tn("mandat d'{n} mois", "mandat de {n} mois", months) : "",
      say("decides_on") && t("décide de : {what}", { what: low(say("decides_on")) }),
    ];
  },
  legal_structure: (say) => [say("form"), low(say("standing")), low(say("state")), low(say("horizon"))],
  scenario: (say) => [say("variant"), low(say("horizon")), low(say("dimension"))],
  action: (say, { fields }) => [
    say("owner_id") || say("owner_text"),
    say("due") && t("avant le {date}", { date: say("due") }),
    fields?.state === "todo" ? "" : low(say("state")),
    fields?.priority === "high" ? low(say("priority")) : "",
  ],
  indicator: (say) => {
    const [from, to, unit] = [say("baseline"), say("target"), say("unit")];
    const much =
      from && to
        ? t("de {from} à {to}", { from, to })
        : to
          ? t("vise {to}", { to })
          : from && t("aujourd'hui {from}", { from });
    return [[much, unit].filter(Boolean).join(" "), low(say("horizon")), say("owner_id")];
  },
  scale: (_say, { fields }) => {
    const said = gaugeWords(fields);
    return said === null ? [] : [said.of, low(said.word ?? "")];
  },
};

/** Short words for what the fields of a note say; "" when they say nothing. */
export function kindSummary(names: Names, note: Note, aloud = false): string {
  if (note.fields === undefined) return ""; // most notes: asked for at every drawing
  const { fields } = kindOf(note.kind);
  const say = (name: string) => {
    const field = fields.find((one) => one.name === name);
    return field ? fieldWords(names, note, field, aloud) : "";
  };
  const parts = (own(SUMMARIES, note.kind)?.(say, note) ?? []).filter(Boolean);
  const words = parts.join(", ");
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** For ears: what kind of note it is and what its fields say; "" for a plain note. */
export function kindSaid(names: Names, note: Note): string {
  if (note.kind === "note") return "";
  const summary = kindSummary(names, note, true);
  return summary ? t("{kind} : {words}", { kind: kindName(note.kind), words: summary }) : kindName(note.kind);
}
