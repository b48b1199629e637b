// The page /atelier/{id}: takes over what the server drew and connects it to the room.

import { ListView } from "../list/list-view";
import type { PageData } from "../model/page";
import { Announcer } from "../ui/announce";
import { setLanguage, t, tn } from "../ui/i18n";
import { icon, make, setSprite } from "../ui/icon";
import { redo, undo } from "./actions";
import { Atelier, type View } from "./atelier";
import { BoardView } from "./board-view";
import { drawRail, drawSave } from "./chrome";
import { attachKeys, keyTable, singleKeys } from "./keys";
import { attachCreate } from "./note-create";
import { attachDrag } from "./note-drag";
import { editNote } from "./note-edit";
import { attachMenu } from "./note-menu";
import { attachPresence } from "./presence";
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
  let leaveEditor: (() => void) | null = null;
  const edit = (id: string, host: HTMLElement) => {
    leaveEditor?.();
    app.editing = id;
    app.select(id);
    host.classList.add("writing");
    const editor = editNote(app, id, host, (next) => {
      host.classList.remove("writing");
      leaveEditor = null;
      const zone = app.activeZone;
      if (app.editing === id) app.editing = null;
      app.emit("selection");
      if (next && zone) {
        if (app.view === "board") view.create(zone);
      } else view.item(id)?.focus({ preventScroll: true });
    });
    leaveEditor = editor?.leave ?? null;
    if (editor === null) {
      host.classList.remove("writing");
      app.editing = null;
    }
  };
  app.on("edit", () => {
    const item = view.item(app.editing);
    if (item && app.editing) edit(app.editing, item);
  });

  // -- drawing --------------------------------------------------------------------------------
  const drawAll = () => {
    leaveEditor?.();
    document.body.dataset.view = app.view;
    boardHost.hidden = app.view !== "board";
    listHost.hidden = app.view !== "list";
    document.title = `${app.template.title} — ${app.workshop.title} — Tablée`;
    if (app.view === "board") {
      view.draw();
      zoom.fit();
    } else list.draw();
    rail();
    tabbar();
    history();
  };
  byId("rail").replaceChildren(); // what the server drew for readers without script
  const rail = () => drawRail(app, byId("rail"));
  const save = () => {
    for (const host of document.querySelectorAll<HTMLElement>("[data-save]")) drawSave(app, host);
    boardHost.classList.toggle("offline", !app.connection.online);
  };
  const history = () => {
    const manager = app.document?.undo;
    byId<HTMLButtonElement>("undo").disabled = (manager?.undoStack.length ?? 0) === 0;
    byId<HTMLButtonElement>("redo").disabled = (manager?.redoStack.length ?? 0) === 0;
  };
  const tabbar = () => {
    for (const button of document.querySelectorAll<HTMLElement>("[data-tab]")) {
      const on = button.dataset.tab === (app.view === "list" ? "zones" : "board");
      button.classList.toggle("on", on);
      button.setAttribute("aria-current", on ? "page" : "false");
    }
  };
  const selection = () => {
    for (const item of boardHost.querySelectorAll("li.note.sel")) item.classList.remove("sel");
    view.item(app.selected)?.classList.add("sel");
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
    const known = new Map<string, string>();
    document_.observe((ids, mine) => {
      for (const id of ids) {
        const note = document_.note(id);
        const before = known.get(id);
        if (note) known.set(id, note.zone);
        else known.delete(id);
        if (!mine && app.connection.synced && (note?.board ?? app.board) === app.board) {
          const zone = app.zone(note?.zone ?? before ?? "");
          if (zone)
            announcer.remote(zone.title, note ? (before === undefined ? "added" : "changed") : "removed");
        }
      }
      if (document_ !== app.document) return;
      view.touch(ids);
      if (app.view === "list") list.soon();
      railSoon();
      app.emit("notes");
    });
    for (const what of ["stack-item-added", "stack-item-popped", "stack-cleared"] as const)
      document_.undo.on(what, history);
  };
  app.onReturned = (own, others) => {
    const parts = [t("De retour.")];
    if (own > 0) parts.push(tn("Votre note est arrivée.", "Vos {n} notes sont arrivées.", own));
    if (others > 0) parts.push(tn("{n} nouvelle autour de vous.", "{n} nouvelles autour de vous.", others));
    announcer.say(parts.join(" "));
    if (own > 0) app.notify(parts.join(" "));
  };
  app.onRefused = (_key, texts) => {
    app.notify(t("Ce changement n'a pas été accepté. Votre texte est gardé ici."), texts);
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
  app.on("workshop", () => {
    rail();
    if (app.view === "board") view.rename();
    else list.draw();
  });
  app.on("presence", () => list.soon());
  app.on("notice", () => drawNotice(app, byId("notice")));
  setInterval(save, 500);

  // -- gestures -------------------------------------------------------------------------------
  const scale = () => zoom.scale;
  attachCreate(app, view, scale);
  attachDrag(app, view, scale);
  attachMenu(app, view);
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
    create: (zone) => {
      if (app.view === "board") view.create(zone);
      else listHost.querySelector<HTMLInputElement>(`section[data-zone="${zone}"] input[name=text]`)?.focus();
    },
    fit: () => zoom.fit(),
    actualSize: () => zoom.to(1),
    help: () => byId<HTMLDialogElement>("shortcuts").showModal(),
  });

  // -- dock, zoom, menu, tabs -----------------------------------------------------------------
  byId("tool-note").addEventListener("click", () => {
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
  for (const tab of document.querySelectorAll<HTMLElement>("[data-tab]"))
    tab.addEventListener("click", () => {
      document.body.classList.toggle("show-group", tab.dataset.tab === "group");
      if (tab.dataset.tab === "zones") app.setView("list");
      if (tab.dataset.tab === "board") app.setView("board");
    });
  byId("rail").addEventListener("click", () => document.body.classList.remove("show-group"));
  drawShortcuts(byId<HTMLDialogElement>("shortcuts"));
  document
    .getElementById("open-shortcuts")
    ?.addEventListener("click", () => byId<HTMLDialogElement>("shortcuts").showModal());
  addEventListener("beforeunload", (event) => {
    if (app.connection.pending > 0 && !app.connection.online) event.preventDefault();
  });

  drawAll();
  selection();
  save();
  document.body.dataset.ready = "true";
}

function drawShortcuts(dialog: HTMLDialogElement): void {
  const rows = keyTable().map(([keys, what]) =>
    make("tr", {}, make("td", {}, make("kbd", { class: "kbd" }, keys)), make("td", {}, what)),
  );
  const toggle = make("input", { type: "checkbox", id: "single-keys" });
  toggle.checked = singleKeys();
  toggle.addEventListener("change", () =>
    localStorage.setItem("tablee-single-keys", toggle.checked ? "on" : "off"),
  );
  dialog.replaceChildren(
    make("h2", { id: "shortcuts-title" }, t("Raccourcis clavier")),
    make("label", { class: "row", for: "single-keys" }, toggle, t("Touches seules (N, M, R, L)")),
    make("table", {}, make("tbody", {}, ...rows)),
    make(
      "form",
      { method: "dialog", class: "row actions" },
      make("button", { class: "btn primary" }, t("Fermer")),
    ),
  );
  dialog.setAttribute("aria-labelledby", "shortcuts-title");
}

function drawNotice(app: Atelier, host: HTMLElement): void {
  host.hidden = app.notice === null;
  if (app.notice === null) return;
  const close = make(
    "button",
    { class: "btn xs icon ghost", type: "button", "aria-label": t("Fermer") },
    icon("x", 18),
  );
  close.addEventListener("click", () => {
    app.notice = null;
    app.emit("notice");
  });
  const texts = (app.notice.copies ?? []).map((text) => make("blockquote", {}, text));
  const parts: HTMLElement[] = [make("p", {}, app.notice.text), ...texts];
  if (texts.length) {
    const copy = make("button", { class: "btn sm", type: "button" }, icon("copy", 16), t("Copier"));
    copy.addEventListener("click", () =>
      navigator.clipboard.writeText((app.notice?.copies ?? []).join("\n\n")),
    );
    parts.push(copy);
  }
  host.replaceChildren(make("div", { class: "grow" }, ...parts), close);
}

start();
