// « À reporter »: notes of the sheets that feed the canvas, until somebody has decided on each.

import { html, render } from "lit";
import type { Atelier } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { command } from "../board/command";
import { singleKeys } from "../board/keys";
import { goToNote } from "../board/trace";
import type { Decision } from "../model/decided";
import { canvasOf, placesOf, type Row } from "../model/harvest";
import type { Canvas } from "../model/page";
import { MOST_ORIGINS } from "../model/raise";
import { openForm } from "../ui/form-dialog";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import { type MenuItem, openMenu } from "../ui/menu";
import { attachUndo, carry, park, reopen, sourcesOf, type Where } from "./carry";
import { openCarry, openMerge } from "./carry-dialog";
import { attachHold } from "./hold";
import { type Acts, chooseZone, edge, panel } from "./panel";
import { attachReported } from "./reported";
import { goToSource } from "./sources";
import { stateOf } from "./state";
import { attachTrayDrag } from "./tray-drag";
import { zoneName } from "./words";

const PHONE = matchMedia("(max-width: 43.75em)");
/** Where the board and the panel have room beside each other, and texts of the board are as large as they should be. */
const WIDE = matchMedia("(min-width: 85em)");
/** A list that takes longer than this may never come. */
const LATE_MS = 8_000;

/** « Reporter dans… » for notes of the sheet that is shown. */
export function carryNotes(app: Atelier, ids: readonly string[]): void {
  const state = stateOf(app);
  const sources = app.mayWrite && state.canvases.length > 0 ? sourcesOf(app, ids) : [];
  if (sources.length === 0) app.announcer.say(t("Cette note ne se reporte pas."));
  else openCarry(state, sources);
}

