// The fields of a kind of note as controls: a choice is a list, a mark a row of buttons, words are typed.

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import {
  gaugeWords,
  isNumber,
  noteName,
  numberWords,
  personName,
  stakeholderName,
  stepOf,
} from "../model/kind-words";
import { type Field, GAUGES, HORIZONS, kindOf, presets } from "../model/kinds";
import { own } from "../model/own";
import type { Note } from "../model/page";
import { whole } from "../model/text-diff";
import type { BoardDocument } from "../sync/document";
import { language, t } from "../ui/i18n";
import type { Atelier } from "./atelier";

const LINES = 20;
const LINE_CHARS = 200;
const TEXT_CHARS = 2000;
const FIRST_DAY = "2000-01-01";
const LAST_DAY = "2099-12-31";

/** What the controls need of the dialog they are in. */
export interface Filling {
  readonly app: Atelier;
  readonly shared: BoardDocument;
  readonly id: string;
  readonly note: Note | null;
  /** What is typed and not saved yet, or cannot be, and what the field held when typing began. */
  readonly raw: ReadonlyMap<string, { words: string; since: unknown }>;
  readonly faults: ReadonlyMap<string, string>;
  /** What a field holds, or what follows from where the note lies. */
  value(name: string): unknown;
  put(name: string, value: unknown): void;
  choose(name: string, value: unknown): void;
  typed(field: Field, words: string): void;
  left(field: Field): void;
  beginStep(): void;
  endStep(): void;
  draw(): void;
}

type Parsed = { value: unknown } | { fault: string };
type Option = readonly [value: string, words: string];

/** « 1 200,50 » and « 1,200.50 », each as its language writes it; null when it is no number. */
export function readNumber(raw: string, french: boolean): number | null {
  const bare = raw.replace(/[\s\u00a0\u202f]/g, "").replace(/^\u2212/, "-");
  const plain = !french && /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare) ? bare.replaceAll(",", "") : bare;
  const dotted = plain.replace(",", ".");
  return /^[+-]?\d+(\.\d*)?$|^[+-]?\.\d+$/.test(dotted) ? Number(dotted) : null;
}

/** One field with its words, filled as its type wants. */
export function fieldView(on: Filling, note: Note, field: Field): TemplateResult {
  const value = on.value(field.name);
  switch (field.type) {
    case "choice":
      return select(on, field, Object.entries(field.choices ?? {}).map(said), String(value ?? ""));
    case "person":
      return select(on, field, people(on, value), String(value ?? ""));
    case "stakeholder":
      return select(on, field, structures(on, [value]), String(value ?? ""));
    case "note":
      return select(on, field, notes(on, field, [value]), String(value ?? ""));
    case "choices":
      return checks(on, field, Object.entries(field.choices ?? {}).map(said), value);
    case "stakeholders":
      return checks(on, field, structures(on, list(value)), value);
    case "notes":
      return checks(on, field, notes(on, field, list(value)), value);
    case "date":
      return date(on, field, value);
    case "wish":
      return wish(on, field, value);
    default:
      if (field.as === "mark") return radios(on, field, steps(0, field.high ?? 5), value, "row");
      if (field.as === "gauge") return gauge(on, note, field, value);
      if (field.as === "axis") return axis(on, field, value);
      return writing(on, field, value);
  }
}

function select(on: Filling, field: Field, options: readonly Option[], now: string): TemplateResult {
  const note = on.note;
  const given = note !== null && presets(note)[field.name] !== undefined;
  return html`<label class="field"><span>${field.label()}</span>
    <select class="input" name=${field.name} @change=${(event: Event) => {
      on.choose(field.name, (event.target as HTMLSelectElement).value || undefined);
    }}>${choices(options, now, given)}</select></label>`;
}

function axis(on: Filling, field: Field, value: unknown): TemplateResult {
  const now = stepOf(field, value);
  return html`<label class="field"><span>${field.label()}</span>
    <select class="input" name=${field.name} @change=${(event: Event) => {
      const chosen = (event.target as HTMLSelectElement).value;
      on.choose(field.name, chosen === "" ? undefined : Number(chosen));
    }}>${choices(axisOptions(field), now === null ? "" : String(now))}</select></label>`;
}

