// The dialog « Restaurer… »: what shall be as it was, what that would change, and what others wrote since.

import { html, nothing, render, type TemplateResult } from "lit";
import type { Template, Zone } from "../../model/page";
import { openForm } from "../../ui/form-dialog";
import { t, tn, typo } from "../../ui/i18n";
import { icon, make } from "../../ui/icon";
import { picture } from "../../ui/picture";
import { byZone, type Later, type Shown } from "./later";

interface Preview {
  added: Shown[];
  changed: (Shown & { wanted: Shown })[];
  removed: Shown[];
  later: Later[];
  counts: Record<"added" | "changed" | "removed" | "later" | "clusters" | "left", number>;
  locked: boolean;
  confirm: string;
}

export interface Restore {
  room: string;
  roomName: string;
  instant: string;
  /** What shall come back, and of when. */
  title: string;
  /** The one that is shown, and all that the room has. */
  board: string;
  boards: readonly { id: string; name: string; template: Template }[];
  language: string;
  nameOf: (person: string) => string;
  timeOf: (at: number) => string;
  numberOf: (template: Template, zone: Zone) => string;
  done: (words: string) => void;
}

const MOST_SHOWN = 8;
type Failure = { key?: string; detail?: string; preview?: Preview };

/** Ask what shall be restored, show what that changes, and do it once it was seen. */
export function openRestore(restore: Restore, begin: string | null = null, notice = ""): void {
  const { room, instant, boards } = restore;
  const path = `/api/rooms/${room}/history/${instant}/restore`;
  const scope = make("select", { name: "scope" });
  const option = (value: string, words: string) => make("option", { value }, words);
  const here = boards.find(({ id }) => id === restore.board);
  const others = make("optgroup", { label: here ? t("Un autre support") : t("Un support") });
  for (const one of boards) if (one !== here) others.append(option(`${one.id}`, one.name));
  if (here) {
    const zones = make("optgroup", { label: t("Une zone de ce support") });
    for (const zone of here.template.zones) {
      const words = [restore.numberOf(here.template, zone), typo(zone.title)];
      zones.append(option(`${here.id} ${zone.id}`, words.filter(Boolean).join(" · ")));
    }
    scope.append(option(here.id, t("Ce support : {board}", { board: here.name })), zones);
  }
  if (others.childElementCount > 0) scope.append(others);
  scope.append(option("", t("Toute la salle : {room}", { room: restore.roomName })));
  if (begin !== null) scope.value = begin;
  const shown = make("div", { class: "rpreview", "aria-live": "polite", tabindex: 0 });
  shown.setAttribute("role", "region");
  shown.setAttribute("aria-label", t("Ce que cela change"));
  const box = make("input", { type: "checkbox", name: "seen" });
  const agree = make(
    "label",
    { class: "check rseen", hidden: true },
    box,
    make("span", {}, t("J'ai vu ce que d'autres ont écrit depuis : le remplacer quand même.")),
  );
  let preview: Preview | null = null;
  let problem = "";
  let asked = 0;

  const opened = new Set<string>();

  const fields = (): Record<string, string> => {
    const [board = "", zone = ""] = scope.value.split(" ");
    return { ...(board && { board }), ...(zone && { zone }) };
  };
  const post = async (body: Record<string, unknown>) => {
    const answer = await fetch(`${path}?lang=${restore.language}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { ok: answer.ok, body: (await answer.json()) as Preview & Failure };
  };
  const ready = () => preview !== null && changes(preview) > 0 && (preview.counts.later === 0 || box.checked);
  const more = (part: string) => {
    opened.add(part);
    paint();
    shown.focus(); // what was pressed is gone
  };
  const said = make("p", { class: "rnotice", role: "alert" }, icon("info"), notice);
  const paint = () => {
    said.hidden = notice === "" || problem === notice;
    agree.hidden = (preview?.counts.later ?? 0) === 0;
    render(
      problem
        ? html`<p class="rproblem" role="alert">${picture("alert-triangle", 18)}${problem}</p>`
        : described(restore, preview, opened, more),
      shown,
    );
    dialog.dispatchEvent(new Event("change")); // the act may be pressed, or not any more
  };
  const look = async () => {
    const mine = ++asked;
    preview = null;
    problem = "";
    box.checked = false;
    paint();
    const { ok, body } = await post({ ...fields(), preview: true }).catch(failed);
    if (mine !== asked) return;
    if (ok) preview = body as Preview;
    else problem = body.detail ?? unreachable();
    paint();
  };
  const act = async () => {
    const { ok, body } = await post({ ...fields(), confirm: preview?.confirm }).catch(failed);
    if (ok) return restore.done(t("C'est restauré. L'état d'avant est gardé dans les instants."));
    // the dialog is closed by its button: it is there again with what the server said
    const changed = t("Quelque chose a changé entre-temps : voici ce qu'il en serait maintenant.");
    const later = body.key === "restore.later_work" && body.preview !== undefined;
    openRestore(restore, scope.value, later ? changed : (body.detail ?? unreachable()));
  };

  const dialog = openForm({
    title: restore.title,
    body: [
      make(
        "p",
        { class: "soft" },
        t(
          "Les notes redeviennent ce qu'elles étaient, par de nouveaux changements à votre nom. L'état d'avant est gardé, et cela s'annule.",
        ),
      ),
      make(
        "label",
        { class: "field" },
        make("span", {}, t("Ce qui redevient comme avant")),
        make("span", { class: "input select" }, scope, icon("chevron-down")),
      ),
      said,
      shown,
      agree,
    ],
    stay: t("Ne rien changer"),
    act: t("Restaurer"),
    done: () => void act(),
    ready,
    wide: true,
    focus: scope,
  });
  scope.addEventListener("change", () => void look());
  void look();
}

async function failed(): Promise<{ ok: false; body: Preview & Failure }> {
  return { ok: false, body: { detail: unreachable() } as Preview & Failure };
}

function unreachable(): string {
  return t("Le serveur ne répond pas. Réessayez dans un instant.");
}

function changes({ counts }: Preview): number {
  return counts.added + counts.changed + counts.removed + counts.clusters;
}

function described(
  restore: Restore,
  preview: Preview | null,
  opened: ReadonlySet<string>,
  more: (part: string) => void,
): TemplateResult {
  if (preview === null) return html`<p class="soft" role="status">${t("Chargement…")}</p>`;
  const { counts, later } = preview;
  if (changes(preview) === 0)
    return html`<p class="soft">${t("Rien à restaurer : tout y est déjà comme à ce moment.")}</p>`;
  const zoneOf = ({ board = "", zone = "" }: Shown) => {
    const template = restore.boards.find(({ id }) => id === board)?.template;
    return typo(template?.zones.find(({ id }) => id === zone)?.title ?? "");
  };
  const list = (
    part: "added" | "changed" | "removed",
    title: string,
    notes: readonly Shown[],
    words: (note: Shown) => TemplateResult | string,
    below = 0,
  ) => {
    if (counts[part] === 0) return nothing;
    const some = opened.has(part) ? notes : notes.slice(0, MOST_SHOWN);
    const left = counts[part] - below - some.length;
    const others = tn("et {n} autre", "et {n} autres", left);
    return html`<section><h3>${title}</h3><ul>${some.map((note) => html`<li>${words(note)}</li>`)}
        ${left === 0 ? nothing : html`<li class="soft">${opened.has(part) ? others : html`<button class="linkbtn" type="button" @click=${() => more(part)}>${others}</button>`}</li>`}
        ${below > 0 ? html`<li class="soft">${t("dont {n} où d'autres ont écrit, ci-dessous", { n: below })}</li>` : nothing}</ul></section>`;
  };
  const others = new Set(later.map((note) => note.id));
  const mine = (notes: readonly Shown[]) => notes.filter((note) => !others.has(note.id));
  const below = (notes: readonly Shown[]) => notes.length - mine(notes).length;
  const quoted = (note: Shown) => t("« {text} »", { text: note.text || t("(note vide)") });
  const text = (note: Shown) => html`${quoted(note)} <small class="soft">${zoneOf(note)}</small>`;
  const rewritten = (note: Shown, wanted: Shown) =>
    wanted.text === note.text
      ? html`${quoted(note)} <small class="soft">${t("change de place ou de détail")}</small>`
      : html`<del>${note.text || t("(note vide)")}</del> → <ins>${wanted.text || t("(note vide)")}</ins>`;
  const changed = (note: Shown) => rewritten(note, (note as Shown & { wanted: Shown }).wanted);
  const theirs = (note: Later) =>
    html`${note.wanted ? rewritten(note, note.wanted) : quoted(note)} <small class="soft">${[note.by ? restore.nameOf(note.by) : t("quelqu'un"), note.at ? restore.timeOf(note.at) : ""].filter(Boolean).join(", ")}</small>`;
  /** All of them: this is what is confirmed. */
  const work = (title: string, notes: readonly Later[]) =>
    notes.length === 0
      ? nothing
      : html`<section><h4>${title}</h4>${byZone(notes, restore.boards).map(
          ({ board, zone, notes }) =>
            html`<p class="rwhere">${[board, zone && typo(zone)].filter(Boolean).join(" · ")}</p><ul>${notes.map((note) => html`<li>${theirs(note)}</li>`)}</ul>`,
        )}</section>`;
  const notes = later.filter(({ cluster }) => !cluster);
  const [gone, back] = [notes.filter(({ wanted }) => !wanted), notes.filter(({ wanted }) => wanted)];
  const groups = later.filter(({ cluster }) => cluster);
  return html`${list("added", tn("{n} note revient", "{n} notes reviennent", counts.added), preview.added, text)}
    ${list("changed", tn("{n} note redevient comme avant", "{n} notes redeviennent comme avant", counts.changed), mine(preview.changed), changed, below(preview.changed))}
    ${list("removed", tn("{n} note écrite depuis est retirée", "{n} notes écrites depuis sont retirées", counts.removed), mine(preview.removed), text, below(preview.removed))}
    ${counts.left > 0 ? html`<p class="soft">${tn("{n} note ne peut pas revenir : sa zone n'existe plus ici.", "{n} notes ne peuvent pas revenir : leur zone n'existe plus ici.", counts.left)}</p>` : nothing}
    ${preview.locked ? html`<p class="soft">${picture("lock", 16)} ${t("Ce support est verrouillé : cela ne retient pas l'animation.")}</p>` : nothing}
    ${
      later.length === 0
        ? nothing
        : html`<div class="rlater"><h3>${t("D'autres y ont travaillé depuis")}</h3>
        ${work(tn("{n} note de quelqu'un d'autre serait retirée", "{n} notes d'autres seraient retirées", gone.length), gone)}
        ${work(tn("{n} note de quelqu'un d'autre redeviendrait comme avant", "{n} notes d'autres redeviendraient comme avant", back.length), back)}
        ${work(tn("{n} regroupement changerait", "{n} regroupements changeraient", groups.length), groups)}</div>`
    }`;
}
