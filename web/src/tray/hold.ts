// Carrying without dragging: a press takes notes from the tray, the next press on a zone puts them there. Marks the
// zones that chosen notes are meant for.

import type { Row } from "../model/harvest";
import { type Box, slot } from "../model/layout";
import { t, tn } from "../ui/i18n";
import type { TrayState } from "./state";

export interface Hold {
  /** Take a row, and what is ticked with it; pressed again, leave it. */
  press(row: Row): void;
  /** Put everything back; false when nothing was held. */
  leave(): boolean;
  /** Mark zones on what was just drawn. */
  mark(): void;
  put(keys: readonly string[], address: string): void;
}

interface Told {
  redraw(): void;
  put(keys: readonly string[], address: string): void;
}

/** The element of a zone of the shown canvas, on the board or in the list. */
export function zoneElement(target: Element | null): HTMLElement | null {
  return target?.closest<HTMLElement>("#board section.zone[data-zone], #list section[data-zone]") ?? null;
}

/** Where the next note of a zone will lie; null where that is not a matter of order. */
export function arrival(state: TrayState, section: HTMLElement): Box | null {
  const { app } = state;
  const zone = app.zone(section.dataset.zone ?? "");
  if (!zone || app.view !== "board" || section.classList.contains("own")) return null;
  const layout = app.layoutOf(zone);
  const count = app.notesByZone().get(zone.id)?.length ?? 0;
  if (!layout.flows || app.focusedZone !== null || app.partOf(zone)?.boxes) return null;
  return { ...slot(layout, Math.min(count, layout.most - 1)), ...layout.size };
}

export function attachHold(state: TrayState, told: Told): Hold {
  const { app } = state;

  const mark = () => {
    const routed = app.template.sheet === null ? state.routed() : new Set<string>();
    const held = state.held.length > 0 && app.template.sheet === null;
    document.body.classList.toggle("carrying", held);
    const sections = document.querySelectorAll<HTMLElement>(
      "#board section.zone[data-zone], #list section[data-zone]",
    );
    for (const section of sections)
      section.classList.toggle("routed", routed.has(`${state.canvas}.${section.dataset.zone}`));
  };
  const leave = () => {
    if (state.held.length === 0) return false;
    state.held = [];
    state.share(null);
    app.announcer.say(t("Rien n'a bougé."));
    told.redraw();
    return true;
  };
  const press = (row: Row) => {
    if (state.held.includes(row.key)) {
      leave();
      return;
    }
    const keys = state.targets(row.key).map(({ key }) => key);
    if (keys.length === 0 || !state.online) return;
    state.held = keys;
    state.share(keys);
    app.announcer.say(
      tn(
        "Note prise. Touchez une zone du canevas pour la reporter, Échap pour la laisser.",
        "{n} notes prises. Touchez une zone du canevas pour les reporter, Échap pour les laisser.",
        keys.length,
      ),
    );
    told.redraw();
  };
  const put = (section: HTMLElement) => {
    const keys = state.held;
    state.held = [];
    told.put(keys, `${state.canvas}.${section.dataset.zone}`);
  };

  addEventListener(
    "click",
    (event) => {
      const section = state.held.length > 0 ? zoneElement(event.target as Element) : null;
      if (section === null || app.template.sheet !== null) return;
      event.preventDefault();
      event.stopPropagation();
      put(section);
    },
    true,
  );
  addEventListener(
    "keydown",
    (event) => {
      if (
        state.held.length === 0 ||
        (event.target as Element).closest("dialog, textarea, input:not([type=checkbox])")
      )
        return;
      const target = event.target as HTMLElement;
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        leave();
      } else if (
        event.key === "Enter" &&
        target.matches("#board section.zone, #list section[data-zone] h2")
      ) {
        const section = zoneElement(target);
        if (section === null) return;
        event.preventDefault();
        event.stopPropagation();
        put(section);
      }
    },
    true,
  );
  for (const what of ["placed", "focus"]) app.on(what, mark);
  return { press, leave, mark, put: told.put };
}
