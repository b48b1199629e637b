// « Copier mes notes »: one's own notes of all boards as text; where the browser refuses, ready to be copied.

import { boardsOf, notesAsText } from "../model/notes-text";
import { type Note, templateOf } from "../model/page";
import { nameOf } from "../model/stakeholders";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import type { Atelier } from "./atelier";

/** All notes that this page knows, of every room it is in. */
export function knownNotes(app: Atelier): Note[] {
  return app.rooms.flatMap((room) => room.document?.all() ?? []);
}

/** « Fiche 2 · Convergence des actions · Nous », with the structure's name on a recto. */
export function boardTitle(app: Atelier, board: string): string {
  const template = app.templateOf(board);
  if (!template) return board;
  const [, whose] = board.split("/", 2);
  const name = whose === undefined ? null : nameOf(app.workshop, whose);
  return name === null ? template.title : t("{title} : {name}", { title: template.title, name });
}

/** In the menu of the page, always. */
export function attachCopyNotes(app: Atelier): void {
  const button = document.getElementById("copy-notes");
  button?.addEventListener("click", () => copyNotes(app));
  // the room that is not shown is asked while the menu is read: a press must copy at once
  button?.closest("details")?.addEventListener("toggle", () => app.enterAll());
}

export function copyNotes(app: Atelier): void {
  const me = app.data.person.id;
  const mine = knownNotes(app).filter((note) => note.by === me && note.text.trim() !== "");
  if (mine.length === 0) {
    app.announcer.say(t("Vous n'avez pas encore écrit de note."));
    app.notify(t("Vous n'avez pas encore écrit de note."));
    return;
  }
  const order = (one: Note, two: Note) => (one.order < two.order ? -1 : one.order > two.order ? 1 : 0);
  const places = boardsOf(mine, app.data.templates).flatMap((board) => {
    const template = app.templateOf(templateOf(board));
    return template ? [{ board, title: boardTitle(app, board), template }] : [];
  });
  const heading = t("{title} : notes de {name}", { title: app.workshop.title, name: app.data.person.name });
  void copyText(app, notesAsText(heading, places, mine.sort(order)), mine.length);
}

/** Put a text on the clipboard and say so; where that is refused, show it selected. */
export async function copyText(app: Atelier, text: string, notes?: number): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    showText(text);
    return;
  }
  app.announcer.say(notes === undefined ? t("Copié.") : tn("{n} note copiée.", "{n} notes copiées.", notes));
  if (notes !== undefined)
    app.notify(tn("{n} note copiée.", "{n} notes copiées.", notes), { good: true, about: "copied" });
}

function showText(text: string): void {
  const opener = document.activeElement;
  const field = make("textarea", {
    class: "input alltext",
    rows: 10,
    readonly: true,
    "aria-label": t("Vos notes"),
  });
  field.value = text;
  const close = make("button", { class: "btn primary" }, t("Fermer"));
  const dialog = make(
    "dialog",
    { class: "dialog", "aria-labelledby": "alltext-title" },
    make(
      "form",
      { method: "dialog" },
      make("h2", { id: "alltext-title" }, t("Copier ce texte")),
      make(
        "p",
        { class: "soft" },
        t("Le navigateur ne permet pas de copier ici. Le texte est choisi : Ctrl+C le copie."),
      ),
      field,
      make("div", { class: "row actions" }, close),
    ),
  );
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
  field.select();
  field.scrollTop = 0;
}
