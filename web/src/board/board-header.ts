// The head of a board: its number and title, the face switch, the view switch; on a recto the index tabs of
// the stakeholders, on a verso the switch that shows what the rectos say.

import { render } from "lit";
import { WORLD } from "../model/layout";
import { MARKS, type Template } from "../model/page";
import { howManyFit, nameOf, type Stakeholder } from "../model/stakeholders";
import { t, tn, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier, View } from "./atelier";
import { ghostSwitch } from "./ghosts";
import { moderationButton } from "./moderation";
import { writingButton } from "./silent-menu";
import { maySayStructure, openStructure } from "./structure-dialog";
import { closedLine } from "./zone-state";

const MOST_MARKS = 3;

/** The kit's titles of canvases are long: they stay on paper and as the name of the board. */
export function headingOf({ id, sheet, title }: Template): string {
  if (sheet !== null) return typo(title.replace(" · ", ", "));
  return id === "governance" ? t("Canevas gouvernance") : t("Canevas modèle économique");
}

export function boardHeader(app: Atelier): HTMLElement[] {
  const { template } = app;
  const [, name = template.title] = template.title.split(" · ");
  const title = make("h1", {}, template.sheet === null ? headingOf(template) : typo(name));
  const sign =
    template.sheet !== null
      ? make("span", { class: "big", "aria-hidden": "true" }, String(template.sheet))
      : make(
          "span",
          { class: `pic lg ${template.id === "governance" ? "gouv" : "eco"}` },
          icon(template.id === "governance" ? "gouv" : "eco", 20),
        );
  const header = make(
    "div",
    { class: "hd" },
    sign,
    make("div", { class: "grow" }, title, make("p", { class: "sub" }, typo(leadOf(app)))),
  );
  const reading = readingOnly(app);
  if (reading) header.append(reading);
  if (template.side === "nous") header.append(switchHost(app));
  else if (template.sheet !== null && !reading) header.append(legend());
  if (template.sheet !== null) header.append(faces(app));
  const writing = writingButton(app);
  if (writing) header.append(writing);
  const button = moderationButton(app);
  if (button) header.append(button);
  for (const tool of app.headTools) {
    const one = tool();
    if (one) header.append(one);
  }
  header.append(views(app));
  return [...(template.side === "je" ? [tabs(app)] : []), header];
}

function switchHost(app: Atelier): HTMLElement {
  const host = make("span", { class: "ghosthost" });
  render(ghostSwitch(app), host);
  return host;
}

/** Gives the focus, and an open menu, to the same control of the heads that follow. */
export function heldHead(heads: readonly HTMLElement[]): (next: readonly HTMLElement[]) => void {
  const controls = (all: readonly HTMLElement[]) =>
    all.flatMap((head) => [...head.querySelectorAll<HTMLElement>("button, summary")]);
  const words = (one: HTMLElement) => one.getAttribute("aria-label") ?? one.textContent;
  const before = controls(heads);
  const held = before.find((one) => one === document.activeElement);
  const open = heads.some((head) => head.querySelector("details[open]") !== null);
  return (next) => {
    if (open) for (const head of next) head.querySelector("details")?.setAttribute("open", "");
    if (held === undefined) return;
    const now = controls(next);
    const same = now.find((one) => words(one) === words(held)) ?? now[before.indexOf(held)];
    same?.focus({ preventScroll: true });
  };
}

/** Whose words the board holds. */
function leadOf(app: Atelier): string {
  const { template, workshop } = app;
  const [, whose] = app.board.split("/");
  if (template.side === "nous") return t("Nous : ce que la communauté partage");
  if (template.id === "economic")
    return t("Ce que chacun met, ce que chacun reçoit, et l'équilibre que nous acceptons");
  if (whose === undefined) return workshop.commons || workshop.title;
  if (whose === app.data.person.id) return t("Je : ce que je dis en mon nom");
  if (whose === app.data.person.stakeholder) return t("Je : ce que dit ma structure");
  return t("Je : ce que dit {structure}", {
    structure: nameOf(workshop, whose) ?? t("une structure partie"),
  });
}

/** Others' rectos can only be read while everybody writes for themselves. */
function readingOnly(app: Atelier): HTMLElement | null {
  const closed = app.closed(null);
  if (closed === null) return null;
  return make("p", { class: "chip readonly", role: "note" }, icon("lock", 15), closedLine(app, closed));
}

function legend(): HTMLElement {
  const entry = (short: string, word: string) =>
    make("span", { class: "row" }, make("span", { class: `pic ${short}` }, icon(short, 15)), word);
  return make("div", { class: "legend" }, entry("gouv", t("gouvernance")), entry("eco", t("économie")));
}

function faces(app: Atelier): HTMLElement {
  const { side } = app.template;
  const face = (which: "je" | "nous", label: string) => {
    const on = side === which;
    const button = make("button", {
      type: "button",
      class: `${which}${on ? " on" : ""}`,
      "aria-pressed": String(on),
    });
    button.append(icon(which, 16), label);
    button.addEventListener("click", () => {
      if (!on) app.flip();
    });
    return button;
  };
  return make(
    "div",
    { class: "seg facesw", role: "group", "aria-label": t("Face de la fiche") },
    face("je", t("Je · recto")),
    face("nous", t("Nous · verso")),
  );
}

