// A dialog over a canvas whose content follows the notes while it is open.

import { html, render } from "lit";
import type { Atelier } from "../board/atelier";
import { t } from "../ui/i18n";
import { make } from "../ui/icon";

export interface Panel {
  draw(): void;
  close(): void;
}

/** `page` draws what is between the title and the button that closes. */
export function openPanel(app: Atelier, title: string, name: string, page: (panel: Panel) => unknown): Panel {
  const opener = document.activeElement;
  const dialog = make("dialog", { class: `dialog panel ${name}`, "aria-labelledby": `${name}-title` });
  const draw = () => {
    if (!dialog.isConnected) return;
    render(
      html`<header class="row"><h2 id="${name}-title" class="grow" tabindex="-1">${title}</h2>
        <button class="btn" type="button" @click=${() => dialog.close()}>${t("Fermer")}</button></header>
        <div class="panelpage">${page(panel)}</div>`,
      dialog,
    );
  };
  let frame = 0;
  const soon = () => {
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
  };
  const panel: Panel = { draw: soon, close: () => dialog.close() };
  const answers = app.documentOf("governance")?.answers;
  answers?.observeDeep(soon);
  const offs = [app.onChanges(soon), app.on("workshop", soon), app.on("joined", soon), app.on("link", soon)];
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    answers?.unobserveDeep(soon);
    for (const off of offs) off();
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  draw();
  dialog.showModal();
  dialog.querySelector<HTMLElement>("h2")?.focus();
  return panel;
}
