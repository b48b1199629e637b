// The panel « À reporter » as it is drawn: what is left, under the zones it comes from, and what can be done with it.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Decision } from "../model/decided";
import { placesOf, type Row, type Section, sections } from "../model/harvest";
import { type Canvas, MARKS } from "../model/page";
import { fold, termsOf } from "../model/search";
import { t, tn, typo } from "../ui/i18n";
import { openMenu } from "../ui/menu";
import { picture } from "../ui/picture";
import type { Carrier, TrayState } from "./state";
import { groupName, short, sourceName, speaker, zoneName } from "./words";

/** With more rows than this, each heading shows its first ones. */
const MOST = 60;
const FIRST = 4;
const MORE = 40;
/** Letters of a text before it is folded. */
const LONG = 220;

/** What the panel asks for; `tray.ts` does it. */
export interface Acts {
  fold(on: boolean): void;
  show(canvas: Canvas): void;
  redraw(): void;
  carry(row: Row, address: string): void;
  ask(rows: readonly Row[]): void;
  merge(rows: readonly Row[], proposed: boolean): void;
  park(rows: readonly Row[]): void;
  reopen(row: Row, decision: Decision): void;
  go(row: Row, decision: Decision): void;
  press(row: Row, at: HTMLElement): void;
  menu(row: Row, at: HTMLElement): void;
  tick(row: Row): void;
  askAgain(): void;
  wrapUp(): void;
}

export function canvasShort(canvas: Canvas): string {
  return canvas === "governance" ? t("Gouv.") : t("Économie");
}

export function countWords(state: TrayState): string {
  const { decided, of } = state.count();
  return tn("{decided} sur {n} traitée", "{decided} sur {n} traitées", of, { decided });
}

/** The tab at the edge, when the panel is put away. */
export function edge(state: TrayState, acts: Acts) {
  const { left } = state.count();
  return html`<button class="trayedge" type="button" aria-expanded="false" aria-controls="tray" title=${t("Ouvrir « À reporter »")}
    @click=${() => acts.fold(false)}>${picture("inbox", 20)}<b>${t("À reporter")}</b><span class=${`count ${state.canvas}`}>${left}</span><span class="sr">${tn("{n} note à traiter", "{n} notes à traiter", left)}</span></button>`;
}

export function panel(state: TrayState, acts: Acts) {
  const harvest = state.harvest();
  const joined = state.app.documentOf(state.canvas) !== null;
  return html`${head(state, acts, harvest !== null && joined)}
    ${harvest === null || !joined ? waiting(state, acts) : list(state, acts)}
    ${foot(state, acts)}`;
}

function head(state: TrayState, acts: Acts, known: boolean) {
  return html`<header class="trayhead">
    <div class="row"><h2 tabindex="-1">${t("À reporter")}</h2>
      ${known ? html`<span class="chip traycount">${countWords(state)}</span>` : nothing}
      <button class="btn icon xs ghost trayfold" type="button" aria-label=${t("Ranger « À reporter »")} title=${t("Ranger « À reporter »")}
        @click=${() => acts.fold(true)}>${picture("panel-right-close", 17)}</button></div>
    <p class="soft">${t("Les notes des fiches qui nourrissent ce canevas. Une note reportée garde sa trace.")}</p>
    <div class="seg full" role="group" aria-label=${t("Canevas")}>${state.canvases.map((canvas) => tab(state, acts, canvas))}</div>
    ${tools(state, acts)}
    ${state.searching ? search(state, acts) : nothing}
  </header>`;
}

function tab(state: TrayState, acts: Acts, canvas: Canvas) {
  const on = canvas === state.canvas;
  const known = state.harvest(canvas) !== null;
  const { left } = state.count(canvas);
  return html`<button type="button" class=${on ? "on" : ""} aria-current=${on ? "true" : nothing}
    @click=${() => acts.show(canvas)}>${picture(canvas === "governance" ? "gouv" : "eco", 15)}${canvasShort(canvas)}${known ? html` ${left}<span class="sr"> ${tn("note à traiter", "notes à traiter", left)}</span>` : nothing}</button>`;
}

// -- filter, sort, search -----------------------------------------------------------------------------

function sortWords() {
  return { votes: t("Par votes"), reading: t("Ordre des fiches"), newest: t("Les plus récentes") } as const;
}

