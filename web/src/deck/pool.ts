// Canvases that groups filled for themselves, brought together: who runs the workshop does it, and everybody
// then looks at their own or at that of all groups.

import { html, render } from "lit";
import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { asked } from "../board/command";
import { whenCalm } from "../board/later";
import { keepFocus } from "../board/notice";
import { templateOf } from "../model/page";
import { openForm } from "../ui/form-dialog";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";

export function attachPool(app: Atelier, view: BoardView): void {
  const host = make("div", { class: "row poolhead" });
  keepFocus(host);
  const draw = () => {
    const canvas = templateOf(app.board);
    const apart =
      app.workshop.status !== "closed" &&
      app.workshop.board_rooms?.[canvas] === "convergence" &&
      app.workshop.groups.length > 1;
    const pooled = app.workshop.pooled?.includes(canvas) === true;
    const side = (on: boolean, label: string) =>
      html`<button type="button" class=${app.together === on ? "on" : ""} aria-pressed=${app.together === on} @click=${() => app.lookTogether(on)}>${label}</button>`;
    render(
      html`${pooled ? html`<div class="seg" role="group" aria-label=${t("De qui est ce canevas")}>${side(false, t("Notre groupe"))}${side(true, t("Tous les groupes"))}</div>` : ""}
        ${app.leads && apart ? html`<button class="btn sm" type="button" @click=${() => askPool(app)}>${picture("group", 17)}${pooled ? t("Mettre en commun à nouveau") : t("Mettre en commun")}</button>` : ""}`,
      host,
    );
    return apart || pooled ? host : null;
  };
  app.headTools.push(draw);
  let before = app.workshop.pooled?.length ?? 0;
  app.on("workshop", () => {
    const now = app.workshop.pooled?.length ?? 0;
    draw();
    if (now > before && !app.leads)
      app.notify(t("Les canevas des groupes sont mis en commun."), {
        about: "pooled",
        good: true,
        actions: [
          {
            label: t("Voir celui de tous les groupes"),
            act: () => {
              app.dismiss(app.noticeAbout("pooled"));
              app.together = true;
              const [canvas = "governance"] = app.workshop.pooled ?? [];
              if (templateOf(app.board) === canvas) app.lookTogether(true);
              else app.show(canvas);
            },
          },
        ],
      });
    before = now;
  });
  // its head is drawn already
  if (app.template.sheet === null && app.view === "board") whenCalm(app, () => view.rename());
}

interface Pooling {
  data: { base: string };
  workshop: { id: string };
}

export const poolWords = () =>
  t(
    "Les notes des canevas de chaque groupe sont copiées dans celui de tous, avec le nom du groupe. Rien ne change chez les groupes, et on peut recommencer : seules les nouvelles notes viennent.",
  );

/** What came, or why it did not. */
export async function pool(app: Pooling): Promise<{ done: boolean; words: string }> {
  const answer = await asked<{ copied?: number }>(app, { type: "rooms.pool" });
  if (typeof answer === "string") return { done: false, words: answer };
  const n = answer.copied ?? 0;
  const words =
    n === 0
      ? t("Rien de nouveau : toutes les notes étaient déjà là.")
      : tn("{n} note est venue des groupes.", "{n} notes sont venues des groupes.", n);
  return { done: true, words };
}

function askPool(app: Atelier): void {
  openForm({
    title: t("Mettre en commun les canevas des groupes"),
    body: [make("p", {}, poolWords())],
    stay: t("Annuler"),
    act: t("Mettre en commun"),
    done: () =>
      void pool(app).then(({ done, words }) => {
        app.notify(words, { about: "pooled", good: done });
        app.announcer.say(words);
        if (done) app.lookTogether(true);
      }),
  });
}
