// The crash tests: eight situations, and for each what the group's rules say. The answers lie in the room's
// document, where only the server writes them.

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { addNotes } from "../board/actions";
import type { Atelier } from "../board/atelier";
import { command } from "../board/command";
import { noteName } from "../model/kind-words";
import type { Note } from "../model/page";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import { aids } from "./aids";
import { CRASH_TESTS, isAnswered, standing, type Verdict, verdictOf } from "./crash";
import { openPanel } from "./panel";
import { ruleNumbers } from "./rules";

const BOARD = "governance";
const TEXT_CHARS = 1000;
const MOST_DAYS = 3650;

function verdict(app: Atelier, n: number): Verdict {
  const kept = app.documentOf(BOARD)?.answers.get(`crash/${n}`);
  const document = app.documentOf(BOARD);
  return standing(verdictOf(kept?.toJSON()), (id) => document?.note(id) ?? null);
}

const ALL = Array.from({ length: CRASH_TESTS }, (_, at) => at + 1);

/** How many crash tests have no answer yet. */
export function unanswered(app: Atelier): number {
  return ALL.filter((n) => !isAnswered(verdict(app, n))).length;
}

/** What this person said and the room does not hold yet, by test; a field that was emptied is undefined. */
type Said = { [field in keyof Verdict]?: Verdict[field] | undefined };
const said = new Map<number, Said>();
let sending: Promise<boolean> = Promise.resolve(true);

