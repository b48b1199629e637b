// The zones of the governance canvas.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { attachCommittees } from "./committees-zone";
import { attachFeet } from "./feet";
import { attachLegal } from "./legal-zone";
import { attachMap } from "./map/map";
import { attachRules } from "./rules-zone";

export function attachGovernance(app: Atelier, view: BoardView): void {
  attachFeet(app);
  attachMap(app, view);
  attachRules(app, view);
  attachCommittees(app);
  attachLegal(app, view);
}
