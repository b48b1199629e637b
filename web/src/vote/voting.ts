// What this person answers in the rounds that are open: kept on this device until it is sent, and sent whole.

import type { Atelier } from "../board/atelier";
import { command } from "../board/command";
import type { Consent, Note, Vote } from "../model/page";
import {
  among,
  type Ballot,
  isVote,
  isVotedOn,
  mayAnswer,
  type Round,
  roundsFor,
  sameBallot,
} from "./rounds";

export type Said = "consent" | "reservation" | "objection";

export interface Answer {
  answer: Said | null;
  reason: string;
}

/** How many have answered, of how many. */
export interface Turnout {
  turnout: number;
  of: number;
}

const GONE = 4410;

export class Voting {
  /** The round that is looked at. */
  chosen: string | null = null;
  /** Rounds whose answer is on its way. */
  readonly sending = new Set<string>();
  /** Why the last try was not taken, by round. */
  readonly refusals = new Map<string, string>();
  /** What the server has of this person: an answer is there once it has said so. */
  private readonly sent = new Map<string, unknown>();
  /** Where what is not sent waits, also across a reload. */
  private readonly place: string;
  private readonly drafts: Map<string, unknown>;
  private readonly turnouts = new Map<string, Turnout>();

  constructor(readonly app: Atelier) {
    this.place = `tablee-rounds-${app.data.workshop.id}-${app.data.person.id}`;
    this.drafts = readKept(this.place);
    app.on("link", () => {
      if (app.connection.closedFor === GONE) localStorage.removeItem(this.place);
    });
    app.onEvent("turnout", (event) => {
      const turnout = { turnout: Number(event.turnout), of: Number(event.of) };
      this.turnouts.set(String(event.vote ?? event.consent ?? event.poll), turnout);
      app.emit("votes");
    });
    app.onEvent("ballot", (event) => {
      const round = String(event.vote ?? event.consent ?? event.poll);
      if (this.sending.has(round)) return; // its answer says what is there
      this.sent.set(round, event.ballot);
      this.refusals.delete(round);
      if (this.same(round)) this.drop(round);
      app.emit("votes");
    });
  }

  get rounds(): Round[] {
    const { app } = this;
    return roundsFor(app.workshop, app.data.person, app.data.group);
  }

  get open(): Round[] {
    return this.rounds.filter((round) => round.open);
  }

  /** The round to show: the one that was chosen, or the first there is. */
  get shown(): Round | null {
    const { rounds } = this;
    return rounds.find((round) => round.id === this.chosen) ?? rounds[0] ?? null;
  }

  /** The open vote in which this person may give points to this note now. */
  voteOn(note: Pick<Note, "board" | "zone" | "hidden">): Vote | null {
    const found = this.open.find(
      (round) => isVote(round) && isVotedOn(round, note) && mayAnswer(this.app.data.person, round),
    );
    return found && isVote(found) ? found : null;
  }

  turnout(round: Round): Turnout | null {
    if (!round.open) return { turnout: round.turnout ?? 0, of: round.of ?? 0 };
    return this.turnouts.get(round.id) ?? null;
  }

  /** What the server told last of a poll, which parts that are loaded later ask for. */
  told(poll: string): { ballot: unknown; turnout: Turnout | null } {
    return { ballot: this.sent.get(poll), turnout: this.turnouts.get(poll) ?? null };
  }

  /** Milliseconds that are left by the server's clock; null where there is no end. */
  left(round: Round): number | null {
    if (round.ends_at === null) return null;
    return Math.max(0, round.ends_at - (Date.now() + this.app.connection.clockOffset));
  }

  /** Why nothing can be answered at the moment, or null. */
  closedFor(round: Round): "closed" | "over" | "offline" | "not_yours" | null {
    if (!round.open) return "closed";
    if (this.left(round) === 0) return "over";
    if (!mayAnswer(this.app.data.person, round)) return "not_yours";
    return this.app.connection.online ? null : "offline";
  }

  // -- votes ------------------------------------------------------------------------------------

  /** The notes of a vote in reading order; null until their room has told what it holds. */
  notesOf(vote: Vote): Note[] | null {
    const document = this.documentOf(vote);
    if (document === null) return null;
    const boards = vote.board.endsWith(".recto")
      ? document.contents.boardIds().filter((board) => board.startsWith(`${vote.board}/`))
      : [vote.board];
    const zones = [...(this.app.templateOf(vote.board)?.zones ?? [])].sort((a, b) => a.n - b.n);
    return boards.flatMap((board) => {
      const byZone = document.byZone(board);
      return zones
        .filter((zone) => vote.zone === null || zone.id === vote.zone)
        .flatMap((zone) => (byZone.get(zone.id) ?? []).filter((note) => !note.hidden));
    });
  }

