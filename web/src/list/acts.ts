// What can be done with notes in the list: the buttons of one note, its menu, and the bar of several.

import { html, nothing } from "lit";
import { colourNotes, deleteNotes, likeNote, reorderNote } from "../board/actions";
import { askGroup } from "../board/cluster-dialog";
import { openComments } from "../board/comments-dialog";
import { openMoveDialog } from "../board/move-dialog";
import { noteActs } from "../board/note-acts";
import { colourNames } from "../board/note-menu";
import { COLOURS, MARKS, type Note } from "../model/page";
import { t, tn } from "../ui/i18n";
import { type MenuItem, openMenu } from "../ui/menu";
import { picture } from "../ui/picture";
import type { ListView } from "./list-view";

const act = (
  label: string,
  sign: string,
  then: (button: HTMLElement) => void,
  more: { key?: string; on?: boolean; menu?: boolean } = {},
) =>
  html`<button class="btn xs" type="button" aria-pressed=${more.on === undefined ? nothing : String(more.on)}
    aria-haspopup=${more.menu ? "menu" : nothing} @click=${(event: Event) => then(event.currentTarget as HTMLElement)}
    >${picture(sign, 15)}${label}${more.key ? html`<kbd class="kbd" aria-hidden="true">${more.key}</kbd>` : nothing}</button>`;

/** The usual acts as buttons, in the line of the note one is on. */
export function acts(list: ListView, note: Note) {
  const { app } = list;
  const free = app.mayChange(note);
  const liked = app.document?.contents.reactionsTo(note.id).has(app.data.person.id) ?? false;
  return html`<div class="acts">
    ${
      free
        ? html`${act(t("Écrire"), "pencil", () => list.write(note.id))}
          ${act(t("Déplacer vers…"), "corner-up-right", () => openMoveDialog(app, note.id), { key: "M" })}
          ${act(t("Monter"), "arrow-up", () => reorderNote(app, note.id, -1))}
          ${act(t("Descendre"), "arrow-down", () => reorderNote(app, note.id, 1))}`
        : nothing
    }
    ${app.mayWrite ? act(t("Aimer"), "thumbs-up", () => likeNote(app, note.id), { on: liked }) : nothing}
    ${act(t("Commenter"), "message-circle", () => openComments(app, note.id))}
    ${free ? act(t("Supprimer"), "trash", () => deleteNotes(app, [note.id])) : nothing}
    ${note.locked && !free ? html`<p class="soft">${t("Note verrouillée : la personne qui l'a écrite et l'animation peuvent la changer.")}</p>` : nothing}
  </div>`;
}

/** All that can be done with a note, or with those chosen when it is one of them. */
export function openActs(list: ListView, note: Note, at: HTMLElement): void {
  const { app } = list;
  const { id } = note;
  const ids = app.targets(id);
  const one = ids.length === 1;
  const free = app.mayChange(note);
  const liked = app.document?.contents.reactionsTo(id).has(app.data.person.id) ?? false;
  const items: (MenuItem | false)[] = [
    one && free && { label: t("Écrire"), icon: "pencil", done: () => list.write(id) },
    one && free && { label: t("Monter"), icon: "arrow-up", done: () => reorderNote(app, id, -1) },
    one && free && { label: t("Descendre"), icon: "arrow-down", done: () => reorderNote(app, id, 1) },
    one &&
      app.mayWrite && {
        label: liked ? t("Ne plus aimer") : t("Aimer"),
        icon: "thumbs-up",
        key: "+",
        done: () => likeNote(app, id),
      },
    ...noteActs(app, id),
    free && { label: t("Couleur…"), icon: "palette", done: () => openColours(list, ids, at) },
    {
      label: list.picked.has(id) ? t("Ne plus choisir") : t("Choisir"),
      icon: "check",
      key: t("Espace"),
      done: () => list.pick(id),
    },
  ];
  openMenu(
    at,
    t("Actions sur cette note"),
    items.filter((item) => item !== false),
  );
}

/** The eight papers, by name and shape. */
function openColours(list: ListView, ids: readonly string[], at: HTMLElement): void {
  const names = colourNames();
  openMenu(
    at,
    t("Couleur de la note"),
    COLOURS.map((colour) => ({
      label: names[colour],
      icon: `mark-${MARKS[colour]}`,
      done: () => {
        colourNotes(list.app, ids, colour);
        list.app.announcer.say(t("Couleur : {colour}.", { colour: names[colour] }));
      },
    })),
  );
}

/** What can be done with the notes chosen together. */
export function several(list: ListView) {
  const { app } = list;
  const ids = list.chosen();
  const [first] = ids;
  const note = app.note(first ?? null);
  if (first === undefined || note === null || !app.mayWrite) return nothing;
  return html`<div class="several" role="group" aria-label=${t("Notes choisies")}>
    <b>${tn("{n} note choisie", "{n} notes choisies", ids.length)}</b>
    ${act(t("Déplacer vers…"), "corner-up-right", () => openMoveDialog(app, first))}
    ${act(t("Regrouper…"), "regroup", () => askGroup(app, ids))}
    ${act(t("Couleur…"), "palette", (button) => openColours(list, ids, button), { menu: true })}
    ${act(t("Supprimer"), "trash", () => deleteNotes(app, ids))}
    ${act(t("Autres actions"), "ellipsis", (button) => openActs(list, note, button), { menu: true })}
    <button class="btn xs ghost" type="button" aria-label=${t("Ne plus choisir")} title=${t("Ne plus choisir")} @click=${() => list.pickOnly([])}>${picture("x", 17)}</button>
  </div>`;
}
