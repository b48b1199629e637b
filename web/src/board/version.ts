// « Une mise à jour est prête »: the server hands out newer scripts than this page runs.

import { t } from "../ui/i18n";
import type { Atelier } from "./atelier";

export function attachVersion(app: Atelier): void {
  let told = false;
  app.on("link", () => {
    const mine = app.data.bundle;
    const newer = app.rooms.some((room) => room.bundle !== "" && room.bundle !== mine);
    const saved = app.rooms.every((room) => room.pending === 0 && room.online);
    if (told || !newer || !saved || mine === "") return;
    told = true;
    app.notify(t("Une mise à jour est prête. Vos notes sont enregistrées."), {
      good: true,
      about: "version",
      actions: [{ label: t("Recharger"), act: () => location.reload() }],
    });
  });
}
