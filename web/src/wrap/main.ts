// The stock-take: actions, indicators, the commons card, and what people think of the time they spent.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";

export function attach(_app: Atelier, _view: BoardView): void {}
