// The small bar of the selected note: write, colour, move, delete.

import { COLOURS, type Colour, MARKS } from "../model/page";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { colourNotes, deleteNotes } from "./actions";
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

export interface NoteMenu {
  /** Go into the bar from the keyboard. */
  focus(): void;
  detach(): void;
}

const BAR_WIDTH = 178;
const PALETTE_WIDTH = 304;

export function attachMenu(app: Atelier, view: BoardView): NoteMenu {
  const bar = make("div", { class: "ftb", role: "toolbar", "aria-label": t("Note choisie") });
  let of: string | null = null;
  let swatches: HTMLElement | null = null;

  const button = (picture: string, label: string, then: (id: string) => void) => {
    const one = make("button", { type: "button", "aria-label": label, title: label }, icon(picture, 18));
    one.addEventListener("click", () => {
      if (of !== null) then(of);
    });
    return one;
  };
  bar.append(
    button("pencil", t("Écrire"), (id) => {
      app.editing = id;
      app.emit("edit");
    }),
    button("palette", t("Couleur"), () => palette()),
    button("corner-up-right", t("Déplacer vers…"), (id) => openMoveDialog(app, id)),
    button("trash", t("Supprimer"), (id) => deleteNotes(app, app.targets(id))),
  );
  bar.addEventListener("click", (event) => event.stopPropagation());
  bar.addEventListener("pointerdown", (event) => event.stopPropagation());
  bar.addEventListener("keydown", (event) => {
    const buttons = [...bar.querySelectorAll("button")];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      if (swatches) palette();
      else view.item(of)?.focus({ preventScroll: true });
    } else if (step !== undefined) {
      const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
      buttons[(at + step + buttons.length) % buttons.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const palette = () => {
    if (swatches) {
      swatches.remove();
      swatches = null;
      bar.querySelectorAll("button")[1]?.focus();
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
      one.addEventListener("click", () => {
        if (of !== null) colourNotes(app, app.targets(of), colour);
        palette();
      });
      swatches.append(one);
    }
    swatches.style.left = `${Math.min(0, view.sheet.offsetWidth - bar.offsetLeft - PALETTE_WIDTH)}px`;
    bar.append(swatches);
    swatches.querySelector("button")?.focus();
  };

  const show = () => {
    const item = view.item(app.selected);
    const section = item?.closest<HTMLElement>("section.zone");
    if (!item || !section || app.editing !== null || !app.mayWrite || item.classList.contains("lift")) {
      of = null;
      swatches?.remove();
      swatches = null;
      bar.remove();
      return;
    }
    if (of !== app.selected) {
      of = app.selected;
      swatches?.remove();
      swatches = null;
    }
    const below = section.offsetTop + item.offsetTop + item.offsetHeight + 8;
    const above = section.offsetTop + item.offsetTop - 52;
    bar.style.left = `${Math.min(section.offsetLeft + item.offsetLeft, view.sheet.offsetWidth - BAR_WIDTH - 8)}px`;
    bar.style.top = `${below > view.sheet.offsetHeight - 50 ? above : below}px`;
    if (bar.parentElement !== view.sheet) view.sheet.append(bar);
  };

  const offs = (["selection", "edit", "board", "placed", "drag"] as const).map((what) => app.on(what, show));
  return {
    focus: () => bar.querySelector("button")?.focus(),
    detach: () => {
      for (const off of offs) off();
      bar.remove();
    },
  };
}