function tools(state: TrayState, acts: Acts) {
  const groups = [...new Set(state.rows().map(({ group }) => group))];
  const { look } = state;
  const all = sortWords();
  const chosen = look.groups.size;
  const [only] = look.groups;
  const label =
    chosen === 0
      ? tn("{n} groupe", "{n} groupes", groups.length)
      : chosen === 1
        ? groupName(state.app, only)
        : t("{n} groupes sur {all}", { n: chosen, all: groups.length });
  const pickGroup = (group: string | null) => {
    const now = new Set(group === null ? [] : look.groups);
    if (group !== null && !now.delete(group)) now.add(group);
    look.groups = now.size === groups.length ? new Set() : now;
    acts.redraw();
  };
  const openGroups = (event: Event) =>
    openMenu(event.currentTarget as HTMLElement, t("Groupes montrés"), [
      { label: t("Tous les groupes"), icon: chosen === 0 ? "check" : "users", done: () => pickGroup(null) },
      ...groups.map((group) => ({
        label: groupName(state.app, group),
        icon: look.groups.has(group) ? "check" : "circle",
        done: () => pickGroup(group),
      })),
    ]);
  const openSort = (event: Event) =>
    openMenu(
      event.currentTarget as HTMLElement,
      t("Ordre des notes"),
      (["votes", "reading", "newest"] as const).map((sort) => ({
        label: all[sort],
        icon: look.sort === sort ? "check" : "circle",
        done: () => {
          look.sort = sort;
          acts.redraw();
        },
      })),
    );
  const find = () => {
    state.searching = !state.searching;
    if (!state.searching) state.query = "";
    acts.redraw();
    if (state.searching) document.querySelector<HTMLElement>("#tray .traysearch input")?.focus();
  };
  return html`<div class="row traytools">
    ${
      groups.length > 1
        ? html`<button class=${chosen > 0 ? "btn sm on" : "btn sm"} type="button" aria-haspopup="menu" aria-label=${t("Groupes montrés : {groups}", { groups: label })} @click=${openGroups}>${picture("group", 15)}<span>${label}</span>${picture("chevron-down", 14)}</button>`
        : nothing
    }
    <button class="btn sm" type="button" aria-haspopup="menu" aria-label=${t("Ordre : {sort}", { sort: all[look.sort] })} @click=${openSort}>${picture("arrow-down-wide-narrow", 15)}<span>${all[look.sort]}</span></button>
    <button class=${state.searching ? "btn sm icon on" : "btn sm icon"} type="button" aria-pressed=${String(state.searching)} aria-label=${t("Chercher dans les notes à reporter")} @click=${find}>${picture("search", 16)}</button>
  </div>`;
}

function search(state: TrayState, acts: Acts) {
  return html`<label class="traysearch"><span class="sr">${t("Chercher dans les notes à reporter")}</span>
    <input class="input sm" type="search" .value=${state.query} placeholder=${t("Mot, nom, zone…")}
      @keydown=${(event: KeyboardEvent) => {
        event.stopPropagation();
        if (event.key !== "Escape") return;
        state.query = "";
        state.searching = false;
        acts.redraw();
        document.querySelector<HTMLElement>("#tray h2")?.focus();
      }}
      @input=${(event: Event) => {
        state.query = (event.target as HTMLInputElement).value;
        acts.redraw();
      }}></label>`;
}

// -- the rows ---------------------------------------------------------------------------------------

function waiting(state: TrayState, acts: Acts) {
  const words = !state.online
    ? (ended(state) ?? t("Hors ligne. La liste viendra au retour."))
    : state.late
      ? t("La liste des notes à reporter n'est pas arrivée.")
      : t("Un instant, on rassemble les notes des fiches…");
  return html`<div class="trayrows"><p class="trayempty" role="status">${words}</p>${
    state.late && state.online
      ? html`<button class="btn sm" type="button" @click=${acts.askAgain}>${picture("refresh", 15)}${t("Demander de nouveau")}</button>`
      : nothing
  }</div>`;
}

/** What is said where no network brings the list back. */
function ended({ app }: TrayState): string | null {
  return app.connection.closedFor === null ? null : t("La liste ne vient plus : l'accès est terminé.");
}

function wordsOf(state: TrayState, row: Row): string {
  const zone = state.app.templateOf(row.board)?.zones.find((one) => one.id === row.zone)?.title ?? "";
  const parts = [row.text, speaker(state.app, row), state.app.authorName(row.by), zone];
  return fold(parts.join("\u0000")).text;
}

/** What is shown now: headings with their rows. */
export function shown(state: TrayState, rows: readonly Row[]): Section[] {
  const look = { ...state.look, canvas: state.canvas, terms: termsOf(state.query) };
  return sections(rows, look, state.app.data.templates, (row) => wordsOf(state, row));
}

