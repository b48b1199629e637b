// Votes and consent rounds as plain values: which concern somebody, what a ballot leaves, who got how much.

import { own } from "../model/own";
import type { Consent, Note, Person, Vote, Workshop } from "../model/page";
import { templateOf } from "../model/page";

export type Ballot = Readonly<Record<string, number>>;
export type Round = Vote | Consent;

export function isVote(round: Round): round is Vote {
  return "dots" in round;
}

/** Rounds of everybody and of a group, the newest first; facilitation sees those of all groups. */
export function roundsFor(workshop: Workshop, person: Person, group: string): Round[] {
  const leads = person.role === "organiser" || person.role === "facilitator";
  const all: Round[] = [...(workshop.votes ?? []), ...(workshop.consents ?? [])];
  return all
    .filter((round) => leads || round.group === null || round.group === group)
    .sort((a, b) => Number(b.open) - Number(a.open) || b.at - a.at);
}

/** Whether somebody may answer: people of the group, and facilitation at any table. */
export function mayAnswer(person: Person, round: Round): boolean {
  if (person.role === "organiser" || person.role === "facilitator") return true;
  if (person.role !== "participant" || person.group === null) return false;
  return round.group === null || round.group === person.group;
}

/** Whether a note is among those that a vote is about. */
export function isVotedOn(vote: Vote, note: Pick<Note, "board" | "zone" | "hidden">): boolean {
  if (note.hidden) return false; // the server does not know it
  const there = vote.board === note.board || vote.board === templateOf(note.board);
  return there && (vote.zone === null || vote.zone === note.zone);
}

/** Ids come from documents: only what the ballot itself has counts. */
export function pointsIn(ballot: Ballot, note: string): number {
  return own(ballot, note) ?? 0;
}

export function spent(ballot: Ballot): number {
  return Object.values(ballot).reduce((sum, points) => sum + points, 0);
}

/** How many points a note may have at most, given the rest of the ballot. */
export function mostFor(vote: Vote, ballot: Ballot, note: string): number {
  const free = vote.dots - spent(ballot) + pointsIn(ballot, note);
  return Math.max(0, Math.min(vote.per_note, free));
}

/** The ballot with these points for a note; a note without points is not in it. */
export function withPoints(ballot: Ballot, note: string, points: number): Ballot {
  const { [note]: _, ...rest } = ballot;
  return points > 0 ? { ...rest, [note]: points } : rest;
}

/** The ballot without notes that are gone: their points are free again. */
export function among(ballot: Ballot, there: (note: string) => boolean): Ballot {
  return Object.fromEntries(Object.entries(ballot).filter(([note]) => there(note)));
}

export function sameBallot(a: Ballot, b: Ballot): boolean {
  const notes = Object.keys(a);
  return notes.length === Object.keys(b).length && notes.every((note) => own(a, note) === own(b, note));
}

export interface Scored {
  note: string;
  points: number;
  /** Who gave how many, where the vote was not secret. */
  by: readonly { person: string; points: number }[];
}

/** Notes with points, the most first. */
export function scores(vote: Vote): Scored[] {
  return Object.entries(vote.totals ?? {})
    .map(([note, points]) => ({
      note,
      points,
      by: Object.entries(vote.ballots ?? {})
        .flatMap(([person, ballot]) => {
          const given = own(ballot, note);
          return given === undefined ? [] : [{ person, points: given }];
        })
        .sort((a, b) => b.points - a.points),
    }))
    .sort((a, b) => b.points - a.points);
}

/** `01:32` */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}
