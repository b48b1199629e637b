// The board: a page with zones and the notes on them. The hot layer is imperative: the document is
// observed once, and only what changed is written to the DOM.

import { type Box, boxOf, flow, gridOf, pageSize, type ZoneLayout } from "../model/layout";
import type { Colour, Note, Zone } from "../model/page";
import { t, tn, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { addNote } from "./actions";
import type { Atelier } from "./atelier";
import { boardHeader, heldHead } from "./board-header";
import { drawClusters } from "./cluster-view";
import { boxItem, newItem, placeItem, writeItem } from "./note-item";

interface ZoneView {
  zone: Zone;
  section: HTMLElement;
  list: HTMLUListElement;
  empty: HTMLElement;
  clusters: HTMLElement;
  /** Where a zone that is drawn its own way is drawn. */
  part: HTMLElement;
  more: HTMLButtonElement;
  /** How notes were laid out when they were drawn, and whether there are more than fit. */
  manner: string;
  crowded: boolean;
}

export class BoardView {
  readonly sheet = make("article", { class: "sheet" });
  readonly cursors = make("div", { class: "cursors", "aria-hidden": "true" });
  private zones = new Map<string, ZoneView>();
  private items = new Map<string, HTMLLIElement>();
  private dirty = new Set<string>();
  private frame = 0;
  private shown = "";
  private heads: HTMLElement[] = [];
  private readonly back = make("button", { type: "button", class: "btn sm backtoboard", hidden: true });

  constructor(
    private readonly app: Atelier,
    readonly host: HTMLElement,
  ) {
    this.back.append(icon("arrow-left", 16), t("Tout le support"));
    this.back.addEventListener("click", () => app.focusZone(null));
    app.on("focus", () => this.focus());
    app.on("resized", () => this.rebox());
    // a note that is chosen is drawn even in a full zone, and goes behind « + n » afterwards
    app.on("selection", () => {
      for (const view of this.zones.values()) if (view.crowded) this.fill(view, new Set());
    });
  }

  /** Draw the current board from nothing. */
  draw(): void {
    const { app } = this;
    const { template } = app;
    const size = pageSize(template);
    this.zones.clear();
    this.items.clear();
    this.shown = app.board;
    this.sheet.className = `sheet ${template.page === "A3L" ? "canvas" : `face-${template.side}`}`;
    this.sheet.classList.toggle("grid", gridOf(template) !== null);
    this.sheet.setAttribute("aria-label", typo(template.title));
    this.sheet.style.width = `${size.width}px`;
    this.sheet.style.height = `${size.height}px`;
    const zones = [...template.zones].sort((a, b) => a.n - b.n).map((zone) => this.drawZone(zone));
    const footer = make("p", { class: "attribution" }, typo(app.data.attribution));
    this.heads = boardHeader(app);
    this.sheet.replaceChildren(...this.heads, ...zones, footer, ...this.corner(), this.back, this.cursors);
    if (this.sheet.parentElement !== this.host) this.host.replaceChildren(this.sheet);
    this.focus();
    this.refill();
  }

  /** Make the notes those of the document, keeping the elements that stay. */
  refill(): void {
    for (const view of this.zones.values()) this.fill(view, null);
  }

  /** The page has other boxes now, with the same notes. */
  rebox(): void {
    const size = pageSize(this.app.template, this.app.focusedZone !== null);
    this.sheet.style.width = `${size.width}px`;
    this.sheet.style.height = `${size.height}px`;
    for (const view of this.zones.values()) this.box(view.section, view.zone);
    this.refill();
  }

  /** Names and structures may have changed: the head and the feet of notes, without touching the rest. */
  rename(): void {
    const again = heldHead(this.heads);
    const heads = boardHeader(this.app);
    for (const head of this.heads) head.remove();
    this.sheet.prepend(...heads);
    this.heads = heads;
    again(heads);
    this.refill();
  }

  /** Notes that changed: written in the next frame, together. */
  touch(ids: Iterable<string>): void {
    for (const id of ids) this.dirty.add(id);
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.flush());
  }

  item(id: string | null): HTMLLIElement | undefined {
    return id === null ? undefined : this.items.get(id);
  }

  section(zone: string): HTMLElement | undefined {
    return this.zones.get(zone)?.section;
  }

  /** The zone under a point of the screen. */
  zoneAt(x: number, y: number): Zone | null {
    for (const element of document.elementsFromPoint(x, y)) {
      const section = element.closest<HTMLElement>("section.zone");
      if (section) return this.zones.get(section.dataset.zone ?? "")?.zone ?? null;
    }
    return null;
  }

  private flush(): void {
    this.frame = 0;
    const ids = [...this.dirty];
    this.dirty.clear();
    if (this.shown !== this.app.board) return;
    const changed = new Set<ZoneView>();
    for (const id of ids) {
      const before = this.items.get(id)?.closest<HTMLElement>("section.zone")?.dataset.zone;
      const note = this.app.note(id);
      const now = note?.board === this.app.board ? note.zone : undefined;
      for (const zone of [before, now]) {
        const view = zone === undefined ? undefined : this.zones.get(zone);
        if (view) changed.add(view);
      }
      if (now !== undefined && before !== undefined && now !== before) {
        // the element goes along, with the focus and the field that is open in it
        const [view, item] = [this.zones.get(now), this.items.get(id)];
        if (view && item) this.bring(item, view.list);
      }
    }
    const dirty = new Set(ids);
    for (const view of changed) this.fill(view, dirty);
    // a note that was not drawn may have gone from a zone that says how many there are
    for (const view of this.zones.values())
      if (!changed.has(view) && !view.more.hidden) this.fill(view, dirty);
    this.app.emit("placed");
  }

  // -- zones --------------------------------------------------------------------------------------

  private drawZone(zone: Zone): HTMLElement {
    const { app } = this;
    const title = make("h2", { title: typo(zone.title) }, typo(zone.title));
    const prompt = make("p", { class: "prompt" }, typo(zone.prompt));
    const pictograms = zone.pictograms.map((canvas) => {
      const name =
        canvas === "governance"
          ? t("Nourrit le canevas gouvernance")
          : t("Nourrit le canevas modèle économique");
      const short = canvas === "governance" ? "gouv" : "eco";
      const picture = make("span", { class: `pic ${short}`, title: name, role: "img", "aria-label": name });
      picture.append(icon(short, 15));
      return picture;
    });
    const add = make("button", {
      class: "add",
      type: "button",
      tabindex: -1, // one stop per zone: the keyboard has N
      "aria-label": t("Ajouter une note dans {zone}", { zone: zone.title }),
    });
    add.append(icon("plus", 16));
    add.addEventListener("click", () => this.create(zone.id));
    const list = make("ul", { class: "notes" });
    const clusters = make("div", { class: "clusters" });
    const part = make("div", { class: "part", hidden: true });
    const more = make("button", { class: "more", type: "button", hidden: true });
    more.addEventListener("click", () => app.focusZone(zone.id));
    const alone = make("button", {
      class: "tozone",
      type: "button",
      tabindex: -1, // Enter on the zone does it
      title: t("Voir cette zone seule"),
      "aria-label": t("Voir seule la zone {zone}", { zone: zone.title }),
    });
    alone.append(icon("expand", 14));
    alone.addEventListener("click", () => app.focusZone(app.focusedZone === null ? zone.id : null));
    const empty = make("p", { class: "empty" });
    empty.append(
      make("b", {}, t("Rien ici pour l'instant")),
      make(
        "span",
        {},
        t("Touchez la zone"),
        make("span", { class: "withkeys" }, t(", ou appuyez sur"), " ", make("kbd", { class: "kbd" }, "N")),
      ),
    );
    const section = make(
      "section",
      {
        class: app.layoutOf(zone).low ? "zone low" : "zone",
        "data-zone": zone.id,
        tabindex: 0,
        "aria-label": typo(zone.title),
      },
      make(
        "header",
        {},
        ...sheetChip(app, zone),
        make("div", { class: "grow" }, title, prompt),
        make("div", { class: "pics" }, alone, ...pictograms),
      ),
      clusters,
      part,
      list,
      empty,
      more,
      add,
    );
    this.box(section, zone);
    title.addEventListener("dblclick", (event) => {
      event.stopPropagation();
      app.focusZone(app.focusedZone === null ? zone.id : null);
    });
    section.addEventListener("focus", () => {
      app.activeZone = zone.id;
      app.emit("selection");
    });
    this.zones.set(zone.id, { zone, section, list, empty, clusters, part, more, manner: "", crowded: false });
    return section;
  }

  create(zone: string, place?: [number, number]): void {
    const part = this.app.zoneParts.get(`${this.app.template.id}.${zone}`);
    if (part?.create) {
      part.create();
      return;
    }
    const id = addNote(this.app, zone, "", place);
    if (id !== null) {
      this.app.editing = id; // so that it is drawn in a full zone, too
      this.flushNow();
      this.app.select(id);
      this.app.emit("edit");
    }
  }

  /** Write what is waiting now: a note just made must be there to be opened. */
  flushNow(): void {
    cancelAnimationFrame(this.frame);
    this.flush();
  }

  /**
   * Make a zone's notes those of the document: the ones named are written, the others only when the zone has
   * become fuller or emptier. What does not fit is not drawn; a chip says how many notes that are.
   */
  private fill(view: ZoneView, dirty: ReadonlySet<string> | null): void {
    const { app } = this;
    const part = app.partOf(view.zone);
    view.part.hidden = part === undefined;
    const there = app.notesByZone().get(view.zone.id) ?? [];
    const own = part?.board(view.part, view.zone, there, app.focusedZone === view.zone.id) ?? false;
    view.section.classList.toggle("own", own);
    const layout = app.layoutOf(view.zone);
    const boxes = own ? null : (part?.boxes?.(view.zone, there, app.focusedZone === view.zone.id) ?? null);
    const held = (id: string) => id === app.editing || id === app.selected;
    const placed = boxes
      ? there.filter(({ id }) => boxes.of.has(id) || held(id))
      : this.placed(there, layout);
    const notes = own ? [] : placed;
    const manner = `${layout.compact} ${layout.size.width} ${layout.size.height} ${layout.body.height}`;
    const all = dirty === null || view.manner !== manner || layout.flows || boxes !== null;
    const most = boxes ? Number.POSITIVE_INFINITY : layout.most;
    view.manner = manner;
    const shown = new Set<string>();
    for (const [at, note] of notes.entries()) {
      if (at >= most && !held(note.id)) continue;
      shown.add(note.id);
      if (all || dirty.has(note.id) || !this.items.has(note.id))
        this.put(view, note, layout, boxes?.of.get(note.id));
    }
    for (const item of [...view.list.children] as HTMLLIElement[])
      if (!shown.has(item.dataset.id ?? "")) this.drop(item.dataset.id ?? "");
    this.order(view);
    drawClusters(
      app,
      view.clusters,
      notes.filter((note) => shown.has(note.id)),
      layout,
    );
    view.crowded = boxes ? boxes.more > 0 : notes.length > most;
    const more = boxes ? boxes.more : notes.length - shown.size;
    view.more.hidden = more <= 0;
    view.more.textContent = `+ ${more}`;
    view.more.setAttribute(
      "aria-label",
      tn("{n} autre note : voir toute la zone", "{n} autres notes : voir toute la zone", more),
    );
    view.empty.hidden = there.length > 0 || own || boxes !== null;
    view.section.classList.toggle("full", more > 0);
    view.section.classList.toggle("folded", layout.folded === true);
    const name = tn("{zone}, {n} note", "{zone}, {n} notes", there.length, { zone: view.zone.title });
    view.section.setAttribute("aria-label", name);
  }

  /** Notes as they are shown: in a zone that is looked at alone they lie side by side. */
  private placed(notes: readonly Note[], layout: ZoneLayout): readonly Note[] {
    if (!layout.flows) return notes;
    // what does not fit is not drawn; one that is chosen all the same lies over the last that is
    const there = notes.slice(0, layout.most);
    const places = flow(there, layout, (note) => this.app.document?.contents.clusterOf(note)?.id);
    return notes.map((note) => ({ ...note, place: places.get(note.id) ?? [1, 1] }));
  }

  /** The note of a zone in reading order after which something dropped here comes; it stays in sight. */
  before(x: number, y: number, zone: string, moving: readonly string[]): string {
    let after = "first";
    const view = this.zones.get(zone);
    const others = [...(view?.list.children ?? [])].filter(
      (item): item is HTMLElement => item instanceof HTMLElement && !moving.includes(item.dataset.id ?? ""),
    );
    const room = view?.section.getBoundingClientRect().width ?? 0;
    for (const item of view?.crowded ? others.slice(0, -1) : others) {
      const box = item.getBoundingClientRect();
      const beside = box.width < room / 2 ? box.left + box.width / 2 < x : (box.top + box.bottom) / 2 < y;
      if (box.width > 0 && (box.bottom < y || (box.top <= y && beside))) after = item.dataset.id ?? after;
    }
    return after;
  }

  /** How many notes of a zone that are drawn come up to this one, without those that move. */
  after(zone: string, note: string, moving: readonly string[]): number {
    const ids = [...(this.zones.get(zone)?.list.children ?? [])].map(
      (item) => (item as HTMLElement).dataset.id ?? "",
    );
    return ids.filter((id) => !moving.includes(id)).indexOf(note) + 1;
  }

  /** Reading order of the elements: moving the one that holds the focus would take it away. */
  private order(view: ZoneView): void {
    const ordered = [...view.list.children] as HTMLLIElement[];
    const wanted = [...ordered].sort((a, b) => {
      const [one, two] = [a.dataset.order ?? "", b.dataset.order ?? ""];
      return one < two ? -1 : one > two ? 1 : (a.dataset.id ?? "") < (b.dataset.id ?? "") ? -1 : 1;
    });
    if (wanted.every((item, at) => item === ordered[at])) return;
    const held = wanted.find((item) => item.contains(document.activeElement));
    const at = held === undefined ? -1 : wanted.indexOf(held);
    if (held !== undefined) for (const item of wanted.slice(0, at)) view.list.insertBefore(item, held);
    view.list.append(...wanted.slice(at + 1));
  }

  /** Show one zone as large as the page, or all of them again. */
  focus(): void {
    const { app } = this;
    this.sheet.classList.toggle("onezone", app.focusedZone !== null);
    this.sheet.style.height = `${pageSize(app.template, app.focusedZone !== null).height}px`;
    for (const view of this.zones.values()) {
      const alone = view.zone.id === app.focusedZone;
      const was = view.section.classList.contains("alone");
      view.section.classList.toggle("alone", alone);
      if (alone === was) continue;
      this.box(view.section, view.zone);
      this.fill(view, null);
    }
    this.back.hidden = app.focusedZone === null;
    const section = this.section(app.focusedZone ?? app.activeZone ?? "");
    const held = document.activeElement;
    if (held === document.body || held === null || held.closest(".more, .tozone, .backtoboard"))
      section?.focus();
  }

  private box(section: HTMLElement, zone: Zone): void {
    const box = boxOf(this.app.template, zone, this.app.focusedZone === zone.id);
    section.style.left = `${box.left}px`;
    section.style.top = `${box.top}px`;
    section.style.width = `${box.width}px`;
    section.style.height = `${box.height}px`;
  }

  private corner(): HTMLElement[] {
    const { side } = this.app.template;
    if (side === null) return [];
    const name =
      side === "je"
        ? t("Retourner la fiche : voir le verso, Nous")
        : t("Retourner la fiche : voir le recto, Je");
    const button = make("button", {
      class: "corner",
      type: "button",
      "aria-label": name,
      title: `${name} (R)`,
    });
    button.append(icon("refresh", 15));
    button.addEventListener("click", () => this.app.flip());
    return [button];
  }

  // -- notes --------------------------------------------------------------------------------------

  private put(
    view: ZoneView,
    note: Note,
    layout: ZoneLayout,
    box?: Box & { colour?: Colour; look?: string },
  ): void {
    let item = this.items.get(note.id);
    if (!item) {
      item = newItem(note.id);
      this.items.set(note.id, item);
    }
    if (item.parentElement !== view.list) this.bring(item, view.list);
    placeItem(item, note, layout);
    if (box) boxItem(item, box);
    else if (item.dataset.look !== undefined) boxItem(item, null);
    writeItem(this.app, item, box?.colour ? { ...note, colour: box.colour } : note);
  }

  /** Put a note in a list; the focus goes with it, and a note changing zones does not fly across the sheet. */
  private bring(item: HTMLLIElement, list: HTMLUListElement): void {
    const focused = document.activeElement;
    const had = focused instanceof HTMLElement && item.contains(focused);
    if (item.isConnected) {
      item.classList.add("jump");
      requestAnimationFrame(() => item.classList.remove("jump"));
    }
    item.dataset.moving = "";
    list.append(item);
    if (had) focused.focus({ preventScroll: true });
    delete item.dataset.moving;
  }

  private drop(id: string): void {
    const item = this.items.get(id);
    if (!item) return;
    const neighbour = item.nextElementSibling ?? item.previousElementSibling ?? item.closest("section");
    const focused = item.contains(document.activeElement);
    item.remove();
    this.items.delete(id);
    this.app.unfolded.delete(id);
    if (focused && neighbour instanceof HTMLElement) neighbour.focus({ preventScroll: true });
    if (this.app.selected === id) this.app.select(null);
  }
}

/** On the governance canvas, the number of the sheet a zone is fed by. */
function sheetChip(app: Atelier, zone: Zone): HTMLElement[] {
  if (!zone.ring || zone.type !== "plain") return [];
  const address = `${app.template.id}.${zone.id}`;
  const fed = app.data.templates.filter(({ zones }) => zones.some(({ to }) => to.includes(address)));
  const sheet = /^sheet(.)$/.exec(zone.ring)?.[1] ?? fed[0]?.sheet;
  if (!sheet) return [];
  return [
    make("span", { class: "fs", title: t("Fiche {sheet}", { sheet }), "aria-hidden": "true" }, String(sheet)),
  ];
}
