// « Annuler ce que X a fait depuis… »: how far back, how many notes that is, and doing it again.

import type { Person } from "../model/page";
import { clock } from "../sync/clock";
import { openForm } from "../ui/form-dialog";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import { type MenuItem, openMenu } from "../ui/menu";
import type { Atelier } from "./atelier";
import { asked } from "./command";

const MINUTES = [2, 5, 10, 30] as const;
const MINUTE_MS = 60_000;
const NAME_CHARS = 60;
const ABOUT = "undone";

interface Undone {
  undone: number;
  entries: Record<string, number[]>;
}

/** What facilitation may do about one person, from their seat. */
export function openPersonMenu(app: Atelier, person: Person, at: HTMLElement): void {
  const { name } = person;
  const items: MenuItem[] = [
    { label: t("Renommer…"), icon: "pencil", done: () => askName(app, person) },
    {
      label: t("Annuler ce que {name} a fait…", { name }),
      icon: "undo-2",
      done: () => askSince(app, person),
    },
    { label: t("Retirer {name}…", { name }), icon: "user-minus", done: () => askRemoval(app, person) },
  ];
  openMenu(at, t("Actions sur {name}", { name }), items);
}

export function askSince(app: Atelier, person: Person): void {
  const { name } = person;
  const asked_at = clock.now();
  const radios = MINUTES.map((n, at) => {
    const radio = make("input", { type: "radio", name: "since", value: n });
    radio.checked = at === 1;
    const label = tn("Depuis {n} minute", "Depuis {n} minutes", n);
    return { radio, row: make("label", { class: "since" }, radio, make("span", {}, label)) };
  });
  const since = () => {
    const minutes = Number(radios.find(({ radio }) => radio.checked)?.radio.value ?? MINUTES[0]);
    return Math.round(asked_at - minutes * MINUTE_MS);
  };
  const count = make("p", { role: "status" }, t("Un instant…"));
  let looked = 0;
  const look = async () => {
    looked += 1;
    const mine = looked;
    const answer = await asked<Undone>(app, undo(person, since(), { preview: true }));
    if (mine !== looked) return;
    if (typeof answer === "string") count.textContent = answer;
    else if (answer.undone === 0) count.textContent = t("{name} n'a rien changé depuis.", { name });
    else count.textContent = tn("{n} note sera touchée.", "{n} notes seront touchées.", answer.undone);
  };
  for (const { radio } of radios) radio.addEventListener("change", () => void look());
  openForm({
    title: t("Annuler ce que {name} a fait ?", { name }),
    body: [
      make(
        "div",
        { class: "sinces", role: "radiogroup", "aria-label": t("Depuis quand") },
        ...radios.map(({ row }) => row),
      ),
      count,
      make(
        "p",
        { class: "soft" },
        t("Ce que d'autres ont écrit reste. Les notes supprimées reviennent. On peut tout remettre ensuite."),
      ),
    ],
    stay: t("Ne rien changer"),
    act: t("Annuler ces changements"),
    focus: radios[1]?.radio as HTMLInputElement,
    done: () => void takeBack(app, person, since()),
  });
  void look();
}

const undo = (person: Person, since: number, more: Record<string, unknown> = {}) => ({
  type: "person.undo",
  person: person.id,
  since,
  ...more,
});

async function takeBack(app: Atelier, person: Person, since: number): Promise<void> {
  const { name } = person;
  const answer = await asked<Undone>(app, undo(person, since));
  if (typeof answer === "string") {
    app.notify(answer);
    return;
  }
  if (answer.undone === 0) {
    app.notify(t("{name} n'a rien changé depuis.", { name }), { about: ABOUT, good: true });
    return;
  }
  const said = tn(
    "Ce que {name} a fait est annulé : {n} note touchée.",
    "Ce que {name} a fait est annulé : {n} notes touchées.",
    answer.undone,
    { name },
  );
  app.notify(said, {
    about: ABOUT,
    good: true,
    actions: [{ label: t("Tout remettre"), act: () => void redo(app, answer.entries) }],
  });
}

async function redo(app: Atelier, entries: Undone["entries"]): Promise<void> {
  app.dismiss(app.noticeAbout(ABOUT));
  const answer = await asked<{ redone: number }>(app, { type: "person.redo", entries });
  if (typeof answer === "string") app.notify(answer);
  else app.notify(tn("{n} note remise.", "{n} notes remises.", answer.redone), { about: ABOUT, good: true });
}

function askName(app: Atelier, person: Person): void {
  const field = make("input", {
    class: "input",
    name: "name",
    maxlength: NAME_CHARS,
    value: person.name,
    autocomplete: "off",
  });
  openForm({
    title: t("Quel prénom pour {name} ?", { name: person.name }),
    body: [make("label", { class: "field" }, make("span", {}, t("Prénom")), field)],
    stay: t("Ne rien changer"),
    act: t("Renommer"),
    focus: field,
    ready: () => field.value.trim() !== "" && field.value.trim() !== person.name,
    done: () => void send(app, { type: "person.rename", person: person.id, name: field.value.trim() }),
  });
}

function askRemoval(app: Atelier, person: Person): void {
  const ban = make("input", { type: "checkbox", name: "ban" });
  openForm({
    title: t("Retirer {name} de l'atelier ?", { name: person.name }),
    body: [
      make("p", {}, t("Ses notes restent. Sa page se ferme.")),
      make("label", { class: "since" }, ban, make("span", {}, t("Empêcher son retour"))),
    ],
    stay: t("Garder sa place"),
    act: t("Retirer"),
    done: () => void send(app, { type: "person.remove", person: person.id, ban: ban.checked }),
  });
}

async function send(app: Atelier, fields: Record<string, unknown>): Promise<void> {
  const answer = await asked(app, fields);
  if (typeof answer === "string") app.notify(answer);
}
