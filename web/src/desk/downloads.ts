// The card « Télécharger »: files to tick, how people are named in them, and one button for all.

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { numberWords } from "../model/kind-words";
import { t, tn } from "../ui/i18n";
import { openMenu } from "../ui/menu";
import { picture } from "../ui/picture";
import { type Exports, ITEMS, type Item, type Names } from "./exports";
import { contentLicences } from "./words";

/** `48 ko`, `1,1 Mo`; a byte more is never said to be less. */
export function sizeWords(bytes: number): string {
  if (bytes < 1_000_000) {
    const kilo = Math.max(1, Math.ceil(bytes / 1000));
    if (kilo < 1000) return `${numberWords(kilo)}\u00a0${t("ko")}`;
  }
  const mega = bytes / 1_000_000;
  return `${numberWords(mega, { maximumFractionDigits: mega < 10 ? 1 : 0 })}\u00a0${t("Mo")}`;
}

export function downloads(exports: Exports): TemplateResult {
  return html`<section class="card downloads" aria-labelledby="downloads-title">
    <h2 id="downloads-title">${t("Télécharger")}</h2>
    ${exports.sizes === "failed" && exports.online ? html`<p class="alert warn">${picture("alert-triangle", 20)}<span>${t("Le serveur n'a pas pu préparer tous les fichiers.")} <button class="linkbtn" type="button" @click=${() => exports.load(true)}>${t("Réessayer")}</button></span></p>` : nothing}
    <ul class="files" aria-busy=${exports.sizes === "asking"}>${exports.items.map((item) => file(exports, item))}</ul>
    ${names(exports)}${language(exports)}${licence(exports)}
    <p class="fine">${t("Les gabarits sont sous CC BY-SA 4.0 ; la mention d'inno³ et du kit est ajoutée au pied de chaque page.")}</p>
    <div class="zip">${zip(exports)}</div></section>`;
}

function file(exports: Exports, item: Item) {
  const weight = exports.weight(item.id);
  const lost = exports.missing.has(item.id);
  const size = weight !== null ? sizeWords(weight) : exports.sizes === "asking" && !lost ? "…" : "";
  const title = item.title();
  const check = (event: Event) => exports.tick(item.id, (event.target as HTMLInputElement).checked);
  return html`<li data-item=${item.id}><label><input type="checkbox" .checked=${live(exports.has(item.id))} @change=${check}>
      ${picture(item.icon, 21)}<span class="grow"><b>${title}</b><small>${lost ? exports.missing.get(item.id) || t("Ce fichier n'a pas pu être préparé.") : item.about(exports.pages(item.id))}</small></span></label>
    <span class="size tnum">${size}</span>${single(exports, item, title)}</li>`;
}

/** The file alone: a link where it has one format, a choice where it has several. */
function single(exports: Exports, item: Item, title: string) {
  const [format, ...others] = item.formats;
  const label = t("Télécharger « {file} »", { file: title });
  const look = picture("download", 19);
  if (format === undefined) return nothing;
  if (!exports.online)
    return html`<button class="btn icon ghost" type="button" aria-disabled="true" aria-label=${label} aria-describedby="zip-offline">${look}</button>`;
  if (others.length === 0)
    return html`<a class="btn icon ghost" download href=${exports.href(format)} aria-label=${label}>${look}</a>`;
  const choose = (event: Event) =>
    openMenu(
      event.currentTarget as HTMLElement,
      label,
      item.formats.map((one) => ({
        label: one.words(),
        icon: "download",
        done: () => follow(exports.href(one)),
      })),
    );
  return html`<button class="btn icon ghost" type="button" aria-haspopup="menu" aria-label=${label} @click=${choose}>${look}</button>`;
}

