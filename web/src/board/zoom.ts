// How large the board is shown and which part of it: fitted to the window unless somebody zooms, 50 to 400 %.
// The window scrolls as any other; only its size and place are counted here, so that no gesture waits for layout.

import {
  clampScroll,
  fitScale,
  type Ground,
  groundOf,
  heightScale,
  type Margins,
  type Point,
  pointAt,
  scrollFor,
  seen,
} from "../model/camera";
import { type Box, gridOf, pageSize, type Size } from "../model/layout";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";

const LEAST = 0.5;
const MOST = 4;
const STEP = 1.2;
/** Below this scale a page shows the titles of its zones and how much is in them. */
const FAR = 0.35;
/** The smallest text of notes is 13 px; under 11 on the screen it is not read any more. */
const READABLE = 11 / 13;
/** A gesture is over when nothing has moved for so long. */
const STILL_MS = 160;
/** One notch of a wheel is one step; a trackpad sends many small ones. */
const MOST_OF_A_WHEEL = 18;
const A_LINE = 16;
/** Lanes that add no more to a page than this part of it do not make it long: it is still seen whole. */
const LITTLE = 0.15;

const PHONE = matchMedia("(max-width: 43.75em)");

/** As the board opens, seen whole, or as somebody looks at it. */
type Look = "opened" | "whole" | "free";

