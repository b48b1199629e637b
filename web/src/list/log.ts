// What changes around, as entries: who did what, where and when. Sentences are made when they are shown.

import type { Note } from "../model/page";
import type { NoteChange } from "../sync/contents";
import { t, tn } from "../ui/i18n";
import { inWords } from "../ui/numbers";

export type Act =
  | "added"
  | "wrote"
  | "writing"
  | "moved"
  | "removed"
  | "liked"
  | "commented"
  | "locked"
  | "unlocked"
  | "joined"
  | "left"
  | "step"
  | "started"
  | "stopped"
  | "extended";

export interface Entry {
  /** Entries with the same key are one: the later takes the place of the earlier. */
  key: string;
  act: Act;
  /** Ids of the people, the latest first; empty when nobody knows who. */
  who: readonly string[];
  /** The notes it is about. */
  notes: readonly string[];
  /** Title of the zone, or of the step. */
  place: string;
  /** First words of the note. */
  words: string;
  /** Minutes added to the timer. */
  n?: number;
  at: number;
}

export const MOST_ENTRIES = 50;
const WORDS = 60;

/** The first words of a text, in one line. */
export function firstWords(text: string, most = WORDS): string {
  const line = text.trim().replace(/\s+/g, " ");
  const letters = [...line];
  if (letters.length <= most) return line;
  const cut = letters.slice(0, most).join("");
  const space = cut.lastIndexOf(" ");
  return `${space > most / 2 ? cut.slice(0, space) : cut}…`;
}

/** The entries of one transaction of others: what one person did in one zone at once is one entry. */
export function entriesOf(
  changes: readonly NoteChange[],
  about: {
    me: string;
    /** Who wrote the transaction; null when that is not known. */
    writer: string | null;
    at: number;
    zone(note: Note): string;
    /** People who newly like the note. */
    liked(change: NoteChange): readonly string[];
    /** People who newly commented. */
    commented(change: NoteChange): readonly string[];
  },
): Entry[] {
  const out = new Map<string, Entry>();
  const put = (act: Act, who: string | null, note: Note) => {
    const people = who === null ? [] : [who];
    const place = about.zone(note);
    const group = `${act} ${who ?? ""} ${place}`;
    const there = out.get(group);
    out.set(group, {
      key: there ? `${there.key} ${note.id}` : `${act} ${note.id}`,
      act,
      who: people,
      notes: [...(there?.notes ?? []), note.id],
      place,
      words: there ? "" : firstWords(note.text),
      at: about.at,
    });
  };
  for (const change of changes) {
    const { before, after } = change;
    if (after === null) {
      if (before !== null && before.text.trim() !== "") put("removed", about.writer, before);
      continue;
    }
    if (before === null) {
      // who carried a note here is not who wrote it
      const carried = after.origin?.some(({ group }) => group !== undefined) ?? false;
      const who = about.writer ?? (carried ? null : after.by);
      if (who !== about.me) put("added", who, after);
      continue;
    }
    if (before.board !== after.board || before.zone !== after.zone) put("moved", about.writer, after);
    if (before.text !== after.text) put("wrote", about.writer, after);
    if ((before.locked === true) !== (after.locked === true))
      put(after.locked ? "locked" : "unlocked", about.writer, after);
    for (const who of about.commented(change)) put("commented", who, after);
    if (after.by === about.me) for (const who of about.liked(change)) put("liked", who, after);
  }
  return [...out.values()];
}

/** The newest entries, newest first. */
export class Log {
  entries: readonly Entry[] = [];
  /** Who writes where at this moment. */
  writing: readonly Entry[] = [];

  add(entry: Entry): void {
    const same = this.entries.find((one) => one.key === entry.key);
    const who = entry.act === "liked" ? [...new Set([...entry.who, ...(same?.who ?? [])])] : entry.who;
    if (entry.act === "wrote") {
      // who goes on writing in the note they just added has still added one note
      const added = this.added(entry.notes);
      if (added && sameWho(added, entry)) {
        this.entries = this.entries.map((one) => (one === added ? { ...added, words: entry.words } : one));
        return;
      }
    }
    const rest = this.entries.filter((one) => one.key !== entry.key);
    this.entries = [{ ...entry, who }, ...rest].slice(0, MOST_ENTRIES);
  }

  /** A note that never held a word leaves no trace. */
  forgetEmpty(note: string): string | null {
    const added = this.added([note]);
    if (added?.words !== "") return null;
    this.entries = this.entries.filter((one) => one !== added);
    return added.key;
  }

  /** Newest first, at most fifty; what somebody is writing at this moment stands once, as that. */
  shown(): Entry[] {
    const busy = new Set(this.writing.map((one) => `${one.who[0]} ${one.notes[0]}`));
    const rest = this.entries.filter(
      (one) =>
        worthSaying(one) &&
        !((one.act === "added" || one.act === "wrote") && busy.has(`${one.who[0]} ${one.notes[0]}`)),
    );
    return [...this.writing, ...rest].sort((a, b) => b.at - a.at).slice(0, MOST_ENTRIES);
  }

