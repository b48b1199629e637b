// The list by zone: the board's equal for keyboard, screen reader, phone and slow links.

import { html, nothing, render } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { addNote, deleteNotes, reorderNote } from "../board/actions";
import type { Atelier } from "../board/atelier";
import { openMoveDialog } from "../board/move-dialog";
import { others } from "../board/presence";
import { MARKS, type Note, type Zone } from "../model/page";
import { t, tn, typo } from "../ui/i18n";
import { icon } from "../ui/icon";

export class ListView {
  /** On a phone one zone is shown at a time; -1 shows the list of zones. */
  private at = 0;
  /** On a phone the actions of one note at a time are unfolded. */
  private opened: string | null = null;
  private frame = 0;

  constructor(
    private readonly app: Atelier,
    readonly host: HTMLElement,
    private readonly edit: (id: string, host: HTMLElement) => void,
  ) {}

  soon(): void {
    if (this.frame === 0)
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        if (this.app.view === "list") this.draw();
      });
  }

  lineOf(id: string): HTMLElement | null {
    return this.host.querySelector(`li.ln[data-id="${CSS.escape(id)}"]`);
  }

  /** Where a note's text is written. */
  text(id: string | null): HTMLElement | null {
    return id === null ? null : (this.lineOf(id)?.querySelector<HTMLElement>(".tx") ?? null);
  }

  /** Go to the field that adds a note to a zone. */
  compose(zone: string): void {
    const at = this.zones().findIndex((one) => one.id === zone);
    if (at >= 0 && at !== this.at) {
      this.at = at;
      this.draw();
    }
    this.host
      .querySelector<HTMLInputElement>(`section[data-zone="${CSS.escape(zone)}"] input[name=text]`)
      ?.focus();
  }

  private zones(): Zone[] {
    return [...this.app.template.zones].sort((a, b) => a.n - b.n);
  }

  draw(): void {
    const { app } = this;
    const zones = this.zones();
    const notes = app.notesByZone();
    this.at = Math.min(Math.max(0, this.at), zones.length - 1);
    const [, name = app.template.title] = app.template.title.split(" · ");
    const side = app.template.side;
    const restore = this.heldFocus();
    render(
      html`<div class="listhead">
          <div class="grow">
            <h1>${app.template.sheet === null ? nothing : html`<span class="num">${app.template.sheet}</span>`} ${typo(name)}</h1>
            ${side === null ? nothing : html`<span class="chip brand">${icon(side, 14)} ${side === "je" ? t("Je") : t("Nous")}</span>`}
          </div>
          ${side === null ? nothing : html`<button class="btn sm" type="button" @click=${() => app.flip()}>${icon("refresh", 16)} ${side === "je" ? t("Voir le verso, Nous") : t("Voir le recto, Je")}</button>`}
          <div class="seg views" role="group" aria-label=${t("Vue")}>
            <button type="button" aria-pressed="false" @click=${() => app.setView("board")}>${icon("layout-grid", 16)}${t("Tableau")}</button>
            <button type="button" class="on" aria-pressed="true">${icon("list", 16)}${t("Liste")}</button>
          </div>
        </div>
        ${side === "je" ? this.rectos() : nothing}
        <div class="zonelist">${zones.map((zone, index) => this.zone(zone, notes.get(zone.id) ?? [], index, zones.length))}</div>`,
      this.host,
    );
    restore();
  }

  private rectos() {
    const { app } = this;
    return html`<label class="field rectos"><span>${t("Recto de")}</span>
      <select class="input sm" @change=${(event: Event) => app.show((event.target as HTMLSelectElement).value)}>
        ${app.stakeholders().map((one) => {
          const board = `sheet${app.template.sheet}.recto/${one.id}`;
          return html`<option value=${board} ?selected=${board === app.board}>${one.name}</option>`;
        })}
      </select></label>`;
  }

  private zone(zone: Zone, notes: Note[], index: number, of: number) {
    const { app } = this;
    const heading = `zone-${zone.id}`;
    const go = (to: number) => {
      this.at = to;
      this.draw();
      document.getElementById(`zone-${app.template.zones.find((z) => z.n === to + 1)?.id}`)?.focus();
    };
    return html`<section class="zoneitem" data-zone=${zone.id} ?data-current=${index === this.at} aria-labelledby=${heading}>
      <div class="zh">
        <div class="row"><h2 class="grow" id=${heading} tabindex="-1">${typo(zone.title)}</h2>
          ${zone.pictograms.map((canvas) => {
            const short = canvas === "governance" ? "gouv" : "eco";
            const label =
              canvas === "governance"
                ? t("Nourrit le canevas gouvernance")
                : t("Nourrit le canevas modèle économique");
            return html`<span class="pic ${short}" role="img" aria-label=${label} title=${label}>${icon(short, 15)}</span>`;
          })}</div>
        <p class="soft">${typo(zone.prompt)}</p>
        <div class="row steps">
          <button class="btn sm icon" type="button" aria-label=${t("Zone précédente")} ?disabled=${index === 0} @click=${() => go(index - 1)}>${icon("arrow-left")}</button>
          <span class="grow">${t("Zone {n} sur {of}", { n: index + 1, of })}, ${tn("{n} note", "{n} notes", notes.length)}</span>
          <button class="btn sm icon" type="button" aria-label=${t("Zone suivante")} ?disabled=${index === of - 1} @click=${() => go(index + 1)}>${icon("arrow-right")}</button>
        </div>
      </div>
      ${notes.length === 0 ? html`<p class="none">${t("Rien ici pour l'instant.")}</p>` : nothing}
      <ul class="lines">${repeat(
        notes,
        (note) => note.id,
        (note) => this.line(note),
      )}</ul>
      ${app.mayWrite ? this.composer(zone) : nothing}
    </section>`;
  }

  private line(note: Note) {
    const { app } = this;
    const author = app.authorName(note.by);
    const writer = [...others(app).values()].find((other) => other.editing === note.id)?.user?.name;
    const write = (event: Event) => {
      const line = (event.currentTarget as HTMLElement).closest<HTMLElement>("li");
      const host = line?.querySelector<HTMLElement>(".tx");
      if (host) this.edit(note.id, host);
    };
    const act = (label: string, picture: string, then: (event: Event) => void) =>
      html`<button class="btn xs" type="button" @click=${then}>${icon(picture, 15)}${label}</button>`;
    const unfolded = this.opened === note.id;
    return html`<li class="ln" data-id=${note.id} tabindex="0">
      <span class="b c-${note.colour} k-${note.colour}">${icon(`mark-${MARKS[note.colour]}`, 15)}</span>
      <div class="tx"><p>${note.text || t("vide")}</p></div>
      <div class="meta">${writer ? t("{name} écrit…", { name: writer }) : author}</div>
      ${
        app.mayWrite
          ? html`<button class="more" type="button" aria-expanded=${unfolded ? "true" : "false"} aria-label=${t("Actions sur cette note")}
            @click=${() => {
              this.opened = unfolded ? null : note.id;
              this.draw();
            }}>${icon("more-vertical", 20)}</button>
          <div class="acts ${unfolded ? "open" : ""}">
            ${act(t("Écrire"), "pencil", write)}
            ${act(t("Déplacer vers…"), "corner-up-right", () => openMoveDialog(app, note.id))}
            ${act(t("Monter"), "arrow-up", () => reorderNote(app, note.id, -1))}
            ${act(t("Descendre"), "arrow-down", () => reorderNote(app, note.id, 1))}
            ${act(t("Supprimer"), "trash", () => deleteNotes(app, [note.id]))}
          </div>`
          : nothing
      }
    </li>`;
  }

  /** Where the focus is, and where it goes when its note has gone: the next one, else the zone's field. */
  private heldFocus(): () => void {
    const held = document.activeElement;
    if (!(held instanceof HTMLElement) || !this.host.contains(held)) return () => {};
    const zone = held.closest<HTMLElement>("section.zoneitem")?.dataset.zone ?? "";
    const line = held.closest("li.ln");
    const at = line?.parentElement ? [...line.parentElement.children].indexOf(line) : -1;
    return () => {
      if (document.activeElement === held) return;
      if (held.isConnected) return held.focus({ preventScroll: true });
      const section = this.host.querySelector(`section[data-zone="${CSS.escape(zone)}"]`);
      const lines = section?.querySelectorAll<HTMLElement>("li.ln");
      const next =
        lines?.[Math.min(at, lines.length - 1)] ?? section?.querySelector<HTMLElement>("input[name=text]");
      next?.focus({ preventScroll: true });
    };
  }

  private composer(zone: Zone) {
    const { app } = this;
    const add = (event: Event) => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).elements.namedItem("text") as HTMLInputElement;
      const text = field.value.trim();
      if (!text) return;
      if (addNote(app, zone.id, text) !== null) {
        field.value = "";
        app.announcer.say(t("Note ajoutée dans {zone}.", { zone: zone.title }));
      }
      field.focus();
    };
    return html`<form class="cmp" @submit=${add}>
      <label class="input"><span class="sr">${t("Nouvelle note dans {zone}", { zone: zone.title })}</span>
        <i class="dot c-${app.data.person.colour} k-${app.data.person.colour}">${icon(`mark-${app.data.person.mark}`, 12)}</i>
        <input name="text" maxlength="1000" autocomplete="off" placeholder=${t("Une idée par note…")}></label>
      <button class="btn icon primary" aria-label=${t("Ajouter la note")}>${icon("plus", 22)}</button>
    </form>`;
  }
}
