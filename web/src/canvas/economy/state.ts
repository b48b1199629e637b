// What the economic canvas holds at this moment: its lanes, what each has answered, and the sums.

import type { Atelier } from "../../board/atelier";
import { type Economy, economyOf, laneOf } from "../../model/economy";
import { gridOf } from "../../model/layout";
import { COLOURS, type Colour, type Note, type Person, type Poll, templateOf } from "../../model/page";
import { nameOf, sameName } from "../../model/stakeholders";
import { t } from "../../ui/i18n";
import { COLUMNS, type Row, rowsOf } from "./grid";

export const BOARD = "economic";
export const LANE_ZONES = ["stakeholders", "brings", "receives", "viability"] as const;
/** Notes that repeat verdicts for lists and paper; lanes show the verdicts themselves. */
const MIRROR = "verdict-";

export interface Lane {
  id: string;
  name: string;
  colour: Colour;
  people: readonly Person[];
  /** The note that made the lane of somebody who is not in the room. */
  actor: Note | null;
  /** What notes of the kind « partie prenante » say of it. */
  sector: string | null;
  type: string | null;
}

export interface Answer {
  verdict: string | null;
  value: number | null;
  reason?: string;
  by: string | null;
  at: number;
  /** Said by facilitation in the stakeholder's name. */
  named?: boolean;
  poll?: string;
  spread?: { verdict: string; value: number; reason?: string }[];
}

export interface Balance extends Answer {
  history: Answer[];
}

export class Economics {
  lanes: Lane[] = [];
  rows: Row[] = [];
  balances = new Map<string, Balance>();
  sums: Economy = economyOf([], [], {});
  /** Notes of the zones with lanes that belong to nobody yet. */
  loose: Note[] = [];
  grown = 0;
  /** Notes beside one another in a cell: fewer where the board is shown small and its texts stay as large. */
  columns = COLUMNS;
  /** One more whenever something of all this has changed. */
  version = 0;
  /** Notes of « Parties prenantes » that say no more than the name of somebody who is there. */
  private byName = new Map<string, string>();
  private seen = "";
  private balanced = "";

  constructor(readonly app: Atelier) {}

  get here(): boolean {
    return templateOf(this.app.board) === BOARD;
  }

  /** Whether lanes are drawn on the board: on a wide screen, not on the boxes of the page. */
  get drawn(): boolean {
    return this.here && gridOf(this.app.template) !== null;
  }

  in(zone: string): readonly Note[] {
    return this.app.notesByZone().get(zone) ?? [];
  }

  lane(id: string | null): Lane | undefined {
    return this.lanes.find((one) => one.id === id);
  }

  mine(lane: Pick<Lane, "id">): boolean {
    return this.app.data.person.stakeholder === lane.id && this.app.data.person.role !== "observer";
  }

  /** The lane a note lies in; a note that made a lane lies in it. */
  of(note: Note): string | null {
    if (note.zone === "stakeholders" && this.lane(note.id)) return note.id;
    const id = laneOf(note) ?? this.byName.get(note.id) ?? null;
    return this.lane(id) ? id : null;
  }

  within(zone: string, lane: string | null): Note[] {
    return this.in(zone).filter((note) => !isMirror(note) && this.of(note) === lane);
  }

  /** Notes of a lane's head besides its name. */
  said(lane: Lane): Note[] {
    return this.within("stakeholders", lane.id).filter(
      (note) => note.id !== lane.actor?.id && !sameName(note.text, lane.name),
    );
  }

  /** The same for any row: notes of « Parties prenantes » that belong to nobody are all said of nobody. */
  saidIn(id: string | null): Note[] {
    const lane = this.lane(id);
    if (lane) return lane.actor ? [] : this.said(lane);
    return this.within("stakeholders", null);
  }

  poll(): Poll | undefined {
    const { group, role } = this.app.data.person;
    const asked = (poll: Poll) => poll.group === null || poll.group === group || role !== "participant";
    return this.app.workshop.polls?.find((poll) => poll.kind === "verdict" && poll.open && asked(poll));
  }

  /** Look again, unless nothing but texts has changed. */
  look(): void {
    if (!this.here) return;
    const signature = this.signature();
    if (signature === this.seen) return;
    this.seen = signature;
    this.version++;
    this.lanes = this.readLanes();
    this.balances = this.readBalances();
    const zones = this.app.notesByZone();
    const notes = [...zones.values()].flat();
    const verdicts = Object.fromEntries(this.lanes.map(({ id }) => [id, this.balances.get(id)?.verdict]));
    this.sums = economyOf(
      notes,
      this.lanes.map(({ id }) => id),
      verdicts,
    );
    this.loose = LANE_ZONES.flatMap((zone) => this.within(zone, null));
    const height = this.app.template.screen?.zones.stakeholders?.[3] ?? 0;
    const { rows, grown } = rowsOf(
      [...this.lanes.map(({ id }) => id), ...(this.loose.length > 0 ? [null] : [])].map((id) => ({
        id,
        notes: Math.max(...["brings", "receives"].map((zone) => this.within(zone, id).length)),
      })),
      height,
      this.columns,
    );
    this.rows = rows;
    this.grown = grown;
  }