function list(state: TrayState, acts: Acts) {
  const open = state.open();
  const found = shown(state, open);
  const drawn = found.reduce((sum, section) => sum + section.rows.length, 0);
  const alike = state.alike();
  const carriers = state.carriers();
  const first = found[0]?.rows[0]?.key ?? null;
  const current = open.some(({ key }) => key === state.current) ? state.current : first;
  const filtered = state.look.groups.size > 0 || state.query.trim() !== "";
  const draw = (row: Row) =>
    item(state, acts, row, {
      carrier: carriers.get(row.key),
      alike: alike.get(row.key),
      current: row.key === current,
    });
  return html`<div class="trayrows">
    ${state.online ? nothing : html`<p class="trayoff" role="status">${picture("cloud-off", 16)} ${ended(state) ?? t("Hors ligne : on pourra reporter au retour.")}</p>`}
    ${drawn === 0 ? (filtered ? html`<p class="trayempty" role="status">${t("Aucune note à traiter avec ce filtre.")}</p>` : empty(state, acts)) : nothing}
    ${repeat(
      found,
      (section) => section.key,
      (section) => oneSection(state, acts, section, drawn > MOST, draw),
    )}
    ${decidedLists(state, acts)}
  </div>`;
}

function empty(state: TrayState, acts: Acts) {
  const { of } = state.count();
  if (of === 0)
    return html`<p class="trayempty" role="status">${t("Rien à reporter pour l'instant. Les notes des fiches arriveront ici.")}</p>`;
  const synthesis = state.app.workshop.agenda.steps.some(({ phase }) => phase === "synthesis");
  return html`<div class="trayempty done" role="status">${picture("circle-check", 26)}<p>${t("Tout est traité. Bravo au groupe, relisez le canevas à voix haute.")}</p></div>
    ${state.app.leads && synthesis ? html`<button class="btn primary trayon" type="button" @click=${acts.wrapUp}>${t("Passer à la synthèse")}</button>` : nothing}`;
}

function oneSection(
  state: TrayState,
  acts: Acts,
  section: Section,
  folds: boolean,
  draw: (row: Row) => unknown,
) {
  const template = state.app.templateOf(section.template);
  const zone = template?.zones.find((one) => one.id === section.zone);
  const face = template?.side === "je" ? t("Je") : t("Nous");
  const most = folds ? (state.shown.get(section.key) ?? FIRST) : section.rows.length;
  // nobody presses for one more
  const rows = section.rows.length <= most + 1 ? section.rows : section.rows.slice(0, most);
  const rest = section.rows.length - rows.length;
  const id = `tray-${section.key.replaceAll(/[^\w]+/g, "-")}`;
  const more = () => {
    state.shown.set(section.key, most + MORE);
    acts.redraw();
  };
  return html`<section class="traysec" aria-labelledby=${id}>
    <h3 id=${id}><span class="num" aria-hidden="true">${template?.sheet ?? "?"}</span><span class="sr">${t("Fiche {sheet}", { sheet: template?.sheet ?? 0 })}, </span><span class="grow">${face}, ${typo(zone?.title ?? t("Zone inconnue"))}</span><span class="count">${section.rows.length}<span class="sr"> ${tn("note", "notes", section.rows.length)}</span></span></h3>
    <ul>${repeat(rows, (row) => row.key, draw)}</ul>
    ${rest > 0 ? html`<button class="btn xs ghost traymore" type="button" @click=${more}>${tn("Voir {n} autre note", "Voir {n} autres notes", Math.min(rest, MORE))}</button>` : nothing}
  </section>`;
}

interface Drawn {
  carrier: Carrier | undefined;
  alike: readonly string[] | undefined;
  current: boolean;
}

