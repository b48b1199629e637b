// Small pieces that chapters of the organiser's page share: fields, switches, things to copy, questions.

import { html, noChange, nothing, type TemplateResult } from "lit";
import { Directive, directive, type ElementPart } from "lit/directive.js";
import { live } from "lit/directives/live.js";
import { openForm } from "../ui/form-dialog";
import { t } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";

export function field(label: string, input: TemplateResult, hint = ""): TemplateResult {
  return html`<label class="field"><span>${label}</span><span class="input">${input}</span>${hint ? html`<small>${hint}</small>` : nothing}</label>`;
}

/** A value from outside, which never takes the place of what somebody is typing. */
class FromOutside extends Directive {
  render(_value: string): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [value]: [string]): unknown {
    const input = element as HTMLInputElement;
    if (document.activeElement !== input && input.value !== value) input.value = value;
    return noChange;
  }
}

export const fromOutside = directive(FromOutside);

/** A text that is saved when it is left; what is refused is marked, and what is stored comes back. */
export function textField(
  label: string,
  value: string,
  most: number,
  done: (text: string) => Promise<unknown>,
  hint = "",
) {
  const mark = (input: HTMLInputElement, refused: boolean) =>
    refused ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
  const save = async ({ target }: Event) => {
    const input = target as HTMLInputElement;
    const kept = await done(input.value.trim());
    mark(input, kept === null && document.activeElement === input);
  };
  const leave = ({ target }: Event) => {
    const input = target as HTMLInputElement;
    input.value = value;
    mark(input, false);
  };
  return field(
    label,
    html`<input ${fromOutside(value)} maxlength=${most} autocomplete="off" @change=${save} @focusout=${leave}>`,
    hint,
  );
}

export function select(
  label: string,
  value: string,
  choices: readonly (readonly [string, string])[],
  done: (value: string) => void,
  hint = "",
) {
  const save = (event: Event) => done((event.target as HTMLSelectElement).value);
  return html`<label class="field"><span>${label}</span><span class="input select"><select @change=${save}>
    ${choices.map(([id, words]) => html`<option value=${id} .selected=${live(id === value)}>${words}</option>`)}
  </select>${picture("chevron-down")}</span>${hint ? html`<small>${hint}</small>` : nothing}</label>`;
}

export function toggle(label: string, on: boolean, done: (on: boolean) => void, hint = ""): TemplateResult {
  return html`<button class="switchrow" type="button" role="switch" aria-checked=${on} @click=${() => done(!on)}>
    <span class="switch" aria-hidden="true"></span><span class="grow"><b>${label}</b>${hint ? html`<small>${hint}</small>` : nothing}</span></button>`;
}

/** A link or a code with its button; where the browser does not copy, the text is selected. */
export function handed(label: string, address: string, copied?: () => void): TemplateResult {
  const select = (event: Event) => (event.target as HTMLInputElement).select();
  const copy = async (event: Event) => {
    const button = event.currentTarget as HTMLButtonElement;
    const input = button.closest(".handed")?.querySelector("input");
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      input?.focus();
      return;
    }
    const words = button.querySelector("span");
    if (words) words.textContent = t("Copié");
    setTimeout(() => {
      if (words) words.textContent = t("Copier");
    }, 4000);
    copied?.();
  };
  return html`<div class="handed"><label class="field"><span>${label}</span><span class="input"><input readonly .value=${address} @focus=${select}></span></label>
    <button class="btn" type="button" @click=${copy}>${picture("copy")}<span aria-live="polite">${t("Copier")}</span></button></div>`;
}

/** A sentence with one of its values in bold. */
export function withBold(sentence: string, value: string): TemplateResult {
  const at = sentence.indexOf(value);
  if (at < 0) return html`${sentence}`;
  return html`${sentence.slice(0, at)}<b class="tnum">${value}</b>${sentence.slice(at + value.length)}`;
}

/** A question with one act; the safe answer is first. */
export function question(title: string, words: string, act: string, done: () => void): void {
  openForm({ title, body: [make("p", { class: "soft" }, words)], stay: t("Ne rien changer"), act, done });
}

/** One line of text is asked for. */
export function askText(
  title: string,
  label: string,
  value: string,
  most: number,
  act: string,
  done: (text: string) => void,
): void {
  const input = make("input", { maxlength: most, required: true, autocomplete: "off" });
  input.value = value;
  openForm({
    title,
    body: [
      make("label", { class: "field" }, make("span", {}, label), make("span", { class: "input" }, input)),
    ],
    stay: t("Ne rien changer"),
    act,
    done: () => done(input.value.trim()),
    ready: () => input.value.trim() !== "",
    focus: input,
  });
}
