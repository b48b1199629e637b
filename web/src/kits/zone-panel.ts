// Everything of one zone: its words, its place in numbers, what it accepts, what it feeds, its axes.

import { html, nothing } from "lit";
import { KINDS, kindName } from "../model/kinds";
import { t, typo } from "../ui/i18n";
import type { Editor } from "./editor";
import { act, bothLanguages, check, choice, number, tool } from "./fields";
import {
  type AxisPart,
  type Box,
  boardOf,
  canRemove,
  changed,
  isSheet,
  mirrorOf,
  moved,
  pageOf,
  placed,
  SMALLEST_MM,
  type ZonePart,
  zoneOf,
} from "./kit";
import { boardName, titled, zoneName } from "./words";

const TITLE_CHARS = 45;
const PROMPT_CHARS = 110;
const AXIS_CHARS = 30;
const CANVASES = ["governance", "economic"];

export interface ZoneActs {
  add(): void;
  duplicate(): void;
  remove(): void;
  go(board: string, zone: string): void;
  /** Back to the zone on the page. */
  back(): void;
}

export function zonePanel(editor: Editor, board: string, zone: ZonePart, acts: ZoneActs) {
  const { kit } = editor;
  const edit = (key: string, change: (zone: ZonePart) => void) =>
    editor.take(
      changed(editor.kit, (copy) => {
        const there = zoneOf(copy, board, zone.id);
        if (there !== null) change(there);
      }),
      key && `${key}:${board}.${zone.id}`,
    );
  const wrong = new Set(
    editor.checked.faults
      .filter((f) => f.board === board && f.zone === zone.id && f.level === "error")
      .map((f) => f.part ?? ""),
  );
  const zones = boardOf(kit, board)?.zones ?? [];
  const mirror = mirrorOf(kit, board, zone);
  return html`<section class="card kpanel" aria-labelledby="kpanel-title" data-panel=${zone.id}
    @keydown=${(event: KeyboardEvent) => event.key === "Escape" && acts.back()}>
    <div class="row head"><h2 class="grow" id="kpanel-title" tabindex="-1">${zone.n}. ${titled(zone.titles)}</h2>
      ${tool(t("Plus tôt dans l'ordre"), "arrow-up", () => editor.take(moved(editor.kit, board, zone.id, -1)), zone.n === 1)}
      ${tool(t("Plus tard dans l'ordre"), "arrow-down", () => editor.take(moved(editor.kit, board, zone.id, 1)), zone.n === zones.length)}</div>
    ${bothLanguages(
      t("Titre"),
      zone.titles,
      kit.lang,
      TITLE_CHARS,
      "title",
      (code, text) =>
        edit(`title.${code}`, (one) => {
          one.titles[code] = text;
        }),
      wrong,
    )}
    ${bothLanguages(
      t("Consigne"),
      zone.prompts,
      kit.lang,
      PROMPT_CHARS,
      "prompt",
      (code, text) =>
        edit(`prompt.${code}`, (one) => {
          one.prompts[code] = text;
        }),
      wrong,
      4,
    )}
    ${placeFields(editor, board, zone)}
    ${
      mirror === null
        ? nothing
        : html`<p class="soft">${typo(t("En miroir : {board}, « {zone} ». Les deux zones gardent la même place.", { board: boardName(mirror[0]), zone: titled(mirror[1].titles) }))}
      ${act(t("Aller à cette zone"), "arrow-right", () => acts.go(mirror[0], mirror[1].id), false, "ghost")}</p>`
    }
    <details class="kpart" open><summary>${t("Notes acceptées")}</summary>
      ${choice(
        t("Sorte proposée d'abord"),
        zone.kinds[0] ?? "",
        zone.kinds.map((kind) => [kind, kindName(kind)] as const),
        (kind) =>
          edit("", (one) => {
            one.kinds = [kind, ...one.kinds.filter((other) => other !== kind)];
          }),
      )}
      <div class="ticks">${Object.keys(KINDS).map((kind) =>
        check(kindName(kind), zone.kinds.includes(kind), (on) =>
          edit("", (one) => {
            one.kinds = on ? [...one.kinds, kind] : one.kinds.filter((other) => other !== kind);
          }),
        ),
      )}</div></details>
    ${isSheet(board) ? routes(editor, board, zone) : sources(editor, board, zone)}
    ${zone.axes === null ? nothing : html`${axis(editor, "x", zone.axes.x, edit)}${axis(editor, "y", zone.axes.y, edit)}`}
    <div class="row acts">
      ${act(t("Ajouter une zone"), "plus", acts.add)}
      ${act(t("Dupliquer"), "copy-plus", acts.duplicate)}
      ${act(t("Retirer"), "trash", acts.remove, !canRemove(board, zone), "ghost")}</div>
  </section>`;
}

