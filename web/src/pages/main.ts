// Small helps on pages that work without script: the code field, colours, display settings, copying, invitations.

import { attachCode } from "./code";
import { attachColours } from "./colours";
import { attachCopy } from "./copy";
import { attachDisplay } from "./display";
import { attachInvitation } from "./invitation";

attachCode();
attachColours();
attachDisplay();
attachCopy();
attachInvitation();
