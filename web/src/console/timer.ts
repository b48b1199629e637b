// The timer of all groups, by the server's clock: a ring, large digits, and what can be done with it.

import { html, nothing, render } from "lit";
import { attachChime, chime } from "../conduct/chime";
import { t, tn } from "../ui/i18n";
import { openMenu } from "../ui/menu";
import { picture } from "../ui/picture";
import { stepNow } from "./agenda";
import { askTimer } from "./dialogs";
import type { Console } from "./state";
import { digits } from "./words";

const MINUTE_MS = 60_000;
/** Minutes before the end at which the time is spoken. */
const SAID_AT = [5, 2, 1];
const LAST_MINUTES_MS = 120_000;
const TICK_MS = 250;
/** An end that is older than this was there before this page. */
const FRESH_MS = 10_000;
/** Around the ring once. */
const ROUND = 2 * Math.PI * 41.5;

export function attachTimer(app: Console): () => void {
  const host = document.getElementById("timer") as HTMLElement;
  let ended: number | null = null;
  let shown = "";
  let before = Number.POSITIVE_INFINITY;

  const draw = () => render(card(app), host);
  const tick = () => {
    const at = app.endedAt;
    if (at !== null && at !== ended && app.now - at < FRESH_MS) {
      app.announcer.interrupt(t("Le temps est écoulé."));
      if (soundOn()) chime();
    }
    ended = at;
    const left = leftOf(app);
    const said = app.workshop.timer.running
      ? SAID_AT.find((n) => before > n * MINUTE_MS && left <= n * MINUTE_MS)
      : undefined;
    // a time that has just begun says nothing
    if (
      said !== undefined &&
      left > (said - 1) * MINUTE_MS &&
      Number.isFinite(before) &&
      before - left < FRESH_MS
    )
      app.announcer.say(tn("Il reste {n} minute.", "Il reste {n} minutes.", said));
    before = left;
    const now = digits(leftOf(app));
    if (now !== shown) draw();
    shown = now;
    // what depends on how much is left elsewhere on the page
    if (at !== null && host.dataset.over !== String(at)) {
      host.dataset.over = String(at);
      app.changed();
    }
  };
  attachChime(soundOn);
  setInterval(tick, TICK_MS);
  return draw;
}

/** Ms that are left of the time of all groups. */
export function leftOf(app: Console): number {
  const { timer } = app.workshop;
  return timer.running ? Math.max(0, (timer.ends_at ?? 0) - app.now) : (timer.remaining_ms ?? 0);
}

export function startStep(app: Console): Promise<boolean> {
  const minutes = stepNow(app.workshop)?.minutes || 5;
  return app.run({ type: "timer.start", minutes }, t("Le temps est lancé : {n} min.", { n: minutes }));
}

function extend(app: Console, minutes: number): void {
  const words = minutes > 0 ? t("{n} min de plus.", { n: minutes }) : t("{n} min de moins.", { n: -minutes });
  void app.run({ type: "timer.extend", seconds: minutes * 60 }, words);
}

function card(app: Console) {
  const { timer } = app.workshop;
  const left = leftOf(app);
  const there = timer.total_ms > 0 && (timer.running || left > 0);
  const over = app.endedAt !== null;
  const hot = there && timer.running && left <= LAST_MINUTES_MS;
  const part = timer.total_ms > 0 ? Math.min(1, left / timer.total_ms) : 0;
  const whose = timer.reporting
    ? t("restitution de {name}", { name: app.group(timer.reporting)?.name ?? "" })
    : t("tous les groupes");
  const shown = digits(left);
  return html`<div class="card clock ${hot ? "hot" : ""} ${there ? "" : "idle"}">
    <div class="row face"><span class="ring"><svg viewBox="0 0 92 92" width="92" height="92" aria-hidden="true"><circle class="ground" cx="46" cy="46" r="41.5"></circle><circle class="left" cx="46" cy="46" r="41.5" stroke-dasharray=${`${ROUND * part} ${ROUND}`} visibility=${part > 0 ? "visible" : "hidden"} transform="rotate(-90 46 46)"></circle></svg>${picture(there && !timer.running ? "pause" : "timer", 26)}</span>
      <div class="grow"><span class="digits" role="timer" aria-label=${t("Temps restant : {time}", { time: shown })}>${shown}</span>
      <span class="of">${
        there
          ? over
            ? t("Le temps est écoulé.")
            : t("sur {total}, {whose}", { total: digits(timer.total_ms), whose })
          : t("Aucun minuteur en cours")
      }</span></div></div>
    ${app.closed ? nothing : html`<div class="row tacts">${there ? running(app) : idle(app)}</div>`}</div>`;
}

function running(app: Console) {
  const { timer } = app.workshop;
  const over = app.endedAt !== null;
  const pause = timer.running
    ? html`<button class="btn sm grow" type="button" @click=${() => void app.run({ type: "timer.pause" }, t("Le temps est en pause."))}>${picture("pause", 15)}${t("Pause")}</button>`
    : html`<button class="btn sm grow" type="button" @click=${() => void app.run({ type: "timer.resume" }, t("Le temps reprend."))}>${picture("play", 15)}${t("Reprendre")}</button>`;
  return html`${over ? nothing : pause}
    <button class="btn sm grow" type="button" @click=${() => extend(app, 1)}>${t("+ {n} min", { n: 1 })}</button>
    <button class="btn sm grow" type="button" @click=${() => extend(app, 5)}>${t("+ {n} min", { n: 5 })}</button>
    ${more(app)}`;
}

/** What is needed less often: a minute less, the end, another length. */
function more(app: Console) {
  const open = (event: Event) =>
    openMenu(event.currentTarget as HTMLElement, t("Minuteur"), [
      { label: t("Une minute de moins"), icon: "minus", done: () => extend(app, -1) },
      {
        label: t("Arrêter le minuteur"),
        icon: "square",
        done: () => void app.run({ type: "timer.stop" }, t("Le minuteur est arrêté.")),
      },
      { label: t("Une autre durée…"), icon: "timer", done: () => askTimer(app) },
      {
        label: soundOn() ? t("Couper le son de fin") : t("Remettre le son de fin"),
        icon: soundOn() ? "volume-x" : "volume-2",
        done: () => switchSound(app),
      },
    ]);
  const label = t("Autres réglages du minuteur");
  return html`<button class="btn icon sm" type="button" aria-haspopup="menu" aria-label=${label} title=${label} @click=${open}>${picture("more-horizontal", 16)}</button>`;
}

function idle(app: Console) {
  const minutes = stepNow(app.workshop)?.minutes || 5;
  return html`<button class="btn sm grow" id="timer-start" type="button" @click=${() => void startStep(app)}>${picture("play", 15)}${t("Démarrer {n} min", { n: minutes })}</button>
    <button class="btn sm" type="button" @click=${() => askTimer(app)}>${t("Autre…")}</button>${sound(app)}`;
}

/** The sound of the end on this device. */
function sound(app: Console) {
  const on = soundOn();
  const label = on ? t("Son de fin : doux") : t("Son de fin : muet");
  return html`<button class="btn icon sm" type="button" aria-pressed=${on} aria-label=${label} title=${label} @click=${() => switchSound(app)}>${picture(on ? "volume-2" : "volume-x", 16)}</button>`;
}

function switchSound(app: Console): void {
  localStorage.setItem(SOUND, soundOn() ? "off" : "on");
  app.changed();
}

const SOUND = "tablee-console-sound";

function soundOn(): boolean {
  return localStorage.getItem(SOUND) !== "off";
}
