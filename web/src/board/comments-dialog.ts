// What is said about a note: comments of the group, live while the dialog is open.

import { html, nothing, render } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Comment } from "../model/page";
import { clock, t, tn } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { addComment, editComment, MOST_CHARS, mayTalkIn, removeComment } from "./actions";
import type { Atelier } from "./atelier";
import { areDrafts } from "./silent";

export function openComments(app: Atelier, id: string): void {
  const note = app.note(id);
  if (note === null || areDrafts(app, [note])) return;
  const opener = document.activeElement;
  // of its own room: facilitation may lead the page to another board meanwhile
  const shared = () => app.documentOf(note.board);
  const mayTalk = () => mayTalkIn(app, shared());
  const dialog = make("dialog", { class: "dialog talk", "aria-labelledby": "talk-title" });
  let editing: string | null = null;

  const line = (comment: Comment) => {
    const mine = comment.by === app.data.person.id;
    const author = app.authorName(comment.by);
    const save = (event: Event) => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).elements.namedItem("text") as HTMLTextAreaElement;
      if (shared() === null || !mayTalk()) return;
      if (field.value.trim() !== "") editComment(app, comment.id, field.value, shared());
      editing = null;
      draw();
    };
    return html`<li>
      <div class="meta"><b>${author}</b><time datetime=${new Date(comment.at).toISOString()}>${clock(comment.at)}</time><span class="grow"></span>
        ${
          mine && mayTalk()
            ? html`<button class="btn xs icon ghost" type="button" aria-label=${t("Modifier ce commentaire")}
                @click=${() => {
                  editing = comment.id;
                  draw();
                  dialog.querySelector<HTMLTextAreaElement>("li textarea")?.focus();
                }}>${icon("pencil", 15)}</button>`
            : nothing
        }
        ${
          (mine || app.leads) && mayTalk()
            ? html`<button class="btn xs icon ghost" type="button" aria-label=${t("Supprimer ce commentaire")}
                @click=${() => {
                  removeComment(app, comment.id, shared());
                  dialog.querySelector<HTMLElement>("#talk-new")?.focus();
                }}>${icon("trash", 15)}</button>`
            : nothing
        }
      </div>
      ${
        editing === comment.id
          ? html`<form @submit=${save}><textarea class="input" name="text" rows="2" maxlength=${MOST_CHARS} aria-label=${t("Commentaire")} .value=${comment.text}></textarea>
              <div class="row actions"><button class="btn sm primary">${t("Enregistrer")}</button></div></form>`
          : html`<p>${comment.text}</p>`
      }
    </li>`;
  };

  const draw = () => {
    const room = shared();
    if (room === null) return; // away for a moment
    const note = room.note(id);
    const comments = room.contents.commentsOf(id);
    if (note === null) {
      const words = dialog.querySelector<HTMLTextAreaElement>("#talk-new")?.value.trim();
      if (words)
        app.notify(t("La note a été supprimée. Votre commentaire est gardé ici."), { copies: [words] });
      dialog.close();
      return;
    }
    const add = (event: Event) => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).elements.namedItem("text") as HTMLTextAreaElement;
      if (field.value.trim() === "") return;
      if (!addComment(app, id, field.value, shared())) return;
      field.value = "";
      field.focus();
    };
    const keys = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      (event.target as HTMLTextAreaElement).form?.requestSubmit();
    };
    render(
      html`<h2 id="talk-title">${tn("{n} commentaire", "{n} commentaires", comments.length)}</h2>
        <blockquote class="t-${note.colour}">${note.text || t("Note vide")}</blockquote>
        ${
          comments.length === 0
            ? html`<p class="soft">${t("Rien n'a été dit de cette note pour l'instant.")}</p>`
            : html`<ol tabindex="0" aria-label=${t("Commentaires")}>${repeat(comments, (one) => one.id, line)}</ol>`
        }
        ${
          mayTalk()
            ? html`<form @submit=${add}><label class="field"><span>${t("Votre commentaire")}</span>
                <textarea class="input" id="talk-new" name="text" rows="2" maxlength=${MOST_CHARS} @keydown=${keys}></textarea></label>
                <div class="row actions"><button class="btn" type="button" @click=${() => dialog.close()}>${t("Fermer")}</button>
                <button class="btn primary">${t("Commenter")}</button></div></form>`
            : html`<div class="row actions"><button class="btn" type="button" @click=${() => dialog.close()}>${t("Fermer")}</button></div>`
        }`,
      dialog,
    );
  };

  const offs = [
    app.on("joined", draw),
    app.onChanges((changed) => {
      if (changed.document === shared()) draw();
    }),
  ];
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    for (const off of offs) off();
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  });
  draw();
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector<HTMLElement>("#talk-new")?.focus();
}
