// Silent and anonymous writing as people see it: own drafts with an eye, those of others as blanks and numbers, a
// band that says who will reveal them; and when a note that belongs to nobody is shown.

import { html, nothing, render } from "lit";
import { hiddenAt, type Waiting, waitingOf } from "../model/hidden";
import type { Note } from "../model/page";
import { reason } from "../sync/reasons";
import { holdsWords } from "../sync/words";
import { t, tn, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { picture } from "../ui/picture";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { mayReveal, reveal } from "./silent-menu";
import { describe } from "./zone-state";

/** More blanks than this are a number. */
const MOST_BLANKS = 8;

const told = new WeakMap<Atelier, Map<string, Map<string, Waiting>>>();

/** Notes of others that wait in a zone of the current board, and of how many people. */
function waitingIn(app: Atelier, zone: string): Waiting {
  const there = told.get(app)?.get(app.connection.room)?.get(`${app.board} ${zone}`);
  return there ?? { notes: 0, people: 0, of: 0 };
}

function ownIn(app: Atelier, zone: string): number {
  const notes = app.notesByZone().get(zone) ?? [];
  return notes.filter((note) => note.hidden && holdsWords(note)).length;
}

/** How many notes in a zone are hidden from this person. */
function blanksIn(app: Atelier, zone: string): number {
  return Math.max(0, waitingIn(app, zone).notes - ownIn(app, zone));
}

const blankWords = (count: number) =>
  tn("{n} note d'une autre personne, cachée", "{n} notes d'autres personnes, cachées", count);

/** What the list says of a zone with hidden notes. */
export function hiddenLine(app: Atelier, zone: string) {
  const count = blanksIn(app, zone);
  if (count === 0) return nothing;
  return html`<p class="blankline">${picture("eye-off", 16)} ${blankWords(count)}</p>`;
}

/** Why notes may not go there: what all see stays so, what one person sees waits for its reveal. */
export function crosses(app: Atelier, notes: readonly Note[], board: string, zone: string): boolean {
  const hides = app.document?.hides(board, zone) ?? false;
  const elsewhere = notes.filter((note) => note.board !== board || note.zone !== zone);
  const wrong = elsewhere.find((note) => (note.hidden === true) !== hides);
  if (wrong === undefined) return false;
  app.notify(reason(wrong.hidden ? "writing.leaves" : "writing.silent"), { about: "silent" });
  return true;
}

/** Whether some of the notes are drafts; says then that nobody can answer to them yet. */
export function areDrafts(app: Atelier, notes: readonly Note[]): boolean {
  const drafts = notes.some((note) => note.hidden);
  if (drafts) app.notify(t("Cette note n'est encore visible que de vous."), { about: "silent" });
  return drafts;
}

export function attachSilent(app: Atelier, view: BoardView): void {
  const rooms = new Map<string, Map<string, Waiting>>();
  told.set(app, rooms);
  const band = make("div", { class: "silentband" });
  document.getElementById("bands")?.prepend(band);

  app.noteMarks.push((note) => (note.hidden ? ownMark() : null));
  app.noteWords.push((note) => (note.hidden ? t("visible de vous seulement") : null));

  const blanks = () => {
    for (const zone of app.template.zones) {
      const section = view.section(zone.id);
      if (section) drawBlanks(section, blanksIn(app, zone.id));
    }
  };
  const draw = () => {
    if (app.view === "board") blanks();
    render(bandOf(app), band);
    leaveWritten(app);
  };
  let before = places(app);
  app.on("workshop", () => {
    const now = places(app);
    if ([...before.silent].some((place) => !now.silent.has(place)))
      app.announcer.say(t("Les notes écrites en silence sont révélées."));
    else if ([...now.silent].some((place) => !before.silent.has(place)))
      app.announcer.say(t("Écriture silencieuse : vous ne voyez que vos notes."));
    before = now;
    draw();
  });
  for (const what of ["board", "joined", "placed", "notes", "selection", "link"] as const) app.on(what, draw);
  app.onEvent("hidden", (event, room) => {
    rooms.set(room, waitingOf(event.zones));
    draw();
    app.emit("drafts");
  });
  draw();
}

/** Where writing is silent now, to notice when that changes. */
function places(app: Atelier): { silent: ReadonlySet<string> } {
  const silent = new Set<string>(app.workshop.silent ? ["*"] : []);
  for (const [board, state] of Object.entries(app.workshop.boards)) {
    if (state.silent) silent.add(board);
    for (const zone of state.silent_zones ?? []) silent.add(`${board} ${zone}`);
  }
  return { silent };
}

/** Notes that belong to nobody are shown once their author is somewhere else. */
function leaveWritten(app: Atelier): void {
  // a dialog may be open on one of them
  if (document.querySelector("dialog[open]") !== null) return;
  for (const { document: room, drafts } of app.rooms) {
    if (room === null) continue;
    const left = room.draftIds().filter((id) => {
      const note = room.draft(id);
      if (note === null || id === app.editing || drafts.isLeaving(id) || !holdsWords(note)) return false;
      return !hiddenAt(app.workshop, note.board, note.zone).silent;
    });
    drafts.leave(left);
  }
}

function drawBlanks(section: HTMLElement, count: number): void {
  const there = section.querySelector<HTMLElement>(":scope > .blanks");
  if (Number(there?.dataset.count ?? 0) === count) return;
  there?.remove();
  section.querySelector(":scope > .blankwords")?.remove();
  section.classList.toggle("hasblanks", count > 0);
  if (count > 0) {
    const id = `blanks-${section.dataset.zone}`;
    section.append(make("p", { class: "sr blankwords", id }, blankWords(count)));
  }
  describe(section);
  if (count === 0) return;
  const host = make("div", { class: "blanks", "aria-hidden": "true", "data-count": count });
  for (let n = 0; n < Math.min(count, MOST_BLANKS); n++)
    host.append(make("span", { class: "blank" }, make("i", {}, icon("eye-off", 16))));
  if (count > MOST_BLANKS) host.append(make("b", { class: "blankmore" }, `+ ${count - MOST_BLANKS}`));
  section.append(host);
}

function ownMark(): HTMLElement {
  const words = t("Visible de vous seulement");
  return make("span", { class: "ownonly", title: words }, icon("eye", 14));
}

// -- the band ---------------------------------------------------------------------------------------

function bandOf(app: Atelier) {
  const zones = app.template.zones;
  const silent = zones.filter((zone) => hiddenAt(app.workshop, app.board, zone.id).silent);
  const anonymous = zones.filter((zone) => hiddenAt(app.workshop, app.board, zone.id).anonymous);
  if (silent.length + anonymous.length === 0) return nothing;
  const those = silent.length > 0 ? silent : anonymous;
  const [one] = those;
  const where =
    those.length === zones.length
      ? t("sur ce support")
      : those.length === 1 && one
        ? t("dans « {zone} »", { zone: typo(one.title) })
        : t("dans {n} zones", { n: those.length });
  const lead = silent.length > 0 ? t("Écriture silencieuse") : t("Notes anonymes");
  const numbers = those.map((zone) => waitingIn(app, zone.id));
  const notes = numbers.reduce((sum, one) => sum + one.notes, 0);
  const people = Math.max(0, ...numbers.map((one) => one.people));
  const of = Math.max(0, ...numbers.map((one) => one.of));
  return html`<div class="band silence" role="note">
    ${picture("eye-off", 19)}
    <p class="grow"><b>${lead}</b> ${where}. ${words(app, silent.length > 0, anonymous.length > 0)}</p>
    ${
      silent.length > 0 && notes > 0
        ? html`<span class="written"><progress aria-hidden="true" max=${Math.max(1, of)} .value=${people}></progress>
          <b>${tn("{people} sur {of} a écrit", "{people} sur {of} ont écrit", people, { people, of })}, ${tn("{n} note", "{n} notes", notes)}</b></span>`
        : nothing
    }
    ${
      silent.length > 0 && mayReveal(app)
        ? html`<button type="button" class="btn sm" @click=${() => reveal(app, silent.length === 1 ? (one?.id ?? null) : null)}>${picture("eye", 16)}${t("Révéler")}</button>`
        : nothing
    }
  </div>`;
}

function words(app: Atelier, silent: boolean, anonymous: boolean): string {
  const parts: string[] = [];
  if (silent && app.leads) parts.push(t("Chaque personne ne voit que ses notes, vous aussi."));
  else if (silent) {
    const [leader] = app.workshop.people.filter((person) => person.role === "facilitator");
    parts.push(
      leader
        ? t("Vous ne voyez que vos notes ; {name} les révélera toutes en même temps.", { name: leader.name })
        : t("Vous ne voyez que vos notes ; l'animation les révélera toutes en même temps."),
    );
  }
  if (anonymous && silent) parts.push(t("Elles seront sans nom."));
  else if (anonymous) parts.push(t("Aucun nom n'est gardé ; une note paraît quand vous la quittez."));
  return parts.join(" ");
}
