// « Relire l'atelier »: each room played again from its log, moment by moment, with its instants to go back to.

import { html, nothing, render, svg, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Template } from "../../model/page";
import { nameOf } from "../../model/stakeholders";
import { shortName } from "../../model/trace";
import { clock, day, t, tn, typo } from "../../ui/i18n";
import { picture } from "../../ui/picture";
import { styled } from "../../ui/styled";
import type { Desk } from "../desk";
import { askText, question } from "../parts";
import { countWords, Drawing, inWords, type Names, numberOf, wordsOf } from "./board";
import { inModules, kindOf, kindOfRoom, type Place, placesOf, shortBoard, shortStep } from "./places";
import { openRestore } from "./restore";
import {
  boardOf,
  type Frame,
  type Instant,
  Scale,
  type State,
  type Timeline,
  Track,
  type TrackAnswer,
} from "./track";

const SPEEDS = [1, 8, 64, 256];
const TICK_MS = 100;
/** A silence is played as if it lasted so long. */
const SILENCE_MS = 1_500;
const BEFORE_MS = 300_000;
const SAY_EVERY_MS = 4_000;
/** Positions of the slider. */
const SLIDER = 1_000;
const LOOK_BACK = 60;
const NAME_CHARS = 80;
/** What a letter of a step's name takes of the line, and what is left beside the name. */
const LETTER = 0.0115;
const MARGIN = 0.016;
/** When rooms are read after somebody was erased: they are written anew meanwhile, and nobody is told of the end. */
const ANEW_MS = [0, 2_000, 10_000];

