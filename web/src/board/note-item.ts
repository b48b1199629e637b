// One note as an element: its text, and at its foot the author, the marks others left and what it is.

import { type Box, fontSize, noteHeight, toPixels, type ZoneLayout } from "../model/layout";
import { type Links, links } from "../model/links";
import { MARKS, type Note } from "../model/page";
import { t, tn } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";

export const FOLD_CHARS = 280;
/** Height of what a typed note says of its fields. */
const KIND_WORDS = 24;

const drawn = new WeakMap<HTMLElement, string>();

export function newItem(id: string): HTMLLIElement {
  const item = make("li", { class: "note", tabindex: -1, "data-id": id });
  item.append(make("p", {}), make("footer", {}));
  return item;
}

/** Where the note lies and how large it is. A note that is being dragged stays in the hand. */
export function placeItem(item: HTMLElement, note: Note, layout: ZoneLayout): void {
  const { body, size } = layout;
  item.dataset.order = note.order;
  item.dataset.kind = note.kind;
  if (!item.classList.contains("lift")) {
    const at = toPixels(note.place, body, size);
    // a long note grows downwards, and up where the zone ends
    const words = note.fields !== undefined && !layout.compact ? KIND_WORDS : 0;
    const lowest = body.top + body.height - noteHeight(layout, note.text) - words;
    set(item, "left", `${at.left}px`);
    set(item, "top", `${Math.max(body.top, Math.min(at.top, lowest))}px`);
  }
  set(item, "width", `${size.width}px`);
  set(item, "minHeight", `${size.height}px`);
  set(item, "fontSize", `${fontSize(layout, note.text)}px`);
  item.classList.toggle("compact", layout.compact && !layout.canvas);
}

/** A place that the zone gives a note, as high as it is told; null: no longer. A note in the hand stays there. */
export function boxItem(item: HTMLElement, box: (Box & { look?: string }) | null): void {
  if (box === null) {
    delete item.dataset.look;
    return;
  }
  item.dataset.look = box.look ?? "";
  if (!item.classList.contains("lift")) {
    set(item, "left", `${box.left}px`);
    set(item, "top", `${box.top}px`);
  }
  set(item, "width", `${box.width}px`);
  set(item, "minHeight", `${box.height}px`);
}

function set(
  item: HTMLElement,
  name: "left" | "top" | "width" | "minHeight" | "fontSize",
  value: string,
): void {
  if (item.style[name] !== value) item.style[name] = value;
}

/** What is written on the note; nothing is touched unless it differs from what is there. */
export function writeItem(app: Atelier, item: HTMLLIElement, note: Note): void {
  const contents = app.document?.contents;
  const likes = contents?.reactionsTo(note.id) ?? new Set<string>();
  const comments = contents?.commentsOf(note.id).length ?? 0;
  const cluster = contents?.clusterOf(note)?.title;
  const author = app.authorName(note.by);
  const iLike = likes.has(app.data.person.id);
  const marks = app.noteMarks.map((mark) => mark(note)).filter((mark) => mark !== null);
  const signature = JSON.stringify([
    note.text,
    note.colour,
    author,
    likes.size,
    iLike,
    comments,
    cluster,
    note.tags,
    note.locked,
    marks.map((mark) => mark.outerHTML),
    app.unfolded.has(note.id),
  ]);
  if (drawn.get(item) === signature) return;
  drawn.set(item, signature);
  item.className = `note t-${note.colour}${item.className.replace(/^note|t-\w+/g, "").replace(/\s+/g, " ")}`;
  const long = [...note.text].length > FOLD_CHARS;
  item.classList.toggle("folded", long && !app.unfolded.has(note.id));
  item.classList.toggle("locked", note.locked === true);
  const text = item.querySelector("p");
  if (text) {
    text.lang = app.workshop.language ?? document.documentElement.lang; // words are parted as in the language of the workshop
    text.replaceChildren(...linked(links(note.text)));
  }
  fold(app, item, note, long);
  const foot = item.querySelector("footer");
  if (foot) {
    const who = make("span", { class: "who" });
    who.append(icon(`mark-${MARKS[note.colour]}`, 11), author);
    foot.replaceChildren(who, ...marks);
    for (const tag of note.tags ?? []) foot.append(make("span", { class: "tagged" }, tag));
    const said = make("span", { class: "said" });
    if (note.locked) said.append(mark("lock", "", t("Verrouillée")));
    if (likes.size > 0) said.append(mark("thumbs-up", String(likes.size), t("J'aime"), iLike ? "mine" : ""));
    if (comments > 0) said.append(mark("message-circle", String(comments), t("Commentaires")));
    if (said.childElementCount > 0) foot.append(said);
  }
  item.setAttribute("aria-label", spoken(app, note, { author, likes: likes.size, comments, cluster }));
}

/** What a screen reader says of a note: who, what, and what is special about it. */
export function spoken(
  app: Atelier,
  note: Note,
  more: { author: string; likes: number; comments: number; cluster: string | undefined },
): string {
  const parts = [t("Note de {author} : {text}", { author: more.author, text: note.text || t("vide") })];
  if (more.cluster) parts.push(t("groupe {title}", { title: more.cluster }));
  if (note.tags) parts.push(note.tags.join(", "));
  if (more.likes > 0) parts.push(tn("{n} j'aime", "{n} j'aime", more.likes));
  if (more.comments > 0) parts.push(tn("{n} commentaire", "{n} commentaires", more.comments));
  if (note.locked) parts.push(t("verrouillée"));
  for (const describe of app.noteWords) {
    const words = describe(note);
    if (words) parts.push(words);
  }
  return parts.join(". ");
}

function mark(picture: string, words: string, label: string, more = ""): HTMLElement {
  return make("span", { class: `nmark ${more}`.trim(), title: label }, icon(picture, 13), words);
}

function fold(app: Atelier, item: HTMLElement, note: Note, long: boolean): void {
  const there = item.querySelector<HTMLButtonElement>(":scope > .unfold");
  if (!long) {
    there?.remove();
    return;
  }
  const open = app.unfolded.has(note.id);
  const label = open ? t("Replier") : t("Lire la suite");
  const button =
    there ?? make("button", { type: "button", class: "unfold", tabindex: -1, "data-unfold": note.id }, label);
  button.textContent = label;
  button.setAttribute("aria-expanded", String(open));
  if (!there) item.querySelector("footer")?.before(button);
}

function linked(parts: Links): (Node | string)[] {
  return parts.map(({ text, address }) =>
    address === undefined
      ? text
      : make("a", { href: address, target: "_blank", rel: "noopener noreferrer", tabindex: -1 }, text),
  );
}
