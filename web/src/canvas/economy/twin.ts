// The same canvas in the list: tables and sentences above the notes of each zone.

import { html, nothing } from "lit";
import { addNotes } from "../../board/actions";
import { refused } from "../../board/zone-state";
import { type Means, missingOf, type Side } from "../../model/economy";
import { euroWords } from "../../model/kind-words";
import { MARKS } from "../../model/page";
import { t, tn, typo } from "../../ui/i18n";
import { picture } from "../../ui/picture";
import { collective, type Drawing, kindOfLane } from "./draw";
import { askStakeholder } from "./stakeholder";
import type { Economics } from "./state";
import { fteWords, meansWords, mixWords, pointsWords, shareWords, taskName, tiltWords } from "./words";

const none = "–";

/** What a way of paying is called, and where it comes from. */
export function starters(): { text: string; funding?: string; nature: string }[] {
  return [
    { text: t("Adhésion annuelle"), funding: "membership", nature: "money" },
    { text: t("Convention de consortium"), nature: "money" },
    { text: t("Contribution supplémentaire pour une fonctionnalité"), nature: "money" },
    { text: t("Subvention et fonds propres, à parts dites"), funding: "grant", nature: "money" },
    { text: t("Prestations de service"), funding: "services", nature: "money" },
    { text: t("Contributions volontaires"), funding: "gift", nature: "money" },
    { text: t("Bénévolat"), nature: "time" },
  ];
}

export function addStarter(state: Economics, index: number): void {
  const one = starters()[index];
  const { app } = state;
  if (!one || refused(app, "income")) return;
  const { text, ...fields } = one;
  const [id] = addNotes(app, "income", [text], undefined, { kind: "contribution", fields });
  if (id !== undefined) app.announcer.say(t("Note ajoutée : {text}.", { text }));
}

export function starterChips(state: Economics) {
  if (!state.app.mayWrite || state.app.closed("income") !== null) return nothing;
  return html`<div class="starters" role="group" aria-label=${t("Idées de revenus")}><span class="soft">${t("Pour commencer :")}</span>${starters().map(
    ({ text }, index) =>
      html`<button type="button" class="btn xs" @click=${() => addStarter(state, index)}>${picture("plus", 14)}${text}</button>`,
  )}</div>`;
}

const side = (one: Side) => [pointsWords(one.points), meansWords(one)].filter(Boolean).join(", ");

export function lanesTable(drawing: Drawing) {
  const { state } = drawing;
  if (state.lanes.length === 0)
    return html`<p class="soft">${t("Aucune partie prenante n'est encore là.")}</p>`;
  return html`<div class="scrollx" tabindex="0" role="region" aria-label=${t("Équilibre de chaque partie prenante")}><table class="twin">
    <thead><tr><th scope="col">${t("Partie prenante")}</th><th scope="col">${t("Met")}</th><th scope="col">${t("Reçoit")}</th><th scope="col">${t("Balance")}</th><th scope="col">${t("Son avis")}</th></tr></thead>
    <tbody>${state.lanes.map((lane) => {
      const sums = state.sums.lanes.find(({ id }) => id === lane.id);
      if (!sums) return nothing;
      return html`<tr><th scope="row">${typo(lane.name)}</th><td data-head=${t("Met")}>${side(sums.brings)}</td><td data-head=${t("Reçoit")}>${side(sums.receives)}</td><td data-head=${t("Balance")}>${tiltWords(sums.brings, sums.receives)}</td><td class="wide" data-head=${t("Son avis")}>${drawing.verdict(lane, true)}</td></tr>`;
    })}</tbody></table></div>${pollBar(drawing)}`;
}

/** While all answer in private, how many have. */
export function pollBar({ state, ballots }: Drawing) {
  const poll = state.poll();
  if (!poll) return nothing;
  const { turnout, of } = ballots.turnout(poll);
  return html`<p class="soft">${t("Chacun répond d'abord pour soi : {turnout} sur {of} ont répondu.", { turnout, of })}</p>`;
}

