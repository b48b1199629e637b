// Which licence suits which resource, and why another does not. The licences are data: canvases/licences.toml.

import { t } from "../ui/i18n";

export type Family = "software" | "data" | "creative" | "hardware";

export interface Licence {
  /** Its SPDX id. */
  id: string;
  name: string;
  family: Family;
  suits: readonly string[];
  share_alike: boolean;
  public_body: boolean;
}

export interface Licences {
  /** The month in which the administration's list was looked at last. */
  checked: string;
  all: readonly Licence[];
}

/** Families of licences that are not in the data, by what people write. */
const WRITTEN: readonly (readonly [RegExp, Family])[] = [
  [/\bcc[-\s]?(by|0|zero)|creative[-\s]commons/i, "creative"],
  [/\b(a|l)?gpl\b|\bmit\b|\bbsd\b|\bapache\b|\bmpl\b|\beupl\b|\bepl\b|\bcecill\b/i, "software"],
  [/\bodbl\b|licence ouverte|\betalab\b|\bodc\b/i, "data"],
  [/\bcern[-\s]?ohl\b/i, "hardware"],
];
/** « NC » and « ND » keep others from selling, or from building on it. */
const CLOSED = /\b(nc|nd)\b|non[-\s]?commercial|pas d'usage commercial|no[-\s]?deriv/i;

const bare = (text: string) => text.trim().toLocaleLowerCase().replace(/\s+/g, " ");

export function named(licences: Licences, text: string): Licence | null {
  const wanted = bare(text);
  return licences.all.find(({ id, name }) => bare(id) === wanted || bare(name) === wanted) ?? null;
}

function familyOf(licences: Licences, text: string): Family | null {
  return named(licences, text)?.family ?? WRITTEN.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** Those that may be chosen for a resource, for a public body only those of its list. */
export function suiting(licences: Licences, rtype: string, publicBody: boolean): readonly Licence[] {
  return licences.all.filter(
    (one) => one.suits.includes(rtype) && (!publicBody || one.public_body || !listed(licences, rtype)),
  );
}

/** The administration's list is about software and data; contents and objects are not on it. */
function listed(licences: Licences, rtype: string): boolean {
  return rtype === "source_code" || rtype === "database"
    ? licences.all.some((one) => one.public_body && one.suits.includes(rtype))
    : false;
}

/** Why a licence does not go with a resource, in a sentence; null when nothing speaks against it. */
export function mismatch(
  licences: Licences,
  rtype: unknown,
  text: unknown,
  publicBody: boolean,
): string | null {
  if (typeof text !== "string" || text.trim() === "" || typeof rtype !== "string") return null;
  if (CLOSED.test(text))
    return t(
      "Une licence ouverte n'interdit jamais l'usage commercial ni les adaptations : celle-ci ferme le commun.",
    );
  if (rtype === "distinctive_sign")
    return t("Une marque ne s'ouvre pas par une licence : écrivez plutôt une charte d'usage.");
  const family = familyOf(licences, text);
  if (family === "creative" && rtype === "source_code")
    return t(
      "Les licences Creative Commons ne conviennent pas au logiciel : elles ne disent rien du code source ni des brevets.",
    );
  if (family === "creative" && rtype === "hardware")
    return t(
      "Les licences Creative Commons ne portent pas sur les objets : prenez une licence de matériel libre.",
    );
  if (family === "software" && rtype === "database")
    return t(
      "Une licence de logiciel ne dit rien du droit des bases de données : prenez une licence de données.",
    );
  const known = named(licences, text);
  if (known !== null && !known.suits.includes(rtype))
    return t("Cette licence n'est pas faite pour cette nature de ressource.");
  if (publicBody && listed(licences, rtype) && known?.public_body !== true)
    return t("Cette licence n'est pas sur la liste que les administrations peuvent employer.");
  return null;
}
