// « Déplacer vers… »: the third way to move notes, beside dragging and keys. Board, zone, and the place in it.

import { roomKind } from "../model/page";
import { openForm } from "../ui/form-dialog";
import { t, tn, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { moveNotes, orderAfter } from "./actions";
import type { Atelier } from "./atelier";
import { refused } from "./zone-state";

export function openMoveDialog(app: Atelier, id: string): void {
  const ids = app.targets(id);
  const note = app.note(id);
  if (!note || !app.mayWrite) return;
  const boards = make("select", { class: "input", id: "move-board" });
  for (const [board, name] of reachable(app)) boards.append(option(board, name, board === app.board));
  const zones = make("select", { class: "input", id: "move-to" });
  const places = make("select", { class: "input", id: "move-place" });

  const drawZones = () => {
    const template = app.templateOf(boards.value);
    zones.replaceChildren(
      ...[...(template?.zones ?? [])]
        .sort((a, b) => a.n - b.n)
        .map((zone) =>
          option(zone.id, typo(zone.title), boards.value === app.board && zone.id === note.zone),
        ),
    );
    drawPlaces();
  };
  const drawPlaces = () => {
    const there = (app.document?.byZone(boards.value).get(zones.value) ?? []).filter(
      (one) => !ids.includes(one.id),
    );
    places.replaceChildren(
      option("", there.length === 0 ? t("Seule dans la zone") : t("En dernier"), true),
      ...(there.length > 0 ? [option("first", t("En premier"), false)] : []),
      ...there
        .slice(0, -1)
        .map((one) => option(one.id, t("Après « {text} »", { text: short(one.text) }), false)),
    );
  };
  boards.addEventListener("change", drawZones);
  zones.addEventListener("change", drawPlaces);
  drawZones();
  const labelled = (words: string, field: HTMLElement) =>
    make("label", { class: "field", for: field.id }, make("span", {}, words), field);
  openForm({
    title:
      ids.length === 1
        ? t("Déplacer la note vers…")
        : tn("Déplacer {n} note vers…", "Déplacer {n} notes vers…", ids.length),
    body: [
      make("p", { class: "soft" }, ids.length === 1 ? `« ${short(note.text || t("Note vide"))} »` : ""),
      labelled(t("Support"), boards),
      labelled(t("Zone"), zones),
      labelled(t("Place"), places),
    ],
    stay: t("Laisser ici"),
    act: t("Déplacer"),
    focus: zones,
    done: () => {
      const [board, zone, place] = [boards.value, zones.value, places.value];
      const arrives = board !== note.board || zone !== note.zone;
      if (arrives && refused(app, zone, board)) return;
      app.document?.together(() => {
        if (arrives) moveNotes(app, ids, { zone, board });
        if (place !== "" || !arrives) orderAfter(app, ids, board, zone, place === "" ? "last" : place);
      });
    },
  });
}

/** Boards of the same room, where a note keeps all it has; canvases are reached by carrying over. */
function reachable(app: Atelier): [string, string][] {
  const kind = roomKind(app.board, app.workshop);
  const out: [string, string][] = [];
  for (const template of app.data.templates) {
    if (roomKind(template.id, app.workshop) !== kind) continue;
    const name = typo(template.title);
    if (template.side !== "je") out.push([template.id, name]);
    else
      for (const one of app.stakeholders()) out.push([`${template.id}/${one.id}`, `${name} · ${one.name}`]);
  }
  return out;
}

function option(value: string, words: string, chosen: boolean): HTMLOptionElement {
  const one = make("option", { value }, words);
  one.selected = chosen;
  return one;
}

function short(text: string): string {
  const letters = [...text];
  return letters.length > 60 ? `${letters.slice(0, 59).join("")}…` : text;
}
