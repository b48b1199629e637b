// The field that adds notes to the zone one is in, at the foot of the list.

import { html, nothing } from "lit";
import { addNote, MOST_CHARS, mayUndo, redo, undo } from "../board/actions";
import { openPasteDialog } from "../board/paste-dialog";
import type { Zone } from "../model/page";
import { t, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { ListView } from "./list-view";

export function composer(list: ListView, zone: Zone) {
  const { app } = list;
  if (!app.mayWrite || app.closed(zone.id) !== null) return nothing;
  const add = (event: Event) => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem("text") as HTMLInputElement;
    const text = field.value.trim();
    field.focus();
    if (!text) return;
    const id = addNote(app, zone.id, text);
    if (id === null) return;
    field.value = "";
    app.announcer.say(t("Note ajoutée dans {zone}.", { zone: typo(zone.title) }));
    list.reveal(id);
    field.scrollIntoView({ block: "nearest" });
  };
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const lines = text.split(/\r\n|\r|\n/).filter((one) => one.trim() !== "");
    if (lines.length < 2 && [...text].length <= MOST_CHARS) return;
    event.preventDefault();
    openPasteDialog(app, zone.id, text);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    list.back(zone.id);
  };
  /** Pressing a button of the composer leaves the focus, and a phone's keyboard, where it is. */
  const stay = (event: Event) => {
    if ((event.target as Element).closest("button")) event.preventDefault();
  };
  const { colour, mark } = app.data.person;
  return html`<form class="cmp" @submit=${add} @mousedown=${stay}>
    ${mayUndo(app) ? html`<button class="btn icon step" type="button" aria-label=${t("Annuler")} @click=${() => undo(app)}>${picture("undo", 20)}</button>` : nothing}
    ${(app.document?.steps("redo") ?? 0) > 0 ? html`<button class="btn icon step" type="button" aria-label=${t("Rétablir")} @click=${() => redo(app)}>${picture("redo", 20)}</button>` : nothing}
    <label class="input"><span class="sr">${t("Nouvelle note dans {zone}", { zone: typo(zone.title) })}</span>
      <i class="dot c-${colour} k-${colour}">${picture(`mark-${mark}`, 12)}</i>
      <input name="text" maxlength=${MOST_CHARS} autocomplete="off" enterkeyhint="send" @paste=${paste} @keydown=${keys}
        placeholder=${list.phone ? t("Une idée par note…") : t("Nouvelle note dans « {zone} »", { zone: typo(zone.title) })}>
      <kbd class="kbd" aria-hidden="true">N</kbd></label>
    <button class="btn primary" aria-label=${t("Ajouter la note")}><span class="word">${t("Ajouter")}</span>${picture("plus", 22)}</button>
  </form>`;
}