/** What the group says of a test, with what is still on its way. */
function current(app: Atelier, n: number): Verdict {
  const kept = verdict(app, n);
  const own = Object.entries(said.get(n) ?? {}).filter(
    ([name, value]) => kept[name as keyof Verdict] !== value,
  );
  if (own.length === 0) said.delete(n);
  const all = Object.entries({ ...kept, ...Object.fromEntries(own) });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** One after the other: each tells all that is said of the test by then. */
function answer(app: Atelier, n: number, change: Said): Promise<boolean> {
  said.set(n, { ...said.get(n), ...change });
  sending = sending.then(async () => {
    const group = app.groupFor(BOARD);
    const value = current(app, n);
    const none = Object.keys(value).length === 0;
    const why = await command(app, {
      type: "answer.set",
      key: `crash/${n}`,
      value: none ? null : value,
      ...(group === null ? {} : { group }),
    });
    if (why === null) return true;
    said.delete(n);
    app.notify(why);
    app.emit("workshop");
    return false;
  });
  return sending;
}

/** Situations without an answer become proposed rules, which answer them for the time being. */
async function propose(app: Atelier, tests: readonly { n: number; text: string }[]): Promise<void> {
  const ids = addNotes(
    app,
    "rules",
    tests.map(({ text }) => t("À décider : {text}", { text })),
    undefined,
    { kind: "rule", fields: { state: "proposed" } },
  );
  if (ids.length === 0) return;
  app.announcer.say(tn("{n} règle proposée.", "{n} règles proposées.", ids.length));
  for (const [at, { n }] of tests.entries()) {
    const rule = ids[at];
    if (rule !== undefined && !(await answer(app, n, { rule }))) return;
  }
}

/** On to the first test without an answer. */
function goTo(event: Event, n: number): void {
  const page = (event.currentTarget as Element).closest(".panelpage");
  page?.querySelector<HTMLElement>(`[data-test="${n}"] select`)?.focus();
}

export async function openCrashTests(app: Atelier): Promise<void> {
  const texts = (await aids(app))?.crash_tests;
  if (texts === undefined) return;
  openPanel(app, t("Éprouver nos règles"), "crash", () => {
    const document = app.documentOf(BOARD);
    const all = document?.byZone(BOARD).get("rules") ?? [];
    const rules = all.filter(({ kind }) => kind === "rule");
    const committees = (document?.byZone(BOARD).get("committees") ?? []).filter(
      ({ kind }) => kind === "committee",
    );
    const numbers = ruleNumbers(all);
    const may = app.mayWrite && app.board === BOARD && app.closed("rules") === null;
    const left = texts
      .map((text, at) => ({ n: at + 1, text }))
      .filter(({ n }) => !isAnswered(current(app, n)));
    const [first] = left;

    const select = (n: number, name: "rule" | "committee", label: string, notes: readonly Note[]) => {
      const known = current(app, n)[name];
      const change = (event: Event) =>
        void answer(app, n, { [name]: (event.target as HTMLSelectElement).value || undefined });
      return html`<label class="field"><span>${label}</span><select class="input" name=${name} ?disabled=${!may} .value=${live(known ?? "")} @change=${change}>
        <option value="" ?selected=${known === undefined}>${t("Pas encore dit")}</option>
        ${notes.map((note) => html`<option value=${note.id} ?selected=${known === note.id}>${[numbers.get(note.id), noteName(app, note.id)].filter(Boolean).join(" ")}</option>`)}
      </select></label>`;
    };
    const days = (n: number) => {
      const change = (event: Event) => {
        const { valueAsNumber: value } = event.target as HTMLInputElement;
        const whole = Number.isFinite(value)
          ? Math.min(MOST_DAYS, Math.max(0, Math.round(value)))
          : undefined;
        void answer(app, n, { days: whole });
      };
      return html`<label class="field short"><span>${t("En combien de jours")}</span><input class="input" name="days" type="number" min="0" max=${MOST_DAYS} inputmode="numeric" ?disabled=${!may} .value=${String(current(app, n).days ?? "")} @change=${change}></label>`;
    };
    const word = (n: number) => {
      const change = (event: Event) =>
        void answer(app, n, { text: (event.target as HTMLInputElement).value.trim() || undefined });
      return html`<label class="field wide"><span>${t("En un mot")}</span><input class="input" name="text" maxlength=${TEXT_CHARS} ?disabled=${!may} .value=${current(app, n).text ?? ""} @change=${change}></label>`;
    };

    return html`
      <p class="soft">${t("Essayez vos règles avant d'en avoir besoin : pour chaque situation, quelle règle s'applique, quel comité décide, en combien de jours ?")}</p>
      <div class="row wrap crashcount"><b role="status" class="grow">${left.length === 0 ? t("Les 8 épreuves ont une réponse") : t("{n} sur 8 répondues", { n: CRASH_TESTS - left.length })}</b>
      ${may && first ? html`<button class="btn sm primary" type="button" @click=${(event: Event) => goTo(event, first.n)}>${t("Répondre")}</button>` : nothing}</div>
      <ol class="tests">${texts.map((text, at) => {
        const n = at + 1;
        const done = isAnswered(current(app, n));
        return html`<li class=${done ? "answered" : ""} data-test=${n}><h3><span class="fs" aria-hidden="true">${n}</span><span class="grow">${text}</span>${done ? html`<span class="schip">${picture("check", 13)} ${t("répondu")}</span>` : nothing}</h3>
          <div class="testfields" role="group" aria-label=${text}>
            ${select(n, "rule", t("Règle qui s'applique"), rules)}
            ${select(n, "committee", t("Comité qui décide"), committees)}
            ${days(n)} ${word(n)}
          </div>
          ${may && !done ? html`<button class="btn xs ghost" type="button" aria-label=${t("En faire une règle proposée : {text}", { text })} @click=${() => void propose(app, [{ n, text }])}>${picture("scroll-text", 15)}${t("En faire une règle proposée")}</button>` : nothing}
        </li>`;
      })}</ol>
      ${may && left.length > 0 && left.length < CRASH_TESTS ? html`<button class="btn crashrest" type="button" @click=${() => void propose(app, left)}>${picture("scroll-text", 16)}${tn("En faire {n} règle proposée", "En faire {n} règles proposées", left.length)}</button>` : nothing}`;
  });
}