export function attachTray(app: Atelier, view: BoardView): void {
  const state = stateOf(app);
  const host = document.getElementById("tray") as HTMLElement;
  const phoneTab = document.querySelector<HTMLElement>("[data-tab=tray]") as HTMLElement;
  /** Put away or not, canvas by canvas; at first where the board needs the width. */
  const isFolded = () => {
    const remembered = localStorage.getItem(`tablee-tray-${state.canvas}`);
    return remembered === null ? !WIDE.matches || state.canvas === "economic" : remembered === "folded";
  };
  const skip = make("a", { class: "skip", href: "#tray" }, t("Aller à « À reporter »"));
  document.getElementById("skip-list")?.after(skip);
  let late: ReturnType<typeof setTimeout> | undefined;

  /** Beside a canvas, or as a tab of its own on a phone. */
  const shows = () => state.canvases.length > 0 && (app.template.sheet === null || PHONE.matches);
  const isOpen = () => shows() && (PHONE.matches ? document.body.dataset.panel === "tray" : !isFolded());

  // -- drawing ----------------------------------------------------------------------------------
  let frame = 0;
  const soon = () => {
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
  };
  const draw = () => {
    // what is decided cannot be chosen, nor held
    const open = new Set(state.open().map(({ key }) => key));
    if ([...state.chosen].some((key) => !open.has(key)))
      state.choose([...state.chosen].filter((key) => open.has(key)));
    if (state.held.some((key) => !open.has(key))) state.held = state.held.filter((key) => open.has(key));
    for (const key of state.going) if (!open.has(key)) state.going.delete(key);
    const place = !shows() ? "none" : isOpen() ? "open" : "edge";
    if (document.body.dataset.tray !== place) document.body.dataset.tray = place;
    host.hidden = skip.hidden = place === "none";
    phoneTab.hidden = state.canvases.length === 0;
    const again = keepRow();
    if (place === "open") render(panel(state, acts), host);
    else if (place === "edge") render(edge(state, acts), host);
    else render(html``, host);
    again();
    hold.mark();
  };

  /** A row that went away leaves the focus to the one after it. */
  const keepRow = (): (() => void) => {
    const held = document.activeElement;
    const row = held?.closest<HTMLElement>("#tray li.trow");
    if (!(held instanceof HTMLElement) || !row) return () => {};
    const key = row.dataset.key ?? "";
    const all = rows();
    const at = all.indexOf(row);
    const after = [...all.slice(at + 1), ...all.slice(0, at).reverse()].map((one) => one.dataset.key ?? "");
    const inside = held !== row;
    return () => {
      if (held.isConnected && held.checkVisibility() && row.dataset.key === key) return;
      const mine = state.going.has(key) || decidedHere.delete(key);
      const same = rowOf(key);
      const next = [key, ...after].map(rowOf).find((one) => one !== null);
      (next ?? host.querySelector<HTMLElement>("h2"))?.focus({ preventScroll: same !== null && inside });
      if (!same && !mine) app.announcer.say(t("La note où vous étiez vient d'être traitée."));
    };
  };
  const rows = () => [...host.querySelectorAll<HTMLElement>("li.trow")];
  const rowOf = (key: string | null): HTMLElement | null =>
    key === null ? null : host.querySelector<HTMLElement>(`li.trow[data-key="${CSS.escape(key)}"]`);
  /** Keys this person has just decided on. */
  const decidedHere = new Set<string>();

  // -- acts ---------------------------------------------------------------------------------------
  const busy = async (
    all: readonly Pick<Row, "key">[],
    address: string | null,
    work: () => Promise<unknown>,
  ) => {
    const keys = all.map(({ key }) => key);
    for (const key of keys) {
      state.going.add(key);
      decidedHere.add(key);
    }
    const held = document.activeElement?.closest<HTMLElement>("#tray li.trow");
    if (held && keys.includes(held.dataset.key ?? "")) focusNext(held, keys);
    state.held = [];
    state.choose([...state.chosen].filter((key) => !keys.includes(key)));
    state.share(keys, address);
    soon();
    const result = await work();
    state.share(null);
    if (result === null || result === false)
      for (const key of keys) {
        state.going.delete(key);
        decidedHere.delete(key);
      }
    soon();
  };
  /** On to the next row that stays, before the one that has the focus goes. */
  const focusNext = (from: HTMLElement, going: readonly string[]) => {
    const all = rows();
    const at = all.indexOf(from);
    const next = [...all.slice(at + 1), ...all.slice(0, at).reverse()].find(
      (one) => !going.includes(one.dataset.key ?? "") && !state.going.has(one.dataset.key ?? ""),
    );
    if (next) setCurrent(next);
    else host.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  };
  const setCurrent = (row: HTMLElement) => {
    state.current = row.dataset.key ?? null;
    row.tabIndex = 0;
    row.focus();
  };
  const carryRows = (all: readonly Row[], where: Where) =>
    busy(all, where.address, () => carry(app, all, where));

  const acts: Acts = {
    fold: (on) => {
      localStorage.setItem(`tablee-tray-${state.canvas}`, on ? "folded" : "open");
      if (PHONE.matches) document.querySelector<HTMLElement>("[data-tab=zones]")?.click();
      draw();
      (on ? host.querySelector<HTMLElement>(".trayedge") : host.querySelector<HTMLElement>("h2"))?.focus();
    },
    show: (canvas) => {
      if (!PHONE.matches) localStorage.setItem(`tablee-tray-${canvas}`, "open"); // who asks for it wants to see it
      app.show(canvas);
    },
    redraw: draw,
    carry: (row, address) => void carryRows([row], { canvas: canvasOf(address), address }),
    ask: (all) => openCarry(state, all, [state.canvas], (...asked) => void busy(...asked)),
    merge: (all, proposed) =>
      openMerge(
        state,
        all.slice(0, MOST_ORIGINS),
        state.canvas,
        (...asked) => void busy(...asked),
        proposed
          ? {
              label: t("Ne plus le proposer"),
              done: () => {
                state.unlike.add(
                  all
                    .map(({ key }) => key)
                    .sort()
                    .join(" "),
                );
                draw();
              },
            }
          : undefined,
      ),
    park: (all) => {
      const { canvas } = state;
      void busy(all, null, () => park(app, all, canvas, true));
    },
    reopen: (row, decision) => askReopen(row, decision, state.canvas),
    go: (_row, decision) => {
      const [note] = decision.notes;
      if (!note) return;
      if (PHONE.matches) document.querySelector<HTMLElement>("[data-tab=zones]")?.click();
      app.show(state.canvas);
      goToNote(app, note.id);
    },
    press: (row, at) => {
      state.current = row.key;
      if (state.observes) return;
      if (PHONE.matches) acts.menu(row, at);
      else hold.press(row);
    },
    menu: (row, at) => openMenu(at, t("Actions sur cette note"), menuOf(row, at)),
    tick: (row) => {
      const now = new Set(state.chosen);
      if (!now.delete(row.key)) now.add(row.key);
      state.choose(now);
      state.current = row.key;
      draw();
      app.announcer.say(tn("{n} note choisie.", "{n} notes choisies.", now.size));
    },
    askAgain: () => {
      state.askAgain();
      watchLate();
      draw();
    },
    wrapUp: () => {
      const step = app.workshop.agenda.steps.find(({ phase }) => phase === "synthesis");
      if (step)
        void command(app, { type: "step.go", step: step.id }).then((why) => {
          if (why !== null) app.notify(why, { about: "step" });
        });
    },
  };

  const menuOf = (row: Row, at: HTMLElement): MenuItem[] => {
    const all = state.targets(row.key);
    const one = all.length === 1;
    const items: (MenuItem | false)[] = [
      ...(one
        ? placesOf(row, state.canvas).map((address) => ({
            label: t("Reporter dans {zone}", { zone: zoneName(app, address) }),
            icon: "corner-down-left",
            done: () => acts.carry(row, address),
          }))
        : []),
      { label: t("Reporter dans…"), icon: "corner-up-right", key: "P", done: () => acts.ask(all) },
      all.length > 1 && { label: t("Fusionner…"), icon: "git-merge", done: () => acts.merge(all, false) },
      { label: t("Mettre de côté"), icon: "archive", done: () => acts.park(all) },
      {
        label: state.chosen.has(row.key) ? t("Ne plus choisir") : t("Choisir"),
        icon: "check",
        key: t("Espace"),
        done: () => acts.tick(row),
      },
      one && { label: t("Voir la note sur sa fiche"), icon: "arrow-right", done: () => goToSource(app, row) },
    ];
    const online = state.online ? items : items.slice(-1);
    return online.filter((item) => item !== false && at.isConnected) as MenuItem[];
  };

  const askReopen = (row: Row, decision: Decision, canvas: Canvas) => {
    if (decision.status === "parked") {
      void reopen(app, row, canvas, decision);
      return;
    }
    const others = [...state.decided(canvas).values()].filter((one) =>
      one.notes.some(({ id }) => decision.notes.some((note) => note.id === id)),
    ).length;
    openForm({
      title: t("Remettre à traiter ?"),
      body: [
        make(
          "p",
          {},
          tn(
            "La note quitte le canevas. Celle de la fiche revient dans « À reporter ».",
            "La note quitte le canevas. Les {n} notes de fiches qu'elle réunit reviennent dans « À reporter ».",
            others,
          ),
        ),
      ],
      stay: t("La laisser"),
      act: t("Remettre à traiter"),
      done: () => void reopen(app, row, canvas, decision),
    });
  };

  // -- keys -----------------------------------------------------------------------------------------
  const pressed = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && hold.leave()) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const item = target.closest<HTMLElement>("li.trow");
    const row = state.row(item?.dataset.key ?? "");
    const typing = target instanceof HTMLInputElement && target.type !== "checkbox";
    if (typing) return;
    const handled = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    if (event.key.toLowerCase() === "p" && singleKeys()) {
      const all = state.targets(row?.key ?? null);
      if (all.length === 0 || state.observes || !state.online) return;
      handled();
      acts.ask(all);
      return;
    }
    if (event.key === "Escape" && state.chosen.size > 0) {
      handled();
      state.choose([]);
      draw();
      return;
    }
    if (!item && event.key === "ArrowDown") {
      const first = rowOf(state.current) ?? rows()[0];
      if (!first) return;
      handled();
      setCurrent(first);
      return;
    }
    if (!item || !row) return;
    const all = rows();
    const at = all.indexOf(item);
    const step = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (step !== undefined) {
      handled();
      const next = all[Math.max(0, Math.min(all.length - 1, step))];
      if (!next) return;
      if (event.shiftKey && !state.observes) {
        state.choose([...state.chosen, row.key, next.dataset.key ?? ""]);
        app.announcer.say(tn("{n} note choisie.", "{n} notes choisies.", state.chosen.size));
      }
      setCurrent(next);
      draw();
      return;
    }
    if (target !== item || state.observes) return;
    if (event.key === "Enter" && state.online) {
      handled();
      const places = placesOf(row, state.canvas);
      if (places.length === 1) acts.carry(row, places[0] as string);
      else chooseZone(state, acts, row, item);
    } else if (event.key === " ") {
      handled();
      acts.tick(row);
    } else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
      handled();
      acts.menu(row, item);
    }
  };
  host.addEventListener("keydown", pressed);
  host.addEventListener("focusin", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("li.trow");
    if (!item || item.dataset.key === state.current) return;
    state.current = item.dataset.key ?? null;
    for (const row of rows()) row.tabIndex = row === item ? 0 : -1;
  });
  host.addEventListener("contextmenu", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("li.trow");
    const row = state.row(item?.dataset.key ?? "");
    if (!item || !row || state.observes) return;
    event.preventDefault();
    openMenu({ x: event.clientX, y: event.clientY }, t("Actions sur cette note"), menuOf(row, item));
  });

  // -- what happens ---------------------------------------------------------------------------------
  const watchLate = () => {
    clearTimeout(late);
    late = setTimeout(() => {
      state.late = state.harvest() === null;
      if (state.late) soon();
    }, LATE_MS);
  };
  const hold = attachHold(state, {
    redraw: soon,
    put: (keys, address) =>
      void carryRows(
        keys.flatMap((key) => state.row(key) ?? []),
        { canvas: canvasOf(address), address },
      ),
  });
  attachTrayDrag(state, host, hold);
  attachReported(state, view);
  attachUndo(app);
  app.onEvent("harvest", (event, room) => {
    state.take(room, event);
    state.late = false;
    soon();
  });
  state.onDecided = soon;
  let carried = "";
  app.on("presence", () => {
    const now = JSON.stringify([...state.carriers()]);
    if (now === carried) return;
    carried = now;
    soon();
  });
  const look = () => {
    state.ask();
    soon();
  };
  for (const what of ["board", "link", "joined", "workshop"]) app.on(what, look);
  app.on("board", () => {
    if (state.held.length > 0) state.share(null);
    state.held = [];
    state.choose([]);
  });
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    if (PHONE.matches) phoneTab.click();
    else acts.fold(false);
  });
  phoneTab.addEventListener("click", () => {
    draw();
    host.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  });
  for (const query of [PHONE, WIDE]) query.addEventListener("change", soon);
  look();
  watchLate();
}
