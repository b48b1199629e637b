// The chapter « Partage en lecture »: one address at which the boards are read without entering, until it is stopped.

import { html, nothing, type TemplateResult } from "lit";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Answer, Desk } from "./desk";
import { namesWords, segments } from "./downloads";
import type { Names } from "./exports";
import { handed, question, toggle } from "./parts";

export class Sharing {
  /** How it is to be, as long as there is no address. */
  private meant: { names: Names; public: boolean } = { names: "structures", public: false };

  constructor(private readonly desk: Desk) {}

  /** Changed at once where there is an address, which stays the same. */
  private set(change: Partial<{ names: Names; public: boolean }>): void {
    const { shared } = this.desk.workshop;
    this.meant = { ...(shared ?? this.meant), ...change };
    if (shared) void this.start();
    else this.desk.changed();
  }

  private start(): Promise<Answer | null> {
    const { names, public: open } = this.meant;
    return this.desk.ask({ type: "share.start", names, public: open && this.mayBePublic });
  }

  private get mayBePublic(): boolean {
    return this.desk.workshop.licence !== "internal";
  }

  draw(): TemplateResult {
    const { shared } = this.desk.workshop;
    return html`<section class="card stack sharing">
      ${
        shared
          ? this.address(shared.path)
          : html`<h2 tabindex="-1">${t("Faire lire les tableaux")}</h2>
            <p class="soft">${t("Une adresse secrète montre les tableaux à qui la reçoit, sans entrer dans l'atelier et sans rien pouvoir y changer. Vous l'arrêtez quand vous voulez.")}</p>`
      }
      ${this.choices(shared ?? this.meant)}
      <div class="row acts">${
        shared
          ? html`<a class="btn" href=${shared.path} target="_blank">${picture("external-link", 18)}${t("Voir la page")}</a>
            <button class="btn danger" type="button" @click=${this.stop}>${picture("circle-stop", 18)}${t("Arrêter le partage…")}</button>`
          : html`<button class="btn primary" type="button" @click=${this.begin}>${picture("share-2", 18)}${t("Créer l'adresse de lecture")}</button>`
      }</div></section>`;
  }

  private readonly stop = (): void =>
    question(
      t("Arrêter le partage ?"),
      t("L'adresse ne mènera plus nulle part, chez qui que ce soit. Une autre pourra être créée."),
      t("Arrêter le partage"),
      () => void this.desk.ask({ type: "share.stop" }).then(toTitle),
    );

  private readonly begin = (): void => void this.start().then(toTitle);

  private address(path: string): TemplateResult {
    const { id } = this.desk.workshop;
    const drawing = `/organisation/${id}/partage.svg?${path.slice(-6)}`;
    return html`<h2 tabindex="-1">${t("Les tableaux se lisent à cette adresse")}</h2>
      <div class="row phone"><img class="qr" width="150" height="150" alt=${t("Code QR de l'adresse de lecture")} src=${drawing}>
        <div class="grow">${handed(t("Adresse de lecture"), `${new URL(this.desk.data.door).origin}${path}`)}
          <p class="fine">${t("Qui l'a peut lire les tableaux, jusqu'à ce que vous l'arrêtiez ou que l'atelier soit effacé.")}</p></div></div>`;
  }

  private toLicence(): TemplateResult {
    if (this.desk.workshop.status === "closed")
      return html`${t("L'atelier est clos : rouvrez-le pour la changer.")}`;
    return html`<a href="#cadre">${t("Changer la licence")}</a>`;
  }

  private choices({ names, public: open }: { names: Names; public: boolean }): TemplateResult {
    const silent = this.desk.workshop.licence === "chatham-house";
    return html`<div class="choice"><span id="share-names">${t("Noms sur la page")}</span>
        ${segments(
          "share-names",
          Object.entries(namesWords()) as [Names, string][],
          silent ? "none" : names,
          (one) => this.set({ names: one }),
          (one) => silent && one !== "none",
        )}</div>
      ${silent ? html`<p class="fine">${t("Règle de Chatham House : aucun prénom ni aucune structure sur la page.")}</p>` : nothing}
      ${
        this.mayBePublic
          ? toggle(
              t("La page peut être diffusée"),
              open,
              (on) => this.set({ public: on }),
              t("Elle dit alors la licence sous laquelle chacun peut reprendre ce qui s'y trouve."),
            )
          : html`<p class="alert info" data-why="public">${picture("info", 20)}<span>${t("Les contenus sont internes : cette adresse est pour les personnes de l'atelier et ne peut pas être rendue publique. Changez d'abord la licence des contenus.")} ${this.toLicence()}</span></p>`
      }`;
  }
}

/** The button that was pressed is gone: the focus goes to what the card says now. */
function toTitle(done: Answer | null): void {
  if (done) document.querySelector<HTMLElement>(".sharing h2")?.focus();
}
