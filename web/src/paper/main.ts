// Paper in the room: photos of sheets on their board, notes typed from paper, and the way from a printed code to
// its zone.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { whenCalm } from "../board/later";
import { t, tn } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { Album } from "./album";
import { arrive } from "./arrive";
import { Panel } from "./panel";
import { Transcription } from "./transcribe";

export function attach(app: Atelier, view: BoardView): void {
  let frame = 0;
  const soon = () => {
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0;
        panel.draw();
        transcription.draw();
        count();
      });
  };
  const album = new Album(app, soon);
  const panel = new Panel(app, album);
  const transcription = new Transcription(app, album);

  /** In the head of the board, while it has any. */
  const button = make("button", { class: "btn sm photocount", type: "button" });
  button.addEventListener("click", () => panel.open());
  app.headTools.push(() => (album.here.length > 0 ? button : null));
  const entry = document.getElementById("open-photos");
  let counted = -1;
  const count = () => {
    const n = album.here.length;
    if (n === counted) return;
    const appears = counted <= 0 !== n <= 0;
    counted = n;
    button.replaceChildren(icon("camera", 17), String(n));
    button.setAttribute("aria-label", tn("{n} photo sur ce support", "{n} photos sur ce support", n));
    if (entry) entry.textContent = n > 0 ? t("Photos du support ({n})", { n }) : t("Photos du support");
    if (appears && app.view === "board") whenCalm(app, () => view.rename());
  };

  // a file that is dropped on the page would replace it in the browser
  const board = document.getElementById("main");
  board?.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  board?.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    panel.receive(files);
  });

  app.on("photos", soon);
  app.on("board", soon);
  app.on("workshop", soon);
  app.on("notice", soon);
  app.on("open-photos", () => {
    void album.refresh();
    panel.open();
  });
  app.on("open-transcription", () => {
    void album.refresh();
    transcription.open();
  });
  app.on("open-pdf", () => {
    const { workshop, board, data } = app;
    const asked = new URLSearchParams({ room: app.roomOf(board), board, language: data.language });
    const link = make("a", {
      href: `${data.base}/api/workshops/${workshop.id}/export.pdf?${asked}`,
      download: true,
      hidden: true,
    });
    document.body.append(link);
    link.click();
    link.remove();
  });
  let { online } = app.connection;
  app.on("link", () => {
    const back = app.connection.online && !online;
    online = app.connection.online;
    // where the last photo went meanwhile, nothing is told
    if (back && app.photos.has(app.roomOf(app.board))) void album.refresh();
    soon();
  });
  count();
  arrive(app, view);
}
