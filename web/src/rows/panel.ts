// What a zone has besides its notes: a button on the board that opens it as a dialog, the same in the list,
// and in the menu of the zone.

import { html, nothing, render } from "lit";
import type { Atelier, ZonePart } from "../board/atelier";
import type { Poll, Zone } from "../model/page";
import { type PollKind, pollsOf } from "../model/polls";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";

export interface Panel {
  title: string;
  icon: string;
  /** On the board's button; more than the title when there is something to say. */
  label?: (zone: Zone) => string;
  /** Something waits for this person. */
  calls?: (zone: Zone) => boolean;
  draw: (zone: Zone) => unknown;
  /** Whether it has a button on the board; the menu of the zone has it always. */
  button?: (zone: Zone) => boolean;
  /** Whether the list shows it unfolded. */
  unfolded?: (zone: Zone) => boolean;
}

/** Redraws of dialogs that are open, and of bars on the board. */
const open = new Set<() => void>();
const bars = new Map<HTMLElement, () => void>();

export function redraw(): void {
  for (const draw of open) draw();
  for (const [host, draw] of bars)
    if (host.isConnected) draw();
    else bars.delete(host);
}

export function openPanel(app: Atelier, panel: Panel, zone: Zone): void {
  const opener = document.activeElement;
  const board = app.board;
  const dialog = make("dialog", { class: "dialog rowsdialog", "aria-labelledby": "rows-title" });
  const draw = () => {
    if (app.board !== board) return dialog.close(); // facilitation led the page elsewhere
    render(
      html`<header class="row"><h2 id="rows-title" class="grow" tabindex="-1">${picture(panel.icon, 20)} ${panel.title}</h2></header>
        ${panel.draw(zone)}
        <div class="row actions"><button class="btn" type="button" @click=${() => dialog.close()}>${t("Fermer")}</button></div>`,
      dialog,
    );
  };
  const offs = [app.onChanges(draw), app.on("board", draw), app.on("link", draw)];
  open.add(draw);
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    open.delete(draw);
    for (const off of offs) off();
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  draw();
  dialog.showModal();
  dialog.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
}

function bar(app: Atelier, panels: readonly Panel[], zone: Zone) {
  return html`<div class="rowsbar">${panels.map((panel) => {
    if (panel.button?.(zone) === false) return nothing;
    const calls = panel.calls?.(zone) ?? false;
    return html`<button class=${calls ? "rowsbtn asks" : "rowsbtn"} type="button" tabindex="-1"
      @click=${() => openPanel(app, panel, zone)}>${picture(panel.icon, 14)} ${panel.label?.(zone) ?? panel.title}</button>`;
  })}</div>`;
}

/** The part of a zone with these panels, besides what another part draws there. */
export function panelPart(app: Atelier, panels: readonly Panel[], under?: ZonePart): ZonePart {
  return {
    ...under,
    board(host, zone, notes, focused) {
      const own = under?.board(host, zone, notes, focused) ?? false;
      if (under !== undefined || app.template.sheet === null) return own;
      const draw = () => render(bar(app, panels, zone), host);
      bars.set(host, draw);
      draw();
      return false;
    },
    list: (zone, notes) =>
      html`${under?.list?.(zone, notes) ?? nothing}${panels.map(
        (panel) => html`<details class="rowspanel" ?open=${panel.unfolded?.(zone) ?? false}>
          <summary>${picture(panel.icon, 16)} ${panel.label?.(zone) ?? panel.title}</summary>${panel.draw(zone)}</details>`,
      )}`,
    acts: (zone) => [
      ...(under?.acts?.(zone) ?? []),
      ...panels.map((panel) => ({
        label: panel.title,
        icon: panel.icon,
        done: () => openPanel(app, panel, zone),
      })),
    ],
  };
}

// -- what panels with a poll share ------------------------------------------------------------------

/** The open poll of a kind that is asked in this zone, or in no zone. */
export function pollHere(app: Atelier, kind: PollKind, zone: Zone): Poll | null {
  const poll = pollsOf(app).running(kind);
  if (poll === null) return null;
  const there = poll.board === null || poll.board === app.template.id;
  return there && (poll.zone === null || poll.zone === zone.id) ? poll : null;
}

export function lastPoll(app: Atelier, kind: PollKind, zone: Zone): Poll | null {
  return pollsOf(app).latest(kind, app.template.id, zone.id);
}

/** « 4 personnes sur 7 ont répondu » */
export function turnoutOf(app: Atelier, poll: Poll): string {
  const said = pollsOf(app).turnout(poll);
  if (said === null) return t("Connexion…");
  return tn("{n} personne sur {of} a répondu", "{n} personnes sur {of} ont répondu", said.turnout, {
    of: said.of,
  });
}

/** Who leads opens the poll, and closes it so that all see what came out. */
export function pollFoot(app: Atelier, kind: PollKind, zone: Zone, ask: string, may = true) {
  const polls = pollsOf(app);
  const poll = pollHere(app, kind, zone);
  const elsewhere = poll === null && polls.running(kind) !== null;
  const leads = app.leads && app.workshop.status !== "closed";
  const told = (reason: string | null) => {
    if (reason !== null) app.notify(reason, { about: "poll" });
  };
  if (poll !== null) {
    const why = polls.shut(poll);
    const refusal = polls.refusal(poll);
    return html`<p class="soft">${picture("eye-off", 16)} ${turnoutOf(app, poll)}. ${t("Personne ne voit les réponses avant la fin, l'animation non plus.")}</p>
      ${refusal === null ? nothing : html`<p class="why bad" role="alert">${refusal}</p>`}
      ${why === "offline" ? html`<p class="why">${picture("cloud-off", 16)} ${t("Vous pourrez répondre quand la connexion sera revenue.")}</p>` : nothing}
      ${leads ? html`<button class="btn primary" type="button" @click=${() => void polls.close(poll).then(told)}>${picture("eye", 18)} ${t("Montrer les réponses")}</button>` : nothing}`;
  }
  if (app.workshop.status === "closed") return nothing;
  if (!leads)
    return html`<p class="soft">${t("L'animation ouvre la question quand tout le monde est prêt.")}</p>`;
  const begin = () => void polls.open(kind, { board: app.template.id, zone: zone.id }).then(told);
  return html`<p class="soft">${t("Chaque personne répond pour elle-même ; les réponses paraissent ensemble, sans noms.")}</p>
    <button class="btn" type="button" ?disabled=${elsewhere || !may || !app.connection.online} @click=${begin}>${picture("vote", 18)} ${ask}</button>
    ${elsewhere ? html`<p class="soft">${t("La même question est déjà ouverte ailleurs.")}</p>` : nothing}`;
}

/** Radio buttons for whole numbers; `words` are shown below them, or say them aloud. */
export function scaleRow(
  name: string,
  legend: string,
  from: number,
  words: readonly string[],
  now: number | undefined,
  off: boolean,
  done: (value: number | null) => void,
) {
  return html`<fieldset class="scalerow" ?disabled=${off}><legend>${legend}</legend>
    <div class="scalesteps">${words.map((word, at) => {
      const value = from + at;
      return html`<label class=${now === value ? "on" : ""}><input type="radio" name=${name} value=${value} .checked=${now === value}
        @change=${() => done(value)}><b>${value}</b><span>${word}</span></label>`;
    })}</div>
    ${now === undefined ? nothing : html`<button class="linkbtn" type="button" @click=${() => done(null)}>${t("Retirer ma réponse")}</button>`}</fieldset>`;
}
