// What a stakeholder says of its balance: in a dialog, by its own people, or by facilitation in its name. While
// everybody answers for themselves first, the same dialog gives the private answer.

import type { Atelier } from "../../board/atelier";
import { command } from "../../board/command";
import { VERDICTS, type Verdict } from "../../model/economy";
import type { Poll } from "../../model/page";
import { pollsOf } from "../../model/polls";
import { openForm } from "../../ui/form-dialog";
import { t } from "../../ui/i18n";
import { icon, make } from "../../ui/icon";
import type { Economics, Lane } from "./state";
import { gaugeWords, historyWords, ICONS, signed, verdictWords } from "./words";

const REASON_CHARS = 300;
const VALUES = [-2, -1, 0, 1, 2] as const;

export interface Given {
  verdict: string;
  value: number;
  reason?: string;
}

/** What this person has answered in the poll that is open; nobody else knows. */
export class Ballots {
  private readonly polls;

  constructor(app: Atelier, changed: () => void) {
    this.polls = pollsOf(app);
    this.polls.on(() => {
      if (this.polls.all.some(({ kind, open }) => open && kind === "verdict")) changed();
    });
  }

  of(poll: Poll, subject: string): Given | null {
    return this.polls.mine<Given>(poll).get(subject) ?? null;
  }

  answer(poll: Poll, subject: string, given: Given): Promise<string | null> {
    return this.polls.answer(poll, subject, given);
  }

  turnout(poll: Poll): { turnout: number; of: number } {
    return this.polls.turnout(poll) ?? { turnout: 0, of: 0 };
  }
}

/** Whether this person may say it: their own people always, facilitation for those who cannot. */
export function maySay(state: Economics, lane: Lane): boolean {
  const { app } = state;
  if (!app.mayWrite || app.closed("viability") !== null) return false;
  return state.mine(lane) || app.leads;
}

export function askVerdict(state: Economics, ballots: Ballots, lane: Lane, poll: Poll | null): void {
  const balance = state.balances.get(lane.id);
  const before: Partial<Given> | null = poll
    ? ballots.of(poll, lane.id)
    : ((balance as Partial<Given> | null) ?? null);
  const own = state.mine(lane);
  const choice = (verdict: Verdict) => {
    const input = make("input", { type: "radio", name: "verdict", value: verdict, id: `verdict-${verdict}` });
    input.checked = before?.verdict === verdict;
    return make(
      "label",
      { class: `vchoice v-${verdict}`, for: input.id },
      input,
      icon(ICONS[verdict] ?? "scale", 18),
      verdictWords(verdict),
    );
  };
  const choices = make(
    "fieldset",
    { class: "vchoices" },
    make("legend", {}, t("Cet équilibre est-il acceptable ?")),
    ...VERDICTS.map(choice),
  );
  const value = make("select", { class: "input", id: "verdict-value", name: "value" });
  value.append(make("option", { value: "" }, t("Sans préciser")));
  for (const one of VALUES) {
    const option = make("option", { value: String(one) }, `${signed(one)} · ${gaugeWords(one)}`);
    option.selected = before?.value === one;
    value.append(option);
  }
  const reason = make("input", {
    class: "input",
    id: "verdict-reason",
    name: "reason",
    maxlength: REASON_CHARS,
    autocomplete: "off",
  });
  reason.value = before?.reason ?? "";
  const labelled = (words: string, field: HTMLElement) =>
    make("label", { class: "field", for: field.id }, make("span", {}, words), field);
  const picked = () => choices.querySelector<HTMLInputElement>("input:checked")?.value ?? null;
  const history = balance && !poll ? historyWords(balance) : "";
  openForm({
    title: t("L'équilibre de {name}", { name: lane.name }),
    body: [
      ...(poll
        ? [
            make(
              "p",
              { class: "soft" },
              t("Votre réponse reste privée jusqu'à ce que toutes soient montrées."),
            ),
          ]
        : []),
      ...(own
        ? []
        : [
            make(
              "p",
              { class: "alert" },
              t("Vous répondez au nom de {name} : ce sera écrit à côté de l'avis.", { name: lane.name }),
            ),
          ]),
      choices,
      labelled(t("Y gagner, y perdre"), value),
      labelled(t("À quelle condition, pour quelle raison ?"), reason),
      ...(history ? [make("p", { class: "soft" }, t("Avis jusqu'ici : {history}.", { history }))] : []),
    ],
    stay: t("Laisser ainsi"),
    act: poll ? t("Répondre en privé") : t("Donner cet avis"),
    focus: (choices.querySelector("input:checked") ?? choices.querySelector("input")) as HTMLElement,
    ready: () => picked() !== null,
    done: () => {
      const verdict = picked();
      if (verdict === null) return;
      const chosen = value.value === "" ? null : Number(value.value);
      const said = reason.value.trim();
      void send(state, ballots, lane, poll, { verdict, value: chosen, reason: said });
    },
  });
}

async function send(
  state: Economics,
  ballots: Ballots,
  lane: Lane,
  poll: Poll | null,
  { verdict, value, reason }: { verdict: string; value: number | null; reason: string },
): Promise<void> {
  const { app } = state;
  const given = { verdict, value: value ?? 0, ...(reason ? { reason } : {}) };
  const group = app.groupFor("economic");
  const refusal = poll
    ? await ballots.answer(poll, lane.id, given)
    : await command(app, {
        type: "verdict.set",
        stakeholder: lane.id,
        verdict,
        value,
        reason,
        ...(group === null ? {} : { group }),
      });
  if (refusal !== null) {
    app.notify(refusal);
    return;
  }
  if (poll) {
    app.announcer.say(t("Votre réponse est gardée en privé."));
    app.emit("economy");
  } else
    app.announcer.say(
      t("Avis de {name} : {verdict}.", {
        name: lane.name,
        verdict: verdictWords(verdict).toLocaleLowerCase(),
      }),
    );
}

export async function openPoll(app: Atelier): Promise<void> {
  const group = app.groupFor("economic");
  const here = group === null ? {} : { group };
  const refusal = await command(app, { type: "poll.open", kind: "verdict", board: "economic", ...here });
  if (refusal !== null) app.notify(refusal);
  else app.announcer.say(t("Chaque partie prenante répond d'abord pour elle-même, en privé."));
}

export async function closePoll(app: Atelier, poll: Poll): Promise<void> {
  const refusal = await command(app, { type: "poll.close", poll: poll.id });
  if (refusal !== null) app.notify(refusal);
  else app.announcer.say(t("Les réponses sont montrées."));
}
