// The head of a board: its number and title, the face switch, the view switch, and on a recto the
// index tabs of the stakeholders.

import { MARKS } from "../model/page";
import { t, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { Atelier, View } from "./atelier";

export function boardHeader(app: Atelier): HTMLElement[] {
  const { template } = app;
  const [, name = template.title] = template.title.split(" · ");
  const title = make("h1", {}, typo(template.sheet === null ? template.title : name));
  const lead =
    template.side === "je"
      ? t("Je : ce que dit ma structure")
      : template.side === "nous"
        ? t("Nous : ce que la communauté partage")
        : app.workshop.commons || app.workshop.title;
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
    make("div", { class: "grow" }, title, make("p", { class: "sub" }, typo(lead))),
  );
  if (template.sheet !== null) header.append(legend(), faces(app));
  header.append(views(app));
  return [...(template.side === "je" ? [tabs(app)] : []), header];
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

/** One tab per stakeholder; one's own first. */
function tabs(app: Atelier): HTMLElement {
  const nav = make("nav", { class: "tabs", "aria-label": t("Parties prenantes") });
  for (const one of app.stakeholders()) {
    const board = `sheet${app.template.sheet}.recto/${one.id}`;
    const on = board === app.board;
    const tab = make("button", { type: "button", class: `tab${on ? " on" : ""}` });
    if (on) tab.setAttribute("aria-current", "page");
    const marks = make("span", { class: "tabmarks" });
    for (const person of one.people.slice(0, 3))
      marks.append(
        make(
          "span",
          { class: `av xs c-${person.colour} k-${person.colour}` },
          icon(`mark-${MARKS[person.colour]}`, 11),
        ),
      );
    tab.append(marks, one.name);
    if (one.id === app.data.person.stakeholder) tab.append(make("span", { class: "muted" }, t("(vous)")));
    tab.addEventListener("click", () => app.show(board));
    nav.append(tab);
  }
  return nav;
}
