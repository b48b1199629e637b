// Leaving the page while something is not saved: the browser asks, and for links of the page a real question.

import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import type { Atelier } from "./atelier";

/** What is on its way usually arrives within this time: no question then. */
const MOMENT_MS = 400;

export function attachLeave(app: Atelier): void {
  let leaving = false;
  // what a room that has ended did not take stands in a notice
  const unsaved = () => open(app).reduce((sum, room) => sum + room.pending, 0);

  addEventListener("beforeunload", (event) => {
    if (!leaving && unsaved() > 0) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (!link || link.target === "_blank" || event.button !== 0 || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || link.getAttribute("href")?.startsWith("#"))
      return;
    if (unsaved() === 0) return;
    event.preventDefault();
    const address = link.href;
    const go = () => {
      leaving = true;
      location.assign(address);
    };
    void soonSaved(app, unsaved).then((saved) => {
      if (saved) go();
      else ask(app, go);
    });
  });
}

const open = (app: Atelier) => app.rooms.filter((room) => room.closedFor === null);

async function soonSaved(app: Atelier, unsaved: () => number): Promise<boolean> {
  if (!app.connection.online) return false;
  return new Promise((done) => {
    const timer = setTimeout(() => finish(false), MOMENT_MS);
    const off = app.on("link", () => unsaved() === 0 && finish(true));
    const finish = (saved: boolean) => {
      clearTimeout(timer);
      off();
      done(saved);
    };
  });
}

function ask(app: Atelier, go: () => void): void {
  const opener = document.activeElement;
  const notes = open(app).reduce((sum, room) => sum + room.pendingNotes, 0);
  const question =
    notes === 0
      ? t("Des changements ne sont pas encore partis. Rester, ou partir sans eux ?")
      : tn(
          "{n} note n'est pas encore partie. Rester, ou partir sans elle ?",
          "{n} notes ne sont pas encore parties. Rester, ou partir sans elles ?",
          notes,
        );
  const stay = make("button", { class: "btn primary", value: "stay" }, t("Rester"));
  const leave = make(
    "button",
    { class: "btn", value: "leave" },
    notes === 0 ? t("Partir sans eux") : notes === 1 ? t("Partir sans elle") : t("Partir sans elles"),
  );
  const form = make("form", { method: "dialog" }, make("h2", { id: "leave-title" }, question));
  if (app.rooms.every((room) => room.keeps))
    form.append(
      make(
        "p",
        { class: "soft" },
        t("Ce navigateur garde ce qui attend : tout partira quand vous reviendrez."),
      ),
    );
  form.append(make("div", { class: "row actions" }, stay, leave));
  const dialog = make("dialog", { class: "dialog", "aria-labelledby": "leave-title" }, form);
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "leave") go();
    else if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  stay.focus();
}
