// The head of the list: which board this is, its face, and the way to the other view. Phones see a line of the top bar.

import { html, nothing } from "lit";
import { mayUndo, redo, undo } from "../board/actions";
import type { Atelier } from "../board/atelier";
import { headingOf } from "../board/board-header";
import { ghostSwitch } from "../board/ghosts";
import { openBoardMenu } from "../board/moderation";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import { voteButton } from "../vote/points";

export function head(app: Atelier) {
  const { side } = app.template;
  return html`<div class="listhead">
    <div class="grow"><h1 tabindex="-1">${headingOf(app.template)}</h1><p class="soft">${whose(app)}</p></div>
    <div class="row tools">
      ${
        app.mayWrite
          ? html`<button class="btn sm icon" type="button" aria-label=${t("Annuler")} title=${t("Annuler")} ?disabled=${!mayUndo(app)} @click=${() => undo(app)}>${picture("undo", 17)}</button>
          <button class="btn sm icon" type="button" aria-label=${t("Rétablir")} title=${t("Rétablir")} ?disabled=${(app.document?.steps("redo") ?? 0) === 0} @click=${() => redo(app)}>${picture("redo", 17)}</button>`
          : nothing
      }
      ${side === "nous" ? ghostSwitch(app) : nothing}
      ${side === null ? nothing : html`<button class="btn sm" type="button" @click=${() => app.flip()}>${picture("refresh", 16)} ${side === "je" ? t("Voir le verso, Nous") : t("Voir le recto, Je")}</button>`}
      ${app.leads ? html`<button class="btn sm icon" type="button" aria-haspopup="menu" aria-label=${t("Animer ce support")} title=${t("Animer ce support")} @click=${(event: Event) => openBoardMenu(app, event.currentTarget as HTMLElement)}>${picture("shield", 17)}</button>` : nothing}
      ${voteButton(app)}
      <div class="seg views" role="group" aria-label=${t("Vue")}>
        <button type="button" aria-pressed="false" @click=${() => app.setView("board")}>${picture("layout-grid", 16)}${t("Tableau")}</button>
        <button type="button" class="on" aria-pressed="true">${picture("list", 16)}${t("Liste")}</button>
      </div>
    </div>
  </div>
  ${side === "je" ? rectos(app) : nothing}`;
}

function whose(app: Atelier): string {
  const group = app.workshop.groups.find((one) => one.id === app.shownGroup)?.name ?? app.data.group;
  const { side } = app.template;
  const together = app.workshop.groups.length > 1 && app.roomOf(app.board) === app.data.rooms.plenary;
  if (side === "je") {
    const id = app.board.split("/")[1];
    const name = app.stakeholders().find((one) => one.id === id)?.name ?? t("Personne partie");
    return t("Je, recto de {name}", { name });
  }
  const n = app.workshop.people.filter((person) => person.group === app.shownGroup).length;
  return side === "nous"
    ? tn(
        "Nous, verso partagé par {n} personne du groupe {group}",
        "Nous, verso partagé par les {n} personnes du groupe {group}",
        n,
        { group },
      )
    : together
      ? tn("Plénière, {n} groupe", "Plénière, {n} groupes", app.workshop.groups.length)
      : t("Canevas du groupe {group}", { group });
}

function rectos(app: Atelier) {
  return html`<label class="field rectos"><span>${t("Recto de")}</span>
    <select class="input sm" @change=${(event: Event) => app.show((event.target as HTMLSelectElement).value)}>
      ${app.stakeholders().map((one) => {
        const board = `sheet${app.template.sheet}.recto/${one.id}`;
        return html`<option value=${board} ?selected=${board === app.board}>${one.name}</option>`;
      })}
    </select></label>`;
}

/** What a phone shows in the top bar instead of the workshop's name: which sheet, which face. */
export function where(app: Atelier) {
  const { id, sheet, side } = app.template;
  const canvas = id === "governance" ? t("Gouvernance") : t("Modèle économique");
  return html`<b>${sheet === null ? canvas : t("Fiche {sheet}", { sheet })}</b>
    ${
      side === null
        ? nothing
        : html`<button class="chip brand" type="button" aria-label=${side === "je" ? t("Je. Voir le verso, Nous") : t("Nous. Voir le recto, Je")}
          @click=${() => app.flip()}>${picture(side, 14)} ${side === "je" ? t("Je") : t("Nous")}</button>`
    }`;
}
