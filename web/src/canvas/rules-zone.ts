// The zone of rules: numbers, states, committees; a view by domain; minimal governance to begin with.

import { html, nothing, render } from "lit";
import { addNotes } from "../board/actions";
import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { goToNote } from "../board/trace";
import { fieldWords, noteName } from "../model/kind-words";
import { kindName, kindOf } from "../model/kinds";
import type { Note, Zone } from "../model/page";
import { t, tn } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { MenuItem } from "../ui/menu";
import { picture } from "../ui/picture";
import { aids } from "./aids";
import { openCrashTests, unanswered } from "./crash-panel";
import { openPanel } from "./panel";
import { byDomain, committeesOf, domains, linkChanges, ruleNumbers, unruled } from "./rules";

const BOARD = "governance";
const LINKED = ["rules", "committees"];
/** Beyond this many domains the list says how many there are; the view by domain names them. */
const MOST_NAMED = 4;

export function notesOf(app: Atelier, zone: string): readonly Note[] {
  const document = app.documentOf(BOARD);
  if (document) return document.byZone(BOARD).get(zone) ?? [];
  return app.board === BOARD ? (app.notesByZone().get(zone) ?? []) : [];
}

export const numbersOf = (app: Atelier) => ruleNumbers(notesOf(app, "rules"));

const isNumbered = (note: Note) => note.board === BOARD && note.zone === "rules";
const isRule = (note: Note) => isNumbered(note) && note.kind === "rule";

/** One press makes a note of this zone a rule, which is proposed. */
function makeRule(app: Atelier, note: Note): void {
  app.document?.together(() => {
    app.document?.set(note.id, { kind: "rule" });
    app.document?.setFields(note.id, { state: "proposed" });
  });
  app.announcer.say(t("Type de la note : {kind}.", { kind: kindName("rule") }));
}

function stateWords(app: Atelier, note: Note): string {
  const field = kindOf("rule").fields.find(({ name }) => name === "state");
  return field ? fieldWords(app, note, field).toLocaleLowerCase() : "";
}

/** A charter of conduct and three rules, proposed: one step of undo. */
export async function insertMinimal(app: Atelier): Promise<void> {
  const texts = (await aids(app))?.minimal;
  const document = app.document;
  if (!texts || !document || app.board !== BOARD) return;
  document.together(() => {
    const ids = addNotes(
      app,
      "rules",
      texts.map(({ text }) => text),
      undefined,
      { kind: "rule", fields: { state: "proposed" } },
    );
    for (const [at, id] of ids.entries()) document.setFields(id, { domain: texts[at]?.domain });
    if (ids.length > 0) app.announcer.say(tn("{n} règle proposée.", "{n} règles proposées.", ids.length));
  });
}

/** Rules by domain, and the domains nobody has written a rule on. */
export function openDomains(app: Atelier): void {
  openPanel(app, t("Règles par domaine"), "domains", (panel) => {
    const rules = notesOf(app, "rules");
    const numbers = numbersOf(app);
    const found = byDomain(rules);
    const without = unruled(rules);
    const names: Record<string, () => string> = { ...domains(), "": () => t("Sans domaine") };
    const go = (id: string) => () => {
      panel.close();
      goToNote(app, id);
    };
    return html`
      ${
        without.length > 0
          ? html`<p class="alert info">${picture("info", 18)}<span>${t("Domaines sans règle : {names}.", { names: without.join(", ") })}</span></p>`
          : html`<p class="alert good">${picture("check", 18)}<span>${t("Chaque domaine a une règle.")}</span></p>`
      }
      ${[...found].map(([domain, there]) =>
        there.length === 0
          ? nothing
          : html`<h3>${names[domain]?.() ?? ""}</h3><ul class="ruled">${there.map(
              (rule) =>
                html`<li><button type="button" @click=${go(rule.id)}><b class="rid">${numbers.get(rule.id)}</b><span class="grow">${rule.text.trim() || t("vide")}</span>${stateWords(app, rule) ? html`<span class="schip">${stateWords(app, rule)}</span>` : nothing}</button></li>`,
            )}</ul>`,
      )}`;
  });
}

export function crashWords(app: Atelier): string {
  const left = unanswered(app);
  return left === 0
    ? t("Les 8 épreuves ont une réponse")
    : tn("{n} épreuve sur 8 sans réponse", "{n} épreuves sur 8 sans réponse", left);
}

function acts(app: Atelier): MenuItem[] {
  const write = app.closed("rules") === null;
  return [
    { label: t("Éprouver nos règles…"), icon: "shield", done: () => void openCrashTests(app) },
    { label: t("Règles par domaine…"), icon: "table", done: () => openDomains(app) },
    ...(write
      ? [
          {
            label: t("Gouvernance minimale : une charte et trois règles"),
            icon: "sparkles",
            done: () => void insertMinimal(app),
          },
        ]
      : []),
  ];
}

/** What stands in the head of a zone that is looked at alone, and in the list. */
function tools(app: Atelier, notes: readonly Note[]) {
  const offers = app.mayWrite && app.closed("rules") === null && !notes.some(({ kind }) => kind === "rule");
  return html`
    ${offers ? html`<button class="btn sm" type="button" @click=${() => void insertMinimal(app)}>${picture("sparkles", 16)}${t("Gouvernance minimale : une charte et trois règles")}</button>` : nothing}
    <button class="btn sm" type="button" @click=${() => void openCrashTests(app)}>${picture("shield", 16)}${t("Éprouver nos règles")}</button>
    <button class="btn sm" type="button" @click=${() => openDomains(app)}>${picture("table", 16)}${t("Par domaine")}</button>`;
}

