// The right column below the timer: the action of the moment, what else is done often, and words to all.

import { html, nothing, render } from "lit";
import { command } from "../board/command";
import { t } from "../ui/i18n";
import { type MenuItem, openMenu } from "../ui/menu";
import { picture } from "../ui/picture";
import { openConsentDialog, openVoteDialog } from "../vote/open";
import { goNext } from "./agenda-panel";
import { askClose, askLock, askSummon } from "./dialogs";
import { type Moment, moment } from "./moment";
import type { Console } from "./state";
import { pressOnce, Steady } from "./steady";
import { startStep } from "./timer";

export function attachActs(app: Console): () => void {
  const host = document.getElementById("acts") as HTMLElement;
  const say = document.getElementById("say") as HTMLElement;
  const steady = new Steady(() => app.changed());
  pressOnce(host);
  return () => {
    render(
      html`<div class="qa">${app.closed ? over(app) : html`${primary(app, steady)}${often(app)}`}</div>`,
      host,
    );
    render(app.closed ? nothing : words(app), say);
  };
}

function primary(app: Console, steady: Steady) {
  const what = moment(app.workshop, { now: app.now, hidden: app.hidden, turnout: app.turnout });
  if (what === null) return nothing;
  const { label, icon, act } = momentWords(app, what);
  const counts = steady.means(label);
  return html`<button class="btn primary wide" id="moment" data-do=${what.do} type="button" aria-disabled=${counts ? nothing : "true"} @click=${() => void steady.press(act)}>${picture(icon, 19)}<span>${label}</span></button>`;
}

/** What can still be done when the workshop is closed. */
function over(app: Console) {
  return html`<p class="soft closed">${t("L'atelier est clos : tout reste à lire.")}</p>
    ${
      app.hidden > 0
        ? html`<button class="btn wide" type="button" @click=${() => void app.run({ type: "writing.reveal" }, t("Les notes sont révélées."))}>${picture("eye", 19)}<span>${t("Révéler les notes à tous")}</span></button>`
        : nothing
    }
    <button class="btn wide" id="reopen" type="button" @click=${() => void app.run({ type: "workshop.reopen" }, t("L'atelier est rouvert."))}>${picture("lock-open", 19)}<span>${t("Rouvrir l'atelier")}</span></button>`;
}

function momentWords(
  app: Console,
  what: Moment,
): { label: string; icon: string; act: () => Promise<unknown> } {
  const run = (fields: Record<string, unknown>, done: string) => () => app.run(fields, done);
  switch (what.do) {
    case "open":
      return {
        label: t("Ouvrir la salle"),
        icon: "door-open",
        act: run({ type: "workshop.open" }, t("La salle est ouverte.")),
      };
    case "close_vote":
      return {
        label: t("Clore le vote : tout le monde a voté"),
        icon: "vote",
        act: run({ type: "vote.close", vote: what.vote.id }, t("Le vote est clos.")),
      };
    case "close_consent":
      return {
        label: t("Clore le tour de consentement"),
        icon: "vote",
        act: run({ type: "consent.close", consent: what.consent.id }, t("Le tour est clos.")),
      };
    case "reveal":
      return {
        label: t("Révéler les notes à tous"),
        icon: "eye",
        act: run({ type: "writing.reveal" }, t("Les notes sont révélées.")),
      };
    case "first":
      return {
        label: t("Commencer : {step}", { step: what.step.title }),
        icon: "play",
        act: () => goNext(app),
      };
    case "resume":
      return {
        label: t("Reprendre le temps"),
        icon: "play",
        act: run({ type: "timer.resume" }, t("Le temps reprend.")),
      };
    case "start":
      return {
        label: t("Lancer le temps : {n} min", { n: what.step.minutes }),
        icon: "play",
        act: () => startStep(app),
      };
    case "next":
      return {
        label: t("Passer à : {step}", { step: what.step.title }),
        icon: "arrow-right",
        act: () => goNext(app),
      };
    case "close":
      return { label: t("Clore l'atelier"), icon: "flag", act: async () => askClose(app) };
  }
}

function often(app: Console) {
  const big = (icon: string, label: string, act: (event: Event) => void, menu = false) =>
    html`<button class="btn" type="button" aria-haspopup=${menu ? "menu" : nothing} @click=${act}>${picture(icon, 19)}<span>${label}</span></button>`;
  return html`${big("crosshair", t("Ramener à moi"), () => askSummon(app))}
    ${big("circle-dot", t("Lancer un vote"), (event) => voteMenu(app, event), true)}
    ${big("lock", t("Verrouiller"), (event) => lockMenu(app, event), true)}
    ${big("megaphone", t("Message à tous"), () => focusWords())}
    <button class="btn sm ghost wide" type="button" aria-haspopup="menu" @click=${(event: Event) => moreMenu(app, event)}>${picture("more-horizontal", 17)}<span>${t("Autres actions")}</span></button>`;
}

