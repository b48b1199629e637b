// What facilitation can do about silent and anonymous writing: for a zone, for a board.

import { hiddenAt } from "../model/hidden";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { type MenuItem, openMenu } from "../ui/menu";
import type { Atelier } from "./atelier";
import { command } from "./command";

export const mayReveal = (app: Atelier) => app.leads;

/** Whole boards are named by their template: on rectos it holds for everybody's. */
function placeOf(app: Atelier, zone: string | null): Record<string, string> {
  return { board: app.template.id, ...(zone === null ? {} : { zone }) };
}

export function reveal(app: Atelier, zone: string | null): void {
  void ask(app, { type: "writing.reveal", ...placeOf(app, zone) });
}

async function ask(app: Atelier, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const why = await command(app, fields);
  if (why !== null) app.notify(why);
}

/** Entries of a menu; none for those who do not run the workshop. */
export function writingActs(app: Atelier, zone: string | null): MenuItem[] {
  if (!app.leads) return [];
  const zones = zone === null ? app.template.zones.map((one) => one.id) : [zone];
  const now = zones.map((one) => hiddenAt(app.workshop, app.board, one));
  const all = (what: "silent" | "anonymous") => now.every((one) => one[what]);
  const place = placeOf(app, zone);
  const items: (MenuItem | false)[] = [
    !all("silent") && {
      label: t("Écriture silencieuse"),
      icon: "eye-off",
      done: () => void ask(app, { type: "writing.silent", ...place }),
    },
    !all("anonymous") && {
      label: t("Notes anonymes"),
      icon: "user-x",
      done: () => void ask(app, { type: "writing.anonymous", ...place }),
    },
    now.some((one) => one.silent) && {
      label: t("Révéler les notes"),
      icon: "eye",
      done: () => reveal(app, zone),
    },
  ];
  return items.filter((item) => item !== false);
}

/** The button in the head of a board. */
export function writingButton(app: Atelier): HTMLElement | null {
  if (!app.leads) return null;
  const label = t("Écriture silencieuse ou anonyme");
  const button = make("button", {
    type: "button",
    class: "btn sm icon ghost writingmode",
    "aria-haspopup": "menu",
    "aria-label": label,
    title: label,
  });
  button.append(icon("eye-off", 17));
  button.addEventListener("click", () => openMenu(button, label, writingActs(app, null)));
  return button;
}
