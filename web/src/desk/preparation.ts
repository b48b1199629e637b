// The chapter « Préparatifs »: the guide's checklist, two cards to fill in before inviting anybody, and where to
// look for what exists already.

import { html, nothing } from "lit";
import { shelfNames } from "../deck/shelf";
import type { Library } from "../model/library";
import type { Workshop } from "../model/page";
import { t, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Desk } from "./desk";
import { fromOutside } from "./parts";

const MOST = 1_000;
const DONE = "1";

type About = Library["prepare"][number]["about"];

function names(): Record<About, string> {
  return {
    people: t("Les personnes"),
    place: t("Le lieu"),
    prints: t("Les impressions"),
    material: t("Le matériel"),
  };
}

/** How much of the checklist is done; null before the guide is there. */
export function preparedOf(workshop: Workshop, library: Library | null): { done: number; of: number } | null {
  if (library === null) return null;
  const done = library.prepare.filter(({ id }) => workshop.preparation?.[`done/${id}`]).length;
  return { done, of: library.prepare.length };
}

export function preparation(desk: Desk, library: Library | null) {
  if (library === null) return html`<p class="soft">${t("Le guide se charge.")}</p>`;
  const set = (key: string, text: string) => void desk.ask({ type: "preparation.set", key, text });
  return html`<div class="pair prepare">
    <div class="stack">${library.sheets.map((sheet) => card(desk, library, sheet, set))}</div>
    <section class="card stack"><h2>${t("À prévoir")}</h2>
      ${(Object.keys(names()) as About[]).map(
        (about) =>
          html`<fieldset><legend>${names()[about]}</legend>${library.prepare
            .filter((one) => one.about === about)
            .map(
              ({ id, text }) =>
                html`<label class="check"><input type="checkbox" .checked=${Boolean(desk.workshop.preparation?.[`done/${id}`])} @change=${(event: Event) => set(`done/${id}`, (event.target as HTMLInputElement).checked ? DONE : "")}> <span>${typo(text)}</span></label>`,
            )}</fieldset>`,
      )}
      <p class="row"><a class="btn sm" href=${`/organisation/${desk.workshop.id}/feuille`}>${picture("printer", 17)}${t("Feuille à imprimer")}</a>
        <a class="btn sm" href="/guide">${picture("book-open", 17)}${t("Guide de l'atelier")}</a></p></section></div>`;
}

function card(
  desk: Desk,
  library: Library,
  sheet: Library["sheets"][number],
  set: (key: string, text: string) => void,
) {
  return html`<section class="card stack" aria-labelledby=${`sheet-${sheet.id}`}><h2 id=${`sheet-${sheet.id}`}>${typo(sheet.title)}</h2>
    <p class="soft">${typo(sheet.why)}</p>
    ${sheet.questions.map(({ id, text }) => {
      const key = `${sheet.id}/${id}`;
      return html`<label class="field"><span>${typo(text)}</span>
        <span class="input"><textarea rows="2" maxlength=${MOST} ${fromOutside(desk.workshop.preparation?.[key] ?? "")} @change=${(event: Event) => set(key, (event.target as HTMLTextAreaElement).value)}></textarea></span></label>`;
    })}
    ${sheet.id === "need" ? catalogues(library) : nothing}</section>`;
}

/** Where to look for what answers the need already. */
function catalogues(library: Library) {
  return html`<div><h3>${shelfNames().catalogue}</h3><ul class="dots">${library.links
    .filter(({ about }) => about === "catalogue")
    .map(
      (one) =>
        html`<li><a href=${one.url} target="_blank" rel="noopener noreferrer">${typo(one.title)}</a> <span class="soft">${typo(one.text)}</span></li>`,
    )}</ul></div>`;
}
