// « Chacun répond d'abord pour soi »: what is asked at the moment, in a band with the one way to the place where
// it is answered. It goes when this person has answered, or when the poll is closed.

import { html, nothing, render } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Atelier } from "../board/atelier";
import { canvases, wrapUp } from "../board/later";
import { keepFocus } from "../board/notice";
import { boardOf } from "../model/follow";
import type { Poll, Zone } from "../model/page";
import { isEmpty, pollsOf } from "../model/polls";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import { gaugesPanel, subjects } from "./gauges";
import { needsPanel, questionsIn } from "./needs";
import { openPanel, turnoutOf } from "./panel";

interface Asked {
  words: string;
  act: string;
  icon: string;
}

function askedBy({ kind }: Poll): Asked {
  const answer = t("Répondre");
  switch (kind) {
    case "place":
      return {
        words: t("Chacun place d'abord pour soi sur la carte de la communauté."),
        act: t("Placer"),
        icon: "map-pin",
      };
    case "verdict":
      return {
        words: t("Votre équilibre est-il acceptable ? Chaque partie prenante répond d'abord pour elle-même."),
        act: answer,
        icon: "scale",
      };
    case "gauge":
      return {
        words: t("À quel niveau en êtes-vous ? Chaque personne répond d'abord pour elle-même."),
        act: answer,
        icon: "gauge",
      };
    case "need":
      return {
        words: t("Quels besoins sont utiles et faisables ? Chaque personne répond d'abord pour elle-même."),
        act: answer,
        icon: "circle-help",
      };
    default:
      return { words: t("Pour vous, que valait cet atelier ?"), act: answer, icon: "flag" };
  }
}

/** Where a poll is answered; none for the one that has its place in the stock-take. */
function placeOf(app: Atelier, { kind, board, zone }: Poll): { board: string; zone: string } | null {
  const there = (usual: string, at: string) => ({
    board: boardOf(board ?? usual, (sheet) => app.rectoOf(sheet)),
    zone: zone ?? at,
  });
  switch (kind) {
    case "place":
      return there("governance", "map");
    case "verdict":
      return there("economic", "viability");
    case "gauge":
      return there("sheet1.verso", "maturity");
    case "need":
      return there("sheet1.verso", "need");
    default:
      return null;
  }
}

class PollBands {
  private readonly polls;
  private readonly host = make("div");
  /** Bands that this person has put away. */
  private readonly closed = new Set<string>();
  private known = new Set<string>();
  private frame = 0;

  constructor(private readonly app: Atelier) {
    this.polls = pollsOf(app);
    document.getElementById("bands")?.append(this.host);
    keepFocus(this.host);
    this.polls.on(() => this.soon());
    for (const what of ["board", "focus", "joined", "notes", "paged"]) app.on(what, () => this.soon());
    this.follow();
    this.draw();
  }

  private soon(): void {
    this.follow();
    if (this.frame === 0)
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
  }

  // -- what begins and ends -----------------------------------------------------------------------

  private follow(): void {
    const { app, known } = this;
    const open = this.polls.all.filter((poll) => poll.open && this.concerns(poll));
    this.known = new Set(open.map(({ id }) => id));
    for (const poll of open)
      if (!known.has(poll.id) && poll.by !== app.data.person.id) app.announcer.say(askedBy(poll).words);
    for (const poll of this.polls.all) if (!poll.open && known.has(poll.id)) this.ends(poll);
  }

  private ends(poll: Poll): void {
    const { app } = this;
    const sentence = isEmpty(poll)
      ? t("Personne n'a répondu.")
      : t("Les réponses sont montrées, sans les noms.");
    app.announcer.say(sentence);
    const actions = [
      {
        label: t("Voir les réponses"),
        act: () => {
          app.dismiss(notice);
          this.go(poll);
        },
      },
    ];
    const shown = isEmpty(poll) || this.isThere(poll);
    const notice = app.notify(sentence, { good: true, about: "poll", ...(shown ? {} : { actions }) });
  }

  /** Observers look on; of a stakeholder, its own people answer. */
  private concerns({ kind, group }: Poll): boolean {
    const { data, leads } = this.app;
    if (leads) return true;
    const { role, group: own, stakeholder } = data.person;
    if (role !== "participant" || (group !== null && group !== own)) return false;
    return kind !== "verdict" || Boolean(stakeholder);
  }

  // -- answering ----------------------------------------------------------------------------------

