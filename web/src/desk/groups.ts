// The groups of the chapter « Déroulé et groupes »: who sits where. People move by dragging, by a press on them
// and a press on the place, or from their menu.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Group, Person, Profile } from "../model/page";
import { openForm } from "../ui/form-dialog";
import { t, tn, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { type MenuItem, openMenu } from "../ui/menu";
import { picture } from "../ui/picture";
import { replaceAgenda } from "./agenda";
import { bringNotes } from "./bring-notes";
import type { Desk } from "./desk";
import { attachDrag } from "./drag";
import { askText, question } from "./parts";
import { sheetPerGroup } from "./plan";
import { exchange, inGroup, lacksUsers } from "./ready";
import { moduleName, profiles, withoutGroup } from "./words";

const NAME_CHARS = 60;
const SHEETS = ["sheet1", "sheet2", "sheet3"];
const PROFILES: Profile[] = ["lead", "contributor", "user"];
const EVERYTHING = "half_day_210";
const SHEET_EACH = "one_sheet_per_group_150";
const WAITING = "waiting";

/** Who was pressed, and waits for a place. */
let picked: string | null = null;

export function attachGroups(host: HTMLElement, desk: Desk): void {
  attachDrag(host, {
    handle: "[data-person]",
    item: "[data-person]",
    target: "[data-group]",
    drop: (item, target) => move(desk, item.dataset.person ?? "", target.dataset.group ?? ""),
  });
  host.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || picked === null) return;
    picked = null;
    desk.changed();
  });
}

export function groups(desk: Desk) {
  const { workshop } = desk;
  const people = workshop.people.filter((person) => person.role === "participant").length;
  const waiting = inGroup(workshop, null);
  return html`<section class="card groups" aria-labelledby="groups-title">
    <div class="row head"><h2 class="grow" id="groups-title">${t("Groupes")}</h2><span class="muted">${people ? tn("{n} personne, 5 à 7 par groupe", "{n} personnes, 5 à 7 par groupe", people) : t("5 à 7 par groupe")}</span></div>
    ${plan(desk)}
    <p class="key">${PROFILES.map((profile) => html`<span class="rl is-${profile}">${picture(profiles()[profile].icon, 15)}${profiles()[profile].name}</span>`)}</p>
    ${waiting.length > 0 ? place(desk, null, waiting) : nothing}
    ${repeat(
      workshop.groups,
      (group) => group.id,
      (group) => place(desk, group, inGroup(workshop, group.id)),
    )}
    <div class="row acts">
      <button class="btn sm dashed" type="button" ?disabled=${workshop.groups.length >= desk.data.most_groups} @click=${() => create(desk)}>${picture("plus", 16)}${t("Ajouter un groupe")}</button>
      <button class="btn sm" type="button" ?disabled=${people < 2 || workshop.groups.length < 2} @click=${() => balance(desk)}>${picture("shuffle", 16)}${t("Équilibrer")}</button>
      <button class="btn sm" type="button" @click=${() => bringNotes(desk)}>${picture("folder-down", 16)}${t("Ajouter des notes d'un fichier…")}</button>
    </div></section>`;
}

/** Whether every group does all, or each has a sheet of its own. */
function plan(desk: Desk) {
  const each = sheetPerGroup(desk.steps);
  const choose = (id: string) => {
    const agenda = desk.data.agendas.find((one) => one.id === id);
    if (agenda) replaceAgenda(desk, id, agenda.title);
  };
  const option = (on: boolean, name: string, meaning: string, done: () => void) =>
    html`<button type="button" role="radio" aria-checked=${on} class="option card" @click=${() => !on && done()}><span class="rad" aria-hidden="true"></span><span><b>${name}</b><small>${meaning}</small></span></button>`;
  return html`<div class="mode" role="radiogroup" aria-label=${t("Ce que fait chaque groupe")}>
    ${option(!each, t("Chaque groupe fait tout"), t("Les trois fiches, puis plénière."), () => choose(EVERYTHING))}
    ${option(each, t("Un groupe par fiche"), t("Pour plus de 21 personnes."), () => choose(SHEET_EACH))}</div>`;
}

