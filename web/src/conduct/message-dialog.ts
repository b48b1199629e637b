// Writing to somebody: those who run the workshop to all, to a group or to one person; everybody else to them.

import type { Atelier } from "../board/atelier";
import { command } from "../board/command";
import { openForm } from "../ui/form-dialog";
import { t } from "../ui/i18n";
import { make } from "../ui/icon";

const ANNOUNCEMENT_CHARS = 500;
const MESSAGE_CHARS = 1_000;

export function openMessage(app: Atelier): void {
  const me = app.data.person.id;
  const choice = make("select", { class: "input", id: "word-to" });
  const option = (value: string, label: string) => choice.append(make("option", { value }, label));
  const leads = ({ role }: { role: string }) => role === "facilitator" || role === "organiser";
  if (app.leads) {
    const group = app.workshop.groups.find((one) => one.id === app.data.group);
    if (group) option(`group ${group.id}`, t("Groupe {name}", { name: group.name }));
    option("all", t("Tous les groupes"));
  }
  for (const person of app.workshop.people)
    if (person.id !== me && (app.leads || leads(person)))
      option(`person ${person.id}`, t("{name}, en privé", { name: person.name }));
  const text = make("textarea", { class: "input", id: "word-text", rows: 4, required: true });
  const most = () => (choice.value.startsWith("person") ? MESSAGE_CHARS : ANNOUNCEMENT_CHARS);
  openForm({
    title: app.leads ? t("Envoyer un message") : t("Écrire à l'animation"),
    body: [
      make("label", { class: "field", for: "word-to" }, make("span", {}, t("Pour")), choice),
      make("label", { class: "field", for: "word-text" }, make("span", {}, t("Message")), text),
    ],
    stay: t("Annuler"),
    act: t("Envoyer"),
    focus: text,
    ready: () => text.value.trim() !== "" && [...text.value].length <= most(),
    done: () => void send(app, choice.value, text.value.trim()),
  });
}

async function send(app: Atelier, to: string, text: string): Promise<void> {
  const [what, id] = to.split(" ");
  const fields =
    what === "person"
      ? { type: "message", person: id, text }
      : { type: "announce", text, ...(what === "group" && { group: id }) };
  const why = await command(app, fields);
  if (why === null) {
    app.announcer.say(t("Message envoyé."));
    return;
  }
  const words = `${why} ${t("Votre message n'est pas parti. Il est gardé ici.")}`;
  app.notify(words, { copies: [text] });
  app.announcer.say(words);
}
