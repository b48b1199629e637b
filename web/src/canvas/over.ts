// Says that the workshop was closed, or opened again, to whoever is in it: boards look much the same before and after.

import type { Atelier } from "../board/atelier";
import { t } from "../ui/i18n";

export function attachOver(app: Atelier): void {
  let was = app.workshop.status;
  app.on("workshop", () => {
    const { status } = app.workshop;
    if (status === was) return;
    if (status === "closed") app.announcer.say(t("Atelier clos : on y lit, on n'y écrit plus"));
    else if (was === "closed") app.announcer.say(t("L'atelier est rouvert : on y écrit de nouveau."));
    was = status;
  });
}
