// « Ma structure… »: who somebody speaks for. Participants say it for themselves, facilitation for anybody.

import { MARKS, type Person } from "../model/page";
import { nameOf, sameName } from "../model/stakeholders";
import { openForm } from "../ui/form-dialog";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier } from "./atelier";
import { command } from "./command";

const MOST_CHARS = 120;

/** Whether this person may say who speaks for what. */
export function maySayStructure(app: Atelier): boolean {
  return app.data.person.role !== "observer";
}

export function openStructure(app: Atelier): void {
  if (!maySayStructure(app)) return;
  const { workshop } = app;
  const me = app.data.person;
  const about = app.leads
    ? workshop.people.filter((one) => one.group === app.data.group || one.id === me.id)
    : [me];
  const whom = make("select", { class: "input", name: "whom" });
  for (const one of about) {
    const label = one.id === me.id ? t("{name} (vous)", { name: one.name }) : one.name;
    whom.append(make("option", { value: one.id }, label));
  }
  const target = () => about.find((one) => one.id === whom.value) ?? me;

  const choices = make("div", { class: "structures", role: "radiogroup", "aria-label": t("Structure") });
  const name = make("input", {
    class: "input",
    name: "new-structure",
    maxlength: MOST_CHARS,
    autocomplete: "organization",
    "aria-label": t("Nom d'une autre structure"),
    placeholder: t("Nom de la structure"),
  });
  const told = make("p", { class: "soft", role: "status" });
  const chosen = () => choices.querySelector<HTMLInputElement>("input:checked")?.value ?? "";
  const typed = () => name.value.trim();
  const draw = () => choices.replaceChildren(...rows(app, target(), name));
  const ready = () => {
    const known = workshop.stakeholders.find((one) => sameName(one.name, typed()));
    told.textContent =
      chosen() === "new" && typed() !== "" && known
        ? t("« {name} » est déjà là : son recto sera partagé.", { name: known.name })
        : t("Ce qui est déjà écrit reste où il est.");
    return chosen() === "new" ? typed() !== "" : chosen() !== "";
  };
  name.addEventListener("input", () => {
    const own = choices.querySelector<HTMLInputElement>('input[value="new"]');
    if (own && typed() !== "") own.checked = true;
  });
  whom.addEventListener("change", draw);
  draw();

  const person = make("label", { class: "field" }, make("span", {}, t("Pour qui")), whom);
  openForm({
    title: app.leads ? t("Qui parle pour quelle structure") : t("Ma structure"),
    body: [...(about.length > 1 ? [person] : []), choices, told],
    stay: t("Ne rien changer"),
    act: t("Choisir"),
    ready,
    done: () => void send(app, target(), chosen(), typed()),
    ...(about.length > 1 && { focus: whom }),
  });
}

function rows(app: Atelier, of: Person, name: HTMLInputElement): HTMLElement[] {
  const row = (value: string, checked: boolean, ...content: (Node | string)[]) => {
    const radio = make("input", { type: "radio", name: "structure", value });
    radio.checked = checked;
    return make("label", { class: "structure" }, radio, ...content);
  };
  const { stakeholders, people } = app.workshop;
  const sorted = [...stakeholders].sort((a, b) => a.name.localeCompare(b.name));
  const alone = of.id === app.data.person.id ? t("Je parle en mon nom") : t("En son nom");
  return [
    ...sorted.map((one) => {
      const names = people.filter((person) => person.stakeholder === one.id);
      const marks = names.slice(0, 4).map((person) => {
        const mark = make("span", {
          class: `av xs c-${person.colour} k-${person.colour}`,
          title: person.name,
        });
        mark.append(icon(`mark-${MARKS[person.colour]}`, 11));
        return mark;
      });
      const who = make("span", { class: "sr" }, names.map((person) => person.name).join(", "));
      return row(one.id, of.stakeholder === one.id, make("span", { class: "grow" }, one.name), ...marks, who);
    }),
    row(of.id, of.stakeholder === of.id, make("span", { class: "grow" }, alone)),
    row("new", false, make("span", {}, t("Une autre")), name),
  ];
}

async function send(app: Atelier, person: Person, chosen: string, typed: string): Promise<void> {
  const { id } = app.data.person;
  const fields = chosen === "new" ? { name: typed } : { stakeholder: chosen };
  const why = await command(app, {
    type: "person.represent",
    ...(person.id === id ? {} : { person: person.id }),
    ...fields,
  });
  if (why !== null) {
    app.notify(why);
    return;
  }
  const name = chosen === "new" ? typed : (nameOf(app.workshop, chosen) ?? "");
  const mine = person.id === id;
  if (chosen === person.id)
    app.announcer.say(
      mine ? t("Vous parlez en votre nom.") : t("{name} parle en son nom.", { name: person.name }),
    );
  else
    app.announcer.say(
      mine
        ? t("Vous parlez pour {structure}.", { structure: name })
        : t("{name} parle pour {structure}.", { name: person.name, structure: name }),
    );
}
