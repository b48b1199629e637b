// The stock-take: actions, indicators, the commons card, and what people think of the time they spent. A page
// of its own over the board, which stays where it is.

import { html, nothing, render, type TemplateResult } from "lit";
import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { cover } from "../board/cover";
import { stepNow } from "../model/follow";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { picture } from "../ui/picture";
import { Actions } from "./actions";
import { card } from "./card";
import { checklist, checklistSummary } from "./checklist";
import { horizons } from "./horizons";
import { Indicators } from "./indicators";
import { ostrom, ostromSummary } from "./ostrom";
import { Return } from "./return";
import { WrapUp } from "./state";

const PANEL = "wrap";
/** Above what was gone to. */
const SPACE = 16;

interface Section {
  id: string;
  name: string;
  summary: string;
}

const dot = () => make("i", { class: "livedot", "aria-hidden": "true" });

export function attach(app: Atelier, _view: BoardView): void {
  const host = make("section", {
    class: "wrapup",
    id: "wrap",
    "data-region": "wrap",
    "aria-labelledby": "wrap-title",
    hidden: true,
  });
  document.getElementById("board")?.before(host);
  const tool = make(
    "button",
    { class: "tool", id: "tool-wrap", type: "button", "aria-controls": "wrap", "aria-expanded": "false" },
    icon("flag", 21),
    t("Bilan"),
    dot(),
  );
  document.getElementById("tool-vote")?.after(tool);
  const tab = make("button", { type: "button", "data-tab": PANEL }, icon("flag", 22), t("Bilan"), dot());
  document.querySelector("[data-tab=tray]")?.after(tab);

  let opener: HTMLElement | null = null;
  let frame = 0;
  /** The part that was gone to and is not drawn yet. */
  let wanted: string | null = null;
  /** Opened since the step of the stock-take began: until then a dot calls to it. */
  let seen = false;
  const isOpen = () => document.body.dataset.panel === PANEL;
  const soon = () => {
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
  };

  const leave = () => {
    if (isOpen()) delete document.body.dataset.panel;
    draw();
    marked();
    if (opener?.isConnected && opener.checkVisibility()) opener.focus({ preventScroll: true });
    opener = null;
  };
  const state = new WrapUp(app, soon);
  const actions = new Actions(state, soon, leave);
  const indicators = new Indicators(state, soon, leave);
  const time = new Return(state, soon);

  /** Tabs of a phone are drawn by the page when boards change. */
  const marked = () => {
    tool.setAttribute("aria-expanded", String(isOpen()));
    tab.classList.toggle("on", isOpen());
    tab.setAttribute("aria-current", isOpen() ? "page" : "false");
    if (!isOpen()) return;
    for (const other of document.querySelectorAll<HTMLElement>("[data-tab]"))
      if (other !== tab) {
        other.classList.remove("on");
        other.setAttribute("aria-current", "false");
      }
  };
  const open = (part = "title") => {
    const before = document.activeElement;
    if (!isOpen() && before instanceof HTMLElement && before !== document.body) opener = before;
    document.body.dataset.panel = PANEL;
    app.editing = null;
    state.enter();
    state.refresh(true);
    wanted = null;
    draw();
    marked();
    if (focusOn(part)) return;
    focusOn("title");
    wanted = part;
  };
  const focusOn = (part: string): boolean => {
    const title = host.querySelector<HTMLElement>(`#wrap-${part}`);
    title?.focus({ preventScroll: true });
    return title !== null;
  };

  // -- drawing ----------------------------------------------------------------------------------
  const draw = () => {
    const shown = isOpen();
    host.hidden = !shown;
    cover(PANEL, shown);
    const lacking = actions.incomplete.length;
    const phase = stepNow(app.workshop)?.phase;
    if (phase !== "synthesis") seen = false;
    else if (shown) seen = true;
    const calls = phase === "synthesis" && !seen;
    tool.classList.toggle("live", lacking > 0 || calls);
    tab.classList.toggle("live", calls);
    if (!shown) {
      wanted = null;
      render(nothing, host);
      return;
    }
    const at = document.activeElement;
    render(page(), host);
    if (wanted === null) return;
    const waits = at === document.body || at?.id === "wrap-title"; // else somebody has gone on
    if (!waits || focusOn(wanted)) wanted = null;
  };

  const page = (): TemplateResult => {
    const held =
      host.contains(document.activeElement) && document.activeElement?.closest("li.wcard") !== null;
    const sections: Section[] = [
      { id: "actions", name: t("Actions"), summary: actions.summary() },
      ...(state.canvases.includes("governance") ? [{ id: "horizons", name: t("Cap"), summary: "" }] : []),
      { id: "indicators", name: t("Indicateurs"), summary: indicators.summary() },
      { id: "return", name: t("Retour sur le temps"), summary: time.summary() },
      { id: "card", name: t("Fiche du commun"), summary: "" },
      { id: "ostrom", name: t("Relecture"), summary: ostromSummary(state) },
      { id: "after", name: t("Après l'atelier"), summary: checklistSummary(state) },
    ];
    return html`<header class="wrapbar"><button class="btn icon ghost" type="button" aria-label=${t("Fermer le bilan")} @click=${leave}>${picture("x", 22)}</button>
        <h1 id="wrap-title" tabindex="-1">${t("Bilan")}</h1></header>
      <div class="wrapbody"><nav class="wrapnav" aria-label=${t("Parties du bilan")}><ul>${sections.map(
        (one) =>
          html`<li><a href=${`#wrap-${one.id}`} @click=${(event: Event) => go(event, one.id)}><b>${one.name}</b>${one.summary ? html`<small>${one.summary}</small>` : nothing}</a></li>`,
      )}</ul></nav>
      <div class="wrapmain">
        ${state.online ? nothing : html`<p class="alert warn" role="status">${picture("alert-triangle", 20)}<span>${t("Hors ligne. Ce que vous changez partira au retour ; les réponses et la question attendent.")}</span></p>`}
        ${state.problem === null ? nothing : html`<p class="alert">${picture("alert-triangle", 20)}<span>${state.problem}</span></p>`}
        ${
          state.ready
            ? html`<section aria-labelledby="wrap-actions">${actions.view(held)}</section>
              ${state.canvases.includes("governance") ? html`<section aria-labelledby="wrap-horizons">${horizons(state, leave)}</section>` : nothing}
              <section aria-labelledby="wrap-indicators">${indicators.view()}</section>`
            : html`<p class="soft wnone" role="status">${t("Un instant…")}</p>`
        }
        <section aria-labelledby="wrap-return">${time.view()}</section>
        <section aria-labelledby="wrap-card">${card(state)}</section>
        <section aria-labelledby="wrap-ostrom">${ostrom(state, toAction)}</section>
        <section aria-labelledby="wrap-after">${checklist(state)}</section>
      </div></div>`;
  };
  const go = (event: Event, id: string) => {
    event.preventDefault();
    const title = host.querySelector<HTMLElement>(`#wrap-${id}`);
    if (title) show(title, 0);
    title?.focus({ preventScroll: true });
  };
  /** Scrolls the parts alone: `scrollIntoView` would move the page behind, too. */
  const show = (one: HTMLElement, share: number) => {
    const parts = host.querySelector<HTMLElement>(".wrapmain");
    if (!parts) return;
    const at = one.getBoundingClientRect().top - parts.getBoundingClientRect().top;
    parts.scrollBy({ top: at - SPACE - share * parts.clientHeight });
  };
  const toAction = (note: string) => {
    draw();
    const item = host.querySelector<HTMLElement>(`li[data-note="${CSS.escape(note)}"]`);
    if (item) show(item, 0.3);
    item?.querySelector<HTMLElement>("select, input, button")?.focus({ preventScroll: true });
  };

  // -- what happens -----------------------------------------------------------------------------
  tool.addEventListener("click", () => (isOpen() ? leave() : open()));
  tab.addEventListener("click", () => open());
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) leave();
    // letters and arrows are for the board; undo, regions and help are for the page
    if (!event.ctrlKey && !event.metaKey && !/^F\d/.test(event.key)) event.stopPropagation();
  });
  host.addEventListener("focusout", soon);
  app.on("open-wrap", () => open(app.workshop.status === "closed" ? undefined : "actions"));
  app.onChanges(() => {
    if (!isOpen()) return soon();
    state.refresh();
    soon();
  });
  for (const what of ["workshop", "votes", "link", "joined", "board"])
    app.on(what, () => {
      if (isOpen()) state.enter();
      soon();
      marked();
    });
  new MutationObserver(() => {
    if (host.hidden === isOpen()) draw();
    marked();
  }).observe(document.body, { attributeFilter: ["data-panel"] });
  state.enter();
  draw();
}
