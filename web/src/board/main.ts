// The page /atelier/{id}: takes over what the server drew and connects it to the room.

import { ListView } from "../list/list-view";
import type { PageData } from "../model/page";
import { attachDisplay } from "../pages/display";
import { reason } from "../sync/reasons";
import { Announcer } from "../ui/announce";
import { reasonOf } from "../ui/close-reason";
import { setLanguage, t, tn } from "../ui/i18n";
import { setSprite } from "../ui/icon";
import { redo, undo } from "./actions";
import { attachAround } from "./around";
import { Atelier, type View } from "./atelier";
import { BoardView } from "./board-view";
import { drawRail, drawSave, saveSentence } from "./chrome";
import { attachKeys } from "./keys";
import { attachCreate } from "./note-create";
import { attachDrag } from "./note-drag";
import { editNote, type Leaving } from "./note-edit";
import { attachMenu } from "./note-menu";
import { drawNotice } from "./notice";
import { drawPeople } from "./people";
import { drawPhases, drawTimer } from "./phases";
import { attachPresence } from "./presence";
import { drawShortcuts } from "./shortcuts";
import { Zoom } from "./zoom";

const PHONE = matchMedia("(max-width: 700px)");

function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function start(): void {
  const data = JSON.parse(byId("page-data").textContent ?? "{}") as PageData;
  setLanguage(data.language, data.messages);
  setSprite(document.documentElement.dataset.sprite ?? "");
  const announcer = new Announcer(byId("polite"), byId("assertive"));
  const remembered = localStorage.getItem("tablee-view") as View | null;
  const app = new Atelier(data, announcer, PHONE.matches ? "list" : (remembered ?? "board"));

  const boardHost = byId("board");
  const listHost = byId("list");
  const view = new BoardView(app, boardHost);
  const zoom = new Zoom(view, byId("zoom-label"), () =>
    PHONE.matches
      ? { x: 8, top: 8, bottom: 8 }
      : { x: 28, top: app.template.side === "je" ? 48 : 16, bottom: 84 },
  );
  const list = new ListView(app, listHost, (id, host) => edit(id, host));

  // -- writing in notes -----------------------------------------------------------------------
  let leaveEditor: ((how: Leaving) => void) | null = null;
  const edit = (id: string, host: HTMLElement) => {
    leaveEditor?.("away");
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
    else list.compose(zone);
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
  const drawAll = () => {
    leaveEditor?.("away");
    const control = heldControl(boardHost);
    document.body.dataset.view = app.view;
    boardHost.hidden = app.view !== "board";
    listHost.hidden = app.view !== "list";
    document.title = `${app.template.title} — ${app.workshop.title} — Tablée`;
    if (app.view === "board") {
      view.draw();
      zoom.fit();
      if (control) boardHost.querySelector<HTMLElement>(control)?.focus({ preventScroll: true });
    } else list.draw();
    for (const link of document.querySelectorAll<HTMLAnchorElement>(".menu a[hreflang]"))
      link.search = `?${new URLSearchParams({ lang: link.lang, board: app.board })}`;
    rail();
    tabbar();
    history();
  };
  byId("rail").replaceChildren(); // what the server drew for readers without script
  const rail = () => drawRail(app, byId("rail"));
  const save = () => {
    for (const host of document.querySelectorAll<HTMLElement>("[data-save]")) drawSave(app, host);
    boardHost.classList.toggle("offline", !app.connection.online);
    document.body.classList.toggle("readonly", app.connection.joined && !app.mayWrite);
    drawTimer(app, byId("timer"));
    const { online, closedFor, lostAt } = app.connection;
    const lost = !online && lostAt !== null;
    if (lost && !wasLost) announcer.interrupt(saveSentence(app).sentence);
    wasLost = lost;
    if (closedFor !== null && !told) {
      told = true;
      leaveEditor?.("away");
      const door =
        closedFor === 4401 ? { address: `/a/${app.workshop.code}`, label: t("Reprendre place") } : null;
      app.notify(reasonOf(closedFor), { copies: app.connection.waitingTexts(), ...(door && { link: door }) });
    }
  };
  let wasLost = false;
  let told = false;
  const history = () => {
    const manager = app.document?.undo;
    byId<HTMLButtonElement>("undo").disabled = (manager?.undoStack.length ?? 0) === 0;
    byId<HTMLButtonElement>("redo").disabled = (manager?.redoStack.length ?? 0) === 0;
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
    byId("tool-select").classList.toggle("on", app.tool === "select");
    byId("tool-select").setAttribute("aria-pressed", String(app.tool === "select"));
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
      if (document_ !== app.document) return;
      view.touch(changes.map((change) => change.id));
      if (app.view === "list") list.soon();
      railSoon();
      app.emit("notes");
    });
    for (const what of ["stack-item-added", "stack-item-popped", "stack-cleared"] as const)
      document_.undo.on(what, history);
  };
  attachAround(app);
  app.onReturned = (own, others) => {
    const parts = [t("De retour.")];
    if (own > 0) parts.push(tn("Votre note est arrivée.", "Vos {n} notes sont arrivées.", own));
    if (others > 0) parts.push(tn("{n} nouvelle autour de vous.", "{n} nouvelles autour de vous.", others));
    announcer.say(parts.join(" "));
    if (own > 0) app.notify(parts.join(" "), { good: true });
  };
  app.onRestarting = () => {
    const field = document.querySelector<HTMLTextAreaElement>("textarea.notefield");
    if (leaveEditor === null || field === null) return;
    // who is writing goes on in the notice, without losing a letter: they would become shortcuts
    const writing = field.value;
    leaveEditor("away");
    app.notify(t("Ce changement n'a pas été accepté. Votre texte est gardé ici."), { writing });
  };
  app.onRefused = (key, texts) => {
    // one refusal after the other: what the first kept stays until it is closed
    const writing = app.notice?.writing;
    const newer = writing === undefined ? texts : [...texts, writing];
    const copies = [...(app.notice?.copies ?? []), ...texts].filter(
      (one, at, all) =>
        all.indexOf(one) === at && !newer.some((text) => text !== one && text.startsWith(one)),
    );
    const kept =
      newer.length > 0
        ? t("Ce changement n'a pas été accepté. Votre texte est gardé ici.")
        : t("Ce changement n'a pas été accepté. Le support est revenu à ce que voit votre groupe.");
    app.notify(`${reason(key)} ${kept}`, {
      copies: copies.filter((one) => one !== writing),
      ...(writing === undefined ? {} : { writing }),
    });
  };

  app.on("board", drawAll);
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
  app.on("workshop", () => {
    rail();
    phases();
    people();
    save();
    if (app.view === "board") view.rename();
    else list.draw();
  });
  app.on("presence", () => {
    list.soon();
    if (document.body.dataset.panel === "group") people();
  });
  app.on("notice", () => drawNotice(app, byId("notice")));
  setInterval(save, 500);

  // -- gestures -------------------------------------------------------------------------------
  const scale = () => zoom.scale;
  attachCreate(app, view, scale);
  attachDrag(app, view, scale);
  const menu = attachMenu(app, view);
  attachPresence(app, view, scale, byId("avatars"));
  boardHost.addEventListener("click", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("li.note");
    const id = item?.dataset.id ?? null;
    if (id !== null && id === app.editing) return;
    if (item) item.focus({ preventScroll: true });
    app.select(id);
  });
  boardHost.addEventListener("dblclick", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("li.note");
    const id = item?.dataset.id;
    if (item && id && app.mayWrite && app.editing !== id) edit(id, item);
  });
  boardHost.addEventListener("focusin", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("li.note");
    if (item?.dataset.id && event.target === item) app.select(item.dataset.id);
  });
  attachKeys(app, {
    create,
    fit: () => zoom.fit(),
    actualSize: () => zoom.to(1),
    help: () => byId<HTMLDialogElement>("shortcuts").showModal(),
    menu: () => menu.focus(),
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
    app.tool = "select";
    selection();
  });
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
      panel(name === "group" || name === "sheets" ? name : null);
      if (name === "group") people();
      if (name === "zones") app.setView("list");
      if (name === "board") app.setView("board");
    });
  byId("rail").addEventListener("click", (event) => {
    if ((event.target as Element).closest("button")) panel(null);
  });
  drawShortcuts(byId<HTMLDialogElement>("shortcuts"));
  document
    .getElementById("open-shortcuts")
    ?.addEventListener("click", () => byId<HTMLDialogElement>("shortcuts").showModal());
  addEventListener("beforeunload", (event) => {
    if (app.connection.pending > 0 && !app.connection.online) event.preventDefault();
  });

  attachDisplay();
  drawAll();
  phases();
  people();
  selection();
  save();
  document.body.dataset.ready = "true";
}

/** The control of the board's head that has the focus, so that its successor gets it. */
function heldControl(host: HTMLElement): string | null {
  const held = document.activeElement;
  if (!held || !host.contains(held)) return null;
  if (held.closest(".corner")) return ".corner";
  for (const group of [".facesw", ".views", ".tabs"]) if (held.closest(group)) return `${group} .on`;
  return held.closest("section.zone") ? "section.zone" : null;
}

start();
