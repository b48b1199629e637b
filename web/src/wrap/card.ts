// The card of the commons, under the headings of the cards of the immersion: made by the server, copied as text.

import { html, nothing, type TemplateResult } from "lit";
import { copyText } from "../board/copy-notes";
import { t, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Told, WrapUp } from "./state";

export function card(state: WrapUp): TemplateResult {
  const { told } = state;
  return html`<div class="whead"><h2 id="wrap-card" tabindex="-1">${t("Fiche du commun")}</h2>
      ${told === null ? nothing : html`<button class="btn sm" type="button" data-copy="card" @click=${() => void copyText(state.app, asText(told.card))}>${picture("copy", 16)}${t("Copier le texte")}</button>`}</div>
    <p class="soft">${t("Faite de ce que disent les canevas : corrigez-les, elle suit.")}</p>
    ${state.late ? html`<p class="alert warn">${picture("alert-triangle", 20)}<span>${t("La fiche n'a pas pu être lue. Elle le sera au retour du réseau.")}</span></p>` : nothing}
    ${
      told === null
        ? state.late
          ? nothing
          : html`<p class="soft wnone">${t("Un instant…")}</p>`
        : html`<article class="commons"><h3>${told.card.title}</h3>${told.card.heads.map(head)}</article>`
    }`;
}

function head({ id, title, parts }: Told["card"]["heads"][number]): TemplateResult {
  return html`<section data-head=${id}><h4>${typo(title)}</h4>${
    parts.length === 0
      ? html`<p class="soft">${id === "maturity" ? t("Pas encore de jauge de maturité.") : t("Rien sur les canevas pour l'instant.")}</p>`
      : parts.map(
          (part) =>
            html`${part.title !== null && parts.length > 1 ? html`<h5>${typo(part.title)}</h5>` : nothing}<ul>${part.lines.map(
              (line) =>
                html`<li>${line.label ? html`<b>${t("{label} :", { label: line.label })}</b> ` : nothing}${line.text}</li>`,
            )}</ul>`,
        )
  }</section>`;
}

/** The card as plain text; heads that say nothing are left out. */
export function asText({ title, heads }: Told["card"]): string {
  const told = heads.filter(({ parts }) => parts.length > 0);
  const lines = told.flatMap((one) => [
    "",
    typo(one.title),
    ...one.parts.flatMap((part) => [
      ...(part.title !== null && one.parts.length > 1 ? [t("{label} :", { label: typo(part.title) })] : []),
      ...part.lines.map(({ label, text }) => `- ${label ? `${t("{label} :", { label })} ` : ""}${text}`),
    ]),
  ]);
  return [title, ...lines, ""].join("\n");
}
