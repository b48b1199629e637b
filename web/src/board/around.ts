// What others do: into the log « Ce qui change autour », and to the announcer for those who listen.

import { timeNow } from "../conduct/timer";
import { type Act, type Entry, entriesOf, firstWords, sayEntry, worthSaying } from "../list/log";
import type { Note, Timer, Workshop } from "../model/page";
import { timerFor } from "../model/time";
import type { NoteChange } from "../sync/contents";
import type { BoardDocument } from "../sync/document";
import { t, tn, typo } from "../ui/i18n";
import { inWords } from "../ui/numbers";
import type { Atelier, Changed } from "./atelier";
import { others } from "./presence";

/** Who is already here is told in the first moments after one's own arrival: they did not join then. */
const SETTLING_MS = 2_500;
/** Somebody who reloads their page has not left. */
const GONE_MS = 10_000;
/** Letters that somebody types in the note one is on are said once they pause. */
const PAUSE_MS = 2_000;
const TOLD_MINUTES = [5, 2, 1];

export function attachAround(app: Atelier): () => void {
  const offs = [watchNotes(app), watchPeople(app), watchWorkshop(app), watchTimer(app)];
  return () => {
    for (const off of offs) off();
  };
}

/** Put something into the log, and let the announcer say it as the person chose. */
function tell(app: Atelier, entry: Entry, aloud = true): void {
  app.log.add(entry);
  app.emit("around");
  if (!aloud) return;
  app.announcer.hear({
    key: entry.key,
    act: entry.act,
    place: entry.place,
    n: Math.max(1, entry.notes.length),
    sentence: () => {
      const now = app.log.entries.find((one) => one.key === entry.key) ?? entry;
      return worthSaying(now) ? sayEntry(now, (id) => nameOf(app, id)) : null;
    },
  });
}

export function nameOf(app: Atelier, id: string): string {
  return app.person(id)?.name ?? t("Personne partie");
}

function zoneTitle(app: Atelier, note: Pick<Note, "board" | "zone">): string {
  return typo(app.templateOf(note.board)?.zones.find((zone) => zone.id === note.zone)?.title ?? "");
}

// -- notes ----------------------------------------------------------------------------------------

/** Comments and likes that were there already, so that a change of them tells what is new. */
class Talk {
  private readonly comments = new Set<string>();
  private readonly likes = new Set<string>();

  constructor(private readonly document: BoardDocument) {
    for (const id of document.ids()) {
      this.newComments(id);
      this.newLikes(id);
    }
  }

  newComments(note: string): string[] {
    const fresh = this.document.contents.commentsOf(note).filter((one) => !this.comments.has(one.id));
    for (const { id } of fresh) this.comments.add(id);
    return fresh.map((one) => one.by);
  }

  newLikes(note: string): string[] {
    const now = this.document.contents.reactionsTo(note);
    const key = (who: string) => `${note}.${who}`;
    const fresh = [...now].filter((who) => !this.likes.has(key(who)));
    for (const who of fresh) this.likes.add(key(who));
    return fresh;
  }
}

