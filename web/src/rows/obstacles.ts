// Obstacles by their nature: tags that are chosen with one press, and how many there are of each.

import { html } from "lit";
import { tagNotes } from "../board/actions";
import type { Atelier } from "../board/atelier";
import type { Note, Zone } from "../model/page";
import { t, tn } from "../ui/i18n";
import type { Panel } from "./panel";

/** Tags are part of the notes: in the language of the workshop, whatever each reads its pages in. */
const NATURES: Readonly<Record<string, readonly string[]>> = {
  fr: ["interne", "externe", "juridique", "économique", "culturel"],
  en: ["internal", "external", "legal", "economic", "cultural"],
};

export function natures(app: Atelier): readonly string[] {
  return NATURES[app.workshop.language ?? "fr"] ?? (NATURES.fr as readonly string[]);
}

export function obstaclesPanel(app: Atelier): Panel {
  return {
    title: t("Nature des freins"),
    icon: "tag",
    button: (zone) => notesOf(app, zone).length > 0,
    label: (zone) => {
      const open = untagged(app, zone);
      return open === 0 ? t("Nature des freins") : tn("{n} frein à préciser", "{n} freins à préciser", open);
    },
    draw: (zone) => {
      const all = notesOf(app, zone);
      const counts = natures(app).map(
        (nature) => [nature, all.filter((note) => has(note, nature)).length] as const,
      );
      return html`<ul class="rownatures">${counts.map(([nature, count]) => html`<li>${nature} <b>${count}</b></li>`)}</ul>
        ${all.length === 0 ? html`<p class="soft">${t("Il n'y a pas encore de note ici.")}</p>` : html`<ul class="rowobstacles">${all.map((note) => obstacle(app, note))}</ul>`}`;
    },
  };
}

const has = (note: Note, tag: string) => note.tags?.includes(tag) === true;

function notesOf(app: Atelier, zone: Zone): Note[] {
  const notes = app.notesByZone().get(zone.id) ?? [];
  return notes.filter((note) => note.text.trim() !== "" && note.kind !== "scale");
}

function untagged(app: Atelier, zone: Zone): number {
  return notesOf(app, zone).filter((note) => !natures(app).some((nature) => has(note, nature))).length;
}

function obstacle(app: Atelier, note: Note) {
  const off = !app.mayChange(note);
  const press = (nature: string) =>
    tagNotes(app, [note.id], (tags) =>
      tags.includes(nature) ? tags.filter((tag) => tag !== nature) : [...tags, nature],
    );
  return html`<li><p>${note.text.trim()}</p><div class="row wrap" role="group" aria-label=${t("Nature de : {what}", { what: note.text.trim().slice(0, 80) })}>${natures(
    app,
  ).map(
    (nature) =>
      html`<button class="btn xs" type="button" aria-pressed=${has(note, nature)} ?disabled=${off} @click=${() => press(nature)}>${nature}</button>`,
  )}</div></li>`;
}
