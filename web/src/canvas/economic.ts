// The zones of the economic canvas.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";

export function attachEconomic(_app: Atelier, _view: BoardView): void {}