function placeFields(editor: Editor, board: string, zone: ZonePart) {
  const page = pageOf(board);
  const put = (at: number, value: number) => {
    const box = [...zone.box] as Box;
    box[at] = value;
    editor.take(placed(editor.kit, board, zone.id, box), `box:${board}.${zone.id}`);
  };
  const [x, y, width, height] = zone.box;
  return html`<fieldset class="numbers"><legend>${t("Place sur la page, en mm")}</legend>
    ${number(t("Gauche"), x, [0, page.width - SMALLEST_MM], "box.0", (value) => put(0, value), 0.5)}
    ${number(t("Haut"), y, [page.top, page.bottom - SMALLEST_MM], "box.1", (value) => put(1, value), 0.5)}
    ${number(t("Largeur"), width, [SMALLEST_MM, page.width], "box.2", (value) => put(2, value), 0.5)}
    ${number(t("Hauteur"), height, [SMALLEST_MM, page.bottom - page.top], "box.3", (value) => put(3, value), 0.5)}</fieldset>`;
}

/** What a zone of a sheet feeds. */
function routes(editor: Editor, board: string, zone: ZonePart) {
  const canvases = editor.kit.templates.filter((one) => CANVASES.includes(one.id));
  if (canvases.length === 0) return nothing;
  const set = (address: string, on: boolean) =>
    editor.take(
      changed(editor.kit, (copy) => {
        const there = zoneOf(copy, board, zone.id);
        if (there) there.to = on ? [...there.to, address] : there.to.filter((one) => one !== address);
      }),
    );
  return html`<details class="kpart"><summary>${t("Nourrit")} <span class="soft">${zone.to.map((one) => zoneName(editor.kit, one)).join(", ")}</span></summary>
    ${canvases.map(
      (canvas) =>
        html`<fieldset><legend>${boardName(canvas.id)}</legend><div class="ticks">${canvas.zones.map(
          (one) => {
            const address = `${canvas.id}.${one.id}`;
            return check(titled(one.titles), zone.to.includes(address), (on) => set(address, on));
          },
        )}</div></fieldset>`,
    )}</details>`;
}

/** Which zones of the sheets feed a zone of a canvas. */
function sources(editor: Editor, board: string, zone: ZonePart) {
  const address = `${board}.${zone.id}`;
  const found = editor.kit.templates.flatMap((one) =>
    one.zones.filter((other) => other.to.includes(address)).map((other) => [one.id, other] as const),
  );
  return html`<details class="kpart"><summary>${t("Nourrie par")} <span class="soft">${found.length}</span></summary>
    <ul class="klist">${found.map(
      ([where, one]) =>
        html`<li><button class="link" type="button" @click=${() => editor.open({ kind: "board", board: where }, one.id)}>${boardName(where)}, ${titled(one.titles)}</button></li>`,
    )}</ul>${found.length === 0 ? html`<p class="soft">${t("Aucune zone de fiche.")}</p>` : nothing}</details>`;
}

function axis(
  editor: Editor,
  name: "x" | "y",
  part: AxisPart | undefined,
  edit: (key: string, change: (zone: ZonePart) => void) => void,
) {
  if (!part) return nothing;
  const { lang } = editor.kit;
  const of = (one: ZonePart) => one.axes?.[name] as AxisPart;
  return html`<details class="kpart"><summary>${name === "x" ? t("Axe horizontal") : t("Axe vertical")} <span class="soft">${titled(part.titles)}</span></summary>
    ${bothLanguages(t("Nom de l'axe"), part.titles, lang, AXIS_CHARS, `axes.${name}.title`, (code, text) =>
      edit(`axes.${name}.${code}`, (one) => {
        of(one).titles[code] = text;
      }),
    )}
    ${part.ticks.map((tick, at) => {
      const ends = at === 0 || at === part.ticks.length - 1;
      const words = Object.fromEntries(lang.map((code) => [code, part.words[code]?.[at] ?? ""]));
      return html`<div class="tickrow">${
        ends
          ? html`<span class="soft tnum">${tick}</span>`
          : number(
              t("Repère"),
              tick,
              [0.01, 0.99],
              `axes.${name}.${at}`,
              (value) =>
                edit("", (one) => {
                  of(one).ticks[at] = value;
                }),
              0.01,
            )
      }
      ${bothLanguages(
        t("Repère {n}", { n: at + 1 }),
        words,
        lang,
        AXIS_CHARS,
        `axes.${name}.ticks.${at}`,
        (code, text) =>
          edit(`axes.${name}.${at}.${code}`, (one) => {
            const row = of(one).words[code];
            if (row) row[at] = text;
          }),
      )}
      ${
        ends
          ? nothing
          : tool(t("Retirer ce repère"), "x", () =>
              edit("", (one) => {
                of(one).ticks.splice(at, 1);
                for (const row of Object.values(of(one).words)) row.splice(at, 1);
              }),
            )
      }</div>`;
    })}
    ${act(t("Ajouter un repère"), "plus", () =>
      edit("", (one) => {
        const { ticks, words } = of(one);
        const before = ticks[ticks.length - 2] ?? 0;
        ticks.splice(ticks.length - 1, 0, Math.round((before + 1) * 50) / 100);
        for (const row of Object.values(words)) row.splice(row.length - 1, 0, "…");
      }),
    )}</details>`;
}
