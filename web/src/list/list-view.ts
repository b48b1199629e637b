// The list by zone: the board's equal for keyboard, screen reader, phone and slow links.

import { html, nothing, render } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { tidyZone, ungroupNotes } from "../board/actions";
import type { Atelier, Changed } from "../board/atelier";
import { askTitle } from "../board/cluster-dialog";
import { ghostLines } from "../board/ghosts";
import { others } from "../board/presence";
import { hiddenLine } from "../board/silent";
import { closedLine, isDone } from "../board/zone-state";
import { lockOn } from "../model/closed";
import type { Note, Zone } from "../model/page";
import { t, tn, typo } from "../ui/i18n";
import { inWords } from "../ui/numbers";
import { picture } from "../ui/picture";
import { openActs, several } from "./acts";
import { composer } from "./composer";
import { holdFocus, visible } from "./focus";
import { head, where } from "./head";
import { listKeys } from "./keys";
import { line } from "./line";
import { type Run, runsOf } from "./runs";
import { zoneButton } from "./zone-button";

/** Beyond this many notes a cluster, or the loose notes of a zone, show the first ones. */
const MOST = 8;
const PHONE = matchMedia("(max-width: 43.75em)");

export class ListView {
  /** The note one is on. */
  current: string | null = null;
  /** Notes chosen together; one alone may be chosen here, too. */
  picked: ReadonlySet<string> = new Set();
  /** Where choosing a stretch of lines began. */
  private anchor: string | null = null;
  /** On a phone one zone is shown at a time. */
  private at = 0;
  /** Runs of which all notes are shown. */
  private readonly whole = new Set<string>();
  /** Notes of others that came where one does not look. */
  private fresh: readonly string[] = [];
  private frame = 0;
  /** Lines stay where they are while the pointer is down: a press must end on what it began on. */
  private pressed = false;
  /** Who writes in which note. */
  writing: ReadonlyMap<string, string> = new Map();
  private board = "";
  private writers = "";

  constructor(
    readonly app: Atelier,
    readonly host: HTMLElement,
    private readonly edit: (id: string, host: HTMLElement) => void,
  ) {
    host.addEventListener("focusin", (event) => {
      if (!this.pressed) this.entered(event.target as HTMLElement);
    });
    host.addEventListener("pointerdown", () => {
      this.pressed = true;
    });
    for (const end of ["pointerup", "pointercancel", "blur"])
      addEventListener(end, () => {
        // after the click that follows
        if (this.pressed) setTimeout(() => this.released());
      });
    host.addEventListener("click", (event) => this.clicked(event));
    host.addEventListener("dblclick", (event) => {
      const id = lineAt(event.target)?.dataset.id;
      if (id && id !== app.editing && !onControl(event.target)) this.write(id);
    });
    host.addEventListener("keydown", (event) => listKeys(this, event));
    host.addEventListener("scroll", () => {
      if (this.fresh.length > 0) this.soon();
    });
    app.on("selection", () => this.selectionChanged());
    app.on("history", () => this.soon());
    app.on("ghosts", () => this.soon());
    app.on("waiting", () => this.soon());
    app.on("found", () => this.soon());
    app.on("votes", () => this.soon());
    app.on("focus", () => {
      this.goTo(app.focusedZone ?? "");
      this.soon();
    });
    app.onChanges((changed) => this.noticeFresh(changed));
    document.getElementById("skip-list")?.addEventListener("click", (event) => {
      event.preventDefault();
      app.setView("list");
      host.querySelector("h1")?.focus();
    });
    // iOS lays the keyboard over the page: the composer stands on it
    const viewport = window.visualViewport;
    viewport?.addEventListener("resize", () => {
      const covered = Math.max(0, innerHeight - viewport.height * viewport.scale - viewport.offsetTop);
      document.documentElement.style.setProperty("--keyboard", `${Math.round(covered)}px`);
    });
  }

