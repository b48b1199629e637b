// Texts that help at the governance canvas, asked for when they are first needed (canvases/governance/aids.toml).

import type { Atelier } from "../board/atelier";
import { language, t, typo } from "../ui/i18n";

export interface Aids {
  crash_tests: string[];
  minimal: { domain: string; text: string }[];
  forms: Record<string, { when: string; advantages: string; limits: string }>;
}

let asked: Promise<Aids> | null = null;

/** The same answer for all who ask; null, with a sentence, when the server does not give it. */
export async function aids(app: Atelier): Promise<Aids | null> {
  asked ??= (async () => {
    const answer = await fetch(`${app.data.base}/api/library?lang=${language()}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const { crash_tests, minimal, forms } = ((await answer.json()) as { aids: Aids }).aids;
    return {
      crash_tests: crash_tests.map(typo),
      minimal: minimal.map(({ domain, text }) => ({ domain, text: typo(text) })),
      forms: Object.fromEntries(
        Object.entries(forms).map(([form, { when, advantages, limits }]) => [
          form,
          { when: typo(when), advantages: typo(advantages), limits: typo(limits) },
        ]),
      ),
    };
  })();
  try {
    return await asked;
  } catch {
    asked = null; // asked for again the next time
    app.notify(t("Le serveur ne répond pas. Réessayez dans un instant."));
    return null;
  }
}
