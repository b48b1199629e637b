// The part « Restituer » of the organiser's page: its chapters, its figures, and whether the boards are frozen.

import { html, nothing, type TemplateResult } from "lit";
import type { Workshop } from "../model/page";
import { dayOf, sameDay, timeOf } from "../model/when";
import { number, t, tn } from "../ui/i18n";
import { capital, inWords } from "../ui/numbers";
import { picture } from "../ui/picture";
import { Actions, countDecided } from "./decided";
import type { Desk } from "./desk";
import { downloads } from "./downloads";
import { Exports } from "./exports";
import { keepingCard, keepingChapter } from "./keeping";
import { OutcomeOf } from "./outcome";
import { question, withBold } from "./parts";
import { prints } from "./prints";
import { Sharing } from "./sharing";
import { closedRounds, votesChapter } from "./votes";

export const GIVEN = ["exports", "actions", "votes", "partage", "conservation"] as const;
export type Given = (typeof GIVEN)[number];

const ICONS: Record<Given, string> = {
  exports: "download",
  actions: "list-checks",
  votes: "vote",
  partage: "share-2",
  conservation: "shield-check",
};

export function givenNames(): Record<Given, string> {
  return {
    exports: t("Exports et relecture"),
    actions: t("Actions décidées"),
    votes: t("Votes"),
    partage: t("Partage en lecture"),
    conservation: t("Conservation"),
  };
}

export class GiveBack {
  readonly outcome: OutcomeOf;
  private readonly exports: Exports;
  private readonly actions: Actions;
  private readonly sharing: Sharing;
  /** Where the replay is: made once, and kept while other chapters are shown. */
  private readonly replay = document.createElement("div");
  private replayed: { refresh(): Promise<void> } | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly replayIn: (host: HTMLElement) => { refresh(): Promise<void> },
  ) {
    this.outcome = new OutcomeOf(desk);
    this.exports = new Exports(desk);
    this.actions = new Actions(desk, this.outcome);
    this.sharing = new Sharing(desk);
    this.replay.className = "replayplace";
  }

  /** A chapter is shown: what it tells is asked for. */
  shown(chapter: Given): void {
    void this.outcome.load();
    if (chapter !== "exports") return;
    void this.exports.load();
    if (this.replayed === null) this.replayed = this.replayIn(this.replay);
    else void this.replayed.refresh();
  }

  /** The server is there again. */
  back(): void {
    this.exports.back();
    if (this.outcome.failed) void this.outcome.load();
  }

  chapters(shown: Given | null): TemplateResult[] {
    const counts: Partial<Record<Given, number>> = {};
    const { value } = this.outcome;
    if (value) {
      counts.actions = countDecided(value.actions);
      counts.votes = closedRounds(value).length;
    }
    return GIVEN.map((chapter) => {
      const n = counts[chapter];
      return html`<li><a href=${`#${chapter}`} class=${chapter === shown ? "on" : ""} aria-current=${chapter === shown ? "page" : nothing}>
        ${picture(ICONS[chapter], 20)}<span class="grow">${givenNames()[chapter]}</span>${n ? html`<span class="count tnum">${n}</span>` : nothing}</a></li>`;
    });
  }

  head(chapter: Given): TemplateResult {
    return html`<header class="row pagehead"><div class="grow"><h1 id="chapter-title" tabindex="-1">${givenNames()[chapter]}</h1>
      <p class="soft">${workshopWords(this.desk)}</p></div>${this.figures()}</header>`;
  }

  private figures(): TemplateResult | typeof nothing {
    const { value } = this.outcome;
    if (value === null) return nothing;
    const { people, notes, canvases } = value.counts;
    const actions = countDecided(value.actions);
    const figures: [number, string][] = [
      [people, tn("{n} personne", "{n} personnes", people)],
      [notes, tn("{n} note", "{n} notes", notes)],
      [canvases, tn("{n} sur les canevas", "{n} sur les canevas", canvases)],
      [actions, tn("{n} action", "{n} actions", actions)],
    ];
    return html`<ul class="figures">${figures.map(([n, words]) => html`<li>${withBold(words, number(n))}</li>`)}</ul>`;
  }

  draw(chapter: Given): TemplateResult {
    switch (chapter) {
      case "exports":
        return html`<div class="giveback">${this.replay}${downloads(this.exports)}<div class="stack rest">${keepingCard(this.desk, this.outcome)}${prints(this.desk, ["filled", "blank"], this.exports.names)}</div></div>`;
      case "actions":
        return this.actions.draw();
      case "votes":
        return votesChapter(this.desk, this.outcome);
      case "partage":
        return this.sharing.draw();
      case "conservation":
        return keepingChapter(this.desk, this.outcome);
    }
  }
}

/** « Atelier du jeudi 12 mars, trois groupes et une plénière » */
export function workshopWords({ workshop, data }: Desk): string {
  const at = workshop.starts_at ?? workshop.created_at;
  const groups = tn("{n} groupe", "{n} groupes", workshop.groups.length, {
    n: inWords(workshop.groups.length).replace(/^une$/, "un"),
  });
  const parts = together(workshop) ? t("{groups} et une plénière", { groups }) : groups;
  return at
    ? t("Atelier du {day}, {groups}", { day: dayOf(at, data.language), groups: parts })
    : capital(parts);
}

function together({ board_rooms = {}, pooled = [] }: Workshop): boolean {
  return pooled.length > 0 || Object.values(board_rooms).includes("plenary");
}

/** The box under the chapters: whether the boards are frozen, since when, and the way to change that. */
export function frozenBox(desk: Desk): TemplateResult {
  const { workshop } = desk;
  if (workshop.status === "closed")
    return html`<div class="frozen" data-state="ok">${picture("lock", 20)}<p><b>${workshop.closed_at ? t("Tableaux figés") : t("Tableaux figés.")}</b> ${since(desk)}
      ${t("L'organisation peut rouvrir.")}</p></div>
      <button class="btn full" type="button" @click=${() => reopen(desk)}>${picture("lock-open", 17)}${t("Rouvrir l'atelier…")}</button>`;
  if (workshop.status === "draft")
    return html`<div class="frozen" data-state="draft">${picture("door-open", 20)}<p>${t("La salle n'est pas encore ouverte.")} <a href="#preparer">${t("Préparer")}</a></p></div>`;
  return html`<div class="frozen" data-state="open">${picture("lock-open", 20)}<p><b>${t("Tableaux ouverts.")}</b>
      ${t("Ce qui s'écrit encore sera dans les prochains fichiers.")}</p></div>
    <button class="btn full" type="button" @click=${() => close(desk)}>${t("Clore l'atelier")}</button>`;
}

function since({ workshop, data }: Desk): string {
  const at = workshop.closed_at;
  if (!at) return "";
  const time = timeOf(at, data.language);
  return sameDay(at, Date.now())
    ? t("à {time}.", { time })
    : t("le {day} à {time}.", { day: dayOf(at, data.language), time });
}

export function close(desk: Desk): void {
  question(
    t("Clore l'atelier ?"),
    t(
      "Plus personne ne pourra écrire ni entrer ; tout reste lisible. Vous pourrez le rouvrir. Les notes silencieuses qui n'ont pas été révélées restent cachées.",
    ),
    t("Clore l'atelier"),
    () => desk.ask({ type: "workshop.close" }),
  );
}

export function reopen(desk: Desk): void {
  question(
    t("Rouvrir l'atelier ?"),
    t("Les personnes pourront de nouveau entrer et écrire. Les fichiers déjà téléchargés ne changent pas."),
    t("Rouvrir"),
    () => desk.ask({ type: "workshop.reopen" }),
  );
}
