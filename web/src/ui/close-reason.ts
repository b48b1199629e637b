// What people read when the server said not to come back.

import { t } from "./i18n";

export function reasonOf(code: number): string {
  switch (code) {
    case 4401:
      return t("Votre session est terminée. Reprenez place avec le code de l'atelier.");
    case 4403:
      return t("Vous n'avez plus accès à cette salle. Rechargez la page.");
    case 4404:
      return t("Cette salle n'existe pas.");
    case 4410:
      return t("Cet atelier a été effacé.");
    case 4413:
      return t("Un envoi était trop grand. Rechargez la page.");
    default:
      return t("La connexion a été refusée. Rechargez la page.");
  }
}
