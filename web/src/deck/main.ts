// Beside the boards: cards of real commons to project and to read, what other groups report, and summaries.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { attachGuide } from "./guide";
import { attachKit } from "./kit";
import { fetchLibrary } from "./library";
import { attachPool } from "./pool";
import { attachReading } from "./reading";
import { attachSummaries } from "./summary";
import { attachVisits } from "./visit";

export function attach(app: Atelier, view: BoardView): void {
  const visits = attachVisits(app);
  attachSummaries(app, visits);
  attachPool(app, view);
  attachReading(app);
  attachGuide(app);
  attachKit(app, view);
  void fetchLibrary(app.data.base).then(() => {
    app.emit("library");
    document.documentElement.dataset.deck = "ready";
  });
}
