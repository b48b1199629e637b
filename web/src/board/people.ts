// Who sits at this table: the panel of the group, one tab of the phone.

import { html, nothing, render } from "lit";
import { initials, MARKS } from "../model/page";
import { t, tn } from "../ui/i18n";
import { icon } from "../ui/icon";
import type { Atelier } from "./atelier";
import { others } from "./presence";

export function drawPeople(app: Atelier, host: HTMLElement): void {
  const here = new Set([app.data.person.id]);
  for (const other of others(app).values()) if (other.user?.id) here.add(other.user.id);
  const seated = app.workshop.people.filter((person) => person.group === app.data.group);
  const group = app.workshop.groups.find((one) => one.id === app.data.group);
  render(
    html`<h2>${t("Groupe {name}", { name: group?.name ?? app.data.group })}</h2>
      <p class="soft">${tn("{n} personne présente", "{n} personnes présentes", here.size)}</p>
      <ul>
        ${seated.map((person) => {
          const stakeholder = app.workshop.stakeholders.find((one) => one.id === person.stakeholder)?.name;
          const mine = person.id === app.data.person.id;
          return html`<li class=${here.has(person.id) ? "" : "away"}>
            <span class="av c-${person.colour}" aria-hidden="true">${initials(person.name)}
              <i class="avmark k-${person.colour}">${icon(`mark-${MARKS[person.colour]}`, 9)}</i></span>
            <span class="grow"><b>${mine ? t("{name} (vous)", { name: person.name }) : person.name}</b>
              ${stakeholder && stakeholder !== person.name ? html`<span class="soft">${stakeholder}</span>` : nothing}</span>
            <span class="soft">${here.has(person.id) ? t("ici") : t("pas en ligne")}</span>
          </li>`;
        })}
      </ul>`,
    host,
  );
}
