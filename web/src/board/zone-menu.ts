// What can be done with a zone as a whole.

import { t } from "../ui/i18n";
import { type MenuItem, openMenu } from "../ui/menu";
import { tidyZone } from "./actions";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { openPasteDialog } from "./paste-dialog";

export function zoneActs(app: Atelier, zone: string, create: (zone: string) => void): MenuItem[] {
  const count = app.notesByZone().get(zone)?.length ?? 0;
  const items: (MenuItem | false)[] = [
    app.mayWrite && { label: t("Nouvelle note"), icon: "plus", key: "N", done: () => create(zone) },
    app.mayWrite && {
      label: t("Coller une liste…"),
      icon: "list",
      done: () => openPasteDialog(app, zone, ""),
    },
    app.mayWrite &&
      count > 1 && { label: t("Ranger la zone"), icon: "grid-2x2", done: () => tidyZone(app, zone) },
    count > 1 && {
      label: t("Choisir toutes les notes"),
      icon: "square-stack",
      done: () => {
        app.choose((app.notesByZone().get(zone) ?? []).map((note) => note.id));
        app.sayChosen();
      },
    },
    app.view === "board" && {
      label: app.focusedZone === null ? t("Voir cette zone seule") : t("Tout le support"),
      icon: "expand",
      done: () => app.focusZone(app.focusedZone === null ? zone : null),
    },
  ];
  return items.filter((item) => item !== false);
}

/** Right-click on a zone, and the call that opens the menu from the keyboard. */
export function attachZoneMenu(
  app: Atelier,
  view: BoardView,
  create: (zone: string) => void,
): (zone: string, at: HTMLElement) => void {
  const open = (zone: string, at: HTMLElement | { x: number; y: number }) => {
    const name = app.zone(zone)?.title;
    if (name) openMenu(at, t("Actions sur la zone {zone}", { zone: name }), zoneActs(app, zone, create));
  };
  view.sheet.addEventListener("contextmenu", (event) => {
    const target = event.target as Element;
    const zone = target.closest<HTMLElement>("section.zone")?.dataset.zone;
    if (zone === undefined || target.closest("li.note, textarea, .ghost")) return;
    event.preventDefault();
    open(zone, { x: event.clientX, y: event.clientY });
  });
  return open;
}
