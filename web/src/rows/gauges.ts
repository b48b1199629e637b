// Gauges of practice and maturity: each person's level first in private, then the median and the spread.

import { html, nothing } from "lit";
import { addNotes } from "../board/actions";
import type { Atelier } from "../board/atelier";
import { numberWords } from "../model/kind-words";
import { GAUGES } from "../model/kinds";
import type { Poll, Zone } from "../model/page";
import { answersTo, median, pollsOf, spread } from "../model/polls";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import { lastPoll, type Panel, pollFoot, pollHere, scaleRow } from "./panel";

const MOST = 4;

export const subjects = (zone: Pick<Zone, "id">): string[] =>
  zone.id === "literacy" ? ["practice"] : ["resource", "community", "governance"];
const nameOf = (subject: string) => GAUGES[subject]?.name() ?? subject;
const words = (subject: string) => (GAUGES[subject]?.words ?? []).map((word) => word());

/** « essai », or « entre idée et essai » where the middle lies between two. */
export function levelWords(subject: string, value: number): string {
  const all = words(subject).map((word) => word.toLocaleLowerCase());
  const [low, high] = [all[Math.floor(value)] ?? "", all[Math.ceil(value)] ?? ""];
  return low === high ? low : t("entre {low} et {high}", { low, high });
}

/** « médiane 2 sur 4 (essai), de 1 à 3 », as it is told and as it is written into the zone. */
export function resultWords(subject: string, values: readonly number[]): string {
  const [middle, range] = [median(values), spread(values)];
  if (middle === null || range === null) return t("personne n'a répondu");
  const said = t("médiane {n} sur {of} ({word})", {
    n: numberWords(middle),
    of: MOST,
    word: levelWords(subject, middle),
  });
  return range[0] === range[1]
    ? said
    : t("{said}, de {low} à {high}", { said, low: range[0], high: range[1] });
}

export function gaugesPanel(app: Atelier): Panel {
  const polls = pollsOf(app);
  return {
    title: t("Jauges"),
    icon: "gauge",
    unfolded: (zone) => pollHere(app, "gauge", zone) !== null || lastPoll(app, "gauge", zone) !== null,
    label: (zone) => {
      if (pollHere(app, "gauge", zone)) return t("Jauges : répondre");
      const last = lastPoll(app, "gauge", zone);
      const middles = subjects(zone).map((subject) => median(answersTo<number>(last, subject)));
      const said = middles.map((one) => (one === null ? "–" : numberWords(one))).join(" · ");
      return last === null ? t("Jauges") : t("Jauges : {levels}", { levels: said });
    },
    calls: (zone) => {
      const poll = pollHere(app, "gauge", zone);
      return poll !== null && polls.shut(poll) === null && polls.mine(poll).size < subjects(zone).length;
    },
    draw: (zone) => {
      const poll = pollHere(app, "gauge", zone);
      const last = lastPoll(app, "gauge", zone);
      const ask =
        zone.id === "literacy"
          ? t("Demander à chaque personne où elle en est")
          : t("Demander à chaque personne");
      return html`${poll === null ? (last === null ? nothing : results(app, zone, last)) : questions(app, zone, poll)}
        ${pollFoot(app, "gauge", zone, last === null ? ask : t("Demander à nouveau"))}`;
    },
  };
}

function questions(app: Atelier, zone: Zone, poll: Poll) {
  const polls = pollsOf(app);
  const mine = polls.mine<number>(poll);
  const off = polls.shut(poll) !== null;
  return subjects(zone).map((subject) =>
    scaleRow(
      `${poll.id}-${subject}`,
      nameOf(subject),
      0,
      words(subject),
      mine.get(subject),
      off,
      (value) => void polls.answer(poll, subject, value),
    ),
  );
}

function results(app: Atelier, zone: Zone, poll: Poll) {
  const write = () => writeDown(app, zone, poll);
  const may = app.leads && app.mayWrite && app.closed(zone.id) === null;
  return html`<p class="soft">${tn("{n} personne a répondu.", "{n} personnes ont répondu.", poll.turnout ?? 0)}</p>
    ${subjects(zone).map((subject) => distribution(subject, answersTo<number>(poll, subject)))}
    ${may ? html`<button class="btn" type="button" @click=${write}>${picture("sticky-note", 18)} ${t("Écrire le résultat dans la zone")}</button>` : nothing}`;
}

function distribution(subject: string, values: readonly number[]) {
  const counts = words(subject).map((_, level) => values.filter((value) => value === level).length);
  const most = Math.max(1, ...counts);
  return html`<div class="gaugeresult"><p><b>${nameOf(subject)}</b> : ${resultWords(subject, values)}</p>
    <ol class="levels">${words(subject).map((word, level) => {
      const count = counts[level] ?? 0;
      return html`<li><svg class="spreadbar" viewBox="0 0 10 30" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y=${30 - (30 * count) / most} width="10" height=${(30 * count) / most}></rect></svg>
        <b>${count}</b><span>${word}</span></li>`;
    })}</ol></div>`;
}

/** One note of a gauge for each level, so that it can be carried over. */
function writeDown(app: Atelier, zone: Zone, poll: Poll): void {
  app.document?.together(() => {
    for (const subject of subjects(zone)) {
      const values = answersTo<number>(poll, subject);
      const middle = median(values);
      if (middle === null) continue;
      const text = `${nameOf(subject)} : ${resultWords(subject, values)}`;
      addNotes(app, zone.id, [text], undefined, {
        kind: "scale",
        fields: { key: subject, value: Math.round(middle) },
      });
    }
  });
  app.announcer.say(t("Le résultat est écrit dans la zone."));
}