function watchNotes(app: Atelier): () => void {
  const me = app.data.person.id;
  const whose = new Map<number, string>();
  const talks = new WeakMap<BoardDocument, Talk>();
  let pause: ReturnType<typeof setTimeout> | undefined;

  const learn = () => {
    for (const [client, { user }] of others(app)) if (user.id) whose.set(client, user.id);
  };
  const writerOf = (clients: ReadonlySet<number>): string | null => {
    learn();
    const people = new Set([...clients].map((client) => whose.get(client)));
    const [only] = people;
    return people.size === 1 ? (only ?? null) : null;
  };

  /** A change to the note one is on is always said. */
  const here = (change: NoteChange, who: string | null, comments: string[], likes: string[]) => {
    const { before, after } = change;
    const name = who === null ? t("Quelqu'un") : nameOf(app, who);
    if (before === null) return;
    if (after === null) return app.announcer.say(t("La note où vous étiez a été supprimée."));
    if (before.board !== after.board || before.zone !== after.zone) {
      const zone = zoneTitle(app, after);
      app.announcer.say(t("{name} a déplacé la note où vous êtes vers {zone}.", { name, zone }));
    } else if ((before.locked === true) !== (after.locked === true))
      app.announcer.say(
        after.locked
          ? t("La note où vous êtes a été verrouillée.")
          : t("La note où vous êtes a été déverrouillée."),
      );
    else if (before.text !== after.text) {
      clearTimeout(pause);
      const said = t("{name} a changé le texte de la note où vous êtes.", { name });
      pause = setTimeout(() => app.announcer.say(said), PAUSE_MS);
    } else if (before.colour !== after.colour || before.kind !== after.kind || before.tags !== after.tags)
      app.announcer.say(t("{name} a changé la note où vous êtes.", { name }));
    for (const by of comments)
      app.announcer.say(t("{name} a commenté la note où vous êtes.", { name: nameOf(app, by) }));
    for (const by of likes)
      app.announcer.say(t("{name} aime la note où vous êtes.", { name: nameOf(app, by) }));
  };

  const seen = ({ document, changes, mine, clients }: Changed) => {
    const talk = talks.get(document);
    if (talk === undefined) return;
    const spoken = new Map<string, string[]>();
    const liked = new Map<string, string[]>();
    for (const { id, talk: what } of changes) {
      if (what.comments)
        spoken.set(
          id,
          talk.newComments(id).filter((by) => by !== me),
        );
      if (what.reactions)
        liked.set(
          id,
          talk.newLikes(id).filter((by) => by !== me),
        );
    }
    const writer = mine ? me : writerOf(clients);
    for (const { id, after } of changes) {
      if (after !== null) continue;
      const key = app.log.forgetEmpty(id);
      if (key !== null) app.announcer.unhear(key);
    }
    if (writer === me) return app.emit("around");
    const aloud = document === app.document && app.connection.synced;
    const current = changes.find(({ id }) => id === app.editing || id === app.selected);
    if (current && aloud) here(current, writer, spoken.get(current.id) ?? [], liked.get(current.id) ?? []);
    const entries = entriesOf(changes, {
      me,
      writer,
      at: Date.now(),
      zone: (note) => zoneTitle(app, note),
      liked: (change) => liked.get(change.id) ?? [],
      commented: (change) => spoken.get(change.id) ?? [],
    });
    for (const entry of entries)
      tell(app, entry, aloud && (entry.notes.length > 1 || entry.notes[0] !== current?.id));
  };

  /** From when a room is there, what is said in it is news. */
  const enter = () => {
    for (const { document, joined } of app.rooms)
      if (document && joined && !talks.has(document)) talks.set(document, new Talk(document));
  };

  const offs = [
    app.onChanges(seen),
    app.on("joined", enter),
    app.on("board", enter),
    app.on("link", enter), // rooms that are not shown join without a word
    app.on("presence", learn),
  ];
  return () => {
    clearTimeout(pause);
    for (const off of offs) off();
  };
}

// -- people ---------------------------------------------------------------------------------------

function watchPeople(app: Atelier): () => void {
  const leaving = new Map<string, ReturnType<typeof setTimeout>>();
  const since = new Map<string, number>();
  let room = app.connection;
  let here = new Set<string>();
  let settled = Number.POSITIVE_INFINITY;
  let shown = "";
  let seen = "";

  const settle = () => {
    room = app.connection;
    settled = Date.now() + SETTLING_MS;
    for (const timer of leaving.values()) clearTimeout(timer);
    leaving.clear();
    here = new Set();
    look();
  };
  const people = (act: Act, id: string): Entry => ({
    key: `${act} ${id}`,
    act,
    who: [id],
    notes: [],
    place: "",
    words: "",
    at: Date.now(),
  });
  const look = () => {
    if (!app.connection.online || app.connection !== room) return;
    const states = [...others(app).values()];
    const now = new Set(states.map(({ user }) => user.id).filter((id) => id !== undefined));
    now.delete(app.data.person.id);
    const present = [...now].sort().join(" ");
    if (present !== seen) {
      seen = present;
      app.emit("around");
    }
    for (const id of now) {
      clearTimeout(leaving.get(id));
      if (leaving.delete(id) || here.has(id)) continue;
      here.add(id);
      if (Date.now() > settled) tell(app, people("joined", id));
    }
    for (const id of here)
      if (!now.has(id) && !leaving.has(id))
        leaving.set(
          id,
          setTimeout(() => {
            leaving.delete(id);
            here.delete(id);
            tell(app, people("left", id));
          }, GONE_MS),
        );
    writing();
  };

  /** Who writes where, as long as they do. */
  const writing = () => {
    const entries: Entry[] = [];
    const keys = new Set<string>();
    for (const { user, editing } of others(app).values()) {
      const note = app.note(editing ?? null);
      if (!user.id || !note) continue;
      const key = `writing ${user.id} ${note.id}`;
      keys.add(key);
      if (!since.has(key)) since.set(key, Date.now());
      const place = zoneTitle(app, note);
      const at = since.get(key) as number;
      entries.push({ key, act: "writing", who: [user.id], notes: [note.id], place, words: "", at });
    }
    for (const key of since.keys()) if (!keys.has(key)) since.delete(key);
    const signature = JSON.stringify(entries.map(({ key, place }) => [key, place]));
    if (signature === shown) return;
    shown = signature;
    app.log.writing = entries;
    app.emit("around");
  };

  const offs = [
    app.on("presence", look),
    app.on("joined", settle),
    app.on("board", () => {
      if (app.connection !== room) settle();
    }),
    app.on("link", () => {
      if (app.connection.online) return;
      for (const timer of leaving.values()) clearTimeout(timer);
      leaving.clear();
    }),
  ];
  return () => {
    for (const timer of leaving.values()) clearTimeout(timer);
    for (const off of offs) off();
  };
}

