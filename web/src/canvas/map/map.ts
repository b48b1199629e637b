// The community map: who is where on two axes, where they wish to go, and what each person would have answered.
// The plot, its rings and its table show the same notes.

import { html, render, type TemplateResult } from "lit";
import type { Atelier, ZonePart } from "../../board/atelier";
import type { BoardView } from "../../board/board-view";
import { openKindEditor } from "../../board/kind-editor";
import { openMoveDialog } from "../../board/move-dialog";
import { others } from "../../board/presence";
import { refused } from "../../board/zone-state";
import { boxOf } from "../../model/layout";
import { MARKS, type Note, type Zone } from "../../model/page";
import { t, tn } from "../../ui/i18n";
import { openMenu } from "../../ui/menu";
import { picture } from "../../ui/picture";
import { styled } from "../../ui/styled";
import { makePoint, nudge, placeAll, removePoint, setFields, setWish } from "./acts";
import { placingBar } from "./around";
import { boardView } from "./draw";
import { openPoint } from "./editor";
import {
  type Axes,
  type Box,
  circleIn,
  fromPlane,
  fromRings,
  moved,
  type Place,
  placeWords,
  toPlane,
  toRings,
} from "./geometry";
import { grab, type Moving, pressed } from "./gestures";
import { Placing } from "./placing";
import { MAP, type MapPoint, placeAt, readPoint, type Stage, type Wish } from "./points";
import { readMap } from "./read-map";
import { tableOf } from "./table";

export type Look = "plane" | "rings" | "table";

/** Room of the plot in its zone, and how large things are drawn. */
export interface Frame {
  width: number;
  height: number;
  plot: Box;
  scale: number;
}

const PHONE = matchMedia("(max-width: 43.75em)");
const RADII: Readonly<Record<string, number>> = {
  "1": 10,
  "2-10": 11,
  "11-100": 12.5,
  "101-1000": 14,
  over_1000: 15.5,
};
const RADIUS = 11.5;
/** How far beside the plot a point may be let go. */
const AROUND = 24;
const SIDE = 248;
/** Below this scale of the page, words around the plot would not be read. */
const READABLE = 11 / 13;
/** 12 px of the screen, in those of labels. */
const LEGIBLE = 12 / 13;
const MOST = 1.7;

interface Held {
  id: string;
  what: Moving;
  at: Place;
  /** None beside the plot: let go there, it waits again. */
  place: Place | null;
}

export class CommunityMap implements ZonePart {
  readonly placing: Placing;
  look: Look = "plane";
  stage: Stage = "today";
  selected: string | null = null;
  picked: { id: string; what: Moving } | null = null;
  held: Held | null = null;
  focused = false;
  points: readonly MapPoint[] = [];
  /** Notes of other kinds that lie here. */
  waiting: readonly Note[] = [];
  private zone: Zone | null = null;
  private host: HTMLElement | null = null;
  private pending = 0;
  private readonly sections = new WeakSet<HTMLElement>();

  constructor(
    readonly app: Atelier,
    readonly view: BoardView,
  ) {
    this.placing = new Placing(app, () => this.soon());
    for (const what of ["workshop", "link", "joined"]) app.on(what, () => this.soon());
    let zoom = this.zoom;
    app.on("scaled", () => {
      if (zoom !== this.zoom) this.soon();
      zoom = this.zoom;
    });
    let moving = false;
    app.on("presence", () => {
      const before = moving;
      moving = app.view === "board" && this.others().size > 0;
      if (moving || before) this.soon();
    });
  }

  get axes(): Axes {
    return this.zone?.axes as Axes;
  }

  // -- zone part ----------------------------------------------------------------------------------

  board(host: HTMLElement, zone: Zone, notes: readonly Note[], focused: boolean): boolean {
    this.host = host;
    this.focused = focused;
    if (!focused && this.look === "table") this.look = "plane"; // it has no room there
    this.read(zone, notes);
    this.draw();
    const section = host.parentElement;
    if (section !== null && !this.sections.has(section)) {
      this.sections.add(section);
      section.addEventListener("keydown", (event) => this.fromSection(section, event));
    }
    return true;
  }