  noteOf(vote: Vote, id: string): Note | null {
    return this.documentOf(vote)?.note(id) ?? null;
  }

  private documentOf(vote: Vote) {
    const there = this.app.documentOf(vote.board);
    if (there === null) this.app.enterAll();
    return there;
  }

  /** The points this person gives, sent or not. Those of notes that are gone are free again. */
  ballot(vote: Vote): Ballot {
    return this.there(vote, (this.draft(vote.id) ?? this.sent.get(vote.id) ?? {}) as Ballot);
  }

  private there(vote: Vote, ballot: Ballot): Ballot {
    const document = this.documentOf(vote);
    if (document === null) return ballot;
    return among(ballot, (id) => {
      const note = document.note(id);
      return note !== null && !note.hidden;
    });
  }

  /** Whether the server has what this person gives. */
  isSent(vote: Vote): boolean {
    return sameBallot(this.ballot(vote), (this.sent.get(vote.id) ?? {}) as Ballot);
  }

  hasVoted(round: Round): boolean {
    const sent = this.sent.get(round.id);
    return sent !== undefined && sent !== null && Object.keys(sent).length > 0;
  }

  give(vote: Vote, ballot: Ballot): void {
    this.keep(vote.id, ballot);
  }

  async sendBallot(vote: Vote): Promise<boolean> {
    const ballot = this.ballot(vote);
    return this.send(vote.id, ballot, { type: "vote.cast", vote: vote.id, ballot });
  }

  // -- consent ----------------------------------------------------------------------------------

  answer(consent: Consent): Answer {
    return (this.draft(consent.id) ?? this.sentAnswer(consent) ?? { answer: null, reason: "" }) as Answer;
  }

  sentAnswer(consent: Consent): Answer | null {
    return (this.sent.get(consent.id) as Answer | null | undefined) ?? null;
  }

  say(consent: Consent, answer: Answer): void {
    this.keep(consent.id, answer);
  }

  async sendAnswer(consent: Consent): Promise<boolean> {
    const { answer, reason } = this.answer(consent);
    const said = { answer, reason: answer === "consent" ? "" : reason.trim() };
    return this.send(consent.id, said, { type: "consent.answer", consent: consent.id, ...said });
  }

  // -- keeping and sending ----------------------------------------------------------------------

  /** Whether something was chosen here that the server never had. */
  isLost(round: Round): boolean {
    return !round.open && this.draft(round.id) !== undefined && !this.same(round.id);
  }

  /** What was not sent is of no use any more. */
  forget(round: Round): void {
    this.drop(round.id);
    this.app.emit("votes");
  }

  private draft(round: string): unknown {
    return this.drafts.get(round);
  }

  private keep(round: string, value: unknown): void {
    this.drafts.set(round, value);
    this.refusals.delete(round);
    this.store();
    this.app.emit("votes");
  }

  private drop(round: string): void {
    if (this.drafts.delete(round)) this.store();
  }

  private store(): void {
    const there = [...this.drafts].filter(([id]) => this.rounds.some((round) => round.id === id));
    try {
      if (there.length > 0) localStorage.setItem(this.place, JSON.stringify(Object.fromEntries(there)));
      else localStorage.removeItem(this.place);
    } catch {
      // no room left in this browser: they are here as long as the page lives
    }
  }

  private same(round: string): boolean {
    const plain = (value: unknown) =>
      JSON.stringify(Object.entries(value ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
    return plain(this.draft(round)) === plain(this.sent.get(round));
  }

  private async send(round: string, value: unknown, fields: Record<string, unknown>): Promise<boolean> {
    if (this.sending.has(round)) return false;
    const before = this.draft(round);
    this.sending.add(round);
    this.refusals.delete(round);
    this.app.emit("votes");
    const reason = await command(this.app, fields);
    this.sending.delete(round);
    if (reason === null) {
      this.sent.set(round, value);
      if (this.draft(round) === before) this.drop(round);
    } else this.refusals.set(round, reason);
    this.app.emit("votes");
    return reason === null;
  }
}

/** What an earlier page kept; anything else that may stand there is nothing. */
function readKept(place: string): Map<string, unknown> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place) ?? "{}");
    const answers = Object.entries(found ?? {});
    return new Map(answers.filter(([, value]) => typeof value === "object" && value !== null));
  } catch {
    return new Map();
  }
}

const votings = new WeakMap<Atelier, Voting>();

/** The one `Voting` of a page. */
export function votingOf(app: Atelier): Voting {
  const there = votings.get(app) ?? new Voting(app);
  votings.set(app, there);
  return there;
}
