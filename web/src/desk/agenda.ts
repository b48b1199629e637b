// The agenda of the chapter « Déroulé et groupes »: its time drawn to scale, its steps with their minutes and
// what the kit advises, added, moved, changed and taken away.

import { html, nothing, svg } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Step } from "../model/page";
import { t, typo } from "../ui/i18n";
import { openMenu } from "../ui/menu";
import { picture } from "../ui/picture";
import type { Desk } from "./desk";
import { attachDrag } from "./drag";
import { question } from "./parts";
import {
  type Advice,
  advices,
  allSilent,
  isVerso,
  LEAST_MINUTES,
  MOST_MINUTES,
  minutesOf,
  moved,
  silentVersos,
  stepped,
  total,
} from "./plan";
import { openStep } from "./step-dialog";
import { against, drawingOf, duration, modes, moduleName } from "./words";

export function attachAgenda(host: HTMLElement, desk: Desk): void {
  attachDrag(host, {
    handle: ".stepline .grip",
    item: ".stepline",
    target: ".stepline",
    drop: (item, target, after) => {
      const from = placeOf(desk, item.dataset.step);
      const place = placeOf(desk, target.dataset.step) + Number(after);
      move(desk, from, place > from ? place - 1 : place);
    },
  });
}

export function agenda(desk: Desk) {
  const { steps, workshop } = desk;
  const sum = total(steps);
  const slot = workshop.slot_minutes ?? null;
  const over = slot !== null && sum > slot;
  const told = advices(steps);
  return html`<section class="card agenda" aria-labelledby="agenda-title">
    <div class="row head"><h2 class="grow" id="agenda-title">${t("Déroulé")}</h2>
      <p class=${over ? "sum over" : "sum"}>${over ? picture("alert-triangle", 16) : nothing}<b class="tnum">${duration(sum)}</b> <span class="muted">${against(sum, slot)}</span></p></div>
    ${bar(steps, slot)}
    <ol class="steplist">${repeat(
      steps,
      (step) => step.id,
      (step, at) => line(desk, step, at, told),
    )}</ol>
    <div class="row underlist">
      <button class="btn sm dashed" type="button" @click=${() => add(desk)}>${picture("plus", 16)}${t("Ajouter une étape")}</button>
      <button class="btn sm ghost" type="button" ?disabled=${!desk.mayUndo} @click=${() => desk.undo()}>${picture("undo", 16)}${t("Annuler")}</button>
      <button class="btn sm ghost" type="button" aria-haspopup="menu" @click=${(event: Event) => templates(desk, event.currentTarget as HTMLElement)}>${picture("refresh", 16)}${t("Autre déroulé…")}</button>
      <span class="grow"></span>
      ${steps.some((step) => isVerso(step.board)) ? smallToggle(t("Écriture silencieuse au verso"), allSilent(steps), (on) => desk.edit(silentVersos(steps, on))) : nothing}
      ${smallToggle(t("Son de fin"), workshop.end_sound ?? false, (end_sound) => desk.ask({ type: "workshop.edit", end_sound }))}
    </div></section>`;
}

function smallToggle(label: string, on: boolean, done: (on: boolean) => void) {
  return html`<button class="switchrow small" type="button" role="switch" aria-checked=${on} @click=${() => done(!on)}><span class="switch" aria-hidden="true"></span><span>${label}</span></button>`;
}

/** The steps as blocks as long as they last; what is left of the slot is hatched. */
function bar(steps: readonly Step[], slot: number | null) {
  const sum = total(steps);
  const whole = Math.max(sum, slot ?? 0, 1);
  const percent = (minutes: number) => `${((100 * minutes) / whole).toFixed(2)}%`;
  let at = 0;
  const blocks = steps.map((step) => {
    const from = at;
    at += step.minutes;
    const words = 25 * step.minutes >= whole;
    const kind = step.board === "economic" ? `${step.phase} eco` : step.phase;
    return svg`<rect class=${`ph ${kind}`} x=${percent(from)} width=${percent(step.minutes)} height="26"></rect>${words ? svg`<text x=${percent(from + step.minutes / 2)} y="17" text-anchor="middle">${step.minutes}</text>` : nothing}`;
  });
  return html`<svg class="bar" height="26" role="img" aria-label=${t("Répartition du temps")}>
    <defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="4" height="8"></rect></pattern></defs>
    ${blocks}${slot !== null && slot > sum ? svg`<rect x=${percent(sum)} width=${percent(slot - sum)} height="26" fill="url(#hatch)"></rect>` : nothing}</svg>`;
}

function line(desk: Desk, step: Step, at: number, told: readonly Advice[]) {
  const { steps } = desk;
  const title = typo(step.title);
  const set = (minutes: number) =>
    desk.edit(steps.map((one) => (one.id === step.id ? { ...one, minutes: minutesOf(minutes) } : one)));
  const typed = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const minutes = Number(input.value);
    if (Number.isFinite(minutes) && minutes > 0) set(minutes);
    input.value = String(steps.find((one) => one.id === step.id)?.minutes ?? step.minutes);
  };
  const drawing = drawingOf(step);
  return html`<li class="stepline" data-step=${step.id}>
    <span class="grip" aria-hidden="true">${picture("grip-vertical", 18)}</span>
    <span class="updown">
      <button type="button" class="up" aria-label=${t("Monter « {title} »", { title })} ?disabled=${at === 0} @click=${() => nudge(desk, step.id, -1)}>${picture("arrow-up", 14)}</button>
      <button type="button" class="down" aria-label=${t("Descendre « {title} »", { title })} ?disabled=${at === steps.length - 1} @click=${() => nudge(desk, step.id, 1)}>${picture("arrow-down", 14)}</button></span>
    <span class="tile ${drawing}">${picture(drawing, 17)}</span>
    <button type="button" class="steptitle" @click=${() => change(desk, step)}><b>${title}</b><small>${subtitle(step)}</small></button>
    ${hint(desk, step, told)}
    <span class="stepper"><button type="button" aria-label=${t("Cinq minutes de moins pour « {title} »", { title })} ?disabled=${step.minutes <= LEAST_MINUTES} @click=${() => set(stepped(step.minutes, false))}>${picture("minus", 15)}</button>
      <input class="tnum" type="text" inputmode="numeric" aria-label=${t("Minutes pour « {title} »", { title })} .value=${String(step.minutes)} @change=${typed}>
      <button type="button" aria-label=${t("Cinq minutes de plus pour « {title} »", { title })} ?disabled=${step.minutes >= MOST_MINUTES} @click=${() => set(stepped(step.minutes, true))}>${picture("plus", 15)}</button></span>
    <button type="button" class="btn icon xs ghost" aria-haspopup="menu" aria-label=${t("Autres actions sur « {title} »", { title })} @click=${(event: Event) => menu(desk, step, event.currentTarget as HTMLElement)}>${picture("more-vertical", 17)}</button>
  </li>`;
}

