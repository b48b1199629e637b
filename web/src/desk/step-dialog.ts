// Everything of one step, in a dialog.

import { html, nothing, render } from "lit";
import type { Step } from "../model/page";
import { openForm } from "../ui/form-dialog";
import { t, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import type { Desk } from "./desk";
import { LEAST_MINUTES, MOST_MINUTES, minutesOf } from "./plan";
import { modes, phases, rights, supportName, writings } from "./words";

const TITLE_CHARS = 120;
const INSTRUCTION_CHARS = 500;

export interface StepActs {
  done(step: Step): void;
  remove?: () => void;
}

export function openStep(desk: Desk, step: Step, acts: StepActs): void {
  const draft: Step = { ...step };
  const host = make("div", { class: "stack stepform" });
  const put = (fields: Partial<Step>) => {
    Object.assign(draft, fields);
    draw();
  };
  const draw = () => render(form(desk, draft, put), host);
  draw();
  openForm({
    title: step.title ? t("L'étape « {title} »", { title: typo(step.title) }) : t("Une nouvelle étape"),
    body: [host],
    stay: t("Ne rien changer"),
    act: t("Enregistrer"),
    done: () => acts.done({ ...draft, title: draft.title.trim(), minutes: minutesOf(draft.minutes) }),
    ...(acts.remove ? { other: { label: t("Supprimer"), done: acts.remove } } : {}),
    ready: () => draft.title.trim() !== "" && draft.minutes >= LEAST_MINUTES && draft.minutes <= MOST_MINUTES,
    wide: true,
  });
  host.querySelector("input")?.focus();
}

type Put = (fields: Partial<Step>) => void;

function form(desk: Desk, step: Step, put: Put) {
  const text = (event: Event) => (event.target as HTMLInputElement).value;
  const setMode = (mode: string) => {
    const fits = boardsFor(desk, mode, step.board).includes(step.board);
    put({ mode, board: fits ? step.board : (boardsFor(desk, mode, null)[0] ?? null) });
  };
  return html`
    <label class="field"><span>${t("Titre")}</span><span class="input"><input maxlength=${TITLE_CHARS} .value=${step.title} @input=${(e: Event) => put({ title: text(e) })}></span></label>
    <label class="field"><span>${t("Consigne, lue par tout le monde")}</span><span class="input"><textarea rows="2" maxlength=${INSTRUCTION_CHARS} .value=${step.instruction ?? ""} @input=${(e: Event) => put({ instruction: text(e) })}></textarea></span></label>
    <div class="two">
      ${choice(t("Temps de l'atelier"), step.phase, Object.entries(phases()), (phase) => put({ phase }))}
      <label class="field"><span>${t("Minutes")}</span><span class="input"><input type="number" min=${LEAST_MINUTES} max=${MOST_MINUTES} .value=${String(step.minutes)} @input=${(e: Event) => put({ minutes: Number(text(e)) })}></span></label>
      ${choice(
        t("Comment on travaille"),
        step.mode,
        Object.entries(modes()).map(([id, { name }]) => [id, name]),
        setMode,
        modes()[step.mode]?.meaning,
      )}
      ${choice(
        t("Support"),
        step.board ?? "",
        boardsFor(desk, step.mode, step.board).map((board) => [
          board ?? "",
          typo(supportName(desk.data, board)),
        ]),
        (board) => put({ board: board || null }),
      )}
    </div>
    <div class="stack">
      ${choice(t("Ce qu'on peut faire des notes"), step.rights ?? "write", Object.entries(rights()), (value) => put({ rights: value as NonNullable<Step["rights"]> }))}
      ${choice(t("Écriture"), step.writing ?? "open", Object.entries(writings()), (value) => put({ writing: value as NonNullable<Step["writing"]> }))}
    </div>
    <label class="check"><input type="checkbox" .checked=${step.lock_at_end ?? false} @change=${(e: Event) => put({ lock_at_end: (e.target as HTMLInputElement).checked })}> ${t("Verrouiller le support quand le temps est écoulé")}</label>
    ${
      step.writing === "silent"
        ? html`<label class="check"><input type="checkbox" .checked=${step.reveal_at_end ?? false} @change=${(e: Event) => put({ reveal_at_end: (e.target as HTMLInputElement).checked })}> ${t("Révéler les notes quand le temps est écoulé")}</label>`
        : nothing
    }`;
}

function choice(
  label: string,
  value: string,
  choices: readonly (readonly [string, string])[],
  done: (value: string) => void,
  hint = "",
) {
  return html`<label class="field"><span>${label}</span><span class="input select"><select @change=${(event: Event) => done((event.target as HTMLSelectElement).value)}>
    ${choices.map(([id, words]) => html`<option value=${id} .selected=${id === value}>${words}</option>`)}</select>${picture("chevron-down")}</span>${hint ? html`<small>${hint}</small>` : nothing}</label>`;
}

/** Supports that make sense in a mode; the step's own stays, so that looking at it changes nothing. */
function boardsFor(desk: Desk, mode: string, own: string | null): (string | null)[] {
  const modules = desk.workshop.modules ?? [];
  const there = desk.data.supports
    .filter((one) => modules.includes(one.id.split(".")[0] ?? ""))
    .map((one) => one.id);
  const fitting: (string | null)[] =
    mode === "each"
      ? there.filter((board) => board.endsWith(".recto"))
      : mode === "rooms"
        ? [null, "assigned.recto", "assigned.verso"]
        : [null, ...there.filter((board) => !board.endsWith(".recto"))];
  return own === null || fitting.includes(own) || !suits(mode, own) ? fitting : [...fitting, own];
}

function suits(mode: string, board: string): boolean {
  if (board.startsWith("assigned.")) return mode === "rooms";
  return mode !== "each" || board.endsWith(".recto");
}
