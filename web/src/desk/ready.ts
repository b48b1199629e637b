// What should be so before the room opens, and what is so already. No page in here.

import type { Group, Person, Workshop } from "../model/page";
import { t, tn } from "../ui/i18n";
import { capital, inWords } from "../ui/numbers";
import { advices, sheetPerGroup, total } from "./plan";

export const LEAST_PEOPLE = 5;
export const MOST_PEOPLE = 7;

export type Chapter = "cadre" | "deroule" | "invitations" | "droits" | "avant" | "essai";

export interface Item {
  id: string;
  /** done; better looked at; still to do. None of them keeps the room shut. */
  state: "ok" | "warn" | "todo";
  words: string;
  chapter: Chapter;
}

/** What only this browser knows. */
export interface Seen {
  shared: boolean;
  tried: boolean;
  /** How much of the guide's checklist is done, once the guide is there. */
  prepared?: { done: number; of: number } | null;
}

export function readiness(workshop: Workshop, seen: Seen): Item[] {
  return [
    date(workshop),
    ...durations(workshop),
    facilitation(workshop),
    ...groups(workshop),
    ...prepared(seen),
    {
      id: "shared",
      state: seen.shared || guests(workshop).length > 0 ? "ok" : "todo",
      words:
        seen.shared || guests(workshop).length > 0 ? t("Invitations envoyées") : t("Invitations à envoyer"),
      chapter: "invitations",
    },
    {
      id: "tried",
      state: seen.tried ? "ok" : "todo",
      words: seen.tried ? t("Essai technique fait") : t("Essai technique à faire"),
      chapter: "essai",
    },
  ];
}

function prepared({ prepared }: Seen): Item[] {
  if (!prepared) return [];
  const { done, of } = prepared;
  const state = done >= of ? "ok" : "todo";
  return [
    {
      id: "prepared",
      state,
      words: t("Préparatifs : {n} sur {most}", { n: done, most: of }),
      chapter: "avant",
    },
  ];
}

function date({ starts_at }: Workshop): Item {
  return starts_at
    ? { id: "date", state: "ok", words: t("Date annoncée"), chapter: "cadre" }
    : { id: "date", state: "todo", words: t("Date à fixer"), chapter: "cadre" };
}

function durations(workshop: Workshop): Item[] {
  const { steps } = workshop.agenda;
  const items: Item[] = [];
  const wrong = advices(steps).filter((advice) => !advice.fits);
  if (wrong.length === 0)
    items.push({ id: "durations", state: "ok", words: t("Durées conseillées tenues"), chapter: "deroule" });
  else
    items.push({
      id: "durations",
      state: "warn",
      words: tn("Une durée hors des conseils du kit", "{n} durées hors des conseils du kit", wrong.length),
      chapter: "deroule",
    });
  if (workshop.slot_minutes && total(steps) > workshop.slot_minutes)
    items.push({
      id: "slot",
      state: "warn",
      words: t("Déroulé plus long que l'horaire"),
      chapter: "deroule",
    });
  return items;
}

function facilitation(workshop: Workshop): Item {
  const leaders = workshop.people.filter((person) => !isGuest(person)).length;
  return leaders > 1
    ? {
        id: "facilitation",
        state: "ok",
        words: capital(t("{n} personnes à l'animation", { n: inWords(leaders) })),
        chapter: "invitations",
      }
    : {
        id: "facilitation",
        state: "todo",
        words: t("Une seule personne à l'animation"),
        chapter: "invitations",
      };
}

function groups(workshop: Workshop): Item[] {
  const people = guests(workshop);
  if (people.length === 0)
    return [{ id: "groups", state: "todo", words: t("Personne dans les groupes"), chapter: "deroule" }];
  const items = workshop.groups.flatMap((group) => wrongWith(workshop, group));
  const waiting = people.filter((person) => person.group === null).length;
  if (waiting > 0)
    items.push({
      id: "waiting",
      state: "warn",
      words: tn("Une personne sans groupe", "{n} personnes sans groupe", waiting),
      chapter: "deroule",
    });
  if (items.length > 0) return items;
  return [{ id: "groups", state: "ok", words: t("Groupes équilibrés"), chapter: "deroule" }];
}

function wrongWith(workshop: Workshop, group: Group): Item[] {
  const items: Item[] = [];
  const warn = (id: string, words: string) =>
    items.push({ id: `${id}-${group.id}`, state: "warn", words, chapter: "deroule" });
  const people = inGroup(workshop, group.id);
  const values = { group: group.name, n: people.length };
  if (people.length === 0) warn("empty", t("{group} : personne", values));
  else if (people.length < LEAST_PEOPLE || people.length > MOST_PEOPLE)
    warn(
      "size",
      tn(
        "{group} : une personne, 5 à 7 conseillées",
        "{group} : {n} personnes, 5 à 7 conseillées",
        people.length,
        values,
      ),
    );
  if (lacksUsers(workshop, group.id)) warn("users", t("{group} : aucun usage représenté", values));
  if (sheetPerGroup(workshop.agenda.steps) && !group.sheet)
    warn("sheet", t("{group} : aucune fiche", values));
  return items;
}

export function inGroup(workshop: Workshop, group: string | null): Person[] {
  return workshop.people.filter((person) => person.role === "participant" && person.group === group);
}

/** Nobody in the group says that they use what the commons makes; not said as long as nobody says anything. */
export function lacksUsers(workshop: Workshop, group: string): boolean {
  const people = inGroup(workshop, group);
  const known = workshop.people.some((person) => person.profile);
  return known && people.length > 0 && !people.some((person) => person.profile === "user");
}

/** Whom to exchange so that a group without users gets one: from the group that has most of them. */
export function exchange(
  workshop: Workshop,
  group: string,
): { give: Person; take: Person; with: Group } | null {
  const users = (id: string) => inGroup(workshop, id).filter((person) => person.profile === "user");
  const richest = workshop.groups
    .filter((other) => other.id !== group && users(other.id).length > 1)
    .sort((one, other) => users(other.id).length - users(one.id).length)[0];
  const take = richest && users(richest.id)[0];
  // who carries the project stays where they are
  const give = inGroup(workshop, group).sort(
    (one, other) => Number(one.profile === "lead") - Number(other.profile === "lead"),
  )[0];
  return richest && take && give ? { give, take, with: richest } : null;
}

function guests(workshop: Workshop): Person[] {
  return workshop.people.filter((person) => person.role === "participant");
}

function isGuest(person: Person): boolean {
  return person.role === "participant" || person.role === "observer";
}

/** Which chapters have nothing left to do. */
export function chaptersDone(workshop: Workshop, seen: Seen, read: ReadonlySet<Chapter>): Set<Chapter> {
  const open = new Set(
    readiness(workshop, seen).flatMap((item) => (item.state === "ok" ? [] : [item.chapter])),
  );
  const all: Chapter[] = ["cadre", "deroule", "invitations", "droits", "avant", "essai"];
  // rights have defaults that hold: to have read them is all there is to do
  return new Set(
    all.filter(
      (chapter) =>
        !open.has(chapter) &&
        (chapter !== "droits" || read.has("droits")) &&
        (chapter !== "avant" || Boolean(seen.prepared)),
    ),
  );
}
