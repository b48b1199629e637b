// What stands around the plot: its tools, who waits for a place, the legend, and the round of private places.

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { noteName } from "../../model/kind-words";
import { kindName } from "../../model/kinds";
import { MARKS } from "../../model/page";
import { t, tn } from "../../ui/i18n";
import { capital } from "../../ui/numbers";
import { picture } from "../../ui/picture";
import { styled } from "../../ui/styled";
import { placeWords } from "./geometry";
import type { CommunityMap, Look } from "./map";
import { missingRoles, ROLE_IDS, ROLES, roleCounts, roleWords, STAGES, type Stage } from "./points";
import { HORIZON_WORDS, pointWords, SHORT_STAGES, STAGE_WORDS } from "./words";

const LOOKS: readonly (readonly [Look, string, () => string, () => string])[] = [
  ["plane", "map-pin", () => t("Axes"), () => t("Acteurs sur deux axes")],
  ["rings", "target", () => t("Cercles"), () => t("Cercles : utilisent, contribuent, maintiennent")],
  ["table", "table", () => t("En tableau"), () => t("Acteurs en tableau")],
];

// -- tools ----------------------------------------------------------------------------------------

export function tools(map: CommunityMap): TemplateResult {
  const { focused, points, placing } = map;
  const wished = placing.open === null && points.some(({ place, wish }) => place !== null && wish !== null);
  const stop = focused ? 0 : -1; // one stop per zone: Enter on the zone shows it alone
  return html`<div class="maptools">
    ${wished && map.look !== "table" ? stages(map, stop) : nothing}
    <div class="seg sm" role="group" aria-label=${t("Vue")}>${LOOKS.map(
      ([
        look,
        icon,
        word,
        name,
      ]) => html`<button type="button" tabindex=${stop} class=${map.look === look ? "on" : ""}
        aria-pressed=${map.look === look ? "true" : "false"} aria-label=${name()} title=${name()}
        @click=${() => map.show(look)}>${picture(icon, 15)}${focused ? html`<span>${word()}</span>` : nothing}</button>`,
    )}</div>
    ${
      focused && map.app.mayWrite
        ? html`<button class="btn sm ink" type="button" @click=${() => map.create()}>${picture("plus", 16)}${t("Point")}</button>`
        : nothing
    }
  </div>`;
}

/** A stepper with four places; points glide to where they wish to be by then. */
function stages(map: CommunityMap, stop: number): TemplateResult {
  const keyed = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = by === undefined ? undefined : STAGES[STAGES.indexOf(map.stage) + by];
    if (by !== undefined) event.preventDefault();
    if (by !== undefined) event.stopPropagation();
    if (next === undefined) return;
    map.at(next);
    const group = (event.currentTarget as HTMLElement).querySelector<HTMLElement>("[aria-checked=true]");
    group?.focus({ preventScroll: true });
  };
  const words = map.focused ? STAGE_WORDS : SHORT_STAGES;
  return html`<div class="seg sm stages" role="radiogroup" aria-label=${t("Places visées, au fil du temps")} title=${HORIZON_WORDS[soonest(map)]()} @keydown=${keyed}>${STAGES.map(
    (stage) => html`<button type="button" role="radio" class=${map.stage === stage ? "on" : ""}
      aria-checked=${map.stage === stage ? "true" : "false"} aria-label=${STAGE_WORDS[stage]()} tabindex=${map.stage === stage ? stop : -1}
      @click=${() => map.at(stage)}>${words[stage]()}</button>`,
  )}</div>`;
}

/** The horizon of all wishes, when it is one and the same. */
function soonest(map: CommunityMap): Stage {
  const horizons = new Set(map.points.flatMap(({ wish }) => (wish === null ? [] : [wish.horizon])));
  return horizons.size === 1 ? ([...horizons][0] as Stage) : "today";
}

// -- beside the plot --------------------------------------------------------------------------------

