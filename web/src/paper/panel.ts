// « Photos du support »: paper sheets, photographed. Add by file, camera, dropping or pasting; look at one large,
// say below it what it shows, delete it. One dialog: what is looked at takes the place of the list.

import { html, nothing, render, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Atelier } from "../board/atelier";
import { headingOf } from "../board/board-header";
import { closedLine } from "../board/zone-state";
import { hiddenAt } from "../model/hidden";
import type { Photo } from "../model/page";
import { clock, t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import type { Album, Sending } from "./album";
import { Beneath } from "./beneath";
import { Viewer } from "./viewer";

const TYPES = "image/jpeg,image/png,image/webp";
const CAPTION_CHARS = 200;
const PER_BOARD = 12;

/** What stands for a photo in words, among those of its board. */
export function photoName(photo: Photo, photos: readonly Photo[]): string {
  if (photo.caption !== "") return photo.caption;
  return t("Photo {n}, {time}", {
    n: photos.findIndex(({ id }) => id === photo.id) + 1,
    time: clock(photo.at),
  });
}

/** Opens the dialog; gives what draws it again. */
export class Panel {
  private dialog: HTMLDialogElement | null = null;
  private shown: string | null = null;
  private asks = false;
  private fault: string | null = null;
  private said = "";
  private over = false;
  private readonly viewer: Viewer;
  private readonly beneath: Beneath;

  constructor(
    private readonly app: Atelier,
    private readonly album: Album,
  ) {
    this.viewer = new Viewer(album, () => this.draw());
    this.beneath = new Beneath(app);
  }

  open(photo: string | null = null): void {
    // one that is being closed is told so in a task of its own, after which another may be open already
    if (this.dialog?.open) return;
    const opener = document.activeElement;
    const dialog = make("dialog", { class: "dialog paper photos", "aria-labelledby": "photos-title" });
    this.dialog = dialog;
    this.shown = photo;
    this.beneath.opened();
    this.asks = this.over = false;
    this.fault = null;
    this.said = "";
    this.viewer.fit();
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    dialog.addEventListener("cancel", (event) => {
      if (this.shown === null) return;
      event.preventDefault();
      this.back();
    });
    dialog.addEventListener("close", () => {
      if (this.dialog === dialog) this.dialog = null;
      dialog.remove();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    });
    dialog.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    for (const what of ["dragenter", "dragover"] as const)
      dialog.addEventListener(what, (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        if (!this.over) {
          this.over = true;
          this.draw();
        }
      });
    dialog.addEventListener("dragleave", (event) => {
      if (dialog.contains(event.relatedTarget as Node | null)) return;
      this.over = false;
      this.draw();
    });
    dialog.addEventListener("drop", (event) => {
      this.over = false;
      event.preventDefault();
      this.take(event, event.dataTransfer);
      this.draw();
    });
    document.body.append(dialog);
    this.draw();
    dialog.showModal();
    this.focus("#photos-title");
  }

  /** Pictures that were dropped on the board. */
  receive(files: readonly File[]): void {
    this.open();
    this.add(files);
  }

  // -- drawing ----------------------------------------------------------------------------------

  draw(): void {
    const { dialog } = this;
    if (dialog === null) return;
    const photos = this.album.here;
    const at = photos.findIndex(({ id }) => id === this.shown);
    const photo = photos[at];
    if (photo === undefined && this.shown !== null) {
      this.said = t("Cette photo a été supprimée.");
      this.shown = null;
      this.asks = false;
    }
    dialog.classList.toggle("over", this.over && this.refusal() === null);
    render(
      html`${photo ? this.large(photo, photos, at) : this.list(photos)}${this.beneath.view()}<p class="sr" role="status">${this.said}</p>`,
      dialog,
    );
  }

  private list(photos: readonly Photo[]): TemplateResult {
    const { app, album } = this;
    const sending = album.onTheWay;
    const refusal = this.refusal();
    return html`<header class="paperbar"><div class="grow"><h2 id="photos-title" tabindex="-1">${t("Photos du support")}</h2>
        <p class="soft">${headingOf(app.template)}</p></div>
        <button class="btn icon ghost" type="button" aria-label=${t("Fermer")} @click=${() => this.dialog?.close()}>${picture("x", 22)}</button></header>
      ${app.connection.online ? nothing : html`<p class="alert warn" role="status">${picture("cloud-off", 20)}<span>${t("Hors ligne. Les photos s'ajoutent et se regardent en ligne.")}</span></p>`}
      ${
        refusal === null
          ? html`<div class="photoadd">
          <div class="row">
            <button class="btn primary camera" type="button" @click=${() => this.pick("photo-camera")}>${picture("camera", 19)} ${t("Prendre une photo")}</button>
            <button class="btn files" type="button" @click=${() => this.pick("photo-files")}>${picture("image", 19)} ${t("Choisir des fichiers")}</button></div>
          <p class="soft drop">${t("Ou déposez une image ici, ou collez-la.")}</p>
          <p class="soft fine">${t("Le fichier perd le lieu et l'heure qu'il contient. Tout le groupe voit la photo ; elle est effacée avec l'atelier.")}</p>
          <input type="file" id="photo-camera" accept=${TYPES} capture="environment" hidden @change=${(event: Event) => this.picked(event)}>
          <input type="file" id="photo-files" accept=${TYPES} multiple hidden @change=${(event: Event) => this.picked(event)}></div>`
          : html`<p class="alert info">${picture("lock", 20)}<span>${refusal}</span></p>`
      }
      ${this.fault === null ? nothing : html`<p class="alert" role="alert">${picture("alert-triangle", 20)}<span>${this.fault}</span></p>`}
      ${
        sending.length === 0
          ? nothing
          : html`<ul class="sendings" aria-label=${t("En route")}>${repeat(
              sending,
              ({ id }) => id,
              (one) => this.sending(one),
            )}</ul>`
      }
      ${
        photos.length === 0
          ? html`<p class="photonone soft">${picture("camera", 30)}<span>${t("Aucune photo sur ce support. Photographiez la feuille de papier : elle reste à côté des notes.")}</span></p>`
          : html`<ul class="photogrid" aria-label=${tn("{n} photo", "{n} photos", photos.length)}>${repeat(
              photos,
              ({ id }) => id,
              (
                photo,
              ) => html`<li><button class="photothumb" type="button" data-photo=${photo.id} @click=${() => this.look(photo.id)}>
                <img src=${album.address(photo, "small")} width=${photo.width} height=${photo.height} loading="lazy" alt="">
                <b>${photoName(photo, photos)}</b></button>
                <small class="soft">${app.authorName(photo.by || null)} · ${clock(photo.at)}</small></li>`,
            )}</ul>`
      }`;
  }

  private sending(one: Sending): TemplateResult {
    return html`<li class=${one.fault === null ? "" : "failed"}><div class="grow"><b>${one.name}</b>
      ${
        one.fault === null
          ? html`<progress max="1" value=${one.part} aria-label=${t("Envoi de {name}", { name: one.name })}></progress>`
          : html`<p role="alert">${one.fault}</p>`
      }</div>
      ${one.fault === null || !one.again ? nothing : html`<button class="btn sm" type="button" @click=${() => this.album.again(one)}>${t("Réessayer")}</button>`}
      <button class="btn icon sm ghost" type="button" aria-label=${one.fault === null ? t("Ne pas envoyer {name}", { name: one.name }) : t("Retirer {name}", { name: one.name })} @click=${() => this.album.forget(one)}>${picture("x", 17)}</button></li>`;
  }

  private large(photo: Photo, photos: readonly Photo[], at: number): TemplateResult {
    const { app, album } = this;
    const may = album.mayChange(photo);
    const beside = (step: number) => {
      const next = photos[at + step];
      if (next) this.look(next.id);
    };
    const save = async (event: Event) => {
      const field = event.target as HTMLInputElement;
      if (field.value.trim() === photo.caption) return;
      this.fault = await album.caption(photo, field.value);
      this.said = this.fault ?? t("Légende enregistrée.");
      this.draw();
    };
    return html`<header class="paperbar"><button class="btn icon ghost" type="button" aria-label=${t("Revenir aux photos")} @click=${() => this.back()}>${picture("arrow-left", 22)}</button>
        <div class="grow"><h2 id="photos-title" tabindex="-1">${photoName(photo, photos)}</h2>
        <p class="soft">${
          photo.by === app.data.person.id
            ? t("Ajoutée par vous, {time}", { time: clock(photo.at) })
            : t("Ajoutée par {name}, {time}", {
                name: app.authorName(photo.by || null),
                time: clock(photo.at),
              })
        }</p></div>
        ${
          photos.length > 1
            ? html`<span class="row turn"><button class="btn icon sm" type="button" aria-label=${t("Photo précédente")} ?disabled=${at === 0} @click=${() => beside(-1)}>${picture("chevron-left", 18)}</button>
            <span class="tnum">${at + 1}/${photos.length}</span>
            <button class="btn icon sm" type="button" aria-label=${t("Photo suivante")} ?disabled=${at === photos.length - 1} @click=${() => beside(1)}>${picture("chevron-right", 18)}</button></span>`
            : nothing
        }</header>
      ${this.viewer.view(photo, photoName(photo, photos))}
      ${this.fault === null ? nothing : html`<p class="alert" role="alert">${picture("alert-triangle", 20)}<span>${this.fault}</span></p>`}
      ${
        this.asks
          ? html`<div class="photoask" role="group" aria-labelledby="photo-ask"><p id="photo-ask"><b>${t("Supprimer cette photo ?")}</b> ${t("Elle disparaît pour tout le groupe, et ne revient pas.")}</p>
          <div class="row actions"><button class="btn stay" type="button" @click=${() => this.ask(false)}>${t("Garder la photo")}</button>
          <button class="btn danger" type="button" @click=${() => void this.remove(photo)}>${t("Supprimer")}</button></div></div>`
          : may
            ? html`<div class="row photofoot"><label class="field grow"><span>${t("Légende de la photo")}</span>
            <input class="input" maxlength=${CAPTION_CHARS} .value=${photo.caption} placeholder=${t("Ce que montre la photo")} @change=${save}></label>
            <button class="btn remove" type="button" @click=${() => this.ask(true)}>${picture("trash", 18)} ${t("Supprimer…")}</button></div>`
            : nothing
      }`;
  }

  // -- what happens -----------------------------------------------------------------------------

  /** Why this person adds none now; null when they may. */
  private refusal(): string | null {
    const { app } = this;
    if (app.data.person.role === "observer") return t("Vous êtes ici pour lire : vous voyez les photos.");
    const closed = app.closed(null);
    if (closed !== null) return `${closedLine(app, closed)}.`;
    if (app.connection.joined && !app.mayWrite)
      return t("Ici, vous lisez : les photos sont celles de ce groupe.");
    if (app.template.zones.some((zone) => hiddenAt(app.workshop, app.board, zone.id).silent))
      return t("Ici, on écrit pour soi jusqu'à la révélation : ajoutez la photo après.");
    if (this.album.here.length >= PER_BOARD)
      return t("Ce support a déjà douze photos. Supprimez-en une pour en ajouter.");
    return null;
  }

  private pick(id: string): void {
    this.dialog?.querySelector<HTMLInputElement>(`#${id}`)?.click();
  }

  private picked(event: Event): void {
    const field = event.target as HTMLInputElement;
    if (field.files) this.add([...field.files]);
    field.value = "";
  }

  private take(event: Event, data: DataTransfer | null): void {
    const files = [...(data?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.add(files);
  }

  private add(files: readonly File[]): void {
    this.fault = this.refusal();
    const images = files.filter(({ type }) => type === "" || type.startsWith("image/"));
    if (this.fault === null && images.length < files.length)
      this.fault = t("Seules des images s'ajoutent ici : JPEG, PNG ou WebP.");
    this.shown = null;
    if (this.refusal() === null) this.album.add(images);
    this.draw();
  }

  private look(id: string): void {
    this.shown = id;
    this.asks = false;
    this.fault = null;
    this.viewer.fit();
    this.draw();
    this.focus("#photos-title");
  }

  private back(): void {
    const left = this.shown;
    this.shown = null;
    this.asks = false;
    this.fault = null;
    this.draw();
    this.focus(left === null ? "#photos-title" : `[data-photo="${CSS.escape(left)}"]`);
  }

  private ask(on: boolean): void {
    this.asks = on;
    this.draw();
    this.focus(on ? ".photoask .stay" : ".remove");
  }

  private async remove(photo: Photo): Promise<void> {
    this.fault = await this.album.remove(photo);
    if (this.fault !== null) this.ask(false);
    else this.focus("#photos-title");
  }

  private focus(what: string): void {
    const { dialog } = this;
    (
      dialog?.querySelector<HTMLElement>(what) ?? dialog?.querySelector<HTMLElement>("#photos-title")
    )?.focus();
  }
}
