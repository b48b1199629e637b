// An agenda of the kit: its steps, one row each.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { duration, modes, phases } from "../desk/words";
import { t } from "../ui/i18n";
import type { Editor } from "./editor";
import { act, bothLanguages, choice, number, tool } from "./fields";
import { type AgendaPart, changed, newAgendaId, newStepId, type StepPart } from "./kit";
import { boardName, titled } from "./words";

const TITLE_CHARS = 80;

export function agendaPanel(editor: Editor, agenda: AgendaPart) {
  const { kit } = editor;
  const edit = (key: string, change: (agenda: AgendaPart) => void) =>
    editor.take(
      changed(editor.kit, (copy) => {
        const there = copy.agendas.find((one) => one.id === agenda.id);
        if (there) change(there);
      }),
      key && `${key}:${agenda.id}`,
    );
  const wrong = new Set(editor.checked.faults.filter((f) => f.agenda === agenda.id).map((f) => f.part ?? ""));
  const duplicate = () => {
    const id = newAgendaId(kit);
    editor.take(
      changed(kit, (copy) => {
        const at = copy.agendas.findIndex((one) => one.id === agenda.id);
        copy.agendas.splice(at + 1, 0, { ...structuredClone(agenda), id });
      }),
    );
    editor.open({ kind: "agenda", agenda: id });
  };
  const remove = () => {
    editor.take(
      changed(kit, (copy) => {
        copy.agendas = copy.agendas.filter((one) => one.id !== agenda.id);
      }),
    );
    editor.open({ kind: "agenda", agenda: editor.kit.agendas[0]?.id ?? "" });
  };
  const add = () =>
    edit("", (one) => {
      const titles = { ...editor.data.starters.step };
      one.steps.push({
        id: newStepId(one),
        phase: "exploration",
        minutes: 10,
        mode: "group",
        titles,
        board: null,
      });
    });
  return html`<section class="card kpanel kagenda"><div class="row head"><h2 class="grow" tabindex="-1" id="kpanel-title">${titled(agenda.titles)}</h2><b class="tnum">${duration(agenda.minutes)}</b></div>
    ${bothLanguages(
      t("Titre"),
      agenda.titles,
      kit.lang,
      TITLE_CHARS,
      "title",
      (code, text) =>
        edit(`title.${code}`, (one) => {
          one.titles[code] = text;
        }),
      wrong,
    )}
    <div class="numbers three">
      ${number(t("Personnes, au moins"), agenda.people[0], [1, 1000], "people.0", (value) =>
        edit("", (one) => {
          one.people = [value, Math.max(value, one.people[1])];
        }),
      )}
      ${number(t("au plus"), agenda.people[1], [1, 1000], "people.1", (value) =>
        edit("", (one) => {
          one.people = [Math.min(value, one.people[0]), value];
        }),
      )}
      ${number(t("Groupes"), agenda.groups, [1, 60], "groups", (value) =>
        edit("", (one) => {
          one.groups = Math.round(value);
        }),
      )}</div>
    <ol class="ksteps">${repeat(
      agenda.steps,
      (step) => step.id,
      (step, at) => row(editor, agenda, step, at, edit, wrong),
    )}</ol>
    <div class="row acts">${act(t("Ajouter une étape"), "plus", add)}${act(t("Dupliquer ce déroulé"), "copy-plus", duplicate)}${act(t("Retirer ce déroulé"), "trash", remove, kit.agendas.length === 1, "ghost")}</div></section>`;
}

function row(
  editor: Editor,
  agenda: AgendaPart,
  step: StepPart,
  at: number,
  edit: (key: string, change: (agenda: AgendaPart) => void) => void,
  wrong: ReadonlySet<string>,
) {
  const { kit } = editor;
  const set = (key: string, change: (step: StepPart) => void) =>
    edit(key && `${key}.${step.id}`, (one) => {
      const there = one.steps.find((other) => other.id === step.id);
      if (there) change(there);
    });
  const shift = (by: number) =>
    edit("", (one) => {
      const [taken] = one.steps.splice(at, 1);
      if (taken) one.steps.splice(at + by, 0, taken);
    });
  const boards: (readonly [string, string])[] = [
    ["", t("Aucun")],
    ...kit.templates.map((one) => [one.id, boardName(one.id)] as const),
    ...(["assigned.recto", "assigned.verso"] as const).map((one) => [one, boardName(one)] as const),
  ];
  const bad = [...wrong].some((part) => part.startsWith(`steps.${at}.`));
  return html`<li class=${bad ? "wrong" : nothing}>
    ${bothLanguages(
      t("Étape {n}", { n: at + 1 }),
      step.titles,
      kit.lang,
      TITLE_CHARS,
      `steps.${at}.title`,
      (code, text) =>
        set(`title.${code}`, (one) => {
          one.titles[code] = text;
        }),
      wrong,
    )}
    <div class="ksteprow">
      ${number(t("Minutes"), step.minutes, [1, 600], `steps.${at}.minutes`, (value) =>
        set("", (one) => {
          one.minutes = Math.round(value);
        }),
      )}
      ${choice(t("Temps"), step.phase, Object.entries(phases()), (phase) =>
        set("", (one) => {
          one.phase = phase;
        }),
      )}
      ${choice(
        t("Façon de travailler"),
        step.mode,
        Object.entries(modes()).map(([id, { name }]) => [id, name] as const),
        (mode) =>
          set("", (one) => {
            one.mode = mode;
          }),
      )}
      ${choice(t("Support"), step.board ?? "", boards, (board) =>
        set("", (one) => {
          one.board = board || null;
        }),
      )}
      <span class="row tools">${tool(t("Monter"), "arrow-up", () => shift(-1), at === 0)}${tool(t("Descendre"), "arrow-down", () => shift(1), at === agenda.steps.length - 1)}${tool(t("Retirer cette étape"), "trash", () => edit("", (one) => void one.steps.splice(at, 1)), agenda.steps.length === 1)}</span>
    </div></li>`;
}
