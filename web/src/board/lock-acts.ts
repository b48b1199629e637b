// Facilitation's locks: a zone, a board or everything, until somebody opens it again or for some minutes.

import { lockOn } from "../model/closed";
import { own } from "../model/own";
import { openForm } from "../ui/form-dialog";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import type { MenuItem } from "../ui/menu";
import type { Atelier } from "./atelier";
import { command } from "./command";

const MINUTES = [5, 10, 15, 30] as const;
const MOST_MINUTES = 600;

/** A zone of the board that is shown, or the board itself (null). */
export function lockActs(app: Atelier, zone: string | null): MenuItem[] {
  if (!app.leads) return [];
  const place = zone === null ? { board: app.board } : { board: app.board, zone };
  const lock = lockOn(app.workshop, app.board, zone);
  if (lock?.what === "everything") return [];
  if (lock !== null && (lock.what === "zone" || zone === null)) {
    const label = zone === null ? t("Rouvrir ce support") : t("Rouvrir cette zone");
    return [{ label, icon: "lock-open", done: () => void send(app, "board.unlock", openPlace(app, zone)) }];
  }
  if (lock !== null) return [];
  return [
    {
      label: zone === null ? t("Verrouiller ce support") : t("Verrouiller cette zone"),
      icon: "lock",
      done: () => void send(app, "board.lock", place),
    },
    {
      label: zone === null ? t("Verrouiller ce support un moment…") : t("Verrouiller cette zone un moment…"),
      icon: "timer",
      done: () => askMinutes(app, zone, place),
    },
  ];
}

/** What holds for the board as a whole, and for everything. */
export function boardActs(app: Atelier): MenuItem[] {
  const step = app.workshop.agenda.steps.find((one) => one.id === app.workshop.step);
  const reads = step !== undefined && step.rights !== undefined && step.rights !== "write";
  const open = own(app.workshop.boards, app.board)?.open === true;
  const { frozen } = app.workshop;
  return [
    ...lockActs(app, null),
    ...(reads && !open && !frozen
      ? [
          {
            label: t("Ouvrir ce support à l'écriture"),
            icon: "pencil",
            done: () => void send(app, "board.open", { board: app.board }),
          },
        ]
      : []),
    frozen
      ? { label: t("Tout rouvrir"), icon: "lock-open", done: () => void send(app, "board.unlock", {}) }
      : { label: t("Tout figer"), icon: "snowflake", done: () => void send(app, "board.lock", {}) },
  ];
}

/** The lock lies on the board or on all boards of its template. */
function openPlace(app: Atelier, zone: string | null): Record<string, string> {
  const state = own(app.workshop.boards, app.board);
  const here = zone === null ? state?.locked : state?.locked_zones.includes(zone);
  const board = here ? app.board : app.template.id;
  return zone === null ? { board } : { board, zone };
}

function askMinutes(app: Atelier, zone: string | null, place: Record<string, string>): void {
  const field = make("input", {
    class: "input",
    type: "number",
    min: 1,
    max: MOST_MINUTES,
    value: 10,
    inputmode: "numeric",
    name: "minutes",
  });
  const chips = make("div", { class: "row minutes", role: "group", "aria-label": t("Durées proposées") });
  for (const n of MINUTES) {
    const chip = make("button", { class: "btn sm", type: "button" }, tn("{n} minute", "{n} minutes", n));
    chip.addEventListener("click", () => {
      field.value = String(n);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    chips.append(chip);
  }
  const minutes = () => Number(field.value);
  const name = zone === null ? app.template.title : (app.zone(zone)?.title ?? "");
  openForm({
    title: t("Verrouiller « {name} » pour combien de temps ?", { name }),
    body: [chips, make("label", { class: "field" }, make("span", {}, t("Minutes")), field)],
    stay: t("Laisser ouvert"),
    act: t("Verrouiller"),
    focus: field,
    ready: () => Number.isInteger(minutes()) && minutes() >= 1 && minutes() <= MOST_MINUTES,
    done: () => void send(app, "board.lock", { ...place, minutes: minutes() }),
  });
}

async function send(app: Atelier, type: string, fields: Record<string, unknown>): Promise<void> {
  const why = await command(app, { type, ...fields });
  if (why !== null) app.notify(why);
}
