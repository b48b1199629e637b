// Needs as questions: marked useful and feasible in private, then shown; cut into micro-challenges with the
// people who would take part.

import { html, nothing } from "lit";
import { addNotes } from "../board/actions";
import type { Atelier } from "../board/atelier";
import { noteName, numberWords } from "../model/kind-words";
import type { Note, Poll, Zone } from "../model/page";
import { type Corner, cornerOf, marks, type NeedMark, pollsOf } from "../model/polls";
import { openForm } from "../ui/form-dialog";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import { lastPoll, type Panel, pollFoot, pollHere, scaleRow } from "./panel";

const MOST = 5;
const MOST_CHILDREN = 20;
/** People that one micro-challenge is for, unless somebody says otherwise. */
export const TARGET = [15, 20] as const;
const CORNERS: readonly Corner[] = ["start", "prepare", "easy", "leave"];

function cornerWords(): Record<Corner, [string, string]> {
  return {
    start: [t("À lancer"), t("utile et faisable")],
    prepare: [t("À préparer"), t("utile, difficile à faire")],
    easy: [t("Facile, moins utile"), t("faisable, peu utile")],
    leave: [t("À laisser pour l'instant"), t("ni utile ni faisable")],
  };
}

const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

export function questionsIn(notes: readonly Note[]): Note[] {
  return notes.filter((note) => note.kind === "question" && note.text.trim() !== "" && !note.hidden);
}

const needsOf = (app: Atelier, zone: Zone) => questionsIn(app.notesByZone().get(zone.id) ?? []);

const parentOf = (note: Note) => (typeof note.fields?.parent === "string" ? note.fields.parent : null);

/** « 6 personnes nommées sur 15 à 20 » */
export function peopleWords(note: Note): string {
  const names = list(note.fields?.named).length;
  const target = note.fields?.community_target;
  const of =
    typeof target === "number"
      ? numberWords(target)
      : t("{low} à {high}", { low: TARGET[0], high: TARGET[1] });
  return tn("{n} personne nommée sur {of}", "{n} personnes nommées sur {of}", names, { of });
}

export function needsPanel(app: Atelier): Panel {
  const polls = pollsOf(app);
  return {
    title: t("Besoins : utiles, faisables"),
    icon: "circle-help",
    unfolded: (zone) => pollHere(app, "need", zone) !== null,
    label: (zone) => (pollHere(app, "need", zone) ? t("Besoins : répondre") : t("Utiles, faisables")),
    calls: (zone) => {
      const poll = pollHere(app, "need", zone);
      return poll !== null && polls.shut(poll) === null && polls.mine(poll).size < needsOf(app, zone).length;
    },
    draw: (zone) => {
      const needs = needsOf(app, zone);
      const poll = pollHere(app, "need", zone);
      const last = lastPoll(app, "need", zone);
      const body =
        needs.length === 0
          ? html`<p class="soft">${t("Il n'y a pas encore de besoin ici : écrivez une note « Comment… ? ».")}</p>`
          : poll !== null
            ? needs.map((need) => marking(app, poll, need))
            : html`${last === null ? nothing : results(app, zone, last, needs)}${challenges(app, zone, needs)}`;
      return html`${body}${pollFoot(app, "need", zone, last === null ? t("Demander à chaque personne") : t("Demander à nouveau"), needs.length > 0)}`;
    },
  };
}

// -- marking -------------------------------------------------------------------------------------

function marking(app: Atelier, poll: Poll, need: Note) {
  const polls = pollsOf(app);
  const now = polls.mine<NeedMark>(poll).get(need.id) ?? {};
  const off = polls.shut(poll) !== null;
  const steps = Array.from({ length: MOST + 1 }, () => "");
  const give = (name: keyof NeedMark) => (value: number | null) => {
    const { [name]: _, ...rest } = now;
    const next = value === null ? rest : { ...now, [name]: value };
    void polls.answer(poll, need.id, Object.keys(next).length > 0 ? next : null);
  };
  return html`<div class="needmarks"><p><b>${need.text.trim()}</b></p>
    ${scaleRow(`${poll.id}-${need.id}-useful`, t("Utile, de 0 à 5"), 0, steps, now.useful, off, give("useful"))}
    ${scaleRow(`${poll.id}-${need.id}-feasible`, t("Faisable, de 0 à 5"), 0, steps, now.feasible, off, give("feasible"))}</div>`;
}

// -- results -------------------------------------------------------------------------------------

