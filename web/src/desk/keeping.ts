// The chapter « Conservation »: how long all is kept, keeping it longer, erasing it now, and each person's own data.

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Person, Workshop } from "../model/page";
import { dayOf } from "../model/when";
import { openForm } from "../ui/form-dialog";
import { day, t, tn, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import type { Desk } from "./desk";
import { track } from "./downloads";
import type { OutcomeOf } from "./outcome";
import { withBold } from "./parts";

const DAY_MS = 86_400_000;
const LONGER = [30, 90, 180] as const;

/** From the day of the workshop, or that it was made, to the day on which all is erased. */
export function keptFor(
  { starts_at, created_at = 0, expires_at }: Pick<Workshop, "starts_at" | "created_at" | "expires_at">,
  now: number,
): { from: number; days: number; left: number; percent: number } {
  const from = starts_at && starts_at < expires_at ? starts_at : created_at;
  const whole = Math.max(1, expires_at - from);
  return {
    from,
    days: Math.round(whole / DAY_MS),
    left: Math.max(0, Math.ceil((expires_at - now) / DAY_MS)),
    percent: Math.max(0, Math.min(100, (100 * (now - from)) / whole)),
  };
}

/** `title`: where the page is called so already, another one. */
export function keepingCard(
  desk: Desk,
  outcome: OutcomeOf,
  title: string = t("Conservation"),
): TemplateResult {
  const { workshop } = desk;
  const { from, days, left, percent } = keptFor(workshop, Date.now());
  const date = day(workshop.expires_at);
  const values = { date, n: days };
  const sentence =
    from === workshop.starts_at
      ? tn(
          "Notes, noms et historique seront effacés le {date}, {n} jour après l'atelier. Les fichiers déjà téléchargés restent chez vous.",
          "Notes, noms et historique seront effacés le {date}, {n} jours après l'atelier. Les fichiers déjà téléchargés restent chez vous.",
          days,
          values,
        )
      : tn(
          "Notes, noms et historique seront effacés le {date}, {n} jour après la création de l'atelier. Les fichiers déjà téléchargés restent chez vous.",
          "Notes, noms et historique seront effacés le {date}, {n} jours après la création de l'atelier. Les fichiers déjà téléchargés restent chez vous.",
          days,
          values,
        );
  const remains = tn("il reste {n} jour", "il reste {n} jours", left);
  return html`<section class="card keeping" aria-labelledby="keeping-title"><div class="keepingtop">
      <div class="grow"><h2 id="keeping-title">${title}</h2><p class="soft" data-expiry>${withBold(sentence, date)}</p></div>
      <div class="keepingacts"><button class="btn full" type="button" @click=${() => extend(desk)}>${t("Prolonger…")}</button>
        <button class="btn danger full" type="button" @click=${() => askErase(desk, outcome)}>${picture("trash", 17)}${t("Effacer maintenant…")}</button></div></div>
    <div role="meter" aria-label=${t("Temps de conservation passé")} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(percent)} aria-valuetext=${remains}>${track(percent)}</div>
    <p class="row fine"><span class="grow">${dayOf(from, desk.data.language).replace(/^\S+ /, "")}</span><span>${remains}</span></p></section>`;
}

export function keepingChapter(desk: Desk, outcome: OutcomeOf): TemplateResult {
  return html`${desk.data.typed_wrong ? html`<p class="alert danger" role="alert">${picture("alert-triangle", 20)}<span>${t("Ce n'est pas le titre de l'atelier ; rien n'a été effacé.")}</span></p>` : nothing}
    ${keepingCard(desk, outcome, t("Date d'effacement"))}
    <div class="pair kept">${what()}${people(desk, outcome)}</div>`;
}

function what(): TemplateResult {
  return html`<section class="card stack"><h2>${t("Ce que garde le serveur")}</h2>
    <p class="soft">${t("Les notes et leur historique, les prénoms et les structures, les votes, les instantanés, les photos et ce que vous avez préparé. Rien d'autre, et rien ailleurs.")}</p>
    <p class="soft">${t("L'effacement emporte tout cela, aussi l'adresse de lecture et les liens d'invitation. Vous recevez un reçu, qui compte ce qui a été effacé.")}</p>
    <p class="soft">${t("Les fichiers déjà téléchargés restent chez vous. Les sauvegardes faites avant l'effacement sont chez qui héberge ce serveur.")}</p>
    <p><a href="/confidentialite">${t("Vos données, en détail")}</a></p></section>`;
}

// -- keeping longer ----------------------------------------------------------------------------------

/** The ends that are offered: so many days more, as long as the server keeps workshops. */
export function longer(until: number, now: number, mostDays: number): { days: number; end: number }[] {
  return LONGER.map((days) => ({ days, end: until + days * DAY_MS })).filter(
    ({ end }) => end <= now + mostDays * DAY_MS,
  );
}

function extend(desk: Desk): void {
  const { expires_at: until } = desk.workshop;
  const { most_days: most } = desk.data;
  const chosen = longer(until, Date.now(), most).map(({ days, end }, at) => {
    const input = make("input", { type: "radio", name: "until", value: end, checked: at === 0 });
    const words = tn("{n} jour de plus, jusqu'au {date}", "{n} jours de plus, jusqu'au {date}", days, {
      date: day(end),
    });
    return { input, label: make("label", { class: "tick" }, input, make("span", {}, words)) };
  });
  const other = make("input", {
    type: "radio",
    name: "until",
    value: "date",
    checked: chosen.length === 0,
  });
  const date = make("input", {
    type: "date",
    // the whole of that day: a day from now at least, and within what the server allows
    min: asDay(Date.now() + DAY_MS),
    max: asDay(Date.now() + (most - 1) * DAY_MS),
    value: asDay(until),
  });
  date.addEventListener("input", () => {
    other.checked = true;
  });
  const picked = () => {
    const radio = chosen.find(({ input }) => input.checked);
    return radio ? Number(radio.input.value) : endOf(date.value);
  };
  const sooner = make("p", { class: "alert warn", role: "status", hidden: true });
  openForm({
    title: t("Garder l'atelier jusqu'à quand ?"),
    body: [
      make(
        "p",
        { class: "soft" },
        t(
          "Notes, noms et historique sont effacés le {date}. La nouvelle date se lit à la porte et sur chaque page de l'atelier.",
          {
            date: day(until),
          },
        ),
      ),
      make(
        "fieldset",
        { class: "until" },
        make("legend", { class: "sr" }, t("Garder l'atelier jusqu'à quand ?")),
        ...chosen.map(({ label }) => label),
        make("label", { class: "tick" }, other, make("span", {}, t("Jusqu'à une autre date"))),
        make(
          "label",
          { class: "field" },
          make("span", {}, t("Date d'effacement")),
          make("span", { class: "input" }, date),
        ),
      ),
      sooner,
    ],
    stay: t("Ne rien changer"),
    act: t("Garder jusque-là"),
    ready: () => {
      const lost = lostDays(until, picked());
      const words = tn("C'est {n} jour de moins que prévu.", "C'est {n} jours de moins que prévu.", lost);
      sooner.hidden = lost === 0;
      sooner.textContent = lost > 0 ? words : "";
      return picked() !== null;
    },
    done: async () => {
      const answer = await desk.ask({ type: "workshop.keep", expires_at: picked() });
      if (answer)
        desk.tell(t("L'atelier est gardé jusqu'au {date}.", { date: day(desk.workshop.expires_at) }));
    },
  });
}

/** `2026-06-10`, what a field for a date holds. */
export function asDay(ms: number): string {
  const at = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The end of the day that a field for a date says; null when it says none. */
export function endOf(typed: string): number | null {
  const ms = typed ? new Date(`${typed}T23:59:00`).getTime() : Number.NaN;
  return Number.isFinite(ms) ? ms : null;
}

/** How many days earlier than agreed all would be erased. */
export function lostDays(until: number, end: number | null): number {
  return end === null ? 0 : Math.max(0, Math.round((until - end) / DAY_MS));
}

// -- erasing -----------------------------------------------------------------------------------------

function plain(text: string): string {
  return text.normalize("NFKC").replaceAll("’", "'").replace(/\s+/g, " ").trim();
}

/** The same title, however its apostrophes and spaces were typed. */
export function sameTitle(typed: string, title: string): boolean {
  return plain(typed) !== "" && plain(typed) === plain(title);
}

/** Whether what is typed can still become the title. */
export function titleBegins(typed: string, title: string): boolean {
  return plain(title).startsWith(plain(typed));
}

function askErase(desk: Desk, outcome: OutcomeOf): void {
  const { title, id } = desk.workshop;
  const wrong = make("small", { class: "wrong", id: "wrong-title", role: "status" });
  const input = make("input", { autocomplete: "off", spellcheck: "false", "aria-describedby": wrong.id });
  const judge = (whole: boolean) => {
    const typed = input.value;
    const other = !(whole ? sameTitle(typed, title) : titleBegins(typed, title));
    wrong.textContent = other ? t("Ce n'est pas le nom de l'atelier.") : "";
    if (other) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => judge(false));
  input.addEventListener("keydown", ({ key }) => key === "Enter" && judge(true));
  const counts = outcome.value?.counts;
  const goes = counts
    ? t("{notes}, {people} et l'historique disparaissent du serveur, tout de suite et pour de bon.", {
        notes: tn("{n} note", "{n} notes", counts.notes),
        people: tn("{n} nom", "{n} noms", counts.people),
      })
    : t("Notes, noms et historique disparaissent du serveur, tout de suite et pour de bon.");
  const dialog = openForm({
    title: t("Effacer l'atelier « {title} » ?", { title }),
    body: [
      make("p", { class: "soft" }, goes),
      make(
        "p",
        { class: "soft" },
        t(
          "Vos fichiers téléchargés restent chez vous. Une sauvegarde faite avant reste chez qui héberge ce serveur.",
        ),
      ),
      make(
        "label",
        { class: "field" },
        make("span", {}, t("Recopiez le nom de l'atelier")),
        make("span", { class: "input" }, input),
        wrong,
      ),
    ],
    stay: t("Garder l'atelier"),
    act: t("Effacer"),
    focus: input,
    ready: () => sameTitle(input.value, title),
    done: () => {
      // the answer is another page: without a network this one would be lost for nothing
      if (!navigator.onLine) {
        desk.putUnanswered(t("Hors ligne. Rien n'a été effacé ; recommencez au retour du réseau."));
        return;
      }
      const form = make("form", { method: "post", action: `/organisation/${id}`, hidden: true });
      form.append(make("input", { type: "hidden", name: "title", value: title }));
      document.body.append(form);
      form.submit();
    },
  });
  dialog.querySelector(".actions .primary")?.classList.replace("primary", "danger");
}

// -- people ------------------------------------------------------------------------------------------

function people(desk: Desk, outcome: OutcomeOf): TemplateResult {
  const { workshop } = desk;
  const named = [...workshop.people].sort((a, b) => a.name.localeCompare(b.name, desk.data.language));
  return html`<section class="card stack" id="people"><h2 tabindex="-1">${t("Les personnes et leurs données")}</h2>
    <p class="soft">${t("Chaque personne peut voir ce qui la concerne depuis l'atelier. À sa demande, donnez-lui le fichier ou effacez ses données.")}</p>
    <ul class="checks">${repeat(
      named,
      ({ id }) => id,
      (person) => line(desk, outcome, person),
    )}</ul></section>`;
}

function line(desk: Desk, outcome: OutcomeOf, person: Person): TemplateResult {
  const { id } = person;
  const name = toldApart(person, desk.workshop);
  const group = desk.workshop.groups.find((one) => one.id === person.group);
  const told = [structureOf(person, desk.workshop), group && t("groupe {name}", { name: group.name })].filter(
    Boolean,
  );
  return html`<li><span class="av s c-${person.colour} k-${person.colour}">${picture(`mark-${person.mark}`, 12)}</span>
    <span class="grow"><b>${person.name}</b>${told.length > 0 ? html`<small>${told.join(" · ")}</small>` : nothing}</span>
    <span class="row acts"><a class="btn sm" download href=${`/api/workshops/${desk.workshop.id}/people/${id}/data?download`}>${t("Télécharger ses données")}<span class="sr"> (${name})</span></a>
    ${id === desk.data.me ? nothing : html`<button class="btn sm" type="button" @click=${() => erasePerson(desk, outcome, person)}>${t("Effacer ses données…")}<span class="sr"> (${name})</span></button>`}</span></li>`;
}

type Seats = Pick<Workshop, "people" | "stakeholders">;

/** What somebody speaks for, by name; "" of who speaks for nobody else. */
function structureOf({ stakeholder }: Person, { stakeholders }: Seats): string {
  return stakeholders.find(({ id }) => id === stakeholder)?.name ?? "";
}

/** How somebody is named where another person has the same name: also by their structure. */
export function toldApart(person: Person, seats: Seats): string {
  const { id, name } = person;
  const alike = seats.people.some((one) => one.id !== id && one.name.toLowerCase() === name.toLowerCase());
  const structure = structureOf(person, seats);
  return alike && structure ? `${name} (${structure})` : name;
}

/** What people wrote is not changed: whoever asked to be forgotten may be named in it. */
export function mentionsWords(n: number): string {
  if (n === 0) return "";
  return tn(
    "{n} note écrite par d'autres contient encore ce nom : relisez-la avec la personne.",
    "{n} notes écrites par d'autres contiennent encore ce nom : relisez-les avec la personne.",
    n,
  );
}

function erasePerson(desk: Desk, outcome: OutcomeOf, person: Person): void {
  const { id } = person;
  const name = toldApart(person, desk.workshop);
  const choice = (value: string, words: string, checked: boolean) => {
    const input = make("input", { type: "radio", name: "notes", value, checked });
    return { input, label: make("label", { class: "tick" }, input, make("span", {}, words)) };
  };
  const keep = choice("keep", t("Garder ses notes, sans son nom"), true);
  const drop = choice("delete", t("Supprimer aussi ses notes et ses commentaires"), false);
  const dialog = openForm({
    title: t("Effacer les données de {name} ?", { name }),
    body: [
      make(
        "p",
        { class: "soft" },
        t("Son nom, sa structure et ses sessions disparaissent, aussi de l'historique. C'est pour de bon."),
      ),
      make(
        "p",
        { class: "soft" },
        t(
          "La relecture et les instants restent, sans son nom ; des notes supprimées, il n'y reste rien non plus.",
        ),
      ),
      make(
        "fieldset",
        { class: "until" },
        make("legend", { class: "sr" }, t("Ses notes")),
        keep.label,
        drop.label,
      ),
    ],
    stay: t("Ne rien effacer"),
    act: t("Effacer ses données"),
    done: async () => {
      const answer = await desk.ask({
        type: "person.erase",
        person: id,
        notes: drop.input.checked ? "delete" : "keep",
      });
      if (!answer) return;
      void outcome.load();
      const done = typo(t("Les données de {name} sont effacées.", { name }));
      desk.put("info", [done, mentionsWords(answer.erased?.mentions ?? 0)].filter(Boolean).join(" "));
      // their line is gone, and the focus with it: never on the button of whoever comes next
      document.querySelector<HTMLElement>("#people h2")?.focus();
    },
  });
  dialog.querySelector(".actions .primary")?.classList.replace("primary", "danger");
}
