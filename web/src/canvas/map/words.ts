// What is said of points, of their wishes and of the stages of time.

import { t } from "../../ui/i18n";
import { placeWords } from "./geometry";
import type { CommunityMap } from "./map";
import { fieldOf, type MapPoint, roleWords, type Stage } from "./points";

export const STAGE_WORDS: Readonly<Record<Stage, () => string>> = {
  today: () => t("Aujourd'hui"),
  "6m": () => t("6 mois"),
  "2y": () => t("2 ans"),
  "5y": () => t("5 ans"),
};
/** On the board, where the title needs its room. */
export const SHORT_STAGES: Readonly<Record<Stage, () => string>> = {
  ...STAGE_WORDS,
  today: () => t("Auj."),
};
export const HORIZON_WORDS: Readonly<Record<Stage, () => string>> = {
  today: () => t("place visée"),
  "6m": () => t("place visée à 6 mois"),
  "2y": () => t("place visée à 2 ans"),
  "5y": () => t("place visée à 5 ans"),
};
/** All that is to know of a point, for ears. */
export function pointWords(map: CommunityMap, point: MapPoint): string {
  const { axes } = map;
  const place = map.placeOf(point);
  const count = fieldOf("count").choices?.[point.count ?? ""]?.();
  const wish = map.placing.open === null ? point.wish : null;
  return [
    point.label,
    place === null ? t("à placer") : placeWords(axes, place),
    count?.toLocaleLowerCase(),
    ...point.roles.map((role) => roleWords(role).aloud.toLocaleLowerCase()),
    point.invited ? t("à inviter") : "",
    wish === null ? "" : `${HORIZON_WORDS[wish.horizon]()} : ${placeWords(axes, wish)}`,
  ]
    .filter(Boolean)
    .join(", ");
}