function results(app: Atelier, zone: Zone, poll: Poll, needs: readonly Note[]) {
  const marked = needs.map((need) => ({ need, ...marks(poll, need.id) }));
  const words = cornerWords();
  const may = app.leads && app.mayWrite && app.closed(zone.id) === null;
  const rest = marked.filter(({ useful, feasible }) => useful === null || feasible === null);
  return html`<p class="soft">${tn("{n} personne a répondu.", "{n} personnes ont répondu.", poll.turnout ?? 0)}</p>
    <div class="needcorners">${CORNERS.map((corner) => {
      const here = marked.filter(
        ({ useful, feasible }) =>
          useful !== null && feasible !== null && cornerOf(useful, feasible) === corner,
      );
      return html`<section class="needcorner is-${corner}"><h3>${words[corner][0]} <small>${words[corner][1]}</small></h3>
        ${here.length === 0 ? html`<p class="soft">${t("Aucun besoin")}</p>` : html`<ul>${here.map(({ need, useful, feasible }) => html`<li>${noteName(app, need.id)} <small>${t("utile {useful} sur 5, faisable {feasible} sur 5", { useful: numberWords(useful ?? 0), feasible: numberWords(feasible ?? 0) })}</small></li>`)}</ul>`}</section>`;
    })}</div>
    ${rest.length === 0 ? nothing : html`<p class="soft">${tn("{n} besoin n'a pas reçu les deux appréciations.", "{n} besoins n'ont pas reçu les deux appréciations.", rest.length)}</p>`}
    ${may ? html`<button class="btn" type="button" @click=${() => writeDown(app, poll, needs)}>${picture("check", 18)} ${t("Garder le résultat dans les besoins")}</button>` : nothing}`;
}

function writeDown(app: Atelier, poll: Poll, needs: readonly Note[]): void {
  const shared = app.document;
  shared?.together(() => {
    for (const need of needs) {
      const { useful, feasible } = marks(poll, need.id);
      const values: Record<string, number> = {};
      if (useful !== null) values.useful = Math.round(useful);
      if (feasible !== null) values.feasible = Math.round(feasible);
      if (Object.keys(values).length > 0 && app.mayChange(need)) shared.setFields(need.id, values);
    }
  });
  app.announcer.say(t("C'est gardé dans les besoins."));
}

// -- micro-challenges ----------------------------------------------------------------------------

function challenges(app: Atelier, zone: Zone, needs: readonly Note[]) {
  const there = new Set(needs.map((need) => need.id));
  const roots = needs.filter((need) => !there.has(parentOf(need) ?? ""));
  return html`<h3>${t("Micro-défis")}</h3><p class="soft">${t("Un besoin se découpe en défis qu'une communauté de 15 à 20 personnes peut relever.")}</p>
    <ul class="rowchallenges">${roots.map((need) => {
      const children = needs.filter((one) => parentOf(one) === need.id);
      const may = app.mayWrite && app.closed(zone.id) === null;
      return html`<li><p><b>${need.text.trim()}</b>
        ${may ? html`<button class="btn xs" type="button" @click=${() => split(app, zone, need)}>${picture("scissors", 14)} ${t("Découper…")}</button>` : nothing}</p>
        ${children.length === 0 ? nothing : html`<ul>${children.map((child) => challenge(app, child))}</ul>`}</li>`;
    })}</ul>`;
}

function challenge(app: Atelier, note: Note) {
  const names = list(note.fields?.named);
  const may = app.mayChange(note) && names.length < MOST_CHILDREN;
  const add = (event: Event) => {
    event.preventDefault();
    const input = (event.currentTarget as HTMLFormElement).elements.namedItem("name") as HTMLInputElement;
    const name = input.value.trim();
    input.value = "";
    if (name !== "" && !names.includes(name)) app.document?.setFields(note.id, { named: [...names, name] });
  };
  return html`<li>${note.text.trim()} <small>${picture("users", 14)} ${peopleWords(note)}</small>
    ${names.length > 0 ? html`<small>${names.join(", ")}</small>` : nothing}
    ${may ? html`<form class="row nameform" @submit=${add}><input class="input" name="name" maxlength="200" autocomplete="off" aria-label=${t("Personne à nommer pour : {challenge}", { challenge: noteName(app, note.id) })} placeholder=${t("Nommer une personne")}><button class="btn xs">${t("Ajouter")}</button></form>` : nothing}</li>`;
}

/** One note for each line, beside the need; lines that were written as a draft come along. */
function split(app: Atelier, zone: Zone, need: Note): void {
  const field = make("textarea", { class: "input", rows: 5, maxlength: 2000 });
  field.value = list(need.fields?.children).join("\n");
  openForm({
    title: t("Découper en micro-défis"),
    body: [
      make("p", {}, need.text.trim()),
      make("label", { class: "field" }, make("span", {}, t("Un micro-défi par ligne")), field),
    ],
    stay: t("Annuler"),
    act: t("Découper"),
    focus: field,
    ready: () => field.value.trim() !== "",
    done: () => {
      const lines = field.value
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean)
        .slice(0, MOST_CHILDREN);
      const target = need.fields?.community_target;
      app.document?.together(() => {
        addNotes(app, zone.id, lines, undefined, {
          kind: "question",
          fields: { parent: need.id, ...(typeof target === "number" ? { community_target: target } : {}) },
        });
        if (app.mayChange(need)) app.document?.setFields(need.id, { children: undefined });
      });
    },
  });
}
