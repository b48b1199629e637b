// The canvases: zones that are drawn their own way, and the tray of notes to carry over.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { whenCalm } from "../board/later";
import { goToNote } from "../board/trace";
import { attachTray, carryNotes } from "../tray/tray";
import { attachEconomic } from "./economic";
import { attachFresh } from "./fresh";
import { attachGovernance } from "./governance";
import { attachOver } from "./over";

export { carryNotes };

export function attach(app: Atelier, view: BoardView): void {
  attachGovernance(app, view);
  attachEconomic(app, view);
  attachTray(app, view);
  attachFresh(app, view);
  attachOver(app);
  // zones are drawn already; what somebody is on, or writes in, is not taken from them
  whenCalm(app, () => {
    const held = document.activeElement?.closest<HTMLElement>("li[data-id]")?.dataset.id;
    app.emit("board");
    if (held !== undefined) goToNote(app, held);
  });
}
