// Reading the governance again by eight principles. It is optional; a « no » becomes an action in one press.

import { html, nothing, type TemplateResult } from "lit";
import { personName } from "../model/kind-words";
import { t, tn, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { WrapUp } from "./state";

const ANSWERS: readonly (readonly [string, () => string])[] = [
  ["yes", () => t("Oui")],
  ["partly", () => t("En partie")],
  ["no", () => t("Non")],
];

export function ostromSummary(state: WrapUp): string {
  const count = state.told?.principles.length ?? 8;
  const said = Array.from({ length: count }, (_, at) => state.answer(`ostrom/${at + 1}`)).filter(Boolean);
  if (said.length === 0) return t("Facultative, cinq minutes");
  return t("{n} sur {of}", { n: said.length, of: count });
}

export function ostrom(state: WrapUp, toActions: (note: string) => void): TemplateResult {
  const { told } = state;
  return html`<h2 id="wrap-ostrom" tabindex="-1">${t("Relecture")}</h2>
    <p class="soft">${t("Huit principes d'Elinor Ostrom pour relire votre gouvernance. Facultatif ; un « Non » peut devenir une action.")}</p>
    ${told === null ? html`<p class="soft wnone">${state.late ? t("Les questions n'ont pas pu être lues.") : t("Un instant…")}</p>` : nothing}
    <ol class="wostrom">${(told?.principles ?? []).map((one, at) => {
      const key = `ostrom/${at + 1}`;
      const answer = state.answer(key);
      const now = String(answer?.answer ?? "");
      const made = state.ofKind("action").find(({ text }) => text.trim() === one.action);
      return html`<li><fieldset><legend><b>${typo(one.title)}</b> <span>${typo(one.question)}</span></legend>
        <div class="seg">${ANSWERS.map(
          ([value, words]) =>
            html`<label class=${value === now ? "on" : ""}><input type="radio" name=${key} value=${value} .checked=${value === now} ?disabled=${!state.mayAnswer || !state.online}
              @change=${() => void state.say(key, { answer: value })}><span>${words()}</span></label>`,
        )}</div>
        ${typeof answer?.by === "string" ? html`<span class="soft wby">${personName(state.app, answer.by)}</span>` : nothing}
        ${
          now !== "no"
            ? nothing
            : made
              ? html`<button class="btn ghost sm" type="button" @click=${() => toActions(made.id)}>${picture("check", 16)}${t("Action ajoutée : la voir")}</button>`
              : actionFor(state, one.action, toActions)
        }</fieldset></li>`;
    })}</ol>
    ${noes(state)}`;
}

function actionFor(
  state: WrapUp,
  text: string,
  toActions: (note: string) => void,
): TemplateResult | typeof nothing {
  const board = state.canvases.find((one) => state.mayAdd(one, "actions"));
  if (board === undefined) return nothing;
  return html`<button class="btn sm" type="button" data-make @click=${() => {
    const id = state.add(board, "actions", "action", text, { dimension: "governance" });
    if (id === null) return;
    state.app.announcer.say(t("Action ajoutée. Il lui faut un responsable et une échéance."));
    toActions(id);
  }}>${picture("plus", 16)}${t("En faire une action")}<span class="sr"> : ${text}</span></button>`;
}

function noes(state: WrapUp): TemplateResult | typeof nothing {
  const count = (state.told?.principles ?? []).filter(
    (_, at) => state.answer(`ostrom/${at + 1}`)?.answer === "no",
  ).length;
  return count === 0
    ? nothing
    : html`<p class="soft">${tn("{n} principe ne tient pas encore.", "{n} principes ne tiennent pas encore.", count)}</p>`;
}
