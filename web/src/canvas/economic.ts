// The economic canvas: a lane per stakeholder, scales, costs and what is left to negotiate.

import { render } from "lit";
import type { Atelier, Boxes, ZonePart } from "../board/atelier";
import type { BoardView } from "../board/board-view";
import { singleKeys } from "../board/keys";
import { weightOf } from "../model/economy";
import { type Box, toPixels } from "../model/layout";
import type { Colour, Note, Zone } from "../model/page";
import { t, typo } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { MenuItem } from "../ui/menu";
import { Drawing } from "./economy/draw";
import { COLUMNS, cellBox, overBox, rowAt, shownIn, wrapped } from "./economy/grid";
import { askLane, attach, attachAll, stakeholderWord } from "./economy/stakeholder";
import { BOARD, Economics, isMirror, LANE_ZONES, mirrored } from "./economy/state";
import {
  balanceWords,
  commonsWords,
  costsTable,
  incomeTable,
  lanesTable,
  pooledWords,
  poolingWords,
  sideTable,
  stakeholdersTable,
  starterChips,
} from "./economy/twin";
import { askVerdict, Ballots, closePoll, openPoll } from "./economy/verdict";
import { commonsName, mixWords, verdictWords } from "./economy/words";

type Laid = Box & { colour?: Colour; look?: string };

const WEIGHED = ["brings", "receives"];
const MOST_WEIGHT = 3;
/** The commons in the middle: its title above, its sums below. */
const POT_EDGE = 9;
const POT_SUMS = 118;
const POT_FRAME = 12;
/** A note in a lane that is as high shows three lines, a lower one two; under the second its foot is flat. */
const THREE_LINES = 69;
const FLAT = 54;
/** Size of the text of notes, and the least on a screen. */
const TEXT = 13;
const LEAST_TEXT = 12;
const LETTER = 0.5;
/** From here on texts are so much larger than the board that lanes have fewer columns. */
const FEW_COLUMNS = 1.1;

