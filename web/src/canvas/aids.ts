// Texts that help at the governance canvas, asked for when they are first needed (canvases/governance/aids.toml).

import type { Atelier } from "../board/atelier";
import { fetchLibrary } from "../deck/library";
import type { Aids } from "../model/library";
import { t, typo } from "../ui/i18n";

/** Null, with a sentence, when neither the server nor this browser has them. */
export async function aids(app: Atelier): Promise<Aids | null> {
  const found = (await fetchLibrary(app.data.base))?.aids;
  if (found === undefined) {
    app.notify(t("Le serveur ne répond pas. Réessayez dans un instant."));
    return null;
  }
  return {
    crash_tests: found.crash_tests.map(typo),
    minimal: found.minimal.map(({ domain, text }) => ({ domain, text: typo(text) })),
    forms: Object.fromEntries(
      Object.entries(found.forms).map(([form, { when, advantages, limits }]) => [
        form,
        { when: typo(when), advantages: typo(advantages), limits: typo(limits) },
      ]),
    ),
  };
}