export function stakeholdersTable({ state, words }: Drawing) {
  const may = state.app.mayWrite && state.app.closed("stakeholders") === null;
  return html`${
    state.lanes.length === 0
      ? nothing
      : html`<div class="scrollx" tabindex="0" role="region" aria-label=${t("Tableau des parties prenantes")}><table class="twin">
    <thead><tr><th scope="col">${t("Partie prenante")}</th><th scope="col">${t("Forme et secteur")}</th><th scope="col">${t("Autour de la table")}</th></tr></thead>
    <tbody>${state.lanes.map(
      (lane) =>
        html`<tr><th scope="row">${picture(`mark-${MARKS[lane.colour]}`, 14)} ${typo(lane.name)}</th><td data-head=${t("Forme et secteur")}>${kindOfLane(lane, words) || none}${
          may
            ? html` <button type="button" class="btn xs ghost" aria-label=${t("Préciser {name}", { name: lane.name })} @click=${() => askStakeholder(state, lane)}>${picture("pencil", 14)}</button>`
            : nothing
        }</td><td data-head=${t("Autour de la table")}>${lane.people.map(({ name }) => name).join(", ") || t("pas dans la salle")}</td></tr>`,
    )}</tbody></table></div>`
  }
  ${mixLine(state)}
  ${state.loose.length > 0 ? html`<p class="soft">${tn("{n} note attend d'être attribuée à une partie prenante.", "{n} notes attendent d'être attribuées à une partie prenante.", state.loose.length)}</p>` : nothing}`;
}

function mixLine(state: Economics) {
  const mix = mixWords(state.lanes);
  return mix ? html`<p class="soft">${mix.long}</p>` : nothing;
}

export function sideTable(state: Economics, zone: "brings" | "receives") {
  const rows = [...state.sums.lanes, state.sums.loose].filter((lane) => lane[zone].notes > 0);
  const total = state.sums.totals[zone];
  if (rows.length === 0) return nothing;
  return html`<div class="scrollx" tabindex="0" role="region" aria-label=${zone === "brings" ? t("Totaux de ce que chacun met") : t("Totaux de ce que chacun reçoit")}><table class="twin">
    <thead><tr><th scope="col">${t("Partie prenante")}</th><th scope="col">${t("Notes")}</th><th scope="col">${t("Points")}</th><th scope="col">${t("ETP")}</th><th scope="col">${t("€ par an")}</th></tr></thead>
    <tbody>${rows.map((lane) => row(state.lane(lane.id)?.name ?? t("Sans partie prenante"), lane[zone]))}</tbody>
    <tfoot>${row(t("Total"), total)}</tfoot></table></div>`;
}

function row(name: string, one: Side) {
  return html`<tr><th scope="row">${typo(name)}</th><td data-head=${t("Notes")}>${one.notes}</td><td data-head=${t("Points")}>${one.points}</td><td data-head=${t("ETP")}>${one.fte > 0 ? fteWords(one.fte) : none}</td><td data-head=${t("€ par an")}>${one.euros > 0 ? euroWords(Math.round(one.euros)) : none}</td></tr>`;
}

export function commonsWords(state: Economics) {
  const { brings, receives } = state.sums.totals;
  const put = tn("{n} point mis", "{n} points mis", brings.points);
  const got = tn("{n} point reçu", "{n} points reçus", receives.points);
  return html`<p class="soft">${put}, ${got}</p>`;
}

const less = "\u2212\u00a0";
const size = (one: number, words: (n: number) => string) =>
  one === 0 ? "" : `${one < 0 ? less : ""}${words(Math.abs(one))}`;
const cell = ({ fte, euros }: Means) =>
  [size(fte, (n) => t("{n} ETP", { n: fteWords(n) })), size(euros, (n) => euroWords(Math.round(n)))]
    .filter(Boolean)
    .join(", ") || none;

/** Under this a difference is that of rounding. */
const LEAST_BEYOND = 0.005;

function costRow(name: string, needed: Means, promised: Means, lacks: Means, pooled: Means) {
  return html`<tr><th scope="row">${name}</th><td data-head=${t("Nécessaire")}>${cell(needed)}</td><td data-head=${t("Promis")}>${cell(promised)}</td><td data-head=${t("Manque")}>${cell(lacks)}</td><td data-head=${t("À mutualiser")}>${cell(pooled)}</td></tr>`;
}