/** Points without a place, and notes that are no points yet. */
function waiting(map: CommunityMap, most: number): TemplateResult {
  const free = map.points.filter((point) => map.shownAt(point) === null);
  const all = free.length + map.waiting.length;
  const shown = free.slice(0, most);
  const notes = map.waiting.slice(0, Math.max(0, most - shown.length));
  const more = all - shown.length - notes.length;
  return html`<ul class="unplaced" aria-label=${tn("{n} point à placer", "{n} points à placer", all)}>
    ${repeat(
      shown,
      ({ id }) => id,
      (
        point,
      ) => html`<li class=${`mp ${map.selected === point.id ? "sel" : ""} ${map.picked?.id === point.id ? "picked" : ""} ${map.held?.id === point.id ? "held" : ""}`} data-id=${point.id}>
        <button type="button" tabindex="-1" data-moves="place" aria-label=${pointWords(map, point)}>${map.dot(point)}<span>${point.label}</span></button>
        ${map.focused ? html`<button class="btn xs icon" type="button" aria-label=${t("Modifier {point}", { point: point.label })} title=${t("Modifier")} @click=${() => map.edit(point.id)}>${picture("pencil", 15)}</button>` : nothing}</li>`,
    )}
    ${repeat(
      notes,
      ({ id }) => id,
      (
        note,
      ) => html`<li><button type="button" class="other" tabindex=${map.focused ? 0 : -1} aria-haspopup="menu" title=${kindName(note.kind)}
        @click=${(event: Event) => map.noteMenu(note.id, event.currentTarget as HTMLElement)}>${picture(`mark-${MARKS[note.colour]}`, 12)}<span>${noteName(map.app, note.id)}</span></button></li>`,
    )}
    ${more > 0 ? html`<li><button type="button" class="other" tabindex="-1" @click=${() => map.app.focusZone("map")}>+ ${more}</button></li>` : nothing}</ul>`;
}

/** What a chip of who waits takes, and the words before and after. */
const CHIP = 118;
const ROUND_CHIPS = 250;

/** Below the plot: who waits for a place, and in the corner the roles nobody holds. */
export function strip(map: CommunityMap): unknown {
  const { placing, toPlace: n } = map;
  const { width, scale } = map.frame;
  const most = Math.max(1, Math.floor((width - ROUND_CHIPS * scale) / (CHIP * scale)));
  return html`${
    n > 0
      ? html`<div class="mapstrip"><b class="howmany">${t("À placer : {n}", { n })}</b>${waiting(map, most)}
      ${placing.open === null ? nothing : html`<span class="placed">${placing.turnoutWords()}</span>`}</div>`
      : nothing
  }
    ${placing.open === null && !map.small ? lacking(map) : nothing}`;
}

/** « Personne n'est garant·e » */
function lacking(map: CommunityMap): unknown {
  const missing = missingRoles(map.points.filter(({ place }) => place !== null));
  if (missing.length === 0) return nothing;
  const words = missing.map((role) => roleWords(role));
  const [first] = words;
  const none = tn("{n} rôle sans personne", "{n} rôles sans personne", missing.length);
  const said = missing.length === 1 ? first?.missing : none;
  const all = words.map((one) => one.missingAloud).join(". ");
  const names = words.map((one) => one.name).join(", ");
  if (map.toPlace === 0 && map.look !== "table")
    return html`<span class=${map.look === "plane" ? "lacking low" : "lacking"} title=${`${none} : ${names}`}>${picture("alert-triangle", 13)}<span aria-hidden="true">${tn("{n} rôle", "{n} rôles", missing.length)}</span><span class="sr">${none} : ${all}</span></span>`;
  return html`<span class="lacking" title=${names}>${picture("alert-triangle", 13)}<span aria-hidden="true">${said}</span><span class="sr">${all}</span></span>`;
}

export function side(map: CommunityMap): TemplateResult {
  const n = map.toPlace;
  return html`<aside class="mapside" aria-label=${t("Légende")}>
    ${placingBar(map)}
    ${n > 0 ? html`<section><h3>${t("À placer : {n}", { n })}</h3>${waiting(map, Number.POSITIVE_INFINITY)}</section>` : nothing}
    ${map.placing.open === null ? legend(map) : nothing}
  </aside>`;
}

