import { describe, expect, it } from "vitest";
import { backWords, saveWords } from "../src/board/save";
import { readDrafts, withDraft } from "../src/model/drafts";
import { boardsOf, notesAsText } from "../src/model/notes-text";
import type { Note, Template } from "../src/model/page";
import { type Line, saveState } from "../src/model/save-state";

const NOW = 1_000_000;
const line: Line = {
  online: true,
  ended: false,
  pending: 0,
  notes: 0,
  since: null,
  lostAt: null,
  durability: "disk",
};
const lost = (ms: number, more: Partial<Line> = {}): Line => ({
  ...line,
  online: false,
  lostAt: NOW - ms,
  ...more,
});
const kind = (...lines: Line[]) => saveState(lines, NOW).kind;
const said = (...lines: Line[]) => {
  const { lead, rest } = saveWords(saveState(lines, NOW));
  return `${lead} ${rest}`.trim().replaceAll("\u00a0", " ").replaceAll("’", "'");
};

describe("the save state", () => {
  it("says saved only when the store promises it", () => {
    expect(kind(line)).toBe("saved");
    expect(kind({ ...line, durability: "memory" })).toBe("sent");
  });
  it("says saving only when it takes more than 400 ms", () => {
    expect(kind({ ...line, pending: 1, notes: 1, since: NOW - 400 })).toBe("saved");
    expect(kind({ ...line, pending: 1, notes: 1, since: NOW - 401 })).toBe("saving");
  });
  it("counts what waits in every room of the page", () => {
    expect(saveState([line, lost(5, { pending: 9, notes: 2 })], NOW)).toEqual({
      kind: "offline",
      pending: 9,
      notes: 2,
    });
    expect(saveState([lost(5, { notes: 1, pending: 1 }), lost(9, { notes: 2, pending: 4 })], NOW)).toEqual({
      kind: "offline",
      pending: 5,
      notes: 3,
    });
  });
  it("waits a minute before it says that the server does not answer", () => {
    expect(kind(lost(60_000))).toBe("offline");
    expect(kind(lost(60_001))).toBe("unreachable");
    expect(kind(lost(1_000), lost(61_000))).toBe("unreachable");
  });
  it("joins before it was ever there, and says nothing of another room that is on its way", () => {
    expect(kind({ ...line, online: false })).toBe("joining");
    expect(kind(line, { ...line, online: false })).toBe("saved");
  });
  it("ends with the room that is shown, not with another one", () => {
    expect(kind({ ...line, ended: true, online: false })).toBe("ended");
    expect(kind(line, { ...line, ended: true, online: false, lostAt: NOW - 90_000 })).toBe("saved");
  });
});

describe("its words", () => {
  it("are those of the design", () => {
    expect(said(line)).toBe("Enregistré");
    expect(said({ ...line, pending: 1, since: 0 })).toBe("Enregistrement…");
    expect(said(lost(9, { notes: 3, pending: 3 }))).toBe(
      "Hors ligne. Continuez, 3 notes partiront au retour.",
    );
    expect(said(lost(9, { notes: 1, pending: 8 }))).toBe("Hors ligne. Continuez, 1 note partira au retour.");
    expect(said(lost(9))).toBe("Hors ligne. Continuez, tout partira au retour.");
    expect(said(lost(61_000))).toBe("Le serveur ne répond pas. Gardez cette page ouverte.");
  });
  it("tell the return in one sentence", () => {
    const back = (own: number, others: number) => {
      const { lead, rest } = backWords(own, others);
      return `${lead} ${rest}`.trim();
    };
    expect(back(3, 5)).toBe("De retour. Vos 3 notes sont arrivées, 5 nouvelles autour de vous.");
    expect(back(1, 1)).toBe("De retour. Votre note est arrivée, 1 nouvelle autour de vous.");
    expect(back(0, 2)).toBe("De retour. 2 nouvelles autour de vous.");
    expect(back(2, 0)).toBe("De retour. Vos 2 notes sont arrivées.");
    expect(back(0, 0)).toBe("De retour.");
  });
});

const note = (id: string, text: string, more: Partial<Note> = {}): Note => ({
  id,
  board: "sheet2.verso",
  zone: "rules",
  kind: "note",
  place: [0, 0],
  order: "a0",
  colour: "ciel",
  text,
  by: "p1",
  at: 1,
  ...more,
});

describe("texts that were not taken", () => {
  const draft = (text: string, id = "n1") => ({ note: note(id, text), why: "board.locked" });
  const texts = (drafts: ReturnType<typeof withDraft>) => drafts.map((one) => one.note.text);

  it("keep the longer of two that begin alike, and both when they differ", () => {
    expect(texts(withDraft([draft("Décider")], draft("Décider ensemble")))).toEqual(["Décider ensemble"]);
    expect(texts(withDraft([draft("Décider ensemble")], draft("Décider")))).toEqual(["Décider ensemble"]);
    expect(texts(withDraft([draft("Décider")], draft("Choisir")))).toEqual(["Décider", "Choisir"]);
    expect(texts(withDraft([draft("Décider")], draft("Décider ensemble", "n2")))).toEqual([
      "Décider",
      "Décider ensemble",
    ]);
  });
  it("come back from the browser, and nothing that is not one", () => {
    expect(readDrafts(JSON.stringify([draft("Décider")]))).toEqual([draft("Décider")]);
    for (const odd of [null, "", "{", "{}", "[1, null, {}]", '[{"note": {"id": 3}, "why": "x"}]'])
      expect(readDrafts(odd)).toEqual([]);
  });
});

describe("notes as text", () => {
  const zone = (id: string, n: number, title: string) => ({ id, n, title }) as Template["zones"][number];
  const template = {
    id: "sheet2.verso",
    zones: [zone("costs", 2, "Nos charges"), zone("rules", 1, "Nos règles")],
  };
  const place = { board: "sheet2.verso", title: "Fiche 2, Nous", template: template as Template };

  it("stand under their boards and zones, in the order of the sheet", () => {
    const notes = [
      note("n1", "Payer le serveur", { zone: "costs" }),
      note("n2", "Se réunir\nà midi", { tags: ["rythme", "été"] }),
      note("n3", "Ailleurs", { board: "sheet1.verso" }),
    ];
    expect(notesAsText("Trajets : notes de Nadia", [place], notes)).toBe(
      [
        "Trajets : notes de Nadia",
        "",
        "Fiche 2, Nous",
        "",
        "Nos règles",
        "- Se réunir\n  à midi (#rythme #été)",
        "",
        "Nos charges",
        "- Payer le serveur",
        "",
      ].join("\n"),
    );
  });
  it("list boards in the order of the kit", () => {
    const templates = ["sheet1.recto", "sheet2.verso", "governance"].map((id) => ({ id }) as Template);
    const boards = ["governance", "sheet1.recto/s2", "sheet2.verso", "sheet1.recto/s1"];
    expect(
      boardsOf(
        boards.map((board) => note(board, "x", { board })),
        templates,
      ),
    ).toEqual(["sheet1.recto/s1", "sheet1.recto/s2", "sheet2.verso", "governance"]);
  });
});
