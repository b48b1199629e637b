// Small numbers as words, as one would say them (ux §10: figures beyond ten).

import { t } from "./i18n";

/** `3` → « trois »; feminine for one: what is counted here are notes, people and others. */
export function inWords(n: number): string {
  const words = [
    t("aucune"),
    t("une"),
    t("deux"),
    t("trois"),
    t("quatre"),
    t("cinq"),
    t("six"),
    t("sept"),
    t("huit"),
    t("neuf"),
    t("dix"),
  ];
  return words[n] ?? String(n);
}

export function capital(sentence: string): string {
  const [first = ""] = sentence;
  return first.toLocaleUpperCase() + sentence.slice(first.length);
}
