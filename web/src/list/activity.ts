// « Ce qui change autour »: what others do, newest first, and how often it is said aloud.

import { html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { nameOf } from "../board/around";
import type { Atelier } from "../board/atelier";
import { initials } from "../model/page";
import type { Level } from "../ui/announce";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import { ago, type Entry, partsOf } from "./log";

export function activity(app: Atelier) {
  const entries = app.log.shown();
  const levels: [Level, string][] = [
    ["summary", t("Par résumé")],
    ["all", t("Tout")],
    ["none", t("Rien")],
  ];
  const choose = (level: Level) => {
    app.announcer.level = level;
    app.announcer.say(
      {
        summary: t("Annonces par résumé, au plus une phrase toutes les quinze secondes."),
        all: t("Tout ce qui change est annoncé."),
        none: t("Rien n'est annoncé, sauf vos gestes et la note où vous êtes."),
      }[level],
    );
    app.emit("around");
  };
  return html`<section class="log" aria-labelledby="log-title">
    <h2 id="log-title" tabindex="-1">${t("Ce qui change autour")}</h2>
    <p class="soft">${t("Ce fil est aussi lu à voix haute, au rythme que vous choisissez.")}</p>
    <div class="seg" role="group" aria-label=${t("Annonces")}>${levels.map(
      ([level, label]) =>
        html`<button type="button" class=${app.announcer.level === level ? "on" : ""} aria-pressed=${String(app.announcer.level === level)} @click=${() => choose(level)}>${label}</button>`,
    )}</div>
    ${
      entries.length === 0
        ? html`<p class="none">${t("Rien n'a encore changé depuis votre arrivée.")}</p>`
        : html`<ul>${repeat(
            entries,
            (entry) => entry.key,
            (entry) => row(app, entry),
          )}</ul>`
    }
  </section>`;
}

function row(app: Atelier, entry: Entry) {
  const person = app.person(entry.who[0] ?? null);
  const parts = partsOf(entry, (id) => nameOf(app, id));
  return html`<li>
    <span class=${person ? `av s c-${person.colour}` : "av s"} aria-hidden="true">${person ? initials(person.name) : picture(sign(entry), 15)}</span>
    <span>${parts.map((part) => (part.name ? html`<b>${part.text}</b>` : part.text))}
      <span class="when">${entry.act === "writing" ? t("en cours") : ago(Date.now() - entry.at)}</span></span>
  </li>`;
}

/** What stands for those who are not known, or for facilitation. */
function sign({ act }: Entry): string {
  if (act === "step") return "flag";
  return act === "started" || act === "stopped" || act === "extended" ? "clock" : "trash";
}
