// A room that is not this person's any more: facilitation gave them another group, or none for the moment. The
// page goes there by itself, and what had not been sent comes along.

import type { Atelier } from "../board/atelier";
import { t } from "../ui/i18n";

const KEPT = "tablee-moved";
const NOT_ALLOWED = 4403;

interface Moved {
  workshop: string;
  group: string;
  copies: string[];
  /** Whether notes came along that had not been sent. */
  notes: boolean;
}

/** Says where one is now, when the page before this one was in another group. */
export function sayMoved(app: Atelier): void {
  const kept = readMoved(sessionStorage.getItem(KEPT));
  const forget = () => sessionStorage.removeItem(KEPT);
  if (kept === null || kept.workshop !== app.workshop.id || kept.copies.length === 0) forget();
  if (kept?.workshop !== app.workshop.id) return;
  const name = app.workshop.groups.find((group) => group.id === app.data.group)?.name ?? app.data.group;
  const leaders = app.workshop.people.filter(
    (person) => person.role === "facilitator" || person.role === "organiser",
  );
  const [only] = leaders;
  const words =
    leaders.length === 1 && only
      ? t("{name} vous donne une place dans le groupe {group}.", { name: only.name, group: name })
      : t("L'animation vous donne une place dans le groupe {group}.", { group: name });
  const { copies, notes } = kept;
  // what comes along is told beside it
  app.notify(words, { about: "moved", good: copies.length === 0, copies, stays: notes, closed: forget });
  app.announcer.interrupt(words);
}

function readMoved(stored: string | null): Moved | null {
  try {
    const found = JSON.parse(stored ?? "null") as Partial<Moved> | null;
    const { workshop, group, copies } = found ?? {};
    if (typeof workshop !== "string" || typeof group !== "string" || !Array.isArray(copies)) return null;
    const notes = found?.notes === true;
    return { workshop, group, notes, copies: copies.filter((one) => typeof one === "string") };
  } catch {
    return null;
  }
}

let asked = false;

/**
 * Whether the page is on its way to another group, now that the server has closed this one. `ended` is called
 * when it is not.
 */
export function movesOn(app: Atelier, code: number, ended: () => void): boolean {
  if (code !== NOT_ALLOWED) return false;
  if (asked) return true;
  asked = true;
  void whereNow(app).then((group) => {
    if (group === undefined || group === app.data.group) ended();
    else moveOn(app, group);
  });
  return true;
}

/** In the plenary nothing is closed when somebody gets another group: the state says it. */
export function attachMoved(app: Atelier, leaveWriting: () => string | null): () => void {
  return app.on("workshop", () => {
    const { role, group } = app.data.person;
    if (asked || role !== "participant" || group === app.data.group || app.connection.closedFor !== null)
      return;
    asked = true;
    leaveWriting();
    const go = () => {
      if (app.rooms.some((room) => room.closedFor === null && room.pending > 0)) return;
      off();
      moveOn(app, group);
    };
    const off = app.on("link", go);
    go();
  });
}

function moveOn(app: Atelier, group: string | null): void {
  const left = app.rooms.filter((room) => room.closedFor !== null);
  const notes = left.flatMap((room) => room.unsent());
  if (notes.length > 0) app.onRefused("lineage", notes); // kept across pages, and offered there
  const copies = app.noticeAbout("moved")?.copies ?? [];
  const typed = document.querySelector<HTMLInputElement>("#list .cmp input[name=text]")?.value.trim();
  const moved: Moved = {
    workshop: app.workshop.id,
    group: group ?? "",
    notes: notes.length > 0,
    copies: typed ? [...copies, typed] : copies,
  };
  sessionStorage.setItem(KEPT, JSON.stringify(moved));
  const go = () => location.assign(`${app.data.base}/atelier/${app.workshop.id}`);
  void Promise.all(left.map((room) => room.forget())).then(go, go);
}

/** This person's group now, null in the waiting room; undefined for who has no place any more. */
async function whereNow(app: Atelier): Promise<string | null | undefined> {
  try {
    const answer = await fetch(`${app.data.base}/api/me?workshop=${app.workshop.id}`);
    if (!answer.ok) return undefined;
    const { person, workshop } = (await answer.json()) as {
      person?: { group?: string | null };
      workshop?: string;
    };
    return workshop === app.workshop.id ? (person?.group ?? null) : undefined;
  } catch {
    return undefined;
  }
}
