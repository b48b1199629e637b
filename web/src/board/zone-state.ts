// Zones that take nothing for the moment: hatched, with a lock and who closed it; and why a new note is refused.

import { type Closed, lockOn } from "../model/closed";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";

/** Who or what closed it, in a few words. */
export function closedLine(app: Atelier, closed: Closed): string {
  const name =
    closed.by === app.data.person.id ? t("vous") : closed.by === null ? null : app.person(closed.by)?.name;
  switch (closed.what) {
    case "recto":
      return t("Lecture seule : chacun écrit sur sa propre fiche");
    case "everything":
      return name ? t("Tout est verrouillé par {name}", { name }) : t("Tout est verrouillé pour le moment");
    case "board":
      return name ? t("Support verrouillé par {name}", { name }) : t("Support verrouillé");
    case "zone":
      return name ? t("Verrouillée par {name}", { name }) : t("Verrouillée");
  }
}

/** Whether a zone takes no notes from this person; says why when it does not. */
export function refused(app: Atelier, zone: string, board = app.board): boolean {
  const closed = app.closed(zone, board);
  if (closed === null) return false;
  app.notify(`${closedLine(app, closed)}. ${t("On peut y lire, pas y écrire pour le moment.")}`);
  return true;
}

export function attachZoneStates(app: Atelier, view: BoardView): () => void {
  let shut = new Set<string>();
  let of = "";

  const draw = () => {
    const before = of === app.board ? shut : null;
    of = app.board;
    shut = new Set();
    for (const zone of app.template.zones) {
      const closed = app.closed(zone.id);
      if (closed !== null) shut.add(zone.id);
      const section = view.section(zone.id);
      if (section) mark(section, zone.id, lockOn(app.workshop, app.board, zone.id), closed !== null);
      // somebody who is about to write there must not find out by a refusal
      if (closed !== null && before !== null && !before.has(zone.id) && zone.id === app.activeZone)
        app.announcer.interrupt(`${zone.title} : ${closedLine(app, closed)}.`);
    }
  };

  const mark = (section: HTMLElement, zone: string, lock: Closed | null, closed: boolean) => {
    section.classList.toggle("shut", closed);
    section.classList.toggle("locked", lock !== null);
    const line = section.querySelector<HTMLElement>(":scope > .lockline");
    if (lock === null) {
      line?.remove();
      section.removeAttribute("aria-describedby");
      return;
    }
    const words = closedLine(app, lock);
    if (line?.textContent === words) return;
    line?.remove();
    const id = `lock-${zone}`;
    section.append(
      make(
        "p",
        { class: "lockline", id },
        make("span", { class: "lockdisc" }, icon("lock", 17)),
        make("b", {}, words),
      ),
    );
    section.setAttribute("aria-describedby", id);
  };

  draw();
  const offs = (["board", "workshop", "joined"] as const).map((what) => app.on(what, draw));
  return () => {
    for (const off of offs) off();
  };
}
