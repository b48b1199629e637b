// « Inès vous montre quelque chose »: a summons brings everybody to a place once, a spotlight as long as it
// lasts. A notice of five seconds comes before, and whoever may stay can.

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Atelier } from "../board/atelier";
import {
  accept,
  boardOf,
  type Call,
  decline,
  type Following,
  type Heard,
  hear,
  NOBODY,
  NOTICE_MS,
  type Place,
  rejoin,
} from "../model/follow";
import { initials, templateOf } from "../model/page";
import { clock } from "../sync/clock";
import { t, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Journey } from "./journey";
import { comesWhenCalled } from "./settings";

const inDialog = () => document.querySelector("dialog[open]") !== null;

const ANSWERED = "tablee-calls";

const notice = () => t("Votre écran rejoint le sien dans 5 secondes. Votre note en cours est gardée.");

export class Calls {
  private state: Following;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private told = "";
  /** How often the seconds were counted. */
  private counted = 0;

  constructor(
    private readonly app: Atelier,
    private readonly journey: Journey,
    private readonly redraw: () => void,
  ) {
    // who reloads the page has answered already
    this.state = { ...NOBODY, seen: (sessionStorage.getItem(ANSWERED) ?? "").split(" ").filter(Boolean) };
    app.on("workshop", () => this.look());
    const known = app.on("link", () => {
      if (!clock.known) return;
      known();
      this.look();
    });
    app.on("settings", () => this.look());
    journey.onBack = () => {
      this.become(decline(this.state));
      this.redraw();
    };
    // a dialog is in front of the notice: the time to answer begins when it is closed
    const closed = () => setTimeout(() => this.count());
    document.addEventListener("close", closed, true);
    document.addEventListener("keydown", (event) => {
      const taken =
        (event.target as Element).closest("input, textarea, select, dialog, [role=menu]") !== null;
      if (event.key !== "Escape" || event.defaultPrevented || taken) return;
      if (this.state.pending?.mayStay) this.stay();
    });
    this.look();
  }

  /** Go along in a moment, unless a dialog is open. */
  private count(): void {
    clearTimeout(this.timer);
    if (this.state.pending === null) return;
    this.counted++;
    this.timer = setTimeout(() => {
      if (!inDialog()) this.come();
    }, NOTICE_MS);
    this.redraw();
  }

  private become(state: Following): void {
    if (state.seen !== this.state.seen) sessionStorage.setItem(ANSWERED, state.seen.join(" "));
    this.state = state;
  }

  private get heard(): Heard {
    const { app } = this;
    return { me: app.data.person.id, group: app.data.group, moves: comesWhenCalled(app), now: clock.now() };
  }

  private name(by: string): string {
    return this.app.person(by)?.name ?? t("L'animation");
  }

  private look(): void {
    if (!clock.known) return; // what is past cannot be told from what is new
    const { after, go } = this.there(hear(this.state, this.app.workshop, this.heard));
    const fresh = after.pending !== null && after.pending.id !== this.state.pending?.id;
    this.become(after);
    if (after.pending === null) clearTimeout(this.timer);
    if (fresh && after.pending) {
      this.count();
      if (this.told !== after.pending.id)
        this.app.announcer.interrupt(
          `${t("{name} vous montre quelque chose.", { name: this.name(after.pending.by) })} ${this.words(after.pending.mayStay)}`,
        );
      this.told = after.pending.id;
    }
    if (go) this.journey.go(go);
    this.redraw();
  }

  /** Who is there already need not be asked. */
  private there(heard: { after: Following; go: Call | null }): { after: Following; go: Call | null } {
    const { app } = this;
    const { pending } = heard.after;
    if (
      pending === null ||
      pending.id === this.state.pending?.id ||
      pending.kind !== "summons" ||
      pending.note !== null
    )
      return heard;
    const board = boardOf(pending.board, (sheet) => app.rectoOf(sheet));
    return board === app.board && pending.zone === app.focusedZone ? accept(heard.after) : heard;
  }

  private words(mayStay: boolean): string {
    return mayStay ? `${notice()} ${t("Vous pouvez rester ici.")}` : notice();
  }

  private come(): void {
    clearTimeout(this.timer);
    const { after, go } = accept(this.state);
    this.become(after);
    if (go) this.journey.go(go);
    this.leaveCall();
  }

  /** The focus does not go with the button it is on. */
  private leaveCall(): void {
    const held = document.activeElement?.closest(".call, .spot");
    this.redraw();
    if (held) document.getElementById("main")?.focus({ preventScroll: true });
  }

  private stay(): void {
    clearTimeout(this.timer);
    this.become(decline(this.state));
    this.app.announcer.say(t("Vous restez ici."));
    this.leaveCall();
  }

  private follow(): void {
    const { after, go } = rejoin(this.state, this.app.workshop, this.heard);
    this.become(after);
    if (go) this.journey.go(go);
    this.leaveCall();
  }

  /** The notice before the page goes along. */
  drawCall() {
    const { pending } = this.state;
    if (pending === null) return nothing;
    const person = this.app.person(pending.by);
    return html`<section class="call" aria-labelledby="call-title" data-call=${pending.id}>
      <div class="row">${person ? html`<span class="av c-${person.colour}" aria-hidden="true">${initials(person.name)}</span>` : nothing}
        <h2 id="call-title">${t("{name} vous montre quelque chose", { name: this.name(pending.by) })}</h2></div>
      <p>${notice()}</p>
      <div class="countdown" aria-hidden="true">${keyed(this.counted, html`<i></i>`)}</div>
      <div class="row acts">${pending.mayStay ? html`<button class="btn" type="button" @click=${() => this.stay()}>${t("Rester ici")}</button>` : nothing}
        <button class="btn primary" type="button" @click=${() => this.come()}>${t("Y aller")}</button></div>
    </section>`;
  }

  /** As long as a spotlight lasts: who shows what, and a way to follow or to stop. */
  drawSpotlight() {
    const { app } = this;
    const shown = app.workshop.spotlight;
    if (!shown || shown.by === app.data.person.id || this.state.pending?.id === shown.id) return nothing;
    if (shown.group !== null && shown.group !== app.data.group) return nothing;
    const follows = this.state.with?.id === shown.id;
    return html`<section class="band spot" aria-label=${t("Ce qui est montré")}>
      ${picture("presentation", 20)}
      <p class="grow">${t("{name} montre : {place}", { name: this.name(shown.by), place: placeName(app, { ...shown, note: null }) })}</p>
      ${
        follows
          ? shown.may_stay
            ? html`<button class="btn sm" type="button" @click=${() => this.stay()}>${t("Ne plus suivre")}</button>`
            : nothing
          : html`<button class="btn sm primary" type="button" @click=${() => this.follow()}>${t("Suivre")}</button>`
      }
    </section>`;
  }
}

/** « Fiche 2 · Nous, Nos règles » */
export function placeName(app: Atelier, { board, zone }: Place): string {
  const template = app.templateOf(boardOf(templateOf(board), (sheet) => app.rectoOf(sheet)));
  const title = template?.zones.find((one) => one.id === zone)?.title;
  return [template?.title, title]
    .filter((one) => one !== undefined)
    .map((one) => typo(one))
    .join(", ");
}
