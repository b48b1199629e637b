// What is saved, waiting or lost: one sentence in one place, and a dashed edge on the notes that wait.

import { type SaveState, saveState } from "../model/save-state";
import { t, tn } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { copyNotes } from "./copy-notes";

/** How long the return is told, unless something happens. */
const BACK_MS = 15_000;

export interface Words {
  lead: string;
  rest: string;
  icon: string;
  /** For the style sheet, and for tests. */
  state: SaveState["kind"] | "back";
}

export function saveWords(state: SaveState): Words {
  const words = (lead: string, picture: string, rest = ""): Words => ({
    lead,
    rest,
    icon: picture,
    state: state.kind,
  });
  switch (state.kind) {
    case "joining":
      return words(t("Connexion…"), "loader");
    case "saved":
      return words(t("Enregistré"), "cloud-check");
    case "sent":
      return words(t("Transmis"), "cloud-check");
    case "saving":
      return words(t("Enregistrement…"), "loader");
    case "offline":
      return words(
        t("Hors ligne."),
        "cloud-off",
        state.notes === 0
          ? t("Continuez, tout partira au retour.")
          : tn(
              "Continuez, {n} note partira au retour.",
              "Continuez, {n} notes partiront au retour.",
              state.notes,
            ),
      );
    case "unreachable":
      return words(t("Le serveur ne répond pas."), "alert-triangle", t("Gardez cette page ouverte."));
    case "ended":
      // why is in the notice: here is room for two words
      return words(t("Accès terminé"), "cloud-off");
  }
}

/** What has arrived, and what others made meanwhile. */
export function backWords(own: number, others: number): Words {
  const parts: string[] = [];
  if (own > 0) parts.push(tn("Votre note est arrivée", "Vos {n} notes sont arrivées", own));
  if (others > 0) parts.push(tn("{n} nouvelle autour de vous", "{n} nouvelles autour de vous", others));
  const rest = parts.length > 0 ? `${parts.join(", ")}.` : "";
  return { lead: t("De retour."), rest, icon: "cloud-check", state: "back" };
}

/** Keep the places that say it right. Gives the call that looks again. */
export function attachSave(app: Atelier, view: BoardView, hosts: readonly HTMLElement[]): () => void {
  let back: { own: number; others: number; at: number } | null = null;
  let wasLost = false;

  const draw = () => {
    const state = saveState(
      app.rooms.map((room) => ({
        online: room.online && room.joined, // before the content is here nothing can be written
        ended: room.closedFor !== null,
        pending: room.pending,
        notes: room.pendingNotes,
        since: room.oldestPendingAt,
        lostAt: room.lostAt,
        durability: room.durability,
      })),
      Date.now(),
    );
    const good = state.kind === "saved" || state.kind === "sent";
    if (back !== null && Date.now() - back.at > BACK_MS) back = null;
    const words = good && back !== null ? backWords(back.own, back.others) : saveWords(state);
    for (const host of hosts) write(app, host, words);
    const lost = state.kind === "offline" || state.kind === "unreachable";
    if (lost) back = null;
    if (lost && !wasLost) app.announcer.interrupt(`${words.lead} ${words.rest}`);
    wasLost = lost;
    markWaiting(app, view, good ? [] : app.rooms.flatMap((room) => room.pendingIds));
  };

  app.onReturned = (own, others) => {
    // every room comes back by itself: one sentence for all of them
    back = { own: own + (back?.own ?? 0), others: others + (back?.others ?? 0), at: Date.now() };
    const { lead, rest } = backWords(back.own, back.others);
    app.announcer.say(`${lead} ${rest}`.trim());
    if (back.own + back.others === 0) back = null;
    draw();
  };
  app.onChanges(({ mine }) => {
    if (mine) back = null;
  });
  app.on("board", draw); // possibly a room that is not joined yet
  app.on("placed", () => {
    for (const item of view.host.querySelectorAll<HTMLElement>("li.note.pending"))
      if (!app.waiting.has(item.dataset.id ?? "")) item.classList.remove("pending");
    for (const id of app.waiting) view.item(id)?.classList.add("pending");
  });
  app.noteMarks.push((note) => (app.waiting.has(note.id) ? waitingMark() : null));
  app.noteWords.push((note) => (app.waiting.has(note.id) ? t("pas encore enregistrée") : null));
  return draw;
}

function write(app: Atelier, host: HTMLElement, { lead, rest, icon: picture, state }: Words): void {
  const said = `${state} ${lead} ${rest}`;
  if (host.dataset.said === said) return;
  host.dataset.said = said;
  host.dataset.state = state;
  const words = make("span", {}, make("b", {}, lead));
  if (rest !== "") words.append(` ${rest}`);
  if (state === "unreachable") {
    const copy = make("button", { type: "button", class: "textlink" }, t("Copier mes notes"));
    copy.addEventListener("click", () => copyNotes(app));
    words.append(" ", copy);
  }
  host.replaceChildren(icon(picture, 18), words);
}

/** Notes that wait have a dashed edge, on the board and in the list. */
function markWaiting(app: Atelier, view: BoardView, ids: readonly string[]): void {
  const now = new Set(ids);
  const changed = [...now, ...app.waiting].filter((id) => now.has(id) !== app.waiting.has(id));
  if (changed.length === 0) return;
  app.waiting = now;
  view.touch(changed);
  app.emit("waiting");
}

export function waitingMark(): HTMLElement {
  return make("span", { class: "waits" }, icon("cloud-upload", 13), t("en attente"));
}
