// The kit of the workshop: notes of zones that it does not have any more, and word of another kit.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { whenCalm } from "../board/later";
import type { Zone } from "../model/page";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";

export function attachKit(app: Atelier, view: BoardView): void {
  /** Zones that only notes know: what lies there is listed first, to be given a place. */
  const strays = (): Zone[] =>
    [...app.notesByZone()]
      .filter(([id, notes]) => notes.length > 0 && !app.template.zones.some((zone) => zone.id === id))
      .map(([id]) => ({
        id,
        n: 0,
        box: [0, 0, 0, 0],
        title: t("Sans zone"),
        prompt: t("Les gabarits de l'atelier ont changé : ces notes n'ont plus de zone. Déplacez-les."),
        kinds: ["note"],
        to: [],
        pictograms: [],
        mirror: null,
        type: "plain",
      }));
  app.strays = strays;

  const button = make("button", { class: "btn sm", type: "button", "data-strays": true });
  button.addEventListener("click", () => app.setView("list"));
  let counted = 0;
  app.headTools.push(() => (counted > 0 ? button : null));
  const count = () => {
    const here = app.notesByZone();
    const n = strays().reduce((sum, zone) => sum + (here.get(zone.id)?.length ?? 0), 0);
    if (n === counted) return;
    const appears = counted === 0 || n === 0;
    counted = n;
    button.textContent = tn("{n} note sans zone", "{n} notes sans zone", n);
    if (appears && app.view === "board") whenCalm(app, () => view.rename());
  };
  for (const what of ["notes", "board", "joined"]) app.on(what, count);
  count();

  const mine = JSON.stringify(app.data.workshop.kit ?? null);
  let told = false;
  const look = () => {
    if (told || JSON.stringify(app.workshop.kit ?? null) === mine) return;
    told = true;
    app.notify(t("Les gabarits de l'atelier ont changé. Rechargez la page pour les voir."), {
      good: true,
      about: "kit",
      actions: [{ label: t("Recharger"), act: () => location.reload() }],
    });
  };
  app.on("workshop", look);
  look();
}
