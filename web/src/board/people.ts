// The panel beside the board: who sits at this table and what they do; on a phone, the tab of the group.

import { html, nothing, render } from "lit";
import { activity } from "../list/activity";
import { initials, MARKS, type Person } from "../model/page";
import { t, tn, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Atelier } from "./atelier";
import { others } from "./presence";
import { openPersonMenu } from "./undo-person";

const PHONE = matchMedia("(max-width: 43.75em)");
const AGES_MS = 10_000;

export function drawPeople(app: Atelier, host: HTMLElement): void {
  const close = html`<button class="btn icon sm ghost close" type="button" aria-label=${t("Fermer ce panneau")} @click=${() => app.emit("aside")}>${picture("x", 18)}</button>`;
  // on a phone this is the tab of the group; beside the list the log comes first
  render(
    PHONE.matches ? html`${people(app)}${activity(app)}` : html`${close}${activity(app)}${people(app)}`,
    host,
  );
}

function people(app: Atelier) {
  const writing = new Map<string, string>();
  const here = new Set([app.data.person.id]);
  for (const { user, editing } of others(app).values()) {
    if (!user.id) continue;
    here.add(user.id);
    const note = app.note(editing ?? null);
    const zone = note && app.templateOf(note.board)?.zones.find((one) => one.id === note.zone);
    if (zone) writing.set(user.id, typo(zone.title));
  }
  const seated = app.workshop.people.filter((person) => person.group === app.data.group);
  const rank = ({ id }: Person) => (id === app.data.person.id ? 0 : here.has(id) ? 1 : 2);
  const group = app.workshop.groups.find((one) => one.id === app.data.group);
  const present = seated.filter((person) => here.has(person.id)).length;
  return html`<section class="table" aria-labelledby="table-title">
    <h2 id="table-title" tabindex="-1">${t("Groupe {name}", { name: group?.name ?? app.data.group })}</h2>
    <p class="soft">${tn("{n} personne présente", "{n} personnes présentes", present)}</p>
    <ul>${[...seated]
      .sort((a, b) => rank(a) - rank(b))
      .map((person) => {
        const zone = writing.get(person.id);
        const doing = zone
          ? t("écrit dans {zone}", { zone })
          : here.has(person.id)
            ? t("ici")
            : t("pas en ligne");
        return seat(app, person, doing, here.has(person.id));
      })}</ul>
  </section>`;
}

function seat(app: Atelier, person: Person, doing: string, here: boolean) {
  const stakeholder = app.workshop.stakeholders.find((one) => one.id === person.stakeholder)?.name;
  const mine = person.id === app.data.person.id;
  const ready = person.ready === true && app.workshop.ready_check != null;
  return html`<li class=${here ? "" : "away"}>
    <span class="av c-${person.colour}" aria-hidden="true">${initials(person.name)}
      <i class="avmark k-${person.colour}">${picture(`mark-${MARKS[person.colour]}`, 9)}</i></span>
    <span class="grow"><b>${mine ? t("{name} (vous)", { name: person.name }) : person.name}</b>
      ${stakeholder && stakeholder !== person.name ? html`<span class="soft">${stakeholder}</span>` : nothing}
      <span class="soft">${doing}</span></span>
    ${person.hand ? html`<span class="chip handsign">${picture("hand", 15)}${t("main levée")}</span>` : nothing}
    ${
      app.leads && !mine
        ? html`<button class="btn icon sm ghost" type="button" aria-haspopup="menu" aria-label=${t("Actions sur {name}", { name: person.name })} @click=${(event: Event) => openPersonMenu(app, person, event.currentTarget as HTMLElement)}>${picture("ellipsis", 18)}</button>`
        : nothing
    }
    ${ready ? html`<span class="chip ok">${picture("check", 15)}${t("c'est bon")}</span>` : nothing}
  </li>`;
}

/** Keep the panel up to date, and open and close it. `panel` shows one by name, or none. */
export function attachAside(
  app: Atelier,
  host: HTMLElement,
  panel: (name: string | null) => void,
): () => void {
  const button = document.getElementById("open-around");
  const isOpen = () => document.body.dataset.panel === "group";
  const draw = () => drawPeople(app, host);
  const toggle = (open: boolean) => {
    panel(open ? "group" : null);
    button?.setAttribute("aria-expanded", String(open));
    draw();
    if (open) host.querySelector<HTMLElement>("h2")?.focus();
    else button?.focus();
  };
  const pressed = () => toggle(!isOpen());
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !isOpen()) return;
    event.stopPropagation();
    toggle(false);
  };
  button?.addEventListener("click", pressed);
  host.addEventListener("keydown", leave);
  const ages = setInterval(draw, AGES_MS);
  const offs = [app.on("around", draw), app.on("aside", () => toggle(false))];
  return () => {
    button?.removeEventListener("click", pressed);
    host.removeEventListener("keydown", leave);
    clearInterval(ages);
    for (const off of offs) off();
  };
}