export function costsTable(state: Economics) {
  const { tasks, purposes } = state.sums;
  const rows = tasks.filter(
    ({ task, needed, promised }) =>
      task !== null || needed.fte + needed.euros + promised.fte + promised.euros > 0,
  );
  const total = (which: "needed" | "promised" | "pooled") =>
    tasks.reduce((sum, one) => ({ fte: sum.fte + one[which].fte, euros: sum.euros + one[which].euros }), {
      fte: 0,
      euros: 0,
    });
  const { fte, euros } = state.sums.coverage;
  const lacks = { fte: fte.needed - fte.covered, euros: euros.needed - euros.covered };
  const promised = total("promised");
  const beyond = { fte: promised.fte - fte.covered, euros: promised.euros - euros.covered };
  const built = purposes.find(({ purpose }) => purpose === "build");
  const kept = state.sums.maintenance;
  return html`<div class="scrollx" tabindex="0" role="region" aria-label=${t("Charges par tâche")}><table class="twin">
    <thead><tr><th scope="col">${t("Tâche")}</th><th scope="col">${t("Nécessaire")}</th><th scope="col">${t("Promis")}</th><th scope="col">${t("Manque")}</th><th scope="col">${t("À mutualiser")}</th></tr></thead>
    <tbody>${rows.map(({ task, needed, promised, pooled }) => costRow(task === null ? t("Sans tâche, réparti où il manque") : taskName(task), needed, promised, missingOf(state.sums, task), pooled))}</tbody>
    <tfoot>${costRow(t("Total"), total("needed"), promised, lacks, total("pooled"))}</tfoot></table></div>
    <p class="soft">${t("Couvert : {done} sur {need}.", { done: cell({ fte: fte.covered, euros: euros.covered }), need: cell({ fte: fte.needed, euros: euros.needed }) })}${
      beyond.fte >= LEAST_BEYOND || beyond.euros >= 1
        ? html` ${t("{sum} promis au-delà du besoin d'une tâche.", { sum: cell({ fte: beyond.fte >= LEAST_BEYOND ? beyond.fte : 0, euros: beyond.euros >= 1 ? beyond.euros : 0 }) })}`
        : nothing
    }</p>
    <p class="soft">${t("Construire : {build} promis. Entretenir : {kept} couverts sur {need}.", {
      build: built ? cell(built.promised) : none,
      kept: cell({ fte: kept.fte.covered, euros: kept.euros.covered }),
      need: cell({ fte: kept.fte.needed, euros: kept.euros.needed }),
    })}</p>
    ${state.sums.maintenance_uncovered ? upkeepAlert() : nothing}`;
}

function upkeepAlert() {
  return html`<p class="alert">${picture("triangle-alert", 16)} ${t("L'entretien du commun n'est pas couvert.")}</p>`;
}

export function pooledWords(state: Economics): string {
  const { fte, euros } = state.sums.pooled;
  const shares = [fte, euros].filter((share) => share !== null && share > 0) as number[];
  return shares.length === 0 ? "" : shareWords(Math.max(...shares));
}

export function poolingWords(state: Economics) {
  const { fte, euros } = state.sums.pooled;
  const said = [
    fte === null ? "" : t("{share} des ETP", { share: shareWords(fte) }),
    euros === null ? "" : t("{share} des euros", { share: shareWords(euros) }),
  ].filter(Boolean);
  if (said.length === 0) return nothing;
  return html`<p class="soft">${t("Part des charges à mutualiser : {shares}.", { shares: said.join(", ") })}</p>`;
}

export function incomeTable(state: Economics) {
  const { build, maintain, either } = state.sums.income;
  return html`<p class="soft">${t(
    "Revenus pour construire : {build}. Pour entretenir : {maintain}. Sans précision : {either}.",
    {
      build: cell(build),
      maintain: cell(maintain),
      either: cell(either),
    },
  )}</p>${starterChips(state)}`;
}

export function balanceWords(state: Economics) {
  const { share, lines, left } = collective(state);
  return html`<p class="colead"><b>${share === null ? t("Aucune charge n'est encore dite.") : t("{share} des charges sont couvertes", { share: shareWords(share) })}</b>${lines.length > 0 ? html` · ${lines.join(" · ")}` : nothing}</p>
    ${state.sums.balanced ? html`<p class="good">${picture("circle-check", 16)} ${t("Équilibre trouvé : chacun le trouve acceptable et les charges sont couvertes.")}</p>` : nothing}
    ${left.length > 0 ? html`<h3>${t("Reste à négocier")}</h3><ul class="leftlist">${left.map((one) => html`<li>${typo(one)}</li>`)}</ul>` : nothing}`;
}