  list(zone: Zone, notes: readonly Note[]): unknown {
    this.read(zone, notes);
    const counted = tn("{n} acteur", "{n} acteurs", this.points.length);
    return html`<div class="maplist">${placingBar(this)}
      ${
        this.points.length === 0
          ? ""
          : html`<details class="readmap" ?open=${PHONE.matches}><summary>${t("Voir les places, {actors}", { actors: counted })}</summary>${readMap(this)}</details>${tableOf(this)}`
      }</div>`;
  }

  create(): void {
    if (this.app.mayWrite && !refused(this.app, MAP.zone)) this.add(null);
  }

  private read(zone: Zone, notes: readonly Note[]): void {
    this.zone = zone;
    this.points = notes.filter(({ kind }) => kind === "point").map((note) => readPoint(this.app, note));
    this.waiting = notes.filter(({ kind }) => kind !== "point");
    if (this.held && this.app.note(this.held.id) === null) this.held = null;
    if (this.picked && this.app.note(this.picked.id) === null) this.picked = null;
  }

  // -- where things are -----------------------------------------------------------------------------

  private get zoom(): number {
    return Number(this.view.sheet.style.getPropertyValue("--scale")) || 1;
  }

  /** Too small for the words around the plot: names have all of the zone. */
  get small(): boolean {
    return !this.focused && this.zoom < READABLE;
  }

  /** Points that wait for a place, and notes that are no points yet. */
  get toPlace(): number {
    return this.points.filter((point) => this.shownAt(point) === null).length + this.waiting.length;
  }

  get frame(): Frame {
    const { width, height } = boxOf(this.app.template, this.zone as Zone, this.focused);
    const rings = this.look === "rings";
    const legible = LEGIBLE / this.zoom; // words grow as the page shrinks
    if (this.focused) {
      const left = rings ? 24 : 104;
      const top = 94;
      const below = rings ? 24 : 64;
      const plot = { left, top, width: width - left - SIDE - 24, height: height - top - below };
      return { width, height, plot, scale: Math.max(1.15, legible) };
    }
    const scale = Math.min(MOST, Math.max(1, legible));
    const words = this.small ? 12 : rings ? 6 : 38 * scale;
    const left = rings || this.small ? 12 : 84;
    const below = this.toPlace > 0 ? words + 26 * scale : words;
    return {
      width,
      height,
      plot: { left, top: 36, width: width - left - 12, height: height - 36 - below },
      scale,
    };
  }

  get mayAnswer(): boolean {
    return this.placing.mayAnswer;
  }

  mayMove(id: string): boolean {
    const note = this.app.note(id);
    return note !== null && (this.placing.open === null ? this.app.mayChange(note) : this.mayAnswer);
  }

  /** Where a point is; as long as each places for themselves, where this person has put it. */
  placeOf(point: MapPoint): Place | null {
    return this.placing.open === null ? point.place : this.placing.mine(point.id);
  }

  /** Where it is drawn now. */
  shownAt(point: MapPoint): Place | null {
    if (this.held?.id === point.id && this.moves(point, this.held.what) !== "arrow") return this.held.place;
    if (this.placing.open !== null) return this.placing.mine(point.id);
    return this.others().get(point.id) ?? placeAt(point, this.stage);
  }

  /** Points in other hands. */
  private others(): Map<string, Place> {
    const out = new Map<string, Place>();
    for (const { board, drag } of others(this.app).values())
      if (board === this.app.board && drag?.zone === MAP.zone)
        out.set(drag.note, { x: drag.place[0], y: drag.place[1] });
    return out;
  }

  /** All that is on the plot, in its pixels. */
  layout(
    places: ReadonlyMap<string, Place>,
    plot: Box = this.frame.plot,
    look: Look = this.look,
  ): Map<string, Place> {
    const { axes } = this;
    if (look === "rings")
      return toRings(
        axes,
        circleIn(plot),
        [...places].map(([id, place]) => ({ id, place })),
      );
    return new Map([...places].map(([id, place]) => [id, toPlane(axes, plot, place)]));
  }

