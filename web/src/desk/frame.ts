// The chapter « Cadre et objectifs »: title, commons, date and time, licence, sheets and canvases.

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { Workshop } from "../model/page";
import { asField, fromField, inTown, timeZone, townOf } from "../model/when";
import { t, tn, typo } from "../ui/i18n";
import type { Desk } from "./desk";
import { kitCard } from "./kit";
import { field, fromOutside, question, select, textField, toggle } from "./parts";
import { sheetPerGroup, stepsOn } from "./plan";
import { contentLicences, duration, moduleName } from "./words";

const MODULES = ["sheet1", "sheet2", "sheet3", "governance", "economic"] as const;
const SLOTS = [120, 150, 180, 210, 240, 270, 300, 360, 420];

export function frame(desk: Desk) {
  const { workshop } = desk;
  const edit = (fields: Record<string, unknown>) => desk.ask({ type: "workshop.edit", ...fields });
  return html`<div class="pair">
    <section class="card stack"><h2>${t("L'atelier")}</h2>
      ${textField(t("Titre de l'atelier"), workshop.title, 120, (title) => edit({ title }))}
      ${textField(t("Le commun, en une phrase"), workshop.commons, 500, (commons) => edit({ commons }))}
      ${select(
        t("Langue de l'atelier"),
        workshop.language ?? "fr",
        [
          ["fr", "Français"],
          ["en", "English"],
        ],
        (language) => edit({ language }),
        t("Chaque personne lit les pages dans la sienne."),
      )}
      <div class="two">
        <div>${when(workshop, edit)}</div>
        ${slot(desk, edit)}
      </div></section>
    <div class="stack">
      ${licence(desk, edit)}
      ${commons(desk, edit)}
      ${modules(desk, edit)}
      ${kitCard(desk)}
    </div></div>`;
}

type Edit = (fields: Record<string, unknown>) => Promise<unknown>;

/** Saved when it is left: while it is typed it says other dates, or none. */
function when({ starts_at: at }: Workshop, edit: Edit) {
  const shown = at ? asField(at) : "";
  const save = ({ target }: Event) => {
    const input = target as HTMLInputElement;
    const typed = fromField(input.value);
    if (typed !== null && !input.validity.badInput && input.value !== shown) edit({ starts_at: typed });
  };
  const leave = (event: Event) => {
    save(event);
    const input = event.target as HTMLInputElement;
    if (fromField(input.value) === null) input.value = shown;
  };
  const enter = (event: KeyboardEvent) => {
    if (event.key === "Enter") save(event);
  };
  return html`${field(
    t("Date et heure"),
    html`<input type="datetime-local" ${fromOutside(shown)} @focusout=${leave} @keydown=${enter}>`,
    inTown(t("À l'heure de {city} ; chaque personne lira la sienne."), townOf(timeZone())),
  )}${at ? html`<button class="linkbtn" type="button" @click=${() => edit({ starts_at: null })}>${t("Retirer la date")}</button>` : nothing}`;
}

function slot({ workshop }: Desk, edit: Edit) {
  const now = workshop.slot_minutes ?? null;
  const lengths = now === null || SLOTS.includes(now) ? SLOTS : [...SLOTS, now].sort((a, b) => a - b);
  return select(
    t("Durée annoncée"),
    String(now ?? ""),
    [["", t("Non annoncée")], ...lengths.map((minutes) => [String(minutes), duration(minutes)] as const)],
    (value) => edit({ slot_minutes: value ? Number(value) : null }),
  );
}

function licence({ workshop }: Desk, edit: Edit) {
  return html`<fieldset class="card options"><legend><h2>${t("Ce qu'on pourra faire des contenus")}</h2></legend>
    ${contentLicences().map(
      ([
        id,
        name,
        meaning,
      ]) => html`<label class="option"><input type="radio" name="content-licence" .checked=${live(workshop.licence === id)}
        @change=${() => edit({ content_licence: id })}><span><b>${name}</b><small>${meaning}</small></span></label>`,
    )}</fieldset>`;
}

/** What kind of commons it is, and whether an administration publishes it. */
function commons({ workshop }: Desk, edit: Edit) {
  return html`<section class="card stack"><h2>${t("Le commun")}</h2>
    ${select(
      t("Type de commun"),
      workshop.commons_kind ?? "",
      [
        ["", t("Non précisé")],
        ["free_software", t("Logiciel libre")],
        ["resource_centre", t("Centre de ressources")],
        ["cooperative_platform", t("Plateforme coopérative")],
        ["data_commons", t("Commun de données")],
      ],
      (kind) => edit({ commons_kind: kind || null }),
    )}
    ${toggle(t("Porté par un organisme public"), workshop.public_body ?? false, (public_body) => edit({ public_body }), t("Pour le code et les données, seules les licences de la liste de l'administration sont proposées."))}</section>`;
}

function modules(desk: Desk, edit: Edit) {
  const taken = desk.workshop.modules ?? [...MODULES];
  const choose = (module: string, event: Event) => {
    const on = (event.target as HTMLInputElement).checked;
    const after = MODULES.filter((one) => (one === module ? on : taken.includes(one)));
    const steps = stepsOn(desk.steps, module);
    if (on || steps.length === 0) {
      void edit({ modules: after });
      return;
    }
    desk.changed(); // checked again, until the question has its answer
    question(
      t("Se passer de « {module} » ?", { module: typo(moduleName(desk.data, module)) }),
      tn(
        "Une étape quitte le déroulé : {titles}.",
        "{n} étapes quittent le déroulé : {titles}.",
        steps.length,
        {
          titles: steps.map((step) => typo(step.title)).join(", "),
        },
      ),
      t("S'en passer"),
      () => edit({ modules: after }),
    );
  };
  const unplanned = (module: string) =>
    taken.includes(module) &&
    stepsOn(desk.steps, module).length === 0 &&
    !(sheetPerGroup(desk.steps) && module.startsWith("sheet"));
  return html`<fieldset class="card options"><legend><h2>${t("Fiches et canevas")}</h2></legend>
    ${MODULES.filter((module) => desk.data.supports.some(({ id }) => id.startsWith(module))).map(
      (module) => html`<label class="check"><input type="checkbox" .checked=${live(taken.includes(module))}
        ?disabled=${taken.length === 1 && taken.includes(module)} @change=${(event: Event) => choose(module, event)}>
        <span>${typo(moduleName(desk.data, module))}${unplanned(module) ? html` <span class="muted">· ${t("pas d'étape au déroulé")}</span>` : nothing}</span></label>`,
    )}</fieldset>`;
}