function item(state: TrayState, acts: Acts, row: Row, { carrier, alike, current }: Drawn) {
  const { app } = state;
  const chosen = state.chosen.has(row.key);
  const held = state.held.includes(row.key);
  const going = state.going.has(row.key);
  const text = row.text.trim() || t("Note vide");
  const said = [
    t("Note de {author} : {text}", { author: speaker(app, row), text }),
    row.votes > 0 ? tn("{n} point", "{n} points", row.votes) : "",
    chosen ? t("choisie") : "",
    held ? t("prise") : "",
    carrier ? carrierWords(app, carrier) : "",
  ];
  const places = placesOf(row, state.canvas);
  const names = places.map((address) => zoneName(app, address));
  if (names.length > 0 && !state.observes)
    said.push(
      names.length === 1
        ? t("Entrée la reporte dans {zone}", { zone: names[0] as string })
        : t("Entrée propose {n} zones", { n: names.length }),
    );
  const label = said.filter((part) => part !== "").join(". ");
  const classes = [
    "trow",
    chosen && "chosen",
    held && "held",
    going && "going",
    carrier && "away",
    current && "cur",
  ];
  const long = [...text].length > LONG;
  const unfolded = state.unfolded.has(row.key);
  const unfold = () => {
    if (!state.unfolded.delete(row.key)) state.unfolded.add(row.key);
    acts.redraw();
  };
  const off = !state.online || going;
  const carry = (event: Event) => {
    if (off) return;
    state.current = row.key;
    if (places.length === 1) acts.carry(row, places[0] as string);
    else chooseZone(state, acts, row, event.currentTarget as HTMLElement);
  };
  const similar = (alike ?? []).flatMap((key) => state.row(key) ?? []);
  return html`<li class=${classes.filter(Boolean).join(" ")} data-key=${row.key} tabindex=${current ? 0 : -1} aria-label=${label}
      aria-busy=${going ? "true" : nothing}>
    ${
      carrier
        ? html`<span class="tick" aria-hidden="true"></span><p class="tghost"><span class=${`av xs c-${carrier.colour} k-${carrier.colour}`}>${picture(`mark-${MARKS[carrier.colour]}`, 11)}</span><span>${carrierWords(app, carrier)}</span></p>`
        : html`${
            state.observes
              ? nothing
              : html`<label class="tick"><input type="checkbox" tabindex=${current || state.chosen.size > 0 ? 0 : -1} .checked=${chosen} aria-label=${t("Choisir « {words} »", { words: short(text, 40) })} @change=${() => acts.tick(row)}></label>`
          }
          <article class=${`tnote t-${row.colour}`} @click=${(event: Event) => {
            if (!(event.target as Element).closest("button, a, input, label"))
              acts.press(row, event.currentTarget as HTMLElement);
          }}>
            <p class=${long && !unfolded ? "folded" : ""}>${text}</p>
            ${long ? html`<button class="tunfold" type="button" tabindex="-1" aria-expanded=${String(unfolded)} @click=${unfold}>${unfolded ? t("Replier") : t("Lire la suite")}</button>` : nothing}
            <footer><span class="who">${picture(`mark-${MARKS[row.colour]}`, 11)}<span>${speaker(app, row)}</span></span>
              <span class="end">${
                row.votes > 0
                  ? html`<span class="nmark" title=${tn("{n} point", "{n} points", row.votes)}>${picture("circle-dot", 13)}${row.votes}<span class="sr"> ${tn("point", "points", row.votes)}</span></span>`
                  : row.likes > 0
                    ? html`<span class="nmark" title=${tn("{n} j'aime", "{n} j'aime", row.likes)}>${picture("thumbs-up", 13)}${row.likes}</span>`
                    : nothing
              }${
                state.observes
                  ? nothing
                  : html`<button class="place" type="button" tabindex=${current ? 0 : -1} aria-disabled=${off ? "true" : nothing} aria-haspopup=${places.length > 1 ? "menu" : nothing}
                  aria-label=${names.length === 1 ? t("Reporter dans {zone}", { zone: names[0] as string }) : t("Reporter dans une des {n} zones proposées", { n: names.length })} @click=${carry}>${picture("corner-down-left", 12)}<span>${names.length === 1 ? names[0] : t("{n} zones", { n: names.length })}</span></button>`
              }</span></footer>
            ${state.observes ? nothing : html`<button class="tmore" type="button" tabindex=${current ? 0 : -1} aria-haspopup="menu" aria-label=${t("Autres actions")} @click=${(event: Event) => acts.menu(row, event.currentTarget as HTMLElement)}>${picture("ellipsis", 15)}</button>`}
          </article>
          ${
            similar.length > 1 && alike?.[0] === row.key && !state.observes
              ? html`<button class="talike" type="button" @click=${() => acts.merge(similar, true)}>${picture("git-merge", 14)}<span>${tn("{n} note se ressemble : comparer et fusionner", "{n} notes se ressemblent : comparer et fusionner", similar.length)}</span></button>`
              : nothing
          }`
    }
  </li>`;
}

export function chooseZone(state: TrayState, acts: Acts, row: Row, at: HTMLElement): void {
  openMenu(
    at,
    t("Reporter dans…"),
    placesOf(row, state.canvas).map((address) => ({
      label: zoneName(state.app, address),
      icon: "corner-down-left",
      done: () => acts.carry(row, address),
    })),
  );
}