  radius({ count }: MapPoint): number {
    return (RADII[count ?? ""] ?? RADIUS) * this.frame.scale;
  }

  /** Pixels of the zone, from those of the screen. */
  pixels(event: MouseEvent): Place {
    const box = this.host?.firstElementChild?.getBoundingClientRect();
    if (!box) return { x: 0, y: 0 };
    const scale = box.width / this.frame.width || 1;
    return { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale };
  }

  /** The place that is meant by pixels of the zone; none beside the plot. */
  private placeFrom({ x, y }: Place, before: Place | null): Place | null {
    const { plot } = this.frame;
    const beside =
      x < plot.left - AROUND ||
      y < plot.top - AROUND ||
      x > plot.left + plot.width + AROUND ||
      y > plot.top + plot.height + AROUND;
    if (beside) return null;
    return this.look === "rings"
      ? fromRings(this.axes, circleIn(plot), { x, y }, before)
      : fromPlane(this.axes, plot, { x, y });
  }

  /** What moving a point means: one that is shown at its wish moves the wish, and so does its arrow. */
  private moves(point: MapPoint, what: Moving): "place" | "wish" | "arrow" {
    if (this.placing.open !== null || point.place === null) return "place";
    if (what === "wish") return "arrow";
    return placeAt(point, this.stage) === point.place ? "place" : "wish";
  }

  // -- acts -----------------------------------------------------------------------------------------

  private point(id: string): MapPoint | undefined {
    const note = this.app.note(id); // newer than what is drawn
    return note === null ? undefined : readPoint(this.app, note);
  }

  hold(id: string, what: Moving, at: Place): void {
    const point = this.point(id);
    if (!point) return;
    this.held = { id, what, at, place: this.placeFrom(at, point.place) };
    this.selected = null;
    this.draw();
  }

  letGo(): void {
    this.held = null;
    this.draw();
  }

  drop(at: Place): void {
    const { held } = this;
    this.held = null;
    if (held === null) return;
    this.hand(held.id, held.what, at);
    this.draw();
  }

  /** Put what was dragged or picked where it was let go. */
  private hand(id: string, what: Moving, at: Place): void {
    const point = this.point(id);
    if (!point) return;
    const place = this.placeFrom(at, point.place);
    const to = this.moves(point, what);
    if (to === "place") this.put(id, place);
    else if (place !== null) this.wishes(id, place, point.wish?.horizon ?? this.nextStage());
    this.selected = null;
  }

  private nextStage(): Wish["horizon"] {
    return this.stage === "today" ? "2y" : this.stage;
  }

  put(id: string, place: Place | null): void {
    const point = this.point(id);
    if (!point) return;
    if (this.placing.open !== null) this.placing.answer(id, place);
    else if (!setFields(this.app, id, { x: place?.x, y: place?.y })) return;
    this.app.announcer.say(
      place === null
        ? t("{point} : à placer.", { point: point.label })
        : t("{point} : {place}.", { point: point.label, place: placeWords(this.axes, place) }),
    );
  }

  wishes(id: string, place: Place, horizon: Wish["horizon"]): void {
    const point = this.point(id);
    if (!point || !setWish(this.app, id, { ...place, horizon })) return;
    this.app.announcer.say(
      t("{point} vise : {place}.", { point: point.label, place: placeWords(this.axes, place) }),
    );
  }

  step(id: string, dx: number, dy: number): void {
    const point = this.point(id);
    const place = point && (this.placeOf(point) ?? { x: 0, y: 0 });
    if (!place || !this.mayMove(id)) return;
    const to = moved(place, dx, dy);
    if (this.placing.open !== null) this.placing.answer(id, to);
    else nudge(this.app, id, to);
    this.app.announcer.say(placeWords(this.axes, to));
  }

  toMiddle(ids: readonly string[]): void {
    const places = new Map<string, Place>();
    for (const id of ids) {
      const spread = this.placing.spread(id);
      if (spread !== null) places.set(id, spread.median);
    }
    placeAll(this.app, places);
    this.app.announcer.say(tn("{n} point placé au milieu.", "{n} points placés au milieu.", places.size));
  }

