// In a rehearsal: how fast the simulated people live, and sending them away or calling them back.

import { html, nothing, render } from "lit";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Facts } from "./attention";
import type { Console } from "./state";

/** Seconds between two things that one simulated person does. */
const PACES = [
  { pace: 30, words: () => t("Calme") },
  { pace: 12, words: () => t("Normal") },
  { pace: 4, words: () => t("Rapide") },
] as const;
const KEY = "tablee-rehearsal-pace";

export function attachRehearsal(app: Console): (facts: Facts) => void {
  const host = document.getElementById("rehearsal") as HTMLElement;
  const come = (pace: number) => {
    localStorage.setItem(KEY, String(pace));
    void app.run({ type: "rehearsal.start", pace }, t("Les personnes simulées sont là."));
  };
  return (facts) => {
    const { workshop } = app;
    host.hidden = workshop.rehearsal !== true || workshop.status === "closed";
    if (host.hidden) return;
    const chosen = Number(localStorage.getItem(KEY) ?? 12);
    const others = facts.people.filter(({ online }) => online);
    render(
      html`<details><summary class="row">${picture("play", 17)}<b class="grow">${t("Entraînement")}</b><span class="soft">${tn("{n} en ligne", "{n} en ligne", others.length)}</span>${picture("chevron-down", 16)}</summary>
        <fieldset class="paces"><legend class="sr">${t("Rythme des personnes simulées")}</legend>${PACES.map(
          ({ pace, words }) =>
            html`<label><input type="radio" name="pace" .checked=${pace === chosen} @change=${() => come(pace)}><span>${words()}</span></label>`,
        )}</fieldset>
        ${
          others.length === 0
            ? nothing
            : html`<button class="btn sm full" type="button" @click=${() => void app.run({ type: "rehearsal.stop" }, t("Les personnes simulées sont parties."))}>${picture("log-out", 16)}${t("Les renvoyer")}</button>`
        }</details>${
          others.length === 0
            ? html`<button class="btn sm full" type="button" @click=${() => come(chosen)}>${picture("users", 16)}${t("Faire venir du monde")}</button>`
            : nothing
        }`,
      host,
    );
  };
}
