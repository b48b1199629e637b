// The pages /gabarits and /gabarits/{kit}: the gallery, and the editor for who holds a kit's secret.

import { html, nothing, render } from "lit";
import { handed, question } from "../desk/parts";
import { attachDisplay } from "../pages/display";
import { setLanguage, t, tn, typo } from "../ui/i18n";
import { make, setSprite } from "../ui/icon";
import { picture } from "../ui/picture";
import { agendaPanel } from "./agenda";
import { BoardView } from "./board";
import { ask, Editor, type Fault, type KitData, Refused, type View } from "./editor";
import { act, bothLanguages, tool } from "./fields";
import { attachGallery, fail } from "./gallery";
import { type BoardPart, boardOf, changed, otherFace, withoutZone, withZone, zoneOf } from "./kit";
import { kitPanel } from "./kit-panel";
import { openPublish } from "./publish";
import { boardName, pictureOf, titled } from "./words";
import { zonePanel } from "./zone-panel";

const TITLE_CHARS = 80;
const SECRET = /^#([\w-]{20,100})$/;

async function start(): Promise<void> {
  const data = JSON.parse(document.getElementById("page-data")?.textContent ?? "{}") as KitData;
  setLanguage(data.language, data.messages);
  setSprite(document.documentElement.dataset.sprite ?? "");
  attachDisplay();
  const host = document.getElementById("kit");
  const secret = SECRET.exec(location.hash)?.[1];
  if (host && secret && !data.mine) {
    // a link with the secret: it becomes a cookie that no script reads, and the page is the editor then
    try {
      await enter(host.dataset.kit ?? "", secret);
      location.reload();
    } catch {
      fail(t("Ce lien de modification n'ouvre pas ce jeu."));
    }
  }
  if (host && data.mine) edit(host, new Editor(data), secret ? location.href : null);
  else attachGallery();
}

