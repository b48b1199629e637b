// A small question as a real dialog: the safe button first, Escape is the safe one, the focus goes back.

import { make } from "./icon";

export interface Form {
  title: string;
  body: readonly HTMLElement[];
  /** What leaves everything as it is. */
  stay: string;
  act: string;
  done: () => void;
  other?: { label: string; done: () => void };
  /** Where one types or chooses first; without it the focus is on what leaves everything as it is. */
  focus?: HTMLElement;
  /** Whether the act may be pressed now; asked after every input. */
  ready?: () => boolean;
  /** Wider, for lists. */
  wide?: boolean;
}

export function openForm(form: Form): HTMLDialogElement {
  const opener = document.activeElement;
  const button = (label: string, value: string, look = "") =>
    make("button", { class: `btn${look}`, type: "submit", value }, label);
  const act = button(form.act, "act", " primary");
  const stay = button(form.stay, "stay");
  // Enter in a field presses the first submit button of a form: it must be the act
  const enter = make("button", {
    class: "sr",
    type: "submit",
    value: "act",
    tabindex: -1,
    "aria-hidden": "true",
  });
  const id = `dialog-${Math.random().toString(36).slice(2, 8)}`;
  const dialog = make(
    "dialog",
    { class: form.wide ? "dialog wide" : "dialog", "aria-labelledby": id },
    make(
      "form",
      { method: "dialog" },
      enter,
      make("h2", { id }, form.title),
      ...form.body,
      make(
        "div",
        { class: "row actions" },
        ...(form.other ? [button(form.other.label, "other", " ghost")] : []),
        stay,
        act,
      ),
    ),
  );
  const check = () => {
    const ready = form.ready?.() ?? true;
    act.disabled = enter.disabled = !ready;
  };
  dialog.addEventListener("input", check);
  dialog.addEventListener("change", check);
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    if (dialog.returnValue === "act") form.done();
    else if (dialog.returnValue === "other") form.other?.done();
  });
  check();
  document.body.append(dialog);
  dialog.showModal();
  // else it would be on the first of all, which is the act: pressed twice, Enter would do it
  (form.focus ?? stay).focus();
  return dialog;
}
