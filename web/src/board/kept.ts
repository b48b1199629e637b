// What the server did not take, or what a lock stopped in the middle: the text is kept apart, across reloads
// too, and can be put back when its zone is open.

import type { Closed } from "../model/closed";
import { type Draft, readDrafts, withDraft } from "../model/drafts";
import type { Note } from "../model/page";
import { reason } from "../sync/reasons";
import { otherFields, wordsOf } from "../sync/words";
import { t, tn } from "../ui/i18n";
import { newId } from "./actions";
import type { Atelier } from "./atelier";
import { closedLine } from "./zone-state";

const ABOUT = "kept";
/** Refusals that end when facilitation opens something. */
const LOCKS = new Set(["board.locked", "room.frozen", "recto.not_yours", "role.read_only"]);
/** Refusals that were about how one writes there: as a note of one's own it may be taken. */
const OTHERWISE = new Set(["writing.silent", "writing.leaves", "writing.revealed", "writing.elsewhere"]);
/** Refusals of a moment: the same text may be taken now. */
const PASSING = new Set(["lineage", "store.went_back", "update.gap", "update.reference", "note.contested"]);
const GONE = 4410;

/** `leave` ends the writing in a note and gives what stood in its field, if somebody was writing. */
export function attachKept(app: Atelier, leave: () => string | null): void {
  const place = `tablee-kept-${app.data.workshop.id}-${app.data.person.id}`;
  let drafts = readDrafts(stored(place));
  /** The one that somebody goes on writing, in the notice. */
  let writing: string | null = null;

  const keep = (next: Draft[]) => {
    drafts = next;
    try {
      if (drafts.length > 0) localStorage.setItem(place, JSON.stringify(drafts));
      else localStorage.removeItem(place);
    } catch {
      // no room left in this browser: the notice holds them as long as the page lives
    }
  };
  const forget = () => {
    writing = null;
    keep([]);
  };
  const isOpen = ({ note, why }: Draft) =>
    LOCKS.has(why) || OTHERWISE.has(why) ? app.closed(note.zone, note.board) === null : PASSING.has(why);
  const mayReturn = () =>
    drafts.length > 0 && app.mayWrite && drafts.every((draft) => isOpen(draft) && documentOf(draft) !== null);
  const documentOf = ({ note }: Draft) =>
    app.templateOf(note.board) === undefined ? null : app.documentOf(note.board);

  const putBack = () => {
    const left = drafts.filter((draft) => !restoreText(app, draft.note));
    const count = drafts.length - left.length;
    if (!left.some((draft) => draft.note.id === writing)) writing = null;
    keep(left);
    const [first] = left;
    const lock = first ? app.closed(first.note.zone, first.note.board) : null;
    if (lock !== null) show(lockedWords(app, lock, left.length));
    else if (first) show(t("Ce texte n'avait pas été enregistré. Il est gardé ici."));
    else app.dismiss(app.noticeAbout(ABOUT));
    if (count > 0)
      app.announcer.say(tn("{n} texte remis sur le support.", "{n} textes remis sur le support.", count));
  };

  let offered = false;
  const show = (sentence: string) => {
    offered = mayReturn();
    const going = drafts.find((draft) => draft.note.id === writing);
    app.notify(sentence, {
      about: ABOUT,
      copies: drafts.filter((draft) => draft !== going).map((draft) => wordsOf(draft.note)),
      ...(going && { writing: going.note.text }),
      ...(offered && { actions: [{ label: t("Remettre sur le support"), act: putBack }] }),
      typed: (text) =>
        keep(drafts.map((one) => (one.note.id === writing ? { ...one, note: { ...one.note, text } } : one))),
      closed: forget,
    });
  };

  /** What is being written goes on in the notice, without losing a letter: they would become shortcuts. */
  const takeOver = (why: string): boolean => {
    const note = app.note(app.editing);
    const text = leave();
    if (note === null || text === null || text.trim() === "") return false;
    writing = note.id;
    keep(withDraft(drafts, { note: { ...note, text }, why }));
    return true;
  };

  app.onRestarting = () => {
    if (!takeOver("lineage")) return;
    show(t("Ce changement n'a pas été accepté. Votre texte est gardé ici."));
  };

  app.onRefused = (why, notes) => {
    const own = notes.map((note) => note.id);
    if (app.editing !== null && own.includes(app.editing)) takeOver(why);
    keep(drafts.map((draft) => (own.includes(draft.note.id) ? { ...draft, why } : draft)));
    for (const note of notes) keep(withDraft(drafts, { note, why }));
    if (writing !== null)
      keep(drafts.map((draft) => (draft.note.id === writing ? { ...draft, why } : draft)));
    const [first] = notes.length > 0 ? notes : drafts.map((draft) => draft.note);
    const lock = first && LOCKS.has(why) ? app.closed(first.zone, first.board) : null;
    if (lock !== null) show(lockedWords(app, lock, drafts.length));
    else if (drafts.length > 0)
      show(`${reason(why)} ${t("Ce changement n'a pas été accepté. Votre texte est gardé ici.")}`);
    else
      app.notify(
        `${reason(why)} ${t("Ce changement n'a pas été accepté. Le support est revenu à ce que voit votre groupe.")}`,
      );
  };

  const look = () => {
    if (app.connection.closedFor === GONE) forget();
    const note = app.note(app.editing);
    const lock = note && app.closed(note.zone, note.board);
    if (lock !== null) {
      takeOver("board.locked");
      show(lockedWords(app, lock, drafts.length));
      return;
    }
    if (drafts.length === 0 || offered === mayReturn()) return;
    if (!offered)
      show(
        drafts.some((draft) => LOCKS.has(draft.why))
          ? t("La zone est de nouveau ouverte. Votre texte vous attend.")
          : t("Ce texte n'avait pas été enregistré. Il est gardé ici."),
      );
    else {
      const [draft] = drafts as [Draft];
      show(lockedWords(app, app.closed(draft.note.zone, draft.note.board), drafts.length));
    }
  };
  app.on("workshop", look);
  app.on("joined", look);
  app.on("link", () => {
    if (app.connection.closedFor === GONE) forget();
  });
  if (drafts.length > 0) show(t("Ce texte n'avait pas été enregistré. Il est gardé ici."));
}

