// Undo after something was carried: it goes back over that first, and over nothing that was done before.

import { describe, expect, it, vi } from "vitest";
import type { Atelier } from "../src/board/atelier";
import { BoardDocument } from "../src/sync/document";
import { attachUndo, park, type Source } from "../src/tray/carry";

const sent: Record<string, unknown>[] = [];
vi.mock("../src/board/command", () => ({
  asked: (_app: unknown, fields: Record<string, unknown>) => {
    sent.push(fields);
    return Promise.resolve({});
  },
}));

const source: Source = {
  key: "g1/a",
  room: "w-g1-exploration",
  note: "a",
  text: "Une règle",
  to: ["governance.rules"],
  board: "sheet2.verso",
  group: "g1",
  by: "p1",
};

function page() {
  const [sheet, canvas] = [new BoardDocument(1), new BoardDocument(1)];
  const nothing = () => {};
  const app = {
    document: canvas,
    documentOf: () => canvas,
    roomOf: () => "w-convergence",
    announcer: { say: nothing },
    notify: () => ({}),
    dismiss: nothing,
    noticeAbout: () => null,
    emit: nothing,
    undoFirst: () => null as (() => void) | null,
  };
  attachUndo(app as unknown as Atelier);
  const note = (document: BoardDocument, id: string) =>
    document.together(() =>
      document.add({
        id,
        board: "governance",
        zone: "rules",
        kind: "note",
        text: id,
        place: [0, 0],
        order: id,
        colour: "ciel",
        by: "p1",
        at: 1,
      } as unknown as Parameters<BoardDocument["add"]>[0]),
    );
  const aside = () => park(app as unknown as Atelier, [source], "governance", true);
  return { app, sheet, canvas, note, aside };
}

describe("undo", () => {
  it("takes back what was put aside last, and what was done after it before", async () => {
    const { app, canvas, note, aside } = page();
    note(canvas, "before");
    await aside();
    note(canvas, "after");
    expect(app.undoFirst()).toBeNull();
    canvas.step("undo");
    app.undoFirst()?.();
    expect(sent.at(-1)).toMatchObject({ type: "note.park", parked: false });
    await Promise.resolve();
    expect(app.undoFirst()).toBeNull();
  });

  it("knows it on the canvas too when it was done from a sheet, and is not misled by other boards", async () => {
    const { app, sheet, canvas, note, aside } = page();
    note(canvas, "before");
    app.document = sheet;
    await aside();
    app.document = canvas;
    expect(app.undoFirst()).not.toBeNull();
    app.document = new BoardDocument(1);
    expect(app.undoFirst()).toBeNull();
  });

  it("does not take typing that goes on for what came before", async () => {
    const { app, canvas, note, aside } = page();
    note(canvas, "n");
    canvas.retype("n", "before");
    await aside();
    canvas.retype("n", "before and after");
    expect(app.undoFirst()).toBeNull();
    canvas.step("undo");
    expect(canvas.note("n")?.text).toBe("before");
    expect(app.undoFirst()).not.toBeNull();
  });
});
