// A pair of scales drawn from points. What it shows is said in words too; whether that is fair, it does not say.

import { html, svg } from "lit";
import type { Side } from "../../model/economy";
import { t } from "../../ui/i18n";
import { tiltWords } from "./words";

const WIDTH = 132;
const HEIGHT = 74;
const ARM = 38;
const TOP = 14;
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

export function scale(brings: Side, receives: Side) {
  const drop = Math.max(-MOST, Math.min(MOST, (brings.points - receives.points) * STEP));
  const middle = WIDTH / 2;
  const [left, right] = [middle - ARM, middle + ARM];
  const pan = (x: number, y: number, points: number, word: string) => svg`
    <path class="cord" d="M${x} ${y} l-11 12 h22 z"></path>
    <rect class="pan" x=${x - 25} y=${y + 12} width="50" height="33" rx="6"></rect>
    <text class="points" x=${x} y=${y + 26} text-anchor="middle">${points}</text>
    <text class="side" x=${x} y=${y + 40} text-anchor="middle">${word}</text>`;
  return html`<svg class="scales ${drop === 0 ? "even" : ""}" width=${WIDTH} height=${HEIGHT} viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img" aria-label=${scaleWords(brings, receives)}>${svg`
    <path class="post" d="M${middle} ${TOP} v56"></path>
    <path class="post foot" d="M${middle - 12} 71 h24"></path>
    <path class="beam" d="M${left} ${TOP + drop} L${right} ${TOP - drop}"></path>
    <circle class="pivot" cx=${middle} cy=${TOP} r="4.5"></circle>
    ${pan(left, TOP + drop, brings.points, t("met"))}
    ${pan(right, TOP - drop, receives.points, t("reçoit"))}`}</svg>`;
}
