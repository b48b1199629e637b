// The panel of votes and consent rounds: beside the board, and a page of its own on a phone.

import { html, nothing, render } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Atelier } from "../board/atelier";
import { command } from "../board/command";
import type { Consent, Note, Vote } from "../model/page";
import { openForm } from "../ui/form-dialog";
import { clock, t, tn, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import { dots, stepper } from "./points";
import { countdown, isVote, mayAnswer, pointsIn, type Round, scores, spent } from "./rounds";
import { type Said, votingOf } from "./voting";
import {
  leftWords,
  placeOf,
  pointWords,
  questionOf,
  titleOf,
  turnoutLine,
  turnoutWords,
  whyNot,
} from "./words";

const HOT_MS = 120_000;
const REASON_CHARS = 500;
const PHONE = matchMedia("(max-width: 43.75em)");
/** Around the ring of the timer. */
const ROUND = 70.4;
/** Longer notes are not set as titles. */
const TITLE_CHARS = 90;

export function drawPanel(app: Atelier, host: HTMLElement, leave: () => void): void {
  const round = votingOf(app).shown;
  render(
    round === null
      ? html`${head(app, null, leave)}<p class="soft none">${t("Aucun vote pour l'instant.")}</p>`
      : html`${head(app, round, leave)}${chooser(app, round)}${isVote(round) ? voteBody(app, round) : consentBody(app, round)}`,
    host,
  );
}

function head(app: Atelier, round: Round | null, leave: () => void) {
  const left = round?.open ? votingOf(app).left(round) : null;
  const group = app.workshop.groups.find((one) => one.id === round?.group)?.name;
  const place = round !== null && isVote(round) ? boardName(app, round) : null;
  const shown = left === null ? "" : countdown(left);
  return html`<header class="votehead">
    <button class="btn icon ghost" type="button" aria-label=${t("Fermer ce panneau")} @click=${leave}>
      ${picture(PHONE.matches ? "chevron-left" : "x", PHONE.matches ? 24 : 20)}</button>
    <div class="grow"><b>${round === null ? t("Votes") : statusOf(round)}</b>
      <span class="soft">${[place, group && t("Groupe {name}", { name: group })].filter(Boolean).join(", ")}</span></div>
    ${
      left === null
        ? nothing
        : html`<span class=${left <= HOT_MS ? "timer hot" : "timer"} role="timer" aria-label=${t("Temps restant : {time}", { time: shown })}>${ring(left, (round?.ends_at ?? 0) - (round?.at ?? 0))}<span>${shown}</span></span>`
    }
  </header>`;
}

/** How much of the time is left, as a ring that empties. */
function ring(left: number, total: number) {
  const part = total > 0 ? Math.min(1, left / total) : 0;
  return html`<svg class="ring" width="24" height="24" viewBox="0 0 26 26" aria-hidden="true"><circle cx="13" cy="13" r="11.2"></circle><circle
    class="rest" cx="13" cy="13" r="11.2" stroke-dasharray=${`${(part * ROUND).toFixed(1)} ${ROUND}`} transform="rotate(-90 13 13)"></circle></svg>`;
}

function statusOf(round: Round): string {
  if (isVote(round)) return round.open ? t("Vote en cours") : t("Vote clos");
  return round.open ? t("Proposition en cours") : t("Proposition close");
}

function boardName(app: Atelier, vote: Vote): string {
  const board = typo((app.templateOf(vote.board)?.title ?? vote.board).replace(" · ", ", "));
  return vote.zone === null ? board : `${placeOf(app, vote)}, ${board}`;
}

function chooser(app: Atelier, shown: Round) {
  const voting = votingOf(app);
  const { rounds } = voting;
  if (rounds.length < 2) return nothing;
  return html`<label class="field chooser"><span class="sr">${t("Vote ou proposition")}</span>
    <select class="input sm" @change=${(event: Event) => {
      voting.chosen = (event.target as HTMLSelectElement).value;
      app.emit("votes");
    }}>${rounds.map(
      (one) =>
        html`<option value=${one.id} ?selected=${one.id === shown.id}>${t("{title} : {name}", { title: statusOf(one), name: titleOf(app, one) })}</option>`,
    )}</select></label>`;
}

/** Whether a vote is about notes of a room that this page is not in. */
function isElsewhere(app: Atelier, vote: Vote): boolean {
  const plenary = app.workshop.board_rooms?.[vote.board] === "plenary";
  return !plenary && vote.group !== null && vote.group !== app.data.group;
}

// -- a vote --------------------------------------------------------------------------------------

function voteBody(app: Atelier, vote: Vote) {
  return vote.open ? openVote(app, vote) : results(app, vote);
}

function openVote(app: Atelier, vote: Vote) {
  const voting = votingOf(app);
  const notes = isElsewhere(app, vote) ? [] : voting.notesOf(vote);
  const ballot = voting.ballot(vote);
  const left = vote.dots - spent(ballot);
  const votes = mayAnswer(app.data.person, vote) && !isElsewhere(app, vote);
  return html`<div class="asked">
      <h2 tabindex="-1">${questionOf(app, vote)}</h2>
      ${votes ? html`<p class="left">${vote.dots <= 8 ? dots(spent(ballot), vote.dots) : nothing}<b>${leftWords(left, vote.dots)}</b></p>` : nothing}
    </div>
    <div class="cards">${
      notes === null
        ? html`<p class="soft none">${t("Connexion…")}</p>`
        : isElsewhere(app, vote)
          ? html`<p class="soft none">${t("Ces notes sont à la table d'un autre groupe.")}</p>`
          : notes.length === 0
            ? html`<p class="soft none">${t("Il n'y a pas encore de note ici.")}</p>`
            : html`<ul>${repeat(
                notes,
                (note) => note.id,
                (note) => html`<li class=${pointsIn(ballot, note.id) > 0 ? "vo on" : "vo"}>${text(note)}
                  ${votes ? stepper(app, vote, note) : nothing}</li>`,
              )}</ul>`
    }</div>
    ${foot(app, vote, votes ? sendVote(app, vote) : nothing)}`;
}

/** A note as it reads: its first line stands out, what follows explains it. */
function text(note: Note) {
  const [first = "", ...rest] = note.text.trim().split("\n");
  const more = rest.join("\n").trim();
  if (first === "") return html`<p class="soft">${t("vide")}</p>`;
  if ([...first].length > TITLE_CHARS) return html`<p class="long">${note.text.trim()}</p>`;
  return html`<b>${first}</b>${more === "" ? nothing : html`<p>${more}</p>`}`;
}

function sendVote(app: Atelier, vote: Vote) {
  const voting = votingOf(app);
  const sent = voting.isSent(vote);
  const off = voting.closedFor(vote) !== null || sent || voting.sending.has(vote.id);
  const send = () => {
    if (off) return;
    void voting.sendBallot(vote).then((done) => {
      if (done) app.announcer.say(t("Votre vote est envoyé."));
    });
  };
  return sender(app, vote, {
    off,
    send,
    label: t("Envoyer mon vote"),
    done: sent && voting.hasVoted(vote) ? t("Vote envoyé. Vous pouvez le changer jusqu'à la fin.") : null,
  });
}

function sender(
  app: Atelier,
  round: Round,
  { off, send, label, done }: { off: boolean; send: () => void; label: string; done: string | null },
) {
  const voting = votingOf(app);
  const why = whyNot(voting.closedFor(round));
  const refusal = voting.refusals.get(round.id);
  return html`${refusal === undefined ? nothing : html`<p class="why bad" role="alert">${refusal}</p>`}
    ${why === null ? nothing : html`<p class="why">${picture(why && !app.connection.online ? "cloud-off" : "clock", 16)} ${why}</p>`}
    <button class="btn primary lg full" type="button" aria-disabled=${off ? "true" : nothing} @click=${send}>
      ${picture("check", 20)} ${voting.sending.has(round.id) ? t("Envoi…") : label}</button>
    ${done === null ? nothing : html`<p class="why good">${picture("circle-check", 16)} ${done}</p>`}`;
}

/** What everybody sees of an open round, and what facilitation does with it. */
function foot(app: Atelier, round: Round, own: unknown) {
  const said = votingOf(app).turnout(round);
  return html`<footer class="votefoot">${own}
    <p class="turnout soft">${picture(round.secret ? "eye-off" : "eye", 16)} ${turnoutLine(round, said)}</p>
    ${
      app.leads
        ? html`<button class="btn full" type="button" @click=${() => askClose(app, round)}>${picture("circle-stop", 18)} ${isVote(round) ? t("Clore le vote") : t("Clore la proposition")}</button>`
        : nothing
    }</footer>`;
}

function askClose(app: Atelier, round: Round): void {
  const said = votingOf(app).turnout(round);
  const vote = isVote(round);
  openForm({
    title: vote ? t("Clore le vote ?") : t("Clore la proposition ?"),
    body: [
      make(
        "p",
        {},
        `${said === null ? "" : `${turnoutWords(round, said)}. `}${t("Le résultat paraîtra pour tout le monde, et plus personne ne pourra répondre.")}`,
      ),
    ],
    stay: t("Laisser ouvert"),
    act: vote ? t("Clore le vote") : t("Clore la proposition"),
    done: () =>
      void ask(
        app,
        vote ? { type: "vote.close", vote: round.id } : { type: "consent.close", consent: round.id },
      ),
  });
}

function askDrop(app: Atelier, round: Round): void {
  const vote = isVote(round);
  openForm({
    title: vote ? t("Retirer ce vote ?") : t("Retirer cette proposition ?"),
    body: [make("p", {}, t("Son résultat disparaît pour tout le monde. Les notes restent."))],
    stay: t("Garder"),
    act: t("Retirer"),
    done: () =>
      void ask(
        app,
        vote ? { type: "vote.drop", vote: round.id } : { type: "consent.drop", consent: round.id },
      ),
  });
}

async function ask(app: Atelier, fields: Record<string, unknown>): Promise<void> {
  const reason = await command(app, fields);
  if (reason !== null) app.notify(reason, { about: "vote" });
}

// -- results -------------------------------------------------------------------------------------

function ended(app: Atelier, round: Round) {
  const voting = votingOf(app);
  const byTime = round.ends_at !== null && (round.closed_at ?? 0) >= round.ends_at;
  const at = clock(round.closed_at ?? 0);
  const lost = voting.isLost(round);
  return html`<p class="soft">${byTime ? t("Terminé à {time} : le temps était écoulé.", { time: at }) : t("Terminé à {time}.", { time: at })}</p>
    <p><b>${turnoutWords(round, voting.turnout(round) ?? { turnout: 0, of: 0 })}</b></p>
    ${lost ? html`<p class="why bad">${picture("info", 16)} ${t("Ce que vous aviez choisi ici n'était pas envoyé, et ne compte pas.")} <button class="btn xs" type="button" @click=${() => voting.forget(round)}>${t("Compris")}</button></p>` : nothing}`;
}

function results(app: Atelier, vote: Vote) {
  const all = scores(vote);
  const known = all.filter((one) => votingOf(app).noteOf(vote, one.note) !== null);
  const most = all[0]?.points ?? 0;
  const others = all.filter((one) => !known.includes(one)).reduce((sum, one) => sum + one.points, 0);
  const name = (id: string) => app.person(id)?.name ?? t("Personne partie");
  return html`<div class="asked"><h2 tabindex="-1">${questionOf(app, vote)}</h2>${ended(app, vote)}</div>
    <div class="cards">
      ${all.length === 0 ? html`<p class="soft none">${t("Aucune note n'a reçu de point.")}</p>` : nothing}
      <ol class="results">${known.map((one) => {
        const note = votingOf(app).noteOf(vote, one.note);
        return html`<li>${note === null ? nothing : text(note)}
          <div class="score"><svg class="scorebar" aria-hidden="true"><rect width=${`${(100 * one.points) / most}%`} height="100%"></rect></svg>
            <b>${pointWords(one.points)}</b></div>
          ${one.by.length === 0 ? nothing : html`<p class="soft">${one.by.map(({ person, points }) => `${name(person)} ${points}`).join(", ")}</p>`}</li>`;
      })}</ol>
      ${others > 0 ? html`<p class="soft">${tn("{n} point est allé à une note supprimée ou d'un autre groupe.", "{n} points sont allés à des notes supprimées ou d'autres groupes.", others)}</p>` : nothing}
    </div>
    ${dropper(app, vote)}`;
}

function dropper(app: Atelier, round: Round) {
  if (!app.leads) return nothing;
  return html`<footer class="votefoot"><button class="btn full" type="button" @click=${() => askDrop(app, round)}>${picture("trash", 18)} ${isVote(round) ? t("Retirer ce vote…") : t("Retirer cette proposition…")}</button></footer>`;
}

// -- consent -------------------------------------------------------------------------------------

const SIGNS: Readonly<Record<Said, string>> = {
  consent: "circle-check",
  reservation: "circle-help",
  objection: "hand",
};

function ways(): Record<Said, [string, string]> {
  return {
    consent: [t("Je consens"), t("Je peux vivre avec cette proposition.")],
    reservation: [t("J'ai une réserve"), t("Je ne m'oppose pas, et je veux que ce soit entendu.")],
    objection: [t("J'objecte"), t("La proposition nuirait au commun : je dis pourquoi.")],
  };
}

function consentBody(app: Atelier, consent: Consent) {
  return consent.open ? openConsent(app, consent) : said(app, consent);
}

function openConsent(app: Atelier, consent: Consent) {
  const voting = votingOf(app);
  const now = voting.answer(consent);
  const may = mayAnswer(app.data.person, consent);
  const shut = voting.closedFor(consent) !== null;
  const words = ways();
  const option = (
    value: Said,
  ) => html`<label class=${now.answer === value ? `way ${value} on` : `way ${value}`}>
      <input type="radio" name="answer" value=${value} .checked=${now.answer === value} ?disabled=${shut}
        @change=${() => voting.say(consent, { ...now, answer: value })}>
      ${picture(SIGNS[value], 22)}<span class="grow"><b>${words[value][0]}</b><span class="soft">${words[value][1]}</span></span></label>`;
  const why = now.answer === "objection" || now.answer === "reservation";
  return html`<div class="asked"><h2 tabindex="-1" class="proposal">${consent.proposal}</h2></div>
    <div class="cards">${
      may
        ? html`<fieldset class="ways"><legend class="sr">${t("Votre réponse")}</legend>${option("consent")}${option("reservation")}${option("objection")}</fieldset>
        ${
          why
            ? html`<label class="field"><span>${now.answer === "objection" ? t("Pourquoi ? (nécessaire)") : t("Pourquoi ? (si vous voulez)")}</span>
              <textarea class="input" rows="3" maxlength=${REASON_CHARS} ?disabled=${shut} .value=${now.reason}
                @keydown=${(event: Event) => event.stopPropagation()}
                @input=${(event: Event) => voting.say(consent, { ...now, reason: (event.target as HTMLTextAreaElement).value })}></textarea></label>`
            : nothing
        }`
        : nothing
    }</div>
    ${foot(app, consent, may ? sendAnswer(app, consent) : nothing)}`;
}

function sendAnswer(app: Atelier, consent: Consent) {
  const voting = votingOf(app);
  const now = voting.answer(consent);
  const sent = voting.sentAnswer(consent);
  const same =
    sent !== null &&
    now.answer === sent.answer &&
    (now.answer === "consent" || now.reason.trim() === sent.reason);
  const missing = now.answer === null || (now.answer === "objection" && now.reason.trim() === "");
  const off = voting.closedFor(consent) !== null || same || missing || voting.sending.has(consent.id);
  const send = () => {
    if (off) {
      if (now.answer === "objection" && missing)
        app.announcer.say(t("Une objection dit pourquoi : écrivez la raison."));
      return;
    }
    void voting.sendAnswer(consent).then((done) => {
      if (done) app.announcer.say(t("Votre réponse est envoyée."));
    });
  };
  return sender(app, consent, {
    off,
    send,
    label: t("Envoyer ma réponse"),
    done: same ? t("Réponse envoyée. Vous pouvez la changer jusqu'à la fin.") : null,
  });
}

function said(app: Atelier, consent: Consent) {
  const answers = consent.answers ?? [];
  const count = (answer: Said) => answers.filter((one) => one.answer === answer).length;
  const lines: [Said, string][] = [
    ["consent", tn("{n} consentement", "{n} consentements", count("consent"))],
    ["reservation", tn("{n} réserve", "{n} réserves", count("reservation"))],
    ["objection", tn("{n} objection", "{n} objections", count("objection"))],
  ];
  const reasons = answers.filter((one) => one.answer !== "consent");
  const held = count("objection") === 0 && answers.length > 0;
  return html`<div class="asked"><h2 tabindex="-1" class="proposal">${consent.proposal}</h2>${ended(app, consent)}</div>
    <div class="cards">
      ${answers.length === 0 ? nothing : html`<p class=${held ? "why good" : "why bad"}>${held ? t("Personne n'objecte : la proposition est adoptée.") : t("Une objection est à traiter avant d'adopter.")}</p>`}
      <ul class="counts">${lines.map(([answer, line]) => html`<li class=${answer}>${picture(SIGNS[answer], 20)} ${line}</li>`)}</ul>
      ${
        reasons.length === 0
          ? nothing
          : html`<ul class="reasons">${reasons.map(
              (
                one,
              ) => html`<li class=${one.answer}><b>${one.answer === "objection" ? t("Objection") : t("Réserve")}${one.by === null ? nothing : html` · ${app.person(one.by)?.name ?? t("Personne partie")}`}</b>
              <p>${one.reason === "" ? t("sans raison écrite") : one.reason}</p></li>`,
            )}</ul>`
      }</div>
    ${dropper(app, consent)}`;
}
