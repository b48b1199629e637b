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
  app.headTools.push(() => (album.here.length + album.waiting > 0 ? button : null));
  const entry = document.getElementById("open-photos");
  let counted = "";
  let shown = false;
  const count = () => {
    const n = album.here.length;
    const { waiting } = album;
    const now = `${n} ${waiting} ${album.stuck}`;
    if (now === counted) return;
    const appears = shown !== n + waiting > 0;
    shown = n + waiting > 0;
    counted = now;
    const there = tn("{n} photo sur ce support", "{n} photos sur ce support", n);
    const away = tn("{n} photo pas encore envoyée", "{n} photos pas encore envoyées", waiting);
    button.replaceChildren(
      icon(album.stuck ? "cloud-off" : "camera", 17),
      waiting > 0 ? `${n > 0 ? `${n} ` : ""}+ ${waiting}` : String(n),
    );
    button.classList.toggle("waits", album.stuck);
    button.title = waiting > 0 ? away : "";
    button.setAttribute("aria-label", waiting > 0 ? `${there}, ${away}` : there);
    if (entry) entry.textContent = n > 0 ? t("Photos du support ({n})", { n }) : t("Photos du support");
    if (appears && app.view === "board") whenCalm(app, () => view.rename());
  };

  // nothing keeps them once the page is gone
  addEventListener("beforeunload", (event) => {
    if (album.waiting > 0) event.preventDefault();
  });

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
    if (back) album.resume();
    soon();
  });
  count();
  arrive(app, view);
}