  private added(notes: readonly string[]): Entry | undefined {
    return this.entries.find(
      (one) =>
        one.act === "added" && one.notes.length === 1 && one.notes[0] === notes[0] && notes.length === 1,
    );
  }
}

function sameWho(a: Entry, b: Entry): boolean {
  return b.who.length === 0 || a.who[0] === b.who[0];
}

/** Whether there is something to say of it already: a note nobody has written in yet is none. */
export function worthSaying(entry: Entry): boolean {
  return entry.act !== "added" || entry.notes.length > 1 || entry.words !== "";
}

/** One name; two; or the first and how many more. */
export function names(all: readonly string[]): string {
  const [first, second] = all;
  if (first === undefined) return t("Quelqu'un");
  if (second === undefined) return first;
  if (all.length === 2) return t("{one} et {other}", { one: first, other: second });
  const n = all.length - 1;
  return tn("{name} et {n} autre", "{name} et {n} autres", n, { name: first, n: inWords(n) });
}

/** A sentence in parts: those of people and what they wrote come as they are, names to be set in bold. */
export type Part = { text: string; name?: boolean };

const SLOT = /[\uE000-\uE003]/;

/** What an entry says. `nameOf` gives somebody's name. */
export function partsOf(entry: Entry, nameOf: (id: string) => string): Part[] {
  const filled: Part[] = [
    { text: names(entry.who.map(nameOf)), name: true },
    { text: entry.words },
    { text: entry.place },
  ];
  const [who, words, zone] = ["\uE000", "\uE001", "\uE002"];
  const sentence = sentenceOf(entry, { who, words, zone } as Slots);
  const out: Part[] = [];
  for (const piece of sentence.split(/([\uE000-\uE002])/)) {
    if (SLOT.test(piece)) out.push(filled[piece.charCodeAt(0) - 0xe000] as Part);
    else if (piece !== "") out.push({ text: piece });
  }
  return out;
}

export function sayEntry(entry: Entry, nameOf: (id: string) => string): string {
  return partsOf(entry, nameOf)
    .map((part) => part.text)
    .join("");
}

interface Slots {
  who: string;
  words: string;
  zone: string;
}

function sentenceOf(entry: Entry, slots: Slots): string {
  const n = entry.notes.length;
  const several = { ...slots, n: inWords(n) };
  const words = entry.words !== "";
  switch (entry.act) {
    case "added":
      return n === 1 && words
        ? t("{who} a ajouté « {words} » dans {zone}", { ...slots })
        : tn("{who} a ajouté {n} note dans {zone}", "{who} a ajouté {n} notes dans {zone}", n, several);
    case "wrote":
      return words
        ? t("{who} a écrit « {words} » dans {zone}", { ...slots })
        : t("{who} a écrit dans {zone}", { ...slots });
    case "writing":
      return t("{who} écrit dans {zone}", { ...slots });
    case "moved":
      return tn("{who} a déplacé {n} note vers {zone}", "{who} a déplacé {n} notes vers {zone}", n, several);
    case "removed":
      if (entry.who.length > 0)
        return tn(
          "{who} a supprimé {n} note dans {zone}",
          "{who} a supprimé {n} notes dans {zone}",
          n,
          several,
        );
      return n === 1 && words
        ? t("« {words} » a été supprimée dans {zone}", { ...slots })
        : tn("{n} note a été supprimée dans {zone}", "{n} notes ont été supprimées dans {zone}", n, several);
    case "liked":
      return entry.who.length > 1
        ? t("{who} ont aimé votre note « {words} »", { ...slots })
        : t("{who} a aimé votre note « {words} »", { ...slots });
    case "commented":
      return t("{who} a commenté « {words} » dans {zone}", { ...slots });
    case "locked":
      return tn(
        "{who} a verrouillé {n} note dans {zone}",
        "{who} a verrouillé {n} notes dans {zone}",
        n,
        several,
      );
    case "unlocked":
      return tn(
        "{who} a déverrouillé {n} note dans {zone}",
        "{who} a déverrouillé {n} notes dans {zone}",
        n,
        several,
      );
    case "joined":
      return t("{who} a rejoint le groupe", { ...slots });
    case "left":
      return t("{who} n'est plus en ligne", { ...slots });
    case "step":
      return t("L'animation passe à l'étape « {zone} »", { ...slots });
    case "started":
      return t("L'animation a lancé le minuteur");
    case "stopped":
      return t("L'animation a arrêté le minuteur");
    case "extended": {
      const minutes = entry.n ?? 1;
      return tn("L'animation a ajouté {n} minute", "L'animation a ajouté {n} minutes", minutes, {
        n: inWords(minutes),
      });
    }
  }
}

/** How long ago, said roughly: what is exact would change under the reader's eyes. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 10) return t("à l'instant");
  if (seconds < 60) return t("il y a {n} s", { n: Math.floor(seconds / 10) * 10 });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t("il y a {n} min", { n: minutes });
  return t("il y a {n} h", { n: Math.floor(minutes / 60) });
}
