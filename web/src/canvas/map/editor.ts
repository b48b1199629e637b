// « Point de carte »: all values of one point in a small dialog, saved together as one step of undo.

import type { Atelier } from "../../board/atelier";
import { openForm } from "../../ui/form-dialog";
import { t } from "../../ui/i18n";
import { make } from "../../ui/icon";
import { addPoint, type Fields, removePoint, savePoint } from "./acts";
import {
  axisOptions,
  countOptions,
  horizonOptions,
  type Option,
  presenceOptions,
  structureOptions,
} from "./controls";
import type { Axes, Place } from "./geometry";
import { fieldOf, ROLE_IDS, readPoint, roleWords } from "./points";

const LABEL_CHARS = 200;

interface Opening {
  /** The point to change; null for a new one. */
  id: string | null;
  /** Where a new one was asked for, or where it is for this person alone. */
  place?: Place | null;
  focus?: "label" | "x" | "wish";
  /** Places are answers of this person, not those of the document. */
  answer?: (place: Place | null) => void;
  /** A point was made. */
  made?: (id: string) => void;
}

export function openPoint(app: Atelier, axes: Axes, opening: Opening): void {
  const note = app.note(opening.id);
  const point = note === null ? null : readPoint(app, note);
  if (opening.id !== null && (note === null || !app.mayChange(note))) {
    app.announcer.say(t("Cette note est verrouillée."));
    return;
  }
  const place = opening.place === undefined ? (point?.place ?? null) : opening.place;

  const label = make("input", {
    class: "input",
    type: "text",
    name: "label",
    maxlength: LABEL_CHARS,
    autocomplete: "off",
    required: true,
  });
  label.value = point === null || point.label === t("Sans nom") ? "" : point.label;
  const structure = select(
    "stakeholder_id",
    structureOptions(app, point?.structure ?? null),
    point?.structure,
  );
  const count = select("count", countOptions(), point?.count);
  const presence = select("presence", presenceOptions(), note?.fields?.presence, false);
  const x = select("x", axisOptions(axes.x, place?.x), place?.x);
  const y = select("y", axisOptions(axes.y, place?.y), place?.y);
  const horizon = select("horizon", horizonOptions(), point?.wish?.horizon);
  const wishX = select("target.x", axisOptions(axes.x, point?.wish?.x), point?.wish?.x);
  const wishY = select("target.y", axisOptions(axes.y, point?.wish?.y), point?.wish?.y);
  const roles = ROLE_IDS.map((role) => {
    const words = roleWords(role);
    const box = make("input", { type: "checkbox", name: "roles", value: role, "aria-label": words.aloud });
    box.checked = point?.roles.includes(role) ?? false;
    return make("label", {}, box, make("span", {}, words.name));
  });
  // the other axis of a wish starts where the point is now
  const together = (changed: HTMLSelectElement, other: HTMLSelectElement, start: HTMLSelectElement) => {
    changed.addEventListener("change", () => {
      if (changed.value !== "" && other.value === "") other.value = near(other, start.value);
    });
  };
  together(wishX, wishY, y);
  together(wishY, wishX, x);
  together(x, y, y);
  together(y, x, x);
  horizon.addEventListener("change", () => {
    if (horizon.value === "" || wishX.value !== "") return;
    wishX.value = near(wishX, x.value);
    wishY.value = near(wishY, y.value);
  });

  const values = (): Fields => {
    const chosen = roles.flatMap((one) => {
      const box = one.querySelector("input");
      return box?.checked ? [box.value] : [];
    });
    const wished = wishX.value !== "" && wishY.value !== "";
    const places = opening.answer ? {} : placeIn(x, y);
    return {
      stakeholder_id: structure.value || undefined,
      count: count.value || undefined,
      presence: presence.value === "to_invite" ? "to_invite" : undefined,
      roles: chosen.length > 0 ? chosen : undefined,
      ...places,
      target: wished
        ? {
            x: Number(wishX.value),
            y: Number(wishY.value),
            ...(horizon.value === "" ? {} : { horizon: horizon.value }),
          }
        : undefined,
    };
  };
  const before = values();
  const save = () => {
    if (opening.id === null) {
      const id = addPoint(app, label.value, present(values()));
      if (id !== null) opening.made?.(id);
      return;
    }
    const now = values();
    const named = label.value.trim() === point?.label ? null : label.value;
    const changed = changedOnly(before, now);
    if (named !== null || Object.keys(changed).length > 0) savePoint(app, opening.id, named, changed);
    if (opening.answer) {
      const { x: px, y: py } = placeIn(x, y);
      opening.answer(px === undefined || py === undefined ? null : { x: px, y: py });
    }
  };

  const id = opening.id;
  openForm({
    title: id === null ? t("Nouveau point") : t("Point de carte"),
    stay: t("Laisser ainsi"),
    act: id === null ? t("Ajouter") : t("Enregistrer"),
    done: save,
    wide: true,
    ready: () => label.value.trim() !== "",
    focus: opening.focus === "x" ? x : opening.focus === "wish" ? horizon : label,
    ...(id === null ? {} : { other: { label: t("Supprimer le point"), done: () => removePoint(app, id) } }),
    body: [
      make(
        "div",
        { class: "kindfields pointfields" },
        field(fieldOf("label").label(), label),
        field(fieldOf("stakeholder_id").label(), structure),
        group(fieldOf("roles").label(), "checks", ...roles),
        field(fieldOf("count").label(), count),
        field(fieldOf("presence").label(), presence),
        field(axes.x.title, x),
        field(axes.y.title, y),
        group(
          fieldOf("target").label(),
          "",
          make(
            "div",
            { class: "kindfields" },
            field(t("Horizon"), horizon),
            field(axes.x.title, wishX),
            field(axes.y.title, wishY),
          ),
        ),
      ),
    ],
  });
}

function placeIn(
  x: HTMLSelectElement,
  y: HTMLSelectElement,
): { x: number | undefined; y: number | undefined } {
  const placed = x.value !== "" && y.value !== "";
  return { x: placed ? Number(x.value) : undefined, y: placed ? Number(y.value) : undefined };
}

/** What was chosen, without what was left empty. */
function present(values: Fields): Fields {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** What others changed meanwhile stays, unless this person chose something else there. */
function changedOnly(before: Fields, now: Fields): Fields {
  const same = (name: string) => JSON.stringify(before[name]) === JSON.stringify(now[name]);
  return Object.fromEntries(Object.entries(now).filter(([name]) => !same(name)));
}

/** The option of another select that is closest to a number. */
function near({ options }: HTMLSelectElement, value: string): string {
  const numbers = [...options].map((one) => one.value).filter((one) => one !== "");
  const wanted = Number(value);
  return numbers.reduce(
    (best, one) => (Math.abs(Number(one) - wanted) < Math.abs(Number(best) - wanted) ? one : best),
    numbers[0] ?? "",
  );
}

function select(name: string, options: readonly Option[], now: unknown, empty = true): HTMLSelectElement {
  const all: readonly Option[] = empty ? [["", "—"], ...options] : options;
  const element = make("select", { class: "input", name });
  for (const [value, words] of all) element.append(make("option", { value }, words));
  element.value = all.some(([value]) => value === String(now)) ? String(now) : (all[0]?.[0] ?? "");
  return element;
}

function field(words: string, control: HTMLElement): HTMLElement {
  return make("label", { class: "field" }, make("span", {}, words), control);
}

function group(words: string, look: string, ...parts: HTMLElement[]): HTMLElement {
  return make("fieldset", { class: `field wide group ${look}` }, make("legend", {}, words), ...parts);
}
