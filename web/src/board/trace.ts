// Where a note comes from: a chip at its foot, and the way back to what it was raised from.

import { type Note, type Origin, roomKind } from "../model/page";
import { nameOf } from "../model/stakeholders";
import { t, tn, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";

/** « Fiche 2, Je, Haut-Orme », « Fiche 2, Nous » or the name of a canvas. */
export function boardName(app: Atelier, board: string): string {
  const template = app.templateOf(board);
  const [, whose] = board.split("/");
  if (!template) return t("Support inconnu");
  if (template.sheet === null) return typo(template.title);
  if (whose === undefined) return t("Fiche {sheet}, {face}", { sheet: template.sheet, face: t("Nous") });
  const structure = nameOf(app.workshop, whose) ?? t("Structure partie");
  return t("Fiche {sheet}, Je, {structure}", { sheet: template.sheet, structure });
}

/** Show a note where it is now, with the focus on it. False when it is gone. */
export function goToNote(app: Atelier, id: string): boolean {
  const note = app.note(id);
  if (note === null) return false;
  app.show(note.board);
  app.select(id);
  const shown = `#board li.note[data-id="${CSS.escape(id)}"], #list li.ln[data-id="${CSS.escape(id)}"]`;
  const focus = () =>
    [...document.querySelectorAll<HTMLElement>(shown)].find((one) => one.offsetParent !== null)?.focus();
  focus();
  requestAnimationFrame(focus); // a note that has just been made is drawn in the next frame
  return true;
}

export function attachTrace(app: Atelier): void {
  const count = (note: Note) => note.origin?.length ?? 0;
  const words = (note: Note) => {
    const je = note.origin?.every(({ board }) => app.templateOf(board)?.side === "je");
    return je ? tn("{n} Je", "{n} Je", count(note)) : tn("{n} source", "{n} sources", count(note));
  };
  app.noteMarks.push((note) => (count(note) === 0 ? null : traceChip(app, note, words(note))));
  app.noteWords.push((note) => (count(note) === 0 ? null : t("vient de {source}", { source: words(note) })));
}

function traceChip(app: Atelier, note: Note, words: string): HTMLElement {
  const label = t("Provenance : {source}", { source: words });
  const chip = make("button", { type: "button", class: "trace", "aria-label": label, title: label });
  chip.append(icon("git-merge", 12), words);
  chip.addEventListener("click", (event) => {
    event.stopPropagation();
    openTrace(app, note);
  });
  return chip;
}

/** The sources of a note, each a way back to it. */
export function openTrace(app: Atelier, note: Note): void {
  const opener = document.activeElement;
  let target: Origin | null = null;
  const close = make("button", { type: "submit", class: "btn" }, t("Fermer"));
  const rows = (note.origin ?? []).map((origin) => {
    const source = app.note(origin.note);
    const place = boardName(app, source?.board ?? origin.board);
    const elsewhere = roomKind(origin.board, app.workshop) !== roomKind(app.board, app.workshop);
    if (source === null && !elsewhere)
      return make("li", { class: "gone" }, make("b", {}, place), make("span", {}, t("source retirée")));
    const button = make("button", { type: "submit", class: "source" }, make("b", {}, place));
    button.append(make("span", {}, source?.text ?? app.authorName(origin.by)));
    button.addEventListener("click", () => {
      target = origin;
    });
    return make("li", {}, button);
  });
  const dialog = make(
    "dialog",
    { class: "dialog", "aria-labelledby": "trace-title" },
    make(
      "form",
      { method: "dialog" },
      make("h2", { id: "trace-title" }, t("D'où vient cette note")),
      make("ul", { class: "sources" }, ...rows),
      make("div", { class: "row actions" }, close),
    ),
  );
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (target === null) {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
      return;
    }
    const { note: id, board } = target;
    if (goToNote(app, id)) return;
    app.show(board); // of another room: it may still be on its way
    const look = () => {
      if (!goToNote(app, id)) app.announcer.say(t("Cette source a été retirée."));
    };
    if (app.connection.joined) {
      look();
      return;
    }
    const off = app.on("joined", () => {
      off();
      look();
    });
  });
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector<HTMLElement>(".source") ?? close).focus();
}
