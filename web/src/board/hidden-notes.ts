// Notes that facilitation took out of sight: hiding and giving back, the list of them, and what their author sees.

import type { Note } from "../model/page";
import { wordsOf } from "../sync/words";
import { openForm } from "../ui/form-dialog";
import { t, tn } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { newId } from "./actions";
import type { Atelier } from "./atelier";
import { command } from "./command";
import { refused } from "./zone-state";

const REASON_CHARS = 500;
const ABOUT = "hidden";

interface HiddenNote {
  id: string;
  note: Omit<Note, "id">;
  by: string;
  at: number;
  returned: boolean;
  settled: boolean;
}

interface ReturnedNote {
  id: string;
  note: Omit<Note, "id">;
  text: string;
  by: string;
  at: number;
}

/** What the server says of one room. */
interface HiddenEvent {
  type: "hidden_notes";
  room: string;
  ids: Record<string, string>;
  returned: ReturnedNote[];
  notes?: HiddenNote[];
}

/** What this page knows, room by room. */
const rooms = new Map<string, HiddenEvent>();
/** Returned notes that the notice speaks of. */
let spoken = "";

/** Who hid a note, if somebody did: its author is told so, and offered nothing that the server would refuse. */
export function hiddenBy(id: string): string | null {
  for (const room of rooms.values()) if (Object.hasOwn(room.ids, id)) return room.ids[id] ?? null;
  return null;
}

/** Whether a note was given back to this person. */
export function isReturned(id: string): boolean {
  return [...rooms.values()].some(({ returned }) => returned.some((one) => one.id === id));
}

/** For facilitation: every hidden note of the rooms this page is in, the latest first. */
export function hiddenNotes(): (HiddenNote & { room: string })[] {
  return [...rooms.values()]
    .flatMap(({ room, notes }) => (notes ?? []).map((one) => ({ ...one, room })))
    .sort((a, b) => b.at - a.at);
}

export function attachHidden(app: Atelier): void {
  app.onEvent("hidden_notes", (event, room) => {
    const told = event as unknown as HiddenEvent;
    rooms.set(room, told);
    tell(app);
    app.emit("hidden");
  });
}

// -- what its author sees --------------------------------------------------------------------------------

function tell(app: Atelier): void {
  const returned = [...rooms.values()].flatMap((room) =>
    room.returned.map((one) => ({ ...one, room: room.room })),
  );
  const ids = returned.map(({ id }) => id).join(" ");
  if (ids === spoken) return; // somebody may be on its buttons
  spoken = ids;
  const [first] = returned;
  if (first === undefined) {
    app.dismiss(app.noticeAbout(ABOUT));
    return;
  }
  const name = app.person(first.by)?.name ?? t("L'animation");
  const sentence = tn("{name} vous rend une note.", "{name} vous rend {n} notes.", returned.length, { name });
  const words = returned.map((one) => one.text).filter((text) => text !== "");
  const settle = ({ room, id }: ReturnedNote & { room: string }) =>
    void command(app, { type: "note.settle", room, note: id });
  const back = new Set<string>();
  app.notify(
    [sentence, ...words.map((text) => t("« {text} »", { text })), t("Personne d'autre ne la voit.")].join(
      " ",
    ),
    {
      about: ABOUT,
      copies: returned.map((one) => wordsOf({ ...one.note, id: one.id })),
      actions: [
        {
          label: t("Remettre en nouvelle note"),
          act: () => {
            for (const one of returned.filter(({ id }) => !back.has(id)))
              if (putBack(app, one)) {
                back.add(one.id);
                settle(one);
              }
          },
        },
      ],
      closed: () => returned.forEach(settle),
    },
  );
}

/** As a new note of one's own, in its place. */
function putBack(app: Atelier, { note }: ReturnedNote): boolean {
  const document = app.documentOf(note.board);
  if (refused(app, note.zone, note.board) || document === null || !app.mayWrite) return false;
  const { locked, cluster, ...rest } = note;
  const at = Math.round(Date.now() + app.connection.clockOffset);
  const id = newId();
  document.together(() => document.add({ ...rest, id, by: app.data.person.id, at }));
  if (note.board === app.board) app.select(id);
  return true;
}

// -- what facilitation does ------------------------------------------------------------------------------

