// What a step is for, in the card that a new step opens: the words of the guide.

import type { Atelier } from "../board/atelier";
import { stepNow } from "../model/follow";
import { guideOf } from "../model/library";
import { typo } from "../ui/i18n";
import { libraryNow } from "./library";

export function attachGuide(app: Atelier): void {
  app.aim = () => {
    const step = stepNow(app.workshop);
    const found = step && guideOf(libraryNow()?.steps ?? [], step);
    return found ? typo(app.leads ? found.hint : found.purpose) : null;
  };
}
