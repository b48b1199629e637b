// The canvases: zones that are drawn their own way, and the tray of notes to carry over.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { attachTray } from "../tray/tray";
import { attachEconomic } from "./economic";
import { attachGovernance } from "./governance";

export function attach(app: Atelier, view: BoardView): void {
  attachGovernance(app, view);
  attachEconomic(app, view);
  attachTray(app, view);
  app.emit("board"); // zones are drawn already
}
