// Somebody came with the address of a zone, as a code on paper gives it: the zone is shown, ready to write in.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { whenCalm } from "../board/later";
import { t, typo } from "../ui/i18n";

export function arrive(app: Atelier, view: BoardView): void {
  const { zone } = app.data;
  if (zone === null) return;
  app.data.zone = null;
  const address = new URL(location.href);
  address.searchParams.delete("zone"); // what is shown when the page is loaded again is one's own business
  history.replaceState(null, "", address);
  if (app.board !== app.data.board) return; // they, or facilitation, have gone on
  const there = app.zone(zone);
  if (there === undefined) {
    app.notify(t("La zone de cette adresse n'est pas sur ce support. Le voici en entier."), {
      about: "arrival",
    });
    return;
  }
  const show = () => {
    if (app.board !== app.data.board || app.editing !== null) return;
    app.focusZone(there.id);
    app.announcer.say(t("Zone {title}", { title: typo(there.title) }));
    // a list draws with the next frame
    requestAnimationFrame(() => requestAnimationFrame(() => focus(app, view, there.id)));
  };
  if (app.connection.joined) {
    whenCalm(app, show);
    return;
  }
  const off = app.on("joined", () => {
    off();
    whenCalm(app, show);
  });
}

function focus(app: Atelier, view: BoardView, zone: string): void {
  if (app.view === "board") {
    view.section(zone)?.focus({ preventScroll: true });
    return;
  }
  const list = document.getElementById("list");
  const title = list?.querySelector<HTMLElement>(`#zone-${CSS.escape(zone)}`);
  title?.scrollIntoView({ block: "start" });
  const field = list?.querySelector<HTMLElement>(".cmp input[name=text]");
  (field ?? title)?.focus({ preventScroll: true });
}
