// « Voir les Je »: on a verso, what the rectos say in the zone behind each zone, and « Faire remonter ».

import { html, nothing, render, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { ghostPlaces } from "../model/ghosts";
import { type Box, noteHeight, toPixels } from "../model/layout";
import { MARKS, type Note, type Zone } from "../model/page";
import { MOST_ORIGINS, madeFrom, raised } from "../model/raise";
import type { BoardDocument } from "../sync/document";
import { openForm } from "../ui/form-dialog";
import { t, tn, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { picture } from "../ui/picture";
import { addNotes, MOST_CHARS, MOST_TAGS } from "./actions";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { goToNote } from "./trace";
import { refused } from "./zone-state";

const HEIGHT = 84;
const TITLE = 26; // above the first note of a cluster

/** A « Je » note as it is seen from the verso. */
interface Ghost {
  note: Note;
  /** The structure whose recto it is on. */
  structure: string;
  author: string;
  /** What was raised from it, on whatever board that is now. */
  raised: readonly string[];
}

/** Ghosts of a zone of the current board: none unless it is a verso and they are asked for. */
export function ghostsOf(app: Atelier, zone: Zone, asked = app.ghosts): Ghost[] {
  const { document } = app;
  if (!asked || app.template.side !== "nous" || zone.mirror === null || document === null) return [];
  const made = madeFromIn(document);
  return app.stakeholders().flatMap(({ id, name }) => {
    const notes = document.byZone(`sheet${app.template.sheet}.recto/${id}`).get(zone.mirror ?? "") ?? [];
    return notes
      .filter((note) => note.text.trim() !== "" && !note.hidden)
      .map((note) => ({
        note,
        structure: name,
        author: app.authorName(note.by),
        raised: made.get(note.id) ?? [],
      }));
  });
}

const known = new WeakMap<BoardDocument, Map<string, string[]>>();

/** Asked for by every zone of a drawing, so it is kept until a note with an origin comes, goes or changes. */
function madeFromIn(document: BoardDocument): Map<string, string[]> {
  const made = known.get(document) ?? madeFrom(document.all());
  known.set(document, made);
  return made;
}

/** Make one note of « Nous » from one or several « Je »; gives its id, or null when that is refused. */
export function raiseNotes(app: Atelier, zone: Zone, sources: readonly Note[]): string | null {
  if (sources.length === 0 || refused(app, zone.id)) return null;
  const { text, ...more } = raised(zone, sources, app.data.person.colour, MOST_TAGS);
  const [id] = addNotes(app, zone.id, [text], undefined, more);
  if (id === undefined) return null;
  app.announcer.say(
    tn(
      "{n} Je remonté dans {zone}. Annuler le retire.",
      "{n} Je remontés en une note dans {zone}. Annuler la retire.",
      sources.length,
      { zone: zone.title },
    ),
  );
  return id;
}

// -- on the board ---------------------------------------------------------------------------------

export function attachGhosts(app: Atelier, view: BoardView): () => void {
  const hosts = new WeakMap<HTMLElement, HTMLElement>();
  let frame = 0;

  const draw = () => {
    frame = 0;
    if (app.view !== "board") return;
    for (const zone of app.template.zones) {
      const section = view.section(zone.id);
      if (section) drawZone(section, zone);
    }
  };
  const soon = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };

  const drawZone = (section: HTMLElement, zone: Zone) => {
    const ghosts = ghostsOf(app, zone);
    let host = hosts.get(section);
    if (ghosts.length === 0 && host === undefined) return;
    if (host === undefined) {
      host = make("div", { class: "ghostlayer" });
      hosts.set(section, host);
      section.querySelector(":scope > ul.notes")?.before(host);
    }
    const places = placesFor(app, zone, ghosts);
    const shown = ghosts.filter((ghost) => places.has(ghost.note.id));
    const held = host.contains(document.activeElement) ? document.activeElement : null;
    section.classList.toggle("haunted", ghosts.length > 0);
    render(layer(app, zone, ghosts, shown), host);
    for (const item of host.querySelectorAll<HTMLElement>("li.ghost")) {
      const place = places.get(item.dataset.ghost ?? "");
      if (!place) continue;
      item.style.left = `${place.left}px`;
      item.style.top = `${place.top}px`;
      item.style.width = `${place.width}px`;
      item.style.height = `${place.height}px`;
    }
    if (held !== null && !held.isConnected)
      (host.querySelector<HTMLElement>(".ghostchip") ?? section).focus({ preventScroll: true });
  };

  const offs = (["board", "joined", "placed", "workshop", "ghosts", "focus"] as const).map((what) =>
    app.on(what, soon),
  );
  offs.push(
    app.onChanges(({ document, changes }) => {
      if (changes.some(({ before, after }) => before?.origin || after?.origin)) known.delete(document);
      if (!app.ghosts || app.template.side !== "nous" || document !== app.document) return;
      const rectos = `sheet${app.template.sheet}.recto/`;
      if (changes.some(({ before, after }) => (after ?? before)?.board.startsWith(rectos) || after?.origin))
        soon();
    }),
  );
  soon();
  return () => {
    cancelAnimationFrame(frame);
    for (const off of offs) off();
  };
}

/** Where there is room: ghosts that were not raised yet come first. */
function placesFor(app: Atelier, zone: Zone, ghosts: readonly Ghost[]): Map<string, Box> {
  const layout = app.layoutOf(zone);
  const { body, size } = layout;
  const contents = app.document?.contents;
  const taken = (app.notesByZone().get(zone.id) ?? []).map((note): Box => {
    const at = toPixels(note.place, body, size);
    const height = noteHeight(layout, note.text);
    const top = Math.max(body.top, Math.min(at.top, body.top + body.height - height));
    const above = contents?.clusterOf(note) ? TITLE : 0;
    return { left: at.left, top: top - above, width: size.width, height: height + above };
  });
  const first = [...ghosts].sort((a, b) => Number(a.raised.length > 0) - Number(b.raised.length > 0));
  const places = ghostPlaces(body, { width: size.width, height: HEIGHT }, taken, first.length);
  const out = new Map<string, Box>();
  for (const [at, ghost] of first.entries()) {
    const place = places[at];
    if (place) out.set(ghost.note.id, place);
  }
  return out;
}

function layer(app: Atelier, zone: Zone, all: readonly Ghost[], shown: readonly Ghost[]): TemplateResult {
  if (all.length === 0) return html``;
  const hidden = all.length - shown.length;
  const count = hidden > 0 ? t("+ {n} Je", { n: hidden }) : tn("{n} Je", "{n} Je", all.length);
  const label = `${count}, ${t("voir et choisir les Je derrière {zone}", { zone: zone.title })}`;
  return html`<ul class="ghosts" aria-label=${t("Je derrière {zone}", { zone: zone.title })}>${repeat(
    shown,
    (ghost) => ghost.note.id,
    (
      ghost,
    ) => html`<li class="ghost g-${ghost.note.colour} ${ghost.raised.length > 0 ? "up" : ""}" data-ghost=${ghost.note.id} title=${ghost.note.text}
        @click=${(event: Event) => event.stopPropagation()} @dblclick=${(event: Event) => event.stopPropagation()}>
      <p><span class="sr">${t("Je de {structure} :", { structure: ghost.structure })} </span>${ghost.note.text}</p>
      <footer><span class="from">${picture("je", 12)}<span>${whose(ghost)}</span></span>${raiseButton(app, zone, ghost)}</footer>
    </li>`,
  )}</ul>
  <button type="button" class="ghostchip" aria-haspopup="dialog" aria-label=${label} title=${label}
    @click=${() => openGhosts(app, zone)}>${picture("je", 13)}${count}</button>`;
}

function whose({ structure, author, note }: Ghost): string {
  return structure === author || note.by === null ? structure : `${structure} · ${author}`;
}

function raiseButton(app: Atelier, zone: Zone, ghost: Ghost, label = t("Faire remonter")) {
  const [made] = ghost.raised;
  if (made === undefined && (!app.mayWrite || app.closed(zone.id) !== null)) return nothing;
  // one element for both, so that the focus stays on it
  const act = () => {
    if (made === undefined) raiseNotes(app, zone, [ghost.note]);
    else goToNote(app, made);
  };
  const about = t("Je de {structure} : {text}", { structure: ghost.structure, text: ghost.note.text });
  const name = made === undefined ? `${label}. ${about}` : `${t("Remontée : voir la note")}. ${about}`;
  return html`<button type="button" class=${made === undefined ? "raise" : "raise done"} aria-label=${name} @click=${act}
    >${picture(made === undefined ? "arrow-up" : "check", 14)}${made === undefined ? label : t("Remontée")}</button>`;
}

// -- all of a zone, and several as one -------------------------------------------------------------

/** All « Je » behind a zone, by structure: read them, and raise one or several as one note. */
export function openGhosts(app: Atelier, zone: Zone): void {
  const ghosts = ghostsOf(app, zone);
  const structures = [...new Set(ghosts.map((ghost) => ghost.structure))];
  const boxes = new Map<HTMLInputElement, Ghost>();
  const may = app.mayWrite && app.closed(zone.id) === null;
  const chosen = () => [...boxes].filter(([box]) => box.checked).map(([, ghost]) => ghost.note);
  const told = make("p", { class: "soft", role: "status" });
  const list = structures.map((structure) =>
    make(
      "fieldset",
      { class: "ghostgroup" },
      make("legend", {}, structure),
      ...ghosts
        .filter((ghost) => ghost.structure === structure)
        .map((ghost) => {
          const box = make("input", { type: "checkbox", disabled: !may });
          boxes.set(box, ghost);
          const { note, author, raised } = ghost;
          const foot = raised.length > 0 ? `${author} · ${t("déjà remontée")}` : author;
          const picture = make("span", { class: `av xs c-${note.colour} k-${note.colour}` });
          picture.append(icon(`mark-${MARKS[note.colour]}`, 11));
          return make(
            "label",
            { class: "ghostline" },
            box,
            picture,
            make("span", {}, note.text, make("small", { class: "soft" }, foot)),
          );
        }),
    ),
  );
  const length = () =>
    chosen()
      .map((note) => [...note.text.trim()].length + 1)
      .reduce((sum, one) => sum + one, -1);
  const ready = () => {
    const { length: count } = chosen();
    const tooMuch = count > MOST_ORIGINS || length() > MOST_CHARS;
    told.textContent = tooMuch
      ? t("C'est trop pour une seule note : {most} Je et mille caractères au plus.", { most: MOST_ORIGINS })
      : count > 1
        ? tn("{n} Je deviendront une seule note.", "{n} Je deviendront une seule note.", count)
        : "";
    return count > 0 && !tooMuch;
  };
  openForm({
    title: typo(t("Je derrière « {zone} »", { zone: zone.title })),
    body: [make("div", { class: "ghostlist" }, ...list), told],
    stay: t("Fermer"),
    act: t("Faire remonter"),
    ready,
    wide: true,
    done: () => {
      const id = raiseNotes(app, zone, chosen());
      if (id !== null) goToNote(app, id);
    },
    ...(boxes.size > 0 && { focus: [...boxes.keys()][0] as HTMLElement }),
  });
}

// -- in the list -----------------------------------------------------------------------------------

/** The same under a zone of the list. */
export function ghostLines(app: Atelier, zone: Zone): TemplateResult | typeof nothing {
  const ghosts = ghostsOf(app, zone, true);
  if (ghosts.length === 0) return nothing;
  const toggle = (words: string, look = "") =>
    html`<button type="button" class="btn sm ghostmore ${look}" @click=${() => toggleGhosts(app)}>${picture("je", 15)}${words}</button>`;
  if (!app.ghosts) return toggle(tn("Voir {n} Je", "Voir {n} Je", ghosts.length), "alone");
  const heading = `ghosts-${zone.id}`;
  return html`<div class="ghostlines"><h3 id=${heading}>${picture("je", 15)}${tn("{n} Je derrière cette zone", "{n} Je derrière cette zone", ghosts.length)}</h3>
    <ul aria-labelledby=${heading}>${repeat(
      ghosts,
      (ghost) => ghost.note.id,
      (ghost) => html`<li class="ghostrow g-${ghost.note.colour}" data-ghost=${ghost.note.id}>
        <div class="grow"><p><span class="sr">${t("Je de {structure} :", { structure: ghost.structure })} </span>${ghost.note.text}</p>
        <span class="from">${picture("je", 12)}<span>${whose(ghost)}</span></span></div>${raiseButton(app, zone, ghost)}</li>`,
    )}</ul>
    ${
      ghosts.length > 1 && app.mayWrite && app.closed(zone.id) === null
        ? html`<button type="button" class="btn sm" @click=${() => openGhosts(app, zone)}>${picture("git-merge", 15)}${t("En réunir plusieurs…")}</button>`
        : nothing
    } ${toggle(t("Masquer les Je"))}</div>`;
}

/** The switch in the head of a verso. */
export function ghostSwitch(app: Atelier): TemplateResult {
  return html`<button type="button" class="ghostsw" role="switch" aria-checked=${String(app.ghosts)} title=${`${t("Voir les Je")} (J)`}
    @click=${() => toggleGhosts(app)}><i class="switch"></i>${t("Voir les Je")}</button>`;
}

/** Show the « Je » of a verso, or hide them, and say how many there are. */
export function toggleGhosts(app: Atelier): void {
  if (app.template.side !== "nous") {
    app.announcer.say(t("Les Je se voient au verso, face Nous."));
    return;
  }
  app.showGhosts(!app.ghosts);
  const count = app.template.zones.reduce((sum, zone) => sum + ghostsOf(app, zone).length, 0);
  app.announcer.say(
    app.ghosts
      ? tn("Je affichés : {n} note de recto.", "Je affichés : {n} notes de recto.", count)
      : t("Je masqués."),
  );
}
