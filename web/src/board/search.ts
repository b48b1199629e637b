// Search: a panel with a field, filters and what was found, by board and zone. On the board what does not match
// is dimmed, in the list it is left out, and a line above both says so for as long as it holds.

import { html, nothing, render, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { kindSaid } from "../model/kind-words";
import { kindName } from "../model/kinds";
import { boardsOf } from "../model/notes-text";
import { type Colour, MARKS, type Note } from "../model/page";
import {
  type Candidate,
  excerpt,
  type Filters,
  hasFilters,
  haystack,
  matches,
  NO_FILTERS,
  passes,
  pieces,
  rangesOf,
  termsOf,
  zoneKey,
} from "../model/search";
import { boardName } from "../model/trace";
import { t, tn, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";

const MOST_SHOWN = 200;
const SAY_AFTER_MS = 700;
type Sets = "authors" | "kinds" | "tags" | "zones";
type Flags = "mine" | "commented" | "liked";

interface Described {
  author: string;
  kind: string;
  zone: string;
  fields: string;
  /** All of it as it is compared. */
  words: string;
}
type Found = Candidate & Described;

/** What may be chosen in one filter, and how many notes each would leave. */
interface Choice {
  value: string;
  label: string;
  count: number;
  colour?: Colour;
}

export class Search {
  private query = "";
  private filters: Filters = NO_FILTERS;
  private found: Note[] = [];
  private at = -1;
  private frame = 0;
  private saying: ReturnType<typeof setTimeout> | undefined;
  private said = "";
  private opener: HTMLElement | null = null;
  /** Notes this person wrote since: they do not vanish under their hands. */
  private fresh = new Set<string>();
  private known = new WeakMap<Note, Described>();
  private readonly panel = make("aside", {
    class: "search",
    id: "search",
    "data-region": "search",
    "aria-label": t("Rechercher"),
    hidden: true,
  });
  private readonly strip = make("div", {
    class: "strip",
    role: "group",
    "aria-label": t("Filtre"),
    hidden: true,
  });

  constructor(
    private readonly app: Atelier,
    private readonly view: BoardView,
    private readonly reveal: (id: string) => HTMLElement | null | undefined,
  ) {
    document.querySelector(".main")?.append(this.panel);
    document.getElementById("main")?.prepend(this.strip);
    for (const what of ["notes", "joined", "link", "workshop", "board"]) app.on(what, () => this.soon());
    app.on("workshop", () => {
      this.known = new WeakMap(); // names may have changed
    });
    for (const what of ["placed", "board", "joined"]) app.on(what, () => this.dim());
    app.onChanges(({ changes, mine }) => {
      if (mine && this.active) for (const { id, before } of changes) if (before === null) this.fresh.add(id);
      this.soon();
    });
    this.panel.addEventListener("keydown", (event) => this.pressed(event));
    for (const button of document.querySelectorAll("#open-search, #menu-search"))
      button.addEventListener("click", () =>
        this.isOpen && button.id === "open-search" ? this.close() : this.open(),
      );
    for (const tab of document.querySelectorAll("[data-tab]"))
      tab.addEventListener("click", () => this.isOpen && this.close(false));
  }

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  private get active(): boolean {
    return termsOf(this.query).length > 0 || hasFilters(this.filters);
  }

  open(): void {
    if (!this.isOpen) this.opener = document.activeElement as HTMLElement | null;
    document.querySelector<HTMLDetailsElement>("details.menu[open]")?.removeAttribute("open");
    if (document.body.dataset.panel === "group") this.app.emit("aside");
    this.app.enterAll();
    this.show(true);
    this.look();
    this.field?.focus();
    this.field?.select();
  }

  close(back = true): void {
    this.show(false);
    if (!back) return;
    this.leaveTo(this.opener);
  }

  /** Where the focus goes when what held it is no more. */
  private leaveTo(first: HTMLElement | null = null): void {
    const summary = document.querySelector<HTMLElement>("details.menu > summary");
    const all = [first, document.getElementById("open-search"), summary];
    all.find((one) => one?.isConnected && one.offsetParent !== null)?.focus();
  }

  private show(open: boolean): void {
    this.panel.hidden = !open;
    document.body.toggleAttribute("data-search", open);
    document.getElementById("open-search")?.setAttribute("aria-expanded", String(open));
  }

  private get field(): HTMLInputElement | null {
    return this.panel.querySelector("input[type=search]");
  }

  private soon(): void {
    if (this.frame === 0 && (this.isOpen || this.active || this.app.found !== null))
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.look();
      });
  }

  // -- finding ----------------------------------------------------------------------------------

  private candidates(): Found[] {
    const { app } = this;
    const me = app.data.person.id;
    const out: Found[] = [];
    for (const room of app.rooms) {
      if (!room.joined || room.document === null) continue;
      const { contents } = room.document;
      for (const note of contents.all()) {
        if (note.text.trim() === "" && note.fields === undefined) continue;
        const zone = app.templateOf(note.board)?.zones.find((one) => one.id === note.zone);
        if (!zone) continue;
        out.push({
          ...this.described(note, zone.title),
          note,
          comments: contents.commentsOf(note.id).length,
          liked: contents.reactionsTo(note.id).has(me),
        });
      }
    }
    return out;
  }

  /** What is said of a note beside its text; a note that changes is another object. */
  private described(note: Note, zone: string): Described {
    const known = this.known.get(note);
    if (known) return known;
    const { app } = this;
    const plain = note.kind === "note";
    const parts = {
      author: note.by === null ? "" : (app.person(note.by)?.name ?? ""),
      kind: plain ? "" : kindName(note.kind),
      zone,
      fields: plain ? "" : kindSaid(app, note),
    };
    const described = { ...parts, words: haystack({ note, ...parts }) };
    this.known.set(note, described);
    return described;
  }

  private look(): void {
    const { app } = this;
    const all = this.candidates();
    const terms = termsOf(this.query);
    const me = app.data.person.id;
    const current = this.found[this.at]?.id;
    const worded = all.filter((one) => matches(one.words, terms));
    this.found = this.active
      ? inReadingOrder(
          app,
          worded.filter((one) => passes(one, this.filters, me)).map((one) => one.note),
        )
      : [];
    this.at = this.found.findIndex((note) => note.id === current);
    const shown = this.active ? new Set([...this.found.map((note) => note.id), ...this.fresh]) : null;
    if (!this.active) this.fresh.clear();
    if (!same(shown, app.found)) {
      app.found = shown;
      this.dim();
      app.emit("found");
    }
    this.drawStrip(all);
    if (this.isOpen) this.draw(all, worded, terms);
    this.say();
  }

  private dim(): void {
    const { found } = this.app;
    for (const item of this.view.host.querySelectorAll<HTMLElement>("li.note"))
      item.classList.toggle("dimmed", found !== null && !this.app.shows(item.dataset.id ?? ""));
  }

  /** How many there are, once nothing has changed for a moment. */
  private say(): void {
    clearTimeout(this.saying);
    const words = this.active ? this.counted() : "";
    if (words === this.said) return;
    this.saying = setTimeout(() => {
      this.said = words;
      if (words !== "") this.app.announcer.say(words);
    }, SAY_AFTER_MS);
  }

  private counted(): string {
    const boards = new Set(this.found.map((note) => note.board)).size;
    if (this.found.length === 0) return t("Aucune note trouvée.");
    const notes = tn("{n} note", "{n} notes", this.found.length);
    return boards < 2
      ? t("{notes} sur un support.", { notes })
      : t("{notes} sur {boards} supports.", { notes, boards });
  }

  // -- changing what is looked for ----------------------------------------------------------------

  private change(query: string, filters: Filters): void {
    this.query = query;
    this.filters = filters;
    this.fresh.clear();
    this.at = -1;
    this.look();
  }

  private toggle(set: Sets, value: string): void {
    const values = new Set(this.filters[set]);
    if (!values.delete(value)) values.add(value);
    this.change(this.query, { ...this.filters, [set]: values });
  }

  private flag(name: Flags): void {
    this.change(this.query, { ...this.filters, [name]: !this.filters[name] });
  }

  clear(): void {
    this.change("", NO_FILTERS);
    if (this.field) this.field.value = "";
    this.app.announcer.say(t("Toutes les notes sont montrées."));
  }

  // -- going ------------------------------------------------------------------------------------

  private go(at: number): void {
    const note = this.found[at];
    if (!note) return;
    const { app } = this;
    this.at = at;
    const phone = matchMedia("(max-width: 43.75em)").matches;
    if (phone) this.show(false);
    app.show(note.board);
    app.select(note.id);
    const focus = () => {
      const item = this.reveal(note.id);
      item?.scrollIntoView({ block: "center", inline: "center" });
      item?.focus({ preventScroll: true });
      return item;
    };
    // a crowded zone does not draw all of its notes: alone it does
    if (!focus() && app.view === "board") {
      app.focusZone(note.zone);
      focus();
    }
    this.soon();
  }

  private step(by: 1 | -1): void {
    const count = this.found.length;
    if (count === 0) return;
    const held = document.activeElement;
    this.go(this.at < 0 ? (by > 0 ? 0 : count - 1) : (this.at + by + count) % count);
    // who goes on from note to note keeps the button under the finger
    if (held instanceof HTMLElement && held.isConnected && held.dataset.step !== undefined) held.focus();
    this.app.announcer.say(t("Note {n} sur {of}.", { n: this.at + 1, of: count }));
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && target === this.field) {
      event.preventDefault();
      this.step(event.shiftKey ? -1 : 1);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const results = [...this.panel.querySelectorAll<HTMLElement>("button.hit")];
      const at = results.indexOf(target);
      if (target !== this.field && at < 0) return;
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      if (next < 0) this.field?.focus();
      else results[Math.min(next, results.length - 1)]?.focus();
    }
  }

  // -- drawing ----------------------------------------------------------------------------------

  private draw(all: readonly Candidate[], worded: readonly Candidate[], terms: readonly string[]): void {
    const flags: [Flags, string][] = [
      ["mine", t("Seulement mes notes")],
      ["commented", t("Avec des commentaires")],
      ["liked", t("Que j'aime")],
    ];
    render(
      html`<div class="searchhead" role="search">
          <label class="input"><span class="sr">${t("Chercher dans toutes les notes")}</span>${icon("search", 18)}
            <input type="search" autocomplete="off" .value=${this.query} placeholder=${t("Un mot, un prénom, une zone…")}
              @input=${(event: Event) => this.change((event.target as HTMLInputElement).value, this.filters)}></label>
          <button class="btn icon ghost" type="button" aria-label=${t("Fermer la recherche")} @click=${() => this.close()}>${icon("x", 18)}</button>
        </div>
        <details class="filters">
          <summary>${icon("filter", 16)} ${t("Filtrer")}</summary>
          <fieldset><legend class="sr">${t("Notes")}</legend>${flags.map(
            ([name, label]) =>
              html`<label class="pickline"><input type="checkbox" .checked=${this.filters[name]} @change=${() => this.flag(name)}> ${label}</label>`,
          )}</fieldset>
          ${this.choices(t("Qui a écrit"), "authors", this.authors(all, worded))}
          ${this.choices(t("Type de note"), "kinds", this.kinds(all, worded))}
          ${this.choices(t("Étiquettes"), "tags", this.tags(all, worded))}
          ${this.zones(all)}
        </details>
        ${this.active ? this.results(terms) : html`<p class="soft hint">${t("La recherche passe par toutes les fiches et les deux canevas, sans tenir compte des accents.")}</p>`}`,
      this.panel,
    );
  }

  private results(terms: readonly string[]): TemplateResult {
    if (this.found.length === 0)
      return html`<div class="nothing"><p><b>${t("Aucune note trouvée.")}</b></p>
        <p class="soft">${t("Essayez un mot plus court, ou retirez un filtre.")}</p>
        <button class="btn sm" type="button" @click=${() => this.clear()}>${t("Tout montrer")}</button></div>`;
    const shown = this.found.slice(0, MOST_SHOWN);
    const boards = [...new Set(shown.map((note) => note.board))];
    return html`<div class="row tally"><p class="grow">${this.counted()}</p>
        <button class="btn sm icon" type="button" data-step="-1" aria-label=${t("Note trouvée précédente")} @click=${() => this.step(-1)}>${icon("arrow-up", 16)}</button>
        <button class="btn sm icon" type="button" data-step="1" aria-label=${t("Note trouvée suivante")} @click=${() => this.step(1)}>${icon("arrow-down", 16)}</button></div>
      <div class="hits">${boards.map((board) => {
        const there = shown.filter((note) => note.board === board);
        const zones = [...new Set(there.map((note) => note.zone))];
        return html`<section><h3>${boardName(this.app, board)} <span class="count">${there.length}</span></h3>
          ${zones.map((id) => {
            const notes = there.filter((note) => note.zone === id);
            const title = this.app.templateOf(board)?.zones.find((zone) => zone.id === id)?.title ?? "";
            return html`<h4>${this.marked(typo(title), terms)} <span class="soft">${notes.length}</span></h4>
              <ul>${repeat(
                notes,
                (note) => note.id,
                (note) => this.hit(note, terms),
              )}</ul>`;
          })}</section>`;
      })}
      ${this.found.length > shown.length ? html`<p class="soft">${t("Les {n} premières sont montrées ici. Un mot de plus en laisse moins.", { n: MOST_SHOWN })}</p>` : nothing}</div>`;
  }

  private hit(note: Note, terms: readonly string[]): TemplateResult {
    const at = this.found.indexOf(note);
    const cut = excerpt(note.text, rangesOf(note.text, terms));
    const author = this.app.authorName(note.by);
    return html`<li><button type="button" class=${at === this.at ? "hit on" : "hit"} aria-current=${at === this.at ? "true" : nothing}
      @click=${() => this.go(at)}>
      <span class="b c-${note.colour} k-${note.colour}">${icon(`mark-${MARKS[note.colour]}`, 13)}</span>
      <span class="grow"><span class="words">${note.text.trim() === "" ? kindSaid(this.app, note) : pieces(cut.text, cut.ranges).map((one) => (one.found ? html`<mark>${one.text}</mark>` : one.text))}</span>
        <span class="soft">${this.marked(author, terms)}${(note.tags ?? []).map((tag) => html` · ${this.marked(tag, terms)}`)}</span></span>
    </button></li>`;
  }

  private marked(text: string, terms: readonly string[]) {
    return pieces(text, rangesOf(text, terms)).map((one) =>
      one.found ? html`<mark>${one.text}</mark>` : one.text,
    );
  }

  private choices(legend: string, set: Sets, choices: readonly Choice[]): TemplateResult | typeof nothing {
    if (choices.length === 0) return nothing;
    return html`<fieldset><legend>${legend}</legend><div class="picks">${choices.map(
      ({
        value,
        label,
        count,
        colour,
      }) => html`<button type="button" class="pickchip" aria-pressed=${this.filters[set].has(value) ? "true" : "false"}
        @click=${() => this.toggle(set, value)}>${colour ? html`<i class="c-${colour} k-${colour}">${icon(`mark-${MARKS[colour]}`, 11)}</i>` : nothing}${label} <span class="soft">${count}</span></button>`,
    )}</div></fieldset>`;
  }

  private authors(all: readonly Candidate[], worded: readonly Candidate[]): Choice[] {
    return tally(all, worded, ({ note }) => [note.by ?? ""])
      .map(([value, count]) => {
        const colour = this.app.person(value)?.colour;
        return { value, count, label: this.app.authorName(value || null), ...(colour && { colour }) };
      })
      .sort(byLabel);
  }

  private kinds(all: readonly Candidate[], worded: readonly Candidate[]): Choice[] {
    const found = tally(all, worded, ({ note }) => [note.kind]);
    return found.map(([value, count]) => ({ value, count, label: kindName(value) })).sort(byLabel);
  }

  private tags(all: readonly Candidate[], worded: readonly Candidate[]): Choice[] {
    const found = tally(all, worded, ({ note }) => note.tags ?? []);
    return found.map(([value, count]) => ({ value, count, label: value })).sort(byLabel);
  }

  private zones(all: readonly Candidate[]): TemplateResult | typeof nothing {
    const boards = boardsOf(
      all.map((one) => one.note),
      this.app.data.templates,
    );
    if (boards.length === 0) return nothing;
    const [chosen = ""] = this.filters.zones;
    const changed = (event: Event) => {
      const { value } = event.target as HTMLSelectElement;
      this.change(this.query, { ...this.filters, zones: new Set(value === "" ? [] : [value]) });
    };
    return html`<label class="field"><span>${t("Zone")}</span><select class="input sm" @change=${changed}>
      <option value="" ?selected=${chosen === ""}>${t("Toutes les zones")}</option>
      ${boards.map(
        (board) =>
          html`<optgroup label=${boardName(this.app, board)}>${[...(this.app.templateOf(board)?.zones ?? [])]
            .sort((a, b) => a.n - b.n)
            .map((zone) => {
              const value = zoneKey({ board, zone: zone.id });
              return html`<option value=${value} ?selected=${chosen === value}>${typo(zone.title)}</option>`;
            })}</optgroup>`,
      )}</select></label>`;
  }

  /** What is looked for, each part with a cross, and how much of this board that leaves. */
  private drawStrip(all: readonly Candidate[]): void {
    const { app, filters } = this;
    this.strip.hidden = !this.active;
    document.body.toggleAttribute("data-filtered", this.active);
    if (!this.active) {
      render(nothing, this.strip);
      return;
    }
    const here = all.filter((one) => one.note.board === app.board);
    const shown = this.found.filter((note) => note.board === app.board).length;
    const chip = (label: string, remove: () => void) =>
      html`<button class="pickchip" type="button" aria-label=${t("Retirer « {label} »", { label })} @click=${() => {
        remove();
        if (this.active) this.strip.querySelector<HTMLElement>("button")?.focus();
        else this.leaveTo();
      }}>${label} ${icon("x", 13)}</button>`;
    const sets: [Sets, (value: string) => string][] = [
      ["authors", (value) => app.authorName(value || null)],
      ["kinds", kindName],
      ["tags", (value) => value],
      ["zones", (value) => typo(this.zoneTitle(value))],
    ];
    const flags: [Flags, string][] = [
      ["mine", t("Mes notes")],
      ["commented", t("Avec des commentaires")],
      ["liked", t("Que j'aime")],
    ];
    render(
      html`<p>${tn("{shown} note sur {of}", "{shown} notes sur {of}", shown, { shown, of: here.length })}</p>
        <div class="picks">
          ${this.query.trim() === "" ? nothing : chip(t("« {words} »", { words: this.query.trim() }), () => this.change("", filters))}
          ${sets.map(([set, label]) => [...filters[set]].map((value) => chip(label(value), () => this.toggle(set, value))))}
          ${flags.map(([name, label]) => (filters[name] ? chip(label, () => this.flag(name)) : nothing))}
        </div>
        <button class="btn xs" type="button" @click=${() => {
          this.clear();
          this.leaveTo();
        }}>${t("Tout montrer")}</button>`,
      this.strip,
    );
  }

  private zoneTitle(key: string): string {
    const [board = "", zone] = key.split(" ");
    return this.app.templateOf(board)?.zones.find((one) => one.id === zone)?.title ?? "";
  }
}

