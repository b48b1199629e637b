// Moving without dragging: take notes with one press, put them with another (WCAG 2.5.7).

import { toPlace } from "../model/layout";
import { t, tn } from "../ui/i18n";
import { moveNotes, orderAfter } from "./actions";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";

export interface Pick {
  /** The Move tool was pressed: take what is chosen, or the next note that is pressed; again ends it. */
  toggle(): void;
  /** Leave everything as it is; false when nothing was taken. */
  cancel(): boolean;
}

export function attachPick(app: Atelier, view: BoardView, scale: () => number): Pick {
  const take = (ids: readonly string[]) => {
    app.picked = ids.filter((id) => {
      const note = app.note(id);
      return note !== null && app.mayChange(note);
    });
    if (app.picked.length > 0)
      app.announcer.say(
        tn(
          "Note prise. Touchez une zone pour la poser, Échap pour la laisser.",
          "{n} notes prises. Touchez une zone pour les poser, Échap pour les laisser.",
          app.picked.length,
        ),
      );
    app.emit("selection");
  };
  const end = () => {
    app.picked = [];
    app.tool = "select";
    app.emit("selection");
  };

  const pressed = (event: MouseEvent) => {
    if (app.tool !== "move") return;
    const target = event.target as Element;
    if (target.closest("button, a, textarea, input")) return;
    event.stopPropagation();
    const id = target.closest<HTMLElement>("li.note")?.dataset.id;
    if (id !== undefined && (app.picked.length === 0 || app.picked.includes(id))) {
      if (app.picked.length > 0) end();
      else take(app.targets(id));
      return;
    }
    const section = target.closest<HTMLElement>("section.zone");
    const zone = app.zone(section?.dataset.zone ?? "");
    if (!section || !zone || app.picked.length === 0) return;
    const { body, size, flows } = app.layoutOf(zone);
    const box = section.getBoundingClientRect();
    const left = (event.clientX - box.left) / scale() - size.width / 2;
    const top = (event.clientY - box.top) / scale() - size.height / 2;
    const ids = app.picked;
    end();
    const after = view.before(event.clientX, event.clientY, zone.id, ids);
    app.document?.together(() => {
      moveNotes(app, ids, { zone: zone.id, place: toPlace(left, top, body, size) });
      // where notes lie in reading order, the place that was touched says which
      if (flows && app.closed(zone.id) === null) orderAfter(app, ids, app.board, zone.id, after);
    });
    view.flushNow();
    view.item(ids[0] ?? null)?.focus({ preventScroll: true });
  };
  view.sheet.addEventListener("click", pressed, true);

  return {
    toggle: () => {
      if (app.tool === "move") {
        end();
        return;
      }
      app.tool = "move";
      if (app.selected !== null) take(app.targets());
      else app.announcer.say(t("Touchez la note à déplacer."));
      app.emit("selection");
    },
    cancel: () => {
      if (app.tool !== "move") return false;
      end();
      app.announcer.say(t("Rien n'a bougé."));
      return true;
    },
  };
}
