// What facilitation says: the announcement, which stays until it is put away, and private words with an answer.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Atelier } from "../board/atelier";
import { initials, MARKS } from "../model/page";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import { ask } from "./ask";

const PUT_AWAY = "tablee-announcement";
const READ = "tablee-words";
const MOST_CHARS = 1_000;
/** Ids of words that were put away, in all workshops of this browser. */
const MOST_READ = 300;
/** Cards shown at once; older words wait below. */
const MOST_CARDS = 2;

export interface Word {
  id: string;
  by: string;
  to: string;
  text: string;
  at: number;
}

/** Those of an event that make sense. */
export function readWords(value: unknown): Word[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (one): one is Word =>
      ["id", "by", "to", "text"].every((name) => typeof one?.[name] === "string") &&
      typeof one.at === "number",
  );
}

export class Words {
  private announced: string | null;
  private words: Word[] = [];
  private readonly read: Set<string>;
  private greeted = false;
  /** Whom an answer is on its way to. */
  private readonly sending = new Set<string>();

  constructor(
    private readonly app: Atelier,
    private readonly redraw: () => void,
  ) {
    this.announced = app.workshop.announcement?.id ?? null;
    this.read = new Set((localStorage.getItem(READ) ?? "").split(" ").filter(Boolean));
    app.on("workshop", () => this.look());
    app.onEvent("messages", (event) => this.take(readWords(event.messages)));
  }

  // -- announcement ---------------------------------------------------------------------------------

  private look(): void {
    const { app } = this;
    const { announcement } = app.workshop;
    if ((announcement?.id ?? null) !== this.announced) {
      this.announced = announcement?.id ?? null;
      if (announcement)
        app.announcer.say(
          t("{name} annonce : {text}", { name: this.name(announcement.by), text: announcement.text }),
        );
    }
    this.redraw();
  }

  private name(by: string): string {
    return this.app.person(by)?.name ?? t("L'animation");
  }

  drawAnnouncement() {
    const { announcement } = this.app.workshop;
    if (!announcement || sessionStorage.getItem(PUT_AWAY) === announcement.id) return nothing;
    const away = () => {
      sessionStorage.setItem(PUT_AWAY, announcement.id);
      this.redraw();
    };
    return html`<section class="band announcement" aria-label=${t("Annonce")}>
      ${picture("megaphone", 20)}
      <p class="grow"><b>${this.name(announcement.by)}</b> <span>${announcement.text}</span></p>
      <button class="btn icon sm ghost" type="button" aria-label=${t("Fermer l'annonce")} @click=${away}>${picture("x", 18)}</button>
    </section>`;
  }

  // -- private words --------------------------------------------------------------------------------

  private take(words: Word[]): void {
    const { app } = this;
    const known = new Set(this.words.map((one) => one.id));
    const fresh = words.filter((one) => !known.has(one.id) && one.to === app.data.person.id);
    this.words = words;
    if (this.greeted || fresh.length === 1)
      for (const one of fresh)
        if (!this.read.has(one.id))
          app.announcer.say(t("Mot de {name} : {text}", { name: this.name(one.by), text: one.text }));
    this.greeted = true;
    this.redraw();
  }

  private putAway(person: string, ids?: readonly string[]): void {
    for (const one of this.words)
      if (one.by === person && (ids === undefined || ids.includes(one.id))) this.read.add(one.id);
    try {
      localStorage.setItem(READ, [...this.read].slice(-MOST_READ).join(" "));
    } catch {
      // no room left in this browser: they come back with the next page
    }
    this.redraw();
  }

  /** One card per person who wrote something that was not put away, with what was said before. */
  drawWords() {
    const me = this.app.data.person.id;
    const unread = this.words.filter((one) => one.to === me && !this.read.has(one.id));
    const people = [...new Set(unread.map((one) => one.by))].slice(0, MOST_CARDS);
    return repeat(
      people,
      (person) => person,
      (person) => this.card(person),
    );
  }

  private card(id: string) {
    const { app } = this;
    const me = app.data.person.id;
    const person = app.person(id);
    const shown = this.words
      .filter((one) => (one.by === id && !this.read.has(one.id)) || (one.by === me && one.to === id))
      .slice(-4);
    const answer = async (event: Event) => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      const field = form.elements.namedItem("text") as HTMLTextAreaElement;
      const text = field.value.trim();
      if (text === "" || this.sending.has(id)) return;
      this.sending.add(id);
      const read = shown.map((one) => one.id);
      const done = await ask(app, { type: "message", person: id, text });
      this.sending.delete(id);
      if (!done) return;
      app.announcer.say(t("Réponse envoyée."));
      // what was typed or came in meanwhile stays
      if (field.value.trim() !== text) return;
      field.value = "";
      this.putAway(id, read);
    };
    const keys = (event: KeyboardEvent) => {
      event.stopPropagation(); // letters are no shortcuts here
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      (event.target as HTMLTextAreaElement).form?.requestSubmit();
    };
    return html`<section class="wordcard" aria-label=${t("Mot de {name}", { name: this.name(id) })}>
      <header class="row">${
        person
          ? html`<span class="av c-${person.colour}" aria-hidden="true">${initials(person.name)}<i class="avmark k-${person.colour}">${picture(`mark-${MARKS[person.colour]}`, 9)}</i></span>`
          : nothing
      }
        <div class="grow"><h2>${this.name(id)}</h2><p class="soft">${t("Pour vous seulement")}</p></div>
        <button class="btn icon sm ghost" type="button" aria-label=${t("Fermer ce mot")} @click=${() => this.putAway(id)}>${picture("x", 18)}</button></header>
      ${shown.map((one) => html`<blockquote class=${one.by === me ? "mine" : ""}>${one.by === me ? html`<span class="sr">${t("Vous")} : </span>` : nothing}${one.text}</blockquote>`)}
      <form @submit=${answer}><label class="sr" for=${`answer-${id}`}>${t("Répondre à {name}", { name: this.name(id) })}</label>
        <textarea id=${`answer-${id}`} name="text" rows="1" maxlength=${MOST_CHARS} placeholder=${t("Répondre")} @keydown=${keys}></textarea>
        <button class="btn sm primary">${t("Envoyer")}</button></form>
    </section>`;
  }
}
