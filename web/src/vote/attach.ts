// Puts votes and consent rounds on the page: the panel, its buttons, points at the foot of notes, what is said.

import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { command } from "../board/command";
import { dialogs } from "../board/later";
import { own } from "../model/own";
import type { Note } from "../model/page";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { drawPanel } from "./panel";
import { isVote, pointsIn, type Round } from "./rounds";
import { votingOf } from "./voting";
import { pointWords, titleOf } from "./words";

const TICK_MS = 500;

/** Pages that have asked for a round which is not here yet. */
const opening = new WeakSet<Atelier>();

/** `panel` shows one panel of the page by its name, or none. */
export function attachVote(app: Atelier, view: BoardView, panel: (name: string | null) => void): void {
  const voting = votingOf(app);
  const host = document.getElementById("vote") as HTMLElement;
  const tool = document.getElementById("tool-vote") as HTMLButtonElement;
  const tab = document.querySelector<HTMLElement>("[data-tab=vote]") as HTMLElement;
  let opener: HTMLElement | null = null;

  const isOpen = () => document.body.dataset.panel === "vote";
  const open = (round: Round | null = null) => {
    if (round !== null) voting.chosen = round.id;
    const before = document.activeElement;
    if (!isOpen() && before instanceof HTMLElement && before !== document.body) opener = before;
    panel("vote");
    app.dismiss(app.noticeAbout("vote")); // it led here
    draw();
    host.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  };
  const leave = () => {
    panel(null);
    buttons();
    if (opener?.isConnected && opener.checkVisibility()) opener.focus({ preventScroll: true });
    opener = null;
  };

  const buttons = () => {
    const { rounds, open: running } = voting;
    const label = running.length === 0 ? t("Résultats") : running.some(isVote) ? t("Voter") : t("Répondre");
    tool.hidden = rounds.length === 0;
    tab.hidden = rounds.length === 0;
    tool.querySelector("span")?.replaceChildren(label);
    tool.setAttribute("aria-expanded", String(isOpen()));
    for (const button of [tool, tab]) button.classList.toggle("live", running.length > 0);
    document.body.classList.toggle("voting", rounds.length > 0);
  };

  // -- drawing ----------------------------------------------------------------------------------
  let frame = 0;
  const draw = () => {
    if (voting.rounds.length === 0 && isOpen()) {
      if (host.contains(document.activeElement)) leave();
      else panel(null);
    }
    buttons();
    if (isOpen()) drawPanel(app, host, leave);
    marks();
  };
  const soon = () => {
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
  };

  // -- points at the foot of notes ----------------------------------------------------------------
  let shown = new Map<string, string>();
  /** What a note has: one's own points while a vote is open, then everybody's. */
  const pointsOf = (note: Note): { points: number; own: boolean } | null => {
    const vote = voting.voteOn(note);
    if (vote !== null) {
      const points = pointsIn(voting.ballot(vote), note.id);
      return points > 0 ? { points, own: true } : null;
    }
    for (const round of voting.rounds) {
      const points = isVote(round) ? own(round.totals, note.id) : undefined;
      if (points !== undefined) return { points, own: false };
    }
    return null;
  };
  const marks = () => {
    const now = new Map<string, string>();
    for (const round of voting.rounds) {
      if (!isVote(round)) continue;
      const ids = Object.keys(round.open ? voting.ballot(round) : (round.totals ?? {}));
      for (const id of ids) {
        const note = app.note(id);
        const points = note && pointsOf(note);
        if (points) now.set(id, JSON.stringify(points));
      }
    }
    const changed = [...new Set([...now.keys(), ...shown.keys()])].filter(
      (id) => now.get(id) !== shown.get(id),
    );
    shown = now;
    if (changed.length > 0 && app.view === "board") view.touch(changed);
  };
  const words = (note: Note): string | null => {
    const found = pointsOf(note);
    if (found === null) return null;
    return found.own ? t("{points} de vous", { points: pointWords(found.points) }) : pointWords(found.points);
  };
  app.noteMarks.push((note) => {
    const found = pointsOf(note);
    if (found === null) return null;
    return make(
      "span",
      { class: found.own ? "nmark points own" : "nmark points", title: words(note) ?? "" },
      icon("circle-dot", 14),
      make("span", { "aria-hidden": "true" }, String(found.points)),
      make("span", { class: "sr" }, words(note) ?? ""),
    );
  });
  app.noteWords.push(words);

  // -- what begins and ends -------------------------------------------------------------------------
  let known = new Map(voting.rounds.map((round) => [round.id, round.open]));
  const follow = () => {
    const before = known;
    known = new Map(voting.rounds.map((round) => [round.id, round.open]));
    for (const round of voting.rounds) {
      if (round.open && !before.has(round.id)) begins(round);
      else if (!round.open && before.get(round.id)) ends(round);
    }
    soon();
  };
  const tell = (sentence: string, label: string, round: Round) => {
    app.announcer.say(sentence);
    if (isOpen()) return;
    const notice = app.notify(sentence, {
      good: true,
      about: "vote",
      actions: [
        {
          label,
          act: () => {
            app.dismiss(notice);
            open(round);
          },
        },
      ],
    });
  };
  const begins = (round: Round) => {
    voting.chosen = round.id;
    // another page of who opened it may be in the middle of a note
    if (round.by === app.data.person.id && opening.delete(app)) open(round);
    else if (isVote(round))
      tell(t("Un vote est ouvert : {question}", { question: titleOf(app, round) }), t("Voter"), round);
    else
      tell(
        t("Une proposition attend votre réponse : {proposal}", { proposal: titleOf(app, round) }),
        t("Répondre"),
        round,
      );
  };
  const ends = (round: Round) => {
    const sentence = isVote(round)
      ? t("Le vote est clos : {question}", { question: titleOf(app, round) })
      : t("La proposition est close : {proposal}", { proposal: titleOf(app, round) });
    tell(sentence, t("Voir le résultat"), round);
  };

  tool.addEventListener("click", () => (isOpen() ? leave() : open()));
  tab.addEventListener("click", () => open());
  host.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave();
  });
  document.getElementById("open-around")?.addEventListener("click", soon);
  app.on("workshop", follow);
  app.on("vote", () => open());
  for (const what of ["votes", "link", "joined", "board"]) app.on(what, soon);
  app.onChanges(() => {
    if (isOpen()) soon();
  });
  setInterval(() => {
    if (isOpen() && voting.open.some((round) => round.ends_at !== null)) soon();
  }, TICK_MS);

  document
    .getElementById("open-vote")
    ?.addEventListener(
      "click",
      () => void dialogs(app).then((part) => part?.openVoteDialog({ ...asking(app), board: app.board })),
    );
  document
    .getElementById("open-consent")
    ?.addEventListener("click", () => void dialogs(app).then((part) => part?.openConsentDialog(asking(app))));
  draw();
}

/** From the menus of a zone and of a note. */
export function voteOnZone(app: Atelier, zone: string): void {
  void dialogs(app).then((part) => part?.openVoteDialog({ ...asking(app), board: app.board, zone }));
}

export function askConsentTo(app: Atelier, note: Note): void {
  const asked = { ...asking(app), proposal: note.text, note: note.id };
  void dialogs(app).then((part) => part?.openConsentDialog(asked));
}

function asking(app: Atelier) {
  return {
    workshop: app.workshop,
    templates: app.data.templates,
    group: app.roomOf(app.board) === app.data.rooms.plenary ? null : app.data.group,
    send: async (fields: Record<string, unknown>) => {
      opening.add(app);
      const why = await command(app, fields);
      if (why !== null) opening.delete(app);
      return why;
    },
  };
}
