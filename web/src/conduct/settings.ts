// What somebody chose on this device about being led: kept in the browser, switched in the menu.

import type { Atelier } from "../board/atelier";
import { t } from "../ui/i18n";
import { chime } from "./chime";

const CROWD = 12;

/** Above this many people in a room, cursors of participants are hidden unless somebody wants them. */
export function isCrowd(app: Atelier): boolean {
  return (app.connection.awareness?.getStates().size ?? 0) > CROWD;
}

function stored(key: string): string | null {
  return localStorage.getItem(key);
}

export function wantsSound(app: Atelier): boolean {
  const chosen = stored("tablee-end-sound");
  return chosen === null ? app.leads || app.workshop.end_sound === true : chosen === "on";
}

/** Whether steps and calls move this page: always those who take part, others when they want it. */
export function follows(app: Atelier): boolean {
  return app.data.person.role === "participant" || stored("tablee-follow") === "on";
}

/** Calls bring observers along, too; only those who run the workshop go where they want. */
export function comesWhenCalled(app: Atelier): boolean {
  return !app.leads || follows(app);
}

/** Whether the cursor of somebody is shown. */
export function showsCursor(app: Atelier, of: { leads: boolean; laser: boolean }): boolean {
  if (of.laser) return true;
  const chosen = stored("tablee-cursors");
  if (chosen === "hidden") return false;
  if (of.leads) return true;
  return app.workshop.cursors_hidden !== true && (chosen === "shown" || !isCrowd(app));
}

/** Set the switches of the menu, and keep what is chosen. */
export function attachSettings(app: Atelier): () => void {
  const input = (id: string) => document.getElementById(id) as HTMLInputElement | null;
  const [sound, cursors, follow] = [input("end-sound"), input("hide-cursors"), input("follow-steps")];
  const show = () => {
    if (sound) sound.checked = wantsSound(app);
    if (cursors) cursors.checked = !showsCursor(app, { leads: false, laser: false });
    if (follow) follow.checked = follows(app);
  };
  const changed = (event: Event) => {
    const { id, checked } = event.target as HTMLInputElement;
    if (id === "end-sound") {
      localStorage.setItem("tablee-end-sound", checked ? "on" : "off");
      if (checked) chime();
    } else if (id === "hide-cursors") {
      localStorage.setItem("tablee-cursors", checked ? "hidden" : "shown");
      if (!checked && app.workshop.cursors_hidden === true && !app.leads)
        app.announcer.say(t("L'animation a masqué les curseurs."));
    } else localStorage.setItem("tablee-follow", checked ? "on" : "off");
    show();
    app.emit("presence");
    app.emit("settings");
  };
  for (const one of [sound, cursors, follow]) one?.addEventListener("change", changed);
  const off = app.on("workshop", show);
  document.querySelector(".menu")?.addEventListener("toggle", show);
  show();
  return off;
}
