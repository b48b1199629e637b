// Help beside notes and their fields: licences to choose from, needs as questions.

import { html, nothing } from "lit";
import type { Atelier } from "../board/atelier";
import { suiting } from "../model/licences";
import type { Note } from "../model/page";
import { asQuestion, type Flaw, flawsOf, solutionIn } from "../model/questions";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { picture } from "../ui/picture";
import { knownLicences, licenceFault } from "./resources";

export function attachAids(app: Atelier): void {
  app.fieldFaults.push((note, field, value) =>
    note.kind === "resource" && field === "licence" ? licenceFault(app, note, value) : null,
  );
  app.fieldAids.push((note, field, put) => {
    if (note.kind === "resource" && field === "licence") return licences(app, note, put);
    if (note.kind === "question" && field === "useful") return wording(app, note);
    return null;
  });
  app.noteMarks.push((note) => {
    const said = flawWords(note);
    if (said === null) return null;
    const mark = make("span", { class: "kindmark rowsflaw", title: said }, icon("lightbulb", 13));
    mark.append(make("span", { "aria-hidden": "true" }, short(note)));
    return mark;
  });
  app.noteWords.push(flawWords);
  app.noteActs.push((note) =>
    flawsIn(note).includes("statement")
      ? [{ label: t("Écrire en « Comment… ? »"), icon: "lightbulb", done: () => reword(app, note) }]
      : [],
  );
}

// -- needs ---------------------------------------------------------------------------------------

function sentences(note: Note): Record<Flaw, string> {
  return {
    statement: t("Un besoin s'écrit mieux en question : « Comment… ? »"),
    solution: t("Une solution se cache peut-être dans ce besoin : « {word} ». À quoi doit-elle servir ?", {
      word: solutionIn(note.text) ?? "",
    }),
    long: t("Ce besoin est long : il en contient peut-être plusieurs."),
  };
}

/** A micro-challenge is a piece of a need, and may well say what is to be done. */
function flawsIn(note: Note): Flaw[] {
  return note.kind === "question" && note.fields?.parent === undefined ? flawsOf(note.text) : [];
}

function flawWords(note: Note): string | null {
  const flaws = flawsIn(note);
  return flaws.length === 0 ? null : flaws.map((flaw) => sentences(note)[flaw]).join(" ");
}

function short(note: Note): string {
  const flaws = flawsIn(note);
  if (flaws.includes("solution")) return t("une solution ?");
  return flaws.includes("statement") ? t("en « Comment… ? »") : t("long");
}

function reword(app: Atelier, note: Note): void {
  app.document?.together(() => app.document?.retype(note.id, asQuestion(note.text)));
}

function wording(app: Atelier, note: Note) {
  const flaws = flawsIn(note);
  if (flaws.length === 0) return null;
  return html`<div class="field wide rowsaid">${picture("lightbulb", 16)} <span>${flaws.map((flaw) => html`${sentences(note)[flaw]} `)}
    ${flaws.includes("statement") ? html`<button class="btn xs" type="button" @click=${() => reword(app, note)}>${t("Écrire en « Comment… ? »")}</button>` : nothing}</span></div>`;
}

// -- licences ------------------------------------------------------------------------------------

function licences(app: Atelier, note: Note, put: (value: unknown) => void) {
  const known = knownLicences(app);
  const rtype = note.fields?.rtype;
  if (known === null) return null;
  const why = licenceFault(app, note, note.fields?.licence);
  const offered = typeof rtype === "string" ? suiting(known, rtype, app.workshop.public_body === true) : [];
  const choose = (event: Event) => {
    const chosen = (event.target as HTMLSelectElement).value;
    if (chosen !== "") put(chosen);
  };
  const options = (reciprocal: boolean) =>
    offered
      .filter((one) => one.share_alike === reciprocal)
      .map(
        (one) =>
          html`<option value=${one.id} .selected=${note.fields?.licence === one.id}>${one.name} (${one.id})</option>`,
      );
  return html`<div class="field rowslicence">${
    offered.length > 0
      ? html`<label class="field"><span>${t("Licences qui conviennent")}</span><select class="input" name="licence-choice" @change=${choose}>
          <option value="">${t("Choisir…")}</option>
          <optgroup label=${t("Permissives : chacun fait ce qu'il veut de la suite")}>${options(false)}</optgroup>
          <optgroup label=${t("Réciproques : la suite reste ouverte")}>${options(true)}</optgroup></select></label>`
      : html`<p class="soft">${rtype === "distinctive_sign" ? t("Une marque ne s'ouvre pas par une licence : écrivez plutôt une charte d'usage.") : t("Dites la nature de la ressource : les licences qui conviennent paraîtront ici.")}</p>`
  }${why === null ? nothing : html`<small class="fault">${why}</small>`}
    <small>${app.workshop.public_body ? t("Organisme public : liste de l'administration, relue en {month}.", { month: known.checked }) : t("Une licence ouverte n'interdit jamais l'usage commercial.")}</small></div>`;
}