export class Zoom {
  scale = 1;
  private look: Look = "opened";
  private window: Size = { width: 0, height: 0 };
  private ground: Ground = { left: 0, top: 0, width: 0, height: 0 };
  private scroll: Point = { x: 0, y: 0 };
  /** What is shown: both faces of a sheet are looked at from the same place. */
  private shown = "";
  /** How the board was looked at before one zone of it filled the window. */
  private before: { look: Look; scale: number; centre: Point; scroll: Point } | null = null;
  /** Gives the host the size of the ground. */
  private readonly edge = make("div", { class: "edge", "aria-hidden": "true" });
  private readonly watchers = new Set<() => void>();
  private still: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly app: Atelier,
    readonly view: BoardView,
    private readonly label: HTMLElement,
  ) {
    const { host } = view;
    new ResizeObserver(() => this.resized()).observe(host);
    host.addEventListener("scroll", () => this.scrolled(), { passive: true });
    host.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    host.addEventListener("click", (event) => this.approach(event), { capture: true });
    host.addEventListener("focusin", (event) => {
      const item = (event.target as Element).closest("li.note");
      if (item && this.far) this.lookAt(item.closest("section.zone"));
    });
    for (const what of ["placed", "joined"]) app.on(what, () => this.count());
    app.on("focus", () => this.alone());
    app.on("resized", () => {
      const { x, y } = this.scroll;
      this.open();
      this.scrollTo(clampScroll(this.ground, this.window, { x, y }));
    });
  }

  /** Call `then` whenever another part of the page is seen, or at another scale. */
  onMoved(then: () => void): () => void {
    this.watchers.add(then);
    return () => this.watchers.delete(then);
  }

  /** The board was drawn: as it was looked at before when it is the same, else from the start. */
  open(): void {
    const { template } = this.app;
    const page = template.sheet === null ? template.id : String(template.sheet);
    const centre = this.centre();
    if (page !== this.shown) this.look = "opened";
    if (this.app.focusedZone === null) this.before = null;
    this.shown = page;
    this.measure();
    this.again(centre);
  }

  /** A zone that is looked at alone is seen whole from its top, wherever the board was; then the board is there again. */
  private alone(): void {
    if (this.app.focusedZone !== null) {
      this.before ??= { look: this.look, scale: this.scale, centre: this.centre(), scroll: this.scroll };
      this.look = "whole";
      this.measure();
      this.again(this.centre());
    } else if (this.before !== null) {
      const { look, scale, centre, scroll } = this.before;
      this.before = null;
      this.look = look;
      this.scale = scale;
      this.again(centre);
      if (look !== "free") this.scrollTo(clampScroll(this.ground, this.window, scroll));
    }
  }

  /** See the page whole. */
  fit(): void {
    this.look = "whole";
    this.measure();
    this.again(this.centre());
    this.say();
  }

  in(): void {
    this.to(this.scale * STEP);
    this.say();
  }

  out(): void {
    this.to(this.scale / STEP);
    this.say();
  }

  actualSize(): void {
    this.to(1);
    this.say();
  }

  /** Another scale; the point of the page under `around`, or in the middle, stays where it is. */
  to(scale: number, around?: { clientX: number; clientY: number }): void {
    const at = around ? this.inWindow(around) : this.middle();
    const point = pointAt(this.ground, this.scroll, this.scale, at);
    this.pinch(scale, point, at);
  }

  /** Show a point of the page under a point of the window. */
  pinch(scale: number, point: Point, at: Point): void {
    this.look = "free";
    this.moving();
    this.apply(Math.min(MOST, Math.max(this.least, scale)), point, at);
  }

  panBy(dx: number, dy: number): void {
    this.moving();
    this.scrollTo(clampScroll(this.ground, this.window, { x: this.scroll.x + dx, y: this.scroll.y + dy }));
  }

  centreOn(point: Point): void {
    this.moving();
    this.scrollTo(scrollFor(this.ground, this.window, this.scale, point, this.middle()));
  }

  /** Whether there is more of the page than the window shows. */
  get canPan(): boolean {
    return this.ground.width > this.window.width || this.ground.height > this.window.height;
  }

  /** Whether somebody has left the view the board opens with. */
  get zoomed(): boolean {
    return this.look === "free" && this.canPan;
  }

  get seen(): Box {
    return seen(this.ground, this.window, this.scroll, this.scale);
  }

  /** Where in the window something of the screen is. */
  inWindow(at: { clientX: number; clientY: number }): Point {
    const box = this.view.host.getBoundingClientRect();
    return { x: at.clientX - box.left, y: at.clientY - box.top };
  }

  /** The point of the page there. */
  pointAt(at: Point): Point {
    return pointAt(this.ground, this.scroll, this.scale, at);
  }

  // -- inside -------------------------------------------------------------------------------------

  private get page(): Size {
    return pageSize(this.app.template, this.app.focusedZone !== null);
  }

  private get grown(): number {
    const { template } = this.app;
    const grown = gridOf(template) && this.app.focusedZone === null ? (template.grown ?? 0) : 0;
    return grown > this.page.height * LITTLE ? grown : 0;
  }

  private get margins(): Margins {
    if (PHONE.matches) return { x: 8, top: this.app.template.side === "je" ? 48 : 8, bottom: 84 };
    // a canvas holds more than a sheet: it gets what room there is
    return {
      x: this.app.template.sheet === null ? 12 : 28,
      top: this.app.template.side === "je" ? 48 : 16,
      bottom: 84,
    };
  }

  /** Half the size, or less where the whole page needs less. */
  private get least(): number {
    return Math.min(LEAST, fitScale(this.page, this.window, this.margins));
  }

  private get far(): boolean {
    return this.scale < FAR;
  }

  private middle(): Point {
    return { x: this.window.width / 2, y: this.window.height / 2 };
  }

  private centre(): Point {
    return pointAt(this.ground, this.scroll, this.scale, this.middle());
  }

  private measure(): void {
    const { host } = this.view;
    if (host.clientWidth > 0) this.window = { width: host.clientWidth, height: host.clientHeight };
  }

  /** Show it the way it is looked at, in a window that may be another. */
  private again(centre: Point): void {
    if (this.look === "free") {
      this.apply(this.scale, centre, this.middle());
      return;
    }
    const corner = { x: 0, y: 0 };
    const whole = fitScale(this.page, this.window, this.margins);
    // a phone opens a page as high as its window, and so that it can be read; the rest is a swipe away
    const high = heightScale(this.page, this.window, this.margins);
    const read = Math.min(1, Math.max(whole, high, READABLE));
    // many lanes make a page long: it opens as it would with a few, and the rest is a scroll away
    const { width, height } = this.page;
    const long = fitScale({ width, height: height - this.grown }, this.window, this.margins);
    const opened = PHONE.matches ? read : this.grown > 0 ? long : whole;
    this.apply(this.look === "opened" ? opened : whole, corner, corner);
  }

  private resized(): void {
    const centre = this.centre();
    const before = this.window;
    this.measure();
    if (this.view.host.hidden || this.shown === "") return;
    if (before.width !== this.window.width || before.height !== this.window.height) this.again(centre);
  }

  private scrolled(): void {
    const { host } = this.view;
    if (host.hidden) return;
    const [x, y] = [host.scrollLeft, host.scrollTop];
    // what was asked for is finer than what a browser tells
    if (Math.abs(x - this.scroll.x) >= 1 || Math.abs(y - this.scroll.y) >= 1) this.scroll = { x, y };
    this.tell();
  }

  private scrollTo(scroll: Point): void {
    this.scroll = scroll;
    this.view.host.scrollLeft = scroll.x;
    this.view.host.scrollTop = scroll.y;
    this.tell();
  }

  private apply(scale: number, point: Point, at: Point): void {
    this.scale = scale;
    const { host, sheet } = this.view;
    this.ground = groundOf(this.page, this.window, this.margins, scale);
    const { left, top, width, height } = this.ground;
    sheet.style.translate = `${left}px ${top}px`;
    sheet.style.transform = `scale(${scale})`;
    this.edge.style.width = `${width}px`;
    this.edge.style.height = `${height}px`;
    if (this.edge.parentElement !== host) host.append(this.edge);
    if (this.still === undefined) this.settle();
    this.scrollTo(scrollFor(this.ground, this.window, scale, point, at));
    this.label.textContent = this.words;
  }

  /** A board that can be scrolled can be reached by the keyboard, whose arrows then scroll it. */
  private reach(): void {
    const { host } = this.view;
    if (!this.canPan) {
      for (const name of ["tabindex", "role", "aria-label"]) host.removeAttribute(name);
      return;
    }
    host.tabIndex = 0;
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", t("Support agrandi : les flèches le font défiler"));
  }

  private get words(): string {
    if (this.scale === fitScale(this.page, this.window, this.margins)) return t("Ajusté");
    return this.scale.toLocaleString(document.documentElement.lang, { style: "percent" });
  }

  private say(): void {
    this.app.announcer.say(t("Zoom : {scale}", { scale: this.words }));
  }

  private tell(): void {
    for (const then of this.watchers) then();
  }

  /** While it moves, the page is one picture that is pushed about; it is drawn sharp when it lies still. */
  private moving(): void {
    const { host } = this.view;
    if (this.still === undefined) host.classList.add("moving");
    clearTimeout(this.still);
    this.still = setTimeout(() => {
      this.still = undefined;
      host.classList.remove("moving");
      this.settle();
    }, STILL_MS);
  }

  /** What depends on the scale and would be too much for every frame of a gesture. */
  private settle(): void {
    const { sheet } = this.view;
    const small = !this.far && this.scale < READABLE;
    sheet.classList.toggle("far", this.far);
    sheet.classList.toggle("small", small);
    sheet.style.setProperty("--scale", String(this.scale));
    this.app.emit("scaled");
    this.reach();
    this.count();
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return; // scrolls by itself
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : A_LINE;
    const way = Math.min(MOST_OF_A_WHEEL, Math.max(-MOST_OF_A_WHEEL, event.deltaY * lines));
    this.to(this.scale * Math.exp(-way / 100), event);
  }

  // -- from far away ------------------------------------------------------------------------------

  /** A press on a zone that shows no more than its title goes there. */
  private approach(event: MouseEvent): void {
    const section = (event.target as Element).closest("section.zone");
    if (!this.far || section === null) return;
    event.stopPropagation();
    event.preventDefault();
    this.lookAt(section);
  }

  private lookAt(section: Element | null): void {
    if (!(section instanceof HTMLElement)) return;
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = section;
    const room = (this.window.width - 2 * this.margins.x) / offsetWidth;
    this.look = "free";
    this.apply(
      Math.max(LEAST, Math.min(1, room)),
      { x: offsetLeft + offsetWidth / 2, y: offsetTop + offsetHeight / 2 },
      this.middle(),
    );
  }

  /** How many notes a zone holds, for its title from far away. */
  private count(): void {
    if (!this.far) return;
    const notes = this.app.notesByZone();
    for (const { id } of this.app.template.zones) {
      const header = this.view.section(id)?.querySelector("header");
      if (header) header.dataset.count = tn("{n} note", "{n} notes", notes.get(id)?.length ?? 0);
    }
  }
}
