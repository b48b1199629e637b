// « Transcrire du papier »: the notes of a sheet, typed one after the other without leaving the keyboard. The zone,
// the structure and the kind stay chosen; a photo of the sheet stands beside the field.

import { html, nothing, render, type TemplateResult } from "lit";
import { addNotes, deleteNotes } from "../board/actions";
import type { Atelier } from "../board/atelier";
import { headingOf } from "../board/board-header";
import { closedLine } from "../board/zone-state";
import { hiddenAt } from "../model/hidden";
import { kindName } from "../model/kinds";
import { type Template, templateOf, type Zone } from "../model/page";
import { noteTexts } from "../model/paste";
import { t, tn, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import type { Album } from "./album";
import { Beneath } from "./beneath";
import { photoName } from "./panel";
import { Viewer } from "./viewer";

const MOST_AT_ONCE = 200;
/** Of those typed last, how many are read again below the field. */
const LATEST = 5;

interface Made {
  board: string;
  zone: string;
  ids: readonly string[];
  texts: readonly string[];
}

export class Transcription {
  private dialog: HTMLDialogElement | null = null;
  private zone = "";
  private kind: string | null = null;
  private photo: string | null = null;
  private made: Made[] = [];
  private said = "";
  private fault: string | null = null;
  /** What was typed and not added when it was closed. */
  private kept = "";
  /** The board that is transcribed: facilitation may lead the page to another one meanwhile. */
  private board = "";
  private readonly viewer: Viewer;
  private readonly beneath: Beneath;

  constructor(
    private readonly app: Atelier,
    private readonly album: Album,
  ) {
    this.viewer = new Viewer(album, () => this.draw());
    this.beneath = new Beneath(app);
  }

  open(): void {
    const { app } = this;
    if (this.dialog?.open) return;
    const opener = document.activeElement;
    const dialog = make("dialog", {
      class: "dialog paper transcribe",
      "aria-labelledby": "transcribe-title",
    });
    this.dialog = dialog;
    this.made = [];
    this.said = "";
    this.fault = null;
    this.beneath.opened();
    this.board = app.board;
    this.settle(app.activeZone);
    dialog.addEventListener("keydown", (event) => this.key(event));
    const offs: (() => void)[] = [];
    dialog.addEventListener("close", () => {
      if (this.dialog === dialog) this.dialog = null;
      this.kept = fieldOf(dialog)?.value ?? "";
      for (const off of offs) off();
      dialog.remove();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    });
    for (const what of ["notes", "joined", "link", "workshop", "drafts", "notice"])
      offs.push(app.on(what, () => this.draw()));
    offs.push(
      app.on("board", () => {
        if (app.board === this.board) this.settle(this.zone);
        this.draw();
      }),
    );
    document.body.append(dialog);
    this.draw();
    const field = this.field();
    if (field) field.value = this.kept;
    dialog.showModal();
    this.focus();
  }

  /** To another board, because who types wants it. */
  private show(board: string): void {
    this.board = board;
    this.app.show(board);
    this.settle(this.zone);
    this.draw();
    this.focus();
  }

  /** On another board: the same zone when it is there, too, else the first. */
  private settle(zone: string | null): void {
    const zones = this.zones();
    this.zone = (zones.find(({ id }) => id === zone) ?? zones[0])?.id ?? "";
    this.photo = this.album.here[0]?.id ?? null;
    this.viewer.fit();
  }

  private zones(): Zone[] {
    return [...this.app.template.zones].sort((a, b) => a.n - b.n);
  }

  // -- drawing ----------------------------------------------------------------------------------

  draw(): void {
    if (this.dialog !== null) render(this.view(), this.dialog);
  }

  private view(): TemplateResult {
    const { app } = this;
    const zones = this.zones();
    const zone = zones.find(({ id }) => id === this.zone);
    const photos = this.album.here;
    const photo = photos.find(({ id }) => id === this.photo) ?? photos[0];
    const away = app.board !== this.board;
    const closed = away ? null : app.closed(this.zone);
    const counts = app.notesByZone();
    return html`<header class="paperbar"><div class="grow"><h2 id="transcribe-title">${t("Transcrire du papier")}</h2>
        <p class="soft">${this.whose()}</p></div>
        <button class="btn icon ghost" type="button" aria-label=${t("Fermer")} @click=${() => this.dialog?.close()}>${picture("x", 22)}</button></header>
      <div class=${photo ? "transcribing beside" : "transcribing"}>
      ${
        photo
          ? html`<div class="sheetphoto">${
              photos.length > 1
                ? html`<label class="field"><span>${t("Photo de la feuille")}</span><select class="input sm" @change=${(event: Event) => this.lookAt(event)}>
              ${photos.map((one) => html`<option value=${one.id} ?selected=${one.id === photo.id}>${photoName(one, photos)}</option>`)}</select></label>`
                : nothing
            }${this.viewer.view(photo, photoName(photo, photos))}</div>`
          : nothing
      }
      <form class="typing" @submit=${(event: Event) => this.submit(event)}>
        <div class="papergrid">
          <label class="field"><span>${t("Support")}</span><select class="input" id="transcribe-board" @change=${(event: Event) => this.go(event)}>
            ${this.templates().map((one) => html`<option value=${one.id} ?selected=${one.id === templateOf(app.board)}>${headingOf(one)}</option>`)}</select></label>
          ${this.owners()}
          ${this.kinds(zone)}
        </div>
        <ol class="zonepick" aria-label=${t("Zones")}>${zones.map((one, at) => {
          const n = counts.get(one.id)?.length ?? 0;
          return html`<li><button type="button" class=${one.id === this.zone ? "on" : ""} aria-current=${one.id === this.zone ? "true" : "false"} aria-keyshortcuts=${at < 9 ? `Alt+${at + 1}` : nothing} @click=${() => this.turnTo(one.id)}>
            <i class="tnum" aria-hidden="true">${numberOf(one)}</i><span>${typo(one.title)}</span><b class="tnum" data-count=${one.id} aria-label=${tn("{n} note", "{n} notes", n)}>${n}</b></button></li>`;
        })}</ol>
        ${
          zone
            ? html`<label class="zonefield" for="transcribe-text"><b>${numbered(zone)}</b> <span>${typo(zone.prompt)}</span></label>`
            : nothing
        }
        ${this.beneath.view()}
        ${away ? this.led() : nothing}
        ${app.connection.online ? nothing : html`<p class="alert warn" role="status">${picture("cloud-off", 20)}<span>${t("Hors ligne.")} ${t("Continuez, tout partira au retour.")}</span></p>`}
        ${closed === null ? nothing : html`<p class="alert info">${picture("lock", 20)}<span>${closedLine(app, closed)}.</span></p>`}
        <div class="row typed"><textarea class="input grow" id="transcribe-text" rows="2" autocomplete="off" enterkeyhint="send" placeholder=${t("Une idée par note…")} aria-describedby="transcribe-keys"></textarea>
          <button class="btn primary" type="submit">${picture("plus", 20)} ${t("Ajouter")}</button></div>
        ${this.fault === null || closed !== null ? nothing : html`<p class="alert warn" role="alert">${picture("alert-triangle", 20)}<span>${this.fault}</span></p>`}
        <p class="sr" role="status">${this.said}</p>
        <p class="soft fine" id="transcribe-keys">${t("Entrée ajoute la note. Ctrl et flèches haut ou bas, ou Alt et un chiffre, changent de zone.")}</p>
        ${this.latest()}
      </form></div>`;
  }

  /** Whose notes these are, as far as others will know. */
  private whose(): string {
    const { app } = this;
    const { anonymous, silent } = hiddenAt(app.workshop, app.board, this.zone);
    const name = anonymous
      ? t("Une ligne, une note. Ici, on écrit sans nom : le vôtre n'y est pas.")
      : t("Une ligne, une note. Elles portent votre nom : c'est vous qui les écrivez.");
    return silent ? `${name} ${t("Les autres les voient à la révélation.")}` : name;
  }

  /** The page was led to another board: nothing goes there by itself. */
  private led(): TemplateResult {
    const { app, board } = this;
    const before = app.templateOf(board);
    return html`<div class="alert warn" role="alert">${picture("alert-triangle", 20)}<div class="grow"><p>${t(
      "L'atelier passe à « {board} ». Votre texte attend ici.",
      { board: headingOf(app.template) },
    )}</p>
      <div class="row"><button class="btn sm" type="button" @click=${() => this.show(board)}>${t("Revenir à « {board} »", { board: before ? headingOf(before) : "" })}</button>
      <button class="btn sm" type="button" @click=${() => this.show(app.board)}>${t("Transcrire ici")}</button></div></div></div>`;
  }

  private templates(): Template[] {
    const { modules } = this.app.workshop;
    return this.app.data.templates.filter(
      ({ id }) => modules === undefined || modules.includes(id.split(".")[0] ?? id),
    );
  }

  private owners(): TemplateResult | typeof nothing {
    const { app } = this;
    if (app.template.side !== "je") return nothing;
    const all = app.stakeholders();
    return html`<label class="field"><span>${t("Au nom de")}</span><select class="input" id="transcribe-owner" @change=${(event: Event) => this.show(`${templateOf(app.board)}/${(event.target as HTMLSelectElement).value}`)}>
      ${all.map((one) => html`<option value=${one.id} ?selected=${app.board.endsWith(`/${one.id}`)}>${one.name}</option>`)}</select></label>`;
  }

  private kinds(zone: Zone | undefined): TemplateResult | typeof nothing {
    const kinds = zone?.kinds ?? [];
    if (kinds.length < 2) return nothing;
    const chosen = this.kindIn(zone);
    return html`<label class="field"><span>${t("Type de note")}</span><select class="input" id="transcribe-kind" @change=${(
      event: Event,
    ) => {
      this.kind = (event.target as HTMLSelectElement).value;
      this.focus();
    }}>${kinds.map((kind) => html`<option value=${kind} ?selected=${kind === chosen}>${kindName(kind)}</option>`)}</select></label>`;
  }

  /** The kind that was chosen last, where the zone has it. */
  private kindIn(zone: Zone | undefined): string {
    const kinds = zone?.kinds ?? [];
    return this.kind !== null && kinds.includes(this.kind) ? this.kind : (kinds[0] ?? "note");
  }

  private latest(): TemplateResult | typeof nothing {
    const count = this.made.reduce((sum, { ids }) => sum + ids.length, 0);
    if (count === 0) return nothing;
    const texts = this.made.flatMap((one) => one.texts).slice(-LATEST);
    return html`<div class="latest"><div class="row"><b class="grow">${tn("{n} note transcrite", "{n} notes transcrites", count)}</b>
      <button class="btn sm" type="button" @click=${() => this.undo()}>${picture("undo", 16)} ${t("Annuler la dernière")}</button></div>
      <ul>${texts.reverse().map((text) => html`<li>${text}</li>`)}</ul></div>`;
  }

  // -- what happens -----------------------------------------------------------------------------

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.isComposing) return;
    const { target } = event;
    const inField = target instanceof HTMLTextAreaElement;
    if (event.key === "Enter" && inField && !event.shiftKey) {
      event.preventDefault();
      this.add();
      return;
    }
    const command = event.ctrlKey || event.metaKey;
    if (
      command &&
      event.key.toLowerCase() === "z" &&
      inField &&
      target.value === "" &&
      this.made.length > 0
    ) {
      event.preventDefault();
      this.undo();
      return;
    }
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    const zones = this.zones();
    const at = zones.findIndex(({ id }) => id === this.zone);
    let to: Zone | undefined;
    if ((command || event.altKey) && event.key === "ArrowDown") to = zones[(at + 1) % zones.length];
    else if ((command || event.altKey) && event.key === "ArrowUp")
      to = zones[(at - 1 + zones.length) % zones.length];
    else if (event.altKey && digit !== undefined) to = zones[Number(digit) - 1];
    else return;
    event.preventDefault();
    if (to) this.turnTo(to.id);
  }

  private submit(event: Event): void {
    event.preventDefault();
    this.add();
  }

  private add(): void {
    const { app } = this;
    const field = this.field();
    const zone = app.zone(this.zone);
    if (app.board !== this.board) return; // which of the two boards is asked already
    const typed = field?.value ?? "";
    const { texts, cut } = noteTexts(typed, MOST_AT_ONCE);
    this.fault = this.hindrance(cut);
    if (app.closed(this.zone) !== null) this.said = this.fault ?? ""; // it is shown above the field already
    if (field && zone && texts.length > 0 && this.fault === null) {
      const ids = addNotes(app, this.zone, texts, undefined, { kind: this.kindIn(zone) });
      if (ids.length === texts.length) {
        this.made.push({ board: app.board, zone: this.zone, ids, texts });
        field.value = "";
        this.said = tn("{n} note dans {zone}.", "{n} notes dans {zone}.", this.count(), {
          zone: typo(zone.title),
        });
        if (texts.length > typed.split(/[\r\n\u2028\u2029]+/).filter((line) => line.trim() !== "").length)
          this.said += ` ${t("Ce qui dépasse mille caractères devient une autre note.")}`;
      } else this.fault = t("Rien n'a été ajouté. Votre texte est gardé ici.");
    }
    this.draw();
    this.focus();
  }

  /** Why nothing is added now; the text stays in the field. */
  private hindrance(cut: number): string | null {
    const { app } = this;
    const closed = app.closed(this.zone);
    if (closed !== null) return `${closedLine(app, closed)}.`;
    if (!app.connection.joined) return t("Un instant : la salle de ce support s'ouvre.");
    if (!app.mayWrite) return t("Votre rôle permet de lire, pas de modifier.");
    if (cut > 0) return t("C'est trop à la fois : deux cents lignes au plus.");
    return null;
  }

  /** Takes the last notes back, and their words into the field, before what is there. */
  private undo(): void {
    const { app } = this;
    const last = this.made.at(-1);
    if (last === undefined) return;
    if (last.board !== app.board) this.show(last.board);
    this.zone = last.zone;
    const closed = app.closed(last.zone);
    if (closed === null) {
      this.made.pop();
      deleteNotes(app, last.ids);
      const field = this.field();
      if (field) field.value = [...last.texts, ...(field.value === "" ? [] : [field.value])].join("\n");
      this.said = t("Note reprise. Son texte est dans le champ.");
    } else this.said = `${closedLine(app, closed)}.`;
    this.fault = null;
    this.draw();
    this.focus();
  }

  private turnTo(zone: string): void {
    const there = this.app.zone(zone);
    if (!there) return;
    this.zone = zone;
    this.fault = null;
    this.said = t("{title} : {name}", {
      title: typo(there.title),
      name: tn("{n} note", "{n} notes", this.count()),
    });
    this.draw();
    this.focus();
    this.dialog?.querySelector(".zonepick .on")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private count(): number {
    return this.app.notesByZone().get(this.zone)?.length ?? 0;
  }

  private go(event: Event): void {
    const { app } = this;
    const template = app.templateOf((event.target as HTMLSelectElement).value);
    if (!template) return;
    const whose = app.board.split("/")[1];
    const same = app.stakeholders().some(({ id }) => id === whose);
    if (template.side !== "je" || template.sheet === null) this.show(template.id);
    else this.show(whose !== undefined && same ? `${template.id}/${whose}` : app.rectoOf(template.sheet));
  }

  private lookAt(event: Event): void {
    this.photo = (event.target as HTMLSelectElement).value;
    this.viewer.fit();
    this.draw();
  }

  private field(): HTMLTextAreaElement | null {
    return fieldOf(this.dialog);
  }

  private focus(): void {
    this.field()?.focus({ preventScroll: true });
  }
}

function fieldOf(dialog: HTMLElement | null): HTMLTextAreaElement | null {
  return dialog?.querySelector<HTMLTextAreaElement>("#transcribe-text") ?? null;
}

/** As on the board and on paper: a canvas of rings shows which sheet a zone is fed by instead of numbers. */
function numberOf(zone: Zone): string {
  return zone.ring ? "" : String(zone.n);
}

function numbered(zone: Zone): string {
  return zone.ring ? typo(zone.title) : `${zone.n}. ${typo(zone.title)}`;
}
