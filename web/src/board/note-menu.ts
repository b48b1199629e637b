// The small bar of the selected note: write, colour, move, delete.

import { COLOURS, type Colour, MARKS } from "../model/page";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { colourNote, deleteNote } from "./actions";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { openMoveDialog } from "./move-dialog";

export function colourNames(): Record<Colour, string> {
  return {
    citron: t("Citron"),
    abricot: t("Abricot"),
    pivoine: t("Pivoine"),
    lavande: t("Lavande"),
    ciel: t("Ciel"),
    lagon: t("Lagon"),
    mousse: t("Mousse"),
    craie: t("Craie"),
  };
}

export function attachMenu(app: Atelier, view: BoardView): () => void {
  const bar = make("div", { class: "ftb", role: "toolbar", "aria-label": t("Note choisie") });
  let swatches: HTMLElement | null = null;

  const button = (picture: string, label: string, then: () => void) => {
    const one = make("button", { type: "button", "aria-label": label, title: label }, icon(picture, 18));
    one.addEventListener("click", (event) => {
      event.stopPropagation();
      then();
    });
    return one;
  };

  const palette = () => {
    if (swatches) {
      swatches.remove();
      swatches = null;
      return;
    }
    swatches = make("div", { class: "swatches", role: "group", "aria-label": t("Couleur de la note") });
    const names = colourNames();
    for (const colour of COLOURS) {
      const one = make(
        "button",
        {
          type: "button",
          class: `swatch c-${colour} k-${colour}`,
          "aria-label": names[colour],
          title: names[colour],
        },
        icon(`mark-${MARKS[colour]}`, 14),
      );
      one.addEventListener("click", (event) => {
        event.stopPropagation();
        if (app.selected) colourNote(app, app.selected, colour);
        palette();
      });
      swatches.append(one);
    }
    bar.append(swatches);
    swatches.querySelector("button")?.focus();
  };

  const show = () => {
    swatches?.remove();
    swatches = null;
    const item = view.item(app.selected);
    if (!item || app.editing !== null || !app.mayWrite || app.view !== "board") {
      bar.remove();
      return;
    }
    bar.replaceChildren(
      button("pencil", t("Écrire"), () => {
        app.editing = app.selected;
        app.emit("edit");
      }),
      button("palette", t("Couleur"), palette),
      button("corner-up-right", t("Déplacer vers…"), () => app.selected && openMoveDialog(app, app.selected)),
      button("trash", t("Supprimer"), () => app.selected && deleteNote(app, app.selected)),
    );
    const section = item.closest<HTMLElement>("section.zone");
    if (!section) return;
    const left = section.offsetLeft + item.offsetLeft;
    const below = section.offsetTop + item.offsetTop + item.offsetHeight + 8;
    const room = view.sheet.offsetHeight - 50;
    bar.style.left = `${Math.min(left, view.sheet.offsetWidth - 190)}px`;
    bar.style.top = `${below > room ? section.offsetTop + item.offsetTop - 52 : below}px`;
    view.sheet.append(bar);
  };

  const offs = [
    app.on("selection", show),
    app.on("edit", show),
    app.on("board", show),
    app.on("notes", show),
  ];
  return () => {
    for (const off of offs) off();
  };
}
