// The phase bar: which of the five phases, and which step of it; pressed, it says what is to be done there.

import { html, nothing, render } from "lit";
import { isInModules, stepNow, templateOfStep } from "../model/follow";
import type { Group, Workshop } from "../model/page";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Atelier } from "./atelier";

const PHASES = ["intro", "immersion", "exploration", "convergence", "synthesis"] as const;
type Phase = (typeof PHASES)[number];

function names(): Record<Phase, string> {
  return {
    intro: t("Accueil"),
    immersion: t("Immersion"),
    exploration: t("Exploration"),
    convergence: t("Convergence"),
    synthesis: t("Synthèse"),
  };
}

/** The phase under way; a break belongs to the phase before it. None before the first step. */
function phaseNow(workshop: Workshop): number {
  const { steps } = workshop.agenda;
  for (let at = steps.findIndex((step) => step.id === workshop.step); at >= 0; at--) {
    const phase = PHASES.indexOf(steps[at]?.phase as Phase);
    if (phase >= 0) return phase;
  }
  return -1;
}

export function drawPhases(app: Atelier, host: HTMLElement): void {
  const group = app.workshop.groups.find((one) => one.id === app.data.group);
  const title = stepNow(app.workshop)?.title ?? "";
  const press = (name: string) =>
    html`<button type="button" title=${t("{step} : voir la consigne", { step: title })} @click=${() => app.emit("step-card")}>${name}<span class="sr">, ${t("{step} : voir la consigne", { step: title })}</span></button>`;
  render(phaseItems(app.workshop, group, press), host);
}

/** The items of the bar, for a group; `named` draws the name of the phase under way. */
export function phaseItems(
  workshop: Workshop,
  group: Group | undefined,
  named: (name: string) => unknown = (name) => name,
) {
  const now = phaseNow(workshop);
  const board = templateOfStep(stepNow(workshop), group) ?? "";
  const sheets = [1, 2, 3]
    .filter((sheet) => isInModules(workshop, `sheet${sheet}`))
    .map((sheet) => {
      const on = board.startsWith(`sheet${sheet}.`);
      return html`<i class=${on ? "on" : ""}>${on ? t("Fiche {sheet}", { sheet }) : sheet}</i>`;
    });
  const canvases = (["governance", "economic"] as const)
    .filter((canvas) => isInModules(workshop, canvas))
    .map((canvas) => {
      const name = canvas === "governance" ? t("Gouvernance") : t("Modèle économique");
      return html`<i class=${board === canvas ? "on" : ""} title=${name}
      >${picture(canvas === "governance" ? "gouv" : "eco", 15)}<span class="sr">${name}</span></i
    >`;
    });
  const label = names();
  return PHASES.map((phase, at) => {
    const steps =
      at !== now ? nothing : phase === "exploration" ? sheets : phase === "convergence" ? canvases : nothing;
    const name = at === now ? named(label[phase]) : html`<span class="phase">${label[phase]}</span>`;
    return html`${at > 0 ? html`<li class="sep" aria-hidden="true"></li>` : nothing}<li
          class=${at < now ? "done" : at === now ? "now" : ""}
          aria-current=${at === now ? "step" : nothing}
        >${at < now ? html`${picture("check", 16)}<span class="sr">${t("Terminé :")} </span>` : nothing}${name}${steps}</li>`;
  });
}
