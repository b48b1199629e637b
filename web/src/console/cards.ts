// The groups: one card each with its board in small, its people and one sentence, and the waiting room; or
// the same facts and actions as a table.

import { html, nothing, render, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { own } from "../model/own";
import { type Group, initials, type Person, templateOf } from "../model/page";
import { nameOf } from "../model/stakeholders";
import { number, t, tn, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import { stepNow } from "./agenda";
import { chipOf, type Facts, type Item, type Seen, sentenceOf, silentSince, written } from "./attention";
import { askGroup, askMessage, askNewGroup, balance } from "./dialogs";
import { groupMenu } from "./group-menu";
import { drawMiniature, type Shown } from "./miniature";
import { personMenu, placeHere } from "./people-move";
import type { Console } from "./state";
import { cardWords, chipWords, digits, LOOKS, lasting, PICTURES } from "./words";

/** From this many groups on cards are compact, three in a row. */
const COMFORTABLE = 4;
/** More than these do not fit on one screen: the groups are rolled. */
const TWO_ROWS = 6;
/** With so few groups the waiting room is a card like the others. */
const WITH_WAITING = 3;

export function attachCards(app: Console): (facts: Facts, items: readonly Item[]) => void {
  const host = document.getElementById("groups") as HTMLElement;
  const views = document.getElementById("views") as HTMLElement;
  const headline = document.getElementById("headline") as HTMLElement;
  host.replaceChildren();
  return (facts, items) => {
    headline.textContent = headWords(app);
    render(viewSwitch(app), views);
    const many = app.workshop.groups.length;
    host.className = app.view === "list" ? "groups-list" : `gg ${many > COMFORTABLE ? "three" : "two"}`;
    host.classList.toggle("single", app.view === "grid" && many === 1);
    host.classList.toggle("strip", app.view === "grid" && many > WITH_WAITING);
    host.classList.toggle("many", app.view === "grid" && many > TWO_ROWS);
    host.classList.toggle("choosing", app.picked !== null);
    render(app.view === "list" ? table(app, facts, items) : grid(app, facts, items), host);
    followMoved(app, host);
    for (const canvas of host.querySelectorAll<HTMLCanvasElement>("canvas[data-group]")) {
      const group = app.group(canvas.dataset.group ?? "");
      const shown = group && shownOf(app, group);
      if (shown) drawMiniature(canvas, shown);
    }
  };
}

/** Whoever was moved has the focus in their new place, if it was lost with the old one. */
function followMoved(app: Console, host: HTMLElement): void {
  const { moved } = app;
  if (moved === null || app.person(moved.id)?.group !== moved.group) return;
  app.moved = null;
  if (document.activeElement !== document.body) return;
  host.querySelector<HTMLElement>(`button[data-person="${moved.id}"]`)?.focus({ preventScroll: true });
}

function headWords(app: Console): string {
  const groups = app.workshop.groups.length;
  const people = app.participants.length;
  return `${tn("{n} groupe", "{n} groupes", groups)}, ${tn("{n} personne", "{n} personnes", people)}`;
}

function viewSwitch(app: Console) {
  const way = (view: "grid" | "list", name: string, label: string) =>
    html`<button type="button" class=${app.view === view ? "on" : ""} aria-pressed=${app.view === view}
      @click=${() => app.setView(view)}>${picture(name, 15)}${label}</button>`;
  return html`<span class="row muted total">${picture("sticky-note", 16)}${tn("{n} note", "{n} notes", app.notes)}</span>
    <div class="seg sm" role="group" aria-label=${t("Affichage des groupes")}>
      ${way("grid", "layout-grid", t("Grille"))}${way("list", "list", t("Liste"))}</div>`;
}

// -- what a card knows ------------------------------------------------------------------------------------

function shownOf(app: Console, group: Group): Shown | null {
  const board = app.boardOf(group);
  const template = app.template(board);
  if (!template) return null;
  const { workshop } = app;
  const states = [own(workshop.boards, board), own(workshop.boards, templateOf(board))];
  const all = workshop.frozen || states.some((state) => state?.locked);
  const zones = template.zones.map((zone) => zone.id);
  const locked = new Set(all ? zones : states.flatMap((state) => state?.locked_zones ?? []));
  const hidden = app.hiddenOf(group, templateOf(board));
  const pointed = [workshop.spotlight, workshop.summons].find(
    (one) => one?.board === board && one.zone && (one.group === null || one.group === group.id),
  );
  const silent = states.flatMap((state) => state?.silent_zones ?? []);
  const active = new Set([...silent, ...hidden.keys(), ...(pointed?.zone ? [pointed.zone] : [])]);
  return { template, notes: app.notesOf(group, templateOf(board)), hidden, locked, active };
}

/** « 9 notes, 3 zones sur 6 » */
function coverage(shown: Shown): string {
  const notes = [...shown.notes.values()].reduce((sum, one) => sum + one.length, 0);
  const blanks = [...shown.hidden.values()].reduce((sum, one) => sum + one, 0);
  const filled = shown.template.zones.filter(
    (zone) => (shown.notes.get(zone.id)?.length ?? 0) + (shown.hidden.get(zone.id) ?? 0) > 0,
  ).length;
  const parts = [
    tn("{n} note", "{n} notes", notes),
    ...(blanks > 0 ? [tn("{n} note cachée", "{n} notes cachées", blanks)] : []),
    tn("{n} zone sur {of}", "{n} zones sur {of}", filled, { of: shown.template.zones.length }),
  ];
  return parts.join(", ");
}

/** The same with the name of the support. */
function described(shown: Shown): string {
  return t("{board} : {facts}", { board: typo(shown.template.title), facts: coverage(shown) });
}

function chip(app: Console, group: Group, facts: Facts, shown: Shown | null) {
  const { workshop } = app;
  const silent = stepNow(workshop)?.writing === "silent" || workshop.silent === true || app.hidden > 0;
  const seated = facts.people.filter((one) => one.group === group.id);
  const {
    words,
    picture: drawing,
    look,
  } = chipWords(
    chipOf(facts, group.id, {
      readyAsked: workshop.ready_check !== null && workshop.ready_check !== undefined,
      hidden:
        silent && facts.voices && isSilent(app, shown)
          ? seated.filter((one) => (one.counts?.hidden ?? 0) > 0).length
          : null,
      locked: shown !== null && shown.locked.size === shown.template.zones.length,
      notes: app.sizeOf(group),
    }),
  );
  return html`<span class="chip ${look}" title=${words}>${picture(drawing, 13)}${words}</span>`;
}

/** Whether notes of what a group works on are hidden for the moment. */
function isSilent(app: Console, shown: Shown | null): boolean {
  if (app.workshop.silent) return true;
  const state = shown && own(app.workshop.boards, shown.template.id);
  return state?.silent === true || (state?.silent_zones?.length ?? 0) > 0 || (shown?.hidden.size ?? 0) > 0;
}

/** First names, as long as they are told apart by them. */
export function shortName(name: string, among: readonly { name: string }[]): string {
  const [first = name] = name.split(" ");
  return among.filter((one) => one.name.split(" ")[0] === first).length > 1 ? name : first;
}

// -- cards ------------------------------------------------------------------------------------------------

function grid(app: Console, facts: Facts, items: readonly Item[]) {
  return html`${repeat(
    app.workshop.groups,
    (group) => group.id,
    (group) => card(app, group, facts, items),
  )}${waiting(app, facts)}`;
}

function card(app: Console, group: Group, facts: Facts, items: readonly Item[]) {
  const shown = shownOf(app, group);
  const seated = facts.people.filter((one) => one.group === group.id);
  const present = seated.filter((one) => one.online).length;
  return html`<section class="card gc" aria-labelledby="group-${group.id}" data-drop=${group.id}>
    <div class="row gh"><h2 class="grow" id="group-${group.id}">${picture("trees", 18)}<span class="gname">${group.name}</span>
      <span class="muted present">${t("{n} sur {of}", { n: present, of: seated.length })}</span></h2>
      ${groupTimer(app, group)}${chip(app, group, facts, shown)}</div>
    <canvas class="thumb" data-group=${group.id} role="img" aria-label=${shown ? described(shown) : t("Aperçu")}></canvas>
    ${
      seated.length > 0
        ? html`<ul class="pp">${repeat(
            seated,
            (one) => one.id,
            (one) => member(app, facts, one, seated),
          )}</ul>`
        : html`<p class="soft nobody">${t("Personne pour l'instant.")}</p>`
    }
    ${sentence(app, group, facts, items, shown)}
    ${app.picked === null ? actions(app, group) : placeHere(app, group)}
  </section>`;
}

function groupTimer(app: Console, group: Group) {
  const { timer } = group;
  if (!timer || timer.total_ms === 0) return nothing;
  const left = timer.running ? (timer.ends_at ?? 0) - app.now : (timer.remaining_ms ?? 0);
  return html`<span class="chip" title=${t("Minuteur de ce groupe")}>${picture("timer", 13)}<span class="tnum">${digits(left)}</span></span>`;
}

function member(app: Console, facts: Facts, one: Seen, seated: readonly Seen[]) {
  const person = app.person(one.id) as Person;
  const n = written(one);
  const most = Math.max(1, ...facts.people.map(written));
  const silent = silentSince(facts, one);
  const [sign, words] = signOf(one, silent, facts.now);
  const name = shortName(one.name, seated);
  // the first name is seen, the rest is heard
  const rest = [
    one.name.slice(name.length),
    ...(one.counts ? [`, ${tn("{n} note", "{n} notes", n)}`] : []),
    ...(words ? [`, ${words}`] : []),
  ].join("");
  return html`<li class=${one.online ? "" : "away"}><button type="button" class="who" data-person=${one.id}
      aria-haspopup="menu" @click=${(event: Event) => personMenu(app, one.id, event)}>
      <span class="av s c-${person.colour}" aria-hidden="true">${initials(one.name)}</span><span class="nm ${words ? "strong" : ""}" title=${one.name}>${name}<span class="sr">${rest}</span></span></button>
    ${
      words
        ? html`<span class="sign ${one.handAt !== null ? "live" : ""}" aria-hidden="true">${picture(sign, 14)}<span>${words}</span></span>`
        : one.counts
          ? html`<svg class="bar" aria-hidden="true" width="100%" height="10"><rect class="ground" width="100%" height="10" rx="5"></rect><rect class="paper c-${person.colour}" x="0.5" y="0.5" width=${`${Math.max(4, (98 * n) / most)}%`} height="9" rx="4.5" visibility=${n > 0 ? "visible" : "hidden"}></rect></svg>`
          : html`<span></span>`
    }
    <span class="tnum" aria-hidden="true">${one.counts ? number(n) : ""}</span></li>`;
}

function signOf(one: Seen, silent: number | null, now: number): [string, string] {
  if (one.handAt !== null) return ["hand", t("main levée")];
  if (!one.online) return ["wifi-off", t("hors ligne")];
  return silent === null ? ["", ""] : ["hourglass", lasting(now - silent)];
}

function sentence(app: Console, group: Group, facts: Facts, items: readonly Item[], shown: Shown | null) {
  const item = sentenceOf(items, group.id);
  if (item === null)
    return html`<p class="att plain">${picture("info", 18)}<span class="grow">${shown ? coverage(shown) : ""}</span></p>`;
  return html`<p class="att ${LOOKS[item.kind]}">${picture(PICTURES[item.kind], 18)}<span class="grow">${cardWords(item, facts.now)}</span>
    ${itemAction(app, item, true)}</p>`;
}

/** The one action that goes with something to look at. */
export function itemAction(app: Console, item: Item, onCard = false) {
  if (app.closed) return nothing;
  const press = (label: string, act: () => void, of: string) =>
    html`<button class="btn xs" type="button" @click=${act}>${label}<span class="sr"> ${of}</span></button>`;
  switch (item.kind) {
    case "silence":
      return press(
        onCard ? t("Lui écrire") : t("Écrire"),
        () => askMessage(app, item.person as string),
        item.name,
      );
    case "imbalance":
      return onCard
        ? press(t("Tour de table"), () => roundTable(app, item), item.groupName)
        : press(t("Voir"), () => showGroup(item.group ?? ""), item.groupName);
    case "hand":
      if (item.group === null) return press(t("Placer"), () => showPerson(item.person as string), item.name);
      return html`<a class="btn xs" href=${enterHref(app, item.group)}>${t("Rejoindre")}<span class="sr"> ${item.name}</span></a>`;
    default:
      return nothing;
  }
}

/** Ask a group to go round the table, in words that name nobody. */
function roundTable(app: Console, { group }: Item): void {
  askGroup(app, group, t("Faisons un tour de table : chaque personne donne une idée, à son tour."));
}

function showGroup(group: string): void {
  const title = document.getElementById(`group-${group}`);
  title?.closest("section, tr")?.scrollIntoView({ block: "nearest" });
  title?.closest("section, tr")?.querySelector<HTMLElement>("a.btn, button")?.focus();
}

/** In the waiting room, where their menu says which groups there are. */
function showPerson(person: string): void {
  document.querySelector<HTMLElement>(`#groups button[data-person="${person}"]`)?.focus();
}

export function enterHref(app: Console, group: string | null): string {
  return `/atelier/${app.workshop.id}${group === null ? "" : `?group=${group}`}`;
}

function actions(app: Console, group: Group) {
  const board = app.boardOf(group);
  const where = board.includes(".recto") ? "" : `&board=${board}`;
  const enter = html`<a class="btn sm ink grow" href=${enterHref(app, group.id) + where}>${picture("log-in", 16)}${t("Entrer")}<span class="sr"> ${group.name}</span></a>`;
  if (app.closed) return html`<div class="acts">${enter}</div>`;
  return html`<div class="acts">
    ${enter}
    <button class="btn sm" type="button" @click=${() => askGroup(app, group.id)}>${picture("message-circle", 16)}${t("Écrire")}<span class="sr"> ${group.name}</span></button>
    <button class="btn icon sm" type="button" aria-haspopup="menu" aria-label=${t("Autres actions pour {name}", { name: group.name })} @click=${(event: Event) => groupMenu(app, group.id, event)}>${picture("more-horizontal", 18)}</button>
  </div>`;
}

// -- waiting room -------------------------------------------------------------------------------------------

function waiting(app: Console, facts: Facts) {
  const waiting = facts.people.filter((one) => one.group === null);
  return html`<section class="card gc wait" aria-labelledby="waiting-title" data-drop="">
    <div class="grow"><h2 id="waiting-title">${picture("door-open", 18)}${t("Salle d'attente")}
      <span class="muted present">${tn("{n} personne", "{n} personnes", waiting.length)}</span></h2>
    ${
      waiting.length === 0
        ? html`<p class="soft">${t("Personne n'attend. Qui arrive après la répartition peut attendre ici.")}</p>`
        : html`<p class="soft">${t("Arrivées après la répartition. Glissez une personne vers un groupe, ou utilisez son menu.")}</p>
          <ul class="persons">${repeat(
            waiting,
            (one) => one.id,
            (one) => pill(app, one),
          )}</ul>`
    }</div>
    ${
      app.closed
        ? nothing
        : html`<div class="row waitacts">
      ${app.picked !== null && app.person(app.picked)?.group !== null ? placeHere(app, null) : nothing}
      <button class="btn sm ghost" type="button" @click=${() => balance(app)}>${picture("shuffle", 16)}${t("Équilibrer…")}</button>
      <button class="btn sm" type="button" @click=${() => askNewGroup(app)}>${picture("plus", 16)}${t("Nouveau groupe")}</button>
    </div>`
    }
  </section>`;
}

function pill(app: Console, one: Seen) {
  const person = app.person(one.id) as Person;
  const structure = person.stakeholder === one.id ? null : nameOf(app.workshop, person.stakeholder);
  return html`<li><button type="button" class="person" data-person=${one.id} aria-haspopup="menu" @click=${(event: Event) => personMenu(app, one.id, event)}>
    <span class="av s c-${person.colour}" aria-hidden="true">${initials(one.name)}</span><span>${one.name}</span>
    <span class="muted">${structure ?? t("sans structure")}</span>${picture("chevron-down", 16)}</button></li>`;
}

// -- the same as a table --------------------------------------------------------------------------------------

function table(app: Console, facts: Facts, items: readonly Item[]) {
  return html`<div class="scrolls" tabindex="0" role="region" aria-label=${t("Groupes et personnes")}><table class="twin">
    <thead><tr><th scope="col">${t("Groupe")}</th><th scope="col">${t("État")}</th><th scope="col">${t("Support")}</th><th scope="col">${t("Personnes")}</th><th scope="col">${t("À noter")}</th><th scope="col"><span class="sr">${t("Actions")}</span></th></tr></thead>
    <tbody>${repeat(
      app.workshop.groups,
      (group) => group.id,
      (group) => line(app, group, facts, items),
    )}</tbody></table></div>${waiting(app, facts)}`;
}

function line(app: Console, group: Group, facts: Facts, items: readonly Item[]): TemplateResult {
  const shown = shownOf(app, group);
  const seated = facts.people.filter((one) => one.group === group.id);
  const item = sentenceOf(items, group.id);
  const present = seated.filter((one) => one.online).length;
  return html`<tr data-drop=${group.id}><th scope="row" id="group-${group.id}">${group.name}<span class="muted present">${t("{n} sur {of}", { n: present, of: seated.length })}</span></th>
    <td>${groupTimer(app, group)}${chip(app, group, facts, shown)}</td>
    <td>${shown ? described(shown) : ""}</td>
    <td><ul class="pp">${repeat(
      seated,
      (one) => one.id,
      (one) => member(app, facts, one, seated),
    )}</ul></td>
    <td>${item === null ? "" : html`${cardWords(item, facts.now)} ${itemAction(app, item, true)}`}</td>
    <td>${app.picked === null ? actions(app, group) : placeHere(app, group)}</td></tr>`;
}
