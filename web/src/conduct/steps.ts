// A new step leads everybody to its board and shows what is to be done there; the phase bar opens it again.

import { html, nothing } from "lit";
import type { Atelier } from "../board/atelier";
import { isInModules, stepNow, templateOfStep } from "../model/follow";
import type { Step } from "../model/page";
import { t, tn, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Journey } from "./journey";
import { follows } from "./settings";

export class Steps {
  /** Not on arrival: nothing may move under somebody who has just begun to look. */
  open = false;
  private step: string | null;

  constructor(
    private readonly app: Atelier,
    private readonly journey: Journey,
    private readonly redraw: () => void,
  ) {
    this.step = app.workshop.step;
    app.on("workshop", () => this.follow());
    app.on("step-card", () => this.toggle());
  }

  private follow(): void {
    const { app } = this;
    if (app.workshop.step === this.step) return;
    this.step = app.workshop.step;
    // whoever runs it knows, and needs the room; but examples are theirs to show
    this.open = this.step !== null && (!app.leads || stepNow(app.workshop)?.phase === "immersion");
    const board = this.board();
    if (board !== null && follows(app)) this.journey.go({ board, zone: null, note: null });
    this.redraw();
  }

  /** The board of the step as this group has it; null when it has none, or none of this workshop. */
  private board(): string | null {
    const { workshop, data } = this.app;
    const group = workshop.groups.find((one) => one.id === data.group);
    const board = templateOfStep(stepNow(workshop), group);
    return board !== null && isInModules(workshop, board) ? board : null;
  }

  toggle(open = !this.open): void {
    if (this.app.workshop.step === null) {
      this.app.notify(t("Aucune étape n'a encore commencé."), { about: "step" });
      return;
    }
    this.open = open;
    this.redraw();
    // after the drawing that was just asked for
    requestAnimationFrame(() => {
      const phase = document.querySelector<HTMLElement>("#phases .now button");
      const back = phase?.offsetParent ? phase : document.getElementById("main");
      (open ? document.querySelector<HTMLElement>(".stepcard h2") : back)?.focus({ preventScroll: true });
    });
  }

  draw() {
    const { app } = this;
    const step = stepNow(app.workshop);
    if (!this.open || step === null) return nothing;
    const board = this.board();
    const elsewhere = board !== null && app.board.split("/")[0] !== board;
    const aim = app.aim();
    return html`<section class="band stepcard" aria-labelledby="step-title">
      ${picture("flag", 20)}
      <div class="grow"><h2 id="step-title" tabindex="-1">${typo(step.title)} <small>${tn("{n} minute", "{n} minutes", step.minutes)}</small></h2>
        ${step.instruction ? html`<p>${typo(step.instruction)}</p>` : nothing}${aim === null ? nothing : html`<p class="soft aim">${aim}</p>`}${this.manner(step)}</div>
      ${elsewhere ? html`<button class="btn sm" type="button" @click=${() => this.journey.go({ board, zone: null, note: null })}>${t("Aller au support de l'étape")}</button>` : nothing}
      ${opens(step)}
      <button class="btn icon sm ghost" type="button" aria-label=${t("Fermer la consigne")} @click=${() => this.toggle(false)}>${picture("x", 18)}</button>
    </section>`;
  }

  /** What one may do now, when it is not to write as one likes. */
  private manner(step: Step) {
    const words =
      step.rights === "read"
        ? t("Pour cette étape, les notes se lisent ; elles ne changent pas.")
        : step.rights === "own"
          ? t("Pour cette étape, chaque personne change ses propres notes.")
          : null;
    return words === null || this.app.leads ? nothing : html`<p class="soft">${words}</p>`;
  }
}

/** What the step is about, where that is not a board: it opens as from the menu. */
function opens({ phase }: Step) {
  const button = (id: string, words: string) =>
    html`<button class="btn sm primary" type="button" @click=${() => document.getElementById(id)?.click()}>${words}</button>`;
  if (phase === "immersion") return button("open-cards", t("Voir les exemples"));
  return phase === "synthesis" ? button("open-wrap", t("Ouvrir le bilan")) : nothing;
}
