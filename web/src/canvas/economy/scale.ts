// A pair of scales drawn from points. What it shows is said in words too; whether that is fair, it does not say.

import { html, svg } from "lit";
import type { Side } from "../../model/economy";
import { t } from "../../ui/i18n";
import { tiltWords } from "./words";

const WIDTH = 132;
const HEIGHT = 74;
const ARM = 38;
const TOP = 14;
/** In a low lane: pans with one line of text. */
const LOW_HEIGHT = 48;
const LOW_ARM = 34;
const LOW_TOP = 10;
/** Pixels that each point of difference lowers a pan, and the most. */
const STEP = 2.25;
const MOST = 9;

export function scaleWords(brings: Side, receives: Side): string {
  return t("Met {brings}, reçoit {receives} : {tilt}", {
    brings: brings.points,
    receives: receives.points,
    tilt: tiltWords(brings, receives),
  });
}

export function scale(brings: Side, receives: Side, low = false) {
  const most = low ? MOST / 2 : MOST;
  const drop = Math.max(-most, Math.min(most, (brings.points - receives.points) * STEP));
  const [height, arm, top] = low ? [LOW_HEIGHT, LOW_ARM, LOW_TOP] : [HEIGHT, ARM, TOP];
  const middle = WIDTH / 2;
  const [left, right] = [middle - arm, middle + arm];
  const high = (x: number, y: number, points: number, word: string) => svg`
    <path class="cord" d="M${x} ${y} l-11 12 h22 z"></path>
    <rect class="pan" x=${x - 25} y=${y + 12} width="50" height="33" rx="6"></rect>
    <text class="points" x=${x} y=${y + 26} text-anchor="middle">${points}</text>
    <text class="side" x=${x} y=${y + 40} text-anchor="middle">${word}</text>`;
  const flat = (x: number, y: number, points: number, word: string) => svg`
    <path class="cord" d="M${x} ${y} l-8 7 h16 z"></path>
    <rect class="pan" x=${x - 31} y=${y + 7} width="62" height="20" rx="5"></rect>
    <text class="side" x=${x} y=${y + 21} text-anchor="middle"><tspan class="points">${points}</tspan> ${word}</text>`;
  const pan = low ? flat : high;
  return html`<svg class="scales ${drop === 0 ? "even" : ""} ${low ? "low" : ""}" width=${WIDTH} height=${height} viewBox="0 0 ${WIDTH} ${height}"
    role="img" aria-label=${scaleWords(brings, receives)}>${svg`
    <path class="post" d="M${middle} ${top} V${height - 4}"></path>
    <path class="post foot" d="M${middle - 12} ${height - 3} h24"></path>
    <path class="beam" d="M${left} ${top + drop} L${right} ${top - drop}"></path>
    <circle class="pivot" cx=${middle} cy=${top} r="4.5"></circle>
    ${pan(left, top + drop, brings.points, t("met"))}
    ${pan(right, top - drop, receives.points, t("reçoit"))}`}</svg>`;
}