export function attachEconomic(app: Atelier, view: BoardView): void {
  const state = new Economics(app);
  const again = () => app.emit("economy");
  const drawing = new Drawing(state, view, new Ballots(app, again), stakeholderWord);

  // -- whose a note is ----------------------------------------------------------------------------

  const arrive = (zone: Zone, note: Note, place: [number, number] | undefined) => {
    const mine = app.data.person.stakeholder;
    if (place && state.drawn && app.focusedZone === null) {
      state.look();
      const { body, size } = app.layoutOf(zone);
      const row = rowAt(state.rows, toPixels(place, body, size).top + size.height / 2);
      // a new one below the lanes of those who are there is a lane of its own
      if (row !== undefined && !(zone.id === "stakeholders" && row.id === note.id)) attach(app, note, row.id);
    } else if (place === undefined && zone.id !== "stakeholders" && state.lane(mine)) {
      if (state.of(note) === null) attach(app, note, mine);
    }
  };

  /** Up and down from lane to lane, in the order of the rows. */
  const nudge = (_zone: Zone, ids: readonly string[], _dx: number, dy: number): boolean => {
    if (!state.drawn || app.focusedZone !== null) return false;
    const notes = ids.map((id) => app.note(id)).filter((note): note is Note => note !== null);
    const [first] = notes;
    if (!first || dy === 0) return true;
    const at = state.lanes.findIndex(({ id }) => id === state.of(first));
    const lane = state.lanes[at < 0 ? (dy < 0 ? state.lanes.length - 1 : 0) : at + Math.sign(dy)];
    if (lane) attachAll(state, notes, lane.id);
    return true;
  };

  // -- where notes lie ----------------------------------------------------------------------------

  const widthOf = (zone: Zone) => app.template.screen?.zones[zone.id]?.[2] ?? 0;

  const inLanes = (zone: Zone, focused: boolean): Boxes | null => {
    if (!state.drawn || focused) return null;
    state.look();
    const of = new Map<string, Laid>();
    let more = 0;
    const width = widthOf(zone);
    for (const row of state.rows) {
      const notes = state.within(zone.id, row.id);
      const lane = state.lane(row.id);
      const colour = lane ? { colour: lane.colour } : {};
      const shown = WEIGHED.includes(zone.id) ? shownIn(row, notes.length) : 0;
      for (const [at, note] of notes.slice(0, shown).entries()) {
        const cell = cellBox(row, width, at, notes.length);
        const look = cell.height < FLAT ? "lane flat" : cell.height < THREE_LINES ? "lane low" : "lane";
        of.set(note.id, { ...cell, ...colour, look });
      }
      if (zone.id === "stakeholders" && lane?.actor)
        of.set(lane.actor.id, { left: 0, top: row.top, width, height: row.height, ...colour, look: "head" });
      const behind = zone.id === "stakeholders" ? state.saidIn(row.id) : notes.slice(shown);
      more += behind.length;
      for (const note of behind)
        if (note.id === app.editing || note.id === app.selected)
          of.set(note.id, { ...overBox(row, width), ...colour, look: "lane" });
    }
    return { of, more };
  };

  /** Resources under the title of the commons, as many as there is room for. */
  const inPot = (zone: Zone, notes: readonly Note[], focused: boolean): Boxes | null => {
    if (!state.drawn || focused) return null;
    const of = new Map<string, Laid>();
    const width = widthOf(zone) - 2 * POT_EDGE;
    const name = commonsName(app.workshop);
    const height = (state.rows.at(-1)?.top ?? 0) + (state.rows.at(-1)?.height ?? 0);
    const full = Math.max((app.template.screen?.zones[zone.id]?.[3] ?? 0) + state.grown, height);
    let top = 26 + 20 + Math.ceil(name.length / 11) * 22;
    const text = TEXT * larger;
    const letters = Math.floor((width - POT_FRAME) / (text * LETTER));
    for (const note of notes) {
      const lines = Math.min(3, wrapped(note.text, letters));
      const high = POT_FRAME + Math.ceil(text * 1.22 * lines);
      if (top + high > full - POT_SUMS * (1 + (larger - 1) / 3)) break;
      of.set(note.id, { left: POT_EDGE, top, width, height: high, look: "pot" });
      top += high + 6;
    }
    return { of, more: notes.length - of.size };
  };

  /** How much larger texts are than the board, so that they can be read when it is shown small. */
  let larger = 1;
  app.on("scaled", () => {
    const scale = Number(view.sheet.style.getPropertyValue("--scale")) || 1;
    const now = Math.max(1, LEAST_TEXT / (TEXT * scale));
    if (Math.abs(now - larger) < 0.02) return;
    larger = now;
    state.columns = larger > FEW_COLUMNS ? COLUMNS - 1 : COLUMNS;
    soon();
    if (app.board === BOARD && app.view === "board") view.refill();
  });

  const behind = (notes: readonly Note[]): Boxes => ({ of: new Map(), more: notes.length });

  // -- the zones ----------------------------------------------------------------------------------

  const parts: Record<string, ZonePart> = {
    stakeholders: {
      board: (host, _zone, _notes, focused) => lanes(host, focused, () => drawing.heads(host)),
      boxes: (zone, _notes, focused) => inLanes(zone, focused),
      list: () => twin(() => stakeholdersTable(drawing)),
    },
    commons: {
      board: (host, _zone, _notes, focused) => lanes(host, focused, () => drawing.commons(host)),
      boxes: inPot,
      list: () => twin(() => commonsWords(state)),
    },
    viability: {
      board: (host, _zone, _notes, focused) => {
        const shown = lanes(host, focused, () => drawing.balances(host));
        if (!host.classList.contains("lanes")) drawing.answer(host);
        return shown;
      },
      acts: () => {
        state.look();
        return state.lanes.flatMap((lane) => {
          const asked = drawing.asks(lane);
          return asked ? [{ label: asked.label, icon: "scale", done: asked.ask }] : [];
        });
      },
      boxes: (zone, _notes, focused) => inLanes(zone, focused),
      list: () => twin(() => lanesTable(drawing)),
    },
    costs: {
      board: (host, _zone, _notes, focused) =>
        figures(host, focused || !hasCosts(), () => drawing.costs(host)),
      boxes: (_zone, notes, focused) => (state.drawn && !focused && hasCosts() ? behind(notes) : null),
      list: () => twin(() => costsTable(state)),
    },
    pooling: {
      board: (host, _zone, _notes, focused) =>
        figures(host, focused, () => drawing.figure(host, pooledWords(state))),
      list: () => twin(() => poolingWords(state)),
    },
    income: {
      board: (host, _zone, _notes, focused) => {
        state.look();
        render(focused ? starterChips(state) : "", host);
        return false;
      },
      list: () => twin(() => incomeTable(state)),
    },
    balance: {
      board: (host, _zone, _notes, focused) => figures(host, focused, () => drawing.balance(host)),
      boxes: (_zone, notes, focused) => (state.drawn && !focused ? behind(notes) : null),
      list: () => twin(() => balanceWords(state)),
    },
  };
  for (const zone of WEIGHED)
    parts[zone] = {
      board: (host, at, _notes, focused) => lanes(host, focused, () => drawing.cells(host, at, widthOf(at))),
      boxes: (at, _notes, focused) => inLanes(at, focused),
      list: () => twin(() => sideTable(state, zone as "brings" | "receives")),
    };
  for (const zone of LANE_ZONES) Object.assign(parts[zone] as ZonePart, { arrive, nudge });
  const short: Record<string, () => string> = {
    income: () => t("Revenus"),
    actions: () => t("Engagements"),
    indicators: () => t("Indicateurs éco."),
  };
  for (const [zone, words] of Object.entries(short)) {
    const part = parts[zone];
    parts[zone] = {
      ...part,
      board: (host, at, notes, focused) => {
        const title = host.parentElement?.querySelector("h2");
        if (title) title.textContent = state.drawn && !focused ? words() : typo(at.title);
        return part?.board(host, at, notes, focused) ?? false;
      },
    };
  }
  for (const [zone, part] of Object.entries(parts)) app.zoneParts.set(`${BOARD}.${zone}`, part);

  /** Draw over the whole zone, as long as lanes are drawn; the usual notes lie above. */
  function lanes(host: HTMLElement, focused: boolean, draw: () => void): boolean {
    host.classList.toggle("lanes", state.drawn && !focused);
    if (!state.drawn || focused) render("", host);
    else {
      state.look();
      draw();
    }
    return false;
  }
  function figures(host: HTMLElement, plain: boolean, draw: () => void): boolean {
    host.classList.toggle("figures", state.drawn && !plain);
    if (!state.drawn || plain) render("", host);
    else {
      state.look();
      draw();
    }
    return false;
  }
  function twin(draw: () => unknown): unknown {
    state.look();
    return draw();
  }
  function hasCosts(): boolean {
    state.look();
    return state.sums.tasks.some(({ needed }) => needed.fte + needed.euros > 0);
  }

  // -- weights ------------------------------------------------------------------------------------

  const isWeighed = (note: Note) => note.board === BOARD && WEIGHED.includes(note.zone);
  const weigh = (notes: readonly Note[], weight: number) => {
    const free = notes.filter((note) => isWeighed(note) && app.mayChange(note));
    if (free.length === 0) return;
    app.document?.together(() => {
      for (const { id } of free) app.document?.setFields(id, { weight });
    });
    app.announcer.say(t("Poids {n} sur {of}.", { n: weight, of: MOST_WEIGHT }));
  };
  app.noteMarks.push((note) => {
    if (!isWeighed(note)) return null;
    const weight = weightOf(note);
    const label = t("Poids {n} sur {of}, changer", { n: weight, of: MOST_WEIGHT });
    const dots = Array.from({ length: MOST_WEIGHT }, (_, at) => make("i", at < weight ? { class: "f" } : {}));
    return make(
      "button",
      { type: "button", class: "pips", tabindex: -1, "aria-label": label, title: label },
      ...dots,
    );
  });
  // the note that repeats a verdict says whose it is, and what it is when its text is the reason
  const verdictOf = (note: Note): string | null => {
    if (note.board !== BOARD || !isMirror(note)) return null;
    const lane = state.lane(mirrored(note));
    if (!lane) return null;
    const words = verdictWords(state.balances.get(lane.id)?.verdict);
    return note.text.startsWith(words)
      ? lane.name
      : t("{name} : {verdict}", { name: lane.name, verdict: words });
  };
  app.noteMarks.push((note) => {
    const words = verdictOf(note);
    return words === null ? null : make("span", { class: "vmark" }, typo(words));
  });
  app.noteWords.push(verdictOf);
  app.noteWords.push((note) => {
    if (note.board !== BOARD) return null;
    const lane = state.here ? state.lane(state.of(note))?.name : undefined;
    if (!isWeighed(note)) return null;
    const weight = t("poids {n} sur {of}", { n: weightOf(note), of: MOST_WEIGHT });
    return lane === undefined ? `${t("sans partie prenante")}. ${weight}` : `${lane}. ${weight}`;
  });
  document.addEventListener(
    "click",
    (event) => {
      const pips = (event.target as Element).closest?.(".pips");
      const item = pips?.closest<HTMLElement>("[data-id]");
      const note = app.note(item?.dataset.id ?? null);
      if (!pips || !note) return;
      event.stopPropagation();
      weigh([note], (weightOf(note) % MOST_WEIGHT) + 1);
      item?.focus({ preventScroll: true });
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || !singleKeys()) return;
    if (target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const id = target.closest<HTMLElement>("li.note[data-id], li.ln[data-id]")?.dataset.id;
    const digit = /^Digit([123])$/.exec(event.code)?.[1];
    if (id === undefined || digit === undefined || event.shiftKey || app.board !== BOARD) return;
    event.preventDefault();
    weigh(
      app
        .targets(id)
        .map((one) => app.note(one))
        .filter((note) => note !== null),
      Number(digit),
    );
  });

  app.noteActs.push((note) => {
    if (note.board !== BOARD || !(LANE_ZONES as readonly string[]).includes(note.zone)) return [];
    if (isMirror(note) || state.lane(note.id)) return [];
    const acts: MenuItem[] = [
      { label: t("Attribuer à…"), icon: "building-2", done: () => askLane(state, [note]) },
    ];
    if (isWeighed(note))
      for (const weight of [1, 2, 3])
        acts.push({
          label: t("Poids {n} sur {of}", { n: weight, of: MOST_WEIGHT }),
          icon: "scale",
          key: String(weight),
          done: () => weigh([note], weight),
        });
    return acts;
  });

  // -- the head of the board ------------------------------------------------------------------------

  app.headTools.push(() => {
    if (app.board !== BOARD) return null;
    const tools = make("div", { class: "ecotools" });
    if (!app.leads) {
      const pips = make("span", { class: "pips", "aria-hidden": "true" });
      pips.append(make("i", { class: "f" }), make("i", { class: "f" }), make("i"));
      tools.append(make("span", { class: "soft" }, pips, t("poids choisi ensemble")));
    }
    state.look();
    const mix = mixWords(state.lanes);
    if (mix) {
      const chip = make("span", { class: "mix", role: "img", "aria-label": mix.long, title: mix.long });
      chip.append("3P ", make("b", {}, mix.short));
      tools.prepend(chip);
    }
    const poll = state.poll();
    if (app.leads && poll) {
      const { turnout, of } = drawing.ballots.turnout(poll);
      const show = make("button", { type: "button", class: "btn sm" }, t("Montrer les réponses"));
      show.addEventListener("click", () => void closePoll(app, poll));
      tools.append(
        make("span", { class: "soft" }, t("{turnout} sur {of} ont répondu", { turnout, of })),
        show,
      );
    } else if (app.leads) {
      const first = make(
        "button",
        { type: "button", class: "btn sm" },
        icon("lock", 16),
        t("Chacun répond d'abord pour soi"),
      );
      first.addEventListener("click", () => void openPoll(app));
      tools.append(first);
    }
    if (app.mayWrite && app.closed("stakeholders") === null && app.view === "board") {
      const add = make("button", { type: "button", class: "btn sm" }, icon("plus", 16), t("Partie prenante"));
      add.setAttribute("aria-label", t("Ajouter une partie prenante qui n'est pas dans la salle"));
      add.addEventListener("click", () => view.create("stakeholders"));
      tools.append(add);
    }
    return tools;
  });

  // -- following what changes -----------------------------------------------------------------------

  let watched: unknown = null;
  const watch = () => {
    const answers = app.document?.answers;
    if (!answers || answers === watched) return;
    watched = answers;
    answers.observeDeep(() => {
      if (app.document?.answers === answers) soon();
    });
  };
  let drawn = 0;
  let mixed: string | undefined;
  let frame = 0;
  const soon = () => {
    if (frame === 0 && app.board === BOARD)
      frame = requestAnimationFrame(() => {
        frame = 0;
        follow();
      });
  };
  const follow = () => {
    if (app.board !== BOARD) return;
    watch();
    const before = app.template.grown ?? 0;
    state.look();
    const changed = state.version !== drawn;
    drawn = state.version;
    app.template.grown = state.grown;
    if (app.view === "list") {
      if (changed) app.emit("votes");
    } else if (before !== state.grown) app.emit("resized");
    else if (changed && mixed !== mixWords(state.lanes)?.short) view.rename();
    else if (changed) view.refill();
    mixed = mixWords(state.lanes)?.short;
  };
  for (const what of ["notes", "workshop", "joined", "link"]) app.on(what, soon);
  app.on("board", follow);
  app.on("economy", () => {
    if (app.board !== BOARD) return;
    if (app.view === "board") view.rename();
    else app.emit("votes");
  });
  app.on("give-verdict", () => {
    const [poll, lane] = [state.poll(), state.lane(app.data.person.stakeholder)];
    if (poll && lane) askVerdict(state, drawing.ballots, lane, poll);
  });
  let polls = "";
  app.on("workshop", () => {
    const poll = state.poll()?.id ?? "";
    if (poll !== polls) again();
    polls = poll;
  });
}