/** Where a point of the map would like to be: both axes and when, saved as one value. */
function wish(on: Filling, field: Field, value: unknown): TemplateResult {
  const now = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const axes = kindOf("point").fields.filter((one) => one.as === "axis");
  const change = (part: string, chosen: string) => {
    if (part !== "horizon" && chosen === "") return on.choose(field.name, undefined);
    const kept: Record<string, unknown> = { ...now };
    // the other axis starts where the point is now
    for (const { name } of axes)
      kept[name] ??= isNumber(on.value(name)) ? on.value(name) : part === "horizon" ? undefined : 0;
    kept[part] = part === "horizon" ? chosen || undefined : Number(chosen);
    const { x, y, horizon } = kept;
    if (isNumber(x) && isNumber(y))
      on.choose(field.name, horizon === undefined ? { x, y } : { x, y, horizon });
    else on.draw();
  };
  const select = (part: string, label: string, options: readonly Option[], at: string) =>
    html`<label class="field"><span>${label}</span><select class="input" name=${`${field.name}.${part}`}
      @change=${(event: Event) => change(part, (event.target as HTMLSelectElement).value)}>${choices(options, at)}</select></label>`;
  return html`<fieldset class="field wide group"><legend>${field.label()}</legend><div class="kindfields">
    ${axes.map((axis) => {
      const step = stepOf(axis, now[axis.name]);
      return select(axis.name, axis.label(), axisOptions(axis), step === null ? "" : String(step));
    })}
    ${select("horizon", t("Horizon"), Object.entries(HORIZONS).map(said), String(now.horizon ?? ""))}
  </div></fieldset>`;
}

function checks(on: Filling, field: Field, options: readonly Option[], value: unknown): TemplateResult {
  const chosen = list(value);
  return html`<fieldset class="field wide group checks"><legend>${field.label()}</legend>
    ${options.length === 0 ? html`<p class="hint">${t("Rien à choisir pour l'instant.")}</p>` : nothing}
    ${repeat(
      options,
      ([one]) => one,
      ([one, words]) =>
        html`<label><input type="checkbox" name=${field.name} value=${one} .checked=${live(chosen.includes(one))} aria-label=${own(field.aloud, one)?.() ?? nothing}
          @change=${(event: Event) => {
            const now = list(on.value(field.name)).filter((other) => other !== one);
            const next = (event.target as HTMLInputElement).checked ? [...now, one] : now;
            on.choose(field.name, next.length > 0 ? next : undefined);
          }}><span>${words}</span></label>`,
    )}</fieldset>`;
}

function gauge(on: Filling, note: Note, field: Field, value: unknown): TemplateResult {
  const gauge = own(GAUGES, on.value("key"));
  const first = gauge?.low ?? 0;
  const options = steps(first, first + 4).map(([one], at): Option => {
    const number = numberWords(Number(one), first < 0 ? { signDisplay: "exceptZero" } : {});
    const word = gauge?.words[at]?.();
    return [one, word === undefined ? number : `${number} · ${word}`];
  });
  const shown = gaugeWords({ ...note.fields, key: on.value("key") }) === null ? undefined : value;
  return radios(on, field, options, shown, "column");
}

function radios(
  on: Filling,
  field: Field,
  options: readonly Option[],
  value: unknown,
  way: string,
): TemplateResult {
  return html`<fieldset class="field wide group marks ${way}"><legend>${field.label()}</legend>
    ${options.map(
      ([one, words]) =>
        html`<label><input type="radio" name=${field.name} value=${one} .checked=${live(String(value) === one)}
          @change=${() => on.choose(field.name, Number(one))}><span>${words}</span></label>`,
    )}
    <label class="noanswer"><input type="radio" name=${field.name} value="" .checked=${live(value === undefined)}
      @change=${() => on.choose(field.name, undefined)}><span>${t("Sans réponse")}</span></label>
  </fieldset>`;
}

function date(on: Filling, field: Field, value: unknown): TemplateResult {
  return html`<label class="field"><span>${field.label()}</span>
    <input class="input" type="date" name=${field.name} min=${FIRST_DAY} max=${LAST_DAY}
      .value=${live(typeof value === "string" ? value : "")}
      @focus=${() => on.beginStep()}
      @blur=${() => {
        on.endStep();
        on.draw();
      }}
      @change=${(event: Event) => {
        // while a day is typed the field says nothing, or a day of the year 2
        const input = event.target as HTMLInputElement;
        if (input.checkValidity() && !input.validity.badInput) on.put(field.name, input.value || undefined);
      }}></label>`;
}

