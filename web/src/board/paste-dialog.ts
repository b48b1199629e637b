// A pasted list becomes one note per line: shown before it happens, and one step of undo.

import { noteTexts } from "../model/paste";
import { openForm } from "../ui/form-dialog";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import { addNotes } from "./actions";
import type { Atelier } from "./atelier";
import { refused } from "./zone-state";

const MOST = 200;

/** Propose the notes of a pasted text for a zone; nothing is made before the person agrees. */
export function openPasteDialog(app: Atelier, zoneId: string, pasted: string): void {
  const zone = app.zone(zoneId);
  if (!zone || !app.mayWrite || refused(app, zoneId)) return;
  const text = make("textarea", { class: "input", id: "paste-text", rows: 6 });
  text.value = pasted;
  const preview = make("ol", { class: "pasted", "aria-label": t("Aperçu des notes") });
  const count = make("p", { class: "soft", role: "status" });
  const show = () => {
    const { texts, cut } = noteTexts(text.value, MOST);
    preview.replaceChildren(...texts.map((one) => make("li", { class: `t-${app.data.person.colour}` }, one)));
    const words = tn("{n} note dans {zone}", "{n} notes dans {zone}", texts.length, { zone: zone.title });
    count.textContent =
      cut > 0
        ? `${words}. ${tn("{n} ligne de plus n'entre pas.", "{n} lignes de plus n'entrent pas.", cut)}`
        : words;
  };
  text.addEventListener("input", show);
  show();
  openForm({
    title: t("Coller une liste"),
    wide: true,
    body: [
      make("label", { class: "field", for: text.id }, make("span", {}, t("Une ligne, une note")), text),
      count,
      preview,
    ],
    stay: t("Annuler"),
    act: t("Ajouter les notes"),
    focus: text,
    ready: () => noteTexts(text.value, MOST).texts.length > 0,
    done: () => {
      const ids = addNotes(app, zoneId, noteTexts(text.value, MOST).texts);
      if (ids.length === 0) {
        app.notify(t("Rien n'a été ajouté. Votre texte est gardé ici."), { copies: [text.value] });
        return;
      }
      app.choose(ids);
      app.announcer.say(
        tn("{n} note ajoutée dans {zone}.", "{n} notes ajoutées dans {zone}.", ids.length, {
          zone: zone.title,
        }),
      );
    },
  });
}
