// How a need is worded: as a question, without its answer in it.

import { language } from "../ui/i18n";

export type Flaw = "long" | "solution" | "statement";

const LONG = 200;
/** Words for things to build, in both languages: people write in theirs, whatever the page speaks. */
const SOLUTIONS =
  /(?<![\p{L}\p{N}])(appli(cation)?s?|apps?|plate-?formes?|platforms?|logiciels?|softwares?|sites? (web|internet)|web ?sites?|portails?|portals?|bases? de données|databases?|tableaux? de bord|dashboards?|outils? numériques?|extranets?|intranets?|chat-?bots?|blockchains?|api|saas|excel|google|whatsapp|facebook|slack|notion|trello|wordpress|sharepoint|chatgpt)(?![\p{L}\p{N}])/iu;
/** « BlaBlaCar », « GitHub »: capitals inside of a word are a product's name. */
const PRODUCT = /(?<![\p{L}\p{N}])\p{Lu}\p{Ll}+\p{Lu}\p{Ll}/u;
const ASKS = /^(comment|how)(?![\p{L}\p{N}])/iu;

/** What is worth another look in a need; nothing where it is empty or reads well. */
export function flawsOf(text: string): Flaw[] {
  const words = text.trim();
  if (words === "") return [];
  const flaws: Flaw[] = [];
  if (!ASKS.test(words) || !words.includes("?")) flaws.push("statement");
  if (SOLUTIONS.test(words) || PRODUCT.test(words)) flaws.push("solution");
  if ([...words].length > LONG) flaws.push("long");
  return flaws;
}

/** The word that names a solution, to show it. */
export function solutionIn(text: string): string | null {
  return SOLUTIONS.exec(text)?.[0] ?? /\p{Lu}\p{Ll}+\p{Lu}\p{L}*/u.exec(text)?.[0] ?? null;
}

/** « un lieu d'échange » → « Comment un lieu d'échange ? », to be finished by hand. */
export function asQuestion(text: string): string {
  const words = text.trim().replace(/[\s.!?…]+$/u, "");
  const [first = "", second = ""] = words;
  const proper = second !== "" && second === second.toLocaleUpperCase() && /\p{L}/u.test(second);
  const rest = proper ? words : first.toLocaleLowerCase() + words.slice(first.length);
  const start = language() === "fr" ? "Comment " : "How ";
  if (ASKS.test(words)) return `${words}${language() === "fr" ? " ?" : "?"}`;
  return rest === "" ? start : `${start}${rest}${language() === "fr" ? " ?" : "?"}`;
}
