// Commands change the workshop, not a board; their effect comes back with the workshop's state.

import { t } from "../ui/i18n";

interface Asking {
  data: { base: string };
  workshop: { id: string };
}

/** Ask for a command; gives why it was refused, or null when it is done. */
export async function command(
  app: Asking,
  fields: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  const answer = await asked(app, fields);
  return typeof answer === "string" ? answer : null;
}

/** The same for a command with an answer of its own. `look` is shown the whole of a refusal. */
export async function asked<T extends object>(
  app: Asking,
  fields: Readonly<Record<string, unknown>>,
  look: (problem: { key?: string; detail?: string }) => void = () => {},
): Promise<T | string> {
  try {
    const answer = await fetch(`${app.data.base}/api/workshops/${app.workshop.id}/commands`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    if (answer.ok) return (await answer.json()) as T;
    const problem = (await answer.json()) as { key?: string; detail?: string };
    look(problem);
    return (
      sentences()[problem.key ?? ""] ??
      problem.detail ??
      t("Cela n'a pas été accepté. Réessayez dans un instant.")
    );
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
    "workshop.closed": t("Cet atelier est clos. Rouvrez-le pour le changer."),
    "message.empty": t("Écrivez d'abord votre mot."),
    "message.too_long": t("Ce mot est trop long : mille caractères au plus."),
    "message.self": t("Choisissez une autre personne que vous."),
    "message.not_to_them": t("Vous pouvez écrire à l'animation."),
    "announcement.too_long": t("Cette annonce est trop longue."),
    "hand.not_yours": t("Chaque personne baisse sa propre main."),
    "step.last": t("C'est déjà la dernière étape."),
    "since.too_old": t("Ce moment est trop ancien : cette salle n'en garde plus le détail."),
    "undo.too_many": t("D'autres annulations sont en cours. Réessayez dans un instant."),
    "writing.silent": t("L'écriture est silencieuse à cet endroit. Réessayez après la révélation."),
    "note.busy": t("Quelqu'un écrit dans cette note. Réessayez dans un instant."),
    "note.anonymous": t("Cette note est anonyme : on ne peut que la masquer."),
    "note.author_gone": t("La personne qui l'a écrite n'est plus dans l'atelier."),
    "note.too_many_hidden": t("Cette salle a déjà mille notes masquées."),
    "person.above": t("Seule la personne qui organise peut faire cela."),
    "stakeholder.unknown": t("Cette structure n'est pas dans cet atelier."),
    "stakeholder.empty": t("Indiquez le nom de la structure."),
    "stakeholder.too_long": t("Ce nom de structure est trop long."),
    "vote.running": t("Un vote est déjà ouvert pour ce groupe. Fermez-le d'abord."),
    "vote.too_many": t("Vingt votes sont gardés au plus. Retirez-en un d'abord."),
    "vote.closed": t("Ce vote est clos."),
    "vote.limit": t("Vous n'avez plus assez de points."),
    "vote.not_yours": t("Ce vote est celui d'un autre groupe."),
    "vote.unknown": t("Ce vote n'est plus là."),
    "consent.running": t("Une proposition est déjà ouverte pour ce groupe. Fermez-la d'abord."),
    "consent.too_many": t("Vingt propositions sont gardées au plus. Retirez-en une d'abord."),
    "consent.closed": t("Cette proposition est close."),
    "consent.not_yours": t("Cette proposition est celle d'un autre groupe."),
    "consent.unknown": t("Cette proposition n'est plus là."),
    "reason.missing": t("Une objection dit pourquoi : écrivez la raison."),
    "note.unknown": t("Une note n'est plus là. Vérifiez, puis recommencez."),
    "stakeholder.too_many": t("Cet atelier a déjà le maximum de structures."),
  };
}
