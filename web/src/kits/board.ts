// The page of a board, where zones are moved and resized: with a pointer, or with the arrow keys.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { t, typo } from "../ui/i18n";
import { picture } from "../ui/picture";
import { styled } from "../ui/styled";
import type { Editor } from "./editor";
import { type BoardPart, type Box, boardOf, fitted, pageOf, placed, type ZonePart } from "./kit";
import { boardName, pictureOf, titled } from "./words";

const FAR_PX = 3;
const EDGES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"] as const;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface Drag {
  zone: string;
  box: Box;
}

export class BoardView {
  private drag: Drag | null = null;

  constructor(
    private readonly editor: Editor,
    private readonly say: (sentence: string) => void,
    private readonly remove: (zone: string) => void,
    private readonly enter: (zone: string) => void,
  ) {}

  draw(board: BoardPart) {
    const page = pageOf(board.id);
    const { editor } = this;
    const wrong = new Set(
      editor.checked.faults.filter((f) => f.board === board.id && f.level === "error").map((f) => f.zone),
    );
    const chosen = board.zones.find((zone) => zone.id === editor.zone) ?? null;
    const across = (mm: number) => `${(100 * mm) / page.width}%`;
    const down = (mm: number) => `${(100 * mm) / page.height}%`;
    const place = ([x, y, width, height]: Box) =>
      styled({ left: across(x), top: down(y), width: across(width), height: down(height) });
    const boxOf = (zone: ZonePart) => (this.drag?.zone === zone.id ? this.drag.box : zone.box);
    return html`<div class="kpage ${pictureOf(board.id)}" data-board=${board.id}
        ${styled({ "aspect-ratio": `${page.width} / ${page.height}` })}
        role="group" aria-label=${t("La page de {board}", { board: boardName(board.id) })}
        @pointerdown=${(event: PointerEvent) => this.press(event, board)}>
      <div class="kband" ${styled({ left: "2.7%", top: down(8), width: "94%", height: down(page.top - 8) })} aria-hidden="true"><b>${titled(board.titles)}</b></div>
      ${repeat(
        board.zones,
        (zone) => zone.id,
        (
          zone,
        ) => html`<button type="button" class=${`kzone${wrong.has(zone.id) ? " wrong" : ""}${this.drag?.zone === zone.id ? " dragged" : ""}`}
          data-zone=${zone.id} aria-pressed=${zone.id === editor.zone} aria-describedby="khelp"
          ${place(boxOf(zone))}
          @focus=${() => editor.choose(zone.id)} @click=${() => editor.choose(zone.id)}
          @keydown=${(event: KeyboardEvent) => this.key(event, board.id, zone)}>
          <span class="kname"><b>${zone.n}. ${titled(zone.titles)}</b>${wrong.has(zone.id) ? html`${picture("alert-triangle", 14)}<span class="sr">${t("à corriger")}</span>` : nothing}</span>
          <span class="kprompt">${titled(zone.prompts)}</span>
        </button>`,
      )}
      ${chosen === null ? nothing : html`<div class="kframe" ${place(boxOf(chosen))} aria-hidden="true">${EDGES.map((edge) => html`<span class="khandle" data-edge=${edge}></span>`)}</div>`}
    </div>
    <p class="hint" id="khelp">${typo(t("Entrée mène à ses champs, Échap en revient. Les flèches déplacent la zone de 1 mm ; avec Maj, elles changent sa taille. Suppr la retire."))}</p>`;
  }

  private key(event: KeyboardEvent, board: string, zone: ZonePart): void {
    const way = ARROWS[event.key];
    if (way) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const [x, y, width, height] = zone.box;
      const [dx, dy] = way;
      const box: Box = event.shiftKey ? [x, y, width + dx, height + dy] : [x + dx, y + dy, width, height];
      this.put(board, zone.id, box, `box:${board}.${zone.id}`);
      event.preventDefault();
    } else if (event.key === "Enter" || event.key === "F2") {
      this.enter(zone.id);
      event.preventDefault();
    } else if (event.key === "Delete") {
      this.remove(zone.id);
      event.preventDefault();
    }
  }

  private put(board: string, zone: string, box: Box, key = ""): void {
    const { editor } = this;
    editor.take(placed(editor.kit, board, zone, box), key);
    const [x, y, width, height] =
      boardOf(editor.kit, board)?.zones.find((one) => one.id === zone)?.box ?? box;
    this.say(
      t("À {x} mm du bord gauche et {y} mm du haut, {width} mm sur {height}", { x, y, width, height }),
    );
  }

  private press(event: PointerEvent, board: BoardPart): void {
    const target = event.target as Element;
    const edge = target.closest<HTMLElement>(".khandle")?.dataset.edge ?? null;
    const id = edge === null ? target.closest<HTMLElement>(".kzone")?.dataset.zone : this.editor.zone;
    const zone = board.zones.find((one) => one.id === id);
    if (!zone || event.button !== 0 || !event.isPrimary) return;
    // by touch, a first press chooses and lets the page scroll
    if (event.pointerType === "touch" && this.editor.zone !== zone.id) return;
    const sheet = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const mm = pageOf(board.id).width / sheet.width;
    const from = zone.box;
    const ended = new AbortController();
    const { signal } = ended;
    const stop = () => {
      ended.abort();
      this.drag = null;
      this.editor.tell();
    };
    addEventListener(
      "pointermove",
      (now) => {
        const [px, py] = [now.clientX - event.clientX, now.clientY - event.clientY];
        if (this.drag === null && Math.hypot(px, py) < FAR_PX) return;
        const [dx, dy] = [Math.round(px * mm), Math.round(py * mm)];
        this.drag = { zone: zone.id, box: fitted(board.id, pulled(from, edge, dx, dy)) };
        this.editor.zone = zone.id;
        this.editor.tell();
      },
      { signal },
    );
    addEventListener(
      "pointerup",
      () => {
        const box = this.drag?.box;
        stop();
        if (box) this.put(board.id, zone.id, box);
      },
      { signal },
    );
    addEventListener("pointercancel", stop, { signal });
    addEventListener("keydown", (pressed) => pressed.key === "Escape" && stop(), { signal });
    if (edge !== null) event.preventDefault();
  }
}

/** A box moved, or with one of its edges or corners pulled. */
function pulled([x, y, width, height]: Box, edge: string | null, dx: number, dy: number): Box {
  if (edge === null) return [x + dx, y + dy, width, height];
  const least = 20;
  const box: Box = [x, y, width, height];
  if (edge.includes("e")) box[2] = Math.max(least, width + dx);
  if (edge.includes("s")) box[3] = Math.max(least, height + dy);
  if (edge.includes("w")) {
    box[2] = Math.max(least, width - dx);
    box[0] = x + width - box[2];
  }
  if (edge.includes("n")) {
    box[3] = Math.max(least, height - dy);
    box[1] = y + height - box[3];
  }
  return box;
}