function subtitle(step: Step): string {
  if (step.instruction) return step.instruction;
  const writing = { silent: t("écriture silencieuse"), anonymous: t("écriture anonyme"), open: "" };
  return [modes()[step.mode]?.name ?? "", writing[step.writing ?? "open"]].filter(Boolean).join(", ");
}

/** Beside the first step of what the kit has an opinion about: how long it is, where that is outside of it. */
function hint(desk: Desk, step: Step, told: readonly Advice[]) {
  const advice = told.find(({ steps }) => steps[0]?.id === step.id);
  if (!advice) return html`<span class="advice"></span>`;
  const [from, to] = advice.range;
  const values = { from, to, n: advice.minutes, about: typo(moduleName(desk.data, advice.about)) };
  const whole = advice.steps.length > 1;
  if (advice.fits)
    return html`<span class="advice muted" title=${t("{about} : {n} min en tout", values)}>${t("{from} à {to} conseillées", values)}</span>`;
  return html`<span class="advice outside">${picture("alert-triangle", 14)}${whole ? t("{n} en tout, {from} à {to} conseillées", values) : t("{from} à {to} conseillées", values)}</span>`;
}

function menu(desk: Desk, step: Step, at: HTMLElement): void {
  openMenu(at, t("L'étape « {title} »", { title: typo(step.title) }), [
    { label: t("Modifier"), icon: "pencil", done: () => change(desk, step) },
    { label: t("Dupliquer"), icon: "copy-plus", done: () => duplicate(desk, step) },
    { label: t("Supprimer"), icon: "trash", done: () => remove(desk, step) },
  ]);
}

function change(desk: Desk, step: Step): void {
  openStep(desk, step, {
    done: (after) => desk.edit(desk.steps.map((one) => (one.id === step.id ? after : one))),
    ...(desk.steps.length > 1 ? { remove: () => remove(desk, step) } : {}),
  });
}

function add(desk: Desk): void {
  const last = desk.steps.at(-1);
  const step: Step = {
    id: "",
    title: "",
    phase: last?.phase ?? "intro",
    minutes: 10,
    mode: "plenary",
    board: null,
  };
  openStep(desk, step, {
    done: ({ id: _, ...made }) => desk.edit([...desk.steps, made]),
  });
}

function duplicate(desk: Desk, step: Step): void {
  const { id: _, ...copy } = step;
  const at = placeOf(desk, step.id) + 1;
  desk.edit([...desk.steps.slice(0, at), copy, ...desk.steps.slice(at)]);
}

function remove(desk: Desk, step: Step): void {
  if (desk.steps.length === 1) return;
  const at = placeOf(desk, step.id);
  desk.edit(desk.steps.filter((one) => one.id !== step.id));
  desk.tell(t("« {title} » n'est plus au déroulé. Annuler est sous la liste.", { title: typo(step.title) }));
  focusOn(desk.steps[Math.min(at, desk.steps.length - 1)]?.id, ".steptitle");
}

function nudge(desk: Desk, id: string, by: number): void {
  const from = placeOf(desk, id);
  move(desk, from, from + by);
  focusOn(id, by < 0 ? ".up:not([disabled]), .down" : ".down:not([disabled]), .up");
}

function move(desk: Desk, from: number, to: number): void {
  const step = desk.steps[from];
  if (!step || from === to || to < 0 || to >= desk.steps.length) return;
  desk.edit(moved(desk.steps, from, to));
  desk.tell(
    t("« {title} », place {place} sur {places}", {
      title: typo(step.title),
      place: to + 1,
      places: desk.steps.length,
    }),
  );
}

function placeOf(desk: Desk, id: string | undefined): number {
  return desk.steps.findIndex((step) => step.id === id);
}

/** A row that moves in the list loses the focus: it is given back. */
function focusOn(id: string | undefined, within: string): void {
  if (id) document.querySelector<HTMLElement>(`[data-step="${CSS.escape(id)}"] :is(${within})`)?.focus();
}

function templates(desk: Desk, at: HTMLElement): void {
  openMenu(
    at,
    t("Autre déroulé"),
    desk.data.agendas.map(({ id, title }) => ({
      label: typo(title),
      icon: "list",
      done: () => replaceAgenda(desk, id, title),
    })),
  );
}

export function replaceAgenda(desk: Desk, id: string, title: string): void {
  question(
    t("Remplacer le déroulé ?"),
    t("« {title} » prend la place du déroulé d'aujourd'hui, avec ses durées et ses réglages.", {
      title: typo(title),
    }),
    t("Remplacer"),
    () => desk.takeOver(id),
  );
}
