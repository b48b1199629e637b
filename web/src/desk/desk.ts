// The workshop as the organiser's page holds it: its state, commands one after the other, what is not saved
// yet, and the agenda while it is being edited.

import type { Step, Workshop } from "../model/page";
import { t } from "../ui/i18n";
import { nameUnfinished, type Unfinished } from "../ui/unfinished";
import { asEdit, type PlannedStep, samePlan } from "./plan";

export interface Support {
  id: string;
  title: string;
  sheet: number | null;
  side: "je" | "nous" | null;
}

export interface DeskData {
  language: string;
  messages: Record<string, string | string[]>;
  workshop: Workshop;
  me: string;
  code: string;
  door: string;
  supports: Support[];
  agendas: { id: string; title: string; minutes: number }[];
  known: { id: string; title: string }[];
  most_groups: number;
  /** How long from now a workshop may be kept, in days. */
  most_days: number;
  typed_wrong: boolean;
}

export interface Answer {
  revision: number;
  invitation?: string;
  group?: string;
  erased?: { mentions: number };
}

type Problem = Unfinished;

const UNDONE_KEPT = 20;
const SOON_MS = 250;

/** The settings of `workshop.edit` by their names in the state. */
function asShown({ type: _, ...fields }: Readonly<Record<string, unknown>>): Partial<Workshop> {
  const { content_licence: licence, passphrase, ...same } = fields;
  return {
    ...same,
    ...(licence !== undefined && { licence }),
    ...(passphrase !== undefined && { passphrase: passphrase !== "" }),
  } as Partial<Workshop>;
}

export class Desk {
  saving: "saved" | "saving" | "failed" = "saved";
  /** What went wrong, or what somebody else did: said until the next change. */
  notice: { kind: "danger" | "info"; words: string } | null = null;

  /** What a screen reader is told about the last change. */
  told = "";

