// « Chacun place d'abord pour soi »: as long as it is open, a person's places go to the server alone and come
// back to them alone; afterwards everybody sees how far apart the answers were.

import type { Atelier } from "../../board/atelier";
import type { Poll } from "../../model/page";
import { answersTo, pollsOf } from "../../model/polls";
import { t } from "../../ui/i18n";
import type { Place } from "./geometry";
import { MAP, type Spread, spreadOf } from "./points";

export class Placing {
  private readonly polls;
  private shown: string | null = null;
  private known: Poll | null;

  constructor(
    private readonly app: Atelier,
    private readonly changed: () => void,
  ) {
    this.polls = pollsOf(app);
    this.known = this.open;
    this.polls.on(() => {
      this.follow();
      changed();
    });
  }

  get open(): Poll | null {
    return this.polls.running("place");
  }

  /** The last one that was closed and has answers. */
  get last(): Poll | null {
    return this.polls.latest("place", MAP.board, MAP.zone);
  }

  /** The round whose spread is shown. */
  get result(): Poll | null {
    return this.open === null && this.last?.id === this.shown ? this.last : null;
  }

  show(poll: Poll | null): void {
    this.shown = poll?.id ?? null;
    this.changed();
  }

  spread(note: string): Spread | null {
    return spreadOf(answersTo(this.result, note));
  }

  get mayAnswer(): boolean {
    const { open } = this;
    return open !== null && this.polls.shut(open) === null;
  }

  /** Where this person has put a point, as long as nobody else sees it. */
  mine(note: string): Place | null {
    const { open } = this;
    return open === null ? null : (this.polls.mine<Place>(open).get(note) ?? null);
  }

  turnoutWords(): string {
    const said = this.open === null ? null : this.polls.turnout(this.open);
    return said === null ? "" : t("{n} sur {of} ont placé", { n: said.turnout, of: said.of });
  }

  answer(note: string, place: Place | null): void {
    const { open } = this;
    if (open !== null) void this.told(this.polls.answer(open, note, place));
  }

  begin(): void {
    void this.told(this.polls.open("place", MAP));
  }

  end(): void {
    if (this.open !== null) void this.told(this.polls.close(this.open));
  }

  drop(): void {
    if (this.open !== null) void this.told(this.polls.drop(this.open));
  }

  private async told(asked: Promise<string | null>): Promise<void> {
    const why = await asked;
    if (why !== null) this.app.notify(why, { about: "placing" });
  }

  private follow(): void {
    const before = this.known;
    this.known = this.open;
    if (this.known === null && before !== null && this.last?.id === before.id) this.shown = before.id;
  }
}
