// The dialog « Restaurer… »: what shall be as it was, what that would change, and what others wrote since.

import { html, nothing, render, type TemplateResult } from "lit";
import { openForm } from "../../ui/form-dialog";
import { t, tn, typo } from "../../ui/i18n";
import { icon, make } from "../../ui/icon";
import { picture } from "../../ui/picture";
import type { Template } from "./board";

interface Shown {
  id: string;
  board?: string;
  zone?: string;
  text?: string;
  by?: string;
  at?: number;
}

interface Preview {
  added: Shown[];
  changed: (Shown & { wanted: Shown })[];
  removed: Shown[];
  later: Shown[];
  counts: Record<"added" | "changed" | "removed" | "later" | "clusters" | "left", number>;
  locked: boolean;
  confirm: string;
}

export interface Restore {
  room: string;
  roomName: string;
  instant: string;
  /** When it was, in words. */
  when: string;
  board: string;
  boardName: string;
  template: Template | null;
  language: string;
  nameOf: (person: string) => string;
  timeOf: (at: number) => string;
  zoneOf: (board: string, zone: string) => string;
  done: (words: string) => void;
}

const MOST_SHOWN = 8;
type Failure = { key?: string; detail?: string; preview?: Preview };

/** Ask what shall be restored, show what that changes, and do it once it was seen. */
export function openRestore(restore: Restore, begin = "", notice = ""): void {
  const { room, instant, board, template } = restore;
  const path = `/api/rooms/${room}/history/${instant}/restore`;
  const scope = make("select", { name: "scope" });
  const option = (value: string, words: string) => make("option", { value }, words);
  if (template !== null) {
    const zones = make("optgroup", { label: t("Une zone de ce support") });
    for (const zone of template.zones)
      zones.append(option(`zone ${zone.id}`, `${zone.n} · ${typo(zone.title)}`));
    scope.append(option("board", t("Ce support : {board}", { board: restore.boardName })), zones);
  }
  scope.append(option("room", t("Toute la salle : {room}", { room: restore.roomName })));
  if (begin) scope.value = begin;
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

  const fields = (): Record<string, string> => {
    if (template === null || scope.value === "room") return {};
    return scope.value === "board" ? { board } : { board, zone: scope.value.slice("zone ".length) };
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
  const paint = () => {
    agree.hidden = (preview?.counts.later ?? 0) === 0;
    render(
      problem
        ? html`<p class="rproblem" role="alert">${picture("alert-triangle", 18)}${problem}</p>`
        : described(restore, preview),
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
    if (body.key === "restore.later_work" && body.preview) {
      openRestore(
        restore,
        scope.value,
        t("Quelque chose a changé entre-temps : voici ce qu'il en serait maintenant."),
      );
      return;
    }
    restore.done(body.detail ?? unreachable());
  };

  const dialog = openForm({
    title: t("Restaurer l'état de {when}", { when: restore.when }),
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
      ...(notice ? [make("p", { class: "rnotice", role: "alert" }, icon("info"), notice)] : []),
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

function described(restore: Restore, preview: Preview | null): TemplateResult {
  if (preview === null) return html`<p class="soft" role="status">${t("Chargement…")}</p>`;
  const { counts, later } = preview;
  if (changes(preview) === 0)
    return html`<p class="soft">${t("Rien à restaurer : tout y est déjà comme à ce moment.")}</p>`;
  const list = (
    title: string,
    notes: readonly Shown[],
    count: number,
    words: (note: Shown) => TemplateResult | string,
    below = 0,
  ) => {
    const left = count - below - Math.min(MOST_SHOWN, notes.length);
    return count === 0
      ? nothing
      : html`<section><h3>${title}</h3><ul>${notes.slice(0, MOST_SHOWN).map((note) => html`<li>${words(note)}</li>`)}
        ${left > 0 ? html`<li class="soft">${tn("et {n} autre", "et {n} autres", left)}</li>` : nothing}
        ${below > 0 ? html`<li class="soft">${t("dont {n} où d'autres ont écrit, ci-dessous", { n: below })}</li>` : nothing}</ul></section>`;
  };
  const others = new Set(later.map((note) => note.id));
  const mine = (notes: readonly Shown[]) => notes.filter((note) => !others.has(note.id));
  const below = (notes: readonly Shown[]) => notes.length - mine(notes).length;
  const text = (note: Shown) =>
    html`${t("« {text} »", { text: note.text || t("(note vide)") })} <small class="soft">${restore.zoneOf(note.board ?? "", note.zone ?? "")}</small>`;
  const changed = (note: Shown) => {
    const { wanted } = note as Shown & { wanted: Shown };
    return wanted.text === note.text
      ? html`${text(note)} <small class="soft">${t("change de place ou de détail")}</small>`
      : html`<del>${note.text}</del> → <ins>${wanted.text}</ins>`;
  };
  const theirs = (note: Shown) =>
    html`${text(note)} <small class="soft">${[note.by ? restore.nameOf(note.by) : t("quelqu'un"), note.at ? restore.timeOf(note.at) : ""].filter(Boolean).join(", ")}</small>`;
  return html`${list(tn("{n} note revient", "{n} notes reviennent", counts.added), preview.added, counts.added, text)}
    ${list(tn("{n} note redevient comme avant", "{n} notes redeviennent comme avant", counts.changed), mine(preview.changed), counts.changed, changed, below(preview.changed))}
    ${list(tn("{n} note écrite depuis est retirée", "{n} notes écrites depuis sont retirées", counts.removed), mine(preview.removed), counts.removed, text, below(preview.removed))}
    ${counts.left > 0 ? html`<p class="soft">${tn("{n} note ne peut pas revenir : sa zone n'existe plus ici.", "{n} notes ne peuvent pas revenir : leur zone n'existe plus ici.", counts.left)}</p>` : nothing}
    ${preview.locked ? html`<p class="soft">${picture("lock", 16)} ${t("Ce support est verrouillé : cela ne retient pas l'animation.")}</p>` : nothing}
    ${
      counts.later > 0
        ? html`<div class="rlater">${list(tn("D'autres y ont travaillé depuis : {n} note serait remplacée", "D'autres y ont travaillé depuis : {n} notes seraient remplacées", counts.later), later, counts.later, theirs)}</div>`
        : nothing
    }`;
}
