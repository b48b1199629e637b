// The return on the time spent: everybody answers for themselves from 1 to 5, then the spread is shown.

import { html, nothing, type TemplateResult } from "lit";
import { command } from "../board/command";
import type { Poll } from "../model/page";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import { styled } from "../ui/styled";
import { votingOf } from "../vote/voting";
import type { WrapUp } from "./state";

const SUBJECT = "return";

const WORDS = [
  () => t("Du temps perdu"),
  () => t("Moins que le temps passé"),
  () => t("Autant que le temps passé"),
  () => t("Plus que le temps passé"),
  () => t("Bien plus que le temps passé"),
] as const;

export const marks = (values: readonly unknown[]): number[] =>
  values.filter((one): one is number => Number.isInteger(one) && Number(one) >= 1 && Number(one) <= 5);

/** Of an even number of marks, the lower of the two in the middle: it was really given. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

export class Return {
  /** What was chosen here and is on its way, by poll. */
  private readonly going = new Map<string, number>();
  private busy = false;

  constructor(
    private readonly state: WrapUp,
    private readonly draw: () => void,
  ) {}

  /** The open one, or the last that was closed. */
  get poll(): Poll | null {
    const { workshop, data } = this.state.app;
    const all = (workshop.polls ?? []).filter(
      ({ kind, group }) => kind === "return" && (group === null || group === data.group),
    );
    return all.find(({ open }) => open) ?? all.at(-1) ?? null;
  }

  summary(): string {
    const { poll } = this;
    if (poll === null) return t("Pas encore demandé");
    if (poll.open) return this.own(poll) === null ? t("Répondez de 1 à 5") : t("Vous avez répondu");
    const median = medianOf(marks(poll.results?.[SUBJECT] ?? []));
    return median === null ? t("Aucune réponse") : t("Médiane : {n} sur 5", { n: median });
  }

  private own(poll: Poll): number | null {
    const ballot = votingOf(this.state.app).told(poll.id).ballot as Record<string, unknown> | undefined;
    const told = typeof ballot?.[SUBJECT] === "number" ? (ballot[SUBJECT] as number) : null;
    const going = this.going.get(poll.id) ?? told;
    if (going === told) this.going.delete(poll.id); // until then the server may still tell the one before
    return going;
  }

  private async ask(fields: Record<string, unknown>, done?: string): Promise<boolean> {
    this.busy = true;
    this.draw();
    const refused = await command(this.state.app, fields);
    this.busy = false;
    this.state.problem = refused;
    if (refused !== null) this.state.app.announcer.say(refused);
    else if (done !== undefined) this.state.app.announcer.say(done);
    this.draw();
    return refused === null;
  }

  view(): TemplateResult {
    const { poll } = this;
    return html`<h2 id="wrap-return" tabindex="-1">${t("Retour sur le temps passé")}</h2>
      ${poll === null ? this.none() : poll.open ? this.asking(poll) : this.results(poll)}`;
  }

  private none(): TemplateResult {
    const { app } = this.state;
    return html`<p class="soft">${t("Chaque personne dit pour elle-même si l'atelier valait le temps qu'elle y a passé. Les réponses se montrent ensemble, sans nom.")}</p>
      ${app.leads ? this.open() : html`<p class="soft wnone">${t("L'animation ouvrira la question.")}</p>`}`;
  }

  private open(label = t("Ouvrir la question")): TemplateResult {
    return html`<button class="btn primary" type="button" ?disabled=${this.busy || this.over}
      @click=${() => void this.ask({ type: "poll.open", kind: SUBJECT }, t("La question est ouverte."))}>${label}</button>`;
  }

  private get over(): boolean {
    return this.state.app.workshop.status === "closed";
  }

  private asking(poll: Poll): TemplateResult {
    const { app } = this.state;
    const own = this.own(poll);
    const observes = app.data.person.role === "observer";
    const turnout = votingOf(app).told(poll.id).turnout;
    const choose = async (value: number) => {
      this.going.set(poll.id, value);
      const taken = await this.ask(
        { type: "poll.answer", poll: poll.id, subject: SUBJECT, value },
        t("Votre réponse est enregistrée."),
      );
      if (!taken && this.going.get(poll.id) === value) this.going.delete(poll.id);
      this.draw();
    };
    return html`${
      observes
        ? html`<p class="soft">${t("La question est ouverte. Vous observez sans répondre.")}</p>`
        : html`<fieldset class="wmarks"><legend>${t("Pour vous, que valait cet atelier ?")}</legend>
        ${WORDS.map(
          (words, at) =>
            html`<label class=${own === at + 1 ? "on" : ""}><input type="radio" name="return" value=${at + 1} .checked=${own === at + 1} ?disabled=${this.over || !this.state.online}
              @change=${() => void choose(at + 1)}><b>${at + 1}</b><span>${words()}</span></label>`,
        )}</fieldset>`
    }
      <p class="soft wsaid">${picture("eye-off", 16)}<span>${t("Réponse privée : seul l'ensemble se montre, à la fin.")} ${turnout ? tn("{n} personne sur {of} a répondu.", "{n} personnes sur {of} ont répondu.", turnout.turnout, { of: turnout.of }) : nothing}</span></p>
      ${
        app.leads
          ? html`<button class="btn" type="button" ?disabled=${this.busy || this.over || !this.state.online} @click=${() => void this.ask({ type: "poll.close", poll: poll.id })}>${t("Clore et montrer")}</button>`
          : nothing
      }`;
  }

  private results(poll: Poll): TemplateResult {
    const values = marks(poll.results?.[SUBJECT] ?? []);
    const median = medianOf(values);
    const counts = WORDS.map((_, at) => values.filter((value) => value === at + 1).length);
    const most = Math.max(1, ...counts);
    return html`${
      median === null
        ? html`<p class="soft wnone">${t("Personne n'a répondu.")}</p>`
        : html`<p class="wmedian"><b>${t("Médiane : {n} sur 5", { n: median })}</b>, ${(WORDS[median - 1] as () => string)().toLocaleLowerCase()}.
            <span class="soft">${tn("{n} réponse sur {of}.", "{n} réponses sur {of}.", values.length, { of: poll.of ?? values.length })}</span></p>
          <table class="whist"><caption class="sr">${t("Réponses à « que valait cet atelier ? »")}</caption>
            <thead class="sr"><tr><th scope="col">${t("Note")}</th><th scope="col">${t("Réponses")}</th></tr></thead>
            <tbody>${WORDS.map(
              (words, at) => html`<tr class=${median === at + 1 ? "median" : ""}>
                <th scope="row"><b>${at + 1}</b> <span>${words()}</span></th>
                <td><i aria-hidden="true" ${styled({ "--share": String((counts[at] ?? 0) / most) })}></i><span>${counts[at]}</span></td></tr>`,
            )}</tbody></table>`
    }
      ${this.state.app.leads && !this.over ? html`<div class="row">${this.open(t("Demander à nouveau"))}</div>` : nothing}`;
  }
}
