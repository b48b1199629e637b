// Zones that take nothing for the moment: hatched, with a lock and who closed it; and why a new note is refused.

import { type Closed, lockOn, minutesLeft, nextMinute } from "../model/closed";
import { clock } from "../sync/clock";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";

/** Who or what closed it and when it opens again, in a few words. */
export function closedLine(app: Atelier, closed: Closed): string {
  const line = closedBy(app, closed);
  if (closed.until === null) return line;
  const n = minutesLeft(closed.until, clock.now());
  const when = n === 0 ? t("rouvre dans moins d'une minute") : t("rouvre dans {n} min", { n });
  return `${line}, ${when}`;
}

function closedBy(app: Atelier, closed: Closed): string {
  const name =
    closed.by === app.data.person.id ? t("vous") : closed.by === null ? null : app.person(closed.by)?.name;
  switch (closed.what) {
    case "recto":
      return t("Lecture seule : chacun écrit sur sa propre fiche");
    case "reading":
      return t("Lecture seule pendant cette étape");
    case "over":
      return t("Atelier clos : on y lit, on n'y écrit plus");
    case "everything":
      return name ? t("Tout est verrouillé par {name}", { name }) : t("Tout est verrouillé pour le moment");
    case "board":
      return name ? t("Support verrouillé par {name}", { name }) : t("Support verrouillé");
    case "zone":
      return name ? t("Verrouillée par {name}", { name }) : t("Verrouillée");
  }
}

/** Whether this table has said that it is done with a zone. */
export function isDone(app: Atelier, zone: string, board = app.board): boolean {
  const { finished = [] } = app.workshop;
  return finished.some(
    (one) => one.board === board && one.zone === zone && (one.group === null || one.group === app.shownGroup),
  );
}

/** Whether a zone takes no notes from this person; says why when it does not. */
export function refused(app: Atelier, zone: string, board = app.board): boolean {
  const closed = app.closed(zone, board);
  if (closed === null) return false;
  app.notify(`${closedLine(app, closed)}. ${t("On peut y lire, pas y écrire pour le moment.")}`);
  return true;
}

/** What stands in a zone besides notes is what a screen reader adds to its name. */
export function describe(section: HTMLElement): void {
  const told = section.querySelectorAll(":scope > :is(.donesign, .lockline, .blankwords)");
  if (told.length === 0) section.removeAttribute("aria-describedby");
  else section.setAttribute("aria-describedby", [...told].map(({ id }) => id).join(" "));
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
      if (section) {
        markDone(section, zone.id, isDone(app, zone.id));
        mark(section, zone.id, lockOn(app.workshop, app.board, zone.id), closed !== null);
        describe(section);
      }
      // somebody who is about to write there must not find out by a refusal
      if (closed !== null && before !== null && !before.has(zone.id) && zone.id === app.activeZone)
        app.announcer.interrupt(
          `${t("{title} : {name}", { title: zone.title, name: closedLine(app, closed) })}.`,
        );
    }
  };

  const mark = (section: HTMLElement, zone: string, lock: Closed | null, closed: boolean) => {
    section.classList.toggle("shut", closed);
    section.classList.toggle("locked", lock !== null);
    const line = section.querySelector<HTMLElement>(":scope > .lockline");
    if (lock === null) {
      line?.remove();
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
  };

  const markDone = (section: HTMLElement, zone: string, done: boolean) => {
    section.classList.toggle("done", done);
    const sign = section.querySelector(":scope > .donesign");
    if (!done) sign?.remove();
    else if (!sign)
      section.append(make("p", { class: "donesign", id: `done-${zone}` }, icon("check", 15), t("Terminée")));
  };

  draw();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const count = () => {
    clearTimeout(timer);
    const wait = nextMinute(app.workshop, clock.now());
    if (wait !== null) timer = setTimeout(() => app.emit("workshop"), wait + 50);
  };
  count();
  const offs = (["board", "workshop", "joined"] as const).map((what) => app.on(what, draw));
  offs.push(app.on("workshop", count));
  return () => {
    clearTimeout(timer);
    for (const off of offs) off();
  };
}
