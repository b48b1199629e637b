// The text in which each group sums up its sheets: written together, letter by letter as in a note, and read
// by the others once the group reports.

import { html, nothing, render } from "lit";
import type * as Y from "yjs";
import type { Atelier } from "../board/atelier";
import { command } from "../board/command";
import type { Group } from "../model/page";
import { moveCaret, type TextChange, textDiff, whole } from "../model/text-diff";
import { number, t, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import { isOpen, type Visits } from "./visit";

const MOST = 2_000;
const SUMMARY = "summary";

interface Told {
  group: string;
  text: string;
}

export function attachSummaries(app: Atelier, visits: Visits): void {
  app.on("open-summary", () => void openSummaries(app, visits));
}

async function openSummaries(app: Atelier, visits: Visits): Promise<void> {
  if (document.querySelector("dialog.summaries") !== null) return;
  /** Who leads writes in none until they have chosen one, who observes in none at all. */
  const { person } = app.data;
  const sits = ({ id }: Group) => person.role === "participant" && id === person.group;
  let own = app.workshop.groups.find(sits) ?? null;
  const field = make("textarea", { id: "summary", rows: 8, "aria-describedby": "summary-about" });
  const counter = make("output", { class: "soft tnum" });
  const trouble = make("p", { class: "alert warn", role: "status", hidden: true });
  const others = make("div", { class: "told" });
  const title = make("h2", { id: "summaries-title", tabindex: -1 }, t("Résumés des groupes"));
  const close = make("button", { class: "btn", type: "submit" }, t("Fermer"));
  const label = make("label", { for: "summary" });
  const mine = make(
    "div",
    { class: "own" },
    label,
    make(
      "p",
      { class: "soft", id: "summary-about" },
      app.leads
        ? t("Le groupe l'écrit ensemble, et vous avec lui ; les autres le liront à la restitution.")
        : t(
            "Ce que votre groupe retient, en quelques phrases. Vous l'écrivez ensemble ; les autres le liront à la restitution.",
          ),
    ),
    field,
    counter,
    trouble,
  );
  const group = make("select", { class: "input", id: "summary-group" });
  group.append(make("option", { value: "" }, t("Choisissez un groupe…")));
  for (const { id, name } of app.workshop.groups) group.append(make("option", { value: id }, name));
  const choice = make(
    "div",
    { class: "own" },
    make("label", { for: group.id }, t("Écrire avec un groupe")),
    group,
  );
  const dialog = make(
    "dialog",
    { class: "dialog wide summaries", "aria-labelledby": "summaries-title" },
    make(
      "form",
      { method: "dialog" },
      title,
      ...(app.leads ? [choice] : []),
      mine,
      others,
      make("div", { class: "row actions" }, close),
    ),
  );
  const opener = document.activeElement;
  let binding: { end(): void } | null = null;
  const tell = async () => render(list(app, await told(app), visits, dialog, own), others);
  const write = () => {
    binding?.end();
    mine.hidden = own === null;
    label.textContent = t("Résumé du groupe {name}", { name: own?.name ?? "" });
    binding = own && bind(app, own, field, counter, trouble);
  };
  group.addEventListener("change", () => {
    own = app.workshop.groups.find(({ id }) => id === group.value) ?? null;
    write();
    void tell();
  });
  write();
  const off = app.on("workshop", () => void tell());
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    off();
    binding?.end();
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  title.focus();
  void tell();
}

async function told(app: Atelier): Promise<Told[] | null> {
  try {
    const answer = await fetch(`${app.data.base}/api/workshops/${app.workshop.id}/summaries`);
    if (answer.ok) return ((await answer.json()) as { summaries: Told[] }).summaries;
  } catch {
    // said below
  }
  return null;
}

function list(
  app: Atelier,
  summaries: Told[] | null,
  visits: Visits,
  dialog: HTMLDialogElement,
  own: Group | null,
) {
  if (summaries === null)
    return html`<p class="soft">${t("Les résumés des autres groupes se lisent en ligne.")}</p>`;
  return app.workshop.groups
    .filter(({ id }) => id !== own?.id)
    .map((group) => {
      const found = summaries.find((one) => one.group === group.id);
      const text = found?.text.trim() ?? "";
      return html`<section><h3>${picture("group", 17)} ${t("Groupe {name}", { name: group.name })}</h3>
        ${
          found === undefined
            ? html`<p class="soft">${t("Se lira quand ce groupe restituera.")}</p>`
            : text === ""
              ? html`<p class="soft">${t("Ce groupe n'a pas écrit de résumé.")}</p>`
              : html`<p class="words">${text}</p>`
        }
        ${
          isOpen(app.workshop, group.id)
            ? html`<button class="btn sm" type="button" @click=${() => {
                dialog.close();
                visits.follow(group);
              }}>${t("Lire ses fiches")}</button>`
            : nothing
        }</section>`;
    });
}

/** Binds a field to the shared text of a group. What is typed stays in the field, whatever happens. */
function bind(
  app: Atelier,
  group: Group,
  field: HTMLTextAreaElement,
  counter: HTMLElement,
  trouble: HTMLElement,
) {
  const room = group.rooms.exploration;
  app.enter(room);
  const link = app.rooms.find((one) => one.room === room);
  let text: Y.Text | null = null;
  let known = "";
  let missed: TextChange[] = [];
  let composing = false;
  let begun = false;
  const local = {};

  const say = (words: string | null) => {
    trouble.hidden = words === null;
    trouble.textContent = words;
  };
  const show = () => {
    counter.textContent = t("{n} sur {most}", { n: [...field.value].length, most: number(MOST) });
  };
  const refresh = (changes: readonly TextChange[]) => {
    const move = (index: number) => changes.reduce(moveCaret, index);
    const [start, end] = [move(field.selectionStart), move(field.selectionEnd)];
    known = String(text);
    if (field.value !== known) {
      field.value = known;
      field.setSelectionRange(start, end);
    }
    show();
  };
  const typed = () => {
    if (composing || text === null) return;
    const wanted = whole(field.value);
    if ([...wanted].length > MOST && wanted.length > known.length) {
      const caret = Math.min(field.selectionStart, known.length);
      field.value = known;
      field.setSelectionRange(caret, caret);
      say(t("Un résumé s'arrête à deux mille caractères."));
      return;
    }
    say(null);
    const change = textDiff(known, wanted);
    const since = missed;
    missed = [];
    if (change !== null) {
      const at = since.reduce(moveCaret, change.at);
      const end = since.reduce(moveCaret, change.at + change.remove);
      const shared = text;
      shared.doc?.transact(() => {
        if (end > at) shared.delete(at, end - at);
        if (change.insert) shared.insert(at, change.insert);
      }, local);
    }
    refresh(since);
  };
  const changed = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    if (transaction.origin === local) return;
    const changes: TextChange[] = [];
    let at = 0;
    for (const step of event.delta) {
      if (step.retain) at += step.retain;
      else if (typeof step.insert === "string") {
        changes.push({ at, remove: 0, insert: step.insert });
        at += step.insert.length;
      } else if (step.delete) changes.push({ at, remove: step.delete, insert: "" });
    }
    if (composing) missed.push(...changes);
    else refresh(changes);
  };
  /** The text may be another one after a refusal, or not be there yet: the server begins it when it is asked. */
  const look = () => {
    const entry = link?.joined ? link.document?.answers.get(SUMMARY) : undefined;
    const now = (entry?.get("text") as Y.Text | undefined) ?? null;
    if (now === null && link?.joined && link.online && !begun) {
      begun = true;
      void command(app, { type: "summary.begin", group: group.id }).then((why) => {
        begun = why === null;
        if (why !== null) say(why);
      });
    }
    field.readOnly = now === null || link?.mayWrite !== true;
    if (now === text || now === null) return;
    const before = text === null ? "" : field.value;
    text?.unobserve(changed);
    text = now;
    now.observe(changed);
    if (before !== "" && before !== String(now))
      say(t("Ce que vous veniez d'écrire n'a pas été pris : « {words} »", { words: before }));
    refresh([]);
  };
  const watch = () => look();
  const offs = ["link", "notes", "joined"].map((what) => app.on(what, watch));
  let watched = link?.document?.answers;
  watched?.observe(watch);
  const follow = app.on("link", () => {
    const now = link?.document?.answers;
    if (now === watched) return;
    watched?.unobserve(watch);
    watched = now;
    now?.observe(watch);
  });
  const begins = () => {
    composing = true;
  };
  const ends = () => {
    composing = false;
    typed();
  };
  const hears = { input: typed, compositionstart: begins, compositionend: ends };
  for (const [what, then] of Object.entries(hears)) field.addEventListener(what, then);
  field.value = "";
  say(null);
  field.placeholder = typo(t("Ce que nous retenons…"));
  look();
  show();
  return {
    end: () => {
      ends();
      for (const [what, then] of Object.entries(hears)) field.removeEventListener(what, then);
      for (const off of [...offs, follow]) off();
      watched?.unobserve(watch);
      text?.unobserve(changed);
    },
  };
}
