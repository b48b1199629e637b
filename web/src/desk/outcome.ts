// What came of the workshop, as the server tells those who led it: figures, actions, closed rounds.

import type { Consent, Poll, Vote } from "../model/page";
import { t, typo } from "../ui/i18n";
import type { Desk } from "./desk";
import { supportName } from "./words";

export type ActionState = "todo" | "doing" | "done" | "dropped";

export interface Place {
  room: string;
  group: string | null;
  board: string;
  zone: string;
  note: string;
}

export interface Decided {
  text: string;
  owner: string | null;
  due: string | null;
  state: ActionState;
  lacks: ("owner" | "due")[];
  /** Where it lies: two canvases may have it. */
  places: Place[];
}

export interface Outcome {
  counts: { people: number; notes: number; canvases: number };
  actions: Decided[];
  votes: Vote[];
  consents: Consent[];
  polls: Poll[];
  notes: Record<string, { text: string; board: string; zone: string }>;
  zones: Record<string, Record<string, string>>;
}

/** Asked for when it is shown, and again when the page comes back to it. */
export class OutcomeOf {
  value: Outcome | null = null;
  failed = false;
  private asking = false;

  constructor(private readonly desk: Desk) {}

  async load(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const { workshop, data } = this.desk;
    try {
      const answer = await fetch(`/api/workshops/${workshop.id}/outcome?lang=${data.language}`);
      if (!answer.ok) throw new Error(String(answer.status));
      this.value = (await answer.json()) as Outcome;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.asking = false;
    this.desk.changed();
  }
}

/** « Canevas gouvernance, Actions, groupe Hêtre » */
export function placeWords(
  desk: Desk,
  outcome: Outcome | null,
  { board, zone, group }: { board: string | null; zone: string | null; group: string | null },
): string {
  const template = board?.split("/", 1)[0] ?? null;
  const title = template === null ? "" : shortName(desk, template);
  const within = zone === null || template === null ? "" : typo(outcome?.zones[template]?.[zone] ?? "");
  const name = desk.workshop.groups.find(({ id }) => id === group)?.name;
  const whose =
    name === undefined ? (group === null ? t("tous ensemble") : "") : t("groupe {name}", { name });
  return [title, within, whose].filter(Boolean).join(", ");
}

/** Short, as on the boards: a list says it often. */
function shortName(desk: Desk, template: string): string {
  if (template === "governance") return t("Canevas gouvernance");
  if (template === "economic") return t("Canevas modèle économique");
  return typo(supportName(desk.data, template));
}

/** The way to a zone of the workshop. */
export function wayTo(desk: Desk, { group, board, zone }: Place): string {
  const query = new URLSearchParams({ ...(group === null ? {} : { group }), board, zone });
  return `/atelier/${desk.workshop.id}?${query}`;
}
