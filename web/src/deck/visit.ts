// « Le groupe Hêtre restitue sa fiche 2 »: while another group reports, its sheets are read in the place of
// one's own, and afterwards one is back where one was, with what one had begun to write.

import { html, nothing, render } from "lit";
import type { Atelier, View } from "../board/atelier";
import { keepFocus } from "../board/notice";
import { comesWhenCalled, follows } from "../conduct/settings";
import { NOTICE_MS, stepNow, templateOfStep } from "../model/follow";
import type { Group, Workshop } from "../model/page";
import { clock } from "../sync/clock";
import { t, typo } from "../ui/i18n";
import { picture } from "../ui/picture";

const MINUTE_MS = 60_000;

interface Left {
  board: string;
  view: View;
  zone: string | null;
  note: string | null;
  writing: boolean;
  typed: string;
  /** The step then: where it has gone on, its board is shown and not the one before. */
  step: string | null;
}

/** The group whose report all follow now; null when there is none. */
export function reporting(workshop: Workshop): Group | null {
  const id = workshop.timer.reporting ?? workshop.shown ?? null;
  return workshop.groups.find((group) => group.id === id) ?? null;
}

/** Whether the sheets of a group are open to everybody. */
export function isOpen(workshop: Workshop, group: string): boolean {
  return reporting(workshop)?.id === group || (workshop.pooled?.length ?? 0) > 0;
}

export class Visits {
  private left: Left | null = null;
  /** The report that was there when the page came, or that somebody chose to stay away from. */
  private answered: string | null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private told: string | null = null;

  constructor(
    private readonly app: Atelier,
    private readonly host: HTMLElement,
  ) {
    this.answered = reporting(app.workshop)?.id ?? null;
    app.on("workshop", () => this.look());
    app.on("link", () => {
      // the server has closed the room before this page heard why
      if (app.visiting !== null && app.connection.closedFor !== null) this.home();
    });
    app.on("time", () => this.draw());
    app.on("board", () => this.draw());
    // a dialog is in front of the notice: the time to answer begins when it is closed
    document.addEventListener("close", () => setTimeout(() => this.count()), true);
    this.draw();
  }

  private look(): void {
    const { app } = this;
    const group = reporting(app.workshop);
    if (app.visiting !== null && !isOpen(app.workshop, app.visiting)) this.home();
    if (group === null) {
      this.answered = this.told = null;
      clearTimeout(this.timer);
    } else if (group.id !== this.told && group.id !== this.answered && group.id !== app.data.group) {
      this.told = group.id;
      app.announcer.interrupt(`${this.title(group)} ${this.goes ? notice() : ""}`.trim());
      this.count();
    }
    this.draw();
  }

  /** Whether the page goes along by itself: in steps that all do together, unless somebody chose otherwise. */
  private get goes(): boolean {
    const { app } = this;
    const group = reporting(app.workshop);
    const together = (stepNow(app.workshop)?.mode ?? "plenary") === "plenary";
    const moves = app.leads ? follows(app) : comesWhenCalled(app);
    return group !== null && moves && together && group.id !== this.answered && group.id !== app.data.group;
  }

  private count(): void {
    clearTimeout(this.timer);
    const { app } = this;
    if (!this.goes || app.visiting === reporting(app.workshop)?.id) return;
    this.timer = setTimeout(() => {
      const group = reporting(app.workshop);
      if (group && this.goes && document.querySelector("dialog[open]") === null) this.follow(group);
    }, NOTICE_MS);
  }

  /** Read the sheets of a group. */
  follow(group: Group): void {
    const { app } = this;
    clearTimeout(this.timer);
    this.answered = group.id;
    const held = this.host.contains(document.activeElement);
    if (group.id === app.data.group) {
      this.home();
      return;
    }
    if (app.visiting === null) this.left = this.leave();
    app.visit(group.id, `${sheetOf(app, group)}.verso`);
    app.announcer.say(t("Vous lisez les fiches du groupe {name}.", { name: group.name }));
    this.redraw(held);
  }

  private leave(): Left {
    const { app } = this;
    const field = document.querySelector<HTMLInputElement>("#list .cmp input[name=text]");
    return {
      board: app.board,
      view: app.view,
      zone: app.activeZone,
      note: app.editing ?? app.selected,
      writing: app.editing !== null,
      typed: field?.value ?? "",
      step: app.workshop.step,
    };
  }

