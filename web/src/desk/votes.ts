// The chapter « Votes »: what closed votes, consent rounds and polls came to. Open ones are nobody's result yet.

import { html, nothing, type TemplateResult } from "lit";
import { numberWords } from "../model/kind-words";
import { GAUGES, VERDICTS } from "../model/kinds";
import type { Consent, Poll, Vote } from "../model/page";
import { median, spread } from "../model/polls";
import { dayOf, timeOf } from "../model/when";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import { scores } from "../vote/rounds";
import { waiting } from "./decided";
import type { Desk } from "./desk";
import { track } from "./downloads";
import { type Outcome, type OutcomeOf, placeWords } from "./outcome";

const ANSWERS = ["consent", "reservation", "objection"] as const;
type Closed =
  | { kind: "vote"; round: Vote }
  | { kind: "consent"; round: Consent }
  | { kind: "poll"; round: Poll };

/** Everything that is closed, the latest first. */
export function closedRounds({ votes, consents, polls }: Outcome): Closed[] {
  const all: Closed[] = [
    ...votes.map((round) => ({ kind: "vote" as const, round })),
    ...consents.map((round) => ({ kind: "consent" as const, round })),
    ...polls.map((round) => ({ kind: "poll" as const, round })),
  ];
  return all
    .filter(({ round }) => !round.open)
    .sort((a, b) => (b.round.closed_at ?? 0) - (a.round.closed_at ?? 0));
}

export function votesChapter(desk: Desk, outcome: OutcomeOf): TemplateResult {
  const { value } = outcome;
  if (value === null) return html`<section class="card">${waiting(outcome)}</section>`;
  const rounds = closedRounds(value);
  if (rounds.length === 0)
    return html`<section class="card"><p class="soft">${t("Aucun vote n'a été clos. Un vote ouvert n'a pas encore de résultat.")}</p></section>`;
  return html`<div class="rounds">${rounds.map((one) => round(desk, value, one))}</div>`;
}

function round(desk: Desk, outcome: Outcome, one: Closed): TemplateResult {
  switch (one.kind) {
    case "vote":
      return vote(desk, outcome, one.round);
    case "consent":
      return consent(desk, outcome, one.round);
    case "poll":
      return poll(desk, outcome, one.round);
  }
}

function card(
  title: string,
  icon: string,
  facts: readonly string[],
  secret: boolean,
  body: unknown,
): TemplateResult {
  return html`<section class="card round"><div class="row">${picture(icon, 20)}<h2 class="grow">${title}</h2>
      <span class="chip ${secret ? "info" : "line"}">${secret ? t("secret") : t("à découvert")}</span></div>
    <p class="fine">${facts.filter(Boolean).join(" · ")}</p>${body}</section>`;
}

function turnout({ turnout: given = 0, of = 0 }: Vote | Consent | Poll): string {
  return tn("{n} personne sur {of}", "{n} personnes sur {of}", given, { of });
}

function ended(desk: Desk, { closed_at: at }: Vote | Consent | Poll): string {
  if (at === undefined) return "";
  const { language } = desk.data;
  return t("{day} à {time}", { day: dayOf(at, language), time: timeOf(at, language) });
}

/** One line of a result: what, how much, and its bar beside the longest one. */
function bar(words: string, said: string, share: number, more: unknown = nothing): TemplateResult {
  return html`<li><div class="row"><span class="grow">${words}</span><b class="tnum">${said}</b></div>${track(100 * share)}${more}</li>`;
}

function vote(desk: Desk, outcome: Outcome, one: Vote): TemplateResult {
  const scored = scores(one);
  const most = Math.max(1, ...scored.map(({ points }) => points));
  const where = placeWords(desk, outcome, one);
  const name = (id: string) =>
    desk.workshop.people.find((person) => person.id === id)?.name ?? t("Personne partie");
  return card(
    one.question || t("Que retenir dans « {place} » ?", { place: where }),
    "vote",
    [where, turnout(one), ended(desk, one)],
    one.secret,
    scored.length === 0
      ? html`<p class="soft">${t("Personne n'a donné de point.")}</p>`
      : html`<ol class="result">${scored.map(({ note, points, by }) =>
          bar(
            outcome.notes[note]?.text || t("Note supprimée"),
            tn("{n} point", "{n} points", points),
            points / most,
            by.length === 0
              ? nothing
              : html`<p class="fine">${by.map(({ person, points: n }) => `${name(person)} ${n}`).join(", ")}</p>`,
          ),
        )}</ol>`,
  );
}