function inReadingOrder(app: Atelier, notes: readonly Note[]): Note[] {
  const boards = new Map(boardsOf(notes, app.data.templates).map((board, at) => [board, at]));
  const zone = (note: Note) => app.templateOf(note.board)?.zones.find((one) => one.id === note.zone)?.n ?? 0;
  return [...notes].sort(
    (a, b) =>
      (boards.get(a.board) ?? 0) - (boards.get(b.board) ?? 0) ||
      zone(a) - zone(b) ||
      (a.order < b.order ? -1 : a.order > b.order ? 1 : a.id < b.id ? -1 : 1),
  );
}

/** Every value there is, and how many of the notes with the words looked for have it. */
function tally(
  all: readonly Candidate[],
  worded: readonly Candidate[],
  values: (one: Candidate) => readonly string[],
): [string, number][] {
  const counts = new Map<string, number>();
  for (const one of all) for (const value of values(one)) counts.set(value, 0);
  for (const one of worded) for (const value of values(one)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
}

function byLabel(a: Choice, b: Choice): number {
  return a.label.localeCompare(b.label);
}

function same(one: ReadonlySet<string> | null, two: ReadonlySet<string> | null): boolean {
  if (one === null || two === null) return one === two;
  return one.size === two.size && [...one].every((id) => two.has(id));
}