function views(app: Atelier): HTMLElement {
  const view = (which: View, picture: string, label: string) => {
    const on = app.view === which;
    const button = make("button", { type: "button", class: on ? "on" : "", "aria-pressed": String(on) });
    button.append(icon(picture, 16), label);
    button.addEventListener("click", () => app.setView(which));
    return button;
  };
  return make(
    "div",
    { class: "seg views", role: "group", "aria-label": t("Vue") },
    view("board", "layout-grid", t("Tableau")),
    view("list", "list", t("Liste")),
  );
}

/** One tab per stakeholder, one's own first; those that do not fit are behind « + n ». */
function tabs(app: Atelier): HTMLElement {
  const prefix = `sheet${app.template.sheet}.recto/`;
  const all = app.stakeholders();
  const here = app.board.slice(prefix.length);
  if (!all.some((one) => one.id === here))
    all.push({ id: here, name: nameOf(app.workshop, here) ?? t("Structure partie"), people: [] });
  // the one that is shown always has a tab in sight
  const at = all.findIndex((one) => one.id === here);
  const fit = howManyFit(all.map(widthOf), TABS_WIDTH, MORE_WIDTH);
  const seen = all.slice(0, fit);
  if (at >= fit && fit > 0) seen.splice(-1, 1, all[at] as Stakeholder);
  const rest = all.filter((one) => !seen.includes(one));

  const nav = make("nav", { class: "tabs", "aria-label": t("Parties prenantes") });
  for (const one of seen) nav.append(tab(app, one, `${prefix}${one.id}`));
  if (rest.length > 0) nav.append(moreTabs(app, rest, prefix));
  if (maySayStructure(app)) {
    const label = app.leads ? t("Qui parle pour quelle structure…") : t("Ma structure…");
    const own = make("button", { type: "button", class: "tab plus", "aria-label": label, title: label });
    own.append(icon("plus", 16));
    own.addEventListener("click", () => openStructure(app));
    nav.append(own);
  }
  roving(nav);
  return nav;
}

/** Tabs lie on the sheet, which is as wide on every screen: their width can be told from their names. */
const TABS_WIDTH = WORLD - 44;
const MORE_WIDTH = 76;
const MOST_NAME_WIDTH = 190;

function widthOf(one: Stakeholder): number {
  const marks = one.people.length === 0 ? 0 : 27 + 17 * (Math.min(one.people.length, MOST_MARKS) - 1);
  return 27 + marks + Math.min(MOST_NAME_WIDTH, [...one.name].length * 7.9);
}

function tab(app: Atelier, one: Stakeholder, board: string): HTMLButtonElement {
  const on = board === app.board;
  const button = make("button", { type: "button", class: `tab${on ? " on" : ""}` });
  if (on) button.setAttribute("aria-current", "page");
  const names = one.people.map((person) => person.name).filter((name) => name !== one.name);
  const own = one.id === app.data.person.stakeholder;
  button.title =
    names.length > 0 ? t("{title} : {name}", { title: one.name, name: names.join(", ") }) : one.name;
  button.append(marksOf(one), make("span", { class: "tabname" }, one.name));
  if (own) button.append(make("span", { class: "muted" }, t("(vous)")));
  button.addEventListener("click", () => app.show(board));
  return button;
}

function marksOf(one: Stakeholder): HTMLElement {
  const marks = make("span", { class: "tabmarks" });
  for (const person of one.people.slice(0, MOST_MARKS)) {
    const mark = make("span", { class: `av xs c-${person.colour} k-${person.colour}` });
    mark.append(icon(`mark-${MARKS[person.colour]}`, 11));
    marks.append(mark);
  }
  return marks;
}

function moreTabs(app: Atelier, rest: readonly Stakeholder[], prefix: string): HTMLElement {
  const label = tn("+ {n} autre recto", "+ {n} autres rectos", rest.length);
  const details = make("details", { class: "moretabs" });
  const list = make("div", { class: "tablist" }, ...rest.map((one) => tab(app, one, `${prefix}${one.id}`)));
  details.append(
    make("summary", { class: "tab", "aria-label": label, title: label }, `+ ${rest.length}`),
    list,
  );
  details.addEventListener("focusout", (event) => {
    if (!details.contains(event.relatedTarget as Node | null)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    details.querySelector("summary")?.focus();
  });
  return details;
}

/** One stop for Tab; arrows, Home and End go from tab to tab. */
function roving(nav: HTMLElement): void {
  const stops = () =>
    [...nav.querySelectorAll<HTMLElement>(".tab")].filter(
      (one) => one.closest(".tablist") === null || one.closest("details")?.open === true,
    );
  const current = nav.querySelector<HTMLElement>(".tab.on");
  for (const one of nav.querySelectorAll<HTMLElement>(".tab")) one.tabIndex = one === current ? 0 : -1;
  nav.addEventListener("keydown", (event) => {
    const all = stops();
    const at = all.indexOf(event.target as HTMLElement);
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: -1,
    }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all.at(to % all.length)?.focus();
  });
}
