// Notes of a table, or of a board of another tool, added to a board: a file is chosen, looked at, then taken.

import { roomKind } from "../model/page";
import { openForm } from "../ui/form-dialog";
import { t, tn, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Desk } from "./desk";

interface Zone {
  id: string;
  title: string;
}

interface Answer {
  counts?: { notes: number };
  moved?: number;
  rows?: { text: string }[];
  /** How many texts are longer than a note: they become several. */
  cut?: number;
  /** Of an addition that stopped on the way: how many notes are there. */
  notes?: number;
  detail?: string;
  line?: number;
  place?: string;
}

const SHOWN = 3;
const SHOWN_CHARS = 60;

export async function bringNotes(desk: Desk): Promise<void> {
  const { workshop, data } = desk;
  const zones = await zonesOf(desk);
  if (zones.size === 0) return say(desk, "danger", problem({}));
  const file = make("input", {
    type: "file",
    required: true,
    accept: ".csv,.json,text/csv,application/json",
  });
  const group = choice(workshop.groups.map(({ id, name }) => [id, name]));
  const boards = data.supports.filter((support) => support.side !== "je" && zones.has(support.id));
  const board = choice(boards.map(({ id, title }) => [id, title]));
  const zone = make("select");
  const told = make("p", { class: "soft", role: "status" });
  const whose = field(t("Groupe"), group);
  const fill = () => {
    zone.replaceChildren(...options(zones.get(board.value) ?? []));
    // one for all: the group that was chosen would say nothing
    whose.hidden = roomKind(board.value, workshop) === "plenary";
  };
  fill();

  const send = (preview: boolean): Promise<Answer> => {
    const form = new FormData();
    if (file.files?.[0]) form.set("file", file.files[0]);
    const where = { into: workshop.id, group: group.value, board: board.value, zone: zone.value };
    return asked(new URLSearchParams({ ...where, preview: String(preview), lang: data.language }), form);
  };
  let count = 0;
  let looks = 0;
  const look = async () => {
    const mine = ++looks;
    count = 0;
    told.textContent = "";
    if (!file.files?.[0]) return;
    told.textContent = t("Lecture du fichier…");
    const answer = await send(true);
    if (mine !== looks) return;
    count = answer.counts?.notes ?? 0;
    const moved = movedWords(answer.moved ?? 0);
    told.textContent = count > 0 ? `${found(count, answer)} ${moved}`.trim() : problem(answer);
    dialog.dispatchEvent(new Event("change")); // whether it may be pressed now
  };
  board.addEventListener("change", fill);
  for (const one of [file, group, board, zone]) one.addEventListener("change", () => void look());

  const dialog = openForm({
    title: t("Ajouter des notes d'un fichier"),
    body: [
      make("p", {}, typo(t("Un tableau CSV avec une colonne « Texte », ou un tableau scrumlr.io (JSON)."))),
      field(t("Fichier"), file),
      whose,
      field(t("Support"), board),
      field(t("Zone"), zone),
      told,
    ],
    stay: t("Annuler"),
    act: t("Ajouter ces notes"),
    focus: file,
    ready: () => count > 0,
    done: () => void take(desk, send),
  });
}

async function take(desk: Desk, send: (preview: boolean) => Promise<Answer>): Promise<void> {
  const answer = await send(false);
  const count = answer.counts?.notes ?? 0;
  if (count > 0) say(desk, "info", tn("{n} note est ajoutée.", "{n} notes sont ajoutées.", count));
  else say(desk, "danger", problem(answer));
}

function say(desk: Desk, kind: "danger" | "info", words: string): void {
  desk.notice = { kind, words };
  desk.changed();
}

function found(count: number, { rows = [], cut = 0 }: Answer): string {
  const texts = rows
    .slice(0, SHOWN)
    .map(({ text }) => `« ${text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text} »`);
  const more = count > texts.length ? "…" : "";
  const told = `${tn("{n} note à ajouter :", "{n} notes à ajouter :", count)} ${texts.join(", ")}`;
  if (cut === 0) return told + more;
  const long = tn(
    "{n} texte trop long pour une note en devient plusieurs.",
    "{n} textes trop longs pour une note en deviennent plusieurs.",
    cut,
  );
  return `${told}${more || "."} ${long}`;
}

/** The file says where its notes belong, and they go elsewhere. */
function movedWords(n: number): string {
  if (n === 0) return "";
  return tn(
    "{n} note est ailleurs dans le fichier ; elle ira aussi dans cette zone.",
    "{n} notes sont ailleurs dans le fichier ; elles iront toutes dans cette zone.",
    n,
  );
}

export function problem({ detail, line, place, notes = 0 }: Answer): string {
  const words = detail ?? t("Le serveur ne répond pas. Réessayez dans un instant.");
  if (notes > 0) return `${words} ${tn("{n} note est ajoutée.", "{n} notes sont ajoutées.", notes)}`;
  if (line) return `${words} ${t("Ligne {n}.", { n: line })}`;
  return place ? `${words} ${t("À cet endroit du fichier : {place}", { place })}` : words;
}

async function asked(query: URLSearchParams, body: FormData): Promise<Answer> {
  try {
    const answer = await fetch(`/api/import?${query}`, { method: "POST", body });
    return (await answer.json()) as Answer;
  } catch {
    return {};
  }
}

/** By board; none where the server does not answer. */
async function zonesOf({ workshop, data }: Desk): Promise<ReadonlyMap<string, Zone[]>> {
  try {
    const answer = await fetch(`/api/workshops/${workshop.id}/templates?lang=${data.language}`);
    const { templates } = (await answer.json()) as { templates: { id: string; zones: Zone[] }[] };
    return new Map(templates.map(({ id, zones }) => [id, zones]));
  } catch {
    return new Map();
  }
}

function choice(some: readonly (readonly [string, string])[]): HTMLSelectElement {
  return make("select", {}, ...some.map(([value, words]) => make("option", { value }, words)));
}

function options(zones: readonly Zone[]): HTMLOptionElement[] {
  return zones.map(({ id, title }) => make("option", { value: id }, title));
}

function field(words: string, input: HTMLElement): HTMLElement {
  const boxed =
    input instanceof HTMLSelectElement
      ? make("span", { class: "input select" }, input, icon("chevron-down"))
      : make("span", { class: "input" }, input);
  return make("label", { class: "field" }, make("span", {}, words), boxed);
}
