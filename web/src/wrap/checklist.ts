// After the workshop, in three steps: ticked together, copied as text.

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { copyText } from "../board/copy-notes";
import { personName } from "../model/kind-words";
import { t, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { WrapUp } from "./state";

const keyOf = (id: string) => `check/${id}`;
const isDone = (state: WrapUp, id: string) => state.answer(keyOf(id))?.done === true;

export function checklistSummary(state: WrapUp): string {
  const all = (state.told?.checklist ?? []).flatMap(({ checks }) => checks);
  const done = all.filter(({ id }) => isDone(state, id)).length;
  return all.length === 0 ? "" : t("{n} sur {of}", { n: done, of: all.length });
}

export function checklist(state: WrapUp): TemplateResult {
  const { told } = state;
  return html`<div class="whead"><h2 id="wrap-after" tabindex="-1">${t("Après l'atelier")}</h2>
      ${told === null ? nothing : html`<button class="btn sm" type="button" data-copy="checklist" @click=${() => void copyText(state.app, asText(state))}>${picture("copy", 16)}${t("Copier la liste")}</button>`}</div>
    ${told === null ? html`<p class="soft wnone">${state.late ? t("La liste n'a pas pu être lue.") : t("Un instant…")}</p>` : nothing}
    <div class="wsteps">${(told?.checklist ?? []).map(
      ({ id, title, checks }) =>
        html`<fieldset data-step=${id}><legend>${typo(title)}</legend>${checks.map((check) => {
          const answer = state.answer(keyOf(check.id));
          const by = answer?.done === true && typeof answer.by === "string" ? answer.by : null;
          return html`<label class="wcheck"><input type="checkbox" .checked=${live(isDone(state, check.id))} ?disabled=${!state.mayAnswer || !state.online}
            @change=${(event: Event) => void state.say(keyOf(check.id), { done: (event.target as HTMLInputElement).checked })}>
            <span>${typo(check.text)}${by === null ? nothing : html` <small class="soft">${personName(state.app, by)}</small>`}</span></label>`;
        })}</fieldset>`,
    )}</div>`;
}

function asText(state: WrapUp): string {
  const steps = (state.told?.checklist ?? []).map(({ title, checks }) =>
    [title, ...checks.map(({ id, text }) => `${isDone(state, id) ? "☑" : "☐"} ${typo(text)}`)].join("\n"),
  );
  return `${[state.app.workshop.title, ...steps].join("\n\n")}\n`;
}
