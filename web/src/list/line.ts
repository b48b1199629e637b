// One note in the list: its paper and shape, its text, who wrote it, and what can be done with it.

import { html, nothing } from "lit";
import { FOLD_CHARS, spoken } from "../board/note-item";
import { links } from "../model/links";
import { MARKS, type Note } from "../model/page";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import { lineStepper } from "../vote/points";
import { acts, openActs } from "./acts";
import type { ListView } from "./list-view";
import { firstWords } from "./log";

export function line(list: ListView, note: Note, first: boolean) {
  const { app } = list;
  const contents = app.document?.contents;
  const likes = contents?.reactionsTo(note.id).size ?? 0;
  const comments = contents?.commentsOf(note.id).length ?? 0;
  const author = app.authorName(note.by);
  const writer = list.writing.get(note.id);
  const current = list.current === note.id;
  const picked = list.picked.has(note.id);
  const long = [...note.text].length > FOLD_CHARS;
  const folded = long && !app.unfolded.has(note.id);
  const classes = [
    "ln",
    current && "cur",
    picked && "picked",
    folded && "folded",
    note.locked && "locked",
    app.waiting.has(note.id) && "pending",
  ];
  const label = spoken(app, note, { author, likes, comments, cluster: contents?.clusterOf(note)?.title });
  const unfold = () => {
    if (!app.unfolded.delete(note.id)) app.unfolded.add(note.id);
    list.draw();
  };
  return html`<li class=${classes.filter(Boolean).join(" ")} data-id=${note.id} tabindex=${current || first ? 0 : -1}
    aria-label=${writer ? `${label}. ${t("{name} écrit…", { name: writer })}` : label}>
    <label class="b c-${note.colour} k-${note.colour}">${picture(`mark-${MARKS[note.colour]}`, 15)}
      <input type="checkbox" class="pick" tabindex=${current || list.picked.size > 0 ? 0 : -1} .checked=${picked}
        aria-label=${t("Choisir « {words} »", { words: firstWords(note.text, 40) || t("vide") })}
        @click=${(event: Event) => {
          event.stopPropagation();
          list.pick(note.id);
        }}></label>
    <div class="tx"><p>${
      note.text === ""
        ? t("vide")
        : links(note.text).map(({ text, address }) =>
            address === undefined
              ? text
              : html`<a href=${address} target="_blank" rel="noopener noreferrer">${text}</a>`,
          )
    }</p></div>
    ${
      long
        ? html`<button class="unfold" type="button" aria-expanded=${String(!folded)} @click=${unfold}>${folded ? t("Lire la suite") : t("Replier")}</button>`
        : nothing
    }
    <div class="meta">
      <span class=${writer ? "by writes" : "by"}>${writer ? t("{name} écrit…", { name: writer }) : author}</span>
      ${note.locked ? html`<span class="nmark">${picture("lock", 14)} ${t("Verrouillée")}</span>` : nothing}
      ${(note.tags ?? []).map((tag) => html`<span class="tagged">${tag}</span>`)}
      ${app.noteMarks.map((mark) => mark(note) ?? nothing)}
      ${likes > 0 ? html`<span class="nmark">${picture("thumbs-up", 15)} ${likes}<span class="sr"> ${t("J'aime")}</span></span>` : nothing}
      ${comments > 0 ? html`<span class="nmark">${picture("message-circle", 15)} ${comments}<span class="sr"> ${tn("commentaire", "commentaires", comments)}</span></span>` : nothing}
    </div>
    ${
      app.mayWrite || comments > 0
        ? html`<button class="more" type="button" aria-haspopup="menu"
          aria-label=${t("Actions sur « {words} »", { words: firstWords(note.text, 40) || t("vide") })}
          @click=${(event: Event) => openActs(list, note, event.currentTarget as HTMLElement)}>${picture("more-vertical", 20)}</button>`
        : nothing
    }
    ${lineStepper(app, note)}${current ? acts(list, note) : nothing}
  </li>`;
}
