// The zones of the economic canvas as they are drawn on the board.

import { html, nothing, render } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { BoardView } from "../../board/board-view";
import { refused } from "../../board/zone-state";
import type { Covered } from "../../model/economy";
import { type Box, toPlace } from "../../model/layout";
import { MARKS, type Note, type Zone } from "../../model/page";
import { t, tn, typo } from "../../ui/i18n";
import { picture } from "../../ui/picture";
import { cellBox, isFull, isLow, type Row, STRIP, shownIn } from "./grid";
import { scale, scaleWords } from "./scale";
import { askStakeholder } from "./stakeholder";
import type { Economics, Lane } from "./state";
import { askVerdict, type Ballots, maySay } from "./verdict";
import {
  byWords,
  commonsName,
  fteWords,
  gaugeWords,
  historyWords,
  ICONS,
  meansWords,
  shareWords,
  shortTask,
  signed,
  spreadWords,
  verdictWords,
} from "./words";

const at = ({ top, height }: Row) => `top:${top}px;height:${height}px`;
const inside = ({ left, top, width, height }: Box) =>
  `left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
const part = (share: number) => `width:${Math.round(Math.max(0, Math.min(1, share)) * 100)}%`;

export function kindOfLane(lane: Lane, words: (field: string, value: string) => string): string {
  return [lane.type && words("type", lane.type), lane.sector && words("sector", lane.sector)]
    .filter(Boolean)
    .join(", ");
}

export class Drawing {
  constructor(
    readonly state: Economics,
    readonly view: BoardView,
    readonly ballots: Ballots,
    readonly words: (field: string, value: string) => string,
  ) {}

  private get mayAdd(): boolean {
    const { app } = this.state;
    return app.mayWrite && app.closed("brings") === null;
  }

  heads(host: HTMLElement): void {
    const { state } = this;
    render(
      html`${repeat(
        state.rows,
        ({ id }) => id,
        (row) => this.head(row),
      )}
      ${state.rows.map((row) => this.behind("stakeholders", state.saidIn(row.id), row, 4))}
      ${
        state.lanes.length === 0
          ? html`<p class="nolanes">${t("Chaque partie prenante a sa ligne, dans l'ordre d'arrivée.")}</p>`
          : nothing
      }`,
      host,
    );
  }

  private head(row: Row) {
    const lane = this.state.lane(row.id);
    if (!lane)
      return html`<div class="shd loose" .style=${at(row)}><span><b>${t("Sans partie prenante")}</b><span class="k">${t("à attribuer")}</span></span></div>`;
    if (lane.actor) return nothing;
    const said = this.state.said(lane).length > 0;
    const low = isLow(row);
    const kind = kindOfLane(lane, this.words) || lane.people.map(({ name }) => name).join(", ");
    const inner = html`${picture(`mark-${MARKS[lane.colour]}`, 18)}<span><b>${typo(lane.name)}</b>${
      kind && kind !== lane.name ? html`<span class="k">${kind}</span>` : nothing
    }</span>`;
    const look = `shd c-${lane.colour} k-${lane.colour} ${said ? "said" : ""} ${low ? "low" : ""}`;
    return this.mayAdd
      ? html`<button type="button" class=${look} .style=${at(row)} title=${t("Préciser : secteur, forme, modèle d'affaires")} @click=${() => askStakeholder(this.state, lane)}>${inner}</button>`
      : html`<div class=${look} .style=${at(row)}>${inner}</div>`;
  }

  /** « + n » in a lane: other notes of it, which the zone shows when it is looked at alone. */
  private behind(zone: string, notes: readonly Note[], row: Row, right: number) {
    const { app } = this.state;
    if (notes.length === 0) return nothing;
    const label = tn(
      "{n} autre note : voir toute la zone",
      "{n} autres notes : voir toute la zone",
      notes.length,
    );
    const texts = notes.map(({ text }) => text).join("\n");
    return html`<button type="button" class="lanemore" tabindex="-1" data-lane=${row.id ?? ""} aria-label=${label} title=${texts} .style=${`top:${row.top + 4}px;right:${right}px`} @click=${() => app.focusZone(zone)}>+ ${notes.length}</button>`;
  }

  cells(host: HTMLElement, zone: Zone, width: number): void {
    const { state } = this;
    const arrow = zone.id === "brings" ? "after" : "before";
    render(
      html`${repeat(
        state.rows,
        ({ id }) => id,
        (row) => {
          const notes = state.within(zone.id, row.id);
          const count = notes.length;
          const name = state.lane(row.id)?.name ?? t("Sans partie prenante");
          const box = cellBox(row, width, count, count);
          const full = isFull(row, count);
          const label = t("Ajouter dans {zone} pour {name}", { zone: zone.title, name });
          return html`<div class="cell" .style=${at(row)}></div>
            ${row.id === null ? nothing : html`<span class="flow ${arrow}" .style=${`top:${row.top + row.height / 2 - 10}px`}>${picture("arrow-right", 20)}</span>`}
            ${
              this.mayAdd && row.id !== null
                ? full
                  ? html`<button type="button" class="oneplus" tabindex="-1" aria-label=${label} title=${label} .style=${`top:${row.top + row.height - STRIP - 5}px`} @click=${() => this.add(zone, row)}>${picture("plus", 14)}</button>`
                  : html`<button type="button" class="ghostadd" tabindex="-1" aria-label=${label} .style=${inside(box)} @click=${() => this.add(zone, row)}>${picture("plus", 14)}${t("Ajouter")}</button>`
                : nothing
            }
            ${this.behind(zone.id, notes.slice(shownIn(row, count)), row, 2)}`;
        },
      )}`,
      host,
    );
  }

  /** A note in a cell: its place says whose it is. */
  private add(zone: Zone, row: Row): void {
    const { app } = this.state;
    if (refused(app, zone.id)) return;
    const { body, size } = app.layoutOf(zone);
    this.view.create(zone.id, toPlace(body.left, row.top + row.height / 2 - size.height / 2, body, size));
  }

  commons(host: HTMLElement): void {
    const { app, sums } = this.state;
    const { brings, receives } = sums.totals;
    render(
      html`<b class="potname">${typo(commonsName(app.workshop))}</b>
        <p class="potsums"><b>${brings.points}</b>${tn("point mis", "points mis", brings.points)}<b>${receives.points}</b>${tn("point reçu", "points reçus", receives.points)}</p>`,
      host,
    );
  }

  balances(host: HTMLElement): void {
    const { state } = this;
    render(
      html`${repeat(
        state.rows,
        ({ id }) => id,
        (row) => {
          const lane = state.lane(row.id);
          if (!lane)
            return html`<div class="vi none" .style=${at(row)}></div>${this.behind("viability", state.within("viability", null), row, 4)}`;
          const sums = state.sums.lanes.find(({ id }) => id === lane.id);
          const verdict = state.balances.get(lane.id)?.verdict ?? null;
          const said = state.within("viability", lane.id);
          return html`<div class="vi v-${verdict ?? "none"} ${isLow(row) ? "low" : ""} ${said.length > 0 ? "said" : ""}" .style=${at(row)}>
            ${sums ? scale(sums.brings, sums.receives, isLow(row)) : nothing}
            ${this.verdict(lane)}
          </div>${this.behind("viability", said, row, 4)}`;
        },
      )}`,
      host,
    );
  }

  /** Where there are no lanes: the button of somebody who answers for their own. */
  answer(host: HTMLElement): void {
    const { state } = this;
    state.look();
    const lane = state.lane(state.app.data.person.stakeholder);
    const asked = lane && this.asks(lane);
    render(
      asked
        ? html`<button type="button" class="btn sm vown" @click=${asked.ask}>${picture(state.poll() ? "lock" : "scale", 15)}${asked.short}<span class="sr"> : ${asked.label}</span></button>`
        : nothing,
      host,
    );
  }

  /** What this person may be asked about a lane; null: nothing. */
  asks(lane: Lane): { label: string; short: string; ask: () => void } | null {
    const { state, ballots } = this;
    const [poll, mine] = [state.poll(), state.mine(lane)];
    if (poll ? !mine || !state.app.mayWrite : !maySay(state, lane)) return null;
    const ask = () => askVerdict(state, ballots, lane, poll ?? null);
    if (poll)
      return {
        label: t("Répondre en privé pour {name}", { name: lane.name }),
        short: t("Répondre en privé"),
        ask,
      };
    const label = mine
      ? t("Dire si l'équilibre de {name} est acceptable", { name: lane.name })
      : t("Répondre au nom de {name}", { name: lane.name });
    return { label, short: t("Donner votre avis"), ask };
  }

  /** What a lane has answered; a button for those who may answer. */
  verdict(lane: Lane, full = false) {
    const { state, ballots } = this;
    const balance = state.balances.get(lane.id);
    const poll = state.poll();
    const asked = poll && state.mine(lane) ? poll : null;
    const own = asked ? ballots.of(asked, lane.id) : null;
    const verdict = balance?.verdict ?? null;
    const sums = state.sums.lanes.find(({ id }) => id === lane.id);
    const means = sums ? [sums.brings, sums.receives].map(meansWords) : ["", ""];
    const reason = verdict === "mixed" && balance ? spreadWords(balance) : (balance?.reason ?? "");
    const history = balance ? historyWords(balance) : "";
    const value = balance?.value;
    const words = html`<b class="vword">${picture(ICONS[verdict ?? ""] ?? "gauge", 17)}${verdictWords(verdict)}${
      value === null || value === undefined
        ? nothing
        : html` <span class="gaugeval" title=${t("Sur l'échelle de −2 à +2 : {value}, {words}", { value: signed(value), words: gaugeWords(value) })}>${full ? t("({value} sur l'échelle de −2 à +2 : {words})", { value: signed(value), words: gaugeWords(value) }) : html`${value === 0 ? "" : signed(value)}<span class="sr"> ${gaugeWords(value)}</span>`}</span>`
    }</b>
      ${reason ? html`<span class="why" title=${typo(reason)}>${typo(reason)}</span>` : nothing}
      ${balance?.named ? html`<span class="why">${byWords(state.app, balance)}</span>` : nothing}
      ${history ? html`<span class="before">${history}</span>` : nothing}
      ${means[0] ? html`<span class="before">${t("met {means}", { means: means[0] })}</span>` : nothing}
      ${means[1] ? html`<span class="before">${t("reçoit {means}", { means: means[1] })}</span>` : nothing}`;
    if (poll && (asked || state.app.leads)) {
      const label = own
        ? t("Votre réponse privée : {verdict}. La changer", {
            verdict: verdictWords(own.verdict).toLocaleLowerCase(),
          })
        : t("Répondre en privé pour {name}", { name: lane.name });
      return asked
        ? html`<span class="st">${words}<button type="button" class="btn xs" aria-label=${label} @click=${() => askVerdict(state, ballots, lane, poll)}>${picture("lock", 14)}${own ? label : t("Répondre en privé")}</button></span>`
        : html`<span class="st">${words}</span>`;
    }
    if (poll || !maySay(state, lane)) return html`<span class="st">${words}</span>`;
    const act = state.mine(lane)
      ? t("Dire si l'équilibre de {name} est acceptable", { name: lane.name })
      : t("Répondre au nom de {name}", { name: lane.name });
    return html`<button type="button" class="st say" title=${act} @click=${() => askVerdict(state, ballots, lane, null)}>${words}${
      verdict === null && state.mine(lane)
        ? html`<span class="yours">${t("Donner votre avis")}</span>`
        : nothing
    }<span class="sr">${act}</span></button>`;
  }

  /** Six tasks: what is promised of what is needed, what is missing hatched. */
  costs(host: HTMLElement): void {
    const { sums } = this.state;
    const euros = sums.coverage.fte.needed === 0 && sums.coverage.euros.needed > 0;
    const what = euros ? "euros" : "fte";
    const rows = sums.tasks.filter(
      ({ task, needed, promised }) => needed[what] > 0 || (task !== null && promised[what] > 0),
    );
    const most = Math.max(...rows.map(({ needed, promised }) => Math.max(needed[what], promised[what])), 0);
    const figure = (n: number) => (euros ? fteWords(Math.round(n)) : fteWords(n));
    render(
      html`<dl class="tk ${rows.length > 4 ? "dense" : ""}">${rows.map(({ task, needed, promised }) => {
        const met = Math.min(needed[what], promised[what]);
        const label = t("{done} sur {need} {unit}", {
          done: figure(promised[what]),
          need: figure(needed[what]),
          unit: euros ? t("€ par an") : t("ETP"),
        });
        return html`<dt>${shortTask(task)}</dt><dd><span class="bar" aria-hidden="true"><i class="met" .style=${part(met / most)}></i><i class="gap" .style=${part((needed[what] - met) / most)}></i></span></dd><dd class="n"><span aria-hidden="true"><b>${figure(promised[what])}</b> / ${figure(needed[what])}</span><span class="sr">${label}</span></dd>`;
      })}</dl>`,
      host,
    );
  }

  /** One figure in the title of a small zone. */
  figure(host: HTMLElement, words: string): void {
    render(words ? html`<span class="figure">${words}</span>` : nothing, host);
  }

  balance(host: HTMLElement): void {
    const { sums, lanes } = this.state;
    const { share, lines, left } = collective(this.state);
    render(
      html`<div class="co ${sums.balanced ? "good" : ""}">
        <b class="percent">${share === null ? "–" : shareWords(share)}</b>
        <span class="lines">${lines.map((line, index) => (index === 0 ? html`<b>${line}</b>` : html`<span>${line}</span>`))}</span>
        <p class="left">${left[0] ?? (lanes.length > 0 ? t("Rien ne reste à négocier.") : "")}</p>
      </div>`,
      host,
    );
  }

  scaleOf(lane: Lane): string {
    const sums = this.state.sums.lanes.find(({ id }) => id === lane.id);
    return sums ? scaleWords(sums.brings, sums.receives) : "";
  }
}

/** The least covered of posts and euros, what is said of it, and what is left to negotiate, the heaviest first. */
export function collective(state: Economics): { share: number | null; lines: string[]; left: string[] } {
  const { coverage, maintenance, gaps, maintenance_uncovered, agree, of } = state.sums;
  const shares = [coverage.fte.share, coverage.euros.share].filter((share) => share !== null);
  const share = shares.length > 0 ? Math.min(...shares) : null;
  const lines = [];
  if (coverage.fte.share !== null)
    lines.push(
      t("{done} ETP sur {need}", {
        done: fteWords(coverage.fte.covered),
        need: fteWords(coverage.fte.needed),
      }),
    );
  if (coverage.euros.share !== null)
    lines.push(
      t("{done} € sur {need}", {
        done: fteWords(Math.floor(coverage.euros.covered)),
        need: fteWords(Math.ceil(coverage.euros.needed)),
      }),
    );
  if (of > 0)
    lines.push(
      tn("{agree} structure sur {n} d'accord", "{agree} structures sur {n} d'accord", of, { agree }),
    );
  const left = [];
  if (maintenance_uncovered && gaps[0] !== "community")
    left.push(t("L'entretien du commun n'est pas couvert."));
  for (const task of gaps) left.push(gapWords(task));
  if (maintenance_uncovered && gaps[0] === "community")
    left.push(t("L'entretien du commun n'est pas couvert."));
  const upkeep: Covered[] = [maintenance.fte, maintenance.euros];
  if (upkeep.every(({ needed }) => needed === 0) && share !== null)
    left.push(t("Aucune charge d'entretien n'est encore dite."));
  for (const id of state.sums.open) {
    const name = state.lane(id)?.name ?? "";
    const { verdict = null, reason = "" } = state.balances.get(id) ?? {};
    const words = verdictWords(verdict).toLocaleLowerCase();
    left.push(
      reason
        ? t("{name} : {verdict}, {reason}", { name, verdict: words, reason })
        : t("{name} : {verdict}", { name, verdict: words }),
    );
  }
  return { share, lines, left };
}

function gapWords(task: string | null): string {
  switch (task) {
    case "product":
      return t("Le développement reste à financer.");
    case "community":
      return t("L'animation reste à financer.");
    case "project":
      return t("La gestion de projet reste à financer.");
    case "support":
      return t("Le support et la maintenance restent à financer.");
    case "documentation":
      return t("La documentation reste à financer.");
    case "ux":
      return t("L'UX reste à financer.");
    default:
      return t("Des charges sans tâche restent à financer.");
  }
}
