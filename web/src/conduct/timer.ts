// The time left, in the top bar: a ring and digits by the server's clock. It is silent by itself: what is said
// aloud is said by around.ts, and T reads it.

import { html, nothing, render } from "lit";
import type { Atelier } from "../board/atelier";
import { digits, LAST_MINUTES_MS, type TimeLeft, timeLeft, timerFor } from "../model/time";
import { clock } from "../sync/clock";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";

/** A little after the second has changed, so that a timer that comes early does not show the old one. */
const AFTER_MS = 8;
const LOOK_MS = 1_000;

/** What is left for this person; null when there is no timer, or the server's time is not known yet. */
export function timeNow(app: Atelier): TimeLeft | null {
  return clock.known ? timeLeft(timerFor(app.workshop, app.data.group, app.leads), clock.now()) : null;
}

/** Keep the timer drawn; `over` is called when it ends while this page looks on. */
export function attachTimer(app: Atelier, host: HTMLElement, over: () => void): () => void {
  let next: ReturnType<typeof setTimeout> | undefined;
  let before: TimeLeft | null = null;

  const draw = () => {
    clearTimeout(next);
    if (clock.jumped()) for (const room of app.rooms) room.askTime();
    const now = timeNow(app);
    const wait = now?.state === "running" ? ((now.left - 1) % 1000) + 1 + AFTER_MS : LOOK_MS;
    next = setTimeout(draw, wait);
    const was = before;
    before = now;
    drawTimer(app, host, now);
    if (now?.state !== was?.state) app.emit("time");
    if (now?.state === "over" && was?.state === "running" && was.endsAt === now.endsAt) over();
  };
  const seen = () => {
    // the machine may have slept: ask before anything is shown for long
    if (document.visibilityState !== "visible") return;
    for (const room of app.rooms) room.askTime();
    draw();
  };
  document.addEventListener("visibilitychange", seen);
  const offs = [app.on("workshop", draw), app.on("link", draw), app.on("board", draw)];
  draw();
  return () => {
    clearTimeout(next);
    document.removeEventListener("visibilitychange", seen);
    for (const off of offs) off();
  };
}

const drawn = new WeakMap<HTMLElement, string>();

function drawTimer(app: Atelier, host: HTMLElement, now: TimeLeft | null): void {
  host.hidden = now === null;
  if (now === null) {
    drawn.delete(host);
    delete host.dataset.ends;
    return;
  }
  // when it ends by this machine's own clock
  if (now.endsAt === null) delete host.dataset.ends;
  else host.dataset.ends = String(Math.round(now.endsAt - clock.offset));
  const shown = digits(now.left);
  const group = app.workshop.groups.find((one) => one.id === now.reporting)?.name;
  const signature = `${shown} ${now.state} ${now.total} ${group}`;
  if (drawn.get(host) === signature) return;
  drawn.set(host, signature);
  host.dataset.state = now.state;
  host.classList.toggle("more", group !== undefined || now.state === "paused");
  host.classList.toggle("hot", now.state !== "paused" && now.left <= LAST_MINUTES_MS);
  const part = now.total > 0 ? Math.min(1, now.left / now.total) : 0;
  const reports = group === undefined ? null : t("{group} restitue", { group });
  const words = t("Temps restant : {time}", { time: shown });
  const more = [now.state === "paused" ? t("en pause") : null, reports].filter((one) => one !== null);
  host.setAttribute("aria-label", [words, ...more].join(", "));
  render(
    html`${now.state === "paused" ? picture("pause", 20) : ring(part)}<span class="digits">${shown}${
      more.length > 0 ? html`<small>${more.join(" · ")}</small>` : nothing
    }</span>`,
    host,
  );
}

const ring = (part: number) =>
  html`<svg class="ring" width="26" height="26" viewBox="0 0 26 26" aria-hidden="true"><circle cx="13" cy="13" r="11.2"></circle><circle class="left" cx="13" cy="13" r="11.2" pathLength="100" stroke-dasharray="100" stroke-dashoffset=${(100 - 100 * part).toFixed(1)} transform="rotate(-90 13 13)"></circle></svg>`;
