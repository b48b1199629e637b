// The templates of the workshop: which kit and version it keeps, and going on with another after seeing what changes.

import { html } from "lit";
import { openForm } from "../ui/form-dialog";
import { language, t, tn, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import type { Desk } from "./desk";

interface Shown {
  id: string;
  version: string;
  titles: Record<string, string>;
}

interface Preview {
  from: Shown;
  to: Shown;
  words: Record<string, string>;
  without_zone: number;
}

let gallery: { root: string; kits: Shown[] } | null = null;
let asked = false;
/** Kept over the reload that brings the new templates, to say that they are here. */
const CHANGED = "tablee-kit-changed";
let changed = false;

function titleOf(kit: Shown): string {
  return typo(kit.titles[language()] ?? Object.values(kit.titles)[0] ?? kit.id);
}

export function kitCard(desk: Desk) {
  if (!asked) {
    asked = true;
    void fetch("/api/kits")
      .then((answer) => answer.json())
      .then((found) => {
        gallery = Array.isArray(found.kits) ? found : null;
        changed = sessionStorage.getItem(CHANGED) === desk.workshop.id;
        sessionStorage.removeItem(CHANGED);
        desk.changed();
        if (changed) document.querySelector<HTMLElement>("[data-kit-card] h2")?.focus();
      })
      .catch(() => {
        asked = false;
      });
  }
  const kit = desk.workshop.kit ?? null;
  const shown = gallery?.kits.find(({ id }) => id === (kit?.id ?? gallery?.root));
  const name = shown ? titleOf(shown) : (kit?.id ?? t("Gabarits du kit"));
  const version = kit?.version ?? shown?.version ?? "";
  const newer = kit !== null && shown !== undefined && shown.version !== kit.version;
  return html`<section class="card stack" data-kit-card><h2 tabindex="-1">${t("Gabarits")}</h2>
    <p role="status">${changed ? t("Les gabarits sont changés. Les notes sont toutes là.") : ""}</p>
    <p>${name} ${version ? html`<span class="muted">· ${t("version {version}", { version })}</span>` : ""}</p>
    ${newer ? html`<p class="soft">${t("La version {version} est publiée.", { version: shown.version })}</p>` : ""}
    <div class="row"><button class="btn" type="button" ?disabled=${gallery === null} @click=${() => choose(desk)}>${picture("square-stack", 17)}${t("Changer de gabarits")}</button>
    <a class="btn ghost" href="/gabarits">${t("Voir la galerie")}</a></div></section>`;
}

function choose(desk: Desk): void {
  const kits = gallery?.kits ?? [];
  const here = desk.workshop.kit?.id ?? gallery?.root ?? "";
  const select = make(
    "select",
    { "data-kit-choice": true },
    ...kits.map((kit) =>
      make("option", { value: kit.id, selected: kit.id === here }, `${titleOf(kit)} · ${kit.version}`),
    ),
  );
  openForm({
    title: t("Changer de gabarits"),
    body: [
      make(
        "p",
        { class: "soft" },
        typo(t("Vous verrez d'abord ce qui change. Rien n'est perdu : les notes restent.")),
      ),
      make(
        "label",
        { class: "field" },
        make("span", {}, t("Jeu de gabarits")),
        make("span", { class: "input select" }, select),
      ),
    ],
    stay: t("Ne rien changer"),
    act: t("Voir ce qui change"),
    done: () => void preview(desk, select.value),
    focus: select,
  });
}

async function preview(desk: Desk, kit: string): Promise<void> {
  const answer = (await desk.ask({ type: "kit.update", kit, preview: true })) as { preview?: Preview } | null;
  const shown = answer?.preview;
  if (!shown) return;
  const n = shown.without_zone;
  const words = shown.words[language()] || t("Rien ne change sur les supports.");
  openForm({
    title: t("Ce qui change"),
    body: [
      make("p", {}, `${titleOf(shown.to)} · ${shown.to.version}`),
      make("p", { class: "soft" }, typo(words)),
      ...(n > 0
        ? [
            make(
              "p",
              { class: "alert" },
              tn(
                "{n} note n'aura plus de zone : elle reste, en tête de la liste, et pourra être déplacée.",
                "{n} notes n'auront plus de zone : elles restent, en tête de la liste, et pourront être déplacées.",
                n,
              ),
            ),
          ]
        : []),
    ],
    stay: t("Ne rien changer"),
    act: t("Passer à ces gabarits"),
    done: () =>
      void desk.ask({ type: "kit.update", kit, version: shown.to.version }).then((done) => {
        if (!done) return;
        sessionStorage.setItem(CHANGED, desk.workshop.id);
        location.reload();
      }),
  });
}
