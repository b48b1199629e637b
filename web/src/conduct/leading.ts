// Those who run the workshop, while they are at a table: the few acts of facilitation that belong here.

import { html, nothing } from "lit";
import type { Atelier } from "../board/atelier";
import { stepAfter } from "../model/follow";
import { roomKind } from "../model/page";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import { ask } from "./ask";
import { openMessage } from "./message-dialog";

const MINUTE_S = 60;
const MOVED_MS = 300;
/** Held down, the cursor is a pointer. */
const LASER_KEY = "x";

export class Leading {
  /** The cursor is seen as a pointer by everybody in the room. */
  laser = false;
  private held = false;
  /** A step was asked for and is not answered. */
  private steps = false;
  private moved: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly app: Atelier,
    private readonly redraw: () => void,
  ) {
    if (!app.leads) return;
    document.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("keyup", (event) => {
      if (event.key.toLowerCase() === LASER_KEY && this.held) this.point(false);
    });
    addEventListener("blur", () => this.point(false));
    for (const what of ["board", "focus"]) app.on(what, () => this.movedOn());
    app.on("workshop", redraw);
    app.on("time", redraw);
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const command = event.ctrlKey && event.altKey;
    if (command && event.key === "ArrowRight") {
      event.preventDefault();
      if (!event.repeat) void this.next();
    } else if (command && (event.key.toLowerCase() === "m" || event.code === "KeyM")) {
      event.preventDefault();
      if (!event.repeat) openMessage(this.app);
    } else if (event.key === "Escape" && this.laser) this.point(false);
    else if (
      event.key.toLowerCase() === LASER_KEY &&
      !event.repeat &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey &&
      localStorage.getItem("tablee-single-keys") !== "off" &&
      !target.closest("input, textarea, select, dialog, [contenteditable]")
    ) {
      this.held = true;
      this.point(true);
    }
  }

  // -- acts ---------------------------------------------------------------------------------------

  /** The place that is shown here; in the plenary to all, else to the group of this room. */
  private get here(): Record<string, unknown> {
    const { app } = this;
    const together = roomKind(app.board, app.workshop) === "plenary";
    return {
      board: app.board,
      ...(app.focusedZone !== null && { zone: app.focusedZone }),
      ...(!together && { group: app.data.group }),
    };
  }

  private get shows(): boolean {
    return this.app.workshop.spotlight?.by === this.app.data.person.id;
  }

  /** Names the step: asked twice, it is still that one. */
  private async next(): Promise<void> {
    const step = stepAfter(this.app.workshop);
    if (step === null || this.steps) return;
    this.steps = true;
    await ask(this.app, { type: "step.go", step });
    this.steps = false;
  }

  private async more(): Promise<void> {
    const { app } = this;
    const own = app.workshop.groups.find((one) => one.id === app.data.group)?.timer;
    const group = own && own.total_ms > 0 ? { group: app.data.group } : {};
    if (await ask(app, { type: "timer.extend", seconds: MINUTE_S, ...group }))
      app.announcer.say(t("Une minute de plus."));
  }

  private async summon(): Promise<void> {
    if (await ask(this.app, { type: "summon", ...this.here }))
      this.app.announcer.say(t("Les écrans rejoignent le vôtre dans 5 secondes."));
  }

  private async spotlight(): Promise<void> {
    await ask(this.app, this.shows ? { type: "spotlight.stop" } : { type: "spotlight.start", ...this.here });
  }

  /** Whoever shows a place and goes on to another one shows that. */
  private movedOn(): void {
    clearTimeout(this.moved);
    if (!this.shows) return;
    this.moved = setTimeout(() => {
      const shown = this.app.workshop.spotlight;
      if (shown && this.shows)
        void ask(this.app, { type: "spotlight.start", ...this.here, may_stay: shown.may_stay });
    }, MOVED_MS);
  }

  private point(on: boolean): void {
    if (!on) this.held = false;
    if (this.laser === on) return;
    this.laser = on;
    document.body.classList.toggle("laser", on);
    this.app.share({ laser: on });
    this.redraw();
  }

  // -- the bar ------------------------------------------------------------------------------------

  draw() {
    const { app } = this;
    if (!app.leads) return nothing;
    const timed =
      app.workshop.timer.total_ms > 0 || app.workshop.groups.some((one) => (one.timer?.total_ms ?? 0) > 0);
    const last = app.workshop.agenda.steps.at(-1)?.id === app.workshop.step;
    const button = (
      icon: string,
      label: string,
      act: (event: MouseEvent) => void,
      more: { wide?: boolean; on?: boolean; off?: boolean; key?: string } = {},
    ) =>
      html`<button class="btn sm ${more.on ? "primary" : ""} ${more.wide ? "wide" : ""}" type="button" ?disabled=${more.off === true}
        aria-pressed=${more.on === undefined ? nothing : String(more.on)} title=${more.key ?? nothing} @click=${act}>${picture(icon, 17)}<span>${label}</span></button>`;
    return html`<div class="band leading" role="toolbar" aria-label=${t("Animation")}>
      ${button("timer", t("+ 1 min"), () => void this.more(), { off: !timed })}
      ${button("arrow-right", t("Étape suivante"), (event) => event.detail < 2 && void this.next(), { off: last, key: "Ctrl+Alt+→" })}
      ${button("message-circle", t("Message…"), () => openMessage(app), { key: "Ctrl+Alt+M" })}
      ${button("locate-fixed", t("Ramener à moi"), () => void this.summon(), { wide: true })}
      ${button("presentation", this.shows ? t("Ne plus montrer") : t("Montrer"), () => void this.spotlight(), { wide: true, on: this.shows })}
      ${button("crosshair", t("Pointeur"), () => this.point(!this.laser), { wide: true, on: this.laser, key: "X" })}
      <span class="grow"></span>
      <a class="btn sm ghost" href=${`/animation/${app.workshop.id}`}>${picture("arrow-left", 17)}<span>${t("Revenir à l'animation")}</span></a>
    </div>`;
  }
}
