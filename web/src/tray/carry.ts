// Carrying notes over to a canvas, merging them and putting them aside: asked of the server, said, and undone.

import type { Atelier } from "../board/atelier";
import { asked } from "../board/command";
import { refused } from "../board/zone-state";
import type { Decision } from "../model/decided";
import { canvasOf, keyOf, type Row, zoneOf } from "../model/harvest";
import type { Canvas } from "../model/page";
import type { BoardDocument } from "../sync/document";
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
  done(app, canvas, said, () => takeAway(app, canvas, made, false));
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
  done(app, canvasOf(address), said, () => takeAway(app, canvasOf(address), id === null ? [] : [id], false));
  return id;
}

/** Put notes aside on a canvas, or take them back. `back`: whether that may be undone. */
export async function park(
  app: Atelier,
  sources: readonly Source[],
  canvas: Canvas,
  parked: boolean,
  back = true,
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
  done(app, canvas, said, back ? () => void park(app, sources, canvas, !parked, false) : null);
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
function takeAway(app: Atelier, canvas: Canvas, ids: readonly string[], kept = true): void {
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
  if (!kept) document.undo.undoStack.pop();
  app.announcer.say(t("Report annulé : la note est de nouveau à traiter."));
}

function failed<T extends object>(app: Atelier, answer: T | string): answer is string {
  if (typeof answer !== "string") return false;
  app.notify(answer, { about: "carry" });
  return true;
}

/** What may be taken back, the newest last, and how many own steps there were by then where it is seen. */
interface Deed {
  steps: ReadonlyMap<BoardDocument | null, number>;
  undo: () => void;
}
const deeds: Deed[] = [];
const MOST_DEEDS = 50;

/** Undo goes back in the order of what one did: over to the canvas, and on the board. */
export function attachUndo(app: Atelier): void {
  app.undoFirst = () => {
    const { document } = app;
    const last = deeds.findLast(({ steps }) => steps.has(document));
    const later = (document?.steps("undo") ?? 0) > (last?.steps.get(document) ?? 0);
    if (!last || later) return null;
    return () => {
      app.dismiss(app.noticeAbout("carry"));
      takeBack(app, last);
    };
  };
}

function takeBack(app: Atelier, deed: Deed): void {
  const at = deeds.indexOf(deed);
  if (at < 0) return;
  deeds.splice(at, 1);
  deed.undo();
  app.emit("history");
}

/** Say what was done; « Annuler » stays in sight until the next one. */
function done(app: Atelier, canvas: Canvas, said: string, undo: (() => void) | null): void {
  app.announcer.say(said);
  if (undo === null) {
    app.dismiss(app.noticeAbout("carry"));
    return;
  }
  const seen = [app.document, app.documentOf(canvas)];
  for (const document of seen) document?.endStep(); // what is typed from now on is a step of its own
  const deed = { steps: new Map(seen.map((one) => [one, one?.steps("undo") ?? 0])), undo };
  deeds.push(deed);
  if (deeds.length > MOST_DEEDS) deeds.shift();
  app.emit("history");
  const notice = app.notify(said, {
    good: true,
    about: "carry",
    actions: [
      {
        label: t("Annuler"),
        act: () => {
          app.dismiss(notice);
          takeBack(app, deed);
        },
      },
    ],
  });
}
