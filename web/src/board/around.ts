// What others do on the board that is shown, for those who listen instead of look.

import type { Atelier } from "./atelier";

/** Tell the announcer what others changed in the zones of the current board. */
export function attachAround(app: Atelier): () => void {
  return app.onChanges(({ document, changes, mine }) => {
    if (mine || document !== app.document || !app.connection.synced) return;
    for (const { before, after } of changes) {
      const note = after ?? before;
      if (note?.board !== app.board) continue;
      const zone = app.zone(note.zone);
      if (!zone) continue;
      const moved = before !== null && after !== null && before.zone !== after.zone;
      app.announcer.remote(
        zone.title,
        after === null ? "removed" : before === null ? "added" : moved ? "moved" : "changed",
      );
    }
  });
}
