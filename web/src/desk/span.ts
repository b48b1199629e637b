// From when to when a workshop is, in words, on the organiser's clock.

import type { Workshop } from "../model/page";
import { dayOf, inTown, timeOf, timeZone, townOf } from "../model/when";
import { t } from "../ui/i18n";
import { capital } from "../ui/numbers";

/** `Jeudi 12 mars, de 14 h à 18 h, heure de Paris`; empty without a date. */
export function spanWords({ starts_at, slot_minutes }: Workshop, language: string): string {
  if (!starts_at) return "";
  const values = {
    day: capital(dayOf(starts_at, language)),
    from: timeOf(starts_at, language),
    to: slot_minutes ? timeOf(starts_at + slot_minutes * 60_000, language) : "",
    zone: inTown(t("heure de {city}"), townOf(timeZone())),
  };
  return slot_minutes ? t("{day}, de {from} à {to}, {zone}", values) : t("{day} à {from}, {zone}", values);
}
