// Hands and the question who is ready: a button and H, a card with two answers, and how many have answered.

import { html, nothing, render } from "lit";
import type { Atelier } from "../board/atelier";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import { ask } from "./ask";

export const handUp = (app: Atelier) => app.person(app.data.person.id)?.hand === true;

/** Where a hand is on its way up or down. */
const moving = new WeakSet<Atelier>();

/** H, and the button: raise one's hand, or lower it. */
export async function toggleHand(app: Atelier): Promise<void> {
  const up = handUp(app);
  if (moving.has(app)) return;
  moving.add(app);
  if (await ask(app, { type: up ? "hand.lower" : "hand.raise" }))
    app.announcer.say(up ? t("Main baissée.") : t("Main levée. L'animation la voit."));
  moving.delete(app);
}

/** The button of the top bar, and a word to those who run the workshop when somebody raises a hand. */
export function attachHand(app: Atelier, button: HTMLButtonElement): () => void {
  button.replaceChildren(); // what the server drew for readers without script
  let raised = new Set(app.workshop.people.filter((person) => person.hand).map((person) => person.id));
  const draw = () => {
    const up = handUp(app);
    button.setAttribute("aria-pressed", String(up));
    button.classList.toggle("up", up);
    const words = up ? t("Baisser la main") : t("Lever la main");
    button.setAttribute("aria-label", words);
    button.title = up ? t("Baisser la main, touche H") : t("Lever la main, touche H");
    render(picture("hand", 20), button);
    const now = app.workshop.people.filter((person) => person.hand);
    if (app.leads)
      for (const { id, name } of now)
        if (!raised.has(id)) app.announcer.say(t("{name} lève la main.", { name }));
    raised = new Set(now.map((person) => person.id));
  };
  const pressed = () => void toggleHand(app);
  button.addEventListener("click", pressed);
  const off = app.on("workshop", draw);
  draw();
  return () => {
    button.removeEventListener("click", pressed);
    off();
  };
}

// -- ready? ----------------------------------------------------------------------------------------

/** How many of those around the table, or of all tables, have said that they are ready. */
export function readyCount(app: Atelier): { ready: number; of: number } {
  const asked = app.workshop.people.filter(
    (person) =>
      person.role === "participant" &&
      (app.leads || person.group === app.data.group) &&
      (person.online !== false || person.ready === true),
  );
  return { ready: asked.filter((person) => person.ready).length, of: asked.length };
}

export class Ready {
  private told: string | null;
  private complete = false;

  constructor(
    private readonly app: Atelier,
    private readonly redraw: () => void,
  ) {
    this.told = null;
    app.on("workshop", () => this.look());
    this.look();
  }

  private look(): void {
    const check = this.app.workshop.ready_check ?? null;
    if (check && check.id !== this.told && this.asks) this.app.announcer.say(this.question(check.by));
    if (check?.id !== this.told) this.complete = false;
    this.told = check?.id ?? null;
    // each answer by itself would be too much to listen to
    const { ready, of } = readyCount(this.app);
    if (check && ready === of && of > 0 && !this.complete) this.app.announcer.say(this.count);
    this.complete = check !== null && ready === of;
    this.redraw();
  }

  private get asks(): boolean {
    return this.app.data.person.role === "participant";
  }

  private question(by: string): string {
    return t("{name} demande : peut-on continuer ?", { name: this.app.person(by)?.name ?? t("L'animation") });
  }

  draw() {
    const { app } = this;
    const check = app.workshop.ready_check;
    if (!check || !this.asks) return nothing;
    const mine = app.person(app.data.person.id)?.ready === true;
    const set = (value: boolean) => void ask(app, { type: "ready.set", ready: value });
    return html`<section class="call ready" aria-labelledby="ready-title">
      <h2 id="ready-title">${this.question(check.by)}</h2>
      <p class="soft">${this.count}</p>
      <div class="row acts"><button class="btn" type="button" aria-pressed=${String(!mine)} @click=${() => set(false)}>${t("Encore un moment")}</button>
        <button class=${mine ? "btn tint" : "btn primary"} type="button" aria-pressed=${String(mine)} @click=${() => set(true)}>${picture("check", 18)}${t("C'est bon pour moi")}</button></div>
    </section>`;
  }

  private get count(): string {
    const { ready, of } = readyCount(this.app);
    return t("{n} sur {of} : c'est bon", { n: ready, of });
  }

  /** For those who run the workshop: how far it is, and the end of the question. */
  drawCount() {
    const { app } = this;
    const check = app.workshop.ready_check;
    if (!check || !app.leads) return nothing;
    return html`<div class="band readyband">${picture("check", 20)}<p class="grow">${this.question(check.by)} <b>${this.count}</b></p>
      <button class="btn sm" type="button" @click=${() => void ask(app, { type: "ready.end" })}>${t("Fermer la question")}</button></div>`;
  }
}