  /** Back to one's own sheets, as one left them. */
  home(): void {
    const { app, left } = this;
    clearTimeout(this.timer);
    if (app.visiting === null) return;
    const held = this.host.contains(document.activeElement);
    this.left = null;
    const board = templateOfStep(
      stepNow(app.workshop),
      app.workshop.groups.find(({ id }) => id === app.data.group),
    );
    const moved = left === null || (left.step !== app.workshop.step && board !== null);
    app.visit(null, moved ? app.board : left.board);
    app.announcer.say(t("Vous êtes de retour à votre table."));
    if (left !== null && !moved) this.goOn(left);
    else if (left?.typed.trim()) this.keepTyped(left.typed);
    this.redraw(held);
  }

  private goOn(left: Left): void {
    const { app } = this;
    app.setView(left.view);
    app.activeZone = left.zone;
    if (left.note !== null && app.note(left.note) !== null) {
      app.select(left.note);
      if (left.writing) {
        app.editing = left.note;
        app.emit("edit");
      }
    }
    if (left.typed.trim() === "") return;
    const field = document.querySelector<HTMLInputElement>("#list .cmp input[name=text]");
    if (field?.value === "") field.value = left.typed;
    else this.keepTyped(left.typed);
  }

  private keepTyped(text: string): void {
    this.app.notify(t("Votre note en cours est gardée à part."), { about: "typed", copies: [text] });
  }

  private stay(): void {
    const { app } = this;
    const held = this.host.contains(document.activeElement);
    clearTimeout(this.timer);
    this.answered = reporting(app.workshop)?.id ?? null;
    app.announcer.say(t("Vous restez ici."));
    this.redraw(held);
  }

  /** Draw anew; the focus does not go with the button it was on. */
  private redraw(held: boolean): void {
    this.draw();
    // nor with the note in which somebody was writing
    if (held || document.activeElement === document.body)
      document.getElementById("main")?.focus({ preventScroll: true });
  }

  private title(group: Group): string {
    const sheet = Number(sheetOf(this.app, group).slice("sheet".length));
    return sheet > 0
      ? t("Le groupe {name} restitue sa fiche {sheet}.", { name: group.name, sheet })
      : t("Le groupe {name} restitue.", { name: group.name });
  }

  private get minutes(): string | null {
    const { timer } = this.app.workshop;
    if (timer.reporting === undefined || timer.total_ms === 0) return null;
    const left = timer.running ? (timer.ends_at ?? 0) - clock.now() : (timer.remaining_ms ?? 0);
    return left <= 0 ? t("temps écoulé") : t("{n} min", { n: Math.max(1, Math.ceil(left / MINUTE_MS)) });
  }

  draw(): void {
    const { app } = this;
    const group = reporting(app.workshop);
    const visited = app.workshop.groups.find(({ id }) => id === app.visiting) ?? null;
    render(group || visited ? this.band(group, visited) : nothing, this.host);
  }

  private band(group: Group | null, visited: Group | null) {
    const { app } = this;
    const mine = group !== null && group.id === app.data.group && !app.leads;
    const words = group
      ? mine
        ? t("Votre groupe restitue : tout le monde lit ses fiches.")
        : this.title(group)
      : t("Vous lisez les fiches du groupe {name}.", { name: visited?.name ?? "" });
    const elsewhere = visited !== null && group !== null && visited.id !== group.id;
    const away = group !== null && !mine && (visited === null || elsewhere);
    const soon = away && this.goes;
    const button = (label: string, act: () => void, look = "") =>
      html`<button class="btn sm ${look}" type="button" @click=${act}>${label}</button>`;
    return html`<section class="band visit" aria-label=${t("Restitution")}>
      ${picture("presentation", 20)}
      <p class="grow"><b>${typo(words)}</b>${this.minutes && group ? html` <span class="tnum">· ${this.minutes}</span>` : nothing}
        ${visited ? html`<span class="soft">${t("En lecture : vos notes attendent à votre table.")}</span>` : soon ? html`<span class="soft">${notice()}</span>` : nothing}</p>
      ${soon ? button(t("Rester ici"), () => this.stay()) : nothing}
      ${away && group ? button(t("Suivre"), () => this.follow(group), "primary") : nothing}
      ${visited ? button(t("Revenir à ma table"), () => this.home(), elsewhere ? "" : "primary") : nothing}
    </section>`;
  }
}

const notice = () => t("Votre écran y va dans 5 secondes. Votre note en cours est gardée.");

/** The sheet a group tells of: its own, or that of the step, or the first. */
function sheetOf(app: Atelier, group: Group): string {
  const { workshop } = app;
  const told = group.sheet ?? stepNow(workshop)?.board?.split(".")[0];
  if (told?.startsWith("sheet")) return told;
  return workshop.modules?.find((module) => module.startsWith("sheet")) ?? "sheet1";
}

export function attachVisits(app: Atelier): Visits {
  const host = document.createElement("div");
  document.getElementById("bands")?.prepend(host);
  keepFocus(host);
  return new Visits(app, host);
}