function carrierWords(app: TrayState["app"], { name, zone }: Carrier): string {
  return zone === null
    ? t("{name} la reporte…", { name })
    : t("{name} la reporte dans « {zone} »", { name, zone: zoneName(app, zone) });
}

// -- what was decided -----------------------------------------------------------------------------------

function decidedLists(state: TrayState, acts: Acts) {
  const decided = state.decided();
  const rows = state.rows().filter(({ key }) => decided.has(key));
  const parked = rows.filter(({ key }) => decided.get(key)?.status === "parked");
  const carried = rows.filter(({ key }) => decided.get(key)?.status !== "parked");
  return html`<div class="traydone">${doneList(state, acts, "parked", t("Mises de côté"), parked)}${doneList(state, acts, "carried", t("Reportées"), carried)}</div>`;
}

function doneList(state: TrayState, acts: Acts, key: string, title: string, rows: readonly Row[]) {
  if (rows.length === 0) return nothing;
  const open = state.unfolded.has(key);
  const toggle = () => {
    if (!state.unfolded.delete(key)) state.unfolded.add(key);
    acts.redraw();
  };
  const decided = state.decided();
  return html`<section class=${`done ${key}`}>
    <h3><button type="button" aria-expanded=${String(open)} @click=${toggle}>${picture(open ? "chevron-down" : "chevron-right", 16)}<span class="grow">${title}</span><span class="count">${rows.length}</span></button></h3>
    ${
      open
        ? html`<ul>${repeat(
            shown(state, rows).flatMap((section) => section.rows),
            (row) => row.key,
            (row) => doneItem(state, acts, row, decided.get(row.key) as Decision),
          )}</ul>`
        : nothing
    }
  </section>`;
}

function doneItem(state: TrayState, acts: Acts, row: Row, decision: Decision) {
  const { app } = state;
  const text = row.text.trim() || t("Note vide");
  const [note] = decision.notes;
  const zone = note ? zoneName(app, `${state.canvas}.${note.zone}`) : "";
  const where =
    decision.status === "merged" ? t("Fusionnée dans {zone}", { zone }) : t("Reportée dans {zone}", { zone });
  return html`<li class="tdone" data-key=${row.key}>
    <p><i class=${`tdot c-${row.colour} k-${row.colour}`}>${picture(`mark-${MARKS[row.colour]}`, 11)}</i><span>${text}<small class="soft">${sourceName(app, row)}</small></span></p>
    <div class="row">${note ? html`<button class="btn xs ghost" type="button" @click=${() => acts.go(row, decision)}>${picture("arrow-right", 14)}${where}</button>` : nothing}${
      state.observes
        ? nothing
        : html`<button class="btn xs" type="button" aria-label=${`${t("Remettre à traiter")} : ${short(text, 40)}`} aria-disabled=${state.online ? nothing : "true"} @click=${() => state.online && acts.reopen(row, decision)}>${picture("undo", 14)}${t("Remettre à traiter")}</button>`
    }</div>
  </li>`;
}

// -- the bar at the foot ----------------------------------------------------------------------------------

function foot(state: TrayState, acts: Acts) {
  if (state.observes) return nothing;
  const rows = state.targets(null);
  if (state.held.length > 0)
    return html`<footer class="trayfoot holding"><b class="grow">${tn("Touchez une zone du canevas", "Touchez une zone du canevas pour les {n} notes", state.held.length)}</b>
      <button class="btn sm" type="button" @click=${() => {
        state.held = [];
        state.share(null);
        acts.redraw();
      }}>${t("Laisser")}</button></footer>`;
  if (rows.length === 0) return nothing;
  const off = state.online ? nothing : "true";
  const act = (then: () => void) => () => {
    if (state.online) then();
  };
  return html`<footer class="trayfoot" role="group" aria-label=${t("Notes choisies")}>
    <b class="grow">${tn("{n} note", "{n} notes", rows.length)}</b>
    <button class="btn sm icon ghost" type="button" aria-disabled=${off} aria-label=${t("Mettre de côté")} title=${t("Mettre de côté")} @click=${act(() => acts.park(rows))}>${picture("archive", 17)}</button>
    ${rows.length > 1 ? html`<button class="btn sm" type="button" aria-disabled=${off} @click=${act(() => acts.merge(rows, false))}>${t("Fusionner")}</button>` : nothing}
    <button class="btn sm primary" type="button" aria-disabled=${off} @click=${act(() => acts.ask(rows))}>${t("Reporter…")}<kbd class="kbd" aria-hidden="true">P</kbd></button>
  </footer>`;
}
