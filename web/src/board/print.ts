// The board on paper: one A4 or A3 page with its zones where the template has them, then, zone by zone, the notes
// that had no room. Nothing is folded or made smaller; it is laid out when printing begins and taken away after.

import { MARKS, type Note, type Zone } from "../model/page";
import { day, t, tn, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";
import { kindMark } from "./kind-mark";

/** Width of a note on a sheet; on a canvas, which is larger and denser, a third of a wide zone. */
const NOTE_MM = { A4L: 40, A3L: 48 } as const;

export function attachPrint(app: Atelier): () => void {
  const before = () => {
    drop();
    const paper = drawPaper(app);
    document.body.append(paper);
    moveWhatOverflows(app, paper);
  };
  const print = () => window.print();
  const button = document.querySelector<HTMLElement>("#print");
  const drop = () => document.querySelector(".paperboard")?.remove();
  addEventListener("beforeprint", before);
  addEventListener("afterprint", drop);
  button?.addEventListener("click", print);
  return () => {
    button?.removeEventListener("click", print);
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", drop);
  };
}

function drawPaper(app: Atelier): HTMLElement {
  const { template } = app;
  const page = make("section", { class: "paperpage" }, head(app, "h1"));
  for (const zone of zonesInOrder(app)) page.append(drawZone(app, zone));
  page.append(
    make("p", { class: "paperfoot" }, typo(`${app.data.attribution} ${template.id} ${template.version}`)),
  );
  return make("div", { class: `paperboard ${template.page} side-${template.side ?? "none"}` }, page);
}

function zonesInOrder(app: Atelier): Zone[] {
  return [...app.template.zones].sort((a, b) => a.n - b.n);
}

/** Which board, whose, of which workshop and group, as it is today. */
function head(app: Atelier, level: "h1" | "h2"): HTMLElement {
  const { template, board, workshop } = app;
  const group = workshop.groups.find((one) => one.id === app.shownGroup)?.name ?? app.data.group;
  const whose = app.stakeholders().find((one) => board.endsWith(`/${one.id}`))?.name;
  const face = { je: t("Je"), nous: t("Nous"), none: "" }[template.side ?? "none"];
  const title = make(level, {}, typo(template.title));
  const of = [whose ?? "", workshop.title, t("Groupe {name}", { name: group }), day(Date.now())];
  const sign =
    template.side === null ? [] : [make("b", { class: "papersign" }, icon(template.side, 20), face)];
  return make(
    "header",
    { class: "paperhead" },
    make("div", {}, title, make("p", {}, of.filter(Boolean).join(" · "))),
    ...sign,
  );
}

function drawZone(app: Atelier, zone: Zone): HTMLElement {
  const [left, top, width, height] = zone.box;
  const section = make(
    "section",
    { class: "paperzone", "data-zone": zone.id },
    make("h2", {}, `${zone.n}. ${typo(zone.title)}`),
    make("p", { class: "paperprompt" }, typo(zone.prompt)),
    make("ul", {}, ...drawNotes(app, zone)),
  );
  Object.assign(section.style, {
    left: `${left}mm`,
    top: `${top}mm`,
    width: `${width}mm`,
    height: `${height}mm`,
  });
  const columns = Math.max(1, Math.round((width - 6) / NOTE_MM[app.template.page]));
  section.style.setProperty("--columns", String(columns));
  return section;
}

/** In reading order; groups of notes under their title, where their first note is. */
function drawNotes(app: Atelier, zone: Zone): HTMLElement[] {
  const notes = app.notesByZone().get(zone.id) ?? [];
  const contents = app.document?.contents;
  const together = new Map<string, HTMLElement[]>();
  for (const note of notes) {
    const cluster = contents?.clusterOf(note);
    const key = cluster?.id ?? note.id;
    const items = together.get(key) ?? [];
    if (cluster && items.length === 0) items.push(make("li", { class: "papergroup" }, cluster.title));
    items.push(drawNote(app, note));
    together.set(key, items);
  }
  return [...together.values()].flat();
}

function drawNote(app: Atelier, note: Note): HTMLElement {
  const likes = app.document?.contents.reactionsTo(note.id).size ?? 0;
  const foot = make("footer", {}, icon(`mark-${MARKS[note.colour]}`, 11), writer(app, note));
  const mark = kindMark(app, note);
  if (mark) foot.append(mark);
  if (likes > 0) foot.append(make("span", {}, tn("{n} personne aime", "{n} personnes aiment", likes)));
  return make(
    "li",
    { class: `papernote k-${note.colour}`, lang: app.data.language },
    make("p", {}, note.text || t("vide")),
    foot,
  );
}

/** On paper « vous » is nobody: everybody has their name. */
function writer(app: Atelier, note: Note): string {
  const { id, name } = app.data.person;
  return note.by === id ? name : app.authorName(note.by);
}

/** What does not fit in its zone goes on, whole and in the same order, on the pages after the board. */
function moveWhatOverflows(app: Atelier, paper: HTMLElement): void {
  const rest = make("section", { class: "paperrest" });
  for (const zone of zonesInOrder(app)) {
    const section = paper.querySelector<HTMLElement>(`[data-zone="${CSS.escape(zone.id)}"]`);
    const list = section?.querySelector("ul");
    if (!section || !list) continue;
    const notes = [...list.children] as HTMLElement[];
    if (fits(section, notes)) continue;
    const more = make("p", { class: "papermore" });
    section.append(more);
    let kept = notes.length;
    const group = (at: number) => notes[at]?.classList.contains("papergroup") === true;
    while (kept > 0 && !fits(section, notes.slice(0, kept), more.offsetHeight || 20)) kept--;
    // a title does not stay behind alone
    while (kept > 0 && group(kept - 1)) kept--;
    const moved = notes.slice(kept);
    const many = moved.filter((_, at) => !group(kept + at)).length;
    more.textContent = tn("{n} note à la suite du support", "{n} notes à la suite du support", many);
    rest.append(make("h2", {}, `${zone.n}. ${typo(zone.title)}`), make("ul", {}, ...moved));
  }
  if (rest.childElementCount > 0) {
    rest.prepend(head(app, "h2"));
    paper.append(rest);
  }
}

function fits(zone: HTMLElement, notes: readonly HTMLElement[], reserved = 0): boolean {
  const floor = zone.getBoundingClientRect().bottom - reserved - 4;
  return notes.every((note) => note.getBoundingClientRect().bottom <= floor);
}
