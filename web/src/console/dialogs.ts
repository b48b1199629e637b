// The questions of the console: each is a form that ends in one command.

import { command } from "../board/command";
import { MOST_MINUTES } from "../desk/plan";
import { withoutGroup } from "../desk/words";
import { type Template, templateOf } from "../model/page";
import { openForm } from "../ui/form-dialog";
import { t, tn, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { begunAt, stepNow, timetable, withMinutes } from "./agenda";
import type { Console } from "./state";

const MOST_WORDS = 500;
/** Others change the workshop too: an edit of the agenda is made anew of theirs so many times. */
const TRIES = 3;

interface Choice {
  value: string;
  label: string;
  chosen?: boolean;
}

function field(label: string, control: HTMLElement, hint?: string): HTMLElement {
  const parts = hint ? [make("small", {}, hint)] : [];
  return make("label", { class: "field" }, make("span", {}, label), control, ...parts);
}

function choose(choices: readonly Choice[]): HTMLSelectElement {
  return make(
    "select",
    { class: "input" },
    ...choices.map(({ value, label, chosen }) => make("option", { value, selected: chosen === true }, label)),
  );
}

function check(label: string, on = false): { row: HTMLElement; box: HTMLInputElement } {
  const box = make("input", { type: "checkbox", checked: on });
  return { row: make("label", { class: "check" }, box, ` ${label}`), box };
}

function minutesBox(value: string): HTMLInputElement {
  return make("input", {
    class: "input",
    type: "number",
    inputmode: "numeric",
    min: 1,
    max: MOST_MINUTES,
    value,
  });
}

/** Whole minutes, or null when the field holds something else. */
function minutesOf(box: HTMLInputElement): number | null {
  const n = Number(box.value);
  return box.value !== "" && Number.isInteger(n) && n >= Number(box.min) && n <= MOST_MINUTES ? n : null;
}

// -- words --------------------------------------------------------------------------------------------------

function askWords(
  title: string,
  label: string,
  hint: string | undefined,
  begun: string,
  send: (text: string) => void,
): void {
  const words = make("textarea", { class: "input", maxlength: MOST_WORDS, rows: 3 });
  words.value = begun;
  openForm({
    title,
    body: [field(label, words, hint)],
    stay: t("Annuler"),
    act: t("Envoyer"),
    done: () => send(words.value.trim()),
    focus: words,
    ready: () => words.value.trim() !== "",
  });
}

export function askMessage(app: Console, id: string): void {
  const person = app.person(id);
  if (!person) return;
  askWords(
    t("Écrire à {name}", { name: person.name }),
    t("Votre message"),
    t("Personne d'autre ne le lira."),
    "",
    (text) =>
      void app.run(
        { type: "message", person: id, text },
        t("Message envoyé à {name}.", { name: person.name }),
      ),
  );
}

export function askGroup(app: Console, id: string | null, begun = ""): void {
  const group = app.group(id);
  if (!group) return;
  askWords(
    t("Écrire au groupe {name}", { name: group.name }),
    t("Votre message"),
    t("Tout le groupe le voit, les autres non."),
    begun,
    (text) =>
      void app.run(
        { type: "announce", text, group: group.id },
        t("Message envoyé au groupe {name}.", { name: group.name }),
      ),
  );
}

function askLine(
  title: string,
  label: string,
  begun: string,
  act: string,
  send: (text: string) => void,
): void {
  const line = make("input", { class: "input", maxlength: 60, value: begun });
  openForm({
    title,
    body: [field(label, line)],
    stay: t("Annuler"),
    act,
    done: () => send(line.value.trim()),
    focus: line,
    ready: () => line.value.trim() !== "",
  });
}

// -- people -------------------------------------------------------------------------------------------------

export function askRename(app: Console, id: string): void {
  const person = app.person(id);
  if (!person) return;
  askLine(
    t("Renommer {name}", { name: person.name }),
    t("Prénom"),
    person.name,
    t("Renommer"),
    (name) => void app.run({ type: "person.rename", person: id, name }, t("C'est fait.")),
  );
}

export function askProfile(app: Console, id: string): void {
  const person = app.person(id);
  if (!person) return;
  const list = choose([
    { value: "", label: t("Non précisé"), chosen: !person.profile },
    { value: "lead", label: t("Porte le projet"), chosen: person.profile === "lead" },
    { value: "contributor", label: t("Contribue"), chosen: person.profile === "contributor" },
    { value: "user", label: t("Utilise"), chosen: person.profile === "user" },
  ]);
  openForm({
    title: t("Profil de {name}", { name: person.name }),
    body: [field(t("Par rapport au commun"), list, t("Sert à équilibrer les groupes."))],
    stay: t("Annuler"),
    act: t("Enregistrer"),
    done: () => void app.run({ type: "person.profile", person: id, profile: list.value || null }),
    focus: list,
  });
}

export function askRole(app: Console, id: string): void {
  const person = app.person(id);
  if (!person) return;
  const list = choose([
    { value: "participant", label: t("Participe"), chosen: person.role === "participant" },
    { value: "facilitator", label: t("Anime avec vous"), chosen: person.role === "facilitator" },
    { value: "observer", label: t("Observe sans écrire"), chosen: person.role === "observer" },
  ]);
  openForm({
    title: t("Rôle de {name}", { name: person.name }),
    body: [field(t("Rôle"), list)],
    stay: t("Annuler"),
    act: t("Changer"),
    done: () => void app.run({ type: "person.role", person: id, role: list.value }, t("C'est fait.")),
    focus: list,
  });
}

export function askRemove(app: Console, id: string): void {
  const person = app.person(id);
  if (!person) return;
  const ban = check(t("Empêcher cette personne de revenir"));
  openForm({
    title: t("Retirer {name} de l'atelier ?", { name: person.name }),
    body: [make("p", {}, t("Ses notes restent. Sa page se ferme tout de suite.")), ban.row],
    stay: t("Annuler"),
    act: t("Retirer"),
    done: () =>
      void app.run(
        { type: "person.remove", person: id, ban: ban.box.checked },
        t("{name} n'est plus dans l'atelier.", { name: person.name }),
      ),
  });
}

// -- groups -------------------------------------------------------------------------------------------------

export function askNewGroup(app: Console): void {
  const name = make("input", { class: "input", maxlength: 60 });
  openForm({
    title: t("Nouveau groupe"),
    body: [field(t("Nom du groupe"), name, t("Laissez vide pour un nom d'arbre."))],
    stay: t("Annuler"),
    act: t("Créer"),
    done: () => {
      const typed = name.value.trim();
      void app.run({ type: "group.create", ...(typed ? { name: typed } : {}) }, t("Le groupe est là."));
    },
    focus: name,
  });
}

export function askGroupName(app: Console, id: string): void {
  const group = app.group(id);
  if (!group) return;
  askLine(
    t("Renommer {name}", { name: group.name }),
    t("Nom du groupe"),
    group.name,
    t("Renommer"),
    (name) => void app.run({ type: "group.rename", group: id, name }, t("C'est fait.")),
  );
}

export function askDelete(app: Console, id: string): void {
  const group = app.group(id);
  if (!group) return;
  openForm({
    title: t("Supprimer le groupe {name} ?", { name: group.name }),
    body: [make("p", {}, withoutGroup(app.workshop))],
    stay: t("Annuler"),
    act: t("Supprimer"),
    done: () =>
      void app.run(
        { type: "group.delete", group: id },
        t("Le groupe {name} est supprimé.", { name: group.name }),
      ),
  });
}

export function askSheet(app: Console, id: string): void {
  const group = app.group(id);
  if (!group) return;
  const list = choose([
    { value: "", label: t("Toutes les fiches"), chosen: !group.sheet },
    ...[1, 2, 3].map((sheet) => ({
      value: `sheet${sheet}`,
      label: t("Fiche {sheet}", { sheet }),
      chosen: group.sheet === `sheet${sheet}`,
    })),
  ]);
  openForm({
    title: t("Fiche du groupe {name}", { name: group.name }),
    body: [field(t("Fiche"), list)],
    stay: t("Annuler"),
    act: t("Enregistrer"),
    done: () => void app.run({ type: "group.sheet", group: id, sheet: list.value || null }),
    focus: list,
  });
}

export function askGroupTimer(app: Console, id: string): void {
  const group = app.group(id);
  if (!group) return;
  const minutes = minutesBox("6");
  const reports = check(t("Ce groupe restitue aux autres"));
  openForm({
    title: t("Minuteur pour le groupe {name}", { name: group.name }),
    body: [field(t("Minutes"), minutes), reports.row],
    stay: t("Annuler"),
    act: t("Démarrer"),
    done: () =>
      void app.run({
        type: "timer.start",
        minutes: minutesOf(minutes),
        // a report is heard by all: its time is everybody's
        ...(reports.box.checked ? { reporting: id } : { group: id }),
      }),
    focus: minutes,
    ready: () => minutesOf(minutes) !== null,
  });
}

export function askTimer(app: Console): void {
  const minutes = minutesBox(String(stepNow(app.workshop)?.minutes || 5));
  openForm({
    title: t("Minuteur pour tous les groupes"),
    body: [field(t("Minutes"), minutes)],
    stay: t("Annuler"),
    act: t("Démarrer"),
    done: () => void app.run({ type: "timer.start", minutes: minutesOf(minutes) }),
    focus: minutes,
    ready: () => minutesOf(minutes) !== null,
  });
}

/** Spread people over the groups, by profile. */
export function balance(app: Console): void {
  openForm({
    title: t("Équilibrer les groupes ?"),
    body: [
      make(
        "p",
        {},
        t(
          "Les personnes sont réparties par profil (porte le projet, contribue, utilise), à nombre égal. Qui a un groupe peut en changer ; les notes restent où elles sont.",
        ),
      ),
    ],
    stay: t("Annuler"),
    act: t("Équilibrer"),
    done: () => void app.run({ type: "groups.balance" }, t("Les groupes sont équilibrés.")),
  });
}

// -- attention ------------------------------------------------------------------------------------------------

/** Supports of this workshop, the one of the step first chosen, and the zones of the chosen one. */
function placeFields(app: Console): { body: HTMLElement[]; board(): string; zone(): string | null } {
  const first = app.workshop.groups[0];
  const asked = stepNow(app.workshop)?.board ?? (first && app.boardOf(first)) ?? "sheet1.verso";
  const now = templateOf(asked.replace(/^assigned\b/, first?.sheet ?? "sheet1"));
  const modules = app.workshop.modules;
  const templates = app.data.templates.filter(
    (one) => !modules || modules.includes(one.id.split(".")[0] ?? ""),
  );
  const board = choose(
    templates.map((one) => ({ value: one.id, label: typo(one.title), chosen: one.id === now })),
  );
  const zone = choose([]);
  const fill = () => {
    const template = app.template(board.value) as Template;
    zone.replaceChildren(
      make("option", { value: "" }, t("Tout le support")),
      ...template.zones.map((one) => make("option", { value: one.id }, typo(one.title))),
    );
  };
  fill();
  board.addEventListener("change", fill);
  return {
    body: [field(t("Support"), board), field(t("Zone"), zone)],
    board: () => board.value,
    zone: () => zone.value || null,
  };
}

export function askSummon(app: Console): void {
  const place = placeFields(app);
  const groups = choose([
    { value: "", label: t("Tous les groupes") },
    ...app.workshop.groups.map((group) => ({ value: group.id, label: group.name })),
  ]);
  const stay = check(t("Chaque personne peut rester où elle est"), true);
  openForm({
    title: t("Ramener à moi"),
    body: [
      make(
        "p",
        { class: "soft" },
        t(
          "Les écrans rejoignent cet endroit dans cinq secondes. Ce qui est en train d'être écrit n'est pas perdu.",
        ),
      ),
      ...place.body,
      field(t("Qui"), groups),
      stay.row,
    ],
    stay: t("Annuler"),
    act: t("Ramener"),
    done: () =>
      void app.run(
        {
          type: "summon",
          board: place.board(),
          ...(place.zone() ? { zone: place.zone() } : {}),
          ...(groups.value ? { group: groups.value } : {}),
          may_stay: stay.box.checked,
        },
        t("Les personnes sont prévenues."),
      ),
  });
}

export function askLock(app: Console): void {
  const place = placeFields(app);
  const what = choose([
    { value: "lock", label: t("Verrouiller") },
    { value: "unlock", label: t("Déverrouiller") },
    { value: "open", label: t("Ouvrir avant son étape") },
  ]);
  const minutes = minutesBox("");
  openForm({
    title: t("Verrouiller ou ouvrir un support"),
    body: [
      make("p", { class: "soft" }, t("Cela vaut pour tous les groupes. L'animation peut toujours écrire.")),
      field(t("Action"), what),
      ...place.body,
      field(t("Rouvrir après (minutes, facultatif)"), minutes),
    ],
    stay: t("Annuler"),
    act: t("Appliquer"),
    done: () => {
      const zone = place.zone();
      const after = minutesOf(minutes);
      void app.run(
        {
          type: `board.${what.value}`,
          board: place.board(),
          ...(zone && what.value !== "open" ? { zone } : {}),
          ...(after !== null && what.value === "lock" ? { minutes: after } : {}),
        },
        t("C'est fait."),
      );
    },
    focus: what,
    ready: () => minutes.value === "" || minutesOf(minutes) !== null,
  });
}

// -- agenda -----------------------------------------------------------------------------------------------------

/** Change the minutes of the steps that are not over. */
export function askMinutes(app: Console): void {
  const open = timetable(app.workshop, app.now).filter((row) => row.state === "now" || row.state === "next");
  const boxes = new Map(open.map(({ step }) => [step.id, minutesBox(String(step.minutes))]));
  const lines = open.map(({ step }) =>
    make(
      "label",
      { class: "minutes" },
      make("span", {}, step.title),
      boxes.get(step.id) as HTMLInputElement,
      t("min"),
    ),
  );
  const sum = make("p", { class: "soft" });
  const over = (app.now - (begunAt(app.workshop) ?? app.now)) / 60_000;
  const count = () => {
    const all = [...boxes].reduce((sum, [id, box]) => {
      const minutes = minutesOf(box) ?? 0;
      // of the step under way what is left of it
      return sum + (id === app.workshop.step ? Math.max(0, minutes - over) : minutes);
    }, 0);
    const n = Math.round(all);
    sum.textContent = tn("Encore {n} minute en tout.", "Encore {n} minutes en tout.", n);
  };
  count();
  for (const box of boxes.values()) box.addEventListener("input", count);
  openForm({
    title: t("Minutes des étapes à venir"),
    body: [...lines, sum],
    stay: t("Annuler"),
    act: t("Enregistrer"),
    done: () => {
      const typed = new Map<string, number>();
      for (const { step } of open) {
        const n = minutesOf(boxes.get(step.id) as HTMLInputElement);
        if (n !== null && n !== step.minutes) typed.set(step.id, n);
      }
      if (typed.size > 0) void saveMinutes(app, typed);
    },
    ready: () => [...boxes.values()].every((box) => minutesOf(box) !== null),
    ...(boxes.size > 0 && { focus: [...boxes.values()][0] as HTMLElement }),
  });
}

/** Only the minutes that were changed, in the agenda as it is by now. */
async function saveMinutes(app: Console, minutes: ReadonlyMap<string, number>): Promise<void> {
  const edit = () => {
    const { agenda, revision } = app.workshop;
    return { type: "agenda.edit", steps: withMinutes(agenda.steps, minutes), revision };
  };
  const done = t("Le déroulé est à jour.");
  for (let tries = 1; tries < TRIES; tries++) {
    if ((await command(app, edit())) === null) {
      app.announcer.say(done);
      return;
    }
    await app.catchUp();
  }
  await app.run(edit(), done);
}

export function askJump(app: Console, step: { id: string; title: string }, timed: boolean): void {
  openForm({
    title: t("Aller à « {step} » ?", { step: step.title }),
    body: [make("p", {}, t("Tous les groupes y vont en même temps. Aucune note n'est perdue."))],
    stay: t("Annuler"),
    act: t("Y aller"),
    done: () => void app.run({ type: "step.go", step: step.id, timer: timed }),
  });
}

export function askClose(app: Console): void {
  openForm({
    title: t("Clore l'atelier ?"),
    body: [
      make("p", {}, t("Plus personne n'écrit ; tout reste à lire. L'atelier peut rouvrir.")),
      ...(app.hidden > 0
        ? [
            make(
              "p",
              {},
              tn(
                "{n} note est encore cachée : révélez-la avant, ou après.",
                "{n} notes sont encore cachées : révélez-les avant, ou après.",
                app.hidden,
              ),
            ),
          ]
        : []),
    ],
    stay: t("Annuler"),
    act: t("Clore"),
    done: () => void app.close(),
  });
}

/** The address and the code, large enough to be read aloud. */
export function showCode(app: Console): void {
  const { code, door } = app.data;
  const qr = document.querySelector("#qr > svg");
  openForm({
    title: t("Rejoindre l'atelier"),
    body: [
      ...(qr ? [make("div", { class: "bigqr" }, qr.cloneNode(true))] : []),
      make("p", { class: "bigcode" }, code),
      make("p", {}, make("a", { href: door }, door.replace(/^https?:\/\//, ""))),
      make("p", {}, make("a", { href: `/organisation/${app.workshop.id}/feuille` }, t("Feuille à imprimer"))),
    ],
    stay: t("Fermer"),
    act: t("Copier le lien"),
    done: () => {
      void navigator.clipboard?.writeText(door).then(() => app.announcer.say(t("Le lien est copié.")));
    },
  });
}
