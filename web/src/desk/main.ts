// The page /organisation/{id}: preparing a workshop, then giving back what came of it. Takes over what the server
// wrote, chapter by chapter.

import { html, nothing, render } from "lit";
import { fetchLibrary, libraryNow } from "../deck/library";
import { attachCopy } from "../pages/copy";
import { attachDisplay } from "../pages/display";
import { setLanguage, t, typo } from "../ui/i18n";
import { make, setSprite } from "../ui/icon";
import { keepingFocus } from "../ui/keep-focus";
import { picture } from "../ui/picture";
import { agenda, attachAgenda } from "./agenda";
import { Desk, type DeskData } from "./desk";
import { frame } from "./frame";
import { close, frozenBox, GIVEN, GiveBack, type Given } from "./give-back";
import { attachGroups, groups } from "./groups";
import { invitationsChapter, inviteCard } from "./invitations";
import { follow } from "./live";
import { preparation, preparedOf } from "./preparation";
import { prints } from "./prints";
import { chaptersDone, type Item, type Chapter as Prepared, readiness } from "./ready";
import { Replay } from "./replay/panel";
import { rightsChapter } from "./rights";
import { spanWords } from "./span";
import { Tryout } from "./tryout";

const CHAPTERS: readonly Prepared[] = ["cadre", "deroule", "invitations", "droits", "avant", "essai"];

type Chapter = Prepared | Given;

function isGiven(chapter: Chapter): chapter is Given {
  return (GIVEN as readonly string[]).includes(chapter);
}

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
  if (location.pathname.startsWith("/creer"))
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

  const back = new GiveBack(desk, (place) => new Replay(place, desk));
  let shown: Chapter = data.typed_wrong
    ? "conservation"
    : (chapterOf(location.hash) ?? (data.workshop.status === "closed" ? "exports" : "deroule"));

  const paint = () => keepingFocus(draw);
  const draw = () => {
    const seen = {
      shared: kept.has("shared"),
      tried: kept.has("tried"),
      prepared: preparedOf(desk.workshop, libraryNow()),
    };
    const read = new Set(CHAPTERS.filter((chapter) => kept.has(`read-${chapter}`)));
    const given = isGiven(shown);
    render(parts(given), byId("parts"));
    render(
      given ? back.chapters(shown as Given) : chapterList(shown, chaptersDone(desk.workshop, seen, read)),
      byId("chapters"),
    );
    byId("chapters").className = given ? "given" : "";
    const box = byId("before");
    box.className = given ? "before" : "card before";
    box.setAttribute("aria-label", given ? t("État des tableaux") : t("Avant d'ouvrir"));
    render(given ? frozenBox(desk) : before(desk, readiness(desk.workshop, seen)), box);
    render(page(desk, shown, back, tryout, qr, share), host);
    byId("crumb").textContent = desk.workshop.title;
    drawStatus(desk);
    said.textContent = desk.told;
  };

  for (const id of ["parts", "chapters", "before", "chapter"]) byId(id).replaceChildren();
  desk.onChange(paint);
  void fetchLibrary("").then(() => paint());
  const enter = () => (isGiven(shown) ? back.shown(shown) : kept.put(`read-${shown}`));
  addEventListener("hashchange", () => {
    const chapter = chapterOf(location.hash);
    if (chapter === null) return;
    shown = chapter;
    enter();
    paint();
    byId("chapter-title").focus({ preventScroll: true });
    scrollTo({ top: 0 });
  });
  attachAgenda(host, desk);
  attachGroups(host, desk);
  paint();
  enter();

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
      desk.back();
      back.back();
    },
    state: (workshop) => desk.take(workshop),
  });
}

