// Around the board: the rail of sheets and canvases, the phase bar, the dock's states, the save state.

import { html, nothing, render } from "lit";
import { saveState } from "../model/save-state";
import { t, tn, typo } from "../ui/i18n";
import { icon } from "../ui/icon";
import type { Atelier } from "./atelier";

export function drawRail(app: Atelier, host: HTMLElement): void {
  const face = (sheet: number, which: "je" | "nous") => {
    const board = which === "je" ? app.rectoOf(sheet) : `sheet${sheet}.verso`;
    const { filled, of } = app.filled(board);
    const current = app.template.sheet === sheet && app.template.side === which;
    const word = which === "je" ? t("Je") : t("Nous");
    return html`<button type="button" class=${current ? "cur" : ""} aria-current=${current ? "page" : nothing}
      aria-label=${
        filled === null
          ? t("Fiche {sheet}, {face}", { sheet, face: word })
          : t("Fiche {sheet}, {face}, {filled} zones remplies sur {of}", { sheet, face: word, filled, of })
      }
      @click=${() => app.show(board)}>${icon(which, 14)} ${word} <em>${filled === null ? "–" : `${filled}/${of}`}</em></button>`;
  };
  const sheet = (number: number) => {
    const template = app.templateOf(`sheet${number}.verso`);
    if (!template) return nothing;
    const [, name = ""] = template.title.split(" · ");
    return html`<li class="fi ${app.template.sheet === number ? "on" : ""}">
      <b class="num" aria-hidden="true">${number}</b>
      <span class="grow"><strong>${typo(name)}</strong><span class="faces">${face(number, "je")}${face(number, "nous")}</span></span>
    </li>`;
  };
  const canvas = (id: string, short: string, name: string) => {
    const on = app.board === id;
    return html`<li class="fi ${on ? "on" : ""}"><button class="canvaslink" type="button" aria-current=${on ? "page" : nothing} @click=${() => app.show(id)}>
      <span class="pic ${short}">${icon(short, 15)}</span><span class="grow"><strong>${name}</strong></span></button></li>`;
  };
  render(
    html`<h2>${t("Fiches")}</h2><ul>${[1, 2, 3].map(sheet)}</ul>
      <h2>${t("Canevas")}</h2><ul>${canvas("governance", "gouv", t("Gouvernance"))}${canvas("economic", "eco", t("Modèle économique"))}</ul>
      <div class="memo"><b>${icon("book-open", 17)} ${t("Mémo")}</b>
        <p>${t("Recto : chaque structure parle pour elle. Verso : on écrit ensemble, pour la communauté.")}</p></div>`,
    host,
  );
}

/** What is saved, waiting or lost: a sentence in one place, never a message that goes away by itself. */
export function saveSentence(app: Atelier): { sentence: string; icon: string; state: string } {
  const { connection } = app;
  const now = Date.now();
  const state = saveState({
    online: connection.online,
    ended: connection.closedFor !== null,
    pending: connection.pending,
    waitedMs: connection.oldestPendingAt === null ? 0 : now - connection.oldestPendingAt,
    awayMs: connection.lostAt === null ? 0 : Math.max(1, now - connection.lostAt),
    durability: connection.durability,
  });
  switch (state.kind) {
    case "joining":
      return { sentence: t("Connexion…"), icon: "cloud-off", state: "joining" };
    case "saved":
      return { sentence: t("Enregistré"), icon: "cloud-check", state: "saved" };
    case "sent":
      return { sentence: t("Transmis"), icon: "cloud-check", state: "sent" };
    case "saving":
      return { sentence: t("Enregistrement…"), icon: "cloud-check", state: "saving" };
    case "offline":
      return {
        sentence:
          state.pending === 0
            ? t("Hors ligne. Continuez, tout partira au retour.")
            : tn(
                "Hors ligne. Continuez, {n} note partira au retour.",
                "Hors ligne. Continuez, {n} notes partiront au retour.",
                connection.pendingNotes,
              ),
        icon: "cloud-off",
        state: "offline",
      };
    case "unreachable":
      return {
        sentence: t("Le serveur ne répond pas. Gardez cette page ouverte."),
        icon: "cloud-off",
        state: "offline",
      };
    case "ended":
      // why is in the notice: here is room for two words
      return { sentence: t("Accès terminé"), icon: "cloud-off", state: "ended" };
  }
}

export function drawSave(app: Atelier, host: HTMLElement): void {
  const { sentence, icon: picture, state } = saveSentence(app);
  if (host.dataset.sentence === sentence) return;
  host.dataset.sentence = sentence;
  host.dataset.state = state;
  host.replaceChildren(icon(picture, 18), document.createTextNode(sentence));
}
