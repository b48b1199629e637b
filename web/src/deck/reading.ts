// Cards of real commons over the board: facilitation shows one to all, anybody reads any of them, as a card
// with its seven headings or as the sheets a group would have filled; and the shelf of links.

import { html, nothing, render } from "lit";
import type { Atelier } from "../board/atelier";
import { cover } from "../board/cover";
import { ask } from "../conduct/ask";
import { type Card, HEADS, type Head, type Library, ZONES } from "../model/library";
import { t, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { picture } from "../ui/picture";
import { fetchLibrary, libraryNow } from "./library";
import { links } from "./shelf";

type Tab = "card" | "sheet" | "links";

export class Reading {
  private open = false;
  private tab: Tab = "card";
  private at = 0;
  /** What is projected goes on being shown here, until somebody reads on by themselves or closes it. */
  private follows = false;
  /** This person chose to stay elsewhere, until nothing is projected any more. */
  private stayed = false;
  private readonly host = make("div", { class: "deckhost" });
  private readonly band = make("div");
  private opener: Element | null = null;

  constructor(private readonly app: Atelier) {
    document.getElementById("main")?.append(this.host);
    document.getElementById("bands")?.prepend(this.band);
    app.on("workshop", () => this.look());
    app.on("library", () => this.look());
    app.on("open-cards", () => this.show());
    this.host.addEventListener("keydown", (event) => this.pressed(event));
    this.look();
  }

  private get library(): Library | null {
    return libraryNow();
  }

  private get card(): Card | undefined {
    return this.library?.cards[this.at];
  }

  private look(): void {
    const { projected } = this.app.workshop;
    const at = this.library?.cards.findIndex(({ id }) => id === projected?.card) ?? -1;
    if (!projected || at < 0) {
      this.stayed = false;
      if (this.follows) {
        this.follows = false;
        if (!this.app.leads) this.close();
      }
    } else if (!this.stayed || this.follows) {
      const fresh = !this.open || !this.follows || this.at !== at;
      if (this.open || !this.busy) {
        this.opener ??= document.activeElement;
        this.open = this.follows = true;
        this.tab = "card";
        this.at = at;
        if (fresh && projected.by !== this.app.data.person.id)
          this.app.announcer.say(
            t("{name} montre l'exemple {card}.", { name: this.name(), card: this.card?.name ?? "" }),
          );
      }
    }
    this.draw();
    if (this.follows && projected?.heading)
      this.host.querySelector(".head.here")?.scrollIntoView({ block: "nearest" });
  }

  /** In the middle of a note nobody is taken away: the band says what is shown. */
  private get busy(): boolean {
    return this.app.editing !== null || document.querySelector("dialog[open]") !== null;
  }

  private name(): string {
    const by = this.app.workshop.projected?.by ?? null;
    return this.app.person(by)?.name ?? t("L'animation");
  }

  show(): void {
    this.opener = document.activeElement;
    this.open = true;
    const { projected } = this.app.workshop;
    this.follows = Boolean(projected);
    if (this.library === null) void fetchLibrary(this.app.data.base).then(() => this.app.emit("library"));
    this.look();
    this.draw();
    this.host.querySelector<HTMLElement>("h2")?.focus();
  }

  private close(): void {
    const held = this.host.contains(document.activeElement);
    this.stayed = Boolean(this.app.workshop.projected);
    this.open = this.follows = false;
    this.draw();
    const back = this.opener instanceof HTMLElement && this.opener.isConnected && this.opener.offsetParent;
    if (held)
      ((back ? this.opener : document.getElementById("main")) as HTMLElement).focus({ preventScroll: true });
    this.opener = null;
  }

  private pressed(event: KeyboardEvent): void {
    event.stopPropagation(); // keys of the board do nothing to what lies under the cards
    if (event.key === "Escape") this.close();
    if ((event.target as Element).closest("select, input")) return;
    if (event.key === "ArrowRight" || event.key === "PageDown") this.turn(1);
    else if (event.key === "ArrowLeft" || event.key === "PageUp") this.turn(-1);
    else return;
    event.preventDefault();
  }

  private turn(by: number): void {
    const many = this.library?.cards.length ?? 0;
    this.go(Math.min(many - 1, Math.max(0, this.at + by)));
  }

  /** Read another card: whoever projects shows that one from now on, everybody else reads by themselves. */
  private go(at: number): void {
    if (at === this.at) return;
    this.at = at;
    if (this.projects) void this.project(null);
    else if (this.follows) {
      this.follows = false;
      this.stayed = true;
    }
    if (this.tab === "links") this.tab = "card";
    this.draw();
    this.host.querySelector(".deckbody")?.scrollTo(0, 0);
    if (this.card) this.app.announcer.say(this.card.name);
  }

  private get projects(): boolean {
    return this.app.workshop.projected?.by === this.app.data.person.id;
  }

  private async project(heading: Head | null): Promise<void> {
    if (this.card)
      await ask(this.app, { type: "card.show", card: this.card.id, ...(heading && { heading }) });
  }

  // -- drawing ------------------------------------------------------------------------------------

  draw(): void {
    const { projected } = this.app.workshop;
    const shown = this.library?.cards.find(({ id }) => id === projected?.card);
    render(
      shown && !(this.open && this.follows)
        ? html`<section class="band deckband" aria-label=${t("Immersion")}>${picture("book-open", 20)}
            <p class="grow">${t("{name} montre l'exemple {card}.", { name: this.name(), card: shown.name })}</p>
            <button class="btn sm primary" type="button" @click=${() => this.join()}>${t("Suivre")}</button></section>`
        : nothing,
      this.band,
    );
    this.host.hidden = !this.open;
    document.body.classList.toggle("reading", this.open);
    const at = document.activeElement;
    // keys that were for the board would change unseen what lies under the cards
    const takes = this.open && (at === document.body || at?.closest("#board, #list, .notebar") != null);
    render(this.open ? this.panel() : nothing, this.host);
    cover("deck", this.open);
    if (takes) this.host.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  }

  private join(): void {
    this.stayed = false;
    this.show();
  }

  private panel() {
    const { library } = this;
    const tab = (id: Tab, label: string) =>
      html`<button type="button" class=${this.tab === id ? "on" : ""} aria-pressed=${this.tab === id} @click=${() => {
        this.tab = id;
        this.draw();
      }}>${label}</button>`;
    return html`<section class="deck" aria-labelledby="deck-title" data-region="deck">
      <header class="row">
        <h2 id="deck-title" class="grow" tabindex="-1">${this.tab === "links" ? t("Pour aller plus loin") : t("Communs inspirants")}</h2>
        <div class="seg" role="group" aria-label=${t("Ce qui est montré")}>${tab("card", t("Exemple"))}${tab("sheet", t("Comme une fiche"))}${tab("links", t("Ressources"))}</div>
        <button class="btn icon ghost" type="button" aria-label=${this.follows && !this.app.leads ? t("Rester sur mon support") : t("Fermer")} @click=${() => this.close()}>${picture("x", 20)}</button>
      </header>
      ${
        library === null
          ? html`<p class="deckbody">${t("Les exemples se chargent. Sans réseau, ils viendront avec lui.")}</p>`
          : this.tab === "links"
            ? links(library)
            : this.cards(library)
      }</section>`;
  }

  private cards(library: Library) {
    const { card, app } = this;
    if (!card) return nothing;
    const { projected } = app.workshop;
    const follows = this.follows && projected?.card === card.id;
    const turn = (by: number, label: string, name: string) =>
      html`<button class="btn icon" type="button" aria-label=${label} title=${label} ?disabled=${library.cards[this.at + by] === undefined} @click=${() => this.turn(by)}>${picture(name, 20)}</button>`;
    return html`<div class="deckbar row">
        ${turn(-1, t("Exemple précédent"), "arrow-left")}
        <select class="input grow" aria-label=${t("Exemple")} @change=${(event: Event) => this.go((event.target as HTMLSelectElement).selectedIndex)}>
          ${library.cards.map((one, n) => html`<option ?selected=${n === this.at} .selected=${n === this.at}>${one.name}</option>`)}</select>
        <span class="tnum soft">${t("{n} sur {most}", { n: this.at + 1, most: library.cards.length })}</span>
        ${turn(1, t("Exemple suivant"), "arrow-right")}
        ${this.mayShow ? this.showing(projected?.card === card.id) : nothing}
      </div>
      ${follows && !this.projects ? html`<p class="deckfollow soft">${picture("presentation", 16)} ${t("{name} montre cet exemple à tout le monde.", { name: this.name() })}</p>` : nothing}
      <div class="deckbody" tabindex="0" role="region" aria-label=${card.name}>
        <div class="deckcard">
          <h3>${card.name}</h3>
          <p class="soft">${t("Faits et chiffres de {year}, présentés lors d'une Journée des Communs.", { year: String(card.year) })}</p>
          ${this.tab === "card" ? this.heads(card, follows ? (projected?.heading ?? null) : null) : this.sheets(card)}
        </div>
        <aside class="deckasks" aria-label=${t("Deux questions")}><h3>${t("Deux questions pour l'exemple")}</h3>
          <ul>${library.questions.map(({ text }) => html`<li>${typo(text)}</li>`)}</ul></aside>
      </div>`;
  }

  private get mayShow(): boolean {
    return this.app.leads && this.app.workshop.status !== "closed";
  }

  private showing(on: boolean) {
    return html`<button class="btn sm ${on ? "" : "primary"}" type="button" aria-pressed=${on} @click=${() =>
      void (
        on ? ask(this.app, { type: "card.show", card: null }) : this.project(null)
      )}>${picture("presentation", 17)}${on ? t("Ne plus montrer") : t("Montrer à tous")}</button>`;
  }

  private heads(card: Card, here: string | null) {
    const names = headNames();
    return html`<ol class="heads">${HEADS.map((head, n) => {
      const point = this.mayShow && this.app.workshop.projected?.card === card.id;
      return html`<li class="head ${here === head ? "here" : ""}" aria-current=${here === head ? "true" : nothing}>
        <h4><span class="num" aria-hidden="true">${n + 1}</span>${
          point
            ? html`<button class="textlink" type="button" title=${t("Montrer cette rubrique")} @click=${() => void this.project(here === head ? null : head)}>${names[head]}</button>`
            : names[head]
        }</h4><p>${typo(card.heads[head])}</p></li>`;
    })}</ol>`;
  }

  /** What the card says, where the sheets ask for it. */
  private sheets(card: Card) {
    const boards = [...new Set(HEADS.map((head) => ZONES[head][0]))].sort();
    return html`<p class="alert info">${picture("info", 18)}<span>${t("Fiche remplie d'après cet exemple, et non par un atelier : les zones dont il ne dit rien manquent.")}</span></p>
      ${boards.map((board) => {
        const template = this.app.templateOf(board);
        return html`<section class="decksheet"><h4>${typo(template?.title ?? board)}</h4><ul>${HEADS.filter(
          (head) => ZONES[head][0] === board,
        ).map((head) => {
          const zone = template?.zones.find(({ id }) => id === ZONES[head][1]);
          return html`<li><b>${typo(zone?.title ?? "")}</b><p class="decknote c-citron">${typo(card.heads[head])}</p></li>`;
        })}</ul></section>`;
      })}`;
  }
}

function headNames(): Record<Head, string> {
  return {
    need: t("Besoin"),
    host: t("Portage et communauté"),
    description: t("Description"),
    governance: t("Gouvernance et modèle économique"),
    maturity: t("Maturité"),
    obstacles: t("Freins et besoins"),
    resources: t("Ressources à partager"),
  };
}

export function attachReading(app: Atelier): void {
  new Reading(app);
}