// -- facilitation ---------------------------------------------------------------------------------

function watchWorkshop(app: Atelier): () => void {
  let before: Workshop = app.workshop;
  const event = (act: Act, more: Partial<Entry> = {}): Entry => ({
    key: act,
    act,
    who: [],
    notes: [],
    place: "",
    words: "",
    at: Date.now(),
    ...more,
  });

  const compare = () => {
    const now = app.workshop;
    const step = now.agenda.steps.find((one) => one.id === now.step);
    if (now.step !== before.step && step) {
      tell(app, event("step", { key: `step ${step.id}`, place: step.title }), false);
      app.announcer.interrupt(
        `${t("Nouvelle étape : {title}.", { title: step.title })} ${step.instruction ?? ""}`.trim(),
      );
    }
    const [timer, was] = [now, before].map((one) => timerFor(one, app.data.group, app.leads)) as [
      Timer,
      Timer,
    ];
    if (timer.running !== was.running) {
      const entry = event(timer.running ? "started" : "stopped");
      tell(app, entry, false);
      const paused = !timer.running && (timer.remaining_ms ?? 0) > 0;
      app.announcer.say(paused ? t("Le minuteur est en pause.") : `${sayEntry(entry, String)}.`);
    } else if (timer.running && timer.total_ms > was.total_ms) {
      const n = Math.max(1, Math.round((timer.total_ms - was.total_ms) / 60_000));
      const entry = event("extended", { key: `extended ${now.revision}`, n });
      tell(app, entry, false);
      app.announcer.say(`${sayEntry(entry, String)}.`);
    }
    before = now;
  };
  return app.on("workshop", compare);
}

function watchTimer(app: Atelier): () => void {
  let before: number | null = null;
  const tick = () => {
    const now = timeNow(app);
    const left = now === null || now.state === "paused" ? null : now.left;
    if (left !== null && before !== null) {
      const passed = (ms: number) => before !== null && before > ms && left <= ms;
      for (const minutes of TOLD_MINUTES) {
        if (!passed(minutes * 60_000)) continue;
        const said = tn("Encore {n} minute.", "Encore {n} minutes.", minutes, { n: inWords(minutes) });
        if (minutes === 1) app.announcer.interrupt(said);
        else app.announcer.say(said);
      }
      if (passed(0)) app.announcer.interrupt(t("Le temps est écoulé. Finissez votre phrase."));
    }
    before = left;
  };
  const timer = setInterval(tick, 500);
  return () => clearInterval(timer);
}

/** T: how long is left. */
export function sayTime(app: Atelier): void {
  const now = timeNow(app);
  if (now === null) {
    app.announcer.say(t("Aucun minuteur n'est en cours."));
    return;
  }
  if (now.state === "over") {
    app.announcer.say(t("Le temps est écoulé. Finissez votre phrase."));
    return;
  }
  const seconds = Math.ceil(now.left / 1000);
  const parts: string[] = [];
  const [m, s] = [Math.floor(seconds / 60), seconds % 60];
  if (m > 0) parts.push(tn("{n} minute", "{n} minutes", m));
  if (s > 0 || m === 0) parts.push(tn("{n} seconde", "{n} secondes", s));
  const words = t("Temps restant : {time}", { time: parts.join(" ") });
  app.announcer.say(now.state === "paused" ? `${words}, ${t("en pause")}` : words);
}

/** W: who is here, and who writes where. */
export function sayPeople(app: Atelier): void {
  const here = new Map<string, string>();
  const writing: string[] = [];
  for (const { user, editing } of others(app).values()) {
    if (!user.id || user.id === app.data.person.id) continue;
    const name = app.person(user.id)?.name ?? user.name ?? t("Anonyme");
    here.set(user.id, name);
    const note = app.note(editing ?? null);
    if (note)
      writing.push(
        note.text.trim() === ""
          ? t("{name} écrit dans {zone}.", { name, zone: zoneTitle(app, note) })
          : t("{name} écrit « {words} » dans {zone}.", {
              name,
              words: firstWords(note.text, 40),
              zone: zoneTitle(app, note),
            }),
      );
  }
  if (here.size === 0) {
    app.announcer.say(t("Personne d'autre n'est à cette table pour le moment."));
    return;
  }
  const list = tn("Avec vous, {n} personne : {names}.", "Avec vous, {n} personnes : {names}.", here.size, {
    n: inWords(here.size),
    names: [...here.values()].join(", "),
  });
  app.announcer.say([list, ...writing].join(" "));
}
