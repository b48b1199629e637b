// The table of resources: six types by description, rights holder, licence and how contributions are secured.

import { html, nothing } from "lit";
import { addNotes } from "../board/actions";
import type { Atelier } from "../board/atelier";
import { fetchLibrary, libraryNow } from "../deck/library";
import { noteName } from "../model/kind-words";
import { kindOf } from "../model/kinds";
import { type Licences, mismatch, suiting } from "../model/licences";
import { own } from "../model/own";
import type { Note, Zone } from "../model/page";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import { type Panel, redraw } from "./panel";

const choicesOf = (name: string) =>
  kindOf("resource").fields.find((field) => field.name === name)?.choices ?? {};

let asking = false;

/** The licences, once they are here; asked for at the first need. */
export function knownLicences(app: Atelier): Licences | null {
  const licences = libraryNow()?.licences ?? null;
  if (licences === null && !asking) {
    asking = true;
    void fetchLibrary(app.data.base).then((library) => {
      asking = false; // where it has none, asked for again at the next drawing
      if (library?.licences === undefined) return;
      redraw();
      app.emit("votes"); // the list draws it as well
    });
  }
  return licences;
}

/** Why a resource may not have this licence; nothing is refused while the licences are not here. */
export function licenceFault(app: Atelier, note: Note, value: unknown): string | null {
  const known = knownLicences(app);
  return known && mismatch(known, note.fields?.rtype, value, app.workshop.public_body === true);
}

function resourcesOf(app: Atelier, zone: Zone): Note[] {
  return (app.notesByZone().get(zone.id) ?? []).filter((note) => note.kind === "resource");
}

export function resourcesPanel(app: Atelier): Panel {
  return {
    title: t("Ressources et licences"),
    icon: "table",
    label: (zone) => {
      const count = resourcesOf(app, zone).length;
      return count === 0
        ? t("Tableau des ressources")
        : tn("Tableau : {n} ressource", "Tableau : {n} ressources", count);
    },
    draw: (zone) => table(app, zone),
  };
}

/** What was refused, by note, until it is typed again. */
const refused = new Map<string, { words: string; why: string }>();

function table(app: Atelier, zone: Zone) {
  const all = resourcesOf(app, zone);
  const types = Object.entries(choicesOf("rtype"));
  const untyped = all.filter((note) => own(choicesOf("rtype"), note.fields?.rtype) === undefined);
  const may = app.mayWrite && app.closed(zone.id) === null;
  const group = (type: string | null, name: string, notes: readonly Note[]) => html`<tbody>
    <tr class="type"><th colspan="4" scope="rowgroup">${name}
      ${may && type !== null ? html`<button class="btn xs" type="button" aria-label=${t("Ajouter une ressource : {type}", { type: name })} @click=${() => addNotes(app, zone.id, [""], undefined, { kind: "resource", fields: { rtype: type } })}>${picture("plus", 14)} ${t("Ajouter")}</button>` : nothing}</th></tr>
    ${notes.map((note) => line(app, note, name))}</tbody>`;
  return html`<p class="soft">${app.workshop.public_body ? t("Organisme public : seules les licences de la liste de l'administration sont proposées.") : t("Une licence ouverte n'interdit jamais l'usage commercial.")}</p>
    <table class="restable"><thead><tr><th scope="col">${t("Ressource")}</th><th scope="col">${t("Titulaire des droits")}</th><th scope="col">${t("Licence")}</th><th scope="col">${t("Contributions assurées par")}</th></tr></thead>
    ${types.map(([type, name]) =>
      group(
        type,
        name(),
        all.filter((note) => note.fields?.rtype === type),
      ),
    )}
    ${untyped.length > 0 ? group(null, t("Nature à préciser"), untyped) : nothing}</table>`;
}

function line(app: Atelier, note: Note, type: string) {
  const may = app.mayChange(note);
  const name = note.text.trim() === "" ? type : noteName(app, note.id);
  const said = (field: string) =>
    typeof note.fields?.[field] === "string" ? String(note.fields[field]) : "";
  const put = (field: string, value: string) =>
    app.document?.together(() => app.document?.setFields(note.id, { [field]: value.trim() || undefined }));
  const input = (
    label: string,
    value: string,
    done: (value: string, input: HTMLInputElement) => void,
    more = {},
  ) => field(may, `${label} · ${name}`, value, done, more);
  const secured = Object.entries(choicesOf("secured_by"));
  return html`<tr>
    <td data-label=${t("Ressource")}>${input(t("Ressource"), note.text, (value) => app.document?.together(() => app.document?.retype(note.id, value)))}</td>
    <td data-label=${t("Titulaire des droits")}>${input(t("Titulaire des droits"), said("rights_holder"), (value) => put("rights_holder", value))}</td>
    <td data-label=${t("Licence")}>${licenceCell(app, note, name, may)}</td>
    <td data-label=${t("Contributions assurées par")}>${
      may
        ? html`<select class="input" aria-label=${`${t("Contributions assurées par")} · ${name}`} @change=${(event: Event) => put("secured_by", (event.target as HTMLSelectElement).value)}>
            <option value="" .selected=${said("secured_by") === ""}>—</option>
            ${secured.map(([value, words]) => html`<option value=${value} .selected=${said("secured_by") === value}>${words()}</option>`)}</select>`
        : (own(choicesOf("secured_by"), note.fields?.secured_by)?.() ?? "—")
    }</td></tr>`;
}

function licenceCell(app: Atelier, note: Note, name: string, may: boolean) {
  const known = knownLicences(app);
  const now = typeof note.fields?.licence === "string" ? note.fields.licence : "";
  const wrong = refused.get(note.id);
  const why = wrong?.why ?? licenceFault(app, note, now);
  const rtype = String(note.fields?.rtype ?? "");
  const offered = known === null ? [] : suiting(known, rtype, app.workshop.public_body === true);
  const id = `licences-${note.id}`;
  const save = (value: string) => {
    const fault = licenceFault(app, note, value);
    if (fault === null) {
      refused.delete(note.id);
      app.document?.together(() => app.document?.setFields(note.id, { licence: value.trim() || undefined }));
    } else {
      refused.set(note.id, { words: value, why: fault });
      app.announcer.say(fault);
    }
    redraw();
    app.emit("votes");
  };
  return html`${field(may, `${t("Licence")} · ${name}`, wrong?.words ?? now, save, { list: id, wrong: why !== null })}
    <datalist id=${id}>${offered.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</datalist>
    ${why === null ? nothing : html`<small class="fault">${wrong ? t("Pas enregistré.") : ""} ${why}</small>`}`;
}

function field(
  may: boolean,
  label: string,
  value: string,
  done: (value: string, input: HTMLInputElement) => void,
  { list, wrong }: { list?: string; wrong?: boolean } = {},
) {
  if (!may) return value || "—";
  return html`<input class="input" type="text" autocomplete="off" maxlength="200" aria-label=${label} list=${list ?? nothing} aria-invalid=${wrong ? "true" : nothing} .value=${value}
    @change=${(event: Event) => done((event.target as HTMLInputElement).value, event.target as HTMLInputElement)}>`;
}
