// A note that is carried into a zone without room for it is behind « + n »: the number lights up for a moment.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { laneOf } from "../model/economy";
import { tn } from "../ui/i18n";

const LIT_MS = 6_000;

export function attachFresh(app: Atelier, view: BoardView): void {
  const arrived = new Set<string>();
  app.onChanges(({ document, changes }) => {
    // what a board holds when it comes is not new
    if (document !== app.document || app.view !== "board" || !app.connection.synced) return;
    for (const { before, after } of changes)
      if (after?.origin && after.board === app.board && before?.zone !== after.zone) arrived.add(after.id);
  });
  app.on("placed", () => {
    const hidden = new Map<HTMLElement, number>();
    for (const id of arrived) {
      const note = app.note(id);
      const section = note && view.section(note.zone);
      if (!section || view.item(id)) continue;
      const lane = `.lanemore[data-lane="${CSS.escape(laneOf(note) ?? "")}"]`;
      const chip =
        section.querySelector<HTMLElement>(lane) ?? section.querySelector<HTMLElement>(":scope > .more");
      if (chip) hidden.set(chip, (hidden.get(chip) ?? 0) + 1);
    }
    arrived.clear();
    for (const [chip, n] of hidden) {
      const words = tn("dont {n} nouvelle", "dont {n} nouvelles", n);
      chip.dataset.fresh = words;
      setTimeout(() => {
        if (chip.dataset.fresh === words) delete chip.dataset.fresh;
      }, LIT_MS);
    }
  });
}
