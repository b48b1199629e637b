// The page /animation/{id}: all groups at a glance, and what facilitation does.

import { attachDisplay } from "../pages/display";

attachDisplay();
