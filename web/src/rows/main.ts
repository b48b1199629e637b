// What single zones have besides notes: gauges, marks of needs, the table of resources, natures of obstacles.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { whenCalm } from "../board/later";
import { pollsOf } from "../model/polls";
import { attachAids } from "./aids";
import { attachAsked } from "./asked";
import { attachFounding, foundingPanel, partnershipPanel } from "./founding";
import { gaugesPanel } from "./gauges";
import { needsPanel } from "./needs";
import { obstaclesPanel } from "./obstacles";
import { type Panel, panelPart, redraw } from "./panel";
import { resourcesPanel } from "./resources";

export function attach(app: Atelier, view: BoardView): void {
  const [gauges, needs] = [gaugesPanel(app), needsPanel(app)];
  const [resources, obstacles] = [resourcesPanel(app), obstaclesPanel(app)];
  const zones: Readonly<Record<string, readonly Panel[]>> = {
    "sheet1.recto.literacy": [gauges],
    "sheet1.recto.assets": [resources],
    "sheet1.verso.commons": [foundingPanel()],
    "sheet1.verso.need": [needs],
    "sheet1.verso.maturity": [gauges, obstacles],
    "sheet1.verso.resources": [resources],
    "sheet2.verso.rules": [partnershipPanel(app)],
    "sheet3.recto.improvements": [obstacles],
    "sheet3.verso.improvements": [obstacles],
    "governance.needs": [needs],
    "governance.resources": [resources],
    "governance.watch": [obstacles],
    "economic.needs": [needs],
  };
  // another part may draw one of these zones, and come later
  const put = () => {
    for (const [address, panels] of Object.entries(zones)) {
      const there = app.zoneParts.get(address);
      if (there === undefined || !mine.has(there)) {
        const part = panelPart(app, panels, there);
        mine.add(part);
        app.zoneParts.set(address, part);
      }
    }
  };
  const mine = new WeakSet<object>();
  put();
  app.on("board", put);
  attachAids(app);
  attachAsked(app);
  attachFounding(app);
  pollsOf(app).on(() => {
    redraw();
    app.emit("votes"); // the list
  });
  if (app.view === "board") whenCalm(app, () => view.refill());
  app.emit("votes");
}
