// « Déplacer vers… »: the third way to move a note, beside dragging and keys.

import { t, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { moveNotes } from "./actions";
import type { Atelier } from "./atelier";

export function openMoveDialog(app: Atelier, id: string): void {
  const note = app.note(id);
  if (!note) return;
  const opener = document.activeElement;
  const choose = make("select", { class: "input", id: "move-to" });
  for (const zone of [...app.template.zones].sort((a, b) => a.n - b.n)) {
    const option = make("option", { value: zone.id }, typo(zone.title));
    if (zone.id === note.zone) option.selected = true;
    choose.append(option);
  }
  const stay = make("button", { class: "btn", type: "submit", value: "stay" }, t("Laisser ici"));
  const move = make("button", { class: "btn primary", type: "submit", value: "move" }, t("Déplacer"));
  const dialog = make(
    "dialog",
    { class: "dialog", "aria-labelledby": "move-title" },
    make(
      "form",
      { method: "dialog" },
      make("h2", { id: "move-title" }, t("Déplacer la note vers…")),
      make("p", { class: "soft" }, note.text || t("Note vide")),
      make("label", { class: "field", for: "move-to" }, make("span", {}, t("Zone")), choose),
      make("div", { class: "row actions" }, stay, move),
    ),
  );
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "move" && choose.value !== note.zone)
      moveNotes(app, app.targets(id), { zone: choose.value });
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  });
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  document.body.append(dialog);
  dialog.showModal();
  choose.focus();
}
