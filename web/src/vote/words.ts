// What is said about rounds, in one place: titles, turnout, what is left, why something cannot be answered.

import type { Atelier } from "../board/atelier";
import type { Vote } from "../model/page";
import { t, tn, typo } from "../ui/i18n";
import { isVote, type Round } from "./rounds";
import type { Turnout } from "./voting";

/** The question that is asked, or one made of the place it is about. */
export function questionOf(app: Atelier, vote: Vote): string {
  if (vote.question !== "") return vote.question;
  return askedAbout(placeOf(app, vote));
}

export function askedAbout(place: string): string {
  return t("Que retenir dans « {place} » ?", { place });
}

/** The zone a vote is about, or its board. */
export function placeOf(app: Atelier, vote: Vote): string {
  const template = app.templateOf(vote.board);
  const zone = template?.zones.find((one) => one.id === vote.zone);
  return typo((zone?.title ?? template?.title ?? vote.board).replace(" · ", ", "));
}

export function titleOf(app: Atelier, round: Round): string {
  return isVote(round) ? questionOf(app, round) : round.proposal;
}

/** « Vote secret, 11 personnes sur 17 ont voté » */
export function turnoutLine(round: Round, said: Turnout | null): string {
  const kind = isVote(round)
    ? round.secret
      ? t("Vote secret")
      : t("Vote ouvert : les noms paraîtront à la fin")
    : round.secret
      ? t("Réponses sans nom")
      : t("Les noms paraîtront à la fin");
  return said === null ? kind : `${kind}, ${turnoutWords(round, said)}`;
}

export function turnoutWords(round: Round, { turnout, of }: Turnout): string {
  return isVote(round)
    ? tn("{n} personne sur {of} a voté", "{n} personnes sur {of} ont voté", turnout, { of })
    : tn("{n} personne sur {of} a répondu", "{n} personnes sur {of} ont répondu", turnout, { of });
}

export function leftWords(left: number, dots: number): string {
  return tn("Il vous reste {n} point sur {dots}", "Il vous reste {n} points sur {dots}", left, { dots });
}

export function pointWords(points: number): string {
  return tn("{n} point", "{n} points", points);
}

export function whyNot(reason: "closed" | "over" | "offline" | "not_yours" | null): string | null {
  switch (reason) {
    case "over":
      return t("Le temps est écoulé. Le résultat arrive.");
    case "offline":
      return t("Hors ligne. Ce que vous avez choisi est gardé ici ; vous l'enverrez au retour.");
    case "not_yours":
      return t("Vous suivez ce tour sans y répondre.");
    default:
      return null;
  }
}
