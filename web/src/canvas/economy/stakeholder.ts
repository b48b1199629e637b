// What a stakeholder is: its sector, its form, what it lives on. And whose a note is, said in a dialog.

import { addNotes } from "../../board/actions";
import type { Atelier } from "../../board/atelier";
import { refused } from "../../board/zone-state";
import { laneOf } from "../../model/economy";
import { KINDS } from "../../model/kinds";
import type { Note } from "../../model/page";
import { openForm } from "../../ui/form-dialog";
import { t, tn } from "../../ui/i18n";
import { make } from "../../ui/icon";
import type { Economics, Lane } from "./state";

const MOST_TEXT = 2000;

/** The word of a choice of the kind « partie prenante ». */
export function stakeholderWord(field: string, value: string): string {
  const found = KINDS.stakeholder?.fields.find(({ name }) => name === field);
  return found?.choices?.[value]?.() ?? "";
}

function choice(field: string, value: string | null): HTMLSelectElement {
  const found = KINDS.stakeholder?.fields.find(({ name }) => name === field);
  const select = make("select", { class: "input", id: `stakeholder-${field}` });
  select.append(make("option", { value: "" }, t("Non précisé")));
  for (const [key, word] of Object.entries(found?.choices ?? {})) {
    const option = make("option", { value: key }, word());
    option.selected = key === value;
    select.append(option);
  }
  return select;
}

const labelled = (words: string, field: HTMLElement, hint = "") =>
  make(
    "label",
    { class: "field", for: field.id },
    make("span", {}, words),
    ...(hint ? [make("span", { class: "soft" }, hint)] : []),
    field,
  );

/** Say more of one: kept in a note of the zone « Parties prenantes », as anything else. */
export function askStakeholder(state: Economics, lane: Lane): void {
  const { app } = state;
  const note = lane.actor ?? state.within("stakeholders", lane.id).find(({ kind }) => kind === "stakeholder");
  const type = choice("type", lane.type);
  const sector = choice("sector", lane.sector);
  const business = make("textarea", {
    class: "input",
    id: "stakeholder-business",
    rows: 3,
    maxlength: MOST_TEXT,
  });
  business.value = String(note?.fields?.business_model ?? "");
  openForm({
    title: lane.name,
    body: [
      labelled(t("Forme de la structure"), type),
      labelled(t("Secteur"), sector),
      labelled(
        t("Modèle d'affaires de cette structure"),
        business,
        t("Ce dont elle vit. Le modèle économique, sur ce canevas, est celui du commun."),
      ),
    ],
    focus: type,
    stay: t("Laisser ainsi"),
    act: t("Enregistrer"),
    done: () => {
      if (refused(app, "stakeholders")) return;
      const fields = {
        type: type.value || undefined,
        sector: sector.value || undefined,
        business_model: business.value.trim() || undefined,
      };
      const document = app.document;
      if (note) document?.together(() => document.setFields(note.id, fields));
      else {
        const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
        if (Object.keys(said).length === 0) return;
        addNotes(app, "stakeholders", [lane.name], undefined, {
          kind: "stakeholder",
          stakeholder: lane.id,
          colour: lane.colour,
          fields: said,
        });
      }
    },
  });
}

/** Whose notes are: one value for lists, lanes and sums. */
export function attach(app: Atelier, note: Note, lane: string | null): void {
  const { document } = app;
  if (!document || laneOf(note) === lane) return;
  document.set(note.id, { stakeholder: lane });
  if (note.kind === "contribution" || note.fields?.stakeholder_id !== undefined)
    document.setFields(note.id, { stakeholder_id: lane ?? undefined });
}

export function attachAll(state: Economics, notes: readonly Note[], lane: string | null): void {
  const { app } = state;
  const free = notes.filter((note) => app.mayChange(note));
  if (free.length === 0) return;
  app.document?.together(() => {
    for (const note of free) attach(app, note, lane);
  });
  const name = state.lane(lane)?.name;
  app.announcer.say(
    name === undefined
      ? tn("{n} note sans partie prenante.", "{n} notes sans partie prenante.", free.length)
      : tn("{n} note attribuée à {name}.", "{n} notes attribuées à {name}.", free.length, { name }),
  );
}

/** « Attribuer à… » */
export function askLane(state: Economics, notes: readonly Note[]): void {
  const select = make("select", { class: "input", id: "lane" });
  const now = notes[0] ? state.of(notes[0]) : null;
  for (const { id, name } of state.lanes) {
    const option = make("option", { value: id }, name);
    option.selected = id === now;
    select.append(option);
  }
  const none = make("option", { value: "" }, t("Sans partie prenante"));
  none.selected = now === null && state.lanes.length === 0;
  select.append(none);
  openForm({
    title: tn("Attribuer la note à…", "Attribuer {n} notes à…", notes.length),
    body: [labelled(t("Partie prenante"), select)],
    stay: t("Laisser ainsi"),
    act: t("Attribuer"),
    focus: select,
    done: () => attachAll(state, notes, select.value || null),
  });
}
