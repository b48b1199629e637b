// The chapter « Essai technique »: what this browser can do, each with a word and an icon.

import { html, nothing } from "lit";
import { chime } from "../conduct/chime";
import { clock } from "../sync/clock";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Desk } from "./desk";

type State = "ok" | "warn" | "wait";

interface Check {
  id: string;
  state: State;
  name: string;
  words: string;
}

const CLOCK_MS = 2_000;

export class Tryout {
  link: "trying" | "open" | "lost" = "trying";
  private heard: boolean | null = null;
  private played = false;
  private readonly stores = storageWorks();

  constructor(
    private readonly desk: Desk,
    private readonly passed: () => void,
  ) {}

  draw() {
    const checks = this.checks();
    const all = checks.every((check) => check.state === "ok");
    return html`<div class="pair"><section class="card"><h2>${t("Ce navigateur")}</h2>
      <ul class="checks">${checks.map(
        (
          check,
        ) => html`<li data-check=${check.id} data-state=${check.state}>${picture({ ok: "circle-check", warn: "alert-triangle", wait: "circle-dashed" }[check.state], 19)}
          <span class="grow"><b>${check.name}</b> <small>${check.words}</small></span>${check.id === "sound" ? this.sound() : nothing}</li>`,
      )}</ul>
      <p class="soft" role="status">${all ? t("Tout est prêt sur cet appareil.") : ""}</p></section>
      <section class="card"><h2>${t("La salle")}</h2>
        <p class="soft">${t("Entrez dans la salle comme le jour même, écrivez une note, déplacez-la, supprimez-la. Les personnes invitées peuvent faire le même essai sur leur appareil, avec le lien.")}</p>
        <p class="row acts"><a class="btn" href=${`/atelier/${this.desk.workshop.id}`}>${picture("door-open", 17)}${t("Essayer la salle")}</a></p></section></div>`;
  }

  private checks(): Check[] {
    const offset = clock.offset;
    const seconds = Math.round(Math.abs(offset) / 1000);
    const apart = clock.known && Math.abs(offset) > CLOCK_MS;
    return [
      modern()
        ? { id: "browser", state: "ok", name: t("Navigateur"), words: t("Il convient.") }
        : {
            id: "browser",
            state: "warn",
            name: t("Navigateur"),
            words: t("Trop ancien : mettez-le à jour, ou prenez-en un autre."),
          },
      {
        open: {
          id: "link",
          state: "ok" as const,
          name: t("Liaison"),
          words: t("Elle tient avec le serveur."),
        },
        trying: { id: "link", state: "wait" as const, name: t("Liaison"), words: t("Connexion…") },
        lost: {
          id: "link",
          state: "warn" as const,
          name: t("Liaison"),
          words: t("Le serveur la refuse. Rechargez la page."),
        },
      }[this.link],
      this.stores
        ? {
            id: "storage",
            state: "ok",
            name: t("Mémoire du navigateur"),
            words: t("Ce qui est écrit hors ligne survit à un rechargement."),
          }
        : {
            id: "storage",
            state: "warn",
            name: t("Mémoire du navigateur"),
            words: t("Elle est fermée : hors ligne, gardez la page ouverte."),
          },
      apart
        ? {
            id: "clock",
            state: "ok",
            name: t("Horloge"),
            words: t("{n} s d'écart avec le serveur ; le minuteur en tient compte.", { n: seconds }),
          }
        : {
            id: "clock",
            state: clock.known ? "ok" : "wait",
            name: t("Horloge"),
            words: clock.known ? t("Elle est à l'heure du serveur.") : t("Connexion…"),
          },
      { id: "microphone", state: "ok", name: t("Micro et caméra"), words: t("Tablée ne s'en sert pas.") },
      {
        id: "sound",
        state: this.heard === null ? "wait" : this.heard ? "ok" : "warn",
        name: t("Son de fin"),
        words: this.soundWords(),
      },
    ];
  }

  private soundWords(): string {
    if (this.heard === true) return t("Vous l'entendez.");
    if (this.heard === false)
      return t("Réglez le volume et réécoutez. Le temps écoulé se voit aussi, sans son.");
    return this.played ? t("L'avez-vous entendu ?") : t("Écoutez-le une fois.");
  }

  private sound() {
    const play = () => {
      this.played = true;
      this.heard = null;
      chime();
      this.desk.changed();
    };
    const answer = (heard: boolean) => () => {
      this.heard = heard;
      if (this.checks().every((check) => check.state === "ok")) this.passed();
      this.desk.changed();
    };
    const asks = this.played && this.heard === null;
    return html`<span class="row acts">${
      asks
        ? html`<button class="btn sm" type="button" @click=${answer(true)}>${t("Oui")}</button><button class="btn sm" type="button" @click=${answer(false)}>${t("Non")}</button>`
        : nothing
    }<button class="btn sm" type="button" @click=${play}>${picture("volume-2", 16)}${t("Écouter")}</button></span>`;
  }
}

function modern(): boolean {
  return (
    "WebSocket" in window &&
    "HTMLDialogElement" in window &&
    "indexedDB" in window &&
    CSS.supports("selector(:has(a))")
  );
}

function storageWorks(): boolean {
  try {
    // where it is closed, looking at it fails already
    return localStorage.length >= 0 && "indexedDB" in window;
  } catch {
    return false;
  }
}
