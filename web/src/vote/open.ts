// The questions that open a vote or a consent round: from the board's menus and from the page of facilitation.

import type { Template, Workshop } from "../model/page";
import { roomKind, templateOf } from "../model/page";
import { openForm } from "../ui/form-dialog";
import { t, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { askedAbout } from "./words";

const QUESTION_CHARS = 200;
const PROPOSAL_CHARS = 1000;

export interface Asking {
  workshop: Workshop;
  templates: readonly Template[];
  /** Ask for a command; gives why it was refused, or null when it is done. */
  send: (command: Record<string, unknown>) => Promise<string | null>;
  /** The group that is chosen at first; nothing for all groups. */
  group?: string | null;
}

export interface VoteAsked extends Asking {
  board?: string;
  zone?: string;
}

export interface ConsentAsked extends Asking {
  proposal?: string;
  note?: string;
}

type Fields = Record<string, unknown>;

export function openVoteDialog(asked: VoteAsked, before: Fields = {}, refusal: string | null = null): void {
  const question = make("input", { class: "input", name: "question", maxlength: QUESTION_CHARS });
  const place = placeSelect(asked);
  const group = groupSelect(asked);
  let chosen = "group" in before;
  const dots = numberField("dots", 1, 20, Number(before.dots ?? 5));
  const perNote = numberField("per_note", 1, 20, Number(before.per_note ?? 3));
  const minutes = numberField("minutes", 1, 120, before.minutes);
  const secret = check("secret", before.secret !== false);
  question.value = String(before.question ?? "");
  if (before.board !== undefined) place.value = `${before.board} ${before.zone ?? ""}`;
  if ("group" in before) group.value = String(before.group ?? "");
  const suggest = () => {
    const title = place.selectedOptions[0]?.dataset.title ?? "";
    question.placeholder = askedAbout(title);
    if (!chosen) group.value = whoVotes(asked.workshop, place.value.split(" ")[0] ?? "", asked.group ?? null);
  };
  group.addEventListener("change", () => {
    chosen = true;
  });
  place.addEventListener("change", suggest);
  suggest();
  const fields = () => {
    const [board = "", zone = ""] = place.value.split(" ");
    return {
      type: "vote.open",
      question: question.value.trim(), // without one, each reads it in their own language
      board,
      ...(zone !== "" && { zone }),
      ...(group.value !== "" && { group: group.value }),
      dots: dots.valueAsNumber,
      per_note: perNote.valueAsNumber,
      secret: secret.checked,
      ...(minutes.value !== "" && { minutes: minutes.valueAsNumber }),
    };
  };
  const valid = () =>
    [dots, perNote, minutes].every((input) => input.checkValidity()) &&
    dots.value !== "" &&
    perNote.value !== "" &&
    perNote.valueAsNumber <= dots.valueAsNumber;
  openForm({
    title: t("Ouvrir un vote"),
    body: [
      ...told(refusal),
      labelled(t("Question"), question),
      labelled(t("Sur quelles notes"), place),
      labelled(t("Qui vote"), group),
      make(
        "div",
        { class: "fieldpair" },
        labelled(t("Points par personne"), dots),
        labelled(t("Au plus par note"), perNote),
      ),
      labelled(t("Minutes (vide : jusqu'à ce que vous fermiez)"), minutes),
      ticked(t("Vote secret : personne ne saura qui a voté quoi"), secret),
    ],
    stay: t("Annuler"),
    act: t("Ouvrir le vote"),
    focus: question,
    ready: valid,
    done: () => void sent(asked, fields(), (kept, reason) => openVoteDialog(asked, kept, reason)),
  });
}

export function openConsentDialog(
  asked: ConsentAsked,
  before: Fields = {},
  refusal: string | null = null,
): void {
  const proposal = make("textarea", { class: "input", name: "proposal", rows: 4, maxlength: PROPOSAL_CHARS });
  const group = groupSelect(asked);
  const minutes = numberField("minutes", 1, 120, before.minutes);
  const secret = check("secret", before.secret === true);
  proposal.value = String(before.proposal ?? asked.proposal ?? "").slice(0, PROPOSAL_CHARS);
  if ("group" in before) group.value = String(before.group ?? "");
  const fields = () => ({
    type: "consent.open",
    proposal: proposal.value.trim(),
    ...(group.value !== "" && { group: group.value }),
    ...(asked.note !== undefined && { note: asked.note }),
    secret: secret.checked,
    ...(minutes.value !== "" && { minutes: minutes.valueAsNumber }),
  });
  const explained = labelled(t("Proposition"), proposal);
  explained.append(
    make("small", {}, t("Chaque personne consent, émet une réserve, ou objecte en disant pourquoi.")),
  );
  openForm({
    title: t("Demander un consentement"),
    body: [
      ...told(refusal),
      explained,
      labelled(t("Qui répond"), group),
      labelled(t("Minutes (vide : jusqu'à ce que vous fermiez)"), minutes),
      ticked(t("Sans noms : personne ne saura qui a répondu quoi"), secret),
    ],
    stay: t("Annuler"),
    act: t("Demander"),
    focus: proposal,
    ready: () => proposal.value.trim() !== "" && minutes.checkValidity(),
    done: () => void sent(asked, fields(), (kept, reason) => openConsentDialog(asked, kept, reason)),
  });
}

/** A refusal brings the question back as it was filled in, with the reason. */
async function sent(
  asked: Asking,
  fields: Fields,
  again: (kept: Fields, reason: string) => void,
): Promise<void> {
  const reason = await asked.send(fields);
  if (reason !== null) again({ group: null, ...fields }, reason);
}

/** Boards and their zones; where none is named, the board of the step that is under way comes first. */
function placeSelect(asked: VoteAsked): HTMLSelectElement {
  const { workshop, templates, zone } = asked;
  const step = workshop.agenda.steps.find((one) => one.id === workshop.step);
  const board = asked.board ?? step?.board ?? undefined;
  const select = make("select", { class: "input", name: "place" });
  const modules = workshop.modules;
  for (const template of templates) {
    const module = template.id.split(".")[0] ?? template.id;
    if (modules !== undefined && !modules.includes(module)) continue;
    const own = board !== undefined && templateOf(board) === template.id ? board : template.id;
    const title = typo(template.title.replace(" · ", ", "));
    const face = template.side === "je" ? t("Je") : template.side === "nous" ? t("Nous") : "";
    const options = make("optgroup", { label: face === "" ? title : `${title}, ${face}` });
    const all = make("option", { value: `${own} ` }, t("Tout : {board}", { board: title }));
    all.dataset.title = title;
    options.append(all);
    for (const one of [...template.zones].sort((a, b) => a.n - b.n)) {
      const option = make("option", { value: `${own} ${one.id}` }, typo(one.title));
      option.dataset.title = typo(one.title);
      options.append(option);
    }
    select.append(options);
    if (board === own) select.value = `${own} ${zone ?? ""}`;
  }
  return select;
}

function groupSelect({ workshop, group }: Asking): HTMLSelectElement {
  const select = make(
    "select",
    { class: "input", name: "group" },
    make("option", { value: "" }, t("Tous les groupes")),
  );
  for (const one of workshop.groups)
    select.append(make("option", { value: one.id }, t("Groupe {name}", { name: one.name })));
  select.value = whoVotes(workshop, null, group ?? null);
  return select;
}

/** The group that is proposed: a board that all groups share is for everybody. */
export function whoVotes(workshop: Workshop, board: string | null, group: string | null): string {
  const together = board !== null && roomKind(board, workshop) === "plenary";
  return workshop.groups.length > 1 && !together ? (group ?? "") : "";
}

function numberField(name: string, min: number, max: number, value: unknown): HTMLInputElement {
  const input = make("input", {
    class: "input",
    name,
    type: "number",
    min,
    max,
    step: 1,
    inputmode: "numeric",
  });
  if (typeof value === "number") input.value = String(value);
  return input;
}

function check(name: string, on: boolean): HTMLInputElement {
  const input = make("input", { type: "checkbox", name });
  input.checked = on;
  return input;
}

const labelled = (label: string, field: HTMLElement) =>
  make("label", { class: "field" }, make("span", {}, label), field);

const ticked = (label: string, field: HTMLElement) => make("label", { class: "tick" }, field, ` ${label}`);

const told = (refusal: string | null) =>
  refusal === null ? [] : [make("p", { class: "alert", role: "alert" }, refusal)];
