// The keyboard map (docs/facilitation and ux): letters by the character they produce, inert while typing.

import { toggleHand } from "../conduct/hands";
import { t } from "../ui/i18n";
import { deleteNotes, duplicateNotes, likeNote, nudgeNotes, redo, reorderNote, undo } from "./actions";
import { sayPeople, sayTime } from "./around";
import type { Atelier } from "./atelier";
import { askGroup } from "./cluster-dialog";
import { openComments } from "./comments-dialog";
import { isCovered } from "./cover";
import { toggleGhosts } from "./ghosts";
import { carryNotes } from "./later";
import { openMoveDialog } from "./move-dialog";

export interface Keys {
  search(): void;
  create(zone: string): void;
  fit(): void;
  actualSize(): void;
  help(): void;
  /** The bar of the selected note: colours and the rest. */
  menu(): void;
  /** What can be done with a zone, at its element. */
  zoneMenu(zone: string, at: HTMLElement): void;
  /** Leave what is under way: notes taken by the Move tool; false when there is nothing. */
  cancel(): boolean;
}

const STEP = 0.02;

export function singleKeys(): boolean {
  return localStorage.getItem("tablee-single-keys") !== "off";
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem("tablee-single-keys", on ? "on" : "off");
}

export function attachKeys(app: Atelier, keys: Keys): () => void {
  const firstZone = () => app.activeZone ?? [...app.template.zones].sort((a, b) => a.n - b.n)[0]?.id ?? null;

  const pressed = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (event.isComposing || target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key;
    const note = target.closest<HTMLElement>("li.note[data-id], li.ln[data-id]");
    const id = note?.dataset.id ?? null;

    if (command && !event.altKey) {
      if (key.toLowerCase() === "z") {
        event.preventDefault();
        if (event.shiftKey) redo(app);
        else undo(app);
      } else if (key.toLowerCase() === "y") {
        event.preventDefault();
        redo(app);
      } else if (id && key.startsWith("Arrow")) {
        event.preventDefault();
        const far = event.shiftKey ? 5 * STEP : STEP;
        const [dx, dy] = {
          ArrowLeft: [-far, 0],
          ArrowRight: [far, 0],
          ArrowUp: [0, -far],
          ArrowDown: [0, far],
        }[key] ?? [0, 0];
        // a zone alone, or one of a canvas, shows reading order, not places
        const zone = app.zone(app.note(id)?.zone ?? "");
        if (zone && app.layoutOf(zone).flows)
          reorderNote(app, id, (dx as number) + (dy as number) < 0 ? -1 : 1);
        else if (!zone || !app.partOf(zone)?.nudge?.(zone, app.targets(id), dx as number, dy as number))
          nudgeNotes(app, app.targets(id), dx as number, dy as number);
      } else if (key.toLowerCase() === "a" && target.closest(".board, .list")) {
        const zone = target.closest<HTMLElement>("section[data-zone]")?.dataset.zone;
        if (zone === undefined) return;
        event.preventDefault();
        app.choose((app.notesByZone().get(zone) ?? []).map((one) => one.id));
        app.sayChosen();
      }
      return;
    }
    if (event.altKey) return;
    if (key === "F1") {
      event.preventDefault();
      keys.help();
      return;
    }
    if (key === "F6") {
      event.preventDefault();
      cycleRegions(event.shiftKey);
      return;
    }
    if (key === "Escape" && keys.cancel()) return;
    if (note && id) {
      if (key === "Enter" && target === note) {
        event.preventDefault();
        app.editing = id;
        app.select(id);
        app.emit("edit");
        return;
      }
      if (key === "Delete") {
        event.preventDefault();
        deleteNotes(app, app.targets(id));
        return;
      }
      if (key.startsWith("Arrow")) {
        event.preventDefault();
        const forward = key === "ArrowDown" || key === "ArrowRight";
        const beside = neighbour(note, forward);
        if (event.shiftKey) {
          if (beside?.dataset.id) extend(app, id, beside.dataset.id);
          beside?.focus();
          app.sayChosen();
          return;
        }
        const section = note.closest<HTMLElement>("section");
        const more = section?.querySelector<HTMLElement>(":scope > .more:not([hidden])");
        (beside ?? (forward ? more : section))?.focus();
        return;
      }
      if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) {
        event.preventDefault();
        keys.menu();
        return;
      }
      if (key === "Escape") {
        app.select(null);
        note.closest<HTMLElement>("section")?.focus();
        return;
      }
    }
    if (key === "Escape" && app.focusedZone !== null) {
      app.focusZone(null);
      return;
    }
    if (key === "Escape" && app.selected !== null) {
      app.select(null);
      return;
    }
    const section = target.closest<HTMLElement>("section.zone");
    if (section && target === section && (key === "ArrowDown" || key === "ArrowRight")) {
      const first = section.querySelector<HTMLElement>("li.note");
      if (first) {
        event.preventDefault();
        first.focus();
        return;
      }
    }
    if (section && target === section && key === "Enter") {
      event.preventDefault();
      app.focusZone(app.focusedZone === null ? (section.dataset.zone ?? null) : null);
      return;
    }
    if (section && target === section && (key === "ContextMenu" || (key === "F10" && event.shiftKey))) {
      event.preventDefault();
      keys.zoneMenu(section.dataset.zone ?? "", section);
      return;
    }
    if (!singleKeys()) return;
    if (event.shiftKey && event.code === "Digit1") return keys.fit();
    if (event.shiftKey && event.code === "Digit0") return keys.actualSize();
    switch (key.toLowerCase()) {
      case "n": {
        const zone = firstZone();
        if (!zone || isCovered()) return;
        event.preventDefault();
        keys.create(zone);
        break;
      }
      case "m":
        if (id) {
          event.preventDefault();
          openMoveDialog(app, id);
        }
        break;
      case "p":
        if (id && app.template.sheet !== null) {
          event.preventDefault();
          carryNotes(app, app.targets(id));
        }
        break;
      case "g":
        if (id) {
          event.preventDefault();
          askGroup(app, app.targets(id));
        }
        break;
      case "d":
        if (id) duplicateNotes(app, app.targets(id));
        break;
      case "+":
        if (id) likeNote(app, id);
        break;
      case "c":
        if (id) {
          event.preventDefault();
          openComments(app, id);
        }
        break;
      case "h":
        if (!event.repeat) void toggleHand(app);
        break;
      case "t":
        sayTime(app);
        break;
      case "w":
        sayPeople(app);
        break;
      case "r":
        app.flip();
        break;
      case "j":
        toggleGhosts(app);
        break;
      case "l":
        app.setView(app.view === "board" ? "list" : "board");
        break;
      case "/":
        event.preventDefault();
        keys.search();
        break;
      case "?":
        keys.help();
        break;
    }
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

/** Choose one more note, or one less when going back over those chosen. */
function extend(app: Atelier, from: string, to: string): void {
  const all = new Set([...app.targets(from), from]);
  if (all.has(to)) all.delete(from);
  all.delete(to);
  app.choose([...all, to]);
}

/** The next or previous note of the same zone. */
function neighbour(note: HTMLElement, forward: boolean): HTMLElement | null {
  const other = forward ? note.nextElementSibling : note.previousElementSibling;
  return other instanceof HTMLElement ? other : null;
}

/** F6: top bar, rail, zones, dock, and round again. */
function cycleRegions(back: boolean): void {
  const control = "a, button:not([disabled]), [tabindex='0'], input, textarea";
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter(
    (one) => one.offsetParent !== null && one.querySelector(control) !== null,
  );
  const here = regions.findIndex((one) => one.contains(document.activeElement));
  const next = regions[(here + (back ? -1 : 1) + regions.length) % regions.length];
  next?.querySelector<HTMLElement>(control)?.focus();
}

export function keyTable(): [string, string][] {
  return [
    ["N", t("Nouvelle note dans la zone")],
    [t("Entrée / Échap"), t("Écrire / quitter la note")],
    [t("Ctrl+Entrée"), t("Quitter et commencer la suivante")],
    ["↓ →  ↑ ←", t("Note suivante, précédente")],
    [t("Ctrl+flèches"), t("Déplacer la note")],
    [t("Ctrl+Maj+flèches"), t("Déplacer la note de cinq pas")],
    [t("Maj+flèches, Ctrl+A"), t("Choisir plusieurs notes, toute la zone")],
    ["M", t("Déplacer vers…")],
    ["P", t("Reporter dans un canevas")],
    ["G", t("Regrouper sous un titre")],
    ["D", t("Dupliquer")],
    ["+", t("Aimer la note")],
    ["C", t("Commenter")],
    [t("Ctrl+Maj+Entrée"), t("En écrivant : couper la note en deux")],
    [t("Entrée sur une zone"), t("Voir cette zone seule, puis tout le support")],
    [t("Maj+F10"), t("Couleur et autres actions sur la note, actions sur la zone")],
    [t("Suppr"), t("Supprimer (annulable)")],
    ["Ctrl+Z, Ctrl+Y", t("Annuler, rétablir mes gestes")],
    ["R", t("Retourner la fiche")],
    ["J", t("Voir ou masquer les Je au verso")],
    ["L", t("Tableau ou liste")],
    [t("Espace"), t("En liste : choisir la note")],
    ["H", t("Lever ou baisser la main")],
    ["T", t("Dire le temps restant")],
    ["W", t("Dire qui est là et qui écrit")],
    ["F6", t("Région suivante")],
    [t("Maj+1, Maj+0"), t("Ajuster, taille réelle")],
    [t("Ctrl+molette"), t("Agrandir ou réduire le support")],
    [t("Espace+glisser, bouton du milieu"), t("Déplacer la vue d'un support agrandi")],
    [t("Ctrl+Alt+→, Ctrl+Alt+M"), t("Animation : étape suivante, message")],
    ["X", t("Animation : pointeur, tant que la touche est tenue")],
    ["/", t("Rechercher")],
    ["? F1", t("Raccourcis")],
  ];
}
