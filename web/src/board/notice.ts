// One message at a time, with what can be done about it. It stays until it is closed or replaced.

import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier, Notice } from "./atelier";

export function drawNotice(app: Atelier, host: HTMLElement): void {
  const { notice } = app;
  host.hidden = notice === null;
  if (notice === null) return;
  const close = make("button", { class: "btn xs icon ghost", type: "button", "aria-label": t("Fermer") });
  close.append(icon("x", 18));
  close.addEventListener("click", () => {
    app.notice = null;
    app.emit("notice");
  });
  const parts: HTMLElement[] = [make("p", {}, notice.text)];
  const copies = notice.copies ?? [];
  if (copies.length > 0)
    parts.push(make("div", { class: "kept" }, ...copies.map((text) => make("blockquote", {}, text))));
  const before = host.querySelector<HTMLTextAreaElement>("textarea.kept");
  const field = notice.writing === undefined ? null : writingOn(notice, notice.writing);
  if (field) parts.push(field);
  if (copies.length > 0 || field) {
    const copy = make("button", { class: "btn sm", type: "button" }, icon("copy", 16), t("Copier"));
    copy.addEventListener("click", async () => {
      const texts = [...copies, notice.writing ?? ""].filter((text) => text !== "");
      await navigator.clipboard.writeText(texts.join("\n\n"));
      app.announcer.say(t("Copié."));
    });
    parts.push(copy);
  }
  if (notice.link) parts.push(make("a", { class: "btn sm", href: notice.link.address }, notice.link.label));
  host.classList.toggle("good", notice.good === true);
  host.replaceChildren(
    icon(notice.good === true ? "circle-check" : "alert-triangle", 20),
    make("div", { class: "grow" }, ...parts),
    close,
  );
  if (field) {
    field.focus({ preventScroll: true });
    const caret = before?.selectionStart ?? field.value.length;
    field.setSelectionRange(caret, caret);
  }
}

/** A field in which somebody goes on with the text they were writing. */
function writingOn(notice: Notice, text: string): HTMLTextAreaElement {
  const field = make("textarea", { class: "kept", rows: 3, "aria-label": t("Votre texte") });
  field.value = text;
  field.addEventListener("input", () => {
    notice.writing = field.value;
  });
  field.addEventListener("keydown", (event) => event.stopPropagation());
  return field;
}