/** A group, or the waiting room, with who is in it. */
function place(desk: Desk, group: Group | null, people: readonly Person[]) {
  const name = group?.name ?? t("Salle d'attente");
  const id = group?.id ?? WAITING;
  const chosen = picked === null ? undefined : desk.workshop.people.find((person) => person.id === picked);
  const comes = chosen && (chosen.group ?? WAITING) !== id ? chosen : null;
  const sheet = group?.sheet && sheetPerGroup(desk.steps) ? group.sheet : null;
  return html`<div class="gp" data-group=${id} role="group" aria-label=${name}>
    <div class="row"><h3 class="grow">${picture(group ? "group" : "clock", 17)} ${name}${sheet ? html` <span class="chip line">${typo(moduleName(desk.data, sheet))}</span>` : nothing}</h3>
      <span class="muted">${tn("{n} personne", "{n} personnes", people.length)}</span>
      ${group ? html`<button type="button" class="btn icon xs ghost" aria-haspopup="menu" aria-label=${t("Actions sur le groupe {group}", { group: name })} @click=${(event: Event) => groupMenu(desk, group, event.currentTarget as HTMLElement)}>${picture("more-vertical", 17)}</button>` : nothing}</div>
    <ul class="chips">${repeat(
      people,
      (person) => person.id,
      (person) => html`<li>${chip(desk, person)}</li>`,
    )}
      <li>${
        comes
          ? html`<button type="button" class="btn sm primary" @click=${() => move(desk, comes.id, id)}>${picture("corner-up-right", 15)}${t("Placer {name} ici", { name: comes.name })}</button>`
          : group
            ? html`<button type="button" class="btn sm dashed" aria-haspopup="menu" aria-label=${t("Ajouter une personne au groupe {group}", { group: name })} @click=${(event: Event) => addMenu(desk, group, event.currentTarget as HTMLElement)}>${picture("plus", 15)}${t("Ajouter")}</button>`
            : nothing
      }</li></ul>
    ${group && lacksUsers(desk.workshop, group.id) ? lacking(desk, group) : nothing}</div>`;
}

function chip(desk: Desk, person: Person) {
  const on = picked === person.id;
  const profile = person.profile ? profiles()[person.profile] : null;
  const structure = desk.workshop.stakeholders.find(({ id }) => id === person.stakeholder)?.name ?? "";
  const press = () => {
    picked = on ? null : person.id;
    desk.tell(
      on ? t("Reposé.") : t("{name} : choisissez un groupe, Échap pour reposer.", { name: person.name }),
    );
  };
  return html`<span class=${on ? "pc picked" : "pc"} data-person=${person.id} title=${structure}>
    <button type="button" class="who" aria-label=${profile ? `${person.name}, ${profile.name}` : person.name} aria-pressed=${on} @click=${press}><span class="av s c-${person.colour} k-${person.colour}">${picture(`mark-${person.mark}`, 12)}</span>${person.name}${profile ? html`<span class="rl is-${person.profile ?? ""}">${picture(profile.icon, 14)}</span>` : nothing}</button><button
      type="button" class="dots3" aria-haspopup="menu" aria-label=${t("Actions sur {name}", { name: person.name })} @click=${(event: Event) => personMenu(desk, person, event.currentTarget as HTMLElement)}>${picture("more-vertical", 15)}</button></span>`;
}

function lacking(desk: Desk, group: Group) {
  const trade = exchange(desk.workshop, group.id);
  const swap = async () => {
    if (trade === null) return;
    const seat = (person: Person, to: Group) =>
      desk.ask({ type: "person.move", person: person.id, group: to.id });
    if (!(await seat(trade.take, group))) return;
    if (!(await seat(trade.give, trade.with))) {
      const { notice } = desk;
      await seat(trade.take, trade.with);
      if (notice) desk.put(notice.kind, notice.words);
      return;
    }
    desk.tell(
      t("{take} et {give} ont échangé leurs places.", { take: trade.take.name, give: trade.give.name }),
    );
  };
  return html`<p class="lack">${picture("alert-triangle", 16)}<span>${t("Personne n'utilise l'outil dans ce groupe.")}
    ${trade ? html`<button type="button" class="linkbtn" @click=${swap}>${t("Échanger avec {group}", { group: trade.with.name })}</button>` : nothing}</span></p>`;
}

