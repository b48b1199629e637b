// The chapter « Droits et conservation »: who comes in and how, what facilitation sees, how long all is kept.

import { html, nothing } from "lit";
import { t } from "../ui/i18n";
import type { Desk } from "./desk";
import { keepingCard } from "./keeping";
import type { OutcomeOf } from "./outcome";
import { askText, toggle } from "./parts";

export function rightsChapter(desk: Desk, outcome: OutcomeOf) {
  const { workshop } = desk;
  const edit = (fields: Record<string, unknown>) => desk.ask({ type: "workshop.edit", ...fields });
  return html`<div class="pair">
    <section class="card"><h2>${t("À la porte")}</h2>
      ${toggle(t("Salle d'attente"), workshop.waiting_room ?? false, (waiting_room) => edit({ waiting_room }), t("Qui arrive attend que l'animation lui donne un groupe."))}
      ${toggle(t("Chaque personne choisit son groupe"), workshop.people_may_choose_group ?? false, (on) => edit({ people_may_choose_group: on }), t("Sinon, elle s'assoit dans le groupe le plus petit."))}
      ${passphrase(desk, edit)}
    </section>
    <section class="card"><h2>${t("Pendant l'atelier")}</h2>
      ${toggle(t("L'animation voit combien chaque personne écrit"), workshop.voices ?? true, (voices) => edit({ voices }), t("Elle peut alors inviter qui n'a rien écrit. C'est dit à la porte : « l'animation voit aussi combien de notes chaque personne écrit ». Personne d'autre ne le voit."))}
      ${toggle(t("Son de fin"), workshop.end_sound ?? false, (end_sound) => edit({ end_sound }), t("Deux notes douces quand le temps est écoulé, chez tout le monde ; chacun peut les couper."))}
    </section></div>
    ${keepingCard(desk, outcome)}`;
}

function passphrase({ workshop }: Desk, edit: (fields: Record<string, unknown>) => void) {
  const ask = () =>
    askText(
      t("Quel mot de passe faut-il dire à la porte ?"),
      t("Mot de passe de l'atelier"),
      "",
      100,
      t("Demander ce mot de passe"),
      (text) => edit({ passphrase: text }),
    );
  return html`<div class="switchrow still"><span class="grow"><b>${t("Mot de passe de l'atelier")}</b>
      <small>${workshop.passphrase ? t("Il est demandé en plus du code. Il n'est gardé que brouillé : notez-le.") : t("Aucun : le code suffit pour entrer.")}</small></span>
    ${workshop.passphrase ? html`<button class="btn sm" type="button" @click=${() => edit({ passphrase: "" })}>${t("Ne plus le demander")}</button>` : nothing}
    <button class="btn sm" type="button" @click=${ask}>${workshop.passphrase ? t("Le changer") : t("En demander un")}</button></div>`;
}