function follow(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

export function namesWords(): Record<Names, string> {
  return { names: t("Prénoms"), structures: t("Structures"), none: t("Aucun") };
}

function names(exports: Exports) {
  const silent = exports.desk.workshop.licence === "chatham-house";
  return html`<div class="choice"><span id="names-label">${t("Noms dans les fichiers")}</span>
    ${segments(
      "names-label",
      Object.entries(namesWords()) as [Names, string][],
      exports.names,
      (one) => exports.choose({ names: one }),
      (one) => silent && one !== "none",
    )}</div>
    ${silent ? html`<p class="fine" data-why="names">${t("Règle de Chatham House : aucun prénom ni aucune structure dans les fichiers.")}</p>` : nothing}`;
}

function language(exports: Exports) {
  return html`<div class="choice"><span id="language-label">${t("Langue des fichiers")}</span>
    ${segments(
      "language-label",
      [
        ["fr", "Français"],
        ["en", "English"],
      ],
      exports.language,
      (one) => exports.choose({ language: one }),
    )}</div>`;
}

/** One of a few. */
export function segments<T extends string>(
  labelled: string,
  choices: readonly (readonly [T, string])[],
  chosen: T | string,
  choose: (one: T) => void,
  shut: (one: T) => boolean = () => false,
): TemplateResult {
  return html`<span class="seg" role="group" aria-labelledby=${labelled}>${choices.map(
    ([id, words]) =>
      html`<button type="button" class=${id === chosen ? "on" : ""} aria-pressed=${id === chosen} ?disabled=${shut(id)} @click=${() => choose(id)}>${words}</button>`,
  )}</span>`;
}

function licence({ desk }: Exports) {
  const { licence: id = "internal", status } = desk.workshop;
  const known = contentLicences().find(([one]) => one === id);
  return html`<div class="choice"><span>${t("Licence des contenus")}</span><b class="licencename">${picture("scroll-text", 17)}${known?.[1] ?? id}</b></div>
    <p class="fine">${known?.[2] ?? nothing} ${id === "internal" ? t("Rien ne peut donc en être rendu public.") : nothing}
      ${status === "closed" ? nothing : html`<a href="#cadre">${t("La changer")}</a>`}</p>`;
}

function zip(exports: Exports): TemplateResult {
  const { zip: now, taken, bytes } = exports;
  if (now?.state === "making") {
    const item = ITEMS.find(({ id }) => id === now.item);
    const at = now.of === 0 ? 0 : Math.round((100 * now.done) / now.of);
    const words = t("{done} sur {of}", { done: now.done, of: now.of });
    return html`<p class="row"><span class="grow" id="zip-label"><b>${t("Préparation du fichier")}</b> ${item ? item.title() : ""}</span><span class="tnum">${words}</span></p>
      <div class="gauge" role="progressbar" aria-labelledby="zip-label" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${at} aria-valuetext=${words}>${track(at)}</div>
      <button class="btn full" type="button" @click=${() => stopZip(exports)}>${t("Annuler")}</button>`;
  }
  const n = taken.length;
  const words =
    n === 0
      ? t("Cochez au moins un élément")
      : bytes === null
        ? tn("Télécharger {n} élément (.zip)", "Télécharger {n} éléments (.zip)", n)
        : tn("Télécharger {n} élément (.zip, {size})", "Télécharger {n} éléments (.zip, {size})", n, {
            size: sizeWords(bytes),
          });
  return html`${said(exports)}
    <button class="btn primary full big" type="button" ?disabled=${n === 0} aria-disabled=${exports.online ? nothing : "true"} aria-describedby=${exports.online ? nothing : "zip-offline"} @click=${() => makeZip(exports)}>${picture("folder-down", 20)}${words}</button>`;
}

/** The button that was pressed is replaced twice: by the one that stops, and back. */
async function makeZip(exports: Exports): Promise<void> {
  const made = exports.download();
  toZipButton();
  await made;
  toZipButton();
}

function stopZip(exports: Exports): void {
  exports.cancel();
  toZipButton();
}

/** Where the focus fell away with a button, it goes to the one there is now. */
function toZipButton(): void {
  if (document.activeElement === document.body)
    document.querySelector<HTMLElement>(".zip .btn")?.focus({ preventScroll: true });
}

function said({ zip: now, online }: Exports) {
  if (!online)
    return html`<p class="alert warn" id="zip-offline">${picture("cloud-off", 20)}<span>${t("Hors ligne. Le téléchargement attend le retour du réseau.")}</span></p>`;
  if (now?.state === "failed")
    return html`<p class="alert danger" role="alert">${picture("alert-triangle", 20)}<span>${now.words}</span></p>`;
  if (now?.state === "saved")
    return html`<p class="alert ok">${picture("circle-check", 20)}<span>${t("{name} est dans vos téléchargements ({size}).", { name: now.name, size: sizeWords(now.bytes) })}</span></p>`;
  return nothing;
}

/** A bar that is filled to so many percent, without inline style. */
export function track(percent: number): TemplateResult {
  return html`<svg class="track" height="8" aria-hidden="true"><rect class="all" width="100%" height="8" rx="4"></rect><rect class="part" width=${`${Math.max(0, Math.min(100, percent))}%`} height="8" rx="4"></rect></svg>`;
}
