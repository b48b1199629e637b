// The zone of committees: cards with their rules and members, how long mandates last, who is missing.

import type { Atelier } from "../board/atelier";
import { goToNote } from "../board/trace";
import { MARKS, type Note } from "../model/page";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { collegesOf, mandateWarnings, mandateWords, membersOf, missingColleges } from "./committees";
import { rulesOf } from "./rules";
import { notesOf, numbersOf } from "./rules-zone";

const MOST_MARKS = 4;

const isCommittee = (note: Note) =>
  note.board === "governance" && note.zone === "committees" && note.kind === "committee";

function missing(app: Atelier, note: Note): string[] {
  const actors = app.documentOf("economic")?.byZone("economic").get("stakeholders") ?? [];
  return missingColleges(collegesOf(note, app.workshop, actors));
}

/** What a group should still settle, in sentences. */
function concerns(app: Atelier, note: Note): string[] {
  const absent = missing(app, note);
  const words = mandateWarnings(note).join(", ");
  return [
    absent.length > 0 ? t("Il manque : {names}", { names: absent.join(", ") }) : "",
    words && words.charAt(0).toLocaleUpperCase() + words.slice(1),
  ].filter(Boolean);
}

function rulesWords(app: Atelier, note: Note): string[] {
  const numbers = numbersOf(app);
  return rulesOf(note, notesOf(app, "rules")).flatMap(({ id }) => numbers.get(id) ?? []);
}

function card(app: Atelier, note: Note): HTMLElement {
  const members = membersOf(note, app.workshop);
  const marks = members.filter(({ colour }) => colour !== null).slice(0, MOST_MARKS);
  const rest = members.length - marks.length;
  const frequency = typeof note.fields?.frequency === "string" ? note.fields.frequency : "";
  const worries = concerns(app, note);
  return make(
    "span",
    { class: "cfoot", "aria-hidden": "true" },
    make("span", { class: "often" }, frequency),
    make(
      "span",
      { class: "crules" },
      ...(worries.length > 0
        ? [make("span", { class: "cworry", title: worries.join(". ") }, icon("alert-triangle", 14))]
        : []),
      ...rulesWords(app, note).map((words) => make("b", { class: "rid" }, words)),
    ),
    make(
      "span",
      { class: "cmarks", title: members.map(({ name }) => name).join(", ") },
      ...marks.map(({ colour }) =>
        make(
          "span",
          { class: `av xs c-${colour} k-${colour}` },
          icon(`mark-${MARKS[colour ?? "craie"]}`, 11),
        ),
      ),
      ...(rest > 0 ? [make("span", { class: "rest" }, `+ ${rest}`)] : []),
    ),
    make("span", { class: "cwords" }, [mandateWords(note), ...worries].filter(Boolean).join(". ")),
  );
}

export function attachCommittees(app: Atelier): void {
  app.noteMarks.push((note) => (isCommittee(note) ? card(app, note) : null));
  app.noteWords.push((note) => {
    if (!isCommittee(note)) return null;
    const rules = rulesWords(app, note);
    return [
      rules.length > 0 ? t("règles {names}", { names: rules.join(", ") }) : "",
      mandateWords(note),
      ...concerns(app, note),
    ]
      .filter(Boolean)
      .join(". ");
  });
  app.noteActs.push((note) =>
    isCommittee(note)
      ? rulesOf(note, notesOf(app, "rules")).map(({ id }) => ({
          label: t("Aller à la règle {rule}", { rule: numbersOf(app).get(id) ?? "" }),
          icon: "scroll-text",
          done: () => void goToNote(app, id),
        }))
      : [],
  );
}
