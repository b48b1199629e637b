// Being brought to another place, and back: nothing that is being typed is lost on the way.

import type { Atelier, View } from "../board/atelier";
import { boardOf, type Place } from "../model/follow";
import { t } from "../ui/i18n";

const BACK = "back";
const TYPED = "typed";
const SHOWN_MS = 2_000;

interface Left {
  board: string;
  view: View;
  zone: string | null;
  alone: string | null;
  note: string | null;
  /** Whether the note was being written. */
  writing: boolean;
  /** What stood in the field that adds notes in the list. */
  typed: string;
}

export class Journey {
  private left: Left | null = null;
  /** The board that was shown last by somebody else's wish. */
  private at: string | null = null;
  private going = false;

  constructor(
    private readonly app: Atelier,
    /** Ends the writing in a note; its text is in the note then. */
    private readonly leaveWriting: () => string | null,
  ) {
    app.on("board", () => this.wander());
  }

  /** Who goes on by themselves from where they were brought to does not want to be brought back. */
  private wander(): void {
    const { app } = this;
    const { sheet } = app.template;
    const turned = sheet !== null && sheet === app.templateOf(this.at ?? "")?.sheet;
    if (this.going || this.left === null || app.board === this.at || turned) return;
    this.left = null;
    app.dismiss(app.noticeAbout(BACK));
  }

  private show(board: string): void {
    this.going = true;
    this.app.show(board);
    this.going = false;
    this.at = board;
  }

  /** Told when the person goes back by themselves. */
  onBack: () => void = () => {};

  /** Show a place; where the person was before the first of several is remembered. */
  go({ board, zone, note }: Place): void {
    const { app } = this;
    const wanted = boardOf(board, (sheet) => app.rectoOf(sheet));
    if (app.templateOf(wanted) === undefined) return;
    const moves = wanted !== app.board;
    if (moves) {
      const left = this.leave();
      this.left ??= left;
      this.show(wanted);
    }
    if (app.focusedZone !== null && app.focusedZone !== zone) app.focusZone(null);
    if (zone !== null && app.zone(zone)) this.point(zone, note);
    if (moves) this.offerBack();
  }

  private leave(): Left {
    const { app } = this;
    const note = app.editing ?? app.selected;
    const left = {
      board: app.board,
      view: app.view,
      zone: app.activeZone,
      alone: app.focusedZone,
      note,
      writing: app.editing !== null,
      typed: this.takeTyped(),
    };
    this.leaveWriting();
    return left;
  }

  /** What was begun in the list's field belongs to the zone it was begun in. */
  private takeTyped(): string {
    const field = document.querySelector<HTMLInputElement>("#list .cmp input[name=text]");
    const text = field?.value ?? "";
    if (field && text.trim() !== "") {
      field.value = "";
      this.keep([...this.kept, text]);
    }
    return text.trim() === "" ? "" : text;
  }

  private get kept(): string[] {
    return this.app.noticeAbout(TYPED)?.copies ?? [];
  }

  private keep(copies: string[]): void {
    const { app } = this;
    if (copies.length === 0) app.dismiss(app.noticeAbout(TYPED));
    else if (copies.length === 1)
      app.notify(t("Votre note en cours est gardée à part."), { about: TYPED, copies });
    else app.notify(t("Vos notes en cours sont gardées à part."), { about: TYPED, copies });
  }

  /** Let a zone be seen, and for a moment where it is. */
  private point(zone: string, note: string | null): void {
    const { app } = this;
    app.activeZone = zone;
    app.emit("selection");
    const section = document.querySelector<HTMLElement>(
      `#${app.view === "board" ? "board" : "list"} section[data-zone="${CSS.escape(zone)}"]`,
    );
    if (note !== null && app.note(note) !== null) app.select(note);
    section?.scrollIntoView({ block: "nearest" });
    section?.classList.add("pointed");
    setTimeout(() => section?.classList.remove("pointed"), SHOWN_MS);
  }

  private offerBack(): void {
    const { app } = this;
    app.notify(t("L'écran a changé de place."), {
      about: BACK,
      good: true,
      actions: [{ label: t("Revenir où j'étais"), act: () => this.back() }],
      closed: () => {
        this.left = null;
      },
    });
  }

  back(): void {
    const { app, left } = this;
    this.left = null;
    app.dismiss(app.noticeAbout(BACK));
    this.onBack();
    if (left === null) return;
    this.leaveWriting();
    this.show(left.board);
    app.setView(left.view);
    app.activeZone = left.zone;
    app.focusZone(left.alone);
    if (left.note !== null && app.note(left.note) !== null) {
      app.select(left.note);
      if (left.writing) {
        app.editing = left.note;
        app.emit("edit");
      }
    }
    if (left.typed !== "") this.giveTyped(left);
    app.emit("selection");
  }

  private giveTyped({ typed }: Left): void {
    const field = document.querySelector<HTMLInputElement>("#list .cmp input[name=text]");
    if (field === null || field.value !== "") return;
    field.value = typed;
    field.focus();
    const { kept } = this;
    const at = kept.indexOf(typed);
    if (at >= 0) this.keep(kept.filter((_, index) => index !== at));
  }
}
