// What the first load does not bring: canvases with their tray, the cards of the immersion, the stock-take.

import type { Photo } from "../model/page";
import { learn, t } from "../ui/i18n";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { cover } from "./cover";

const FAILED = "later";

/** A file that was there when this page was made and is not any more: the server has a newer bundle. */
function outdated(app: Atelier): void {
  app.notify(t("Cette partie de la page n'a pas pu être chargée. Vos notes sont enregistrées."), {
    about: FAILED,
    actions: [{ label: t("Recharger"), act: () => location.reload() }],
  });
}

/** When the page has found no moment of rest, it is loaded all the same. */
const IDLE_MS = 5_000;

let styles: Promise<void> | null = null;

/** The styles of all of it, once. */
function styled(app: Atelier): Promise<void> {
  styles ??= new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = app.data.later.canvas;
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      styles = null; // asked for again the next time
      link.remove();
      resolve();
    });
    document.head.append(link);
  });
  return styles;
}

let words: Promise<void> | null = null;

function worded(app: Atelier): Promise<void> {
  words ??= learn(app.data.phrases?.later).catch((error: unknown) => {
    words = null;
    throw error;
  });
  return words;
}

/** Loads a part when it is first needed; parts that are there already are given at once. */
async function load<Part>(app: Atelier, part: () => Promise<Part>): Promise<Part | null> {
  try {
    const [loaded] = await Promise.all([part(), styled(app), worded(app)]);
    app.dismiss(app.noticeAbout(FAILED));
    return loaded;
  } catch {
    outdated(app);
    return null;
  }
}

const parts = () => import("./parts");
export const canvases = (app: Atelier) => load(app, async () => (await parts()).canvas);
export const deck = (app: Atelier) => load(app, async () => (await parts()).deck);
export const sources = (app: Atelier) => load(app, async () => (await parts()).sources);
export const paper = (app: Atelier) => load(app, async () => (await parts()).paper);
export const rows = (app: Atelier) => load(app, async () => (await parts()).rows);
export const wrapUp = (app: Atelier) => load(app, async () => (await parts()).wrap);

export const dialogs = (app: Atelier) => load(app, async () => (await parts()).asking);

/** « Type de note… » */
export function openKindEditor(app: Atelier, id: string): void {
  void load(app, async () => (await parts()).kinds).then((part) => part?.openKindEditor(app, id));
}

/** « Reporter dans… » for notes of a sheet, whether or not the tray is there yet. */
export function carryNotes(app: Atelier, ids: readonly string[]): void {
  void canvases(app).then((part) => part?.carryNotes(app, ids));
}

let pressed = false;
for (const [what, down] of [
  ["pointerdown", true],
  ["pointerup", false],
  ["pointercancel", false],
] as const)
  addEventListener(what, () => void setTimeout(() => (pressed = down), 0), { capture: true, passive: true });

/** Do it when nobody is in the middle of something: a press ends on what it began on, and writing goes on. */
export function whenCalm(app: Atelier, then: () => void): void {
  if (!pressed && app.editing === null) {
    then();
    return;
  }
  const again = () => {
    off();
    removeEventListener("pointerup", soon);
    whenCalm(app, then);
  };
  const soon = () => void setTimeout(again, 1);
  const off = app.on("selection", () => {
    if (app.editing === null) again();
  });
  addEventListener("pointerup", soon);
}

export function attachLater(app: Atelier, view: BoardView): void {
  const parts = new Map<string, Promise<void>>();
  /** What could not be loaded: asked for again when somebody presses for it, or the server is there again. */
  const failed = new Set<string>();
  const once = <Part extends { attach(app: Atelier, view: BoardView): void }>(
    name: string,
    part: () => Promise<Part | null>,
  ): Promise<void> => {
    const there =
      parts.get(name) ??
      part().then((loaded) => {
        if (loaded !== null) {
          loaded.attach(app, view);
          return;
        }
        parts.delete(name);
        failed.add(name);
      });
    if (name === "canvas" && !parts.has(name)) waits(there);
    parts.set(name, there);
    return there;
  };
  /** A canvas takes nothing until it is whole: what one begins on it before would be drawn anew. */
  const waits = (part: Promise<void>) => {
    if (app.template.sheet !== null) return;
    cover("canvas", true);
    void part.finally(() => cover("canvas", false));
  };
  const look = () => {
    const phase = app.workshop.agenda.steps.find(({ id }) => id === app.workshop.step)?.phase;
    // what became of notes is told by the tray
    const told =
      !parts.has("canvas") &&
      app.document?.all().some(({ status }) => status !== undefined && status !== "open");
    const wants = (name: string, is: unknown) => Boolean(is) && !failed.has(name);
    if (wants("canvas", app.template.sheet === null || phase === "convergence" || told))
      void once("canvas", () => canvases(app));
    if (wants("deck", phase === "immersion" || app.workshop.projected)) void once("deck", () => deck(app));
    // what is asked is told in a band
    if (
      wants(
        "rows",
        app.workshop.polls?.some(({ open }) => open),
      )
    )
      void once("rows", () => rows(app));
    if (wants("wrap", phase === "synthesis")) void once("wrap", () => wrapUp(app));
  };
  let { online } = app.connection;
  app.on("link", () => {
    const back = app.connection.online && !online;
    online = app.connection.online;
    if (!back) return;
    failed.clear();
    look();
  });
  for (const what of ["board", "workshop", "joined", "notes"]) app.on(what, look);
  look();
  // the cards are to be readable without a network; and another group may report at any time
  const fetchRest = () => {
    if (!app.connection.online) return;
    void once("deck", () => deck(app));
    void once("rows", () => rows(app));
    void once("paper", () => paper(app));
    void canvases(app); // to be there when somebody goes to a canvas, also without a network
  };
  const idle = app.on("joined", () => {
    idle();
    if ("requestIdleCallback" in window) requestIdleCallback(fetchRest, { timeout: IDLE_MS });
    else setTimeout(fetchRest, IDLE_MS);
  });
  const stockTake = () => void once("wrap", () => wrapUp(app)).then(() => app.emit("open-wrap"));
  document.getElementById("open-wrap")?.addEventListener("click", stockTake);
  const beside = (what: string) => void once("deck", () => deck(app)).then(() => app.emit(what));
  const onPaper = (what: string) => void once("paper", () => paper(app)).then(() => app.emit(what));
  app.onEvent("photos", ({ photos }, room) => {
    app.photos.set(room, photos as Photo[]);
    onPaper("photos");
  });
  if (app.data.zone) onPaper("photos");
  const asked = () => {
    // from the pages of those who lead
    if (location.hash === "#bilan") stockTake();
    if (location.hash === "#exemples") beside("open-cards");
  };
  addEventListener("hashchange", asked);
  asked();
  const menu = {
    "open-cards": beside,
    "open-summary": beside,
    "open-photos": onPaper,
    "open-transcription": onPaper,
    "open-pdf": onPaper,
  };
  for (const [id, open] of Object.entries(menu))
    document.getElementById(id)?.addEventListener("click", (event) => {
      const menu = (event.target as Element).closest("details");
      if (menu?.open) {
        menu.querySelector("summary")?.focus(); // what opens gives the focus back to it
        menu.open = false;
      }
      open(id);
    });
}
