// The question the first sheet's « Nous » opens with, and the terms of a partnership as rules to fill in.

import { html, render } from "lit";
import { addNotes } from "../board/actions";
import type { Atelier } from "../board/atelier";
import type { Zone } from "../model/page";
import { t } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import type { Panel } from "./panel";

const BOARD = "sheet1.verso";

const prompt = () => t("De quoi avons-nous besoin maintenant, et qu'avons-nous intérêt à faire ensemble ?");

/** A card above the empty face when its step begins, until it is read or filled; its zone has it for later. */
export function attachFounding(app: Atelier): void {
  const key = `tablee-founding-${app.data.workshop.id}`;
  const host = make("aside", { class: "founding", "aria-label": t("Question de départ"), hidden: true });
  document.getElementById("main")?.append(host);
  const read = () => {
    localStorage.setItem(key, "read");
    draw();
    document.querySelector<HTMLElement>('[data-zone="commons"]')?.focus({ preventScroll: true });
  };
  const draw = () => {
    const running = app.workshop.agenda.steps.find(({ id }) => id === app.workshop.step);
    const begins = app.board === BOARD && running?.board === BOARD && app.notesByZone().size === 0;
    host.hidden = !begins || localStorage.getItem(key) !== null;
    if (!host.hidden)
      render(
        html`<p class="soft">${t("Avant de remplir cette face, une question pour tout le groupe")}</p>
          <p class="bigask">${prompt()}</p>
          <button class="btn primary" type="button" @click=${read}>${t("Commencer")}</button>`,
        host,
      );
  };
  for (const what of ["board", "workshop", "joined"]) app.on(what, draw);
  app.onChanges(draw);
  draw();
}

export function foundingPanel(): Panel {
  return {
    title: t("Question de départ"),
    icon: "sparkles",
    unfolded: () => true,
    draw: () => html`<p class="bigask">${prompt()}</p>`,
  };
}

/** What partners write down before they begin, as notes that only need their second half. */
export function partnershipPanel(app: Atelier): Panel {
  const terms = () => [
    t("Nos objectifs communs : "),
    t("Nos valeurs : "),
    t("Ce que chacun attend : "),
    t("La licence, choisie dès maintenant : "),
    t("L'accord écrit : qui le signe, et quand : "),
  ];
  return {
    title: t("Termes du partenariat"),
    icon: "scroll-text",
    draw: (zone) => {
      const may = app.mayWrite && app.closed(zone.id) === null;
      return html`<p>${t("Avant de commencer, des partenaires écrivent ensemble :")}</p>
        <ul>${terms().map((term) => html`<li>${term.replace(/[\s:]+$/, "")}</li>`)}</ul>
        <button class="btn" type="button" ?disabled=${!may} @click=${() => put(zone)}>${picture("sticky-note", 18)} ${t("En faire cinq notes à compléter")}</button>`;
    },
  };
  function put(zone: Zone): void {
    addNotes(app, zone.id, terms(), undefined, { kind: "rule", fields: { state: "proposed" } });
    app.announcer.say(t("Cinq notes sont dans la zone."));
  }
}
