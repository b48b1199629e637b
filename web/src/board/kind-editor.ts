// « Type de note… »: what kind of note it is and what its fields say, in one small dialog. Each field is saved
// by itself as it is filled, so two people filling two fields keep both.

import { html, nothing, render, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { fieldWords, noteName } from "../model/kind-words";
import { type Field, kindName, kindOf, kindsOf, presets } from "../model/kinds";
import type { Note } from "../model/page";
import { moveCaret, textDiff } from "../model/text-diff";
import type { BoardDocument } from "../sync/document";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import { redo, undo } from "./actions";
import type { Atelier } from "./atelier";
import { type Filling, fieldView, inField, parse, same } from "./kind-fields";

const PAUSE_MS = 700;

export function openKindEditor(app: Atelier, id: string): void {
  const [shared, note] = [app.document, app.note(id)];
  if (!shared || note === null) return;
  new KindEditor(app, shared, note).open();
}

class KindEditor implements Filling {
  private readonly dialog = make("dialog", { class: "dialog kinds", "aria-labelledby": "kind-title" });
  private readonly opener = document.activeElement;
  readonly id: string;
  private readonly board: string;
  readonly raw = new Map<string, { words: string; since: unknown }>();
  readonly faults = new Map<string, string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private offs: (() => void)[] = [];
  private warned = false;
  private drawing = false;
  /** Seldom needed fields stay in sight once they were. */
  private unfolded = false;

  constructor(
    readonly app: Atelier,
    private readonly opened: BoardDocument,
    { id, board }: Note,
  ) {
    this.id = id;
    this.board = board;
  }

  /** The document of the note's room: facilitation may lead the page to another board meanwhile. */
  get shared(): BoardDocument {
    return this.app.documentOf(this.board) ?? this.opened;
  }

  open(): void {
    const { app, dialog } = this;
    const saveNow = () => this.saveAll();
    document.addEventListener("visibilitychange", saveNow);
    addEventListener("pagehide", saveNow);
    this.offs = [
      () => document.removeEventListener("visibilitychange", saveNow),
      () => removeEventListener("pagehide", saveNow),
      app.onChanges(({ changes, mine }) => {
        const change = changes.find((one) => one.id === this.id);
        if (!change) return;
        if (!mine) this.tell(change.before, change.after);
        this.draw();
      }),
      app.on("joined", () => this.draw()),
      app.on("link", () => this.draw()),
      app.on("workshop", () => this.draw()),
    ];
    dialog.addEventListener("keydown", (event) => this.pressed(event));
    dialog.addEventListener("cancel", (event) => {
      if (!this.mayClose()) event.preventDefault();
    });
    dialog.addEventListener("close", () => this.closed());
    document.body.append(dialog);
    this.draw();
    dialog.showModal();
    const kind = dialog.querySelector<HTMLElement>("select[name=kind]");
    const first = dialog.querySelector<HTMLElement>(
      ".kindfields :is(input, select, textarea):not([type=radio]:not(:checked)), .kindfields input",
    );
    // where a keyboard would cover half of the sheet, nobody is put into a field
    const touch = matchMedia("(pointer: coarse)").matches;
    const start = touch || this.note?.kind === "note" ? kind : (first ?? kind);
    (start ?? dialog.querySelector<HTMLElement>("button"))?.focus();
    if (this.mayChange) app.share({ editing: this.id });
  }

  get note(): Note | null {
    return this.shared.note(this.id);
  }

  private get mayChange(): boolean {
    return this.note !== null && this.app.mayChange(this.note);
  }

  // -- saving -----------------------------------------------------------------------------------

  value(name: string): unknown {
    const note = this.note;
    return note?.fields?.[name] ?? (note ? presets(note)[name] : undefined);
  }

  /** Set one field, and those that follow from where the note lies: what is shown is what is saved. */
  put(name: string, value: unknown): void {
    const note = this.note;
    if (!note || !this.app.mayChange(note) || same(note.fields?.[name], value)) return;
    const implied = Object.entries(presets(note)).filter(([one]) => note.fields?.[one] === undefined);
    const values = value === undefined ? {} : Object.fromEntries(implied);
    this.shared.setFields(this.id, { ...values, [name]: value });
  }

  /** A field that is chosen, not typed: a step of undo of its own. */
  choose(name: string, value: unknown): void {
    this.shared.together(() => this.put(name, value));
  }

  typed(field: Field, words: string): void {
    const known = this.raw.get(field.name);
    this.raw.set(field.name, { words, since: known?.since ?? this.value(field.name) });
    this.faults.delete(field.name);
    this.warned = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(field), PAUSE_MS);
    this.draw();
  }

  /** What is typed as a value, unless something speaks against it. */
  private parsed(field: Field, words: string): ReturnType<typeof parse> {
    const parsed = parse(field, words);
    const { note } = this;
    if ("fault" in parsed || note === null) return parsed;
    const faults = this.app.fieldFaults.map((fault) => fault(note, field.name, parsed.value));
    const fault = faults.find((one) => one !== null);
    return fault ? { fault } : parsed;
  }

  /** Save what is typed in a field so far. What it does not take stays in it, with the reason below. */
  private save(field: Field): boolean {
    const raw = this.raw.get(field.name);
    if (raw === undefined) return true;
    const parsed = this.parsed(field, raw.words);
    if ("fault" in parsed) return false;
    this.put(field.name, parsed.value);
    raw.since = this.value(field.name);
    // saved as it stands: from now on others' words may come into the field
    if (inField(field, raw.since) === raw.words) this.raw.delete(field.name);
    return true;
  }

  /** The person has left a field that is typed in: what they typed is one step of undo. */
  left(field: Field): void {
    clearTimeout(this.timer);
    const raw = this.raw.get(field.name);
    const parsed = raw && this.parsed(field, raw.words);
    if (parsed && "fault" in parsed) this.faults.set(field.name, parsed.fault);
    else if (parsed) {
      this.put(field.name, parsed.value);
      this.raw.delete(field.name);
    }
    this.endStep();
    this.draw();
  }

  private saveAll(): void {
    for (const field of kindOf(this.note?.kind ?? "note").fields) this.save(field);
  }

  /** All changes until `endStep` are one step of undo, however long the person takes. */
  beginStep(): void {
    this.shared.beginStep();
  }

  endStep(): void {
    this.shared.endStep();
  }

  private setKind(kind: string): void {
    const note = this.note;
    if (!note || !this.app.mayChange(note) || kind === note.kind) return;
    this.saveAll();
    this.raw.clear();
    this.faults.clear();
    this.shared.together(() => this.shared.set(this.id, { kind }));
    this.app.announcer.say(t("Type de la note : {kind}.", { kind: kindName(kind) }));
    this.draw();
  }

  // -- keys, closing ----------------------------------------------------------------------------

  private pressed(event: KeyboardEvent): void {
    event.stopPropagation();
    const letter = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || (letter !== "z" && letter !== "y")) return;
    // a field's own undo would take back what others wrote
    event.preventDefault();
    this.saveAll();
    this.raw.clear();
    this.faults.clear();
    this.shared.endStep();
    if (letter === "y" || event.shiftKey) redo(this.app);
    else undo(this.app);
    this.shared.endStep();
    this.draw();
  }

  /** What cannot be saved is shown once before it is given up. */
  private mayClose(): boolean {
    for (const field of kindOf(this.note?.kind ?? "note").fields) {
      if (!this.mayChange || this.warned || this.save(field)) continue;
      this.warned = true;
      this.left(field);
      this.dialog.querySelector<HTMLElement>(`[name="${field.name}"]`)?.focus();
      return false;
    }
    return true;
  }

  private closed(): void {
    clearTimeout(this.timer);
    this.saveAll();
    this.endStep();
    for (const off of this.offs) off();
    this.app.share({ editing: null });
    this.dialog.remove();
    const line = document.querySelector<HTMLElement>(`[data-id="${CSS.escape(this.id)}"]`);
    const there = this.opener instanceof HTMLElement && this.opener.isConnected ? this.opener : line;
    there?.focus({ preventScroll: true });
  }

  /** Say what somebody else changed in the note one is at. */
  private tell(before: Note | null, after: Note | null): void {
    if (!before || !after) return;
    if (before.kind !== after.kind)
      this.app.announcer.say(t("Type de la note : {kind}.", { kind: kindName(after.kind) }));
    for (const field of kindOf(after.kind).fields)
      if (!same(before.fields?.[field.name], after.fields?.[field.name]))
        this.app.announcer.say(
          t("{field} : {words}.", {
            field: field.label(),
            words: fieldWords(this.app, after, field, true) || t("vide"),
          }),
        );
  }

  // -- drawing ----------------------------------------------------------------------------------

  draw(): void {
    // a field that goes while it has the focus is left in the middle of drawing
    if (this.drawing || !this.dialog.isConnected) return;
    const note = this.note;
    if (note === null) {
      const typed = [...this.raw.values()].map(({ words }) => words).filter((words) => words.trim() !== "");
      if (typed.length > 0)
        this.app.notify(t("La note a été supprimée. Ce que vous écriviez est gardé ici."), { copies: typed });
      if (this.dialog.open) this.dialog.close();
      return;
    }
    const held = document.activeElement;
    const writing =
      (held instanceof HTMLInputElement && held.type === "text") || held instanceof HTMLTextAreaElement
        ? { held, words: held.value, start: held.selectionStart, end: held.selectionEnd }
        : null;
    this.drawing = true;
    render(this.page(note), this.dialog);
    this.drawing = false;
    if (writing !== null && writing.held.value !== writing.words) {
      // somebody else's words came in: the caret stays where the person was
      const change = textDiff(writing.words, writing.held.value);
      const move = (at: number | null) => (at === null || change === null ? at : moveCaret(at, change));
      writing.held.setSelectionRange(move(writing.start), move(writing.end));
    }
    if (held instanceof HTMLElement && !held.isConnected && this.dialog.open)
      this.dialog.querySelector<HTMLElement>("select[name=kind]")?.focus();
  }

  private page(note: Note): TemplateResult {
    const text = noteName(this.app, note.id);
    const close = html`<button class="btn primary" type="button" @click=${() => {
      if (this.mayClose()) this.dialog.close();
    }}>${t("Fermer")}</button>`;
    return html`
      <header class="row">
        <span class="kindicon">${icon(kindOf(note.kind).icon, 20)}</span>
        <div class="grow"><h2 id="kind-title">${t("Type de note")}</h2><p class="soft">${text}</p></div>
      </header>
      ${this.mayChange ? this.editable(note) : this.readable(note)}
      <div class="row actions">
        ${
          this.mayChange && note.kind !== "note"
            ? html`<button class="btn ghost toplain" type="button" @click=${() => this.setKind("note")}>${t("Revenir à une note simple")}</button>`
            : nothing
        }
        ${close}
      </div>`;
  }

  /** For those who may not change it: the same words, and why. */
  private readable(note: Note): TemplateResult {
    const filled = kindOf(note.kind)
      .fields.map((field) => ({ field, words: fieldWords(this.app, note, field, true) }))
      .filter(({ words }) => words !== "");
    const why =
      note.locked === true && this.app.mayWrite
        ? t("Note verrouillée : la personne qui l'a écrite et l'animation peuvent la changer.")
        : t("Pour le moment, vous pouvez lire cette note sans la changer.");
    return html`<p class="alert info">${icon("lock", 18)}<span>${why}</span></p>
      <dl class="kindread">
        <div><dt>${t("Type")}</dt><dd>${kindName(note.kind)}</dd></div>
        ${filled.map(({ field, words }) => html`<div><dt>${field.label()}</dt><dd>${words}</dd></div>`)}
      </dl>`;
  }

  private editable(note: Note): TemplateResult {
    const { here, others } = kindsOf(
      this.app.templateOf(note.board)?.zones.find((zone) => zone.id === note.zone),
    );
    const option = (kind: string) =>
      html`<option value=${kind} .selected=${live(kind === note.kind)}>${kindName(kind)}</option>`;
    const { fields } = kindOf(note.kind);
    const [usual, seldom] = [fields.filter((one) => !one.more), fields.filter((one) => one.more)];
    this.unfolded ||= seldom.some((field) => note.fields?.[field.name] !== undefined);
    const kept = note.kind === "note" && Object.keys(note.fields ?? {}).length > 0;
    return html`
      <label class="field"><span>${t("Type")}</span>
        <select class="input" name="kind" @change=${(event: Event) => this.setKind((event.target as HTMLSelectElement).value)}>
          <optgroup label=${t("Dans cette zone")}>${here.map(option)}</optgroup>
          <optgroup label=${t("Autres types")}>${others.map(option)}</optgroup>
        </select></label>
      ${kept ? html`<p class="hint">${t("Ce qui était rempli est gardé : reprenez le type d'avant pour le revoir.")}</p>` : nothing}
      <div class="kindfields">
        ${repeat(
          usual,
          (field) => `${note.kind} ${field.name}`,
          (field) =>
            html`${fieldView(this, note, field)}${this.app.fieldAids.map((aid) => aid(note, field.name, (value) => this.choose(field.name, value)) ?? nothing)}`,
        )}
      </div>
      ${
        seldom.length > 0
          ? html`<details class="kindmore" ?open=${live(this.unfolded)} @toggle=${(event: Event) => {
              this.unfolded = (event.target as HTMLDetailsElement).open;
            }}>
            <summary>${t("Plus de détails")}</summary>
            <div class="kindfields">${repeat(
              seldom,
              (field) => `${note.kind} ${field.name}`,
              (field) => fieldView(this, note, field),
            )}</div>
          </details>`
          : nothing
      }`;
  }
}