async function move(desk: Desk, person: string, to: string): Promise<void> {
  picked = null;
  const group = to === WAITING ? null : to;
  const who = desk.workshop.people.find((one) => one.id === person);
  if (!who || who.group === group) return desk.changed();
  if (!(await desk.ask({ type: "person.move", person, group }))) return;
  const name = desk.workshop.groups.find((one) => one.id === group)?.name ?? t("Salle d'attente");
  desk.tell(t("{name} est maintenant ici : {group}.", { name: who.name, group: name }));
  // the button that was pressed is gone: on with who was moved
  if (document.activeElement === document.body)
    document.querySelector<HTMLElement>(`[data-person="${CSS.escape(person)}"] .who`)?.focus();
}

function personMenu(desk: Desk, person: Person, at: HTMLElement): void {
  const { workshop } = desk;
  const items: MenuItem[] = workshop.groups
    .filter((group) => group.id !== person.group)
    .map((group) => ({
      label: t("Vers {group}", { group: group.name }),
      icon: "corner-up-right",
      done: () => move(desk, person.id, group.id),
    }));
  if (person.group !== null && workshop.waiting_room)
    items.push({
      label: t("Vers la salle d'attente"),
      icon: "clock",
      done: () => move(desk, person.id, WAITING),
    });
  for (const profile of PROFILES)
    items.push({
      label:
        person.profile === profile
          ? t("Ne dit pas : {profile}", { profile: profiles()[profile].name })
          : profiles()[profile].name,
      icon: profiles()[profile].icon,
      done: () =>
        desk.ask({
          type: "person.profile",
          person: person.id,
          profile: person.profile === profile ? null : profile,
        }),
    });
  openMenu(at, t("Actions sur {name}", { name: person.name }), items);
}

function addMenu(desk: Desk, group: Group, at: HTMLElement): void {
  const others = desk.workshop.people
    .filter((person) => person.role === "participant" && person.group !== group.id)
    .sort((one, other) => Number(one.group !== null) - Number(other.group !== null));
  if (others.length === 0) {
    desk.put("info", t("Personne d'autre pour l'instant : partagez le lien, chacun s'assoit en entrant."));
    return;
  }
  openMenu(
    at,
    t("Ajouter une personne au groupe {group}", { group: group.name }),
    others.map((person) => ({
      label: person.name,
      icon: `mark-${person.mark}`,
      done: () => move(desk, person.id, group.id),
    })),
  );
}

function groupMenu(desk: Desk, group: Group, at: HTMLElement): void {
  const items: MenuItem[] = [
    {
      label: t("Renommer…"),
      icon: "pencil",
      done: () =>
        askText(
          t("Renommer le groupe {group}", { group: group.name }),
          t("Nom du groupe"),
          group.name,
          NAME_CHARS,
          t("Renommer"),
          (name) => desk.ask({ type: "group.rename", group: group.id, name }),
        ),
    },
  ];
  if (sheetPerGroup(desk.steps))
    for (const sheet of SHEETS.filter((one) => one !== group.sheet))
      items.push({
        label: typo(moduleName(desk.data, sheet)),
        icon: "sticky-note",
        done: () => desk.ask({ type: "group.sheet", group: group.id, sheet }),
      });
  if (desk.workshop.groups.length > 1)
    items.push({
      label: t("Dissoudre…"),
      icon: "trash",
      done: () =>
        question(
          t("Dissoudre le groupe {group} ?", { group: group.name }),
          withoutGroup(desk.workshop),
          t("Dissoudre"),
          () => desk.ask({ type: "group.delete", group: group.id }),
        ),
    });
  openMenu(at, t("Actions sur le groupe {group}", { group: group.name }), items);
}

function create(desk: Desk): void {
  askText(t("Un nouveau groupe"), t("Nom du groupe"), "", NAME_CHARS, t("Ajouter"), (name) =>
    desk.ask({ type: "group.create", name }),
  );
}

function balance(desk: Desk): void {
  openForm({
    title: t("Équilibrer les groupes ?"),
    body: [
      make(
        "p",
        { class: "soft" },
        t(
          "Les personnes sont réparties pour que chaque groupe ait sa part de qui porte le projet, contribue et utilise. Vous pourrez encore déplacer tout le monde.",
        ),
      ),
    ],
    stay: t("Ne rien changer"),
    act: t("Équilibrer"),
    done: () => desk.ask({ type: "groups.balance" }),
  });
}