function chapterOf(hash: string): Chapter | null {
  if (hash === "#preparer") return "deroule";
  if (hash === "#restituer") return "exports";
  return [...CHAPTERS, ...GIVEN].find((chapter) => `#${chapter}` === hash) ?? null;
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

/** The two parts of the page. */
function parts(given: boolean) {
  const part = (hash: string, words: string, on: boolean) =>
    html`<a href=${hash} class=${on ? "on" : ""} aria-current=${on ? "true" : nothing}>${words}</a>`;
  return html`${part("#preparer", t("Préparer"), !given)}${part("#restituer", t("Restituer"), given)}`;
}

function names(): Record<Prepared, string> {
  return {
    cadre: t("Cadre et objectifs"),
    deroule: t("Déroulé et groupes"),
    invitations: t("Invitations"),
    droits: t("Droits et conservation"),
    avant: t("Préparatifs"),
    essai: t("Essai technique"),
  };
}

function chapterList(shown: Chapter, done: ReadonlySet<Prepared>) {
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
    return html`<h3>${t("Atelier clos")}</h3>${frozenBox(desk)}<a class="btn full" href=${`/atelier/${workshop.id}`}>${t("Entrer")}${picture("arrow-right", 17)}</a>`;
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

function page(
  desk: Desk,
  shown: Chapter,
  back: GiveBack,
  tryout: Tryout,
  qr: Element | null,
  shared: () => void,
) {
  if (isGiven(shown))
    return html`${back.head(shown)}${said(desk)}<div class="chapterbody">${back.draw(shown)}</div>`;
  const { workshop, data } = desk;
  const when = spanWords(workshop, data.language);
  return html`<header class="row pagehead"><div class="grow"><h1 id="chapter-title" tabindex="-1">${names()[shown]}</h1>
      <p class="soft">${when || html`${t("Sans date pour l'instant.")} <a href="#cadre">${t("Fixer la date")}</a>`}</p></div>
      <a class="btn" href=${`/creer?clone=${workshop.id}`}>${picture("copy", 17)}${t("Repartir d'un atelier")}</a>
      <a class="btn" href=${`/a/${data.code}?apercu`} target="_blank">${picture("eye", 18)}${t("Voir comme une personne invitée")}</a></header>
    ${said(desk)}
    <div class="chapterbody">${chapterBody(desk, shown, back, tryout, qr, shared)}</div>`;
}

/** What went wrong, or what somebody else did. */
function said({ notice }: Desk) {
  if (notice === null) return nothing;
  const danger = notice.kind === "danger";
  return html`<p class="alert ${notice.kind}" role=${danger ? "alert" : "status"}>${picture(danger ? "alert-triangle" : "info", 20)}<span>${notice.words}</span></p>`;
}

function chapterBody(
  desk: Desk,
  shown: Prepared,
  back: GiveBack,
  tryout: Tryout,
  qr: Element | null,
  shared: () => void,
) {
  switch (shown) {
    case "cadre":
      return frame(desk);
    case "deroule":
      return html`<div class="columns">${agenda(desk)}<div class="stack">${groups(desk)}${inviteCard(desk, qr, shared)}</div></div>`;
    case "invitations":
      return invitationsChapter(desk, qr, shared);
    case "droits":
      return rightsChapter(desk, back.outcome);
    case "avant":
      return html`${preparation(desk, libraryNow())}${prints(desk, ["blank", "annotated"])}`;
    case "essai":
      return tryout.draw();
  }
}

function drawStatus(desk: Desk): void {
  const status = byId("status");
  const known = desk.workshop.status ?? "open";
  status.textContent = { draft: t("brouillon"), open: t("ouvert"), closed: t("clos") }[known];
  status.className = `chip ${{ draft: "info", open: "ok", closed: "line" }[known]}`;
  const words = {
    saved: t("Enregistré"),
    saving: t("Enregistrement…"),
    failed: t("Pas enregistré"),
    offline: t("Hors ligne"),
  };
  const saved = byId("saved");
  // what was saved is, but nothing more is until the network is back
  const state = desk.saving === "saved" && !navigator.onLine ? "offline" : desk.saving;
  saved.dataset.state = state;
  if (saved.textContent !== words[state]) saved.textContent = words[state];
}

start();
