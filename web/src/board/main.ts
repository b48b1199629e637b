// The page /atelier/{id}: takes over what the server drew and connects it to the room.

import { attachConduct } from "../conduct/conduct";
import { movesOn } from "../conduct/moved";
import { ListView } from "../list/list-view";
import { setWide } from "../model/layout";
import { type PageData, roomKind, type Workshop } from "../model/page";
import { attachDisplay } from "../pages/display";
import { wordsOf } from "../sync/words";
import { Announcer } from "../ui/announce";
import { reasonOf } from "../ui/close-reason";
import { learn, setLanguage, t, tn } from "../ui/i18n";
import { setSprite } from "../ui/icon";
import { attachVote } from "../vote/attach";
import { mayUndo, redo, undo } from "./actions";
import { attachAround } from "./around";
import { Atelier, type View } from "./atelier";
import { BoardView } from "./board-view";
import { drawRail } from "./chrome";
import { attachClipboard } from "./clipboard";
import { askGroup } from "./cluster-dialog";
import { attachCopyNotes } from "./copy-notes";
import { attachDeleted } from "./deleted";
import { attachFaces } from "./faces";
import { attachKept } from "./kept";
import { attachKeys } from "./keys";
import { attachKinds } from "./kind-mark";
import { attachLater } from "./later";
import { attachLeave } from "./leave";
import { attachMarquee } from "./marquee";
import { attachMinimap } from "./minimap";
import { attachModeration } from "./moderation";
import { attachCreate } from "./note-create";
import { attachDrag } from "./note-drag";
import { editNote, type Leaving } from "./note-edit";
import { attachMenu } from "./note-menu";
import { attachPick } from "./note-pick";
import { drawNotice } from "./notice";
import { attachPan } from "./pan";
import { attachAside, drawPeople } from "./people";
import { drawPhases } from "./phases";
import { attachPresence } from "./presence";
import { attachPrint } from "./print";
import { attachSave } from "./save";
import { Search } from "./search";
import { drawShortcuts } from "./shortcuts";
import { attachSilent } from "./silent";
import { attachVersion } from "./version";
import { attachZoneMenu } from "./zone-menu";
import { refused } from "./zone-state";
import { Zoom } from "./zoom";

const PHONE = matchMedia("(max-width: 43.75em)");
/** Where canvases that have a grid for screens use it. */
const WIDE = matchMedia("(min-width: 75em)");

function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

