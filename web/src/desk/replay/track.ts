// The past of a room as the page holds it: a state and what followed, so that any moment is at hand at once.

export type Values = Record<string, unknown>;
export type State = Record<string, Record<string, Values>>;

export interface Frame {
  n: number;
  at: number;
  who: string[];
  said: string;
  changes: Record<string, Record<string, Values | null>>;
}

export interface TrackAnswer {
  n: number;
  at: number;
  state: State;
  frames: Frame[];
  end: number;
}

export interface Instant {
  id: string;
  name: string;
  kind: "kept" | "step" | "restored";
  n: number;
  at: number;
  by: string | null;
  /** Of what was before a restore: the time that was restored. */
  of?: number;
}

export interface Timeline {
  room: string;
  from: number;
  to: number;
  n: number;
  bars: { start: number; width_ms: number; counts: number[] };
  /** Silences that are drawn as if they lasted so long only. */
  folds: { from: number; to: number; as_ms: number }[];
  steps: { step: string; title: string; at: number }[];
  instants: Instant[];
}

const WHOLE_EVERY = 200;

/** Where a time lies on the line, from 0 to 1, and the time that lies there: long silences take little of it. */
export class Scale {
  /** How long the line is, in milliseconds as they are drawn. */
  readonly length: number;
  private readonly marks: { at: number; drawn: number }[];

  constructor({ from, to, folds }: Pick<Timeline, "from" | "to" | "folds">) {
    this.marks = [{ at: from, drawn: 0 }];
    let [at, drawn] = [from, 0];
    const mark = (upto: number, takes: number) => {
      drawn += takes;
      at = upto;
      this.marks.push({ at, drawn });
    };
    for (const fold of folds) {
      mark(fold.from, fold.from - at);
      mark(fold.to, fold.as_ms);
    }
    mark(to, to - at);
    this.length = Math.max(1, drawn);
  }

  share(at: number): number {
    return this.between("at", "drawn", at) / this.length;
  }

  timeAt(share: number): number {
    return this.between("drawn", "at", share * this.length);
  }

  private between(known: "at" | "drawn", wanted: "at" | "drawn", value: number): number {
    const after = this.marks.findIndex((mark) => mark[known] >= value);
    const high = this.marks[after] ?? (this.marks.at(-1) as { at: number; drawn: number });
    const low = this.marks[after - 1];
    if (low === undefined || after < 0) return high[wanted];
    const part = (value - low[known]) / (high[known] - low[known]);
    return low[wanted] + part * (high[wanted] - low[wanted]);
  }
}

export class Track {
  readonly frames: Frame[];
  readonly from: number;
  readonly end: number;
  private readonly whole: State[];
  private last: { index: number; state: State };

  /** `from`: the time that was asked for. */
  constructor(answer: TrackAnswer, from: number) {
    this.frames = answer.frames;
    this.from = Math.min(from, answer.at || from);
    this.end = answer.end;
    this.whole = [answer.state];
    this.last = { index: -1, state: answer.state };
  }

  holds(at: number): boolean {
    return at >= this.from && at <= this.end;
  }

  /** The last frame until this time; -1 before the first. */
  indexAt(at: number): number {
    let [low, high] = [0, this.frames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.frames[middle] as Frame).at <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The last frame until this one that says something: what the server keeps up is no act of anybody. */
  toldAt(index: number): number {
    return this.frames.findLastIndex(({ said }, at) => at <= index && said !== "");
  }

  /** The first frame after this one that says something; -1 when none does. */
  toldAfter(index: number): number {
    return this.frames.findIndex(({ said }, at) => at > index && said !== "");
  }

  /** What was there after a frame. Never changed afterwards: the same values are the same objects. */
  stateAt(index: number): State {
    if (this.last.index === index) return this.last.state;
    const near = Math.min(Math.floor((index + 1) / WHOLE_EVERY), this.whole.length - 1);
    const ahead = this.last.index < index && this.last.index >= near * WHOLE_EVERY - 1;
    let at = ahead ? this.last.index : near * WHOLE_EVERY - 1;
    let state = ahead ? this.last.state : (this.whole[near] as State);
    let own = new Set<string>();
    while (at < index) {
      at++;
      const [next, made] = after(state, this.frames[at] as Frame, own);
      state = next;
      own = made;
      if ((at + 1) % WHOLE_EVERY === 0 && this.whole.length === (at + 1) / WHOLE_EVERY) {
        this.whole.push(state);
        own = new Set();
      }
    }
    this.last = { index, state };
    return state;
  }

  /** Boards that notes are on in any moment of it. */
  boards(): Set<string> {
    const found = new Set<string>();
    const look = (notes: Record<string, Values | null> = {}) => {
      for (const note of Object.values(notes)) if (typeof note?.board === "string") found.add(note.board);
    };
    look(this.whole[0]?.notes);
    for (const { changes } of this.frames) look(changes.notes);
    return found;
  }
}

/** The state with a frame done to it; roots in `own` are this walk's and may be written. */
function after(state: State, frame: Frame, own: Set<string>): [State, Set<string>] {
  const next = { ...state };
  const made = new Set(own);
  for (const [root, changes] of Object.entries(frame.changes)) {
    const entries = own.has(root) ? (state[root] as Record<string, Values>) : { ...state[root] };
    for (const [id, value] of Object.entries(changes))
      if (value === null) delete entries[id];
      else entries[id] = value;
    next[root] = entries;
    made.add(root);
  }
  return [next, made];
}

/** The board that a frame is about, as it is after it: where its first note lies. */
export function boardOf(frame: Frame, before: State): string | null {
  const notes = Object.entries(frame.changes.notes ?? {});
  for (const [id, note] of notes) {
    const board = (note ?? before.notes?.[id])?.board;
    if (typeof board === "string") return board;
  }
  for (const [id, cluster] of Object.entries(frame.changes.clusters ?? {})) {
    const board = (cluster ?? before.clusters?.[id])?.board;
    if (typeof board === "string") return board;
  }
  return null;
}
