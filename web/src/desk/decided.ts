// The chapter « Actions décidées »: every action of the canvases once, with who does it, by when, and where it is.

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { dateWords } from "../model/kind-words";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import { countLacks, lackWords } from "../wrap/lacks";
import type { Desk } from "./desk";
import { type ActionState, type Decided, type OutcomeOf, placeWords, wayTo } from "./outcome";

export type Sieve = "all" | "lacking" | "going" | "done" | "dropped";

/** What is still to be completed first, then by date, dropped ones last. */
export function sorted(actions: readonly Decided[]): Decided[] {
  const rank = ({ state, lacks }: Decided) => (state === "dropped" ? 2 : lacks.length > 0 ? 0 : 1);
  const when = ({ due }: Decided) => due || "9999";
  return [...actions].sort(
    (a, b) => rank(a) - rank(b) || (when(a) < when(b) ? -1 : when(a) > when(b) ? 1 : 0),
  );
}

export function passes(sieve: Sieve, { state, lacks }: Decided): boolean {
  switch (sieve) {
    case "all":
      return true;
    case "lacking":
      return lacks.length > 0;
    case "going":
      return state === "todo" || state === "doing";
    default:
      return state === sieve;
  }
}

/** How many are to be done: what was dropped is not decided any more. */
export function countDecided(actions: readonly Decided[]): number {
  return actions.filter(({ state }) => state !== "dropped").length;
}

export class Actions {
  private sieve: Sieve = "all";

  constructor(
    private readonly desk: Desk,
    private readonly outcome: OutcomeOf,
  ) {}

  draw(): TemplateResult {
    const { value } = this.outcome;
    if (value === null) return html`<section class="card">${waiting(this.outcome)}</section>`;
    const all = sorted(value.actions);
    if (all.length === 0)
      return html`<section class="card"><p class="soft">${t("Aucune action sur les canevas.")}</p></section>`;
    const shown = all.filter((one) => passes(this.sieve, one));
    const lacking = countLacks(all.map(({ lacks }) => lacks));
    const { id } = this.desk.workshop;
    return html`<section class="card stack">
      ${lacking === "" ? nothing : html`<p class="alert warn">${picture("alert-triangle", 20)}<span><b>${lacking}.</b> ${t("L'atelier se clôt quand chacune est complète, ou abandonnée.")}</span></p>`}
      <div class="row sieve"><label class="grow"><span class="lbl">${t("Montrer")}</span><span class="input select"><select @change=${this.choose}>${this.sieves(
        all,
      ).map(
        ([one, words]) => html`<option value=${one} .selected=${live(one === this.sieve)}>${words}</option>`,
      )}</select>${picture("chevron-down")}</span></label>
        ${all.some(({ due, state }) => due && state !== "dropped") ? html`<a class="btn" download href=${`/api/workshops/${id}/export.ics?language=${this.desk.data.language}`}>${picture("calendar", 18)}${t("Échéances (.ics)")}</a>` : nothing}
        <a class="btn" download href=${`/api/workshops/${id}/export.csv?set=canvases&language=${this.desk.data.language}`}>${picture("table", 18)}${t("Notes des canevas (.csv)")}</a></div>
      ${shown.length === 0 ? html`<p class="soft">${t("Aucune action de cette sorte.")}</p>` : this.table(shown)}
      <p class="sr" role="status">${tn("{n} action montrée", "{n} actions montrées", shown.length)}</p></section>`;
  }

  private readonly choose = (event: Event): void => {
    this.sieve = (event.target as HTMLSelectElement).value as Sieve;
    this.desk.changed();
  };

  private sieves(all: readonly Decided[]): [Sieve, string][] {
    const names: [Sieve, string][] = [
      ["all", t("Toutes")],
      ["lacking", t("À compléter")],
      ["going", t("À faire ou en cours")],
      ["done", t("Faites")],
      ["dropped", t("Abandonnées")],
    ];
    return names.map(([sieve, name]) => {
      const n = all.filter((one) => passes(sieve, one)).length;
      return [sieve, t("{name} ({n})", { name, n })];
    });
  }

  // roles are said: on a small screen the rows are blocks, which some browsers take for no table
  private table(actions: readonly Decided[]): TemplateResult {
    const heads = [t("Action"), t("Responsable"), t("Échéance"), t("État"), t("Où")];
    return html`<table class="decided" role="table"><caption class="sr">${t("Actions décidées")}</caption>
      <thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
      <tbody role="rowgroup">${actions.map((one) => this.line(one, heads))}</tbody></table>`;
  }

  private line(action: Decided, heads: readonly string[]): TemplateResult {
    const { text, owner, due, state, lacks, places } = action;
    const missing = (what: "owner" | "due") =>
      lacks.includes(what)
        ? html`<span class="chip warn">${what === "owner" ? t("à trouver") : t("à fixer")}</span>`
        : "–";
    const cell = (at: number, content: unknown) =>
      html`<td role="cell"><span class="head" aria-hidden="true">${heads[at]}</span><span>${content}</span></td>`;
    return html`<tr role="row" data-state=${lacks.length > 0 ? "lacking" : state}>
      <th role="rowheader" scope="row">${text || t("sans texte")}</th>
      ${cell(1, owner || missing("owner"))}${cell(2, due ? dateWords(due) : missing("due"))}
      ${cell(3, html`${stateWords()[state]}${lacks.length > 0 ? html`<span class="sr">, ${lackWords(lacks)}</span>` : nothing}`)}
      ${cell(
        4,
        html`<span class="places">${places.map(
          (place) =>
            html`<a href=${wayTo(this.desk, place)}>${placeWords(this.desk, this.outcome.value, place)}</a>`,
        )}</span>`,
      )}</tr>`;
  }
}

function stateWords(): Record<ActionState, string> {
  return { todo: t("À faire"), doing: t("En cours"), done: t("Fait"), dropped: t("Abandonné") };
}

/** As long as the server has not told what came of it. */
export function waiting(outcome: OutcomeOf): TemplateResult {
  if (!outcome.failed) return html`<p class="soft" role="status">${t("Lecture des tableaux…")}</p>`;
  return html`<p class="alert danger" role="alert">${picture("alert-triangle", 20)}<span>${t("Le serveur n'a pas pu lire les tableaux. Rien n'est perdu.")} <button class="linkbtn" type="button" @click=${() => outcome.load()}>${t("Réessayer")}</button></span></p>`;
}