function consent(desk: Desk, outcome: Outcome, one: Consent): TemplateResult {
  const answers = one.answers ?? [];
  const names: Record<string, string> = {
    consent: t("Consentement"),
    reservation: t("Réserve"),
    objection: t("Objection"),
  };
  const counts = ANSWERS.map((id) => answers.filter(({ answer }) => answer === id).length);
  const all = Math.max(1, answers.length);
  const said = answers.filter(({ reason }) => reason !== "");
  const name = (id: string | null) =>
    id === null
      ? ""
      : (desk.workshop.people.find((person) => person.id === id)?.name ?? t("Personne partie"));
  const note = one.note === null ? undefined : outcome.notes[one.note];
  const place = note ? { board: note.board, zone: note.zone, group: one.group } : null;
  return card(
    one.proposal || note?.text || t("Proposition"),
    "hand-helping",
    [place ? placeWords(desk, outcome, place) : t("Tour de consentement"), turnout(one), ended(desk, one)],
    one.secret,
    html`<ul class="result">${ANSWERS.map((id, at) => bar(names[id] ?? id, String(counts[at] ?? 0), (counts[at] ?? 0) / all))}</ul>
      ${
        said.length === 0
          ? nothing
          : html`<h3>${t("Ce qui a été dit")}</h3><ul class="dots">${said.map(
              ({ answer, reason, by }) =>
                html`<li><b>${names[answer]}</b>${by === null ? "" : `, ${name(by)}`} : ${reason}</li>`,
            )}</ul>`
      }`,
  );
}

function poll(desk: Desk, outcome: Outcome, one: Poll): TemplateResult {
  const titles: Record<Poll["kind"], string> = {
    place: t("Places sur la carte"),
    verdict: t("Équilibre des parties prenantes"),
    gauge: t("Maturité du commun"),
    need: t("Besoins, utiles et faisables"),
    return: t("Retour sur le temps passé"),
  };
  const results = Object.entries(one.results ?? {});
  return card(
    titles[one.kind],
    "gauge",
    [one.board === null ? "" : placeWords(desk, outcome, one), turnout(one), ended(desk, one)],
    true,
    results.length === 0
      ? html`<p class="soft">${t("Personne n'a répondu.")}</p>`
      : html`<ul class="result">${results.map(
          ([subject, values]) =>
            html`<li><div class="row"><span class="grow">${subjectWords(desk, outcome, one, subject)}</span><b>${valueWords(one.kind, values)}</b></div>${reasons(values)}</li>`,
        )}</ul>`,
  );
}

function subjectWords(desk: Desk, outcome: Outcome, one: Poll, subject: string): string {
  if (one.kind === "gauge") return GAUGES[subject]?.name() ?? subject;
  if (one.kind === "return") return t("De 1, du temps perdu, à 5, bien plus que le temps passé");
  if (one.kind === "verdict") {
    const { stakeholders, people } = desk.workshop;
    return (
      stakeholders.find(({ id }) => id === subject)?.name ??
      people.find((person) => person.stakeholder === subject)?.name ??
      t("Structure partie")
    );
  }
  return outcome.notes[subject]?.text || t("Note supprimée");
}

/** What the answers to one subject come to. */
export function valueWords(kind: Poll["kind"], values: readonly unknown[]): string {
  if (kind === "verdict") {
    const given = values as { verdict: string }[];
    return Object.entries(VERDICTS)
      .map(([id, name]) => [name(), given.filter(({ verdict }) => verdict === id).length] as const)
      .filter(([, n]) => n > 0)
      .map(([name, n]) => `${name} ${n}`)
      .join(", ");
  }
  if (kind === "need") {
    const of = (name: "useful" | "feasible") =>
      median(
        (values as Partial<Record<"useful" | "feasible", number>>[])
          .map((one) => one[name])
          .filter((one) => one !== undefined),
      );
    const [useful, feasible] = [of("useful"), of("feasible")];
    return t("utile {useful}, faisable {feasible}", {
      useful: useful === null ? "–" : numberWords(useful),
      feasible: feasible === null ? "–" : numberWords(feasible),
    });
  }
  if (kind === "place") return tn("{n} avis", "{n} avis", values.length);
  const numbers = values.filter((one): one is number => typeof one === "number");
  const [middle, ends] = [median(numbers), spread(numbers)];
  if (middle === null || ends === null) return "";
  return t("médiane {median}, de {low} à {high}", {
    median: numberWords(middle),
    low: numberWords(ends[0]),
    high: numberWords(ends[1]),
  });
}

/** Why, where people said so; nobody is named. */
function reasons(values: readonly unknown[]) {
  const said = values.flatMap((one) => {
    const reason = (one as { reason?: unknown } | null)?.reason;
    return typeof reason === "string" && reason !== "" ? [reason] : [];
  });
  return said.length === 0
    ? nothing
    : html`<ul class="dots">${said.map((reason) => html`<li>${reason}</li>`)}</ul>`;
}