function stored(place: string): string | null {
  try {
    return localStorage.getItem(place);
  } catch {
    return null;
  }
}

function lockedWords(app: Atelier, closed: Closed | null, drafts: number): string {
  const name = app.person(closed?.by ?? null)?.name;
  const locked =
    closed?.what === "recto"
      ? t("Pendant ce temps individuel, chacun écrit sur sa propre fiche.")
      : closed?.what === "reading" || closed?.what === "over"
        ? `${closedLine(app, closed)}.`
        : name === undefined
          ? t("La zone est verrouillée.")
          : t("{name} a verrouillé la zone.", { name });
  if (drafts === 0) return locked;
  const kept =
    drafts === 1 ? t("Votre note en cours est gardée à part.") : t("Vos notes en cours sont gardées à part.");
  return `${locked} ${kept}`;
}

/**
 * Into its note when nothing that others wrote would go, else as a note of its own. False when it cannot be
 * put anywhere now.
 */
export function restoreText(app: Atelier, draft: Note): boolean {
  const document = app.documentOf(draft.board);
  if (document === null || !app.mayWrite || app.closed(draft.zone, draft.board) !== null) return false;
  const there = document.note(draft.id);
  const others = there === null ? [] : otherFields(there, draft);
  if (there?.text === draft.text && others.length === 0) return true;
  const goesOn = (now: unknown, wanted: unknown) =>
    now === undefined || (typeof wanted === "string" && typeof now === "string" && wanted.startsWith(now));
  const values: Record<string, unknown> = {};
  // where writing is silent what all see stays as it is
  const silent = there?.hidden !== true && document.hides(draft.board, draft.zone);
  let fits = there !== null && !silent && app.mayChange(there) && draft.text.startsWith(there.text);
  for (const name of others) {
    const [now, wanted] = [there?.fields?.[name], draft.fields?.[name]];
    if (wanted === undefined) continue; // others' own
    // a number or a choice was what was refused when the text is as it was; words of others stay as they are
    if (goesOn(now, wanted) || (typeof now !== "string" && there?.text === draft.text)) values[name] = wanted;
    else if (typeof now === "string") fits = false;
  }
  document.together(() => {
    if (fits) {
      document.retype(draft.id, draft.text);
      document.setFields(draft.id, values);
      return;
    }
    const { locked, cluster, hidden, ...rest } = draft;
    const at = Math.round(Date.now() + app.connection.clockOffset);
    document.add({ ...rest, id: newId(), by: app.data.person.id, at });
  });
  return true;
}
