// Facilitation's button at the head of a board, and what everybody is told when all is frozen.

import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { openMenu } from "../ui/menu";
import type { Atelier } from "./atelier";
import { attachHidden, hiddenNotes, openHidden } from "./hidden-notes";
import { boardActs } from "./lock-acts";

const FROZEN = "frozen";

export function attachModeration(app: Atelier): void {
  attachHidden(app);
  let told: string | null = null;
  const draw = () => {
    const { frozen, frozen_by } = app.workshop;
    if (!frozen) {
      app.dismiss(app.noticeAbout(FROZEN));
      told = null;
      return;
    }
    const by = frozen_by ?? "";
    if (told === by) return;
    told = by;
    const name = app.person(by)?.name;
    const words =
      by === app.data.person.id
        ? t("Vous avez tout figé : les autres lisent, sans pouvoir écrire.")
        : name === undefined
          ? t("Tout est figé pour le moment. On peut lire, pas écrire.")
          : t("{name} a tout figé. On peut lire, pas écrire.", { name });
    app.notify(words, { about: FROZEN });
    app.announcer.interrupt(words);
  };
  app.on("workshop", draw);
  draw();
}

/** « Animer ce support »: locks and hidden notes; only for those who run the workshop. */
export function moderationButton(app: Atelier): HTMLElement | null {
  if (!app.leads) return null;
  const label = t("Animer ce support");
  const button = make(
    "button",
    {
      class: "btn icon sm ghost moderate",
      type: "button",
      "aria-label": label,
      "aria-haspopup": "menu",
      title: label,
    },
    icon("shield", 18),
  );
  button.addEventListener("click", () => openBoardMenu(app, button));
  return button;
}

export function openBoardMenu(app: Atelier, at: HTMLElement): void {
  openMenu(at, t("Animer ce support"), [
    ...boardActs(app),
    {
      label: t("Notes masquées ({n})…", { n: hiddenNotes().length }),
      icon: "eye-off",
      done: () => openHidden(app),
    },
  ]);
}
