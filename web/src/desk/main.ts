// The page /organisation/{id}: preparing a workshop. Takes over what the server wrote, chapter by chapter.

import { html, nothing, render } from "lit";
import { fetchLibrary, libraryNow } from "../deck/library";
import { attachCopy } from "../pages/copy";
import { attachDisplay } from "../pages/display";
import { setLanguage, t, typo } from "../ui/i18n";
import { make, setSprite } from "../ui/icon";
import { picture } from "../ui/picture";
import { agenda, attachAgenda } from "./agenda";
import { Desk, type DeskData } from "./desk";
import { frame } from "./frame";
import { attachGroups, groups } from "./groups";
import { invitationsChapter, inviteCard } from "./invitations";
import { follow } from "./live";
import { question } from "./parts";
import { preparation, preparedOf } from "./preparation";
import { type Chapter, chaptersDone, type Item, readiness } from "./ready";
import { rightsChapter } from "./rights";
import { spanWords } from "./span";
import { Tryout } from "./tryout";

const CHAPTERS: readonly Chapter[] = ["cadre", "deroule", "invitations", "droits", "avant", "essai"];

function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function start(): void {
  const data = JSON.parse(byId("page-data").textContent ?? "{}") as DeskData;
  setLanguage(data.language, data.messages);
  setSprite(document.documentElement.dataset.sprite ?? "");
  attachDisplay();
  attachCopy(); // the secret links stay as the server wrote them
  // the page that made the workshop has its address: read again, it is the workshop's own
  if (location.pathname === "/creer")
    history.replaceState(null, "", `/organisation/${data.workshop.id}${location.hash}`);

  const desk = new Desk(data);
  const part = byId("part");
  const host = byId("chapter");
  const qr = host.querySelector("svg.qr");
  const said = make("p", { class: "sr", role: "status" });
  part.append(said);
  const kept = keptIn(data.workshop.id);
  const tryout = new Tryout(desk, () => kept.put("tried"));
  const share = () => {
    kept.put("shared");
    desk.changed();
  };

  let shown: Chapter = data.typed_wrong ? "droits" : (chapterOf(location.hash) ?? "deroule");

  const paint = () => {
    const seen = {
      shared: kept.has("shared"),
      tried: kept.has("tried"),
      prepared: preparedOf(desk.workshop, libraryNow()),
    };
    const read = new Set(CHAPTERS.filter((chapter) => kept.has(`read-${chapter}`)));
    render(chapterList(shown, chaptersDone(desk.workshop, seen, read)), byId("chapters"));
    render(before(desk, readiness(desk.workshop, seen)), byId("before"));
    render(page(desk, shown, tryout, qr, share), host);
    byId("crumb").textContent = desk.workshop.title;
    drawStatus(desk);
    said.textContent = desk.told;
  };

  for (const id of ["chapters", "before", "chapter"]) byId(id).replaceChildren();
  desk.onChange(paint);
  void fetchLibrary("").then(() => paint());
  addEventListener("hashchange", () => {
    const chapter = chapterOf(location.hash);
    if (chapter === null) return;
    shown = chapter;
    kept.put(`read-${chapter}`);
    paint();
    byId("chapter-title").focus({ preventScroll: true });
    scrollTo({ top: 0 });
  });
  kept.put(`read-${shown}`);
  attachAgenda(host, desk);
  attachGroups(host, desk);
  paint();
  if (data.typed_wrong) host.querySelector<HTMLInputElement>("input[name=title]")?.focus();

  const room = data.workshop.plenary;
  const address = new URL(`/ws/${room}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  follow(address.href, {
    linked: (state) => {
      tryout.link = state;
      paint();
    },
    greeted: (revision) => {
      if (revision > desk.workshop.revision) void desk.refresh();
    },
    state: (workshop) => desk.take(workshop),
  });
}

function chapterOf(hash: string): Chapter | null {
  return CHAPTERS.find((chapter) => `#${chapter}` === hash) ?? null;
}

/** What this browser remembers of a workshop that is being prepared. */
function keptIn(id: string) {
  const name = `tablee-desk-${id}`;
  const words = new Set((localStorage.getItem(name) ?? "").split(" ").filter(Boolean));
  return {
    has: (word: string) => words.has(word),
    put: (word: string) => localStorage.setItem(name, [...words.add(word)].join(" ")),
  };
}

function names(): Record<Chapter, string> {
  return {
    cadre: t("Cadre et objectifs"),
    deroule: t("Déroulé et groupes"),
    invitations: t("Invitations"),
    droits: t("Droits et conservation"),
    avant: t("Préparatifs"),
    essai: t("Essai technique"),
  };
}

function chapterList(shown: Chapter, done: ReadonlySet<Chapter>) {
  return CHAPTERS.map((chapter, at) => {
    const ok = done.has(chapter);
    return html`<li><a href=${`#${chapter}`} class=${chapter === shown ? "on" : ""} aria-current=${chapter === shown ? "page" : nothing}>
      <span class=${ok ? "n ok" : "n"}>${ok ? picture("check", 14) : at + 1}</span>${names()[chapter]}${ok ? html`<span class="sr">, ${t("prêt")}</span>` : nothing}</a></li>`;
  });
}

const ITEM_ICONS = { ok: "circle-check", warn: "alert-triangle", todo: "circle-dashed" };

function itemWords(state: Item["state"]): string {
  return { ok: t("fait"), warn: t("à regarder"), todo: t("à faire") }[state];
}

/** What is ready, then the one button of the moment. */
function before(desk: Desk, items: readonly Item[]) {
  const { workshop } = desk;
  const enter = html`<a class="btn primary full" href=${`/atelier/${workshop.id}`}>${t("Entrer")}${picture("arrow-right", 17)}</a>
    <a class="btn full" href=${`/animation/${workshop.id}`}>${picture("users", 17)}${t("Animation")}</a>`;
  if (workshop.status === "closed")
    return html`<h3>${t("Atelier clos")}</h3><p class="soft">${t("On peut encore le lire, plus rien n'y change.")}</p>${enter}
      <button class="btn full" type="button" @click=${() => desk.ask({ type: "workshop.reopen" })}>${t("Rouvrir")}</button>`;
  if (workshop.status === "open")
    return html`<h3>${t("La salle est ouverte")}</h3>${enter}
      <button class="btn full" type="button" @click=${() => close(desk)}>${t("Clore l'atelier")}</button>`;
  return html`<h3>${t("Avant d'ouvrir")}</h3>
    <ul class="readiness">${items.map(
      (item) =>
        html`<li data-ready=${item.id} data-state=${item.state}><a href=${`#${item.chapter}`}>${picture(ITEM_ICONS[item.state], 17)}<span>${typo(item.words)}<span class="sr"> (${itemWords(item.state)})</span></span></a></li>`,
    )}</ul>
    <button class="btn primary full" type="button" @click=${() => desk.ask({ type: "workshop.open" })}>${t("Ouvrir la salle")}</button>`;
}

function close(desk: Desk): void {
  question(
    t("Clore l'atelier ?"),
    t(
      "Plus personne ne pourra écrire ni entrer ; tout reste lisible. Vous pourrez le rouvrir. Les notes silencieuses qui n'ont pas été révélées restent cachées.",
    ),
    t("Clore l'atelier"),
    () => desk.ask({ type: "workshop.close" }),
  );
}

function page(desk: Desk, shown: Chapter, tryout: Tryout, qr: Element | null, shared: () => void) {
  const { workshop, data } = desk;
  const when = spanWords(workshop, data.language);
  return html`<header class="row pagehead"><div class="grow"><h1 id="chapter-title" tabindex="-1">${names()[shown]}</h1>
      <p class="soft">${when || html`${t("Sans date pour l'instant.")} <a href="#cadre">${t("Fixer la date")}</a>`}</p></div>
      <a class="btn" href=${`/creer?clone=${workshop.id}`}>${picture("copy", 17)}${t("Repartir d'un atelier")}</a>
      <a class="btn" href=${`/a/${data.code}?apercu`} target="_blank">${picture("eye", 18)}${t("Voir comme une personne invitée")}</a></header>
    ${desk.notice ? html`<p class="alert ${desk.notice.kind}" role=${desk.notice.kind === "danger" ? "alert" : "status"}>${picture(desk.notice.kind === "danger" ? "alert-triangle" : "info", 20)}<span>${desk.notice.words}</span></p>` : nothing}
    <div class="chapterbody">${chapterBody(desk, shown, tryout, qr, shared)}</div>`;
}

function chapterBody(desk: Desk, shown: Chapter, tryout: Tryout, qr: Element | null, shared: () => void) {
  switch (shown) {
    case "cadre":
      return frame(desk);
    case "deroule":
      return html`<div class="columns">${agenda(desk)}<div class="stack">${groups(desk)}${inviteCard(desk, qr, shared)}</div></div>`;
    case "invitations":
      return invitationsChapter(desk, qr, shared);
    case "droits":
      return rightsChapter(desk);
    case "avant":
      return preparation(desk, libraryNow());
    case "essai":
      return tryout.draw();
  }
}

function drawStatus(desk: Desk): void {
  const status = byId("status");
  const known = desk.workshop.status ?? "open";
  status.textContent = { draft: t("brouillon"), open: t("ouvert"), closed: t("clos") }[known];
  status.className = `chip ${{ draft: "info", open: "ok", closed: "line" }[known]}`;
  const words = { saved: t("Enregistré"), saving: t("Enregistrement…"), failed: t("Pas enregistré") };
  const saved = byId("saved");
  saved.dataset.state = desk.saving;
  if (saved.textContent !== words[desk.saving]) saved.textContent = words[desk.saving];
}

start();
