// The keyboard of the console: regions by F6, the next step and a message from anywhere.

import { t } from "../ui/i18n";
import { make } from "../ui/icon";
import { focusWords } from "./acts";
import { goNext } from "./agenda-panel";
import type { Console } from "./state";

const FOCUSABLE = "a[href], button:not([disabled]), input, select, textarea, summary, [tabindex='0']";

export function attachKeys(app: Console): void {
  addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "F6") {
      event.preventDefault();
      goToRegion(event.shiftKey ? -1 : 1);
    } else if (event.ctrlKey && event.altKey && event.key === "ArrowRight") {
      event.preventDefault();
      if (!event.repeat && !app.closed) void goNext(app);
    } else if (event.ctrlKey && event.altKey && /^[mµ]$/i.test(event.key)) {
      event.preventDefault();
      focusWords();
    }
  });
  document.getElementById("open-shortcuts")?.addEventListener("click", showShortcuts);
}

function goToRegion(way: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
  const here = regions.findIndex((one) => one.contains(document.activeElement));
  const next = regions[(here + way + regions.length) % regions.length];
  const first = [...(next?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].find(
    (one) => one.checkVisibility?.() ?? true,
  );
  (first ?? next)?.focus();
}

function showShortcuts(): void {
  const dialog = document.getElementById("shortcuts") as HTMLDialogElement;
  const rows: [string, string][] = [
    ["F6, Maj+F6", t("Aller d'une partie de la page à l'autre")],
    ["Ctrl+Alt+→", t("Étape suivante")],
    ["Ctrl+Alt+M", t("Message à tous")],
    [t("Échap"), t("Reposer une personne, fermer un menu")],
  ];
  const close = make("button", { class: "btn primary", type: "submit" }, t("Fermer"));
  dialog.replaceChildren(
    make(
      "form",
      { method: "dialog" },
      make("h2", { id: "shortcuts-title" }, t("Raccourcis clavier")),
      make(
        "table",
        {},
        make(
          "tbody",
          {},
          ...rows.map(([key, what]) =>
            make(
              "tr",
              {},
              make("th", { scope: "row" }, make("kbd", { class: "kbd" }, key)),
              make("td", {}, what),
            ),
          ),
        ),
      ),
      make("div", { class: "row actions" }, close),
    ),
  );
  dialog.setAttribute("aria-labelledby", "shortcuts-title");
  dialog.showModal();
}