  get phone(): boolean {
    return PHONE.matches;
  }

  soon(): void {
    if (this.frame === 0)
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        if (this.app.view === "list" && !this.pressed) this.draw();
      });
  }

  private released(): void {
    this.pressed = false;
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && this.host.contains(activeElement))
      this.entered(activeElement);
    this.soon();
  }

  /** Somebody moved, pointed or began to write: only the last is seen here. */
  presence(): void {
    const writing = new Map<string, string>();
    for (const { editing, user } of others(this.app).values())
      if (editing && user.name) writing.set(editing, user.name);
    const signature = JSON.stringify([...writing]);
    if (signature === this.writers) return;
    this.writers = signature;
    this.writing = writing;
    this.soon();
  }

  // -- finding ----------------------------------------------------------------------------------

  /** The line of a note; its zone and its run are unfolded when it is not shown. */
  lineOf(id: string): HTMLElement | null {
    const find = () => this.host.querySelector<HTMLElement>(`li.ln[data-id="${CSS.escape(id)}"]`);
    const there = find();
    if (there && visible(there)) return there;
    const note = this.app.note(id);
    if (note?.board !== this.app.board) return there;
    this.goTo(note.zone);
    const run = this.runs(note.zone).find((one) => one.notes.some((member) => member.id === id));
    if (run) this.whole.add(run.key);
    this.draw();
    return find();
  }

  /** Where a note's text is written. */
  text(id: string | null): HTMLElement | null {
    return id === null ? null : (this.lineOf(id)?.querySelector<HTMLElement>(".tx") ?? null);
  }

  /** Show a note without going there. */
  reveal(id: string): void {
    this.lineOf(id)?.scrollIntoView({ block: "nearest" });
  }

  /** Go to the field that adds a note to a zone. */
  compose(zone: string): void {
    this.goTo(zone);
    this.app.activeZone = zone;
    this.draw();
    this.host.querySelector<HTMLInputElement>(".cmp input[name=text]")?.focus();
  }

  /** From the composer back to the zone: its last note, or its title. */
  back(zone: string): void {
    const last = this.app.notesByZone().get(zone)?.at(-1);
    const to = last
      ? this.lineOf(last.id)
      : this.host.querySelector<HTMLElement>(`#zone-${CSS.escape(zone)}`);
    to?.focus();
  }

  private zones(): Zone[] {
    return [...this.app.template.zones, ...this.app.strays()].sort((a, b) => a.n - b.n);
  }

  private zone(): Zone | undefined {
    const zones = this.zones();
    return this.phone ? zones[this.at] : (zones.find((one) => one.id === this.app.activeZone) ?? zones[0]);
  }

  private goTo(zone: string): void {
    const at = this.zones().findIndex((one) => one.id === zone);
    if (at >= 0) this.at = at;
  }

  private runs(zone: string): Run[] {
    const contents = this.app.connection.joined ? this.app.document?.contents : undefined;
    const before = (note: Note) => this.app.data.clusters.find(({ id }) => id === note.cluster) ?? null;
    const notes = (this.app.notesByZone().get(zone) ?? []).filter(({ id }) => this.app.shows(id));
    return runsOf(zone, notes, (note) => (contents ? contents.clusterOf(note) : before(note)));
  }

  // -- being on a note, choosing several ------------------------------------------------------------

  private entered(target: HTMLElement): void {
    const zone = target.closest<HTMLElement>("section.zoneitem")?.dataset.zone;
    if (zone !== undefined && zone !== this.app.activeZone) {
      this.app.activeZone = zone;
      this.soon();
    }
    const id = lineAt(target)?.dataset.id;
    if (id === undefined || id === this.current) return;
    this.current = id;
    if (this.picked.size === 0) this.app.select(id);
    this.draw();
  }

  private clicked(event: MouseEvent): void {
    const item = lineAt(event.target);
    const id = item?.dataset.id;
    if (!item || id === undefined || id === this.app.editing || onControl(event.target)) return;
    const from = this.current;
    item.focus({ preventScroll: true });
    if (event.shiftKey && from !== null) this.extend(id, from);
    else if (event.ctrlKey || event.metaKey) {
      const all = new Set(this.picked);
      if (all.size === 0 && from !== null && from !== id) all.add(from);
      if (!all.delete(id)) all.add(id);
      this.pickOnly(all);
    }
  }

  /** Choose a note, or take it out of those chosen. */
  pick(id: string): void {
    const all = new Set(this.picked);
    if (!all.delete(id)) all.add(id);
    this.pickOnly(all);
  }

  /** Choose all from where the stretch began, or from the line one was on, to another. */
  extend(to: string, from: string): void {
    if (this.picked.size === 0 || this.anchor === null) this.anchor = from;
    const { anchor } = this;
    const runs = this.zones().flatMap((zone) => this.runs(zone.id));
    const ids = runs.flatMap((run) => run.notes.map(({ id }) => id));
    const ends = [ids.indexOf(anchor), ids.indexOf(to)];
    this.pickOnly(ids.slice(Math.min(...ends), Math.max(...ends) + 1));
    this.anchor = anchor;
  }

  pickOnly(ids: Iterable<string>): void {
    const before = this.picked.size;
    this.anchor = null;
    const now = new Set([...ids].filter((id) => this.app.note(id) !== null));
    this.picked = now;
    this.app.choose(now.size > 0 ? now : this.current === null ? [] : [this.current]);
    if (now.size !== before)
      this.app.announcer.say(
        now.size === 0
          ? t("Plus aucune note choisie.")
          : tn("{n} note choisie.", "{n} notes choisies.", now.size),
      );
    this.draw();
  }

  /** Those chosen that are still there, in reading order. */
  chosen(): string[] {
    return this.app.chosen.size > 0 ? this.app.targets([...this.app.chosen][0]) : [...this.picked];
  }

  private selectionChanged(): void {
    const { chosen, selected } = this.app;
    if (chosen.size > 0) this.picked = chosen;
    else if (this.picked.size > 1) this.picked = new Set();
    if (selected !== null && chosen.size === 0) this.current = selected;
    this.soon();
  }

  write(id: string): void {
    const note = this.app.note(id);
    const host = this.text(id);
    if (note && host && this.app.mayChange(note)) this.edit(id, host);
  }

  menu(id: string): void {
    const note = this.app.note(id);
    const button = this.lineOf(id)?.querySelector<HTMLElement>(".more");
    if (note && button) openActs(this, note, button);
  }

  // -- what is new ------------------------------------------------------------------------------

  private noticeFresh({ document, changes, mine }: Changed): void {
    if (mine || document !== this.app.document || !this.app.connection.synced) return;
    const added = changes.filter(({ before, after }) => before === null && after?.board === this.app.board);
    if (added.length > 0) this.fresh = [...this.fresh, ...added.map(({ id }) => id)];
  }

  /** New notes that are out of sight, of the zones that are shown. */
  private unseen(): string[] {
    const zones = this.zones();
    const [shown] = this.phone ? [zones[this.at]?.id] : [null];
    const frame = this.host.getBoundingClientRect();
    const foot = this.host.querySelector(".foot")?.getBoundingClientRect().top ?? frame.bottom;
    this.fresh = this.fresh.filter((id) => {
      const note = this.app.note(id);
      if (note === null || note.board !== this.app.board) return false;
      const item = this.host.querySelector<HTMLElement>(`li.ln[data-id="${CSS.escape(id)}"]`);
      if (!item || !visible(item)) return true;
      const { top, bottom } = item.getBoundingClientRect();
      return bottom > Math.min(foot, frame.bottom) || top < frame.top;
    });
    return this.fresh.filter((id) => shown === null || this.app.note(id)?.zone === shown);
  }

  private chip(ids: readonly string[]) {
    const [first] = ids;
    if (first === undefined) return nothing;
    const go = () => {
      this.fresh = this.fresh.filter((id) => !ids.includes(id));
      const item = this.lineOf(first);
      item?.scrollIntoView({ block: "center" });
      item?.focus({ preventScroll: true });
      this.soon();
    };
    return html`<button class="btn sm ink news" type="button" @click=${go}>${picture("arrow-down", 16)} ${tn("{n} nouvelle note", "{n} nouvelles notes", ids.length)}</button>`;
  }

  // -- drawing ----------------------------------------------------------------------------------

  draw(): void {
    const { app } = this;
    const zones = this.zones();
    if (this.board !== app.board) {
      this.board = app.board;
      this.at = Math.max(
        0,
        zones.findIndex((zone) => zone.id === app.activeZone),
      );
      this.fresh = [];
    }
    this.at = Math.min(Math.max(0, this.at), zones.length - 1);
    if (app.note(this.current) === null) this.current = null;
    if ([...this.picked].some((id) => app.note(id) === null))
      this.picked = new Set([...this.picked].filter((id) => app.note(id) !== null));
    const restore = holdFocus(this.host);
    this.render(zones, []);
    restore();
    const unseen = this.unseen();
    if (unseen.length > 0) this.render(zones, unseen);
    const top = document.getElementById("where");
    if (top) render(where(app), top);
  }

  private render(zones: readonly Zone[], unseen: readonly string[]): void {
    const zone = this.zone();
    render(
      html`${head(this.app)}
        <div class="zonelist">${zones.map((one, index) => this.section(one, index, zones.length))}</div>
        <div class="foot">${this.chip(unseen)}${this.picked.size > 0 ? several(this) : nothing}${zone?.n ? composer(this, zone) : nothing}</div>`,
      this.host,
    );
  }

  private section(zone: Zone, index: number, of: number) {
    const { app } = this;
    const runs = this.runs(zone.id);
    const hasCurrent = runs.some((one) => one.notes.some(({ id }) => id === this.current));
    const kept = new Set([...app.targets(), ...this.picked, app.editing ?? ""]);
    const count = runs.reduce((sum, run) => sum + run.notes.length, 0);
    const heading = `zone-${zone.id}`;
    const closed = app.closed(zone.id);
    const lock = closed ?? lockOn(app.workshop, app.board, zone.id);
    const mayWrite = app.mayWrite && closed === null && zone.n > 0;
    const done = isDone(app, zone.id);
    const go = (to: number) => {
      this.at = to;
      const next = this.zones()[to];
      if (next) app.activeZone = next.id;
      app.emit("paged");
      this.draw();
      this.host.scrollTop = 0;
      if (next) document.getElementById(`zone-${next.id}`)?.focus();
    };
    const counted = tn("{n} note", "{n} notes", count, { n: inWords(count) });
    const numbered = t("Zone {n} sur {of}", { n: index + 1, of });
    return html`<section class="zoneitem" data-zone=${zone.id} ?data-current=${index === this.at} aria-labelledby=${heading}>
      <div class="zh">
        <h2 id=${heading} tabindex="-1">${typo(zone.title)}</h2>
        <span class="count" title=${counted}>${count}<span class="sr"> ${tn("note", "notes", count)}</span></span>
        <p class="soft">${typo(zone.prompt)}</p>
        <span class="row pics">${zone.pictograms.map((canvas) => {
          const short = canvas === "governance" ? "gouv" : "eco";
          const label =
            canvas === "governance"
              ? t("Nourrit le canevas gouvernance")
              : t("Nourrit le canevas modèle économique");
          return html`<span class="pic ${short}" role="img" aria-label=${label} title=${label}>${picture(short, 15)}</span>`;
        })}${zoneButton(app, zone)}</span>
        ${
          mayWrite || (!app.connection.joined && app.data.person.role !== "observer")
            ? html`<span class="row zacts ${mayWrite ? "" : "waiting"}">
              ${count > 1 ? html`<button class="btn xs ghost" type="button" aria-label=${t("Ranger la zone {zone}", { zone: typo(zone.title) })} @click=${() => tidyZone(app, zone.id)}>${picture("grid-2x2", 15)}${t("Ranger")}</button>` : nothing}
              <button class="btn xs ghost new" type="button" aria-label=${t("Ajouter une note dans {zone}", { zone: typo(zone.title) })} @click=${() => this.compose(zone.id)}>${picture("plus", 15)}${t("Ajouter")}</button></span>`
            : nothing
        }
        <div class="row steps">
          <button class="btn sm icon" type="button" aria-label=${t("Zone précédente")} ?disabled=${index === 0} @click=${() => go(index - 1)}>${picture("arrow-left")}</button>
          <span class="grow">${numbered}, ${counted}</span>
          <button class="btn sm icon" type="button" aria-label=${t("Zone suivante")} ?disabled=${index === of - 1} @click=${() => go(index + 1)}>${picture("arrow-right")}</button>
        </div>
      </div>
      ${done ? html`<p class="donezone">${picture("check", 16)} ${t("Terminée")}</p>` : nothing}
      ${lock === null ? nothing : html`<p class="shutzone">${picture("lock", 16)} ${closedLine(app, lock)}</p>`}
      ${hiddenLine(app, zone.id)}
      ${app.partOf(zone)?.list?.(zone, app.notesByZone().get(zone.id) ?? []) ?? nothing}
      ${count === 0 ? html`<p class="none">${t("Rien ici pour l'instant.")}</p>` : nothing}
      ${repeat(
        runs,
        (run) => run.key,
        (run, at) => this.run(run, at === 0, kept, hasCurrent),
      )}
      ${ghostLines(app, zone)}
    </section>`;
  }

  private run(run: Run, first: boolean, kept: ReadonlySet<string>, hasCurrent: boolean) {
    const { app } = this;
    const { cluster, notes } = run;
    if (notes.slice(MOST).some((note) => kept.has(note.id))) this.whole.add(run.key);
    const all = this.whole.has(run.key) || app.found !== null;
    const shown = all ? notes : notes.slice(0, MOST);
    const more = notes.length - shown.length;
    const title = cluster ? cluster.title || t("Groupe sans titre") : t("Autres notes");
    const unfold = () => {
      this.whole.add(run.key);
      this.draw();
      const next = notes[MOST];
      if (next) this.lineOf(next.id)?.focus();
    };
    return html`${
      cluster || run.after
        ? html`<div class="gh"><h3>${title}</h3><span class="count">${notes.length}<span class="sr"> ${tn("note", "notes", notes.length)}</span></span>
          ${
            cluster && app.mayWrite
              ? html`<span class="row gacts">
                <button class="btn xs ghost" type="button" aria-label=${t("Renommer le groupe {title}", { title })} @click=${() => askTitle(app, cluster.id)}>${picture("pencil", 14)}</button>
                <button class="btn xs ghost" type="button" aria-label=${t("Dégrouper {title}", { title })} @click=${() =>
                  ungroupNotes(
                    app,
                    notes.map((note) => note.id),
                  )}>${picture("ungroup", 14)}</button></span>`
              : nothing
          }</div>`
        : nothing
    }
    <ul class="lines">${repeat(
      shown,
      (note) => note.id,
      (note, at) => line(this, note, first && at === 0 && !hasCurrent),
    )}</ul>
    ${more > 0 ? html`<button class="others" type="button" @click=${unfold}>${tn("Afficher {n} autre note", "Afficher les {n} autres notes", more)}</button>` : nothing}`;
  }
}

function lineAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("li.ln") : null;
}

/** Buttons, fields and links answer for themselves. */
function onControl(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest("button, input, textarea, select, label, a, form") !== null
  );
}
