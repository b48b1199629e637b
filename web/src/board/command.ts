// Commands change the workshop, not a board; their effect comes back with the workshop's state.

import { t } from "../ui/i18n";
import type { Atelier } from "./atelier";

/** Ask for a command; gives why it was refused, or null when it is done. */
export async function command(
  app: Atelier,
  fields: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  try {
    const answer = await fetch(`${app.data.base}/api/workshops/${app.workshop.id}/commands`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    if (answer.ok) return null;
    const problem = (await answer.json()) as { key?: string };
    return sentences()[problem.key ?? ""] ?? t("Cela n'a pas été accepté. Réessayez dans un instant.");
  } catch {
    return t("Le serveur ne répond pas. Réessayez dans un instant.");
  }
}

function sentences(): Record<string, string> {
  return {
    "command.role": t("Votre rôle ne permet pas cette commande."),
    "command.too_many": t("Trop de commandes à la fois. Réessayez dans un instant."),
    "session.unknown": t("Vous n'avez plus de place dans cet atelier."),
    "person.unknown": t("Cette personne n'est plus dans cet atelier."),
    "person.above": t("Seule la personne qui organise peut faire cela."),
    "stakeholder.unknown": t("Cette structure n'est pas dans cet atelier."),
    "stakeholder.empty": t("Indiquez le nom de la structure."),
    "stakeholder.too_long": t("Ce nom de structure est trop long."),
    "stakeholder.too_many": t("Cet atelier a déjà le maximum de structures."),
  };
}
