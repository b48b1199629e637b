// « D'où vient cette note »: each source of a note, what it says now, and the way to it.

import type { Atelier } from "../board/atelier";
import { goToNote, WANTED } from "../board/trace";
import { keyOf, type Row } from "../model/harvest";
import { type Note, type Origin, roomKind } from "../model/page";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { stateOf } from "./state";
import { sourceName } from "./words";

interface Found {
  origin: Origin;
  /** The note as it is now; null when it is not known, or gone. */
  now: { text: string; by: string | null; board: string } | null;
  state: "same" | "changed" | "removed" | "unknown";
  row: Row | null;
}

export function openTrace(app: Atelier, id: string, opener: HTMLElement): void {
  const note = app.note(id);
  if (note === null) return;
  const state = stateOf(app);
  if (roomKind(note.board, app.workshop) !== "exploration") state.ask();
  const close = make("button", { type: "submit", class: "btn" }, t("Fermer"));
  let then: (() => void) | null = null;
  const leads = (button: HTMLButtonElement, act: () => void) =>
    button.addEventListener("click", () => {
      then = act;
    });
  const list = make("ul", { class: "sources" });
  const draw = () =>
    list.replaceChildren(
      ...(note.origin ?? []).map((origin) => line(app, note, find(app, note, origin), leads)),
    );
  const dialog = make(
    "dialog",
    { class: "dialog", "aria-labelledby": "trace-title" },
    make(
      "form",
      { method: "dialog" },
      make("h2", { id: "trace-title" }, t("D'où vient cette note")),
      list,
      make("div", { class: "row actions" }, close),
    ),
  );
  draw();
  // what the rooms of the sheets hold may still be on its way
  const off = app.onEvent("harvest", () => requestAnimationFrame(draw));
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    off();
    dialog.remove();
    if (then !== null) then();
    else if (opener.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector<HTMLElement>("button.source") ?? close).focus();
}

function find(app: Atelier, note: Note, origin: Origin): Found {
  const kind = roomKind(note.board, app.workshop);
  // raised on a sheet: both are in the same room
  const beside = app.note(origin.note);
  if (kind === "exploration")
    return { origin, now: beside, state: beside === null ? "removed" : "same", row: null };
  // where it lay on a group's own canvas, before all were brought together
  if (roomKind(origin.board, app.workshop) !== "exploration")
    return { origin, now: null, state: "unknown", row: null };
  const home = kind === "plenary" ? "-" : app.data.group;
  const group = origin.group ?? home;
  const state = stateOf(app);
  const row = state.row(keyOf(group, origin.note));
  if (row !== null) {
    const changed = origin.hash !== undefined && origin.hash !== row.hash;
    return { origin, now: row, state: changed ? "changed" : "same", row };
  }
  const own = group === app.data.group ? app.documentOf(origin.board) : null;
  const there = own?.note(origin.note) ?? null;
  if (there !== null) return { origin, now: there, state: "same", row: null };
  const known = own !== null || state.harvest(note.board === "economic" ? "economic" : "governance") !== null;
  return { origin, now: null, state: known ? "removed" : "unknown", row: null };
}

function line(
  app: Atelier,
  note: Note,
  found: Found,
  leads: (button: HTMLButtonElement, act: () => void) => void,
): HTMLElement {
  const { origin, now, state, row } = found;
  const place = make("b", {}, sourceName(app, { ...origin, board: now?.board ?? origin.board }));
  const author = app.authorName((now?.by ?? origin.by) || null);
  const gone = state === "removed";
  const words = gone
    ? [make("span", { class: "tstate" }, icon("trash", 14), t("source retirée"))]
    : [make("span", {}, now?.text.trim() || t("vide")), make("span", { class: "soft" }, author)];
  // of a source that changed, both texts follow
  if (state === "unknown" || (state === "changed" && row !== null)) words.shift();
  const way =
    gone || app.templateOf(origin.board)?.sheet == null
      ? null
      : wayTo(app, { ...origin, board: now?.board ?? origin.board });
  const body =
    way === null
      ? make("div", { class: gone ? "gone" : "stays" }, place, ...words)
      : make("button", { type: "submit", class: "source" }, place, ...words);
  if (way !== null) leads(body as HTMLButtonElement, way);
  else if (!gone && origin.board.startsWith("sheet"))
    body.append(make("span", { class: "soft" }, t("Visible quand ce groupe restitue.")));
  const item = make("li", {}, body);
  if (state === "changed" && row !== null) item.append(changed(app, note, row, leads));
  return item;
}

