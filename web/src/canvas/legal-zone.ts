// The zone of the legal structure: options with their votes, eight forms side by side, the one that is chosen.

import { html, nothing, render } from "lit";
import { live } from "lit/directives/live.js";
import { addNotes } from "../board/actions";
import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { HORIZONS } from "../model/kinds";
import type { Note, Zone } from "../model/page";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import type { MenuItem } from "../ui/menu";
import { picture } from "../ui/picture";
import { voteOnZone } from "../vote/attach";
import { aids } from "./aids";
import { forms, latestVote, type Option, options, type Standing } from "./legal";
import { openPanel } from "./panel";
import { notesOf } from "./rules-zone";

const isLegal = (note: Note) =>
  note.board === "governance" && note.zone === "legal" && note.kind === "legal_structure";

const standings = (): Readonly<Record<Standing, string>> => ({
  candidate: t("À l'étude"),
  chosen: t("Retenue"),
  set_aside: t("Écartée"),
});

export function optionsOf(app: Atelier): Option[] {
  return options(notesOf(app, "legal"), latestVote(app.workshop, app.data.group));
}

function setFields(app: Atelier, id: string, fields: Readonly<Record<string, unknown>>): void {
  const note = app.note(id);
  if (!note || !app.mayChange(note)) return;
  app.document?.together(() => app.document?.setFields(id, fields));
}

const pointWords = (points: number) => tn("{n} point", "{n} points", points);

function option(app: Atelier, note: Note): HTMLElement | null {
  const found = optionsOf(app).find(({ id }) => id === note.id);
  if (!found) return null;
  const bar = make("i", {});
  bar.style.setProperty("--share", String(found.share));
  return make(
    "span",
    { class: "lfoot", "aria-hidden": "true" },
    make("span", { class: "lwords" }, found.words),
    ...(found.points === null
      ? []
      : [make("span", { class: "lbar" }, bar), make("b", { class: "lpoints" }, String(found.points))]),
  );
}

export async function openForms(app: Atelier): Promise<void> {
  const facts = (await aids(app))?.forms;
  if (facts === undefined) return;
  openPanel(app, t("Comparer les formes juridiques"), "forms", (panel) => {
    const there = optionsOf(app);
    const may = app.mayWrite && app.board === "governance" && app.closed("legal") === null;
    const add = (form: string, name: string) =>
      addNotes(app, "legal", [name], undefined, {
        kind: "legal_structure",
        fields: { form, standing: "candidate" },
      });
    const choice = (one: Option) => {
      const note = app.note(one.id);
      const free = may && note !== null && app.mayChange(note);
      const horizon = String(note?.fields?.horizon ?? "");
      const pick = (name: string) => (event: Event) =>
        setFields(app, one.id, { [name]: (event.target as HTMLSelectElement).value || undefined });
      return html`<li class=${one.standing}><b class="grow">${one.name}</b>
        ${one.points === null ? nothing : html`<span class="soft">${pointWords(one.points)}</span>`}
        <select class="input" aria-label=${t("Décision pour {name}", { name: one.name })} ?disabled=${!free} .value=${live(one.standing)} @change=${pick("standing")}>
          ${Object.entries(standings()).map(([value, words]) => html`<option value=${value} ?selected=${value === one.standing}>${words}</option>`)}</select>
        <select class="input" aria-label=${t("Horizon pour {name}", { name: one.name })} ?disabled=${!free} .value=${live(horizon)} @change=${pick("horizon")}>
          <option value="" ?selected=${horizon === ""}>${t("Sans horizon")}</option>
          ${Object.entries(HORIZONS).map(([value, words]) => html`<option value=${value} ?selected=${value === horizon}>${words()}</option>`)}</select></li>`;
    };
    return html`
      <p class="soft">${t("Des repères pour commencer la discussion, pas un conseil juridique.")}</p>
      ${there.length > 0 ? html`<h3>${t("Sur votre canevas")}</h3><ul class="choices">${there.map(choice)}</ul>` : nothing}
      ${
        app.leads && there.length > 1
          ? html`<p><button class="btn sm primary" type="button" @click=${() => {
              panel.close();
              voteOnZone(app, "legal");
            }}>${picture("vote", 16)}${t("Ouvrir un vote sur les formes")}</button></p>`
          : nothing
      }
      <div class="formstable"><table><thead><tr><th scope="col">${t("Forme juridique")}</th><th scope="col">${t("Quand")}</th><th scope="col">${t("Avantages")}</th><th scope="col">${t("Limites")}</th></tr></thead>
      <tbody>${Object.entries(forms()).map(([form, name]) => {
        const fact = facts[form];
        const on = there.some((one) => one.form === form);
        return html`<tr><th scope="row">${name()}${
          on
            ? html`<span class="schip">${picture("check", 13)} ${t("sur le canevas")}</span>`
            : may
              ? html`<button class="btn xs" type="button" aria-label=${t("Ajouter au canevas : {name}", { name: name() })} @click=${() => add(form, name())}>${picture("plus", 14)}${t("Ajouter")}</button>`
              : nothing
        }</th>
          <td data-head=${t("Quand")}>${fact?.when}</td><td data-head=${t("Avantages")}>${fact?.advantages}</td><td data-head=${t("Limites")}>${fact?.limits}</td></tr>`;
      })}</tbody></table></div>`;
  });
}

