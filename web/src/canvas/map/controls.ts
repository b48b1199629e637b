// Choices of a point's values, for the dialog and for the table alike.

import type { Atelier } from "../../board/atelier";
import { HORIZONS } from "../../model/kinds";
import type { Axis } from "../../model/page";
import { t } from "../../ui/i18n";
import { capital } from "../../ui/numbers";
import { nearest } from "./geometry";
import { fieldOf } from "./points";

export type Option = readonly [value: string, words: string];

/** The ticks of an axis; a value between two of them stays as it is until another is chosen. */
export function axisOptions({ ticks }: Axis, value: number | undefined): Option[] {
  const options = ticks.map(([tick, word]): Option => [String(tick), capital(word)]);
  if (value === undefined || ticks.some(([tick]) => tick === value)) return options;
  const at = nearest(ticks, value);
  const words = t("≈ {word}", { word: capital(ticks[at]?.[1] ?? "") });
  return [...options.slice(0, at + 1), [String(value), words], ...options.slice(at + 1)];
}

export const countOptions = (): Option[] => said(fieldOf("count").choices);
export const presenceOptions = (): Option[] => said(fieldOf("presence").choices);
export const horizonOptions = (): Option[] => said(HORIZONS);

export function structureOptions(app: Atelier, now: string | null): Option[] {
  const known = app.workshop.stakeholders.map(({ id, name }): Option => [id, name]);
  const alone = app.workshop.people
    .filter(({ id, stakeholder }) => id === stakeholder)
    .map(({ id, name }): Option => [id, name]);
  const all = [...known, ...alone];
  return now === null || all.some(([id]) => id === now) ? all : [...all, [now, t("Structure partie")]];
}

function said(choices: Readonly<Record<string, () => string>> = {}): Option[] {
  return Object.entries(choices).map(([value, words]) => [value, words()]);
}