  add(place: Place | null): void {
    const secret = this.placing.open !== null;
    openPoint(this.app, this.axes, {
      id: null,
      place: secret ? null : place,
      made: (id) => {
        if (secret && place !== null) this.placing.answer(id, place);
        this.view.flushNow();
        this.soon();
        requestAnimationFrame(() => this.focus(id));
      },
    });
  }

  edit(id: string, focus: "label" | "x" | "wish" = "label"): void {
    const point = this.point(id);
    if (!point) return;
    const secret = this.placing.open !== null;
    openPoint(this.app, this.axes, {
      id,
      focus,
      place: this.placeOf(point),
      ...(secret ? { answer: (place: Place | null) => this.put(id, place) } : {}),
    });
  }

  remove(id: string): void {
    removePoint(this.app, id);
  }

  pick(id: string, what: Moving): void {
    if (!this.mayMove(id)) return;
    this.picked = { id, what };
    this.app.tool = "select";
    this.app.emit("selection");
    this.app.announcer.say(
      what === "wish"
        ? t("Touchez la place visée, Échap pour la laisser.")
        : t("Point pris. Touchez sa place, Échap pour le laisser."),
    );
    this.draw();
  }

  /** Leave what is under way, then the point itself. */
  leave(): void {
    const section = this.host?.parentElement;
    if (this.picked !== null) this.app.announcer.say(t("Rien n'a bougé."));
    else if (this.selected === null) section?.focus();
    this.picked = this.selected = null;
    this.draw();
  }

  menu(id: string, at: HTMLElement): void {
    const { app } = this;
    openMenu(at, t("Autres actions"), [
      { label: t("Type de note…"), icon: "shapes", done: () => openKindEditor(app, id) },
      { label: t("Déplacer vers…"), icon: "corner-up-right", done: () => openMoveDialog(app, id) },
      { label: t("Supprimer"), icon: "trash", done: () => this.remove(id) },
    ]);
  }

  /** What can be done with a note that is no point yet. */
  noteMenu(id: string, at: HTMLElement): void {
    const { app } = this;
    openMenu(at, t("Note à reprendre"), [
      { label: t("En faire un point"), icon: "map-pin", done: () => makePoint(app, id) },
      { label: t("Déplacer vers…"), icon: "corner-up-right", done: () => openMoveDialog(app, id) },
      { label: t("Supprimer"), icon: "trash", done: () => this.remove(id) },
    ]);
  }

  shareDrag(id: string, place: Place): void {
    if (this.placing.open !== null) return; // nobody else sees where this person places
    this.app.share({ drag: { note: id, zone: MAP.zone, place: [place.x, place.y], others: [] } });
  }

  show(look: Look): void {
    this.look = look;
    this.picked = null;
    if (look === "table" && !this.focused) this.app.focusZone(MAP.zone);
    else this.draw();
  }

  at(stage: Stage): void {
    this.stage = stage;
    this.draw();
  }

  // -- events of the plot -----------------------------------------------------------------------------

  readonly down = (event: PointerEvent) => {
    const inPlot = (event.target as Element).closest(".plot, .mapside, .mapstrip, .maptable") !== null;
    if (inPlot && event.pointerType === "mouse" && event.button === 0) event.stopPropagation();
    grab(this, event);
  };

  readonly moving = (event: PointerEvent) => {
    // others would see by the cursor where this person places
    if (this.placing.open !== null && event.pointerType !== "touch") event.stopPropagation();
  };

  /** Nor by where it was last seen. */
  readonly comes = () => {
    if (this.placing.open !== null) this.app.share({ cursor: null });
  };

  readonly clicked = (event: MouseEvent) => {
    const target = event.target as Element;
    const handle = target.closest<HTMLElement>("[data-moves]");
    const id = handle?.closest<HTMLElement>("[data-id]")?.dataset.id;
    if (target.closest(".mbar, .maptools, .mapside button, .mapstrip .other, .maptable, .placing")) return;
    event.stopPropagation();
    if (this.picked !== null) {
      const { id: taken, what } = this.picked;
      this.picked = null;
      if (id !== taken || what === "wish") this.hand(taken, what, this.pixels(event));
      this.draw();
      this.focus(taken);
    } else if (id !== undefined) {
      if (this.app.tool === "move") this.pick(id, "place");
      else this.selected = this.selected === id ? null : id;
      this.draw();
    } else if (this.app.tool === "note" && target.closest(".plot")) {
      this.app.tool = "select";
      this.app.emit("selection");
      this.ground(event);
    } else {
      this.selected = null;
      this.draw();
    }
  };

