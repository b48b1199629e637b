// What the first load does not bring: canvases with their tray, the cards of the immersion, the stock-take.

import { t } from "../ui/i18n";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";

/** A file that was there when this page was made and is not any more: the server has a newer bundle. */
function outdated(app: Atelier): void {
  app.notify(t("Cette partie de la page n'a pas pu être chargée. Vos notes sont enregistrées."), {
    about: "later",
    actions: [{ label: t("Recharger"), act: () => location.reload() }],
  });
}

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

/** Loads a part when it is first needed; parts that are there already are given at once. */
async function load<Part>(app: Atelier, part: () => Promise<Part>): Promise<Part | null> {
  try {
    const [loaded] = await Promise.all([part(), styled(app)]);
    return loaded;
  } catch {
    outdated(app);
    return null;
  }
}

export const canvases = (app: Atelier) => load(app, () => import("../canvas/main"));
export const deck = (app: Atelier) => load(app, () => import("../deck/main"));
export const wrapUp = (app: Atelier) => load(app, () => import("../wrap/main"));

export function attachLater(app: Atelier, view: BoardView): void {
  const attached = new Set<string>();
  const once = async <Part extends { attach(app: Atelier, view: BoardView): void }>(
    name: string,
    part: () => Promise<Part | null>,
  ) => {
    if (attached.has(name)) return;
    attached.add(name);
    const loaded = await part();
    if (loaded === null) attached.delete(name);
    else loaded.attach(app, view);
  };
  const look = () => {
    const phase = app.workshop.agenda.steps.find(({ id }) => id === app.workshop.step)?.phase;
    if (app.template.sheet === null || phase === "convergence") void once("canvas", () => canvases(app));
    if (phase === "immersion" || app.workshop.projected) void once("deck", () => deck(app));
    if (phase === "synthesis") void once("wrap", () => wrapUp(app));
  };
  app.on("board", look);
  app.on("workshop", look);
  look();
}
