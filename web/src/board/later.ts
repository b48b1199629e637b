// What the first load does not bring: canvases with their tray, the cards of the immersion, the stock-take.

import { learn, t } from "../ui/i18n";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";

/** A file that was there when this page was made and is not any more: the server has a newer bundle. */
function outdated(app: Atelier): void {
  app.notify(t("Cette partie de la page n'a pas pu être chargée. Vos notes sont enregistrées."), {
    about: "later",
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
    return loaded;
  } catch {
    outdated(app);
    return null;
  }
}

export const canvases = (app: Atelier) => load(app, () => import("../canvas/main"));
export const deck = (app: Atelier) => load(app, () => import("../deck/main"));
export const sources = (app: Atelier) => load(app, () => import("../tray/sources"));
export const rows = (app: Atelier) => load(app, () => import("../rows/main"));
export const wrapUp = (app: Atelier) => load(app, () => import("../wrap/main"));

/** « Reporter dans… » for notes of a sheet, whether or not the tray is there yet. */
export function carryNotes(app: Atelier, ids: readonly string[]): void {
  void canvases(app).then((part) => part?.carryNotes(app, ids));
}

export function attachLater(app: Atelier, view: BoardView): void {
  const parts = new Map<string, Promise<void>>();
  const once = <Part extends { attach(app: Atelier, view: BoardView): void }>(
    name: string,
    part: () => Promise<Part | null>,
  ): Promise<void> => {
    const there =
      parts.get(name) ??
      part().then((loaded) => {
        if (loaded === null) parts.delete(name);
        else loaded.attach(app, view);
      });
    parts.set(name, there);
    return there;
  };
  const look = () => {
    const phase = app.workshop.agenda.steps.find(({ id }) => id === app.workshop.step)?.phase;
    // what became of notes is told by the tray
    const told =
      !parts.has("canvas") &&
      app.document?.all().some(({ status }) => status !== undefined && status !== "open");
    if (app.template.sheet === null || phase === "convergence" || told)
      void once("canvas", () => canvases(app));
    if (phase === "immersion" || app.workshop.projected) void once("deck", () => deck(app));
    if (phase === "synthesis") void once("wrap", () => wrapUp(app));
  };
  for (const what of ["board", "workshop", "joined", "notes"]) app.on(what, look);
  look();
  // the cards are to be readable without a network; and another group may report at any time
  const fetchRest = () => {
    if (!app.connection.online) return;
    void once("deck", () => deck(app));
    void once("rows", () => rows(app));
  };
  const idle = app.on("joined", () => {
    idle();
    if ("requestIdleCallback" in window) requestIdleCallback(fetchRest, { timeout: IDLE_MS });
    else setTimeout(fetchRest, IDLE_MS);
  });
  const stockTake = () => void once("wrap", () => wrapUp(app)).then(() => app.emit("open-wrap"));
  document.getElementById("open-wrap")?.addEventListener("click", stockTake);
  const asked = () => {
    if (location.hash === "#bilan") stockTake(); // from the pages of those who lead
  };
  addEventListener("hashchange", asked);
  asked();
  for (const id of ["open-cards", "open-summary"])
    document.getElementById(id)?.addEventListener("click", (event) => {
      (event.target as Element).closest("details")?.removeAttribute("open");
      void once("deck", () => deck(app)).then(() => app.emit(id));
    });
}
