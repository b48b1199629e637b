// The board: a page with zones and the notes on them. The hot layer is imperative: the document is
// observed once, and only what changed is written to the DOM.

import { fontSize, noteHeight, pageSize, toPixels, zoneBox } from "../model/layout";
import { MARKS, type Note, type Zone } from "../model/page";
import { t, tn, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { addNote } from "./actions";
import type { Atelier } from "./atelier";
import { boardHeader } from "./board-header";

const FOLD_CHARS = 280;

interface ZoneView {
  zone: Zone;
  section: HTMLElement;
  list: HTMLUListElement;
  empty: HTMLElement;
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

  constructor(
    private readonly app: Atelier,
    readonly host: HTMLElement,
  ) {}

  /** Draw the current board from nothing. */
  draw(): void {
    const { app } = this;
    const { template } = app;
    const size = pageSize(template);
    this.zones.clear();
    this.items.clear();
    this.shown = app.board;
    this.sheet.className = `sheet ${template.page === "A3L" ? "canvas" : `face-${template.side}`}`;
    this.sheet.setAttribute("aria-label", typo(template.title));
    this.sheet.style.width = `${size.width}px`;
    this.sheet.style.height = `${size.height}px`;
    const zones = [...template.zones].sort((a, b) => a.n - b.n).map((zone) => this.drawZone(zone));
    const footer = make("p", { class: "attribution" }, typo(app.data.attribution));
    this.heads = boardHeader(app);
    this.sheet.replaceChildren(...this.heads, ...zones, footer, ...this.corner(), this.cursors);
    if (this.sheet.parentElement !== this.host) this.host.replaceChildren(this.sheet);
    this.refill();
  }

  /** Make the notes those of the document, keeping the elements that stay. */
  refill(): void {
    const stale = new Set(this.items.keys());
    for (const notes of this.app.notesByZone().values())
      for (const note of notes) {
        stale.delete(note.id);
        this.put(note);
      }
    for (const id of stale) this.drop(id);
    for (const view of this.zones.values()) this.settle(view);
  }

  /** Names and structures may have changed: the head and the feet of notes, without touching the rest. */
  rename(): void {
    const focused = this.heads.some((head) => head.contains(document.activeElement));
    if (focused) return; // drawn again with the next board; the person is using it
    const heads = boardHeader(this.app);
    for (const head of this.heads) head.remove();
    this.sheet.prepend(...heads);
    this.heads = heads;
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
      if (note && note.board === this.app.board) this.put(note);
      else this.drop(id);
      for (const zone of [before, note?.zone]) {
        const view = zone === undefined ? undefined : this.zones.get(zone);
        if (view) changed.add(view);
      }
    }
    for (const view of changed) this.settle(view);
    this.app.emit("placed");
  }

  // -- zones --------------------------------------------------------------------------------------

  private drawZone(zone: Zone): HTMLElement {
    const { app } = this;
    const title = make("h2", {}, typo(zone.title));
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
    const empty = make("p", { class: "empty" });
    empty.append(
      make("b", {}, t("Rien ici pour l'instant")),
      make("span", {}, t("Touchez la zone, ou appuyez sur"), " ", make("kbd", { class: "kbd" }, "N")),
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
        make("div", { class: "grow" }, title, prompt),
        make("div", { class: "pics" }, ...pictograms),
      ),
      list,
      empty,
      add,
    );
    const box = zoneBox(app.template, zone);
    section.style.left = `${box.left}px`;
    section.style.top = `${box.top}px`;
    section.style.width = `${box.width}px`;
    section.style.height = `${box.height}px`;
    section.addEventListener("focus", () => {
      app.activeZone = zone.id;
      app.emit("selection");
    });
    this.zones.set(zone.id, { zone, section, list, empty });
    return section;
  }

  create(zone: string, place?: [number, number]): void {
    const id = addNote(this.app, zone, "", place);
    if (id !== null) {
      this.flushNow();
      this.app.editing = id;
      this.app.select(id);
      this.app.emit("edit");
    }
  }

  /** Write what is waiting now: a note just made must be there to be opened. */
  flushNow(): void {
    cancelAnimationFrame(this.frame);
    this.flush();
  }

  private settle(view: ZoneView): void {
    const ordered = [...view.list.children] as HTMLLIElement[];
    const wanted = [...ordered].sort((a, b) => {
      const [one, two] = [a.dataset.order ?? "", b.dataset.order ?? ""];
      return one < two ? -1 : one > two ? 1 : (a.dataset.id ?? "") < (b.dataset.id ?? "") ? -1 : 1;
    });
    // moving the element that holds the focus would take it away: the others move around it
    if (wanted.some((item, at) => item !== ordered[at])) {
      const held = wanted.find((item) => item.contains(document.activeElement));
      const at = held === undefined ? -1 : wanted.indexOf(held);
      if (held !== undefined) for (const item of wanted.slice(0, at)) view.list.insertBefore(item, held);
      view.list.append(...wanted.slice(at + 1));
    }
    view.empty.hidden = wanted.length > 0;
    const name = tn("{zone}, {n} note", "{zone}, {n} notes", wanted.length, { zone: view.zone.title });
    view.section.setAttribute("aria-label", name);
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

  private put(note: Note): void {
    const view = this.zones.get(note.zone);
    if (!view) return;
    let item = this.items.get(note.id);
    if (!item) {
      item = make("li", { class: "note", tabindex: -1, "data-id": note.id });
      item.append(make("p", {}), make("footer", {}));
      this.items.set(note.id, item);
    }
    if (item.parentElement !== view.list) this.bring(item, view.list);
    item.dataset.order = note.order;
    const layout = this.app.layoutOf(view.zone);
    const { body, size } = layout;
    if (!item.classList.contains("lift")) {
      const at = toPixels(note.place, body, size);
      // a long note grows downwards, and up where the zone ends
      const lowest = body.top + body.height - noteHeight(layout, note.text);
      item.style.left = `${at.left}px`;
      item.style.top = `${Math.max(body.top, Math.min(at.top, lowest))}px`;
    }
    item.style.width = `${size.width}px`;
    item.style.minHeight = `${size.height}px`;
    item.style.fontSize = `${fontSize(layout, note.text)}px`;
    item.className = `note t-${note.colour}${item.className.replace(/^note|t-\w+/g, "").replace(/\s+/g, " ")}`;
    this.write(item, note);
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

  private write(item: HTMLLIElement, note: Note): void {
    const { app } = this;
    const author = app.authorName(note.by);
    const [text, footer] = [item.querySelector("p"), item.querySelector("footer")];
    if (text && text.textContent !== note.text) text.textContent = note.text;
    item.classList.toggle("folded", [...note.text].length > FOLD_CHARS);
    if (footer && footer.dataset.of !== `${author} ${note.colour}`) {
      footer.dataset.of = `${author} ${note.colour}`;
      const who = make("span", { class: "who" });
      who.append(icon(`mark-${MARKS[note.colour]}`, 11), author);
      footer.replaceChildren(who);
    }
    item.setAttribute("aria-label", t("Note de {author} : {text}", { author, text: note.text || t("vide") }));
  }

  private drop(id: string): void {
    const item = this.items.get(id);
    if (!item) return;
    const neighbour = item.nextElementSibling ?? item.previousElementSibling ?? item.closest("section");
    const focused = item.contains(document.activeElement);
    item.remove();
    this.items.delete(id);
    if (focused && neighbour instanceof HTMLElement) neighbour.focus({ preventScroll: true });
    if (this.app.selected === id) this.app.select(null);
  }
}
