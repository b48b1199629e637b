// Small helps on pages that work without script: the code field, colours, display settings, copying, dates,
// invitations, a room that opens.

import { attachCode } from "./code";
import { attachColours } from "./colours";
import { attachCopy } from "./copy";
import { attachDisplay } from "./display";
import { attachInvitation } from "./invitation";
import { attachOpening } from "./opening";
import { attachPrint } from "./print";
import { attachWaiting } from "./waiting";
import { attachWhen } from "./when";

attachCode();
attachColours();
attachDisplay();
attachCopy();
attachInvitation();
attachOpening();
attachPrint();
attachWaiting();
attachWhen();