export function attachRules(app: Atelier, view: BoardView): void {
  app.zoneParts.set("governance.rules", {
    board(host: HTMLElement, _zone: Zone, notes: readonly Note[], focused: boolean): boolean {
      const offers = app.mayWrite && app.closed("rules") === null && notes.length === 0;
      render(
        focused
          ? html`<div class="zonetools">${tools(app, notes)}</div>`
          : html`<div class="zaids"><button class="zaid" type="button" tabindex="-1" title=${`${t("Éprouver nos règles")} (${crashWords(app)})`} aria-label=${t("Éprouver nos règles")} @click=${() => void openCrashTests(app)}>${picture("shield", 15)}</button></div>
            ${offers ? html`<button class="btn xs offer" type="button" @click=${() => void insertMinimal(app)}>${picture("sparkles", 14)}${t("Gouvernance minimale")}</button>` : nothing}`,
        host,
      );
      queueMicrotask(number);
      return false;
    },
    list: (_zone, notes) => {
      const without = unruled(notes);
      const named = t("Domaines sans règle : {names}.", { names: without.join(", ") });
      const counted = t("{n} domaines sur {of} sans règle.", {
        n: without.length,
        of: Object.keys(domains()).length,
      });
      const said = without.length > MOST_NAMED ? counted : named;
      return html`<div class="zonelead"><p>${crashWords(app)}${without.length > 0 ? html`<br>${said}` : nothing}</p><div class="row wrap">${tools(app, notes)}</div></div>`;
    },
    acts: () => acts(app),
  });

  /** Numbers stand before the texts; what was drawn for another order gets its new one. */
  const number = () => {
    const numbers = numbersOf(app);
    for (const item of view.sheet.querySelectorAll<HTMLElement>("li.note[data-number]"))
      if (!numbers.has(item.dataset.id ?? "")) delete item.dataset.number;
    for (const [id, words] of numbers) {
      const item = view.item(id);
      if (!item || item.dataset.number === words) continue;
      item.dataset.number = words;
      item.style.setProperty("--number", `"${words}"`);
    }
  };
  app.on("placed", number);

  const committees = (note: Note) => committeesOf(note, notesOf(app, "committees"));
  app.noteMarks.push((note) => {
    const words = isNumbered(note) ? numbersOf(app).get(note.id) : undefined;
    if (words === undefined) return null;
    if (!isRule(note)) return plainFoot(note, words);
    const state = stateWords(app, note);
    return make(
      "span",
      { class: "rfoot", "aria-hidden": "true", title: [words, state].filter(Boolean).join(", ") },
      make("b", { class: "rid" }, words),
      ...(state ? [make("span", { class: "schip" }, state)] : []),
      ...committees(note).map((one) => make("span", { class: "of" }, noteName(app, one.id))),
    );
  });
  const plainFoot = (note: Note, words: string) => {
    const foot = make("span", { class: "rfoot" }, make("b", { class: "rid", "aria-hidden": "true" }, words));
    if (!app.mayChange(note) || app.closed("rules") !== null) return foot;
    const label = t("En faire une règle");
    const button = make("button", { type: "button", class: "torule", tabindex: -1, title: label });
    button.append(icon("scale", 14), label);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      const now = app.note(note.id);
      if (now) makeRule(app, now);
    });
    foot.append(button);
    return foot;
  };
  app.noteWords.push((note) => {
    const words = isNumbered(note) ? numbersOf(app).get(note.id) : undefined;
    if (words === undefined || !isRule(note)) return words ?? null;
    const names = committees(note).map((one) => noteName(app, one.id));
    return names.length > 0 ? t("{rule}, comité {names}", { rule: words, names: names.join(", ") }) : words;
  });
  app.noteActs.push((note) =>
    isRule(note)
      ? committees(note).map((one) => ({
          label: t("Aller au comité « {name} »", { name: noteName(app, one.id) }),
          icon: "users",
          done: () => void goToNote(app, one.id),
        }))
      : isNumbered(note) && app.mayChange(note) && app.closed("rules") === null
        ? [{ label: t("En faire une règle"), icon: "scale", done: () => makeRule(app, note) }]
        : [],
  );

  app.onChanges(({ document, changes, mine }) => {
    if (document !== app.documentOf(BOARD)) return;
    const concerned = changes.filter(({ before, after }) =>
      [before, after].some((note) => note?.board === BOARD && LINKED.includes(note.zone)),
    );
    if (concerned.length === 0) return;
    const linked = LINKED.flatMap((zone) => [...notesOf(app, zone)]);
    if (mine)
      for (const { before, after } of concerned) {
        const follow = linkChanges(before, after, linked).filter(({ id }) => {
          const note = document.note(id);
          return note !== null && app.mayChange(note);
        });
        if (follow.length > 0)
          document.several(() => {
            for (const { id, fields } of follow) document.setFields(id, fields);
          });
      }
    if (app.board === BOARD && app.view === "board") view.touch(linked.map(({ id }) => id)); // numbers and chips
  });
}