export class Replay {
  private readonly stage = document.createElement("div");
  private readonly drawing: Drawing;
  private templates: Template[] = [];
  private place: string;
  private room: string;
  /** The board that is shown; empty: wherever something happens. */
  private chosen = "";
  private followed = "";
  private timeline: Timeline | null = null;
  private scale: Scale | null = null;
  private tracks: Track[] = [];
  private track: Track | null = null;
  private at = 0;
  private index = -1;
  private problem = "";
  private loading = true;
  private speed = 8;
  private playing: ReturnType<typeof setInterval> | undefined;
  private played = 0;
  private asked = 0;
  private moves = 0;
  private spoken = "";
  /** What the last act came to, until something else is done. */
  private outcome = "";
  private spokenAt = 0;
  private listed = false;
  /** Whether the instants are shown. */
  private unfolded = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly desk: Desk,
  ) {
    this.stage.className = "rstage";
    this.stage.setAttribute("aria-hidden", "true");
    this.drawing = new Drawing(this.stage, this.names());
    const places = placesOf(desk.workshop);
    const kept = this.kept();
    const before = places.find(({ id, rooms }) => id === kept.place && rooms.includes(kept.room ?? ""));
    const first = before ?? places.find(({ id }) => id === "plenary") ?? places[0];
    this.place = first?.id ?? "";
    this.room = (before && kept.room) ?? first?.rooms.at(-1) ?? "";
    this.speed = SPEEDS.find((speed) => speed === kept.speed) ?? 8;
    if (before !== undefined) {
      this.chosen = kept.chosen ?? "";
      void this.open(this.room, kept.at ?? undefined);
    } else void this.openPlace(first);
    addEventListener("visibilitychange", () => {
      if (document.hidden) this.pause();
    });
    addEventListener("pagehide", () => this.keepPlace());
    addEventListener("online", () => {
      if (this.problem) void this.refresh();
    });
    this.follows();
  }

  private names(): Names {
    const { desk } = this;
    const templateOf = (board: string) => this.templateOf(board);
    return {
      person: (id) => this.nameOf(id),
      stakeholder: (id) => nameOf(desk.workshop, id) ?? "",
      origin: (origin) => shortName({ workshop: desk.workshop, templateOf }, origin),
      number: (template, zone) => numberOf(template, zone, this.templates),
    };
  }

  // -- what outlives a reload -------------------------------------------------------------------------

  private get key(): string {
    return `tablee-replay-${this.desk.workshop.id}`;
  }

  private kept(): { place?: string; room?: string; chosen?: string; at?: number | null; speed?: number } {
    return JSON.parse(sessionStorage.getItem(this.key) ?? "{}");
  }

  private keepPlace(): void {
    const { place, room, chosen, speed } = this;
    const kept = { place, room, chosen, speed, at: this.isAtEnd ? null : this.at };
    sessionStorage.setItem(this.key, JSON.stringify(kept));
  }

  // -- what is fetched --------------------------------------------------------------------------------

  /** The latest of its rooms in which something was written. */
  private async openPlace(place: Place | undefined): Promise<void> {
    for (const room of [...(place?.rooms ?? [])].reverse()) {
      await this.open(room);
      if (this.room !== room || this.problem || (this.timeline?.n ?? 0) > 0) return;
    }
  }

  /** Ask again for what is shown, and stay there; whoever is at its end goes on with it. */
  async refresh(): Promise<void> {
    if ((this.timeline?.n ?? 0) === 0) await this.openPlace(this.placeNow);
    else await this.open(this.room, undefined, true);
  }

  /** What was read is not the past any more once the workshop was closed, or somebody erased. */
  private follows(): void {
    const { workshop } = this.desk;
    let [status, people] = [workshop.status, workshop.people.map(({ id }) => id)];
    this.desk.onChange(() => {
      const now = this.desk.workshop;
      const there = new Set(now.people.map(({ id }) => id));
      const gone = people.some((id) => !there.has(id));
      const turned = now.status !== status;
      [status, people] = [now.status, [...there]];
      for (const wait of gone ? ANEW_MS : turned ? [0] : []) setTimeout(() => void this.refresh(), wait);
    });
  }

  private get placeNow(): Place | undefined {
    return placesOf(this.desk.workshop).find(({ id }) => id === this.place);
  }

  private get isAtEnd(): boolean {
    return this.timeline === null || this.at >= this.timeline.to;
  }

  /**
   * `at`: where to go. `same`: the room that is shown, which stays meanwhile; one stays where one is by the time
   * it was read, or at its end.
   */
  private async open(room: string, at?: number, same = false): Promise<void> {
    const mine = ++this.asked;
    this.pause();
    this.problem = this.outcome = "";
    if (!same) {
      const gone = { timeline: null, track: null, tracks: [], loading: true, followed: "" };
      Object.assign(this, { room, ...gone });
    }
    this.paint();
    try {
      if (this.templates.length === 0) {
        const found = await this.get<{ templates: Template[] }>(
          `/api/workshops/${this.desk.workshop.id}/templates`,
        );
        this.templates = found.templates;
      }
      const timeline = await this.get<Timeline>(`/api/rooms/${room}/history`);
      if (mine !== this.asked) return;
      const track = timeline.n > 0 ? await this.fetchTrack(room, timeline.from - 1) : null;
      if (mine !== this.asked) return;
      const goal = at ?? (same && !this.isAtEnd ? this.at : timeline.to);
      Object.assign(this, {
        timeline,
        scale: new Scale(timeline),
        track: null,
        tracks: track ? [track] : [],
      });
      if (track) await this.go(goal);
    } catch (error) {
      if (mine === this.asked) this.problem = error instanceof Refused ? error.message : unreachable();
    }
    if (mine !== this.asked) return;
    this.loading = false;
    this.paint();
  }

  private async get<T>(path: string): Promise<T> {
    const join = path.includes("?") ? "&" : "?";
    const answer = await fetch(`${path}${join}lang=${this.desk.data.language}`, { cache: "no-store" });
    if (answer.ok) return (await answer.json()) as T;
    const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string };
    throw new Refused(detail ?? unreachable());
  }

  private async fetchTrack(room: string, from: number): Promise<Track> {
    const path = `/api/rooms/${room}/history/track?from=${Math.max(0, from)}`;
    return new Track(await this.get<TrackAnswer>(path), from);
  }

  // -- where it is ------------------------------------------------------------------------------------

  /** The last that says something: what the server keeps up later is no news of its own. */
  private get frame(): Frame | null {
    return this.track?.frames[this.track.toldAt(this.index)] ?? null;
  }

  private get state(): State {
    return this.track?.stateAt(this.index) ?? {};
  }

  /** Go to a time; what is not here yet is fetched. */
  private async go(at: number): Promise<void> {
    const { timeline } = this;
    if (timeline === null) return;
    const mine = ++this.moves;
    const time = Math.round(Math.min(timeline.to, Math.max(timeline.from - 1, at)));
    let track = this.track?.holds(time) ? this.track : this.tracks.find((one) => one.holds(time));
    if (track === undefined) {
      const follows = this.tracks.find(({ end }) => end < time && time - end < BEFORE_MS);
      track = await this.fetchTrack(this.room, follows?.end ?? time - BEFORE_MS);
      if (timeline !== this.timeline) return; // it was read again
      this.tracks = [track, ...this.tracks].slice(0, 8);
      if (mine !== this.moves) return; // somewhere else by now
    }
    this.track = track;
    this.at = time;
    this.index = track.indexAt(time);
    this.follow();
    this.paint();
  }

  private follow(): void {
    const { track } = this;
    if (track === null) return;
    for (let at = this.index; at >= Math.max(0, this.index - LOOK_BACK); at--) {
      const frame = track.frames[at] as Frame;
      const board = frame.said && boardOf(frame, at > 0 ? track.stateAt(at - 1) : {});
      if (board && this.templateOf(board) !== null) {
        this.followed = board;
        break;
      }
    }
    track.stateAt(this.index);
    if (this.followed === "") this.followed = this.boards(this.room)[0] ?? "";
  }

  private async jump(at: number): Promise<void> {
    this.outcome = "";
    try {
      await this.go(at);
      this.say(true);
    } catch (error) {
      this.fail(error);
    }
  }

  private next(): void {
    const { track, timeline } = this;
    if (track === null || timeline === null) return;
    const frame = track.frames[track.toldAfter(this.index)];
    void this.jump(frame?.at ?? (track.end < timeline.to ? track.end + 1 : timeline.to));
  }

  private previous(): void {
    const { track, timeline } = this;
    if (track === null || timeline === null) return;
    const frame = track.frames[track.toldAt(track.toldAt(this.index) - 1)];
    void this.jump(frame?.at ?? track.from - 1);
  }

  private step(by: 1 | -1): void {
    const { timeline, at } = this;
    if (timeline === null) return;
    const marks = [timeline.from, ...timeline.steps.map((step) => step.at), timeline.to];
    const found = by > 0 ? marks.find((mark) => mark > at) : marks.findLast((mark) => mark < at);
    void this.jump(found ?? (by > 0 ? timeline.to : timeline.from - 1));
  }

  // -- playing ----------------------------------------------------------------------------------------

  private play(): void {
    const { timeline } = this;
    if (timeline === null || this.playing !== undefined) return;
    const begin = this.at >= timeline.to ? this.go(timeline.from - 1) : Promise.resolve();
    this.played = performance.now();
    this.outcome = "";
    let busy = false;
    this.playing = setInterval(() => {
      if (busy) return;
      busy = true;
      const now = performance.now();
      const passed = (now - this.played) * this.speed;
      this.played = now;
      void this.advance(passed)
        .catch((error) => this.fail(error))
        .finally(() => {
          busy = false;
        });
    }, TICK_MS);
    void begin.catch((error) => this.fail(error));
    this.paint();
  }

  private async advance(passed: number): Promise<void> {
    const { timeline, track } = this;
    if (timeline === null || track === null) return;
    const coming = track.frames[track.toldAfter(this.index)];
    const silence = SILENCE_MS * this.speed;
    const until = coming?.at ?? track.end + 1;
    // where nothing happens for long, the time runs on to just before something does
    await this.go(Math.max(this.at + passed, until - silence));
    if (this.at >= timeline.to) {
      this.pause();
      this.paint();
    }
    this.say(this.playing === undefined);
  }

  private pause(): void {
    clearInterval(this.playing);
    this.playing = undefined;
  }

  private toggle(): void {
    if (this.playing === undefined) {
      this.play();
      return;
    }
    this.pause();
    this.paint();
  }

  private faster(): void {
    this.speed = SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length] ?? 1;
    this.paint();
  }

  private fail(error: unknown): void {
    this.pause();
    this.problem = error instanceof Refused ? error.message : unreachable();
    this.paint();
  }

  /** What a screen reader is told: at once when somebody goes there, now and then while it plays. */
  private say(atOnce: boolean): void {
    const words = this.words();
    const now = performance.now();
    if (words === "" || (!atOnce && (now - this.spokenAt < SAY_EVERY_MS || words === this.spoken))) return;
    this.spoken = words;
    this.spokenAt = now;
    this.paint();
  }

  // -- instants ---------------------------------------------------------------------------------------

  private keep(): void {
    const { at, room } = this;
    this.pause();
    this.paint();
    askText(
      t("Garder cet instant"),
      t("Nom de l'instant, {time}", { time: this.timeOf(at) }),
      "",
      NAME_CHARS,
      t("Garder"),
      async (name) => {
        const kept = await this.send(`/api/rooms/${room}/history`, { name, at });
        this.unfolded = true;
        if (kept) await this.again(t("Instant gardé : {name}.", { name }));
      },
    );
  }

  private drop(instant: Instant): void {
    question(
      t("Retirer l'instant « {name} » ?", { name: this.instantName(instant) }),
      t("Les notes ne changent pas ; seul ce repère est retiré."),
      t("Retirer"),
      async () => {
        const done = await this.desk.ask({ type: "instant.drop", room: this.room, instant: instant.id });
        if (done) await this.again(t("Instant retiré."));
      },
    );
  }

  /** `instant`: go there first, so that what is shown is what would come back. */
  private async restore(instant: Instant | null): Promise<void> {
    this.pause();
    if (instant !== null) await this.jump(instant.at);
    const { at, board, room } = this;
    openRestore({
      room,
      roomName: this.placeNow?.name ?? "",
      instant: instant?.id ?? `@${at}`,
      title:
        instant === null
          ? t("Restaurer l'état de {when}", { when: this.timeOf(at) })
          : t("Restaurer « {name} », {when}", { name: this.instantName(instant), when: this.timeOf(at) }),
      board,
      boards: this.boards(room).flatMap((id) => {
        const template = this.templateOf(id);
        return template === null ? [] : [{ id, name: this.boardName(id), template }];
      }),
      language: this.desk.data.language,
      nameOf: (person) => this.nameOf(person),
      timeOf: (one) => this.timeOf(one),
      numberOf: (template, zone) => numberOf(template, zone, this.templates),
      done: (words) => void this.again(words, true),
    });
  }

  /** Read the room again, and stay where it was, or go to its end. */
  private async again(words: string, toTheEnd = false): Promise<void> {
    await this.open(this.room, toTheEnd ? Number.POSITIVE_INFINITY : undefined, true);
    this.spoken = this.outcome = words;
    this.paint();
    this.host.querySelector(".routcome")?.scrollIntoView({ block: "nearest" });
  }

  private async send(path: string, body: object): Promise<boolean> {
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (answer.ok) return true;
      const { detail } = (await answer.json()) as { detail?: string };
      this.problem = detail ?? unreachable();
    } catch {
      this.problem = unreachable();
    }
    this.paint();
    return false;
  }

  // -- words ------------------------------------------------------------------------------------------

  private nameOf(person: string): string {
    return this.desk.workshop.people.find(({ id }) => id === person)?.name ?? "";
  }

  private timeOf(at: number): string {
    const { timeline } = this;
    const days =
      timeline !== null && new Date(timeline.from).toDateString() !== new Date(timeline.to).toDateString();
    return days ? `${day(at)}, ${clock(at)}` : clock(at);
  }

  private silence({ from, to }: { from: number; to: number }): string {
    return t("Rien ne s'écrit de {from} à {to}", { from: this.timeOf(from), to: this.timeOf(to) });
  }

  private stepAt(at: number): string {
    return this.timeline?.steps.findLast((step) => step.at <= at)?.title ?? "";
  }

  private words(): string {
    return [this.timeOf(this.at), this.frame?.said ?? ""].filter(Boolean).join(", ");
  }

  private templateOf(board: string): Template | null {
    return this.templates.find(({ id }) => id === board.split("/")[0]) ?? null;
  }

  private get board(): string {
    return this.chosen || this.followed;
  }

  /** « Fiche 1 · Je · Haut-Orme », « Gouvernance » */
  private boardName(board: string): string {
    const [template = "", whose] = board.split("/");
    return [shortBoard(this.desk, template), this.whose(whose)].filter(Boolean).join(" · ");
  }

  /** The same as its paper says it. */
  private boardTitle(board: string): string {
    const title = typo(this.templateOf(board)?.title ?? "");
    return [title, this.whose(board.split("/")[1])].filter(Boolean).join(" · ");
  }

  private whose(id: string | undefined): string {
    const { people, stakeholders = [] } = this.desk.workshop;
    return [...stakeholders, ...people].find((one) => one.id === id)?.name ?? "";
  }

  private instantName({ kind, name, of }: Instant): string {
    if (kind !== "restored" || !of) return name;
    return t("Avant une restauration de l'état de {when}", { when: this.timeOf(of) });
  }

  /** Boards of a room that there is something to see on, in the order of the templates. */
  private boards(room: string): string[] {
    const found = new Set<string>();
    for (const track of room === this.room ? this.tracks : [])
      for (const board of track.boards()) found.add(board);
    for (const { id } of this.templates)
      if (
        !id.endsWith(".recto") &&
        kindOf(this.desk.workshop, id) === kindOfRoom(room) &&
        inModules(this.desk.workshop, id)
      )
        found.add(id);
    const rank = (board: string) => this.templates.findIndex(({ id }) => id === board.split("/")[0]);
    return [...found]
      .filter((board) => rank(board) >= 0)
      .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  }

  // -- drawing ----------------------------------------------------------------------------------------

  private paint(): void {
    const template = this.templateOf(this.board);
    const shows = this.timeline !== null && this.timeline.n > 0 && template !== null && this.track !== null;
    if (shows) {
      const fresh = new Set(
        Object.entries(this.frame?.changes.notes ?? {}).flatMap(([id, note]) => (note ? [id] : [])),
      );
      this.drawing.draw(template, this.boardTitle(this.board), this.board, this.state, fresh);
    }
    render(
      html`<section class="card replay" aria-labelledby="replay-title">
        <div class="row rtop"><h2 id="replay-title">${t("Relire l'atelier")}</h2>${this.placesSeg()}</div>
        ${this.problem ? html`<div class="rproblem" role="alert">${picture("alert-triangle", 18)}<span class="grow">${this.problem}</span><button class="btn" type="button" @click=${() => void this.open(this.room)}>${t("Réessayer")}</button></div>` : nothing}
        ${
          shows
            ? html`${this.stage}${this.outcome ? html`<p class="routcome">${picture("check", 18)}<span>${this.outcome}</span></p>` : nothing}${this.transport()}${this.line()}
          <div class="rbelow">${this.list(template)}${this.instants()}${this.boardSelect()}<button class="btn" type="button" @click=${() => void this.restore(null)}>${picture("history", 17)}${t("Restaurer…")}</button></div>`
            : html`${this.nothingYet()}<div class="rbelow">${this.boardSelect()}</div>`
        }
        <p class="sr" role="status">${this.spoken}</p>
      </section>`,
      this.host,
    );
  }

  private nothingYet() {
    if (this.loading) return html`<p class="rempty soft" role="status">${t("Chargement…")}</p>`;
    if (this.problem) return nothing;
    return html`<p class="rempty soft">${t("Rien ne s'est encore écrit dans cette salle.")}</p>`;
  }

  private placesSeg(): TemplateResult | typeof nothing {
    const places = placesOf(this.desk.workshop);
    const choose = (place: Place) => {
      this.place = place.id;
      this.chosen = "";
      void this.openPlace(place);
    };
    return html`<div class="seg rplaces" role="group" aria-label=${t("Salle")}>${places.map(
      (
        place,
      ) => html`<button type="button" class=${place.id === this.place ? "on" : ""} aria-pressed=${place.id === this.place ? "true" : "false"}
        @click=${() => choose(place)}>${place.name}</button>`,
    )}</div>`;
  }

  private boardSelect() {
    const place = this.placeNow;
    if (place === undefined || this.templates.length === 0) return nothing;
    const choose = (event: Event) => {
      const [room = "", board = ""] = (event.target as HTMLSelectElement).value.split(" ");
      this.chosen = board;
      if (room === this.room) this.paint();
      else void this.open(room);
    };
    const now = `${this.room} ${this.chosen}`;
    const option = (value: string, words: string) =>
      html`<option value=${value} .selected=${live(value === now)}>${words}</option>`;
    return html`<label class="rboard"><span class="sr">${t("Support")}</span><span class="input select"><select name="board" title=${this.boardName(this.board)} @change=${choose}>
      ${place.rooms.map((room) => {
        const sheets = kindOfRoom(room) === "exploration";
        return html`<optgroup label=${sheets ? t("Fiches") : t("Canevas")}>${option(`${room} `, sheets ? t("Suivre les fiches") : t("Suivre les canevas"))}
          ${this.boards(room).map((board) => option(`${room} ${board}`, this.boardName(board)))}</optgroup>`;
      })}</select>${picture("chevron-down")}</span></label>`;
  }

  private transport(): TemplateResult {
    const playing = this.playing !== undefined;
    return html`<div class="rtransport"><div class="rmove">
      <button class="rplay" type="button" aria-label=${playing ? t("Pause") : t("Lire")} @click=${() => this.toggle()}>${picture(playing ? "pause" : "play", 20)}</button>
      <button class="btn icon ghost" type="button" aria-label=${t("Moment précédent")} @click=${() => this.previous()}>${picture("skip-back", 20)}</button>
      <button class="btn icon ghost" type="button" aria-label=${t("Moment suivant")} @click=${() => this.next()}>${picture("skip-forward", 20)}</button>
      <b class="rtime tnum">${this.timeOf(this.at)}</b><span class="rsaid">${this.frame?.said ?? ""}<span class="rstep">${this.stepAt(this.at)}</span></span></div><div class="racts">
      <button class="btn" type="button" aria-label=${t("Vitesse : {n} fois", { n: this.speed })} @click=${() => this.faster()}>× ${this.speed}</button>
      <button class="btn" type="button" @click=${() => this.keep()}>${picture("camera", 17)}${t("Garder cet instant")}</button></div></div>`;
  }

  private line(): TemplateResult {
    const timeline = this.timeline as Timeline;
    const scale = this.scale as Scale;
    const { bars, steps, folds, from, to, instants } = timeline;
    const highest = Math.max(1, ...bars.counts);
    const here = scale.share(this.at);
    const slide = (event: Event) => {
      const value = Number((event.target as HTMLInputElement).value);
      void this.jump(value <= 0 ? from - 1 : scale.timeAt(value / SLIDER));
    };
    const keys = (event: KeyboardEvent) => {
      const acts: Record<string, () => void> = {
        ArrowLeft: () => this.previous(),
        ArrowDown: () => this.previous(),
        ArrowRight: () => this.next(),
        ArrowUp: () => this.next(),
        PageUp: () => this.step(1),
        PageDown: () => this.step(-1),
        Home: () => void this.jump(from - 1),
        End: () => void this.jump(to),
      };
      const act = acts[event.key];
      if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    };
    const ends = steps.map((_, at) => scale.share(steps[at + 1]?.at ?? to));
    const step = this.stepAt(this.at);
    const n = bars.counts.length || 1;
    const width = Math.min(1, (bars.width_ms * n) / scale.length);
    const text = [this.words(), step].filter(Boolean).join(", ");
    return html`<div class="rline" ${styled({ "--here": String(here) })}>
      <svg class="rbars" viewBox="0 0 ${n} 100" preserveAspectRatio="none" aria-hidden="true" ${styled({ width: `${100 * width}%` })}>${bars.counts.map(
        (count, at) => {
          const height = count === 0 ? 0 : 8 + (92 * Math.sqrt(count)) / Math.sqrt(highest);
          const past = (at + 0.5) / n <= here / width;
          return svg`<rect class=${past ? "past" : "coming"} x=${at + 0.14} y=${100 - height} width="0.72" height=${height}></rect>`;
        },
      )}</svg>
      ${instants.filter(({ kind }) => kind !== "step").map(({ at, kind }) => html`<span class="rmarkat ${kind}" aria-hidden="true" ${styled({ left: `${100 * scale.share(at)}%` })}></span>`)}
      ${folds.map((fold) => html`<span class="rfold" aria-hidden="true" title=${this.silence(fold)} ${styled({ left: `${50 * (scale.share(fold.from) + scale.share(fold.to))}%` })}></span>`)}
      <input type="range" min="0" max=${SLIDER} step="1" .value=${live(String(Math.round(SLIDER * here)))} aria-label=${t("Moment de l'atelier")} aria-valuetext=${text} @input=${slide} @keydown=${keys}>
      <div class="rsteps" aria-hidden="true">${steps.map((one, at) => {
        const left = scale.share(one.at);
        const size = (ends[at] ?? 1) - left;
        const name = shortStep(this.desk, this.place, one);
        const fits = [name, name.split(" · ").at(-1) ?? ""].find(
          (words) => words.length * LETTER + MARGIN <= size,
        );
        return html`<span title=${one.title} ${styled({ left: `${100 * left}%`, width: `${100 * size}%` })} class=${one.title === step ? "on" : ""}>${fits ?? ""}</span>`;
      })}</div></div>`;
  }

  /** The moment as a list: the drawing's equal. */
  private list(template: Template): TemplateResult {
    const toggled = (event: Event) => {
      this.listed = (event.target as HTMLDetailsElement).open;
      this.paint();
    };
    const zones = this.listed ? inWords(template, this.board, this.state) : [];
    return html`<details class="rlist" @toggle=${toggled}><summary>${t("Lire en liste")}<span class="sr"> : ${this.boardName(this.board)}</span></summary>
      ${this.listed && zones.length === 0 ? html`<p class="soft">${t("Rien sur ce support à ce moment.")}</p>` : nothing}
      ${zones.map(
        ({ title, notes }) =>
          html`<h3>${typo(title)} <small class="soft">${countWords(notes.length)}</small></h3><ul>${notes.map(
            ({ note }) => {
              const by = typeof note.by === "string" ? this.nameOf(note.by) : "";
              return html`<li>${wordsOf(note)}${by ? html` <small class="soft">${by}</small>` : nothing}</li>`;
            },
          )}</ul>`,
      )}</details>`;
  }

  private instants() {
    const { instants } = this.timeline as Timeline;
    if (instants.length === 0) return nothing;
    const toggled = (event: Event) => {
      this.unfolded = (event.target as HTMLDetailsElement).open;
    };
    const kinds: Record<Instant["kind"], [string, string]> = {
      kept: ["camera", t("gardé")],
      step: ["flag", t("début d'étape")],
      restored: ["history", t("automatique")],
    };
    return html`<details class="rinstants" .open=${live(this.unfolded)} @toggle=${toggled}><summary>${t("Instants")} <small class="soft">${tn("{n} instant", "{n} instants", instants.length)}</small></summary><ul>${instants.map(
      (one) => {
        const [icon, kind] = kinds[one.kind];
        const by = one.by ? this.nameOf(one.by) : "";
        const name = this.instantName(one);
        const spoken = { name, when: this.timeOf(one.at) };
        return html`<li><span class="ricon">${picture(icon, 17)}</span><span class="grow"><b>${name}</b> <small class="soft">${[this.timeOf(one.at), kind, by].filter(Boolean).join(", ")}</small></span>
        <button class="linkbtn" type="button" aria-label=${t("Voir « {name} », {when}", spoken)} @click=${() => void this.jump(one.at)}>${t("Voir")}</button>
        <button class="linkbtn" type="button" aria-label=${t("Restaurer « {name} », {when}", spoken)} @click=${() => void this.restore(one)}>${t("Restaurer…")}</button>
        ${one.kind === "step" ? nothing : html`<button class="linkbtn" type="button" aria-label=${t("Retirer « {name} », {when}", spoken)} @click=${() => this.drop(one)}>${t("Retirer")}</button>`}</li>`;
      },
    )}</ul></details>`;
  }
}

class Refused extends Error {}

function unreachable(): string {
  return t("Le serveur ne répond pas. Réessayez dans un instant.");
}
