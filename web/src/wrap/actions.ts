// Actions of both canvases: what each lacks comes first, and is filled in place.

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { goToNote } from "../board/trace";
import { dateWords } from "../model/kind-words";
import type { Note } from "../model/page";
import { t, tn, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import { choice, due, fieldOf, nameOf, owner } from "./fields";
import { countLacks, lackWords } from "./lacks";
import { canvasName, type WrapUp } from "./state";
import { asOne, lacksOfAll, twins } from "./twins";

const MOST_CHARS = 1000;

export class Actions {
  /** The order in which they are shown: it stays as long as somebody is among them. */
  private order: string[] = [];
  private readonly naming = new Set<string>();

  constructor(
    private readonly state: WrapUp,
    private readonly draw: () => void,
    private readonly leave: () => void,
  ) {}

  private get all(): Note[] {
    return twins(this.state.ofKind("action")).map(asOne);
  }

  /** Actions without owner or date, in the order of the list. */
  get incomplete(): Note[] {
    return this.all.filter((note) => this.lacks(note).length > 0);
  }

  private lacks(note: Note) {
    return lacksOfAll(this.state.sameAs(note), this.state.app.workshop.people);
  }

  /** Sentence of the head: what is missing, or that nothing is. */
  summary(): string {
    const { all } = this;
    if (all.length === 0) return t("Aucune action pour l'instant");
    return countLacks(all.map((note) => this.lacks(note))) || t("Chaque action est complète");
  }

  private sorted(held: boolean): Note[] {
    const all = new Map(this.all.map((note) => [note.id, note]));
    const rank = (note: Note) => (note.fields?.state === "dropped" ? 2 : this.lacks(note).length > 0 ? 0 : 1);
    const when = (note: Note) => String(note.fields?.due ?? "9999");
    if (held) this.order = [...this.order, ...[...all.keys()].filter((id) => !this.order.includes(id))];
    else
      this.order = [...all.values()]
        .sort((a, b) => rank(a) - rank(b) || (when(a) < when(b) ? -1 : when(a) > when(b) ? 1 : 0))
        .map(({ id }) => id);
    return this.order.map((id) => all.get(id)).filter((note) => note !== undefined);
  }

  view(held: boolean): TemplateResult {
    const { state } = this;
    const notes = this.sorted(held);
    const lacking = countLacks(notes.map((note) => this.lacks(note)));
    return html`<div class="whead"><h2 id="wrap-actions" tabindex="-1">${t("Actions")}</h2></div>
      ${
        notes.length === 0
          ? html`<p class="soft wnone">${t("Aucune action pour l'instant. Qui fait quoi d'ici la prochaine rencontre ?")}</p>`
          : lacking === ""
            ? html`<p class="alert ok">${picture("check", 20)}<span>${t("Chaque action a un responsable et une échéance.")}</span></p>`
            : html`<p class="alert warn" data-lacking>${picture("alert-triangle", 20)}<span><b>${lacking}.</b> ${state.app.leads ? t("L'atelier se clôt quand chacune est complète, ou abandonnée.") : nothing}</span></p>`
      }
      <ul class="wlist">${repeat(
        notes,
        ({ id }) => id,
        (note) => this.item(note),
      )}</ul>
      ${this.adding()}${this.uncovered(notes)}`;
  }

  private item(note: Note): TemplateResult {
    const { state } = this;
    const lacks = this.lacks(note);
    const dropped = note.fields?.state === "dropped";
    return html`<li class="wcard" data-state=${lacks.length > 0 ? "lacking" : dropped ? "dropped" : "whole"} data-note=${note.id}>
      <div class="wtop"><p class="wtext">${nameOf(note)}</p>
        <span class="chip ${lacks.length > 0 ? "warn" : dropped ? "" : "ok"}">${lacks.length > 0 ? lackWords(lacks) : dropped ? t("abandonnée") : this.when(note)}</span></div>
      <div class="wfields">
        ${owner(state, note, this.naming, this.draw)}${due(state, note)}${choice(state, note, "priority")}${choice(state, note, "dimension")}${choice(state, note, "state")}
      </div>
      ${state.sameAs(note).map((one) => place(state, one, this.leave))}</li>`;
  }

  private when(note: Note): string {
    if (note.fields?.state === "done") return t("faite");
    return t("pour le {date}", { date: dateWords(String(note.fields?.due ?? "")) });
  }

  private adding(): TemplateResult | typeof nothing {
    const { state } = this;
    const boards = state.canvases.filter((board) => state.mayAdd(board, "actions"));
    const [first] = boards;
    if (first === undefined) return nothing;
    const add = (event: Event) => {
      event.preventDefault();
      const { elements } = event.target as HTMLFormElement;
      const field = elements.namedItem("text") as HTMLInputElement;
      const board = (elements.namedItem("board") as HTMLSelectElement | null)?.value ?? first;
      const text = field.value.trim();
      field.focus();
      if (text === "" || state.add(board, "actions", "action", text) === null) return;
      field.value = "";
      state.app.announcer.say(t("Action ajoutée. Il lui faut un responsable et une échéance."));
    };
    return html`<form class="wadd" @submit=${add}>
      <label class="grow"><span class="sr">${t("Nouvelle action")}</span><input class="input" name="text" maxlength=${MOST_CHARS} autocomplete="off" placeholder=${t("Une action de plus…")}></label>
      ${boards.length > 1 ? html`<label><span class="sr">${t("Sur quel canevas")}</span><select class="input" name="board">${boards.map((board) => html`<option value=${board}>${canvasName(board)}</option>`)}</select></label>` : nothing}
      <button class="btn primary">${picture("plus", 18)}${t("Ajouter")}</button></form>`;
  }

  /** Dimensions of the plan that no action is about. */
  private uncovered(notes: readonly Note[]): TemplateResult | typeof nothing {
    const dimensions = Object.entries(fieldOf("action", "dimension").choices ?? {});
    const going = notes.filter(({ fields }) => fields?.state !== "dropped");
    const left = dimensions.filter(([id]) => !going.some(({ fields }) => fields?.dimension === id));
    if (going.length === 0 || left.length === 0) return nothing;
    const names = left.map(([, words]) => words()).join(", ");
    return html`<p class="soft">${tn("Dimension sans action : {names}.", "Dimensions sans action : {names}.", left.length, { names })}</p>`;
  }
}

/** Where a note is, and the way there. */
export function place(state: WrapUp, note: Note, leave: () => void): TemplateResult {
  const zone = state.app.templateOf(note.board)?.zones.find(({ id }) => id === note.zone);
  const where = t("{canvas}, {zone}", { canvas: canvasName(note.board), zone: typo(zone?.title ?? "") });
  return html`<button class="btn ghost xs wplace" type="button" @click=${() => {
    leave();
    state.app.show(note.board);
    goToNote(state.app, note.id);
  }}>${where}<span class="sr"> : ${t("voir « {text} » sur le canevas", { text: nameOf(note) })}</span>${picture("arrow-right", 15)}</button>`;
}
