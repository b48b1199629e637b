// What can be done with a zone as a whole.

import { t } from "../ui/i18n";
import { type MenuItem, openMenu } from "../ui/menu";
import { voteOnZone } from "../vote/attach";
import { tidyZone } from "./actions";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { command } from "./command";
import { lockActs } from "./lock-acts";
import { openPasteDialog } from "./paste-dialog";
import { writingActs } from "./silent-menu";
import { isDone } from "./zone-state";

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
    app.leads && { label: t("Voter sur cette zone…"), icon: "circle-dot", done: () => voteOnZone(app, zone) },
    ...writingActs(app, zone),
    app.view === "board" && {
      label: app.focusedZone === null ? t("Voir cette zone seule") : t("Tout le support"),
      icon: "expand",
      done: () => app.focusZone(app.focusedZone === null ? zone : null),
    },
  ];
  return [...items.filter((item) => item !== false), ...zoneStateActs(app, zone)];
}

/** What holds for a zone until somebody says otherwise: the group is done with it, or it is locked. */
export function zoneStateActs(app: Atelier, zone: string): MenuItem[] {
  if (!app.mayWrite) return [];
  const done = isDone(app, zone);
  const there = app.zone(zone);
  return [
    ...((there && app.partOf(there)?.acts?.(there)) ?? []),
    {
      label: done ? t("Reprendre cette zone") : t("Cette zone est terminée"),
      icon: "check",
      done: () => void sayDone(app, zone, !done),
    },
    ...lockActs(app, zone),
  ];
}

async function sayDone(app: Atelier, zone: string, done: boolean): Promise<void> {
  const group = app.leads ? { group: app.data.group } : {};
  const why = await command(app, { type: "zone.done", board: app.board, zone, done, ...group });
  if (why !== null) app.notify(why);
  else app.announcer.say(done ? t("Zone terminée.") : t("Zone reprise."));
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
