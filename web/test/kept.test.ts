import { beforeEach, describe, expect, it } from "vitest";
import type { Atelier, Changed, Notice } from "../src/board/atelier";
import { attachDeleted } from "../src/board/deleted";
import { attachKept } from "../src/board/kept";
import type { Note } from "../src/model/page";
import { BoardDocument } from "../src/sync/document";

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

/** What both files need of the page. */
function page() {
  const document = new BoardDocument(7);
  const notices: Notice[] = [];
  const events = new Map<string, () => void>();
  let changed: (one: Changed) => void = () => {};
  const state = { there: true, shut: "" };
  const app = {
    document,
    board: "sheet2.verso",
    mayWrite: true,
    editing: null as string | null,
    data: { person: { id: "p1" }, workshop: { id: "w" } },
    connection: { clockOffset: 0, closedFor: null },
    announcer: { say: () => {} },
    documentOf: () => (state.there ? document : null),
    templateOf: () => ({}),
    note: (id: string | null) => (id === null ? null : document.note(id)),
    person: () => undefined,
    mayChange: () => true,
    closed: (zone: string) => (zone === state.shut ? { what: "zone", by: null } : null),
    select: () => {},
    share: () => {},
    on: (what: string, then: () => void) => events.set(what, then),
    onChanges: (then: typeof changed) => {
      changed = then;
    },
    noticeAbout: (what: string) => notices.find((one) => one.about === what),
    notify: (text: string, more: Partial<Notice> = {}) => {
      const at = notices.findIndex((one) => one.about !== undefined && one.about === more.about);
      if (at >= 0) notices.splice(at, 1);
      notices.unshift({ text, ...more });
    },
    dismiss: (one: Notice | undefined) => {
      if (one) notices.splice(notices.indexOf(one), 1);
    },
    onRefused: (_why: string, _notes: readonly Note[]) => {},
  };
  let mine = true;
  document.observe((changes) =>
    changed({ document, changes, mine, clients: new Set() } as unknown as Changed),
  );
  /** Done by somebody else. */
  const others = (work: () => void) => {
    mine = false;
    document.doc.transact(work, "others");
    mine = true;
  };
  const texts = () =>
    document
      .all()
      .map((one) => one.text)
      .sort();
  const write = (text: string) => {
    const notice = notices.find((one) => one.writing !== undefined);
    if (notice) notice.writing = text;
    notice?.typed?.(text);
  };
  const press = () => notices.find((one) => one.actions)?.actions?.[0]?.act();
  return { app: app as unknown as Atelier, document, notices, events, state, others, texts, write, press };
}

beforeEach(() => localStorage.clear());

describe("a note that somebody else deleted", () => {
  function writingIn(id: string, first: string, field: string) {
    const here = page();
    let typed = field;
    attachDeleted(here.app, () => {
      here.app.editing = null;
      return typed;
    });
    here.document.add(note(id, first));
    here.app.editing = id;
    return { ...here, setField: (text: string) => (typed = text) };
  }

  it("gives the words written in the notice back into the note that came back", () => {
    const { document, others, notices, write, press, texts } = writingIn("n1", "Décider", "Décider");
    others(() => document.remove("n1"));
    expect(notices[0]?.writing).toBe("Décider");
    write("Décider ensemble");
    others(() => document.add(note("n1", "Décider")));
    expect(notices[0]?.writing).toBe("Décider ensemble");
    press();
    expect(texts()).toEqual(["Décider ensemble"]);
    expect(notices).toEqual([]);
  });
  it("puts them beside it when others wrote something else there", () => {
    const { document, others, write, press, texts } = writingIn("n1", "Décider", "Décider");
    others(() => document.remove("n1"));
    write("Décider ensemble");
    others(() => document.add(note("n1", "Choisir")));
    press();
    expect(texts()).toEqual(["Choisir", "Décider ensemble"]);
  });
  it("goes quietly when it came back as it was written", () => {
    const { document, others, notices } = writingIn("n1", "Décider", "Décider");
    others(() => document.remove("n1"));
    others(() => document.add(note("n1", "Décider")));
    expect(notices).toEqual([]);
  });
  it("keeps each its own text when there are two", () => {
    const { app, document, others, notices, write, press, texts, setField } = writingIn("n1", "Un", "Un");
    document.add(note("n2", "Deux"));
    others(() => document.remove("n1"));
    write("Un et demi");
    app.editing = "n2";
    setField("Deux et demi");
    others(() => document.remove("n2"));
    expect([notices[0]?.writing, notices[0]?.copies]).toEqual(["Deux et demi", ["Un et demi"]]);
    press();
    expect(texts()).toEqual(["Deux et demi", "Un et demi"]);
  });
  it("waits in the notice while its zone is locked", () => {
    const { document, others, notices, press, texts, state } = writingIn("n1", "Un", "Un");
    others(() => document.remove("n1"));
    state.shut = "rules";
    press();
    expect(texts()).toEqual([]);
    expect(notices.find((one) => one.about === "deleted")?.writing).toBe("Un");
    state.shut = "";
    press();
    expect(texts()).toEqual(["Un"]);
  });
});

