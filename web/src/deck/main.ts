// The immersion: cards of real commons, to project and to read.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";

export function attach(_app: Atelier, _view: BoardView): void {}
