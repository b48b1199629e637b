// The left column: the agenda with planned and real times, what it adds up to, and the next step.

import { html, nothing, render } from "lit";
import { fetchLibrary, libraryNow } from "../deck/library";
import { guideOf } from "../model/library";
import type { Step } from "../model/page";
import { clock, t, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import { type Block, blocks, drift, nextStep, type Row, stepNow, timetable } from "./agenda";
import { askJump, askMinutes } from "./dialogs";
import type { Console } from "./state";
import { pressOnce } from "./steady";
import { driftWords, rangeWords } from "./words";

const TIMED = "tablee-console-time";

/** Whether a step begins together with its time; chosen on this device. */
export function timed(): boolean {
  return localStorage.getItem(TIMED) !== "off";
}

/** To the step that is named as the next one: whoever else goes there at the same moment does not skip one. */
export function goNext(app: Console): Promise<void> {
  const next = nextStep(app.workshop);
  const fields = next ? { type: "step.go", step: next.id } : { type: "step.next" };
  return app.onward.press(() =>
    app.run({ ...fields, timer: timed() }, next ? t("Étape : {step}.", { step: next.title }) : undefined),
  );
}

export function attachAgenda(app: Console): () => void {
  const host = document.getElementById("agenda") as HTMLElement;
  const next = document.getElementById("next") as HTMLElement;
  const edit = document.getElementById("edit") as HTMLElement;
  host.replaceChildren();
  pressOnce(next);
  let shown: string | null = null;
  void fetchLibrary(app.data.base).then(() => app.changed());
  return () => {
    const rows = timetable(app.workshop, app.now);
    const now = stepNow(app.workshop);
    // the guide comes below: it arrives later than the rest, and nothing is to move for it
    const guide = now === null ? nothing : advice(now);
    render(html`<ol>${blocks(rows).map((block) => line(app, block))}</ol>${late(app)}${guide}`, host);
    // a long agenda is rolled to where the workshop is
    const here = host.querySelector<HTMLElement>(".st.now");
    if (app.workshop.step !== shown && here && host.scrollHeight > host.clientHeight)
      host.scrollTop +=
        here.getBoundingClientRect().top - host.getBoundingClientRect().top - here.offsetHeight;
    shown = app.workshop.step;
    render(nextButtons(app), next);
    render(app.closed ? nothing : change(app), edit);
  };
}

function change(app: Console) {
  const words = html`${picture("pencil", 14)}${t("Modifier")}<span class="sr"> ${t("le déroulé")}</span>`;
  return app.leadsAll
    ? html`<a class="btn xs ghost" href="/organisation/${app.workshop.id}">${words}</a>`
    : html`<button class="btn xs ghost" type="button" @click=${() => askMinutes(app)}>${words}</button>`;
}

function line(app: Console, block: Block) {
  const { state, begins, planned } = block;
  const [first] = block.rows as [Row];
  const warning = rangeWords(block);
  const moved = begins !== null && planned !== null && Math.abs(begins - planned) >= 60_000;
  return html`<li class="st ${state}" aria-current=${state === "now" ? "step" : nothing}>
    <time class="tnum">${begins === null ? "" : clock(begins)}${moved ? html`<span class="sr"> ${t("prévu à {time}", { time: clock(planned) })}</span>` : nothing}</time>
    <span class="p">${state === "done" ? picture("check", 12) : nothing}</span>
    ${stepButton(app, first, block.title, state)}
    <span class="d tnum">${state === "skipped" ? t("passée") : t("{n} min", { n: block.minutes })}</span>
    ${state === "now" ? parts(app, block) : nothing}
    ${warning === null || state === "done" ? nothing : html`<span class="range" title=${warning}>${picture("alert-triangle", 14)}<span>${warning}</span></span>`}
  </li>`;
}

function stepButton(app: Console, row: Row, title: string, state: Row["state"]) {
  const here = row.state === "now" || app.closed;
  // of a sheet the press goes to its first face, which may be over
  const said = row.state === "now" ? t("En cours :") : state === "done" ? t("Terminé :") : t("Aller à :");
  return html`<button class="name" type="button" aria-disabled=${here ? "true" : nothing} @click=${() => {
    if (!here) askJump(app, row.step, timed());
  }}><span class="sr">${said} </span>${title}</button>`;
}

/** The faces of a sheet, or what is particular to the step under way. */
function parts(app: Console, { rows, title }: Block) {
  const now = stepNow(app.workshop);
  const lines = rows.map((row) => {
    const short = rows.length > 1 ? (row.step.title.split("·")[1]?.trim() ?? row.step.title) : row.step.title;
    const silent = row.step.writing === "silent" ? t(", écriture silencieuse") : "";
    const anonymous = row.step.writing === "anonymous" ? t(", notes anonymes") : "";
    const words = `${short}${silent}${anonymous}`;
    const name =
      row.state === "done" || row.state === "skipped"
        ? "check"
        : row.state === "now"
          ? silent
            ? "eye-off"
            : "circle-dot"
          : "circle";
    if (rows.length === 1 && words === title) return nothing;
    return html`<li class=${row.state}>${picture(name, 15)}${
      row.state === "now" || app.closed
        ? html`<span>${words}</span>`
        : html`<button class="name" type="button" @click=${() => askJump(app, row.step, timed())}>${words}</button>`
    }</li>`;
  });
  return html`<ul class="sub">${lines}</ul>${now?.instruction ? html`<p class="instruction">${now.instruction}</p>` : nothing}${now ? opens(app, now) : nothing}`;
}

/** What the step under way is about, where that is not a board. */
function opens({ workshop }: Console, { phase }: Step) {
  const link = (hash: string, name: string, words: string) =>
    html`<a class="btn sm" href=${`/atelier/${workshop.id}#${hash}`}>${picture(name, 16)} ${words}</a>`;
  if (phase === "immersion") return link("exemples", "presentation", t("Montrer un exemple"));
  return phase === "synthesis" ? link("bilan", "flag", t("Ouvrir le bilan")) : nothing;
}

/** What the guide tells whoever facilitates this step. */
function advice(step: Step) {
  const found = guideOf(libraryNow()?.steps ?? [], step);
  if (found === null) return nothing;
  const [from, to] = found.minutes;
  return html`<dl class="advice"><dt>${t("But")}</dt><dd>${typo(found.purpose)}</dd>
    <dt>${t("Conseil")}</dt><dd>${typo(found.hint)}</dd>
    <dt>${t("Durée usuelle")}</dt><dd class="tnum">${t("{from} à {to} min", { from, to })}</dd></dl>`;
}

function late(app: Console) {
  const found = drift(app.workshop, app.now);
  if (found === null) return nothing;
  const { before, hour, after } = driftWords(found);
  const spread = html`<button class="textlink" type="button" @click=${() => void app.run({ type: "agenda.catch_up" }, t("Le retard est réparti sur les étapes à venir."))}>${t("Répartir le retard")}</button>`;
  return html`<div class="alert drift ${found.minutes > 0 ? "warn" : "ok"}">${picture("clock", 18)}<p>${before}<b>${hour}</b>${after}
    ${found.minutes > 0 ? spread : nothing}</p></div>`;
}

function nextButtons(app: Console) {
  const next = nextStep(app.workshop);
  const first = stepNow(app.workshop) === null;
  if (app.workshop.status !== "open" && app.workshop.status !== undefined) return nothing;
  const counts = app.onward.means(next?.id ?? "");
  return html`${
    next === null
      ? html`<p class="muted what">${t("C'est la dernière étape.")}</p>`
      : html`<button class="btn ${first ? "" : "primary"} full" id="step-next" type="button" aria-disabled=${counts ? nothing : "true"} @click=${() => void goNext(app)}>${first ? t("Première étape") : t("Étape suivante")}${picture("arrow-right", 18)}</button>
        <p class="muted what">${next.title}${next.minutes > 0 ? html` · ${t("{n} min", { n: next.minutes })}` : nothing}</p>`
  }
  <div class="row under">${
    first
      ? nothing
      : html`<button class="btn xs ghost" type="button" @click=${() => void app.run({ type: "step.previous" })}>${picture("arrow-left", 14)}${t("Précédente")}</button>`
  }<label class="check"><input type="checkbox" .checked=${timed()} @change=${(event: Event) => {
    localStorage.setItem(TIMED, (event.target as HTMLInputElement).checked ? "on" : "off");
    app.changed();
  }}> ${t("avec son temps")}</label></div>`;
}
