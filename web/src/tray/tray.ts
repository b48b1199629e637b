// « À reporter »: notes of the sheets that feed the canvas, until somebody has decided on each.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";

export function attachTray(_app: Atelier, _view: BoardView): void {}