  readonly doubled = (event: MouseEvent) => {
    const target = event.target as Element;
    if (target.closest("input, select, button:not([data-moves])")) return event.stopPropagation();
    const id = target.closest<HTMLElement>("[data-id]")?.dataset.id;
    if (id !== undefined) this.edit(id);
    else if (target.closest(".plot")) this.ground(event);
    else return;
    event.stopPropagation();
  };

  /** A new point, there. */
  private ground(event: MouseEvent): void {
    if (!this.app.mayWrite || refused(this.app, MAP.zone)) return;
    this.add(this.placeFrom(this.pixels(event), null));
  }

  readonly keyed = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (target.closest("input, select, textarea")) return;
    const id = target.matches("[data-moves]")
      ? target.closest<HTMLElement>("[data-id]")?.dataset.id
      : undefined;
    const mine =
      id !== undefined
        ? pressed(this, id, event)
        : event.key === "Escape" && this.picked !== null && this.left();
    if (!mine) return;
    event.preventDefault();
    event.stopPropagation();
  };

  private left(): boolean {
    this.leave();
    return true;
  }

  private fromSection(section: HTMLElement, event: KeyboardEvent): void {
    if (event.target !== section || event.ctrlKey || event.metaKey || event.altKey) return;
    const first = section.querySelector<HTMLElement>(".mp > button[data-moves]");
    if ((event.key !== "ArrowDown" && event.key !== "ArrowRight") || first === null) return;
    event.preventDefault();
    event.stopPropagation();
    first.focus();
  }

  readonly entered = (event: FocusEvent) => {
    this.app.activeZone = MAP.zone;
    const id = (event.target as Element).closest<HTMLElement>(".mp[data-id]")?.dataset.id ?? null;
    if (this.selected === null || this.selected === id) return;
    this.selected = null;
    this.soon();
  };

  next(id: string, by: 1 | -1): void {
    const all = [...(this.host?.querySelectorAll<HTMLElement>(".mp[data-id] > button[data-moves]") ?? [])];
    const at = all.findIndex((one) => one.closest<HTMLElement>("[data-id]")?.dataset.id === id);
    (all[at + by] ?? (by < 0 ? this.host?.parentElement : all[at]))?.focus();
  }

  private focus(id: string): void {
    const place = `.mp[data-id="${CSS.escape(id)}"] > button[data-moves]`;
    this.host?.querySelector<HTMLElement>(place)?.focus({ preventScroll: true });
  }

  // -- drawing ----------------------------------------------------------------------------------------

  /** The paper and shape of a point. */
  dot(point: MapPoint): TemplateResult {
    return html`<span class="mdot c-${point.colour} k-${point.colour} ${point.invited ? "invited" : ""}" aria-hidden="true"
      ${styled({ "--r": `${this.radius(point)}px` })}>${picture(`mark-${MARKS[point.colour]}`, 12)}</span>`;
  }

  soon(): void {
    if (this.pending === 0)
      this.pending = requestAnimationFrame(() => {
        this.pending = 0;
        this.draw();
      });
  }

  draw(): void {
    const { app, host, zone } = this;
    if (app.view === "list") {
      if (zone !== null && app.board === MAP.board) app.emit("votes"); // the list draws itself again
      return;
    }
    if (host?.isConnected && zone !== null && app.board === MAP.board) {
      this.read(zone, app.notesByZone().get(zone.id) ?? []);
      render(boardView(this), host);
    }
  }
}

export function attachMap(app: Atelier, view: BoardView): void {
  app.zoneParts.set(`${MAP.board}.${MAP.zone}`, new CommunityMap(app, view));
}