  private signature(): string {
    const notes = [...this.app.notesByZone().values()].flat();
    const { workshop, data, document } = this.app;
    this.balanced = JSON.stringify(document?.answers ?? {});
    return JSON.stringify([
      notes.map(({ id, zone, kind, stakeholder, fields, order, text }) => [
        id,
        zone,
        kind,
        stakeholder,
        fields,
        order,
        zone === "stakeholders" ? text : "",
      ]),
      workshop.people.map(({ id, name, stakeholder, group, colour }) => [
        id,
        name,
        stakeholder,
        group,
        colour,
      ]),
      workshop.stakeholders,
      workshop.commons,
      workshop.polls,
      data.person,
      this.balanced,
      this.app.mayWrite,
      this.app.closed("brings"),
      this.app.board,
      this.columns,
    ]);
  }

  /** Those at the table as they sat down, then those whom notes name, then those a note stands for. */
  private readLanes(): Lane[] {
    const { app } = this;
    const { workshop } = app;
    const everybody = app.roomOf(BOARD) === app.data.rooms.plenary;
    const ids = new Map<string, Person[]>();
    for (const person of workshop.people) {
      const seated = everybody ? person.group !== null : person.group === app.data.group;
      const speaks = person.role === "participant" || person.stakeholder !== person.id;
      if (seated && speaks) ids.set(person.stakeholder, [...(ids.get(person.stakeholder) ?? []), person]);
    }
    const heads = this.in("stakeholders");
    const named = (note: Note) =>
      [...ids.keys()].find((id) => sameName(nameOf(workshop, id) ?? "", note.text));
    this.byName = new Map();
    const actors = new Map<string, Note>();
    for (const note of heads) {
      if (note.kind !== "stakeholder" || laneOf(note) !== null) continue;
      const id = named(note);
      if (id === undefined) actors.set(note.id, note);
      else this.byName.set(note.id, id);
    }
    for (const zone of LANE_ZONES)
      for (const note of this.in(zone)) {
        const id = laneOf(note);
        if (id !== null && !actors.has(id) && !ids.has(id) && nameOf(workshop, id) !== null)
          ids.set(
            id,
            workshop.people.filter((person) => person.stakeholder === id),
          );
      }
    const taken = new Set<Colour>();
    const lanes = [...ids].map(([id, people]) => {
      const words = heads.filter(
        (note) => note.kind === "stakeholder" && (laneOf(note) ?? this.byName.get(note.id)) === id,
      );
      const wished = [fieldOf(words, "color") as Colour | null, people[0]?.colour ?? null];
      return {
        id,
        name: nameOf(workshop, id) ?? t("Structure partie"),
        colour: this.colour(wished, taken),
        people,
        actor: null,
        sector: fieldOf(words, "sector"),
        type: fieldOf(words, "type"),
      };
    });
    const absent = [...actors.values()].map((note) => ({
      id: note.id,
      name:
        String(note.fields?.name ?? "") || note.text.trim().split("\n")[0] || t("Partie prenante sans nom"),
      colour: this.colour([(note.fields?.color as Colour | undefined) ?? null], taken),
      people: [],
      actor: note,
      sector: fieldOf([note], "sector"),
      type: fieldOf([note], "type"),
    }));
    return [...lanes, ...absent];
  }

  /** Each lane its own colour, as long as there are any. */
  private colour(wished: readonly (Colour | null)[], taken: Set<Colour>): Colour {
    const free = [...wished, ...COLOURS].find(
      (one) => one !== null && COLOURS.includes(one) && !taken.has(one),
    );
    const colour = free ?? wished.find((one) => one !== null) ?? "craie";
    taken.add(colour);
    return colour;
  }

  private readBalances(): Map<string, Balance> {
    const answers = JSON.parse(this.balanced) as Record<string, Balance>;
    const out = new Map<string, Balance>();
    for (const [key, value] of Object.entries(answers)) {
      const [family, id] = key.split("/");
      if (family === "verdict" && id) out.set(id, { ...value, history: value.history ?? [] });
    }
    return out;
  }
}

export const isMirror = (note: Note) => note.zone === "viability" && note.id.startsWith(MIRROR);

/** The stakeholder whose verdict such a note repeats. */
export const mirrored = (note: Pick<Note, "id">) => note.id.slice(MIRROR.length);

function fieldOf(notes: readonly Note[], name: string): string | null {
  for (const note of notes) {
    const value = note.fields?.[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}
