// Carrying notes over to a canvas, merging them and putting them aside: asked of the server, said, and undone.

import type { Atelier } from "../board/atelier";
import { asked } from "../board/command";
import { refused } from "../board/zone-state";
import type { Decision } from "../model/decided";
import { canvasOf, keyOf, type Row, zoneOf } from "../model/harvest";
import type { Canvas } from "../model/page";
import { t, tn } from "../ui/i18n";
import { zoneName } from "./words";

/** A note of a sheet, wherever one meets it. */
export type Source = Pick<Row, "key" | "room" | "note" | "text" | "to" | "board" | "group" | "by">;

export interface Where {
  canvas: Canvas;
  /** Null: each to the zone that is proposed for it. */
  address: string | null;
  /** Once more, although it was carried before. */
  again?: boolean;
}

const named = (sources: readonly Source[]) => sources.map(({ room, note }) => ({ from: room, note }));

/** Notes of the sheet that is shown, as sources. */
export function sourcesOf(app: Atelier, ids: readonly string[]): Source[] {
  const { shownGroup: group } = app;
  return ids.flatMap((id) => {
    const note = app.note(id);
    if (note === null || note.hidden) return [];
    const to = app.templateOf(note.board)?.zones.find((zone) => zone.id === note.zone)?.to ?? [];
    const { text, board, by } = note;
    return [{ key: keyOf(group, id), room: app.roomOf(board), note: id, text, to, board, group, by }];
  });
}

/** Carry notes to a zone; gives the ids of the notes on the canvas, or null when that is refused. */
export async function carry(
  app: Atelier,
  sources: readonly Source[],
  where: Where,
): Promise<string[] | null> {
  const { canvas, address, again } = where;
  if (sources.length === 0 || (address !== null && refused(app, zoneOf(address), canvas))) return null;
  const answer = await asked<{ notes?: Record<string, string> }>(app, {
    type: "note.carry",
    notes: named(sources),
    room: app.roomOf(canvas),
    ...(address === null ? { canvas } : { zone: address }),
    ...(again && { again }),
  });
  if (failed(app, answer)) return null;
  const made = [...new Set(Object.values(answer.notes ?? {}))];
  const said =
    address === null
      ? tn("Note reportée dans sa zone.", "{n} notes reportées, chacune dans sa zone.", sources.length)
      : tn("Note reportée dans {zone}.", "{n} notes reportées dans {zone}.", sources.length, {
          zone: zoneName(app, address),
        });
  done(app, said, () => takeAway(app, canvas, made));
  return made;
}

/** One note of several; gives its id, or null. */
export async function merge(
  app: Atelier,
  sources: readonly Source[],
  address: string,
  text: string,
): Promise<string | null> {
  if (refused(app, zoneOf(address), canvasOf(address))) return null;
  const answer = await asked<{ note?: string }>(app, {
    type: "note.merge",
    notes: named(sources),
    room: app.roomOf(canvasOf(address)),
    zone: address,
    text,
  });
  if (failed(app, answer)) return null;
  const said = tn("{n} note réunie dans {zone}.", "{n} notes réunies en une dans {zone}.", sources.length, {
    zone: zoneName(app, address),
  });
  const id = answer.note ?? null;
  done(app, said, () => takeAway(app, canvasOf(address), id === null ? [] : [id]));
  return id;
}

/** Put notes aside on a canvas, or take them back. */
export async function park(
  app: Atelier,
  sources: readonly Source[],
  canvas: Canvas,
  parked: boolean,
): Promise<boolean> {
  const answer = await asked(app, {
    type: "note.park",
    notes: named(sources),
    room: app.roomOf(canvas),
    canvas,
    parked,
  });
  if (failed(app, answer)) return false;
  const said = parked
    ? tn("Note mise de côté.", "{n} notes mises de côté.", sources.length)
    : tn("Note remise à traiter.", "{n} notes remises à traiter.", sources.length);
  done(app, said, parked ? () => void park(app, sources, canvas, false) : null);
  return true;
}

/** Open decided notes again: what was made of them leaves the canvas. */
export async function reopen(
  app: Atelier,
  source: Source,
  canvas: Canvas,
  decision: Decision,
): Promise<void> {
  if (decision.status === "parked") await park(app, [source], canvas, false);
  else
    takeAway(
      app,
      canvas,
      decision.notes.map(({ id }) => id),
    );
}

/** Delete what was carried: its sources are to be decided again. */
function takeAway(app: Atelier, canvas: Canvas, ids: readonly string[]): void {
  const document = app.documentOf(canvas);
  const notes = ids.flatMap((id) => document?.note(id) ?? []);
  const free = notes.filter((note) => app.mayChange(note));
  if (document === null || free.length === 0) {
    app.notify(t("Cette note n'est plus sur le canevas, ou ne peut pas en être retirée."), {
      about: "carry",
    });
    return;
  }
  document.together(() => {
    for (const { id } of free) document.remove(id);
  });
  app.announcer.say(t("Report annulé : la note est de nouveau à traiter."));
}

function failed<T extends object>(app: Atelier, answer: T | string): answer is string {
  if (typeof answer !== "string") return false;
  app.notify(answer, { about: "carry" });
  return true;
}

/** Say what was done; « Annuler » stays in sight until the next one. */
function done(app: Atelier, said: string, undo: (() => void) | null): void {
  app.announcer.say(said);
  if (undo === null) {
    app.dismiss(app.noticeAbout("carry"));
    return;
  }
  const notice = app.notify(said, {
    good: true,
    about: "carry",
    actions: [
      {
        label: t("Annuler"),
        act: () => {
          app.dismiss(notice);
          undo();
        },
      },
    ],
  });
}