/** Both texts, and the new one for the asking: nothing follows a source by itself. */
function changed(
  app: Atelier,
  note: Note,
  row: Row,
  leads: (button: HTMLButtonElement, act: () => void) => void,
): HTMLElement {
  const box = make(
    "div",
    { class: "tchanged" },
    make("p", { class: "tstate" }, icon("refresh", 14), t("La source a changé depuis.")),
    make(
      "dl",
      {},
      make("dt", {}, t("Sur le canevas")),
      make("dd", {}, note.text),
      make("dt", {}, t("Sur la fiche")),
      make("dd", {}, row.text),
    ),
  );
  if ((note.origin?.length ?? 0) > 1 || !app.mayChange(note) || note.text === row.text) return box;
  const take = make("button", { type: "submit", class: "btn sm" }, t("Reprendre le nouveau texte"));
  leads(take, () => {
    const document = app.documentOf(note.board);
    const fresh = document?.note(note.id);
    if (!document || !fresh) return;
    document.together(() => {
      document.retype(note.id, row.text);
      document.set(note.id, {
        origin: (fresh.origin ?? []).map((one) => (one.note === row.note ? { ...one, hash: row.hash } : one)),
      });
    });
    app.announcer.say(t("Le nouveau texte est repris."));
    goToNote(app, note.id);
  });
  box.append(take);
  return box;
}

/** How this person gets to a source; null when its room is not theirs to enter. */
function wayTo(
  app: Atelier,
  { group, board, note }: Pick<Origin, "group" | "board" | "note">,
): (() => void) | null {
  const source = { group: group ?? app.data.group, board, note };
  const may = isOwn(app, source.group) || app.leads || isShown(app, source.group);
  return may ? () => goToSource(app, source) : null;
}

const isOwn = (app: Atelier, group: string) => group === app.data.group || group === "-";

/** Sheets of another group that everybody may read: it reports, or all canvases were brought together. */
function isShown({ workshop }: Atelier, group: string): boolean {
  return (workshop.timer.reporting ?? workshop.shown) === group || (workshop.pooled ?? []).length > 0;
}

/** Show a source where it is; of another group, facilitation goes to that group's table. */
export function goToSource(
  app: Atelier,
  { group, board, note }: Pick<Row, "group" | "board" | "note">,
): void {
  if (!isOwn(app, group)) {
    if (app.leads) {
      sessionStorage.setItem(WANTED, note);
      const query = new URLSearchParams({ group, board });
      location.assign(`${app.data.base}/atelier/${app.workshop.id}?${query}`);
      return;
    }
    if (!isShown(app, group)) {
      app.notify(t("Cette fiche est à la table d'un autre groupe."), { about: "carry" });
      return;
    }
    app.visit(group, board);
  } else if (app.visiting !== null) app.visit(null, board);
  if (document.body.dataset.panel === "tray")
    document.querySelector<HTMLElement>("[data-tab=zones]")?.click();
  if (goToNote(app, note)) return;
  app.show(board); // of another room: it may still be on its way
  const look = () => {
    if (!goToNote(app, note)) app.announcer.say(t("Cette source a été retirée."));
  };
  if (app.connection.joined) {
    look();
    return;
  }
  const off = app.on("joined", () => {
    off();
    look();
  });
}
