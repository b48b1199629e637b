// Where the commons is heading: scenarios A, B, C at 6 months, 2 years and 5 years, as the canvas has them.

import { html, nothing, type TemplateResult } from "lit";
import { goToNote } from "../board/trace";
import { HORIZONS, presets } from "../model/kinds";
import { own } from "../model/own";
import type { Note } from "../model/page";
import { t } from "../ui/i18n";
import { fieldOf, nameOf } from "./fields";
import type { WrapUp } from "./state";

const ZONES = ["h6m", "h2y", "h5y"] as const;

interface Row {
  id: string | null;
  words: string;
}

export function horizons(state: WrapUp, leave: () => void): TemplateResult {
  const scenarios = state.ofKind("scenario");
  const plain = ZONES.flatMap((zone) => state.notesIn("governance", zone)).filter(
    ({ kind }) => kind === "note",
  );
  const all = [...scenarios, ...plain];
  const variants = Object.entries(fieldOf("scenario", "variant").choices ?? {});
  const rows: Row[] = [
    ...variants.map(([id, words]) => ({ id, words: words() })),
    { id: null, words: t("Sans variante") },
  ].filter(({ id }) => id !== null || all.some((note) => variantOf(note) === null));
  return html`<h2 id="wrap-horizons" tabindex="-1">${t("Cap")}</h2>
    ${
      all.length === 0
        ? html`<p class="soft wnone">${t("Aucun scénario pour l'instant : à 6 mois, à 2 ans, à 5 ans.")}</p>`
        : html`<div class="wscroll" tabindex="0" role="group" aria-label=${t("Scénarios par horizon")}><table class="wtable">
        <thead><tr><td></td>${Object.values(HORIZONS).map((words) => html`<th scope="col">${words()}</th>`)}</tr></thead>
        <tbody>${rows.map(
          (row) =>
            html`<tr><th scope="row">${row.words}</th>${Object.keys(HORIZONS).map((horizon) => cell(state, all, row.id, horizon, leave))}</tr>`,
        )}</tbody></table></div>`
    }`;
}

function cell(
  state: WrapUp,
  all: readonly Note[],
  variant: string | null,
  horizon: string,
  leave: () => void,
): TemplateResult {
  const here = all.filter((note) => variantOf(note) === variant && horizonOf(note) === horizon);
  if (here.length === 0) return html`<td class="soft">—</td>`;
  return html`<td><ul>${here.map((note) => {
    const dimension = own(fieldOf("scenario", "dimension").choices, note.fields?.dimension)?.();
    return html`<li><button class="btn ghost xs" type="button" @click=${() => {
      leave();
      state.app.show(note.board);
      goToNote(state.app, note.id);
    }}>${nameOf(note)}</button>${dimension ? html` <span class="chip">${dimension}</span>` : nothing}</li>`;
  })}</ul></td>`;
}

function variantOf(note: Note): string | null {
  const variant = note.fields?.variant;
  return note.kind === "scenario" && typeof variant === "string" ? variant : null;
}

function horizonOf(note: Note): string {
  const said = note.fields?.horizon ?? presets({ ...note, kind: "scenario" }).horizon;
  return String(said ?? "");
}
