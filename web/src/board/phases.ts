// The phase bar and the timer: which of the five phases, which step of it, and how long is left.

import { html, nothing, render } from "lit";
import type { Workshop } from "../model/page";
import { t } from "../ui/i18n";
import { icon } from "../ui/icon";
import type { Atelier } from "./atelier";

const PHASES = ["intro", "immersion", "exploration", "convergence", "synthesis"] as const;
type Phase = (typeof PHASES)[number];
const LAST_MINUTES_MS = 120_000;

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
  const now = phaseNow(app.workshop);
  const board = app.workshop.agenda.steps.find((step) => step.id === app.workshop.step)?.board ?? "";
  const sheets = [1, 2, 3].map((sheet) => {
    const on = board.startsWith(`sheet${sheet}.`);
    return html`<i class=${on ? "on" : ""}>${on ? t("Fiche {sheet}", { sheet }) : sheet}</i>`;
  });
  const canvases = (["governance", "economic"] as const).map((canvas) => {
    const name = canvas === "governance" ? t("Gouvernance") : t("Modèle économique");
    return html`<i class=${board === canvas ? "on" : ""} title=${name}
      >${icon(canvas === "governance" ? "gouv" : "eco", 15)}<span class="sr">${name}</span></i
    >`;
  });
  const label = names();
  render(
    PHASES.map((phase, at) => {
      const steps =
        at !== now
          ? nothing
          : phase === "exploration"
            ? sheets
            : phase === "convergence"
              ? canvases
              : nothing;
      return html`${at > 0 ? html`<li class="sep" aria-hidden="true"></li>` : nothing}<li
          class=${at < now ? "done" : at === now ? "now" : ""}
          aria-current=${at === now ? "step" : nothing}
        >${at < now ? html`${icon("check", 16)}<span class="sr">${t("Terminé :")} </span>` : nothing}${label[phase]}${steps}</li>`;
    }),
    host,
  );
}

/** The time left of a running timer, by the server's clock; nothing otherwise. */
export function drawTimer(app: Atelier, host: HTMLElement): void {
  const { timer } = app.workshop;
  host.hidden = !timer.running || timer.ends_at === undefined;
  if (host.hidden || timer.ends_at === undefined) return;
  const left = Math.max(0, timer.ends_at - (Date.now() + app.connection.clockOffset));
  const seconds = Math.ceil(left / 1000);
  const shown = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  if (host.dataset.shown === shown) return;
  host.dataset.shown = shown;
  host.classList.toggle("hot", left <= LAST_MINUTES_MS);
  host.setAttribute("aria-label", t("Temps restant : {time}", { time: shown }));
  host.textContent = shown;
}
