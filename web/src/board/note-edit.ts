// Writing in a note: a text field over the note, bound to its shared text character by character.

import type * as Y from "yjs";
import { moveCaret } from "../model/text-diff";
import { LOCAL } from "../sync/document";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import { deleteNote } from "./actions";
import type { Atelier } from "./atelier";

export const MOST_CHARS = 1000;
const COUNT_FROM = 200;

/** Open a field in `host` on the note's text. Gives the field and the call that leaves it. */
export function editNote(
  app: Atelier,
  id: string,
  host: HTMLElement,
  left: (next: boolean) => void,
): { field: HTMLTextAreaElement; leave: () => void } | null {
  const text = app.document?.text(id);
  const document_ = app.document;
  if (!text || !document_) return null;
  const field = make("textarea", {
    class: "notefield",
    "aria-label": t("Texte de la note"),
    placeholder: t("Une idée par note…"),
    rows: 2,
    spellcheck: "true",
  });
  field.value = text.toString();
  const counter = make("output", { class: "counter", hidden: true });
  const count = () => {
    const length = [...field.value].length;
    counter.hidden = length < COUNT_FROM;
    counter.textContent = tn(
      "{n} caractère reste",
      "{n} caractères restent",
      Math.max(0, MOST_CHARS - length),
    );
  };
  count();

  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };

  const typed = () => {
    const points = [...field.value];
    if (points.length > MOST_CHARS) {
      // nothing is cut that was there: only what goes beyond is not taken
      const caret = field.selectionStart;
      field.value = text.toString();
      field.setSelectionRange(Math.min(caret, field.value.length), Math.min(caret, field.value.length));
      app.announcer.say(t("Une note s'arrête à mille caractères. Coupez l'idée en deux notes."));
      counter.hidden = false;
      return;
    }
    document_.retype(id, field.value);
    count();
    grow();
  };

  const remote = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    if (transaction.origin === LOCAL) return;
    let [start, end] = [field.selectionStart, field.selectionEnd];
    let at = 0;
    for (const step of event.delta) {
      if (step.retain) at += step.retain;
      else if (typeof step.insert === "string") {
        const change = { at, remove: 0, insert: step.insert };
        [start, end] = [moveCaret(start, change), moveCaret(end, change)];
        at += step.insert.length;
      } else if (step.delete) {
        const change = { at, remove: step.delete, insert: "" };
        [start, end] = [moveCaret(start, change), moveCaret(end, change)];
      }
    }
    field.value = text.toString();
    field.setSelectionRange(start, end);
    count();
    grow();
  };

  let open = true;
  const leave = (next = false) => {
    if (!open) return;
    open = false;
    text.unobserve(remote);
    field.remove();
    counter.remove();
    app.share({ editing: null });
    app.document?.undo.stopCapturing();
    const note = app.note(id);
    if (note && note.text.trim() === "") deleteNote(app, id);
    left(next);
  };

  field.addEventListener("input", typed);
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      leave(event.key === "Enter");
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      // the field's own undo would take back what others typed
      event.preventDefault();
      if (event.shiftKey) app.document?.undo.redo();
      else app.document?.undo.undo();
    }
  });
  field.addEventListener("blur", () => leave(false));
  text.observe(remote);
  host.prepend(field, counter);
  app.share({ editing: id });
  field.focus({ preventScroll: false });
  field.setSelectionRange(field.value.length, field.value.length);
  grow();
  return { field, leave };
}