function writing(on: Filling, field: Field, value: unknown): TemplateResult {
  const { name } = field;
  const raw = on.raw.get(name);
  const words = raw?.words ?? inField(field, value);
  const fault = on.faults.get(name);
  const theirs =
    raw !== undefined && !same(raw.since, value) && document.activeElement?.getAttribute("name") === name
      ? t("Entre-temps, quelqu'un a mis : « {words} ».", { words: inField(field, value) || t("vide") })
      : undefined;
  const below = [fault, theirs, field.hint?.()].filter((one) => one !== undefined);
  const number = field.type === "number" || field.type === "whole";
  const long = field.type === "text" || field.type === "lines";
  const starters = field.starters?.map((one) => (typeof one === "string" ? one : one()));
  const hint = `kind-hint-${name}`;
  const input = (event: Event) => {
    if ((event as InputEvent).isComposing) return;
    on.typed(field, (event.target as HTMLInputElement).value);
  };
  const begin = () => on.beginStep();
  const end = () => on.left(field);
  const id = `kind-${name}`;
  return html`<div class=${long ? "field wide" : "field"}><label class="lbl" for=${id}>${field.label()}</label>
    ${
      long
        ? html`<textarea class="input" id=${id} name=${name} rows="2" maxlength=${TEXT_CHARS} .value=${live(words)}
            aria-describedby=${below.length > 0 ? hint : nothing} aria-invalid=${fault ? "true" : nothing}
            @input=${input} @compositionend=${input} @focus=${begin} @blur=${end}></textarea>`
        : html`<input class="input" type="text" id=${id} name=${name} autocomplete="off" maxlength=${LINE_CHARS}
            inputmode=${number ? "decimal" : nothing} list=${starters ? `kind-list-${name}` : nothing}
            aria-describedby=${below.length > 0 ? hint : nothing} aria-invalid=${fault ? "true" : nothing}
            .value=${live(words)} @input=${input} @compositionend=${input} @focus=${begin} @blur=${end}>`
    }
    ${starters ? html`<datalist id=${`kind-list-${name}`}>${starters.map((one) => html`<option value=${one}></option>`)}</datalist>` : nothing}
    ${below.length > 0 ? html`<small id=${hint} class=${fault ? "fault" : ""}>${below.join(" ")}</small>` : nothing}
  </div>`;
}

// -- people, structures, other notes --------------------------------------------------------------

function people(on: Filling, value: unknown): Option[] {
  const { app } = on;
  const here = app.workshop.people.filter((person) => person.group === app.data.group);
  const options = here.map((person): Option => [person.id, person.name]);
  const known = typeof value !== "string" || here.some((person) => person.id === value);
  return known ? options : [...options, [value, personName(app, value)]];
}

function structures(on: Filling, values: readonly unknown[]): Option[] {
  const options = on.app.stakeholders().map(({ id, name }): Option => [id, name]);
  const known = new Set(options.map(([id]) => id));
  for (const value of values)
    if (typeof value === "string" && !known.has(value)) options.push([value, stakeholderName(on.app, value)]);
  return options;
}

function notes(on: Filling, field: Field, values: readonly unknown[]): Option[] {
  const found = on.shared.all().filter((note) => note.kind === field.of && note.id !== on.id);
  const ids = new Set(found.map((note) => note.id));
  for (const value of values) if (typeof value === "string") ids.add(value);
  return [...ids].map((one): Option => [one, noteName(on.app, one)]);
}

const said = ([value, words]: [string, () => string]): Option => [value, words()];
const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
const steps = (first: number, last: number): Option[] =>
  Array.from({ length: last - first + 1 }, (_, at) => [String(first + at), numberWords(first + at)]);
const axisOptions = (field: Field): Option[] =>
  (field.steps ?? []).map(([step, words]): Option => [String(step), words()]);

/** Options of a select; a first empty one, unless the zone already says which. */
function choices(options: readonly Option[], now: string, given = false): TemplateResult[] {
  const known = options.some(([value]) => value === now);
  const all: readonly Option[] = given && known ? options : [["", "—"], ...options];
  return all.map(
    ([value, words]) =>
      html`<option value=${value} .selected=${live(value === (known ? now : ""))}>${words}</option>`,
  );
}

export function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** A value as it is written in its field. */
export function inField(field: Field, value: unknown): string {
  if (isNumber(value)) return numberWords(value, { useGrouping: false });
  if (field.type === "lines") return list(value).join("\n");
  return typeof value === "string" ? value : "";
}

/** The value of what is written in a field; undefined for nothing. */
export function parse(field: Field, words: string): Parsed {
  const text = whole(words).trim();
  if (text === "") return { value: undefined };
  if (field.type === "number" || field.type === "whole") {
    const [low, high] = [field.low ?? 0, field.high ?? 0];
    const value = readNumber(text, language() === "fr");
    if (value === null) return { fault: t("Un nombre est attendu ici, par exemple 12.") };
    if (field.type === "whole" && !Number.isInteger(value))
      return { fault: t("Un nombre entier est attendu ici.") };
    if (value < low || value > high)
      return {
        fault: t("Un nombre entre {low} et {high} est attendu ici.", {
          low: numberWords(low),
          high: numberWords(high),
        }),
      };
    return { value };
  }
  if (field.type !== "lines") return { value: text };
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  if (lines.length > LINES) return { fault: t("Vingt lignes au plus.") };
  if (lines.some((line) => [...line].length > LINE_CHARS))
    return { fault: t("Une ligne s'arrête à deux cents caractères.") };
  return { value: lines };
}
