// « Joris a supprimé cette note. Rétablir »: told to its author, and to whoever was writing in it.

import type { Note } from "../model/page";
import { t, tn } from "../ui/i18n";
import type { Atelier } from "./atelier";

/** A deletion carries no name: who deletes says so in their presence, which may come a moment later. */
const NAME_MS = 1_500;
const MOST_TOLD = 40;

/** `leave` ends the writing in a note and gives what stood in its field, if somebody was writing. */
export function attachDeleted(app: Atelier, leave: () => string | null): void {
  const gone = new Map<string, { note: Note; by: string | null }>();
  const unnamed = new Set<string>();
  let writing: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let mineGone: string[] = [];

  app.onChanges(({ document, changes, mine }) => {
    const removed = changes.flatMap(({ before, after }) =>
      before !== null && after === null ? [before] : [],
    );
    for (const { id, after } of changes)
      if (after !== null && gone.delete(id)) {
        unnamed.delete(id);
        tell();
      }
    if (removed.length === 0) return;
    if (mine) {
      mineGone = [...mineGone, ...removed.map((note) => note.id)].slice(-MOST_TOLD);
      app.share({ removed: mineGone });
      return;
    }
    for (const note of removed) {
      const open = app.editing === note.id && document === app.document;
      const text = open ? (leave() ?? note.text) : note.text;
      if (text.trim() === "" || (note.by !== app.data.person.id && !open)) continue;
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
  app.on("presence", () => {
    if (unnamed.size > 0) name();
  });

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
    const back = [...gone.values()].filter(({ note }) => app.documentOf(note.board)?.note(note.id) === null);
    for (const { note } of back) {
      const document = app.documentOf(note.board);
      document?.together(() => document.add(note));
    }
    gone.clear();
    writing = null;
    app.dismiss(app.noticeAbout("deleted"));
    const [first] = back;
    if (first?.note.board === app.board) app.select(first.note.id);
    app.announcer.say(tn("{n} note rétablie.", "{n} notes rétablies.", back.length));
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
    const there = app.noticeAbout("deleted");
    const text = there?.writing ?? open?.note.text;
    if (open && text !== undefined) open.note = { ...open.note, text };
    app.notify(open ? `${sentence} ${t("Votre texte est gardé ici.")}` : sentence, {
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
