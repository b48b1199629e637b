// The chapter « Invitations »: code, QR and link to share, the file for calendars, the sheet to print, and the
// secret links, which can only be made anew.

import { html, nothing } from "lit";
import type { Person } from "../model/page";
import { day, t, typo } from "../ui/i18n";
import { type MenuItem, openMenu } from "../ui/menu";
import { picture } from "../ui/picture";
import type { Desk } from "./desk";
import { handed, question } from "./parts";
import { spanWords } from "./span";

type Role = "organiser" | "facilitator" | "observer";

/** New links, as long as this page is open: they are told once. */
const renewed = new Map<Role, string>();

export function inviteCard(desk: Desk, qr: Element | null, shared: () => void) {
  const { workshop, data } = desk;
  return html`<section class="card" aria-labelledby="invite-title">
    <div class="row phone">${qr}<div class="grow"><h2 id="invite-title">${t("Invitations")}</h2>
      <p class="bigcode">${data.code}</p></div></div>
    ${handed(t("Lien à partager"), data.door, shared)}
    <div class="row acts">
      <a class="btn sm" href=${letter(desk)} @click=${shared}>${picture("mail", 17)}${t("Écrire aux personnes")}</a>
      ${workshop.starts_at ? html`<a class="btn sm" href=${`/a/${data.code}/agenda.ics`}>${picture("calendar-plus", 17)}${t("Agenda (.ics)")}</a>` : nothing}
      <a class="btn sm" href=${`/organisation/${workshop.id}/feuille`} @click=${shared}>${picture("printer", 17)}${t("Feuille à imprimer")}</a>
    </div>${workshop.starts_at ? nothing : html`<p class="fine">${t("Le fichier d'agenda vient avec la date.")}</p>`}</section>`;
}

export function invitationsChapter(desk: Desk, qr: Element | null, shared: () => void) {
  const leaders = desk.workshop.people.filter((person) => person.role !== "participant");
  return html`<div class="pair">${inviteCard(desk, qr, shared)}
    <section class="card"><h2>${t("Animation et organisation")}</h2>
      <ul class="people">${leaders.map((person) => chip(desk, person))}</ul>
      <p class="soft">${t("Ces liens sont secrets et ne s'affichent qu'une fois. Un lien renouvelé remplace l'ancien, et qui était entré par l'ancien doit recevoir le nouveau.")}</p>
      ${roles().map(([role, name]) => secret(desk, role, name))}</section></div>`;
}

function roles(): [Role, string][] {
  return [
    ["facilitator", t("Animation")],
    ["observer", t("Observation")],
    ["organiser", t("Organisation")],
  ];
}

function chip(desk: Desk, person: Person) {
  const role = roles().find(([id]) => id === person.role)?.[1] ?? "";
  const me = person.id === desk.data.me ? t("vous") : role.toLocaleLowerCase();
  const others = desk.data.me !== person.id;
  return html`<li><span class="av s c-${person.colour} k-${person.colour}">${picture(`mark-${person.mark}`, 12)}</span><span>${person.name}</span> <span class="muted">${me}</span>${
    others
      ? html`<button type="button" class="btn icon xs ghost" aria-haspopup="menu" aria-label=${t("Actions sur {name}", { name: person.name })} @click=${(event: Event) => leaderMenu(desk, person, event.currentTarget as HTMLElement)}>${picture("more-vertical", 17)}</button>`
      : nothing
  }</li>`;
}

/** Another role, or none: also the way back of who was made an observer by a slip. */
function leaderMenu(desk: Desk, person: Person, at: HTMLElement): void {
  const choices: [Person["role"], string, string][] = [
    ["participant", t("Participe"), "users"],
    ["facilitator", t("Anime avec vous"), "key-round"],
    ["observer", t("Observe sans écrire"), "eye"],
  ];
  const items: MenuItem[] = choices
    .filter(([role]) => role !== person.role)
    .map(([role, label, icon]) => ({
      label,
      icon,
      done: () => desk.ask({ type: "person.role", person: person.id, role }),
    }));
  items.push({
    label: t("Retirer de l'atelier…"),
    icon: "user-minus",
    done: () =>
      question(
        t("Retirer {name} de l'atelier ?", { name: person.name }),
        t("Ses notes restent. Sa page se ferme tout de suite."),
        t("Retirer"),
        () => desk.ask({ type: "person.remove", person: person.id }),
      ),
  });
  openMenu(at, t("Actions sur {name}", { name: person.name }), items);
}

function secret(desk: Desk, role: Role, name: string) {
  const link = renewed.get(role);
  const renew = () =>
    question(
      t("Renouveler le lien « {role} » ?", { role: name }),
      t(
        "L'ancien lien ne mènera plus nulle part, et les sessions qu'il a ouvertes se ferment tout de suite.",
      ),
      t("Renouveler"),
      async () => {
        const answer = await desk.ask({ type: "invitation.renew", role });
        if (!answer?.invitation) return;
        renewed.set(role, `${new URL(desk.data.door).origin}/i#${answer.invitation}`);
        desk.changed();
      },
    );
  return html`<div class="gp"><div class="row"><h3 class="grow">${name}</h3>
    <button class="btn sm" type="button" aria-label=${t("Renouveler le lien « {role} »", { role: name })} @click=${renew}>${picture("refresh", 16)}${t("Renouveler")}</button></div>
    ${link ? html`<p class="fine">${t("Gardez-le maintenant : il ne sera plus affiché.")}</p>${handed(t("Nouveau lien, {role}", { role: name }), link)}` : nothing}</div>`;
}

/** A letter in the person's own mail program. */
function letter({ workshop, data }: Desk): string {
  const when = spanWords(workshop, data.language);
  const lines = [
    t("Bonjour,"),
    "",
    t("Voici l'invitation à l'atelier « {title} ».", { title: workshop.title }),
    ...(when ? [when] : []),
    "",
    t("Pour entrer, sans compte : {door}", { door: data.door }),
    t("Ou tapez le code {code} sur {home}", { code: data.code, home: new URL(data.door).origin }),
    ...(workshop.passphrase ? [t("Le mot de passe de l'atelier vous est donné à part.")] : []),
    "",
    t("Notes, noms et historique seront effacés le {date}.", { date: day(workshop.expires_at) }),
  ];
  const subject = t("Invitation : {title}", { title: workshop.title });
  return `mailto:?subject=${encodeURIComponent(typo(subject))}&body=${encodeURIComponent(lines.join("\r\n"))}`;
}