describe("what was refused", () => {
  function refused(...notes: Note[]) {
    const here = page();
    attachKept(here.app, () => null);
    here.app.onRefused("lineage", notes);
    return here;
  }

  it("stays kept when it could not be put back", () => {
    const { press, state, texts, notices, events } = refused(
      note("n1", "Un"),
      note("n2", "Deux", { zone: "costs" }),
    );
    state.there = false;
    press();
    expect(JSON.parse(localStorage.getItem("tablee-kept-w-p1") ?? "[]")).toHaveLength(2);
    state.there = true;
    events.get("joined")?.();
    state.shut = "costs";
    press();
    expect(texts()).toEqual(["Un"]);
    expect(notices[0]?.copies).toEqual(["Deux"]);
    state.shut = "";
    press();
    expect(texts()).toEqual(["Deux", "Un"]);
    expect(localStorage.getItem("tablee-kept-w-p1")).toBeNull();
  });
  it("gives values back too, and never over newer words of others", () => {
    const here = page();
    attachKept(here.app, () => null);
    here.document.add(note("n1", "Un", { fields: { amount: 2, who: "nous" } }));
    here.document.add(note("n2", "Deux", { fields: { who: "eux, désormais" } }));
    here.app.onRefused("lineage", [
      note("n1", "Un", { fields: { amount: 3, who: "nous tous" } }),
      note("n2", "Deux", { fields: { who: "nous" } }),
    ]);
    expect(here.notices[0]?.copies).toEqual(["Un\n3\nnous tous", "Deux\nnous"]);
    here.press();
    expect(here.document.note("n1")?.fields).toEqual({ amount: 3, who: "nous tous" });
    expect(here.document.note("n2")?.fields).toEqual({ who: "eux, désormais" });
    expect(here.texts()).toEqual(["Deux", "Deux", "Un"]);
  });
  it.each(["role.read_only", "writing.revealed", "writing.elsewhere"])(
    "comes back once one may write there: %s",
    (why) => {
      const here = page();
      attachKept(here.app, () => null);
      here.state.shut = "rules";
      here.app.onRefused(why, [note("n1", "Un")]);
      expect(here.notices[0]?.actions).toBeUndefined();
      here.state.shut = "";
      here.events.get("workshop")?.();
      here.press();
      expect(here.texts()).toEqual(["Un"]);
    },
  );
  it("becomes a note for oneself where writing is silent now, not a change of what all see", () => {
    const here = page();
    attachKept(here.app, () => null);
    here.document.add(note("n1", "Un"));
    here.document.hides = () => true;
    here.app.onRefused("writing.silent", [note("n1", "Un, deux")]);
    here.press();
    expect(here.document.note("n1")?.text).toBe("Un");
    expect(here.document.all().filter(({ hidden }) => hidden)).toMatchObject([{ text: "Un, deux" }]);
  });
  it("is written on in the notice when the note goes from under somebody's hands", () => {
    const here = page();
    attachKept(here.app, () => {
      here.app.editing = null;
      return "Un, deux et";
    });
    here.document.add(note("n1", "Un, deux"));
    here.app.editing = "n1";
    here.app.onRefused("writing.revealed", [note("n1", "Un, deux")]);
    expect(here.notices[0]?.writing).toBe("Un, deux et");
    expect(here.notices[0]?.copies).toEqual([]);
  });
});
