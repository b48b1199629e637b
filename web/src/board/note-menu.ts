// The bar of the chosen notes: the acts that are used most, and « … » for the rest.

import { COLOURS, type Colour, MARKS } from "../model/page";
import { t, tn } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { openMenu } from "../ui/menu";
import { colourNotes, likeNote } from "./actions";
import type { Atelier } from "./atelier";
import type { BoardView } from "./board-view";
import { askGroup } from "./cluster-dialog";
import { openComments } from "./comments-dialog";
import { openKindEditor } from "./later";
import { openMoveDialog } from "./move-dialog";
import { noteActs } from "./note-acts";

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
  /** The note is elsewhere on the screen now. */
  follow(): void;
  detach(): void;
}

const PALETTE_WIDTH = 304;
const EDGE = 8;
/** What the dock covers at the lower edge of the board. */
const DOCK = 76;

export function attachMenu(app: Atelier, view: BoardView): NoteMenu {
  const bar = make("div", { class: "ftb", role: "toolbar", "aria-label": t("Note choisie") });
  let of = "";
  let swatches: HTMLElement | null = null;

  const button = (picture: string, label: string, act: (id: string, button: HTMLElement) => void) => {
    const one = make("button", { type: "button", "aria-label": label, title: label }, icon(picture, 18));
    one.addEventListener("click", () => {
      if (app.selected !== null) act(app.selected, one);
    });
    return one;
  };
  const write = button("pencil", t("Écrire"), (id) => {
    app.editing = id;
    app.emit("edit");
  });
  const colour = button("palette", t("Couleur"), () => palette());
  const kind = button("shapes", t("Type de note…"), (id) => openKindEditor(app, id));
  const comment = button("message-circle", t("Commenter (C)"), (id) => openComments(app, id));
  const like = button("thumbs-up", t("Aimer (+)"), (id) => likeNote(app, id));
  const group = button("regroup", t("Regrouper (G)"), (id) => askGroup(app, app.targets(id)));
  const move = button("corner-up-right", t("Déplacer vers…"), (id) => openMoveDialog(app, id));
  const more = button("ellipsis", t("Autres actions"), (id, at) =>
    openMenu(at, t("Autres actions"), noteActs(app, id)),
  );
  more.setAttribute("aria-haspopup", "menu");
  const count = make("span", { class: "howmany" });
  bar.addEventListener("click", (event) => event.stopPropagation());
  bar.addEventListener("pointerdown", (event) => event.stopPropagation());
  bar.addEventListener("keydown", (event) => {
    const buttons = [...bar.querySelectorAll("button")];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      if (swatches) palette();
      else view.item(app.selected)?.focus({ preventScroll: true });
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
      colour.focus();
      return;
    }
    swatches = make("div", { class: "swatches", role: "group", "aria-label": t("Couleur de la note") });
    const names = colourNames();
    for (const each of COLOURS) {
      const one = make(
        "button",
        {
          type: "button",
          class: `swatch c-${each} k-${each}`,
          "aria-label": names[each],
          title: names[each],
        },
        icon(`mark-${MARKS[each]}`, 14),
      );
      one.addEventListener("click", () => {
        colourNotes(app, app.targets(), each);
        palette();
      });
      swatches.append(one);
    }
    swatches.style.left = `${Math.min(0, innerWidth - bar.getBoundingClientRect().left - PALETTE_WIDTH)}px`;
    bar.append(swatches);
    swatches.querySelector("button")?.focus();
  };

  const hide = () => {
    of = "";
    swatches?.remove();
    swatches = null;
    bar.remove();
  };

  const show = () => {
    const ids = app.targets();
    const item = view.item(app.selected);
    const section = item?.closest<HTMLElement>("section.zone");
    const busy = app.editing !== null || app.tool === "move" || !app.mayWrite;
    if (!item || !section || busy || item.classList.contains("lift")) {
      hide();
      return;
    }
    if (of !== ids.join(" ")) {
      of = ids.join(" ");
      swatches?.remove();
      swatches = null;
      const several = ids.length > 1;
      bar.setAttribute(
        "aria-label",
        several ? tn("{n} note choisie", "{n} notes choisies", ids.length) : t("Note choisie"),
      );
      count.textContent = tn("{n} note", "{n} notes", ids.length);
      bar.replaceChildren(
        ...(several ? [count, colour, group, move, more] : [write, colour, kind, comment, like, move, more]),
      );
    }
    const mine = app.document?.contents.reactionsTo(ids[0] ?? "").has(app.data.person.id) ?? false;
    like.setAttribute("aria-pressed", String(mine));
    if (bar.parentElement !== view.host) view.host.append(bar);
    const note = item.getBoundingClientRect();
    const room = view.host.getBoundingClientRect();
    const right = Math.min(room.right, innerWidth) - bar.offsetWidth - EDGE;
    bar.style.left = `${Math.max(room.left + EDGE, Math.min(note.left, right))}px`;
    const high = bar.offsetHeight;
    const below = note.bottom + EDGE;
    const above = note.top - high - EDGE;
    const fits = below + high < room.bottom - DOCK;
    const covers = (top: number) =>
      [...section.querySelectorAll<HTMLElement>("li.note")].some((other) => {
        const box = other.getBoundingClientRect();
        return (
          other !== item && box.top < top + high && box.bottom > top && box.left < right + bar.offsetWidth
        );
      });
    // under the note, as long as no other note is covered that would be free above
    const up = !fits || (covers(below) && above > room.top && !covers(above));
    bar.style.top = `${up ? Math.max(room.top + EDGE, above) : below}px`;
  };
  let frame = 0;
  const soon = () => {
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0;
        if (bar.isConnected) show();
      });
  };
  addEventListener("resize", soon);

  const held = (event: KeyboardEvent) =>
    bar.classList.toggle("through", event.shiftKey && !bar.contains(document.activeElement));
  addEventListener("keydown", held);
  addEventListener("keyup", held);
  const context = (event: MouseEvent) => {
    const id = (event.target as Element).closest<HTMLElement>("li.note")?.dataset.id;
    if (id === undefined || id === app.editing) return;
    event.preventDefault();
    app.select(id);
    openMenu({ x: event.clientX, y: event.clientY }, t("Actions sur cette note"), noteActs(app, id));
  };
  view.sheet.addEventListener("contextmenu", context);

  const offs = (["selection", "edit", "board", "placed", "drag", "focus"] as const).map((what) =>
    app.on(what, show),
  );
  return {
    focus: () => bar.querySelector("button")?.focus(),
    follow: soon,
    detach: () => {
      for (const off of offs) off();
      view.sheet.removeEventListener("contextmenu", context);
      removeEventListener("resize", soon);
      removeEventListener("keydown", held);
      removeEventListener("keyup", held);
      bar.remove();
    },
  };
}