function legend(map: CommunityMap): TemplateResult {
  const counts = roleCounts(map.points);
  const missing = missingRoles(map.points);
  return html`<section><h3>${t("Rôles")}</h3><ul class="rolekey">${ROLE_IDS.map((role) => {
    const words = roleWords(role);
    const none = missing.includes(role);
    return html`<li class=${none ? "nobody" : ""}><i class="role" aria-hidden="true">${ROLES[role].letter}</i><span aria-hidden="true">${none ? words.missing : words.name}</span><span class="sr">${none ? words.missingAloud : words.aloud}</span>${none ? picture("alert-triangle", 14) : html`<b>${counts.get(role)}</b>`}</li>`;
  })}</ul></section>
    <section class="signs"><h3>${t("Signes")}</h3><ul>
      <li><span class="mdot c-craie invited" ${styled({ "--r": "10px" })}></span>${t("acteur à inviter")}</li>
      <li><span class="arrowkey"><svg width="24" height="8" aria-hidden="true"><path d="M0 4h22"></path></svg></span>${HORIZON_WORDS[soonest(map)]()}</li>
      <li><span class="sizes" aria-hidden="true"><i></i><i></i><i></i></span>${t("plus de personnes")}</li></ul></section>`;
}

/** The round in which each places for themselves: what is asked, how many did, and what facilitation can do. */
export function placingBar(map: CommunityMap): unknown {
  const { app, placing } = map;
  const { open, result, last } = placing;
  const button = (words: string, done: () => void, look = "") =>
    html`<button class=${`btn sm ${look}`} type="button" @click=${done}>${words}</button>`;
  if (open !== null)
    return html`<section class="placing" role="group" aria-label=${t("Chacun place d'abord pour soi")}>
      <h3>${t("Chacun place d'abord pour soi")}</h3>
      <p>${t("Vos places ne sont montrées qu'à vous. À la fin, on verra l'écart entre les réponses, sans les noms.")}</p>
      <p class="turnout" role="status">${placing.turnoutWords()}</p>
      ${app.leads ? html`<span class="row">${button(t("Montrer l'écart"), () => placing.end(), "primary")}${button(t("Abandonner"), () => placing.drop(), "ghost")}</span>` : nothing}</section>`;
  if (result !== null) {
    const ids = Object.keys(result.results ?? {}).filter((id) => app.note(id) !== null);
    const wide = map.points.filter(({ id }) => placing.spread(id)?.wide);
    return html`<section class="placing" role="group" aria-label=${t("Écart des places")}>
      <h3>${t("Écart des places")}</h3>
      <p>${tn("{n} personne a placé.", "{n} personnes ont placé.", result.turnout ?? 0)}
        ${wide.length === 0 ? t("Les réponses se ressemblent.") : html`<b class="apart">${t("Écart large : {points}", { points: wide.map(({ label }) => label).join(", ") })}</b>`}</p>
      <span class="row">${app.mayWrite && ids.length > 0 ? button(t("Tout placer au milieu"), () => map.toMiddle(ids), "primary") : nothing}${button(t("Masquer l'écart"), () => placing.show(null), "ghost")}</span>
      ${
        map.look === "table" || app.view === "list"
          ? nothing
          : html`<ul class="middles">${map.points.flatMap((point) => {
              const spread = placing.spread(point.id);
              if (spread === null) return [];
              return [
                html`<li>${map.dot(point)}<span>${point.label}<small>${capital(placeWords(map.axes, spread.median))}${spread.wide ? html` · <b>${t("écart large")}</b>` : nothing}</small></span>
                  <button class="btn xs" type="button" ?disabled=${!map.mayMove(point.id)} aria-label=${t("Placer {point} au milieu", { point: point.label })} @click=${() => map.toMiddle([point.id])}>${t("Au milieu")}</button></li>`,
              ];
            })}</ul>`
      }</section>`;
  }
  return html`${app.leads && app.mayWrite && map.points.length > 0 ? html`<div class="placing">${button(t("Chacun place d'abord pour soi…"), () => placing.begin())}</div>` : nothing}
    ${last === null ? nothing : html`<div class="placing">${button(t("Revoir l'écart des places"), () => placing.show(last), "ghost")}</div>`}`;
}
