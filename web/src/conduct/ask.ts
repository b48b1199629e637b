// A command of this page: what was refused is said where notices stand.

import type { Atelier } from "../board/atelier";
import { command } from "../board/command";

/** Whether it was done. */
export async function ask(app: Atelier, fields: Readonly<Record<string, unknown>>): Promise<boolean> {
  const why = await command(app, fields);
  if (why === null) {
    app.dismiss(app.noticeAbout("command"));
    return true;
  }
  app.notify(why, { about: "command" });
  app.announcer.say(why);
  return false;
}