  /** How many subjects have an answer of this person, and of how many; null where that is not known here. */
  private given(poll: Poll): { given: number; of: number | null } {
    const given = this.polls.mine(poll).size;
    const place = placeOf(this.app, poll);
    if (place === null || poll.kind === "verdict") return { given, of: 1 };
    if (poll.kind === "gauge") return { given, of: subjects({ id: place.zone }).length };
    const document = this.app.documentOf(place.board);
    if (document === null) return { given, of: null };
    const notes = document.byZone(place.board).get(place.zone) ?? [];
    const kinds = poll.kind === "place" ? notes.filter(({ kind }) => kind === "point") : questionsIn(notes);
    return { given, of: kinds.length };
  }

  private isThere(poll: Poll): boolean {
    const { app } = this;
    const place = placeOf(app, poll);
    if (place === null) return document.body.dataset.panel === "wrap";
    const zone = app.view === "list" ? app.activeZone : app.focusedZone;
    return app.board === place.board && (poll.kind === "verdict" || zone === place.zone);
  }

  private go(poll: Poll): void {
    const { app } = this;
    const place = placeOf(app, poll);
    if (place === null) {
      document.getElementById("open-wrap")?.click();
      const section = () => document.querySelector<HTMLElement>('.wrapnav a[href="#wrap-return"]')?.click();
      void wrapUp(app).then(() => requestAnimationFrame(section));
      return;
    }
    app.show(place.board);
    const zone = app.zone(place.zone);
    if (!zone) return;
    if (poll.kind === "gauge" || poll.kind === "need") this.answerIn(poll, zone);
    else
      void canvases(app).then(() => {
        app.focusZone(null);
        if (poll.kind === "place") app.focusZone(zone.id);
        else if (poll.open) app.emit("give-verdict");
        this.show(zone);
      });
  }

  private answerIn(poll: Poll, zone: Zone): void {
    openPanel(this.app, poll.kind === "gauge" ? gaugesPanel(this.app) : needsPanel(this.app), zone);
  }

  private show({ id }: Zone): void {
    requestAnimationFrame(() => {
      if (document.querySelector("dialog[open]") !== null) return;
      const { view } = this.app;
      const section = document.querySelector<HTMLElement>(`#${view} section[data-zone="${CSS.escape(id)}"]`);
      if (view === "list") section?.scrollIntoView({ block: "start" });
      const target = view === "board" ? section : section?.querySelector<HTMLElement>("[id^=zone-]");
      target?.focus({ preventScroll: true });
    });
  }

  // -- drawing ------------------------------------------------------------------------------------

  private draw(): void {
    const open = this.polls.all.filter((poll) => poll.open && this.shows(poll));
    render(
      repeat(
        open,
        ({ id }) => id,
        (poll) => this.band(poll),
      ),
      this.host,
    );
  }

  private shows(poll: Poll): boolean {
    if (!this.concerns(poll) || this.closed.has(poll.id)) return false;
    if (this.app.leads) return true; // until it is closed
    if (poll.kind === "place" && this.isThere(poll)) return false; // it is said there
    if (this.app.workshop.status === "closed") return false;
    const { given, of } = this.given(poll);
    return of === null ? given === 0 : given < of;
  }

  private band(poll: Poll) {
    const { app } = this;
    const { words, act, icon } = askedBy(poll);
    const { given, of } = this.given(poll);
    const done = given > 0 && of !== null && of > 1 && given < of;
    const sends = !(poll.kind === "place" && this.isThere(poll));
    const label = app.leads && poll.kind === "verdict" ? t("Voir") : act;
    const close = () =>
      void this.polls.close(poll).then((reason) => {
        if (reason !== null) app.notify(reason, { about: "poll" });
      });
    const away = () => {
      this.closed.add(poll.id);
      this.draw();
    };
    return html`<section class="band pollband" aria-label=${t("Question ouverte")} data-poll=${poll.id}>
      ${picture(icon, 20)}
      <p class="grow"><b>${words}</b> <span class="soft">${app.leads ? turnoutOf(app, poll) : done ? tn("{n} réponse sur {of}", "{n} réponses sur {of}", given, { of }) : t("Personne d'autre ne voit votre réponse.")}</span></p>
      <span class="pollacts">${sends ? html`<button class=${app.leads ? "btn sm" : "btn sm primary"} type="button" @click=${() => this.go(poll)}>${label}</button>` : nothing}
      ${
        app.leads
          ? html`<button class="btn sm primary" type="button" ?disabled=${!app.connection.online} @click=${close}>${t("Clore")}</button>`
          : html`<button class="btn icon sm ghost" type="button" aria-label=${t("Fermer")} @click=${away}>${picture("x", 18)}</button>`
      }</span>
    </section>`;
  }
}

export function attachAsked(app: Atelier): void {
  new PollBands(app);
}
