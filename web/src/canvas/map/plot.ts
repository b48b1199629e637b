// The plot of the community map: axes or rings, points with their labels, arrows, what people answered.

import { html, nothing, svg, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../../ui/i18n";
import { picture } from "../../ui/picture";
import { styled } from "../../ui/styled";
import {
  type Box,
  circleIn,
  type Dot,
  type Label,
  overlap,
  type Place,
  partOf,
  placeLabels,
  placeWords,
  RINGS,
  sectorAngle,
} from "./geometry";
import type { CommunityMap } from "./map";
import { type MapPoint, placeAt, ROLES, roleWords, shortName } from "./points";
import { HORIZON_WORDS, pointWords } from "./words";

/** Mean width of a letter of labels, their frame and height, and what a letter of a role takes. */
export const LETTER = 7;
export const FRAME = 11;
export const HIGH = 19;
const ROLE = 19;
const WIDEST = 230;
/** Half of the room around the end of an arrow. */
const ARROW = 8;
/** Room around a point that words of the rings leave free. */
const RADIUS_OF_DOT = 14;

const px = (value: number) => `${value}px`;

const measured = new Map<string, number>();
let pen: CanvasRenderingContext2D | null | undefined;

/** How wide a label is at its usual size. */
function wide(text: string): number {
  const known = measured.get(text);
  if (known !== undefined) return known;
  if (pen === undefined) {
    pen = document.createElement("canvas").getContext("2d");
    const family = getComputedStyle(document.documentElement).getPropertyValue("--font-text");
    if (pen) pen.font = `650 13px ${family}`;
    void document.fonts?.ready.then(() => measured.clear());
  }
  const width = Math.ceil((pen?.measureText(text).width ?? [...text].length * LETTER) * 1.02) + FRAME;
  measured.set(text, width);
  return width;
}

export function plot(map: CommunityMap): TemplateResult {
  const { frame } = map;
  const { plot: box } = frame;
  const at = new Map<string, Place>();
  for (const point of map.points) {
    const place = map.shownAt(point);
    if (place !== null) at.set(point.id, place);
  }
  const places = map.layout(at);
  const shown = map.points.filter(({ id }) => places.has(id));
  const labels = labelsOf(map, shown, places, areaOf(map, box));
  return html`<div class="plot" ${styled({ left: px(box.left), top: px(box.top), width: px(box.width), height: px(box.height) })}></div>
    <svg class="ground" width=${frame.width} height=${frame.height} aria-hidden="true">
      <defs><marker id="map-arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M1 1l6 3-6 3z"></path></marker></defs>
      ${map.look === "rings" ? rings(map, box, places) : grid(map, box)}
      ${arrows(map, shown, places, labels)}
      ${spreads(map)}
    </svg>
    ${map.look === "rings" ? nothing : ticks(map, box)}
    <ul class="points" aria-label=${t("Acteurs placés")}>${repeat(
      shown,
      ({ id }) => id,
      (point) =>
        pointView(
          map,
          point,
          at.get(point.id) as Place,
          places.get(point.id) as Place,
          labels.get(point.id) ?? null,
        ),
    )}</ul>
    ${goals(map, shown)}
    ${arrival(map)}
    ${
      map.points.length + map.waiting.length === 0 && map.app.mayWrite
        ? html`<p class="mapempty" ${styled({ left: px(box.left), top: px(box.top), width: px(box.width), height: px(box.height) })}><b>${t("Qui fait vivre ce commun ?")}</b><span>${t("Double-cliquez à la place d'un acteur, ou appuyez sur N.")}</span></p>`
        : nothing
    }`;
}

function areaOf(map: CommunityMap, box: Box): Box {
  if (map.look !== "rings") return box;
  const { width, height } = map.frame;
  return map.focused ? box : { left: 10, top: box.top, width: width - 20, height: height - box.top - 4 };
}

function labelsOf(
  map: CommunityMap,
  points: readonly MapPoint[],
  places: ReadonlyMap<string, Place>,
  area: Box,
): Map<string, Label | null> {
  const { scale } = map.frame;
  const dots = points.map((point): Dot => {
    const at = places.get(point.id) as Place;
    const letters = point.roles.reduce(
      (sum, role) => sum + ROLE + (ROLES[role].letter.length - 1) * LETTER,
      0,
    );
    return {
      id: point.id,
      ...at,
      radius: map.radius(point),
      width: Math.min(WIDEST, wide(point.label)) * scale,
      short: wide(shortName(point.label)) * scale,
      more: letters * scale,
      ...(map.look === "plane" ? { band: bandOf(map, at.y) } : {}),
    };
  });
  const words = map.look === "rings" ? ringWords(map, map.frame.plot, places) : [];
  const taken = words.map((word) => boxOfWord(word, scale));
  const ends = goalsOf(map, points).map(({ to }): Box => {
    return { left: to.x - ARROW, top: to.y - ARROW, width: 2 * ARROW, height: 2 * ARROW };
  });
  return placeLabels(dots, HIGH * scale, area, [...taken, ...ends]);
}

/** The band of the dimension a point lies in. */
function bandOf(map: CommunityMap, y: number): [number, number] {
  const { top, height } = map.frame.plot;
  const row = height / map.axes.y.ticks.length;
  const at = Math.min(map.axes.y.ticks.length - 1, Math.max(0, Math.floor((y - top) / row)));
  return [top + at * row, top + (at + 1) * row];
}

export function grid(map: CommunityMap, { left, top, width, height }: Box): TemplateResult {
  const { x, y } = map.axes;
  const [column, row] = [width / x.ticks.length, height / y.ticks.length];
  return svg`<rect class="paper" x=${left} y=${top} width=${width} height=${height} rx="3"></rect>
    ${x.ticks.map(
      (_tick, at) =>
        svg`<rect class="shade" x=${left + at * column} y=${top} width=${column} height=${height} fill-opacity=${(at / Math.max(1, x.ticks.length - 1)) * 0.88}></rect>`,
    )}
    ${y.ticks.slice(1).map((_tick, at) => svg`<path class="line" d=${`M${left} ${top + (at + 1) * row}h${width}`}></path>`)}
    ${x.ticks.slice(1).map((_tick, at) => svg`<path class="line" d=${`M${left + (at + 1) * column} ${top}v${height}`}></path>`)}
    <path class="axis" d=${`M${left} ${top}v${height}h${width}`}></path>` as TemplateResult;
}

function rings(map: CommunityMap, box: Box, places: ReadonlyMap<string, Place>): TemplateResult {
  const { x, y, radius } = circleIn(box);
  const { ticks } = map.axes.y;
  return svg`${[...RINGS]
    .reverse()
    .map((part, at) => svg`<circle class=${`ring r${at}`} cx=${x} cy=${y} r=${radius * part}></circle>`)}
    ${ticks.map((_tick, at) => {
      const angle = (at / ticks.length) * 2 * Math.PI - Math.PI / 2;
      return svg`<path class="line" d=${`M${x} ${y}L${x + radius * Math.cos(angle)} ${y + radius * Math.sin(angle)}`}></path>`;
    })}
    ${ringWords(map, box, places).map(
      ({ look, word, anchor, x, y }) =>
        svg`<text class=${look} text-anchor=${anchor} x=${x} y=${y}>${word}</text>`,
    )}` as TemplateResult;
}

interface Word extends Place {
  look: "ringword" | "sector";
  word: string;
  anchor: keyof typeof BEFORE;
}

/** How much of a word lies before its anchor. */
const BEFORE = { start: 0, middle: 0.5, end: 1 } as const;

function boxOfWord({ word, anchor, x, y }: Word, scale: number): Box {
  const width = wide(word) * scale;
  return { left: x - BEFORE[anchor] * width, top: y - HIGH * 0.75 * scale, width, height: HIGH * scale };
}

/** Where the word of a ring may stand: at its top, at its foot, then further around. */
const ANGLES = [-90, 90, -60, -120, 60, 120, -30, -150, 30, 150, 0, 180];

/** What the rings are, where no point covers it, and the dimensions beside their sectors. */
function ringWords(map: CommunityMap, box: Box, places: ReadonlyMap<string, Place>): Word[] {
  if (map.small) return [];
  const { x, y, radius } = circleIn(box);
  const { scale } = map.frame;
  const room = RADIUS_OF_DOT * scale;
  const points = [...places.values()].map((at) => ({
    left: at.x - room,
    top: at.y - room,
    width: 2 * room,
    height: 2 * room,
  }));
  const taken: Box[] = [];
  const rings = [t("maintiennent"), t("contribuent"), t("utilisent")].map((word, at): Word => {
    const middle = radius * ((RINGS[at] as number) - RINGS[0] / 2 + (at === 0 ? 0 : 0.02));
    const tries = ANGLES.map((angle): Word => {
      const turn = (angle * Math.PI) / 180;
      const place = { x: x + middle * Math.cos(turn), y: y + middle * Math.sin(turn) + 5 * scale };
      return { look: "ringword", word, anchor: "middle", ...place };
    });
    const free = (one: Word) => {
      const there = boxOfWord(one, scale);
      return ![...points, ...taken].some((other) => overlap(there, other));
    };
    const found = tries.find(free) ?? (tries[0] as Word);
    taken.push(boxOfWord(found, scale));
    return found;
  });
  const { ticks } = map.axes.y;
  const sectors = ticks.map(([, word], at): Word => {
    const angle = sectorAngle(ticks.length, at);
    const [right, low] = [Math.cos(angle) > 0 ? 1 : -1, Math.sin(angle) > 0 ? 1 : -1];
    const anchor = right > 0 ? "start" : "end";
    return { look: "sector", word, anchor, x: x + right * radius * 0.8, y: y + low * radius * 0.9 };
  });
  return [...rings, ...sectors];
}

function ticks(map: CommunityMap, { left, top, width, height }: Box): unknown {
  if (map.small) return nothing;
  const { x, y } = map.axes;
  const column = width / x.ticks.length;
  return html`<div class="ticks" aria-hidden="true">
    ${x.ticks.map(
      ([, word], at) =>
        html`<span class="mtick x" ${styled({ left: px(left + at * column), top: px(top + height + 6), width: px(column) })}>${word}</span>`,
    )}
    ${y.ticks.map(
      ([value, word]) =>
        html`<span class="mtick y" ${styled({ top: px(top + (1 - partOf(y.ticks, value)) * height), width: px(left - 12) })}>${word}</span>`,
    )}
    ${
      map.focused
        ? html`<span class="axisname" ${styled({ left: px(left), top: px(top + height + 40), width: px(width) })}>${x.title} ${picture("arrow-right", 14)}</span>
          <span class="axisname" ${styled({ left: "0px", top: px(top - 26), width: px(left + 40) })}>${y.title} ${picture("arrow-up", 14)}</span>`
        : nothing
    }</div>`;
}

/** From where a point is to where it wishes to be, until the stage has brought it there. */
function arrows(
  map: CommunityMap,
  points: readonly MapPoint[],
  places: ReadonlyMap<string, Place>,
  labels: ReadonlyMap<string, Label | null>,
): unknown {
  return goalsOf(map, points).map(({ point, to }) => {
    const from = places.get(point.id) as Place;
    const long = Math.hypot(to.x - from.x, to.y - from.y);
    if (long < 2 * map.radius(point)) return nothing;
    const label = labels.get(point.id);
    // it begins behind its name, when that stands in its way
    const covered = label?.side === "right" && to.x > from.x && Math.abs(to.y - from.y) < HIGH / 2;
    const first = covered ? label.left + label.width - from.x : map.radius(point);
    const start = Math.min(first, long - ARROW) / long;
    return svg`<path class="arrow" marker-end="url(#map-arrow)" d=${`M${from.x + (to.x - from.x) * start} ${from.y + (to.y - from.y) * start}L${to.x} ${to.y}`}></path>`;
  });
}

function goalsOf(map: CommunityMap, points: readonly MapPoint[]): { point: MapPoint; to: Place }[] {
  if (map.placing.open !== null) return [];
  const goals = new Map<string, Place>();
  for (const point of points) {
    const { held } = map;
    const holds = held?.id === point.id && held.what === "wish";
    if (holds && held.place !== null) goals.set(point.id, held.place);
    else if (point.wish !== null && placeAt(point, map.stage) === point.place)
      goals.set(point.id, point.wish);
  }
  const at = map.layout(goals);
  return points.flatMap((point) => {
    const to = at.get(point.id);
    return to === undefined ? [] : [{ point, to }];
  });
}

/** The ends of arrows, to be taken by hand. */
function goals(map: CommunityMap, points: readonly MapPoint[]): TemplateResult {
  return html`<div class="goals">${repeat(
    goalsOf(map, points),
    ({ point }) => point.id,
    ({
      point,
      to,
    }) => html`<span class="goal" data-id=${point.id} ${styled({ left: px(to.x), top: px(to.y) })}>
      <button type="button" tabindex="-1" data-moves="wish" aria-hidden="true" title=${t("{point} : où aller, {when}", { point: point.label, when: HORIZON_WORDS[point.wish?.horizon ?? "today"]() })}></button></span>`,
  )}</div>`;
}

/** A small dot for each answer, and a ring around their middle. */
function spreads(map: CommunityMap): unknown {
  if (map.placing.result === null || map.look === "rings") return nothing;
  return map.points.map((point) => {
    const spread = map.placing.spread(point.id);
    if (spread === null) return nothing;
    const all = new Map([
      ["middle", spread.median],
      ...spread.places.map((place, at) => [String(at), place] as const),
    ]);
    const at = map.layout(all);
    const middle = at.get("middle") as Place;
    const dots = spread.places.map((_place, index) => at.get(String(index)) as Place);
    return svg`<g class=${`spread k-${point.colour} ${spread.wide ? "apart" : ""}`}>
      ${dots.map(({ x, y }) => svg`<path d=${`M${middle.x} ${middle.y}L${x} ${y}`}></path>`)}
      ${dots.map(({ x, y }) => svg`<circle cx=${x} cy=${y} r="4"></circle>`)}
      <circle class="middle" cx=${middle.x} cy=${middle.y} r=${map.radius(point) + 4}></circle></g>`;
  });
}

// -- one point ------------------------------------------------------------------------------------

function pointView(
  map: CommunityMap,
  point: MapPoint,
  place: Place,
  at: Place,
  label: Label | null,
): TemplateResult {
  const { id } = point;
  const held = map.held?.id === id;
  const chosen = map.selected === id && !map.held;
  const classes = [
    "mp",
    held ? "held" : "",
    chosen ? "sel" : "",
    map.picked?.id === id ? "picked" : "",
    point.invited ? "invited" : "",
  ];
  const side = label ?? {
    left: at.x + map.radius(point) + 3,
    top: at.y - 9,
    width: 0,
    side: "right" as const,
    short: false,
    pinned: false,
  };
  const pinned = side.pinned || label === null;
  const beside =
    side.side === "left"
      ? { right: px(at.x - side.left - side.width), left: "auto" }
      : { left: px(side.left - at.x), right: "auto" };
  return html`<li class=${classes.join(" ")} data-id=${id} ${styled({ left: px(at.x), top: px(at.y) })}>
    <button type="button" tabindex=${map.focused ? 0 : -1} data-moves="place" aria-label=${pointWords(map, point)} title=${title(map, point, place)}
      aria-pressed=${chosen ? "true" : "false"}>${map.dot(point)}</button>
    <span class=${`mlabel ${side.side} ${label === null ? "none" : ""}`} data-moves="place" aria-hidden="true"
      ${styled({ ...beside, top: px(side.top - at.y), "max-width": label === null ? "none" : px(label.width) })}><span>${side.short ? shortName(point.label) : point.label}</span>${pinned ? nothing : letters(point)}</span>
    ${pinned && point.roles.length > 0 ? html`<span class="pinned" aria-hidden="true" ${styled({ top: px(map.radius(point) / 2) })}>${letters(point)}</span>` : nothing}
    ${chosen ? bar(map, point, at) : nothing}</li>`;
}

function letters(point: MapPoint): unknown {
  return point.roles.map(
    (role) => html`<i class="role" title=${roleWords(role).name}>${ROLES[role].letter}</i>`,
  );
}

function title(map: CommunityMap, point: MapPoint, place: Place): string {
  return `${point.label} · ${placeWords(map.axes, place)}`;
}

function bar(map: CommunityMap, point: MapPoint, at: Place): TemplateResult {
  const { id } = point;
  const { plot: box } = map.frame;
  const free = map.mayMove(id);
  const low = at.y - box.top < 52;
  const left = at.x - box.left > box.width / 2;
  const act = (icon: string, name: string, done: (event: Event) => void, menu = false) =>
    html`<button type="button" aria-label=${name} title=${name} aria-haspopup=${menu ? "menu" : nothing} ?disabled=${!free} @click=${done}>${picture(icon, 16)}</button>`;
  return html`<div class=${`mbar ${low ? "low" : ""} ${left ? "left" : ""}`} role="toolbar" aria-label=${t("Agir sur {point}", { point: point.label })}>
    ${act("pencil", t("Modifier"), () => map.edit(id))}
    ${act("move", t("Déplacer"), () => map.pick(id, "place"))}
    ${map.placing.open === null ? act("route", t("Où aller"), () => map.pick(id, "wish")) : nothing}
    ${act("ellipsis", t("Autres actions"), (event) => map.menu(id, event.currentTarget as HTMLElement), true)}</div>`;
}

/** Where a point would lie, in lines and words, before it is let go. */
function arrival(map: CommunityMap): unknown {
  const { held } = map;
  const { plot: box } = map.frame;
  if (held === null) return nothing;
  const words = held.place === null ? t("à placer") : placeWords(map.axes, held.place);
  const { x, y } = held.at;
  return html`<p class=${`arrival ${x > box.left + box.width / 2 ? "left" : ""}`} aria-hidden="true" ${styled({ left: px(x), top: px(Math.max(box.top, y - 46)) })}>${words}</p>`;
}
