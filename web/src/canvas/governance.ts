// The zones of the governance canvas.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";

export function attachGovernance(_app: Atelier, _view: BoardView): void {}