async function start(): Promise<void> {
  const data = JSON.parse(byId("page-data").textContent ?? "{}") as PageData;
  setLanguage(data.language, {});
  // a page that stays French is better than none
  await learn(data.phrases?.first).catch(() => {});
  setSprite(document.documentElement.dataset.sprite ?? "");
  const announcer = new Announcer(byId("polite"), byId("assertive"));
  const remembered = localStorage.getItem("tablee-view") as View | null;
  setWide(WIDE.matches);
  const app = new Atelier(data, announcer, PHONE.matches ? "list" : (remembered ?? "board"));

  const boardHost = byId("board");
  const listHost = byId("list");
  const view = new BoardView(app, boardHost);
  const zoom = new Zoom(app, view, byId("zoom-label"));
  const list = new ListView(app, listHost, (id, host) => edit(id, host));

  // -- writing in notes -----------------------------------------------------------------------
  let leaveEditor: ((how: Leaving) => void) | null = null;
  const edit = (id: string, host: HTMLElement) => {
    leaveEditor?.("away");
    const note = app.note(id);
    if (!note || !app.mayChange(note)) {
      app.editing = null;
      if (note?.locked) announcer.say(t("Cette note est verrouillée."));
      else if (note) refused(app, note.zone, note.board);
      return;
    }
    app.editing = id;
    app.select(id);
    host.classList.add("writing");
    leaveEditor = editNote(app, id, host, (how) => {
      host.classList.remove("writing");
      leaveEditor = null;
      const zone = app.activeZone;
      if (app.editing === id) app.editing = null;
      view.touch([id]);
      app.emit("selection");
      if (how === "away") return; // the person is somewhere else already
      if (how === "next" && zone) create(zone);
      else focusNote(id);
    });
    if (leaveEditor === null) {
      host.classList.remove("writing");
      app.editing = null;
    }
  };
  const create = (zone: string) => {
    if (app.view === "board") view.create(zone);
    else if (!refused(app, zone)) list.compose(zone);
  };
  const focusNote = (id: string) => {
    const item = app.view === "board" ? view.item(id) : list.lineOf(id);
    const fallback = app.view === "board" ? view.section(app.activeZone ?? "") : null;
    (item ?? fallback)?.focus({ preventScroll: true });
  };
  app.on("edit", () => {
    const item = app.view === "board" ? view.item(app.editing) : list.text(app.editing);
    if (item && app.editing) edit(app.editing, item);
  });

  // -- drawing --------------------------------------------------------------------------------
  let shown = app.view;
  const drawAll = () => {
    leaveEditor?.("away");
    const { activeElement } = document;
    const inside = boardHost.contains(activeElement) || listHost.contains(activeElement);
    const control = heldControl(boardHost);
    document.body.dataset.view = app.view;
    boardHost.hidden = app.view !== "board";
    listHost.hidden = app.view !== "list";
    document.title = `${app.template.title} — ${app.workshop.title} — Tablée`;
    if (app.view === "board") {
      view.draw();
      zoom.open();
      if (control) boardHost.querySelector<HTMLElement>(control)?.focus({ preventScroll: true });
    } else list.draw();
    for (const link of document.querySelectorAll<HTMLAnchorElement>(".menu a[hreflang]"))
      link.search = `?${new URLSearchParams({ lang: link.lang, board: app.board })}`;
    rail();
    tabbar();
    history();
    if (shown === app.view) return;
    shown = app.view;
    // the note one was on has the focus in the other view, too
    if (app.selected !== null) focusNote(app.selected);
    else if (inside)
      (shown === "board" ? boardHost : listHost)
        .querySelector<HTMLElement>(".views .on")
        ?.focus({ preventScroll: true });
    if (app.selected !== null && shown === "list") list.reveal(app.selected);
  };
  const wide = () => {
    setWide(WIDE.matches);
    if (app.template.screen) app.emit("resized");
  };
  WIDE.addEventListener("change", () => {
    if (!matchMedia("print").matches) wide();
  });
  // browser zoom to 400 % leaves no room for a board: the list is what can be read without scrolling two ways
  PHONE.addEventListener("change", () => {
    app.view = PHONE.matches ? "list" : ((localStorage.getItem("tablee-view") as View | null) ?? "board");
    app.emit("board");
  });
  byId("rail").replaceChildren(); // what the server drew for readers without script
  const rail = () => drawRail(app, byId("rail"));
  const drawSave = attachSave(app, view, [...document.querySelectorAll<HTMLElement>("[data-save]")]);
  const save = () => {
    drawSave();
    document.body.classList.toggle("readonly", app.connection.joined && !app.mayWrite);
    const { closedFor } = app.connection;
    if (closedFor !== null && app.visiting === null && !told && !(moves && movesOn(app, closedFor, stays))) {
      told = true;
      leaveEditor?.("away");
      const door =
        closedFor === 4401 ? { address: `/a/${app.workshop.code}`, label: t("Reprendre place") } : null;
      app.notify(reasonOf(closedFor), {
        copies: app.rooms.flatMap((room) => (room.closedFor === null ? [] : room.unsent())).map(wordsOf),
        ...(door && { link: door }),
      });
    }
  };
  let told = false;
  /** Until the server has said that there is no other room to go to. */
  let moves = true;
  const stays = () => {
    moves = false;
    save();
  };
  const history = () => {
    byId<HTMLButtonElement>("undo").disabled = !mayUndo(app);
    byId<HTMLButtonElement>("redo").disabled = (app.document?.steps("redo") ?? 0) === 0;
  };
  const tabbar = () => {
    for (const button of document.querySelectorAll<HTMLElement>("[data-tab]")) {
      const panel = document.body.dataset.panel ?? "";
      const on = button.dataset.tab === (panel || (app.view === "list" ? "zones" : "board"));
      button.classList.toggle("on", on);
      button.setAttribute("aria-current", on ? "page" : "false");
    }
  };
  const selection = () => {
    for (const item of boardHost.querySelectorAll("li.note.sel")) item.classList.remove("sel");
    for (const id of app.targets()) view.item(id)?.classList.add("sel");
    for (const section of boardHost.querySelectorAll<HTMLElement>("section.zone"))
      section.classList.toggle("active", section.dataset.zone === app.activeZone);
    byId("tool-note").classList.toggle("on", app.tool === "note");
    byId("tool-note").setAttribute("aria-pressed", String(app.tool === "note"));
    byId<HTMLButtonElement>("tool-group").disabled = app.selected === null || !app.mayWrite;
    byId("tool-select").classList.toggle("on", app.tool === "select");
    byId("tool-select").setAttribute("aria-pressed", String(app.tool === "select"));
    byId("tool-move").classList.toggle("on", app.tool === "move");
    byId("tool-move").setAttribute("aria-pressed", String(app.tool === "move"));
    boardHost.classList.toggle("picking", app.picked.length > 0);
    for (const item of boardHost.querySelectorAll("li.note.picked")) item.classList.remove("picked");
    for (const id of app.picked) view.item(id)?.classList.add("picked");
    boardHost.dataset.tool = app.tool;
  };
  let railFrame = 0;
  const railSoon = () => {
    if (railFrame === 0)
      railFrame = requestAnimationFrame(() => {
        railFrame = 0;
        rail();
      });
  };

  app.onDocument = (document_) => {
    document_.observe((changes, mine, clients) => {
      app.tellChanges({ document: document_, changes, mine, clients });
      railSoon(); // it tells of the boards of both rooms
      if (document_ !== app.document) return;
      view.touch(changes.map((change) => change.id));
      if (app.view === "list") list.soon();
      app.emit("notes");
    });
    document_.onSteps(history);
  };
  app.on("history", history);
  attachAround(app);
  attachKinds(app);
  app.on("drafts", () => {
    if (app.view === "list") list.soon();
  });
  const leaveWriting = () => {
    const text = document.querySelector<HTMLTextAreaElement>("textarea.notefield")?.value ?? null;
    if (leaveEditor === null) return null;
    leaveEditor("away");
    return text;
  };
  attachKept(app, leaveWriting);
  attachModeration(app);
  attachConduct(app, leaveWriting);
  attachDeleted(app, leaveWriting);

  app.on("board", drawAll);
  attachSilent(app, view); // on the sections that were just drawn
  app.on("board", selection);
  app.on("selection", selection);
  app.on("link", save);
  app.on("joined", () => {
    if (app.view === "board") view.refill();
    else list.draw();
    rail();
    save();
  });
  const phases = () => drawPhases(app, byId("phases"));
  const people = () => drawPeople(app, byId("people"));
  const group = () => {
    const { groups } = app.workshop;
    const name = groups.find((one) => one.id === app.data.group)?.name ?? "";
    const all = groups.length > 1 && roomKind(app.board, app.workshop) === "plenary";
    const words = all
      ? tn("Plénière, {n} groupe", "Plénière, {n} groupes", groups.length)
      : t("Groupe {name}", { name });
    const place = document.querySelector(".who2 span")?.lastChild;
    if (place instanceof Text) place.data = ` ${words}`;
  };
  app.on("board", group);
  group();
  let drawn = signature(app.workshop);
  app.on("workshop", () => {
    railSoon();
    phases();
    group();
    if (byId("people").checkVisibility()) people();
    save();
    list.soon();
    const before = drawn;
    drawn = signature(app.workshop);
    if (app.view === "board" && drawn !== before) view.rename();
  });
  app.on("presence", () => list.presence());
  const notices = () => drawNotice(app, byId("notice"));
  app.on("notice", notices);
  notices(); // what an earlier page kept
  setInterval(save, 500);

  // -- gestures -------------------------------------------------------------------------------
  const scale = () => zoom.scale;
  attachCreate(app, view, scale);
  attachDrag(app, view, scale);
  attachPan(zoom);
  attachMinimap(app, zoom);
  attachMarquee(app, view, scale);
  attachClipboard(app);
  const pick = attachPick(app, view, scale);
  const zoneMenu = attachZoneMenu(app, view, create);
  const menu = attachMenu(app, view);
  zoom.onMoved(() => menu.follow());
  attachPresence(app, view, scale, byId("avatars"));
  attachFaces(app, view);
  boardHost.addEventListener("click", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("li.note");
    const id = item?.dataset.id ?? null;
    if (id !== null && id === app.editing) return;
    const target = event.target as Element;
    if (target.closest(".ctitle, .more, .tozone, .ghost, a")) return;
    if (target.closest(".unfold") && id !== null) {
      if (!app.unfolded.delete(id)) app.unfolded.add(id);
      view.touch([id]);
      return;
    }
    if (item && id !== null && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      app.toggle(id);
      app.sayChosen();
      if (app.targets().includes(id)) item.focus({ preventScroll: true });
      return;
    }
    if (item) item.focus({ preventScroll: true });
    if (id !== null && app.chosen.has(id)) app.choose([]);
    app.select(id);
  });
  boardHost.addEventListener("mousedown", (event) => {
    // the focus would leave the notes that are chosen; the click adds this one
    const adds = event.shiftKey || event.ctrlKey || event.metaKey;
    if (adds && (event.target as Element).closest("li.note")) event.preventDefault();
  });
  boardHost.addEventListener("dblclick", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("li.note");
    const id = item?.dataset.id;
    const note = app.note(id ?? null);
    if (item && id && note && app.mayChange(note) && app.editing !== id) edit(id, item);
  });
  boardHost.addEventListener("focusin", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("li.note");
    if (item?.dataset.id && event.target === item) app.select(item.dataset.id);
  });
  const search = new Search(app, view, (id) => (app.view === "board" ? view.item(id) : list.lineOf(id)));
  attachKeys(app, {
    create,
    search: () => search.open(),
    fit: () => zoom.fit(),
    actualSize: () => zoom.actualSize(),
    help: () => byId<HTMLDialogElement>("shortcuts").showModal(),
    menu: () => menu.focus(),
    zoneMenu,
    cancel: () => pick.cancel(),
  });

  // -- dock, zoom, menu, tabs -----------------------------------------------------------------
  byId("tool-note").addEventListener("click", (event) => {
    if (event.detail === 0 && app.activeZone !== null) {
      // pressed from the keyboard: there is no pointer to put the note with
      create(app.activeZone);
      return;
    }
    app.tool = app.tool === "note" ? "select" : "note";
    if (app.tool === "note") announcer.say(t("Touchez une zone pour y poser une note."));
    selection();
  });
  byId("tool-select").addEventListener("click", () => {
    if (!pick.cancel()) app.tool = "select";
    selection();
  });
  byId("tool-move").addEventListener("click", () => pick.toggle());
  byId("tool-group").addEventListener("click", () => askGroup(app, app.targets()));
  byId("undo").addEventListener("click", () => undo(app));
  byId("redo").addEventListener("click", () => redo(app));
  byId("zoom-out").addEventListener("click", () => zoom.out());
  byId("zoom-in").addEventListener("click", () => zoom.in());
  byId("zoom-fit").addEventListener("click", () => zoom.fit());
  const panel = (name: string | null) => {
    if (name === null) delete document.body.dataset.panel;
    else document.body.dataset.panel = name;
    tabbar();
  };
  for (const tab of document.querySelectorAll<HTMLElement>("[data-tab]"))
    tab.addEventListener("click", () => {
      const name = tab.dataset.tab;
      panel(name === "group" || name === "sheets" || name === "vote" || name === "tray" ? name : null);
      if (name === "group") people();
      if (name === "zones") app.setView("list");
      if (name === "board") app.setView("board");
    });
  attachAside(app, byId("people"), panel);
  attachVote(app, view, panel);
  byId("rail").addEventListener("click", (event) => {
    if ((event.target as Element).closest("button")) panel(null);
  });
  drawShortcuts(byId<HTMLDialogElement>("shortcuts"));
  document
    .getElementById("open-shortcuts")
    ?.addEventListener("click", () => byId<HTMLDialogElement>("shortcuts").showModal());
  attachLater(app, view);
  attachLeave(app);
  attachCopyNotes(app);
  attachVersion(app);

  attachDisplay();
  attachPrint(app);
  drawAll();
  phases();
  people();
  selection();
  save();
  document.body.dataset.ready = "true";
}

/** What of the workshop a board shows: not who is there or raises a hand, nor what stands above it. */
function signature(workshop: Workshop): string {
  const { revision, people, timer, groups, announcement, spotlight, summons, ready_check, ...rest } =
    workshop;
  const seen = people.map(({ id, name, role, colour, group, stakeholder }) => [
    id,
    name,
    role,
    colour,
    group,
    stakeholder,
  ]);
  return JSON.stringify([rest, seen, groups.map(({ timer: _, ...group }) => group)]);
}

/** The control of the board's head that has the focus, so that its successor gets it. */
function heldControl(host: HTMLElement): string | null {
  const held = document.activeElement;
  if (!held || !host.contains(held)) return null;
  if (held.closest(".corner")) return ".corner";
  for (const group of [".facesw", ".views", ".tabs"]) if (held.closest(group)) return `${group} .on`;
  return held.closest("section.zone") ? "section.zone" : null;
}

void start();
