// Messages with what can be done about them, the newest first. Each stays until it is closed, or until a newer
// one about the same takes its place.

import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier, Notice } from "./atelier";
import { copyText } from "./copy-notes";

const drawn = new WeakMap<Notice, HTMLElement>();

export function drawNotice(app: Atelier, host: HTMLElement): void {
  host.hidden = app.notices.length === 0;
  const before = host.querySelector<HTMLTextAreaElement>("textarea.kept");
  // who has gone on to something else is not called back
  const takesFocus = before === null || before === document.activeElement;
  const fresh = app.notices.filter((notice) => !drawn.has(notice));
  const elements = app.notices.map((notice) => {
    const element = drawn.get(notice) ?? drawOne(app, notice);
    drawn.set(notice, element);
    return element;
  });
  // what stays is not touched: somebody may be writing in it
  for (const old of [...host.children]) if (!elements.includes(old as HTMLElement)) old.remove();
  for (const [at, element] of elements.entries())
    if (host.children[at] !== element) host.insertBefore(element, host.children[at] ?? null);
  for (const notice of fresh) {
    const field = drawn.get(notice)?.querySelector<HTMLTextAreaElement>("textarea.kept");
    if (!field || !takesFocus) continue;
    field.focus({ preventScroll: true });
    const caret = before?.selectionStart ?? field.value.length;
    field.setSelectionRange(caret, caret);
  }
}

function drawOne(app: Atelier, notice: Notice): HTMLElement {
  const close = make("button", { class: "btn xs icon ghost", type: "button", "aria-label": t("Fermer") });
  close.append(icon("x", 18));
  close.addEventListener("click", () => {
    app.dismiss(notice);
    notice.closed?.();
  });
  const parts: HTMLElement[] = [make("p", {}, notice.text)];
  const copies = notice.copies ?? [];
  if (copies.length > 0)
    parts.push(make("div", { class: "kept" }, ...copies.map((text) => make("blockquote", {}, text))));
  if (notice.writing !== undefined) parts.push(writingOn(notice, notice.writing));
  const buttons: HTMLElement[] = (notice.actions ?? []).map(({ label, act }) => {
    const button = make("button", { class: "btn sm primary", type: "button" }, label);
    button.addEventListener("click", act);
    return button;
  });
  if (notice.link) buttons.push(make("a", { class: "btn sm", href: notice.link.address }, notice.link.label));
  if (copies.length > 0 || notice.writing !== undefined) {
    const copy = make("button", { class: "btn sm", type: "button" }, icon("copy", 16), t("Copier"));
    copy.addEventListener("click", () =>
      copyText(app, [...copies, notice.writing ?? ""].filter((text) => text !== "").join("\n\n")),
    );
    buttons.push(copy);
  }
  if (buttons.length > 0) parts.push(make("div", { class: "row acts" }, ...buttons));
  const good = notice.good === true;
  const element = make(
    "div",
    { class: good ? "one good" : "one" },
    icon(good ? "circle-check" : "alert-triangle", 20),
    make("div", { class: "grow" }, ...parts),
    close,
  );
  keepFocus(element);
  return element;
}

/** A press on a button leaves the focus where somebody writes: a phone's page would move under the finger. */
export function keepFocus(host: HTMLElement): void {
  host.addEventListener("mousedown", (event) => {
    if ((event.target as Element).closest("button")) event.preventDefault();
  });
}

/** A field in which somebody goes on with the text they were writing. */
function writingOn(notice: Notice, text: string): HTMLTextAreaElement {
  const field = make("textarea", { class: "kept", rows: 3, "aria-label": t("Votre texte") });
  field.value = text;
  field.addEventListener("input", () => {
    notice.writing = field.value;
    notice.typed?.(field.value);
  });
  field.addEventListener("keydown", (event) => event.stopPropagation());
  return field;
}
