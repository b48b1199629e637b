// Copying chosen notes as lines of text, and pasting text as notes.

import { noteTexts } from "../model/paste";
import { t, tn } from "../ui/i18n";
import { addNotes, deleteNotes } from "./actions";
import type { Atelier } from "./atelier";
import { openPasteDialog } from "./paste-dialog";

export function attachClipboard(app: Atelier): () => void {
  const elsewhere = (event: Event) =>
    (event.target as Element | null)?.closest?.("input, textarea, select, dialog, [contenteditable]") != null;

  const copy = (event: ClipboardEvent) => {
    const ids = app.targets();
    if (elsewhere(event) || ids.length === 0 || (getSelection()?.toString() ?? "") !== "") return;
    const texts = ids.map((id) => app.note(id)?.text ?? "").filter((text) => text !== "");
    event.clipboardData?.setData("text/plain", texts.join("\n"));
    event.preventDefault();
    if (event.type === "cut") deleteNotes(app, ids);
    else app.announcer.say(tn("{n} note copiée.", "{n} notes copiées.", texts.length));
  };
  const paste = (event: ClipboardEvent) => {
    if (elsewhere(event) || !app.mayWrite) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const zone = app.activeZone;
    const { texts } = noteTexts(text, 2);
    const [only] = texts;
    if (only === undefined) return;
    event.preventDefault();
    if (zone === null) {
      app.announcer.say(t("Touchez d'abord une zone, puis collez."));
      return;
    }
    if (texts.length > 1) openPasteDialog(app, zone, text);
    else app.choose(addNotes(app, zone, [only]));
  };
  document.addEventListener("copy", copy);
  document.addEventListener("cut", copy);
  document.addEventListener("paste", paste);
  return () => {
    document.removeEventListener("copy", copy);
    document.removeEventListener("cut", copy);
    document.removeEventListener("paste", paste);
  };
}
