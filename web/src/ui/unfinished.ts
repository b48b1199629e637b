// Why a workshop does not close: actions that nobody owns or without a date, each with the way to complete it.

import { openForm } from "./form-dialog";
import { t, tn } from "./i18n";
import { make } from "./icon";

/** A problem of the server, with what `actions.incomplete` brings besides. */
export interface Unfinished {
  key?: string;
  detail?: string;
  count?: number;
  actions?: {
    group: string | null;
    board: string;
    text: string;
    lacks: ("owner" | "due")[];
  }[];
}

interface Of {
  workshop: { id: string; groups: readonly { id: string; name: string }[] };
}

/** Names the actions of a refusal; false when it was refused for another reason. */
export function nameUnfinished(app: Of, { key, actions = [], count = 0 }: Unfinished): boolean {
  const [first] = actions;
  if (key !== "actions.incomplete" || first === undefined) return false;
  const { id, groups } = app.workshop;
  const way = ({ group, board }: (typeof actions)[number]) =>
    `/atelier/${id}?${new URLSearchParams({ ...(group === null ? {} : { group }), board })}#bilan`;
  const items = actions.map((action) => {
    const name = groups.find((group) => group.id === action.group)?.name;
    const lacks =
      action.lacks.length === 2
        ? t("sans responsable ni échéance")
        : action.lacks[0] === "owner"
          ? t("sans responsable")
          : t("sans échéance");
    const where = name === undefined ? "" : `, ${t("Groupe {name}", { name })}`;
    const link = make("a", { href: way(action) }, action.text || t("sans texte"));
    return make("li", {}, link, ` ${lacks}${where}`);
  });
  const left = count - actions.length;
  openForm({
    title: t("Des actions restent à compléter"),
    body: [
      make(
        "p",
        {},
        t("L'atelier se clôt quand chaque action a un responsable et une échéance, ou est abandonnée."),
      ),
      make("ul", { class: "unfinished" }, ...items),
      ...(left > 0 ? [make("p", {}, tn("et {n} autre", "et {n} autres", left))] : []),
    ],
    stay: t("Plus tard"),
    act: t("Ouvrir le bilan"),
    done: () => location.assign(way(first)),
  });
  return true;
}
