// Indicators of both canvases: what is counted, from where to where, and who follows it.

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Note } from "../model/page";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import { place } from "./actions";
import { amount, choice, fieldOf, line, nameOf, owner } from "./fields";
import type { WrapUp } from "./state";

const MOST_CHARS = 1000;

/** « sans valeur de départ ni cible » */
function missing(note: Note): string {
  const has = (name: string) => typeof note.fields?.[name] === "number";
  if (!has("baseline") && !has("target")) return t("sans valeur de départ ni cible");
  if (!has("baseline")) return t("sans valeur de départ");
  return has("target") ? "" : t("sans cible");
}

export class Indicators {
  private readonly naming = new Set<string>();

  constructor(
    private readonly state: WrapUp,
    private readonly draw: () => void,
    private readonly leave: () => void,
  ) {}

  summary(): string {
    const all = this.state.ofKind("indicator");
    const open = all.filter((note) => missing(note) !== "").length;
    if (all.length === 0) return t("Aucun indicateur pour l'instant");
    if (open === 0) return tn("{n} indicateur complet", "{n} indicateurs complets", all.length);
    return tn("{n} indicateur à compléter", "{n} indicateurs à compléter", open);
  }

  view(): TemplateResult {
    const { state } = this;
    const notes = state.ofKind("indicator");
    return html`<h2 id="wrap-indicators" tabindex="-1">${t("Indicateurs")}</h2>
      <p class="soft">${t("Une valeur de départ et une cible disent si le commun avance.")}</p>
      ${notes.length === 0 ? html`<p class="soft wnone">${t("Aucun indicateur pour l'instant.")}</p>` : nothing}
      <ul class="wlist">${repeat(
        notes,
        ({ id }) => id,
        (note) => {
          const lacks = missing(note);
          return html`<li class="wcard" data-state=${lacks ? "lacking" : "whole"} data-note=${note.id}>
            <div class="wtop"><p class="wtext">${nameOf(note)}</p>${lacks ? html`<span class="chip warn">${lacks}</span>` : html`<span class="chip ok">${t("complet")}</span>`}</div>
            <div class="wfields">${line(state, note, "unit", fieldOf("indicator", "unit").label())}${amount(state, note, "baseline")}${amount(state, note, "target")}${choice(state, note, "horizon")}${owner(state, note, this.naming, this.draw)}</div>
            ${place(state, note, this.leave)}</li>`;
        },
      )}</ul>${this.adding()}`;
  }

  private adding(): TemplateResult | typeof nothing {
    const { state } = this;
    const boards = state.canvases.filter((board) => state.mayAdd(board, "indicators"));
    const [first] = boards;
    if (first === undefined) return nothing;
    const add = (text: string, unit?: string) => {
      if (state.add(first, "indicators", "indicator", text, unit ? { unit } : {}) !== null)
        state.app.announcer.say(t("Indicateur ajouté : {text}.", { text }));
    };
    const send = (event: Event) => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).elements.namedItem("text") as HTMLInputElement;
      const text = field.value.trim();
      field.focus();
      if (text === "") return;
      add(text);
      field.value = "";
    };
    const units = (fieldOf("indicator", "unit").starters ?? []).map((one) =>
      typeof one === "string" ? one : one(),
    );
    const known = new Set(state.ofKind("indicator").map(({ fields }) => fields?.unit));
    const left = units.filter((unit) => !known.has(unit));
    return html`<form class="wadd" @submit=${send}>
        <label class="grow"><span class="sr">${t("Nouvel indicateur")}</span><input class="input" name="text" maxlength=${MOST_CHARS} autocomplete="off" placeholder=${t("Un indicateur de plus…")}></label>
        <button class="btn primary">${picture("plus", 18)}${t("Ajouter")}</button></form>
      ${
        left.length > 0
          ? html`<details class="wmore"><summary>${t("Partir d'un exemple")}</summary><ul class="wstarters">${left.map(
              (unit) =>
                html`<li><button class="btn sm" type="button" @click=${() => add(`${unit.charAt(0).toLocaleUpperCase()}${unit.slice(1)}`, unit)}>${picture("plus", 15)}${unit}</button></li>`,
            )}</ul></details>`
          : nothing
      }`;
  }
}