function tools(app: Atelier) {
  return html`<button class="btn sm" type="button" @click=${() => void openForms(app)}>${picture("table", 16)}${t("Comparer les formes")}</button>
    ${app.leads ? html`<button class="btn sm" type="button" @click=${() => voteOnZone(app, "legal")}>${picture("vote", 16)}${t("Ouvrir un vote sur les formes")}</button>` : nothing}`;
}

export function attachLegal(app: Atelier, view: BoardView): void {
  app.zoneParts.set("governance.legal", {
    board(host: HTMLElement, _zone: Zone, _notes: readonly Note[], focused: boolean): boolean {
      render(
        focused
          ? html`<div class="zonetools">${tools(app)}</div>`
          : html`<div class="zaids"><button class="zaid" type="button" tabindex="-1" title=${t("Comparer les formes")} aria-label=${t("Comparer les formes juridiques")} @click=${() => void openForms(app)}>${picture("table", 15)}</button></div>`,
        host,
      );
      queueMicrotask(mark);
      return false;
    },
    list: () => html`<div class="zonelead"><div class="row wrap">${tools(app)}</div></div>`,
    acts: () => [
      { label: t("Comparer les formes juridiques…"), icon: "table", done: () => void openForms(app) },
      ...(app.leads
        ? [{ label: t("Ouvrir un vote sur les formes"), icon: "vote", done: () => voteOnZone(app, "legal") }]
        : []),
    ],
  });

  const mark = () => {
    for (const { id, standing } of optionsOf(app)) {
      const item = view.item(id);
      if (item && item.dataset.standing !== standing) item.dataset.standing = standing;
    }
  };
  app.on("placed", mark);
  app.on("votes", () => view.touch(notesOf(app, "legal").map(({ id }) => id)));

  app.noteMarks.push((note) => (isLegal(note) ? option(app, note) : null));
  app.noteWords.push((note) =>
    isLegal(note) ? (optionsOf(app).find(({ id }) => id === note.id)?.words ?? null) : null,
  );
  app.noteActs.push((note): MenuItem[] => {
    if (!isLegal(note)) return [];
    const to = (standing: Standing, label: string, sign: string): MenuItem => ({
      label,
      icon: sign,
      done: () => setFields(app, note.id, { standing }),
    });
    return [
      to("chosen", t("Retenir cette forme"), "check"),
      to("set_aside", t("Écarter cette forme"), "x"),
      to("candidate", t("Remettre à l'étude"), "undo-2"),
    ].filter((_, at) => ["chosen", "set_aside", "candidate"][at] !== (note.fields?.standing ?? "candidate"));
  });
}
