// Small controls of the wrap-up: each is filled in place and saved by itself.

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { readNumber } from "../board/kind-fields";
import { dateWords, numberWords, personName } from "../model/kind-words";
import { type Field, kindOf } from "../model/kinds";
import { own } from "../model/own";
import type { Note } from "../model/page";
import { whole } from "../model/text-diff";
import { language, t } from "../ui/i18n";
import type { WrapUp } from "./state";

const LINE_CHARS = 200;
const ELSEWHERE = "-";

export function fieldOf(kind: string, name: string): Field {
  return kindOf(kind).fields.find((field) => field.name === name) as Field;
}

/** The label stands above, and names the note for those who listen. */
export function labelled(words: string, note: Note, control: TemplateResult, wide = false): TemplateResult {
  return html`<label class=${wide ? "wfield wide" : "wfield"}><span>${words}<span class="sr"> : ${nameOf(note)}</span></span>${control}</label>`;
}

export function nameOf(note: Note): string {
  return note.text.trim().split("\n")[0] || t("sans texte");
}

/** One of several words. */
export function choice(state: WrapUp, note: Note, name: string): TemplateResult {
  const field = fieldOf(note.kind, name);
  const now = String(note.fields?.[name] ?? "");
  const words = own(field.choices, now)?.();
  if (!state.mayChange(note)) return said(field.label(), words ?? "");
  return labelled(
    field.label(),
    note,
    html`<select class="input sm" data-field=${name} .value=${live(now)} @change=${(event: Event) => {
      const { value } = event.target as HTMLSelectElement;
      state.set(note, { [name]: value || undefined });
    }}>
      <option value="" ?selected=${now === ""}>—</option>
      ${Object.entries(field.choices ?? {}).map(([value, label]) => html`<option value=${value} ?selected=${value === now}>${label()}</option>`)}
    </select>`,
  );
}

/** A value that may not be changed now. */
export function said(label: string, words: string): TemplateResult {
  return html`<div class="wfield said"><span>${label}</span><b>${words || "—"}</b></div>`;
}

/** Somebody of the workshop, or somebody else by name. `open`: notes whose owner is being typed. */
export function owner(state: WrapUp, note: Note, open: Set<string>, draw: () => void): TemplateResult {
  const { app } = state;
  const label = t("Responsable");
  const id = note.fields?.owner_id;
  const text = typeof note.fields?.owner_text === "string" ? note.fields.owner_text : "";
  const free = note.kind === "action";
  if (!state.mayChange(note)) return said(label, typeof id === "string" ? personName(app, id) : text);
  const typed = free && id === undefined && (text !== "" || open.has(note.id));
  const now = typeof id === "string" ? id : typed ? ELSEWHERE : "";
  const people = [...app.workshop.people].filter(({ role }) => role !== "observer");
  const mine = people.filter(({ group }) => group !== null && group === app.data.group);
  const others = people.filter((one) => !mine.includes(one));
  const option = (person: { id: string; name: string }) =>
    html`<option value=${person.id} ?selected=${person.id === now}>${person.name}</option>`;
  const gone = typeof id === "string" && !people.some((person) => person.id === id);
  return html`${labelled(
    label,
    note,
    html`<select class="input sm" data-field="owner" .value=${live(now)} @change=${(event: Event) => {
      const { value } = event.target as HTMLSelectElement;
      if (value === ELSEWHERE) {
        open.add(note.id);
        state.set(note, { owner_id: undefined });
        draw();
        const item = (event.target as HTMLElement).closest("li");
        requestAnimationFrame(() => item?.querySelector<HTMLElement>("[data-field=owner_text]")?.focus());
        return;
      }
      open.delete(note.id);
      state.set(
        note,
        free ? { owner_id: value || undefined, owner_text: undefined } : { owner_id: value || undefined },
      );
      draw();
    }}>
      <option value="" ?selected=${now === ""}>${t("À désigner")}</option>
      ${gone ? option({ id: id as string, name: t("Personne partie") }) : nothing}
      ${mine.map(option)}
      ${others.length > 0 && mine.length > 0 ? html`<optgroup label=${t("Autres groupes et animation")}>${others.map(option)}</optgroup>` : others.map(option)}
      ${free ? html`<option value=${ELSEWHERE} ?selected=${now === ELSEWHERE}>${t("Une autre personne…")}</option>` : nothing}
    </select>`,
  )}
  ${typed ? line(state, note, "owner_text", t("Nom de la personne")) : nothing}`;
}

/** Words that are typed; saved when one leaves the field. Drawing again leaves what is being typed. */
export function line(state: WrapUp, note: Note, name: string, label: string): TemplateResult {
  const now = typeof note.fields?.[name] === "string" ? (note.fields[name] as string) : "";
  if (!state.mayChange(note)) return said(label, now);
  return labelled(
    label,
    note,
    html`<input class="input sm" data-field=${name} maxlength=${LINE_CHARS} autocomplete="off" .value=${now}
      @change=${(event: Event) => {
        const value = whole((event.target as HTMLInputElement).value.trim());
        state.set(note, { [name]: value === "" ? undefined : value });
      }}>`,
  );
}

export function due(state: WrapUp, note: Note): TemplateResult {
  const now = typeof note.fields?.due === "string" ? note.fields.due : "";
  if (!state.mayChange(note)) return said(t("Échéance"), now === "" ? "" : dateWords(now));
  return labelled(
    t("Échéance"),
    note,
    html`<input class="input sm" type="date" data-field="due" min="2000-01-01" max="2099-12-31" .value=${now}
      @change=${(event: Event) => {
        const field = event.target as HTMLInputElement;
        if (field.validity.valid) state.set(note, { due: field.value || undefined });
      }}>`,
  );
}

/** A number as its language writes it; what is none stays in the field and is said. */
export function amount(state: WrapUp, note: Note, name: string): TemplateResult {
  const field = fieldOf(note.kind, name);
  const value = note.fields?.[name];
  const now = typeof value === "number" ? numberWords(value) : "";
  if (!state.mayChange(note)) return said(field.label(), now);
  return labelled(
    field.label(),
    note,
    html`<input class="input sm" inputmode="decimal" data-field=${name} autocomplete="off" .value=${now}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        const raw = input.value.trim();
        const read = raw === "" ? undefined : readNumber(raw, language() === "fr");
        const fine = read === undefined || (read !== null && Math.abs(read) <= 999_999_999);
        input.setAttribute("aria-invalid", String(!fine));
        if (fine) state.set(note, { [name]: read });
        else state.app.announcer.say(t("Écrivez un nombre."));
      }}>`,
  );
}