async function enter(kit: string, secret: string): Promise<void> {
  const answer = await fetch(`/api/kits/${kit}/enter`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
}

function edit(host: HTMLElement, editor: Editor, link: string | null): void {
  host.className = "keditor";
  host.replaceChildren();
  const part = make("div", { class: "kwork" });
  const said = make("p", { class: "sr", role: "status" });
  host.append(part, said);
  const say = (sentence: string) => {
    said.textContent = sentence;
  };
  for (const one of document.querySelectorAll<HTMLAnchorElement>(".langs a"))
    if (link !== null) one.hash = location.hash; // the same page in another language, with the same link

  const removeZone = (board: string, id: string) => {
    const zone = zoneOf(editor.kit, board, id);
    if (!zone) return;
    question(
      t("Retirer cette zone ?"),
      t(
        "« {zone} » part de la page, et de l'autre face si elle y a son miroir. Les notes des ateliers en cours ne changent pas.",
        { zone: titled(zone.titles) },
      ),
      t("Retirer la zone"),
      () => {
        editor.take(withoutZone(editor.kit, board, id));
        editor.choose(null);
        focusOn("#kpanel-title");
      },
    );
  };
  const addZone = (board: string, beside: string, alike: boolean) => {
    const [kit, id] = withZone(
      editor.kit,
      board,
      beside,
      editor.data.starters.zone,
      editor.data.starters.prompt,
      alike,
    );
    editor.take(kit);
    editor.choose(id);
    focusOn(`[data-panel="${id}"] input`);
    const face = otherFace(board);
    if (face !== null) say(t("Une zone en miroir est ajoutée aussi : {board}.", { board: boardName(face) }));
  };
  const focusOn = (selector: string) => host.querySelector<HTMLElement>(selector)?.focus();
  const enter = (zone: string) => {
    editor.choose(zone);
    focusOn(`[data-panel="${CSS.escape(zone)}"] [data-part]`);
  };
  const drawn = new BoardView(
    editor,
    say,
    (zone) => {
      if (editor.view.kind === "board") removeZone(editor.view.board, zone);
    },
    enter,
  );
  const go = (fault: Fault) => {
    if (fault.board) editor.open({ kind: "board", board: fault.board }, fault.zone);
    else if (fault.agenda) editor.open({ kind: "agenda", agenda: fault.agenda });
    else editor.open({ kind: "kit" });
    // the page has a title too: a part of a zone is looked for in its panel
    const panel = fault.zone ? host.querySelector(`[data-panel="${CSS.escape(fault.zone)}"]`) : host;
    const field = fault.part
      ? panel?.querySelector<HTMLElement>(`[data-part="${CSS.escape(fault.part)}"]`)
      : null;
    if (field) field.focus();
    else focusOn(fault.zone ? `[data-zone="${CSS.escape(fault.zone)}"]` : "#kpanel-title");
  };
  const removeKit = () =>
    question(
      t("Supprimer ce jeu ?"),
      t("Il disparaît de ce serveur. Les ateliers qui s'en servent gardent leur copie."),
      t("Supprimer le jeu"),
      async () => {
        try {
          await ask("DELETE", `/api/kits/${editor.data.id}`);
          location.assign("/gabarits");
        } catch (error) {
          refused(error);
        }
      },
    );
  const refused = (error: unknown) => {
    const away = t("Le serveur ne répond pas. Réessayez dans un instant.");
    editor.told = error instanceof Refused ? error.message : away;
    editor.tell();
  };
  const unpublish = async () => {
    try {
      await editor.ask("POST", "/unpublish");
      await editor.rejoin(); // also what others changed before it
      editor.told = t("Ce jeu n'est plus dans la galerie.");
      editor.tell();
    } catch (error) {
      refused(error);
    }
  };

  const board = (one: BoardPart) => {
    const zone = zoneOf(editor.kit, one.id, editor.zone);
    const acts = {
      add: () => zone && addZone(one.id, zone.id, false),
      duplicate: () => zone && addZone(one.id, zone.id, true),
      remove: () => zone && removeZone(one.id, zone.id),
      go: (where: string, id: string) => {
        editor.open({ kind: "board", board: where }, id);
        focusOn(`[data-panel="${CSS.escape(id)}"] input`);
      },
      back: () => zone && focusOn(`.kzone[data-zone="${CSS.escape(zone.id)}"]`),
    };
    return html`<div class="kboard"><div class="ksheet">
      ${bothLanguages(
        t("Titre de la page"),
        one.titles,
        editor.kit.lang,
        TITLE_CHARS,
        "title",
        (code, text) =>
          editor.take(
            changed(editor.kit, (copy) => {
              const there = boardOf(copy, one.id);
              if (there) there.titles[code] = text;
            }),
            `page.${one.id}.${code}`,
          ),
      )}
      ${drawn.draw(one)}${checks(editor, go)}</div>
      ${
        zone
          ? zonePanel(editor, one.id, zone, acts)
          : html`<section class="card kpanel"><h2 tabindex="-1" id="kpanel-title">${boardName(one.id)}</h2><p class="soft">${t("Choisissez une zone de la page pour la changer.")}</p>
        <ol class="klist">${one.zones.map((each) => html`<li><button class="link" type="button" @click=${() => enter(each.id)}>${titled(each.titles)}</button></li>`)}</ol></section>`
      }</div>`;
  };

  const body = () => {
    const { view, kit } = editor;
    const one = view.kind === "board" ? boardOf(kit, view.board) : null;
    if (one) return board(one);
    const agenda = view.kind === "agenda" ? kit.agendas.find((each) => each.id === view.agenda) : null;
    return agenda ? agendaPanel(editor, agenda) : kitPanel(editor, link, removeKit);
  };

  const paint = () => {
    const errors = editor.checked.faults.filter((fault) => fault.level === "error");
    render(
      html`${head(
        editor,
        errors.length,
        (words) => {
          editor.told = words;
          editor.tell();
        },
        unpublish,
      )}
      ${editor.notice === null ? nothing : html`<p class="alert danger" role="alert">${picture("alert-triangle", 20)}<span>${typo(editor.notice)}</span></p>`}
      ${editor.told === "" || editor.notice !== null ? nothing : html`<p class="alert info" role="status">${picture("info", 20)}<span>${typo(editor.told)}</span></p>`}
      ${link === null || editor.told !== "" || editor.notice !== null ? nothing : html`<div class="alert info" data-link>${picture("info", 20)}<div class="grow">${handed(t("Gardez cette adresse : c'est votre lien de modification, secret."), link)}</div></div>`}
      <div class="kcolumns">${chapters(editor)}<div class="kbody">${body()}${editor.view.kind === "board" ? nothing : checks(editor, go)}</div></div>`,
      part,
    );
    const crumb = document.getElementById("crumb");
    if (crumb) crumb.textContent = titled(editor.kit.titles);
    drawSaved(editor);
  };
  editor.onChange(paint);
  paint();
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    // what is typed is undone by the browser, in its field
    if ((event.target as Element).matches("textarea, input:not([type=checkbox])")) return;
    if (event.shiftKey) editor.redo();
    else editor.undo();
    event.preventDefault();
  });
}

