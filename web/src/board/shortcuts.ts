// The page of shortcuts, and the switch that turns single keys off (WCAG 2.1.4).

import { t } from "../ui/i18n";
import { make } from "../ui/icon";
import { keyTable, setSingleKeys, singleKeys } from "./keys";

export function drawShortcuts(dialog: HTMLDialogElement): void {
  const rows = keyTable().map(([keys, what]) =>
    make("tr", {}, make("td", {}, make("kbd", { class: "kbd" }, keys)), make("td", {}, what)),
  );
  const toggle = make("input", { type: "checkbox", id: "single-keys" });
  toggle.checked = singleKeys();
  toggle.addEventListener("change", () => setSingleKeys(toggle.checked));
  dialog.replaceChildren(
    make("h2", { id: "shortcuts-title" }, t("Raccourcis clavier")),
    make("label", { class: "row", for: "single-keys" }, toggle, t("Touches seules (N, M, R, L)")),
    make("table", {}, make("tbody", {}, ...rows)),
    make(
      "form",
      { method: "dialog", class: "row actions" },
      make("button", { class: "btn primary" }, t("Fermer")),
    ),
  );
  dialog.setAttribute("aria-labelledby", "shortcuts-title");
}
