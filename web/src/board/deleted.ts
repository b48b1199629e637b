// « Joris a supprimé cette note. Rétablir »: told to its author, and to whoever was writing in it.

import type { Note } from "../model/page";
import { t, tn } from "../ui/i18n";
import type { Atelier } from "./atelier";
import { hiddenBy, isReturned } from "./hidden-notes";
import { restoreText } from "./kept";
import { refused } from "./zone-state";

/** A deletion carries no name: who deletes says so in their presence, which may come a moment later. */
const NAME_MS = 1_500;
const MOST_TOLD = 40;

/** `leave` ends the writing in a note and gives what stood in its field, if somebody was writing. */
export function attachDeleted(app: Atelier, leave: () => string | null): void {
  const gone = new Map<string, { note: Note; by: string | null; back?: boolean }>();
  const unnamed = new Set<string>();
  let writing: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let mineGone: string[] = [];

  app.onChanges(({ document, changes, mine }) => {
    const removed = changes.flatMap(({ before, after }) =>
      // of drafts others learn nothing, and they come back by undo
      before !== null && !before.hidden && after === null ? [before] : [],
    );
    for (const { id, after } of changes) {
      const one = gone.get(id);
      if (one === undefined || after === null) continue;
      const { text } = one.note;
      // words that were added in the notice are not in the note that came back
      const stays = id === writing && text.trim() !== "" && text !== after.text;
      if (stays && one.back) continue;
      unnamed.delete(id);
      if (stays) one.back = true;
      else gone.delete(id);
      if (!gone.has(writing ?? "")) writing = null;
      tell();
    }
    if (removed.length === 0) return;
    if (mine) {
      mineGone = [...mineGone, ...removed.map((note) => note.id)].slice(-MOST_TOLD);
      app.share({ removed: mineGone });
      return;
    }
    for (const note of removed) {
      const known = gone.get(note.id);
      if (known) {
        known.back = false;
        unnamed.add(note.id);
        continue;
      }
      const open = app.editing === note.id && document === app.document;
      const text = open ? (leave() ?? note.text) : note.text;
      if (text.trim() === "" || (note.by !== app.data.person.id && !open)) continue;
      const by = hiddenBy(note.id);
      if (by !== null) {
        sayHidden({ ...note, text }, by);
        continue;
      }
      if (open) writing = note.id;
      gone.set(note.id, { note: { ...note, text }, by: null });
      unnamed.add(note.id);
    }
    if (unnamed.size === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      unnamed.clear();
      tell();
    }, NAME_MS);
    if (writing !== null) tell();
    name();
  });
  // hidden, not deleted: its words stay here, and only facilitation brings the note back
  app.on("hidden", () => {
    for (const [id, one] of [...gone]) {
      const by = hiddenBy(id);
      if (by === null) continue;
      unnamed.delete(id);
      gone.delete(id);
      if (id === writing) writing = null;
      sayHidden(one.note, by);
    }
    tell();
  });
  app.on("presence", () => {
    if (unnamed.size > 0) name();
  });

  const sayHidden = (note: Note, by: string) => {
    if (isReturned(note.id)) return; // it comes with a word of its own
    const name = app.person(by)?.name ?? t("L'animation");
    app.notify(t("{name} a masqué cette note.", { name }), {
      about: `hidden-${note.id}`,
      copies: [note.text],
    });
  };

  /** Find out from presence who it was. */
  const name = () => {
    for (const state of app.connection.awareness?.getStates().values() ?? []) {
      const said = Array.isArray(state.removed) ? state.removed : [];
      const who: unknown = state.user?.id;
      for (const id of [...unnamed]) {
        const one = gone.get(id);
        if (!one || typeof who !== "string" || !said.includes(id)) continue;
        unnamed.delete(id);
        if (who === app.data.person.id)
          gone.delete(id); // one's own other page
        else one.by = who;
      }
    }
    if (unnamed.size > 0) return;
    clearTimeout(timer);
    tell();
  };

  const restore = () => {
    if (!app.mayWrite) return tell(); // closed since: without the button
    const done: Note[] = [];
    let shut: Note | null = null;
    for (const [id, { note }] of [...gone]) {
      const document = app.documentOf(note.board);
      if (app.closed(note.zone, note.board) !== null) shut = note;
      if (document === null || app.closed(note.zone, note.board) !== null) continue;
      if (document.note(id) === null) document.together(() => document.add(note));
      else restoreText(app, note);
      done.push(note);
      gone.delete(id);
      unnamed.delete(id);
      if (id === writing) writing = null;
    }
    tell();
    if (shut !== null) refused(app, shut.zone, shut.board);
    const [first] = done;
    if (first === undefined) return;
    if (first.board === app.board) app.select(first.id);
    app.announcer.say(tn("{n} note rétablie.", "{n} notes rétablies.", done.length));
  };

  const tell = () => {
    const all = [...gone.values()];
    if (all.length === 0) {
      app.dismiss(app.noticeAbout("deleted"));
      return;
    }
    const names = new Set(all.map(({ by }) => (by === null ? undefined : app.person(by)?.name)));
    const [name] = names.size === 1 ? names : [undefined];
    const sentence =
      name === undefined
        ? tn("Quelqu'un a supprimé cette note.", "{n} de vos notes ont été supprimées.", all.length)
        : tn("{name} a supprimé cette note.", "{name} a supprimé {n} de vos notes.", all.length, { name });
    const open = writing === null ? undefined : gone.get(writing);
    const told = open?.back && all.length === 1 ? t("Cette note est revenue.") : sentence;
    app.notify(open ? `${told} ${t("Votre texte est gardé ici.")}` : told, {
      about: "deleted",
      copies: all.filter((one) => one !== open).map(({ note }) => note.text),
      ...(open && { writing: open.note.text }),
      typed: (words) => {
        if (open) open.note = { ...open.note, text: words };
      },
      ...(app.mayWrite && { actions: [{ label: t("Rétablir"), act: restore }] }),
      closed: () => {
        gone.clear();
        writing = null;
      },
    });
  };
}
