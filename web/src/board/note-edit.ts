// Writing in a note: a text field over the note, bound to its shared text character by character.

import type * as Y from "yjs";
import { moveCaret, type TextChange, textDiff, whole } from "../model/text-diff";
import { LOCAL } from "../sync/document";
import { number, t } from "../ui/i18n";
import { make } from "../ui/icon";
import { MOST_CHARS, redo, splitNote, undo } from "./actions";
import type { Atelier } from "./atelier";
import { openPasteDialog } from "./paste-dialog";

const COUNT_FROM = 200;

/** How a field was left: to go on with the next note, to go back to this one, or for something else. */
export type Leaving = "next" | "done" | "away";

/** Open a field in `host` on the note's text. Gives the call that leaves it; null when there is no such note. */
export function editNote(
  app: Atelier,
  id: string,
  host: HTMLElement,
  left: (how: Leaving) => void,
): ((how: Leaving) => void) | null {
  const shared = app.document;
  let text = shared?.text(id);
  if (!shared || !text) return null;
  const field = make("textarea", {
    class: "notefield",
    "aria-label": t("Texte de la note"),
    placeholder: t("Une idée par note…"),
    rows: 2,
    spellcheck: "true",
  });
  const counter = make("output", { class: "counter" });
  const cut = make("button", { type: "button", class: "btnlink" }, t("Couper en deux"));
  const tools = make("div", { class: "notetools", hidden: true }, counter, cut);
  /** The text as the field last knew it, and what others did to it since: they differ while a word is composed. */
  let known = text.toString();
  let missed: TextChange[] = [];
  let composing = false;

  const show = () => {
    const length = [...field.value].length;
    tools.hidden = length < COUNT_FROM;
    counter.textContent = t("{n} sur {most}", { n: length, most: number(MOST_CHARS) });
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };

  /** Put the shared text into the field, with the caret where the person was. */
  const refresh = (changes: readonly TextChange[]) => {
    const move = (index: number) => changes.reduce(moveCaret, index);
    const [start, end] = [move(field.selectionStart), move(field.selectionEnd)];
    known = String(text);
    if (field.value !== known) {
      field.value = known;
      field.setSelectionRange(start, end);
    }
    show();
  };

  const typed = () => {
    if (composing) return;
    const wanted = whole(field.value);
    if ([...wanted].length > MOST_CHARS && wanted.length > known.length) {
      // nothing is cut that was there: only what goes beyond is not taken
      const caret = Math.min(field.selectionStart, known.length);
      field.value = known;
      field.setSelectionRange(caret, caret);
      app.announcer.say(t("Une note s'arrête à mille caractères. Coupez l'idée en deux notes."));
      show();
      tools.hidden = false;
      return;
    }
    const change = textDiff(known, wanted);
    const since = missed;
    missed = [];
    if (change !== null) {
      const at = since.reduce(moveCaret, change.at);
      const end = since.reduce(moveCaret, change.at + change.remove);
      shared.splice(id, { at, remove: Math.max(0, end - at), insert: change.insert });
    }
    refresh(since);
  };

  const changed = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    if (transaction.origin === LOCAL) return;
    const changes = changesOf(event);
    if (composing) missed.push(...changes);
    else refresh(changes);
  };

  /** A draft has become a note of the room while it is written in: the writing goes on there. */
  const follow = (now: Y.Text) => {
    text?.unobserve(changed);
    text = now;
    now.observe(changed);
    if (!composing) refresh([]);
  };

  let open = true;
  const leave = (how: Leaving) => {
    if (!open) return;
    open = false;
    composing = false;
    if (field.isConnected) typed();
    text?.unobserve(changed);
    offGone();
    field.remove();
    tools.remove();
    app.share({ editing: null });
    shared.endStep();
    if (shared.note(id)?.text.trim() === "") shared.discard(id);
    left(how);
  };
  const offGone = app.on("notes", () => {
    // what others deleted is kept and offered by deleted.ts
    const now = shared.text(id);
    if (now === null) leave("away");
    else if (now !== text) follow(now);
  });

  const split = () => {
    const at = field.selectionStart;
    leave("done");
    splitNote(app, id, at);
  };
  // the caret stays where the note is to be cut
  cut.addEventListener("pointerdown", (event) => event.preventDefault());
  cut.addEventListener("click", split);
  cut.addEventListener("keydown", (event) => event.stopPropagation());
  field.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const note = shared.note(id);
    const room = MOST_CHARS - [...field.value].length + (field.selectionEnd - field.selectionStart);
    if (note === null || [...pasted].length <= room || app.closed(note.zone, note.board) !== null) return;
    // more than a note holds: proposed as several, nothing of it is cut
    event.preventDefault();
    leave("away");
    openPasteDialog(app, note.zone, pasted);
  });
  field.addEventListener("input", typed);
  field.addEventListener("compositionstart", () => {
    composing = true;
  });
  field.addEventListener("compositionend", () => {
    composing = false;
    typed();
  });
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    if (event.key === "Enter" && command && event.shiftKey) {
      event.preventDefault();
      split();
    } else if (event.key === "Escape" || (event.key === "Enter" && command)) {
      event.preventDefault();
      leave(event.key === "Enter" ? "next" : "done");
    } else if (command && (letter === "z" || letter === "y")) {
      // the field's own undo would take back what others typed
      event.preventDefault();
      if (letter === "y" || event.shiftKey) redo(app);
      else undo(app);
    }
  });
  const blurred = (event: FocusEvent) => {
    // somebody moving the note to another zone does not end the writing
    if (host.dataset.moving !== undefined || event.relatedTarget === cut || event.relatedTarget === field)
      return;
    leave("away");
  };
  field.addEventListener("blur", blurred);
  cut.addEventListener("blur", blurred);
  text.observe(changed);
  host.prepend(field, tools);
  field.value = known;
  app.share({ editing: id });
  field.focus({ preventScroll: false });
  field.setSelectionRange(known.length, known.length);
  show();
  return leave;
}

/** What an event did to the text, one change after the other. */
function changesOf(event: Y.YTextEvent): TextChange[] {
  const out: TextChange[] = [];
  let at = 0;
  for (const step of event.delta) {
    if (step.retain) at += step.retain;
    else if (typeof step.insert === "string") {
      out.push({ at, remove: 0, insert: step.insert });
      at += step.insert.length;
    } else if (step.delete) out.push({ at, remove: step.delete, insert: "" });
  }
  return out;
}
