// What an action lacks before the workshop may close, as server/tablee/model/actions.py says it.

import type { Note, Person } from "../model/page";
import { t, tn } from "../ui/i18n";

export type Lack = "owner" | "due";

/** Whoever has left the workshop does not own an action any more. */
export function lacksOf(note: Pick<Note, "fields">, people: readonly Pick<Person, "id">[]): Lack[] {
  const fields = note.fields ?? {};
  if (fields.state === "dropped") return [];
  const owned = people.some(({ id }) => id === fields.owner_id) || given(fields.owner_text);
  return [...(owned ? [] : ["owner" as const]), ...(given(fields.due) ? [] : ["due" as const])];
}

const given = (value: unknown) => typeof value === "string" && value.trim() !== "";

/** « sans responsable ni échéance » */
export function lackWords(lacks: readonly Lack[]): string {
  if (lacks.length === 2) return t("sans responsable ni échéance");
  return lacks[0] === "owner" ? t("sans responsable") : lacks[0] === "due" ? t("sans échéance") : "";
}

/** « 2 actions sans responsable ni échéance, 1 action sans échéance »; "" when none lacks anything. */
export function countLacks(all: readonly (readonly Lack[])[]): string {
  const count = (wanted: (lacks: readonly Lack[]) => boolean) => all.filter(wanted).length;
  const both = count((lacks) => lacks.length === 2);
  const owner = count((lacks) => lacks.length === 1 && lacks[0] === "owner");
  const due = count((lacks) => lacks.length === 1 && lacks[0] === "due");
  return [
    both > 0 &&
      tn("{n} action sans responsable ni échéance", "{n} actions sans responsable ni échéance", both),
    owner > 0 && tn("{n} action sans responsable", "{n} actions sans responsable", owner),
    due > 0 && tn("{n} action sans échéance", "{n} actions sans échéance", due),
  ]
    .filter(Boolean)
    .join(", ");
}