export async function hideNotes(app: Atelier, notes: readonly Note[]): Promise<void> {
  let count = 0;
  for (const note of notes) {
    const why = await command(app, { type: "note.hide", room: app.roomOf(note.board), note: note.id });
    if (why !== null) {
      app.notify(why);
      break;
    }
    count += 1;
  }
  if (count === 0) return;
  app.notify(tn("{n} note masquée pour tout le monde.", "{n} notes masquées pour tout le monde.", count), {
    about: "hiding",
    good: true,
    actions: [{ label: t("Notes masquées…"), act: () => openHidden(app) }],
  });
}

export function askReturn(app: Atelier, note: Note): void {
  if (note.by === null) {
    app.notify(t("Cette note est anonyme : on ne peut que la masquer."));
    return;
  }
  const reason = make("textarea", { class: "input", name: "reason", rows: 3, maxlength: REASON_CHARS });
  openForm({
    title: t("Rendre cette note à la personne qui l'a écrite ?"),
    body: [
      make("blockquote", { class: "told" }, wordsOf(note)),
      make(
        "p",
        { class: "soft" },
        t("Elle quitte le support. Son auteur ou autrice la retrouve, avec votre mot."),
      ),
      make("label", { class: "field" }, make("span", {}, t("Pourquoi (facultatif)")), reason),
    ],
    stay: t("La laisser"),
    act: t("Rendre la note"),
    focus: reason,
    done: () => void giveBack(app, note, reason.value.trim()),
  });
}

async function giveBack(app: Atelier, note: Note, text: string): Promise<void> {
  const room = app.roomOf(note.board);
  const why = await command(app, { type: "note.return", room, note: note.id, text });
  if (why !== null) app.notify(why);
  else app.announcer.say(t("Note rendue à la personne qui l'a écrite."));
}

/** « Notes masquées »: what they say, where they were, and showing them again. */
export function openHidden(app: Atelier): void {
  const list = make("ul", { class: "hiddenlist" });
  const draw = () => {
    const all = hiddenNotes();
    const held = list.contains(document.activeElement);
    list.replaceChildren(...all.map((one) => row(app, one)));
    if (all.length === 0) list.append(make("li", { class: "soft" }, t("Aucune note masquée.")));
    list.dispatchEvent(new Event("input", { bubbles: true })); // whether there is something to show
    if (held) (list.querySelector("button") ?? list.closest("dialog")?.querySelector("button"))?.focus();
  };
  const off = app.on("hidden", draw);
  draw();
  const dialog = openForm({
    title: t("Notes masquées"),
    body: [
      make("p", { class: "soft" }, t("Seule l'animation les voit ici. Elles ne sont dans aucun fichier.")),
      list,
    ],
    stay: t("Fermer"),
    act: t("Tout montrer de nouveau"),
    wide: true,
    ready: () => hiddenNotes().length > 0,
    done: () => void showAgain(app, hiddenNotes()),
  });
  dialog.addEventListener("close", off);
}

function row(app: Atelier, one: HiddenNote & { room: string }): HTMLElement {
  const { note } = one;
  const template = app.templateOf(note.board);
  const zone = template?.zones.find(({ id }) => id === note.zone)?.title ?? note.zone;
  const name = one.by === app.data.person.id ? t("vous") : (app.person(one.by)?.name ?? t("Personne partie"));
  const what = one.settled
    ? t("Rendue par {name}, reçue", { name })
    : one.returned
      ? t("Rendue par {name}", { name })
      : t("Masquée par {name}", { name });
  const show = make("button", { class: "btn sm", type: "button" }, icon("eye", 16), t("Montrer de nouveau"));
  show.addEventListener("click", () => void showAgain(app, [one]));
  return make(
    "li",
    {},
    make(
      "span",
      { class: "grow" },
      make("b", {}, wordsOf({ ...note, id: one.id })),
      make(
        "span",
        { class: "soft" },
        `${template?.title ?? note.board} · ${zone} · ${app.authorName(note.by ?? null)}`,
      ),
      make("span", { class: "soft" }, what),
    ),
    show,
  );
}

async function showAgain(app: Atelier, notes: readonly (HiddenNote & { room: string })[]): Promise<void> {
  for (const { room, id } of notes) {
    const why = await command(app, { type: "note.show", room, note: id });
    if (why !== null) {
      app.notify(why);
      return;
    }
  }
  app.announcer.say(tn("{n} note de nouveau visible.", "{n} notes de nouveau visibles.", notes.length));
}