  /** The latest state from the server, and settings that are on their way to it. */
  private stored: Workshop;
  private meant: Partial<Workshop>[] = [];
  private listeners: (() => void)[] = [];
  private line: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  /** The notice that nobody answered: over once the server does. */
  private unanswered: Desk["notice"] = null;
  /** The agenda as it is meant to be, while the server has another one. */
  private planned: PlannedStep[] | null = null;
  /** The agenda that the plan was made of. */
  private base: Step[] = [];
  private past: PlannedStep[][] = [];
  private soon: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly data: DeskData) {
    this.stored = data.workshop;
  }

  /** As it is shown: with what was just chosen, though the server has not answered yet. */
  get workshop(): Workshop {
    return this.meant.length === 0 ? this.stored : Object.assign({}, this.stored, ...this.meant);
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  /** A state from the server, unless a later one is known. */
  take(workshop: Workshop): void {
    if (workshop.revision < this.stored.revision) return;
    const others = !samePlan(workshop.agenda.steps, this.stored.agenda.steps);
    if (others && this.planned === null) this.past = [];
    this.stored = workshop;
    this.changed();
  }

  async refresh(): Promise<void> {
    const answer = await fetch(`${this.path}?lang=${this.data.language}`, { cache: "no-store" });
    if (answer.ok) this.take((await answer.json()) as Workshop);
  }

  /** Ask for a command, after those before it; null when it was refused, and the notice says why. */
  ask(fields: Readonly<Record<string, unknown>>): Promise<Answer | null> {
    const meant = fields.type === "workshop.edit" ? asShown(fields) : null;
    this.notice = null;
    if (meant !== null) this.meant = [...this.meant, meant];
    const asked = this.inLine(async () => {
      const { answer, problem } = await this.post(fields);
      this.meant = this.meant.filter((one) => one !== meant);
      if (answer === null) this.fail(problem);
      return answer;
    });
    this.changed();
    return asked;
  }

  put(kind: "danger" | "info", words: string): void {
    this.notice = { kind, words };
    this.changed();
  }

  /** What could not be done for want of an answer. */
  putUnanswered(words: string): void {
    this.put("danger", words);
    this.unanswered = this.notice;
  }

  /** The server is there again. Nothing of what failed waits to be sent: that is said, as no error any more. */
  back(): void {
    if (this.notice === null || this.notice !== this.unanswered) return;
    if (this.saving === "failed") this.saving = "saved";
    this.put("info", t("Le réseau est revenu. Refaites ce qui n'a pas pu se faire."));
  }

  tell(words: string): void {
    this.told = words;
    this.changed();
  }

  // -- the agenda -------------------------------------------------------------------------------------

  /** As it is shown: with changes that are on their way. New steps have an id of this page's own. */
  get steps(): Step[] {
    if (this.planned === null) return this.workshop.agenda.steps;
    return this.planned.map((step, at) => ({ ...step, id: step.id ?? `new-${at}` }));
  }

  get mayUndo(): boolean {
    return this.past.length > 0;
  }

  edit(steps: readonly PlannedStep[]): void {
    if (samePlan(steps, this.steps)) return;
    this.past = [...this.past, this.steps].slice(-UNDONE_KEPT);
    this.plan(steps);
  }

  /** One of the templates takes the agenda's place. */
  async takeOver(agenda: string): Promise<void> {
    const before = this.steps;
    clearTimeout(this.soon);
    this.planned = null;
    if (await this.ask({ type: "agenda.edit", agenda })) this.past = [before];
    this.changed();
  }

  undo(): void {
    const before = this.past.pop();
    if (before) this.plan(before);
  }

  private plan(steps: readonly PlannedStep[]): void {
    if (this.planned === null) this.base = this.workshop.agenda.steps;
    this.planned = steps.map((step) => ({ ...step, id: step.id?.startsWith("new-") ? undefined : step.id }));
    this.notice = null;
    this.saving = "saving";
    clearTimeout(this.soon);
    // presses that follow one another are one change
    this.soon = setTimeout(() => this.inLine(() => this.savePlan()), SOON_MS);
    this.changed();
  }

  private async savePlan(): Promise<void> {
    const plan = this.planned;
    if (plan === null) return;
    if (!samePlan(this.workshop.agenda.steps, this.base)) return this.theirs();
    const { revision } = this.workshop;
    const { answer, problem } = await this.post({
      type: "agenda.edit",
      steps: plan.map((step) => asEdit(this.known(step))),
      revision,
    });
    if (answer === null && problem.key === "revision.stale" && (await this.caughtUp()))
      return this.savePlan();
    if (this.planned !== plan) {
      // changed again meanwhile: that one follows, made of this one
      if (answer !== null && this.holds(plan, answer.revision)) this.base = this.workshop.agenda.steps;
      return;
    }
    if (problem.key === "revision.stale") return this.theirs();
    this.planned = null;
    if (answer !== null) return;
    this.past = [];
    this.fail(problem);
  }

  /** Whether the agenda is this page's own, and nobody else's. */
  private holds(plan: readonly PlannedStep[], revision: number): boolean {
    if (this.workshop.revision === revision) return true;
    const steps = this.workshop.agenda.steps.map((step, at) =>
      plan[at]?.id === undefined ? { ...step, id: undefined } : step,
    );
    return samePlan(steps, plan);
  }

  /** Somebody else's agenda came first: it is shown, and nothing of this page's is sent over it. */
  private theirs(): void {
    this.planned = null;
    this.past = [];
    this.put(
      "info",
      t(
        "Quelqu'un d'autre vient de changer le déroulé. Voici le sien ; refaites votre changement s'il le faut.",
      ),
    );
  }

  /** A step that is no longer in the agenda comes back as a new one. */
  private known(step: PlannedStep): PlannedStep {
    const there = this.workshop.agenda.steps.some(({ id }) => id === step.id);
    return there ? step : { ...step, id: undefined };
  }

  /** Whether, now that the newest state is here, the agenda is still the one that the plan was made of. */
  private async caughtUp(): Promise<boolean> {
    const before = this.workshop.revision;
    await this.refresh().catch(() => undefined);
    return this.workshop.revision > before && samePlan(this.workshop.agenda.steps, this.base);
  }

  // -- plumbing ---------------------------------------------------------------------------------------

  private get path(): string {
    return `/api/workshops/${this.workshop.id}`;
  }

  private async inLine<T>(act: () => Promise<T>): Promise<T> {
    this.waiting++;
    this.saving = "saving";
    const turn = this.line.then(async () => {
      const before = this.notice;
      try {
        return await act();
      } finally {
        this.waiting--;
        // a change that was made meanwhile waits for its moment: that one follows
        if (this.waiting === 0 && this.planned === null)
          this.saving = this.notice !== before && this.notice?.kind === "danger" ? "failed" : "saved";
        this.changed();
      }
    });
    // one that goes wrong does not hold up those after it
    this.line = turn.catch(() => undefined);
    return turn;
  }

  private async post(
    fields: Readonly<Record<string, unknown>>,
  ): Promise<{ answer: Answer | null; problem: Problem }> {
    try {
      const answer = await fetch(`${this.path}/commands`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(fields),
      });
      const body = (await answer.json()) as Answer & Problem;
      if (!answer.ok) return { answer: null, problem: body };
      if (body.revision > this.workshop.revision) await this.refresh();
      return { answer: body, problem: {} };
    } catch {
      return { answer: null, problem: {} };
    }
  }

  private fail(problem: Problem): void {
    if (nameUnfinished(this, problem)) return;
    if (problem.detail !== undefined) this.put("danger", problem.detail);
    else this.putUnanswered(t("Le serveur ne répond pas. Réessayez dans un instant."));
  }
}
