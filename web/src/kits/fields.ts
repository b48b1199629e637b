// Fields of the editor: a text in each language side by side, a number, a choice.

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { fromOutside } from "../desk/parts";
import { picture } from "../ui/picture";
import type { Texts } from "./kit";
import { languageName } from "./words";

/** The same text in every language of the kit. `part` is how the server names it in what it found. */
export function bothLanguages(
  label: string,
  texts: Texts,
  languages: readonly string[],
  most: number,
  part: string,
  done: (language: string, text: string) => void,
  wrong: ReadonlySet<string> = new Set(),
  rows = 1,
): TemplateResult {
  return html`<fieldset class="both"><legend>${label}</legend>${languages.map((code) => {
    const text = texts[code] ?? "";
    const invalid = wrong.has(`${part}.${code}`) ? "true" : nothing;
    const typed = (event: Event) => done(code, (event.target as HTMLInputElement).value);
    return html`<label class="field"><span>${languageName(code)}</span><span class="input sm">${
      rows > 1
        ? html`<textarea lang=${code} rows=${rows} data-part=${`${part}.${code}`} ${fromOutside(text)} maxlength=${most}
            aria-invalid=${invalid} @input=${typed}></textarea>`
        : html`<input lang=${code} data-part=${`${part}.${code}`} ${fromOutside(text)} maxlength=${most} autocomplete="off"
            aria-invalid=${invalid} @input=${typed}>`
    }</span></label>`;
  })}</fieldset>`;
}

export function number(
  label: string,
  value: number,
  limits: readonly [number, number],
  part: string,
  done: (value: number) => void,
  step = 1,
): TemplateResult {
  const save = (event: Event) => {
    const { valueAsNumber } = event.target as HTMLInputElement;
    if (Number.isFinite(valueAsNumber)) done(Math.min(Math.max(valueAsNumber, limits[0]), limits[1]));
  };
  return html`<label class="field"><span>${label}</span><span class="input sm"><input type="number" inputmode="decimal" min=${limits[0]} max=${limits[1]} step=${step}
    data-part=${part} ${fromOutside(String(value))} @change=${save}></span></label>`;
}

export function choice(
  label: string,
  value: string,
  choices: readonly (readonly [string, string])[],
  done: (value: string) => void,
): TemplateResult {
  const save = (event: Event) => done((event.target as HTMLSelectElement).value);
  return html`<label class="field"><span>${label}</span><span class="input sm select"><select @change=${save}>${choices.map(
    ([id, words]) => html`<option value=${id} .selected=${live(id === value)}>${words}</option>`,
  )}</select>${picture("chevron-down")}</span></label>`;
}

export function check(label: string, on: boolean, done: (on: boolean) => void, off = false): TemplateResult {
  return html`<label class="tick"><input type="checkbox" .checked=${live(on)} ?disabled=${off} @change=${(
    event: Event,
  ) => done((event.target as HTMLInputElement).checked)}> <span>${label}</span></label>`;
}

export function act(words: string, icon: string, done: () => void, off = false, look = ""): TemplateResult {
  return html`<button class="btn sm ${look}" type="button" ?disabled=${off} @click=${done}>${picture(icon, 16)}${words}</button>`;
}

/** A small button that only has a drawing. */
export function tool(words: string, icon: string, done: () => void, off = false): TemplateResult {
  return html`<button class="btn sm ghost icon-only" type="button" title=${words} aria-label=${words} ?disabled=${off} @click=${done}>${picture(icon, 16)}</button>`;
}
