// Where a replay can be: groups and the plenary with their rooms; and steps by the short names of its line.

import type { Workshop } from "../../model/page";
import { t } from "../../ui/i18n";
import type { Desk } from "../desk";
import { phases, supportName } from "../words";

export interface Place {
  /** A group, or the plenary. */
  id: string;
  name: string;
  rooms: string[];
}

/** Groups and the plenary, each with its rooms that hold boards of this workshop. */
export function placesOf(workshop: Workshop): Place[] {
  const canvases = ["governance", "economic"].filter((id) => inModules(workshop, id));
  const apart = canvases.some((id) => kindOf(workshop, id) === "convergence");
  const places: Place[] = workshop.groups.map((group) => ({
    id: group.id,
    name: group.name,
    rooms: [
      ...(["sheet1", "sheet2", "sheet3"].some((id) => inModules(workshop, id))
        ? [group.rooms.exploration]
        : []),
      ...(apart ? [group.rooms.convergence] : []),
    ],
  }));
  const together =
    canvases.some((id) => kindOf(workshop, id) === "plenary") || (workshop.pooled ?? []).length > 0;
  if (together && workshop.plenary)
    places.push({ id: "plenary", name: t("Plénière"), rooms: [workshop.plenary] });
  return places.filter(({ rooms }) => rooms.length > 0);
}

export function inModules(workshop: Workshop, template: string): boolean {
  return (workshop.modules ?? []).includes(template.split(".")[0] as never);
}

/** The kind of room that a template's boards are in. */
export function kindOf(workshop: Workshop, template: string): string {
  return template.startsWith("sheet")
    ? "exploration"
    : (workshop.board_rooms?.[template as never] ?? "convergence");
}

export function kindOfRoom(room: string): string {
  return room.endsWith("-exploration")
    ? "exploration"
    : room.endsWith("-plenary")
      ? "plenary"
      : "convergence";
}

/** « Fiche 1 · Je », « Gouvernance » */
export function shortBoard(desk: Desk, template: string): string {
  if (template === "governance") return t("Gouvernance");
  return template === "economic" ? t("Modèle économique") : supportName(desk.data, template);
}

/** As many letters a name may have that somebody gave a step. */
const SHORT = 14;

/** « Immersion », « Fiche 1 · Je », « Gouvernance »: what a step works on, else its phase. */
export function shortStep(desk: Desk, place: string, one: { step: string; title: string }): string {
  const step = desk.workshop.agenda.steps.find(({ id }) => id === one.step);
  if (one.title.length <= SHORT || step === undefined) return one.title;
  const board = step.board ?? "";
  if (board === "economic") return t("Économie");
  const assigned = desk.workshop.groups.find(({ id }) => id === place)?.sheet;
  if (board.startsWith("assigned.") && !assigned) return board.endsWith(".recto") ? t("Je") : t("Nous");
  if (board) return shortBoard(desk, board.replace("assigned", assigned ?? ""));
  return phases()[step.phase] ?? one.title;
}
