// Small helps on pages that work without script: the code field, display settings, copying, invitations.

import { attachCode } from "./code";
import { attachCopy } from "./copy";
import { attachDisplay } from "./display";
import { attachInvitation } from "./invitation";

attachCode();
attachDisplay();
attachCopy();
attachInvitation();
