// Around the board: the rail of sheets and canvases.

import { html, nothing, render } from "lit";
import { lockOn } from "../model/closed";
import { isInModules } from "../model/follow";
import { own } from "../model/own";
import { t, typo } from "../ui/i18n";
import { icon } from "../ui/icon";
import type { Atelier } from "./atelier";
import { closedLine } from "./zone-state";

const SHEETS = [1, 2, 3] as const;
const drawn = new WeakMap<HTMLElement, string>();

/** Asked for after every change of a room, and drawn when something in it differs. */
export function drawRail(app: Atelier, host: HTMLElement): void {
  const boards = SHEETS.flatMap((sheet) => [app.rectoOf(sheet), `sheet${sheet}.verso`]);
  const signature = JSON.stringify([
    app.board,
    app.workshop.revision,
    boards.map((board) => [board, app.filled(board).filled]),
  ]);
  if (drawn.get(host) === signature) return;
  drawn.set(host, signature);
  const face = (sheet: number, which: "je" | "nous") => {
    const board = which === "je" ? app.rectoOf(sheet) : `sheet${sheet}.verso`;
    const { filled, of } = app.filled(board);
    const current = app.template.sheet === sheet && app.template.side === which;
    const word = which === "je" ? t("Je") : t("Nous");
    return html`<button type="button" class=${current ? "cur" : ""} aria-current=${current ? "page" : nothing}
      aria-label=${
        filled === null
          ? t("Fiche {sheet}, {face}", { sheet, face: word })
          : t("Fiche {sheet}, {face} {filled}/{of} zones remplies", { sheet, face: word, filled, of })
      }
      @click=${() => app.show(board)}>${icon(which, 14)} ${word} <em>${filled === null ? "–" : `${filled}/${of}`}</em></button>`;
  };
  const has = (board: string) => isInModules(app.workshop, board);
  const sheet = (number: number) => {
    const template = app.templateOf(`sheet${number}.verso`);
    if (!template || !has(template.id)) return nothing;
    const [, name = ""] = template.title.split(" · ");
    return html`<li class="fi ${app.template.sheet === number ? "on" : ""}">
      <b class="num" aria-hidden="true">${number}</b>
      <span class="grow"><strong>${typo(name)}</strong><span class="faces">${face(number, "je")}${face(number, "nous")}</span></span>
    </li>`;
  };
  const canvas = (id: string, short: string, name: string) => {
    if (!has(id)) return nothing;
    const on = app.board === id;
    const lock = lockOn(app.workshop, id, null);
    const ahead = isAhead(app) && own(app.workshop.boards, id)?.open !== true;
    const state = lock === null ? (ahead ? t("Prévu à la convergence") : null) : closedLine(app, lock);
    return html`<li class="fi ${on ? "on" : ""}"><button class="canvaslink" type="button" aria-current=${on ? "page" : nothing} @click=${() => app.show(id)}>
      <span class="pic ${short}">${icon(short, 15)}</span><span class="grow"><strong>${name}</strong>${
        state === null ? nothing : html`<small>${state}</small>`
      }</span>${lock === null ? nothing : icon("lock", 15)}</button></li>`;
  };
  render(
    html`${SHEETS.some((one) => has(`sheet${one}`)) ? html`<h2>${t("Fiches")}</h2><ul>${SHEETS.map(sheet)}</ul>` : nothing}
      ${has("governance") || has("economic") ? html`<h2>${t("Canevas")}</h2>` : nothing}<ul>${canvas("governance", "gouv", t("Gouvernance"))}${canvas("economic", "eco", t("Modèle économique"))}</ul>
      <div class="memo"><b>${icon("book-open", 17)} ${t("Mémo")}</b>
        <p>${t("Recto : chaque structure parle pour elle. Verso : on écrit ensemble, pour la communauté.")}</p></div>`,
    host,
  );
}

/** Whether the agenda has a convergence that has not come yet. It closes nothing: only a lock does. */
function isAhead({ workshop }: Atelier): boolean {
  const { steps } = workshop.agenda;
  return (
    steps.findIndex((step) => step.phase === "convergence") >
    steps.findIndex((step) => step.id === workshop.step)
  );
}