function voteMenu(app: Console, event: Event): void {
  const asking = {
    workshop: app.workshop,
    templates: app.data.templates,
    send: (fields: Record<string, unknown>) => command(app, fields),
  };
  openMenu(event.currentTarget as HTMLElement, t("Lancer un vote"), [
    { label: t("Voter avec des points…"), icon: "circle-dot", done: () => openVoteDialog(asking) },
    { label: t("Demander un consentement…"), icon: "check-check", done: () => openConsentDialog(asking) },
  ]);
}

function lockMenu(app: Console, event: Event): void {
  const frozen = app.workshop.frozen;
  openMenu(event.currentTarget as HTMLElement, t("Verrouiller"), [
    {
      label: frozen ? t("Tout déverrouiller") : t("Tout verrouiller"),
      icon: frozen ? "lock-open" : "lock",
      done: () =>
        void app.run(
          { type: frozen ? "board.unlock" : "board.lock" },
          frozen ? t("Tout est ouvert.") : t("Tout est verrouillé."),
        ),
    },
    { label: t("Un support ou une zone…"), icon: "square", done: () => askLock(app) },
  ]);
}

function moreMenu(app: Console, event: Event): void {
  const { workshop } = app;
  const items: MenuItem[] = [];
  const add = (label: string, icon: string, fields: Record<string, unknown>) =>
    items.push({ label, icon, done: () => void app.run(fields, t("C'est fait.")) });
  if (workshop.ready_check) add(t("Terminer « Peut-on continuer ? »"), "check-check", { type: "ready.end" });
  else add(t("Demander « Peut-on continuer ? »"), "check-check", { type: "ready.ask" });
  if (workshop.silent || app.hidden > 0)
    add(t("Révéler toutes les notes"), "eye", { type: "writing.reveal" });
  else add(t("Écriture silencieuse partout"), "eye-off", { type: "writing.silent" });
  if (workshop.cursors_hidden)
    add(t("Montrer les curseurs"), "mouse-pointer", { type: "cursors.hide", hidden: false });
  else add(t("Masquer les curseurs"), "mouse-pointer", { type: "cursors.hide", hidden: true });
  if (workshop.spotlight) add(t("Ne plus montrer"), "crosshair", { type: "spotlight.stop" });
  for (const vote of (workshop.votes ?? []).filter((one) => one.open))
    add(t("Clore le vote en cours"), "vote", { type: "vote.close", vote: vote.id });
  for (const consent of (workshop.consents ?? []).filter((one) => one.open))
    add(t("Clore le tour de consentement"), "vote", { type: "consent.close", consent: consent.id });
  const wrapUp = `/atelier/${workshop.id}#bilan`;
  items.push({ label: t("Ouvrir le bilan"), icon: "list", done: () => location.assign(wrapUp) });
  if (workshop.status === "open")
    items.push({ label: t("Clore l'atelier…"), icon: "flag", done: () => askClose(app) });
  openMenu(event.currentTarget as HTMLElement, t("Autres actions"), items);
}

// -- words to all -------------------------------------------------------------------------------------------

export function focusWords(): void {
  document.getElementById("words")?.focus();
}

function words(app: Console) {
  const { announcement } = app.workshop;
  const send = (event: Event) => {
    event.preventDefault();
    const field = document.getElementById("words") as HTMLTextAreaElement;
    const text = field.value.trim();
    if (text === "") return;
    void app.run({ type: "announce", text }, t("Message envoyé à tous les groupes.")).then((sent) => {
      if (sent) field.value = ""; // what was refused stays, to be sent again
    });
  };
  return html`${
    announcement?.text
      ? html`<div class="said"><p class="grow"><span class="muted">${t("Message affiché :")}</span> ${announcement.text}</p>
        <button class="btn icon xs ghost" type="button" aria-label=${t("Retirer le message")} @click=${() => {
          focusWords();
          void app.run({ type: "announce", text: "" }, t("Le message est retiré."));
        }}>${picture("x", 16)}</button></div>`
      : nothing
  }<form class="card words" @submit=${send}><textarea id="words" rows="2" maxlength="500" aria-label=${t("Message à tous les groupes")} placeholder=${t("Message à tous les groupes…")}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
    }}></textarea>
    <button class="btn icon sm primary" type="submit" aria-label=${t("Envoyer à tous les groupes")}>${picture("send", 17)}</button></form>`;
}
