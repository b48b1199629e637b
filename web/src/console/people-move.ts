// People: their menu, moving them to a group by drag, by menu, or by taking them and pressing a group.

import { html } from "lit";
import type { Group, Person, Profile } from "../model/page";
import { t, tn } from "../ui/i18n";
import { type MenuItem, openMenu } from "../ui/menu";
import { picture } from "../ui/picture";
import { askMessage, askProfile, askRemove, askRename, askRole } from "./dialogs";
import type { Console } from "./state";

/** A press that moves less is a press. */
const THRESHOLD = 6;

/** Groups for somebody, the advised one first: where their profile is missing, then where there are fewest. */
export function advised(
  groups: readonly Group[],
  people: readonly Person[],
  who: Pick<Person, "id" | "profile">,
): Group[] {
  const seated = (group: Group) => people.filter((one) => one.group === group.id && one.id !== who.id);
  const lacks = (group: Group, profile: Profile) => !seated(group).some((one) => one.profile === profile);
  const rank = (group: Group) => (who.profile && lacks(group, who.profile) ? 0 : 1);
  return [...groups].sort((a, b) => rank(a) - rank(b) || seated(a).length - seated(b).length);
}

export async function movePerson(app: Console, id: string, group: string | null): Promise<void> {
  const person = app.person(id);
  app.picked = null;
  if (!person || person.group === group) {
    app.changed();
    return;
  }
  const name = app.group(group)?.name;
  const done = name
    ? t("{name} rejoint le groupe {group}.", { name: person.name, group: name })
    : t("{name} attend dans la salle d'attente.", { name: person.name });
  app.moved = { id, group };
  await app.run({ type: "person.move", person: id, group }, done);
}

/** What can be done for somebody. */
export function personMenu(app: Console, id: string, event: Event): void {
  const person = app.person(id);
  const at = event.currentTarget;
  if (!person || !(at instanceof HTMLElement) || justDragged) return;
  const items: MenuItem[] = [];
  const add = (label: string, icon: string, done: () => void) => items.push({ label, icon, done });
  const elsewhere = app.workshop.groups.filter((group) => group.id !== person.group);
  const sorted = advised(elsewhere, app.participants, person);
  for (const [index, group] of sorted.entries()) {
    const n = app.participants.filter((one) => one.group === group.id).length;
    const people = tn("{n} personne", "{n} personnes", n);
    const words = { group: group.name, people };
    const label =
      index === 0 && person.group === null
        ? t("{group} ({people}, conseillé)", words)
        : t("{group} ({people})", words);
    add(label, "trees", () => void movePerson(app, id, group.id));
  }
  if (person.group !== null) add(t("Salle d'attente"), "door-open", () => void movePerson(app, id, null));
  add(t("Prendre, puis choisir un groupe"), "move", () => {
    app.picked = id;
    app.announcer.say(t("Choisissez un groupe pour {name}. Échap annule.", { name: person.name }));
    app.changed();
  });
  if (person.group === null && app.leadsAll)
    add(t("Observer sans écrire"), "eye", () => {
      void app.run({ type: "person.role", person: id, role: "observer" }, t("C'est fait."));
    });
  if (person.hand) add(t("Baisser la main"), "hand", () => void app.run({ type: "hand.lower", person: id }));
  add(t("Lui écrire…"), "message-circle", () => askMessage(app, id));
  add(t("Profil…"), "users", () => askProfile(app, id));
  add(t("Renommer…"), "pencil", () => askRename(app, id));
  if (app.leadsAll) add(t("Changer de rôle…"), "key-round", () => askRole(app, id));
  add(t("Retirer de l'atelier…"), "user-minus", () => askRemove(app, id));
  openMenu(at, t("Actions pour {name}", { name: person.name }), items);
}

/** In the place of a card's actions while somebody is taken. */
export function placeHere(app: Console, group: Group | null) {
  const id = app.picked as string;
  const name = app.person(id)?.name ?? "";
  return html`<div class="acts"><button class="btn sm primary grow" type="button" data-place @click=${() => void movePerson(app, id, group?.id ?? null)}>${picture("corner-up-right", 16)}${t("Placer {name} ici", { name })}<span class="sr"> ${group?.name ?? t("Salle d'attente")}</span></button></div>`;
}

let justDragged = false;

/** Drag people onto groups; Escape puts them back. */
export function attachDrag(app: Console, host: HTMLElement): void {
  let held: { id: string; x: number; y: number; pointer: number; button: HTMLElement } | null = null;
  let ghost: HTMLElement | null = null;
  let over: HTMLElement | null = null;

  const target = (event: PointerEvent) =>
    document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>("[data-drop]") ?? null;
  const mark = (next: HTMLElement | null) => {
    if (next === over) return;
    over?.classList.remove("dropping");
    over = next;
    over?.classList.add("dropping");
  };
  const end = () => {
    held = null;
    ghost?.remove();
    ghost = null;
    mark(null);
    document.body.classList.remove("carrying");
  };

  host.addEventListener("pointerdown", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("button[data-person]");
    justDragged = false;
    if (!button || event.button !== 0 || event.pointerType === "touch") return;
    held = {
      id: button.dataset.person as string,
      x: event.clientX,
      y: event.clientY,
      pointer: event.pointerId,
      button,
    };
  });
  addEventListener("pointermove", (event) => {
    if (held === null || event.pointerId !== held.pointer) return;
    if (ghost === null) {
      if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < THRESHOLD) return;
      ghost = held.button.cloneNode(true) as HTMLElement;
      ghost.className = "person dragged";
      ghost.removeAttribute("data-person");
      ghost.setAttribute("aria-hidden", "true");
      document.body.append(ghost);
      document.body.classList.add("carrying");
    }
    ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
    mark(target(event));
  });
  addEventListener("pointerup", (event) => {
    if (held === null || event.pointerId !== held.pointer) return;
    const { id } = held;
    const onto = ghost === null ? null : target(event);
    justDragged = ghost !== null;
    // the click that the release makes comes first
    setTimeout(() => {
      justDragged = false;
    });
    end();
    if (onto) void movePerson(app, id, onto.dataset.drop || null);
  });
  addEventListener("pointercancel", end);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (ghost !== null) end();
    else if (app.picked !== null) {
      app.picked = null;
      app.announcer.say(t("Personne n'a changé de groupe."));
      app.changed();
    }
  });
}
