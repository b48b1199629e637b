// The page /organisation/{id}: preparing a workshop.

import { attachDisplay } from "../pages/display";

attachDisplay();