function head(editor: Editor, errors: number, told: (words: string) => void, unpublish: () => void) {
  const { kit, checked, published } = editor;
  const whenSaved = async (done: () => void) => {
    if (await editor.save()) done();
    else told(editor.notice ?? t("Le serveur ne répond pas. Réessayez dans un instant."));
  };
  const publish = () => void whenSaved(() => openPublish(editor, told));
  // what is given or used is what the server has
  const follow = (event: MouseEvent) => {
    if (editor.saving === "saved") return;
    event.preventDefault();
    const { href } = event.currentTarget as HTMLAnchorElement;
    void whenSaved(() => location.assign(href));
  };
  const state = published
    ? t("publié en version {version}", { version: editor.publishedVersion ?? "" })
    : t("privé");
  return html`<header class="row khead"><div class="grow"><h1>${titled(kit.titles)}</h1>
      <p class="soft">${t("Version {version}", { version: checked.version })} · <span class="chip ${published ? "ok" : "info"}">${state}</span></p></div>
    ${tool(t("Annuler"), "undo", () => editor.undo(), !editor.canUndo)}${tool(t("Rétablir"), "redo", () => editor.redo(), !editor.canRedo)}
    <a class="btn" href=${`/api/kits/${editor.data.id}/kit.json`} download @click=${follow}>${picture("download", 17)}${t("Télécharger")}</a>
    ${errors > 0 ? nothing : html`<a class="btn" href=${`/creer?kit=${editor.data.id}`} @click=${follow}>${picture("door-open", 17)}${t("Utiliser pour un atelier")}</a>`}
    ${published ? act(t("Retirer de la galerie"), "eye-off", unpublish) : nothing}
    <button class="btn primary" type="button" ?disabled=${errors > 0} @click=${publish}>${picture("share-2", 17)}${published ? t("Publier à nouveau") : t("Publier")}</button></header>`;
}

function chapters(editor: Editor) {
  const wrong = new Set(
    editor.checked.faults
      .filter((fault) => fault.level === "error")
      .map((fault) => fault.board ?? fault.agenda ?? ""),
  );
  const entry = (view: View, words: string, icon: string, on: boolean, bad: boolean) =>
    html`<li><button type="button" class=${on ? "on" : ""} aria-current=${on ? "page" : nothing} @click=${() => editor.open(view)}>
      ${picture(icon, 17)}<span>${words}</span>${bad ? html`${picture("alert-triangle", 15)}<span class="sr">${t("à corriger")}</span>` : nothing}</button></li>`;
  const { view, kit } = editor;
  return html`<nav class="kchapters" aria-label=${t("Parties du jeu")}><ul>
    ${entry({ kind: "kit" }, t("Le jeu"), "square-stack", view.kind === "kit", wrong.has(""))}
    ${kit.templates.map((one) =>
      entry(
        { kind: "board", board: one.id },
        boardName(one.id),
        pictureOf(one.id),
        view.kind === "board" && view.board === one.id,
        wrong.has(one.id),
      ),
    )}
    ${kit.agendas.map((one) =>
      entry(
        { kind: "agenda", agenda: one.id },
        titled(one.titles),
        "list-ordered",
        view.kind === "agenda" && view.agenda === one.id,
        wrong.has(one.id),
      ),
    )}</ul></nav>`;
}

/** Everything that keeps the kit from being used, each with the way to it. */
function checks(editor: Editor, go: (fault: Fault) => void) {
  const { faults } = editor.checked;
  const errors = faults.filter((fault) => fault.level === "error");
  const words =
    errors.length > 0
      ? tn("{n} erreur à corriger avant de publier", "{n} erreurs à corriger avant de publier", errors.length)
      : t("Prêt à servir");
  return html`<section class="card kchecks" aria-labelledby="kchecks-title"><h2 id="kchecks-title">${picture(errors.length > 0 ? "alert-triangle" : "circle-check", 18)} <span role="status">${words}</span></h2>
    <ul>${faults.map(
      (fault) =>
        html`<li data-fault=${fault.key} data-level=${fault.level}><button class="link" type="button" @click=${() => go(fault)}>${fault.sentence}</button>${fault.level === "hint" ? html` <span class="chip">${t("conseil")}</span>` : nothing}</li>`,
    )}</ul></section>`;
}

function drawSaved(editor: Editor): void {
  const place = document.getElementById("saved");
  if (!place) return;
  const words = { saved: t("Enregistré"), saving: t("Enregistrement…"), failed: t("Pas enregistré") };
  place.dataset.state = editor.saving;
  if (place.textContent !== words[editor.saving]) place.textContent = words[editor.saving];
}

void start();
