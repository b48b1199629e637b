// What can be done with a group beside entering it and writing to it.

import { t } from "../ui/i18n";
import { type MenuItem, openMenu } from "../ui/menu";
import { askDelete, askGroupName, askGroupTimer, askSheet } from "./dialogs";
import type { Console } from "./state";

export function groupMenu(app: Console, id: string, event: Event): void {
  const group = app.group(id);
  const at = event.currentTarget;
  if (!group || !(at instanceof HTMLElement)) return;
  const items: MenuItem[] = [];
  const add = (label: string, icon: string, done: () => void) => items.push({ label, icon, done });
  const { timer } = group;
  if (timer && timer.total_ms > 0) {
    add(
      t("Ajouter une minute"),
      "plus",
      () => void app.run({ type: "timer.extend", seconds: 60, group: id }, t("Une minute de plus.")),
    );
    if (timer.running)
      add(t("Mettre son minuteur en pause"), "pause", () => void app.run({ type: "timer.pause", group: id }));
    else add(t("Reprendre son minuteur"), "play", () => void app.run({ type: "timer.resume", group: id }));
    add(t("Arrêter son minuteur"), "square", () => void app.run({ type: "timer.stop", group: id }));
  } else add(t("Minuteur pour ce groupe…"), "timer", () => askGroupTimer(app, id));
  add(t("Fiche du groupe…"), "book-open", () => askSheet(app, id));
  add(t("Renommer…"), "pencil", () => askGroupName(app, id));
  if (app.workshop.groups.length > 1) add(t("Supprimer le groupe…"), "trash", () => askDelete(app, id));
  openMenu(at, t("Actions pour {name}", { name: group.name }), items);
}
