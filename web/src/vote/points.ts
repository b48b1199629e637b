// Giving points to a note and taking them back: − ••○ +, in the panel and in the list alike.

import { html, nothing } from "lit";
import type { Atelier } from "../board/atelier";
import { firstWords } from "../list/log";
import type { Note, Vote } from "../model/page";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import { isVote, mostFor, pointsIn, spent, withPoints } from "./rounds";
import { votingOf } from "./voting";
import { leftWords, pointWords, whyNot } from "./words";

/** More than these do not fit in a line of a phone: a number takes their place. */
const MOST_DOTS = 6;

export function dots(full: number, of: number) {
  return html`<span class="dots" aria-hidden="true">${Array.from({ length: of }, (_, at) => html`<i class=${at < full ? "f" : ""}></i>`)}</span>`;
}

/** The stepper of a note. What cannot be pressed stays where it is, so that the focus does, and says why. */
export function stepper(app: Atelier, vote: Vote, note: Note) {
  const voting = votingOf(app);
  const ballot = voting.ballot(vote);
  const points = pointsIn(ballot, note.id);
  const shut = voting.closedFor(vote) !== null;
  const [first = ""] = note.text.trim().split("\n");
  const words = firstWords(first, 60) || t("vide");
  const button = (label: string, sign: string, by: number, off: boolean) =>
    html`<button class="btn icon" type="button" aria-label=${label} aria-disabled=${off ? "true" : nothing}
      @click=${() => step(app, vote, note, by)}>${picture(sign, 20)}</button>`;
  return html`<div class="stepper" role="group" aria-label=${t("{title} : {name}", { title: words, name: pointWords(points) })}>
    ${button(t("Retirer un point à « {words} »", { words }), "minus", -1, shut || points === 0)}
    ${vote.per_note > MOST_DOTS ? html`<span class="dots many" aria-hidden="true">${points} / ${vote.per_note}</span>` : dots(points, vote.per_note)}
    ${button(t("Ajouter un point à « {words} »", { words }), "plus", 1, shut || points >= mostFor(vote, ballot, note.id))}
  </div>`;
}

function step(app: Atelier, vote: Vote, note: Note, by: number): void {
  const voting = votingOf(app);
  const why = whyNot(voting.closedFor(vote));
  if (why !== null) {
    app.announcer.say(why);
    return;
  }
  const before = voting.ballot(vote);
  const points = pointsIn(before, note.id) + by;
  if (points < 0) return;
  if (points > mostFor(vote, before, note.id)) {
    const full = points > vote.per_note;
    app.announcer.say(
      full
        ? t("Une note reçoit {n} points au plus.", { n: vote.per_note })
        : t("Vous avez donné tous vos points. Retirez-en un ailleurs d'abord."),
    );
    return;
  }
  const after = withPoints(before, note.id, points);
  voting.give(vote, after);
  app.announcer.say(`${pointWords(points)}. ${leftWords(vote.dots - spent(after), vote.dots)}.`);
}

/** The way to the panel from the list, where there is no dock. */
export function voteButton(app: Atelier) {
  const { rounds, open } = votingOf(app);
  if (rounds.length === 0) return nothing;
  const label = open.length === 0 ? t("Résultats") : open.some(isVote) ? t("Voter") : t("Répondre");
  return html`<button class=${open.length > 0 ? "btn sm tint" : "btn sm"} type="button" @click=${() => app.emit("vote")}>${picture("circle-dot", 16)} ${label}</button>`;
}

/** In a line of the list, while there is a vote on the note. */
export function lineStepper(app: Atelier, note: Note) {
  const vote = votingOf(app).voteOn(note);
  return vote === null ? nothing : stepper(app, vote, note);
}
